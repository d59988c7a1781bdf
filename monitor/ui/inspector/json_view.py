"""JsonView: a value as JSON: a tree that can be edited, or text laid out to be read, and where it is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QUndoStack
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from monitor.core.lenses.json_reading import parsed
from monitor.core.lenses.json_splice import Splice, spliced_root
from monitor.core.lenses.json_text import JsonError, Node
from monitor.core.parts import at_once
from monitor.core.values import EscapeError
from monitor.ui.drafts.drafts import Drafts, Written
from monitor.ui.drafts.question import ask_what_to_do
from monitor.ui.inspector.json_form import JsonForm
from monitor.ui.inspector.json_model import JsonModel
from monitor.ui.inspector.json_step import JsonStep
from monitor.ui.inspector.json_tools import JsonTools
from monitor.ui.inspector.json_tree import JsonTree
from monitor.ui.inspector.view import View
from monitor.ui.work import Work

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from monitor.ui.appearance import Appearance
    from monitor.ui.inspector.json_cell import JsonCell
    from monitor.ui.inspector.subject import Subject

_PAUSE: Final = 200
"""Milliseconds without typing after which the text is looked through for mistakes."""

_MOST_STEPS: Final = 50


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
        """Of what is to be shown next. Until then what was shown before stays, if it is of the same item."""
        self._looking = Work(self)
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
        self.bar.as_form.toggled.connect(self.choose_form)
        self.bar.add_button.clicked.connect(self.tree.add)
        self.bar.remove_button.clicked.connect(self.tree.remove)
        self.bar.place_button.clicked.connect(self.go_to_mistake)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._look_for_mistakes)
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
            self._reading.stop()
            self.tree.forget_keys()
            self.tree.is_coming = False
            self.model.show(None)
            self.model.name = subject.key
            self._loaded = self._root = None
        self._subject = subject
        self.form.setReadOnly(not subject.can_edit)
        if not self._keeps(subject):
            text = _text_of(subject)
            # What an open cell holds is of no draft that is still wanted. The document itself is what is looked at: an
            # edit would be made in it.
            self._base = subject.value if isinstance(subject.value, str) else None
            if text != self._current() or self.tree.holds_text:
                self._load(text)
            else:
                self._loaded = text
                self.form.document().setModified(False)
        self._follow()

    @property
    def busy(self) -> bool:
        """Whether a long document is still being read, or put in."""
        return self._reading.runs or self.form.is_filling

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
        """The text that is shown now, in whatever form."""
        if self._loaded is None or self._reading.runs:
            return self._loaded
        if self.shows_form:
            return self.form.written().text if self.form.modified else self._loaded
        return self.model.text

    def _load(self, text: str) -> None:
        self._steps.clear()
        self.tree.leave_cell()
        self._show(text)

    def _show(self, text: str) -> None:
        """Show this document, as a tree where that is wanted and it is JSON."""
        self._loaded = text
        self.tree.is_coming = True
        self._reading.begin(parsed(text), lambda root: self._take_root(text, root))

    def _take_root(self, text: str, root: Node | JsonError) -> None:
        self._root = root
        focus = QApplication.focusWidget()
        had_focus = focus is not None and self._stack.isAncestorOf(focus)
        if isinstance(root, JsonError):
            self._stack.setCurrentWidget(self.form)
            self.form.show_raw(text)
        elif self._wants_form:
            self._stack.setCurrentWidget(self.form)
            self.form.show_document(root)
        else:
            self._stack.setCurrentWidget(self.tree)
            self.model.show(root)
            self.tree.unfold()
        if had_focus:
            self.setFocus()
        self.tree.is_coming = False
        self._follow()
        self._settle()

    def _settle(self) -> None:
        if not self.busy:
            self.settled.emit()

    def choose_form(self, form: bool) -> None:
        """Show the text laid out, or the tree."""
        self._wants_form = form
        self.finish()
        current = self.written().text if self._subject is not None else None
        if current is not None:
            was_writer = self._is_writer()
            self.tree.leave_cell()
            if self.shows_form and current != self.model.text:
                self._steps.clear()  # They are of another document, and would take this one's place.
            self._show(current)
            if was_writer and self._subject is not None:
                self._drafts.write(self._subject.key, self._base, self)
            self.setFocus()
        self._follow()

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:  # noqa: N802 - Qt's name
        """To the tree, or to the text."""
        (self.form if self.shows_form else self.tree).setFocus(reason)

    def leave(self) -> None:
        """Hand over what was typed, also in an open cell."""
        self._pause.stop()
        self._looking.stop()
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
        # What is done to a document that is about to go would go with it.
        self.model.editable = can_edit and not self._reading.runs
        self.bar.follow(self.shows_form, can_edit)
        self._say_mistake()

    # --- what is typed -----------------------------------------------------------------------------------------------

    def written(self) -> Written:
        """What the value would be if it were saved now."""
        if self._reading.runs and self._loaded is not None:
            return Written(self._loaded)
        if self.shows_form:
            if self.form.modified or self._loaded is None:
                return self.form.written()
            return Written(self._loaded)
        return Written(self.tree.text() or "")

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
        if self.form.modified:
            self._write()
            self._look_later()
        elif self._loaded == self._base:
            self._drafts.drop(self._subject.key)
            self._look_later()

    def _look_later(self) -> None:
        self._looking.stop()
        self._pause.start()

    # --- mistakes ----------------------------------------------------------------------------------------------------

    def _look_for_mistakes(self) -> None:
        try:
            self._looking.begin(parsed(self.form.read()), self._take_look)
        except EscapeError:
            self._take_look(None)

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
