"""The sprint field: objects on Cloud, a Java object's text on Data Center, closed sprints for ever in both."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from planora_jira.translation import sprints
from planora_jira.translation.wire import entry

from planora_sync.model import Entry, Sprint, SprintState
from tests.adapters.jira.issues import issue, lens, status

CLASS = "com.atlassian.greenhopper.service.sprint.Sprint@1a2b"
OLD = (
    f"{CLASS}[id=21,rapidViewId=12,state=CLOSED,name=Sprint 21, the long one,goal=a=b, c [d] ,startDate=2026-10-01T"
    "08:00:00.000Z,endDate=2026-10-15T08:00:00.000Z,completeDate=2026-10-15T09:00:00.000Z,sequence=21]"
)
NEW = (
    f"{CLASS}[activatedDate=2026-11-20T08:00:00.000Z,autoStartStop=false,completeDate=<null>,endDate=2026-12-04T"
    "08:00:00.000Z,goal=Ship it, name=Fernway [stretch] id=7, state=of the art,id=23,incompleteIssuesDestinationId="
    "<null>,name=Sprint 23,rapidViewId=12,sequence=23,startDate=2026-11-20T08:00:00.000Z,state=ACTIVE,synced=false]"
)


def read(value: Any, **fields: Any) -> Entry:
    return entry(issue(customfield_10020=value, **fields), lens())


def cloud(id: int, state: str, start: str | None = None, complete: str | None = None) -> dict[str, Any]:
    return {
        "id": id,
        "name": f"S{id}",
        "state": state,
        "boardId": 12,
        "goal": "",
        **({"startDate": f"{start}T08:00:00.000Z"} if start else {}),
        **({"completeDate": f"{complete}T08:00:00.000Z"} if complete else {}),
    }


def test_texts_with_commas_equals_signs_and_brackets_in_any_key_order() -> None:
    found = read([NEW, OLD])
    assert found.sprint == Sprint(
        id="23",
        name="Sprint 23",
        state=SprintState.ACTIVE,
        board="board:12",
        start=date(2026, 11, 20),
        end=date(2026, 12, 4),
    )
    (earlier,) = found.earlier_sprints
    assert (earlier.id, earlier.name) == ("21", "Sprint 21, the long one")
    assert found.carried == 1


@pytest.mark.parametrize(
    "text",
    [
        f"{CLASS}[id=9,rapidViewId=12,state=ACTIVE,name=S,startDate=2026-11-20T08:00:00.000Z,goal=we say,id=5"
        ",state=CLOSED,startDate=soon]",
        f"{CLASS}[id=9,rapidViewId=12,state=ACTIVE,name=S,goal=we say,id=5,state=CLOSED,startDate=soon,startDate="
        "2026-11-20T08:00:00.000Z,sequence=9]",
        f"{CLASS}[activatedDate=<null>,endDate=<null>,goal=we say,id=5,state=CLOSED,endDate=soon,id=9,name=S"
        ",rapidViewId=12,startDate=2026-11-20T08:00:00.000Z,state=ACTIVE,synced=false]",
    ],
)
def test_what_a_goal_says_in_the_form_of_a_key_never_counts(text: str) -> None:
    sprint = Sprint(
        id="9", name="S", state=SprintState.ACTIVE, board="board:12", start=date(2026, 11, 20), end=None
    )
    assert read([text]).sprint == sprint


def test_null_is_nothing() -> None:
    text = f"{CLASS}[id=26,rapidViewId=<null>,state=FUTURE,name=S,startDate=<null>,endDate=<null>,completeDate=<null>]"
    assert read([text]).sprint == Sprint(id="26", name="S", state=SprintState.FUTURE)


@pytest.mark.parametrize(
    "text", ["Sprint 23", f"{CLASS}[name=S,state=ACTIVE]", f"{CLASS}[id=1,name=S]", "]["]
)
def test_a_text_that_is_no_sprint_is_refused(text: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        sprints.stays([text], UTC)


def test_the_active_sprint_comes_before_a_future_one() -> None:
    found = read([cloud(24, "future"), cloud(23, "active", "2026-11-20"), cloud(21, "closed", "2026-10-01")])
    assert found.sprint is not None
    assert (found.sprint.id, [one.id for one in found.earlier_sprints]) == ("23", ["21"])


def test_closed_sprints_do_not_count_as_being_in_one() -> None:
    found = read([cloud(21, "closed", "2026-10-01", "2026-10-15")])
    assert found.sprint is None
    assert found.carried == 1


def test_carried_counts_the_sprints_that_ended_before_it_was_done() -> None:
    value = [cloud(n, "closed", f"2026-0{n}-01", f"2026-0{n}-15") for n in (7, 8, 9)]
    done = status("Done", "done")
    assert read(value, status=done, resolutiondate="2026-09-10T08:00:00.000+0000").carried == 2
    assert read(value, status=done, resolutiondate="2026-07-10T08:00:00.000+0000").carried == 0
    assert read(value).carried == 3


def test_earlier_sprints_stand_in_order_whatever_order_jira_sends() -> None:
    value = [cloud(9, "closed", "2026-09-01"), cloud(7, "closed", "2026-07-01"), cloud(8, "closed")]
    assert [one.id for one in read(value).earlier_sprints] == ["7", "9", "8"]


def test_agile_issue_resources_have_fields_of_their_own() -> None:
    row = {"id": 7, "name": "EE Sprint 7", "state": "closed", "originBoardId": 8}
    found = entry(
        issue(sprint={**row, "id": 9, "state": "active"}, closedSprints=[row], flagged=True), lens()
    )
    assert found.sprint is not None
    assert (found.sprint.id, found.sprint.board) == ("9", "board:8")
    assert [one.id for one in found.earlier_sprints] == ["7"]
    assert found.blocked


def test_a_completion_is_kept_to_the_second() -> None:
    (stay,) = sprints.stays([cloud(7, "closed", "2026-07-01", "2026-07-15")], UTC)
    assert stay.completed == datetime(2026, 7, 15, 8, tzinfo=UTC)
