"""Product Discovery: ideas are entries, with a horizon of intervals and buckets, and links to what delivers them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from planora_jira.sandbox import JiraSandbox

from planora_sync.adapter import FieldSource, Vocabulary
from planora_sync.model import Category, Kind
from planora_sync.testing import Pulled, pull_all
from tests.adapters.jira.setups import adapter_of
from tests.adapters.jira.site import Clock, Talk

WORDS = Vocabulary(
    fields={"horizon": FieldSource(name=("Roadmap",)), "theme": FieldSource(name=("Theme",))},
    horizons={"now": "now", "next": "next", "later": "later"},
)


@pytest.fixture
def sandbox(clock: Clock) -> JiraSandbox:
    return JiraSandbox("discovery", now=clock)


@pytest.fixture
def pulled(sandbox: JiraSandbox) -> Pulled:
    return pull_all(adapter_of(sandbox, scope=("IDEAS", "BOOK"), vocabulary=WORDS))


def test_ideas_are_entries(pulled: Pulled) -> None:
    ideas = {entry.key: entry for entry in pulled.entries if entry.place.name == "IDEAS"}
    assert len(ideas) == 9
    assert {entry.kind for entry in ideas.values()} == {Kind.IDEA}
    assert {entry.level for entry in ideas.values()} == {0}
    assert {entry.sprint for entry in ideas.values()} == {None}
    assert ideas["IDEAS-9"].category is Category.DONE
    assert not pulled.notices


def test_intervals_are_json_strings_and_become_the_horizon(pulled: Pulled, clock: Clock) -> None:
    ideas = {entry.key: entry.horizon for entry in pulled.entries}
    today = clock().date()
    both, target, bucket, nothing = (ideas[f"IDEAS-{number}"] for number in (1, 4, 3, 5))
    assert both is not None
    assert (both.bucket, both.start, both.end) == (
        "now",
        today - timedelta(days=40),
        today + timedelta(days=50),
    )
    assert target is not None
    assert (target.start, target.end) == (None, today + timedelta(days=90))
    assert bucket is not None
    assert (bucket.bucket, bucket.text, bucket.end) == ("later", "Later", None)
    assert nothing is None


def test_delivery_is_a_link_to_another_project(pulled: Pulled, sandbox: JiraSandbox) -> None:
    by_key = {entry.key: entry for entry in pulled.entries}
    (link,) = by_key["IDEAS-4"].links
    # What the type is called varies by site: any link to another project tells of it.
    assert (link.kind, link.target) == ("implements", str(sandbox.site.issue("BOOK-2").id))
    assert str(sandbox.site.issue("IDEAS-4").id) in {link.target for link in by_key["BOOK-2"].links}


def test_an_idea_is_one_whatever_its_type_is_called(sandbox: JiraSandbox) -> None:
    sandbox.site.types["10050"].name = "Einfall"
    pulled = pull_all(adapter_of(sandbox, scope=("IDEAS",), vocabulary=WORDS))
    assert {entry.kind for entry in pulled.entries} == {Kind.IDEA}


def test_a_discovery_project_has_a_style_and_no_board(pulled: Pulled) -> None:
    ours = [place for place in pulled.places if place.path.startswith("IDEAS")]
    assert [(place.path, place.style) for place in ours] == [("IDEAS", "product_discovery")]
    roadmap = next(field for field in ours[0].fields if field.name == "Roadmap")
    assert [option.name for option in roadmap.options] == ["Now", "Next", "Later"]


def test_fields_of_discovery_are_those_of_their_project_alone(pulled: Pulled) -> None:
    book = next(place for place in pulled.places if place.path == "BOOK")
    assert "Roadmap" not in {field.name for field in book.fields}


def test_a_query_by_an_interval_matches_nothing_and_is_not_made(sandbox: JiraSandbox) -> None:
    talk = Talk(sandbox)
    found = talk.json("POST", "/rest/api/3/search/jql", {"jql": '"Project target" <= "2030-01-01"'})
    assert found["issues"] == []
    refused = talk("PUT", "/rest/api/3/issue/IDEAS-1", {"fields": {"customfield_10602": "2027-01-31"}})
    assert refused.status_code == 400
