"""Measures pulls: entries a second, requests, peak memory, for 10,000 entries and more, full and incremental.

    python benchmarks/pull.py                                   # 10,000 entries of each tracker
    python benchmarks/pull.py --entries 10000 100000 1000000    # minutes, and gigabytes of disk

The tracker is a stand-in in a process of its own that serves cached pages over loopback; the pull runs in
another, from the first request to the last row in an SQLite file. What the rate budget would wait is not waited.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TRACKERS = ("jira", "notion", "trello")
HEAD = (
    "| tracker | entries | pull | seconds | entries/s | CPU s | waited for pages | requests | per 1,000 | peak MB |\n"
    "|---|---:|---|---:|---:|---:|---:|---:|---:|---:|"
)


def main() -> int:
    """Measure what the command line asks for and print a Markdown table."""
    options = _options()
    print(HEAD)
    for tracker in options.tracker or TRACKERS:
        for entries in options.entries:
            _measure(tracker, entries)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--tracker", action="append", choices=TRACKERS, help="of which tracker (default: all)"
    )
    parser.add_argument("--entries", nargs="+", type=int, default=[10_000])
    return parser.parse_args()


def _measure(tracker: str, entries: int) -> None:
    command = [sys.executable, "-m", "cached.serve", tracker, str(entries)]
    server = subprocess.Popen(command, cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        said = server.stdout.readline()
        with tempfile.TemporaryDirectory() as folder:
            store = Path(folder) / "store.db"
            for how in ("full", "incremental"):
                print(_row(tracker, entries, how, _pull(store, how, said)), flush=True)
    finally:
        server.stdin.close()
        server.wait(20)


def _pull(store: Path, how: str, said: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "cached.puller", str(store), how]
    done = subprocess.run(command, cwd=HERE, input=said, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    if found["status"] != "ok":
        raise SystemExit(f"The pull was {found['status']}: {found['notices']}")
    return found


def _row(tracker: str, entries: int, how: str, found: dict[str, Any]) -> str:
    seconds, came = found["seconds"], found["entries"]
    per = found["requests"] / entries * 1000
    cells = (
        tracker,
        f"{entries:,}",
        how,
        f"{seconds:.1f}",
        f"{came / seconds:,.0f}" if came else "-",
        f"{found['cpu']:.1f}",
        f"{found['waited']:.1f}",
        f"{found['requests']:,}",
        f"{per:.2f}",
        f"{found['peak_mb']:.0f}",
    )
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    sys.exit(main())
