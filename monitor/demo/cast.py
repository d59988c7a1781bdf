"""Who is simulated, and what their browsers hold. All made up; the same at every start, so that pictures can be
compared.
"""

from __future__ import annotations

import base64
import json
from random import Random
from typing import TYPE_CHECKING

from monitor.demo.browser import SimulatedBrowser, SimulatedPage

if TYPE_CHECKING:
    from collections.abc import Iterator

CHROMIUM = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
FIREFOX = "Mozilla/5.0 ({}; rv:153.0) Gecko/20100101 Firefox/153.0"
SAFARI = "Mozilla/5.0 ({}) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15"
EDGE = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0"

WINDOWS = "Windows NT 10.0; Win64; x64"
MAC = "Macintosh; Intel Mac OS X 10_15_7"
LINUX = "X11; Linux x86_64"
PHONE = "Linux; Android 10; K"

PEOPLE = [
    ("Amara Okafor", CHROMIUM.format(WINDOWS)),
    ("Jonas Lindqvist", FIREFOX.format(LINUX)),
    ("佐藤 美咲", CHROMIUM.format(MAC)),
    ("Priya Raman", SAFARI.format(MAC)),
    ("Lucía Fernández", EDGE.format(WINDOWS)),
    ("Tomasz Zieliński", CHROMIUM.format(PHONE)),
    ("Noor al-Hassan", FIREFOX.format(WINDOWS)),
    (None, CHROMIUM.format(PHONE)),
    ("Chidi Eze", CHROMIUM.format(LINUX)),
    ("Émilie Roche", FIREFOX.format(MAC)),
    (None, CHROMIUM.format(WINDOWS)),
    ("Mateus Carvalho", EDGE.format(WINDOWS)),
]

PRODUCTS = [
    ("Oak desk lamp", 49.0),
    ("Wool blanket, grey", 79.5),
    ("Ceramic mug ☕", 14.9),
    ("Linen apron", 32.0),
    ("Walnut tray", 41.25),
    ("Beeswax candle", 12.0),
]

SITES = [
    ("https://shop.example", [("/cart", "Your cart · Hearth & Hall"), ("/lamps", "Lamps · Hearth & Hall")], "shop", 7),
    ("https://app.ledger.example", [("/invoices", "Invoices · Ledger"), ("/inbox", "Inbox · Ledger")], "ledger", 5),
    ("https://staging.shop.example", [("/", "Hearth & Hall (staging)")], "shop", 3),
    ("http://localhost:5173", [("/", "vite dev server")], "developer", 2),
]


def cast(seed: int = 7) -> list[SimulatedBrowser]:
    """The simulated browsers with their pages."""
    random = Random(seed)
    browsers = []
    for site, (origin, paths, kind, number) in enumerate(SITES):
        for index in range(number):
            name, user_agent = PEOPLE[(site * 5 + index) % len(PEOPLE)]
            session_id = f"demo-{site}-{index}"
            browser = SimulatedBrowser(session_id, origin, name, user_agent, dict(_items(kind, name, random)))
            for tab, (path, title) in enumerate(paths[: 1 + (index + site) % 2]):
                page = SimulatedPage(browser, f"{session_id}-{tab}", path, title)
                page.session_items["scroll"] = str(random.randrange(4000))
            browsers.append(browser)
    return browsers


def cart(random: Random) -> str:
    """A cart with a few lines, as a shop's page would store it."""
    lines = [
        {
            "sku": f"HH-{1000 + number}",
            "name": PRODUCTS[number][0],
            "qty": random.randint(1, 3),
            "price": PRODUCTS[number][1],
        }
        for number in sorted(random.sample(range(len(PRODUCTS)), random.randint(1, 3)))
    ]
    total = round(sum(line["qty"] * line["price"] for line in lines), 2)  # type: ignore[operator]  # both are numbers
    return json.dumps({"lines": lines, "total": total, "currency": "EUR"}, ensure_ascii=False, separators=(",", ":"))


def _items(kind: str, name: str | None, random: Random) -> Iterator[tuple[str, str]]:
    moment = 1_795_000_000_000 + random.randrange(10**9)
    yield "theme", random.choice(["light", "dark", "system"])
    yield "locale", random.choice(["en-GB", "de-DE", "ja-JP", "pt-BR", "fr-FR"])
    yield "consent", '{"necessary":true,"statistics":false,"at":"2026-10-02T08:15:00Z"}'
    yield "lastVisit", str(moment)
    if kind == "developer":
        yield "vite-ui-theme", "dark"
        yield "debug", "app:*,-app:socket"
        yield (
            "redux-state",
            json.dumps({"todos": [{"id": n, "text": f"item {n}", "done": n % 2 == 0} for n in range(40)]}),
        )
        yield "", "the key of this item is empty"
        yield "half a pair", "a lone surrogate: \ud83d"
        return
    if name is not None:
        yield "auth.token", _token(name, moment // 1000)
        yield "user", json.dumps({"name": name, "tier": random.choice(["free", "plus"])}, ensure_ascii=False)
    if kind == "shop":
        yield "cart", cart(random)
        yield "recentlyViewed", json.dumps(random.sample([f"HH-{1000 + n}" for n in range(20)], 5))
        yield "checkout.step", random.choice(["address", "payment", "review"])
        yield "flags.newCheckout", random.choice(["true", "false"])
        yield "coupon", ""
        yield "newsletter.seen", "1"
    else:
        yield "invoices.filter", '{"status":"overdue","sort":"-due"}'
        yield "invoices.columns", '["number","customer","due","amount"]'
        yield "draft:INV-2041", "Dear customer,\nplease find attached our reminder.\n\nKind regards"
        yield "sidebar.width", str(random.randrange(180, 320))
        yield "sync.cursor", base64.b64encode(random.randbytes(24)).decode("ascii")
        yield "feature.exports", "true"


def _token(name: str, issued: int) -> str:
    def part(content: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).decode("ascii").rstrip("=")

    claims = {"sub": name, "iat": issued, "exp": issued + 3600, "scope": "cart orders"}
    return f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(claims)}.c2lnbmVkIGluIHRoZSBkZW1v"
