"""A team with three trackers on loopback, and a way to type commands at it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from planora_sync.cli.main import run
from planora_sync.http.shared import forget_budgets
from planora_sync.sandbox import Sandbox
from planora_sync.service.serving import serve
from planora_sync.service.spelling import spell_table
from planora_sync.service.stand_ins import stand_in

NAMES = {"work": "jira", "product": "notion", "growth": "trello"}
"""Connection -> tracker."""

ROLES = {
    "Ana Ruiz": "product_manager",
    "Jonas Weber": "product_manager",
    "Priya Nair": "tech_lead",
    "Marc Dubois": "scrum_master",
    "Helen Brandt": "executive",
    "Noah Berg": "designer",
    "Chiara Conti": "designer",
    "Linh Tran": "developer",
    "Tomás Silva": "developer",
    "Keiko Mori (森 恵子)": "developer",
    "Sam Okafor": "developer",
    "Elena Petrova": "developer",
}


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return stdout as JSON."""
        return json.loads(self.out)


class Team:
    """Three stand-ins, a configuration that reads them, and a keyboard."""

    def __init__(
        self,
        folder: Path,
        sandboxes: Mapping[str, Sandbox],
        urls: Mapping[str, str],
    ) -> None:
        self.folder = folder
        self.sandboxes = sandboxes
        self._urls = urls
        self.write()

    @property
    def config(self) -> Path:
        """Return the path of the configuration."""
        return self.folder / "config.toml"

    def address(self, name: str) -> str:
        """Return where a connection's tracker answers."""
        return self._urls[name]

    def write(self, *, changed: Mapping[str, Mapping[str, object]] | None = None, head: str = "") -> None:
        """Write the configuration; `changed` overrides keys of a connection, None takes one out."""
        parts = ['[store]\nurl = "sqlite:///planora.db"\n', head or "[caps]\nmax_share = 0.9\n"]
        for name, sandbox in self.sandboxes.items():
            table = {
                **sandbox.connection(self._urls[name]),
                "read_only": False,
                # No other tool lives from a stand-in's allowance.
                "rate_share": 1.0,
                **(changed or {}).get(name, {}),
            }
            kept = {key: value for key, value in table.items() if value is not None}
            parts.append(spell_table(("connections", name), kept))
        for name, role in ROLES.items():
            key = name.split()[0].lower().replace("á", "a")
            parts.append(spell_table(("people", key), {"name": name, "role": role}))
        self.config.write_text("\n".join(parts), "utf-8")

    def __call__(self, *words: str) -> Typed:
        """Type a command and return what it did; as at a keyboard, each is a process of its own to the trackers."""
        forget_budgets()
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            status = run(["--config", str(self.config), *words])
        return Typed(status=status, out=out.getvalue(), err=err.getvalue())

    def ok(self, *words: str) -> Typed:
        """Type a command that must succeed."""
        typed = self(*words)
        assert typed.status == 0, typed.out + typed.err
        return typed

    def writes(self) -> int:
        """Return how many requests so far were no reads."""
        reading = ("search", "query", "bulkfetch", "approximate-count")
        return sum(
            row.method != "GET" and not any(word in row.path for word in reading)
            for sandbox in self.sandboxes.values()
            for row in sandbox.ledger
        )


class Ticking:
    """A clock that moves a little whenever somebody looks: a rate limit's window passes, and nobody waits for it."""

    STEP = timedelta(seconds=0.6)

    def __init__(self) -> None:
        # It begins a little ago, so that it never runs ahead of the commands' own clock.
        self._at = datetime.now(UTC) - timedelta(minutes=30)

    def __call__(self) -> datetime:
        self._at += self.STEP
        return self._at


@contextmanager
def team(
    folder: Path,
    names: Sequence[str] = tuple(NAMES),
    workspaces: Mapping[str, str] | None = None,
    now: Callable[[], datetime] | None = None,
) -> Iterator[Team]:
    """Give a team whose trackers answer as long as the block lasts."""
    clock = now or Ticking()
    sandboxes = {
        name: stand_in(NAMES[name], (workspaces or {}).get(name, "messy"), now=clock) for name in names
    }
    with serve(list(sandboxes.values())) as all_served:
        urls = dict(zip(sandboxes, (one.url for one in all_served), strict=True))
        yield Team(folder, sandboxes, urls)
