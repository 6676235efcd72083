"""A proposal in each of its forms: nothing is left out, and no tracker's text does anything."""

from __future__ import annotations

import json as stdlib_json
import re
from datetime import timedelta

import pytest

from planora_sync.change import Change, Field, current, span
from planora_sync.correct.proposal import Proposal, Safety, seal
from planora_sync.correct.render import html, json, markdown, text
from planora_sync.model import Horizon
from planora_sync.testing import NOW
from tests.correct.places import ROADMAP, notion_places
from tests.correct.test_apply import handmade
from tests.correct.world import World, promise, scene, wish

HOSTILE = "<script>alert(1)</script> [x](javascript:y) \x1b]0;owned\x07\u202egnp.exe"
FORMS = {"text": text.render, "json": json.render, "md": markdown.render, "html": html.render}


@pytest.fixture
def proposal() -> Proposal:
    """Return a proposal of two corrections to review and one by hand; one has a title that somebody crafted."""
    of = scene()
    wish(of), promise(of)
    of.add(type="story", sprint="active", status="In Progress")
    found = World(of).propose()
    first, *others = found.corrections
    crafted = first.model_copy(update={"title": HOSTILE, "losses": (HOSTILE,), "url": "javascript:alert(1)"})
    return seal((crafted, *others), created=found.created, expires=found.expires, notes=(HOSTILE,))


@pytest.mark.parametrize("form", FORMS)
def test_every_correction_is_there_by_its_id(proposal: Proposal, form: str) -> None:
    shown = FORMS[form](proposal)
    assert all(one.id in shown for one in proposal.corrections)
    assert proposal.id in shown


@pytest.mark.parametrize("form", FORMS)
def test_no_title_steers_a_terminal(proposal: Proposal, form: str) -> None:
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e]", FORMS[form](proposal))


def test_the_page_runs_loads_and_links_nothing_of_a_tracker(proposal: Proposal) -> None:
    page = html.render(proposal)
    assert "<script" not in page
    assert "javascript:" not in page.replace("javascript:y)", "")
    assert "default-src 'none'" in page
    assert not re.search(r"\bsrc=|@import|url\(", page)
    assert "--card: #fff" in page  # the style is in the page, unescaped
    assert "&quot;Segoe UI&quot;" not in page


def test_the_page_says_how_to_approve_where_there_is_something_to_approve(proposal: Proposal) -> None:
    assert f"planora-sync approve {proposal.id}" in html.render(proposal)
    by_hand = tuple(one for one in proposal.corrections if one.safety is Safety.MANUAL)
    only = seal(by_hand, created=proposal.created, expires=proposal.expires)
    assert "planora-sync approve" not in html.render(only)


def test_json_is_ascii_and_versioned(proposal: Proposal) -> None:
    shown = json.render(proposal)
    assert shown.isascii()
    assert re.fullmatch(r"planora-sync/proposal/\d+", stdlib_json.loads(shown)["schema"])


def test_a_range_is_shown_before_and_after_in_every_form() -> None:
    today = NOW.date()
    of = scene("notion-projects-tasks-sprints", places=notion_places())
    row = of.add(place=ROADMAP, status=ROADMAP.statuses[0], horizon=Horizon(start=today, end=today))
    later = span(today, today + timedelta(days=30))
    change = Change(field=Field.TARGET, before=current(row, Field.TARGET), after=later)
    found = handmade(row, change, id="c-1")
    assert "    target: 2026-11-24 to 2026-11-24 -> 2026-11-24 to 2026-12-24" in text.render(found)
    assert "- target: 2026\\-11\\-24 to 2026\\-11\\-24 → 2026\\-11\\-24 to 2026\\-12\\-24" in markdown.render(
        found
    )
    assert "2026-11-24 to 2026-12-24" in html.render(found)
    (shown,) = stdlib_json.loads(json.render(found))["corrections"][0]["changes"]
    assert shown == {
        "field": "target",
        "before": "2026-11-24 to 2026-11-24",
        "after": "2026-11-24 to 2026-12-24",
    }
