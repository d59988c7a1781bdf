"""What was seen of each item: all of it, in order, with who did it; and no more than is allowed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.history import COST, History, Version
from monitor.core.messages import Clear, EditRequest, Lead, RemoveItem, RenameItem, SetItem, Welcome
from monitor.core.values import Redacted
from tests.core.conversation import Hub, Talker, applied, ask, changes, refused, snapshot


def kept(history: History, page: Talker, key: str) -> list[tuple[object, float, str | None]]:
    """The versions of an item: value, when, by whom."""
    return [(version.value, version.at, version.by) for version in history.versions(page.session.area(), key)]


def test_what_the_page_does_is_kept_with_its_time(hub: Hub) -> None:
    history = History(hub.registry)
    page = hub.leading_page({"a": "1", "token": 3})
    hub.wait(1)
    page >> changes(1, ["set", "a", "2"], ["set", "token", 4], ["set", "b", "x"])
    hub.wait(1)
    page >> changes(2, ["remove", "a"])
    assert kept(history, page, "a") == [("1", 100.0, None), ("2", 101.0, "page"), (None, 102.0, "page")]
    assert kept(history, page, "b") == [("x", 101.0, "page")]
    assert kept(history, page, "token") == [(Redacted(3), 100.0, None), (Redacted(4), 101.0, "page")]
    assert history.versions(page.session.area(), "never") == ()


def test_what_was_found_and_never_changed_takes_no_room(hub: Hub) -> None:
    history = History(hub.registry)
    page = hub.leading_page({f"key {number}": "1" for number in range(50)})
    assert kept(history, page, "key 7") == [("1", 100.0, None)]
    assert history.size == 0


def test_what_was_there_before_the_history_is_its_first_version(hub: Hub) -> None:
    page = hub.leading_page({"a": "1"})
    hub.wait(5)
    history = History(hub.registry)
    assert kept(history, page, "a") == [("1", 105.0, None)]
    hub.wait(1)
    page >> changes(1, ["set", "a", "2"])
    assert kept(history, page, "a") == [("1", 105.0, None), ("2", 106.0, "page")]


def test_an_edit_is_a_version_once_the_browser_has_applied_it(hub: Hub) -> None:
    history = History(hub.registry)
    page = hub.leading_page({"a": "1"})
    edit = ask(page, SetItem("a", "2", "1"))
    page << EditRequest
    assert kept(history, page, "a") == [("1", 100.0, None)]
    page >> applied(edit, 1, {"a": "2"})
    assert kept(history, page, "a") == [("1", 100.0, None), ("2", 100.0, "operator")]
    edit = ask(page, RemoveItem("a", "2"))
    page << EditRequest
    page >> refused(edit, 1, "conflict", {"a": "3"})
    assert kept(history, page, "a")[2:] == [("3", 100.0, "page")]


def test_what_was_missed_while_away_shows_in_the_next_snapshot(hub: Hub) -> None:
    history = History(hub.registry)
    page = hub.leading_page({"a": "1", "b": "1"})
    page.hang_up()
    hub.wait(1)
    page = page.again()
    page >> page.hello << Welcome << Lead
    page >> snapshot({"a": "2", "c": "3"})
    assert kept(history, page, "a") == [("1", 100.0, None), ("2", 101.0, "page")]
    assert kept(history, page, "b") == [("1", 100.0, None), (None, 101.0, "page")]
    assert kept(history, page, "c") == [("3", 101.0, "page")]


def test_clearing_is_a_version_of_each_item(hub: Hub) -> None:
    history = History(hub.registry)
    page = hub.leading_page({"a": "1", "b": "2"})
    edit = ask(page, Clear())
    page << EditRequest
    page >> applied(edit, 1)
    assert kept(history, page, "a")[-1] == (None, 100.0, "operator")
    assert kept(history, page, "b")[-1] == (None, 100.0, "operator")


def test_a_rename_takes_the_versions_along_and_back(hub: Hub) -> None:
    history = History(hub.registry)
    page = hub.leading_page({"a": "1"})
    page >> changes(1, ["set", "a", "2"])
    for seq, (key, new_key) in enumerate([("a", "b"), ("b", "a")], 2):
        edit = ask(page, RenameItem(key, new_key, "2"))
        page << EditRequest
        page >> applied(edit, seq, {key: None, new_key: "2"})
    assert history.versions(page.session.area(), "a") == (
        Version("a", "1", 100.0, None),
        Version("a", "2", 100.0, "page"),
        Version("b", "2", 100.0, "operator"),
        Version("a", "2", 100.0, "operator"),
    )
    assert history.versions(page.session.area(), "b") == ()


def test_a_rename_to_a_key_that_had_versions_keeps_both(hub: Hub) -> None:
    history = History(hub.registry)
    page = hub.leading_page({"a": "1", "b": "9"})
    page >> changes(1, ["remove", "b"])
    hub.wait(1)
    edit = ask(page, RenameItem("a", "b", "1"))
    page << EditRequest
    page >> applied(edit, 2, {"a": None, "b": "1"})
    versions = history.versions(page.session.area(), "b")
    assert [(version.key, version.value) for version in versions] == [("b", "9"), ("b", None), ("a", "1"), ("b", "1")]


def test_only_so_many_versions_of_an_item_are_kept_and_the_others_counted(hub: Hub) -> None:
    history = History(hub.registry, per_key=3)
    page = hub.leading_page({"a": "0", "b": "0"})
    for number in range(1, 8):
        page >> changes(number, ["set", "a", str(number)])
    assert [value for value, _, _ in kept(history, page, "a")] == ["5", "6", "7"]
    assert history.gone(page.session.area(), "a") == 5
    assert history.gone(page.session.area(), "b") == 0
    assert history.size == 3 * (COST + 1)


def test_the_oldest_of_an_area_go_first_when_it_takes_too_much(hub: Hub) -> None:
    history = History(hub.registry, per_area=4 * COST + 100)
    page = hub.leading_page({"a": "", "b": ""})
    area = page.session.area()
    page >> changes(1, ["set", "a", "1"], ["set", "b", "1" * 300])
    assert [value for value, _, _ in kept(history, page, "a")] == ["1"]
    assert (history.gone(area, "a"), history.gone(area, "b")) == (1, 0)
    page >> changes(2, ["set", "b", "2" * 2000])
    assert kept(history, page, "a") == [("1", 100.0, None)], "who did it is gone, what there is is not"
    assert kept(history, page, "b") == [("2" * 2000, 100.0, None)]
    assert (history.gone(area, "a"), history.gone(area, "b")) == (1, 2)
    assert history.size == 0


def test_an_item_that_never_rests_takes_no_room_from_the_others(hub: Hub) -> None:
    history = History(hub.registry, per_key=3, per_area=9 * (COST + 5))
    page = hub.leading_page()
    page >> changes(1, ["set", "calm", "first"], ["set", "busy", "00001"], ["set", "last", "first"])
    for number in range(2, 3_000):
        page >> changes(number, ["set", "busy", f"{number:05}"])
    assert [value for value, _, _ in kept(history, page, "busy")] == ["02997", "02998", "02999"]
    assert history.gone(page.session.area(), "busy") == 2_996
    page >> changes(3_000, *(["set", f"new {number}", "first"] for number in range(5)))
    assert [history.gone(page.session.area(), key) for key in ("calm", "busy", "last")] == [0, 2_996, 0]
    page >> changes(3_001, ["set", "last", "other"])
    assert history.size == 9 * (COST + 5)
    assert [history.gone(page.session.area(), key) for key in ("calm", "busy", "last")] == [0, 2_996, 1]


def test_the_area_that_is_quiet_for_longest_gives_way_when_all_take_too_much(hub: Hub) -> None:
    history = History(hub.registry, in_all=4 * (COST + 1))
    quiet = hub.leading_page({"a": "0"})
    busy = hub.leading_page({"a": "0"}, page_id="other", session_id="other", document_id="other")
    for page in (quiet, busy):
        page >> changes(1, ["set", "a", "1"])
    busy >> changes(2, ["set", "a", "2"])
    assert [value for value, _, _ in kept(history, quiet, "a")] == ["1"]
    assert [value for value, _, _ in kept(history, busy, "a")] == ["0", "1", "2"]
    busy >> changes(3, ["set", "a", "3"]) >> changes(4, ["set", "a", "4"])
    assert [value for value, _, _ in kept(history, busy, "a")] == ["1", "2", "3", "4"]
    assert history.gone(quiet.session.area(), "a") == 1


def test_where_there_is_too_much_in_all_there_is_room_for_some_more_afterwards(hub: Hub) -> None:
    most = 1_000
    history = History(hub.registry, per_key=2 * most, in_all=most * (COST + 1))
    page = hub.leading_page({"a": "0"})
    sizes = []
    for number in range(1, most + 10):
        page >> changes(number, ["set", "a", str(number % 10)])
        sizes.append(history.size)
    assert max(sizes) == most * (COST + 1)
    assert sizes.count(max(sizes)) < 10, "something must go at every change"


def test_keys_that_come_and_go_do_not_add_up(hub: Hub) -> None:
    history = History(hub.registry, per_area=10 * COST)
    page = hub.leading_page()
    for number in range(1, 100):
        page >> changes(number, ["set", f"{number}", ""], ["remove", f"{number}"])
    assert [number for number in range(1, 100) if kept(history, page, f"{number}")] == [95, 96, 97, 98, 99]


def test_what_is_forgotten_is_forgotten(hub: Hub) -> None:
    history = History(hub.registry)
    page = hub.leading_page({"a": "1"})
    page >> changes(1, ["set", "a", "2"]) >> changes(1, ["set", "x", "y"], area="session")
    own = page.page.session_storage.area
    assert history.versions(own, "x")
    page.hang_up()
    hub.wait(hub.registry.timing.grace)
    assert history.size == 2 * (COST + 1), "the page's own storage is over"
    hub.registry.forget(page.session)
    assert history.size == 0


def test_it_listens_until_its_end(hub: Hub) -> None:
    history = History(hub.registry)
    page = hub.leading_page({"a": "1"})
    history.end()
    page >> changes(1, ["set", "a", "2"])
    assert history.size == 0


keys = st.sampled_from("abc")
steps = st.lists(st.tuples(keys, st.none() | st.sampled_from(["1", "22", "3" * 200])), max_size=30)


@given(steps, st.integers(2, 5), st.integers(COST, 8 * COST))
def test_what_is_kept_is_the_end_of_what_was_seen_within_the_bounds(
    made: list[tuple[str, str | None]], per_key: int, per_area: int
) -> None:
    hub = Hub()
    history = History(hub.registry, per_key=per_key, per_area=per_area)
    page = hub.leading_page({"a": "1"})
    seen: dict[str, list[str | None]] = {"a": ["1"], "b": [], "c": []}
    seq = 0
    for key, value in made:
        if value == (seen[key][-1] if seen[key] else None):
            continue
        seq += 1
        seen[key].append(value)
        page >> changes(seq, ["remove", key] if value is None else ["set", key, value])
        assert history.size <= per_area
    for key, values in seen.items():
        versions = [version.value for version in history.versions(page.session.area(), key)]
        assert versions == values[len(values) - len(versions) :]
        assert len(versions) <= per_key
        gone = history.gone(page.session.area(), key)
        assert gone <= len(values) - len(versions)
        assert None in values or gone == len(values) - len(versions)
        assert versions or not values or values[-1] is None, "what there is now is always there"
