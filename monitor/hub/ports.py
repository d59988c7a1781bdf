"""Ports: which one to take when the wanted one is taken, and who has it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from monitor.core.values import one_line

APP: Final = "Session Monitor"
"""By this name hubs know each other, at ``/healthz``."""

LAST_PORT: Final = 65_535
TRIED: Final = 50
ANSWER_WITHIN: Final = 1.0
LONGEST_ANSWER: Final = 16_384


class PortTakenError(OSError):
    """The wanted port is taken; the message says by whom, as far as that can be found out."""


def ports_after(port: int) -> Iterator[int]:
    """Those to try when ``port`` is taken: the next ones, and at last (0) whichever the system gives."""
    yield from range(port + 1, min(port + TRIED, LAST_PORT) + 1)
    yield 0


async def holder(host: str, port: int) -> str:
    """Who listens on a port: words for a sentence, "another Session Monitor (process 4711)"."""
    pid = await _session_monitor(host, port)
    if pid is not None:
        return f"another {APP} (process {pid})"
    return _program_on(port) or "another program"


async def _session_monitor(host: str, port: int) -> int | None:
    """The process of the Session Monitor that answers there, if one does."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            answer = await _get_health(host, port)
        health = json.loads(answer.partition(b"\r\n\r\n")[2])
    except (OSError, ValueError, RecursionError, asyncio.LimitOverrunError):
        return None  # Nobody answers, or somebody who is not one of us.
    if not isinstance(health, dict) or health.get("app") != APP:
        return None
    pid = health.get("pid")
    return pid if isinstance(pid, int) else None


async def _get_health(host: str, port: int) -> bytes:
    reader, writer = await asyncio.open_connection(_reachable(host), port)
    try:
        writer.write(f"GET /healthz HTTP/1.1\r\nHost: {in_url(host)}:{port}\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while len(answer) < LONGEST_ANSWER and (part := await reader.read(LONGEST_ANSWER)):
            answer += part
        return answer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def _program_on(port: int) -> str | None:
    """The program that listens on the port, where Linux shows it to us: only processes of the same user."""
    sockets = set(_listening_sockets(port))
    if not sockets:
        return None
    for process in Path("/proc").glob("[0-9]*"):
        # Most processes belong to others, and any may end while it is looked at.
        with contextlib.suppress(OSError):
            if any(str(descriptor.readlink()) in sockets for descriptor in (process / "fd").iterdir()):
                name = (process / "comm").read_text(encoding="utf-8", errors="replace").strip()
                return f"{one_line(name, 40)} (process {process.name})"
    return None


def _listening_sockets(port: int) -> Iterator[str]:
    """What the descriptors of the sockets that listen on the port are links to."""
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        try:
            lines = table.read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue  # Not Linux, or IPv6 is turned off.
        for line in lines:
            # Columns of proc(5): slot, local address, remote address, state, …; the tenth is the inode. 0A: listening.
            columns = line.split()
            if columns[3] == "0A" and int(columns[1].rpartition(":")[2], 16) == port:
                yield f"socket:[{columns[9]}]"


async def addresses_of(host: str) -> list[str]:
    """The addresses that a server on ``host`` listens on.

    Raises:
        OSError: nobody knows that name.
    """
    with contextlib.suppress(ValueError):
        return [str(ip_address(host))]  # without the thread that looks for names
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def exposure(addresses: Iterable[str], port: int, *, tls: bool) -> str | None:
    """A sentence for the user where a hub that listens on these addresses can be reached from other machines; ``None``
    where it cannot.
    """
    others = [address for address in addresses if not ip_address(address).is_loopback]
    if not others:
        return None
    own = dict.fromkeys(own for address in others if (own := seen_by_others(address)) is not None)
    scheme = "wss" if tls else "ws"
    where = ", ".join(f"{scheme}://{in_url(address)}:{port}" for address in own) or f"port {port}"
    return f"Other machines can reach this hub, and need its token: {where}"


def seen_by_others(address: str) -> str | None:
    """The address by which other machines reach a server that listens on ``address``, if this machine has a way out;
    ``None`` if they cannot, or if that is a name.
    """
    try:
        listening = ip_address(address)
    except ValueError:
        return None
    if not listening.is_unspecified:
        return None if listening.is_loopback else address
    family, elsewhere = (socket.AF_INET, "192.0.2.1") if listening.version == 4 else (socket.AF_INET6, "2001:db8::1")
    # Connecting a datagram socket sends nothing: it only has the system choose the address to send from.
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as way_out:
        way_out.connect((elsewhere, 9))
        return str(way_out.getsockname()[0])
    return None


def _reachable(host: str) -> str:
    """The address by which this machine reaches a server that listens on ``host``."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def in_url(host: str) -> str:
    """The host as it stands in an address of this machine."""
    reachable = _reachable(host)
    return f"[{reachable}]" if ":" in reachable else reachable
