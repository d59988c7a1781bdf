"""asyncio's turn in portions: as many callbacks as there is time for, and the others later."""

# ruff: noqa: SLF001  # a turn of asyncio's loop handles the insides of asyncio's handles

from __future__ import annotations

import asyncio
import heapq
from asyncio.base_events import _format_handle  # type: ignore[attr-defined]  # only it can name the task of a callback
from asyncio.log import logger
from contextlib import contextmanager
from selectors import EVENT_READ, EVENT_WRITE
from time import monotonic
from typing import TYPE_CHECKING

from monitor.loop.insides import SelectorLoop, is_on_stack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from selectors import SelectorKey

    from monitor.loop.insides import Handle

# asyncio's rule: cancelled timers stay in the heap until they are more than half of more than a hundred.
_FEW_TIMERS = 100


class TurnTakingLoop(SelectorLoop):
    """asyncio's loop with `_take_turns` for `_run_once`: it never waits, minds the time, and may be nested."""

    def __init__(self) -> None:
        super().__init__()
        self._left_in_turn = 0  # callbacks, at the head of the ready queue
        self._depth = 0  # of `_take_turns` on the stack
        self._held: list[Handle] = []  # callbacks that a nested turn could not call, in order
        self._withheld = False  # whether sockets are ready that a nested turn could not serve

    def _take_turns(self, deadline: float) -> bool:
        """Call what is ready, until nothing is, or `stop` was called and the turn is over. Return False at `deadline`.

        The rest of an interrupted turn is called by the next or a nested call, before that looks at the sockets. They
        would still be ready, and their callbacks would be called twice for one readiness.
        """
        take = self._ready.popleft
        outer = self._depth
        self._withheld = False
        try:
            self._depth = outer + 1
            while self._left_in_turn or self._begin_turn():
                while self._left_in_turn:
                    self._left_in_turn -= 1
                    handle = take()
                    if handle._cancelled:
                        continue
                    if outer and is_on_stack(handle):
                        self._held.append(handle)
                    elif self._debug:
                        self._call_in_debug_mode(handle)
                    else:
                        handle._run()
                    if monotonic() >= deadline:
                        return False
                if self._stopping:
                    break
            return True
        finally:
            self._depth = outer

    def _begin_turn(self) -> int:
        """Queue what is ready, and return how many callbacks the turn has."""
        events = self._selector.select(0)
        if events:
            self._process_events(self._servable(events) if self._depth > 1 else events)
        if len(self._scheduled) > _FEW_TIMERS and self._timer_cancelled_count > len(self._scheduled) / 2:
            self._scheduled = [timer for timer in self._scheduled if not timer._cancelled]
            heapq.heapify(self._scheduled)
            self._timer_cancelled_count = 0
        timers = self._scheduled
        if timers:
            now = self.time() + self._clock_resolution
            while timers and (timers[0]._cancelled or timers[0]._when < now):
                timer = heapq.heappop(timers)
                timer._scheduled = False
                if timer._cancelled:
                    self._timer_cancelled_count -= 1
                else:
                    self._ready.append(timer)
        self._left_in_turn = len(self._ready)
        return self._left_in_turn

    def _call_in_debug_mode(self, handle: Handle) -> None:
        outer, self._current_handle = self._current_handle, handle
        start = self.time()
        try:
            handle._run()
        finally:
            self._current_handle = outer
        seconds = self.time() - start
        if seconds >= self.slow_callback_duration:
            logger.warning("Executing %s took %.3f seconds", _format_handle(handle), seconds)

    # Nested turns

    @contextmanager
    def _current_task_set_aside(self) -> Iterator[None]:
        """Let other tasks run while the current one stands on the stack. asyncio knows one current task only."""
        task = asyncio.current_task(self)
        if task is None:
            yield
            return
        asyncio.tasks._leave_task(self, task)
        try:
            yield
        finally:
            asyncio.tasks._enter_task(self, task)

    def _servable(self, events: list[tuple[SelectorKey, int]]) -> list[tuple[SelectorKey, int]]:
        """Without the sockets' callbacks that are on the stack."""
        servable = []
        for key, mask in events:
            for event, handle in zip((EVENT_READ, EVENT_WRITE), key.data, strict=True):
                if mask & event and handle is not None and is_on_stack(handle):
                    mask &= ~event
                    self._withheld = True
            servable.append((key, mask))
        return servable

    def _release_held(self) -> None:
        """Queue in front what nested turns could not call and the stack has let go of since."""
        held, self._held = self._held, []
        free: list[Handle] = []
        for handle in held:
            (self._held if is_on_stack(handle) else free).append(handle)
        self._ready.extendleft(reversed(free))
        self._left_in_turn += len(free)
