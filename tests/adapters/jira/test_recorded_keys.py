"""Every key of a recorded answer stands in the sandbox's answer, with the same type."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from planora_jira.sandbox import JiraSandbox

from tests.adapters.jira.site import RECORDED, Clock, Talk

pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason=f"no recordings at {RECORDED}")

NUMBERS = (int, float)
SITE = {
    # What a site has or has not, by its set-up, its add-ons or its people; a reason each.
    "entityId": "team-managed types and projects only",
    "uuid": "team-managed projects only",
    "scope": "what belongs to one project only",
    "projectCategory": "a project may be in a category",
    "goal": "a sprint may have none",
    "completeDate": "closed sprints only",
    "startDate": "a sprint that is planned has none",
    "endDate": "a sprint that is planned has none",
    "aggregateprogress": "time tracking",
    "watches": "votes and watchers are no part of an entry",
    "votes": "votes and watchers are no part of an entry",
    "globalId": "a remote link may have none",
    "relationship": "a remote link may have none",
    "application": "a remote link may have none",
    "emailAddress": "hidden by its owner",
    "icon": "a remote link may have one",
    "status": "a remote link may have one",
    "releaseDate": "a release may have none",
    "avatarId": "types with an avatar of their own",
    "subQuery": "kanban boards only",
    "estimation": "boards that estimate",
    "statusColor": "priorities of Server",
    "userReleaseDate": "a release may have no date",
    "min": "a column may have a limit",
    "max": "a column may have a limit",
    "colour": "a field of a screen that somebody made",
    "summary": "a screen need not show the title; a remote link may have none",
}
"""Key -> why a sandbox need not have it everywhere."""


def load(name: str) -> Any:
    """Return a recording; rows of a list without the addresses they came from."""
    found = json.loads((RECORDED / name).read_text("utf-8"))
    if isinstance(found, list) and found and isinstance(found[0], dict) and set(found[0]) == {"url", "data"}:
        return [row["data"] for row in found]
    return found


def merged(values: Any) -> Any:
    """Return one value with the keys of several of a kind."""
    told = [one for one in values if one is not None]
    if told and all(isinstance(one, dict) for one in told):
        names = dict.fromkeys(name for one in told for name in one)
        return {name: merged([one[name] for one in told if name in one]) for name in names}
    if told and all(isinstance(one, list) for one in told):
        return [one for some in told for one in some]
    return told[0] if told else None


def lacking(real: Any, made: Any, where: str = "$") -> list[str]:
    """Return where a recorded value has a key that a made one lacks, or another type; empty values tell nothing."""
    if real is None or made is None:
        return []
    if isinstance(real, dict) and isinstance(made, dict):
        gone = [f"{where}.{name} is absent" for name in real if name not in made and name not in SITE]
        both = [name for name in real if name in made and name != "roles"]  # its keys are a site's own names
        return gone + [fault for name in both for fault in lacking(real[name], made[name], f"{where}.{name}")]
    if isinstance(real, list) and isinstance(made, list):
        if not real or not made:
            return []
        full = merged(made)
        return [fault for one in real for fault in lacking(one, full, f"{where}[]")]
    alike = (
        isinstance(real, NUMBERS)
        and isinstance(made, NUMBERS)
        and isinstance(real, bool) is isinstance(made, bool)
    )
    return (
        []
        if alike or type(real) is type(made)
        else [f"{where}: {type(made).__name__}, recorded {type(real).__name__}"]
    )


Call = Callable[[Talk], Any]
REMOTE = {
    "globalId": "g",
    "application": {"type": "t", "name": "n"},
    "object": {"url": "http://x.example", "title": "X", "summary": "S"},
}


def remote_links(talk: Talk) -> Any:
    talk("POST", "/rest/api/3/issue/CARE-51/remotelink", REMOTE)
    return talk.json("GET", "/rest/api/3/issue/CARE-51/remotelink")


def issues(talk: Talk, version: str) -> Any:
    """Return one issue with the keys of all."""
    search = "search/jql" if talk.sandbox.deployment == "cloud" else "search"
    body: dict[str, Any] = {"jql": "project = CARE", "fields": ["*all"], "maxResults": 100}
    body |= {"expand": "changelog"} if search == "search/jql" else {"expand": ["changelog"]}
    return merged(talk.json("POST", f"/rest/api/{version}/{search}", body)["issues"])


CLOUD: list[tuple[str, Call]] = [
    ("devlake/issue_types.json", lambda talk: talk.json("GET", "/rest/api/3/issuetype")),
    ("devlake/status.json", lambda talk: talk.json("GET", "/rest/api/3/status")),
    ("devlake/projects.json", lambda talk: talk.json("GET", "/rest/api/3/project/search")["values"]),
    ("devlake/sprints.json", lambda talk: talk.json("GET", "/rest/agile/1.0/board/12/sprint")["values"]),
    ("devlake/users.json", lambda talk: [talk.json("GET", "/rest/api/3/myself")]),
    (
        "devlake/issue_changelogs.json",
        lambda talk: talk.json("GET", "/rest/api/3/issue/CARE-51/changelog")["values"],
    ),
    ("devlake/remotelinks.json", remote_links),
    ("jira-cli/boards.json", lambda talk: talk.json("GET", "/rest/agile/1.0/board")),
    ("jira-cli/sprints.json", lambda talk: talk.json("GET", "/rest/agile/1.0/board/12/sprint")),
    ("jira-cli/sprint-get.json", lambda talk: talk.json("GET", "/rest/agile/1.0/sprint/22")),
    ("jira-cli/issue-link-types.json", lambda talk: talk.json("GET", "/rest/api/3/issueLinkType")),
    ("jira-cli/transitions.json", lambda talk: talk.json("GET", "/rest/api/3/issue/CARE-52/transitions")),
    ("jira-cli/fields.json", lambda talk: talk.json("GET", "/rest/api/3/field")),
    ("jira-cli/create.json", lambda talk: talk.json("GET", "/rest/api/3/issue/CARE-52")),
    (
        "jira-cli/projects.json",
        lambda talk: talk.json("GET", "/rest/api/3/project/search?expand=lead")["values"],
    ),
    ("jira-cli/issue.json", lambda talk: issues(talk, "3")),
    ("go-jira/all_boards.json", lambda talk: talk.json("GET", "/rest/agile/1.0/board")),
    ("go-jira/all_statuscategories.json", lambda talk: talk.json("GET", "/rest/api/3/statuscategory")),
    ("go-jira/status_category.json", lambda talk: talk.json("GET", "/rest/api/3/statuscategory")[0]),
    ("go-jira/all_priorities.json", lambda talk: talk.json("GET", "/rest/api/3/priority")),
    ("go-jira/all_resolutions.json", lambda talk: talk.json("GET", "/rest/api/3/resolution")),
    (
        "go-jira/all_issuelinktypes.json",
        lambda talk: talk.json("GET", "/rest/api/3/issueLinkType")["issueLinkTypes"],
    ),
    ("go-jira/sprints.json", lambda talk: talk.json("GET", "/rest/agile/1.0/board/12/sprint")),
    ("go-jira/remote_links.json", remote_links),
]
CENTER: list[tuple[str, Call]] = [
    ("jira-cli/serverinfo.json", lambda talk: talk.json("GET", "/rest/api/2/serverInfo")),
    ("go-jira/all_fields.json", lambda talk: talk.json("GET", "/rest/api/2/field")),
    ("go-jira/all_projects.json", lambda talk: talk.json("GET", "/rest/api/2/project")),
    ("go-jira/all_statuses.json", lambda talk: talk.json("GET", "/rest/api/2/status")),
    ("go-jira/project.json", lambda talk: talk.json("GET", "/rest/api/2/project/CARE")),
    (
        "go-jira/transitions.json",
        lambda talk: talk.json("GET", "/rest/api/2/issue/CARE-9/transitions?expand=transitions.fields"),
    ),
    (
        "go-jira/sprints_filtered.json",
        lambda talk: talk.json("GET", "/rest/agile/1.0/board/12/sprint?state=active"),
    ),
]


@pytest.mark.parametrize(("name", "call"), CLOUD, ids=[name for name, _ in CLOUD])
def test_cloud_has_every_recorded_key(cloud: Talk, name: str, call: Call) -> None:
    assert sorted(set(lacking(load(name), call(cloud)))) == []


@pytest.mark.parametrize(("name", "call"), CENTER, ids=[name for name, _ in CENTER])
def test_data_center_has_every_recorded_key(center: Talk, name: str, call: Call) -> None:
    assert sorted(set(lacking(load(name), call(center)))) == []


def test_a_kanban_boards_configuration_has_every_recorded_key(clock: Clock) -> None:
    talk = Talk(JiraSandbox("kanban", now=clock))
    (board,) = talk.json("GET", "/rest/agile/1.0/board")["values"]
    made = talk.json("GET", f"/rest/agile/1.0/board/{board['id']}/configuration")
    assert lacking(load("go-jira/board_configuration.json"), made) == []


def fields_of(row: Any) -> Any:
    """Return the system fields of a recorded issue: custom ones are numbered by each site."""
    return {name: value for name, value in row["fields"].items() if not name.startswith("customfield_")}


NO_ENTRY = {
    "attachment", "timetracking", "worklog", "progress", "aggregatetimeestimate", "aggregatetimeoriginalestimate",
    "aggregatetimespent", "timeestimate", "timeoriginalestimate", "timespent", "workratio", "lastViewed", "environment",
    "versions", "issuerestriction", "archivedby", "archiveddate", "thumbnail",
}  # fmt: skip
"""Fields of an issue that no entry is made of."""


@pytest.mark.parametrize(
    "name", ["devlake/external_epics.json", "devlake/issues_for_due_date.json", "devlake/issues.json"]
)
def test_issues_of_cloud_have_every_recorded_field(cloud: Talk, name: str) -> None:
    made = issues(cloud, "2")
    # Reads of issues by board show these beside; such reads are gone from Cloud.
    agile = {"sprint", "closedSprints", "epic", "flagged", "issuetype.untranslatedName"}
    for row in load(name):
        found = lacking(fields_of(row), made["fields"])
        assert [one for one in found if one.split()[0].removeprefix("$.") not in NO_ENTRY | agile] == [], row[
            "key"
        ]


def test_issues_of_data_center_have_every_recorded_field(center: Talk) -> None:
    made = issues(center, "2")
    for row in load("devlake/issue_relationships.json"):
        found = lacking(fields_of(row), made["fields"])
        assert [one for one in found if one.split()[0].removeprefix("$.") not in NO_ENTRY | {"flagged"}] == []
        assert lacking({name: row[name] for name in row if name != "fields"}, made) == []


def test_what_is_lacking_is_noticed() -> None:
    assert lacking({"a": 1, "b": [{"c": "x"}]}, {"b": [{"c": 1}]}) == [
        "$.a is absent",
        "$.b[].c: int, recorded str",
    ]
