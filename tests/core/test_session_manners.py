"""Pages that are silent, and pages that do not keep to the protocol: what happens to them, and to nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.core import messages
from monitor.core.messages import Error, Follow, Lead, Ping, Pong, Resync, Welcome
from tests.core.conversation import Closed, Hub, changes, snapshot

# --- silence ---------------------------------------------------------------------------------------------------------


def test_a_silent_page_is_pinged_and_stays_if_it_answers(hub: Hub) -> None:
    page = hub.leading_page()
    hub.wait(19.9)
    hub.wait(0.2)
    page << Ping(hub.now * 1000)
    hub.wait(9.8)
    page >> Pong()
    hub.wait(19.9)
    hub.wait(0.2)
    page << Ping
    hub.wait(9)
    page >> changes(1, ["set", "a", "1"])
    hub.wait(9)
    assert page.page.connected, "whatever it says is an answer"


def test_a_page_that_does_not_answer_is_dropped(hub: Hub) -> None:
    page = hub.leading_page()
    follower = hub.following_page()
    hub.wait(19)
    follower >> Pong()
    hub.wait(1.1)
    page << Ping
    hub.wait(9.9)
    assert page.page.connected
    hub.wait(0.2)
    page << Closed(4001)
    follower << Lead
    hub.wait(2.1)
    assert list(page.session.pages) == ["follower"]


def test_a_ping_over_a_line_that_broke_needs_no_answer(hub: Hub) -> None:
    page = hub.leading_page()
    hub.wait(20.1)
    page << Ping
    hub.wait(9)
    page.hang_up()
    page = page.again()
    page >> page.hello << Welcome << Lead
    hub.wait(9)
    assert page.page.connected


def test_a_page_that_talks_is_not_pinged(hub: Hub) -> None:
    page = hub.leading_page()
    for count in range(1, 6):
        hub.wait(15)
        page >> changes(count, ["set", "a", str(count)])
    hub.wait(19)


@pytest.mark.parametrize("late", [0.0, 40.0])
def test_a_hub_that_was_late_itself_pings_first(late: float) -> None:
    hub = Hub(ping_after=5, pong_within=3, grace=1)
    page = hub.leading_page()
    hub.wait(5 + late)
    page << Ping
    hub.wait(2.9)
    page >> Pong()
    hub.wait(1)
    hub.nothing_is_left()


def test_a_page_that_is_refreshed_has_to_say_something(hub: Hub) -> None:
    page = hub.leading_page()
    follower = hub.following_page()
    page.session.refresh(hub.now)
    page << Resync("local") << Resync("session") << Ping(hub.now * 1000)
    follower << Resync("session") << Ping >> snapshot({}, area="session")
    hub.wait(10.1)
    page << Closed(4001)
    follower << Lead


def test_a_page_without_storage_survives_a_refresh(hub: Hub) -> None:
    """It has no area to send anew, and answers the ping."""
    page = hub.page(storage_error="SecurityError: denied")
    page >> page.hello << Welcome
    page.session.refresh(hub.now)
    page << Resync("session") << Ping >> Pong()
    hub.wait(10.1)
    assert page.page.connected


def test_a_refresh_does_not_ping_a_page_twice(hub: Hub) -> None:
    page = hub.leading_page()
    hub.wait(20.1)
    page << Ping
    page.session.refresh(hub.now)
    page << Resync("local") << Resync("session") >> Pong()


def test_a_refresh_asks_nothing_of_a_page_that_is_away(hub: Hub) -> None:
    page = hub.leading_page()
    page.hang_up()
    page.session.refresh(hub.now)
    assert page.page.pinged_at is None


# --- bad manners -----------------------------------------------------------------------------------------------------

BAD_MANNERS: list[tuple[object, int]] = [
    (b"no JSON", 1008),
    (b"\xff", 1008),
    (b"[" * 50_000, 1008),
    ({"type": "changes"}, 1008),
    ({"type": "changes", "area": "local", "seq": True, "changes": []}, 1008),
    ({"type": "changes", "area": "local", "seq": 1, "changes": [["set", "a", -1]]}, 1008),
    (snapshot({}, part=2, parts=2), 1008),
    (snapshot({"a": 10**12}), 1009),
]


@pytest.mark.parametrize(("said", "code"), BAD_MANNERS, ids=[ascii(said)[:40] for said, _ in BAD_MANNERS])
def test_bad_manners_close_that_line_and_no_other(hub: Hub, said: Any, code: int) -> None:
    bad = hub.leading_page({"a": "1"})
    good = hub.following_page()
    stranger = hub.leading_page({"b": "2"}, session_id="another")
    bad >> said << Closed(code)
    good << Lead >> snapshot({"a": "1"}) >> changes(1, ["set", "a", "3"])
    stranger >> changes(1, ["set", "b", "4"])
    assert good.items == {"a": "3"}
    assert stranger.items == {"b": "4"}
    assert not bad.page.connected
    again = bad.again()
    again >> again.hello << Welcome << Follow


def test_a_second_hello_closes_the_line(hub: Hub) -> None:
    page = hub.leading_page()
    page >> page.hello << Closed(1008, "hello is the first message")


def test_an_unknown_type_is_answered_and_survived(hub: Hub) -> None:
    page = hub.leading_page({"a": "1"})
    page >> {"type": "weather", "sunny": True} << Error("unknown message type 'weather'")
    page >> changes(1, ["set", "a", "2"])
    assert page.items == {"a": "2"}


@pytest.mark.parametrize("kind", ["\ud800", "<b>", "x" * 10_000, "\n\0"])
def test_the_answer_to_an_unknown_type_can_be_sent(hub: Hub, kind: str) -> None:
    page = hub.leading_page()
    page >> {"type": kind} << Error
    assert len(messages.encode(page.last)) < 500


def test_an_error_is_not_answered(hub: Hub) -> None:
    page = hub.leading_page()
    page >> Error("what?") >> Error("what?")
