"""TextView: a value as text, of any length, edited exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from monitor.ui.drafts.drafts import Drafts, Written
from monitor.ui.inspector.json_highlighter import JsonHighlighter
from monitor.ui.inspector.view import View
from monitor.ui.text.escapes_box import EscapesBox
from monitor.ui.text.form import LINES_HINT
from monitor.ui.text.lines import TextLines

if TYPE_CHECKING:
    from collections.abc import Generator

    from monitor.core.escapes import EscapeError
    from monitor.ui.appearance import Appearance
    from monitor.ui.inspector.subject import Subject


class TextView(View):
    """What is typed is a draft of the subject's, and this its writer."""

    def __init__(self, drafts: Drafts, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._drafts = drafts
        self._subject: Subject | None = None
        self._loaded: Written | None = None
        self._base: str | None = None
        self.text = TextLines(self)
        self.text.setAccessibleName("Value")
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setProperty("bare", True)
        self.setFocusProxy(self.text)
        self.escapes = EscapesBox("Escaped", self.text, self)
        self.tools = self.escapes
        self._highlighter = JsonHighlighter(self.text.document(), appearance)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text)
        self.text.typed.connect(self._take_typing)
        self.text.filled.connect(self._follow)
        self.text.filled.connect(self.settled)
        self.escapes.tried.connect(self._take_form)

    # --- what is shown -----------------------------------------------------------------------------------------------

    def show_subject(self, subject: Subject) -> None:
        """Show what was typed, else the value."""
        if not self._is_of(subject):
            self.leave()
            self._loaded = None
            self.text.go_to_start()
            self.say()
        self._subject = subject
        wanted = self._missing(subject)
        if wanted is not None and self.text.has_waiting_keys:
            self.text.catch_up()  # They were typed into what is there now: that is a draft.
        elif wanted is not None:
            # Else it was typed here, and saved or kept: the cursor and the steps to undo stay.
            is_here = self._loaded is not None and self.text.modified and self.text.written() == wanted
            self._loaded = wanted
            self._base = subject.value if isinstance(subject.value, str) else None
            if is_here:
                self.text.document().setModified(False)
            else:
                self._fill(wanted)
        self._follow()

    def unread(self, subject: Subject) -> int:
        """The length of a text that is not here."""
        missing = self._missing(subject)
        return 0 if missing is None else len(missing.form if missing.text is None else missing.text)

    @property
    def busy(self) -> bool:
        """Whether a long text is still being put in."""
        return self.text.is_filling

    def catch_up(self) -> None:
        """Type what waits for the text."""
        self.text.catch_up()

    def leave(self) -> None:
        """Hand over what was typed: it is kept, and comes back."""
        self.catch_up()
        self._drafts.release(self)

    def _is_of(self, subject: Subject) -> bool:
        return self._subject is not None and self._subject.key == subject.key

    def _missing(self, subject: Subject) -> Written | None:
        """What is to be shown, if it is another than what is shown, or being typed here."""
        if subject.draft is not None:
            wanted = None if subject.draft.writer is self else subject.draft.written
        else:
            wanted = Written(subject.value) if isinstance(subject.value, str) else None
        shown = self._is_of(subject) and wanted == self._loaded and not self.text.modified
        return None if shown else wanted

    def _fill(self, written: Written) -> None:
        self._highlighter.enable(written.text or "")
        if written.text is None:
            self.text.fill_escaped(written.form)
        else:
            self.text.fill(written.text)

    def _follow(self) -> None:
        subject = self._subject
        self.text.setReadOnly(subject is None or not subject.can_edit)
        self.say(LINES_HINT if self.text.escaped else "", self.error)

    # --- what is typed -----------------------------------------------------------------------------------------------

    def reading(self) -> Generator[None, None, Written]:
        """What stands in the editor."""
        return self.text.reading()

    def show_error(self, error: EscapeError) -> None:
        """Say what is wrong with the escaped form, and put the cursor there."""
        self.say(self.note, self.text.point_out(error))

    def _take_typing(self) -> None:
        subject = self._subject
        if subject is None:
            return
        self.say(self.note)
        if self.text.modified:
            self._drafts.write(subject.key, self._base, self)
        elif self._loaded is not None and self._loaded.text is not None and self._loaded.text == self._base:
            self._drafts.drop(subject.key)  # All was undone.

    def _take_form(self, wrong: str) -> None:
        self.say(self.note, wrong)
        self._follow()
