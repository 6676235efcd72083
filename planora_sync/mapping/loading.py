"""Reads mappings: presets that ship with the product, files of the team, and what a connection overrides.

A mapping file may begin with `extends = "jira-scrum"`: then only what differs stands in it.
"""

from __future__ import annotations

import functools
import pathlib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from pydantic import ValidationError

from planora_sync.adapter import FieldSource, Vocabulary
from planora_sync.errors import ConfigError, ConfigProblem
from planora_sync.mapping.filed import NO_WORK
from planora_sync.mapping.preset import Preset
from planora_sync.names import Globs, plain
from planora_sync.toml import Document, explain, nearest, parse, read

FILE = "file:"
EXTENDS = "extends"
NONE = NO_WORK.name
TABLES = ("fields", "kinds", "categories", "priorities", "horizons", "sprint_states", "plan")
"""Tables that are merged key by key; what comes on top comes first, for the first glob that fits counts."""
LISTS = ("filed", "sprint")
"""Lists that are put before those they extend: the first rule that fits counts."""


@functools.cache
def preset_names(tracker: str = "") -> tuple[str, ...]:
    """Return the names of the presets that ship, of one tracker or of all, sorted."""
    folder = files("planora_mappings")
    names = sorted(
        item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")
    )
    return tuple(name for name in names if not tracker or shipped(name).tracker == tracker)


def load_preset(name: str, base_dir: pathlib.Path | None = None) -> Preset:
    """Return a mapping: a preset by name, `file:PATH`, or `none` for a place that holds no work.

    Args:
        name: what the configuration says.
        base_dir: the folder that a relative PATH starts from; by default the current one.

    Raises ConfigError with everything wrong in the file.
    """
    return _load(name, base_dir or pathlib.Path(), ())


def merge(preset: Preset, overrides: Mapping[str, Any]) -> Preset:
    """Return a mapping with parts of it replaced, as `[connections.NAME.plan]` and the like do.

    Tables are merged key by key, lists of rules come before those of the mapping. Raises pydantic's
    ValidationError; check the overrides alone with `problems_in` first.
    """
    base = preset.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return Preset.model_validate(_merged(base, overrides))


def problems_in(
    overrides: Mapping[str, Any], document: Document, at: tuple[str | int, ...]
) -> list[ConfigProblem]:
    """Return everything wrong with parts of a mapping that stand in another file."""
    try:
        Preset.model_validate(overrides)
    except ValidationError as failure:
        return explain(failure, Preset, document, at)
    return []


def vocabulary(preset: Preset) -> Vocabulary:
    """Return the part of a mapping that an adapter translates by."""
    return Vocabulary(
        fields={
            name: FieldSource(id=at.id, schema=at.schema_, name=at.name) for name, at in preset.fields.items()
        },
        kinds=Globs(_plainly(preset.kinds)),
        categories=Globs(_plainly(preset.categories)),
        priorities=Globs(_plainly(preset.priorities)),
        horizons=Globs(_plainly(preset.horizons)),
        sprint_states=Globs(_plainly(preset.sprint_states)),
    )


@functools.cache
def shipped(name: str) -> Preset:
    """Return a preset that ships, by its name; raises KeyError where there is none."""
    file = files("planora_mappings") / f"{name}.toml"
    if not file.is_file():
        raise KeyError(name)
    return _validated(parse(file.read_text("utf-8"), f"{name}.toml"), name)


def _load(name: str, base_dir: pathlib.Path, seen: tuple[pathlib.Path, ...]) -> Preset:
    if name == NONE:
        return NO_WORK
    if name.startswith(FILE):
        return _from_file(name.removeprefix(FILE).strip(), base_dir, seen)
    if name in preset_names():
        return shipped(name)
    problem = ConfigProblem(
        where="mapping",
        what=f"there is no preset {name!r}",
        instead=f"{nearest(name, preset_names())} A mapping of your own is `file:PATH`.",
    )
    raise ConfigError("mapping", [problem])


def _from_file(text: str, base_dir: pathlib.Path, seen: tuple[pathlib.Path, ...]) -> Preset:
    path = (base_dir / pathlib.Path(text).expanduser()).resolve()
    if path in seen:
        raise _file_error(path, "it extends itself", "Extend a preset, or another file.")
    try:
        document = read(path, str(path))
    except OSError as failure:
        reason = failure.strerror or type(failure).__name__
    else:
        return _from_document(document, path, seen)
    raise _file_error(path, f"it cannot be read: {reason}", "Correct the path.")


def _from_document(document: Document, path: pathlib.Path, seen: tuple[pathlib.Path, ...]) -> Preset:
    own = {key: value for key, value in document.data.items() if key != EXTENDS}
    mapping = _validated(document, path.stem, own)
    if EXTENDS not in document.data:
        return mapping
    return _extended(document, own, path, (*seen, path)).model_copy(update={"name": path.stem})


def _extended(
    document: Document, own: Mapping[str, Any], path: pathlib.Path, seen: tuple[pathlib.Path, ...]
) -> Preset:
    base = document.data[EXTENDS]
    if not isinstance(base, str):
        problem = document.problem((EXTENDS,), "`extends` must be a text", 'Write `extends = "jira-scrum"`.')
        raise ConfigError(document.name, [problem])
    try:
        return merge(_load(base, path.parent, seen), own)
    except ConfigError as failure:
        if failure.path != "mapping":
            raise
        # The name is wrong, and it stands here.
        found = [document.problem((EXTENDS,), each.what, each.instead) for each in failure.problems]
    raise ConfigError(document.name, found)


def _file_error(path: pathlib.Path, what: str, instead: str) -> ConfigError:
    return ConfigError(str(path), [ConfigProblem(where=str(path), what=what, instead=instead)])


def _validated(document: Document, name: str, data: Mapping[str, Any] | None = None) -> Preset:
    try:
        return Preset.model_validate(document.data if data is None else data).model_copy(
            update={"name": name}
        )
    except ValidationError as failure:
        found = explain(failure, Preset, document)
    raise ConfigError(document.name, found)


def _merged(base: Mapping[str, Any], top: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**base, **{key: value for key, value in top.items() if key not in (*TABLES, *LISTS, "file")}}
    for key in TABLES:
        merged[key] = _on_top(base.get(key, {}), top.get(key, {}))
    for key in LISTS:
        merged[key] = [*top.get(key, ()), *base.get(key, ())]
    layers = {**base.get("file", {}), **top.get("file", {})}
    below, above = base.get("file", {}), top.get("file", {})
    merged["file"] = {layer: _on_top(below.get(layer, {}), above.get(layer, {})) for layer in layers}
    return merged


def _on_top(base: Mapping[str, Any], top: Mapping[str, Any]) -> dict[str, Any]:
    taken = {plain(key) for key in top}
    return {**top, **{key: value for key, value in base.items() if plain(key) not in taken}}


def _plainly(table: Mapping[str, str]) -> dict[str, str]:
    return {plain(name): str(value) for name, value in table.items()}
