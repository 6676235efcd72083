"""Which property of a data source keeps which canonical field; pure.

What the mapping names comes first. A field that it does not name is looked for by well-known names and
types, among the properties that no field took yet, so that no property is read twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from planora_notion.site.schema import Prop, Schema, decoded
from planora_notion.translation.names import loose
from planora_notion.translation.words import PROPERTIES
from planora_sync.adapter import FieldSource, Vocabulary
from planora_sync.names import fits

OWN_WRITES = frozenset({"status", "type", "labels"})
"""Choices that a correction sets by a field of their own, and not as a property."""
CHOICES = frozenset({"select", "status", "multi_select", "checkbox"})
DATES = ("start", "due", "dates", "target", "target_start", "target_end")
OF_SPRINTS = ("sprint_status", "sprint_dates")


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where a data source keeps what."""

    schema: Schema
    fields: Mapping[str, Prop]
    children: tuple[Prop, ...] = ()
    """Relations that list what is below an entry."""

    def get(self, field: str) -> Prop | None:
        """Return the property that keeps a canonical field, or None."""
        return self.fields.get(field)

    @property
    def choices(self) -> tuple[Prop, ...]:
        """Return the choice properties and checkboxes that an entry shows as properties."""
        own = {self.fields[field].id for field in OWN_WRITES if field in self.fields}
        return tuple(p for p in self.schema.props.values() if p.type in CHOICES and p.id not in own)

    @property
    def links(self) -> tuple[Prop, ...]:
        """Return the relations and addresses that are no canonical field: links to what is elsewhere."""
        taken = {prop.id for prop in (*self.fields.values(), *self.children)}
        return tuple(
            p for p in self.schema.props.values() if p.type in ("relation", "url") and p.id not in taken
        )


def build(schema: Schema, vocabulary: Vocabulary) -> Layout:
    """Return the layout of a data source that holds entries."""
    fields = _named(schema, vocabulary)
    for field in PROPERTIES:
        if field not in fields and field not in OF_SPRINTS:
            _give(fields, field, _well_known(schema, field, fields))
    _give(fields, "status", _only(schema, fields, "status", ("status",)))
    _settle_people(schema, fields, vocabulary)
    if not any(name in vocabulary.fields or name in fields for name in DATES):
        _give(fields, "dates", _only(schema, fields, "dates", ("date",), alone=True))
    _settle_family(schema, fields)
    below = fields.pop("children", None)
    return Layout(schema=schema, fields=fields, children=(below,) if below else ())


def build_sprints(schema: Schema, vocabulary: Vocabulary) -> Layout:
    """Return the layout of a data source that holds sprints."""
    fields = {f: p for f, p in _named(schema, vocabulary).items() if f in (*OF_SPRINTS, "title")}
    for field, types in (("sprint_status", ("status",)), ("sprint_dates", ("date",)), ("title", ("title",))):
        if field not in fields:
            _give(fields, field, _well_known(schema, field, fields))
        _give(fields, field, _only(schema, fields, field, types))
    return Layout(schema=schema, fields=fields)


def with_children(layouts: Iterable[Layout]) -> tuple[Layout, ...]:
    """Return the layouts, each with those relations as children whose other side is a parent or project."""
    known = tuple(layouts)
    up = {
        (layout.schema.id, prop.id)
        for layout in known
        for field in ("parent", "project")
        if (prop := layout.get(field))
    }
    return tuple(replace(layout, children=_below(layout, up)) for layout in known)


def _below(layout: Layout, up: set[tuple[str, str]]) -> tuple[Prop, ...]:
    taken = {prop.id for prop in layout.fields.values()}
    twins = [
        prop
        for prop in layout.schema.props.values()
        if prop.type == "relation" and prop.id not in taken and (prop.target or "", prop.twin or "") in up
    ]
    return tuple({prop.id: prop for prop in (*layout.children, *twins)}.values())


def _named(schema: Schema, vocabulary: Vocabulary) -> dict[str, Prop]:
    """Return what the mapping names and this data source has."""
    found: dict[str, Prop] = {}
    for field, known in PROPERTIES.items():
        source = vocabulary.fields.get(field)
        prop = _at(schema, source, known.types) if source else None
        if prop:
            found[field] = prop
    return found


def _at(schema: Schema, source: FieldSource, types: frozenset[str]) -> Prop | None:
    fitting = [prop for prop in schema.props.values() if prop.type in types]
    for id in source.id:
        by_id = next((prop for prop in fitting if prop.id in (id, decoded(id))), None)
        if by_id:
            return by_id
    for kind in source.schema:
        by_type = next((prop for prop in fitting if prop.type == kind), None)
        if by_type:
            return by_type
    for name in source.name:
        by_name = next((prop for prop in fitting if _called(prop, name)), None)
        if by_name:
            return by_name
    return None


def _called(prop: Prop, name: str) -> bool:
    return loose(prop.name) == loose(name) or fits(prop.name, name)


def _well_known(schema: Schema, field: str, taken: Mapping[str, Prop]) -> Prop | None:
    known = PROPERTIES[field]
    free = [prop for prop in _free(schema, taken) if prop.type in known.types]
    for name in known.names:
        for prop in free:
            if loose(prop.name) == name:
                return prop
    return free[0] if field == "title" and free else None


def _only(
    schema: Schema, taken: Mapping[str, Prop], field: str, types: tuple[str, ...], *, alone: bool = False
) -> Prop | None:
    """Return the first free property of a type; with `alone` only where it is the only one."""
    if field in taken:
        return None
    free = [prop for prop in _free(schema, taken) if prop.type in types]
    return free[0] if len(free) == 1 or (free and not alone) else None


def _free(schema: Schema, taken: Mapping[str, Prop]) -> list[Prop]:
    ids = {prop.id for prop in taken.values()}
    return [prop for prop in schema.props.values() if prop.id not in ids]


def _give(fields: dict[str, Prop], field: str, prop: Prop | None) -> None:
    if prop and field not in fields:
        fields[field] = prop


def _settle_people(schema: Schema, fields: dict[str, Prop], vocabulary: Vocabulary) -> None:
    """Keep an owner apart from the assignees only where the data source does, or the mapping says so."""
    if "assignees" not in fields and "owner" in fields and "owner" not in vocabulary.fields:
        fields["assignees"] = fields.pop("owner")
    if not {"assignees", "owner"} & fields.keys():
        _give(fields, "assignees", _only(schema, fields, "assignees", ("people",), alone=True))


def _settle_family(schema: Schema, fields: dict[str, Prop]) -> None:
    """Find the other side of a self-relation by the schema: its name may be in any language."""
    parent, below = fields.get("parent"), fields.get("children")
    if parent and parent.target == schema.id and parent.twin and not below:
        _give(fields, "children", schema.props.get(parent.twin))
    if below and below.target == schema.id and below.twin and not parent:
        _give(fields, "parent", schema.props.get(below.twin))
