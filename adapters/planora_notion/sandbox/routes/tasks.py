"""Work that is done after the answer."""

from __future__ import annotations

from typing import Any

from planora_notion.sandbox.ask import Ask
from planora_notion.sandbox.errors import not_found
from planora_notion.sandbox.state import Task

SECONDS = 2
"""After so long it is done, and so long Notion asks to wait."""


def retrieve(ask: Ask) -> dict[str, Any]:
    """Return a task, with its result once it is done."""
    task = ask.state.tasks.get(ask.path["id"])
    if task is None:
        raise not_found("async task", ask.path["id"])
    return told(task)


def told(task: Task) -> dict[str, Any]:
    """Return a task as answers show it."""
    created = task.created.strftime("%Y-%m-%dT%H:%M:%S.") + f"{task.created.microsecond // 1000:03d}Z"
    body: dict[str, Any] = {
        "object": "async_task",
        "id": task.id,
        "status": "queued" if task.result is None else "succeeded",
        "status_url": f"https://api.notion.com/v1/async_tasks/{task.id}",
        "created_time": created,
        "operation": {"surface": "rest", "name": task.name},
    }
    return body | ({"poll_after_seconds": SECONDS} if task.result is None else {"result": task.result})
