"""The mapping of a connection: a preset or a file, what the connection overrides, and places with their own."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from planora_sync.config.collector import Collector, quoted
from planora_sync.errors import ConfigError
from planora_sync.mapping.filed import NO_WORK
from planora_sync.mapping.loading import EXTENDS, FILE, load_preset, merge, preset_names, problems_in
from planora_sync.mapping.preset import ConnectionMapping, Preset
from planora_sync.names import plain
from planora_sync.toml import Path, nearest

NAMES = ("fields", "kinds", "categories", "priorities", "horizons", "sprint_states")
"""What names mean is the same in all places of a connection."""
RULES = ("plan", "filed", "file", "sprint")
"""How entries are filed is a place's own."""


def read_mapping(
    raw: Mapping[str, Any], tracker: str, at: Path, base_dir: pathlib.Path, collector: Collector
) -> ConnectionMapping | None:
    """Return the mapping of the `[connections.NAME]` table `raw`, or None where something in it is wrong."""
    return _Reader(tracker, base_dir, collector).connection(raw, at)


class _Reader:
    def __init__(self, tracker: str, base_dir: pathlib.Path, collector: Collector) -> None:
        self._tracker = tracker
        self._base_dir = base_dir
        self._collector = collector

    def connection(self, raw: Mapping[str, Any], at: Path) -> ConnectionMapping | None:
        names = self._part(raw, NAMES, at)
        rules = self._part(raw, RULES, at)
        if "mapping" not in raw:
            known = preset_names(self._tracker)
            self._collector.problem((*at, "mapping"), "`mapping` is missing", self._instead("", known))
        default = self._preset(raw.get("mapping"), (*at, "mapping"))
        places = raw.get("mappings", {})
        by_place = self._places(places, names or {}, (*at, "mappings")) if isinstance(places, dict) else {}
        if names is None or rules is None or default is None or by_place is None:
            return None
        if default is not NO_WORK:
            default = merge(default, {**names, **rules})
        return ConnectionMapping(default=default, by_place=by_place)

    def _part(self, raw: Mapping[str, Any], keys: tuple[str, ...], at: Path) -> Mapping[str, Any] | None:
        """Return the parts of a mapping in a table; None where something is wrong with them."""
        part = {key: raw[key] for key in keys if key in raw}
        found = problems_in(part, self._collector.document, at)
        self._collector.problems(found)
        return None if found else part

    def _places(
        self, raw: Mapping[str, Any], names: Mapping[str, Any], at: Path
    ) -> Mapping[str, Preset] | None:
        found: dict[str, Preset | None] = {}
        seen: dict[str, str] = {}
        for place, said in raw.items():
            if plain(place) in seen:
                twice = f"`{place}` and `{seen[plain(place)]}` are the same place"
                self._collector.problem((*at, place), twice, "Keep one of them.")
            seen[plain(place)] = place
            found[place] = self._place(said, names, (*at, place))
        known = {place: preset for place, preset in found.items() if preset is not None}
        return known if len(known) == len(found) else None

    def _place(self, said: object, names: Mapping[str, Any], at: Path) -> Preset | None:
        if not isinstance(said, str | dict):
            instead = 'Write a preset (`"jira-kanban"`), `"file:PATH"`, `"none"`, or a table.'
            self._collector.problem(at, "this is no mapping", instead)
            return None
        if isinstance(said, str):
            preset = self._preset(said, at)
            return preset if preset in (None, NO_WORK) else merge(preset, names)
        own = {key: value for key, value in said.items() if key != EXTENDS}
        found = problems_in(own, self._collector.document, at)
        self._collector.problems(found)
        base = (
            self._preset(said[EXTENDS], (*at, EXTENDS)) if EXTENDS in said else Preset(tracker=self._tracker)
        )
        return None if found or base is None else merge(merge(base, names), own)

    def _preset(self, said: object, at: Path) -> Preset | None:
        if not isinstance(said, str):
            return None  # a missing or wrongly typed name is said elsewhere
        try:
            preset = load_preset(said, self._base_dir)
        except ConfigError as failure:
            refused = failure
        else:
            return self._fitting(preset, said, at)
        if said.startswith(FILE):
            here = self._collector.document.where(at)
            self._collector.problems(
                replace(each, where=f"{here}: {refused.path}, {each.where}") for each in refused.problems
            )
        else:
            known = preset_names(self._tracker) or preset_names()
            self._collector.problem(at, f"there is no mapping {quoted(said)}", self._instead(said, known))
        return None

    def _fitting(self, preset: Preset, said: str, at: Path) -> Preset | None:
        if preset.tracker in ("", self._tracker):
            return preset
        known = preset_names(self._tracker)
        self._collector.problem(
            at,
            f"`{said}` is a mapping for {preset.tracker}, not for {self._tracker}",
            self._instead("", known),
        )
        return None

    def _instead(self, said: str, known: tuple[str, ...]) -> str:
        presets = f"Presets: {', '.join(known)}." if known else "There is no preset for this tracker."
        hint = nearest(said, known) if said else ""
        return (
            f"{hint if hint.startswith('Did') else ''} {presets} A mapping of your own: `file:PATH`.".strip()
        )
