"""Drafts: the texts of one area that were typed and not sent. Only the operator lets go of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from PySide6.QtCore import QObject, Signal

from monitor.core.escapes import EscapeError, unescape, unescaped
from monitor.core.parts import at_once

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Generator

    from monitor.core.values import Value


class Written(NamedTuple):
    """A text as it was typed. ``text`` is the exact text; ``None`` where the escaped ``form`` has a mistake, and so no
    meaning yet.
    """

    text: str | None
    form: str = ""

    def read(self) -> str:
        """The exact text.

        Raises:
            EscapeError: the form has a backslash that begins no escape.
        """
        return unescape(self.form) if self.text is None else self.text

    @classmethod
    def of_form(cls, form: str) -> Written:
        """What was typed in the escaped form, mistakes included."""
        return at_once(cls.reading_form(form))

    @classmethod
    def reading_form(cls, form: str) -> Generator[None, None, Written]:
        """The same in parts."""
        try:
            return cls((yield from unescaped(form)))
        except EscapeError:
            return cls(None, form)


class Writer(Protocol):
    """An editor in which a draft is typed."""

    def reading(self) -> Generator[None, None, Written]:
        """What stands in it, mistakes included. A long text is read in parts (`monitor.ui.work`), and once only until
        it is another.
        """


class Draft:
    """The text typed for ``key``. ``expected`` is what a save expects the browser to hold, ``theirs`` what it holds.
    ``refused`` is the text of a refused edit that the operator goes on with, if it is that; the edit keeps it as well.
    """

    __slots__ = ("_writer", "_written", "expected", "key", "refused", "theirs")

    def __init__(self, key: str, expected: str | None, refused: str | None = None) -> None:
        self.key = key
        self.refused = refused
        self.expected = expected
        self.theirs: Value | None = expected
        self._written = Written("")
        self._writer: Writer | None = None

    @property
    def writer(self) -> Writer | None:
        """The editor that it is typed in."""
        return self._writer

    @property
    def written(self) -> Written:
        """What was typed so far. Takes as long as the text is long, if it was not read yet."""
        return at_once(self.reading())

    def reading(self) -> Generator[None, None, Written]:
        """The same in parts."""
        while (writer := self._writer) is not None:
            written = yield from writer.reading()
            if self._writer is writer:
                return written
        return self._written

    @property
    def is_as_refused(self) -> bool:
        """Whether it is the text of a refused edit still, with nothing typed since."""
        return self.refused is not None and self.written.text == self.refused

    @property
    def conflict(self) -> bool:
        """Whether the browser holds something else than the operator saw."""
        return self.theirs is not self.expected and self.theirs != self.expected

    def lend(self, writer: Writer) -> None:
        """From now on ``writer`` holds the newest text."""
        self._writer = writer

    def put(self, written: Written) -> None:
        """This is the newest text, and no editor has another."""
        self._written = written
        self._writer = None


class Drafts(QObject):
    """The drafts of one area by key.

    `changed` carries the key of a draft that was begun, finished, or come into conflict or out of it; `rewritten` the
    key of one whose text is another.
    """

    changed = Signal(object)
    rewritten = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drafts: dict[str, Draft] = {}

    def __len__(self) -> int:
        return len(self._drafts)

    def __contains__(self, key: object) -> bool:
        return key in self._drafts

    def of(self, key: str) -> Draft | None:
        """The draft of this key, if there is one."""
        return self._drafts.get(key)

    # --- the operator types ------------------------------------------------------------------------------------------

    def write(self, key: str, expected: str | None, writer: Writer) -> None:
        """The operator types in ``writer``, where there was ``expected`` before: a new draft, or another text for the
        one that there is.
        """
        draft, begun = self._draft(key, expected)
        draft.lend(writer)
        self._tell(key, begun)

    def put(self, key: str, expected: str | None, written: Written) -> None:
        """The same for a text that no editor holds."""
        draft, begun = self._draft(key, expected)
        draft.put(written)
        self._tell(key, begun)

    def take_up(self, key: str, refused: str, expected: str | None) -> None:
        """The operator goes on with the text of a refused edit, and sees ``expected`` in the browser."""
        if key not in self._drafts:
            self._drafts[key] = draft = Draft(key, expected, refused)
            draft.put(Written(refused))
            self._tell(key, True)

    def answer(self, is_refused: Container[str]) -> None:
        """Refused edits were tried again, or let go of: ``is_refused`` are the keys of those that are left. Their texts
        go with them; what was typed since is a draft like any other.
        """
        for key, draft in list(self._drafts.items()):
            if draft.refused is not None and key not in is_refused:
                if draft.is_as_refused:
                    self.drop(key)
                draft.refused = None

    def release(self, writer: Writer) -> None:
        """``writer`` is about to hold something else. Its draft is kept, unless it says what was there before, or what
        a refused edit keeps.
        """
        for key, draft in list(self._drafts.items()):
            if draft.writer is writer:
                written = draft.written
                draft.put(written)
                if written.text is not None and written.text in (draft.expected, draft.refused):
                    self.drop(key)

    def drop(self, key: str) -> None:
        """The draft was saved, or is not wanted."""
        if self._drafts.pop(key, None) is not None:
            self.changed.emit(key)

    def _draft(self, key: str, expected: str | None) -> tuple[Draft, bool]:
        draft = self._drafts.get(key)
        if draft is not None:
            return draft, False
        self._drafts[key] = draft = Draft(key, expected)
        return draft, True

    def _tell(self, key: str, begun: bool) -> None:
        self.rewritten.emit(key)
        if begun:
            self.changed.emit(key)

    # --- the browser changes -----------------------------------------------------------------------------------------

    def follow(self, held: Callable[[str], Value | None]) -> None:
        """The browser may hold something else by now: ``held`` says what, by key."""
        for key, draft in list(self._drafts.items()):
            theirs = held(key)
            if theirs is draft.theirs:
                continue
            other = theirs != draft.theirs
            draft.theirs = theirs
            if other:
                self.changed.emit(key)

    def keep_mine(self, key: str) -> None:
        """The operator has seen what the browser holds: the next save writes over it."""
        draft = self._drafts[key]
        if draft.conflict and not _kept_back(draft.theirs):
            draft.expected = draft.theirs if isinstance(draft.theirs, str) else None
            self.changed.emit(key)


def _kept_back(value: Value | None) -> bool:
    return value is not None and not isinstance(value, str)
