"""`planora-sync adapters`: list the installed trackers."""

from __future__ import annotations

import click

from planora_sync.cli.output import document, format_option, print_json, print_table
from planora_sync.errors import AdapterLoadError
from planora_sync.registry import load_adapter, names


@click.command("adapters")
@format_option("text", "json")
def command(form: str) -> int:
    """List the installed trackers with what each can write; a broken one with its cause."""
    rows = []
    for name in names():
        try:
            writes = sorted(field.value for field in load_adapter(name).capabilities.writes)
            rows.append({"tracker": name, "works": True, "writes": writes, "cause": None})
        except AdapterLoadError as failure:
            rows.append({"tracker": name, "works": False, "writes": [], "cause": str(failure)})
    if form == "json":
        print_json(document("adapters", {"adapters": rows}))
    else:
        cells = [
            (
                str(row["tracker"]),
                "ok" if row["works"] else "broken",
                str(row["cause"] or _list(row["writes"])),
            )
            for row in rows
        ]
        print_table(("tracker", "state", "writes"), cells)
    return 0


def _list(values: object) -> str:
    return ", ".join(values) if isinstance(values, list) else ""
