"""What the configuration alone tells: secrets that stand in it, addresses, who may write."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from urllib.parse import urlsplit

from planora_sync.config import Config, ConnectionConfig
from planora_sync.config.address import is_loopback
from planora_sync.service.doctor.rows import Row, ok, warning


def of_config(config: Config) -> Iterator[Row]:
    """Yield what is to be said of the file as a whole."""
    yield ok("config", str(config.path), f"{len(config.connections)} connections, all keys are known.")
    for problem in config.warnings:
        yield warning("config", problem.where, f"{problem.what}.", problem.instead)
    exposed = [key for key in config.plain_secrets if not _is_stand_in(key, config)]
    for key in exposed:
        yield warning(
            "config",
            key,
            "The secret stands in the file itself.",
            "Write `env:NAME`, `file:PATH` or `cmd:COMMAND`, and put the secret there.",
        )
    if exposed and os.name == "posix" and config.path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        yield warning(
            "config",
            str(config.path),
            "It holds secrets, and others on this machine can read it.",
            f"chmod 600 {config.path}",
        )


def of_writes(connection: ConnectionConfig) -> Iterator[Row]:
    """Yield whether corrections can be written, and by whom."""
    name, separate = connection.name, connection.write_token is not None
    if not connection.read_only:
        what = "Approved corrections are written with " + ("`write_token`." if separate else "`token`.")
        yield ok("writes", name, what, connection=name)
    elif separate:
        yield warning(
            "writes",
            name,
            "There is a `write_token`, and yet nothing is written: the connection is read-only.",
            "Set `read_only = false` once you trust the proposals, or take `write_token` out.",
            connection=name,
        )
    else:
        what = "Read-only: corrections are proposed and never written. `read_only = false` changes that."
        yield ok("writes", name, what, connection=name)


def _is_stand_in(key: str, config: Config) -> bool:
    """Return whether a secret is that of something on this machine, where it opens nothing."""
    parts = key.split(".")
    connection = config.connections.get(parts[1]) if parts[0] == "connections" and len(parts) > 1 else None
    return connection is not None and is_loopback(urlsplit(connection.url).hostname or "")
