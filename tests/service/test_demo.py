"""The demo's loop: exactly what is written down, whatever day and minute it is; and honest where it is not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from planora_sync.cli.demo_output import Printer
from planora_sync.errors import UsageError
from planora_sync.sandbox import Fault
from planora_sync.service.demo import CONNECTIONS, WORKSPACE, Shown, Teller, perform, stage
from planora_sync.service.demo_folder import MARKER, fresh_folder
from planora_sync.service.demo_summary import summary
from planora_sync.service.stand_ins import stand_in
from tests.service.stages import demo_at

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MOMENTS = {
    "the first minute of a day": datetime(2026, 11, 24, 0, 0, 20, tzinfo=UTC),
    "the last second of a year, the next one already in Berlin": datetime(
        2026, 12, 31, 23, 59, 59, tzinfo=UTC
    ),
    "a Sunday, in the hour that is twice in Berlin": datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    "a day that few years have": datetime(2028, 2, 29, 12, tzinfo=UTC),
}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """A demo at noon."""
    with demo_at(NOON, tmp_path_factory.mktemp("noon")) as (demo, _):
        return perform(demo, Teller())


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS.keys())
def test_both_audits_find_what_is_written_down_whenever_it_is(moment: datetime, tmp_path: Path) -> None:
    with demo_at(moment, tmp_path / "demo") as (demo, _):
        shown = perform(demo, Teller())
    assert (shown.first.measured.missed, shown.first.measured.unexpected) == ((), ())
    assert (shown.second.measured.missed, shown.second.measured.unexpected) == ((), ())
    assert shown.applied.report.complete
    assert shown.right
    assert len(shown.first.measured.wanted) > 50 > len(shown.second.measured.wanted) > 10


def test_it_is_the_same_whenever_it_is_told(shown: Shown, tmp_path: Path) -> None:
    with demo_at(NOON, tmp_path) as (demo, _):
        again = summary(perform(demo, Teller()))
    told = summary(shown)
    assert [Path(path).name for path in again.pop("reports")] == [
        Path(path).name for path in told.pop("reports")
    ]
    assert told == again


def test_its_summary_counts_what_it_did(shown: Shown) -> None:
    told = summary(shown)
    assert told["right"] is True
    assert told["first"]["precision"] == told["first"]["recall"] == 1.0
    assert told["first"]["findings"] == told["first"]["expected"]
    assert told["second"]["remaining"] == told["second"]["expected_remaining"]
    assert told["applied"]["confirmed"] == told["proposal"]["review"] + told["proposal"]["safe"]
    assert told["second"]["score"] > told["first"]["score"]
    assert all(row["question"] for row in told["first"]["unsure"])


def test_its_reports_are_there(shown: Shown) -> None:
    names = ["report.html", "report.md", "report-after.html", "report-after.md"]
    assert [path.name for path in shown.reports] == names
    assert "CARE-10" in shown.reports[0].read_text("utf-8")


def test_what_is_not_as_written_down_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody wrote one finding too few beside the data, and one too many."""
    truth = {
        name: stand_in(tracker, WORKSPACE, now=lambda: NOON).expected()
        for name, tracker in CONNECTIONS.items()
    }
    (quiet,) = [one for one in truth["work"] if one.key == "CARE-8"]
    (loud,) = [one for one in truth["work"] if one.key == "CARE-10"]
    lie = {quiet.id: ("PS102",), loud.id: ()}
    truth["work"] = tuple(
        type(one)(**{**vars(one), "codes": lie.get(one.id, one.codes)}) for one in truth["work"]
    )
    with demo_at(NOON, tmp_path, truth) as (demo, _):
        shown = perform(demo, Printer(tmp_path))
    said = capsys.readouterr().out
    assert not shown.right
    assert shown.first.measured.precision < 1
    assert shown.first.measured.recall < 1
    assert "written down, not found: PS102 on CARE-8" in said
    assert "found, not written down: PS101 on CARE-10" in said
    assert [row["key"] for row in summary(shown)["first"]["missed"]] == ["CARE-8"]


def test_a_stand_in_that_fails_is_said_and_nothing_is_called_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with demo_at(NOON, tmp_path / "demo") as (demo, sandboxes):
        sandboxes["growth"].fail(Fault(kind="html", times=-1))
        shown = perform(demo, Printer(tmp_path))
    assert not shown.right
    assert list(summary(shown)["first"]["failed"]) == ["growth"]
    assert "growth: failed" in capsys.readouterr().out


def test_a_folder_of_somebody_elses_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="no demo made it"), stage(tmp_path, lambda: NOON):
        raise AssertionError("it must not start")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_file_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("mine")
    with pytest.raises(UsageError, match=r"cannot be used: File exists.*--out"):
        fresh_folder(tmp_path / "demo")


def test_a_demos_own_files_are_replaced_and_others_left(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    fresh_folder(folder)
    for name in ("planora.db", "planora.db-wal", "report-after.html", "config.toml", "my-notes.md"):
        (folder / name).write_text("old")
    fresh_folder(folder)
    assert sorted(path.name for path in folder.iterdir()) == [MARKER, "my-notes.md"]
