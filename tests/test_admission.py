"""Who may connect to the app: its command line, and ``session-monitor token``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from monitor.admission import access, folder, token_path
from monitor.cli import main, parser

if TYPE_CHECKING:
    from collections.abc import Sequence


def test_token_shows_the_same_until_it_is_rotated(capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for command in ("show", "show", "rotate", "show"):
        assert main(["token", command]) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1] != said[2] == said[3]
    assert token_path().read_text() == said[3]
    if sys.platform != "win32":
        assert token_path().stat().st_mode & 0o777 == 0o600


def test_token_says_what_is_wrong_with_its_file(capsys: pytest.CaptureFixture[str]) -> None:
    folder().mkdir(parents=True)
    token_path().write_text("short")
    token_path().chmod(0o600)
    assert main(["token", "show"]) == 1
    assert "holds no token" in capsys.readouterr().err
    assert token_path().read_text() == "short"


def test_options_become_access() -> None:
    chosen = access(
        parser().parse_args(
            [
                "--allow-origin",
                "https://a.test",
                "--allow-origin",
                "null",
                "--host-name",
                "m.test",
                "--always-token",
                "--tls-cert",
                "c.pem",
                "--tls-key",
                "k.pem",
            ]
        )
    )
    assert chosen.allowed_origins == ("https://a.test", "null")
    assert chosen.names == ("m.test",)
    assert chosen.always_token
    assert (chosen.tls_certificate, chosen.tls_key, chosen.tls_folder) == (Path("c.pem"), Path("k.pem"), None)
    assert access(parser().parse_args(["--tls-self-signed"])).tls_folder == folder()
    assert access(parser().parse_args(["--tls-by-proxy"])).tls_by_proxy
    assert chosen.token_file == token_path()
    assert chosen.answers_file == folder() / "origins.json"


def test_a_picture_knows_no_answers() -> None:
    assert access(parser().parse_args(["--screenshot", "a.png"])).answers_file is None


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--demo", "--host", "0.0.0.0"], "--demo is for this machine alone"),
        (["--demo", "--tls-self-signed"], "--demo is for this machine alone"),
        (["--host", "0.0.0.0"], "--tls-self-signed"),
        (["--host", "192.0.2.7"], "--tls-by-proxy"),
        (["--host-name", "monitor.example"], "--tls-cert"),
        (["--tls-key", "key.pem"], "--tls-key is of no use without --tls-cert"),
        (["--tls-cert", "a.pem", "--tls-self-signed"], "only one can hold"),
        (["--tls-by-proxy", "--tls-self-signed"], "only one can hold"),
        (["--demo", "--always-token"], "--demo is for this machine alone"),
        (["--allow-origin", "shop.example"], "is not an origin"),
        (["--allow-origin", "https://shop.example/cart"], "is not an origin"),
        (["--host-name", "two names"], "is not a name"),
    ],
)
def test_what_cannot_be_is_refused_at_once(
    arguments: Sequence[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert why in capsys.readouterr().err
