"""Journaling: the journal in the app, from before pages connect until their lines are closed."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Final

from monitor.cli import DAYS, SIZE

if TYPE_CHECKING:
    import argparse
    from concurrent.futures import Future
    from pathlib import Path

    from monitor.core.registry import Registry
    from monitor.journal.database import Database
    from monitor.journal.journal import Journal
    from monitor.journal.view import View
    from monitor.ui.main_window import MainWindow

log = logging.getLogger(__name__)

_LOOK_EVERY: Final = 1.0
_PRUNE_EVERY: Final = 3_600.0


class Journaling:
    """`open` it when the hub listens and before anything is heard: the sessions of before are known then. Then `begin`,
    when the window is furnished; `end`, when the hub is closed.
    """

    _folder: Path

    def __init__(self, options: argparse.Namespace, registry: Registry, window: MainWindow) -> None:
        self._registry = registry
        self._window = window
        self._options = options
        self._loop = asyncio.get_running_loop()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._why_not = ""
        self._view: View | None = None
        self.journal: Journal | None = None

    def open(self) -> None:
        """Open the files, and make the sessions known."""
        # It takes as long to import as to listen.
        from monitor.journal.files import default_folder
        from monitor.journal.opening import Refusing, open_journal

        self._folder = self._options.journal_folder or default_folder()
        secrets = self._options.journal_secrets
        self.journal, self._why_not, failed = open_journal(self._folder, self._report, keep_secrets=secrets)
        if self.journal is not None:
            self.journal.restore_sessions(self._registry, time.monotonic())
        elif failed:
            self._registry.recording.recorder = Refusing(f"the journal was not opened: {self._why_not}")

    def begin(self) -> None:
        """Restore the rest, and write down what happens from now on."""
        from monitor.journal.view import View

        self._view = View(self._folder, self.journal, self._why_not, self._loop.call_soon_threadsafe)
        self._window.show_journal_in(self._view)
        if self.journal is None:
            self._say_that_there_is_none()
            return
        self.journal.record(self._registry, time.monotonic())
        self._restore()
        self._look()
        self._prune()

    def _say_that_there_is_none(self) -> None:
        if self._registry.recording.recorder is None:
            log.warning("edits are not journaled: %s", self._why_not)
            self._window.show_notice(f"Edits made here are not journaled: {self._why_not}.")
        else:
            log.error("no edit is sent, for there is no journal: %s", self._why_not)
            self._window.show_notice(
                f"No edit is sent, for there is no journal: {self._why_not}. "
                "Mend that and start the app anew; with --no-journal it edits without one."
            )

    def _restore(self) -> None:
        assert self.journal is not None
        if self.journal.restore_some(time.monotonic()):
            self._timers["restore"] = self._loop.call_later(0, self._restore)

    def _report(self, text: str) -> None:
        self._loop.call_soon_threadsafe(self._window.show_notice, text)

    def _look(self) -> None:
        assert self.journal is not None
        self._timers["look"] = self._loop.call_later(_LOOK_EVERY, self._look)
        self.journal.look()

    def _prune(self) -> None:
        assert self.journal is not None
        self._timers["prune"] = self._loop.call_later(_PRUNE_EVERY, self._prune)
        days = self._options.journal_days or self._window.setting("journal/days", DAYS)
        size = self._options.journal_size or self._window.setting("journal/size", SIZE)

        from monitor.journal.journal import microseconds
        from monitor.journal.pruning import prune

        def do(database: Database) -> int:
            return prune(database, microseconds(), days, size)

        self.journal.filing.call(do).add_done_callback(_log_failure)

    def end(self) -> None:
        """File everything, and let others have it."""
        for timer in self._timers.values():
            timer.cancel()
        if self._view is not None:
            self._view.close()
        if self.journal is not None:
            self._registry.recording.retry()
            self.journal.close()
        self._registry.recording.recorder = None


def _log_failure(pruning: Future[int]) -> None:
    if (error := pruning.exception()) is not None:
        log.warning("the journal cannot be pruned now: %s", error)
