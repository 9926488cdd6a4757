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
from typing import Any

#: Longest packet: a few numbers.
PACKET_BYTES = 256
#: Longer than any environment that a system lets a program have.
LONGEST_REQUEST = 16 * 1024 * 1024
_WORD = b"start"
#: The request, standard input, output and errors, the client.
_HANDLES = 5


class MalformedRequestError(Exception):
    """Why something that came is no request. Whoever sent it gets no kernel."""


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
        """Close the open files; the client and the kernel have their own."""
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
        socket.send_fds(connection, [_WORD], [content, *streams, client])
    finally:
        os.close(content)
        os.close(client)


def receive_request(connection: socket.socket) -> Received | None:
    """The request that waits on a connection; None where the client has gone.

    Raises MalformedRequestError for anything else; the files that came with it are closed.
    """
    try:
        word, handles, flags, _ = socket.recv_fds(connection, PACKET_BYTES, _HANDLES)
    except OSError:
        return None
    if not word and not handles:
        return None
    cut = flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC)
    whole = word == _WORD and not cut and len(handles) == _HANDLES
    try:
        return _received(handles, whole=whole)
    except MalformedRequestError:
        for handle in handles:
            os.close(handle)
        raise


def _received(handles: list[int], *, whole: bool) -> Received:
    if not whole:
        raise MalformedRequestError(f"{len(handles)} open files, or another word")
    for handle in handles:
        os.set_inheritable(handle, False)
    content, *streams, client = handles
    request = _read(content)
    os.close(content)
    return Received(request, (streams[0], streams[1], streams[2]), client)


def _read(content: int) -> Request:
    """What a file in memory says. Nothing is read that has no end, or would have to be waited for."""
    size = os.fstat(content).st_size
    if size > LONGEST_REQUEST:
        raise MalformedRequestError("its file is too long")
    try:
        told: Any = json.loads(os.pread(content, size, 0))
        request = Request(**{**told, "command": tuple(told["command"])})
        environment: Any = request.environment
        texts = [*request.command, request.folder, *environment.values()]
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise MalformedRequestError(f"its file cannot be read: {type(error).__name__}") from None
    if not all(isinstance(text, str) for text in texts) or type(request.umask) is not int:
        raise MalformedRequestError("its file holds something else")
    return request


def pack(**numbers: int) -> bytes:
    """A packet of named numbers, shorter than PACKET_BYTES."""
    return json.dumps(numbers).encode()


def unpack(packet: bytes) -> dict[str, int]:
    """The numbers of a packet. Raises ValueError for what `pack` has not made."""
    return dict(json.loads(packet))
