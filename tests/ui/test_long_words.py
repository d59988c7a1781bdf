"""What a page brings may be of any length, and does not widen the window."""

from __future__ import annotations

import pytest

from monitor.core.registry import Registry
from tests.ui.operator import Key, Operator
from tests.ui.simulated_page import Clock, SimulatedPage

LONG = "U" * 2_000


@pytest.mark.parametrize(
    "said",
    [
        {"user": LONG},
        {"label": LONG},
        {"origin": f"https://{'o' * 63}.{'p' * 60}.example"},
        {"storage_error": LONG},
        {"user_agent": LONG},
        {"title": LONG, "path": f"/{LONG}"},
    ],
    ids=lambda said: "-".join(said),
)
def test_what_is_said_of_a_session(operator: Operator, registry: Registry, clock: Clock, said: dict[str, str]) -> None:
    SimulatedPage(registry, clock, {"a": "b"}, user="Ada")
    operator.look()
    least = operator.window.minimumSizeHint().width()
    width = operator.window.storage.width()
    long = SimulatedPage(registry, clock, {"a": "b"}, session_id="s2", page_id="p2", **said)  # type: ignore[arg-type] # all of these are texts
    operator.window.sessions.choose(long.session)
    operator.look()
    assert operator.window.storage.header.isVisible()
    assert operator.window.minimumSizeHint().width() <= least + 100
    assert operator.window.storage.width() == width


def test_a_long_word_in_a_refusal(operator: Operator, registry: Registry, clock: Clock) -> None:
    page = SimulatedPage(registry, clock, {LONG: "b", "a": "b"}, user="Ada")
    operator.look()
    least = operator.window.minimumSizeHint().width()
    operator.edit(LONG)
    operator.type("c")
    operator.press(Key.Key_Return)
    page.refuse("denied", LONG)
    operator.look()
    assert operator.panel.refusals.isVisible()
    assert operator.window.minimumSizeHint().width() <= least + 300


@pytest.mark.parametrize("user", ["   ", "\u3000"])
def test_a_name_of_blanks_is_none(operator: Operator, registry: Registry, clock: Clock, user: str) -> None:
    SimulatedPage(registry, clock, {"a": "b"}, user=user)
    operator.look()
    assert operator.window.storage.header.title.text() == "Session session-"
