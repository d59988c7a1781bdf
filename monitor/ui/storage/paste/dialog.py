"""PasteDialog: what pasting a text would do, before it is done."""

from __future__ import annotations

from heapq import nsmallest
from itertools import islice
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QVBoxLayout

from monitor.core.edits import EditState
from monitor.core.interchange import Form, InterchangeError, Parsed
from monitor.core.values import one_line
from monitor.ui.appearance import fixed_font
from monitor.ui.quota_bar import QuotaBar, usage
from monitor.ui.storage.area_tabs import AREA_NAMES
from monitor.ui.storage.item_states import reason_in_words
from monitor.ui.storage.paste.model import PasteModel
from monitor.ui.storage.paste.plan import PastePlan, operations
from monitor.ui.storage.paste.reading import PasteReading
from monitor.ui.storage.paste.view import PasteView
from monitor.ui.words import counted, plain_tooltip, quoted
from monitor.ui.work import Work

if TYPE_CHECKING:
    from collections.abc import Generator

    from PySide6.QtWidgets import QWidget

    from monitor.core.edits import Edit
    from monitor.core.values import Value
    from monitor.ui.appearance import Appearance
    from monitor.ui.storage.model import StorageModel

_SIZE: Final = (820, 520)
_MOST_NAMED: Final = 3
_AT_ONCE: Final = 4_000
"""So many items are compared with what the browser holds before the window does anything else."""
_FORMS: Final = {Form.JSON: "a JSON object", Form.TABLE: "a table", Form.CONSOLE_SCRIPT: "a console script"}


class PasteDialog(QDialog):
    """Reads ``text`` as items, shows what would become of each in the area of ``model``, as that is now, and on Paste
    asks for one edit that sets those that are checked, all or none, where there still is what is shown. `told` carries
    a sentence for the status bar. To be opened with ``open()``; it goes when it is closed.
    """

    told = Signal(str)

    def __init__(self, text: str, model: StorageModel, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = text
        self._storage = model
        self._parsed: Parsed | None = None
        self._changed: set[str] = set()
        self._to_look_at: set[str] = set()
        """What of `_follow` is still to be done."""
        self._following = Work(self)
        self._refused = ""
        self._whole: Edit | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Paste items")
        self.setModal(True)
        self.setMinimumWidth(480)
        self.resize(*_SIZE)
        self.title = self._label("strong")
        self.summary = self._label("")
        self.warning = self._label("")
        self.mistake = self._label("error")
        self.source = self._label("muted")
        self.source.setFont(fixed_font())
        self.items = PasteModel(appearance, model.masking.hides, self)
        self.view = PasteView(self.items, self)
        self.all = QCheckBox("&All", self)
        self.all.setToolTip("Check all items that can be set, or none")
        self.escapes = QCheckBox("&Backslashes are escapes", self)
        self.escapes.setToolTip(plain_tooltip("Read \\n as a line break, \\t as a tab, \\u0000 as any character"))
        self.quota = QuotaBar(appearance, self)
        self.size_after = self._label("muted")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.cancel = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        self.paste = self.buttons.addButton("&Paste", QDialogButtonBox.ButtonRole.AcceptRole)
        self._lay_out()
        self._reading = PasteReading(self)
        self._connect()
        self._read(None)

    def _label(self, look: str) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        if look:
            label.setProperty(look, True)
        return label

    def _lay_out(self) -> None:
        full = QHBoxLayout()
        full.setSpacing(10)
        full.addWidget(self.quota)
        full.addWidget(self.size_after, 1)
        bottom = QHBoxLayout()
        bottom.setSpacing(16)
        bottom.addWidget(self.all)
        bottom.addWidget(self.escapes)
        bottom.addStretch(1)
        bottom.addWidget(self.buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        for widget in (self.title, self.summary, self.mistake, self.source, self.warning):
            layout.addWidget(widget)
        layout.addWidget(self.view, 1)
        layout.addLayout(full)
        layout.addLayout(bottom)

    def _connect(self) -> None:
        self._reading.finished.connect(self._take)
        self._storage.looked_at.connect(self._follow)
        self._storage.masking.changed.connect(self.items.follow_masking)
        self._storage.flushed.connect(self._follow_whole)
        self._storage.flushed.connect(self._say)
        self.items.checked_changed.connect(self._say)
        self.all.clicked.connect(self._check_all)
        self.escapes.clicked.connect(self._read)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    # --- reading -----------------------------------------------------------------------------------------------------

    def _read(self, escapes: bool | None) -> None:
        self._parsed = None
        self.title.setText(f"Reading {counted(len(self._text), 'character')}…")
        self.paste.setEnabled(False)
        for widget in (self.summary, self.mistake, self.source, self.warning, self.all, self.escapes):
            widget.hide()
        self._reading.read(self._text, escapes)

    def _take(self, result: Parsed | InterchangeError) -> None:
        found = isinstance(result, Parsed)
        self._parsed = result if isinstance(result, Parsed) else None
        for widget in (self.summary, self.view, self.quota, self.size_after, self.all, self.paste):
            widget.setVisible(found)
        for widget in (self.mistake, self.source):
            widget.setVisible(not found)
        self.cancel.setText("Cancel" if found else "Close")
        self.escapes.setVisible(result.escapes is not None if isinstance(result, Parsed) else self.escapes.isChecked())
        if isinstance(result, Parsed):
            area = AREA_NAMES[self._storage.area.kind]
            self.title.setText(f"Paste {_FORMS[result.form]} into this {area}")
            self.escapes.setChecked(bool(result.escapes))
            self._look()
            self.resize(self.size().expandedTo(QSize(*_SIZE)))
            self.view.setFocus()
        else:
            self.title.setText("This text cannot be pasted as items")
            self.mistake.setText(f"Line {result.line:,}: {result}")
            self.source.setText(one_line(_line(self._text, result.line), 160))
            self.warning.hide()
            self.adjustSize()

    def _look(self) -> None:
        """Compare with what the browser holds now."""
        assert self._parsed is not None
        self._changed.clear()
        self._to_look_at.clear()
        self._refused = ""
        self._whole = self._storage.states.pending.whole
        self.items.show_plan(PastePlan(self._parsed.items, self._held))

    def _held(self, key: str) -> Value | None:
        """What is going to be there when the edits that are on their way have been applied."""
        pending = self._storage.states.pending.of(key)
        return self._storage.area.items.get(key) if pending is None else pending.value

    def _follow(self, keys: set[str]) -> None:
        """The browser, or an edit on its way, may have changed these."""
        if self._parsed is not None:
            self._to_look_at |= keys & self.items.plan.places.keys()
            if self._to_look_at and not self._following.runs:
                self._following.begin(self._look_at_all(), lambda _nothing: self._say())

    def _look_at_all(self) -> Generator[None, None, None]:
        """Not at once where there are very many: the window goes on meanwhile."""
        while self._to_look_at:
            some = set(islice(self._to_look_at, _AT_ONCE))
            self._to_look_at -= some
            self._changed |= self.items.look_at(some, self._held)
            if self._to_look_at:
                self._say()
                yield

    def _follow_whole(self) -> None:
        """An edit of all items at once was asked for, or is done: that names no key."""
        if self._parsed is not None and self._whole is not self._storage.states.pending.whole:
            self._whole = self._storage.states.pending.whole
            self._follow(set(self.items.plan.places))

    # --- what is said ------------------------------------------------------------------------------------------------

    def _say(self) -> None:
        if self._parsed is None:
            return
        checked, able = self.items.checked, self.items.able
        self._say_size()
        self.summary.setText(self.items.plan.summary())
        self.paste.setText(f"&Paste {counted(checked, 'item')}")
        self.paste.setEnabled(checked > 0 and self._storage.editing.why_not is None)
        self.all.setEnabled(able > 0)
        state = Qt.CheckState.Unchecked if not checked else Qt.CheckState.PartiallyChecked
        self.all.setCheckState(Qt.CheckState.Checked if checked and checked == able else state)
        warnings = list(self._warnings())
        self.warning.setText("\n".join(f"⚠ {warning}" for warning in warnings))
        self.warning.setVisible(bool(warnings))

    def _say_size(self) -> None:
        after = self._storage.area.units + self.items.growth
        self.quota.show_units(after)
        self.size_after.setText(f"{usage(after)} after pasting")

    def _warnings(self) -> list[str]:
        assert self._parsed is not None
        said = []
        why_not = self._storage.editing.why_not
        if why_not is not None:
            said.append(f"Nothing can be pasted: {why_not}.")
        elif self._refused:
            said.append(f"Nothing was pasted: {self._refused}.")
        if self._changed:
            said.append(f"{_named(self._changed)} changed in the browser meanwhile. What is shown is as it is now.")
        if self._parsed.area not in (None, self._storage.area.kind):
            assert self._parsed.area is not None
            here = AREA_NAMES[self._storage.area.kind]
            said.append(f"The script is for {AREA_NAMES[self._parsed.area]}; its items go to this {here}.")
        for key, lines in list(self._parsed.repeated.items())[:_MOST_NAMED]:
            places = ", ".join(f"{line:,}" for line in lines[:8]) + (", …" if len(lines) > 8 else "")
            said.append(f"{quoted(key)} comes {len(lines):,} times (lines {places}); the last one counts.")
        more = len(self._parsed.repeated) - _MOST_NAMED
        if more > 0:
            said.append(f"{counted(more, 'other key comes', 'other keys come')} more than once, too.")
        return said

    # --- what can be done --------------------------------------------------------------------------------------------

    def _check_all(self) -> None:
        rows = range(len(self.items.plan.rows))
        self.items.check(rows, self.items.checked < self.items.able)
        self._say()

    def accept(self) -> None:
        """Paste what is checked. What cannot go anywhere stays here, and why is said; so does what turns out to be
        something else by now, for nobody has seen that.
        """
        seen = self.items.checked_rows()
        self._following.finish()
        checked = self.items.checked_rows()
        asked, editing = operations(checked), self._storage.editing
        if not asked or checked != seen or editing.why_not is not None:
            self._say()
            return
        self._refused = ""
        edit = editing.set_values(asked)
        if edit.state is EditState.REFUSED:
            self._refused = reason_in_words(edit)
            editing.discard(edit)
            self._say()
            return
        count = counted(len(asked), "item")
        waits = f"{count} {'waits' if len(asked) == 1 else 'wait'} for a page of this session to come back."
        self.told.emit(f"Sent {count} to the browser." if edit.sent else waits)
        super().accept()


def _line(text: str, number: int) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", number)
    return lines[number - 1] if number <= len(lines) else ""


def _named(keys: set[str]) -> str:
    named = nsmallest(_MOST_NAMED, keys)
    said = ", ".join(map(quoted, named))
    more = len(keys) - len(named)
    return f"{said} and {counted(more, 'other')}" if more else said
