"""The sandbox's payloads beside Atlassian's API description and recorded answers of real sites."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.jira.openapi import answer_schema, description, faults
from tests.adapters.jira.site import RECORDED, Talk

PLATFORM = RECORDED / "openapi" / "jira-platform-v3.openapi.2026-02.json.gz"
AGILE = RECORDED / "openapi" / "jira-software-agile.openapi.2022-07.json"
needs_recordings = pytest.mark.skipif(not RECORDED.is_dir(), reason=f"no recordings at {RECORDED}")
CALLS: list[tuple[str, str, str, Any]] = [
    ("GET", "/rest/api/3/serverInfo", "/rest/api/3/serverInfo", None),
    ("GET", "/rest/api/3/myself", "/rest/api/3/myself", None),
    ("GET", "/rest/api/3/field", "/rest/api/3/field", None),
    ("GET", "/rest/api/3/issuetype", "/rest/api/3/issuetype", None),
    ("GET", "/rest/api/3/issuetype/{id}/alternatives", "/rest/api/3/issuetype/10001/alternatives", None),
    ("GET", "/rest/api/3/status", "/rest/api/3/status", None),
    ("GET", "/rest/api/3/priority", "/rest/api/3/priority", None),
    ("GET", "/rest/api/3/resolution", "/rest/api/3/resolution", None),
    ("GET", "/rest/api/3/statuscategory", "/rest/api/3/statuscategory", None),
    ("GET", "/rest/api/3/project", "/rest/api/3/project", None),
    ("GET", "/rest/api/3/issue/{issueIdOrKey}/properties", "/rest/api/3/issue/CARE-12/properties", None),
    ("POST", "/rest/api/3/search/jql", "/rest/api/3/search/jql", {"jql": "project = CARE", "fields": ["id"]}),
    ("GET", "/rest/api/3/issueLinkType", "/rest/api/3/issueLinkType", None),
    ("GET", "/rest/api/3/project/search", "/rest/api/3/project/search?expand=lead,issueTypes", None),
    ("GET", "/rest/api/3/project/{projectIdOrKey}", "/rest/api/3/project/CARE", None),
    ("GET", "/rest/api/3/project/{projectIdOrKey}/statuses", "/rest/api/3/project/CARE/statuses", None),
    ("GET", "/rest/api/3/mypermissions", "/rest/api/3/mypermissions?permissions=EDIT_ISSUES", None),
    ("GET", "/rest/api/3/user/assignable/search", "/rest/api/3/user/assignable/search?project=CARE", None),
    (
        "GET",
        "/rest/api/3/search/jql",
        "/rest/api/3/search/jql?jql=project=CARE&fields=*all&expand=names",
        None,
    ),
    (
        "POST",
        "/rest/api/3/search/jql",
        "/rest/api/3/search/jql",
        {"jql": "project = CARE", "fields": ["*all"]},
    ),
    (
        "POST",
        "/rest/api/3/search/approximate-count",
        "/rest/api/3/search/approximate-count",
        {"jql": "sprint = 24"},
    ),
    ("POST", "/rest/api/3/issue/bulkfetch", "/rest/api/3/issue/bulkfetch", {"issueIdsOrKeys": ["CARE-3"]}),
    (
        "POST",
        "/rest/api/3/changelog/bulkfetch",
        "/rest/api/3/changelog/bulkfetch",
        {"issueIdsOrKeys": ["CARE-51"]},
    ),
    ("GET", "/rest/api/3/issue/{issueIdOrKey}", "/rest/api/3/issue/CARE-12?expand=changelog,names", None),
    ("GET", "/rest/api/3/issue/{issueIdOrKey}/transitions", "/rest/api/3/issue/CARE-12/transitions", None),
    ("GET", "/rest/api/3/issue/{issueIdOrKey}/editmeta", "/rest/api/3/issue/CARE-12/editmeta", None),
    ("GET", "/rest/api/3/issue/{issueIdOrKey}/changelog", "/rest/api/3/issue/CARE-12/changelog", None),
    ("GET", "/rest/api/3/issue/{issueIdOrKey}/comment", "/rest/api/3/issue/CARE-25/comment", None),
]
BEYOND = ("untranslatedName is unknown", "created: int is no string", "$.location: ")
"""Where real sites differ from the description: the name before translation, epoch milliseconds in the bulk
changelog, and the id and name of a board's project are in recordings of real answers."""
AGILE_CALLS = [
    ("/rest/agile/1.0/board", "/rest/agile/1.0/board"),
    ("/rest/agile/1.0/board/{boardId}", "/rest/agile/1.0/board/12"),
    ("/rest/agile/1.0/board/{boardId}/configuration", "/rest/agile/1.0/board/12/configuration"),
]


def beyond(found: list[str]) -> list[str]:
    """Return the faults but for the known differences."""
    return [fault for fault in found if not any(known in fault for known in BEYOND)]


@needs_recordings
@pytest.mark.parametrize(("method", "route", "path", "body"), CALLS, ids=[f"{c[0]} {c[1]}" for c in CALLS])
def test_platform_answers_fit_the_description(
    cloud: Talk, method: str, route: str, path: str, body: Any
) -> None:
    doc = description(PLATFORM)
    answer = cloud(method, path, body)
    schema = answer_schema(doc, method, route, answer.status_code)
    assert beyond(faults(doc, schema, answer.json())) == []


@needs_recordings
@pytest.mark.parametrize(("route", "path"), AGILE_CALLS)
def test_agile_answers_fit_the_description(cloud: Talk, route: str, path: str) -> None:
    doc = description(AGILE)
    schema = answer_schema(doc, "GET", route, 200)
    assert beyond(faults(doc, schema, cloud.json("GET", path))) == []


@needs_recordings
@pytest.mark.parametrize(
    ("route", "path"),
    [
        ("/rest/agile/1.0/board/{boardId}/sprint", "/rest/agile/1.0/board/12/sprint"),
        ("/rest/agile/1.0/sprint/{sprintId}", "/rest/agile/1.0/sprint/22"),
    ],
)
def test_sprints_have_every_key_of_the_descriptions_example(cloud: Talk, route: str, path: str) -> None:
    # The description has no schema of them.
    answer = description(AGILE)["paths"][route]["get"]["responses"]["200"]["content"]["application/json"]
    example, made = json.loads(answer["example"]), cloud.json("GET", path)
    # Real boards tell no total of their sprints.
    assert missing({name: value for name, value in example.items() if name != "total"}, made) == []


@needs_recordings
def test_created_issue_fits_the_description(cloud: Talk) -> None:
    doc = description(PLATFORM)
    fields = {"project": {"key": "CARE"}, "issuetype": {"name": "Epic"}, "summary": "New"}
    answer = cloud("POST", "/rest/api/3/issue", {"fields": fields})
    assert faults(doc, answer_schema(doc, "POST", "/rest/api/3/issue", 201), answer.json()) == []


def test_the_checker_finds_faults() -> None:
    doc = {
        "components": {
            "schemas": {
                "Thing": {
                    "type": "object",
                    "required": ["id"],
                    "properties": {
                        "id": {"type": "string"},
                        "kind": {"enum": ["a"], "type": "string"},
                        "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
                    },
                    "additionalProperties": False,
                }
            }
        }
    }
    schema = {"$ref": "#/components/schemas/Thing"}
    assert faults(doc, schema, {"id": "1", "kind": "a", "parts": [{"id": "2"}]}) == []
    wrong = {"kind": "b", "parts": [{"id": 2}, True], "more": 1}
    assert len(faults(doc, schema, wrong)) == 5


def recorded(name: str) -> list[Any]:
    """Return the items of a recording."""
    rows = json.loads((RECORDED / name).read_text("utf-8"))
    return [row["data"] for row in rows]


def missing(real: Any, made: Any, where: str = "$") -> list[str]:
    """Return the names a recorded object has and a made one has not, at the depths that both have."""
    if not isinstance(real, dict) or not isinstance(made, dict):
        return []
    gone = [f"{where}.{name}" for name in real if name not in made]
    both = [name for name in real if name in made]
    return gone + [fault for name in both for fault in missing(real[name], made[name], f"{where}.{name}")]


@needs_recordings
def test_recorded_objects_have_no_names_that_we_lack(cloud: Talk) -> None:
    fields = cloud.fields("CARE-51")
    epic = recorded("devlake/external_epics.json")[0]["fields"]
    # Things that hang on a site's set-up, not on Jira: avatars' sizes, numbers of votes, colours.
    ignored = {"$.timeZone", "$.name", "$.emailAddress", "$.avatarId", "$.entityId", "$.scope"}
    for name in ("status", "priority", "project", "assignee", "creator", "issuetype"):
        if epic[name] is not None:
            assert set(missing(epic[name], fields[name])) <= ignored, name
    sprint = recorded("devlake/sprints.json")[0]
    assert missing(sprint, cloud.json("GET", "/rest/agile/1.0/sprint/22")) == []
    in_field = epic["customfield_10020"][0]
    assert missing(in_field, fields["customfield_10020"][0]) == []
    kind = recorded("devlake/issue_types.json")[0]
    assert missing(kind, cloud.json("GET", "/rest/api/3/issuetype")[0]) == []


@needs_recordings
def test_recorded_data_center_issue_has_no_names_that_we_lack(center: Talk) -> None:
    real = recorded("devlake/issue_relationships.json")[0]["fields"]
    made = center.fields("CARE-51")
    ignored = {"$.avatarId", "$.projectTypeKey"}
    for name in ("status", "priority", "project", "creator", "issuetype"):
        assert set(missing(real[name], made[name])) <= ignored, name


@needs_recordings
def test_recorded_transitions_and_links_have_the_same_names(cloud: Talk) -> None:
    def load(path: Path) -> Any:
        return json.loads(path.read_text("utf-8"))

    links = load(RECORDED / "jira-cli" / "issue-link-types.json")["issueLinkTypes"][0]
    assert missing(links, cloud.json("GET", "/rest/api/3/issueLinkType")["issueLinkTypes"][0]) == []
    step = load(RECORDED / "jira-cli" / "transitions.json")["transitions"][0]
    assert missing(step, cloud.json("GET", "/rest/api/3/issue/CARE-52/transitions")["transitions"][0]) == []
    info = load(RECORDED / "jira-cli" / "serverinfo.json")
    assert missing(info, cloud.json("GET", "/rest/api/3/serverInfo")) in ([], ["$.defaultLocale"])
