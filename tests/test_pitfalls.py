"""Each adapter's README says of every fact that can bite which test covers it; the tests it names exist."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HEADING = "## Pitfalls"
LEAST = {"planora_jira": 150, "planora_notion": 60, "planora_trello": 60}
"""How many rows a table has at least."""
NAMED = re.compile(r"`(tests/[\w/]+\.py(?:::\w+)+)`")
REASON = re.compile(r"not done: \S.{10,}")
ADAPTERS = sorted(path.parent.name for path in (ROOT / "adapters").glob("planora_*/README.md"))


def rows(readme: Path) -> list[list[str]]:
    """Return the cells of the table under the heading, without its head."""
    _, found, after = readme.read_text(encoding="utf-8").partition(f"\n{HEADING}\n")
    section = re.split(r"^## ", after, maxsplit=1, flags=re.MULTILINE)[0] if found else ""
    lines = [line.strip() for line in section.splitlines() if line.lstrip().startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@cache
def names(path: Path) -> frozenset[str]:
    """Return the tests of a file: `test_x` and `TestY::test_z`, those of base classes in the same file too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and _is_test(node)}
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    for name, node in classes.items():
        found |= {f"{name}::{test}" for test in _tests(node, classes)}
    return frozenset(found)


def _is_test(node: ast.FunctionDef) -> bool:
    return node.name.startswith("test_")


def _tests(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> set[str]:
    own = {one.name for one in node.body if isinstance(one, ast.FunctionDef) and _is_test(one)}
    own |= {  # `TestX = Machine.TestCase` and its like
        target.id
        for one in node.body
        if isinstance(one, ast.Assign)
        for target in one.targets
        if isinstance(target, ast.Name) and target.id.startswith("test_")
    }
    bases = [base.id for base in node.bases if isinstance(base, ast.Name)]
    return own.union(*(_tests(classes[base], classes) for base in bases if base in classes))


def exists(named: str) -> bool:
    """Return whether a test that a table names is there; a class alone names all of its tests."""
    file, *parts = named.split("::")
    path = ROOT / file
    if not path.is_file():
        return False
    known = names(path)
    wanted = "::".join(parts)
    whole = any(one.startswith(f"{wanted}::") for one in known)
    return wanted in known or whole or f"\n{wanted} = " in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_each_pitfall_has_a_test_or_a_reason(adapter: str) -> None:
    table = rows(ROOT / "adapters" / adapter / "README.md")
    assert len(table) >= LEAST.get(adapter, 10)
    assert [row for row in table if len(row) != 2 or not row[0]] == []
    without = [row[0] for row in table if not NAMED.search(row[1]) and not REASON.search(row[1])]
    assert without == []
    assert len({row[0] for row in table}) == len(table)


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_the_tests_that_a_table_names_exist(adapter: str) -> None:
    table = rows(ROOT / "adapters" / adapter / "README.md")
    named = [one for row in table for one in NAMED.findall(row[-1])]
    assert [one for one in named if not exists(one)] == []


def test_every_backticked_test_is_written_in_the_form_that_is_checked() -> None:
    for adapter in ADAPTERS:
        for row in rows(ROOT / "adapters" / adapter / "README.md"):
            for quoted in re.findall(r"`([^`]*::[^`]*)`", row[-1]):
                assert NAMED.fullmatch(f"`{quoted}`"), (adapter, quoted)


def test_a_name_that_is_not_there_is_noticed() -> None:
    here = "tests/test_pitfalls.py"
    assert exists(f"{here}::test_a_name_that_is_not_there_is_noticed")
    assert not exists(f"{here}::test_that_nobody_wrote")
    assert not exists("tests/test_nowhere.py::test_a_name_that_is_not_there_is_noticed")
