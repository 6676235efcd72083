"""Translates a card as Trello's REST API gives it into an entry; pure, and lenient about fields it misses.

Trello adds fields to its answers monthly and leaves out others in older boards, so that nothing but `id`,
`idList` and the shape of what is there is relied on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from planora_sync.model import (
    Category,
    Entry,
    Estimate,
    Horizon,
    Kind,
    Link,
    Named,
    Person,
    PlaceRef,
    Priority,
    Property,
    Ref,
    Release,
    Status,
)
from planora_sync.names import plain as fold
from planora_trello.site.board import DUE_COMPLETE, Board, BoardList, is_shown, label_of
from planora_trello.site.lexicon import Lexicon, strongest
from planora_trello.translation import words
from planora_trello.translation.markup import OWN_LINK, plain, short_address
from planora_trello.translation.names import bare
from planora_trello.translation.values import FieldValue, date_of, field_values, instant_of, keeper

Json = Mapping[str, Any]
POINTS = re.compile(r"\s*(?:\((\d{1,3}(?:\.\d+)?)\)|\[(\d{1,3}(?:\.\d+)?)\])\s*\S")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
LARGE = frozenset({Kind.INITIATIVE, Kind.EPIC})


@dataclass(frozen=True, kw_only=True)
class Sight:
    """A card and what is needed to read it."""

    card: Json
    board: Board
    standing: BoardList
    lexicon: Lexicon
    values: tuple[FieldValue, ...]
    labels: tuple[str, ...]

    def kept(self, canonical: str) -> Named | None:
        """Return the value of the custom field that keeps a canonical field, if it is set."""
        found = self.keeping(canonical)
        return found.value if found else None

    def keeping(self, canonical: str) -> FieldValue | None:
        """Return the custom field that keeps a canonical field with its value, if it is set."""
        if not self.values:
            return None
        field = keeper(canonical, self.lexicon.source(canonical), self.board.fields)
        return next((one for one in self.values if one.field == field), None)


def entry_of(card: Json, board: Board, lexicon: Lexicon, connection: str, *, keep_raw: bool) -> Entry:
    """Return a card as an entry; raises KeyError, TypeError or ValueError for one that cannot be read.

    Never set, because Trello does not keep it: sprint, parent, children, owner, security, since. A type is a
    custom field of that name. The level is 1 for an epic or initiative, by type or label, else unknown: cards
    have no hierarchy.
    """
    sight = _sight(card, board, lexicon)
    standing, badges = sight.standing, card.get("badges") or {}
    type = sight.kept("type")
    kind = lexicon.kind(type.name if type else "", sight.labels, standing.name)
    return Entry(
        ref=Ref(tracker="trello", connection=connection, id=str(card["id"])),
        key=f"#{card['idShort']}" if card.get("idShort") is not None else str(card["id"])[-6:],
        url=_url(card),
        title=str(card.get("name") or ""),
        text=plain(str(card.get("desc") or "")),
        kind=kind,
        type=type,
        level=1 if kind in LARGE else None,
        place=PlaceRef(id=standing.id, name=standing.path, container=board.id),
        status=Status(id=standing.id, name=standing.name, category=_category(sight)),
        assignees=tuple(_person(str(one), board) for one in card.get("idMembers") or ()),
        labels=sight.labels,
        checklist_done=_count(badges, "checkItemsChecked"),
        checklist_total=_count(badges, "checkItems"),
        comments=_count(badges, "comments"),
        audience=board.audience,
        blocked=bare(standing.name) in words.BLOCKED
        or any(bare(name) in words.BLOCKED for name in sight.labels),
        archived=bool(card.get("closed")) or standing.closed or board.closed,
        rank=str(card["pos"]) if card.get("pos") is not None else None,
        raw=dict(card) if keep_raw else None,
        properties=_properties(sight),
        links=_links(card),
        **_times(sight),
        **_meaning(sight),
        **_reporter(sight),
        **_flags(sight),
    )


def _sight(card: Json, board: Board, lexicon: Lexicon) -> Sight:
    standing = board.by_list[str(card["idList"])]
    return Sight(
        card=card,
        board=board,
        standing=standing,
        lexicon=lexicon,
        values=field_values(card.get("customFieldItems") or (), board.fields),
        labels=_labels(card, board),
    )


def _labels(card: Json, board: Board) -> tuple[str, ...]:
    embedded = [label for label in card.get("labels") or () if isinstance(label, Mapping)]
    if embedded:
        names = [label_of(label).name for label in embedded if is_shown(label)]
    else:
        wanted = set(card.get("idLabels") or ())
        names = [label.name for label in board.labels if label.id in wanted]
    return tuple(sorted(set(names)))


def _url(card: Json) -> str:
    # The long address changes with the title; the short one is the card's for good.
    if card.get("shortUrl"):
        return str(card["shortUrl"])
    if card.get("shortLink"):
        return f"https://trello.com/c/{card['shortLink']}"
    return str(card.get("url") or f"https://trello.com/c/{card['id']}")


def _count(badges: Json, name: str) -> int:
    value = badges.get(name)
    return value if isinstance(value, int) else 0


def _person(identifier: str, board: Board) -> Person:
    # Who left the board keeps standing on its cards, but is no longer among its members.
    return board.members.get(identifier) or Person(id=identifier, name=identifier)


def _category(sight: Sight) -> Category:
    if sight.card.get("dueComplete") is True:
        return Category.DONE
    return sight.lexicon.category(sight.standing.name)


def created_of(identifier: str) -> datetime | None:
    """Return when a card was made: the first eight digits of its id count seconds."""
    try:
        return datetime.fromtimestamp(int(identifier[:8], 16), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _times(sight: Sight) -> dict[str, Any]:
    """Return the dates of a card.

    A copied card keeps the dateLastActivity of its original, which may be years before its own creation.
    """
    card = sight.card
    created, activity = created_of(str(card["id"])), instant_of(card.get("dateLastActivity"))
    updated = max(created, activity) if created and activity else activity
    ended = instant_of(card.get("dateCompleted")) or instant_of(card.get("dateClosed")) or updated
    return {
        "created": created,
        "updated": updated,
        "done": ended if _category(sight) is Category.DONE else None,
        "start": _dated(sight, "start"),
        "due": _dated(sight, "due"),
    }


def _dated(sight: Sight, canonical: str) -> date | None:
    """Return a date of the card, or of the custom field that the mapping says keeps it."""
    source = sight.lexicon.source(canonical)
    if source is None or keeper(canonical, source, sight.board.fields) is None:
        return date_of(sight.card.get(canonical))
    kept = sight.kept(canonical)
    return date_of(kept.name) if kept else None


def _meaning(sight: Sight) -> dict[str, Any]:
    theme, team, release = sight.kept("theme"), sight.kept("team"), sight.kept("release")
    return {
        "priority": _priority(sight),
        "severity": _severity(sight),
        "estimate": _estimate(sight),
        "horizon": _horizon(sight),
        "theme": theme.name if theme else None,
        "team": team.name if team else None,
        "release": Release(name=release.name) if release else None,
    }


def _priority(sight: Sight) -> Priority:
    kept = sight.kept("priority")
    if kept:
        return sight.lexicon.priority(kept.name)
    said = [sight.lexicon.label_priority(label) for label in sight.labels]
    return strongest([level for level in said if level])


def _severity(sight: Sight) -> Priority:
    kept = sight.kept("severity")
    if kept:
        return sight.lexicon.priority(kept.name)
    said = [words.label_severity(label) for label in sight.labels]
    return strongest([level for level in said if level])


def _estimate(sight: Sight) -> Estimate | None:
    kept = sight.keeping("estimate")
    if kept:
        size = NUMBER.match(kept.value.name)
        return Estimate(value=float(size[0]), unit=_unit(kept.field.name)) if size else None
    # Teams without custom fields write points into titles: "(8) Spike: ...", "[2] ...".
    found = POINTS.match(str(sight.card.get("name") or ""))
    said = next((group for group in found.groups() if group), None) if found else None
    return Estimate(value=float(said), unit="points") if said else None


def _unit(field_name: str) -> str:
    called = fold(field_name)
    return next((f"{unit}s" for unit in ("hour", "day") if unit in called), "points")


def _horizon(sight: Sight) -> Horizon | None:
    kept = sight.kept("horizon")
    start, end = sight.kept("target_start"), sight.kept("target_end")
    said = sight.lexicon.horizon(kept.name, buckets=True) if kept else None
    if said is None and not kept:
        said = sight.lexicon.horizon(sight.standing.name, buckets=sight.board.has_buckets)
    if kept and said is None:
        day = date_of(kept.name)
        said = Horizon(end=day, text=kept.name)
    if not (start or end):
        return said
    # Dates in fields of their own are the card's, whatever its list is called: then no words stand beside them.
    return Horizon(
        bucket=said.bucket if said else None,
        start=date_of(start.name) if start else None,
        end=date_of(end.name) if end else None,
    )


def _reporter(sight: Sight) -> dict[str, Any]:
    creator = sight.card.get("idMemberCreator")
    if not creator:
        return {}
    member, guest = str(creator) in sight.board.members, str(creator) in sight.board.observers
    return {
        "reporter": _person(str(creator), sight.board),
        "reporter_external": True if guest else False if member else None,
    }


def _flags(sight: Sight) -> dict[str, Any]:
    lexicon, labels = sight.lexicon, sight.labels
    return {
        "recurring": bool(sight.card.get("recurrenceRule"))
        or sight.kept("recurring") is not None
        or lexicon.flagged("recurring", labels, words.RECURRING),
        "template": bool(sight.card.get("isTemplate"))
        or sight.kept("template") is not None
        or lexicon.flagged("template", labels, words.TEMPLATE),
    }


def _properties(sight: Sight) -> tuple[Property, ...]:
    found = [Property(id=one.field.id, name=one.field.name, values=(one.value,)) for one in sight.values]
    if sight.card.get("dueComplete") is True:
        tick = Property(id=DUE_COMPLETE.id, name=DUE_COMPLETE.name, values=(Named(id="true", name="true"),))
        found.append(tick)
    return tuple(found)


def _links(card: Json) -> tuple[Link, ...]:
    found = (
        Link(kind=_link_kind(one), target=short_address(str(one["url"])))
        for one in card.get("attachments") or ()
        if isinstance(one, Mapping) and one.get("url") and not one.get("isUpload")
    )
    return tuple(
        sorted({(link.target, link.kind): link for link in found}.values(), key=lambda link: link.target)
    )


def _link_kind(attachment: Json) -> str:
    own = OWN_LINK.fullmatch(str(attachment.get("name") or ""))
    return own[1] if own else "attachment"
