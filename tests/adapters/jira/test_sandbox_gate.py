"""The gate: credentials, rights, the ledger and faults on purpose."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import MutableMapping
from typing import Any

import pytest
from planora_jira.sandbox import JiraSandbox

from planora_sync.errors import Unreachable
from planora_sync.http.inprocess import InProcess
from planora_sync.sandbox import Fault, LedgerRow
from tests.adapters.jira.site import BASE, Clock, Talk


def test_wrong_token_is_refused_or_finds_nothing(clock: Clock) -> None:
    talk = Talk(JiraSandbox("messy", now=clock), token="wrong")
    answer = talk("GET", "/rest/api/3/myself")
    assert answer.status_code == 401
    assert answer.headers["X-Seraph-LoginReason"] == "AUTHENTICATED_FAILED"
    # The trap: a search with bad credentials works, and finds nothing.
    found = talk("POST", "/rest/api/3/search/jql", {"jql": "project = CARE"})
    assert (found.status_code, found.json()) == (200, {"issues": [], "isLast": True})
    assert found.headers["X-Seraph-LoginReason"] == "AUTHENTICATED_FAILED"
    assert talk.json("GET", "/rest/api/3/project/search")["values"] == []
    assert talk.json("GET", "/_edge/tenant_info")["cloudId"]


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (None, 401),
        ("Basic not-base64!", 401),
        ("Basic " + base64.b64encode(b"somebody@else.example:sandbox-token").decode(), 401),
        ("Bearer sandbox-token", 403),
    ],
)
def test_other_credentials(clock: Clock, header: str | None, status: int) -> None:
    process = InProcess(JiraSandbox("messy", now=clock).app)
    headers = {"Authorization": header} if header else {}
    answer = process.send("GET", f"{BASE}/rest/api/3/myself", headers, b"")
    assert answer.status == status
    process.close()


def test_read_only_token_may_not_write(clock: Clock) -> None:
    talk = Talk(JiraSandbox("messy", now=clock), token="sandbox-read-only")
    assert talk.keys("key = CARE-1") == ["CARE-1"]
    writes = [
        ("PUT", "/rest/api/3/issue/CARE-1", {"fields": {"summary": "x"}}),
        ("POST", "/rest/api/3/issue", {"fields": {}}),
        ("POST", "/rest/api/3/issue/CARE-1/transitions", {"transition": {"id": "21"}}),
        ("POST", "/rest/agile/1.0/backlog/issue", {"issues": ["CARE-10"]}),
        ("PUT", "/rest/api/3/issue/CARE-1/properties/p", 1),
    ]
    for method, path, body in writes:
        assert talk(method, path, body).status_code == 403
    asked = talk.json(
        "GET", "/rest/api/3/mypermissions", permissions="BROWSE_PROJECTS,EDIT_ISSUES", projectKey="CARE"
    )
    held = {key: row["havePermission"] for key, row in asked["permissions"].items()}
    assert held == {"BROWSE_PROJECTS": True, "EDIT_ISSUES": False}


def test_rights(clock: Clock, cloud: Talk) -> None:
    path, names = "/rest/api/3/mypermissions", "EDIT_ISSUES,ADMINISTER_PROJECTS,DELETE_ISSUES"
    held = cloud.json("GET", path, permissions=names)["permissions"]
    assert [row["havePermission"] for row in held.values()] == [True, True, False]
    plain = Talk(JiraSandbox("messy", now=clock, project_admin=False))
    assert (
        plain.json("GET", path, permissions=names)["permissions"]["ADMINISTER_PROJECTS"]["havePermission"]
        is False
    )
    assert cloud("GET", path).status_code == 400
    assert cloud("GET", path, permissions="FLY").status_code == 400
    assert cloud("GET", path, permissions=names, projectKey="NOPE").status_code == 404


def test_site_routes(cloud: Talk) -> None:
    api = "/rest/api/3"
    assert cloud.json("GET", f"{api}/myself")["timeZone"] == "Europe/Berlin"
    found = {row["id"]: row for row in cloud.json("GET", f"{api}/field")}
    assert found["customfield_10020"]["schema"]["custom"] == "com.pyxis.greenhopper.jira:gh-sprint"
    assert found["customfield_10500"]["name"] == "labels"
    assert {row["hierarchyLevel"] for row in cloud.json("GET", f"{api}/issuetype")} == {-1, 0, 1, 2}
    assert len(cloud.json("GET", f"{api}/status")) == 8
    assert [row["key"] for row in cloud.json("GET", f"{api}/statuscategory")] == [
        "new",
        "indeterminate",
        "done",
    ]
    assert cloud.json("GET", f"{api}/priority")[0]["name"] == "Highest"
    assert "Won't Do" in {row["name"] for row in cloud.json("GET", f"{api}/resolution")}
    assert {row["name"] for row in cloud.json("GET", f"{api}/issueLinkType")["issueLinkTypes"]} >= {
        "Blocks",
        "Relates",
    }
    page = cloud.json("GET", f"{api}/project/search", keys="CARE", expand="lead")
    assert (page["values"][0]["key"], page["values"][0]["lead"]["displayName"]) == ("CARE", "Marc Dubois")
    assert "issueTypes" not in page["values"][0]
    assert [row["key"] for row in cloud.json("GET", f"{api}/project")] == ["CARE"]
    assert len(cloud.json("GET", f"{api}/project/CARE")["issueTypes"]) == 8
    statuses = cloud.json("GET", f"{api}/project/CARE/statuses")
    assert next(row["name"] for row in statuses[0]["statuses"]) == "To Do"
    assert cloud("GET", f"{api}/project/NOPE").status_code == 404
    assert cloud("GET", f"{api}/nowhere").status_code == 404


def test_people_who_can_be_assigned(cloud: Talk) -> None:
    path = "/rest/api/3/user/assignable/search"
    everybody = {row["displayName"] for row in cloud.json("GET", path, project="CARE")}
    assert "Linh Tran" in everybody
    assert {"Oakfield Physio", "Piotr Zielinski"} & everybody == set()
    keiko = cloud.json("GET", path, project="CARE", query="keiko")[0]
    assert "emailAddress" not in keiko
    assert cloud.json("GET", path, project="CARE", accountId=keiko["accountId"])[0] == keiko
    assert cloud("GET", path, query="x").status_code == 400


def test_ledger_keeps_order_query_and_status(cloud: Talk) -> None:
    cloud("GET", "/rest/api/3/issue/CARE-1", fields="summary")
    cloud("GET", "/rest/api/3/issue/CARE-9999")
    assert cloud.sandbox.ledger == [
        LedgerRow(method="GET", path="/rest/api/3/issue/CARE-1", query="fields=summary", status=200),
        LedgerRow(method="GET", path="/rest/api/3/issue/CARE-9999", query="", status=404),
    ]


@pytest.mark.parametrize("kind", ["401", "403", "404", "410", "429"])
def test_refusals_on_purpose(cloud: Talk, kind: str) -> None:
    cloud.sandbox.fail(Fault(kind=kind, path="/rest/api/3/myself", retry_after="7"))
    answer = cloud("GET", "/rest/api/3/myself")
    assert answer.status_code == int(kind)
    assert answer.headers["Retry-After"] == "7"
    assert answer.json()["errorMessages"]
    assert cloud("GET", "/rest/api/3/myself").status_code == 200


def test_limit_names_its_reason_and_may_lack_retry_after(cloud: Talk) -> None:
    for reason, told in ((None, "jira-burst-based"), ("jira-quota-tenant-based", "jira-quota-tenant-based")):
        cloud.sandbox.fail(Fault(kind="429", reason=reason))
        answer = cloud("GET", "/rest/api/3/myself")
        assert answer.headers["RateLimit-Reason"] == told
        assert "Retry-After" not in answer.headers


def test_broken_answers(cloud: Talk) -> None:
    for kind, start in (("html", b"<!DOCTYPE html>"), ("half-json", b'{"self"'), ("empty", b"")):
        cloud.sandbox.fail(Fault(kind=kind))
        answer = cloud("GET", "/rest/api/3/myself")
        assert answer.status_code == 200
        assert answer.content.startswith(start)
        with pytest.raises(ValueError):
            answer.json()
    cloud.sandbox.fail(Fault(kind="503"))
    assert cloud("GET", "/rest/api/3/myself").status_code == 503


def test_faults_match_method_and_path_and_are_used_up(cloud: Talk) -> None:
    cloud.sandbox.fail(Fault(kind="500", method="PUT", path="/rest/api/3/issue/*", times=2))
    assert cloud("GET", "/rest/api/3/issue/CARE-1").status_code == 200
    body = {"fields": {"summary": "x"}}
    statuses = [cloud("PUT", "/rest/api/3/issue/CARE-1", body).status_code for _ in range(3)]
    assert statuses == [500, 500, 204]
    cloud.sandbox.fail(Fault(kind="502", times=-1))
    assert {cloud("GET", "/rest/api/3/myself").status_code for _ in range(3)} == {502}


@pytest.mark.parametrize(("kind", "labels"), [("cut-before", []), ("hang", []), ("cut-after", ["x"])])
def test_cuts(cloud: Talk, kind: str, labels: list[str]) -> None:
    cloud.sandbox.fail(Fault(kind=kind))
    process = InProcess(cloud.sandbox.app)
    secret = base64.b64encode(b"planora@fernway.example:sandbox-token").decode()
    body = b'{"update": {"labels": [{"add": "x"}]}}'
    with pytest.raises(Unreachable):
        process.send("PUT", f"{BASE}/rest/api/3/issue/CARE-1", {"Authorization": f"Basic {secret}"}, body)
    process.close()
    assert [row.status for row in cloud.sandbox.ledger] == [0]
    assert cloud.fields("CARE-1")["labels"] == labels


def test_bad_bodies(cloud: Talk) -> None:
    process = InProcess(cloud.sandbox.app)
    secret = base64.b64encode(b"planora@fernway.example:sandbox-token").decode()
    for body in (b"{", b"[]"):
        got = process.send("POST", f"{BASE}/rest/api/3/issue", {"Authorization": f"Basic {secret}"}, body)
        assert got.status == 400
    got = process.send(
        "PUT", f"{BASE}/rest/api/3/issue/CARE-1/properties/x", {"Authorization": f"Basic {secret}"}, b"{"
    )
    assert got.status == 400
    process.close()
    assert cloud("GET", "/rest/agile/1.0/board", startAt="x").status_code == 400


def test_unknown_workspace_and_deployment(clock: Clock) -> None:
    with pytest.raises(ValueError, match="messy"):
        JiraSandbox("nothing", now=clock)
    with pytest.raises(ValueError, match="data_center"):
        JiraSandbox("messy", now=clock, deployment="moon")


def test_other_scopes_pass_through(clock: Clock) -> None:
    # Starlette answers lifespan messages; the gate must not stand in their way.
    sandbox = JiraSandbox("empty", now=clock)
    seen: list[str] = []

    async def talk() -> None:
        messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

        async def receive() -> MutableMapping[str, Any]:
            return next(messages)

        async def send(message: MutableMapping[str, Any]) -> None:
            seen.append(message["type"])

        await sandbox.app({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, send)

    asyncio.run(talk())
    assert seen == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert sandbox.ledger == []
