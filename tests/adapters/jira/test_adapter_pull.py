"""Pulls. What would hurt a user first: a short answer taken for a whole one, so that entries seem to be gone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from planora_jira.sandbox import JiraSandbox

from planora_sync.adapter import Severity
from planora_sync.errors import ConnectionFailed
from planora_sync.sandbox import Fault
from planora_sync.testing import pull_all
from tests.adapters.jira.setups import (
    DEPLOYMENTS,
    SEARCH,
    Answer,
    Tampered,
    adapter_of,
    expected_keys,
    make,
    two_projects,
)
from tests.adapters.jira.site import Clock

# -- what is read, and with how many requests ---------------------------------------------------------------


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_a_full_pull_is_open_issues_and_those_done_lately(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment)
    pulled = pull_all(adapter_of(sandbox))
    assert {entry.key for entry in pulled.entries} == expected_keys(sandbox)
    short = pull_all(adapter_of(sandbox, done_days=20))
    assert {entry.key for entry in short.entries} == expected_keys(sandbox, 20)
    assert len(short.entries) < len(pulled.entries)


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_one_project_costs_eleven_requests_and_one_more_a_hundred_issues(
    clock: Clock, deployment: str
) -> None:
    sandbox = make(clock, deployment)
    pull_all(adapter_of(sandbox))
    paths = [row.path for row in sandbox.ledger]
    searches = [path for path in paths if "/search" in path]
    # Account, project, boards, columns, fields, the server's clock, statuses, sprints, one edit screen.
    assert len(paths) - len(searches) == 9
    assert len(searches) == 2
    # Reads of issues by board or sprint are gone on Cloud, and so is the search by offset.
    assert not [path for path in paths if path.startswith("/rest/agile") and path.endswith("/issue")]
    assert ("/rest/api/3/search" in paths) is False


def test_fields_are_asked_for_by_id_and_never_by_star(clock: Clock) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    pull_all(adapter_of(sandbox, app=app))
    (first, second) = app.bodies_of("POST", SEARCH)
    assert {"summary", "customfield_10020", "customfield_10028", "customfield_10041"} <= set(first["fields"])
    assert not [name for name in first["fields"] if "*" in name]
    assert "expand" not in first
    assert "properties" not in first
    assert second["nextPageToken"]
    assert first["fields"] == second["fields"]


def test_data_center_searches_without_what_its_post_refuses(clock: Clock) -> None:
    sandbox = make(clock, "data_center")
    app = Tampered(sandbox.app)
    pull_all(adapter_of(sandbox, app=app))
    bodies = app.bodies_of("POST", "/rest/api/2/search")
    assert bodies
    assert all("properties" not in body for body in bodies)


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_pages_are_followed_to_the_end(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment, page_cap=7)
    pulled = pull_all(adapter_of(sandbox))
    assert {entry.key for entry in pulled.entries} == expected_keys(sandbox)
    assert len(pulled.pages) > 14


@pytest.mark.parametrize("workspace", ["kanban", "scrum", "empty"])
@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_other_workspaces(clock: Clock, workspace: str, deployment: str) -> None:
    sandbox = JiraSandbox(workspace, now=clock, deployment=deployment)
    keys = [project.key for project in sandbox.site.projects.values()]
    pulled = pull_all(adapter_of(sandbox, scope=tuple(keys)))
    assert not pulled.notices
    assert len(pulled.entries) == len(expected_keys(sandbox))
    assert {place.path for place in pulled.places if place.kind == "project"} == set(keys)
    assert pulled.cursor


# -- one bad thing stops no other ---------------------------------------------------------------------------


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_one_bad_issue_is_a_notice(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment)
    app = Tampered(sandbox.app)

    def spoil(asked: Any, page: Any) -> Any:
        for row in page["issues"]:
            if row["key"] == "CARE-51":
                row["fields"]["created"] = "the day before yesterday"
        return page

    app.on("POST", "*/search*", spoil)
    pulled = pull_all(adapter_of(sandbox, app=app))
    assert {entry.key for entry in pulled.entries} == expected_keys(sandbox) - {"CARE-51"}
    (notice,) = pulled.notices
    assert (notice.severity, notice.where) == (Severity.WARNING, "CARE-51")
    assert notice.next_step


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
@pytest.mark.parametrize("kind", ["html", "410", "400"])
def test_one_failing_project_is_a_notice_and_keeps_its_mark(clock: Clock, deployment: str, kind: str) -> None:
    sandbox = two_projects(clock, deployment)
    app = Tampered(sandbox.app)
    answers: dict[str, Answer] = {
        "html": (200, {}, b"<html>Log in</html>"),
        "410": (410, {}, b'{"errorMessages":["gone"]}'),
        "400": (400, {}, b'{"errorMessages":["The value 10000 does not exist"],"errors":{}}'),
    }
    app.on(
        "POST", "*/search*", lambda asked, page: answers[kind] if "project = 10000" in asked["jql"] else page
    )
    adapter = adapter_of(sandbox, app=app, scope=("CARE", "OPS"))
    pulled = pull_all(adapter)
    assert {entry.key for entry in pulled.entries} == {"OPS-1", "OPS-2", "OPS-3"}
    (notice,) = pulled.errors
    assert notice.where == "CARE"
    assert notice.next_step
    assert pulled.cursor is not None
    assert set(json.loads(pulled.cursor)["marks"]) == {"20000"}
    # The next pull reads the failed one in full, and the other one from its mark.
    later = pull_all(adapter_of(sandbox, scope=("CARE", "OPS")), since=pulled.cursor)
    assert {entry.key for entry in later.entries if entry.place.name == "CARE"} == expected_keys(sandbox) - {
        "OPS-1",
        "OPS-2",
        "OPS-3",
    }


def test_only_failing_projects_are_a_failed_connection(clock: Clock) -> None:
    sandbox = make(clock)
    sandbox.fail(Fault(kind="410", path=SEARCH, times=-1))
    with pytest.raises(ConnectionFailed, match="work"):
        pull_all(adapter_of(sandbox))


@pytest.mark.parametrize("order", [("CARE", "OPS"), ("OPS", "CARE")])
@pytest.mark.parametrize("parallel", [1, 4])
def test_an_issue_that_moves_while_it_is_read_is_at_the_end_where_it_moved_to(
    clock: Clock, order: tuple[str, ...], parallel: int
) -> None:
    sandbox = two_projects(clock)
    issue = sandbox.site.issue("CARE-51")
    app = Tampered(sandbox.app)

    def move(asked: Any, page: Any) -> Any:
        if "project = 10000" in asked["jql"]:
            issue.project, issue.key, issue.former_keys, issue.updated = (
                "20000",
                "OPS-9",
                ["CARE-51"],
                clock(),
            )
        return page

    app.on("POST", SEARCH, move)
    first = pull_all(adapter_of(sandbox, app=app, scope=order, parallel=parallel))
    later = pull_all(adapter_of(sandbox, scope=order), since=first.cursor)
    assert {**first.by_id, **later.by_id}[str(issue.id)].key == "OPS-9"
    # Read first where it stood and then where it stands, it comes twice, the newer one last.
    assert [entry.key for entry in first.entries if entry.ref.id == str(issue.id)][-1:] in (
        ["OPS-9"],
        ["CARE-51"],
    )


def test_boards_that_cannot_be_read_leave_the_issues(clock: Clock) -> None:
    # A scoped token without the agile scopes gets a 401 there, though its credentials are good.
    sandbox = make(clock)
    sandbox.fail(Fault(kind="401", path="/rest/agile/*", times=-1))
    pulled = pull_all(adapter_of(sandbox))
    assert {entry.key for entry in pulled.entries} == expected_keys(sandbox)
    (notice,) = pulled.errors
    assert notice.where == "CARE/boards"
    assert "board-scope" in notice.next_step
