"""Commands that correct: propose, approve, apply, undo, run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from planora_sync.sandbox import Fault
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
    assert found["proposal"] in out.read_text("utf-8")
    assert fernway("run", "--fail-on", "error").status == 1
    assert fernway.ok("show", "latest", "--format", "json").json["proposal"].startswith("p-")
    assert fernway.writes() == 0


def test_what_was_never_applied_cannot_be_undone(fernway: Team) -> None:
    fernway.ok("pull")
    assert fernway("undo", "p-0000000000").status == 2


def test_the_digest_that_people_are_shown_is_enough(fernway: Team) -> None:
    shown = fernway.ok("propose").out.split("digest ")[1].split(",")[0]
    assert len(shown) == 12
    fernway.ok("approve", "latest", "--digest", shown)
    assert fernway("approve", "latest", "--digest", shown[:6]).status == 4


def test_an_approval_of_nothing_is_none(fernway: Team) -> None:
    writing = next(c["id"] for c in proposed(fernway)["corrections"] if c["safety"] != "manual")
    found = fernway("approve", "latest", "--only", writing, "--except", writing)
    assert found.status == 4
    assert "no correction is left" in found.err
    assert "Nobody approved" in fernway("apply", "latest").err


def test_a_proposal_for_hands_only_is_said_to_be_one(tmp_path: Path) -> None:
    with team(tmp_path, ("work",)) as fernway:
        fernway.ok("approve", proposed(fernway)["proposal"])
        fernway.ok("apply", "latest")
        fernway.ok("pull")
        assert {c["safety"] for c in proposed(fernway)["corrections"]} == {"manual"}
        found = fernway("approve", "latest")
        assert found.status == 4
        assert "all of it is done by hand" in found.err


def test_apply_speaks_of_what_was_approved(tmp_path: Path) -> None:
    with team(tmp_path, ("work",)) as fernway:
        chosen = next(c for c in proposed(fernway)["corrections"] if c["safety"] != "manual")
        fernway.ok("approve", "latest", "--only", chosen["id"])
        dry = fernway.ok("apply", "latest", "--dry-run")
        assert dry.out.count("work") == 1
        assert chosen["key"] not in dry.err
        done = fernway.ok("apply", "latest")
        assert "CARE" in done.out
        assert "CARE" not in done.out.replace(chosen["key"], "", 1)
        assert "were not approved" in done.err
        assert f"--config {fernway.config} undo r-" in done.err
        again = fernway.ok("apply", "latest")
        assert "Already as wanted" in again.out
        assert "Undo all of it" not in again.err


def test_caps_hold_for_an_undo_too_and_can_be_lifted(tmp_path: Path) -> None:
    with team(tmp_path, ("work",)) as fernway:
        fernway.ok("approve", proposed(fernway)["proposal"])
        run = fernway.ok("apply", "latest", "--format", "json").json["run"]
        fernway.write(head="[caps]\nmax_corrections = 3\n")
        writes = fernway.writes()
        assert fernway("undo", run, "--apply").status == 4
        assert fernway.writes() == writes
        assert fernway("undo", run, "--apply", "--force-caps").status == 0
        assert fernway.writes() > writes


def test_a_proposal_goes_into_a_file_whole_or_not_at_all(fernway: Team) -> None:
    found = fernway("propose", "--format", "html", "--out", str(fernway.folder / "no" / "proposal.html"))
    assert found.status == 2
    assert "The proposal cannot be written to" in found.err


def test_what_to_type_next_names_the_configuration(fernway: Team) -> None:
    assert f"--config {fernway.config} approve p-" in fernway.ok("propose").err
    assert f"--config {fernway.config} apply p-" in fernway.ok("approve", "latest").err
    assert f"--config {fernway.config} show p-" in fernway.ok("run").err


def broken(fernway: Team) -> None:
    """Let every tracker answer nobody any more."""
    for sandbox in fernway.sandboxes.values():
        sandbox.fail(Fault(kind="401", times=-1))


def test_a_tracker_that_is_down_is_said_once_and_not_on_each_row(tmp_path: Path) -> None:
    with team(tmp_path, ("growth",)) as fernway:
        proposal = proposed(fernway)["proposal"]
        fernway.ok("approve", proposal)
        broken(fernway)
        found = fernway("apply", proposal)
        assert found.status == 4
        assert found.out.count("401") <= 1
        assert " more " in found.out
        rows = fernway("apply", proposal, "--format", "json").json["results"]
        assert len({row["id"] for row in rows if "401" in row["detail"]}) > 2, "scripts see each"


def test_undo_of_trackers_that_cannot_be_read_is_exit_3_and_makes_no_proposal(tmp_path: Path) -> None:
    with team(tmp_path, ("growth",)) as fernway:
        proposal = proposed(fernway)["proposal"]
        fernway.ok("approve", proposal)
        fernway.ok("apply", proposal)
        broken(fernway)
        found = fernway("undo", proposal)
        assert (found.status, found.out) == (3, "")
        assert f"Nothing of {proposal} can be undone now" in found.err
        assert fernway.ok("show", "latest", "--format", "json").json["proposal"] == proposal


def test_undo_of_two_trackers_of_which_one_is_down_undoes_the_other_and_is_exit_3(tmp_path: Path) -> None:
    with team(tmp_path, ("work", "growth")) as fernway:
        proposal = proposed(fernway)["proposal"]
        fernway.ok("approve", proposal)
        fernway.ok("apply", proposal)
        fernway.sandboxes["work"].fail(Fault(kind="401", times=-1))
        found = fernway("undo", proposal, "--format", "json")
        assert found.status == 3
        assert {one["ref"].partition("/")[0] for one in found.json["corrections"]} == {"trello.growth"}
        assert any("Nothing of this connection is undone now" in note for note in found.json["notes"])
