"""JsonView: a value as JSON: a tree that can be edited, or text laid out to be read, and where it is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QUndoStack
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from monitor.core.lenses.json_reading import parsed
from monitor.core.lenses.json_splice import Splice, spliced_root
from monitor.core.lenses.json_text import JsonError, Node
from monitor.core.parts import at_once
from monitor.ui.drafts.drafts import Drafts, Written
from monitor.ui.drafts.question import ask_what_to_do
from monitor.ui.inspector.json_form import JsonForm
from monitor.ui.inspector.json_mistakes import JsonMistakes
from monitor.ui.inspector.json_model import JsonModel
from monitor.ui.inspector.json_step import JsonStep
from monitor.ui.inspector.json_tools import JsonTools
from monitor.ui.inspector.json_tree import JsonTree
from monitor.ui.inspector.view import View
from monitor.ui.work import Work

if TYPE_CHECKING:
    from collections.abc import Generator

    from PySide6.QtGui import QKeyEvent

    from monitor.ui.appearance import Appearance
    from monitor.ui.inspector.json_cell import JsonCell
    from monitor.ui.inspector.subject import Subject

_MOST_STEPS: Final = 50


class _Coming(NamedTuple):
    """A document that is being read, and what the browser holds."""

    text: str
    base: str | None


class JsonView(View):
    """What is done here makes a draft of the subject's, and this is its writer. In the tree each change replaces the
    source of one node, and leaves every other character as it was.
    """

    def __init__(self, drafts: Drafts, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._drafts = drafts
        self._subject: Subject | None = None
        self._loaded: str | None = None
        self._base: str | None = None
        self._root: Node | JsonError | None = None
        self._wants_form = False
        self._reading = Work(self)
        self._coming: _Coming | None = None
        """What is to be shown next. Until then what was shown before stays, if it is of the same item."""
        self._steps = QUndoStack(self)
        self._steps.setUndoLimit(_MOST_STEPS)
        self.model = JsonModel(self)
        self.tree = JsonTree(self.model, appearance, self)
        self.form = JsonForm(appearance, self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.tree)
        self._stack.addWidget(self.form)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.tools = self.bar = JsonTools(self)
        self.bar.as_form.clicked.connect(lambda: self.choose_form(True))
        self.bar.as_tree.clicked.connect(lambda: self.choose_form(False))
        self.bar.add_button.clicked.connect(self.tree.add)
        self.bar.remove_button.clicked.connect(self.tree.remove)
        self.bar.place_button.clicked.connect(self.go_to_mistake)
        self._mistakes = JsonMistakes(self.form, self)
        self._mistakes.looked.connect(self._take_look)
        self.model.edited.connect(self._take_edit)
        self.model.refused.connect(lambda why: self.say(self.note, why))
        self.tree.typed.connect(self._take_cell)
        self.tree.told.connect(self.say)
        self.tree.discard_asked.connect(self._ask_to_discard)
        self.form.typed.connect(self._take_typing)
        self.form.filled.connect(self._settle)

    # --- what is shown -----------------------------------------------------------------------------------------------

    @property
    def shows_form(self) -> bool:
        """Whether the text is shown, not the tree."""
        return self._stack.currentWidget() is self.form

    def show_subject(self, subject: Subject) -> None:
        """Show what was typed, else the value."""
        if not self._is_of(subject):
            self.leave()
            self._show_nothing(subject.key)
        self._subject = subject
        self.form.setReadOnly(not subject.can_edit)
        if not self._keeps(subject):
            text = _text_of(subject)
            base = subject.value if isinstance(subject.value, str) else None
            if self.form.has_waiting_keys:
                self.catch_up()  # They were typed into what is there now: that is a draft.
            # What an open cell holds is of no draft that is still wanted. The document itself is what is looked at: an
            # edit would be made in it.
            elif text != self._current() or self.tree.holds_text:
                self._steps.clear()
                self.tree.leave_cell()
                self._show(text, base)
            elif self._coming is not None:
                self._coming = _Coming(text, base)
            else:
                self._loaded, self._base = text, base
                self.form.document().setModified(False)
        self._follow()

    def _show_nothing(self, key: str) -> None:
        """What is shown is of another item."""
        self._stop_coming()
        self.tree.forget_keys()
        self._bring_forth(self.tree)
        self.model.show(None)
        self.model.name = key
        self._loaded = self._base = self._root = None

    @property
    def busy(self) -> bool:
        """Whether a long document is still being read, or put in."""
        return self._coming is not None or self.form.is_filling

    def unread(self, subject: Subject) -> int:
        """The length of a text that is not here."""
        if self._is_of(subject) and (self._keeps(subject) or _text_of(subject) == self._current()):
            return 0
        return len(_text_of(subject))

    def _is_of(self, subject: Subject) -> bool:
        return self._subject is not None and self._subject.key == subject.key

    def _keeps(self, subject: Subject) -> bool:
        """Whether the operator is at what is shown: it stays, whatever the page writes."""
        if subject.draft is not None:
            return subject.draft.writer is self
        opened = self.tree.cell is not None and not self.tree.holds_text
        return opened and self._is_of(subject) and self._loaded == self._base

    def _current(self) -> str | None:
        """The text that is shown now, or in a moment, in whatever form."""
        if self._coming is not None:
            return self._coming.text
        if self._loaded is None:
            return None
        if self.shows_form:
            return self.form.written().text if self.form.modified else self._loaded
        return self.model.text

    def _show(self, text: str, base: str | None) -> None:
        """Show this document, as a tree where that is wanted and it is JSON."""
        self._mistakes.stop()
        self._coming = _Coming(text, base)
        self.tree.wait()
        self._reading.begin(parsed(text), self._take_root)

    def _stop_coming(self) -> None:
        self._reading.stop()
        self._coming = None
        self.tree.go_on()

    def _take_root(self, root: Node | JsonError) -> None:
        assert self._coming is not None, "what was read was to be shown"
        (self._loaded, self._base), self._coming = self._coming, None
        self._root = root
        if isinstance(root, JsonError):
            self.tree.forget_keys()
            self.model.show(None)
            self.form.show_raw(self._loaded)
            self._bring_forth(self.form)
        elif self._wants_form:
            self.form.show_document(root)
            self._bring_forth(self.form)
        else:
            self.model.show(root)
            self._bring_forth(self.tree)
            self.tree.unfold()
        self.tree.go_on()
        self._follow()
        self._settle()

    def _bring_forth(self, widget: QWidget) -> None:
        focus = QApplication.focusWidget()
        had_focus = focus is not None and self._stack.isAncestorOf(focus)
        self._stack.setCurrentWidget(widget)
        if had_focus:
            widget.setFocus()

    def _settle(self) -> None:
        if not self.busy:
            self.settled.emit()

    def choose_form(self, form: bool) -> None:
        """Show the text laid out, or the tree."""
        self._wants_form = form
        self.catch_up()
        self.finish()
        current = at_once(self.reading()).text if self._subject is not None else None
        if current is not None:
            was_writer = self._is_writer()
            self.tree.leave_cell()
            if self.shows_form and current != self.model.text:
                self._steps.clear()  # They are of another document, and would take this one's place.
            self._show(current, self._base if self._coming is None else self._coming.base)
            if was_writer and self._subject is not None:
                self._drafts.write(self._subject.key, self._base, self)
            self.setFocus()
        self._follow()

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:  # noqa: N802 - Qt's name
        """To the tree, or to the text."""
        (self.form if self.shows_form else self.tree).setFocus(reason)

    def catch_up(self) -> None:
        """Type what waits for the text."""
        self.form.catch_up()

    def leave(self) -> None:
        """Hand over what was typed, also in an open cell."""
        self.catch_up()
        self._mistakes.stop()
        self._drafts.release(self)
        self.tree.leave_cell()

    def finish(self) -> bool:
        """Take what stands in an open cell into the document. A value that is no JSON stays where it is, and in the
        draft: whether it is stored all the same is asked of the operator.
        """
        cell = None if self.shows_form else self.tree.cell
        if cell is None:
            return True
        self.tree.finish(cell)
        return cell.done or not cell.is_name

    def _follow(self) -> None:
        can_edit = self._subject is not None and self._subject.can_edit
        # What is done in the tree of a document that is about to go would go with it.
        self.model.editable = can_edit and self._coming is None
        self.bar.follow(self.shows_form if self._coming is None else self._wants_form, can_edit)
        self._say_mistake()

    # --- what is typed -----------------------------------------------------------------------------------------------

    def reading(self) -> Generator[None, None, Written]:
        """What the value would be if it were saved now."""
        while self._coming is None and self.shows_form and (self.form.modified or self._loaded is None):
            written = yield from self.form.reading()
            if self._coming is None and self.shows_form:
                return written
        if self._coming is not None:
            return Written(self._coming.text)
        return Written((self._loaded if self.shows_form else self.tree.text()) or "")

    def _is_writer(self) -> bool:
        draft = None if self._subject is None else self._drafts.of(self._subject.key)
        return draft is not None and draft.writer is self

    def _write(self) -> None:
        if self._subject is not None:
            self._drafts.write(self._subject.key, self._base, self)

    def _take_edit(self, text: str, container: Node | None, more: int) -> None:
        before = self.model.text
        if before is not None:
            self._steps.push(JsonStep(self, before, text, container, more))

    def put(self, text: str, splice: Splice | None) -> None:
        """Show this document, which is the operator's, and comes of the one that is shown by the ``splice``, or by
        another of its own.
        """
        shown = self.model.root
        root = at_once(parsed(text)) if splice is None or shown is None else spliced_root(shown, text, splice)
        assert isinstance(root, Node), "an edit of JSON gives JSON"
        self._root, self._loaded = root, text
        self.model.show(root)
        if text == self._base and self._subject is not None:
            self._drafts.drop(self._subject.key)
        else:
            self._write()
        self._follow()

    def _take_cell(self) -> None:
        if self.tree.cell is not None and self.tree.cell.modified:
            self._write()
        elif self._is_writer() and self.tree.text() == self._base and self._subject is not None:
            self._drafts.drop(self._subject.key)
        elif self.tree.cell is None and self._subject is not None and self._subject.key not in self._drafts:
            self.show_subject(self._subject)  # The page may have written while the cell was open.
        self.say(self.note)

    def _ask_to_discard(self, cell: JsonCell) -> None:
        key = self.model.name
        ask_what_to_do(key, lambda: self._ask_to_save(key, cell), lambda: self.tree.close_cell(cell), self)

    def _ask_to_save(self, key: str, cell: JsonCell) -> None:
        if not cell.done:  # Else something else may be shown by now, and what was in the cell is kept as a draft.
            self.save_asked.emit(key)

    def _take_typing(self) -> None:
        if self._subject is None:
            return
        if self._coming is not None:  # The operator is at what is there: it stays.
            self._stop_coming()
            self._wants_form = True
        if self.form.modified:
            self._write()
            self._mistakes.look_later()
        elif self._loaded == self._base:
            self._drafts.drop(self._subject.key)
            self._mistakes.look_later()

    # --- mistakes ----------------------------------------------------------------------------------------------------

    def _take_look(self, root: Node | JsonError | None) -> None:
        self._root = root
        self._say_mistake()

    def _say_mistake(self) -> None:
        wrong = self._root if isinstance(self._root, JsonError) else None
        self.bar.show_place(wrong)
        if wrong is None:
            self.say(self.form.note if self.shows_form else "")
        else:
            self.say("", f"Not JSON: {wrong.reason}.")

    def go_to_mistake(self) -> None:
        """Put the cursor where the text stops to be JSON."""
        if isinstance(self._root, JsonError):
            self.form.go_to(self._root, self.form.read())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Undo and redo, in the tree; the text has its own, and so has an open cell."""
        undo, redo = (event.matches(key) for key in (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo))
        if self.shows_form or not (undo or redo):
            super().keyPressEvent(event)
        elif self.tree.cell is not None:
            self.tree.cell.setFocus()
        elif undo:
            self._steps.undo()
        else:
            self._steps.redo()


def _text_of(subject: Subject) -> str:
    text = subject.text
    if text is None:
        return "" if subject.draft is None else subject.draft.written.form
    return text
