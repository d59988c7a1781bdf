"""TLS: required beyond loopback, with a certificate that was given or one of the hub's own."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from monitor.hub import Access, UnprotectedError, WebSocket
from monitor.hub.access import self_signed as making
from monitor.hub.access.self_signed import self_signed
from monitor.hub.access.tls import CertificateError, tls_context
from tests.hub.peers import ScriptedPage

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "a-token-of-a-test"


def trusting(certificate: Path) -> ssl.SSLContext:
    """A client that trusts this certificate and no other."""
    return ssl.create_default_context(cafile=certificate)


def names_in(certificate: Path) -> set[str]:
    parsed = x509.load_pem_x509_certificate(certificate.read_bytes())
    named = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(name.value) for name in named}


@pytest.mark.parametrize("access", [Access(token=TOKEN), Access(token=TOKEN, names=("monitor.test",))])
@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
async def test_beyond_loopback_nothing_is_served_without_tls(host: str, access: Access) -> None:
    with pytest.raises(UnprotectedError, match=r"--tls-cert.*--tls-self-signed.*--tls-by-proxy"):
        await WebSocket(host, 0, access=access).__aenter__()


async def test_nor_under_a_name_from_elsewhere() -> None:
    with pytest.raises(UnprotectedError, match="needs TLS"):
        await WebSocket(port=0, access=Access(token=TOKEN, names=("monitor.test",))).__aenter__()


@pytest.mark.parametrize("tls", [Access(tls_folder=Path("unused")), Access(tls_by_proxy=True)])
async def test_nor_with_tls_and_without_a_token(tls: Access) -> None:
    with pytest.raises(UnprotectedError, match="needs a token"):
        await WebSocket("0.0.0.0", 0, access=tls).__aenter__()


@pytest.mark.logs
async def test_a_page_connects_by_tls_and_is_edited(tmp_path: Path) -> None:
    async with WebSocket("0.0.0.0", 0, access=Access(token=TOKEN, tls_folder=tmp_path)) as ws:
        assert ws.url == f"wss://127.0.0.1:{ws.port}"
        assert ws.page_url == f"https://127.0.0.1:{ws.port}/"
        assert ws.notice is not None
        assert "wss://" in ws.notice or "port" in ws.notice
        certificate = tmp_path / "tls-certificate.pem"
        big = "x" * 300_000
        async with ScriptedPage.open(ws, ssl=trusting(certificate)) as page:
            await page.lead({"a": "1", "big": big}, token=TOKEN)
            session = await ws.wait_for_session(timeout=30)
            assert session.local_storage.data == {"a": "1", "big": big}
            session.local_storage.set("a", big)
            edit = await page.hear("edit")
            assert edit["operations"][0]["value"] == big
            await page.say(
                {"type": "result", "id": edit["id"], "outcome": "applied", "area": "local", "seq": 1, "values": []}
            )


@contextlib.contextmanager
def without_debugging() -> Iterator[None]:
    """An event loop in debug mode calls it an error when a peer speaks no TLS."""
    loop = asyncio.get_running_loop()
    loop.set_debug(False)
    try:
        yield
    finally:
        loop.set_debug(True)


@pytest.mark.logs
async def test_a_connection_without_tls_gets_nothing(tmp_path: Path) -> None:
    async with WebSocket(port=0, access=Access(tls_folder=tmp_path)) as ws:
        reader, writer = await asyncio.open_connection(ws.host, ws.port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = b""
        with without_debugging(), contextlib.suppress(ConnectionResetError):
            answer = await reader.read()
        assert b"Session Monitor" not in answer
        writer.close()


async def test_an_old_version_of_tls_is_refused(tmp_path: Path) -> None:
    async with WebSocket(port=0, access=Access(tls_folder=tmp_path)) as ws:
        assert ws._door.tls is not None
        assert ws._door.tls.minimum_version >= ssl.TLSVersion.TLSv1_2


async def test_a_certificate_that_was_given_is_shown(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path, [])
    both = tmp_path / "both.pem"
    both.write_bytes(certificate.read_bytes() + key.read_bytes())
    for access in (Access(tls_certificate=certificate, tls_key=key), Access(tls_certificate=both)):
        async with WebSocket(port=0, access=access) as ws, ScriptedPage.open(ws, ssl=trusting(certificate)) as page:
            await page.lead()


def test_what_is_no_certificate_is_said(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path / "one", [])
    _, other_key = self_signed(tmp_path / "two", [])
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("nothing")
    secret = serialization.load_pem_private_key(key.read_bytes(), None)
    locked = tmp_path / "locked.pem"
    locked.write_bytes(
        secret.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"password"),
        )
    )
    for shown, its_key in (
        (tmp_path / "missing.pem", None),
        (nonsense, None),
        (certificate, None),
        (certificate, other_key),
        (certificate, nonsense),
        (certificate, locked),
    ):
        with pytest.raises(CertificateError, match=r"the certificate .* cannot be used"):
            tls_context(shown, its_key)


async def test_a_hub_with_a_certificate_that_cannot_be_used_does_not_listen(tmp_path: Path) -> None:
    with pytest.raises(UnprotectedError, match="cannot be used"):
        await WebSocket(port=0, access=Access(tls_certificate=tmp_path / "missing.pem")).__aenter__()


def test_the_hub_s_own_certificate_is_for_this_machine_and_all_its_names(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path, ["monitor.test:8443", "192.0.2.7", "2001:db8::7"])
    assert names_in(certificate) == {
        "localhost",
        "127.0.0.1",
        "::1",
        "monitor.test",
        "192.0.2.7",
        "2001:db8::7",
    }
    if sys.platform != "win32":
        assert key.stat().st_mode & 0o777 == 0o600


def test_it_is_kept_until_it_lacks_a_name_or_is_about_to_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = self_signed(tmp_path, ["a.test"])[0].read_bytes()
    assert self_signed(tmp_path, ["a.test"])[0].read_bytes() == first
    assert self_signed(tmp_path, [])[0].read_bytes() == first
    second = self_signed(tmp_path, ["b.test"])[0].read_bytes()
    assert second != first
    monkeypatch.setattr(making, "_RENEWED", timedelta(days=400))
    third = self_signed(tmp_path, ["b.test"])[0].read_bytes()
    assert third != second
    tls_context(*self_signed(tmp_path, ["b.test"]))
    ends = x509.load_pem_x509_certificate(third).not_valid_after_utc
    assert timedelta(days=390) < ends - datetime.now(UTC) < timedelta(days=398)


def test_one_without_its_key_is_made_anew(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path, [])
    key.unlink()
    tls_context(*self_signed(tmp_path, []))
    certificate.write_text("nothing")
    tls_context(*self_signed(tmp_path, []))


def test_where_it_cannot_be_written_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CertificateError, match="cannot be written"):
        self_signed(tmp_path / "file", [])


@pytest.mark.parametrize(
    ("names", "proxy", "tag"),
    [
        (("monitor.test",), True, "https://monitor.test/bridge.js"),
        (("monitor.test:8443",), True, "https://monitor.test:8443/bridge.js"),
        (("monitor.test",), False, "https://monitor.test:9/bridge.js"),
        (("[2001:db8::7]",), False, "https://[2001:db8::7]:9/bridge.js"),
        (("[2001:db8::7]:1",), False, "https://[2001:db8::7]:1/bridge.js"),
    ],
)
def test_the_line_for_pages_has_the_name_that_they_reach(names: tuple[str, ...], proxy: bool, tag: str) -> None:
    folder = None if proxy else Path("unused")
    access = Access(names=names, tls_by_proxy=proxy, tls_folder=folder, token=TOKEN)
    assert f'src="{tag}"' in WebSocket("127.0.0.1", 9, access=access).script_tag


def test_without_tls_nothing_of_it_is_imported() -> None:
    code = """
import asyncio, sys
from monitor.hub import WebSocket

async def serve():
    async with WebSocket(port=0):
        print([name for name in ("cryptography", "monitor.hub.access.tls") if name in sys.modules])

asyncio.run(serve())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
