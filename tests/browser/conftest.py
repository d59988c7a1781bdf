"""What the tests of the bridge have in common: both browsers, a real hub, and a stage for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor import WebSocket
from monitor.hub import Access
from tests.browser.drivers import Browser, Chromium, Firefox
from tests.browser.stage import Stage
from tests.event_loop import AsyncRunner, entered

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module", params=[Chromium, Firefox], ids=lambda launched: launched.name)
def browser(request: pytest.FixtureRequest, runner: AsyncRunner) -> Iterator[Browser]:
    """Chromium, then Firefox; one of each serves a module, and its tests have contexts of their own."""
    with entered(runner, request.param.launch()) as browser:
        yield browser


@pytest.fixture(scope="module")
def ws(runner: AsyncRunner) -> Iterator[WebSocket]:
    """The real hub, on any port. Sandboxed frames, which have no origin of their own, are welcome."""
    with entered(runner, WebSocket(port=0, access=Access(allowed_origins=("null",)))) as ws:
        yield ws


@pytest.fixture
def stage(browser: Browser, ws: WebSocket, runner: AsyncRunner) -> Iterator[Stage]:
    """A site of another origin than the hub, with the bridge in its pages, and a browser profile that is new.

    The bridge must not break a page, so every test ends with a look at the consoles of those that `Stage.open` opened.
    """
    with entered(runner, Stage.set_up(browser, ws)) as stage:
        yield stage
        stage.assert_unbroken()
