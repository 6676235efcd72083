"""Rows of a sprint data source to sprints; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date

from planora_notion.site.layout import Layout
from planora_notion.site.lexicon import Lexicon
from planora_notion.site.schema import Json
from planora_notion.translation import values
from planora_notion.translation.family import title_of
from planora_notion.translation.moments import Span
from planora_notion.translation.words import FLAGS
from planora_sync.model import Sprint, SprintState
from planora_sync.names import plain


def sprints(
    rows: Iterable[Json], layout: Layout, lexicon: Lexicon, today: date, board: str | None
) -> dict[str, Sprint]:
    """Return the sprints by page id; future ones ranked, the one that says "next" first.

    The state is that of its status, by name or group; without a status its dates say it.
    """
    found = [
        (row, _sprint(row, layout, lexicon, today, board)) for row in rows if row.get("object") == "page"
    ]
    future = [(row, one) for row, one in found if one.state is SprintState.FUTURE]
    order = sorted(future, key=lambda pair: _order(pair[0], pair[1], layout))
    ranks = {one.id: rank for rank, (_, one) in enumerate(order, start=1)}
    return {one.id: one.model_copy(update={"rank": ranks.get(one.id, 0)}) for _, one in found}


def digests(known: Mapping[str, Sprint]) -> dict[str, str]:
    """Return a short hash of each open sprint: what changes it changes the entries that are in it."""
    return {
        id: hashlib.sha256(one.model_dump_json().encode()).hexdigest()[:8]
        for id, one in known.items()
        if one.state is not SprintState.CLOSED
    }


def _sprint(row: Json, layout: Layout, lexicon: Lexicon, today: date, board: str | None) -> Sprint:
    span = values.span(values.find(row, layout.get("sprint_dates")))
    return Sprint(
        id=str(row["id"]),
        name=title_of(row) or str(row["id"]),
        state=_state(row, layout, lexicon, span, today),
        board=board,
        start=span.first if span else None,
        end=span.last if span else None,
    )


def _state(row: Json, layout: Layout, lexicon: Lexicon, span: Span | None, today: date) -> SprintState:
    prop = layout.get("sprint_status")
    chosen = next(iter(values.choices(values.find(row, prop))), None)
    if prop and chosen:
        option = prop.option(chosen.id, chosen.name)
        return lexicon.sprint_state(chosen.name, option.group if option else None)
    if span is None or span.first > today:
        return SprintState.FUTURE
    return SprintState.CLOSED if span.last and span.last < today else SprintState.ACTIVE


def _order(row: Json, sprint: Sprint, layout: Layout) -> tuple[bool, date, str, str]:
    chosen = values.choices(values.find(row, layout.get("sprint_status")))
    says_next = any(plain(one.name) in FLAGS["next_sprint"] for one in chosen)
    return (not says_next, sprint.start or date.max, str(row.get("created_time") or ""), sprint.id)
