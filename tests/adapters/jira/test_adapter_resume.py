"""A pull that is killed goes on from its last stored page; a census names what a full pull brings."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from planora_jira.reading.cursor import Seen
from planora_jira.reading.position import Position
from planora_jira.reading.progress import Part, Progress, parse
from planora_jira.sandbox import JiraSandbox

from planora_sync.adapter import NotesInMemory, Page, Severity
from planora_sync.errors import CredentialsRefused
from planora_sync.model import Entry
from planora_sync.testing import pull_all
from tests.adapters.jira.setups import (
    DEPLOYMENTS,
    Answer,
    Tampered,
    adapter_of,
    expected_keys,
    make,
    two_projects,
)
from tests.adapters.jira.site import Clock

BOTH = ("CARE", "OPS")


def entries(pages: Iterable[Page]) -> list[Entry]:
    return [entry for page in pages for entry in page.entries]


def killed(adapter: Any, count: int, since: str | None = None, resume: str | None = None) -> list[Page]:
    """Return the first pages of a pull that ends there."""
    pages = adapter.pull(since, resume)
    found = [next(pages) for _ in range(count)]
    pages.close()
    return found


# -- going on -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("parallel", [1, 4])
@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_a_pull_killed_at_any_page_goes_on_with_the_next(
    clock: Clock, deployment: str, parallel: int
) -> None:
    sandbox = two_projects(clock, deployment)
    sandbox.site.page_cap = 15
    notes = NotesInMemory()
    context: dict[str, Any] = {"notes": notes, "scope": BOTH, "parallel": parallel}
    whole = [page.entries for page in adapter_of(sandbox, **context).pull()]
    expected = {entry.ref.id for page in whole for entry in page}
    for count in range(1, len(whole)):
        first = killed(adapter_of(sandbox, **context), count)
        resume = first[-1].resume
        assert resume is not None
        assert len(resume) < 2_000
        rest = list(adapter_of(sandbox, **context).pull(None, resume))
        given = [entry.ref.id for entry in entries([*first, *rest])]
        assert (len(given), set(given)) == (len(expected), expected)
        places = [place.id for page in (*first, *rest) for place in page.places]
        assert len(places) == len(set(places))
        assert rest[-1].cursor
        assert not [notice for page in rest for notice in page.notices]


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_what_changed_since_the_first_part_began_comes_after_it(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment, page_cap=30)
    notes = NotesInMemory()
    first = killed(adapter_of(sandbox, notes=notes), 1)
    early = sandbox.site.issue(first[0].entries[0].key)
    clock.forward(minutes=5)
    early.summary, early.updated = "Changed after its page was stored", clock()
    clock.forward(hours=5)
    late = sandbox.site.issue("CARE-90")
    late.updated = clock()
    rest = list(adapter_of(sandbox, notes=notes).pull(None, first[-1].resume))
    later = pull_all(adapter_of(sandbox, notes=notes), since=rest[-1].cursor)
    assert later.by_id[str(early.id)].title == "Changed after its page was stored"


@pytest.mark.parametrize("noted", [True, False])
@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_a_sprint_that_ended_between_the_parts_is_not_lost(
    clock: Clock, deployment: str, noted: bool
) -> None:
    sandbox = make(clock, deployment, page_cap=90)
    notes = NotesInMemory()
    first = killed(adapter_of(sandbox, notes=notes), 1)
    entry = next(one for one in first[0].entries if one.sprint and one.sprint.id == "23")
    clock.forward(hours=1)
    sandbox.site.sprints[23].state, sandbox.site.sprints[23].complete = "closed", clock()
    if not noted:
        notes = NotesInMemory()
    rest = list(adapter_of(sandbox, notes=notes).pull(None, first[-1].resume))
    assert entry.ref.id not in {one.ref.id for one in entries(rest)}
    later = pull_all(adapter_of(sandbox, notes=notes), since=rest[-1].cursor)
    assert later.by_id[entry.ref.id].sprint is None


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_an_incremental_pull_goes_on_too(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment)
    notes = NotesInMemory()
    cursor = pull_all(adapter_of(sandbox, notes=notes)).cursor
    clock.forward(hours=1)
    issues = [one for one in sandbox.site.issues.values() if not one.archived]
    for issue in issues:
        issue.updated = clock()
    sandbox.site.page_cap = 40
    first = killed(adapter_of(sandbox, notes=notes), 2, cursor)
    rest = list(adapter_of(sandbox, notes=notes).pull(cursor, first[-1].resume))
    given = [entry.ref.id for entry in entries([*first, *rest])]
    assert sorted(given) == sorted(str(issue.id) for issue in issues)


def test_a_place_in_another_pull_is_no_place_to_go_on(clock: Clock) -> None:
    sandbox = make(clock, page_cap=30)
    first = killed(adapter_of(sandbox), 1)
    cursor = pull_all(adapter_of(sandbox)).cursor
    for since, resume in ((None, "garbage"), (None, '{"v":1}'), (cursor, first[-1].resume)):
        pulled = list(adapter_of(sandbox).pull(since, resume))
        assert pulled[-1].cursor
        if since is None:
            assert {entry.key for entry in entries(pulled)} == expected_keys(sandbox)


def test_many_projects_fit_a_short_text() -> None:
    now = Clock()()
    progress = Progress(begun=now)
    for number in range(180):
        seen = Seen(newest=now - timedelta(days=number), anchor=str(100_000 + number))
        progress = progress.with_part(str(10_000 + number), Part(seen=seen, whole=True))
    open_part = Part(seen=Seen(newest=now), position=Position(created=now, number=12))
    progress = progress.with_part("99999", open_part)
    text = progress.text("key")
    assert len(text) < 2_000
    again = parse(text, "key")
    assert again is not None
    assert again.part("99999") == open_part
    assert set(again.parts) == set(progress.parts)
    # Of those told by id alone the oldest mark stands for all: nothing is lost.
    assert again.part("10000").seen.newest == now - timedelta(days=179)
    assert again.part("10000").whole
    for number in range(180, 2_000):
        progress = progress.with_part(str(10_000 + number), Part(whole=True))
    assert len(progress.text("key")) < 2_000


# -- page tokens that are good no more ----------------------------------------------------------------------


@pytest.mark.parametrize("page", [2, 3, 4])
def test_a_page_token_that_expired_is_begun_anew_behind_the_last_issue(clock: Clock, page: int) -> None:
    sandbox = make(clock, page_cap=25)
    app = Tampered(sandbox.app)
    refused: Answer = (
        400,
        {},
        b'{"errorMessages":["The provided nextPageToken is invalid or has expired."]}',
    )
    count = 0

    def expire(asked: Any, answer: Any) -> Any:
        nonlocal count
        count += 1
        return refused if count == page else answer

    app.on("POST", "*/search/jql", expire)
    pulled = pull_all(adapter_of(sandbox, app=app))
    assert not pulled.notices
    keys = [entry.key for entry in pulled.entries]
    assert sorted(keys) == sorted(expected_keys(sandbox))


def test_a_token_that_expires_again_and_again_is_an_error_and_no_circle(clock: Clock) -> None:
    sandbox = make(clock, page_cap=25)
    app = Tampered(sandbox.app)
    refused: Answer = (
        400,
        {},
        b'{"errorMessages":["The provided nextPageToken is invalid or has expired."]}',
    )
    app.on("POST", "*/search/jql", lambda asked, page: refused if asked.get("nextPageToken") else page)
    adapter = adapter_of(sandbox, app=app)
    # Each time it gets one page further: that is enough to reach the end.
    assert {entry.key for entry in pull_all(adapter).entries} == expected_keys(sandbox)


@pytest.mark.parametrize("times", [1, 9])
def test_a_token_that_expires_while_ids_are_counted_is_begun_anew_once(clock: Clock, times: int) -> None:
    # Ids alone do not tell when their issues were created: there is no position to go on behind.
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    adapter = adapter_of(sandbox, app=app)
    pull_all(adapter)
    left = times

    def expire(asked: Any, page: Any) -> Any:
        nonlocal left
        if asked.get("nextPageToken"):
            left -= 1
            return (400, {}, b'{"errorMessages":["The provided nextPageToken is invalid or has expired."]}')
        return {"issues": page["issues"][:5], "nextPageToken": f"t{left}", "isLast": False} if left else page

    app.on("POST", "*/search/jql", expire)
    pages = list(adapter.census())
    found = {id for page in pages for id in page.ids}
    errors = [notice for page in pages for notice in page.notices]
    wanted = {str(issue.id) for issue in sandbox.site.issues.values() if issue.key in expected_keys(sandbox)}
    assert (found == wanted, bool(errors), left) == ((times == 1), (times > 1), max(0, times - 2))


def test_issues_created_in_the_same_moment_are_all_there(clock: Clock) -> None:
    # An import creates hundreds at once: the page may end in the middle of them.
    sandbox = make(clock, page_cap=25)
    for issue in sandbox.site.issues.values():
        issue.created = clock() - timedelta(days=30)
    first = killed(adapter_of(sandbox), 2)
    rest = list(adapter_of(sandbox).pull(None, first[-1].resume))
    keys = [entry.key for entry in entries([*first, *rest])]
    assert sorted(keys) == sorted(expected_keys(sandbox))


# -- census -------------------------------------------------------------------------------------------------


def census(adapter: Any) -> tuple[list[str], list[Any]]:
    pages = list(adapter.census())
    return [id for page in pages for id in page.ids], [notice for page in pages for notice in page.notices]


@pytest.mark.parametrize("parallel", [1, 4])
@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_a_census_names_what_a_full_pull_brings(clock: Clock, deployment: str, parallel: int) -> None:
    sandbox = two_projects(clock, deployment)
    for days in (180, 20):
        context: dict[str, Any] = {"scope": BOTH, "done_days": days, "parallel": parallel}
        ids, notices = census(adapter_of(sandbox, **context))
        pulled = pull_all(adapter_of(sandbox, **context))
        assert sorted(ids) == sorted(entry.ref.id for entry in pulled.entries)
        assert not notices
    ids, _ = census(adapter_of(sandbox, scope=("OPS",)))
    assert len(ids) == 3


def test_a_census_costs_a_request_for_five_thousand_issues(clock: Clock) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    adapter = adapter_of(sandbox, app=app)
    pull_all(adapter)
    sandbox.ledger.clear()
    app.bodies.clear()
    ids, _ = census(adapter)
    assert len(ids) > 100
    (body,) = app.bodies_of("POST", "*/search/jql")
    assert (body["fields"], body["maxResults"]) == (["id"], 5_000)
    assert len(sandbox.ledger) == 1


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_a_census_goes_through_short_pages(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment, page_cap=13)
    ids, notices = census(adapter_of(sandbox))
    assert len(ids) == len(set(ids)) == len(expected_keys(sandbox))
    assert not notices


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_a_census_that_breaks_off_says_so(clock: Clock, deployment: str) -> None:
    sandbox = two_projects(clock, deployment)
    app = Tampered(sandbox.app)
    app.on("POST", "*/search*", lambda asked, page: {} if "project = 10000" in asked["jql"] else page)
    ids, (notice,) = census(adapter_of(sandbox, app=app, scope=BOTH))
    assert (notice.severity, notice.where, bool(notice.next_step)) == (Severity.ERROR, "CARE", True)
    assert len(ids) == 3


def test_an_empty_census_is_doubted(clock: Clock) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    adapter = adapter_of(sandbox, app=app)
    pull_all(adapter)
    app.on("POST", "*/search/jql", lambda asked, page: {"issues": [], "isLast": True})
    app.on("GET", "*/myself", lambda asked, page: (401, {}, b"{}"))
    _, notices = census(adapter)
    assert [notice.severity for notice in notices] == [Severity.ERROR]
    app.on("POST", "*/search/jql", lambda asked, page: (401, {}, b"{}"))
    _, notices = census(adapter)
    assert [notice.severity for notice in notices] == [Severity.ERROR]


def test_projects_that_cannot_be_read_make_a_census_incomplete(clock: Clock) -> None:
    _, notices = census(adapter_of(make(clock), scope=("CARE", "NOWHERE")))
    assert [(notice.severity, notice.where) for notice in notices] == [(Severity.ERROR, "NOWHERE")]


def test_bad_credentials_fail_a_census_of_a_new_process(clock: Clock) -> None:
    with pytest.raises(CredentialsRefused):
        census(adapter_of(make(clock), token="wrong"))


def test_the_notes_of_a_pull_hold_how_it_began(clock: Clock) -> None:
    sandbox: JiraSandbox = make(clock)
    notes = NotesInMemory()
    pull_all(adapter_of(sandbox, notes=notes))
    noted = json.loads(str(notes.get("jira.pull")))
    assert set(noted["projects"]) == {"10000"}
