"""A proposal as text, JSON, Markdown and HTML: whole expected outputs, and titles that are attacks."""

from __future__ import annotations

import json as stdlib_json
import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from planora_sync.change import Change, Field
from planora_sync.correct.proposal import Alternative, Correction, Proposal, Safety, seal
from planora_sync.correct.render import html, json, markdown, text
from planora_sync.correct.render.clean import address, plain
from planora_sync.model import Layer, Named, Ref
from planora_sync.testing import NOW


def named(name: str) -> Named:
    return Named(id=name.lower(), name=name)


def correction(number: int, **fields: object) -> Correction:
    given: dict[str, object] = {
        "id": f"c-{number:010d}",
        "ref": Ref(tracker="jira", connection="work", id=str(number)),
        "key": f"CARE-{number}",
        "title": "Redesign the patient profile",
        "url": f"https://acme.test/browse/CARE-{number}",
        "place": "CARE",
        "codes": ("PS101",),
        "layer": Layer.PLAN,
        "safety": Safety.REVIEW,
        "words": f"CARE-{number}: take it out of Sprint 23.",
        "changes": (Change(field=Field.SPRINT, before=(named("Sprint 23"),), after=()),),
    }
    return Correction.model_validate({**given, **fields})


def proposal(*corrections: Correction, notes: tuple[str, ...] = ()) -> Proposal:
    return seal(corrections, created=NOW, expires=NOW + timedelta(days=7), notes=notes)


FULL = proposal(
    correction(
        10,
        cascades=("Its 3 open children stay where they are.",),
        losses=("Theme: Payments",),
        alternatives=(Alternative(words="CARE-10: put it into Sprint 24."),),
        changes=(
            Change(field=Field.STATUS, before=(named("To Do"),), after=(named("To Do"),)),
            Change(field=Field.SPRINT, before=(named("Sprint 23"),), after=()),
            Change(field=Field.LABELS, before=(), after=(named("a"), named("b"))),
            Change(field=Field.PROPERTY, before=(), after=(named("North"),), property=named("Region")),
        ),
        calls=2,
        confidence=0.97,
    ),
    correction(
        11, safety=Safety.MANUAL, changes=(), words="Who owns it?", codes=("PS201", "PS202"), layer=None
    ),
    notes=("Connection 'work' is read-only.",),
)


def test_text_is_grouped_by_safety_and_place() -> None:
    assert (
        text.render(FULL)
        == f"""\
Proposal {FULL.id}, digest {FULL.digest[:12]}, good until 2026-12-01 10:00 UTC
2 corrections: 1 to review, 1 by hand.
! Connection 'work' is read-only.

== To review: approve them once you have seen what else happens

-- work: CARE
c-0000000010  CARE-10  Redesign the patient profile  [PS101]
    CARE-10: take it out of Sprint 23.
    status: To Do (kept)
    sprint: Sprint 23 -> nothing
    labels: nothing -> a, b
    Region: nothing -> North
    then: Its 3 open children stay where they are.
    lost: Theme: Payments
    or: CARE-10: put it into Sprint 24.
    https://acme.test/browse/CARE-10

== By hand: only a person can decide these

-- work: CARE
c-0000000011  CARE-11  Redesign the patient profile  [PS201 PS202]
    Who owns it?
    https://acme.test/browse/CARE-11
"""
    )


def test_an_empty_proposal_says_so() -> None:
    assert "Nothing to correct." in text.render(proposal())
    assert "Nothing to correct." in markdown.render(proposal())
    assert "Nothing to correct." in html.render(proposal())


def test_json_is_as_scripts_read_it() -> None:
    assert stdlib_json.loads(json.render(FULL)) == {
        "schema": "planora-sync/proposal/1",
        "proposal": FULL.id,
        "digest": FULL.digest,
        "created": "2026-11-24T10:00:00+00:00",
        "expires": "2026-12-01T10:00:00+00:00",
        "undoes": None,
        "notes": ["Connection 'work' is read-only."],
        "corrections": [
            {
                "id": "c-0000000010",
                "ref": "jira.work/10",
                "key": "CARE-10",
                "url": "https://acme.test/browse/CARE-10",
                "title": "Redesign the patient profile",
                "place": "CARE",
                "codes": ["PS101"],
                "layer": "plan",
                "safety": "review",
                "words": "CARE-10: take it out of Sprint 23.",
                "changes": [
                    {"field": "status", "before": "To Do", "after": "To Do"},
                    {"field": "sprint", "before": "Sprint 23", "after": None},
                    {"field": "labels", "before": [], "after": ["a", "b"]},
                    {"field": "property", "property": "Region", "before": None, "after": "North"},
                ],
                "cascades": ["Its 3 open children stay where they are."],
                "losses": ["Theme: Payments"],
                "alternatives": [{"words": "CARE-10: put it into Sprint 24.", "changes": []}],
                "calls": 2,
                "confidence": 0.97,
            },
            {
                "id": "c-0000000011",
                "ref": "jira.work/11",
                "key": "CARE-11",
                "url": "https://acme.test/browse/CARE-11",
                "title": "Redesign the patient profile",
                "place": "CARE",
                "codes": ["PS201", "PS202"],
                "layer": None,
                "safety": "manual",
                "words": "Who owns it?",
                "changes": [],
                "cascades": [],
                "losses": [],
                "alternatives": [],
                "calls": 0,
                "confidence": None,
            },
        ],
    }


def test_markdown_links_and_lists() -> None:
    assert (
        markdown.render(FULL)
        == f"""\
# Proposal {FULL.id}

2 corrections: 1 to review, 1 by hand. Good until 2026-12-01 10:00 UTC.

Digest `{FULL.digest}`

- Connection \\'work\\' is read\\-only\\.

## To review: approve them once you have seen what else happens

### work\\: CARE

- **[CARE\\-10](https://acme.test/browse/CARE-10)** Redesign the patient profile (PS101, `c-0000000010`)
  - CARE\\-10\\: take it out of Sprint 23\\.
  - status: To Do (kept)
  - sprint: Sprint 23 → nothing
  - labels: nothing → a\\, b
  - Region: nothing → North
  - then: Its 3 open children stay where they are\\.
  - lost: Theme\\: Payments
  - or: CARE\\-10\\: put it into Sprint 24\\.

## By hand: only a person can decide these

### work\\: CARE

- **[CARE\\-11](https://acme.test/browse/CARE-11)** Redesign the patient profile (PS201, PS202, `c-0000000011`)
  - Who owns it\\?
"""
    )


class Page(HTMLParser):
    """What a browser makes of a page: its elements and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_html_is_one_page_that_loads_nothing() -> None:
    page = Page(html.render(FULL))
    assert page.tags.isdisjoint({"script", "img", "link", "iframe", "object", "form"})
    assert page.links == ["https://acme.test/browse/CARE-10", "https://acme.test/browse/CARE-11"]
    said = " ".join(page.words.split())
    for words in (
        "2 corrections: 1 to review, 1 by hand.",
        "Connection 'work' is read-only.",
        "Then: Its 3 open children stay where they are.",
        "Lost: Theme: Payments",
        "Or: CARE-10: put it into Sprint 24.",
        "Who owns it?",
    ):
        assert words in said


ATTACKS = (
    "\x1b[2J\x1b]0;owned\x07 clear",
    "\x9b31m eight bit",
    "\u202egnitirw desrever\u2066",
    "two\r\nlines\u2028and\u2029more\x0b",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "[click](javascript:alert(1)) **bold** `code` <b>html</b>\n# heading",
    "x" * 5000,
)


def attacked(attack: str) -> Proposal:
    return proposal(
        correction(
            1,
            key=attack,
            title=attack,
            place=attack,
            words=attack,
            cascades=(attack,),
            losses=(attack,),
            alternatives=(Alternative(words=attack),),
            url="javascript:alert(1)//" + attack,
            changes=(Change(field=Field.SPRINT, before=(named(attack),), after=()),),
        ),
        notes=(attack,),
    )


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_title_steers_a_terminal(attack: str) -> None:
    for shown in (
        text.render(attacked(attack)),
        json.render(attacked(attack)),
        markdown.render(attacked(attack)),
    ):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", shown)
    lines = text.render(attacked(attack)).splitlines()
    assert len(lines) == len(text.render(attacked("harmless")).splitlines())
    assert max(map(len, lines)) <= 4 + 2000, "only an address may be long"


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_title_becomes_markup_of_a_page(attack: str) -> None:
    page, harmless = Page(html.render(attacked(attack))), Page(html.render(attacked("harmless")))
    assert page.tags == harmless.tags
    assert page.links == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_title_becomes_markup_of_a_document(attack: str) -> None:
    shown = markdown.render(attacked(attack))
    assert len(shown.splitlines()) == len(markdown.render(attacked("harmless")).splitlines())
    assert not re.search(r"(?<!\\)[<\[]", shown.replace("**[", ""))


def test_emoji_and_every_script_stay() -> None:
    assert plain("予約 🚀 Überweisung 👩‍⚕️ مرحبا") == "予約 🚀 Überweisung 👩‍⚕️ مرحبا"


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://acme.test/browse/A-1", "https://acme.test/browse/A-1"),
        ("https://acme.test/a b(c)<d>", "https://acme.test/a%20b%28c%29%3Cd%3E"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//acme.test/x", None),
        ("https://[broken", None),
        ("", None),
    ],
)
def test_only_web_addresses_are_linked(url: str, linked: str | None) -> None:
    assert address(url) == linked
