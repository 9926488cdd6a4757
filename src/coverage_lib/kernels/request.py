"""What a client asks of the warm process, and how it crosses the socket between them.

One connection a kernel. The client sends a request; the kernel answers with its process id
once its sockets are bound; the warm process adds the exit code when it has ended. Each is one
packet. A request is a file in memory, so that no environment is too long, and comes with
the three standard streams of the kernel and a handle of the client's process.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass

#: Longest packet: a few numbers.
PACKET_BYTES = 256
#: The request, standard input, output and errors, the client.
_HANDLES = 5


@dataclass(frozen=True)
class Request:
    """A kernel as its client wants it: what `Popen` would have been given."""

    command: tuple[str, ...]
    environment: Mapping[str, str]
    folder: str
    umask: int
    independent: bool


@dataclass(frozen=True)
class Received:
    """A request with the open files that came with it; whoever holds it closes them."""

    request: Request
    streams: tuple[int, int, int]
    client: int

    def close(self) -> None:
        for handle in (*self.streams, self.client):
            os.close(handle)


def send_request(
    connection: socket.socket, request: Request, streams: tuple[int, int, int]
) -> None:
    """Hand over a request. Raises OSError where the other side has gone."""
    content = os.memfd_create("cakupan-request", os.MFD_CLOEXEC)
    client = os.pidfd_open(os.getpid())
    try:
        with os.fdopen(os.dup(content), "w", encoding="utf-8") as file:
            json.dump(asdict(request), file)
        socket.send_fds(connection, [b"start"], [content, *streams, client])
    finally:
        os.close(content)
        os.close(client)


def receive_request(connection: socket.socket) -> Received | None:
    """The request that waits on a connection; None where the client has gone or sent none."""
    try:
        _, handles, _, _ = socket.recv_fds(connection, PACKET_BYTES, _HANDLES)
    except OSError:
        return None
    if len(handles) != _HANDLES:
        for handle in handles:
            os.close(handle)
        return None
    content, *streams, client = handles
    for handle in handles:
        os.set_inheritable(handle, False)
    with os.fdopen(content, encoding="utf-8") as file:
        file.seek(0)
        told = json.load(file)
    request = Request(**{**told, "command": tuple(told["command"])})
    return Received(request, (streams[0], streams[1], streams[2]), client)


def pack(**numbers: int) -> bytes:
    return json.dumps(numbers).encode()


def unpack(packet: bytes) -> dict[str, int]:
    return dict(json.loads(packet))
