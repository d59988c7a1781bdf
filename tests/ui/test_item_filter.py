"""A filter finds what a person would, says what is wrong with an expression, and never takes for ever."""

from __future__ import annotations

import tracemalloc
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.values import Redacted
from monitor.ui.storage.filter.haystack import Haystack
from monitor.ui.storage.filter.item_filter import LONGEST_EXPRESSION, ExpressionError, FilterChoice, ItemFilter
from monitor.ui.storage.key_numbers import KeyNumbers
from tests.ui.random_text import texts

ENDLESS = "(a+)+$"
LONG_AS = "a" * 5_000 + "b"


def found(choice: FilterChoice, key: str, value: str | Redacted) -> bool:
    item_filter = ItemFilter(choice)
    item_filter.begin(1)
    return item_filter.lets_through(key, value)


@settings(deadline=None)
@given(needle=texts, key=texts, value=texts)
def test_a_plain_text_is_found_as_it_is(needle: str, key: str, value: str) -> None:
    assert found(FilterChoice(needle, match_case=True), key, value) == (needle in key or needle in value)
    folded = needle.casefold()
    assert found(FilterChoice(needle), key, value) == (folded in key.casefold() or folded in value.casefold())


@pytest.mark.parametrize(
    ("expression", "match_case", "value", "is_found"),
    [
        ("^dark$", False, "Dark", True),
        ("^dark$", True, "Dark", False),
        ("^dark$", True, "dark", True),
        ("d.k", False, "dark", False),
        (r"\d{3}", False, "ab123", True),
        (r"\p{Lu}", True, "É", True),
        ("", False, "anything", True),
        ("\ud800", False, "a\ud800b", True),
    ],
)
def test_an_expression_finds_what_it_describes(expression: str, match_case: bool, value: str, is_found: bool) -> None:
    assert found(FilterChoice(expression, True, match_case), "key", value) is is_found
    assert found(FilterChoice(expression, True, match_case), value, "value") is is_found


def test_what_the_page_keeps_to_itself_is_found_by_its_key_alone() -> None:
    assert found(FilterChoice("tok"), "token", Redacted(7))
    assert not found(FilterChoice("7"), "token", Redacted(7))
    assert not found(FilterChoice("7", True), "token", Redacted(7))


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("(", "Missing ) at character 2."),
        ("a**", "Multiple repeat at character 3."),
        ("[z-a]", "Bad character range at character 5."),
        ("\\", "Bad escape"),
        ("(?P<1>a)", "Bad character in group name"),
        ("(" * 400 + ")" * 400, "nested too deeply"),
        ("(?u)a(?L)b", "incompatible"),
        ("a" * (LONGEST_EXPRESSION + 1), "1,000 characters; this one has 1,001"),
        ("((a{1000}){1000}){1000}", "counts in braces"),
        ("(?x)((a{1000}) {1000})", "counts in braces"),
        ("a{100000000}", "counts in braces"),
        ("a{" + "9" * 900 + "}", "counts in braces"),
    ],
)
def test_what_is_wrong_with_an_expression_is_told(expression: str, said: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        ItemFilter(FilterChoice(expression, True))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "expression",
    [
        "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        r"(?:\d{1,3}\.){3}\d{1,3}",
        r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z",
        r"eyJ[\w-]{20,}\.[\w-]{20,}\.[\w-]{20,}",
        r"x{2000}",
    ],
)
def test_expressions_that_people_write_are_not_too_much(expression: str) -> None:
    assert ItemFilter(FilterChoice(expression, True))


@settings(max_examples=300, deadline=None)
@given(expression=st.text(st.sampled_from("ab()[]{}|*+?.^$\\\\123,:=!<>P-&~ xiLuRpdwNg#\ud800"), max_size=14))
def test_any_text_is_an_expression_or_told_not_to_be(expression: str) -> None:
    try:
        item_filter = ItemFilter(FilterChoice(expression, True))
    except ExpressionError:
        return
    item_filter.begin(1)
    item_filter.lets_through("aab", "ba 12")


def test_an_expression_that_takes_for_ever_is_stopped_and_keeps_nothing_out() -> None:
    item_filter = ItemFilter(FilterChoice(ENDLESS, True))
    began = perf_counter()
    item_filter.begin(1_000)
    assert not item_filter.lets_through("c", "c")
    for _ in range(1_000):
        assert item_filter.lets_through(LONG_AS, LONG_AS)
    assert perf_counter() - began < 30
    assert item_filter.stopped
    assert not item_filter
    item_filter.begin(1)
    assert item_filter.lets_through("c", "c")


def test_items_that_each_take_long_are_stopped_together() -> None:
    item_filter = ItemFilter(FilterChoice("(a|b|ab)*c", True))
    item_filter.begin(1)
    value = "ab" * 400_000
    began = perf_counter()
    for _ in range(10_000):
        item_filter.lets_through("key", value)
    assert item_filter.stopped or perf_counter() - began < 30


small_texts = st.text("aAbßS\0\1\ud800é", max_size=4)
items_of_a_page = st.dictionaries(small_texts, small_texts | st.builds(Redacted, st.integers(0, 9)), max_size=8)


@settings(deadline=None)
@given(
    before=items_of_a_page,
    after=items_of_a_page,
    needle=st.text("aAbßS\1\ud800é", min_size=1, max_size=2),
    folds=st.booleans(),
)
def test_many_are_found_as_each_would_be_also_after_they_changed(
    before: dict[str, str | Redacted], after: dict[str, str | Redacted], needle: str, folds: bool
) -> None:
    item_filter = ItemFilter(FilterChoice(needle, match_case=not folds))
    haystack = Haystack(folds=folds)
    keys: list[str] = []
    for revision, items in enumerate((before, after)):
        keys += [key for key in items if key not in keys]
        haystack.follow(keys, items, revision)
        numbers = list(range(len(keys)))[::-1]
        expected = [at for at in numbers if keys[at] in items and item_filter.lets_through(keys[at], items[keys[at]])]
        assert haystack.having(item_filter.needle, numbers) == expected


@settings(deadline=None)
@given(
    pages=st.lists(items_of_a_page | st.dictionaries(small_texts, st.just("a"), max_size=4), min_size=2, max_size=4),
    needle=st.text("aAbßS\1\ud800é", min_size=1, max_size=2),
    folds=st.booleans(),
)
def test_a_number_that_another_key_got_finds_that_one(
    pages: list[dict[str, str | Redacted]], needle: str, folds: bool
) -> None:
    item_filter = ItemFilter(FilterChoice(needle, match_case=not folds))
    haystack, numbers = Haystack(folds=folds), KeyNumbers()
    others = {f"other {number}": "" for number in range(20)}
    for revision, page in enumerate(pages):
        items = {**others, **page}  # Of many, few change.
        numbers.let_go_of_many(numbers.hold(items, ()))
        for key in items:
            numbers.give(key)
        haystack.follow(numbers.keys, items, revision)
        found = {numbers.keys[number] for number in haystack.having(item_filter.needle, numbers.in_order())}
        assert found == {key for key, value in items.items() if item_filter.lets_through(key, value)}


def test_a_key_that_took_the_number_of_another_is_found_though_both_hold_the_same() -> None:
    value = "the very same"
    numbers, haystack = KeyNumbers(), Haystack(folds=False)
    others = {f"other {number}": "" for number in range(20)}
    numbers.hold({"theme": value, **others}, ())
    haystack.follow(numbers.keys, {"theme": value, **others}, 0)
    numbers.let_go("theme")
    number = numbers.give("colour")
    haystack.follow(numbers.keys, {"colour": value, **others}, 1)
    assert haystack.having("colour", numbers.in_order()) == [number]
    assert haystack.having("theme", numbers.in_order()) == []


def test_texts_of_items_that_are_gone_take_no_room() -> None:
    haystack = Haystack(folds=False)
    items = {str(number): "x" * 100_000 for number in range(100)}
    tracemalloc.start()
    try:
        haystack.follow(list(items), items, 0)
        held, _ = tracemalloc.get_traced_memory()
        few = dict(list(items.items())[:5])
        haystack.follow(list(few), few, 1)
        left, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held > 10_000_000
    assert left < 1_000_000
