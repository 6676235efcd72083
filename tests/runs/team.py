"""Fernway's three trackers in process: no socket, no waiting, a clock that only waiting moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from planora_sync.config import load_config
from planora_sync.runs.workspace import Workspace
from planora_sync.sandbox import Sandbox
from planora_sync.service.spelling import spell_table
from planora_sync.service.stand_ins import stand_in
from tests.cli.team import NAMES, ROLES

START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


class Clock:
    """A clock that moves when somebody waits."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def wait(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@contextmanager
def workspace(
    folder: Path,
    names: Sequence[str] = tuple(NAMES),
    workspaces: Mapping[str, str] | None = None,
    changed: Mapping[str, Mapping[str, object]] | None = None,
    head: str = "[caps]\nmax_share = 0.9\n",
) -> Iterator[tuple[Workspace, Mapping[str, Sandbox]]]:
    """Give a workspace and the stand-ins behind it; `changed` overrides keys of a connection's table."""
    clock = Clock()
    sandboxes = {
        name: stand_in(NAMES[name], (workspaces or {}).get(name, "messy"), now=clock) for name in names
    }
    parts = ['[store]\nurl = "sqlite:///planora.db"\n', head]
    for name, sandbox in sandboxes.items():
        table = {
            **sandbox.connection(f"https://{name}.test"),
            "read_only": False,
            **(changed or {}).get(name, {}),
        }
        parts.append(spell_table(("connections", name), table))
    for name, role in ROLES.items():
        key = name.split()[0].lower().replace("á", "a")
        parts.append(spell_table(("people", key), {"name": name, "role": role}))
    path = folder / "config.toml"
    path.write_text("\n".join(parts), "utf-8")
    apps = {name: sandbox.app for name, sandbox in sandboxes.items()}
    with Workspace(load_config(path, env={}), now=clock, apps=apps, sleep=clock.wait) as opened:
        yield opened, sandboxes
