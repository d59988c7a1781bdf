"""Which hosts and origins count as this machine's own. One that wrongly does lets a web site in."""

from __future__ import annotations

import pytest

from monitor.hub.access.addresses import Hosts, host_name, is_loopback_origin, normal_origin

OURS = [
    "localhost",
    "LOCALHOST:8765",
    "localhost.",
    "shop.localhost:3000",
    "a.b.localhost",
    "127.0.0.1",
    "127.0.0.1:8765",
    "127.8.9.10:1",
    "[::1]",
    "[::1]:8765",
    "[0:0:0:0:0:0:0:1]",
]
OTHERS = [
    "evil.test",
    "localhost.evil.test",
    "evillocalhost",
    "127.0.0.1.evil.test",
    "127.0.0.1@evil.test",
    "evil.test:8765",
    "128.0.0.1",
    "10.0.0.7",
    "0.0.0.0",
    "[::2]",
    "[::]",
    "::1",
    "[::1",
    "localhost:8765:1",
    "localhost/",
    "localhost evil.test",
    "",
    ":8765",
    ".localhost:x",
    "2130706433",
    "127.1",
    "[fe80::1%lo]",
]


@pytest.mark.parametrize("header", OURS)
def test_names_of_this_machine_are_always_admitted(header: str) -> None:
    assert Hosts([]).admit([header], "127.0.0.1")


@pytest.mark.parametrize("header", OTHERS)
def test_no_other_name_is(header: str) -> None:
    assert not Hosts([]).admit([header], "127.0.0.1")


@pytest.mark.parametrize("headers", [[], ["localhost", "localhost"], ["localhost", "evil.test"]])
def test_exactly_one_host_must_be_named(headers: list[str]) -> None:
    assert not Hosts([]).admit(headers, "127.0.0.1")


def test_names_that_were_configured_are_admitted_with_any_port() -> None:
    hosts = Hosts(["Monitor.Example:443", "10.0.0.7"])
    for header in ("monitor.example", "MONITOR.example:9", "monitor.example.", "10.0.0.7:8765"):
        assert hosts.admit([header], "192.0.2.1")
    for header in ("example", "x.monitor.example", "10.0.0.8"):
        assert not hosts.admit([header], "192.0.2.1")


def test_the_address_at_which_a_request_arrived_is_admitted() -> None:
    assert Hosts([]).admit(["192.0.2.1:8765"], "192.0.2.1")
    assert Hosts([]).admit(["[2001:db8::7]:8765"], "2001:db8::7")
    assert not Hosts([]).admit(["192.0.2.2:8765"], "192.0.2.1")


@pytest.mark.parametrize("host", [host for host in OURS if host != "localhost."])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_pages_of_this_machine_are(scheme: str, host: str) -> None:
    assert is_loopback_origin(f"{scheme}://{host.lower()}")


@pytest.mark.parametrize(
    "origin",
    [
        *(f"http://{host}" for host in OTHERS),
        "null",
        "",
        "localhost",
        "file://localhost",
        "ftp://127.0.0.1",
        "chrome-extension://localhost",
        "http:localhost",
        "http://localhost/",
        "http://localhost http://evil.test",
        "http://localhost\n",
        "xhttp://localhost",
    ],
)
def test_pages_of_others_are_not(origin: str) -> None:
    assert not is_loopback_origin(origin)


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://shop.example", "https://shop.example"),
        (" HTTPS://Shop.Example/ ", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("http://shop.example:80", "http://shop.example"),
        ("http://shop.example:8080", "http://shop.example:8080"),
        ("http://[2001:db8::7]:8080", "http://[2001:db8::7]:8080"),
        ("null", "null"),
    ],
)
def test_an_origin_may_be_written_as_people_write_it(written: str, origin: str) -> None:
    assert normal_origin(written) == origin


@pytest.mark.parametrize("written", ["", "shop.example", "https://", "https://shop.example/cart", "*", "https://a b"])
def test_what_is_no_origin_is_an_error(written: str) -> None:
    with pytest.raises(ValueError, match="is not an origin"):
        normal_origin(written)


def test_a_host_that_is_none_has_no_name() -> None:
    assert host_name("a b") is None
    assert host_name("[::1]:80") == "::1"
