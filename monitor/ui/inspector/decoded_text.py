"""Decoded views in lines to be read: no Qt, all plain text."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from monitor.core.escapes import escape, needs_escapes
from monitor.core.lenses.base64_text import Base64
from monitor.core.lenses.decoded import JsonString, View, decoded_views
from monitor.core.lenses.epoch_time import EpochTime
from monitor.core.lenses.json_layout import pretty_parts
from monitor.core.lenses.json_text import JsonError, parse
from monitor.core.lenses.json_web_token import JsonWebToken, TokenPart
from monitor.core.lenses.url_text import PercentEncoded, Query, Url
from monitor.core.values import kind
from monitor.ui.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.core.lenses.url_text import Pair

_LONGEST: Final = 100_000
"""Characters of one text that are shown."""

_MOST_LINES: Final = 5_000
"""Lines of one text that are shown: Qt takes some 10 µs for each."""

_BREAK_EVERY: Final = 1_000
"""Characters of a line that are shown as one: Qt takes most of a second for a line of 100,000."""

_MOST_PAIRS: Final = 500
"""Pairs of one query that are shown: they take 50 µs each."""

_DEEPEST: Final = 4
"""Views within views that are shown."""


class Piece(NamedTuple):
    """One line or more. ``look`` is "heading", "subheading", "warning", "note", "name" (``text`` follows on the same
    line as a value), or "text". ``until`` is when it will no longer be true; ``None`` if it stays so.
    """

    look: str
    text: str
    name: str = ""
    until: datetime | None = None


def decoded(text: str, now: datetime) -> list[Piece]:
    """What the text means to those who know how it was made, with what is within it; nothing for most texts. ``now``
    has the operator's time zone.
    """
    return list(_pieces(text, now, 1))


def _pieces(text: str, now: datetime, depth: int) -> Iterator[Piece]:
    for view in decoded_views(text, now, now.tzinfo or datetime.now().astimezone().tzinfo):  # type: ignore[arg-type]  # a zone that is there
        yield Piece("heading", f"{view.title}{' (a guess)' if view.guess else ''}")
        yield from _of(view, now)
        inner = _text_within(view)
        if inner and depth < _DEEPEST and not isinstance(view, JsonString):  # whose inner views follow it anyway
            yield from _pieces(inner, now, depth + 1)


def _of(view: View, now: datetime) -> Iterator[Piece]:
    match view:
        case JsonWebToken():
            yield from _token(view, now)
        case JsonString(text=text):
            yield from _shown(text)
        case Base64():
            yield from _base64(view)
        case Url():
            for name, part in (("Scheme", view.scheme), ("User", view.user), ("Host", view.host), ("Path", view.path)):
                if part:
                    yield _named(name, part)
            yield from _pairs("Query", view.query)
            if view.fragment_pairs:
                yield from _pairs("Fragment", view.fragment_pairs)
            elif view.fragment:
                yield _named("Fragment", view.fragment)
        case Query(pairs=pairs):
            yield from _pairs("", pairs)
        case PercentEncoded(text=text, undecoded=undecoded):
            yield from _shown(text)
            if undecoded:
                yield Piece("note", f"{counted(undecoded, 'escape')} are not UTF-8 and stay as they are.")
        case EpochTime():
            yield _named("Counts", f"{view.unit} since 1970")
            yield _named("UTC", _time(view.utc))
            yield _named("Here", _time(view.local))


def _token(view: JsonWebToken, now: datetime) -> Iterator[Piece]:
    yield Piece("warning", view.signature_note)
    if view.algorithm:
        yield _named("Algorithm", view.algorithm)
    for time in view.times:
        at = f"{_time(time.at.astimezone())} ({time.source})" if time.at is not None else time.source
        piece = _named(time.words.capitalize(), f"{at}{', ' if time.state else ''}{time.state}")
        yield piece._replace(until=time.at if time.at is not None and time.at > now else None)
    yield from _part("Header", view.header)
    yield from _part("Claims", view.claims)
    if view.signature:
        yield _named("Signature", view.signature)


def _part(name: str, part: TokenPart) -> Iterator[Piece]:
    yield Piece("subheading", name)
    if part.error:
        yield Piece("warning", f"{part.error}.")
    if part.text:
        yield from _plain(part.text)


def _base64(view: Base64) -> Iterator[Piece]:
    yield _named("Alphabet", view.alphabet)
    yield _named("Size", counted(view.size, "byte"))
    if view.media_type:
        yield _named("Type", view.media_type)
    if view.text is not None:
        yield from _shown(view.text)
        return
    yield Piece("subheading", "Bytes")
    yield Piece("text", view.dump)
    if view.left_out:
        yield Piece("note", f"{counted(view.left_out, 'more byte')} are not shown.")


def _pairs(name: str, pairs: Sequence[Pair]) -> Iterator[Piece]:
    if pairs and name:
        yield Piece("subheading", name)
    for pair in pairs[:_MOST_PAIRS]:
        yield _named(pair.name or "(no name)", pair.value)
    if len(pairs) > _MOST_PAIRS:
        yield Piece("note", f"{counted(len(pairs) - _MOST_PAIRS, 'more pair')} are not shown.")


def _shown(text: str) -> Iterator[Piece]:
    """A decoded text: JSON laid out, all else as it is."""
    if len(text) <= _LONGEST and kind(text) in ("object", "array"):
        with suppress(JsonError):  # Nested too deeply to be laid out: it is shown as it is.
            text = _laid_out(text)
    yield Piece("subheading", "Text")
    yield from _plain(text)


def _laid_out(text: str) -> str:
    """As it is, if it would be far longer: nested deeply, its indentation outgrows the rest."""
    laid_out = ""
    for part in pretty_parts(parse(text)):
        laid_out += part
        if len(laid_out) > 4 * _LONGEST:
            return text
    return laid_out


def _plain(text: str) -> Iterator[Piece]:
    cut = "\n".join(text[:_LONGEST].split("\n", _MOST_LINES)[:_MOST_LINES])
    shown = escape(cut) if needs_escapes(cut) else cut
    yield Piece("text", _broken(shown))
    if shown is not cut:
        yield Piece("note", "Shown escaped: it has characters that would not show.")
    if _broken(shown) != shown:
        yield Piece("note", "Long lines are broken to be read.")
    if len(text) > len(cut):
        yield Piece("note", f"{len(text) - len(cut):,} more characters are not shown.")


def _text_within(view: View) -> str | None:
    match view:
        case Base64(text=text) | PercentEncoded(text=text):
            return text
        case _:
            return None


def _named(name: str, text: str) -> Piece:
    name, text = (escape(each) if needs_escapes(each) else each for each in (name, text))
    return Piece("name", _broken(text[:_LONGEST]), name[:200])


def _broken(text: str) -> str:
    return "\n".join(
        line[start : start + _BREAK_EVERY]
        for line in text.split("\n")
        for start in range(0, max(len(line), 1), _BREAK_EVERY)
    )


def _time(moment: datetime) -> str:
    fraction = f".{moment.microsecond:06d}".rstrip("0") if moment.microsecond else ""
    return f"{moment:%Y-%m-%d %H:%M:%S}{fraction} {moment:%Z}".rstrip()
