"""Places and the check: what rules and corrections need to know of them, and which right each needs."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import planora_jira
import pytest
from planora_jira.sandbox import JiraSandbox

from planora_sync.adapter import Severity, Vocabulary
from planora_sync.errors import CredentialsRefused
from planora_sync.model import Category, Place, SprintState
from planora_sync.sandbox import Fault
from tests.adapters.jira.setups import DEPLOYMENTS, Tampered, adapter_of, make, two_projects
from tests.adapters.jira.site import Clock


def by_path(places: tuple[Place, ...]) -> dict[str, Place]:
    return {place.path: place for place in places}


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_projects_boards_and_open_sprints(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment)
    found = by_path(adapter_of(sandbox).places())
    assert list(found) == ["CARE", "CARE/board:12", *(f"CARE/sprint:{number}" for number in (23, 24, 25, 26))]
    project, board, sprint = found["CARE"], found["CARE/board:12"], found["CARE/sprint:24"]
    # Jira counts projects, boards and sprints each from one: their places must not share ids.
    assert (project.id, board.id, sprint.id) == ("10000", "board:12", "sprint:24")
    assert (board.container, sprint.container) == ("10000", "board:12")
    assert board.has_sprints is True
    assert sprint.sprint is not None
    assert (sprint.sprint.id, sprint.sprint.state, sprint.sprint.board) == (
        "24",
        SprintState.FUTURE,
        "board:12",
    )
    ranks = [place.sprint.rank for place in found.values() if place.sprint]
    assert ranks == sorted(set(ranks))
    marc = sandbox.site.users["marc"]
    assert project.default_assignee == (marc.account_id if deployment == "cloud" else "marc")


def test_statuses_stand_in_the_order_of_the_boards_columns(clock: Clock) -> None:
    found = by_path(adapter_of(make(clock)).places())
    assert [(one.name, one.category) for one in found["CARE/board:12"].statuses] == [
        ("To Do", Category.TODO),
        ("In Progress", Category.DOING),
        ("In Review", Category.DOING),
        ("Done", Category.DONE),
        ("Won't Do", Category.DONE),
    ]
    # A status on no column is still one that issues can have.
    assert [one.name for one in found["CARE"].statuses][-1] == "Parked"
    words = Vocabulary(categories={"parked": "done"})
    mapped = by_path(adapter_of(make(clock), vocabulary=words).places())
    assert mapped["CARE"].statuses[-1].category is Category.DONE


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_fields_and_what_they_take(clock: Clock, deployment: str) -> None:
    fields = {one.name: one for one in by_path(adapter_of(make(clock, deployment)).places())["CARE"].fields}
    assert [option.name for option in fields["Theme"].options][:2] == ["Online booking", "Payments"]
    assert [option.name for option in fields["Issue Type"].options][:2] == ["Story", "Task"]
    assert fields["Priority"].options
    assert fields["Due date"].type == "date"
    assert "Summary" not in fields


def test_a_kanban_board_has_no_sprints_and_is_not_asked_for_any(clock: Clock) -> None:
    sandbox = JiraSandbox("kanban", now=clock)
    keys = tuple(project.key for project in sandbox.site.projects.values())
    places = adapter_of(sandbox, scope=keys).places()
    assert {place.has_sprints for place in places if place.kind == "board"} == {False}
    assert not [row for row in sandbox.ledger if row.path.endswith("/sprint")]


@pytest.mark.parametrize(
    ("answer", "has"), [(None, True), ((400, {}, b'{"errorMessages":["no sprints"]}'), False)]
)
def test_a_team_managed_board_may_have_sprints_or_not(clock: Clock, answer: Any, has: bool) -> None:
    sandbox = make(clock)
    sandbox.site.boards[12].type = "simple"
    sandbox.site.projects["10000"].style = "next-gen"
    app = Tampered(sandbox.app)
    if answer is not None:
        app.on("GET", "*/board/12/sprint", lambda asked, page: answer)
    found = by_path(adapter_of(sandbox, app=app).places())
    assert found["CARE/board:12"].has_sprints is has
    assert found["CARE/board:12"].url == "http://jira.test/jira/software/projects/CARE/boards/12"


def test_a_sprint_that_shows_on_another_board_is_listed_by_its_own(clock: Clock) -> None:
    sandbox = make(clock)
    board = sandbox.site.boards[12]
    sandbox.site.boards[7] = type(board)(
        id=7, name="Other", type="scrum", project="10000", columns=list(board.columns)
    )
    sandbox.site.boards = dict(sorted(sandbox.site.boards.items()))
    app = Tampered(sandbox.app)
    row = {"id": 24, "name": "CARE Sprint 24", "state": "future", "originBoardId": 12}
    app.on("GET", "*/board/7/sprint", lambda asked, page: {"values": [row], "isLast": True})
    places = adapter_of(sandbox, app=app).places()
    assert [place.container for place in places if place.id == "sprint:24"] == ["board:12"]


def test_visible_projects_out_of_scope_are_told_without_their_insides(clock: Clock) -> None:
    sandbox = two_projects(clock)
    found = by_path(adapter_of(sandbox).places())
    assert found["OPS"].statuses == ()
    assert found["CARE"].statuses
    assert not [row for row in sandbox.ledger if "20000" in row.path]


def test_columns_that_cannot_be_read_cost_their_order_only(clock: Clock) -> None:
    sandbox = make(clock)
    sandbox.fail(Fault(kind="403", path="*/configuration", times=-1))
    adapter = adapter_of(sandbox)
    assert [one.name for one in by_path(adapter.places())["CARE"].statuses][:2] == ["To Do", "In Progress"]
    sandbox.fail(Fault(kind="403", path="*/configuration", times=-1))
    (notice,) = [one for one in adapter.check() if one.severity is Severity.WARNING]
    assert (notice.where, bool(notice.next_step)) == ("board 12", True)


@pytest.mark.parametrize("kind", ["html", "403"])
def test_sprints_that_cannot_be_read_are_an_error(clock: Clock, kind: str) -> None:
    sandbox = make(clock)
    sandbox.fail(Fault(kind=kind, path="*/sprint", times=-1))
    notices = [notice for page in adapter_of(sandbox).pull() for notice in page.notices]
    assert [(one.severity, one.where) for one in notices] == [(Severity.ERROR, "board 12")]


# -- check --------------------------------------------------------------------------------------------------


def rights(notices: tuple[Any, ...]) -> dict[str, Severity]:
    return {one.what: one.severity for one in notices if one.what.startswith("May")}


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_check_says_who_asks_what_answers_and_what_is_allowed(clock: Clock, deployment: str) -> None:
    notices = adapter_of(make(clock, deployment)).check()
    assert {one.severity for one in notices} == {Severity.OK}
    text = " ".join(one.what for one in notices)
    for piece in ("planora-sync", "Europe/Berlin", "CARE board (scrum)", "Sprint (customfield_"):
        assert piece in text
    assert ("Jira Cloud" if deployment == "cloud" else "Jira Data Center") in text
    for name in ("Edit Issues", "Schedule Issues", "Transition Issues", "Assign Issues", "Create Issues"):
        assert name in text


def test_each_missing_right_names_the_corrections_it_stops(clock: Clock) -> None:
    notices = adapter_of(make(clock), token="sandbox-read-only").check()
    found = rights(notices)
    assert set(found.values()) == {Severity.WARNING}
    assert any("set the status" in what for what in found)
    assert all(one.next_step for one in notices if one.severity is Severity.WARNING)


def test_rights_are_those_of_the_credential_that_writes(clock: Clock) -> None:
    adapter = adapter_of(make(clock), token="sandbox-read-only", write_token="sandbox-token")
    notices = adapter.check()
    assert set(rights(notices).values()) == {Severity.OK}
    assert any(one.what.startswith("Writes are made as") for one in notices)
    with pytest.raises(CredentialsRefused):
        adapter_of(make(clock), write_token="wr0ng").check()


def test_rights_that_cannot_be_asked_for_are_a_warning(clock: Clock) -> None:
    sandbox = make(clock)
    sandbox.fail(Fault(kind="403", path="*/mypermissions", times=-1))
    (notice,) = [one for one in adapter_of(sandbox).check() if one.severity is Severity.WARNING]
    assert notice.where == "CARE"


def test_check_names_choice_fields_that_are_too_many(clock: Clock) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    more = [
        {
            "id": f"customfield_{n}",
            "name": f"C{n}",
            "custom": True,
            "schema": {"type": "option", "custom": "x:select"},
        }
        for n in range(20000, 20060)
    ]
    app.on("GET", "*/field", lambda asked, rows: rows + more)
    (notice,) = [one for one in adapter_of(sandbox, app=app).check() if one.severity is Severity.WARNING]
    assert "choice fields are not read" in notice.what


def test_check_of_a_site_that_shows_nothing(clock: Clock) -> None:
    sandbox = make(clock)
    sandbox.site.projects.clear()
    (notice,) = [one for one in adapter_of(sandbox, scope=()).check() if one.severity is Severity.ERROR]
    assert "no project" in notice.what


def test_loading_the_package_does_not_load_the_vendors_library() -> None:
    code = "import planora_jira.sandbox as s, sys; assert 'jira' not in sys.modules; s.JiraSandbox"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    with pytest.raises(AttributeError):
        _ = planora_jira.Nothing
