"""SessionSteps: what the operator did in one session, to be undone and redone in order."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QUndoStack

from monitor.core.edits import Edit, EditState, Intent
from monitor.ui.storage.outcomes import AUTHOR
from monitor.ui.undo.step import Step, concerned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from PySide6.QtCore import QObject

    from monitor.core.messages import Operation
    from monitor.core.page import Page
    from monitor.core.session import Session

STEPS: Final = 200
"""How many steps of a session are kept."""
SIZE: Final = 32 * 2**20
"""How many characters they may keep, some three times a full storage before and after. The last step is kept whatever
its size.
"""


class SessionSteps(QUndoStack):
    """One undo or redo is under way at a time: what the operator asks for meanwhile waits for its outcome, and is
    dropped where the browser refuses, for then there is something to look at first.

    `performed` carries page and key of an item that is concerned by what the browser is asked for, and whether that
    waited; `told` a sentence for the status bar. Call `hear` with every outcome of an edit of this session.
    """

    performed = Signal(object, object, bool)
    told = Signal(str)

    def __init__(self, session: Session, clock: Callable[[], float], parent: QObject) -> None:
        super().__init__(parent)
        self.setUndoLimit(STEPS)
        self._session = session
        self._clock = clock
        self._step: Step | None = None
        self._edit: Edit | None = None
        self._wanted: deque[Intent] = deque()
        self._waited = False
        self._size = 0

    # --- steps come and go -------------------------------------------------------------------------------------------

    def add(self, title: str, page: Page | None, back: Sequence[Operation]) -> None:
        """The browser has applied an edit of the operator's, which ``back`` takes back."""
        step = Step(title, page, back, self._perform)
        self.push(step)
        self._size += step.size
        if self._size > SIZE:
            self._end_oldest()

    def _end_oldest(self) -> None:
        """Let go of as much as is too much. Steps that Qt has dropped count until then: only here is each looked at."""
        steps = list(self._steps())
        self._size = sum(step.size for step in steps)
        for step in steps[:-1]:
            if self._size <= SIZE:
                break
            self._size -= step.size
            step.end()

    def page_left(self, page: Page) -> None:
        """The page's own storage is gone, and what was done there with it."""
        for step in self._steps():
            if step.page is page:
                step.end()
        self._settle_down()

    def dismissed(self, edit: Edit) -> None:
        """The operator has let go of a refused undo or redo, or written over what was in its way: on with the next."""
        for step in self._steps():
            if step.refused is edit:
                step.end()
        self._settle_down()

    def _steps(self) -> Iterator[Step]:
        for place in range(self.count()):
            yield self._step_at(place)

    def _step_at(self, place: int) -> Step:
        step = self.command(place)
        assert isinstance(step, Step)
        return step

    # --- what the operator asks for ----------------------------------------------------------------------------------

    def ask(self, intent: Intent) -> None:
        """Undo the last step, or redo the next one, as soon as the browser has answered what is under way."""
        if not self._awaits_answers():
            self._move(intent)
        elif any(page.connected for page in self._session.pages.values()):
            self._wanted.append(intent)
        else:
            self.told.emit("An edit waits for a page of this session to come back. It can be taken back from its menu.")

    def _awaits_answers(self) -> bool:
        session = self._session
        unsettled = (edit for page in (None, *session.pages.values()) for edit in session.unsettled(page))
        return self._edit is not None or any(edit.author == AUTHOR for edit in unsettled)

    def _move(self, intent: Intent) -> None:
        if intent is Intent.UNDO:
            self.undo()
        else:
            self.redo()
        self._take_outcome()

    def _perform(self, step: Step, intent: Intent, operations: Sequence[Operation]) -> None:
        self.performed.emit(step.page, concerned(operations), self._waited)
        step.refused = None
        self._step = step
        self._edit = self._session.edit(operations, self._clock(), page=step.page, author=AUTHOR, intent=intent)

    # --- what comes of it --------------------------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether an undo or redo is under way, or waits."""
        return self._edit is not None or bool(self._wanted)

    def hear(self) -> None:
        """An edit of the operator's has an outcome, or was taken back."""
        self._take_outcome()
        if self._wanted and not self._awaits_answers():
            self._waited = True
            self._move(self._wanted.popleft())
            self._waited = False

    def refuse(self) -> None:
        """The browser has refused an edit of the operator's: what was asked for after it is not wanted any more."""
        self._wanted.clear()

    def _take_outcome(self) -> None:
        step, edit = self._step, self._edit
        if step is None or edit is None:
            return
        if edit.state is EditState.PENDING and edit in self._session.unsettled(step.page):
            return
        self._step = self._edit = None
        if edit.state is EditState.APPLIED:
            step.applied = edit.intent is Intent.REDO
            self.told.emit(f"{'Redone' if step.applied else 'Undone'}: {step.title}.")
        elif edit.state is EditState.REFUSED:
            step.refused = edit
        self._settle_down()

    def _settle_down(self) -> None:
        """What stands applied is to be undone next, what does not to be redone: Qt's place among the steps follows
        what the browser has said.
        """
        while self.canRedo() and self._passes(self.index(), applied=True):
            self.redo()
        while self.canUndo() and self._passes(self.index() - 1, applied=False):
            self.undo()

    def _passes(self, place: int, *, applied: bool) -> bool:
        """Whether the step there is to be passed without asking the browser for anything; one that is over is then
        removed by Qt.
        """
        step = self._step_at(place)
        if step.over:
            step.setObsolete(True)
        return step.over or step.applied == applied
