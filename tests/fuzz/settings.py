"""Settings: command line, files and Qt's own settings that hold anything. What guards something stays on guard."""

from __future__ import annotations

import atexit
import contextlib
import io
import json
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSettings

from monitor.cli import parser, unfit
from monitor.core.origins import Answer
from monitor.core.read_only import ReadOnly
from monitor.core.registry import Registry
from monitor.core.secret_keys import KeyRules, apply_rules
from monitor.hub.access.addresses import Hosts, host_name, is_loopback_origin, normal_origin
from monitor.hub.access.answers_file import AnswersFile, AnswersFileError
from monitor.hub.access.limits import PEERS, PeerLimits, changed
from monitor.hub.access.token import TokenError, TokenFile, checked, matches
from monitor.ui.inspector.choices import Choices
from monitor.ui.masking.rules import MaskingRules
from monitor.ui.read_only.protection import Protection
from tests.fuzz.reading import as_text

if TYPE_CHECKING:
    from collections.abc import Callable

_folder = TemporaryDirectory(prefix="fuzz-settings-")
atexit.register(_folder.cleanup)
_FOLDER: Final = Path(_folder.name)
_numbers = count()
_parser = parser()
_EVERYTHING_MASKED: Final = KeyRules(secret=("*",))

SEEDS: Final = (
    b"\0origin.messages=500",
    b"\0address.items=none",
    b"\0origin.bytes=0",
    b"\1--port\x1f0\x1f--limit\x1forigin.bytes=1\x1f--allow-origin\x1fhttps://Shop.example:443/",
    b"\1--host\x1f0.0.0.0\x1f--tls-by-proxy\x1f--host-name\x1fa.example:8443\x1f--size\x1f12x13",
    b"\1journal\x1fprune\x1f--days\x1f3",
    b"\1token\x1frotate",
    b"\2https://Shop.example:443/",
    b"\2http://[::1]:8080",
    b"\2null",
    b'\3{"version": 1, "origins": {"https://shop.example": "allowed", "null": "blocked"}}',
    b'\3{"version": 1, "origins": ["null"]}',
    b"\4abcdefghijklmnop-._~0123\n",
    b'\5[General]\nread-only="{\\"everything\\": false, \\"origins\\": [\\"a\\"], '
    b'\\"sessions\\": [\\"\\\\ud800\\"]}"\n',
    b'\6[General]\nmasking="{\\"secret\\": [\\"*card*\\"], \\"never\\": [\\"a?b\\"]}"\n',
    b"\7[inspector]\nshown=yes\nplace=beside\nview\\text=JSON\nstate=@ByteArray(\\0\\0)\n",
)


def check(content: bytes) -> None:
    """The first byte says what the others are settings of."""
    text = content[1:]
    _CHECKS[content[0] % len(_CHECKS) if content else 0](text)


def _check_limit(content: bytes) -> None:
    before = dict.fromkeys(PEERS, PeerLimits())
    try:
        after = changed(before, as_text(content))
    except ValueError as error:
        assert str(error)
        return
    limits = [getattr(peer, name) for peer in after.values() for name in PeerLimits.__struct_fields__]
    given = [limit for limit in limits if limit is not None]
    assert len(given) <= 1
    assert all(0 < limit <= 10**15 for limit in given)


def _check_command_line(content: bytes) -> None:
    arguments = as_text(content).split("\x1f")
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
        try:
            chosen = _parser.parse_args(arguments)
        except SystemExit as ending:
            assert ending.code == 2 or said.getvalue(), "it ended without a word"
            return
    why = unfit(chosen)
    if chosen.run == "app" and why is None and chosen.host not in ("127.0.0.1", "::1", "localhost"):
        assert chosen.tls_cert or chosen.tls_self_signed or chosen.tls_by_proxy, "open to others and without TLS"
        assert not chosen.demo


def _check_origin(content: bytes) -> None:
    text = as_text(content)
    name = host_name(text)
    assert name is None or Hosts([]).admit([text], name)
    try:
        origin = normal_origin(text)
    except ValueError:
        return
    assert normal_origin(origin) == origin
    assert is_loopback_origin(origin) == is_loopback_origin(normal_origin(f" {origin}/ "))


def _check_answers(content: bytes) -> None:
    path = _FOLDER / "origins.json"
    path.write_bytes(content)
    file = AnswersFile(path)
    try:
        before = file.read()
    except AnswersFileError as error:
        assert str(error)
        before = {}
    else:
        assert all(isinstance(answer, Answer) for answer in before.values())
    file.write("https://new.example", Answer.ALLOWED)
    assert file.read() == before | {"https://new.example": Answer.ALLOWED}


def _check_token(content: bytes) -> None:
    path = _FOLDER / "token"
    path.write_bytes(content)
    path.chmod(0o600)
    file = TokenFile(path)
    try:
        token = file.read()
    except TokenError as error:
        assert str(error)
        token = file.make()
    assert token is not None
    assert checked(token) == token == file.read()
    assert matches(token, token)
    assert not matches(as_text(content[:-1]), token) or content[:-1].strip() == token.encode()


def _check_read_only(content: bytes) -> None:
    settings = _as_settings(content)
    kept = settings.value("read-only")
    protection = Protection(Registry(), settings, lambda: 0.0)
    if kept is not None and protection.read_only != ReadOnly(everything=True):
        assert not protection.notice
        fields = json.loads(str(kept))
        assert protection.read_only == ReadOnly(
            fields.get("everything", False), frozenset(fields.get("origins", ())), frozenset(fields.get("sessions", ()))
        ), "something else is protected than was to be"
    wanted = ReadOnly(origins=frozenset(["https://x.test", as_text(content[:20])]))
    assert protection.apply(wanted)
    again = Protection(Registry(), QSettings(settings.fileName(), settings.format()), lambda: 0.0)
    assert (again.read_only, again.notice) == (wanted, "")


def _check_masking(content: bytes) -> None:
    settings = _as_settings(content)
    kept = settings.value("masking")
    try:
        rules = MaskingRules(settings, None)  # type: ignore[arg-type]  # Qt takes an object without a parent
        if rules.notice:
            assert rules.rules == _EVERYTHING_MASKED
        elif kept is not None:
            fields = json.loads(str(kept))
            assert list(rules.rules.secret) == [pattern.strip() for pattern in fields.get("secret", ())]
    finally:
        apply_rules(KeyRules())


def _check_choices(content: bytes) -> None:
    choices = Choices(_as_settings(content))
    place, shown = choices.place, choices.shown
    assert isinstance(shown, bool)
    choices.view(None)
    choices.view("object")
    choices.place = place
    assert (choices.place, choices.shown) == (place, shown)


def _as_settings(content: bytes) -> QSettings:
    # Each in a file of its own: Qt keeps in mind what it has read.
    for old in _FOLDER.glob("window-*.ini"):
        old.unlink()
    path = _FOLDER / f"window-{next(_numbers)}.ini"
    path.write_bytes(content)
    return QSettings(str(path), QSettings.Format.IniFormat)


_CHECKS: Final[tuple[Callable[[bytes], None], ...]] = (
    _check_limit,
    _check_command_line,
    _check_origin,
    _check_answers,
    _check_token,
    _check_read_only,
    _check_masking,
    _check_choices,
)
