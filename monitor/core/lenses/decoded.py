"""Decoded views: what a text means to those who know how it was made. Each is a small frozen struct to be shown as it
is; ``title`` names it and ``guess`` says whether it may be wrong.

A view that holds text may itself be looked at: `decoded_views` of that text shows what is within, and
`monitor.core.values.kind` what it looks like.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from msgspec import Struct

from monitor.core.lenses.base64_text import Base64, read_base64, read_data_url
from monitor.core.lenses.epoch_time import EpochTime, read_epoch_time
from monitor.core.lenses.json_text import JsonError, JsonKind, decoded_string, parse
from monitor.core.lenses.json_web_token import JsonWebToken, read_token
from monitor.core.lenses.url_text import PercentEncoded, Query, Url, read_percent_encoded, read_query, read_url
from monitor.core.values import Kind, kind

if TYPE_CHECKING:
    from datetime import datetime, tzinfo


class JsonString(Struct, frozen=True):
    """A JSON string literal whose text is something itself: JSON most often, written by a program that encoded twice.

    The views of that text follow this one.
    """

    title: ClassVar[str] = "JSON string"
    guess: ClassVar[bool] = False

    text: str
    """What the literal stands for."""
    kind: Kind
    """What that text looks like."""

    @property
    def holds_json(self) -> bool:
        """Whether the text is a JSON object, array or string."""
        return self.kind in _HOLDS_JSON


View: TypeAlias = JsonWebToken | JsonString | Base64 | Url | Query | PercentEncoded | EpochTime


def decoded_views(text: str, now: datetime, zone: tzinfo = UTC) -> list[View]:
    """The views that fit ``text``, best first; of most texts none.

    Quick for any text: an object or array is refused by its first character, a long text is looked at only for a JSON
    string and for base64 (some 60 ms for 5 Mi characters of it).

    Args:
        text: A value, or the text of a view.
        now: The time of looking, with a time zone: tokens expire.
        zone: The operator's, for local times.
    """
    if not text or text[0] in "{[":
        return []
    if text[0] == '"':
        return _views_of_literal(text, now, zone)
    token = read_token(text, now)
    if token is not None:
        return [token]
    view = (
        read_data_url(text)
        or read_url(text)
        or read_query(text)
        or read_percent_encoded(text)
        or read_epoch_time(text, zone)
        or read_base64(text)
    )
    return [] if view is None else [view]


_HOLDS_JSON = frozenset({"object", "array", "string"})


def _views_of_literal(literal: str, now: datetime, zone: tzinfo) -> list[View]:
    try:
        root = parse(literal)
    except JsonError:
        return []
    if root.kind is not JsonKind.STRING:
        return []
    outer = JsonString(decoded_string(root), kind(decoded_string(root)))
    inner = decoded_views(outer.text, now, zone)
    return [outer, *inner] if inner or outer.holds_json else []
