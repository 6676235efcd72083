"""Serves an ASGI app on a loopback socket, in a thread of its own, for as long as a block lasts."""

from __future__ import annotations

import errno
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from planora_sync.errors import UsageError
from planora_sync.http.inprocess import ASGIApp

HOST = "127.0.0.1"
"""Stand-ins have well-known tokens: no other machine may reach them."""
START_SECONDS = 20.0
STOP_SECONDS = 10.0
LAST_PORT = 65535


class _Announced(uvicorn.Server):
    """A server that says when it listens, or that it gave up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.settled = threading.Event()
        self.failure: BaseException | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.settled.set()

    def serve_on(self, listener: socket.socket) -> None:
        """Answer until told to stop; never raises, for it runs in a thread of its own."""
        try:
            self.run(sockets=[listener])
        except (Exception, SystemExit) as failure:  # noqa: BLE001 - handed to whoever waits for the start
            self.failure = failure
        finally:
            self.settled.set()


@contextmanager
def served(app: ASGIApp, *, port: int = 0, name: str = "app") -> Iterator[str]:
    """Give the address under which an app answers; it has stopped when the block ends.

    Args:
        app: what answers.
        port: 0 lets the system choose.
        name: of what is served, for messages.

    Raises UsageError where the port is taken or the server does not start.
    """
    listener = _listen(port)
    # uvicorn's own log set-up would take over the whole program's.
    server = _Announced(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
    thread = threading.Thread(target=server.serve_on, args=(listener,), name=f"serves {name}", daemon=True)
    thread.start()
    try:
        if not server.settled.wait(START_SECONDS) or not server.started:
            raise UsageError(
                f"{name} did not start: {server.failure or 'it gave no sign'}.",
                next_step="Run it again.",
            )
        yield f"http://{HOST}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(STOP_SECONDS)
        listener.close()


def _listen(port: int) -> socket.socket:
    if port > LAST_PORT:
        raise UsageError(f"{port} is no port.", next_step=f"The last one is {LAST_PORT}.")
    # With the protocol left to the system, asyncio does not switch Nagle off, and each answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            # What the last run left in TIME_WAIT must not block this one; a listening port still does.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen()
    except OSError as failure:
        listener.close()
        reason = "is in use" if failure.errno == errno.EADDRINUSE else f"cannot be used ({failure.strerror})"
        raise UsageError(
            f"Port {port} on {HOST} {reason}.",
            next_step="Name another one with --port, or leave it out and a free one is taken.",
        ) from failure
    return listener
