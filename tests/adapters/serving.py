"""Serves a sandbox on a loopback socket for as long as a block lasts."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from planora_sync.http import ASGIApp
from planora_sync.http import serving as http_serving


class HasApp(Protocol):
    """What can be served: a sandbox, or what hands on to one."""

    @property
    def app(self) -> ASGIApp:
        """The app."""
        ...


def served(sandbox: HasApp) -> AbstractContextManager[str]:
    """Give the address under which the sandbox answers."""
    return http_serving.served(sandbox.app)
