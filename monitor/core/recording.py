"""Recording: what writes an edit down before it is sent, and its outcome before it is told."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Protocol

from monitor.core.long_messages import LONG_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from monitor.core.area import StorageArea
    from monitor.core.edits import Edit, Outcome
    from monitor.core.session import Session


class RecordingError(Exception):
    """It cannot be written down. The text says why, as the end of a sentence."""


class Recorder(Protocol):
    """Writes edits down. What a method was given is safe from the death of this process when it returns; none waits
    for long.

    Each edit is `asked` once, first; then come `sending`, at most once, and its outcomes. There is one outcome, or a
    second where the first was that nobody knows (`monitor.core.edits.Reason.UNKNOWN`).

    Raises:
        RecordingError: it could not be written. Nothing of it was.
    """

    def preparing(self, key: str, text: str) -> Generator[None, None, None]:
        """An edit is about to set ``key`` to this long text, or from it: what can be done before is done now, a little
        a turn. The text may be on the disk from now on, but says nothing there without the edit. Never raises.
        """

    def asked(self, session: Session, area: StorageArea, edit: Edit, *, sending: bool) -> None:
        """The edit is asked for, and is about to be sent if ``sending``; else it waits, or is about to be refused."""

    def sending(self, edit: Edit) -> None:
        """The edit waited and is about to be sent."""

    def settled(self, edit: Edit, outcome: Outcome | None) -> None:
        """The outcome of the edit; ``None`` if it was withdrawn before it was sent."""


class Recording:
    """Hands everything to ``recorder``, if there is one, and keeps the outcomes that it could not write until it can
    (`retry`).
    """

    def __init__(self) -> None:
        self.recorder: Recorder | None = None
        self._held: deque[tuple[Edit, Outcome | None, Callable[[], None]]] = deque()

    @property
    def held(self) -> int:
        """How many outcomes are known and not written."""
        return len(self._held)

    def preparing(self, key: str, texts: Iterable[str]) -> Generator[None, None, None]:
        """Before an edit of ``key`` with these texts is asked for: so it takes less time in one go if they are long."""
        for text in texts:
            if self.recorder is not None and len(text) > LONG_TEXT:
                yield from self.recorder.preparing(key, text)

    def ask(self, session: Session, area: StorageArea, edit: Edit, *, sending: bool) -> str | None:
        """Returns why the edit cannot be written down, if it cannot."""
        if self.recorder is not None:
            try:
                self.recorder.asked(session, area, edit, sending=sending)
            except RecordingError as error:
                return str(error)
        edit.recorded_as_sent = sending
        return None

    def send(self, edit: Edit) -> bool:
        """Whether the edit may be sent; if not, ask again later."""
        if not edit.recorded_as_sent:
            if self.recorder is not None:
                try:
                    self.recorder.sending(edit)
                except RecordingError:
                    return False
            edit.recorded_as_sent = True
        return True

    def settle(self, edit: Edit, outcome: Outcome | None, then: Callable[[], None]) -> bool:
        """Write the outcome. If it cannot be written now, returns ``False``, and calls ``then`` once it is."""
        if self.recorder is None:
            return True
        if not self._held:
            try:
                self.recorder.settled(edit, outcome)
            except RecordingError:
                pass
            else:
                return True
        self._held.append((edit, outcome, then))
        return False

    def retry(self) -> None:
        """Write what is held, in order, as far as it goes."""
        while self._held:
            edit, outcome, then = self._held[0]
            if self.recorder is not None:
                try:
                    self.recorder.settled(edit, outcome)
                except RecordingError:
                    return
            self._held.popleft()
            then()
