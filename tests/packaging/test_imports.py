"""Imports that an editable install lets through and a wheel does not, or that make a second copy of a class."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.packaging.project import ROOT, SHIPPED, importing, imports, pyproject, sources

ALL = (*SHIPPED, "tests", "tools", "benchmarks")


def test_nothing_is_imported_through_a_folder_of_the_checkout() -> None:
    pyproject()
    assert not importing(sources(*ALL), "adapters", "mappings")


def test_no_shipped_module_imports_tests() -> None:
    pyproject()
    assert not importing(sources(*SHIPPED), "tests", "tools", "benchmarks")


def test_the_core_imports_no_adapter() -> None:
    pyproject()
    assert not importing(sources("planora_sync"), "planora_jira", "planora_notion", "planora_trello")


def test_adapters_do_not_know_each_other() -> None:
    pyproject()
    names = {path.name for path in (ROOT / "adapters").iterdir() if (path / "__init__.py").exists()}
    for name in names:
        assert not importing(sources(f"adapters/{name}"), *(names - {name}))


def test_only_the_testing_package_needs_pytest() -> None:
    pyproject()
    testing = ROOT / "planora_sync" / "testing"
    others = [path for path in sources(*SHIPPED) if testing not in path.parents]
    assert not importing(others, "pytest", "hypothesis", "_pytest", "planora_sync.testing")


def test_imports_are_absolute() -> None:
    pyproject()
    assert not [path for path in sources(*ALL) for _, name in imports(path) if name.startswith(".")]


def test_there_is_no_second_copy_of_a_class() -> None:
    doubled = {name for name in sys.modules if name.partition(".")[0] in {"adapters", "mappings"}}
    assert not doubled, "some test imported a package by its folder"


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    source = tmp_path / "x.py"
    source.write_text(
        "def f():\n    from adapters.planora_jira import x\nimport mappings as m, os\nfrom . import y\n"
    )
    assert sorted(name for _, name in imports(source)) == [".", "adapters.planora_jira", "mappings", "os"]
