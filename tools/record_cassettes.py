"""Records what trackers answer, for tests that replay it without them.

    python tools/record_cassettes.py --sandbox
        records the three sandboxes anew, over loopback, into tests/adapters/TRACKER/cassettes/
    python tools/record_cassettes.py --config config.toml --connection work
        records a real account: check, places, a full pull, one entry; reads only

Credentials, hosts and the user's name are taken out, and a cassette in which a secret occurs is not saved. A
cassette of a real account holds its titles and texts: read it before you share it.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from planora_sync.adapter import AdapterContext
from planora_sync.config import load_config
from planora_sync.errors import PlanoraError, UnknownReference
from planora_sync.http.serving import served
from planora_sync.registry import load_adapter, load_sandbox
from planora_sync.testing.cassettes import Recording, SecretInCassette, record

ROOT = Path(__file__).resolve().parents[1]
TRACKERS = ("jira", "notion", "trello")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
"""Where the sandboxes stand in time, so that recording them again changes nothing."""


def main(arguments: list[str] | None = None) -> int:
    """Record what the command line asks for and return the exit status."""
    options = _options(arguments)
    try:
        recordings = _sandboxes(options.out) if options.sandbox else [_account(options)]
    except (PlanoraError, SecretInCassette) as failure:
        print(failure, file=sys.stderr)
        return getattr(failure, "exit_status", 3)
    for about, recording in recordings:
        seen = recording.observed
        print(f"{about}: {len(seen.keys)} entries in {len(seen.places)} places")
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--sandbox", action="store_true", help="record the three sandboxes")
    source.add_argument("--config", type=Path, help="record a connection of this configuration")
    parser.add_argument("--connection", help="its name, with --config")
    parser.add_argument(
        "--out", type=Path, help="folder to write to, in TRACKER/ (default: the tests of the adapter)"
    )
    options = parser.parse_args(arguments)
    if options.config and not options.connection:
        parser.error("--config needs --connection NAME")
    return options


def _sandboxes(out: Path | None) -> list[tuple[Path, Recording]]:
    recordings = []
    for tracker in TRACKERS:
        kind = load_sandbox(tracker)
        sandbox = kind(kind.workspaces[0], now=lambda: NOW)
        with served(sandbox.app) as url:
            table = dict(sandbox.connection(url))
            about = _folder(tracker, out) / "sandbox.about.json"
            recordings.append((about, record(load_adapter(tracker), _context(table), about)))
    return recordings


def _context(table: dict[str, Any]) -> AdapterContext:
    scope = next((table[name] for name in ("projects", "data_sources", "boards") if name in table), ())
    return AdapterContext(
        name="sandbox",
        url=table["url"],
        deployment=table.get("deployment", "cloud"),
        user=table.get("user"),
        token=table["token"],
        scope=tuple(str(word) for word in scope),
        now=lambda: NOW,
        sleep=lambda seconds: None,
        rate_share=1.0,
    )


def _account(options: argparse.Namespace) -> tuple[Path, Recording]:
    connections = load_config(options.config, env=os.environ).connections
    if options.connection not in connections:
        known = ", ".join(connections) or "none"
        raise UnknownReference(f"No connection {options.connection!r}.", next_step=f"Configured: {known}.")
    connection = connections[options.connection]
    context = connection.context(now=lambda: datetime.now(UTC), read_only=True)
    about = _folder(connection.tracker, options.out) / f"{connection.name}.about.json"
    return about, record(load_adapter(connection.tracker), context, about)


def _folder(tracker: str, out: Path | None) -> Path:
    return out / tracker if out else ROOT / "tests" / "adapters" / tracker / "cassettes"


if __name__ == "__main__":
    sys.exit(main())
