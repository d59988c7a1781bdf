"""JsonForm: a JSON document as text, laid out to be read, and given back in the layout that it had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QFrame, QWidget

from monitor.core.escapes import escape
from monitor.core.lenses.json_layout import compact, compact_parts, pretty_parts
from monitor.core.lenses.json_reading import PART, parsed
from monitor.core.lenses.json_text import JsonError, Node
from monitor.core.values import units
from monitor.ui.drafts.drafts import Written
from monitor.ui.inspector.json_highlighter import JsonHighlighter
from monitor.ui.text.form import MOST_LINES, move_to
from monitor.ui.text.lines import TextLines

if TYPE_CHECKING:
    from collections.abc import Generator

    from monitor.ui.appearance import Appearance

LONGEST: Final = 1_000_000
"""Characters that are laid out: with what they become it takes some 0.3 s."""


class JsonForm(TextLines):
    """`show_document` lays it out; a document with lines of its own stays as it is. `written` is what to save: compact
    again if it was (``compacts``).
    """

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self.compacts = False
        self.note = ""
        self._compact = (Written(""), Written(""))
        self._highlighter = JsonHighlighter(self.document(), appearance)
        self.setAccessibleName("Formatted JSON")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("bare", True)

    def show_document(self, root: Node) -> None:
        """Show the document of this root."""
        text = root.document
        laid_out = None if "\n" in text else _laid_out(root)
        self.compacts = laid_out is not None and laid_out != text and compact(text) == text
        if self.compacts:
            self.note = "Laid out to be read. It is saved compact, as it was; numbers stay as they are written."
        elif laid_out is not None and laid_out != text:
            self.note = "Laid out to be read. If you change it, it is saved as shown; numbers stay as they are written."
        else:
            self.note = "" if "\n" in text or laid_out else "Too long to be laid out: it is shown as it is."
        self._put(text if laid_out is None else laid_out)

    def show_raw(self, text: str) -> None:
        """Show a text that is not JSON, as it is."""
        self.compacts = False
        self.note = ""
        self._put(text)

    def reading(self) -> Generator[None, None, Written]:
        """What was typed, in the layout that it is to be saved in."""
        written = yield from super().reading()
        if not self.compacts or written.text is None:
            return written
        if self._compact[0] is not written:
            self._compact = (written, (yield from _compact(written.text)))
        return self._compact[1]

    def go_to(self, error: JsonError, text: str) -> None:
        """Put the cursor where the mistake is in ``text``, which is what stands here."""
        self.finish()
        if self.escaped:
            move_to(self, units(escape(text[: error.position])))
        else:
            cursor = self.textCursor()
            cursor.setPosition(units(text[: error.position]))
            self.setTextCursor(cursor)
        self.ensureCursorVisible()
        self.setFocus()

    def _put(self, text: str) -> None:
        self._highlighter.enable(text)
        self.fill(text)


def _compact(text: str) -> Generator[None, None, Written]:
    """Compact, if it is JSON."""
    root = yield from parsed(text)
    if isinstance(root, JsonError):
        return Written(text)
    parts = []
    for part in compact_parts(root):
        parts.append(part)
        if len(text) > PART:
            yield
    return Written("".join(parts))


def _laid_out(root: Node) -> str | None:
    """The document with lines; ``None`` if that would be too long."""
    if len(root.document) > LONGEST:
        return None
    parts: list[str] = []
    length = 0
    for part in pretty_parts(root):
        parts.append(part)
        length += len(part)
        if length > 4 * LONGEST:
            return None
    text = "".join(parts)
    return text if text.count("\n") < MOST_LINES else None
