"""What pyproject.toml lists twice agrees, with itself and with the folders."""

from __future__ import annotations

import importlib
from importlib.metadata import entry_points, version

import pytest

import planora_sync
from planora_sync.registry import ADAPTERS, SANDBOXES
from tests.packaging.project import ROOT, packages, pyproject


def _adapters() -> set[str]:
    pyproject()
    folders = (path for path in (ROOT / "adapters").iterdir() if (path / "__init__.py").exists())
    return {path.name for path in folders}


def test_each_adapter_is_packed_and_has_its_entry_points() -> None:
    listed = {path.name for path in packages() if path.parent.name == "adapters"}
    points = pyproject()["project"]["entry-points"]
    assert listed == _adapters()
    assert {value.partition(":")[0] for value in points[ADAPTERS].values()} == _adapters()
    assert {value.partition(":")[0] for value in points[SANDBOXES].values()} == {
        f"{name}.sandbox" for name in _adapters()
    }
    assert {f"planora_{name}" for name in points[ADAPTERS]} == _adapters()
    assert set(points[ADAPTERS]) == set(points[SANDBOXES])


def test_each_package_is_typed_and_there() -> None:
    for path in packages():
        assert (path / "__init__.py").exists(), path
        assert (path / "py.typed").exists(), f"{path} does not say that it is typed"


def test_every_folder_of_a_package_is_a_package() -> None:
    holding = {path.parent for package in packages() for path in package.rglob("*.py")}
    missing = {folder for folder in holding if not (folder / "__init__.py").exists()}
    # Migrations are scripts that alembic loads by their path.
    assert not [folder for folder in missing if "migrations" not in folder.parts]


def test_tools_look_at_all_packages() -> None:
    tools = pyproject()["tool"]
    names = {path.name for path in packages()}
    assert set(tools["importlinter"]["root_packages"]) == names
    assert tools["mypy"]["strict"] is True
    assert tools["mypy"]["explicit_package_bases"] is True, "two test modules of one name stop mypy"
    assert {"planora_sync", "adapters", "mappings", "tests"} <= set(tools["mypy"]["files"])
    assert set(tools["coverage"]["run"]["source"]) >= names - {"planora_mappings"}
    assert "--import-mode=importlib" in tools["pytest"]["ini_options"]["addopts"]


def test_the_core_may_import_no_adapter() -> None:
    banned = pyproject()["tool"]["ruff"]["lint"]["flake8-tidy-imports"]["banned-api"]
    assert _adapters() | {"adapters", "mappings"} <= set(banned)


def test_the_version_is_written_in_one_place() -> None:
    project = pyproject()
    assert "version" not in project["project"]
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["hatch"]["version"]["path"] == "planora_sync/__init__.py"
    assert version("planora-sync") == planora_sync.__version__


@pytest.mark.parametrize("group", [ADAPTERS, SANDBOXES])
def test_what_is_installed_is_what_is_listed(group: str) -> None:
    listed = pyproject()["project"]["entry-points"][group]
    installed = {point.name: point.value for point in entry_points(group=group)}
    assert listed.items() <= installed.items()


def test_the_contract_suite_shows_its_values() -> None:
    for name in ("reading", "writing", "creating", "incremental", "trouble", "faults", "base"):
        module = importlib.import_module(f"planora_sync.testing.contract.{name}")
        assert "@pytest_ar" in vars(module), f"assertions of {module.__name__} are not rewritten"
