"""What is decoded stays within bounds, and follows the time."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from monitor.ui.appearance import Appearance
from monitor.ui.inspector.decoded_text import decoded
from monitor.ui.inspector.decoded_view import DecodedView
from monitor.ui.inspector.subject import Subject

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
_HANG = 20.0


def token(**claims: float) -> str:
    def part(content: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")

    return f"{part({'alg': 'HS256'})}.{part(claims)}.c2lnbmF0dXJl"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(600, 400)
    window.show()
    return window


class HandsOfTheClock:
    """The time, which stands still."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


def show(view: DecodedView, text: str) -> str:
    view.show_subject(Subject("key", text, "text", None, can_edit=True))
    view.show()
    return view.text.toPlainText()


# --- time ------------------------------------------------------------------------------------------------------------


def test_a_token_expires_while_it_is_looked_at(qapp: QApplication, qtbot: QtBot, window: QWidget) -> None:
    now = HandsOfTheClock()
    view = DecodedView(Appearance.of(qapp), window, now)
    expires = NOW + timedelta(milliseconds=50)
    assert "expired" not in show(view, token(exp=expires.timestamp()))
    with qtbot.waitSignal(view.text.textChanged):
        now.at = expires
    assert "expired" in view.text.toPlainText()


def test_a_token_that_expired_while_nobody_looked_is_told_to_be_so(
    qapp: QApplication, qtbot: QtBot, window: QWidget
) -> None:
    now = HandsOfTheClock()
    view = DecodedView(Appearance.of(qapp), window, now)
    assert "expired" not in show(view, token(exp=NOW.timestamp() + 100))
    view.hide()
    now.at += timedelta(seconds=100)
    view.show()
    assert "expired" in view.text.toPlainText()


def test_what_is_true_until_when_is_told_with_each_time() -> None:
    def until(text: str) -> set[datetime | None]:
        return {piece.until for piece in decoded(text, NOW)} - {None}

    soon = NOW + timedelta(hours=1)
    past = NOW - timedelta(hours=1)
    assert until(token(exp=soon.timestamp(), iat=past.timestamp())) == {soon}
    assert until(token(nbf=soon.timestamp())) == {soon}
    assert until(token(exp=past.timestamp(), nbf=past.timestamp())) == set()
    assert until(f'"{token(exp=soon.timestamp())}"') == {soon}, "also within another view"
    assert until("a=1&b=2") == set()


# --- bounds ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["&".join(f"a{n}=" for n in range(700)), "/path?" + "&".join(["a=1"] * 700)])
def test_of_many_pairs_the_first_are_shown_and_the_others_counted(text: str) -> None:
    pieces = decoded(text, NOW)
    assert len([piece for piece in pieces if piece.look == "name" and piece.name.startswith("a")]) == 500
    assert pieces[-1].text == "200 more pairs are not shown."


def test_of_many_lines_the_first_are_shown_and_the_others_counted() -> None:
    (text,) = (piece.text for piece in decoded(encoded("line\n" * 6_000), NOW) if piece.look == "text")
    assert text.count("\n") == 4_999
    assert "5,001 more characters are not shown." in [piece.text for piece in decoded(encoded("line\n" * 6_000), NOW)]


def test_no_line_is_longer_than_can_be_laid_out() -> None:
    for text in (encoded("word " * 10_000), f"a={'b' * 10_000}&c={'d' * 10_000}"):
        pieces = decoded(text, NOW)
        assert max(len(line) for piece in pieces for line in piece.text.split("\n")) == 1_000


@pytest.mark.parametrize(
    "text",
    [
        "&".join(["a="] * 65_000),
        "https://shop.example/?" + "&".join(["a="] * 40_000) + "#" + "&".join(["b="] * 40_000),
        encoded("\n" * 190_000),
        encoded("[" * 300 + "1," * 40_000 + "1" + "]" * 300),
        base64.b64encode(bytes(range(256)) * 700).decode(),
        encoded(encoded(encoded("é" * 50_000))),
        token(exp=1, **{f"claim {n}": n for n in range(9_000)}),
        "%0A" * 80_000,
    ],
    ids=["query", "URL", "lines", "deep JSON", "bytes", "within each other", "token", "escapes"],
)
def test_whatever_is_decoded_is_there_soon(qapp: QApplication, window: QWidget, text: str) -> None:
    view = DecodedView(Appearance.of(qapp), window)
    began = perf_counter()
    assert show(view, text)
    assert perf_counter() - began < _HANG
