"""Browser and system in words, from a user agent.

A user agent is what a browser says of itself, and most say that they are several others too. The names here go from
the most particular token to the most common one; nothing but words for a person depends on them.
"""

import re
from functools import lru_cache
from typing import Final

# `re` compiles each when it is first used, and keeps it: twenty take longer than a window takes to be painted.
_BROWSERS: Final = (
    (r"\b(?:Edg|EdgA|EdgiOS)/(\d+)", "Edge"),
    (r"\b(?:OPR|OPiOS)/(\d+)", "Opera"),
    (r"\bVivaldi/(\d+)", "Vivaldi"),
    (r"\bSamsungBrowser/(\d+)", "Samsung Internet"),
    (r"\bYaBrowser/(\d+)", "Yandex Browser"),
    (r"\b(?:Firefox|FxiOS)/(\d+)", "Firefox"),
    (r"\bChromium/(\d+)", "Chromium"),
    (r"\bHeadlessChrome/(\d+)", "Headless Chrome"),
    (r"\bCriOS/(\d+)", "Chrome"),
    (r"; wv\).*\bChrome/(\d+)", "Android WebView"),
    (r"\bChrome/(\d+)", "Chrome"),
    (r"\bVersion/(\d+)\S* (?:Mobile/\S+ )?Safari/", "Safari"),
)

_SYSTEMS: Final = (
    (r"\biPad\b", "iPadOS"),
    (r"\biPhone\b|\biPod\b", "iOS"),
    (r"\bAndroid\b", "Android"),
    (r"\bCrOS\b", "ChromeOS"),
    (r"\bWindows\b", "Windows"),
    (r"\bMac OS X\b|\bMacintosh\b", "macOS"),
    (r"\bFreeBSD\b", "FreeBSD"),
    (r"\bOpenBSD\b", "OpenBSD"),
    (r"\bLinux\b|\bX11\b", "Linux"),
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
        found = re.search(pattern, looked_at)
        if found is not None:
            browser = f"{name} {found.group(1)}"
            break
    for pattern, name in _SYSTEMS:
        if re.search(pattern, looked_at):
            return f"{browser} on {name}"
    return browser
