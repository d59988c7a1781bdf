"""TextView: a value as text, of any length, edited exactly."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QFrame, QVBoxLayout, QWidget

from monitor.core.values import EscapeError, canonical
from monitor.ui.drafts.drafts import Drafts, Written
from monitor.ui.inspector.json_highlighter import JsonHighlighter
from monitor.ui.inspector.view import View
from monitor.ui.text.form import LINES_HINT, escape_error, held_by, move_to
from monitor.ui.text.lines import TextLines

if TYPE_CHECKING:
    from monitor.ui.appearance import Appearance
    from monitor.ui.inspector.subject import Subject

LONG: Final = 200_000
"""Characters from which on a text is put into the editor only when the operator stays with it: it takes up to 0.3 s."""

_STAYS: Final = 120
"""Milliseconds after which the operator is taken to stay."""

_LARGEST_SHARE: Final = 4
"""A long text that keeps changing is put in at most so often that this many times as long is left for all else."""


class TextView(View):
    """What is typed is a draft of the subject's, and this its writer."""

    def __init__(self, drafts: Drafts, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._drafts = drafts
        self._subject: Subject | None = None
        self._loaded: Written | None = None
        self._base: str | None = None
        self._filling = False
        self._pace = _STAYS
        self.text = TextLines(self)
        self.text.setAccessibleName("Value")
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setProperty("bare", True)
        self.setFocusProxy(self.text)
        self.escapes = QCheckBox("Escaped", self)
        self.escapes.setToolTip("Show as escapes what cannot be seen or typed")
        self.tools = self.escapes
        self._highlighter = JsonHighlighter(self.text.document(), appearance)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text)
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.timeout.connect(self.load_now)
        self.text.textChanged.connect(self._take_typing)
        self.escapes.toggled.connect(self._change_form)

    # --- what is shown -----------------------------------------------------------------------------------------------

    def show_subject(self, subject: Subject) -> None:
        """Show what was typed, else the value; one that is long as soon as the operator stays with it."""
        before, self._subject = self._subject, subject
        other = before is None or before.key != subject.key
        if other:
            self._waiting.stop()
            self._drafts.release(self)
            self._loaded = None
            self.say()
        wanted = self._wanted()
        modified = self.text.document().isModified()
        if wanted is None or (not other and not modified and wanted == self._loaded):
            self._waiting.stop()
        elif len(wanted.text or wanted.form) <= LONG:
            self.load_now()
        elif not self._waiting.isActive():
            if other:
                self._fill(Written(""))
                self.say("Reading…")
            self._waiting.start(_STAYS if other else self._pace)
        self._follow()

    def load_now(self) -> None:
        """Wait no longer to show a long text."""
        self._waiting.stop()
        wanted = self._wanted()
        if wanted is None or self._subject is None:
            return
        began = perf_counter()
        if not (self.text.document().isModified() and self.written() == wanted):
            self._fill(wanted)
        # Else it was typed here, and saved or kept: the cursor and the steps to undo stay.
        self.text.document().setModified(False)
        self._loaded = wanted
        value = self._subject.value
        self._base = value if isinstance(value, str) else None
        self._pace = max(_STAYS, round((perf_counter() - began) * 1000) * _LARGEST_SHARE)
        self._follow()

    def leave(self) -> None:
        """Hand over what was typed: it is kept, and comes back."""
        self._waiting.stop()
        self._drafts.release(self)

    def _wanted(self) -> Written | None:
        """What is to be shown, if it is not what is being typed here."""
        subject = self._subject
        if subject is None:
            return None
        if subject.draft is not None:
            return None if subject.draft.writer is self else subject.draft.written
        return Written(subject.value) if isinstance(subject.value, str) else None

    def _fill(self, written: Written) -> None:
        text = written.text or ""
        cursor, top = self.text.textCursor().position(), self.text.verticalScrollBar().value()
        self._filling = True
        self._highlighter.enable(text)
        if written.text is None:
            self.text.fill_escaped(written.form)
        else:
            self.text.fill(text)
        self._filling = False
        place = self.text.textCursor()
        place.setPosition(min(cursor, self.text.document().characterCount() - 1))
        self.text.setTextCursor(place)
        self.text.verticalScrollBar().setValue(top)

    def _follow(self) -> None:
        subject = self._subject
        waiting = self._waiting.isActive() and self._loaded is None
        self.text.setReadOnly(waiting or subject is None or not subject.can_edit)
        self.escapes.blockSignals(True)
        self.escapes.setChecked(self.text.escaped)
        self.escapes.blockSignals(False)
        if not waiting:
            self.say(LINES_HINT if self.text.escaped else "", self.error)

    # --- what is typed -----------------------------------------------------------------------------------------------

    def written(self) -> Written:
        """What stands in the editor."""
        held = held_by(self.text)
        return Written.of_form(held.replace("\n", "")) if self.text.escaped else Written(canonical(held))

    def show_error(self, error: EscapeError) -> None:
        """Say what is wrong with the escaped form, and put the cursor there."""
        self.say(self.note, escape_error(error, held_by(self.text).replace("\n", "")))
        move_to(self.text, error.position)
        self.text.setFocus()

    def _take_typing(self) -> None:
        subject = self._subject
        if self._filling or subject is None:
            return
        self.say(self.note)
        if self.text.document().isModified():
            self._drafts.write(subject.key, self._base, self)
        elif self._loaded is not None and self._loaded.text is not None and self._loaded.text == self._base:
            self._drafts.drop(subject.key)  # All was undone.

    def _change_form(self, escaped: bool) -> None:
        if escaped == self.text.escaped:
            return
        try:
            value = self.text.read()
        except EscapeError as error:
            self.show_error(error)
        else:
            modified = self.text.document().isModified()
            self._filling = True
            self.text.fill(value, escaped=escaped)
            self.text.document().setModified(modified)
            self._filling = False
            wrong = "This text can only be edited escaped: it has characters or lines that would not show."
            self.say(self.note, wrong if self.text.escaped != escaped else "")
        self._follow()
