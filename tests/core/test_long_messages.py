"""Long messages, encoded in parts: together they are the message, and none of them is long."""

from __future__ import annotations

import pytest

from monitor.core.long_messages import LONG_TEXT, MANY_TEXTS, encode_in_parts, is_long
from monitor.core.messages import (
    Clear,
    EditRequest,
    HubMessage,
    LocalStorageMap,
    Operation,
    Ping,
    RemoveItem,
    RenameItem,
    SessionStorageMap,
    SetItem,
    decode_hub_message,
    encode,
)

LONG = "x" * (LONG_TEXT + 1)
MOST_BYTES_A_CHARACTER = 12  # a sign of two UTF-16 units, each escaped


def edit(*operations: Operation) -> EditRequest:
    return EditRequest("1-1", "local", list(operations), 2.0, 1.0)


MESSAGES = [
    edit(SetItem("key", LONG, "before")),
    edit(SetItem("key", "after", LONG)),
    edit(SetItem("key", LONG, f"{LONG}{LONG}!")),
    edit(SetItem("first", "1", None), SetItem("key", LONG), RemoveItem("last")),
    edit(RemoveItem("key", LONG)),
    edit(RenameItem("key", "other", LONG), Clear(7)),
    edit(*(SetItem(str(number), "x" * (LONG_TEXT // 10)) for number in range(11))),
    edit(*(SetItem(str(number), "") for number in range(MANY_TEXTS + 1))),
    LocalStorageMap({"a": "1", "key": LONG, "z": LONG}, id="1-1"),
    SessionStorageMap({"key": LONG}),
    LocalStorageMap({str(number): "" for number in range(MANY_TEXTS + 1)}),
]


@pytest.mark.parametrize("message", MESSAGES)
def test_the_parts_together_are_the_message(message: HubMessage) -> None:
    assert is_long(message)
    assert b"".join(encode_in_parts(message)) == encode(message)


@pytest.mark.parametrize("sign", ["\0", "\ud83d", '"', "\\", "é", "\U0001f600", "\udc00x", "\u2028"])
def test_no_part_is_long_and_every_sign_arrives(sign: str) -> None:
    text = sign * (2 * LONG_TEXT + 1)
    message = edit(SetItem("key", text, text[1:]))
    parts = list(encode_in_parts(message))
    assert decode_hub_message(b"".join(parts)) == message
    assert max(map(len, parts)) <= LONG_TEXT * (1 + MOST_BYTES_A_CHARACTER)


def test_no_part_is_long_where_texts_are_many() -> None:
    message = edit(*(SetItem(str(number), "\ud83d" * 5_000) for number in range(MANY_TEXTS)))
    parts = list(encode_in_parts(message))
    assert decode_hub_message(b"".join(parts)) == message
    assert max(map(len, parts)) <= 2 * LONG_TEXT


@pytest.mark.parametrize("message", [edit(SetItem("key", "value", "before")), LocalStorageMap({"a": "1"}), Ping(1.0)])
def test_what_is_short_is_one_part(message: HubMessage) -> None:
    assert not is_long(message)
    assert list(encode_in_parts(message)) == [encode(message)]
