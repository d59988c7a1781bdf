"""JSON Web Tokens (RFC 7519): what a token says, whether or not it is true. No signature is checked here."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Final, Literal, TypeAlias

from msgspec import Struct

from monitor.core.lenses.base64_text import Base64Error, decode_base64url
from monitor.core.lenses.json_layout import compact, pretty
from monitor.core.lenses.json_text import JsonError, JsonKind, decoded_string, members, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

TimeState: TypeAlias = Literal["", "expired", "not yet valid", "in the future"]

LONGEST: Final = 262_144
"""Characters; a longer text is not taken for a token."""


class TokenPart(Struct, frozen=True):
    """The header or the claims of a token."""

    text: str
    """The JSON, laid out, each number as the token has it. If it is not JSON, the text as it is; empty if there is
    none.
    """
    error: str
    """Why the part cannot be read, as a sentence; empty if it can."""


class TokenTime(Struct, frozen=True):
    """A claim that is a time (RFC 7519, section 4.1)."""

    claim: str
    """``iat``, ``nbf``, ``exp`` or ``auth_time``."""
    source: str
    """The claim's value as the token has it but for white space, meant as seconds since 1970."""
    at: datetime | None
    """That time in UTC; None if it is none, or not within the years 1 to 9999."""
    state: TimeState
    """What it means at the time of looking; empty if nothing of note."""

    @property
    def words(self) -> str:
        """The claim's name for a person."""
        return _TIMES[self.claim]


class JsonWebToken(Struct, frozen=True):
    """What a token says. ``signature_note`` belongs wherever any of it is shown."""

    title: ClassVar[str] = "JSON Web Token"
    guess: ClassVar[bool] = False

    header: TokenPart
    claims: TokenPart
    times: tuple[TokenTime, ...]
    """In the order issued, signed in, valid from, expires; of each claim the last, if there are several."""
    algorithm: str
    """The header's ``alg``; empty if it has none."""
    signature: str
    """As the token has it, in base64url; empty if there is none."""
    encrypted: bool
    """Whether the claims can be read by nobody but the holder of a key (RFC 7516)."""

    @property
    def signature_note(self) -> str:
        """That nobody has checked whether the token is genuine, as a sentence."""
        if self.encrypted:
            return "The claims are encrypted, and nothing here is checked: anyone can have written this header."
        if not self.signature:
            return "There is no signature: anyone can have written this token."
        return "The signature is not checked here: anyone can have written this token."


def read_token(text: str, now: datetime) -> JsonWebToken | None:
    """What ``text`` says if it is a token, also behind the word ``Bearer`` and also if one part of it is damaged; else
    None. ``now`` is a time with a time zone.
    """
    if len(text) > LONGEST:
        return None
    found = _TOKEN.fullmatch(text)
    if found is None:
        return None
    parts = found[1].split(".")
    encrypted = len(parts) == 5
    header = _part(parts[0], "header")
    claims = TokenPart("", "The claims are encrypted") if encrypted else _part(parts[1], "claims part")
    if header.error and (encrypted or claims.error):
        return None
    times = () if claims.error else tuple(_times(claims.text, now))
    return JsonWebToken(header, claims, times, _algorithm(header), parts[-1], encrypted)


_TOKEN: Final = re.compile(r"(?:[Bb]earer +)?(eyJ[^.\s]*+\.[^.\s]*+\.[^.\s]*+(?:\.[^.\s]*+\.[^.\s]*+)?)")
_TIMES: Final = {"iat": "Issued", "auth_time": "Signed in", "nbf": "Valid from", "exp": "Expires"}
_1970: Final = datetime(1970, 1, 1, tzinfo=UTC)

_LARGEST: Final = Decimal(10**12)  # seconds; the year 9999 ends earlier


def _part(encoded: str, name: str) -> TokenPart:
    try:
        text = decode_base64url(encoded).decode()
    except Base64Error as error:
        return TokenPart("", f"The {name} cannot be read: {error}")
    except UnicodeDecodeError as error:
        return TokenPart("", f"The {name} is not UTF-8 (byte {error.start + 1})")
    try:
        if parse(text).kind is not JsonKind.OBJECT:
            return TokenPart(text, f"The {name} is not a JSON object")
        return TokenPart(pretty(text), "")
    except JsonError as error:
        return TokenPart(text, f"The {name} is not JSON: {error}")


def _algorithm(header: TokenPart) -> str:
    if header.error:
        return ""
    named = [node for node in members(parse(header.text)) if node.key == "alg" and node.kind is JsonKind.STRING]
    return decoded_string(named[-1]) if named else ""


def _times(claims: str, now: datetime) -> Iterator[TokenTime]:
    sources = {node.key: compact(node.source) for node in members(parse(claims)) if node.key in _TIMES}
    for claim in _TIMES:
        if claim in sources:
            at = _time(sources[claim])
            yield TokenTime(claim, sources[claim], at, _state(claim, at, now))


def _time(seconds: str) -> datetime | None:
    try:
        exact = Decimal(seconds)
        if abs(exact) > _LARGEST:  # before any arithmetic: 1e999999999 is a number too
            return None
        return _1970 + timedelta(microseconds=int(exact * 1_000_000))
    except (ArithmeticError, ValueError):  # no number, or a time before the year 1 or after 9999
        return None


def _state(claim: str, at: datetime | None, now: datetime) -> TimeState:
    if at is None:
        return ""
    match claim:
        case "exp":  # section 4.1.4: not accepted "on or after" it
            return "expired" if now >= at else ""
        case "nbf":  # section 4.1.5: not accepted "before" it
            return "not yet valid" if now < at else ""
        case _:
            return "in the future" if now < at else ""
