"""A webhook's hint is read again, stored where it differs, and acted on once; it is never the truth itself."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from planora_sync.adapter import Absence, Delivery, Hint
from planora_sync.errors import AnswerUnreadable, ConnectionFailed, RateLimited, SignatureRefused, UsageError
from planora_sync.http import InProcess
from planora_sync.model import Entry
from planora_sync.runs.hints import REMEMBERED, SEEN, Now, act_on, hear
from planora_sync.runs.pull import PullStatus, pull_all
from planora_sync.runs.workspace import Workspace
from planora_sync.sandbox import Fault, Sandbox
from planora_sync.store import Pause
from tests.runs.team import workspace

SECRET = "the-app-s-secret"
URL = "https://hooks.fernway.example/trello"


@dataclass
class Growth:
    """A Trello connection, its stand-in, and somebody who works in it."""

    opened: Workspace
    sandbox: Sandbox

    def edit(self, entry: Entry, **fields: str) -> None:
        """Change a card as a person does, or delete it."""
        self._send("PUT", entry, fields)

    def delete(self, entry: Entry) -> None:
        self._send("DELETE", entry, {})

    def _send(self, method: str, entry: Entry, fields: dict[str, str]) -> None:
        table = self.sandbox.connection("")
        headers = {
            "Authorization": f'OAuth oauth_consumer_key="{table["user"]}", oauth_token="{table["token"]}"',
            "Content-Type": "application/json",
        }
        client = InProcess(self.sandbox.app)
        url = f"https://growth.test/1/cards/{entry.ref.id}"
        assert client.send(method, url, headers, json.dumps(fields).encode()).status == 200
        client.close()

    def some(self, count: int = 1) -> list[Entry]:
        found = [entry for entry in self.opened.store.entries.load(("growth",)) if entry.is_open]
        return found[:count]

    def kept(self, entry: Entry) -> Entry:
        return self.opened.store.entries.get(entry.ref)

    def asked(self) -> list[str]:
        """Return the paths that were asked for since the last look."""
        paths = [row.path for row in self.sandbox.ledger]
        self.sandbox.ledger.clear()
        return paths


@pytest.fixture
def growth(tmp_path: Path) -> Iterator[Growth]:
    changed = {"growth": {"webhook_secret": SECRET}}
    with workspace(tmp_path, ["growth"], changed=changed) as (opened, sandboxes):
        found = Growth(opened, sandboxes["growth"])
        pull_all(opened)
        found.asked()
        yield found


def hint(*entries: Entry, **fields: Any) -> Hint:
    return Hint(ids=tuple(entry.ref.id for entry in entries), **fields)


def delivery(entry: Entry, *, secret: str = SECRET, id: str = "5f0000000000000000000001") -> Delivery:
    action = {
        "id": id,
        "type": "updateCard",
        "date": "2026-11-24T10:00:00.000Z",
        "data": {"card": {"id": entry.ref.id}},
    }
    body = json.dumps({"action": action, "model": {}}).encode()
    signed = base64.b64encode(hmac.new(secret.encode(), body + URL.encode(), hashlib.sha1).digest()).decode()
    return Delivery(headers={"X-Trello-Webhook": signed}, body=body, url=URL)


# -- hearing --------------------------------------------------------------------------------------------------


def test_hearing_asks_the_tracker_nothing(growth: Growth) -> None:
    (entry,) = growth.some()
    (heard,) = hear(growth.opened, "growth", delivery(entry))
    assert heard.ids == (entry.ref.id,)
    assert growth.asked() == []


def test_what_is_signed_by_somebody_else_is_refused(growth: Growth) -> None:
    (entry,) = growth.some()
    with pytest.raises(SignatureRefused, match="growth") as failure:
        hear(growth.opened, "growth", delivery(entry, secret="another"))
    assert failure.value.exit_status == 3
    assert SECRET not in str(failure.value)


def test_what_is_no_event_is_said(growth: Growth) -> None:
    body = b'{"hello": "world"}'
    signed = base64.b64encode(hmac.new(SECRET.encode(), body + URL.encode(), hashlib.sha1).digest()).decode()
    with pytest.raises(AnswerUnreadable):
        hear(growth.opened, "growth", Delivery(headers={"x-trello-webhook": signed}, body=body, url=URL))


# -- acting ---------------------------------------------------------------------------------------------------


def test_what_changed_is_read_again_and_stored_and_the_rest_is_not_asked_for(growth: Growth) -> None:
    first, second = growth.some(2)
    growth.edit(first, name="Renamed by a person")
    growth.asked()
    acted = act_on(growth.opened, "growth", [hint(first, second)])
    assert [(one.ref, one.now) for one in acted.reread] == [(first.ref, Now.CHANGED), (second.ref, Now.SAME)]
    assert growth.kept(first).title == "Renamed by a person"
    assert len(growth.asked()) <= 3
    assert (acted.complete, acted.pulled) == (True, None)


def test_what_the_hint_says_itself_is_never_stored(growth: Growth) -> None:
    (entry,) = growth.some()
    acted = act_on(growth.opened, "growth", hear(growth.opened, "growth", delivery(entry)))
    assert [one.now for one in acted.reread] == [Now.SAME]
    assert growth.kept(entry).content_hash == entry.content_hash


def test_a_delivery_is_acted_on_once_even_in_another_process(growth: Growth) -> None:
    (entry,) = growth.some()
    act_on(growth.opened, "growth", [hint(entry, delivery="d-1")])
    growth.asked()
    with Workspace(growth.opened.config, apps={"growth": growth.sandbox.app}, now=growth.opened.now) as later:
        acted = act_on(later, "growth", [hint(entry, delivery="d-1")])
    assert (acted.repeated, acted.reread, growth.asked()) == (("d-1",), (), [])


def test_a_delivery_without_a_name_is_acted_on_each_time(growth: Growth) -> None:
    (entry,) = growth.some()
    for _ in range(2):
        assert len(act_on(growth.opened, "growth", [hint(entry)]).reread) == 1


def test_two_hints_of_one_delivery_are_both_acted_on(growth: Growth) -> None:
    first, second = growth.some(2)
    acted = act_on(growth.opened, "growth", [hint(first, delivery="d-1"), hint(second, delivery="d-1")])
    assert {one.ref for one in acted.reread} == {first.ref, second.ref}


def test_a_delivery_whose_reading_failed_is_acted_on_again(growth: Growth) -> None:
    (entry,) = growth.some()
    growth.edit(entry, name="Renamed")
    growth.sandbox.fail(Fault(kind="cut-before", method="GET", times=-1))
    with pytest.raises(ConnectionFailed):
        act_on(growth.opened, "growth", [hint(entry, delivery="d-1")])
    growth.sandbox.heal()
    acted = act_on(growth.opened, "growth", [hint(entry, delivery="d-1")])
    assert [one.now for one in acted.reread] == [Now.CHANGED]


def test_what_was_deleted_is_marked_with_the_reason_that_the_tracker_tells(growth: Growth) -> None:
    (entry,) = growth.some()
    growth.delete(entry)
    acted = act_on(growth.opened, "growth", [hint(entry)])
    (one,) = acted.reread
    assert one.now is Now.ABSENT
    (missing,) = growth.opened.store.entries.missing()
    assert (missing.ref, missing.absence) == (entry.ref, one.absence)
    assert missing.absence in (Absence.UNKNOWN, Absence.DELETED)


def test_what_was_never_known_and_is_not_there_is_no_trouble(growth: Growth) -> None:
    acted = act_on(growth.opened, "growth", [Hint(ids=("5f00000000000000000000ff",))])
    assert [one.now for one in acted.reread] == [Now.ABSENT]
    assert growth.opened.store.entries.missing() == []


def test_a_place_that_changed_is_pulled(growth: Growth) -> None:
    (entry,) = growth.some()
    growth.edit(entry, name="Renamed")
    acted = act_on(growth.opened, "growth", [Hint(places=(entry.place.id,), delivery="d-1")])
    assert acted.pulled is not None
    assert (acted.pulled.status, acted.pulled.full) == (PullStatus.OK, False)
    assert growth.kept(entry).title == "Renamed"


def test_a_pull_that_failed_is_not_complete_and_the_delivery_not_done(growth: Growth) -> None:
    (entry,) = growth.some()
    growth.sandbox.fail(Fault(kind="cut-before", times=-1))
    acted = act_on(growth.opened, "growth", [Hint(places=(entry.place.id,), delivery="d-1")])
    assert not acted.complete
    growth.sandbox.heal()
    assert act_on(growth.opened, "growth", [Hint(places=(entry.place.id,), delivery="d-1")]).repeated == ()


def test_where_nothing_was_ever_pulled_everything_is(tmp_path: Path) -> None:
    with workspace(tmp_path, ["growth"]) as (opened, _):
        acted = act_on(opened, "growth", [Hint(ids=("5f00000000000000000000ff",))])
        assert acted.pulled is not None
        assert (acted.pulled.full, acted.reread) == (True, ())
        assert opened.store.entries.load(("growth",))


def test_what_concerns_nothing_costs_nothing(growth: Growth) -> None:
    acted = act_on(growth.opened, "growth", [Hint(handshake="token-1")])
    assert (acted.handshakes, acted.reread, acted.complete, growth.asked()) == (("token-1",), (), True, [])


def test_it_waits_for_nobody_who_is_at_work(growth: Growth) -> None:
    (entry,) = growth.some()
    run = growth.opened.store.runs.begin("pull", ("growth",), growth.opened.now())
    with pytest.raises(UsageError, match=f"Run {run} "):
        act_on(growth.opened, "growth", [hint(entry)])


def test_a_tracker_that_wants_to_be_left_alone_is_left_alone_until_then(growth: Growth) -> None:
    (entry,) = growth.some()
    growth.opened.store.pauses.begin(
        "growth", Pause(until=growth.opened.now() + timedelta(hours=1), why="The quota is used up.")
    )
    growth.asked()
    with pytest.raises(RateLimited, match="The quota is used up") as failure:
        act_on(growth.opened, "growth", [hint(entry, delivery="d-1")])
    assert (failure.value.exit_status, growth.asked()) == (3, [])
    growth.opened.store.pauses.end("growth")
    assert len(act_on(growth.opened, "growth", [hint(entry, delivery="d-1")]).reread) == 1


# -- what is remembered ---------------------------------------------------------------------------------------


def test_deliveries_are_remembered_up_to_a_bound(growth: Growth) -> None:
    (entry,) = growth.some()
    notes = growth.opened.notes("growth")
    notes.put(SEEN, json.dumps([f"d-{number}" for number in range(REMEMBERED)]))
    act_on(growth.opened, "growth", [hint(entry, delivery="new")])
    kept = json.loads(notes.get(SEEN) or "")
    assert (len(kept), kept[0], kept[-1]) == (REMEMBERED, "d-1", "new")


@pytest.mark.parametrize("note", ["", "no JSON", '{"a": 1}', "[1, null]"])
def test_a_note_that_is_not_ours_is_no_trouble(growth: Growth, note: str) -> None:
    (entry,) = growth.some()
    growth.opened.notes("growth").put(SEEN, note)
    assert len(act_on(growth.opened, "growth", [hint(entry, delivery="d-1")]).reread) == 1
