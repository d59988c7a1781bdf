"""SimulatedPage: a page that keeps a storage and speaks the protocol, by hand: nothing happens until a test says so."""

from __future__ import annotations

from msgspec import UNSET

from monitor.core.messages import (
    AreaKind,
    Changes,
    Clear,
    Cleared,
    EditRequest,
    Hello,
    HubMessage,
    ItemRemoved,
    ItemSet,
    Lead,
    Operation,
    PageMessage,
    PageState,
    RemoveItem,
    RenameItem,
    Result,
    Resync,
    SetItem,
    Snapshot,
    Welcome,
    WireValue,
    encode,
)
from monitor.core.page import Line, Page
from monitor.core.registry import Registry
from monitor.core.session import Session

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:153.0) Gecko/20100101 Firefox/153.0"


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += seconds


class SimulatedPage:
    """Connects at once. Leading, it sends a snapshot; what it is asked to edit waits in ``asked`` until `answer` or
    `refuse`.
    """

    def __init__(
        self,
        registry: Registry,
        clock: Clock,
        items: dict[str, WireValue] | None = None,
        *,
        session_items: dict[str, WireValue] | None = None,
        session_id: str = "session-1",
        page_id: str = "page-1",
        origin: str = "https://shop.example",
        title: str = "Shop",
        path: str = "/",
        user: str | None = None,
        label: str | None = None,
        user_agent: str = CHROME,
        visible: bool = True,
        storage_error: str | None = None,
    ) -> None:
        self.areas: dict[AreaKind, dict[str, WireValue]] = {
            "local": dict(items or {}),
            "session": dict(session_items or {}),
        }
        self.asked: list[EditRequest] = []
        self.closed: list[tuple[int, str]] = []
        self._registry = registry
        self._clock = clock
        self._seqs: dict[AreaKind, int] = {"local": 0, "session": 0}
        self._owed: set[AreaKind] = set()
        self._leads = False
        self._documents = 0
        self._hello = Hello(
            version=1,
            session_id=session_id,
            secret="secret",
            page_id=page_id,
            document_id="",
            origin=origin,
            url=origin + path,
            title=title,
            user_agent=user_agent,
            visible=visible,
            bridge="test",
            user=UNSET if user is None else user,
            label=label,
            storage_error=storage_error,
        )
        self.connect()

    @property
    def session(self) -> Session:
        return self.page.session

    @property
    def items(self) -> dict[str, WireValue]:
        """What the page's LocalStorage holds."""
        return self.areas["local"]

    def connect(self) -> None:
        """Say hello, for the first time or again after `leave`."""
        self.line = Line(self._take, lambda code, reason: self.closed.append((code, reason)))
        page = self._registry.greet(encode(self._hello), self.line, self._clock())
        assert page is not None, self.closed
        self.page: Page = page
        self._settle()

    def leave(self) -> None:
        """The line breaks. What was asked and not answered will be asked again."""
        self.asked.clear()
        self._leads = False
        self._registry.leave(self.page, self.line, self._clock())

    def leave_for_good(self) -> None:
        """Leave, and let the grace period pass."""
        self.leave()
        for _ in range(2):
            self._clock.pass_by(self.session.timing.grace)
            self._registry.expire(self._clock())

    # --- what the page's own scripts do ------------------------------------------------------------------------------

    def set(self, key: str, value: WireValue, area: AreaKind = "local") -> None:
        if self.areas[area].get(key) != value:
            self.areas[area][key] = value
            self._report(ItemSet(key, value), area)

    def remove(self, key: str, area: AreaKind = "local") -> None:
        if key in self.areas[area]:
            del self.areas[area][key]
            self._report(ItemRemoved(key), area)

    def clear(self, area: AreaKind = "local") -> None:
        if self.areas[area]:
            self.areas[area].clear()
            self._report(Cleared(), area)

    def update(self, changes: dict[str, WireValue]) -> None:
        """Many items in one message."""
        self.items.update(changes)
        self._seqs["local"] += 1
        self.say(Changes("local", self._seqs["local"], [ItemSet(key, value) for key, value in changes.items()]))

    def navigate(self, title: str, path: str = "/", *, visible: bool = True, user: str | None = None) -> None:
        """Another address, title, visibility; and the site may name its user."""
        self.say(PageState(self._hello.origin + path, title, visible, UNSET if user is None else user))

    # --- what it answers ---------------------------------------------------------------------------------------------

    def answer(self) -> None:
        """Decide the oldest edit as a bridge does: compare, then apply all or nothing."""
        request = self.asked.pop(0)
        after = dict(self.areas[request.area])
        for operation in request.operations:
            if not self._apply(operation, after, self._seqs[request.area]):
                self._refuse(request, "conflict", None)
                return
        self.areas[request.area] = after
        self._seqs[request.area] += 1
        self.say(Result(request.id, "applied", request.area, self._seqs[request.area], self._current(request)))

    def refuse(self, error: str, message: str | None = None) -> None:
        """Refuse the oldest edit."""
        self._refuse(self.asked.pop(0), error, message)

    def answer_all(self) -> None:
        while self.asked:
            self.answer()

    def say(self, message: PageMessage) -> None:
        """Send a message, whatever it is."""
        self._registry.receive(self.page, encode(message), self._clock())
        self._settle()

    # --- inside ------------------------------------------------------------------------------------------------------

    def _take(self, message: HubMessage) -> None:
        if isinstance(message, Welcome):
            self._owed.add("session")
        elif isinstance(message, Lead):
            self._leads = True
            self._owed.add("local")
        elif isinstance(message, Resync):
            self._owed.add(message.area)
        elif isinstance(message, EditRequest):
            self.asked.append(message)

    def _settle(self) -> None:
        if self._hello.storage_error is not None:
            return
        for area in sorted(self._owed):
            self._owed.discard(area)
            self.say(Snapshot(area, 1, 1, self._seqs[area], list(self.areas[area].items())))

    def send_snapshot(self) -> None:
        """Answer what the hub has asked for outside of a message of this page."""
        self._settle()

    def _report(self, change: ItemSet | ItemRemoved | Cleared, area: AreaKind) -> None:
        self._seqs[area] += 1
        if self._leads or area == "session":
            self.say(Changes(area, self._seqs[area], [change]))

    def _refuse(self, request: EditRequest, error: str, message: str | None) -> None:
        seq = self._seqs[request.area]
        self.say(Result(request.id, "refused", request.area, seq, self._current(request), error, message))

    def _current(self, request: EditRequest) -> list[tuple[str, WireValue | None]]:
        keys: list[str] = []
        for operation in request.operations:
            if not isinstance(operation, Clear):
                keys.append(operation.key)
            if isinstance(operation, RenameItem):
                keys.append(operation.new_key)
        return [(key, self.areas[request.area].get(key)) for key in keys]

    def _apply(self, operation: Operation, items: dict[str, WireValue], seq: int) -> bool:
        match operation:
            case SetItem(key=key, value=value, expected=expected):
                if expected is not UNSET and items.get(key) != expected:
                    return False
                items[key] = value
            case RemoveItem(key=key, expected=expected):
                if expected is not UNSET and items.get(key) != expected:
                    return False
                items.pop(key, None)
            case RenameItem(key=key, new_key=new_key, expected=expected):
                if new_key in items or (expected is not UNSET and items.get(key) != expected):
                    return False
                items[new_key] = items.pop(key)
            case Clear(expected=expected):
                if expected is not UNSET and expected != seq:
                    return False
                items.clear()
        return True
