"""Adapters load one by one: a broken one says what is wrong with it and stops no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from planora_sync.adapter import Adapter
from planora_sync.errors import AdapterLoadError, UsageError
from planora_sync.registry import ADAPTERS, SANDBOXES, load_adapter, load_sandbox, names

GOOD = """
from planora_sync.testing import MemoryAdapter

class GoodAdapter(MemoryAdapter):
    tracker = "good"
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder on the path, as site-packages is."""
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def install(site: Path, name: str, source: str, *, attribute: str = "Thing", group: str = ADAPTERS) -> None:
    """Install a distribution that offers one entry point, as pip leaves it behind."""
    module = f"thirdparty_{name.replace('-', '_')}"
    (site / f"{module}.py").write_text(source)
    info = site / f"planora_{module}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: planora-{name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{group}]\n{name} = {module}:{attribute}\n")


def test_a_third_party_adapter_loads(site: Path) -> None:
    install(site, "good", GOOD, attribute="GoodAdapter")
    assert "good" in names()
    loaded = load_adapter("good")
    assert issubclass(loaded, Adapter)
    assert loaded.tracker == "good"


BROKEN = {
    "no-module": ("import a_library_that_is_not_there", "ModuleNotFoundError"),
    "no-syntax": ("def :", "SyntaxError"),
    "no-thing": ("", "AttributeError"),
    "leaves": ("raise SystemExit('install x first')", "SystemExit: install x first"),
    "raises": ("raise KeyError('HOME')", "KeyError"),
    "no-adapter": ("class Thing: ...", "it is no planora_sync.adapter.Adapter"),
    "no-class": ("Thing = 3", "it is no planora_sync.adapter.Adapter"),
    "no-word": (
        "from planora_sync.adapter import Adapter\nclass Thing(Adapter): ...",
        "it declares no capabilities",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_adapter_names_itself_its_package_and_the_cause(site: Path, name: str) -> None:
    source, cause = BROKEN[name]
    install(site, name, source)
    install(site, "good", GOOD, attribute="GoodAdapter")
    assert {name, "good"} <= set(names()), "what does not load is listed all the same"
    with pytest.raises(AdapterLoadError) as caught:
        load_adapter(name)
    assert (caught.value.name, caught.value.distribution) == (name, f"planora-{name}")
    assert cause in str(caught.value)
    assert f"planora-{name}" in caught.value.help()
    assert load_adapter("good").tracker == "good", "one broken adapter stopped another"


def test_an_unknown_name_lists_what_there_is(site: Path) -> None:
    install(site, "good", GOOD, attribute="GoodAdapter")
    with pytest.raises(UsageError, match="No tracker 'linear'") as caught:
        load_adapter("linear")
    assert "good" in caught.value.help()
    assert "jira, notion, trello" in caught.value.help()


def test_a_sandbox_must_be_one(site: Path) -> None:
    install(site, "odd", "class Thing: ...", group=SANDBOXES)
    with pytest.raises(AdapterLoadError, match=r"it is no planora_sync\.sandbox\.Sandbox"):
        load_sandbox("odd")
    with pytest.raises(UsageError):
        load_sandbox("linear")


@pytest.mark.parametrize("name", ["jira", "notion", "trello"])
def test_our_own_load(name: str) -> None:
    assert load_adapter(name).tracker == name
    assert load_sandbox(name).tracker == name
    assert load_sandbox(name).workspaces
