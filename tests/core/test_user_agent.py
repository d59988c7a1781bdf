"""Browsers and systems are named as a person would."""

import pytest

from monitor.core.user_agent import browser_and_system

LINUX = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
CHROMEOS = "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko)"
ANDROID = "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko)"
WEBVIEW = "Mozilla/5.0 (Linux; Android 14; wv) AppleWebKit/537.36 (KHTML, like Gecko)"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
MACOS = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
IPAD = "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (f"{LINUX} Chrome/156.0.0.0 Safari/537.36", "Chrome 156 on Linux"),
        (f"{LINUX} Chromium/156.0.1 Chrome/156 Safari/537.36", "Chromium 156 on Linux"),
        (f"{LINUX} HeadlessChrome/156.0.0.0 Safari/537.36", "Headless Chrome 156 on Linux"),
        (f"{CHROMEOS} Chrome/156.0.0.0 Safari/537.36", "Chrome 156 on ChromeOS"),
        (f"{ANDROID} Chrome/156.0.0.0 Mobile Safari/537.36", "Chrome 156 on Android"),
        (f"{WEBVIEW} Version/4.0 Chrome/156.0.0.0 Mobile Safari/537.36", "Android WebView 156 on Android"),
        (f"{ANDROID} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36", "Samsung Internet 29 on Android"),
        (f"{WINDOWS} Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0", "Edge 156 on Windows"),
        (f"{WINDOWS} Chrome/154.0.0.0 Safari/537.36 OPR/122.0.0.0", "Opera 122 on Windows"),
        (f"{MACOS} Version/26.1 Safari/605.1.15", "Safari 26 on macOS"),
        (f"{IPHONE} Version/26.0 Mobile/15E148 Safari/604.1", "Safari 26 on iOS"),
        (f"{IPHONE} FxiOS/153.0 Mobile/15E148 Safari/604.1", "Firefox 153 on iOS"),
        (f"{IPAD} CriOS/156.0 Mobile/15E148 Safari/604.1", "Chrome 156 on iPadOS"),
        ("Mozilla/5.0 (Windows NT 10.0; rv:153.0) Gecko/20100101 Firefox/153.0", "Firefox 153 on Windows"),
        ("Mozilla/5.0 (Android 15; Mobile; rv:153.0) Gecko/153.0 Firefox/153.0", "Firefox 153 on Android"),
        ("a test", "Unknown browser"),
        ("", "Unknown browser"),
        ("curl on Linux", "Unknown browser on Linux"),
    ],
)
def test_browser_and_system(user_agent: str, words: str) -> None:
    assert browser_and_system(user_agent) == words


def test_an_endless_user_agent_costs_no_more_than_a_long_one() -> None:
    assert browser_and_system("x" * 1_000 + "Firefox/153.0") == "Unknown browser"
