"""Opens what a command works on: the configuration and the store."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from planora_sync.config import Config, load_config
from planora_sync.runs.workspace import Workspace


def configuration(ctx: click.Context) -> Config:
    """Return the configuration that `--config` names; its warnings go to stderr. Raises ConfigError."""
    path = Path(ctx.obj["config"])
    config = load_config(path, env=os.environ)
    for warning in config.warnings:
        click.echo(f"warning: {warning}", err=True)
    return config


@contextmanager
def workspace(ctx: click.Context) -> Iterator[Workspace]:
    """Give the workspace for as long as a command works on it."""
    with Workspace(configuration(ctx)) as opened:
        yield opened
