"""The window in which the large value is looked at, for `big_value`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from monitor.core.events import EditUpdated
from monitor.ui.inspector.choices import ViewName
from monitor.ui.inspector.pace import Pace
from tests.bench.app import App
from tests.bench.big_value import KEY
from tests.bench.served_app import Beats, run_app

if TYPE_CHECKING:
    from monitor.core.events import Event
    from monitor.core.registry import Registry
    from monitor.ui.main_window import MainWindow
    from monitor.ui.storage.area_panel import AreaPanel

_PATIENCE = 60
_PAUSE = 0.3
"""Seconds in which what is put off until the operator pauses is done."""


class LargeValueApp(App):
    """Each method is a command; those that return milliseconds say how long the window did not answer."""

    def __init__(self, registry: Registry, window: MainWindow) -> None:
        super().__init__(registry, window)
        self._beats = Beats()

    @property
    def _panel(self) -> AreaPanel:
        panel = self.window.storage.panel
        assert panel is not None
        return panel

    async def hide(self, wait: float) -> None:
        """Hide the inspector, and choose another item."""
        self._go_to("theme")
        if self._panel.inspector.isVisible():
            self._panel.toggle_inspector()
        await asyncio.sleep(wait)

    async def watch(self) -> None:
        """Look for gaps from now on."""
        self._beats.reset()

    async def arrived(self, units: int) -> float:
        """Wait until the table shows another value of so many units."""
        async with asyncio.timeout(_PATIENCE):
            while not self._shows(units):
                await asyncio.sleep(0.001)
        await asyncio.sleep(_PAUSE)
        return self._beats.longest()

    async def look(self, view: str, wait: float) -> float:
        """Go from another item to this one, with the inspector in this view, and stay."""
        self._go_to("theme")
        self._panel.choose_view(ViewName(view))
        await asyncio.sleep(_PAUSE)
        self._beats.reset()
        self._go_to(KEY)
        # Each kind of value has its view: if this one has another, it is chosen now.
        if self._panel.inspector.view_name != view:
            self._panel.choose_view(ViewName(view))
        await asyncio.sleep(wait)
        await self._until_shown()
        return self._beats.longest()

    async def edit(self) -> float:
        """Type at the end of the text."""
        self._go_to(KEY)
        self._beats.reset()
        self._panel.inspect(KEY)
        text = self._panel.inspector.text_view.text
        QTest.keyClick(text, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)  # it waits for the text
        await asyncio.sleep(_PAUSE)
        for _ in range(3):
            QTest.keyClick(text, Qt.Key.Key_Space)
            await asyncio.sleep(0.05)
        await asyncio.sleep(_PAUSE)
        await self._until_shown()
        async with asyncio.timeout(_PATIENCE):
            while not self._panel.has_draft:  # what is typed waits for the text
                await asyncio.sleep(0.02)
        return self._beats.longest()

    async def save(self) -> float:
        """Save, and wait until the page has it."""
        settled = asyncio.get_running_loop().create_future()

        def hear(event: Event) -> None:
            if isinstance(event, EditUpdated) and event.edit.settled_at is not None and not settled.done():
                settled.set_result(event.edit.state.value)

        unsubscribe = self.registry.subscribe(hear)
        self._beats.reset()
        self._panel.save_draft()
        outcome = await asyncio.wait_for(settled, _PATIENCE)
        await asyncio.sleep(_PAUSE)
        await self._until_shown()
        unsubscribe()
        assert outcome == "applied", outcome
        return self._beats.longest()

    async def _until_shown(self) -> None:
        """Wait for what the inspector has put off."""
        async with asyncio.timeout(_PATIENCE):
            while any(pace.waits for pace in self.window.findChildren(Pace)):
                await asyncio.sleep(0.02)

    def _shows(self, units: int) -> bool:
        value = self.model.shown_value(KEY)
        return self.model.row_of(KEY) is not None and isinstance(value, str) and len(value) == units

    def _go_to(self, key: str) -> None:
        self.window.frame.flush()
        row = self.model.row_of(key)
        assert row is not None
        self._panel.table.setFocus()
        self._panel.table.selectRow(row)


if __name__ == "__main__":
    run_app(LargeValueApp, "serve", "joined", "choose", "hide", "watch", "arrived", "look", "edit", "save")
