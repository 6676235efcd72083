"""What a wheel and an sdist hold: all of the packages, and nothing that is not theirs."""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import pytest

import planora_sync
from tests.packaging.project import ROOT, packages, pyproject

hatchling = pytest.importorskip("hatchling.builders.wheel", reason="the build backend is not installed")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pyproject()
    return _wheel(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from hatchling.builders.sdist import SdistBuilder

    pyproject()
    folder = tmp_path_factory.mktemp("sdist")
    return Path(next(SdistBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])))


def _wheel(project: Path, folder: Path) -> Path:
    builder = hatchling.WheelBuilder(str(project))
    return Path(next(builder.build(directory=str(folder), versions=["standard"])))


def _files(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def _text(wheel: Path, name: str) -> str:
    with zipfile.ZipFile(wheel) as archive:
        found = next(one for one in archive.namelist() if one.endswith(name))
        return archive.read(found).decode()


def test_the_wheel_holds_every_file_of_its_packages(wheel: Path) -> None:
    held = _files(wheel)
    for package in packages():
        wanted = {
            str(PurePosixPath(package.name, *path.relative_to(package).parts))
            for path in package.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
        }
        assert wanted - held == set()


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in _files(wheel)}
    assert tops == {
        *(package.name for package in packages()),
        f"planora_sync-{planora_sync.__version__}.dist-info",
    }
    assert not [name for name in _files(wheel) if name.endswith((".pyc", ".db", ".env"))]


def test_the_wheel_says_what_it_offers(wheel: Path) -> None:
    points = _text(wheel, "entry_points.txt")
    assert "[planora_sync.adapters]" in points
    assert "jira = planora_jira:JiraAdapter" in points
    assert "planora-sync = planora_sync.__main__:main" in points
    metadata = _text(wheel, "METADATA")
    assert f"Version: {planora_sync.__version__}\n" in metadata
    assert "License-Expression: Apache-2.0" in metadata
    assert any(name.endswith("licenses/LICENSE") for name in _files(wheel))


def test_no_two_files_differ_in_case_only(wheel: Path) -> None:
    names = _files(wheel)
    assert len({name.lower() for name in names}) == len(names)


def test_an_sdist_rebuilds_the_same_wheel(wheel: Path, sdist: Path, tmp_path: Path) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (project,) = tmp_path.iterdir()
    again = _wheel(project, tmp_path / "again")
    assert _files(again) == _files(wheel)


def test_the_sdist_brings_its_tests_and_no_leavings(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "README.md", "tests/conftest.py"} <= names
    assert not [
        name for name in names if name.endswith((".pyc", ".db")) or ".venv" in name or ".git/" in name
    ]
