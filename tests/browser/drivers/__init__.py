"""Real Chromium and real Firefox, driven by their own debugging protocols, without a driver program.

- **Browser**: one process group that we start headless with a fresh profile and end with everything it left.
- **Context**: one profile's worth of cookies and storage beside the browser's own.
- **Page**: one tab. It runs JavaScript, travels, and collects its console and the errors that nobody caught.

    async with Chromium.launch() as browser:
        page = await browser.open(site.url("/"))
        await page.evaluate("(key, value) => localStorage.setItem(key, value)", "greeting", "hello")
        await page.wait_for("() => document.title === 'done'")
        assert not page.errors

Everything runs on the running asyncio loop, whichever that is; nothing here starts a thread or a loop. A command that
gets no answer ends in `DriverError` after its hang guard.
"""

from tests.browser.drivers.chromium import Chromium
from tests.browser.drivers.chromium_page import ChromiumPage
from tests.browser.drivers.errors import DocumentLeftError, DriverError, PageError, ProtocolError
from tests.browser.drivers.firefox import Firefox
from tests.browser.drivers.firefox_page import FirefoxPage
from tests.browser.drivers.interface import Browser, ConsoleMessage, Context, Page

__all__ = [
    "Browser",
    "Chromium",
    "ChromiumPage",
    "ConsoleMessage",
    "Context",
    "DocumentLeftError",
    "DriverError",
    "Firefox",
    "FirefoxPage",
    "Page",
    "PageError",
    "ProtocolError",
]
