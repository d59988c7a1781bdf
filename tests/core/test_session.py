"""Pages of one session: who is let in, who leads, who left, and what each may say."""

from __future__ import annotations

import pytest

from monitor.core.events import (
    AreaLoaded,
    ItemsChanged,
    PageLeft,
    PageOpened,
    PageUpdated,
    SessionLeft,
    SessionOpened,
    SessionReturned,
    SessionUpdated,
)
from monitor.core.messages import (
    Bye,
    EditRequest,
    Follow,
    Lead,
    Limits,
    PageState,
    SetItem,
    Welcome,
)
from tests.core.conversation import Closed, Hub, applied, ask, changes, snapshot

# --- the first page, and others --------------------------------------------------------------------------------------


def test_the_first_page_opens_the_session_and_leads(hub: Hub) -> None:
    page = hub.page()
    page >> page.hello << Welcome("page", Limits(64 * 2**20), hub.now * 1000) << Lead()
    session = page.session
    hub << SessionOpened(session) << PageOpened(session, page.page)
    hub << PageUpdated(session, page.page)
    hub.hears_nothing_more()
    assert (session.session_id, session.origin, session.live) == ("session", "https://shop.test", True)
    assert session.leader is page.page
    assert page.page.leads


def test_pages_share_the_local_area_and_have_their_own_session_area(hub: Hub) -> None:
    leader = hub.leading_page({"shared": "1"})
    follower = hub.following_page()
    leader >> changes(1, ["set", "mine", "1"], area="session")
    follower >> changes(1, ["set", "mine", "2"], area="session")
    session = leader.session
    assert follower.session is session
    assert session.area().items == {"shared": "1"}
    assert session.area(leader.page).items == {"mine": "1"}
    assert session.area(follower.page).items == {"mine": "2"}
    assert not follower.page.leads


def test_what_a_page_says_of_itself_is_known(hub: Hub) -> None:
    page = hub.page(top_site="https://top.test", user="Ada", label="till 4")
    page >> page.hello << Welcome << Lead
    known = page.page
    assert (known.url, known.title, known.visible) == ("https://shop.test/cart", "Cart", True)
    assert (known.user_agent, known.top_site) == ("Browser/1", "https://top.test")
    assert (page.session.user, page.session.label) == ("Ada", "till 4")


def test_what_a_page_says_later_of_itself(hub: Hub) -> None:
    page = hub.leading_page()
    page >> PageState("https://shop.test/", "Shop", visible=False)
    hub << PageUpdated(page.session, page.page)
    assert (page.page.url, page.page.title, page.page.visible) == ("https://shop.test/", "Shop", False)
    page >> PageState("https://shop.test/", "Shop", visible=False, user="Ada")
    hub << PageUpdated << SessionUpdated(page.session)
    page >> PageState("https://shop.test/", "Shop", visible=False, user="Ada")
    hub << PageUpdated
    hub.hears_nothing_more()
    assert page.session.user == "Ada"


def test_a_page_that_names_no_user_does_not_unsay_another(hub: Hub) -> None:
    leader = hub.leading_page(user="Ada", label="till 4")
    hub.following_page()
    leader >> PageState("u", "t", visible=True)
    assert (leader.session.user, leader.session.label) == ("Ada", "till 4")


def test_a_user_who_signed_out_is_unsaid(hub: Hub) -> None:
    """ "``None`` is nobody, left out is no news"."""
    page = hub.leading_page(user="Ada", label="till 4")
    page >> PageState("u", "t", visible=True, user=None)
    hub << PageUpdated << SessionUpdated(page.session)
    assert (page.session.user, page.session.label) == (None, "till 4")
    page >> PageState("u", "t", visible=True, user=None) >> PageState("u", "t", visible=True)
    hub << PageUpdated << PageUpdated
    hub.hears_nothing_more()


@pytest.mark.parametrize("nobody", [None, ""])
def test_a_newcomer_that_says_nobody_is_signed_in(hub: Hub, nobody: str | None) -> None:
    leader = hub.leading_page(user="Ada")
    hub.following_page(user=nobody)
    hub << PageOpened << SessionUpdated(leader.session)
    assert leader.session.user is None


def test_a_newcomer_that_names_another_user(hub: Hub) -> None:
    leader = hub.leading_page(user="Ada")
    hub.following_page(user="Bob")
    hub << PageOpened << SessionUpdated(leader.session)
    assert leader.session.user == "Bob"


# --- the same page again ---------------------------------------------------------------------------------------------


def test_a_duplicated_tab_gets_a_page_id_of_its_own(hub: Hub) -> None:
    """ "a duplicated tab brings a ``page_id`` that is taken"."""
    leader = hub.leading_page()
    copy = hub.page(document_id="another")
    copy >> copy.hello << Welcome << Follow
    assert copy.page.page_id not in {"page", ""}
    assert len(leader.session.pages) == 2
    leader >> changes(1, ["set", "a", "1"])
    assert leader.items == {"a": "1"}


def test_a_reconnect_of_the_same_document_replaces_its_old_line(hub: Hub) -> None:
    """ "a reconnect brings both back"."""
    leader = hub.leading_page({"a": "1"})
    again = leader.again()
    again >> again.hello << Welcome << Lead
    leader << Closed(4002)
    assert again.page is leader.page
    assert again.page.page_id == "page"
    leader.hang_up()
    assert again.page.connected, "the end of the old line is not the end of the new one"
    hub << PageUpdated << PageUpdated
    hub.hears_nothing_more()


def test_a_reload_keeps_the_page(hub: Hub) -> None:
    page = hub.leading_page({"a": "1"})
    page >> Bye() << Closed(1000)
    hub.wait(1.9)
    again = page.again(document_id="the next", url="https://shop.test/paid")
    again >> again.hello << Welcome << Lead
    assert again.page is page.page
    assert (again.page.page_id, again.page.url) == ("page", "https://shop.test/paid")
    hub << PageUpdated << PageUpdated << PageUpdated
    hub.hears_nothing_more()


# --- leaving ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("orderly", [True, False])
def test_a_page_that_leaves_has_a_grace_period(hub: Hub, orderly: bool) -> None:
    page = hub.leading_page({"a": "1"})
    if orderly:
        page >> Bye() << Closed(1000)
    page.hang_up()
    session = page.session
    hub << PageUpdated(session, page.page)
    hub.wait(1.9)
    hub.hears_nothing_more()
    assert session.live
    hub.wait(0.2)
    hub << PageLeft(session, page.page) << SessionLeft(session)
    assert (session.live, session.pages, session.leader) == (False, {}, None)
    assert session.left_at == hub.now
    assert session.area().items == {"a": "1"}, "what it last held stays"


def test_the_session_stays_while_another_page_does(hub: Hub) -> None:
    leader = hub.leading_page()
    follower = hub.following_page()
    hub.heard.clear()
    follower.hang_up()
    hub.wait(3)
    hub << PageUpdated << PageLeft(leader.session, follower.page)
    hub.hears_nothing_more()
    assert leader.session.live


def test_a_session_that_left_returns(hub: Hub) -> None:
    page = hub.leading_page({"a": "1"})
    page.hang_up()
    hub.wait(3)
    hub.heard.clear()
    again = page.again(document_id="later")
    again >> again.hello << Welcome << Lead
    session = page.session
    assert again.session is session
    hub << SessionReturned(session) << PageOpened(session, again.page) << PageUpdated
    assert session.live
    again >> snapshot({"a": "2"})
    hub << ItemsChanged << AreaLoaded


def test_a_session_leaves_once(hub: Hub) -> None:
    page = hub.leading_page()
    page.hang_up()
    hub.wait(3)
    hub.heard.clear()
    page.session.refresh(hub.now)
    hub.wait(60)
    hub.hears_nothing_more()


def test_nothing_is_heard_of_a_line_that_is_gone(hub: Hub) -> None:
    page = hub.leading_page({"a": "1"})
    page.hang_up()
    hub.heard.clear()
    page >> changes(1, ["set", "a", "2"]) >> b"no JSON"
    page.hang_up()
    assert page.items == {"a": "1"}
    hub.hears_nothing_more()


# --- who leads -------------------------------------------------------------------------------------------------------


def test_when_the_leader_leaves_another_page_leads(hub: Hub) -> None:
    leader = hub.leading_page({"a": "1"})
    follower = hub.following_page()
    leader.hang_up()
    follower << Lead() >> snapshot({"a": "2"}, seq=40) >> changes(41, ["set", "b", "3"])
    assert leader.session.leader is follower.page
    assert leader.items == {"a": "2", "b": "3"}
    again = leader.again()
    again >> again.hello << Welcome << Follow()


def test_a_visible_page_leads_rather_than_a_hidden_one(hub: Hub) -> None:
    """Browsers slow down the timers of hidden pages."""
    leader = hub.leading_page()
    hub.following_page("hidden", visible=False)
    seen = hub.following_page("seen")
    hub.following_page("seen too")
    leader.hang_up()
    seen << Lead


def test_a_hidden_page_leads_rather_than_none(hub: Hub) -> None:
    leader = hub.leading_page()
    hidden = hub.following_page("hidden", visible=False)
    leader.hang_up()
    hidden << Lead


def test_a_hidden_leader_that_reconnects_hands_over_to_a_visible_page(hub: Hub) -> None:
    leader = hub.leading_page(visible=False)
    seen = hub.following_page("seen")
    again = leader.again()
    again >> again.hello << Welcome
    leader << Closed(4002)
    seen << Lead


def test_what_a_follower_says_of_the_local_area_is_not_heard(hub: Hub) -> None:
    leader = hub.leading_page({"a": "1"})
    follower = hub.following_page()
    edit = ask(leader, SetItem("a", "2"))
    leader << EditRequest
    follower >> changes(1, ["clear"]) >> snapshot({"b": "2"}) >> applied(edit, 1, {"a": "3"}) >> snapshot({}, part=7)
    assert leader.items == {"a": "1"}
    leader >> applied(edit, 1, {"a": "2"})
    assert leader.items == {"a": "2"}


def test_a_page_without_storage_does_not_lead(hub: Hub) -> None:
    blind = hub.page("blind", storage_error="SecurityError: not allowed")
    blind >> blind.hello << Welcome
    assert blind.session.leader is None
    assert blind.session.area().error == "SecurityError: not allowed"
    able = hub.page("able", document_id="another")
    able >> able.hello << Welcome << Lead >> snapshot({"a": "1"})
    assert able.session.area().error is None
    able.hang_up()
    assert blind.session.area().error == "SecurityError: not allowed"
    blind.hang_up()
    assert blind.session.area().error is None, "nobody is left to say so"
