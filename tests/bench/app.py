"""The app as it is, told what to do by the benchmark (`child`): window, models, loop and hub are the real ones."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import tempfile
import time
from functools import partial, reduce
from itertools import pairwise
from operator import xor
from time import monotonic_ns, perf_counter, process_time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtWidgets import QApplication

from monitor.cli import parser
from monitor.core.events import AreaLoaded, EditUpdated
from monitor.core.registry import Registry
from monitor.hub.access.limits import PEERS, PeerLimits
from monitor.loop import EventLoop
from monitor.serving import live
from monitor.ui.main_window import MainWindow
from tests.bench.child import obey
from tests.bench.peer import SITES, digest
from tests.bench.probes import garbage_collections, resident

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from monitor.ui.storage.model import StorageModel

_LOOK = 0.005
"""Seconds between two looks at a count that nothing announces."""

_BEAT = 16
"""Milliseconds between two beats: a frame of a usual screen."""


class App:
    """Each method is a command. Sessions go by their number in the load; times are nanoseconds of the system's
    monotonic clock, durations seconds.
    """

    def __init__(self, registry: Registry, window: MainWindow) -> None:
        self.registry = registry
        self.window = window
        self.url: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._loaded = 0
        self._loaded_at = 0
        self._one_more = asyncio.Event()
        registry.subscribe_each({AreaLoaded: self._take_snapshot})

    def _take_snapshot(self, event: AreaLoaded) -> None:
        if event.area.kind == "local":
            self._loaded += 1
            self._loaded_at = monotonic_ns()
            self._one_more.set()

    async def serve(self) -> int:
        """Returns the port."""
        return int((await self.url).rpartition(":")[2])

    async def joined(self, count: int) -> int:
        """Wait for so many sessions whose items are known. Returns when the last one came."""
        while self._loaded < count:
            self._one_more.clear()
            await self._one_more.wait()
        return self._loaded_at

    async def choose(self, number: int) -> None:
        """Show the session in the table, as if the operator had clicked on it."""
        self.window.sessions.choose(self.registry.sessions[f"session-{number}"])
        await self.painted()

    async def painted(self) -> None:
        """Wait until the window shows what has happened."""
        await asyncio.sleep(0.1)

    @property
    def model(self) -> StorageModel:
        """Of the table that is shown."""
        panel = self.window.storage.panel
        assert panel is not None
        return panel.model

    # --- latencies ---------------------------------------------------------------------------------------------------

    async def edits(self, count: int, every: float = 0.0, journaled: bool = True) -> list[float]:
        """Edit an item of the shown session and wait for the browser's answer, ``count`` times, ``every`` so many
        seconds. Returns how long each took, until the models are told. Each is written to the journal, unless they are
        not to be ``journaled``.
        """
        recording = self.registry.recording
        recorder = recording.recorder
        assert recorder is not None, "the app journals"
        if not journaled:
            recording.recorder = None
        try:
            return await self._edits(count, every)
        finally:
            recording.recorder = recorder

    async def _edits(self, count: int, every: float) -> list[float]:
        loop = asyncio.get_running_loop()
        model, times = self.model, []
        key = model.key(0)
        settled: asyncio.Future[float]

        def settle(event: EditUpdated) -> None:
            if event.edit.settled_at is not None and not settled.done():
                settled.set_result(perf_counter())

        unsubscribe = self.registry.subscribe_each({EditUpdated: settle})
        try:
            for number in range(count):
                settled = loop.create_future()
                before = model.shown_value(key)
                assert isinstance(before, str)
                began = perf_counter()
                edit = model.editing.set_value(key, f"value {number:>20}", before)
                times.append(await settled - began)
                assert edit.state.value == "applied", edit
                if every:
                    await asyncio.sleep(every)
        finally:
            unsubscribe()
        return times

    async def views(self, count: int) -> list[float]:
        """Of the next ``count`` changes that the table shows: how long after they were sent the view was told. Their
        values say when that was.
        """
        model, late, seen = self.model, [], dict(self.model.area.items)
        enough = asyncio.get_running_loop().create_future()

        def told(first: QModelIndex, last: QModelIndex) -> None:
            now = monotonic_ns()
            for row in range(first.row(), last.row() + 1):
                key = model.key(row)
                value = model.shown_value(key)
                if isinstance(value, str) and value != seen.get(key):
                    seen[key] = value
                    late.append((now - int(value)) / 1e9)
            if len(late) >= count and not enough.done():
                enough.set_result(None)

        model.dataChanged.connect(told)
        await enough
        model.dataChanged.disconnect(told)
        return late

    async def beats_until_joined(self, count: int) -> dict[str, Any]:
        """The `beats` until so many sessions have `joined`, and when that was."""
        joining = asyncio.create_task(self.joined(count))
        beats: list[float] = []
        while not joining.done():
            beats += await self.beats(0.5)
        return {"beats": beats, "joined": await joining}

    async def work(self, seconds: float, edits: int) -> dict[str, list[float]]:
        """The `beats` of a while in which ``edits`` edits are made."""
        making = asyncio.create_task(self.edits(edits, every=seconds / (edits + 1)))
        return {"beats": await self.beats(seconds), "edits": await making}

    async def beats(self, seconds: float) -> list[float]:
        """Gaps between the beats of a timer in the window's thread."""
        beats: list[float] = []
        timer = QTimer()
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.setInterval(_BEAT)
        timer.timeout.connect(lambda: beats.append(perf_counter()))
        timer.start()
        await asyncio.sleep(seconds)
        timer.stop()
        return [later - earlier for earlier, later in pairwise(beats)]

    # --- costs -------------------------------------------------------------------------------------------------------

    async def cost(self) -> list[float]:
        """Processor seconds and messages so far."""
        return [process_time(), self.registry.received]

    async def took(self, count: int) -> int:
        """Wait for so many messages. Returns when."""
        while self.registry.received < count:
            await asyncio.sleep(_LOOK)
        return monotonic_ns()

    async def resident(self) -> int:
        """Bytes of memory in use."""
        gc.collect()
        return resident()

    async def collect(self, times: int) -> list[float]:
        """Seconds of full garbage collections."""
        return garbage_collections(times)

    async def digest(self) -> int:
        """A number that stands for all that is held here."""
        everything = ({**session.local_storage.area.items, "": session.session_id} for session in self.registry)
        return reduce(xor, (digest(_texts(items)) for items in everything), 0)


def _texts(items: dict[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in items.items()}


@contextlib.contextmanager
def journal_options() -> Iterator[argparse.Namespace]:
    """What the app is started with: any port, and a journal in a folder that goes afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-journal-") as folder:
        allowed = [argument for site in SITES for argument in ("--allow-origin", site)]
        # One machine plays thousands of browsers.
        limits = [
            argument for peer in PEERS for what in PeerLimits.__struct_fields__
            for argument in ("--limit", f"{peer}.{what}=none")
        ]  # fmt: skip
        yield parser().parse_args(["--port", "0", "--journal-folder", folder, *allowed, *limits])


async def _main(registry: Registry, window: MainWindow) -> None:
    app = App(registry, window)
    with journal_options() as options:
        serving = asyncio.create_task(live(options, registry, window, app.url.set_result))
        commands: list[Callable[..., Any]] = [
            app.serve, app.joined, app.choose, app.edits, app.views, app.beats, app.work, app.beats_until_joined,
            app.cost, app.took, app.resident, app.collect, app.digest,
        ]  # fmt: skip
        await obey({command.__name__: command for command in commands})
        window.close()
        await serving


if __name__ == "__main__":
    application = QApplication(["bench"])
    application.setQuitOnLastWindowClosed(False)
    registry = Registry()
    window = MainWindow(registry, time.monotonic)
    window.show()
    with asyncio.Runner(loop_factory=partial(EventLoop, application)) as runner:
        runner.run(_main(registry, window))
