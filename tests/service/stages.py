"""A demo without sockets, standing anywhere in time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from planora_sync.config import load_config
from planora_sync.runs.workspace import Workspace
from planora_sync.sandbox import Sandbox
from planora_sync.service.demo import CONNECTIONS, WORKSPACE, Demo
from planora_sync.service.demo_folder import fresh_folder, write_config
from planora_sync.service.measure import Written
from planora_sync.service.serving import Served
from planora_sync.service.stand_ins import stand_in


@contextmanager
def demo_at(
    moment: datetime, folder: Path, written: Written | None = None
) -> Iterator[tuple[Demo, Mapping[str, Sandbox]]]:
    """Give a demo whose clock stands still, and its stand-ins by connection.

    Args:
        moment: aware UTC.
        folder: where it works.
        written: what its author is to have said, where that is not what stands beside the data.
    """
    fresh_folder(folder)
    sandboxes = {
        name: stand_in(tracker, WORKSPACE, now=lambda: moment) for name, tracker in CONNECTIONS.items()
    }
    served = [
        (name, Served(sandbox=one, url=f"http://{one.tracker}.test")) for name, one in sandboxes.items()
    ]
    config = load_config(write_config(folder, served), env={})
    apps = {name: one.app for name, one in sandboxes.items()}
    truth = {name: one.expected() for name, one in sandboxes.items()}
    with Workspace(config, now=lambda: moment, apps=apps, sleep=lambda seconds: None) as workspace:
        yield Demo(workspace, folder, truth if written is None else written), sandboxes
