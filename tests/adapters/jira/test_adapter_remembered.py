"""What is remembered of a site: never older than it may be, and doubted where an answer contradicts it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from planora_jira.sandbox import JiraSandbox

from planora_sync.errors import CredentialsRefused
from planora_sync.model import Category
from planora_sync.sandbox import Fault
from planora_sync.testing import pull_all
from tests.adapters.jira.noted import Noted
from tests.adapters.jira.setups import DEPLOYMENTS, Tampered, adapter_of, expected_keys, make, two_projects
from tests.adapters.jira.site import Clock

# -- what is remembered is no older than it may be ----------------------------------------------------------


def test_what_is_remembered_is_asked_anew_after_a_day_and_by_each_full_pull(clock: Clock) -> None:
    site = Noted(make(clock))
    site.pull()
    full = len(site.paths)
    clock.forward(hours=23)
    site.pull()
    assert len(site.paths) == 2
    clock.forward(hours=2)
    site.pull()
    assert len(site.paths) > 6
    site.cursor = None
    site.pull()
    assert len(site.paths) == full


@pytest.mark.parametrize("call", ["check", "places"])
def test_check_and_places_ask_anew(clock: Clock, call: str) -> None:
    site = Noted(make(clock))
    site.pull()
    site.sandbox.site.boards[12].name = "Renamed"
    site.sandbox.ledger.clear()
    getattr(adapter_of(site.sandbox, notes=site.notes), call)()
    assert {"GET /rest/api/3/myself", "GET /rest/api/3/field", "GET /rest/agile/1.0/board"} <= set(site.paths)
    # And what they learned is noted for the next pull.
    pulled = site.pull()
    assert "Renamed" in {place.name for place in pulled.places}
    asked = {"GET /rest/api/3/myself", "GET /rest/api/3/field", "GET /rest/agile/1.0/board"}
    assert not asked & set(site.paths)
    site.pull()
    assert len(site.paths) == 2


@pytest.mark.parametrize(
    "note",
    [
        "",
        "nonsense",
        "[]",
        '{"v":99}',
        '{"v":1,"mark":"other","at":0,"answers":{},"strange":[]}',
        '{"v":1,"mark":null,"at":"x"}',
    ],
)
def test_a_strange_note_is_no_note(clock: Clock, note: str) -> None:
    site = Noted(make(clock))
    site.pull()
    site.notes.put("jira.site", note)
    assert not site.pull().notices
    assert len(site.paths) > 6
    site.pull()
    assert len(site.paths) == 2


def test_a_note_of_another_scope_or_of_the_future_is_no_note(clock: Clock) -> None:
    site = Noted(two_projects(clock))
    site.pull()
    pulled = site.pull(scope=("CARE", "OPS"))
    assert {place.path for place in pulled.places} >= {"OPS"}
    clock.forward(days=-1)
    site.pull(scope=("CARE", "OPS"))
    assert "GET /rest/api/3/myself" in site.paths


def test_a_note_holds_no_secret_and_no_issue(clock: Clock) -> None:
    site = Noted(make(clock))
    site.pull()
    for name in ("jira.site", "jira.pull"):
        text = site.notes.get(name) or ""
        assert json.loads(text)
        assert "sandbox-token" not in text
        assert "@" not in text
        assert "CARE-1" not in text


def test_a_fact_that_could_not_be_read_is_asked_again(clock: Clock) -> None:
    site = Noted(make(clock))
    site.sandbox.fail(Fault(kind="403", path="*/board", times=1))
    assert [notice.where for notice in site.pull().errors] == ["CARE/boards"]
    site.cursor = None
    assert not site.pull().errors


# -- what is remembered may be wrong ------------------------------------------------------------------------


def status_of(sandbox: JiraSandbox, id: str, name: str, category: str) -> None:
    known = next(iter(sandbox.site.statuses.values()))
    sandbox.site.statuses[id] = type(known)(id=id, name=name, category=category)
    sandbox.site.projects["10000"].statuses.append(id)


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_an_unknown_status_has_everything_asked_anew_at_once(clock: Clock, deployment: str) -> None:
    site = Noted(make(clock, deployment))
    site.pull()
    clock.forward(hours=1)
    status_of(site.sandbox, "777", "Waiting for the clinic", "indeterminate")
    issue = site.sandbox.site.issue("CARE-52")
    issue.status, issue.updated = "777", clock()
    pulled = site.pull()
    (project, *_) = [place for place in reversed(pulled.places) if place.path == "CARE"]
    assert "Waiting for the clinic" in {status.name for status in project.statuses}
    assert pulled.by_id[str(issue.id)].category is Category.DOING
    # Its statuses are other ones: the next pull reads the project again, and then all is quiet.
    assert {entry.key for entry in site.pull().entries} == expected_keys(site.sandbox)
    site.pull()
    assert len(site.paths) == 2


def test_an_unknown_option_and_an_unknown_type_are_asked_for_once(clock: Clock) -> None:
    site = Noted(make(clock))
    site.pull()
    clock.forward(hours=1)
    issue = site.sandbox.site.issue("CARE-52")
    site.sandbox.site.themes = (*site.sandbox.site.themes, "Growth")
    issue.theme, issue.updated = "Growth", clock()
    pulled = site.pull()
    (project, *_) = [place for place in reversed(pulled.places) if place.path == "CARE"]
    theme = next(field for field in project.fields if field.name == "Theme")
    assert "Growth" in {option.name for option in theme.options}
    site.pull()
    assert len(site.paths) == 2


def test_what_jira_lists_nowhere_is_asked_after_once_a_day(clock: Clock) -> None:
    # An option that was disabled still stands on issues, and on no edit screen.
    site = Noted(make(clock))
    app = Tampered(site.sandbox.app)

    def unlist(asked: Any, page: Any) -> Any:
        for row in page["fields"].values():
            if isinstance(row.get("allowedValues"), list):
                row["allowedValues"] = row["allowedValues"][:1]
        return page

    app.on("GET", "*/editmeta", unlist)
    site.context["app"] = app
    site.pull()
    clock.forward(hours=1)
    issue = site.sandbox.site.issue("CARE-52")
    issue.theme, issue.updated = site.sandbox.site.themes[-1], clock()
    site.pull()
    for _ in range(3):
        clock.forward(minutes=40)
        issue.updated = clock()
        site.pull()
        assert len(site.paths) == 2


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_a_renamed_status_updates_no_issue_and_is_seen_within_a_day(clock: Clock, deployment: str) -> None:
    site = Noted(make(clock, deployment))
    site.pull()
    clock.forward(hours=1)
    site.sandbox.site.statuses["3"].name = "Doing"
    assert len(site.pull().entries) < 5
    clock.forward(hours=24)
    entries = site.pull().entries
    assert {entry.key for entry in entries} == expected_keys(site.sandbox)
    assert {entry.status.name for entry in entries if entry.status and entry.status.id == "3"} == {"Doing"}


def test_a_release_that_is_out_has_its_issues_read_again(clock: Clock) -> None:
    site = Noted(JiraSandbox("scrum", now=clock), scope=("BOOK",))
    project = site.sandbox.site.projects["20000"]
    issue = next(
        one for one in site.sandbox.site.issues.values() if site.sandbox.site.category(one) != "done"
    )
    issue.versions = [project.versions[0].id]
    assert site.pull().by_id[str(issue.id)].release is not None
    project.versions[0].released = True
    clock.forward(days=1)
    assert site.pull().by_id[str(issue.id)].release is None
    project.versions.clear()
    issue.versions = []
    clock.forward(days=1)
    assert not site.pull().notices


# -- who we are ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_a_sudden_empty_answer_is_doubted(clock: Clock, deployment: str) -> None:
    # No header says that the credentials are gone: but the issue that changed last must come back.
    site = Noted(make(clock, deployment))
    site.pull()
    app = Tampered(site.sandbox.app)
    empty = {"issues": [], "isLast": True, "total": 0, "startAt": 0, "maxResults": 50}
    app.on("POST", "*/search*", lambda asked, page: empty)
    site.pull(app=app)
    assert site.paths[-1].endswith("/myself")
    site.cursor = pull_all(adapter_of(site.sandbox, notes=site.notes)).cursor
    app.on("GET", "*/myself", lambda asked, page: (401, {}, b"{}"))
    with pytest.raises(CredentialsRefused):
        site.pull(app=app)


def test_the_issue_that_changed_last_may_be_gone(clock: Clock) -> None:
    site = Noted(make(clock))
    cursor = json.loads(str(site.pull().cursor))
    del site.sandbox.site.issues[int(cursor["marks"]["10000"]["anchor"])]
    clock.forward(hours=1)
    assert not site.pull().notices
    assert site.paths[-1] == "GET /rest/api/3/myself"
    # And is not looked for again.
    site.pull()
    assert len(site.paths) == 2


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Tokyo"])
def test_an_account_that_moved_to_another_time_zone_misses_nothing(clock: Clock, zone: str) -> None:
    # Data Center reads bare dates in the account's zone: remembered wrongly they are hours off.
    site = Noted(make(clock, "data_center"))
    site.pull()
    site.sandbox.site.time_zone = zone
    clock.forward(hours=2)
    issue = site.sandbox.site.issue("CARE-52")
    issue.summary, issue.updated = "Changed meanwhile", clock()
    clock.forward(hours=9)
    other = site.sandbox.site.issue("CARE-54")
    other.updated = clock()
    assert site.pull().by_id[str(issue.id)].title == "Changed meanwhile"
    # Read too late it is doubted, and everything is asked anew next time; read too early nothing is missed.
    assert (site.notes.get("jira.site") is None) == (zone == "America/Los_Angeles")


def test_another_account_of_the_same_token_place_is_noticed(clock: Clock) -> None:
    site = Noted(make(clock, "data_center"))
    site.pull()
    app = Tampered(site.sandbox.app)
    site.sandbox.site.time_zone = "America/Los_Angeles"
    me = {"name": "robot", "displayName": "Robot", "timeZone": "America/Los_Angeles"}
    app.on("GET", "*/myself", lambda asked, page: me)
    header = {"X-AUSERNAME": "robot"}
    app.on("POST", "*/search", lambda asked, page: (200, header, json.dumps(page).encode()))
    site.pull(app=app)
    assert "GET /rest/api/2/myself" in site.paths
    assert site.notes.get("jira.site") is None


def test_a_user_name_in_lower_case_is_the_same_account(clock: Clock) -> None:
    # Data Center's header has it so, whatever the profile shows.
    site = Noted(make(clock, "data_center"))
    app = Tampered(site.sandbox.app)
    app.on("GET", "*/myself", lambda asked, page: {**page, "name": "Sync.Bot"})
    header = {"X-AUSERNAME": "sync.bot"}
    app.on("POST", "*/search", lambda asked, page: (200, header, json.dumps(page).encode()))
    site.pull(app=app)
    site.pull(app=app)
    assert site.paths == ["GET /rest/agile/1.0/board/12/sprint", "POST /rest/api/2/search"]


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_a_board_that_was_deleted_is_an_error_once_and_then_remembered_no_more(
    clock: Clock, deployment: str
) -> None:
    site = Noted(make(clock, deployment))
    site.pull()
    del site.sandbox.site.boards[12]
    assert [notice.where for notice in site.pull().notices] == ["board 12"]
    clock.forward(minutes=5)
    assert not site.pull().notices


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_a_project_that_was_archived_is_an_error_once_where_all_are_read(
    clock: Clock, deployment: str
) -> None:
    site = Noted(two_projects(clock, deployment), scope=())
    site.pull()
    del site.sandbox.site.projects["20000"]
    moved = [id for id, issue in site.sandbox.site.issues.items() if issue.project == "20000"]
    for id in moved:
        del site.sandbox.site.issues[id]
    assert [notice.where for notice in site.pull().notices] == ["OPS"]
    assert not site.pull().notices


# -- clocks -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [-30, -1, 1, 30])
@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_a_clock_of_ours_that_is_wrong_loses_nothing(clock: Clock, deployment: str, hours: int) -> None:
    # What changes on a page that was already read must come next time, whatever our clock says.
    sandbox = make(clock, deployment, page_cap=30)
    app = Tampered(sandbox.app)
    early = sandbox.site.issue("CARE-1")
    late = max(sandbox.site.issues.values(), key=lambda issue: issue.created)
    state = {"pages": 0}

    def meanwhile(asked: Any, page: Any) -> Any:
        state["pages"] += 1
        if state["pages"] == 1:
            clock.forward(minutes=1)
            early.summary, early.updated = "Changed behind the reader", clock()
        if state["pages"] == 2:
            clock.forward(hours=3)
            late.updated = clock()
        return page

    app.on("POST", "*/search*", meanwhile)
    site = Noted(sandbox, now=lambda: clock() + timedelta(hours=hours), parallel=1)
    first = site.pull(app=app)
    assert first.by_id[str(early.id)].title != early.summary
    assert site.pull().by_id[str(early.id)].title == "Changed behind the reader"
