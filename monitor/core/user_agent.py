"""Browser and system in words, from a user agent.

A user agent is what a browser says of itself, and most say that they are several others too. The names here go from
the most particular token to the most common one; nothing but words for a person depends on them.
"""

import re
from functools import lru_cache
from typing import Final

_BROWSERS: Final = (
    (re.compile(r"\b(?:Edg|EdgA|EdgiOS)/(\d+)"), "Edge"),
    (re.compile(r"\b(?:OPR|OPiOS)/(\d+)"), "Opera"),
    (re.compile(r"\bVivaldi/(\d+)"), "Vivaldi"),
    (re.compile(r"\bSamsungBrowser/(\d+)"), "Samsung Internet"),
    (re.compile(r"\bYaBrowser/(\d+)"), "Yandex Browser"),
    (re.compile(r"\b(?:Firefox|FxiOS)/(\d+)"), "Firefox"),
    (re.compile(r"\bChromium/(\d+)"), "Chromium"),
    (re.compile(r"\bHeadlessChrome/(\d+)"), "Headless Chrome"),
    (re.compile(r"\bCriOS/(\d+)"), "Chrome"),
    (re.compile(r"; wv\).*\bChrome/(\d+)"), "Android WebView"),
    (re.compile(r"\bChrome/(\d+)"), "Chrome"),
    (re.compile(r"\bVersion/(\d+)\S* (?:Mobile/\S+ )?Safari/"), "Safari"),
)

_SYSTEMS: Final = (
    (re.compile(r"\biPad\b"), "iPadOS"),
    (re.compile(r"\biPhone\b|\biPod\b"), "iOS"),
    (re.compile(r"\bAndroid\b"), "Android"),
    (re.compile(r"\bCrOS\b"), "ChromeOS"),
    (re.compile(r"\bWindows\b"), "Windows"),
    (re.compile(r"\bMac OS X\b|\bMacintosh\b"), "macOS"),
    (re.compile(r"\bFreeBSD\b"), "FreeBSD"),
    (re.compile(r"\bOpenBSD\b"), "OpenBSD"),
    (re.compile(r"\bLinux\b|\bX11\b"), "Linux"),
)

# Nothing that names itself stands further in than this; a peer may send a user agent of any length.
_LOOKED_AT: Final = 512


# Ten thousand browsers say some dozen different things.
@lru_cache(maxsize=512)
def browser_and_system(user_agent: str) -> str:
    """For example ``Firefox 153 on Linux``. What is not recognised is left out; if nothing is, ``Unknown browser``."""
    looked_at = user_agent[:_LOOKED_AT]
    browser = "Unknown browser"
    for pattern, name in _BROWSERS:
        found = pattern.search(looked_at)
        if found is not None:
            browser = f"{name} {found.group(1)}"
            break
    for pattern, name in _SYSTEMS:
        if pattern.search(looked_at):
            return f"{browser} on {name}"
    return browser
