"""Undo: what the operator did in each session, gathered from what the browsers have applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from monitor.core.edits import Edit, EditState, Intent
from monitor.core.events import EditUpdated, ItemsChanged, PageLeft, SessionForgotten
from monitor.core.inverse import inverse, needs_before
from monitor.ui.storage.outcomes import AUTHOR
from monitor.ui.undo.session_steps import SessionSteps
from monitor.ui.undo.step import title

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.core.area import StorageArea
    from monitor.core.registry import Registry
    from monitor.core.session import Session
    from monitor.core.values import Value
    from monitor.ui.frame import Frame
    from monitor.ui.storage.outcomes import Outcomes


class _Applied(NamedTuple):
    """An edit that a browser has applied, and what its area held before, as far as it matters."""

    session: Session
    area: StorageArea
    edit: Edit
    before: dict[str, Value]


class Undo(QObject):
    """Undoes and redoes in the session that is shown (`show_session`). What a program did is not the operator's to
    undo; what was refused was never done.

    `changed` says that something else is next; `performed` carries session, page and key of an item that is
    concerned, and whether it waited for an answer: the operator may be at something else by then; `told` a sentence
    for the status bar.
    """

    changed = Signal()
    performed = Signal(object, object, object, bool)
    told = Signal(str)

    def __init__(
        self,
        registry: Registry,
        outcomes: Outcomes,
        frame: Frame,
        clock: Callable[[], float],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._outcomes = outcomes
        self._frame = frame
        self._clock = clock
        self._session: Session | None = None
        self._steps: dict[Session, SessionSteps] = {}
        self._seen: dict[str, tuple[StorageArea, dict[str, Value]]] = {}
        """By the id of an edit without outcome that does not say itself what it found: what its area held."""
        self._applied: list[_Applied] = []
        """What was done since the last frame, and stands in no stack yet: Qt takes its time for each step."""
        outcomes.dismissed.connect(self._take_dismissal)
        self.end = registry.subscribe_each(
            {
                EditUpdated: self._take_edit,
                ItemsChanged: self._note,
                PageLeft: self._take_page_left,
                SessionForgotten: lambda event: self._forget(event.session),
            }
        )

    def show_session(self, session: Session | None) -> None:
        """What is done in this session is undone from now on."""
        self._gather()
        self._session = session
        self.changed.emit()

    @property
    def next_undo(self) -> str:
        """What would be undone, in a few words; empty, if nothing would."""
        return self._next_title(Intent.UNDO)

    @property
    def next_redo(self) -> str:
        """What would be redone."""
        return self._next_title(Intent.REDO)

    def _next_title(self, intent: Intent) -> str:
        self._gather()
        return "" if self._session is None else self._steps_of(self._session).next_title(intent)

    def undo(self) -> None:
        """Ask the browser to take back the last step."""
        self._ask(Intent.UNDO)

    def redo(self) -> None:
        """Ask the browser to do again what was undone last."""
        self._ask(Intent.REDO)

    def _ask(self, intent: Intent) -> None:
        self._gather()
        if self._session is not None:
            self._steps_of(self._session).ask(intent)
            self.changed.emit()

    # --- what happens ------------------------------------------------------------------------------------------------

    def _take_edit(self, event: EditUpdated) -> None:
        if event.edit.author == AUTHOR:
            (self._look if event.edit.state is EditState.PENDING else self._take)(event)

    def _take_page_left(self, event: PageLeft) -> None:
        self._gather()
        if event.session in self._steps:
            self._steps[event.session].page_left(event.page)

    def _look(self, event: EditUpdated) -> None:
        """The edit is asked for now, or has just gone out."""
        edit = event.edit
        if edit.sent:
            return
        if needs_before(edit.operations):
            self._seen[edit.id] = event.area, dict(event.area.items)
        if event.session is self._session and not self._steps_of(event.session).canUndo():
            self.changed.emit()  # Now there is something to undo, and the key may be pressed before there is a frame.
        self._frame.request(self._tell)

    def _note(self, event: ItemsChanged) -> None:
        """Other edits of the operator's do not keep one from being applied, but the page's changes do."""
        if self._seen and event.source == "operator":
            for area, before in self._seen.values():
                if area is event.area:
                    for change in event.changes:
                        if change.new_value is None:
                            before.pop(change.key, None)
                        else:
                            before[change.key] = change.new_value

    def _take(self, event: EditUpdated) -> None:
        """The edit has its outcome."""
        session, area, edit = event.session, event.area, event.edit
        _, before = self._seen.pop(edit.id, (area, {}))
        if edit.state is EditState.APPLIED and edit.intent is Intent.DO:
            for change in reversed(event.changes):
                if change.old_value is None:
                    before.pop(change.key, None)
                else:
                    before[change.key] = change.old_value
            self._applied.append(_Applied(session, area, edit, before))
        self._frame.request(self._tell)
        steps = self._steps.get(session)
        if steps is not None and (steps.busy or edit.state is EditState.REFUSED):
            self._gather()
            if edit.state is EditState.REFUSED:
                steps.refuse()
            steps.hear()

    def _tell(self) -> None:
        self._gather()
        self.changed.emit()

    def _gather(self) -> None:
        """Make a step of everything that was applied."""
        applied, self._applied = self._applied, []
        for each in applied:
            self._add(*each)

    def _add(self, session: Session, area: StorageArea, edit: Edit, before: dict[str, Value]) -> None:
        back = inverse(edit.operations, before)
        page = None if area.page_id is None else session.pages.get(area.page_id)
        if not back or session.area(page) is not area:
            return
        self._steps_of(session).add(title(edit.operations, len(back)), page, back)

    def _steps_of(self, session: Session) -> SessionSteps:
        steps = self._steps.get(session)
        if steps is None:
            steps = self._steps[session] = SessionSteps(session, self._outcomes, self._clock, self)
            steps.performed.connect(lambda page, key, waited: self.performed.emit(session, page, key, waited))
            steps.told.connect(self.told)
            steps.indexChanged.connect(self.changed)
        return steps

    def _take_dismissal(self, session: Session, edit: Edit) -> None:
        """The operator has let go of a refused edit, or taken back one that had not gone out; perhaps an undo."""
        self._gather()
        self._seen.pop(edit.id, None)
        steps = self._steps.get(session)
        if steps is not None:
            steps.dismissed(edit)
            steps.hear()
        self.changed.emit()

    def _forget(self, session: Session) -> None:
        self._gather()
        steps = self._steps.pop(session, None)
        if steps is not None:
            steps.deleteLater()
