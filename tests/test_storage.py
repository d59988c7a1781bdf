"""`BaseStorage` and its two kinds by themselves: what is stored, what is read, and what is sent when."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from monitor.storage import BaseStorage, LocalStorage, SessionStorage

if TYPE_CHECKING:
    from collections.abc import Mapping


class Recorder:
    """Takes messages down as they were when they were sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[dict[str, dict[str, Any]], str]] = []
        self.failure: Exception | None = None

    async def send_message(self, data: Mapping[str, Mapping[str, Any]], session_id: str) -> None:
        if self.failure is not None:
            raise self.failure
        self.sent.append(({area: dict(items) for area, items in data.items()}, session_id))

    @property
    def maps(self) -> list[dict[str, Any]]:
        return [items for data, _ in self.sent for items in data.values()]


@pytest.fixture
def ws() -> Recorder:
    return Recorder()


def storage_of(ws: Recorder, **items: Any) -> LocalStorage:
    return LocalStorage(data=items, session_id="session", ws=ws)


# --- reading ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("john_doe", "john_doe"),
        ('{"a": [1, null]}', {"a": [1, None]}),
        ("[1, 2]", [1, 2]),
        ("456", 456),
        ("true", True),
        ("null", None),
        ('"quoted"', "quoted"),
        ("", ""),
        ("2024-01-15", "2024-01-15"),
        ("{broken", "{broken"),
        ("NaN", "NaN"),
        ("-Infinity", "-Infinity"),
        ("[NaN]", "[NaN]"),
        ("1" * 5000, "1" * 5000),
        ("[" * 100_000, "[" * 100_000),
        ("\ud800", "\ud800"),
        (5, 5),
        (0, 0),
        (False, False),
        ([1], [1]),
    ],
)
def test_each_value_is_read_by_itself(ws: Recorder, raw: Any, read: Any) -> None:
    storage = storage_of(ws, one=raw, other="{", more='{"b":2}')
    assert storage.get("one") == read
    assert storage.values() == [read, "{", {"b": 2}]
    assert storage.items() == [("one", read), ("other", "{"), ("more", {"b": 2})]
    assert storage.pop("one") == read
    assert storage.data == {"other": "{", "more": '{"b":2}'}


def test_reading_sends_nothing_and_changes_nothing(ws: Recorder) -> None:
    storage = storage_of(ws, a='{"x": 1}')
    storage.get("a")
    storage.keys()
    storage.values()
    storage.items()
    assert storage.data == {"a": '{"x": 1}'}
    assert ws.sent == []


def test_a_default_is_returned_as_it_is(ws: Recorder) -> None:
    storage = storage_of(ws, empty="")
    assert storage.get("missing") is None
    assert storage.get("missing", "[1]") == "[1]"
    assert storage.get("empty", "default") == ""


def test_lists_are_lists_of_their_own(ws: Recorder) -> None:
    storage = storage_of(ws, a="1")
    for listed in (storage.keys(), storage.values(), storage.items()):
        assert type(listed) is list
        listed.clear()
    assert storage.data == {"a": "1"}


# --- writing ---------------------------------------------------------------------------------------------------------


def test_a_dict_becomes_json_and_all_else_stays_as_it_is(ws: Recorder) -> None:
    storage = storage_of(ws)
    values: dict[str, Any] = {"text": "t", "number": 5, "zero": 0, "no": False, "list": [1, 2], "real": 1.5}
    for key, value in values.items():
        storage.set(key, value)
    assert storage.data == values
    storage.set("dict", {"language": "en", "notifications": True})
    assert storage.data["dict"] == json.dumps({"language": "en", "notifications": True})
    assert storage.get("dict") == {"language": "en", "notifications": True}
    storage.set("dict", {"name": "José"})
    assert storage.data["dict"] == '{"name": "José"}'


@pytest.mark.parametrize("empty", [None, "", {}, [], (), set(), b""])
def test_an_empty_value_is_not_stored(ws: Recorder, empty: Any) -> None:
    storage = storage_of(ws, a="1")
    storage.set("a", empty)
    storage.set("b", empty)
    assert storage.data == {"a": "1"}
    assert ws.maps == [{"a": "1"}] * 2


@pytest.mark.parametrize("value", [{"x": object()}, {"x": float("nan")}, {("a",): 1}])
def test_a_dict_that_json_cannot_write_is_logged_and_not_stored(
    ws: Recorder, value: dict[Any, Any], caplog: pytest.LogCaptureFixture
) -> None:
    storage = storage_of(ws, a="1")
    storage.set("the key", value)
    assert storage.data == {"a": "1"}
    assert "'the key' cannot be stored" in caplog.text


def test_a_dict_that_contains_itself_is_logged_and_not_stored(ws: Recorder, caplog: pytest.LogCaptureFixture) -> None:
    endless: dict[str, Any] = {}
    endless["x"] = endless
    storage_of(ws).set("a", endless)
    assert "'a' cannot be stored" in caplog.text


def test_pop_of_a_missing_item_is_none_and_sends_nothing(ws: Recorder) -> None:
    assert storage_of(ws, a="1").pop("b") is None
    assert ws.sent == []


def test_clear_empties_the_very_map(ws: Recorder) -> None:
    items = {"a": "1"}
    storage = LocalStorage(items, "session", ws)
    storage.clear()
    assert storage.data is items
    assert items == {}
    assert ws.maps == [{}]


# --- sending ---------------------------------------------------------------------------------------------------------


def test_each_change_sends_the_whole_raw_map_to_its_session(ws: Recorder) -> None:
    storage = storage_of(ws, a="1")
    storage.set("b", {"x": 1})
    storage.pop("a")
    storage.clear()
    assert ws.sent == [
        ({"localstorage": {"a": "1", "b": '{"x": 1}'}}, "session"),
        ({"localstorage": {"b": '{"x": 1}'}}, "session"),
        ({"localstorage": {}}, "session"),
    ]


def test_session_storage_names_itself(ws: Recorder) -> None:
    SessionStorage(data={}, session_id="page", ws=ws).set("a", "1")
    assert ws.sent == [({"sessionstorage": {"a": "1"}}, "page")]


async def test_with_a_running_loop_it_is_a_task(ws: Recorder) -> None:
    storage = storage_of(ws)
    storage.set("a", "1")
    assert ws.sent == []
    await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()})
    assert ws.maps == [{"a": "1"}]


async def test_in_a_thread_without_a_loop_it_is_sent_at_once(ws: Recorder) -> None:
    storage = storage_of(ws)
    thread = threading.Thread(target=storage.set, args=("a", "1"))
    thread.start()
    thread.join()
    assert ws.maps == [{"a": "1"}]


async def test_what_a_task_fails_with_is_logged(ws: Recorder, caplog: pytest.LogCaptureFixture) -> None:
    ws.failure = ConnectionError("no line")
    storage_of(ws).set("a", "1")
    await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()})
    assert "was not sent" in caplog.text
    assert "no line" in caplog.text


@pytest.mark.parametrize("failure", [TypeError("no"), json.JSONDecodeError("no", "", 0)])
def test_what_json_may_fail_with_never_reaches_the_caller(
    ws: Recorder, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    ws.failure = failure
    storage = storage_of(ws)
    storage.set("a", "1")
    assert storage.data == {"a": "1"}
    assert "was not sent" in caplog.text


def test_a_batch_sends_once(ws: Recorder) -> None:
    storage = storage_of(ws, a="1")
    with storage.batch():
        storage.set("b", "2")
        with storage.batch():
            storage.pop("a")
        storage.set("c", "3")
        assert ws.sent == []
    assert ws.maps == [{"b": "2", "c": "3"}]
    storage.set("d", "4")
    assert len(ws.sent) == 2


def test_a_batch_in_which_nothing_happens_sends_nothing(ws: Recorder) -> None:
    storage = storage_of(ws)
    with storage.batch():
        storage.pop("missing")
    assert ws.sent == []


def test_a_batch_that_fails_sends_what_happened(ws: Recorder) -> None:
    storage = storage_of(ws)

    def fail_halfway() -> None:
        with storage.batch():
            storage.set("a", "1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    assert ws.maps == [{"a": "1"}]
    storage.set("b", "2")
    assert len(ws.sent) == 2


def test_data_is_only_changed_under_the_lock(ws: Recorder) -> None:
    held = 0

    class Lock:
        def __enter__(self) -> None:
            nonlocal held
            held += 1

        def __exit__(self, *_: object) -> None:
            nonlocal held
            held -= 1

    class Guarded(dict[str, Any]):
        def __setitem__(self, key: str, value: Any) -> None:
            assert held
            super().__setitem__(key, value)

        def pop(self, *arguments: Any) -> Any:
            assert held
            return super().pop(*arguments)

        def clear(self) -> None:
            assert held
            super().clear()

    storage = LocalStorage(Guarded(), "session", ws)
    storage.lock = Lock()  # type: ignore[assignment] # as much of a lock as a with statement needs
    storage.set("a", "1")
    assert storage.pop("a") == 1
    storage.clear()
    assert len(ws.sent) == 3
    assert held == 0


# --- what it is ------------------------------------------------------------------------------------------------------


def test_the_kinds_are_base_storages_and_keep_the_hub_to_themselves(ws: Recorder) -> None:
    for kind in (LocalStorage, SessionStorage):
        storage = kind({"a": "1"}, "session", ws)
        assert isinstance(storage, BaseStorage)
        assert storage.session_id == "session"
        assert not hasattr(storage, "ws")
        assert not hasattr(storage, "__ws")
        assert "1 items" in repr(storage)
