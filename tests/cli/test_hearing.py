"""`webhook` and `history`: what a tracker says has changed, and what it remembers of an entry."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from planora_sync.sandbox import Fault
from tests.cli.team import Team, Typed, team

SECRET = "the-app-s-secret"
URL = "https://hooks.fernway.example/trello"


@pytest.fixture
def fernway(tmp_path: Path) -> Iterator[Team]:
    with team(tmp_path, ("growth",)) as found:
        found.write(changed={"growth": {"webhook_secret": SECRET}})
        found.ok("pull")
        yield found


def some_card(fernway: Team) -> dict[str, str]:
    """Return a card as `entries` prints it."""
    found: dict[str, str] = json.loads(fernway.ok("entries", "--format", "jsonl").out.splitlines()[0])
    return found


def heard(fernway: Team, id: str, *words: str, secret: str = SECRET) -> Typed:
    """Type the command with a delivery about a card."""
    action = {"id": "5f1", "type": "updateCard", "data": {"card": {"id": id}}}
    body = json.dumps({"action": action, "model": {}}).encode()
    signed = base64.b64encode(hmac.new(secret.encode(), body + URL.encode(), hashlib.sha1).digest()).decode()
    path = fernway.folder / "body.json"
    path.write_bytes(body)
    options = ["--connection", "growth", "--url", URL, "--header", f"X-Trello-Webhook: {signed}"]
    return fernway("webhook", *options, *words, str(path))


def edit(fernway: Team, id: str, **fields: str) -> None:
    """Change a card as a person does."""
    table = fernway.sandboxes["growth"].connection("")
    credentials = f'OAuth oauth_consumer_key="{table["user"]}", oauth_token="{table["token"]}"'
    url = f"{fernway.address('growth')}/1/cards/{id}"
    assert httpx.put(url, json=fields, headers={"Authorization": credentials}).status_code == 200


# -- webhook --------------------------------------------------------------------------------------------------


def test_what_a_delivery_names_is_read_again_once(fernway: Team) -> None:
    card = some_card(fernway)
    edit(fernway, card["id"], name="Renamed by a person")
    found = heard(fernway, card["id"], "--format", "json")
    assert (found.status, found.json["schema"]) == (0, "planora-sync/webhook/1")
    assert [(row["ref"], row["now"]) for row in found.json["reread"]] == [(card["ref"], "changed")]
    assert some_card(fernway)["title"] == "Renamed by a person"
    again = heard(fernway, card["id"])
    assert (again.status, again.out) == (0, "")
    assert "Acted on before: delivery 5f1." in again.err


def test_for_people_it_is_a_table(fernway: Team) -> None:
    card = some_card(fernway)
    out = heard(fernway, card["id"]).out
    assert "entry" in out
    assert "same" in out


def test_a_wrong_signature_is_exit_3_and_reads_nothing(fernway: Team) -> None:
    fernway.sandboxes["growth"].ledger.clear()
    found = heard(fernway, "5f00000000000000000000ff", secret="another")
    assert (found.status, found.out) == (3, "")
    assert "[growth]" in found.err
    assert SECRET not in found.err
    assert fernway.sandboxes["growth"].ledger == []


def test_a_dry_run_says_what_it_hints_at_and_reads_nothing(fernway: Team) -> None:
    card = some_card(fernway)
    fernway.sandboxes["growth"].ledger.clear()
    found = heard(fernway, card["id"], "--dry-run")
    assert (found.status, found.out.strip()) == (0, f"To be read again: entries {card['id']}")
    assert fernway.sandboxes["growth"].ledger == []
    assert heard(fernway, card["id"], "--format", "json").json["reread"], (
        "the dry run did not count as acted on"
    )


def test_what_is_not_there_any_more_is_said_in_words(fernway: Team) -> None:
    out = heard(fernway, "5f00000000000000000000ff").out
    assert "not there: it was deleted" in out


def test_a_tracker_that_does_not_answer_is_exit_3(fernway: Team) -> None:
    card = some_card(fernway)
    fernway.sandboxes["growth"].fail(Fault(kind="401", times=-1))
    assert heard(fernway, card["id"]).status == 3


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["--connection", "growth", "--header", "s3cret"], 2, 'a header is written "NAME: VALUE"'),
        (["--connection", "nothing"], 2, "There is no connection 'nothing'"),
        ([], 2, "--connection"),
    ],
)
def test_what_is_wrong_with_the_call_is_said(fernway: Team, words: list[str], status: int, says: str) -> None:
    path = fernway.folder / "body.json"
    path.write_bytes(b"{}")
    found = fernway("webhook", *words, str(path))
    assert found.status == status
    assert says in found.err
    assert "s3cret" not in found.err


def test_a_token_that_notion_asks_to_be_pasted_back_is_printed_with_what_to_do(tmp_path: Path) -> None:
    with team(tmp_path, ("product",)) as fernway:
        body = fernway.folder / "body.json"
        body.write_text(
            json.dumps({"verification_token": "secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl"})
        )
        found = fernway("webhook", "--connection", "product", str(body))
        assert (found.status, found.out.strip()) == (0, "secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl")
        assert "set it as `webhook_secret` under [connections.product]" in found.err
        assert fernway.sandboxes["product"].ledger == []


def test_jira_signs_the_body_alone(tmp_path: Path) -> None:
    with team(tmp_path, ("work",)) as fernway:
        fernway.write(changed={"work": {"webhook_secret": SECRET}})
        fernway.ok("pull")
        row = json.loads(fernway.ok("entries", "--format", "jsonl").out.splitlines()[0])
        body = json.dumps({"webhookEvent": "jira:issue_updated", "issue": {"id": row["id"]}}).encode()
        path = fernway.folder / "body.json"
        path.write_bytes(body)
        signed = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        options = [
            "--header",
            f"X-Hub-Signature: sha256={signed}",
            "--header",
            "X-Atlassian-Webhook-Identifier: w-1",
        ]
        found = fernway("webhook", "--connection", "work", *options, "--format", "json", str(path))
        assert (found.status, [one["ref"] for one in found.json["reread"]]) == (0, [row["ref"]])
        assert (
            fernway(
                "webhook", "--connection", "work", *options[:1], "X-Hub-Signature: sha256=0", str(path)
            ).status
            == 3
        )


# -- history --------------------------------------------------------------------------------------------------


def test_history_tells_who_changed_what_and_when(fernway: Team) -> None:
    card = some_card(fernway)
    edit(fernway, card["id"], due="2026-12-24T12:00:00.000Z")
    found = fernway.ok("history", card["key"], "--format", "json").json
    assert (found["schema"], found["ref"], found["source"]) == (
        "planora-sync/history/1",
        card["ref"],
        "tracker",
    )
    last = found["events"][-1]
    assert (last["field"], last["after"]) == ("due", ["2026-12-24"])
    assert last["by"]["name"]
    assert [row["at"] for row in found["events"]] == sorted(row["at"] for row in found["events"])
    table = fernway.ok("history", card["ref"]).out
    assert "before -> after" in table
    assert "-> 2026-12-24" in table


def test_history_of_a_tracker_that_tells_none_is_what_pulls_saw(tmp_path: Path) -> None:
    with team(tmp_path, ("product",)) as fernway:
        fernway.ok("pull")
        row = json.loads(fernway.ok("entries", "--format", "jsonl").out.splitlines()[0])
        nothing = fernway.ok("history", row["ref"])
        assert "Notion tells no history to programs" in nothing.err
        assert "Nothing that changed is known." in nothing.out
        rename(fernway, row["id"], "Renamed by a person")
        fernway.ok("pull", "--full")
        found = fernway.ok("history", row["ref"], "--format", "json").json
        (event,) = found["events"]
        assert (found["source"], event["field"], event["by"]) == ("pulls", "title", None)
        assert event["after"] == ["Renamed by a person"]


def rename(fernway: Team, id: str, title: str) -> None:
    """Change a page's title as a person does."""
    headers = {
        "Authorization": f"Bearer {fernway.sandboxes['product'].connection('')['token']}",
        "Notion-Version": "2026-03-11",
    }
    url = f"{fernway.address('product')}/v1/pages/{id}"
    page = httpx.get(url, headers=headers).json()
    name = next(name for name, one in page["properties"].items() if one["type"] == "title")
    body = {"properties": {name: {"title": [{"text": {"content": title}}]}}}
    assert httpx.patch(url, headers=headers, json=body).status_code == 200


def test_history_of_what_is_not_known_is_said(fernway: Team) -> None:
    found = fernway("history", "NOPE-1")
    assert found.status == 2
    assert "There is no entry 'NOPE-1' in the store." in found.err
