"""The project as its files say it is."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ("planora_sync", "adapters", "mappings")


def pyproject() -> dict[str, Any]:
    """Return pyproject.toml; skips where the tests stand apart from the project."""
    path = ROOT / "pyproject.toml"
    if not path.exists():
        pytest.skip("the tests stand apart from the project's files")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def packages() -> list[Path]:
    """Return the folders of the packages that the wheel is said to hold."""
    listed = pyproject()["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    return [ROOT / one for one in listed]


def sources(*tops: str) -> list[Path]:
    """Return the Python files below these folders."""
    return sorted(path for top in tops for path in (ROOT / top).rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Give each module that a file imports, anywhere in it, with its line; relative ones begin with a dot."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        match node:
            case ast.Import():
                yield from ((node.lineno, alias.name) for alias in node.names)
            case ast.ImportFrom():
                yield node.lineno, "." * node.level + (node.module or "")


def importing(paths: list[Path], *roots: str) -> list[str]:
    """Return where one of these top-level packages (or a dotted module and what is below it) is imported."""
    return [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in paths
        for line, name in imports(path)
        if any(name == root or name.startswith(f"{root}.") for root in roots)
    ]
