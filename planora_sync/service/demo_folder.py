"""The folder a demo works in: its configuration, its store and its reports, and nothing of anybody else."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from planora_sync.errors import UsageError
from planora_sync.service.serving import Served
from planora_sync.service.spelling import spell_table
from planora_sync.service.stand_ins import connection_table

MARKER = ".planora-demo"
CONFIG = "config.toml"
OURS = (CONFIG, "planora.db", "planora.db-*", "report*.html", "report*.md", MARKER)
"""What a demo writes, and so may replace."""

HEAD = """\
# Written by `planora-sync demo`: three stand-ins of trackers on this machine, which answer while the demo runs.
# Their tokens open nothing else, so they may stand here; those of a real tracker are `env:NAME`.

[store]
url = "sqlite:///planora.db"
"""


def fresh_folder(path: Path) -> None:
    """Make the folder of a demo; what another demo wrote there is replaced, other files are left.

    Raises UsageError where the folder holds anything and no demo made it.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        if not (path / MARKER).exists() and any(path.iterdir()):
            raise UsageError(
                f"{path} is there already, and no demo made it.", next_step="Name another folder with --out."
            )
        for pattern in OURS:
            for old in path.glob(pattern):
                old.unlink()
        (path / MARKER).write_text(
            "Made by `planora-sync demo`, which replaces its own files here.\n", "utf-8"
        )
    except OSError as failure:
        raise UsageError(
            f"{path} cannot be used: {failure.strerror or type(failure).__name__}.",
            next_step="Name another folder with --out.",
        ) from failure


def write_config(path: Path, served: Iterable[tuple[str, Served]]) -> Path:
    """Write and return the configuration of a demo.

    Args:
        path: the demo's folder.
        served: name of a connection -> the stand-in it reads.
    """
    tables = [
        spell_table(("connections", name), connection_table(one, read_only=False)) for name, one in served
    ]
    people = (files("planora_sync.service") / "demo_people.toml").read_text("utf-8")
    config = path / CONFIG
    config.write_text("\n".join([HEAD, *tables, people]), "utf-8")
    return config
