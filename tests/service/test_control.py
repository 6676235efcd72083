"""The control address: tests in any language break a stand-in, look at its requests, and begin anew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from planora_sync.errors import Unreachable, UsageError
from planora_sync.http import InProcess
from planora_sync.sandbox import Fault
from planora_sync.service.control import Control
from planora_sync.service.stand_ins import stand_in
from planora_sync.testing import NOW

JSON = {"Content-Type": "application/json"}
ME = "/1/members/me"


class Steered:
    """A stand-in of Trello behind its control address."""

    def __init__(self, *faults: Fault) -> None:
        self.control = Control(lambda: stand_in("trello", "kanban", now=lambda: NOW), faults=faults)
        self._client = InProcess(self.control)
        table = self.control.sandbox.connection("")
        self._credentials = f'OAuth oauth_consumer_key="{table["user"]}", oauth_token="{table["token"]}"'

    def __call__(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        sent = b"" if body is None else json.dumps(body).encode()
        found = self._client.send(method, f"http://trello.test{path}", headers or JSON, sent)
        return found.status, json.loads(found.body) if found.body else None

    def me(self) -> int:
        """Ask the tracker who the account is, and return the status."""
        return self._client.send(
            "GET", f"http://trello.test{ME}", {"Authorization": self._credentials}, b""
        ).status

    def close(self) -> None:
        self._client.close()


@pytest.fixture
def steered() -> Iterator[Steered]:
    found = Steered()
    yield found
    found.close()


def test_it_says_what_it_is_and_with_which_credentials(steered: Steered) -> None:
    status, body = steered("GET", "/_sandbox")
    assert (status, body["tracker"], body["workspace"]) == (200, "trello", "kanban")
    assert body["connection"]["url"] == "http://trello.test"
    assert {"202", "cut-after"} <= set(body["faults"])


def test_a_fault_that_is_armed_strikes_and_is_used_up(steered: Steered) -> None:
    status, body = steered("POST", "/_sandbox/faults", {"kind": "503", "path": ME})
    assert (status, body["armed"][0]["times"]) == (201, 1)
    assert [steered.me(), steered.me()] == [503, 200]


def test_several_faults_are_armed_in_their_order(steered: Steered) -> None:
    steered("POST", "/_sandbox/faults", [{"kind": "503"}, {"kind": "429", "retry_after": "3"}])
    assert [steered.me(), steered.me(), steered.me()] == [503, 429, 200]


def test_a_fault_that_cuts_cuts(steered: Steered) -> None:
    steered("POST", "/_sandbox/faults", {"kind": "cut-before"})
    with pytest.raises(Unreachable):
        steered.me()


def test_faults_are_forgotten(steered: Steered) -> None:
    steered("POST", "/_sandbox/faults", {"kind": "503", "times": -1})
    assert steered.me() == 503
    assert steered("DELETE", "/_sandbox/faults") == (204, None)
    assert steered.me() == 200


def test_the_ledger_holds_the_trackers_requests_and_not_its_own(steered: Steered) -> None:
    steered.me()
    steered("GET", "/_sandbox")
    steered.me()
    status, body = steered("GET", "/_sandbox/ledger")
    assert (status, body["total"], len(body["requests"])) == (200, 2, 2)
    assert body["requests"][0] == {"method": "GET", "path": ME, "query": "", "status": 200}
    assert steered("GET", "/_sandbox/ledger?since=1")[1]["requests"] == body["requests"][1:]


def test_a_reset_brings_the_workspace_back_with_the_faults_it_began_with() -> None:
    steered = Steered(Fault(kind="503"))
    former = steered.control.sandbox
    assert [steered.me(), steered.me()] == [503, 200]
    steered("POST", "/_sandbox/faults", {"kind": "410"})
    assert steered("POST", "/_sandbox/reset") == (204, None)
    assert steered.control.sandbox is not former
    assert [steered.me(), steered.me()] == [503, 200]
    assert steered("GET", "/_sandbox/ledger")[1]["total"] == 2
    steered.close()


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "says"),
    [
        ("POST", "/_sandbox/faults", {"kind": "tired"}, 400, "knows no fault 'tired'"),
        ("POST", "/_sandbox/faults", {"type": "503"}, 400, "A fault is an object with a `kind`"),
        ("GET", "/_sandbox/ledger?since=x", None, 400, "'x' is no number"),
        ("GET", "/_sandbox/reset", None, 405, "There is no GET /_sandbox/reset here."),
        ("GET", "/_sandbox/nothing", None, 404, "There is no GET /_sandbox/nothing here."),
    ],
)
def test_what_it_does_not_understand_is_said(
    steered: Steered, method: str, path: str, body: object, status: int, says: str
) -> None:
    found, answer = steered(method, path, body)
    assert found == status
    assert says in answer["error"]
    assert answer["next_step"]


def test_a_page_in_a_browser_cannot_arm_faults(steered: Steered) -> None:
    status, answer = steered("POST", "/_sandbox/faults", {"kind": "503"}, **{"Content-Type": "text/plain"})
    assert (status, answer["error"]) == (400, "The body is not sent as JSON.")
    assert steered.me() == 200


def test_of_a_list_with_a_wrong_one_none_is_armed(steered: Steered) -> None:
    assert steered("POST", "/_sandbox/faults", [{"kind": "503"}, {"kind": ""}])[0] == 400
    assert steered.me() == 200


def test_a_fault_that_it_begins_with_must_be_known() -> None:
    with pytest.raises(UsageError, match="knows no fault 'tired'"):
        Control(lambda: stand_in("jira", "empty", now=lambda: NOW), faults=[Fault(kind="tired")])
