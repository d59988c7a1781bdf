"""Cells: texts and values as a column of the database holds them.

A text that UTF-8 has a form for is TEXT. Any other is a BLOB of ASCII, which begins with a letter that says what it is:
``e`` a text with a lone surrogate or a NUL, escaped as Python escapes it; ``d`` a masked value: 32 digits of its keyed
digest, and its length in UTF-16 units; ``r`` a value that the page keeps to itself: its length. So SQLite can search
all of them, and no two values have the same cell.
"""

from __future__ import annotations

import hmac
from collections import deque
from hashlib import shake_256
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from monitor.core.journal_entry import Masked
from monitor.core.secret_keys import looks_secret
from monitor.core.values import NotRecorded, Redacted, canonical, units

if TYPE_CHECKING:
    from monitor.core.values import Value

if TYPE_CHECKING:
    Cell: TypeAlias = str | bytes
else:
    Cell = Any  # msgspec decodes no union of the two
ESCAPED: Final = b"e"
_DIGEST: Final = b"d"
_REDACTED: Final = b"r"
_DIGITS: Final = 32
_NONCE: Final = 16


def text_cell(text: str) -> Cell:
    """The cell of a text."""
    return ESCAPED + escape(text) if escapes(text) else text


def escape(text: str) -> bytes:
    """What stands in a cell of a text that it `escapes`; of a part of one, a part of it."""
    return text.encode("unicode_escape")


def escapes(text: str) -> bool:
    """Whether UTF-8, or SQLite, has no form for the text."""
    if "\0" in text:
        return True
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def text_of(cell: Cell | None) -> str:
    """The text of a cell; empty, if it holds none."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    try:
        return canonical(cell[1:].decode("unicode_escape"))
    except DeprecationWarning as warning:  # Where warnings are errors, and one day everywhere: a damaged escape.
        raise ValueError("it holds an escape that is none") from warning


def value_of(cell: Cell | None) -> Value | Masked | None:
    """What a cell holds; ``None`` stands for no such item."""
    if cell is None or isinstance(cell, str):
        return cell
    kind, rest = cell[:1], cell[1:]
    if kind == ESCAPED:
        return text_of(cell)
    if kind == _DIGEST:
        digest, _, length = rest.partition(b":")
        return Masked(digest.decode("ascii"), int(length))
    return Redacted(int(rest))


def not_recorded(length: int) -> Cell:
    """The cell of a value of which only the length is known, in UTF-16 units."""
    return b"%b:%d" % (_DIGEST, length)


class Mask:
    """Makes cells of values. Those of keys that look secret become digests by ``key``, unless ``keep_secrets``."""

    def __init__(self, key: bytes, *, keep_secrets: bool = False) -> None:
        self._key = key
        self.keep_secrets = keep_secrets
        self._remembered: deque[tuple[str, Cell]] = deque(maxlen=2)

    def hides(self, *keys: str) -> bool:
        """Whether the value of an item of that name, or of one of these names, is masked."""
        return not self.keep_secrets and any(map(looks_secret, keys))

    def remember(self, text: str, cell: Cell) -> None:
        """The cell of a text, for `cell` to find if it is given this very one before `forget`."""
        self._remembered.append((text, cell))

    def forget(self) -> None:
        """Remember nothing."""
        self._remembered.clear()

    def _text_cell(self, text: str) -> Cell:
        for remembered, cell in self._remembered:
            if remembered is text:
                return cell
        return text_cell(text)

    def cell(self, value: Value | None, *, hidden: bool) -> Cell | None:
        """The cell of a value, masked if ``hidden``."""
        if value is None:
            return None
        if isinstance(value, NotRecorded):  # its digest is not known any more
            return not_recorded(value)
        if isinstance(value, Redacted):
            return b"%b%d" % (_REDACTED, value)
        if hidden:
            return b"%b%b:%d" % (_DIGEST, self._digest(_content(self._text_cell(value))), units(value))
        return self._text_cell(value)

    def _digest(self, content: bytes) -> bytes:
        return hmac.digest(self._key, b"value" + content, "sha256").hex()[:_DIGITS].encode()

    def seal(self, value: Value | None, nonce: bytes) -> bytes | None:
        """A value that is masked and still has to be delivered, to be read with the key only (`unseal`). ``nonce`` is
        of 16 random bytes, for this value alone.
        """
        return self.close(_content(self._text_cell(value)), nonce) if isinstance(value, str) else None

    def unseal(self, sealed: bytes, cell: Cell | None) -> str | None:
        """What was sealed, if that is the value that stands masked in ``cell``; else ``None``."""
        content = self.open(sealed)
        if not isinstance(cell, bytes) or cell[1 : 1 + _DIGITS] != self._digest(content):
            return None
        return content[1:].decode() if content[:1] == b"t" else text_of(content[1:])

    def close(self, content: bytes, nonce: bytes) -> bytes:
        """The content as only the key can `open` it."""
        return nonce + self._cipher(content, nonce)

    def open(self, closed: bytes) -> bytes:
        """What was closed."""
        return self._cipher(closed[_NONCE:], closed[:_NONCE])

    def _cipher(self, content: bytes, nonce: bytes) -> bytes:
        """A stream of bytes that nobody without the key can tell, over the content: doing it twice undoes it."""
        stream = shake_256(b"seal" + self._key + nonce).digest(len(content))
        mixed = int.from_bytes(content, "big") ^ int.from_bytes(stream, "big")
        return mixed.to_bytes(len(content), "big")


def _content(cell: Cell) -> bytes:
    """The bytes of a value that has this cell, and its kind."""
    return b"t" + cell.encode() if isinstance(cell, str) else b"b" + cell
