"""Values of single fields as Jira sends them, in our model's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, tzinfo
from typing import Any

from planora_jira.site.fields import FieldDef
from planora_jira.translation import moments
from planora_sync.model import Estimate, Horizon, Link, Named, Person, Property, Release
from planora_sync.periods import period

Json = Mapping[str, Any]


def person(value: Any) -> Person | None:
    """Return an account, or None for none.

    On Cloud its id is the account id, and the e-mail may be hidden; on Data Center it is the user name, which
    is what edits take there.
    """
    if not isinstance(value, Mapping):
        return None
    id = value.get("accountId") or value.get("name") or value.get("key")
    name = value.get("displayName") or id
    if not name:
        return None
    return Person(id=str(id or name), name=str(name), email=value.get("emailAddress") or None)


def is_customer(value: Any) -> bool | None:
    """Return whether an account belongs to a customer of the help portal; None where Jira does not say."""
    kind = value.get("accountType") if isinstance(value, Mapping) else None
    return None if kind in (None, "unknown") else kind == "customer"


def named(value: Any) -> Named | None:
    """Return something with an id and a name, or None; a thing without an id is known by its name."""
    if not isinstance(value, Mapping):
        return None
    name = value.get("name") or value.get("value") or value.get("title") or value.get("id")
    return None if name is None else Named(id=str(value.get("id") or name), name=str(name))


def chosen(value: Any) -> tuple[Named, ...]:
    """Return the chosen options of a select field, single, multiple or cascading."""
    rows = value if isinstance(value, list) else [value]
    found: list[Named] = []
    for row in rows:
        option = named(row) or (Named(id=row, name=row) if isinstance(row, str) and row else None)
        if option is None:
            continue
        child = named(row.get("child")) if isinstance(row, Mapping) else None
        name = f"{option.name} / {child.name}" if child else option.name
        found.append(Named(id=child.id if child else option.id, name=name))
    return tuple(found)


def text(value: Any) -> str | None:
    """Return the words of a value: a text, or the name of its first option."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value) or None
    options = chosen(value)
    return options[0].name if options else None


def points(value: Any) -> Estimate | None:
    """Return an estimate in points, or None for what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return Estimate(value=float(value), unit="points")


def properties(fields: Json, known: Sequence[FieldDef]) -> tuple[Property, ...]:
    """Return the choice fields that hold something, and the components."""
    found = [Property(id=one.id, name=one.name, values=chosen(fields.get(one.id))) for one in known]
    parts = Property(id="components", name="Components", values=chosen(fields.get("components") or []))
    return tuple(prop for prop in (*found, parts) if prop.values)


def links(value: Any) -> tuple[Link, ...]:
    """Return the links to other issues, in an order that stays; a link whose other end is hidden has none."""
    found = set()
    for row in value or ():
        for side in ("outward", "inward"):
            other = row.get(f"{side}Issue") or {}
            if other.get("id"):
                kind = row.get("type") or {}
                found.add((str(kind.get(side) or kind.get("name") or side), str(other["id"])))
    return tuple(Link(kind=kind, target=target) for kind, target in sorted(found))


def release(value: Any) -> Release | None:
    """Return the earliest version that is not out yet, or None."""
    coming = [row for row in value or () if not row.get("released") and not row.get("archived")]
    if not coming:
        return None
    first = min(coming, key=lambda row: (row.get("releaseDate") or "9999", str(row.get("name"))))
    day = first.get("releaseDate")
    return Release(name=str(first.get("name")), day=date.fromisoformat(day) if day else None)


def ends(value: Any, zone: tzinfo) -> tuple[date | None, date | None]:
    """Return start and end of a date field: of a plain date twice itself, of an interval both."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        return moments.interval(value)
    found = moments.day(value, zone)
    return found, found


def horizon(start: date | None, end: date | None, words: str | None, bucket: str | None) -> Horizon | None:
    """Return a horizon of target dates, an option's words, or both; None for neither."""
    span = period(words) if words else None
    if span and start is None and end is None:
        start, end = span
    if start is None and end is None and words is None:
        return None
    return Horizon(bucket=bucket, start=start, end=end, text=words)
