"""Inspector: one value in full, in the view that the operator chose for its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from monitor.core.escapes import EscapeError
from monitor.core.secret_keys import looks_secret
from monitor.ui.drafts.conflict_bar import ConflictBar
from monitor.ui.drafts.question import ask_what_to_do
from monitor.ui.inspector.checking import Checking, Save
from monitor.ui.inspector.choices import Choices, ViewName
from monitor.ui.inspector.emptiness import READING, why_nothing
from monitor.ui.inspector.history_view import HistoryView
from monitor.ui.inspector.inspector_foot import InspectorFoot
from monitor.ui.inspector.inspector_head import InspectorHead, plain_label
from monitor.ui.inspector.own_keys import is_own
from monitor.ui.inspector.pace import Pace
from monitor.ui.inspector.text_view import TextView
from monitor.ui.inspector.views import make_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.ui.appearance import Appearance
    from monitor.ui.drafts.drafts import Draft
    from monitor.ui.inspector.subject import Items, Subject
    from monitor.ui.inspector.view import View


class Inspector(QFrame):
    """Shows the item of one key (`show_key`), and follows it (`follow`). Works only while it is visible. A long value
    is shown when the operator stays with it, or at once where it is asked for (`edit`, `compare`, `choose`).

    `done` says that the operator is done here, and wants to go on in the table; `changed` that what can be done is
    another; `hide_asked` and `move_asked` that the inspector is to be hidden, or to stand elsewhere; `mistaken` that
    what was typed for a key cannot be saved as it is, and is about to be shown.
    """

    done = Signal()
    changed = Signal()
    hide_asked = Signal()
    move_asked = Signal()
    mistaken = Signal(object)

    def __init__(self, items: Items, choices: Choices, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._items = items
        self._choices = choices
        self._appearance = appearance
        self._key: str | None = None
        self._subject: Subject | None = None
        self._views: dict[ViewName, View] = {}
        self._saving = False
        self._leaving = False
        self._showing = False
        self._goes_on = False
        """Whether what the view was given last is still on its way into it."""
        self._ready = False
        """Whether the view shows the item of the key. Until then it is hidden: it may hold another."""
        self._pace = Pace(self)
        self._checking = Checking(items, self)
        self.setProperty("inspector", True)
        self.setAccessibleName("Inspector")
        self.head = InspectorHead(self)
        self.tabs = self.head.tabs
        self.conflict = ConflictBar(items.drafts, self)
        self.nothing = plain_label(self, "muted")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setWordWrap(True)
        self.nothing.setMargin(24)
        self.nothing.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.nothing)
        self.foot = InspectorFoot(self)
        self.note, self.save_button = self.foot.note, self.foot.save_button
        self.discard_button = self.foot.discard_button
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(self.conflict)
        layout.addWidget(self.stack, 1)
        layout.addWidget(self.foot)
        self.setMinimumSize(280, 140)
        self.head.move_button.clicked.connect(self.move_asked)
        self.head.close_button.clicked.connect(self.hide_asked)
        self._pace.due.connect(lambda: self._show(now=True))
        self.tabs.currentChanged.connect(self._take_tab)
        self.conflict.compare_asked.connect(self.compare)
        self.save_button.clicked.connect(lambda: self.save())
        self.discard_button.clicked.connect(self.discard)
        self._checking.passed.connect(self._send)
        self._checking.mistaken.connect(self._show_mistake)
        items.drafts.changed.connect(self._take_draft)
        items.drafts.rewritten.connect(self._take_draft)
        appearance.changed.connect(self._recolor)
        self._recolor()
        self._show()

    # --- what is shown -----------------------------------------------------------------------------------------------

    @property
    def key(self) -> str | None:
        """The key of the item that is shown."""
        return self._key

    @property
    def view_name(self) -> ViewName:
        """The view in front."""
        return list(ViewName)[self.tabs.currentIndex()]

    @property
    def view(self) -> View:
        """The same, itself."""
        name = self.view_name
        if name not in self._views:
            view = self._views[name] = make_view(name, self._items, self._appearance, self.stack)
            view.noted.connect(self._say)
            view.save_asked.connect(self.save)
            view.settled.connect(lambda: self._take_settled(view))
            if isinstance(view, HistoryView):
                view.chosen.connect(self.changed)
            self.stack.addWidget(view)
            if view.tools is not None:
                self.foot.add(view.tools)
        return self._views[name]

    @property
    def text_view(self) -> TextView:
        """The view in which the text is edited, in front."""
        self._raise(ViewName.TEXT)
        view = self.view
        assert isinstance(view, TextView)
        return view

    @property
    def can_restore(self) -> bool:
        """Whether a version is chosen that could be stored again."""
        view = self._views.get(ViewName.HISTORY)
        return self._ready and isinstance(view, HistoryView) and self.view_name is ViewName.HISTORY and view.can_restore

    def show_key(self, key: str | None) -> None:
        """Show the item of this key from now on. What was typed for another is kept."""
        if key == self._key:
            self.follow()
            return
        if self._subject is not None and looks_secret(self._subject.key):
            self.forget_views()
        self._leave()
        self._key = key
        if key is not None and self.isVisible():
            self._raise(self._choices.view(self._items.subject(key).kind))
        self._show()

    def follow(self) -> None:
        """The item may be another by now."""
        if self._key is not None and not (self._saving or self._leaving):
            self._show()

    def choose(self, name: ViewName) -> None:
        """The operator wants this view, now and for values of this kind."""
        if name is self.view_name:
            self._show(now=True)
        self.tabs.setCurrentIndex(list(ViewName).index(name))

    def edit(self) -> None:
        """Let the operator type."""
        view = self.text_view
        self._show(now=True)
        view.text.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def compare(self) -> None:
        """Show what differs between what was typed and what the browser holds."""
        self._raise(ViewName.DIFF)
        self._show(now=True)
        self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _raise(self, name: ViewName) -> None:
        if name is not self.view_name:
            self._leave()
            self.tabs.blockSignals(True)
            self.tabs.setCurrentIndex(list(ViewName).index(name))
            self.tabs.blockSignals(False)

    def _leave(self) -> None:
        self._ready = self._goes_on = False
        self._pace.stop()
        # A view that is left may let go of a draft. What there is to see then is shown by whoever leaves; others, who
        # are told, may be the first to ask for the next view.
        self._leaving = True
        for view in list(self._views.values()):
            view.leave()
        self._leaving = False

    def forget_views(self) -> None:
        """Nothing of a secret is to be left when it is masked, or another item is shown: not in a document that nobody
        sees, nor in the steps that it could be undone by. What comes next is shown in new views. Call `follow` then.
        """
        self._leave()
        views, self._views = self._views, {}
        for view in views.values():
            if view.tools is not None:
                view.tools.hide()
                view.tools.deleteLater()
            view.deleteLater()

    def _take_tab(self) -> None:
        self._leave()
        if self._subject is not None and not self._subject.masked:
            self._choices.choose_view(self._subject.kind, self.view_name)
        self._show(now=True)

    def _take_draft(self, key: str) -> None:
        if key == self._key and not (self._saving or self._leaving):
            # A draft is let go of by the operator alone: what was there before comes back at once.
            self._show(now=key not in self._items.drafts)

    def _show(self, *, now: bool = False) -> None:
        if not self.isVisible():
            return
        before = self._subject
        subject = self._subject = None if self._key is None else self._items.subject(self._key)
        if subject is not None and before is not None and before.key == subject.key:
            if subject.masked and not before.masked:
                self.forget_views()
            elif before.masked and not subject.masked:
                self._raise(self._choices.view(subject.kind))
        nothing = why_nothing(subject, self.view_name)
        self.head.show_subject(subject)
        if not self.conflict.show_draft(None if subject is None or subject.masked else subject.draft):
            self.conflict.label.clear()  # It may quote what is masked by now.
        if subject is None or nothing:
            self._ready = False
            self._pace.stop()
            self._show_nothing(nothing)
        elif not now and self._ready and self.view.busy:
            pass  # There is news, but what came before is not all there yet: else it would never be.
        elif now or self._pace.may_work(self.view.unread(subject), fresh=not self._ready):
            self._showing = True
            try:
                self._pace.work(lambda: self.view.show_subject(subject))
            finally:
                self._showing = False
            self._goes_on = self.view.busy
            self._ready = True
            self.stack.setCurrentWidget(self.view)
            if self.nothing.hasFocus():
                self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not self._ready:
            self._show_nothing(READING)
        self._say()

    def _take_settled(self, view: View) -> None:
        if self._showing or view is not self.view:
            return
        if self._goes_on:  # Else it is the operator's own doing.
            self._goes_on = False
            self._pace.rest()
        self._show()

    def _show_nothing(self, why: str) -> None:
        focus, shown = self.window().focusWidget(), self.stack.currentWidget()
        inside = focus is not None and shown is not None and (focus is shown or shown.isAncestorOf(focus))
        self.nothing.setText(why)
        self.stack.setCurrentWidget(self.nothing)
        if inside:
            # Else Qt would take it to the next widget, and the operator's next key to another item.
            self.nothing.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self) -> None:
        view = self.view if self.stack.currentWidget() is not self.nothing else None
        for each in self._views.values():
            if each.tools is not None:
                each.tools.setVisible(each is view)
        drafted = self._key is not None and self._key in self._items.drafts
        self.foot.show_view(view, drafted)

    def showEvent(self, event: object) -> None:
        """Show what there is to show by now."""
        if self._key is not None:
            self._raise(self._choices.view(self._items.subject(self._key).kind))
        self._ready = False
        self._show()

    def _recolor(self) -> None:
        self.head.draw_icons(self._appearance.scheme.muted)

    # --- what was typed ----------------------------------------------------------------------------------------------

    def save(self, key: str | None = None, saved: Callable[[], object] | None = None) -> None:
        """Save what was typed for the item of this key, or else for the one that is shown, unless something is wrong
        with it; then show that item, and say so. Where it is long, that takes some turns of the event loop. ``saved``
        is called when it was sent.
        """
        self.catch_up()
        if key in (None, self._key) and not self.view.finish():
            return
        key = self._key if key is None else key
        draft = None if key is None else self._items.drafts.of(key)
        if draft is None:
            return
        if not self._items.subject(draft.key).can_edit:
            self.show_key(draft.key)
            self.view.say(self.view.note, "Nothing may be written here now. Your text is kept.")
            return
        self._checking.begin(draft, saved)

    def after_saving(self, act: Callable[[], object]) -> None:
        """Do this once what is about to be saved is sent, which takes some turns where it is long; or now."""
        self._checking.then(act)

    def _show_mistake(self, draft: Draft, error: EscapeError) -> None:
        self.mistaken.emit(draft.key)
        self.show_key(draft.key)
        view = self.text_view
        self._show(now=True)
        view.show_error(error)

    def _send(self, save: Save) -> None:
        draft = save.draft
        # The views look once both are done: else they would show the value from before for a moment.
        self._saving = True
        try:
            # In conflict the browser refuses what is sent, and the text stays to be decided on.
            if save.text != draft.expected or draft.conflict:
                self._items.save(draft.key, save.text, draft.expected)
            self._items.drafts.drop(draft.key)
        finally:
            self._saving = False
        self._show(now=True)
        if save.saved is not None:
            save.saved()

    def catch_up(self) -> None:
        """Take in what was typed by now, also where it waits for a long text that is on its way."""
        if self.view_name in self._views:
            self.view.catch_up()

    def discard(self) -> None:
        """Let go of what was typed."""
        if self._key is not None:
            self._items.drafts.drop(self._key)

    def event(self, event: QEvent) -> bool:
        """Its own keys come before those of the window (`own_keys`)."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            types = self.view_name in (ViewName.TEXT, ViewName.JSON)
            gone = self._subject is not None and self.stack.currentWidget() is self.nothing
            if not gone and is_own(event.keyCombination(), types):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape asks what is to become of what was typed, and goes back to the table."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
            return
        key = self._key
        if key is not None and key in self._items.drafts and not self._checking.looks_at(key):
            # Another item may be shown by the time of the answer.
            ask_what_to_do(key, lambda: self.save(key, self.done.emit), lambda: self._discard_and_leave(key), self)
        else:
            self.done.emit()

    def _discard_and_leave(self, key: str) -> None:
        self._items.drafts.drop(key)
        self.done.emit()
