"""Protection: where the operator lets nothing be written, kept from one start to the next."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Final

import msgspec
from PySide6.QtCore import QSettings

from monitor.core.read_only import ReadOnly
from monitor.ui.settings_file import write

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.core.registry import Registry

log = logging.getLogger(__name__)

_KEY: Final = "read-only"
_UNREADABLE: Final = "What was read-only could not be read from the settings: everything is read-only now."


class Protection:
    """Protects ``registry`` as it was protected at the last end, and keeps every change in ``settings`` at once;
    without settings, nothing is kept. ``clock`` gives the core's seconds.

    ``notice`` is a sentence for the operator if what was kept cannot be read: better nothing may be written then than
    something that must not be.
    """

    def __init__(self, registry: Registry, settings: QSettings | None, clock: Callable[[], float]) -> None:
        self._registry = registry
        self._settings = settings
        self._clock = clock
        self.notice = ""
        self._registry.protect(self._kept(), clock())

    @property
    def read_only(self) -> ReadOnly:
        """What applies now."""
        return self._registry.read_only

    def apply(self, read_only: ReadOnly) -> bool:
        """Let this apply from now on. Returns whether it will at the next start: not so if it cannot be written."""
        self._registry.protect(read_only, self._clock())
        return self._settings is None or _keep(self._settings, read_only)

    def _kept(self) -> ReadOnly:
        if self._settings is None:
            return ReadOnly()
        text = self._settings.value(_KEY)
        if text is None:
            return ReadOnly() if self._settings.status() is QSettings.Status.NoError else self._doubt(self._settings)
        try:
            return msgspec.convert(json.loads(str(text)), ReadOnly)
        except (msgspec.ValidationError, ValueError, RecursionError) as error:
            log.error("the setting %s cannot be read: %s", _KEY, error)
            self.notice = _UNREADABLE
            return ReadOnly(everything=True)

    def _doubt(self, settings: QSettings) -> ReadOnly:
        """The file cannot be read, or not all of it: nobody knows what it said."""
        log.error("the settings cannot be read: %s (%s)", settings.fileName(), settings.status().name)
        self.notice = _UNREADABLE
        everything = ReadOnly(everything=True)
        # At the next start the file is whole again, without what it said.
        _keep(settings, everything)
        return everything


def _keep(settings: QSettings, read_only: ReadOnly) -> bool:
    # As JSON in ASCII: ids and origins come from browsers, and may be any text.
    settings.setValue(_KEY, json.dumps(msgspec.to_builtins(read_only)))
    return write(settings)
