"""Which property keeps which field: by the mapping's ids, types and names, else by what is well known."""

from __future__ import annotations

from typing import Any

import pytest
from planora_notion.site.layout import Layout, build, build_sprints, with_children
from planora_notion.site.schema import parse

from planora_sync.adapter import FieldSource, Vocabulary
from tests.adapters.notion.samples import SOURCE, data_source, fields, id_of, relation, status

OTHER = "99999999-0000-4000-8000-000000000009"


def layout(vocabulary: Any = None, **props: Any) -> Layout:
    return build(parse(data_source(**props)), vocabulary or Vocabulary())


def kept(found: Layout, field: str) -> str | None:
    prop = found.get(field)
    return prop.name if prop else None


def at(**source: tuple[str, ...]) -> FieldSource:
    return FieldSource(**source)


def test_ids_come_before_types_and_types_before_names() -> None:
    props = {"A": "date", "B": "date", "Due": "date"}
    by_id = at(id=(id_of("B"),), schema=("date",), name=("Due",))
    assert kept(layout(Vocabulary(fields={"due": by_id}), **props), "due") == "B"
    encoded = at(id=(id_of("B").replace("<", "%3C"),))
    assert kept(layout(Vocabulary(fields={"due": encoded}), **props), "due") == "B"
    by_type = at(id=("gone",), schema=("date",), name=("Due",))
    assert kept(layout(Vocabulary(fields={"due": by_type}), **props), "due") == "A"
    by_name = at(id=("gone",), schema=("hologram",), name=("Nope", "due 📅"))
    assert kept(layout(Vocabulary(fields={"due": by_name}), **props), "due") == "Due"


def test_names_take_globs_and_the_first_that_exists() -> None:
    words = fields(due="fertig *")
    assert kept(layout(words, **{"Fertig bis": "date", "Due": "date"}), "due") == "Fertig bis"


def test_what_the_mapping_names_in_vain_is_looked_for_all_the_same() -> None:
    assert kept(layout(fields(owner="DRI of it"), Owner="people", Assignee="people"), "owner") == "Owner"


def test_a_property_of_a_wrong_type_keeps_no_field() -> None:
    found = layout(fields(due="Deadline"), Deadline="rich_text", Priority="rich_text")
    assert (kept(found, "due"), kept(found, "priority")) == (None, None)


def test_what_the_mapping_took_is_not_given_out_again() -> None:
    found = layout(fields(target="Timeline"), Timeline="date")
    assert (kept(found, "target"), kept(found, "dates")) == ("Timeline", None)


@pytest.mark.parametrize(
    ("name", "type", "field"),
    [
        ("⏰ Due date", "date", "due"),
        ("Fällig am", "date", "due"),
        ("期限", "date", "due"),
        ("Assigned to", "people", "assignees"),
        ("担当者", "people", "assignees"),
        ("Time_frame", "date", "dates"),
        ("Story points", "number", "estimate"),
        ("Prioridad", "select", "priority"),
        ("Etiquetas", "multi_select", "labels"),
        ("Estado", "select", "status"),
        ("Cualquiera", "status", "status"),
        ("Issue Type", "select", "type"),
        ("Iteration", "relation", "sprint"),
        ("Epics", "relation", "project"),
        ("Wer", "people", "assignees"),
    ],
)
def test_well_known_names_in_several_languages(name: str, type: str, field: str) -> None:
    assert kept(layout(**{name: type}), field) == name


def test_two_people_properties_that_nobody_knows_are_nobodys() -> None:
    found = layout(Wer="people", Wen="people")
    assert (kept(found, "assignees"), kept(found, "owner")) == (None, None)


def test_two_dates_that_nobody_knows_are_nobodys() -> None:
    assert kept(layout(Wann="date", Bis="date"), "dates") is None


def test_a_self_relation_is_found_by_its_other_side() -> None:
    up = layout(Parent=relation(twin="下"), 下=relation(twin="Parent"))
    assert [prop.name for prop in up.children] == ["下"]
    down = layout(**{"Sub-items": relation(twin="上"), "上": relation(twin="Sub-items")})
    assert kept(down, "parent") == "上"


def test_the_roadmap_lists_the_tasks_whose_project_it_is() -> None:
    tasks = build(parse(data_source(Project=relation(OTHER, twin="Arbeit"))), Vocabulary())
    roadmap = build(
        parse(
            data_source("Roadmap", id=OTHER, Arbeit=relation(SOURCE, twin="Project"), Docs=relation(SOURCE))
        ),
        Vocabulary(),
    )
    assert [prop.name for prop in roadmap.links] == ["Arbeit", "Docs"]
    joined = with_children([roadmap, tasks])[0]
    assert [prop.name for prop in joined.children] == ["Arbeit"]
    assert [prop.name for prop in joined.links] == ["Docs"]


def test_sprints_have_a_layout_of_their_own() -> None:
    body = data_source(
        "Sprints", **{"Sprint status": status(A=["x"]), "Status": ("select", "y"), "When": "date"}
    )
    found = build_sprints(parse(body), Vocabulary())
    assert (kept(found, "sprint_status"), kept(found, "sprint_dates")) == ("Sprint status", "When")
    named = build_sprints(parse(body), fields(sprint_status="Status"))
    assert kept(named, "sprint_status") == "Status"


def test_the_digest_sees_what_changes_the_meaning_of_rows() -> None:
    def digest(**groups: list[str]) -> str:
        return parse(data_source(Status=status(**groups))).digest

    assert digest(A=["x"], B=["y"], C=["z"]) == digest(A=["x"], B=["y"], C=["z"])
    assert digest(A=["x"], B=["y"], C=["z"]) != digest(A=["x", "y"], B=[], C=["z"])
