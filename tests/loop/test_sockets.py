"""Readers and writers, sockets, streams, servers."""

from __future__ import annotations

import asyncio
import os
import socket
from asyncio import AbstractEventLoop
from contextlib import closing, suppress
from contextvars import ContextVar

import pytest

Pair = tuple[socket.socket, socket.socket]

name: ContextVar[str] = ContextVar("name", default="nobody")


async def test_a_reader_is_called_when_there_is_something_to_read(pair: Pair) -> None:
    left, right = pair
    loop = asyncio.get_running_loop()
    read: asyncio.Queue[bytes] = asyncio.Queue()
    loop.add_reader(left, lambda: read.put_nowait(left.recv(100)))
    for word in (b"one", b"two"):
        right.send(word)
        assert await read.get() == word
    assert loop.remove_reader(left)
    assert not loop.remove_reader(left)
    right.send(b"three")
    await asyncio.sleep(0.002)
    assert read.empty()


async def test_a_writer_is_called_when_there_is_room_again(pair: Pair) -> None:
    left, right = pair
    loop = asyncio.get_running_loop()
    sent = 0
    with suppress(BlockingIOError):
        while True:
            sent += left.send(bytes(65536))
    room = asyncio.Event()
    loop.add_writer(left, room.set)
    await asyncio.sleep(0.002)
    assert not room.is_set()
    while sent:
        sent -= len(right.recv(65536))
    await room.wait()
    assert loop.remove_writer(left)
    assert not loop.remove_writer(left)


async def test_a_reader_and_a_writer_share_a_socket(pair: Pair) -> None:
    left, right = pair
    loop = asyncio.get_running_loop()
    readable, writable = asyncio.Event(), asyncio.Event()
    loop.add_reader(left, readable.set)
    loop.add_writer(left, writable.set)
    await writable.wait()
    assert not readable.is_set()
    loop.remove_writer(left)
    right.send(b"x")
    await readable.wait()
    loop.remove_reader(left)


async def test_a_new_reader_replaces_the_old_one(pair: Pair) -> None:
    left, right = pair
    loop = asyncio.get_running_loop()
    readable = asyncio.Event()
    loop.add_reader(left, pytest.fail, "replaced")
    loop.add_reader(left, readable.set)
    right.send(b"x")
    await readable.wait()
    loop.remove_reader(left)


async def test_a_reader_removed_in_the_turn_is_not_called() -> None:
    loop = asyncio.get_running_loop()
    pairs = [socket.socketpair() for _ in range(10)]
    called: asyncio.Queue[int] = asyncio.Queue()

    def remove_all(number: int) -> None:
        called.put_nowait(number)
        for left, _ in pairs:
            loop.remove_reader(left)

    for number, (left, right) in enumerate(pairs):
        right.send(b"x")
        loop.add_reader(left, remove_all, number)
    await called.get()
    await asyncio.sleep(0)
    assert called.empty()
    for left, right in pairs:
        left.close()
        right.close()


async def test_a_reader_runs_in_the_context_of_its_asking(pair: Pair) -> None:
    left, right = pair
    seen: asyncio.Queue[str] = asyncio.Queue()
    token = name.set("asker")
    asyncio.get_running_loop().add_reader(left, lambda: seen.put_nowait(f"{name.get()} {left.recv(1)!r}"))
    name.reset(token)
    right.send(b"x")
    assert await seen.get() == "asker b'x'"
    asyncio.get_running_loop().remove_reader(left)


async def test_an_error_in_a_reader_goes_to_the_handler(pair: Pair) -> None:
    left, right = pair
    loop = asyncio.get_running_loop()
    handled: asyncio.Queue[BaseException] = asyncio.Queue()

    def fail() -> None:
        left.recv(1)
        raise LookupError("on purpose")

    handler = loop.get_exception_handler()
    loop.set_exception_handler(lambda _, context: handled.put_nowait(context["exception"]))
    loop.add_reader(left, fail)
    right.send(b"x")
    assert str(await handled.get()) == "on purpose"
    loop.set_exception_handler(handler)
    loop.remove_reader(left)


def test_a_reader_is_called_once_for_one_readiness(loop: AbstractEventLoop) -> None:
    """Also when the turn takes longer than Qt is made to wait: the second of two calls would block here for good."""
    pairs = [socket.socketpair() for _ in range(20)]
    called: list[int] = []

    def read(number: int) -> None:
        called.append(number)
        assert pairs[number][0].recv(1) == b"x"
        end = loop.time() + 0.002
        while loop.time() < end:
            pass
        if len(called) == len(pairs):
            loop.call_later(0.02, loop.stop)

    for number, (left, right) in enumerate(pairs):
        left.settimeout(10)
        right.send(b"x")
        loop.add_reader(left, read, number)
    loop.set_exception_handler(lambda _, context: pytest.fail(str(context)))
    loop.run_forever()
    assert sorted(called) == list(range(20))
    for left, right in pairs:
        loop.remove_reader(left)
        left.close()
        right.close()


async def test_what_is_no_descriptor_is_refused() -> None:
    with pytest.raises(ValueError, match="Invalid file object"):
        asyncio.get_running_loop().add_reader("no file", print)  # type: ignore[arg-type]  # which is refused


async def test_pipes_are_read_and_written() -> None:
    loop = asyncio.get_running_loop()
    read_end, write_end = os.pipe()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read_end, "rb"))
    transport, _ = await loop.connect_write_pipe(asyncio.Protocol, os.fdopen(write_end, "wb"))
    transport.write(b"through the pipe")
    transport.close()
    assert await reader.read() == b"through the pipe"


async def test_socket_coroutines_carry_data_both_ways(pair: Pair) -> None:
    left, right = pair
    loop = asyncio.get_running_loop()
    payload = os.urandom(3_000_000)

    async def receive(end: socket.socket) -> bytes:
        received = bytearray()
        while len(received) < len(payload):
            received += await loop.sock_recv(end, 65536)
        return bytes(received)

    results = await asyncio.gather(
        loop.sock_sendall(left, payload), receive(right), loop.sock_sendall(right, payload), receive(left)
    )
    assert [*results] == [None, payload, None, payload]


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with closing(writer):
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()


async def test_a_server_and_a_client_exchange_megabytes_both_ways() -> None:
    payload = os.urandom(5_000_000)
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())

        async def send() -> None:
            writer.write(payload)
            await writer.drain()
            writer.write_eof()

        received, _ = await asyncio.gather(reader.read(), send())
        writer.close()
        await writer.wait_closed()
    assert received == payload


def test_a_thousand_connections_are_served_at_once(loop: AbstractEventLoop) -> None:
    many = 1000
    met = asyncio.Event()
    greeted = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal greeted
        greeting = await reader.readline()
        greeted += 1
        if greeted == many:
            met.set()
        await met.wait()
        writer.write(greeting.upper())
        await writer.drain()
        writer.close()

    async def greet(number: int, address: tuple[str, int]) -> bytes:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(f"number {number}\n".encode())
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer

    async def main() -> list[bytes]:
        server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=many)
        address = server.sockets[0].getsockname()
        async with server:
            return await asyncio.gather(*(greet(number, address) for number in range(many)))

    assert loop.run_until_complete(main()) == [f"NUMBER {number}\n".encode() for number in range(many)]


async def test_a_refused_connection_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(*taken.getsockname())


async def test_a_connection_that_is_reset_is_told() -> None:
    made = asyncio.Event()
    lost: asyncio.Future[Exception | None] = asyncio.get_running_loop().create_future()

    class Server(asyncio.Protocol):
        def connection_made(self, _: asyncio.BaseTransport) -> None:
            made.set()

        def connection_lost(self, error: Exception | None) -> None:
            lost.set_result(error)

    loop = asyncio.get_running_loop()
    server = await loop.create_server(Server, "127.0.0.1", 0)
    with socket.socket() as client:
        client.connect(server.sockets[0].getsockname())
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        await made.wait()
    assert isinstance(await lost, ConnectionResetError)
    server.close()
    await server.wait_closed()


async def test_datagrams_arrive() -> None:
    arrived: asyncio.Queue[bytes] = asyncio.Queue()

    class Receiver(asyncio.DatagramProtocol):
        def datagram_received(self, datagram: bytes, _: object) -> None:
            arrived.put_nowait(datagram)

    loop = asyncio.get_running_loop()
    receiver, _ = await loop.create_datagram_endpoint(Receiver, local_addr=("127.0.0.1", 0))
    sender, _ = await loop.create_datagram_endpoint(
        asyncio.DatagramProtocol, remote_addr=receiver.get_extra_info("sockname")
    )
    sender.sendto(b"a datagram")
    assert await arrived.get() == b"a datagram"
    sender.close()
    receiver.close()
    await asyncio.sleep(0)


async def test_names_are_resolved_off_the_loop() -> None:
    addresses = await asyncio.get_running_loop().getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)
    assert ("127.0.0.1", 80) in [address for *_, address in addresses]


async def test_unix_sockets_are_served(tmp_path: os.PathLike[str]) -> None:
    path = os.path.join(tmp_path, "socket")  # noqa: PTH118  # short, and asyncio wants a string
    server = await asyncio.start_unix_server(echo, path)
    async with server:
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(b"hello")
        writer.write_eof()
        assert await reader.read() == b"hello"
        writer.close()
        await writer.wait_closed()
