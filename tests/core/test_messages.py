"""The wire format: what is read, what is refused and how, and that no text is altered on the way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.messages import (
    Bye,
    Changes,
    Clear,
    Cleared,
    EditRequest,
    Error,
    Follow,
    Hello,
    HubMessage,
    ItemRemoved,
    ItemSet,
    Lead,
    Limits,
    LocalStorageMap,
    PageMessage,
    PageState,
    Ping,
    Pong,
    ProtocolError,
    RemoveItem,
    RenameItem,
    Result,
    Resync,
    SessionStorageMap,
    SetItem,
    Snapshot,
    UnknownMessageError,
    Welcome,
    decode,
    encode,
)
from monitor.core.values import canonical
from tests.core.conversation import hello
from tests.core.texts import texts

if TYPE_CHECKING:
    from collections.abc import Callable

HELLO: dict[str, Any] = json.loads(encode(hello))

# --- page to hub -----------------------------------------------------------------------------------------------------

AS_WRITTEN: list[tuple[str, PageMessage]] = [
    ('{"type": "snapshot", "area": "local", "part": 1, "parts": 2, "seq": 7, "items": [["a", "1"], ["b", 12]]}',
     Snapshot("local", 1, 2, 7, [("a", "1"), ("b", 12)])),
    ('{"type": "changes", "area": "session", "seq": 8, "changes": [["set", "a", "1"], ["set", "b", 3]]}',
     Changes("session", 8, [ItemSet("a", "1"), ItemSet("b", 3)])),
    ('{"type": "changes", "area": "local", "seq": 8, "changes": [["remove", "c"], ["clear"]]}',
     Changes("local", 8, [ItemRemoved("c"), Cleared()])),
    ('{"type": "result", "id": "e", "outcome": "applied", "area": "local", "seq": 9, "values": [["a", null]]}',
     Result("e", "applied", "local", 9, [("a", None)])),
    ('{"type": "result", "id": "e", "outcome": "refused", "area": "local", "seq": 9, "error": "quota", "message": "!"}',
     Result("e", "refused", "local", 9, [], "quota", "!")),
    ('{"type": "page", "url": "u", "title": "t", "visible": false}', PageState("u", "t", False)),
    ('{"type": "page", "url": "u", "title": "t", "visible": true, "user": "Ada"}', PageState("u", "t", True, "Ada")),
    ('{"type": "page", "url": "u", "title": "t", "visible": true, "user": null}', PageState("u", "t", True, None)),
    (json.dumps({**HELLO, "user": "Ada"}), msgspec.structs.replace(hello, user="Ada")),
    (json.dumps({**HELLO, "user": None}), msgspec.structs.replace(hello, user=None)),
    ('{"type": "pong"}', Pong()),
    ('{"type": "bye"}', Bye()),
    ('{"type": "error", "message": "what?"}', Error("what?")),
    (json.dumps(HELLO), hello),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), AS_WRITTEN, ids=lambda value: type(value).__name__)
def test_what_pages_send_is_read(text: str, message: PageMessage) -> None:
    assert decode(text) == message
    assert decode(text.encode()) == message
    assert decode(encode(message)) == message


@pytest.mark.parametrize(("text", "message"), AS_WRITTEN, ids=lambda value: type(value).__name__)
def test_unknown_fields_are_ignored(text: str, message: PageMessage) -> None:
    """ "Unknown fields are ignored"."""
    assert decode(json.dumps({**json.loads(text), "later": {"version": [2, "\ud800"]}})) == message


def test_a_hello_may_leave_out_what_has_a_default() -> None:
    needed = {name: value for name, value in HELLO.items() if value is not None}
    assert decode(json.dumps(needed)) == hello


@pytest.mark.parametrize("kind", ["", "helo", "Hello", "lead", "\ud800", "x" * 10_000])
def test_an_unknown_type_is_told_from_a_fault(kind: str) -> None:
    with pytest.raises(UnknownMessageError) as caught:
        decode(json.dumps({"type": kind, "deep": [[[]]]}))
    assert str(caught.value) == kind[:64]


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in HELLO.items() if key != name}


MALFORMED: list[object] = [
    None, 0, 1.5, True, "hello", [], [["type", "hello"]], {},
    {"type": None}, {"type": 1}, {"type": ["hello"]}, {"kind": "pong"},
    *[without(name) for name in ("version", "session_id", "secret", "page_id", "document_id", "origin", "visible")],
    {**HELLO, "version": "1"}, {**HELLO, "version": True}, {**HELLO, "version": 1.5}, {**HELLO, "version": None},
    {**HELLO, "session_id": 7}, {**HELLO, "session_id": None}, {**HELLO, "visible": 1}, {**HELLO, "visible": "yes"},
    {**HELLO, "user": 5}, {**HELLO, "top_site": []},
    {"type": "snapshot"},
    {"type": "snapshot", "area": "cookies", "part": 1, "parts": 1, "seq": 0, "items": []},
    {"type": "snapshot", "area": "local", "part": True, "parts": 1, "seq": 0, "items": []},
    {"type": "snapshot", "area": "local", "part": 1, "parts": 1, "seq": 0.5, "items": []},
    {"type": "snapshot", "area": "local", "part": 1, "parts": 1, "seq": 0, "items": {"a": "1"}},
    {"type": "snapshot", "area": "local", "part": 1, "parts": 1, "seq": 0, "items": [["a"]]},
    {"type": "snapshot", "area": "local", "part": 1, "parts": 1, "seq": 0, "items": [["a", "1", "2"]]},
    {"type": "snapshot", "area": "local", "part": 1, "parts": 1, "seq": 0, "items": [["a", None]]},
    {"type": "snapshot", "area": "local", "part": 1, "parts": 1, "seq": 0, "items": [["a", True]]},
    {"type": "snapshot", "area": "local", "part": 1, "parts": 1, "seq": 0, "items": [["a", 1.5]]},
    {"type": "snapshot", "area": "local", "part": 1, "parts": 1, "seq": 0, "items": [["a", -1]]},
    {"type": "result", "id": "e", "outcome": "applied", "area": "local", "seq": 1, "values": [["a", -1]]},
    {"type": "changes", "area": "local", "seq": 1, "changes": [["set", "a", 2**53]]},
    {"type": "changes", "area": "local", "seq": 2**53, "changes": []},
    {"type": "snapshot", "area": "local", "part": 1, "parts": 1, "seq": 10**30, "items": [["\ud800", 10**30]]},
    {"type": "snapshot", "area": "local", "part": 1, "parts": 1, "seq": 0, "items": [[1, "a"]]},
    {"type": "changes", "area": "local", "seq": 1, "changes": [["set", "a"]]},
    {"type": "changes", "area": "local", "seq": 1, "changes": [["remove"]]},
    {"type": "changes", "area": "local", "seq": 1, "changes": [["rename", "a", "b"]]},
    {"type": "changes", "area": "local", "seq": 1, "changes": [[]]},
    {"type": "changes", "area": "local", "seq": "1", "changes": []},
    {"type": "result", "id": "e", "outcome": "maybe", "area": "local", "seq": 1},
    {"type": "result", "id": 3, "outcome": "applied", "area": "local", "seq": 1},
    {"type": "result", "id": "e", "outcome": "applied", "area": "local", "seq": 1, "values": [["a", False]]},
    {"type": "page", "url": "u", "title": None, "visible": True},
    {"type": "error"},
]  # fmt: skip


@pytest.mark.parametrize("content", MALFORMED, ids=lambda content: json.dumps(content)[:60])
@pytest.mark.parametrize("spoilt", ["", "\ud800"], ids=["plain", "with a lone surrogate"])
def test_what_is_not_as_written_is_a_fault_of_the_peer(content: object, spoilt: str) -> None:
    if spoilt:  # takes the other way through decode
        content = {**content, "later": spoilt} if isinstance(content, dict) else [content, spoilt]
    with pytest.raises(ProtocolError) as caught:
        decode(json.dumps(content))
    assert caught.value.code == 1008
    assert caught.value.reason


NOT_JSON: list[bytes] = [
    b"", b" ", b"hello", b"{", b'{"type": "pong"', b'{"type": "pong"} {}', b'{"type": "pong",}', b"{'type': 'pong'}",
    b"\xff\xfe", b'{"type": "error", "message": "\xed\xa0\x80"}', '{"type": "pong"}'.encode("utf-16-le"),
    b'{"type": "p\x00ng"}', b'{"type": "\\q"}',
    b"[" * 100_000, b'{"type": "pong", "later": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    b'{"type": "pong", "later": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001,
    b'{"type": "snapshot", "area": "local", "part": 1, "parts": 1, "seq": NaN, "items": []}',
    b'{"type": "snapshot", "area": "local", "part": 1, "parts": 1, "seq": 0, "items": [["\\ud800", NaN]]}',
    b'{"type": "snapshot", "area": "local", "part": 1, "parts": 1, "seq": -Infinity, "items": [["\\ud800", "1"]]}',
    b'{"type": "snapshot", "area": "local", "part": 1, "parts": 1, "seq": 1e999, "items": [["\\ud800", "1"]]}',
    b'{"type": "changes", "area": "local", "seq": ' + b"9" * 5000 + b', "changes": [["remove", "\\ud800"]]}',
]  # fmt: skip


@pytest.mark.parametrize("text", NOT_JSON, ids=lambda text: ascii(text[:50]))
def test_what_is_not_json_is_a_fault_of_the_peer(text: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode(text)


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_nothing_but_the_two_errors_ever_comes_out(text: bytes | str) -> None:
    with pytest.raises((ProtocolError, UnknownMessageError)):
        decode(text)


@given(
    st.sampled_from([text for text, _ in AS_WRITTEN]).map(json.loads),
    st.data(),
    st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | texts, st.lists, max_leaves=4),
)
def test_anything_may_stand_in_any_field(message: dict[str, Any], data: st.DataObject, anything: object) -> None:
    message[data.draw(st.sampled_from(sorted(message)))] = anything
    text = json.dumps(message)
    try:
        found = json.loads(json.dumps(msgspec.to_builtins(decode(text))))
    except (ProtocolError, UnknownMessageError):
        return
    assert {name: found[name] for name in message} == json.loads(text)


@given(texts)
def test_a_reason_fits_into_a_close_frame(peers_text: str) -> None:
    """RFC 6455, 5.5: "All control frames MUST have a payload length of 125 bytes or less"; the code takes two."""
    error = ProtocolError(f"it says {peers_text * 10}", 1009)
    assert len(error.reason.encode()) <= 123
    assert error.reason.startswith("it says")
    assert error.code == 1009
    assert ProtocolError("a \ud800é").reason == r"a \ud800\xe9"


# --- no text is altered ----------------------------------------------------------------------------------------------

# Every message with a text in every place that can hold one.
OF_TEXT: list[Callable[[str], PageMessage | HubMessage]] = [
    lambda text: Hello(1, text, text, text, text, text, text, text, text, True, text, text, text, text, text, text),
    lambda text: Snapshot("local", 1, 1, 0, [(text, text)]),
    lambda text: Changes("local", 1, [ItemSet(text, text), ItemRemoved(text)]),
    lambda text: Result(text, "refused", "local", 1, [(text, text), (text, None)], text, text),
    lambda text: PageState(text, text, True, text),
    lambda text: Error(text),
    lambda text: Welcome(text, Limits(1), 0.5),
    lambda text: EditRequest(
        text,
        "local",
        [SetItem(text, text, text), RemoveItem(text, text), RenameItem(text, text, text), SetItem(text, text, None)],
        1.0,
        0.5,
    ),
    lambda text: LocalStorageMap({text: text}, text, 1.0, 0.5),
    lambda text: SessionStorageMap({text: text}, text, 1.0, 0.5),
]
page_makers = OF_TEXT[:6]


@pytest.mark.parametrize("make", OF_TEXT)
@pytest.mark.parametrize("text", ["\ud800", "\udfff\ud800", "a\0b", "\u2028\ufeff", "😀", "", '"\\', "\x7f\x80"])
def test_every_text_survives_writing(make: Callable[[str], PageMessage | HubMessage], text: str) -> None:
    """ "Keys and values are any UTF-16 text … nothing else is altered", the lone surrogates and the empty key."""
    message = make(text)
    written = encode(message)
    written.decode("utf-8")
    assert json.loads(written) == json.loads(json.dumps(msgspec.to_builtins(message)))


@pytest.mark.parametrize("make", page_makers)
@given(text=texts)
def test_every_text_survives_reading(make: Callable[[str], PageMessage], text: str) -> None:
    message = make(canonical(text))
    assert decode(encode(message)) == message
    # As JSON.stringify writes it: each lone surrogate escaped, pairs as they are; or everything escaped.
    assert decode(json.dumps(msgspec.to_builtins(message))) == message
    assert decode(json.dumps(msgspec.to_builtins(make(text)))) == message


# --- hub to page -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (Welcome("p", Limits(8), 1.5), {"type": "welcome", "page_id": "p", "limits": {"message": 8}, "time": 1.5}),
        (Lead(), {"type": "lead"}),
        (Follow(), {"type": "follow"}),
        (Ping(2.0), {"type": "ping", "time": 2.0}),
        (Resync("session"), {"type": "resync", "area": "session"}),
        (Error("?"), {"type": "error", "message": "?"}),
        (
            EditRequest("e", "local", [SetItem("a", "1"), RemoveItem("b"), RenameItem("c", "d"), Clear()], 3, 1, True),
            {"type": "edit", "id": "e", "area": "local", "deadline": 3.0, "time": 1.0, "again": True,
             "operations": [{"op": "set", "key": "a", "value": "1"}, {"op": "remove", "key": "b"},
                            {"op": "rename", "key": "c", "new_key": "d"}, {"op": "clear"}]},
        ),
        (
            EditRequest("e", "session", [SetItem("a", "1", None), RemoveItem("b", "2"), Clear(3)], 3.0, 1.0),
            {"type": "edit", "id": "e", "area": "session", "deadline": 3.0, "time": 1.0, "again": False,
             "operations": [{"op": "set", "key": "a", "value": "1", "expected": None},
                            {"op": "remove", "key": "b", "expected": "2"}, {"op": "clear", "expected": 3}]},
        ),
        (LocalStorageMap({"a": "1"}), {"localstorage": {"a": "1"}, "again": False}),
        (SessionStorageMap({}, "e", 3.0, 1.0, True),
         {"sessionstorage": {}, "id": "e", "deadline": 3.0, "time": 1.0, "again": True}),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_the_hub_sends(message: HubMessage, text: dict[str, Any]) -> None:
    """ "left out: whatever it is": an ``expected`` that is not given does not go out, a ``None`` does."""
    assert json.loads(encode(message)) == text
