"""A storage area against a plain dictionary: the same items, the right size, every change told once."""

from __future__ import annotations

from typing import TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.area import Change, StorageArea, units_of
from monitor.core.values import NotRecorded, Redacted, Value, units
from tests.core.texts import utf16

# Few keys, so that the same one is hit again; among them names that are special on some object.
keys = st.sampled_from(["", "a", "__proto__", "length", "漢", "\ud800", "😀"])
values: st.SearchStrategy[Value] = st.one_of(utf16, st.integers(0, 9).map(Redacted), st.just("3"))
items = st.dictionaries(keys, values, max_size=3)

Step: TypeAlias = tuple[str, str, Value, dict[str, Value]]
steps: st.SearchStrategy[list[Step]] = st.lists(
    st.tuples(st.sampled_from(["set", "set", "remove", "clear", "replace", "load"]), keys, values, items), max_size=12
)


@given(steps)
def test_an_area_is_a_dictionary_that_tells_its_changes(made: list[Step]) -> None:
    area = StorageArea("local")
    model: dict[str, Value] = {}
    times: dict[str, float] = {}
    for now, (what, key, value, many) in enumerate(made, 1):
        before, revision = dict(area.items), area.revision
        match what:
            case "set":
                done = [area.set(key, value, now)]
                model[key] = value
            case "remove":
                done = [area.remove(key, now)]
                model.pop(key, None)
            case "clear":
                done = [*area.clear(now)]
                model.clear()
            case "replace":
                done = [*area.replace(many, now)]
                model = dict(many)
            case _:
                done = [*area.load(many, now)]
                model = dict(many)
        changes = [change for change in done if change is not None]

        assert area.items == model
        assert [type(one) for one in area.items.values()] == [type(model[one]) for one in area.items]
        assert area.units == sum(units(key) + units(value) for key, value in model.items())
        assert replayed(before, changes) == model
        assert area.revision == revision + len(changes)
        if what == "load" and not any(earlier == "load" for earlier, *_ in made[: now - 1]):
            times.clear()
        else:
            times |= {change.key: now for change in changes}
        assert area.changed_at == {key: time for key, time in times.items() if key in model}


def replayed(items: dict[str, Value], changes: list[Change]) -> dict[str, Value]:
    """The items after the changes, each of which must fit and must not be none."""
    for change in changes:
        assert items.get(change.key) == change.old_value
        assert (change.old_value, type(change.old_value)) != (change.new_value, type(change.new_value))
        if change.new_value is None:
            del items[change.key]
        else:
            items[change.key] = change.new_value
    return items


def test_a_new_area_is_empty_and_not_loaded() -> None:
    area = StorageArea("session", "page")
    assert (area.kind, area.page_id) == ("session", "page")
    assert (area.items, area.units, area.loaded, area.error) == ({}, 0, False, None)


def test_nothing_changes_by_setting_what_is_there() -> None:
    area = StorageArea("local")
    assert area.set("a", "1", now=1.0) == Change("a", None, "1")
    assert area.set("a", "1", now=2.0) is None
    assert area.changed_at == {"a": 1.0}


def test_a_redacted_value_is_another_than_a_number_as_text() -> None:
    area = StorageArea("local")
    area.set("a", Redacted(1), now=1.0)
    assert area.set("a", "1", now=1.0) == Change("a", Redacted(1), "1")


def test_items_of_the_first_load_count_as_found_and_of_later_ones_as_changed() -> None:
    area = StorageArea("local")
    area.load({"a": "1", "b": "2"}, now=1.0)
    assert area.loaded
    assert area.changed_at == {}
    area.load({"a": "1", "b": "3"}, now=2.0)
    assert area.changed_at == {"b": 2.0}


def test_a_value_that_was_not_kept_is_found_and_not_changed_unless_its_length_is_another() -> None:
    area = StorageArea("local")
    area.load({"token": NotRecorded(3), "other": NotRecorded(3)}, now=1.0)
    area.load({"token": "abc", "other": "abcd"}, now=2.0)
    assert area.changed_at == {"other": 2.0}


@given(items)
def test_the_units_of_items_are_those_of_their_keys_and_values(some: dict[str, Value]) -> None:
    assert units_of(some) == sum(units(key) + units(value) for key, value in some.items())
