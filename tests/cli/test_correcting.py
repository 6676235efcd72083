"""Commands that correct: propose, approve, apply, undo, run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.team import Team, team

DERIVED = {"nature", "confidence"}
"""These follow from `updated` too, which no undo brings back."""


@pytest.fixture
def fernway(tmp_path: Path) -> Iterator[Team]:
    with team(tmp_path) as found:
        yield found


def proposed(fernway: Team) -> dict[str, Any]:
    body: dict[str, Any] = fernway.ok("propose", "--format", "json").json
    return body


def entries(fernway: Team) -> dict[str, dict[str, Any]]:
    import json

    fernway.ok("pull", "--full")
    rows = [json.loads(line) for line in fernway.ok("entries", "--all", "--format", "jsonl").out.splitlines()]
    return {row["ref"]: row for row in rows}


def differences(before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return what is another one: reference and field -> before and after."""
    assert before.keys() == after.keys()
    return {
        f"{ref} {key}": (row[key], after[ref][key])
        for ref, row in before.items()
        for key in row
        if key not in DERIVED and row[key] != after[ref][key]
    }


def test_propose_gives_the_promised_keys_and_writes_nothing(fernway: Team) -> None:
    body = proposed(fernway)
    assert set(body) >= {"schema", "proposal", "digest", "corrections"}
    for correction in body["corrections"]:
        assert set(correction) >= {"id", "ref", "codes", "safety", "changes"}
        assert all(set(change) >= {"field", "before", "after"} for change in correction["changes"])
        assert (correction["safety"] == "manual") == (not correction["changes"])
    assert fernway.writes() == 0


@pytest.mark.parametrize("form", ["text", "md", "html"])
def test_propose_for_people(fernway: Team, form: str) -> None:
    out = fernway.folder / f"proposal.{form}"
    fernway.ok("propose", "--format", form, "--out", str(out))
    text = out.read_text("utf-8")
    assert "CARE" in text
    assert "<script>alert" not in text
    assert "\u202e" not in text


def test_nothing_is_applied_that_nobody_approved(fernway: Team) -> None:
    proposal = proposed(fernway)["proposal"]
    found = fernway("apply", proposal)
    assert found.status == 4
    assert "approve" in found.err
    assert fernway.writes() == 0


def test_another_digest_is_refused(fernway: Team) -> None:
    found = fernway("approve", proposed(fernway)["proposal"], "--digest", "0" * 64)
    assert found.status == 4


def test_dry_run_says_the_calls_and_makes_none(fernway: Team) -> None:
    body = proposed(fernway)
    dry = fernway.ok("apply", body["proposal"], "--dry-run", "--format", "json").json
    assert dry["calls"]
    assert all(set(call) == {"connection", "method", "path"} for call in dry["calls"])
    assert fernway.writes() == 0


def test_the_whole_loop_and_back(tmp_path: Path) -> None:
    # Notion's pace would make this a minute of waiting; the same is done with it, in process, in tests/runs.
    with team(tmp_path, ("work", "growth")) as fernway:
        loop_and_back(fernway)


def loop_and_back(fernway: Team) -> None:
    before = entries(fernway)
    body = proposed(fernway)
    approved = fernway.ok("approve", body["proposal"], "--by", "Ana Ruiz", "--format", "json").json
    done = fernway.ok("apply", body["proposal"], "--format", "json").json
    outcomes = {row["id"]: row["outcome"] for row in done["results"]}
    assert {outcomes[id] for id in approved["corrections"]} == {"confirmed"}
    after = entries(fernway)
    assert before != after
    again = proposed(fernway)
    assert [c for c in again["corrections"] if c["safety"] != "manual"] == []
    undone = fernway.ok("undo", done["run"], "--apply", "--format", "json").json
    # What a move tore apart is mended from one side: the other side is then as wanted already.
    assert {row["outcome"] for row in undone["results"]} <= {"confirmed", "skipped"}
    assert differences(before, entries(fernway)) == {}


def test_only_and_except(fernway: Team) -> None:
    body = proposed(fernway)
    writing = [c["id"] for c in body["corrections"] if c["safety"] != "manual"]
    fernway.ok("approve", body["proposal"], "--only", writing[0])
    done = fernway.ok("apply", body["proposal"], "--format", "json").json
    assert [row["id"] for row in done["results"] if row["outcome"] == "confirmed"] == [writing[0]]


def test_manual_corrections_cannot_be_approved(fernway: Team) -> None:
    body = proposed(fernway)
    manual = next(c["id"] for c in body["corrections"] if c["safety"] == "manual")
    assert fernway("approve", body["proposal"], "--only", manual).status == 4


def test_caps_stop_the_whole_proposal(fernway: Team) -> None:
    fernway.write(head="[caps]\nmax_corrections = 3\n")
    body = proposed(fernway)
    assert any("cap" in note for note in body["notes"])
    fernway.ok("approve", body["proposal"])
    found = fernway("apply", body["proposal"])
    assert found.status == 4
    assert "max_corrections" in found.err
    assert fernway.writes() == 0
    assert fernway("apply", body["proposal"], "--force-caps").status == 0


def test_a_read_only_connection_is_never_written(fernway: Team) -> None:
    fernway.write(changed={name: {"read_only": True} for name in fernway.sandboxes})
    body = proposed(fernway)
    fernway.ok("approve", body["proposal"])
    found = fernway("apply", body["proposal"], "--format", "json")
    assert found.status == 4
    assert {row["outcome"] for row in found.json["results"]} <= {"refused", "skipped"}
    assert fernway.writes() == 0


def test_run_does_it_all_and_leaves_a_report(fernway: Team) -> None:
    out = fernway.folder / "report.html"
    found = fernway.ok("run", "--report", str(out), "--format", "json").json
    assert found["proposal"].startswith("p-")
    assert "Separation score" in out.read_text("utf-8")
    assert fernway("run", "--fail-on", "error").status == 1
    assert fernway.ok("show", "latest", "--format", "json").json["proposal"].startswith("p-")
    assert fernway.writes() == 0


def test_what_was_never_applied_cannot_be_undone(fernway: Team) -> None:
    fernway.ok("pull")
    assert fernway("undo", "p-0000000000").status == 2
