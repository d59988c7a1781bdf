"""The app that is looked at while pages come and go, for `soak`."""

from __future__ import annotations

import asyncio
import gc
import os
from typing import Any, cast

from msgspec.structs import asdict
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from monitor.core.messages import SetItem
from monitor.core.timing import Timing
from tests.bench.app import App
from tests.bench.probes import resident
from tests.bench.served_app import run_app

_PATIENCE = 60


class SoakedApp(App):
    """Each method is a command."""

    async def hurry(self, times: int, remembered: int) -> int:
        """Wait for so many times less, and remember fewer sessions that left. Returns the port."""
        port = await self.serve()
        waits = asdict(self.registry.timing)
        timing = Timing(**{name: wait / times for name, wait in waits.items()})
        self.registry.configure(timing=timing, limits=self.registry.limits, remembered=remembered)
        return port

    async def here(self, count: int) -> None:
        """Wait until so many sessions are live."""
        async with asyncio.timeout(_PATIENCE):
            while sum(session.live for session in self.registry) != count:
                await asyncio.sleep(0.005)

    async def edit_away(self, number: int) -> None:
        """Edit an item of a session that is not here: it is sent when it comes back."""
        session = self.registry.sessions[f"session-{number}"]
        session.edit([SetItem("key-0", f"written at {self.registry.now}")], self.registry.now)

    async def sample(self) -> dict[str, Any]:
        """What there is when nothing goes on, after a sweep of the garbage (`monitor.garbage`): in the app it comes
        when the operator is elsewhere, and ten minutes are not so many times shorter here.
        """
        gc.unfreeze()
        gc.collect()
        loop = cast("Any", asyncio.get_running_loop())
        return {
            "resident": resident(),
            "objects": len(gc.get_objects()) + gc.get_freeze_count(),
            "tasks": len(asyncio.all_tasks()),
            "timers": sum(not timer.cancelled() for timer in loop._scheduled),
            "widgets": len(QApplication.allWidgets()),
            "qt_timers": len(self.window.findChildren(QTimer)),
            "files": len(os.listdir("/proc/self/fd")),  # noqa: PTH208 - names are enough
        }


if __name__ == "__main__":
    run_app(SoakedApp, "hurry", "here", "choose", "edits", "edit_away", "sample")
