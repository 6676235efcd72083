"""Findings and judgements over time."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from planora_sync.errors import StoreFailed
from planora_sync.model import Filed, Nature, PlaceRef
from planora_sync.rules.base import Finding
from planora_sync.store import Audited, Judged, Recorded, RunStatus, Store
from tests.store.values import HOSTILE, HOUR, NOW, entry, finding, judgement, ref


class Auditor:
    """One team that audits every hour."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.hours = -1

    def audit(
        self,
        findings: Iterable[Finding],
        connections: tuple[str, ...] = ("work",),
        codes: set[str] | None = None,
    ) -> Recorded:
        self.hours += 1
        at = NOW + self.hours * HOUR
        run = self.store.runs.begin("audit", connections, at)
        recorded = self.store.findings.record(run, findings, {}, at, codes=codes)
        self.store.runs.finish(run, RunStatus.OK, {}, at)
        return recorded


@pytest.fixture
def auditor(store: Store) -> Auditor:
    return Auditor(store)


ONE, TWO, OTHER = finding(), finding("PS201"), finding(of=entry(1, "other"))
ON_A_PLACE = finding(
    "PS209", ref=None, place="Board/To Do", filed=None, nature=None, confidence=None, remedy=None
)


def test_a_finding_is_new_then_stands_then_is_resolved(auditor: Auditor) -> None:
    assert auditor.audit([ONE, ON_A_PLACE]) == Recorded(new=(ONE, ON_A_PLACE))
    reworded = ONE.model_copy(update={"message": "Now 97 days.", "confidence": 0.92})
    assert auditor.audit([reworded, TWO]) == Recorded(
        new=(TWO,), standing=(reworded,), resolved=(ON_A_PLACE,)
    )
    assert auditor.store.findings.current() == [(reworded, NOW), (TWO, NOW + HOUR)]
    assert auditor.audit([]) == Recorded(resolved=(reworded, TWO))
    assert auditor.store.findings.current() == []


def test_a_finding_that_comes_back_is_a_new_one(auditor: Auditor) -> None:
    auditor.audit([ONE])
    auditor.audit([])
    assert auditor.audit([ONE]) == Recorded(new=(ONE,))
    assert auditor.store.findings.current() == [(ONE, NOW + 2 * HOUR)]


def test_hostile_findings_are_recognised(auditor: Auditor) -> None:
    given = [
        finding(place=text, ref=None, title=text, message=text, evidence=(text,), key=text)
        for text in HOSTILE
    ]
    auditor.audit(given)
    assert auditor.audit(given) == Recorded(standing=tuple(given))
    assert auditor.store.findings.current() == [(item, NOW) for item in given]


def test_the_same_finding_twice_in_one_audit_counts_once(auditor: Auditor) -> None:
    assert auditor.audit([ONE, ONE]) == Recorded(new=(ONE,))


def test_connections_that_were_not_audited_are_left_alone(auditor: Auditor) -> None:
    auditor.audit([ONE, OTHER], connections=("other", "work"))
    assert auditor.audit([]) == Recorded(resolved=(ONE,))
    assert auditor.store.findings.current() == [(OTHER, NOW)]
    assert auditor.store.findings.current(["work"]) == []
    assert auditor.store.findings.current(["other"]) == [(OTHER, NOW)]


def test_an_audit_without_a_run_on_connections_says_what_it_audited(store: Store) -> None:
    run = store.runs.begin("audit", [], NOW)
    store.findings.record(run, [ONE, OTHER], {}, NOW)
    again = store.runs.begin("audit", [], NOW)
    assert store.findings.record(again, [], {}, NOW) == Recorded()
    assert store.findings.record(again, [], {}, NOW, connections=["other"]) == Recorded(resolved=(OTHER,))
    judged = {ref(7): judgement()}
    assert store.findings.record(again, [], judged, NOW) == Recorded(resolved=(ONE,))


def test_rules_that_were_not_asked_resolve_nothing(auditor: Auditor) -> None:
    auditor.audit([ONE, TWO])
    assert auditor.audit([], codes={"PS201"}) == Recorded(resolved=(TWO,))
    assert auditor.store.findings.current() == [(ONE, NOW)]


def test_the_trend_counts_each_audit_without_findings_too(auditor: Auditor) -> None:
    auditor.audit([ONE, finding(of=entry(2)), TWO, OTHER], connections=("other", "work"))
    auditor.audit([])
    auditor.audit([TWO])
    both = {"other": {"PS101": 1}, "work": {"PS101": 2, "PS201": 1}}
    assert auditor.store.findings.trend() == [
        Audited(run="r-1", at=NOW, counts=both),
        Audited(run="r-2", at=NOW + HOUR, counts={"work": {}}),
        Audited(run="r-3", at=NOW + 2 * HOUR, counts={"work": {"PS201": 1}}),
    ]
    assert [audited.run for audited in auditor.store.findings.trend(2)] == ["r-2", "r-3"]


def test_an_audit_of_an_unknown_run_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(StoreFailed):
        store.findings.record("r-404", [ONE], {ref(): judgement()}, NOW)
    assert store.findings.current() == []
    assert store.judgements.load() == {}


def test_a_judgement_keeps_since_when_it_has_been_so(store: Store) -> None:
    run = store.runs.begin("run", ["work"], NOW)
    store.entries.save("work", [entry()], full=True, complete=True, run=run, at=NOW)
    store.findings.record(run, [], {ref(): judgement()}, NOW, filed={ref(): Filed.PLAN})
    first = Judged(
        filed=Filed.PLAN,
        nature=Nature.TASK,
        confidence=0.9,
        decided_by="evidence",
        content_hash=entry().content_hash,
        since=NOW,
        at=NOW,
    )
    assert store.judgements.load() == {ref(): first}
    store.judgements.save({ref(): judgement()}, filed={ref(): Filed.PLAN}, at=NOW + HOUR)
    assert store.judgements.load() == {ref(): first}

    moved = entry(place=PlaceRef(id="11", name="OPS"))
    store.entries.save("work", [moved], full=False, complete=True, run=run, at=NOW)
    store.judgements.save({ref(): judgement(confidence=0.8)}, at=NOW + 2 * HOUR)
    (second,) = store.judgements.load().values()
    assert (second.filed, second.confidence, second.content_hash) == (None, 0.8, moved.content_hash)
    assert (second.since, second.at) == (NOW, NOW + 2 * HOUR)

    store.judgements.save({ref(): judgement(Nature.INITIATIVE)}, at=NOW + 3 * HOUR)
    assert store.judgements.load()[ref()].since == NOW + 3 * HOUR


def test_judgements_come_by_connection_and_entries_need_not_be_stored(store: Store) -> None:
    store.judgements.save({ref(1): judgement(), ref(1, "other"): judgement(Nature.UNSURE)}, at=NOW)
    store.judgements.save({ref(2): judgement()}, at=NOW)
    assert {str(about): judged.nature for about, judged in store.judgements.load().items()} == {
        "jira.other/1": Nature.UNSURE,
        "jira.work/1": Nature.TASK,
        "jira.work/2": Nature.TASK,
    }
    assert list(store.judgements.load(["other"])) == [ref(1, "other")]
    assert store.judgements.load(["other"])[ref(1, "other")].content_hash is None
