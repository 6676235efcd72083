"""A deadline for a whole answer, under both libraries: their own timeouts begin anew with each byte.

A server that sends one byte a second would hold a request for ever. Here each read of the socket gets what is
left until the deadline of the request that the reading thread is making.
"""

from __future__ import annotations

import http.client
import io
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
import urllib3

LARGEST = 256 * 1024 * 1024
"""Bytes of an answer, unpacked; what is larger is cut off there, and so is no JSON to anybody."""
_request = threading.local()


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Let what is read inside by this thread take so many seconds in all."""
    _request.until = time.monotonic() + seconds
    try:
        yield
    finally:
        del _request.until


def time_left(most: float | None) -> float | None:
    """Return how many seconds a read may take, at most `most`; raises TimeoutError where none is left."""
    until: float | None = getattr(_request, "until", None)
    if until is None:
        return most
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("the answer takes too long")
    return left if most is None else min(most, left)


def is_late() -> bool:
    """Return whether this thread's deadline has passed."""
    until: float | None = getattr(_request, "until", None)
    return until is not None and until <= time.monotonic()


def bounded(chunks: Iterable[bytes], most: int = LARGEST) -> bytes:
    """Return an answer's bytes, cut off where they are more than anybody needs."""
    found: list[bytes] = []
    size = 0
    for chunk in chunks:
        found.append(chunk[: most - size])
        size += len(chunk)
        if size >= most:
            break
    return b"".join(found)


# -- under requests: urllib3 and the standard library -------------------------------------------------------


class _TimedFile(io.RawIOBase):
    """A socket's bytes, each read within the deadline."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw = raw
        self._sock = sock
        self._silence = sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(time_left(self._silence))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Lines(io.BufferedReader):
    """A socket's bytes by lines; while headers are read, the end of the bytes is no end of the headers."""

    in_headers = False

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        if self.in_headers and not line:
            raise http.client.RemoteDisconnected("the connection was cut in the headers")
        return line


class TimedResponse(http.client.HTTPResponse):
    """An answer that is read within the deadline, and not before its headers are whole.

    The standard library takes a `103 Early Hints` for the answer, and the answer for that of the next request;
    and an answer that was cut in its headers for one that is whole and empty, so that a write seems done.
    """

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        raw = self.fp.detach()
        self.fp = _Lines(_TimedFile(raw, sock))

    def begin(self) -> None:
        """Read status and headers."""
        reader = self.fp
        assert isinstance(reader, _Lines)  # noqa: S101 - made above
        reader.in_headers = True
        try:
            super().begin()
        finally:
            reader.in_headers = False

    def _read_status(self) -> tuple[str, int, str]:
        while True:
            status: tuple[str, int, str] = super()._read_status()  # type: ignore[misc]
            if status[1] not in (http.HTTPStatus.PROCESSING, http.HTTPStatus.EARLY_HINTS):
                return status
            http.client.parse_headers(self.fp)


class TimedPool(urllib3.HTTPConnectionPool):
    """Connections whose answers are read within the deadline."""

    def _new_conn(self) -> Any:
        made = super()._new_conn()
        made.response_class = TimedResponse  # type: ignore[attr-defined]
        return made


class TimedSecurePool(urllib3.HTTPSConnectionPool):
    """The same for TLS."""

    def _new_conn(self) -> Any:
        made = super()._new_conn()
        made.response_class = TimedResponse  # type: ignore[attr-defined]
        return made


POOLS = {"http": TimedPool, "https": TimedSecurePool}

# -- under httpx: httpcore ----------------------------------------------------------------------------------


class _TimedStream(httpcore.NetworkStream):
    """A connection each read of which is within the deadline."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            left = time_left(timeout)
        except TimeoutError as late:
            raise httpcore.ReadTimeout(str(late)) from late
        return self._stream.read(max_bytes, left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        return _TimedStream(self._stream.start_tls(*args, **kwargs))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class TimedBackend(httpcore.SyncBackend):
    """Makes connections each read of which is within the deadline."""

    def connect_tcp(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        """Return a connection; raises httpcore's errors."""
        return _TimedStream(super().connect_tcp(*args, **kwargs))
