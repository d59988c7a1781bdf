"""Wire protocol, version 1: every message between a page's bridge and the hub, and how it is written.

Messages are JSON texts over the WebSocket subprotocol ``session-monitor.v1``. Each is an object whose ``type`` names
it, but for the message of the specification, ``{"localstorage": {…}}``, which has none. The rules:

- Unknown fields are ignored; an unknown ``type`` is answered with ``error`` and survived; anything else that is not
  as written here is a fault of that peer, which is closed with a reason a person can read (`ProtocolError`).
- Keys and values are any UTF-16 text. Both sides write JSON so that lone surrogates are escaped; nothing else is
  altered.
- Where a value stands, a number ``n`` in its place says: this value is redacted, it has ``n`` UTF-16 units and never
  left the page.
- A page counts what it reports of an area in ``seq``: each `changes`, and each `result` of an edit that it applied
  just now, carries the number after the last one; any other `result` carries the last one. A `snapshot` says at which
  number it was taken; if it shows a change that was not reported before, the page counts one more for it first. A hub
  that misses a number asks for a new snapshot (`Resync`).
- The parts of a snapshot follow one another: no `changes` and no `result` of that area between them.
- All that a page sends of one area is in order, and it looks for changes that it has not reported before it decides
  on an edit: when a `result` arrives, those have arrived, so the hub's items are at that moment the browser's items.
- An edit is applied whole or not at all. It is sent again (``again``) when the line broke before its result came: to
  the same document at once, to any other only when the first has said `bye` or the deadline it was given has passed,
  for until then the first may still write it. A bridge that remembers that it was applied says so again, with the
  present values and the present count; one that finds the wanted end state in place answers that it is applied; any
  other decides anew.
- The pages of one browser share that memory (IndexedDB). Only what was applied must be remembered; a refusal wrote
  nothing, and must never take the place of an ``applied``.
- ``time`` and ``deadline`` are milliseconds on a clock of the hub's. A page learns that clock anew with each
  connection: when it sent `Hello`, the clock did not yet stand at the ``time`` of `Welcome`. Counted from there, with
  a clock of its own that goes on while it sleeps, a page may think it later than it is, never earlier; if `Welcome`
  took seconds to come, it connects again. At the moment of writing it refuses an edit whose ``deadline`` has passed
  (``timed-out``): a page that slept through its edit must not wake up and write it.
- What came over a connection that is closed, or that another has replaced, is not obeyed.
"""

import json
from typing import Annotated, Final, Literal, TypeAlias

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

VERSION = 1
SUBPROTOCOL = "session-monitor.v1"

AreaKind: TypeAlias = Literal["local", "session"]
LARGEST_NUMBER: Final = 2**53 - 1
"""What JavaScript counts to, one by one. No page has a larger number, and not all that is done with it here could."""
Count: TypeAlias = Annotated[int, Meta(ge=-LARGEST_NUMBER, le=LARGEST_NUMBER)]
WireValue: TypeAlias = str | Annotated[int, Meta(ge=0, le=LARGEST_NUMBER)]  # the length of a redacted value


class ProtocolError(Exception):
    """What a peer sent is not as the protocol has it: the fault is the peer's, and only that peer is closed.

    ``code`` is the WebSocket close code (1008 policy, 1009 too big), ``reason`` a sentence for the console of the
    page. It may quote the peer; in a close frame it must fit into 123 bytes of UTF-8 (RFC 6455, 5.5), and so it does.
    """

    def __init__(self, reason: str, code: int = 1008) -> None:
        super().__init__(reason)
        self.reason = reason.encode("ascii", "backslashreplace")[:123].decode("ascii")
        self.code = code


class UnknownMessageError(Exception):
    """A message of a ``type`` that this version does not know; the peer is told so and stays."""


# --- Page to hub -----------------------------------------------------------------------------------------------------


class Hello(Struct, tag="hello", frozen=True):
    """The first message of every connection: which page this is, and of which session.

    ``session_id`` and ``secret`` are made by the bridge and kept together in the page's IndexedDB, which is
    partitioned exactly as localStorage is. The id may be seen by others and proves nothing: whoever comes with it and
    without the secret that came with it first gets another session. ``page_id`` survives a reload, ``document_id`` does
    not: a reconnect brings both back, a duplicated tab brings a ``page_id`` that is taken. ``user`` is who the site
    says is signed in: ``None`` (or an empty text) is nobody, left out is no news. ``storage_error`` is the error that
    reading the storage raised, when the page has none.
    """

    version: int
    session_id: str
    secret: str
    page_id: str
    document_id: str
    origin: str
    url: str
    title: str
    user_agent: str
    visible: bool
    bridge: str
    top_site: str | None = None
    token: str | None = None
    label: str | None = None
    user: str | UnsetType | None = UNSET
    storage_error: str | None = None


class Snapshot(Struct, tag="snapshot", frozen=True):
    """Part ``part`` (from 1) of ``parts`` of a whole area as it was when the page had counted to ``seq``."""

    area: AreaKind
    part: Count
    parts: Count
    seq: Count
    items: list[tuple[str, WireValue]]


class ItemSet(Struct, tag="set", array_like=True, frozen=True, gc=False):
    """``["set", key, value]``: the item was added or has a new value."""

    key: str
    value: WireValue


class ItemRemoved(Struct, tag="remove", array_like=True, frozen=True, gc=False):
    """``["remove", key]``."""

    key: str


class Cleared(Struct, tag="clear", array_like=True, frozen=True, gc=False):
    """``["clear"]``: every item is gone."""


class Changes(Struct, tag="changes", frozen=True, gc=False):
    """What the browser changed in an area, in order."""

    area: AreaKind
    seq: Count
    changes: list[ItemSet | ItemRemoved | Cleared]


class Result(Struct, tag="result", frozen=True):
    """The one outcome of the edit ``id``.

    ``seq`` is the area's count after it (one more if it was applied just now), ``values`` the present value of every
    key it names, ``None`` where there is no such item. A refusal has an ``error`` (a `monitor.core.edits.Reason`) and
    may have the browser's own words in ``message``.
    """

    id: str
    outcome: Literal["applied", "refused"]
    area: AreaKind
    seq: Count
    values: list[tuple[str, WireValue | None]] = []
    error: str | None = None
    message: str | None = None


class PageState(Struct, tag="page", frozen=True):
    """The page has another address, title or visibility, or the site said who its user is
    (``SessionMonitor.identify``). ``user`` as in `Hello`: ``None`` is nobody, left out is no news.
    """

    url: str
    title: str
    visible: bool
    user: str | UnsetType | None = UNSET


class Pong(Struct, tag="pong", frozen=True):
    """Answer to `Ping`."""


class Bye(Struct, tag="bye", frozen=True):
    """The page leaves in good order (``pagehide``, ``freeze`` or ``SessionMonitor.stop``). It obeys nothing that comes
    over this connection afterwards, edits above all.
    """


class Error(Struct, tag="error", frozen=True):
    """Either side: the other sent something that this one does not know. Never answered."""

    message: str


# --- Hub to page -----------------------------------------------------------------------------------------------------


class Limits(Struct, frozen=True):
    """What the hub takes: ``message`` is the size in bytes of the largest message."""

    message: int


class Welcome(Struct, tag="welcome", frozen=True):
    """Answer to `Hello`. ``page_id`` is the offered one, or a new one where that is taken. Answered with a snapshot of
    the page's ``session`` area.
    """

    page_id: str
    limits: Limits
    time: float


class Wait(Struct, tag="wait", frozen=True):
    """Answer to `Hello`, instead of `Welcome`: the operator has been asked whether this page may connect. Keep the line
    and send nothing until `Greet` comes.
    """


class Greet(Struct, tag="greet", frozen=True):
    """The page may connect now. Answered with a new `Hello`."""


class Lead(Struct, tag="lead", frozen=True):
    """Be the page that reports the ``local`` area and takes its edits. Answered with a snapshot."""


class Follow(Struct, tag="follow", frozen=True):
    """Keep the line, but leave the ``local`` area to another page."""


class SetItem(Struct, tag_field="op", tag="set", frozen=True):
    """Store ``value`` under ``key``. ``expected``: what the operator saw there (``None``: nothing); left out:
    whatever it is.
    """

    key: str
    value: str
    expected: str | UnsetType | None = UNSET


class RemoveItem(Struct, tag_field="op", tag="remove", frozen=True):
    """Remove ``key``, whose value the operator saw as ``expected``."""

    key: str
    expected: str | UnsetType | None = UNSET


class RenameItem(Struct, tag_field="op", tag="rename", frozen=True):
    """Move the value of ``key`` to ``new_key``, which must be free: a conflict otherwise."""

    key: str
    new_key: str
    expected: str | UnsetType = UNSET


class Clear(Struct, tag_field="op", tag="clear", frozen=True):
    """Remove every item. With ``expected``: unless the browser changed something that the page counted after that
    number, in a `changes` or for a snapshot. Edits applied in between do not matter, they are the operator's own.
    """

    expected: int | UnsetType = UNSET


Operation: TypeAlias = SetItem | RemoveItem | RenameItem | Clear


class EditRequest(Struct, tag="edit", frozen=True):
    """Apply these operations in order, all or none, and answer with a `Result`."""

    id: str
    area: AreaKind
    operations: list[Operation]
    deadline: float
    time: float
    again: bool = False


class LocalStorageMap(Struct, frozen=True):
    """The message of the specification: make the ``local`` area hold exactly these items. ``id`` asks for a `Result`.

    The bridge obeys by difference. Redacted items are not touched; those that the map names stand in the ``values`` of
    the result, and only those.
    """

    localstorage: dict[str, str]
    id: str | UnsetType = UNSET
    deadline: float | UnsetType = UNSET
    time: float | UnsetType = UNSET
    again: bool = False


class SessionStorageMap(Struct, frozen=True):
    """The same for the ``session`` area of the page that receives it."""

    sessionstorage: dict[str, str]
    id: str | UnsetType = UNSET
    deadline: float | UnsetType = UNSET
    time: float | UnsetType = UNSET
    again: bool = False


class Ping(Struct, tag="ping", frozen=True):
    """Are you still there? Sent to a page that has been silent for a while, and when an operator asks for everything
    anew. Always answered with `Pong`, also by a page that has no storage. Also makes it look for unreported changes.
    """

    time: float


class Resync(Struct, tag="resync", frozen=True):
    """Send a snapshot of this area."""

    area: AreaKind


PageMessage: TypeAlias = Hello | Snapshot | Changes | Result | PageState | Pong | Bye | Error
HubMessage: TypeAlias = (
    Welcome | Wait | Greet | Lead | Follow | EditRequest | LocalStorageMap | SessionStorageMap | Ping | Resync | Error
)

_KNOWN = frozenset({"hello", "snapshot", "changes", "result", "page", "pong", "bye", "error"})
_decoder: msgspec.json.Decoder[PageMessage] = msgspec.json.Decoder(PageMessage)
_encoder = msgspec.json.Encoder()


_TypedHubMessage: TypeAlias = Welcome | Wait | Greet | Lead | Follow | EditRequest | Ping | Resync | Error


class _Envelope(Struct):
    type: str


def decode(text: str | bytes) -> PageMessage:
    """Read one message from a page.

    Raises:
        ProtocolError: it is not JSON, or not a message of this protocol.
        UnknownMessageError: it is a message of a type that this version does not know.
    """
    try:
        return _decoder.decode(text)
    except msgspec.ValidationError as error:
        raise _fault(text, error) from error
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return _decode_with_lone_surrogates(text)


def _decode_with_lone_surrogates(text: str | bytes) -> PageMessage:
    # msgspec refuses an escaped lone surrogate, which Web Storage and RFC 8259 allow; the standard library reads it.
    try:
        content = json.loads(text if isinstance(text, str) else text.decode())
    except (ValueError, RecursionError) as error:
        raise ProtocolError("not JSON") from error
    try:
        message: PageMessage = msgspec.convert(content, PageMessage)
    except (msgspec.ValidationError, UnicodeEncodeError, RecursionError) as error:
        # UnicodeEncodeError: a lone surrogate where one of a few words belongs, such as in ``type``.
        raise _fault(text, error) from error
    return message


def _fault(text: str | bytes, error: Exception) -> Exception:
    try:
        kind = msgspec.convert(json.loads(text), _Envelope).type
    except (msgspec.ValidationError, ValueError, RecursionError):
        return ProtocolError(f"not a message: {error}")
    if kind in _KNOWN:
        return ProtocolError(f"not a {kind} message: {error}")
    return UnknownMessageError(kind[:64])


def encode(message: HubMessage | PageMessage) -> bytes:
    """Write one message as UTF-8 JSON. A lone surrogate is escaped: UTF-8 has no form for it, JSON has."""
    try:
        return _encoder.encode(message)
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(message), separators=(",", ":")).encode("ascii")


def decode_hub_message(text: str | bytes) -> HubMessage:
    """Read one message from a hub, as a page does.

    Raises:
        ProtocolError: it is not JSON, or not a message of a hub.
    """
    try:
        content = json.loads(text)
        form: object = _TypedHubMessage
        if isinstance(content, dict) and "localstorage" in content:
            form = LocalStorageMap
        elif isinstance(content, dict) and "sessionstorage" in content:
            form = SessionStorageMap
        message: HubMessage = msgspec.convert(content, form)
    except (msgspec.ValidationError, ValueError, RecursionError) as error:
        raise ProtocolError(f"not a message of a hub: {error}") from error
    return message
