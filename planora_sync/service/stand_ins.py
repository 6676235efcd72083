"""Loads stand-ins of trackers, and writes the configuration that reads them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path

from planora_sync.errors import UsageError
from planora_sync.registry import SANDBOXES, load_sandbox, names
from planora_sync.sandbox import Sandbox
from planora_sync.service.serving import Served
from planora_sync.service.spelling import spell_table

CLOUD = "cloud"
HEADER = (
    "# Written by `planora-sync sandbox`: reads stand-ins on this machine. Their tokens open nothing else.\n"
)


def stand_in(
    tracker: str, workspace: str, *, now: Callable[[], datetime], deployment: str = CLOUD
) -> Sandbox:
    """Return a stand-in with a workspace in it.

    Raises UsageError for a tracker, workspace or deployment that there is none of, AdapterLoadError.
    """
    kind = load_sandbox(tracker)
    known = workspaces(kind)
    if workspace not in known:
        raise UsageError(
            f"The stand-in of {tracker} has no workspace {workspace!r}.",
            next_step=f"It has {', '.join(known)}; `planora-sync sandbox --list` lists all.",
        )
    if deployment == CLOUD:
        return kind(workspace, now=now)
    if "deployment" not in inspect.signature(kind).parameters:
        raise UsageError(
            f"There is no {deployment} of {tracker}.",
            next_step="Leave --deployment out, or serve jira alone.",
        )
    return kind(workspace, now=now, deployment=deployment)  # type: ignore[call-arg]


def trackers() -> tuple[str, ...]:
    """Return the trackers that have a stand-in."""
    return names(SANDBOXES)


def workspaces(kind: type[Sandbox]) -> tuple[str, ...]:
    """Return the workspaces of a stand-in: those it names, and the empty one that each has."""
    return tuple(dict.fromkeys((*kind.workspaces, "empty")))


def configuration(served: Iterable[Served]) -> str:
    """Return a configuration with one read-only connection a stand-in, called as its tracker."""
    tables = [
        spell_table(("connections", one.sandbox.tracker), connection_table(one, read_only=True))
        for one in served
    ]
    return "\n".join([HEADER, *tables])


def connection_table(served: Served, *, read_only: bool) -> Mapping[str, object]:
    """Return the table of a connection that reads a stand-in."""
    return {**served.sandbox.connection(served.url), "read_only": read_only}


def write_configuration(path: Path, text: str) -> None:
    """Write a configuration that `configuration` made.

    Raises UsageError where a file is there that was not written so: it may hold somebody's connections.
    """
    try:
        if path.exists() and not path.read_text("utf-8", "replace").startswith(HEADER):
            raise UsageError(f"{path} is there already.", next_step="Name another file with --config-out.")
        path.write_text(text, "utf-8")
    except OSError as failure:
        raise UsageError(f"{path} cannot be written: {failure.strerror}.") from failure
