"""Loads adapters and sandboxes by entry point, one by one, so that a broken one stops nobody else."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from planora_sync.adapter import Adapter, Capabilities
from planora_sync.errors import AdapterLoadError, UsageError
from planora_sync.sandbox import Sandbox

ADAPTERS = "planora_sync.adapters"
SANDBOXES = "planora_sync.sandboxes"


def names(group: str = ADAPTERS) -> tuple[str, ...]:
    """Return the names of what is installed, sorted, whether or not it loads."""
    return tuple(sorted({point.name for point in entry_points(group=group)}))


def load_adapter(name: str) -> type[Adapter]:
    """Return the adapter class called `name`; raises UsageError (unknown) or AdapterLoadError (broken)."""
    point = _find(name, ADAPTERS)
    loaded = _load(point)
    if not (isinstance(loaded, type) and issubclass(loaded, Adapter)):
        raise AdapterLoadError(name, _distribution(point), "it is no planora_sync.adapter.Adapter")
    if not isinstance(getattr(loaded, "capabilities", None), Capabilities):
        raise AdapterLoadError(name, _distribution(point), "it declares no capabilities")
    return loaded


def load_sandbox(name: str) -> type[Sandbox]:
    """Return the sandbox class called `name`; raises UsageError (unknown) or AdapterLoadError (broken)."""
    point = _find(name, SANDBOXES)
    loaded = _load(point)
    if not (isinstance(loaded, type) and issubclass(loaded, Sandbox)):
        raise AdapterLoadError(name, _distribution(point), "it is no planora_sync.sandbox.Sandbox")
    return loaded


def _find(name: str, group: str) -> EntryPoint:
    for point in entry_points(group=group, name=name):
        return point
    known = ", ".join(names(group)) or "none"
    raise UsageError(f"No tracker {name!r} is installed.", next_step=f"Installed: {known}.")


def _load(point: EntryPoint) -> object:
    try:
        return point.load()
    except (Exception, SystemExit) as failure:  # some packages leave the program when a dependency is missing
        cause = f"{type(failure).__name__}: {failure}"
        raise AdapterLoadError(point.name, _distribution(point), cause) from failure


def _distribution(point: EntryPoint) -> str:
    return point.dist.name if point.dist else "an unknown distribution"
