"""The session state machine: pages that say anything in any order, and an operator who goes on working meanwhile."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final

from msgspec import UNSET

from monitor.core.edits import Edit, EditState, Replace
from monitor.core.messages import Clear, RemoveItem, RenameItem, SetItem
from monitor.core.read_only import ReadOnly
from monitor.core.registry import Registry
from tests.core.simulation.hub import Listener
from tests.core.simulation.ledger import Ledger
from tests.fuzz.page import HonestPage, HostilePage
from tests.fuzz.reading import Reader

if TYPE_CHECKING:
    from monitor.core.messages import Operation
    from monitor.core.page import Page
    from monitor.core.session import Session

SEEDS: Final = (
    bytes(200),
    *(Random(number).randbytes(400) for number in range(60)),
)
_PAUSES: Final = (0.0, 0.01, 0.5, 2.1, 11.5, 45.0)
_KEYS: Final = ("a", "b", "", "\ud800", "é")
_MOST_STEPS: Final = 25
_LOOK_EVERY: Final = 4
"""Steps. To look takes longer than they do."""


class _Outcomes(Ledger):
    """Here the browsers lie: only that there is one outcome can be asked for, and the listener asks for it."""

    def check_outcome(self, edit: Edit) -> None:
        assert edit.settled_at is not None


class Scene:
    """A registry, three pages of which nothing is right for long, and one that does as the protocol has it."""

    def __init__(self) -> None:
        self.now = 100.0
        self.registry = Registry("hub")
        self.listener = Listener(_Outcomes())
        self.registry.subscribe(self.listener)
        self.edits: list[tuple[Edit, Session, Page | None]] = []
        self.withdrawn: set[str] = set()
        self.honest = HonestPage(self.registry, self.now)
        self.pages = [
            HostilePage(self.registry, session_id, secret)
            for session_id, secret in (("a", "of a"), ("a", "of a"), ("honest", "guessed"))
        ]

    def step(self, reader: Reader) -> None:
        """Something happens."""
        what = reader.number(16)
        if what < 9:
            reader.choice(self.pages).act(reader, self.now)
        elif what < 12:
            self._operate(reader)
        elif what < 15:
            self.now += reader.choice(_PAUSES)
            self.honest.speak(self.now)
            self.registry.expire(self.now)
        else:
            self.registry.protect(ReadOnly(everything=bool(reader.number(2))), self.now)

    def _operate(self, reader: Reader) -> None:
        sessions = [session for session in self.registry if session is not self.honest.session]
        if not sessions:
            return
        session = reader.choice(sessions)
        page = reader.choice([None, None, *session.pages.values()])
        match reader.number(8):
            case 0:
                session.refresh(self.now)
            case 1:
                self.withdrawn |= {edit.id for edit in session.unsettled(page) if session.withdraw(edit)}
            case 2 if not session.live:
                self.registry.forget(session)
            case _:
                edit = session.edit(_wanted(reader, session, page), self.now, page=page)
                self.edits.append((edit, session, page))

    def check(self) -> None:
        """Announced is what is there, no edit is lost or elsewhere, and the honest page has felt nothing."""
        self.listener.check(self.registry)
        self.honest.check()
        for page in self.pages:
            page.check()
        asked = {edit.id: session for edit, session, _ in self.edits}
        for page in self.pages:
            for edit_id, session in page.asked:
                assert asked[edit_id] is session, "an edit was sent to another session"
        for edit, session, of_page in self.edits:
            waits = edit in session.unsettled(of_page)
            settled = edit.state is not EditState.PENDING
            assert waits + settled + (edit.id in self.withdrawn) == 1, f"{edit} is lost, or has two fates"
        session = self.honest.session
        assert session.area().items == self.honest.items
        assert list(session.pages) == [self.honest.page.page_id]

    def end(self) -> None:
        """Everybody leaves for good: then every edit has its outcome."""
        for page in self.pages:
            page.hang_up(self.now)
        for _ in range(3):
            self.now += 5.0
            self.honest.speak(self.now)
            self.registry.expire(self.now)
        self.check()
        for session in self.registry:
            if session is not self.honest.session:
                self.registry.forget(session)
        assert all(edit.id in self.withdrawn or edit.state is not EditState.PENDING for edit, _, _ in self.edits)
        self.listener.check(self.registry)


def check(content: bytes) -> None:
    """A whole course of events, of a few bytes each."""
    reader, scene = Reader(content), Scene()
    for number in range(_MOST_STEPS):
        if not reader.more:
            break
        scene.step(reader)
        if not number % _LOOK_EVERY:
            scene.check()
    scene.end()


def _wanted(reader: Reader, session: Session, page: Page | None) -> list[Operation] | Replace:
    area = session.area(page)
    if not reader.number(6):
        return Replace({reader.choice(_KEYS): reader.text(6) for _ in range(reader.number(4))})
    wanted: list[Operation] = []
    for _ in range(1 + reader.number(3)):
        key, seen = reader.choice(_KEYS), UNSET
        value = area.items.get(key)
        expected = value if isinstance(value, str) and reader.number(2) else seen
        match reader.number(5):
            case 0:
                wanted.append(RemoveItem(key, expected))
            case 1:
                wanted.append(RenameItem(key, reader.choice(_KEYS), expected))
            case 2:
                wanted.append(Clear(area.revision if reader.number(2) else UNSET))
            case _:
                wanted.append(SetItem(key, reader.text(6), expected))
    return wanted
