"""Webhooks. What would hurt a user first: to act on what somebody else sent, to miss an entry that is named, and to
take our own writes for somebody's change."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from planora_jira.sandbox.deliveries import deliveries
from planora_jira.sandbox.workflow import move_status
from planora_jira.webhooks import LONGEST_BODY, hear, sign

from planora_sync.adapter import Delivery, Hint
from planora_sync.change import Field, words
from planora_sync.errors import AnswerUnreadable, SignatureRefused
from tests.adapters.jira.setups import adapter_of, make, read, to
from tests.adapters.jira.site import Clock

SECRET = "sandbox-secret"
OURS = "712020:ours"
UPDATED = {
    "timestamp": 1795514400123,
    "webhookEvent": "jira:issue_updated",
    "issue_event_type_name": "issue_generic",
    "user": {"accountId": "5b10", "displayName": "Ana"},
    "issue": {"id": "10042", "key": "PLAN-42", "fields": {}},
    "changelog": {"id": "1", "items": [{"field": "status", "from": "1", "to": "3"}]},
}


def delivery(body: Any, secret: str | None = SECRET, **headers: str) -> Delivery:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    signed = {"X-Hub-Signature": sign(raw, secret)} if secret else {}
    return Delivery(headers={**signed, "X-Atlassian-Webhook-Identifier": "d-1", **headers}, body=raw)


def heard(one: Delivery, secret: str | None = SECRET) -> tuple[Hint, ...]:
    return hear(one, connection="work", secret=secret, own={OURS})


# -- who sent it --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", [None, "another"])
def test_what_is_not_signed_with_the_secret_is_refused(secret: str | None) -> None:
    with pytest.raises(SignatureRefused, match="signed") as caught:
        heard(delivery(UPDATED, secret))
    assert "work" in str(caught.value)
    assert SECRET not in str(caught.value)
    assert caught.value.help()


def test_without_a_secret_nothing_is_believed() -> None:
    with pytest.raises(SignatureRefused, match="no secret") as caught:
        heard(delivery(UPDATED, ""), secret=None)
    assert "webhook_secret" in caught.value.help()


@pytest.mark.parametrize("prefix", ["", "sha1=", "SHA512="])
def test_a_signature_by_another_algorithm_is_none(prefix: str) -> None:
    one = delivery(UPDATED)
    digest = one.header("X-Hub-Signature").removeprefix("sha256=")
    with pytest.raises(SignatureRefused):
        heard(Delivery(headers={"X-Hub-Signature": prefix + digest}, body=one.body))


def test_the_raw_body_is_signed_not_its_meaning() -> None:
    one = delivery(UPDATED)
    with pytest.raises(SignatureRefused):
        heard(Delivery(headers=one.headers, body=one.body + b" "))
    (hint,) = heard(Delivery(headers={k.lower(): v for k, v in one.headers.items()}, body=one.body))
    assert hint.ids == ("10042",)


# -- what it is about ---------------------------------------------------------------------------------------


def test_an_event_is_a_hint_with_its_instant_and_its_delivery() -> None:
    (hint,) = heard(delivery(UPDATED))
    at = datetime(2026, 11, 24, 10, 0, 0, 123000, tzinfo=UTC)
    assert hint == Hint(ids=("10042",), delivery="d-1", at=at)


def test_a_repeated_delivery_bears_the_same_mark() -> None:
    again = delivery(UPDATED, **{"X-Atlassian-Webhook-Retry": "3"})
    assert heard(again)[0].delivery == heard(delivery(UPDATED))[0].delivery == "d-1"


@pytest.mark.parametrize(
    ("event", "body", "ids", "places"),
    [
        ("jira:issue_created", {"issue": {"id": "1"}}, ("1",), ()),
        ("jira:issue_deleted", {"issue": {"id": "1"}}, ("1",), ()),
        ("comment_created", {"comment": {"id": "7"}, "issue": {"id": "1"}}, ("1",), ()),
        ("comment_deleted", {"issue": {"id": "1"}}, ("1",), ()),
        ("issue_property_set", {"property": {"key": "p"}, "issue": {"id": "1"}}, ("1",), ()),
        ("attachment_created", {"attachment": {"id": "7"}}, (), ()),
        ("worklog_updated", {"worklog": {"id": "7", "issueId": "1"}}, ("1",), ()),
        (
            "issuelink_created",
            {"issueLink": {"id": 9, "sourceIssueId": 1, "destinationIssueId": 2}},
            ("1", "2"),
            (),
        ),
        ("sprint_started", {"sprint": {"id": 37, "originBoardId": 12}}, (), ("sprint:37", "board:12")),
        ("sprint_closed", {"sprint": {"id": 37}}, (), ("sprint:37",)),
        ("board_updated", {"board": {"id": 12}}, (), ("board:12",)),
        ("board_configuration_changed", {"configuration": {"id": 12}}, (), ("board:12",)),
        ("jira:version_released", {"version": {"id": "5", "projectId": 10000}}, (), ("10000",)),
        ("project_deleted", {"project": {"id": 10000, "key": "PLAN"}}, (), ("10000",)),
        ("user_created", {"user": {"accountId": "x"}}, (), ()),
        ("option_voting_changed", {}, (), ()),
    ],
)
def test_every_sort_of_event(event: str, body: Any, ids: Any, places: Any) -> None:
    found = heard(delivery({"webhookEvent": event, "timestamp": 1, **body}))
    assert [(hint.ids, hint.places) for hint in found] == ([(ids, places)] if ids or places else [])


@pytest.mark.parametrize(
    ("body", "ours"),
    [
        ({"user": {"accountId": OURS}}, True),
        ({"user": {"accountId": "5b10"}}, False),
        ({"user": {"name": OURS, "key": "JIRAUSER1"}}, True),
        # Data Center writes user names in lower case in the header from which we know ours.
        ({"user": {"name": OURS.upper(), "key": "JIRAUSER1"}}, True),
        ({"comment": {"author": {"accountId": OURS}}}, True),
        ({}, False),
    ],
)
def test_our_own_write_is_told_by_its_author(body: Any, ours: bool) -> None:
    event = "comment_created" if "comment" in body else "jira:issue_updated"
    (hint,) = heard(delivery({"webhookEvent": event, "issue": {"id": "1"}, **body}))
    assert hint.ours is ours


# -- hostile bodies -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 200_000, b"{}", b'{"webhookEvent": 7}']
)
def test_what_is_no_event_is_unreadable(body: bytes) -> None:
    with pytest.raises(AnswerUnreadable, match="no event") as caught:
        heard(delivery(body))
    assert caught.value.help()


def test_a_body_longer_than_any_of_jira_is_not_even_hashed() -> None:
    with pytest.raises(AnswerUnreadable, match="more than Jira ever sends"):
        heard(Delivery(headers={}, body=b" " * (LONGEST_BODY + 1)))


@pytest.mark.parametrize("id", ["../1", "1 OR 1=1", "", None, True, 1.5, ["1"], {"id": 1}, "9" * 40, "１"])
def test_what_is_no_id_is_passed_over(id: Any) -> None:
    assert heard(delivery({"webhookEvent": "jira:issue_updated", "issue": {"id": id}})) == ()


@pytest.mark.parametrize("timestamp", [None, "soon", 10**30, -(10**30), True, 1.5])
def test_an_odd_timestamp_is_none(timestamp: Any) -> None:
    (hint,) = heard(delivery(UPDATED | {"timestamp": timestamp}))
    assert hint.at is None


# -- the adapter --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deployment", ["cloud", "data_center"])
def test_the_adapter_knows_its_own_account_without_asking(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment)
    adapter = adapter_of(sandbox, webhook_secret=SECRET)
    adapter.apply(read(adapter, sandbox, "CARE-52"), [to(Field.LABELS, words(("x",)))])
    me = sandbox.site.users[sandbox.site.me]
    user = {"accountId": me.account_id} if deployment == "cloud" else {"name": me.key}
    # Another process hears: what it knows stands in the notes.
    other = adapter_of(sandbox, webhook_secret=SECRET, notes=adapter.context.notes)
    asked = len(sandbox.ledger)
    (hint,) = other.hear(delivery(UPDATED | {"user": user}))
    assert (hint.ours, hint.ids) == (True, ("10042",))
    assert other.capabilities.hints
    assert len(sandbox.ledger) == asked
    with pytest.raises(SignatureRefused):
        adapter_of(sandbox).hear(delivery(UPDATED))


@pytest.mark.parametrize("deployment", ["cloud", "data_center"])
def test_what_the_sandbox_sends_is_heard_and_our_own_writes_are_known(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment)
    begun = clock()
    adapter = adapter_of(sandbox, webhook_secret=SECRET)
    adapter.apply(read(adapter, sandbox, "CARE-52"), [to(Field.LABELS, words(("x",)))])
    clock.forward(minutes=1)
    sandbox.site.me = "linh"
    move_status(sandbox.site, sandbox.site.issue("CARE-53"), "3")
    sent = deliveries(sandbox.site, SECRET, since=begun, base="http://jira.test")
    hints = [hint for one in sent for hint in adapter.hear(one)]
    assert [(hint.ids, hint.ours, hint.at) for hint in hints] == [
        (("10052",), True, begun),
        (("10053",), False, clock()),
    ]
    assert len({hint.delivery for hint in hints}) == 2
