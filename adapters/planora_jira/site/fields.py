"""Where a site keeps the canonical fields: found by schema, board configuration or mapping, never by number.

Custom fields have another id on every site, and their names are translated and renamed; what stays is
`schema.custom` (https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-fields/).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from planora_sync.adapter import FieldSource, Vocabulary
from planora_sync.names import plain

GH = "com.pyxis.greenhopper.jira"
JPO = "com.atlassian.jpo"
DEFAULTS: Mapping[str, FieldSource] = {
    "sprint": FieldSource(schema=(f"{GH}:gh-sprint",)),
    "rank": FieldSource(schema=(f"{GH}:gh-lexo-rank",)),
    "epic_link": FieldSource(schema=(f"{GH}:gh-epic-link",)),
    "epic_name": FieldSource(schema=(f"{GH}:gh-epic-label",)),
    "parent_link": FieldSource(schema=(f"{JPO}:jpo-custom-field-parent",)),
    "target_start": FieldSource(schema=(f"{JPO}:jpo-custom-field-baseline-start",), name=("project start",)),
    "target_end": FieldSource(schema=(f"{JPO}:jpo-custom-field-baseline-end",), name=("project target",)),
    # Two fields per site are normal: company-managed projects use the one, team-managed ones the other.
    "estimate": FieldSource(
        schema=(f"{GH}:jsw-story-points",), name=("story points", "story point estimate")
    ),
    "start": FieldSource(name=("start date", "startdatum", "date de début", "fecha de inicio")),
    "flagged": FieldSource(name=("flagged", "impediment", "markiert")),
    "team": FieldSource(
        schema=(
            "com.atlassian.jira.plugin.system.customfieldtypes:atlassian-team",
            "com.atlassian.teams:rm-teams-custom-field-team",
        )
    ),
    "theme": FieldSource(name=("theme", "themes")),
    "severity": FieldSource(name=("severity",)),
    "horizon": FieldSource(name=("horizon", "roadmap")),
    "due": FieldSource(id=("duedate",)),
    "priority": FieldSource(id=("priority",)),
}
DATES = frozenset({"date", "datetime"})
CHOICES = frozenset({"option", "array"})
TYPES: Mapping[str, frozenset[str]] = {
    "target_start": frozenset({"date", "datetime", "string"}),
    "target_end": frozenset({"date", "datetime", "string"}),
    "start": DATES,
    "estimate": frozenset({"number"}),
    "flagged": frozenset({"array"}),
    "theme": CHOICES,
    "severity": CHOICES,
    "horizon": CHOICES,
}
"""What a field found by a default name must hold: a text field called `Theme` is something else."""
OPTION_TYPES = frozenset({"option", "option-with-child"})
MOST_PROPERTIES = 40
"""How many further choice fields are read: a site may have hundreds, and a bulk read takes 100 fields."""
SYSTEM = (
    "summary",
    "description",
    "issuetype",
    "project",
    "status",
    "priority",
    "resolution",
    "resolutiondate",
    "statuscategorychangedate",
    "assignee",
    "reporter",
    "labels",
    "components",
    "fixVersions",
    "duedate",
    "created",
    "updated",
    "parent",
    "subtasks",
    "issuelinks",
    "comment",
    "security",
)
"""System fields that an entry is made of. `*all` would cost time and size; the default of a search is `id`."""


@dataclass(frozen=True, kw_only=True)
class FieldDef:
    """A field of the site, as `/field` lists it."""

    id: str
    name: str
    type: str = "any"
    items: str | None = None
    custom: str | None = None
    """`schema.custom`; None for a system field."""
    project: str | None = None
    """Id of the only project that has it (team-managed projects)."""

    @property
    def is_choice(self) -> bool:
        """Return whether people choose its value among options."""
        return self.custom is not None and (
            self.type in OPTION_TYPES or (self.type == "array" and self.items == "option")
        )

    @property
    def is_many(self) -> bool:
        """Return whether it holds several values."""
        return self.type == "array"


@dataclass(frozen=True, kw_only=True)
class FieldMap:
    """Canonical field -> ids of the site's fields that may hold it, in order."""

    ids: Mapping[str, tuple[str, ...]]
    properties: tuple[FieldDef, ...] = ()
    """Further choice fields."""
    left_out: int = 0
    """Choice fields beyond the most that are read."""
    names: Mapping[str, str] = field(default_factory=dict)

    def of(self, name: str) -> tuple[str, ...]:
        """Return the ids of the fields that may hold a canonical field."""
        return self.ids.get(name, ())

    def value(self, fields: Mapping[str, Any], name: str) -> Any:
        """Return the first value that an issue has for a canonical field, or None."""
        return next((fields[id] for id in self.of(name) if fields.get(id) not in (None, "", [])), None)

    def asked(self) -> tuple[str, ...]:
        """Return the ids to ask Jira for, each once, in an order that stays."""
        further = (id for ids in self.ids.values() for id in ids)
        return tuple(dict.fromkeys((*SYSTEM, *further, *(prop.id for prop in self.properties))))


def definitions(rows: Iterable[Mapping[str, Any]]) -> tuple[FieldDef, ...]:
    """Return the fields that `/field` lists, system fields first."""
    found = [_definition(row) for row in rows if row.get("id")]
    return tuple(sorted(found, key=lambda one: one.custom is not None))


def _definition(row: Mapping[str, Any]) -> FieldDef:
    schema = row.get("schema") or {}
    scope = row.get("scope") or {}
    project = (scope.get("project") or {}).get("id") if scope.get("type") == "PROJECT" else None
    custom = schema.get("custom") or ("unknown" if row.get("custom") else None)
    return FieldDef(
        id=str(row["id"]),
        name=str(row.get("name") or row["id"]),
        type=str(schema.get("type") or "any"),
        items=schema.get("items"),
        custom=custom,
        project=str(project) if project else None,
    )


def resolve(
    known: Sequence[FieldDef],
    vocabulary: Vocabulary,
    *,
    project: str | None = None,
    estimates: Sequence[str] = (),
) -> FieldMap:
    """Return where the canonical fields are kept for one project.

    Args:
        known: the site's fields.
        vocabulary: the mapping's word comes first, where it names a field that exists.
        project: id of the project; fields of other team-managed projects are passed over. None takes all.
        estimates: ids of the points fields that the project's boards are configured with.
    """
    there = [one for one in known if project is None or one.project in (None, project)]
    ids: dict[str, tuple[str, ...]] = {}
    for name in dict.fromkeys((*DEFAULTS, *vocabulary.fields)):
        said = _fitting(there, name, _found(there, vocabulary.fields.get(name, FieldSource())))
        found = said or _default(there, name)
        if name == "estimate" and not said:
            present = {one.id for one in there}
            found = [*(id for id in estimates if id in present), *found]
        ids[name] = tuple(dict.fromkeys(found))
    chosen, left_out = _properties(there, ids)
    return FieldMap(ids=ids, properties=chosen, left_out=left_out, names={one.id: one.name for one in known})


def _fitting(there: Sequence[FieldDef], name: str, ids: list[str]) -> list[str]:
    """Return those of several fields of one name that hold what is meant; all where none does."""
    types = TYPES.get(name)
    known = {one.id: one.type for one in there}
    return [id for id in ids if types is None or known[id] in types] or ids


def _default(there: Sequence[FieldDef], name: str) -> list[str]:
    source, types = DEFAULTS.get(name, FieldSource()), TYPES.get(name)
    by_schema = _found(there, FieldSource(id=source.id, schema=source.schema))
    # A custom field may bear a system field's name, or a well-known one and hold something else.
    fitting = [one for one in there if one.custom and (types is None or one.type in types)]
    return by_schema + [id for id in _found(fitting, FieldSource(name=source.name)) if id not in by_schema]


def _found(there: Sequence[FieldDef], source: FieldSource) -> list[str]:
    by_id = [id for id in source.id if any(one.id == id for one in there)]
    by_schema = [one.id for schema in source.schema for one in there if one.custom == schema]
    wanted = [plain(name) for name in source.name]
    by_name = [one.id for name in wanted for one in there if plain(one.name) == name]
    return list(dict.fromkeys([*by_id, *by_schema, *by_name]))


def _properties(
    there: Sequence[FieldDef], ids: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[FieldDef, ...], int]:
    own = {id for name in ("flagged", "sprint") for id in ids.get(name, ())}
    named = {id for found in ids.values() for id in found}
    choices = [one for one in there if one.is_choice and one.id not in own]
    ordered = sorted(choices, key=lambda one: one.id not in named)
    return tuple(ordered[:MOST_PROPERTIES]), max(0, len(ordered) - MOST_PROPERTIES)
