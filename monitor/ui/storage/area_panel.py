"""AreaPanel: one storage area: what was refused, the form for a new item, the table, or why there is nothing in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from monitor.core.values import Redacted
from monitor.ui.drafts.question import ask_what_to_do
from monitor.ui.inspector.history_view import HistoryView
from monitor.ui.inspector.inspector import Inspector
from monitor.ui.inspector.json_view import JsonView
from monitor.ui.labels import breakable
from monitor.ui.storage.add_form import AddForm
from monitor.ui.storage.beside import BesideOrBelow
from monitor.ui.storage.clearing import ask_to_clear
from monitor.ui.storage.columns import Column
from monitor.ui.storage.copying import Copying
from monitor.ui.storage.emptiness import why_empty
from monitor.ui.storage.groups.panel import GroupedItems, Grouping
from monitor.ui.storage.held_row import HeldRow
from monitor.ui.storage.paste.dialog import PasteDialog
from monitor.ui.storage.pause_bar import PauseBar
from monitor.ui.storage.refusal_bar import RefusalBar
from monitor.ui.storage.table import StorageTable
from monitor.ui.words import counted, why_kept_back

if TYPE_CHECKING:
    from monitor.ui.appearance import Appearance
    from monitor.ui.drafts.drafts import Draft
    from monitor.ui.inspector.choices import Choices, ViewName
    from monitor.ui.inspector.subject import Items
    from monitor.ui.storage.model import StorageModel


class AreaPanel(QWidget):
    """Shows ``model``, and one of its ``items`` whole where ``choices`` says, and does what the operator's actions ask
    for.

    `told` carries a sentence for the status bar; `changed` says that what there is to see or to do is another: whoever
    shows the panel then calls `follow`; `drafted` that a draft was begun or finished; `menu_asked` carries where;
    `filter_asked` says that the operator, who was in the table, is to go on in the filter, for there is nothing else.
    """

    told = Signal(str)
    drafted = Signal()
    changed = Signal()
    menu_asked = Signal(QPoint)
    filter_asked = Signal()

    def __init__(
        self,
        model: StorageModel,
        items: Items,
        choices: Choices,
        grouping: Grouping,
        appearance: Appearance,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.model = model
        self._appearance = appearance
        self._choices = choices
        self._had_draft = False
        self.paste_dialog: PasteDialog | None = None
        """What shows what pasting would do, while it is open."""
        self.pause_bar = PauseBar(model.shown, appearance, self)
        self.pause_bar.resumed.connect(model.resume)
        self.refusals = RefusalBar(model.editing, model.masking, appearance, self)
        self.splitter = BesideOrBelow(choices, self)
        left = self.splitter.items
        self.grouped = GroupedItems(model, grouping, appearance, left)
        self._stack = self.grouped.items
        self.table = StorageTable(model, appearance, self._stack)  # the first to get the focus
        self.copying = Copying(model, self.table, self)
        self.copying.told.connect(self.told)
        self.refusals.copy_asked.connect(self.copying.copy_refused)
        self.refusals.clear_asked.connect(lambda edit: ask_to_clear(model, self, edit))
        self.form = AddForm(model.allowed.is_taken, left)
        self.note = QLabel(self._stack)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.note.setWordWrap(True)
        self.note.setProperty("muted", True)
        self.note.setMargin(24)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.note)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.pause_bar)
        layout.addWidget(self.refusals)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.grouped, 1)
        column.addWidget(self.form)
        self.inspector = Inspector(items, choices, appearance, self.splitter)
        self.splitter.inspect_in(self.inspector)
        self.held_row = HeldRow(model, self.inspector)
        layout.addWidget(self.splitter, 1)
        self.inspector.done.connect(self.table.setFocus)
        self.inspector.hide_asked.connect(self.toggle_inspector)
        self.inspector.move_asked.connect(self.splitter.turn)
        choices.changed.connect(self.changed)
        model.drafts.changed.connect(self.changed)
        self.inspector.changed.connect(self.changed)
        self.inspector.mistaken.connect(self.inspect)
        self.table.inspect_asked.connect(self.inspect)
        self.table.compare_asked.connect(self.compare)
        self.table.told.connect(self.told)
        self.table.selectionModel().currentRowChanged.connect(self._follow_current)
        header = self.table.horizontalHeader()
        for moved in (header.sectionResized, header.sectionMoved, header.geometriesChanged):
            moved.connect(self._align_form)
        self.form.closed.connect(self._close_form)
        self.form.submitted.connect(self._add)
        self.form.drafted.connect(self._take_draft)
        self.form.left_above.connect(self._enter_from_below)
        self.table.left_below.connect(self.open_form)
        self.table.drafted.connect(self._take_draft)
        self.table.selectionModel().selectionChanged.connect(self.changed)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._ask_for_menu)
        model.flushed.connect(self.changed)
        self.follow()

    @property
    def drafts(self) -> int:
        """How many texts there are here that were typed and not sent."""
        return self.table.drafts + self.form.has_draft

    @property
    def has_draft(self) -> bool:
        """Whether there is text here that was typed and not sent."""
        return self.drafts > 0

    @property
    def is_at_work(self) -> bool:
        """Whether the operator types, or is at a value in the inspector: the current row must not move by itself."""
        return self.table.is_typing or self.held_row.is_inside

    def _take_draft(self) -> None:
        if self.has_draft != self._had_draft:
            self._had_draft = self.has_draft
            self.drafted.emit()
            self.changed.emit()

    def follow(self) -> None:
        """Show what there is to show now; also to be called when the session is another in any way."""
        self.pause_bar.follow()
        self._follow_refusals()
        may_add = self.model.editing.session.why_read_only is None or self.form.has_draft
        self.form.setVisible(self.model.area.loaded and self.model.area.error is None and may_add)
        self.form.check()
        note = why_empty(self.model)
        self.note.setText(breakable(note))
        focus = self.window().focusWidget()
        in_table = self._stack.currentWidget() is self.table and focus is not None and self.table.isAncestorOf(focus)
        in_table = in_table or focus is self.table
        self._stack.setCurrentIndex(1 if note else 0)
        if note and in_table:
            self.take_focus()
        self._follow_current()

    def _follow_refusals(self) -> None:
        before = self.refusals.edit
        self.refusals.follow()
        edit, key, inside = self.refusals.edit, self.inspector.key, self.held_row.is_inside
        if edit is not None and edit is not before and inside and key is not None and edit.named_keys == {key}:
            # Written here: it stays where the operator is.
            self.model.take_up_refused(key)

    def take_focus(self) -> None:
        """Let the operator go on with the items: in the open editor, in the table, or where there is something to do
        about there being none.
        """
        reason = Qt.FocusReason.OtherFocusReason
        if self._stack.currentWidget() is self.table:
            (self.table.editor or self.table).setFocus(reason)
        elif not self.model.area.loaded:
            self.note.setFocus(reason)  # From there Qt takes it to the table, as soon as the items come.
        elif self.form.isVisibleTo(self) and not self.model.filtered:
            self.form.key.setFocus(reason)
        else:
            self.filter_asked.emit()

    # --- the inspector -----------------------------------------------------------------------------------------------

    def toggle_inspector(self) -> None:
        """Show it, or hide it. What was typed in it is kept."""
        inside = self.inspector.isAncestorOf(self.focusWidget()) if self.focusWidget() is not None else False
        self._choices.shown = not self._choices.shown
        if self._choices.shown:
            self.table.scrollTo(self.table.currentIndex())
        if inside and not self._choices.shown:
            self.table.setFocus()

    def inspect(self, key: str) -> None:
        """Let the operator edit the value in the inspector."""
        self._choices.shown = True
        self.table.revealing.to_work(key)
        self.model.take_up_refused(key)
        self.table.show_key(key)
        self.inspector.show_key(key)
        self.inspector.edit()

    def compare(self, key: str) -> None:
        """Show what differs between what was typed and what the browser holds."""
        self._choices.shown = True
        self.table.revealing.to_work(key)
        self.table.show_key(key)
        self.inspector.show_key(key)
        self.inspector.compare()

    def choose_view(self, name: ViewName) -> None:
        """Show values of this kind so. The JSON view, asked for where it is, goes from tree to text and back."""
        again = self.inspector.isVisible() and self.inspector.view_name is name
        self._choices.shown = True
        view = self.inspector.view
        if again and isinstance(view, JsonView):
            view.choose_form(not view.shows_form)
        self.inspector.choose(name)

    def restore(self) -> None:
        """Store the version that is chosen in the inspector."""
        view = self.inspector.view
        if isinstance(view, HistoryView):
            view.restore()

    @property
    def can_restore(self) -> bool:
        """Whether a version is chosen that could be stored again."""
        return self.inspector.isVisible() and self.inspector.can_restore

    # --- drafts ------------------------------------------------------------------------------------------------------

    @property
    def draft(self) -> Draft | None:
        """What is typed in the open cell, or was typed for the current row."""
        editor = self.table.editor
        key = editor.key if editor is not None and not editor.edits_key else self.table.current_key()
        return None if key is None else self.model.drafts.of(key)

    def save_draft(self) -> None:
        """Save it, or the key that is being typed."""
        self.inspector.catch_up()
        self._save(self.draft)

    def _save(self, draft: Draft | None) -> None:
        editor = self.table.editor
        if editor is not None and (draft is None or draft.writer is editor):
            editor.accept()
        elif draft is not None:
            self.inspector.save(draft.key)

    def ask_to_discard(self) -> None:
        """Let go of the draft, if the operator means it, and did not save it a moment ago."""
        self.inspector.after_saving(self._ask_to_discard)

    def _ask_to_discard(self) -> None:
        draft = self.draft
        if draft is not None:
            ask_what_to_do(draft.key, lambda: self._save(draft), lambda: self.model.drafts.drop(draft.key), self)

    def keep_mine(self) -> None:
        """The next save of the draft writes over what the browser holds now."""
        if self.draft is not None:
            self.model.drafts.keep_mine(self.draft.key)

    def take_theirs(self) -> None:
        """Let go of the draft, and show what the browser holds."""
        if self.draft is not None:
            self.model.drafts.drop(self.draft.key)

    def compare_draft(self) -> None:
        """Show what differs."""
        if self.draft is not None:
            self.compare(self.draft.key)

    def _align_form(self) -> None:
        start = self.table.horizontalHeader().sectionViewportPosition(Column.VALUE)
        self.form.align(self.form.mapFromGlobal(self.table.viewport().mapToGlobal(QPoint(start, 0))).x())

    def _follow_current(self) -> None:
        self.inspector.show_key(self.table.current_key())
        self.held_row.follow()

    # --- actions -----------------------------------------------------------------------------------------------------

    def open_form(self) -> None:
        """Let the operator add an item."""
        self.form.key.setFocus()

    def edit_value(self) -> None:
        """Edit the value of the current row."""
        key = self.table.current_key()
        if key is not None and not self._is_redacted(key):
            self.table.edit_value(key)

    def rename(self) -> None:
        """Edit the key of the current row."""
        key = self.table.current_key()
        if key is not None and not self._is_redacted(key):
            self.table.edit_key(key)

    def delete(self) -> None:
        """Remove the items of the selected rows, all or none."""
        seen, redacted = self.model.allowed.removable(self.table.selected_keys())
        if seen:
            self.table.current_row.note_deletion(seen)
            self.model.editing.remove(seen)
        if redacted:
            self.told.emit(f"{counted(redacted, 'redacted item')} cannot be deleted from here.")

    def follow_rules(self) -> None:
        """Other keys look like secrets by now: views that are not in front may hold one of them."""
        self.inspector.forget_views()
        self.model.follow_rules()

    def pause_or_resume(self) -> None:
        """Hold back what the browser changes, or show it again."""
        if self.model.shown.paused:
            self.model.resume()
        else:
            self.model.pause()

    def ask_to_clear(self) -> None:
        """Ask whether to remove every item, and do so."""
        ask_to_clear(self.model, self)

    def paste(self) -> None:
        """Show what pasting the clipboard's text would do, and do it if the operator wants."""
        dialog = PasteDialog(QGuiApplication.clipboard().text(), self.model, self._appearance, self)
        dialog.told.connect(self.told)
        dialog.finished.connect(self._close_paste)
        self.paste_dialog = dialog
        dialog.open()

    def _close_paste(self) -> None:
        self.paste_dialog = None

    def _is_redacted(self, key: str) -> bool:
        value = self.model.shown_value(key)
        if isinstance(value, Redacted):
            self.told.emit(f"{why_kept_back(value)} It cannot be edited from here.")
        return isinstance(value, Redacted)

    def _add(self, key: str, value: str) -> None:
        self.model.editing.set_value(key, value, None)
        self.table.setFocus()
        self.table.show_key(key)

    def _close_form(self) -> None:
        self.take_focus()

    def _enter_from_below(self) -> None:
        last = self.model.rowCount() - 1
        if last >= 0:
            self.table.setFocus()
            self.table.selectRow(last)

    def _ask_for_menu(self, position: QPoint) -> None:
        self.menu_asked.emit(self.table.viewport().mapToGlobal(position))
