"""How an area is kept in step with the browser: snapshots in parts, counted changes, and what breaks the count."""

from __future__ import annotations

import pytest

from monitor.core.area import Change
from monitor.core.events import AreaLoaded, ItemsChanged
from monitor.core.messages import LARGEST_NUMBER, EditRequest, Ping, Resync, SetItem
from monitor.core.values import QUOTA, Redacted
from tests.core.conversation import Closed, Hub, applied, ask, changes, snapshot

# --- snapshots -------------------------------------------------------------------------------------------------------


def test_a_snapshot_brings_the_items(hub: Hub) -> None:
    page = hub.leading_page()
    area = page.session.area()
    page >> snapshot({"a": "1", "b": 12})
    assert page.items == {"a": "1", "b": Redacted(12)}
    hub << ItemsChanged(page.session, area, [Change("a", None, "1"), Change("b", None, Redacted(12))], "page")
    hub << AreaLoaded(page.session, area)
    hub.hears_nothing_more()


def test_a_snapshot_in_parts_counts_when_it_is_whole(hub: Hub) -> None:
    page = hub.leading_page({"old": "1"})
    page >> snapshot({"a": "1"}, part=1, parts=3) >> snapshot({"b": "2"}, part=2, parts=3)
    assert page.items == {"old": "1"}
    page >> snapshot({"c": "3"}, part=3, parts=3)
    assert page.items == {"a": "1", "b": "2", "c": "3"}


def test_a_snapshot_changes_only_what_differs(hub: Hub) -> None:
    page = hub.leading_page({"a": "1", "b": "2"})
    page >> snapshot({"a": "1", "b": "3"})
    hub << ItemsChanged(page.session, page.session.area(), [Change("b", "2", "3")], "page") << AreaLoaded
    page >> snapshot({"a": "1", "b": "3"})
    hub << AreaLoaded
    hub.hears_nothing_more()


@pytest.mark.parametrize("parts", [[(2, 2)], [(0, 1)], [(-1, 1)], [(1, 0)], [(1, 3), (3, 3)], [(1, 3), (2, 3), (2, 3)]])
def test_a_part_out_of_turn_closes_the_line(hub: Hub, parts: list[tuple[int, int]]) -> None:
    page = hub.leading_page({"a": "1"})
    for part, of in parts:
        page >> snapshot({"b": "2"}, part=part, parts=of)
    page << Closed(1008, "part ")
    assert page.items == {"a": "1"}


def test_a_snapshot_may_begin_again(hub: Hub) -> None:
    page = hub.leading_page()
    page >> snapshot({"a": "1"}, part=1, parts=2) >> snapshot({"b": "2"}, part=1, parts=2)
    page >> snapshot({"c": "3"}, part=2, parts=2)
    assert page.items == {"b": "2", "c": "3"}


def test_changes_between_the_parts_close_the_line(hub: Hub) -> None:
    """ "The parts of a snapshot follow one another": such a change would be in none of them."""
    page = hub.leading_page()
    page >> snapshot({"a": "1"}, part=1, parts=2) >> changes(1, ["set", "b", "2"]) << Closed(1008, "the parts")


def test_a_result_between_the_parts_closes_the_line(hub: Hub) -> None:
    page = hub.leading_page()
    edit = ask(page, SetItem("a", "1"))
    page << EditRequest >> snapshot({}, part=1, parts=2) >> applied(edit, 1, {"a": "1"}) << Closed(1008, "the parts")


def test_other_areas_may_speak_between_the_parts(hub: Hub) -> None:
    page = hub.leading_page()
    page >> snapshot({"a": "1"}, part=1, parts=2) >> changes(1, ["set", "s", "1"], area="session")
    page >> snapshot({}, part=2, parts=2)
    assert page.session.area(page.page).items == {"s": "1"}


def test_a_refresh_amid_a_snapshot_waits_for_the_next_one(hub: Hub) -> None:
    page = hub.leading_page({"a": "1"})
    page >> snapshot({"b": "2"}, part=1, parts=3)
    page.session.refresh(hub.now)
    page << Resync("local") << Resync("session") << Ping >> snapshot({"c": "3"}, part=2, parts=3)
    page.session.refresh(hub.now)
    page << Resync("local") << Resync("session") << Ping
    page >> snapshot({"d": "4"}, part=3, parts=3) >> changes(1, ["clear"])
    assert page.items == {"a": "1"}
    page >> snapshot({"e": "5"}, seq=1)
    assert page.items == {"e": "5"}


@pytest.mark.parametrize("value", ["x" * (2 * QUOTA), 2 * QUOTA, LARGEST_NUMBER])
def test_an_area_larger_than_any_browsers_closes_the_line(hub: Hub, value: str | int) -> None:
    page = hub.leading_page({"a": "1"})
    page >> snapshot({"b": value}) << Closed(1009, "the area is larger")
    assert page.items == {"a": "1"}


def test_the_parts_of_a_snapshot_are_large_together(hub: Hub) -> None:
    page = hub.leading_page()
    for part in (1, 2):
        page >> snapshot({f"key {part}": QUOTA - 5}, part=part, parts=4)
    page >> snapshot({}, part=3, parts=4) >> snapshot({"one more": ""}, part=4, parts=4) << Closed(1009)


def test_an_area_may_be_as_large_as_the_browser_lets_it(hub: Hub) -> None:
    page = hub.leading_page({"a": "x" * (QUOTA - 1)})
    assert page.session.area().units == QUOTA


def test_changes_that_make_an_area_too_large_close_the_line(hub: Hub) -> None:
    page = hub.leading_page({"a": QUOTA})
    page >> changes(1, ["set", "b", QUOTA]) << Closed(1009)


def test_a_result_that_makes_an_area_too_large_closes_the_line(hub: Hub) -> None:
    page = hub.leading_page()
    edit = ask(page, SetItem("a", "1"))
    page << EditRequest >> applied(edit, 1, {"a": 3 * QUOTA}) << Closed(1009)


def test_a_negative_length_closes_the_line(hub: Hub) -> None:
    page, other = hub.leading_page({"a": "1"}), hub.leading_page(session_id="other")
    page >> {"type": "changes", "area": "local", "seq": 1, "changes": [["remove", "a"], ["set", "b", -1]]}
    page << Closed(1008, "not a changes message")
    other >> snapshot({"a": -1}) << Closed(1008)
    assert page.items == {"a": "1"}, "not even in part"


def test_a_negative_length_in_a_result_closes_the_line(hub: Hub) -> None:
    page = hub.leading_page()
    edit = ask(page, SetItem("a", "1"))
    page << EditRequest >> applied(edit, 1, {"a": -1}) << Closed(1008)


# --- changes ---------------------------------------------------------------------------------------------------------


def test_changes_are_told_in_their_order_with_both_values(hub: Hub) -> None:
    page = hub.leading_page({"a": "1", "b": "2"})
    page >> changes(1, ["set", "a", "3"], ["remove", "b"], ["set", "c", 4], ["clear"], ["set", "d", ""])
    hub << ItemsChanged(
        page.session,
        page.session.area(),
        [
            Change("a", "1", "3"),
            Change("b", "2", None),
            Change("c", None, Redacted(4)),
            Change("a", "3", None),
            Change("c", Redacted(4), None),
            Change("d", None, ""),
        ],
        "page",
    )
    assert page.items == {"d": ""}


def test_changes_that_change_nothing_are_not_told(hub: Hub) -> None:
    page = hub.leading_page({"a": "1"})
    page >> changes(1, ["set", "a", "1"], ["remove", "b"]) >> changes(2, ["set", "a", "2"])
    hub << ItemsChanged(page.session, page.session.area(), [Change("a", "1", "2")], "page")
    hub.hears_nothing_more()


@pytest.mark.parametrize("seq", [0, -1, 2, LARGEST_NUMBER - 1])
def test_a_gap_in_the_count_leads_to_a_new_snapshot(hub: Hub, seq: int) -> None:
    page = hub.leading_page({"a": "1"})
    page >> changes(seq, ["set", "a", "2"]) << Resync("local")
    page >> changes(seq + 1, ["set", "a", "3"])  # was on its way, and is in the snapshot
    assert page.items == {"a": "1"}
    page >> snapshot({"a": "3"}, seq=7) >> changes(8, ["set", "a", "4"])
    assert page.items == {"a": "4"}


def test_changes_before_the_first_snapshot_are_in_it(hub: Hub) -> None:
    page = hub.page()
    page >> page.hello
    page.told.clear()
    page >> changes(1, ["set", "a", "1"])
    assert page.items == {}
