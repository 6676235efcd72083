"""Serves a cached stand-in in a process of its own: says its connection on the first line, then answers.

python -m cached.serve TRACKER ENTRIES
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime

from cached import jira, notion, trello
from cached.stage import Stage
from planora_sync.http.serving import served
from planora_sync.registry import load_sandbox

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
STAGES: dict[str, tuple[type[Stage], str, dict[str, object]]] = {
    "jira": (jira.JiraStage, jira.WORKSPACE, {}),
    "notion": (notion.NotionStage, notion.WORKSPACE, {}),
    "trello": (trello.TrelloStage, trello.WORKSPACE, {"boards": ["Big *"]}),
}


def main(tracker: str, entries: int) -> None:
    """Serve until standard input ends."""
    kind, workspace, changed = STAGES[tracker]
    sandbox = load_sandbox(tracker)(workspace, now=lambda: NOW)
    with served(kind(sandbox.app, entries), name=tracker) as url:  # type: ignore[call-arg]
        print(json.dumps({"url": url, "connection": {**sandbox.connection(url), **changed}}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
