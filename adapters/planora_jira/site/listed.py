"""Whether issues show only what the site is known to have; and what its set-up comes to, in one word.

A status, a type or an option that nobody listed says that what is remembered of the site is out of date.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from planora_jira.site.facts import ProjectFacts
from planora_jira.translation import values
from planora_sync.model import Named, Status

Json = Mapping[str, Any]
CASCADING = "option-with-child"


def listed(
    facts: ProjectFacts, statuses: Iterable[Status], options: Mapping[str, Sequence[Named]]
) -> frozenset[str]:
    """Return all statuses, types and options that a project is known to have."""
    found = {f"status {status.id}" for status in statuses}
    found |= {f"type {row.get('id')}" for row in facts.row.get("issueTypes") or ()}
    return frozenset(found | {f"{id} {one.id}" for id, known in options.items() for one in known})


def shown(rows: Iterable[Json], facts: ProjectFacts, options: Mapping[str, Sequence[Named]]) -> set[str]:
    """Return the statuses, types and options that issues show, where they are listed at all."""
    fields = [id for id in _choices(facts) if options.get(id)]
    found: set[str] = set()
    for row in rows:
        held = row.get("fields")
        if not isinstance(held, Mapping):
            continue
        for word, name in (("status", "status"), ("type", "issuetype")):
            one = held.get(name)
            if isinstance(one, Mapping) and one.get("id"):
                found.add(f"{word} {one['id']}")
        found.update(f"{id} {one.id}" for id in fields if held.get(id) for one in values.chosen(held[id]))
    return found


def _choices(facts: ProjectFacts) -> list[str]:
    # Of a cascading field only the first level is listed.
    return [one.id for one in facts.fields.properties if one.type != CASCADING]


def shape(facts: ProjectFacts, statuses: Sequence[Status], zone: object) -> str | None:
    """Return a word that is another one when issues of a project read differently though none was updated.

    Which fields are read, what statuses and types are called and stand for, in which zone an instant is a day.
    None where the statuses are not known.
    """
    if not statuses:
        return None
    body = [
        sorted(facts.fields.ids.items()),
        [(one.id, one.name) for one in facts.fields.properties],
        sorted((one.id, one.name, one.category) for one in statuses),
        sorted(
            (str(row.get("id")), str(row.get("name")), str(row.get("hierarchyLevel")))
            for row in _types(facts)
        ),
        str(zone),
    ]
    return hashlib.sha256(json.dumps(body).encode()).hexdigest()[:12]


def _types(facts: ProjectFacts) -> Sequence[Json]:
    rows: Sequence[Json] = facts.row.get("issueTypes") or ()
    return rows


def releases(facts: ProjectFacts) -> Mapping[str, str]:
    """Return the releases that are to come and what they are: an issue does not tell that its one is out."""
    return {
        f"v{row['id']}": f"{row.get('name')}|{row.get('releaseDate') or ''}"
        for row in facts.row.get("versions") or ()
        if row.get("id") and not row.get("released") and not row.get("archived")
    }
