"""What is known of one page, connected or away."""

from __future__ import annotations

from tests.core.conversation import Hub


def test_a_page_that_is_away_keeps_what_it_said(hub: Hub) -> None:
    page = hub.leading_page()
    known = page.page
    assert known.connected
    assert repr(known) == "<Page page of session>"
    page.hang_up()
    assert not known.connected
    assert not known.leads
    assert known.title == "Cart"
    assert known.left_at == hub.now
    assert repr(known) == "<Page page of session (away)>"


def test_a_page_that_is_back_has_not_left(hub: Hub) -> None:
    page = hub.leading_page()
    page.hang_up()
    hub.wait(1)
    page = page.again(title="Another")
    page >> page.hello
    page.told.clear()
    assert page.page.connected
    assert (page.page.left_at, page.page.title, page.page.heard_at) == (None, "Another", hub.now)
