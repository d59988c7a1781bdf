"""Delivery: what programs send to sessions, taken to the browser or kept until the session is there."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, deque
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from monitor.core.edits import Edit, EditState, Reason
from monitor.core.events import (
    AreaLoaded,
    EditUpdated,
    ItemsChanged,
    PageLeft,
    PageOpened,
    SessionForgotten,
    SessionLeft,
)
from monitor.core.values import one_line
from monitor.hub.answers import Watch
from monitor.hub.ledger import FollowingLedger, Ledger
from monitor.storage import LocalStorage, SessionStorage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.core.messages import AreaKind
    from monitor.core.page import Page
    from monitor.core.registry import Registry
    from monitor.core.session import Session
    from monitor.hub.thread import HubThread
    from monitor.storage import BaseStorage, Sender

log = logging.getLogger(__name__)

AREAS: Final[dict[str, AreaKind]] = {"localstorage": "local", "sessionstorage": "session"}
AUTHOR: Final = "program"
REFUSALS: Final = 1000
"""How many refused edits are kept until somebody asks."""

Address: TypeAlias = tuple["AreaKind", str]


class Delivery:
    """Sends maps to sessions, by difference where it can, and keeps the storages it handed out up to date.

    A storage is kept as long as its session is remembered, or its page is here; after that as long as the program keeps
    it: the next map of a storage that is not known would replace the whole area. ``kept_maps`` bounds how many maps of
    other storages are remembered.
    """

    def __init__(self, registry: Registry, thread: HubThread, kept_maps: int) -> None:
        self._registry = registry
        self._thread = thread
        self._kept_maps = kept_maps
        self._handed_out: dict[tuple[str, str | None], FollowingLedger] = {}
        self._by_address: dict[Address, list[FollowingLedger]] = {}
        self._others: OrderedDict[tuple[AreaKind, str, int], Ledger] = OrderedDict()
        self._waiting: dict[Address, dict[Ledger, None]] = {}
        self._ended: deque[FollowingLedger] = deque()
        self._sent: dict[str, _Sent] = {}
        self._watches: list[Watch] = []
        self._refused: deque[Edit] = deque(maxlen=REFUSALS)
        registry.subscribe_each(
            {
                ItemsChanged: self._follow,
                EditUpdated: self._take_outcome,
                AreaLoaded: self._take_snapshot,
                PageOpened: self._take_page,
                PageLeft: self._take_leaving,
                SessionLeft: self._take_leaving,
                SessionForgotten: self._take_leaving,
            }
        )
        thread.when_stopped(self._end_waits)

    # --- storages that follow their browser --------------------------------------------------------------------------

    def storage(self, ws: Sender, session: Session, page: Page | None = None) -> BaseStorage:
        """The storage of the session, or of one of its pages; always the same one."""
        place = (session.session_id, None if page is None else page.page_id)
        with self._thread.lock:
            self._prune()
            ledger = self._handed_out.get(place)
            storage = None if ledger is None else ledger.hold()
            if storage is None:
                if page is None:
                    storage = LocalStorage({}, session.session_id, ws)
                else:
                    storage = SessionStorage({}, page.page_id, ws)
                storage.lock = self._thread.lock
                present = dict(session.area(page).items)
                ledger = FollowingLedger("local" if page is None else "session", storage, place, present)
                self._handed_out[place] = ledger
                self._by_address.setdefault((ledger.area, ledger.address), []).append(ledger)
            return storage

    # --- sending -----------------------------------------------------------------------------------------------------

    def send(self, area: AreaKind, address: str, items: Mapping[str, Any]) -> None:
        """Make the area at ``address`` hold ``items``, as soon as it is there; from any thread."""
        with self._thread.lock:
            ledger = self._ledger(area, address, items)
            ledger.note(items)
            if ledger.waits:
                self._keep(ledger)
                self._thread.perform(partial(self._flush, ledger))

    def _ledger(self, area: AreaKind, address: str, items: Mapping[str, Any]) -> Ledger:
        for ledger in self._by_address.get((area, address), ()):
            if ledger.storage is not None and ledger.storage.data is items:
                return ledger
        key = (area, address, id(items))
        other = self._others.get(key)
        if other is None:
            other = self._others[key] = Ledger(area, address, items)
            if len(self._others) > self._kept_maps:
                self._drop(self._others.popitem(last=False)[1])
        else:
            self._others.move_to_end(key)
        return other

    def _keep(self, ledger: Ledger) -> None:
        self._waiting.setdefault((ledger.area, ledger.address), {})[ledger] = None

    def _release(self, ledger: Ledger) -> None:
        address = (ledger.area, ledger.address)
        waiting = self._waiting.get(address, {})
        waiting.pop(ledger, None)
        if not waiting:
            self._waiting.pop(address, None)

    def _drop(self, ledger: Ledger) -> None:
        if ledger.waits:
            self._release(ledger)
            dropped = self._as_edit(ledger)
            dropped.state, dropped.reason = EditState.REFUSED, Reason.GONE
            dropped.message = f"no more than {self._kept_maps} maps are kept"
            self._refused.append(dropped)
            log.warning("what was kept for session %s is dropped: %s", one_line(ledger.address), dropped.message)
            self._end_waits()

    def _flush(self, ledger: Ledger) -> None:
        """Ask the browser for what waits, if a page is there to take it; else leave it waiting."""
        target = self._target(ledger)
        if target is None or not ledger.waits:
            return
        session, page = target
        replica = session.local_storage if page is None else page.session_storage
        if not replica.in_step and replica.area.error is None:
            return
        self._release(ledger)
        edit = session.edit(ledger.operations(), self._thread.now(), page=page, author=AUTHOR)
        ledger.sent(edit)
        self._sent[edit.id] = _Sent(ledger, session, edit)
        for watch in self._watches:
            watch.sent(ledger, edit)
        if edit.state is not EditState.PENDING:
            self._settle(ledger, edit, replica.area.items)

    def _target(self, ledger: Ledger) -> tuple[Session, Page | None] | None:
        """Where the map goes, if it is known: the session and, for a SessionStorage, the page."""
        page: Page | None
        if isinstance(ledger, FollowingLedger):
            session_id, page_id = ledger.place
            session = self._registry.sessions.get(session_id)
            if session is None:
                return None
            page = None if page_id is None else session.pages.get(page_id)
            return None if page is None and page_id is not None else (session, page)
        session = self._registry.sessions.get(ledger.address)
        if ledger.area == "local":
            return None if session is None else (session, None)
        page = self._page(ledger.address) if session is None else session.leader
        if page is None:
            return None
        ledger.go_to(page.page_id)
        return page.session, page

    def _page(self, page_id: str) -> Page | None:
        pages = [session.pages[page_id] for session in self._registry if page_id in session.pages]
        if len(pages) > 1:
            # Browsers choose these ids. Better nobody gets it than the wrong one.
            log.error("%s is a page of %d sessions: nothing is sent to it", one_line(page_id), len(pages))
        return pages[0] if len(pages) == 1 else None

    # --- what happens ------------------------------------------------------------------------------------------------

    def _follow(self, event: ItemsChanged) -> None:
        if self._handed_out:
            ledger = self._handed_out.get((event.session.session_id, event.area.page_id))
            if ledger is not None:
                with self._thread.lock:
                    ledger.follow(event.changes)

    def _take_outcome(self, event: EditUpdated) -> None:
        if event.edit.id in self._sent and event.edit.state is not EditState.PENDING:
            with self._thread.lock:
                self._settle(self._sent[event.edit.id].ledger, event.edit, event.area.items)

    def _take_snapshot(self, event: AreaLoaded) -> None:
        ledger = self._handed_out.get((event.session.session_id, event.area.page_id))
        if ledger is not None:
            with self._thread.lock:
                ledger.hold()
                ledger.follow_all(event.area.items)
        self._look_for_mail(event.session, event.area.page_id)

    def _take_page(self, event: PageOpened) -> None:
        self._look_for_mail(event.session, event.page.page_id)

    def _take_leaving(self, event: SessionLeft | PageLeft | SessionForgotten) -> None:
        with self._thread.lock:
            if isinstance(event, PageLeft):
                self._let_go(event.session.session_id, event.page.page_id)
            elif isinstance(event, SessionForgotten):
                self._let_go(event.session.session_id, None)
            self._end_waits()

    def _let_go(self, session_id: str, page_id: str | None) -> None:
        ledger = self._handed_out.get((session_id, page_id))
        if ledger is not None:
            ledger.let_go(self._ended.append)
        self._prune()

    def _prune(self) -> None:
        # Not when a storage ends, which may be in the middle of anything.
        while self._ended:
            ledger = self._ended.popleft()
            if self._handed_out.get(ledger.place) is ledger:
                del self._handed_out[ledger.place]
            address = (ledger.area, ledger.address)
            self._by_address[address].remove(ledger)
            if not self._by_address[address]:
                del self._by_address[address]

    def _look_for_mail(self, session: Session, page_id: str | None) -> None:
        if not self._waiting:
            return
        addresses: list[Address] = [("local", session.session_id), ("session", session.session_id)]
        if page_id is not None:
            addresses.append(("session", page_id))
        with self._thread.lock:
            for address in addresses:
                for ledger in self._waiting.get(address, ()):
                    self._thread.later(partial(self._flush, ledger))

    def _settle(self, ledger: Ledger, edit: Edit, present: Mapping[str, Any]) -> None:
        del self._sent[edit.id]
        if edit.state is EditState.REFUSED:
            self._refused.append(edit)
            log.warning(
                "session %s refused what a program set (%s): %s%s",
                one_line(ledger.address),
                ", ".join(one_line(key, 40) for key in sorted(edit.named_keys)) or "everything",
                edit.reason,
                f" ({one_line(edit.message)})" if edit.message else "",
            )
        ledger.settle(edit, present)
        for watch in self._watches:
            watch.settled(edit)

    # --- waiting for outcomes ----------------------------------------------------------------------------------------

    async def settled(self) -> list[Edit]:
        """Wait for the outcome of all that was sent to sessions that are here, or until they have left.

        Returns what was not applied: edits refused since this was last asked, then those kept for who is not here.
        """
        with self._thread.lock:
            watch = Watch(self._edits_here(), self._unsent_here())
            self._watches.append(watch)
        try:
            await asyncio.wrap_future(watch.outcome)
        finally:
            with self._thread.lock:
                self._watches.remove(watch)
        with self._thread.lock:
            refused = list(self._refused)
            self._refused.clear()
            return [*refused, *self._kept()]

    def undelivered(self) -> set[str]:
        """The addresses for which there are maps that have not become edits yet."""
        with self._thread.lock:
            return {ledger.address for ledger in self._all_waiting()}

    def _kept(self) -> list[Edit]:
        """What waits for sessions and pages that are not here."""
        edits = [sent.edit for sent in self._sent.values() if not self._is_here(sent.session)]
        here = self._unsent_here()
        return [*edits, *(self._as_edit(ledger) for ledger in self._all_waiting() if ledger not in here)]

    def _as_edit(self, ledger: Ledger) -> Edit:
        """What waits, as the edit that it will be. That one gets its id when it goes out."""
        return Edit("", ledger.area, ledger.outstanding(), AUTHOR, self._thread.now())

    def _is_here(self, session: Session) -> bool:
        # While nobody serves, no session comes, leaves or answers.
        return self._thread.serves and session.live

    def _all_waiting(self) -> list[Ledger]:
        return [ledger for ledgers in self._waiting.values() for ledger in ledgers]

    def _edits_here(self) -> set[str]:
        return {edit_id for edit_id, sent in self._sent.items() if self._is_here(sent.session)}

    def _unsent_here(self) -> set[Ledger]:
        targets = ((ledger, self._target(ledger)) for ledger in self._all_waiting())
        return {ledger for ledger, target in targets if target is not None and self._is_here(target[0])}

    def _end_waits(self) -> None:
        """Something has left, or was dropped, or the hub closed: nobody waits for that any more."""
        if self._watches:
            edits, unsent = self._edits_here(), self._unsent_here()
            for watch in self._watches:
                watch.keep(edits, unsent)


class _Sent(NamedTuple):
    ledger: Ledger
    session: Session
    edit: Edit
