"""What a pull costs: the least that Jira lets it, and what is remembered is never older than it may be."""

from __future__ import annotations

from math import ceil

import pytest
from planora_jira.sandbox import JiraSandbox

from tests.adapters.jira.noted import SEARCHES, Noted
from tests.adapters.jira.setups import DEPLOYMENTS, Tampered, expected_keys, make, two_projects
from tests.adapters.jira.site import Clock

# -- the floor ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("parallel", [1, 4])
@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_a_quiet_pull_costs_one_search_a_project_and_one_request_a_sprint_board(
    clock: Clock, deployment: str, parallel: int
) -> None:
    site = Noted(two_projects(clock, deployment), scope=("CARE", "OPS"), parallel=parallel)
    site.pull()
    search = f"POST {SEARCHES[deployment]}"
    for hours in (0, 1, 5):
        clock.forward(hours=hours)
        pulled = site.pull()
        assert sorted(site.paths) == sorted(["GET /rest/agile/1.0/board/12/sprint", search, search])
        assert not pulled.notices
        # All of them by the end of a pull, be they remembered.
        assert {place.path for place in pulled.places} >= {"CARE", "OPS", "CARE/board:12", "CARE/sprint:24"}
        care = next(place for place in pulled.places if place.path == "CARE")
        assert care.statuses
        assert any(field.options for field in care.fields)


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
@pytest.mark.parametrize(("workspace", "boards"), [("kanban", 0), ("scrum", 1), ("empty", 1)])
def test_a_quiet_pull_of_other_workspaces(clock: Clock, workspace: str, boards: int, deployment: str) -> None:
    sandbox = JiraSandbox(workspace, now=clock, deployment=deployment)
    keys = tuple(project.key for project in sandbox.site.projects.values())
    site = Noted(sandbox, scope=keys)
    site.pull()
    clock.forward(hours=1)
    site.pull()
    asked = [path for path in site.paths if path != f"POST {SEARCHES[deployment]}"]
    assert (len(site.paths) - len(asked), len(asked)) == (1, boards)


def test_a_team_managed_board_without_sprints_is_not_asked_twice(clock: Clock) -> None:
    sandbox = make(clock)
    sandbox.site.boards[12].type = "simple"
    app = Tampered(sandbox.app)
    app.on("GET", "*/board/12/sprint", lambda asked, page: (400, {}, b'{"errorMessages":["no sprints"]}'))
    site = Noted(sandbox, app=app)
    site.pull()
    site.pull()
    assert site.paths == [f"POST {SEARCHES['cloud']}"]


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
@pytest.mark.parametrize("size", [7, 40, 100])
def test_entries_cost_one_request_a_page(clock: Clock, deployment: str, size: int) -> None:
    sandbox = make(clock, deployment, page_cap=size)
    site = Noted(sandbox)
    site.pull()
    searches = site.paths.count(f"POST {SEARCHES[deployment]}")
    count = len(expected_keys(sandbox))
    # Data Center repeats a row a page, to see whether the list has shifted.
    step = size if deployment == "cloud" else size - 1
    assert searches == ceil((count - (size - step)) / step)
    assert len(site.paths) - searches == 9


def test_no_request_goes_where_cloud_reads_no_more(clock: Clock) -> None:
    site = Noted(make(clock))
    site.pull()
    clock.forward(days=2)
    site.pull()
    gone = [row for row in site.sandbox.ledger if row.status == 410]
    assert gone == []
    assert not [
        path for path in site.paths if "/rest/agile" in path and path.endswith(("/issue", "/backlog"))
    ]
