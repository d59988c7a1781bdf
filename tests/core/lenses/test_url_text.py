"""What an operator may rely on who looks at a URL or at part of one: every name and value, decoded, in order."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.lenses.url_text import LONGEST, PercentEncoded, read_percent_encoded, read_query, read_url
from tests.core.texts import texts

encodable = st.text(st.characters(codec="utf-8"), max_size=20)


def test_a_url_comes_in_parts() -> None:
    found = read_url("HTTPS://me:secret@Example.org:8443/a%20b/c?q=x+y&q=%F0%9F%98%80&empty=&flag#access_token=1&n=%26")
    assert found is not None
    assert (found.scheme, found.user, found.host, found.path) == ("https", "me:secret", "Example.org:8443", "/a b/c")
    assert [(pair.name, pair.value) for pair in found.query] == [
        ("q", "x y"),
        ("q", "😀"),
        ("empty", ""),
        ("flag", ""),
    ]
    assert found.fragment == "access_token=1&n=&"
    assert [(pair.name, pair.value) for pair in found.fragment_pairs] == [("access_token", "1"), ("n", "&")]


def test_a_path_with_a_query() -> None:
    found = read_url("/cart?item=1&then=%2Fpay#top")
    assert found is not None
    assert (found.scheme, found.host, found.path, found.fragment, found.fragment_pairs) == ("", "", "/cart", "top", ())
    assert [(pair.name, pair.value) for pair in found.query] == [("item", "1"), ("then", "/pay")]


@pytest.mark.parametrize("text", ["ws://[::1]:8765/", "http://例え.jp/道", "chrome-extension://abc/x.html", "http://h"])
def test_urls(text: str) -> None:
    found = read_url(text)
    assert found is not None
    assert text.startswith(f"{found.scheme}://{found.host}")


@pytest.mark.parametrize(
    "text",
    ["", "http:", "http://", "http:///x", "http://[::1", "see http://x", "http://x y", "/path", "//x?a=b", "C:\\x"],
)
def test_what_is_no_url(text: str) -> None:
    assert read_url(text) is None


@given(st.lists(st.tuples(encodable.filter(bool), encodable), min_size=2, max_size=6))
def test_a_query_is_read_as_it_was_written(pairs: list[tuple[str, str]]) -> None:
    found = read_query(urlencode(pairs))
    assert found is not None
    assert [(pair.name, pair.value) for pair in found.pairs] == pairs


@pytest.mark.parametrize("text", ["?a=1&b=2", "a=1&b", "a=%20"])
def test_queries(text: str) -> None:
    assert read_query(text) is not None


@pytest.mark.parametrize(
    "text",
    ["", "a", "a=b", "abc==", "a&b", "a=1&&b=2", "a=1 & b=2", "a=1&b=%zz", '{"a=1&b=2"}', "<a href=x&y=z>", "=1&=2"],
)
def test_what_is_no_query(text: str) -> None:
    assert read_query(text) is None


@given(encodable)
def test_what_was_encoded_is_decoded(text: str) -> None:
    encoded = quote(text, safe="")
    found = read_percent_encoded(encoded)
    if encoded == text:
        assert found is None
    else:
        assert found is not None
        assert (found.text, found.undecoded) == (text, 0)


def test_the_kind_of_the_decoded_text_is_told() -> None:
    assert read_percent_encoded("%7B%22a%22%3A1%7D") == PercentEncoded('{"a":1}', "object", 0)


def test_bytes_that_are_no_utf8_stay_escapes() -> None:
    assert read_percent_encoded("a%FF%20%C3%A9%c3") == PercentEncoded("a%FF é%C3", "text", 2)
    assert read_percent_encoded("a+%ED%A0%80b%20") == PercentEncoded("a+%ED%A0%80b ", "text", 3)
    assert read_percent_encoded("%FF") is None


@pytest.mark.parametrize(
    "text", ["", "abc", "100%", "100%zz", "50%25 off", "%2", 'say "%20"', "é%20", "a%20" * LONGEST]
)
def test_what_is_not_percent_encoded(text: str) -> None:
    assert read_percent_encoded(text) is None


@given(texts, texts)
def test_no_text_is_too_odd(first: str, second: str) -> None:
    for text in (
        first,
        f"http://{first}/{second}?{second}",
        f"{first}={second}&%FF={first}",
        f"/%20?{first}=%E0{second}",
    ):
        read_url(text)
        read_query(text)
        read_percent_encoded(text)
