"""Decoding of wire messages: whatever a page sends, it is a message, or an error that is that page's."""

from __future__ import annotations

import json
from typing import Final

from monitor.core.messages import (
    ProtocolError,
    UnknownMessageError,
    decode,
    decode_hub_message,
    encode,
)
from tests.fuzz.hostile_messages import hostile_message
from tests.fuzz.reading import Reader

SEEDS: Final = (
    b'\0{"type":"hello","version":1,"session_id":"s","secret":"x","page_id":"p","document_id":"d","origin":"https://a.b",'
    b'"url":"https://a.b/","title":"T","user_agent":"U","visible":true,"bridge":"1","top_site":null,"token":"t",'
    b'"label":"l","user":"u","storage_error":null}',
    b'\0{"type":"snapshot","area":"local","part":1,"parts":2,"seq":0,"items":[["a","1"],["b",12]]}',
    b'\0{"type":"changes","area":"session","seq":3,"changes":[["set","a","\xc3\xa9"],["remove","b"],["clear"]]}',
    b'\0{"type":"changes","area":"local","seq":3,"changes":[["set","\\ud800","\\udfff"],["set","a",0]]}',
    b'\0{"type":"result","id":"e-1","outcome":"refused","area":"local","seq":4,"values":[["a",null],["b","\\u0000"]],'
    b'"error":"conflict","message":"no"}',
    b'\0{"type":"page","url":"u","title":"t","visible":false,"user":null}',
    b'\0{"type":"pong"}',
    b'\0{"type":"bye"}',
    b'\0{"type":"error","message":"?"}',
    b'\0{"type":"news\\ud800","x":[{},[1.5e3,-0,true]]}',
    b'\0{"type":"welcome","page_id":"p","limits":{"message":1048576},"time":1.5}',
    b'\0{"type":"edit","id":"e","area":"local","operations":[{"op":"set","key":"a","value":"1","expected":null},'
    b'{"op":"remove","key":"a"},{"op":"rename","key":"a","new_key":"b"},{"op":"clear","expected":2}],"deadline":1.0,'
    b'"time":0.0,"again":true}',
    b'\0{"localstorage":{"a":"1"},"id":"e","deadline":2.0,"time":1.0}',
    b'\0{"sessionstorage":{}}',
    b'\0{"type":' + b"[" * 3_000,
    b"\1\2\0\1\0\3\2\0\5\1\1\4\6",
    bytes(range(1, 120)),
)


def check(content: bytes) -> None:
    """Nothing but a message or the documented errors; and what was read is written and read again as it was. The first
    byte says whether the others are the message, or choices for one that is nearly right.
    """
    if content[:1] > b"\0":
        _check_page_message(hostile_message(Reader(content[1:])))
    else:
        _check_page_message(content[1:])
        _check_hub_message(content[1:])


def _check_page_message(content: bytes) -> None:
    try:
        message = decode(content)
    except ProtocolError as error:
        assert error.code in (1008, 1009)
        assert 0 < len(error.reason.encode()) <= 123, "does not fit into a close frame"
        return
    except UnknownMessageError as error:
        assert len(str(error)) <= 64
        return
    written = encode(message)
    assert decode(written) == message
    # Whether a value is written as it is or escaped, and whether the text comes as bytes or not, it is the same one.
    assert decode(json.dumps(json.loads(written))) == message


def _check_hub_message(content: bytes) -> None:
    try:
        message = decode_hub_message(content)
    except ProtocolError as error:
        assert error.code == 1008
        return
    written = encode(message)
    # JSON has no words for these three; a hub does not write them, and Python's reader takes them.
    if not any(word in content for word in (b"NaN", b"Infinity")):
        assert decode_hub_message(written) == message
