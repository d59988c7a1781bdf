"""MaskingRules: what the operator wants to be masked or not, kept from one start to the next."""

from __future__ import annotations

import json
import logging
from typing import Final

import msgspec
from PySide6.QtCore import QObject, QSettings, Signal

from monitor.core.secret_keys import MOST_PATTERNS, KeyRules, applied_rules, apply_rules, check_pattern
from monitor.ui.settings_file import write

log = logging.getLogger(__name__)

_KEY: Final = "masking"
_EVERYTHING: Final = KeyRules(secret=("*",))
_UNREADABLE: Final = "What to mask could not be read from the settings: every value is masked now."


class MaskingRules(QObject):
    """Applies in the whole process (`monitor.core.secret_keys`) what ``settings`` have, and keeps every change there at
    once; without settings, nothing is kept. `changed` says that other keys look secret by now.

    ``notice`` is a sentence for the operator if what was kept cannot be read: better too much is masked then than
    something that must not be seen.
    """

    changed = Signal()

    def __init__(self, settings: QSettings | None, parent: QObject) -> None:
        super().__init__(parent)
        self._settings = settings
        rules, why_not = kept_rules(settings)
        if why_not:
            log.error("what to mask cannot be read from the settings: %s", why_not)
        self.notice = _UNREADABLE if why_not else ""
        apply_rules(rules)

    @property
    def rules(self) -> KeyRules:
        """What applies now."""
        return applied_rules()

    def apply(self, rules: KeyRules) -> bool:
        """Let these apply from now on. Returns whether the next start will know them, for they could be written."""
        apply_rules(rules)
        self.changed.emit()
        if self._settings is None:
            return True
        # As JSON in ASCII: a pattern may be any text.
        self._settings.setValue(_KEY, json.dumps(msgspec.to_builtins(rules)))
        return write(self._settings)


def kept_rules(settings: QSettings | None) -> tuple[KeyRules, str]:
    """What ``settings`` have, and why that cannot be read, if it cannot."""
    if settings is None:
        return KeyRules(), ""
    text = settings.value(_KEY)
    if text is None:
        if settings.status() is QSettings.Status.NoError:
            return KeyRules(), ""
        return _EVERYTHING, settings.fileName()
    try:
        rules = msgspec.convert(json.loads(str(text)), KeyRules)
        if max(len(rules.secret), len(rules.never)) > MOST_PATTERNS:
            raise ValueError("there are too many patterns")
        return KeyRules(tuple(map(check_pattern, rules.secret)), tuple(map(check_pattern, rules.never))), ""
    except (msgspec.ValidationError, ValueError, RecursionError) as error:
        return _EVERYTHING, f"{_KEY}: {error}"
