"""The workspaces: sound data, believable numbers, and an author's word for each misfiled entry."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from planora_jira.sandbox import JiraSandbox
from planora_jira.sandbox.values import fits

from tests.adapters.jira.site import Clock

CODES = {"PS101", "PS102", "PS103", "PS104", "PS105", "PS106", "PS108", "PS201"}


@pytest.mark.parametrize("workspace", JiraSandbox.workspaces)
@pytest.mark.parametrize("deployment", ["cloud", "data_center"])
def test_data_is_sound(clock: Clock, workspace: str, deployment: str) -> None:
    site = JiraSandbox(workspace, now=clock, deployment=deployment).site
    for issue in site.issues.values():
        assert issue.created <= issue.updated <= clock(), issue.key
        assert issue.parent is None or fits(site, issue.type, site.issues[issue.parent]), issue.key
        assert site.level(issue) >= 0 or issue.parent is not None, issue.key
        assert issue.status in site.projects[issue.project].statuses, issue.key
        assert sum(site.sprints[number].state != "closed" for number in issue.sprints) <= 1, issue.key
        assert (issue.resolution is None) == (site.category(issue) != "done"), issue.key
        moments = [entry.created for entry in issue.history]
        assert moments == sorted(moments), issue.key


@pytest.mark.parametrize(
    ("workspace", "least", "most"),
    [("messy", 95, 125), ("scrum", 50, 70), ("kanban", 45, 55), ("empty", 0, 0)],
)
def test_size(clock: Clock, workspace: str, least: int, most: int) -> None:
    assert least <= len(JiraSandbox(workspace, now=clock).site.issues) <= most


def test_messy_names_each_fault_and_its_near_misses(clock: Clock) -> None:
    sandbox = JiraSandbox("messy", now=clock)
    expected = sandbox.expected()
    assert len({entry.id for entry in expected}) == len(expected)
    counted = Counter(code for entry in expected for code in entry.codes)
    assert set(counted) == CODES
    assert all(2 <= count <= 4 for count in counted.values())
    assert sum(entry.nature == "unsure" for entry in expected) == 3
    assert sum(not entry.codes for entry in expected) >= 2 * len(CODES)
    for entry in expected:
        assert set(entry.after) <= set(entry.codes)
        assert entry.why.endswith(".")
    by_id = {str(issue.id): issue for issue in sandbox.site.issues.values()}
    assert all(by_id[entry.id].summary == entry.title for entry in expected)


def test_only_some_of_messy_is_misfiled(clock: Clock) -> None:
    sandbox = JiraSandbox("messy", now=clock)
    misfiled = [e for e in sandbox.expected() if any(code.startswith("PS1") for code in e.codes)]
    assert len(misfiled) / len(sandbox.site.issues) < 0.2


@pytest.mark.parametrize("workspace", ["scrum", "kanban", "empty"])
def test_healthy_workspaces_expect_nothing(clock: Clock, workspace: str) -> None:
    assert all(entry.codes == () for entry in JiraSandbox(workspace, now=clock).expected())


def test_messy_sprints_stand_around_now(clock: Clock) -> None:
    site = JiraSandbox("messy", now=clock).site
    active = site.sprints[23]
    assert active.start is not None
    assert active.end is not None
    assert ((clock() - active.start).days + 1, (active.end - active.start).days) == (5, 14)
    assert [site.sprints[number].state for number in (21, 22, 24, 25, 26)] == ["closed", "closed"] + [
        "future"
    ] * 3
    assert site.sprints[26].start is None


def test_kanban_has_not_one_due_date(clock: Clock) -> None:
    issues = JiraSandbox("kanban", now=clock).site.issues.values()
    assert {issue.duedate for issue in issues} == {None}


def test_messy_shows_hostile_and_foreign_titles(clock: Clock) -> None:
    titles = " ".join(issue.summary for issue in JiraSandbox("messy", now=clock).site.issues.values())
    for piece in ("=HYPERLINK(", "<script>", "**Bold**", "\u202e", "予約", "Wunsch", "Recordatorios"):
        assert piece in titles


def test_days_count_from_the_clock() -> None:
    early, late = (
        JiraSandbox("messy", now=lambda when=when: when).site.issues[10027].duedate  # type: ignore[misc]
        for when in (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 11, tzinfo=UTC))
    )
    assert early is not None
    assert late is not None
    assert (late - early).days == 10
