"""Values to store: entries of all shapes, findings, proposals."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from planora_sync.change import Change, Field
from planora_sync.classify.judgement import Dimension, Judgement, Signal
from planora_sync.correct.proposal import Alternative, Correction, Proposal, Safety, correction_id, seal
from planora_sync.model import (
    Audience,
    Category,
    Entry,
    Estimate,
    Filed,
    Horizon,
    Kind,
    Layer,
    Link,
    Named,
    Nature,
    Person,
    Place,
    PlaceRef,
    Priority,
    Property,
    Ref,
    Release,
    Sprint,
    SprintState,
    Status,
)
from planora_sync.rules.base import Finding, Level, Remedy

NOW = datetime(2026, 11, 23, 9, 30, 15, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
DONE = Status(id="9", name="Done", category=Category.DONE)
HOSTILE = (
    "'; DROP TABLE entries; --",
    "quotes \" ' ` and \\ and %s %(x)s {0} :name ?",
    "NUL \x00 inside, and \x1a and \x1a0000 as text, and \\u0000 spelled out, and \\x1a",
    "half a pair \ud83d and \ude00, and both \ud83d\ude00",
    "emoji 👩‍👩‍👧‍👦, rtl \u202eoverride\u202c, zero\u200bwidth, combining é́",
    "line\r\nline\u2028line\tand \x07 \x1b[31m \x7f \x85",
    "𝕬 日本語 العربية " + "x" * 20_000,
    "<script>alert(1)</script>{{ 7*7 }}",
    "",
    " ",
)


def ref(id: int | str = 1, connection: str = "work", tracker: str = "jira") -> Ref:
    return Ref(tracker=tracker, connection=connection, id=str(id))


def entry(id: int | str = 1, connection: str = "work", **more: Any) -> Entry:
    base: dict[str, Any] = {
        "ref": ref(id, connection),
        "key": f"PLAN-{id}",
        "url": f"https://acme.example/browse/PLAN-{id}",
        "title": f"Entry {id}",
        "place": PlaceRef(id="10", name="PLAN"),
        "status": Status(id="1", name="To Do", category=Category.TODO),
    }
    return Entry.model_validate({**base, **more})


def entries(count: int, *, first: int = 1, **more: Any) -> list[Entry]:
    return [entry(number, **more) for number in range(first, first + count)]


_SPRINT = Sprint(
    id="37",
    name="Sprint 37",
    state=SprintState.ACTIVE,
    board="12",
    start=date(2026, 11, 16),
    end=None,
    rank=3,
)
FULL = Entry(
    ref=ref("10042"),
    key="PLAN-42",
    url="https://acme.example/browse/PLAN-42",
    title="Ship it",
    text="Long\n\ntext",
    kind=Kind.STORY,
    type=Named(id="10001", name="Story"),
    level=0,
    place=PlaceRef(id="10", name="PLAN", container="b1"),
    status=Status(id="3", name="In Progress", category=Category.DOING),
    sprint=_SPRINT,
    earlier_sprints=(_SPRINT.model_copy(update={"id": "36", "state": SprintState.CLOSED}),),
    assignees=(Person(id="a", name="Ana", email="ana@acme.example"), Person(id="b", name="Bo")),
    owner=Person(id="c", name="Cy"),
    reporter=Person(id="d", name="Di"),
    reporter_external=True,
    start=date(2026, 11, 1),
    due=date(2026, 12, 1),
    horizon=Horizon(bucket="now", start=date(2026, 10, 1), end=date(2026, 12, 31), text="Q4 2026"),
    created=NOW - 900 * HOUR,
    updated=NOW - HOUR,
    done=NOW,
    since=NOW - 3 * HOUR,
    priority=Priority.HIGH,
    severity=Priority.CRITICAL,
    estimate=Estimate(value=0.1 + 0.2, unit="points"),
    labels=("a", "b c"),
    theme="Growth",
    parent=Named(id="10001", name="PLAN-1"),
    children=("10043", "10044"),
    links=(Link(kind="blocks", target="10045"),),
    checklist_done=1,
    checklist_total=5,
    comments=7,
    audience=Audience.PUBLIC,
    security="internal",
    release=Release(name="1.0", day=date(2026, 12, 24)),
    blocked=True,
    recurring=True,
    resolution="Won't do",
    carried=2,
    team="Core",
    archived=True,
    template=True,
    rank="0|hzzzzz:",
    properties=(Property(id="p1", name="Size", values=(Named(id="o1", name="L"),)),),
    raw={
        "id": "10042",
        "fields": {"n": 12345678901234567890123, "f": 1e-7, "deep": [None, True, {"k": []}]},
    },
)
"""An entry with a value in each field."""


def place(id: str = "10", connection: str = "work", **more: Any) -> Place:
    base = {
        "tracker": "jira",
        "connection": connection,
        "id": id,
        "path": f"P{id}",
        "kind": "project",
        "name": "P",
    }
    return Place.model_validate({**base, **more})


def finding(code: str = "PS101", of: Entry | None = None, **more: Any) -> Finding:
    about = of or entry()
    base = {
        "code": code,
        "name": "initiative-in-plan",
        "level": Level.ERROR,
        "connection": about.ref.connection,
        "place": about.place.name,
        "ref": about.ref,
        "key": about.key,
        "title": about.title,
        "filed": Filed.PLAN,
        "nature": Nature.INITIATIVE,
        "confidence": 0.91,
        "message": "It is an initiative in a sprint.",
        "evidence": ("runs 96 days",),
        "remedy": Remedy(layer=Layer.ROADMAP, words="Clear its sprint."),
    }
    return Finding.model_validate({**base, **more})


def judgement(nature: Nature = Nature.TASK, confidence: float = 0.9) -> Judgement:
    signal = Signal(
        name="span-of-months",
        dimension=Dimension.HORIZON,
        toward=Nature.INITIATIVE,
        weight=1.5,
        text="96 days",
    )
    return Judgement(
        nature=nature, confidence=confidence, probabilities={nature: confidence}, evidence=(signal,)
    )


def change(before: str = "37", after: str = "") -> Change:
    def value(id: str) -> tuple[Named, ...]:
        return (Named(id=id, name=f"Sprint {id}"),) if id else ()

    return Change(field=Field.SPRINT, before=value(before), after=value(after))


def correction(id: int | str = 1, title: str = "Entry") -> Correction:
    changes = (change(),)
    return Correction(
        id=correction_id(ref(id), ["PS101"], changes),
        ref=ref(id),
        key=f"PLAN-{id}",
        title=title,
        url="https://acme.example",
        place="PLAN",
        codes=("PS101",),
        layer=Layer.PLAN,
        safety=Safety.REVIEW,
        words="Clear its sprint.",
        changes=changes,
        cascades=("3 children stay",),
        losses=("points",),
        alternatives=(Alternative(words="Split it.", changes=(change("37", "38"),)),),
        calls=1,
    )


def proposal(*ids: int, days: int = 7, **more: Any) -> Proposal:
    corrections = tuple(correction(id) for id in ids or (1, 2))
    return seal(corrections, created=NOW, expires=NOW + timedelta(days=days), **more)
