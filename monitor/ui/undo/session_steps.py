"""SessionSteps: what the operator did in one session, to be undone and redone in order."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QUndoStack

from monitor.core.edits import Edit, EditState, Intent
from monitor.ui.storage.editing import Editing
from monitor.ui.storage.outcomes import AUTHOR
from monitor.ui.undo.step import Step, concerned, title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from PySide6.QtCore import QObject

    from monitor.core.messages import Operation
    from monitor.core.page import Page
    from monitor.core.session import Session
    from monitor.ui.storage.outcomes import Outcomes

STEPS: Final = 200
"""How many steps of a session are kept."""
SIZE: Final = 32 * 2**20
"""How many characters they may keep, some three times a full storage before and after. The last step is kept whatever
its size.
"""


class SessionSteps(QUndoStack):
    """One undo or redo is under way at a time: what the operator asks for meanwhile waits for its outcome, and is
    dropped where the browser refuses, for then there is something to look at first. An edit that is under way is the
    next to be undone; what has not even gone out is taken back.

    `performed` carries page and key of an item that is concerned by what the browser is asked for, and whether that
    waited; `told` a sentence for the status bar. Call `hear` with every outcome of an edit of this session.
    """

    performed = Signal(object, object, bool)
    told = Signal(str)

    def __init__(self, session: Session, outcomes: Outcomes, clock: Callable[[], float], parent: QObject) -> None:
        super().__init__(parent)
        self.setUndoLimit(STEPS)
        self._session = session
        self._outcomes = outcomes
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

    def next_title(self, intent: Intent) -> str:
        """What would be undone, or redone, once everything that is under way is done; empty, if nothing would."""
        asked = [edit for edit, _ in self._unanswered() if edit.intent is Intent.DO]
        stand = self.index()
        end = stand + len(asked) if asked else self.count()
        place = stand + len(asked)
        for wanted in self._wanted:
            place = max(0, place - 1) if wanted is Intent.UNDO else min(end, place + 1)
        place -= intent is Intent.UNDO
        if not 0 <= place < end:
            return ""
        return self._title_of(asked[place - stand]) if asked and place >= stand else self.text(place)

    def _title_of(self, edit: Edit) -> str:
        """Of an edit without outcome."""
        page = next((page for unanswered, page in self._unanswered() if unanswered is edit), None)
        return title(edit.operations, sum(isinstance(value, str) for value in self._session.area(page).items.values()))

    def ask(self, intent: Intent) -> None:
        """Undo the last step, or redo the next one, as soon as the browser has answered what is under way."""
        unanswered = self._unanswered()
        if self._edit is None and not unanswered:
            self._move(intent)
        elif unanswered and not self._wanted and self._take_back(*unanswered[-1], intent):
            pass
        elif any(page.connected for page in self._session.pages.values()):
            self._wanted.append(intent)
        else:
            self.told.emit("An edit waits for a page of this session to come back. It can be taken back from its menu.")

    def _take_back(self, edit: Edit, page: Page | None, intent: Intent) -> bool:
        """Whether the edit is of the kind that this undoes or redoes, and had not gone out: then it never will."""
        if (edit.intent is Intent.UNDO) == (intent is Intent.UNDO):
            return False
        named = self._title_of(edit) if edit.intent is Intent.DO else ""
        if not Editing(self._session, page, self._outcomes, self._clock).withdraw(edit):
            return False
        if named:
            self.told.emit(f"Taken back before it went out: {named}.")
        return True

    def _unanswered(self) -> list[tuple[Edit, Page | None]]:
        """The operator's edits that have no outcome yet, oldest first, with the page whose own area they are of."""
        session = self._session
        every = ((edit, page) for page in (None, *session.pages.values()) for edit in session.unsettled(page))
        return sorted((each for each in every if each[0].author == AUTHOR), key=lambda each: each[0].created_at)

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
        if self._wanted and self._edit is None and not self._unanswered():
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
