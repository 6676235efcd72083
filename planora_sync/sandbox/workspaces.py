"""The data files of a sandbox's workspaces."""

from __future__ import annotations

import pickle
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


def read_workspace(package: str, name: str) -> dict[str, Any]:
    """Return a TOML file of the folder `workspaces` of a package; whoever gets it may change it."""
    # Each sandbox begins with these files, and reading TOML takes longer than all the rest of it.
    body: dict[str, Any] = pickle.loads(_parsed(package, name))  # noqa: S301 - made below, in this process
    return body


@cache
def _parsed(package: str, name: str) -> bytes:
    return pickle.dumps(tomllib.loads((files(package) / "workspaces" / name).read_text("utf-8")))
