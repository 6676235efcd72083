"""The report in all its forms: what people see first, and what no title may do to it."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from planora_sync.correct.proposal import Proposal
from planora_sync.correct.propose import propose
from planora_sync.mapping.loading import load_preset
from planora_sync.model import Entry
from planora_sync.report.audited import Audited
from planora_sync.report.cells import safe_cell
from planora_sync.report.render import FORMATS, render
from planora_sync.report.score import Share, separation
from planora_sync.report.view import FIRST, view, web_address
from planora_sync.rules.engine import Selection, audit
from planora_sync.safe_text import one_line
from planora_sync.testing.builders import NOW
from planora_sync.testing.scene import Scene

HOSTILE = (
    '<script>alert("x")</script> \u202eevil [click](javascript:x) =HYPERLINK("http://x") \x1b[31m | **b**'
)


def messy() -> Scene:
    scene = Scene(load_preset("jira-scrum"), sprint_day=8)
    epic = scene.add("Patient portal", type="epic", sprint="active", status="In Progress", theme="Payments")
    scene.add_children(epic, 3, type="story", theme="Payments")
    for number in range(12):
        scene.add(f"Wish {number}", type="request", sprint="active", created=-40, updated=-30)
    scene.add(HOSTILE, type="story", status="In Progress", assignees=["Linh"], due=3)
    scene.add("Consent log", type="task", sprint="active", status="In Progress")
    scene.add("Ticket", template=True)
    return scene


def audited(scene: Scene, selection: Selection | None = None, new: bool = True) -> Audited:
    snapshot = scene.snapshot()
    found = audit(snapshot, selection)
    return Audited(
        run="r-7",
        at=NOW,
        audit=found,
        snapshot=snapshot,
        score=separation(found, snapshot),
        first_seen={one.identity: NOW - timedelta(days=3) for one in found.findings},
        new=frozenset(one.identity for one in found.findings) if new else frozenset(),
        resolved=0,
    )


def proposed(seen: Audited) -> Proposal:
    return propose(
        seen.snapshot,
        (*seen.audit.findings, *seen.audit.folded),
        judgements=seen.audit.judgements,
        now=NOW,
        audit=lambda snapshot: audit(snapshot).findings,
    )


class Tags(HTMLParser):
    """Collects the tags and links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]


@pytest.mark.parametrize("form", FORMATS)
def test_every_form_names_every_finding(form: str) -> None:
    seen = audited(messy())
    text = render(seen, form, proposed(seen))
    assert seen.audit.findings
    assert all(found.key.replace("-", "\\-") in text or found.key in text for found in seen.audit.findings)


def test_the_page_needs_nothing_and_runs_nothing() -> None:
    seen = audited(messy())
    text = render(seen, "html", proposed(seen), (70.0, 80.0, 90.0))
    page = Tags()
    page.feed(text)
    assert "script" not in page.tags
    assert "img" not in page.tags
    assert all(link.startswith("https://") for link in page.links)
    assert "\u202e" not in text
    assert "\x1b" not in text
    assert "default-src &#39;none&#39;" in text or "default-src 'none'" in text
    assert "polyline" in text


def test_markdown_keeps_titles_as_titles() -> None:
    text = render(audited(messy()), "md")
    assert "<script>" not in text
    assert "[click](" not in text
    assert "**b**" not in text


def test_csv_keeps_titles_as_titles() -> None:
    scene = messy()
    scene.add("=1+1", type="story", status="In Progress", assignees=["Linh"], due=2)
    rows = list(csv.DictReader(io.StringIO(render(audited(scene), "csv"))))
    assert "'=1+1" in [row["title"] for row in rows]


def test_json_is_versioned_and_carries_the_correction() -> None:
    seen = audited(messy())
    body = json.loads(render(seen, "json", proposed(seen)))
    assert body["schema"] == "planora-sync/report/1"
    assert any(row["correction"] and row["correction"]["changes"] for row in body["findings"])


def test_the_first_ten_show_each_rule_once_before_any_twice() -> None:
    seen = audited(messy())
    shown = [line.code for line in view(seen).first]
    codes = {found.code for found in seen.audit.findings}
    assert len(shown) == min(FIRST, len(seen.audit.findings))
    assert set(shown[: len(codes)]) == codes


def test_an_audit_without_findings_says_so() -> None:
    scene = Scene(load_preset("jira-scrum"))
    scene.add("Story", type="story", sprint="active", assignees=["Linh"])
    text = render(audited(scene), "html")
    assert "Nothing was found" in text
    assert "Every entry stands where it belongs" in text


def test_ignored_rules_stand_in_the_report_with_their_reason() -> None:
    seen = audited(messy(), Selection(ignore={"PS106": "wishes are planned here"}))
    assert "wishes are planned here" in render(seen, "html")
    assert "wishes are planned here" in render(seen, "md")


def test_score_counts_what_stands_on_its_own() -> None:
    scene = Scene(load_preset("jira-scrum"))
    epic = scene.add("Portal", type="epic", sprint="active", status="In Progress")
    scene.add_children(epic, 3, type="story")
    scene.add_children(epic, 5, type="sub-task")
    scene.add("Template", template=True)
    score = separation(scene.audit(), scene.snapshot())
    assert (score.total.entries, score.total.misfiled) == (4, 1)
    assert score.total.score == 75.0
    assert score.not_work == 1
    assert set(score.by_layer) == {"plan", "backlog"}


def test_nothing_at_all_is_well_kept() -> None:
    assert Share(entries=0, misfiled=0).score == 100


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", ""])
def test_only_addresses_of_the_web_are_linked(url: str) -> None:
    assert web_address(url) == ""


@pytest.mark.parametrize("value", ["=1", "+1", "-1", "@x", "\tx"])
def test_cells_that_would_run_are_texts(value: str) -> None:
    assert safe_cell(value) == "'" + value.replace("\t", " ")


def test_cells_steer_no_terminal_that_shows_them() -> None:
    assert safe_cell("a\x1b]0;owned\x07 \u202egnp.exe\nb") == "a ]0;owned  gnp.exe b"
    assert safe_cell(["a\x1b[31m", "b"]) == "a [31m, b"


def test_lines_are_cut_and_harmless() -> None:
    assert one_line("a\x1b[31m\nb\u202ec") == "a [31m bc"
    assert one_line("abcdef", 4) == "abc…"


def test_unknown_form_is_refused() -> None:
    with pytest.raises(ValueError, match="pdf"):
        render(audited(messy()), "pdf")


def test_every_finding_on_an_entry_is_shown_with_its_place() -> None:
    seen = audited(messy())
    entries: list[Entry] = [seen.snapshot.entries[f.ref] for f in seen.audit.findings if f.ref]
    page = render(seen, "html")
    assert all(entry.place.name in page for entry in entries)
