"""Issues as entries though a value of a further field cannot be understood: read without it, which is said.

One date with a year of five digits, or a field of an app that bears a well-known name and holds something else,
would else keep its issue out of every pull, and make each census incomplete.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from planora_jira.translation import wire
from planora_jira.translation.wire import UNTRANSLATABLE, Lens
from planora_sync.model import Entry

Json = Mapping[str, Any]
FURTHER = frozenset({"fixVersions", "issuelinks", "comment", "description", "statuscategorychangedate"})
"""System fields without which an issue is still what it is; of custom fields all but those in `DECISIVE`."""
DECISIVE = ("sprint", "epic_link", "parent_link", "epic_name")
"""Without these it would seem to be filed elsewhere: then it is left out."""


def entry(row: Json, lens: Lens) -> tuple[Entry, tuple[str, ...]]:
    """Return an issue as an entry, and the names of the fields that it was read without.

    Raises one of UNTRANSLATABLE where what cannot be understood is none of those that can be done without.
    """
    try:
        return wire.entry(row, lens), ()
    except UNTRANSLATABLE:
        further = _further(row, lens)
        odd = [id for id in further if not _is_clear(row, lens, further - {id})]
        if not odd:
            raise
    found = wire.entry(_without(row, odd), lens)
    names = tuple(sorted(f"{lens.fields.names.get(id, id)} ({id})" for id in odd))
    return (found.model_copy(update={"raw": dict(row)}) if lens.keep_raw else found), names


def _further(row: Json, lens: Lens) -> frozenset[str]:
    fields = row.get("fields")
    if not isinstance(fields, Mapping):
        return frozenset()
    decisive = {id for name in DECISIVE for id in lens.fields.of(name)}
    return frozenset(
        id for id in fields if id in FURTHER or (id.startswith("customfield_") and id not in decisive)
    )


def _is_clear(row: Json, lens: Lens, without: Collection[str]) -> bool:
    try:
        wire.entry(_without(row, without), lens)
    except UNTRANSLATABLE:
        return False
    return True


def _without(row: Json, ids: Collection[str]) -> Json:
    return {**row, "fields": {id: value for id, value in row["fields"].items() if id not in ids}}
