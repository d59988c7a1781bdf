"""An operator's edit is applied by the browser as asked, all or nothing, or refused with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from monitor.core.edits import Edit, EditState, Reason, Replace
from monitor.core.messages import Clear, Operation, RemoveItem, RenameItem, SetItem
from tests.browser.stage import Stage, stored

if TYPE_CHECKING:
    from tests.browser.drivers import Page

QUOTA = 5_242_880

BEFORE = {"theme": "dark", "cart": "[1]"}

EDITS: dict[str, tuple[list[Operation], dict[str, str]]] = {
    "add": ([SetItem("new", "x", None)], {**BEFORE, "new": "x"}),
    "change": ([SetItem("theme", "light", "dark")], {**BEFORE, "theme": "light"}),
    "change, whatever it is": ([SetItem("theme", "light")], {**BEFORE, "theme": "light"}),
    "set to what it is": ([SetItem("theme", "dark", "dark")], BEFORE),
    "empty value": ([SetItem("theme", "", "dark")], {**BEFORE, "theme": ""}),
    "remove": ([RemoveItem("theme", "dark")], {"cart": "[1]"}),
    "remove what is not there": ([RemoveItem("nothing")], BEFORE),
    "rename": ([RenameItem("theme", "colours", "dark")], {"colours": "dark", "cart": "[1]"}),
    "clear": ([Clear()], {}),
    "swap": (
        [RenameItem("theme", "spare"), RenameItem("cart", "theme"), RenameItem("spare", "cart")],
        {"theme": "[1]", "cart": "dark"},
    ),
    "clear and set": ([SetItem("gone", "1"), Clear(), SetItem("new", "x")], {"new": "x"}),
    "each on the last": ([SetItem("n", "1", None), SetItem("n", "2", "1"), RemoveItem("n", "2")], BEFORE),
}


async def opened(stage: Stage, items: dict[str, Any] | None = None) -> Page:
    """A page that holds `items`, and the hub knows it. It keeps a list of what its storage listener hears."""
    page = await stage.open()
    await page.evaluate(
        "(items) => { for (const key of Object.keys(items)) localStorage.setItem(key, items[key]);"
        "window.heard = []; addEventListener('storage', (event) => {"
        " heard.push([event.key, event.oldValue, event.newValue, event.storageArea === localStorage]); }); }",
        BEFORE if items is None else items,
    )
    await stage.until_items(BEFORE if items is None else items)
    return page


def assert_refused(edit: Edit, reason: Reason, **current: str | None) -> None:
    assert (edit.state, edit.reason) == (EditState.REFUSED, reason), edit.message
    assert edit.current == current


@pytest.mark.parametrize("name", EDITS)
async def test_an_edit_is_applied(stage: Stage, name: str) -> None:
    operations, after = EDITS[name]
    page = await opened(stage)

    edit = await stage.edit(*operations)

    assert edit.state is EditState.APPLIED, edit
    assert stage.items == after
    assert await stored(page) == after


async def test_the_storage_listeners_of_the_page_hear_an_edit(stage: Stage) -> None:
    page = await opened(stage)

    await stage.edit(SetItem("theme", "light", "dark"), RemoveItem("cart"))

    assert await page.wait_for("heard.length === 2 && heard") == [
        ["cart", "[1]", None, True],
        ["theme", "dark", "light", True],
    ]


async def test_an_edit_is_not_reported_as_a_change_of_the_page(stage: Stage) -> None:
    await opened(stage)
    before = stage.session.local_storage.area.revision

    await stage.edit(SetItem("theme", "light"))
    await stage.edit(SetItem("theme", "blue"))

    assert stage.session.local_storage.area.revision == before + 2


async def test_an_edit_of_a_session_storage(stage: Stage) -> None:
    page = await opened(stage)
    other = await stage.open("/second")
    here = stage.connected[0]

    edit = await stage.edit(SetItem("step", "2", None), page=here)

    assert edit.state is EditState.APPLIED
    assert here.session_storage.area.items == {"step": "2"}
    assert await stored(page, "sessionStorage") == {"step": "2"}
    assert await stored(other, "sessionStorage") == {}
    assert stage.items == BEFORE


async def test_a_value_that_has_changed_is_a_conflict(stage: Stage) -> None:
    page = await opened(stage)

    assert_refused(await stage.edit(SetItem("theme", "light", "blue")), Reason.CONFLICT, theme="dark")
    assert_refused(await stage.edit(RemoveItem("theme", "blue")), Reason.CONFLICT, theme="dark")
    assert_refused(await stage.edit(SetItem("theme", "light", None)), Reason.CONFLICT, theme="dark")
    assert_refused(await stage.edit(SetItem("new", "x", "y")), Reason.CONFLICT, new=None)
    taken = await stage.edit(RenameItem("theme", "cart", "dark"))
    assert_refused(taken, Reason.CONFLICT, theme="dark", cart="[1]")
    assert_refused(await stage.edit(RenameItem("no", "where")), Reason.CONFLICT, no=None, where=None)
    assert_refused(await stage.edit(RenameItem("theme", "theme")), Reason.CONFLICT, theme="dark")
    assert await stored(page) == BEFORE


async def test_a_write_of_the_page_and_an_edit_at_once_make_one_truth(stage: Stage) -> None:
    page = await opened(stage)
    session = stage.session

    edit = session.edit([SetItem("theme", "light", "dark")], stage.now())
    await page.evaluate("localStorage.theme = 'mine'")
    await stage.settled(edit)
    await page.evaluate("localStorage.end = 'now'")
    await stage.until(lambda: "end" in stage.items)

    # Whoever came first, the page had the last word; and the operator is told what became of the edit.
    assert stage.items == {**BEFORE, "theme": "mine", "end": "now"}
    assert await stored(page) == stage.items
    if edit.state is EditState.REFUSED:
        assert_refused(edit, Reason.CONFLICT, theme="mine")


async def test_edits_amid_a_storm_of_writes_end_in_agreement(stage: Stage) -> None:
    page = await opened(stage)
    await page.evaluate(
        """() => {
          window.steps = 0;
          const channel = new MessageChannel();
          channel.port1.onmessage = () => {
            steps += 1;
            for (let i = 0; i < 20; i += 1) localStorage.setItem(`noise ${i}`, String(steps).repeat(1000));
            if (!localStorage.theme.endsWith('39')) channel.port2.postMessage(0);
          };
          channel.port2.postMessage(0);
          addEventListener('storage', ({ newValue }) => { localStorage.theme = newValue.replace('theirs', 'mine'); });
        }"""
    )

    for number in range(40):
        edit = await stage.edit(SetItem("theme", f"theirs {number}"))
        assert edit.state is EditState.APPLIED
        await stage.until(lambda: stage.items["theme"] == f"mine {number}")  # noqa: B023 - awaited before the next

    end = await page.evaluate("localStorage.end = String(steps)")
    await stage.until(lambda: stage.items.get("end") == end)
    agree = stage.items == await stored(page)  # a difference would be too long to show
    assert agree


async def test_a_guarded_clear(stage: Stage) -> None:
    page = await opened(stage)
    revision = stage.session.area().revision
    await page.evaluate("localStorage.unseen = '1'")
    edit = stage.session.edit([Clear(expected=revision)], stage.now())
    await stage.settled(edit)
    await stage.until_items({**BEFORE, "unseen": "1"})
    assert_refused(edit, Reason.CONFLICT)
    await stage.edit(SetItem("own", "does not count"))

    edit = await stage.edit(Clear(expected=stage.session.area().revision))

    assert edit.state is EditState.APPLIED
    assert await stored(page) == {}


async def test_a_group_is_refused_whole(stage: Stage) -> None:
    page = await opened(stage)

    edit = await stage.edit(SetItem("theme", "light", "dark"), Clear(), SetItem("new", "x", "not this"))

    assert_refused(edit, Reason.CONFLICT, theme="dark", new=None)
    assert await stored(page) == BEFORE
    assert await page.evaluate("heard") == []


async def test_what_exceeds_the_quota_changes_nothing(stage: Stage) -> None:
    page = await opened(stage)

    edit = await stage.edit(SetItem("cart", "x" * QUOTA, "[1]"))

    assert_refused(edit, Reason.QUOTA, cart="[1]")
    assert "QuotaExceededError" in edit.message
    assert await stored(page) == BEFORE


async def test_a_group_that_exceeds_the_quota_is_rolled_back(stage: Stage) -> None:
    full = {"a": "a" * 2_000_000, "b": "b" * 2_000_000, "c": "c" * 1_000_000}
    page = await opened(stage, full)

    edit = await stage.edit(
        RenameItem("a", "d"),
        RemoveItem("c"),
        SetItem("b", "short"),
        SetItem("e", "e" * 2_000_000),
        SetItem("f", "f" * 2_000_000),
    )

    assert (edit.state, edit.reason) == (EditState.REFUSED, Reason.QUOTA)
    is_restored = stage.items == full and await stored(page) == full  # a difference would be too long to show
    assert is_restored


async def test_the_order_of_a_group_needs_no_room_of_its_own(stage: Stage) -> None:
    page = await opened(stage, {"a": "a" * 3_000_000, "b": "b" * 2_000_000})

    edit = await stage.edit(SetItem("b", "b" * 5_000_000), SetItem("a", "short"))

    assert edit.state is EditState.APPLIED, edit.message
    assert await page.evaluate("[localStorage.a, localStorage.b.length]") == ["short", 5_000_000]


@pytest.mark.parametrize(
    "key",
    [
        "",
        "__proto__",
        "length",
        "getItem",
        "constructor",
        "0",
        "\0",
        "\u2028",
        "\ufeff",
        "\ud800",
        "日本😀",
        "k" * 100_000,
    ],
    ids=lambda key: repr(key[:12]),
)
async def test_any_key_can_be_edited(stage: Stage, key: str) -> None:
    page = await opened(stage, {})

    assert (await stage.edit(SetItem(key, "1", None))).state is EditState.APPLIED
    assert await stored(page) == stage.items == {key: "1"}
    assert (await stage.edit(RenameItem(key, f"{key} and more", "1"))).state is EditState.APPLIED
    assert (await stage.edit(RenameItem(f"{key} and more", key, "1"))).state is EditState.APPLIED
    assert (await stage.edit(RemoveItem(key, "1"))).state is EditState.APPLIED
    assert await stored(page) == stage.items == {}


@pytest.mark.parametrize(
    "value",
    ["", "\0", "\ufeffx", "\ud800", "\udc00\ud800", "\u2028\r\n", "日本😀", "日" * QUOTA, "\ud800" * 500_000],
    ids=lambda value: f"{value[:6]!r} of {len(value)}",
)
async def test_any_value_is_written_and_read_back_exactly(stage: Stage, value: str) -> None:
    page = await opened(stage, {})

    edit = await stage.edit(SetItem("", value, None))

    assert edit.state is EditState.APPLIED, edit.message
    is_exact = stage.items == {"": value} and await stored(page) == {
        "": value
    }  # a difference would be too long to show
    assert is_exact
    assert (await stage.edit(SetItem("", "next", value))).state is EditState.APPLIED


async def test_a_map_is_obeyed_by_difference(stage: Stage) -> None:
    page = await opened(stage, {**BEFORE, "length": "1", "": "empty"})

    edit = await stage.replace(Replace({"theme": "dark", "cart": "[2]", "__proto__": "new", "": "empty"}))

    assert edit.state is EditState.APPLIED
    after = {"theme": "dark", "cart": "[2]", "__proto__": "new", "": "empty"}
    assert await stored(page) == stage.items == after
    heard = await page.wait_for("heard.length === 3 && heard")
    assert sorted(heard) == [
        ["__proto__", None, "new", True],
        ["cart", "[1]", "[2]", True],
        ["length", "1", None, True],
    ]


async def test_a_map_that_exceeds_the_quota_changes_nothing(stage: Stage) -> None:
    page = await opened(stage)

    edit = await stage.replace(Replace({"theme": "light", "big": "x" * QUOTA}))

    assert (edit.state, edit.reason) == (EditState.REFUSED, Reason.QUOTA)
    assert await stored(page) == stage.items == BEFORE


async def test_a_map_for_a_session_storage(stage: Stage) -> None:
    page = await opened(stage)
    await page.evaluate("sessionStorage.setItem('old', '1')")
    here = stage.connected[0]

    edit = await stage.replace(Replace({"step": "2"}), page=here)

    assert edit.state is EditState.APPLIED
    assert await stored(page, "sessionStorage") == here.session_storage.area.items == {"step": "2"}


async def test_the_python_api_edits_the_page(stage: Stage) -> None:
    page = await opened(stage)
    session = await stage.ws.wait_for_session(origin=stage.site.origin, timeout=30)

    session.local_storage.set("cart", [1, 2])
    session.local_storage.pop("theme")

    assert await stage.ws.settled(timeout=30) == []
    assert await stored(page) == {"cart": "[1, 2]"}
