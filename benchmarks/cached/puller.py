"""One pull in a process of its own, so that its memory is its own: prints what it cost, as JSON.

python -m cached.puller STORE full|incremental < connection.json
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from cached.stage import COUNT
from planora_sync.adapter import Page
from planora_sync.config import load_config
from planora_sync.runs.pull import pull_all
from planora_sync.runs.workspace import Workspace

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


class Waited:
    """How long the storing side waited for pages."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def pages(self, pages: Iterator[Page]) -> Iterator[Page]:
        """Give the pages on."""
        while True:
            begun = time.perf_counter()
            page = next(pages, None)
            self.seconds += time.perf_counter() - begun
            if page is None:
                return
            yield page


def main(store: str, how: str) -> None:
    """Pull once and print the figures."""
    said = json.load(sys.stdin)
    config = load_config(_config(Path(store), said["connection"]), env={})
    waited = Waited()
    rate_waits: list[float] = []
    # What the rate budget would make it wait is counted, not waited for: the subject is the program's own work.
    with Workspace(config, now=lambda: NOW, sleep=rate_waits.append) as workspace:
        adapter = workspace.adapter("big")
        pull = adapter.pull
        adapter.pull = lambda *given, **named: waited.pages(pull(*given, **named))  # type: ignore[method-assign]
        urlopen(said["url"] + COUNT).read()
        begun, cpu = time.perf_counter(), time.process_time()
        (pulled,) = pull_all(workspace, full=how == "full")
        seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    if pulled.error:
        raise SystemExit(str(pulled.error))
    print(
        json.dumps(
            {
                "status": pulled.status.value,
                "entries": pulled.entries,
                "added": pulled.added,
                "seconds": seconds,
                "cpu": cpu,
                "waited": waited.seconds,
                "requests": int(urlopen(said["url"] + COUNT).read()),
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "rate_waits": sum(rate_waits),
                "notices": [notice.what for notice in pulled.notices][:3],
            }
        )
    )


def _config(store: Path, connection: dict[str, Any]) -> Path:
    lines = ["[store]", f'url = "sqlite:///{store}"', "[connections.big]", "keep_raw = true"]
    lines += [f"{key} = {json.dumps(value)}" for key, value in connection.items()]
    path = store.with_suffix(".toml")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
