"""Translation without a tracker: what a row of a data source means."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from planora_notion.site.source import Member

from planora_sync.adapter import FieldSource, Vocabulary
from planora_sync.model import (
    Audience,
    Category,
    Estimate,
    Kind,
    Link,
    Named,
    Person,
    Priority,
    Property,
    Release,
)
from tests.adapters.notion.samples import (
    PAGE,
    SOURCE,
    chosen,
    data_source,
    day,
    fields,
    id_of,
    page,
    relation,
    rich,
    source,
    status,
    translate,
)

GROUPS = {"To-do": ["Backlog", "In review"], "In_progress": ["Doing"], "Complete": ["Done"]}
OTHER = "99999999-0000-4000-8000-000000000009"


def test_what_every_row_has() -> None:
    entry = translate(page("Ship it"), source(data_source()), keep_raw=True)
    assert (entry.ref.tracker, entry.ref.id, entry.key, entry.title) == (
        "notion",
        PAGE,
        "55555555",
        "Ship it",
    )
    assert entry.place.id == SOURCE
    assert entry.created == datetime(2026, 11, 1, 9, tzinfo=UTC)
    assert entry.raw is not None
    assert entry.raw["properties"]["Name"]["title"][0]["plain_text"] == "Ship it"
    assert (entry.since, entry.done, entry.status, entry.level) == (None, None, None, 0)


def test_the_title_has_any_name() -> None:
    body, row = data_source(), page("題")
    for properties in (body["properties"], row["properties"]):
        properties["名前"] = properties.pop("Name")
    assert translate(row, source(body)).title == "題"


def test_titles_join_mentions_and_equations() -> None:
    row = page()
    row["properties"]["Name"]["title"] = [
        *rich("Ask "),
        {"type": "mention", "mention": {"type": "user", "user": {"id": "u"}}, "plain_text": "@Ana"},
        {"type": "equation", "equation": {"expression": "e=mc^2"}, "plain_text": "e=mc^2"},
    ]
    assert translate(row, source(data_source())).title == "Ask @Anae=mc^2"


def test_instants_come_in_two_forms() -> None:
    row = page(page__last_edited_time="2026-06-27T17:00:44.080+00:00")
    assert translate(row, source(data_source())).updated == datetime(
        2026, 6, 27, 17, 0, 44, 80000, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("Backlog", Category.TODO),
        ("Doing", Category.DOING),
        ("Done", Category.DONE),
        # Stands in To-do, where options added through the API land.
        ("In review", Category.DOING),
    ],
)
def test_a_status_gets_its_category_through_the_schema(name: str, category: Category) -> None:
    where = source(data_source(Status=status(**GROUPS)))
    entry = translate(page(Status=("status", chosen(name))), where)
    assert entry.status is not None
    assert (entry.status.id, entry.status.name, entry.status.category) == (f"o-{name}", name, category)


def test_groups_that_were_renamed_count_by_their_order() -> None:
    where = source(data_source(Status=status(Later=["Idea"], Machen=["Los"], Weg=["Erledigte"])))
    found = [
        translate(page(Status=("status", chosen(n))), where).category for n in ("Idea", "Los", "Erledigte")
    ]
    assert found == [Category.TODO, Category.DOING, Category.DONE]


def test_the_mapping_overrules_group_and_name() -> None:
    words = Vocabulary(categories={"in rev*": "todo", "backlog": "done"})
    where = source(data_source(Status=status(**GROUPS)), words)
    assert translate(page(Status=("status", chosen("In review"))), where).category is Category.TODO
    assert translate(page(Status=("status", chosen("Backlog"))), where).category is Category.DONE


def test_a_status_may_be_a_select_or_have_an_unknown_option() -> None:
    where = source(data_source(Status=("select", "Open", "Shipped")))
    assert translate(page(Status=("select", chosen("Shipped"))), where).category is Category.DONE
    assert translate(page(Status=("select", chosen("Brand new"))), where).category is Category.TODO
    assert translate(page(Status=("select", None)), where).status is None


@pytest.mark.parametrize(
    ("type", "kind", "level"),
    [
        ("🚀 Epic", Kind.EPIC, 1),
        ("Initiative", Kind.INITIATIVE, 1),
        ("Story", Kind.STORY, 0),
        ("Spike", Kind.TASK, 0),
        ("Fehler", Kind.BUG, 0),
        ("Feature request", Kind.REQUEST, 0),
        ("Idee", Kind.IDEA, 0),
        ("Key Result", Kind.GOAL, 0),
        ("Note", Kind.OTHER, 0),
    ],
)
def test_kinds_by_type(type: str, kind: Kind, level: int) -> None:
    entry = translate(page(Type=("select", chosen(type))), source(data_source(Type=("select", type))))
    assert (entry.kind, entry.level) == (kind, level)
    assert entry.type == Named(id=f"o-{type}", name=type)


def test_kinds_by_the_mapping_and_by_label() -> None:
    words = Vocabulary(kinds={"big *": "initiative"})
    where = source(data_source(Type=("select", "Big Bet"), Tags=("multi_select", "bug")), words)
    assert translate(page(Type=("select", chosen("Big Bet"))), where).kind is Kind.INITIATIVE
    assert translate(page(Tags=("multi_select", [chosen("bug")])), where).kind is Kind.BUG
    # A word of the title says nothing.
    assert translate(page("Bug: login"), where).kind is Kind.OTHER


def test_a_template_is_flagged_and_of_no_kind() -> None:
    where = source(data_source(Type=("select", "Template", "Bug"), Template="checkbox"))
    assert translate(page(Type=("select", chosen("Template"))), where).template
    ticked = translate(page(Type=("select", chosen("Bug")), Template=("checkbox", True)), where)
    assert (ticked.template, ticked.kind) == (True, Kind.OTHER)
    assert not translate(page(Type=("select", chosen("Bug"))), where).template


def test_recurring_and_blocked() -> None:
    where = source(
        data_source(
            Tags=("multi_select", "recurring"), Status=status(**GROUPS, Wait=["Blocked"]), Blocked="checkbox"
        )
    )
    assert translate(page(Tags=("multi_select", [chosen("recurring")])), where).recurring
    assert translate(page(Status=("status", chosen("Blocked"))), where).blocked
    assert translate(page(Blocked=("checkbox", True)), where).blocked
    assert not translate(page(Blocked=("checkbox", False)), where).blocked


def test_the_mapping_says_what_recurs() -> None:
    words = Vocabulary(fields={"recurring": FieldSource(name=("every *",))})
    where = source(data_source(Tags=("multi_select", "Every week", "recurring")), words)
    assert translate(page(Tags=("multi_select", [chosen("Every week")])), where).recurring
    assert not translate(page(Tags=("multi_select", [chosen("recurring")])), where).recurring


def people(*users: Any) -> tuple[str, list[Any]]:
    return ("people", list(users))


ANA = {
    "object": "user",
    "id": "u-ana",
    "name": "Ana Ruiz",
    "type": "person",
    "person": {"email": "ana@x.test"},
}


def test_people_groups_and_the_nameless() -> None:
    where = source(data_source(Assignee="people"))
    group = {"object": "group", "id": "g-1", "name": "Designers"}
    entry = translate(page(Assignee=people(ANA, group, {"object": "user", "id": "u-x"}, ANA)), where)
    assert entry.assignees == (
        Person(id="u-ana", name="Ana Ruiz", email="ana@x.test"),
        Person(id="g-1", name="Designers"),
        Person(id="u-x", name="u-x"),
    )
    known = {"u-x": Member(id="u-x", name="Xenia", email="x@x.test")}
    named = translate(page(Assignee=people({"object": "user", "id": "u-x"})), where, members=known)
    assert named.assignees == (Person(id="u-x", name="Xenia", email="x@x.test"),)


def test_an_owner_stands_apart_only_where_the_data_source_keeps_it_apart() -> None:
    both = source(data_source(Assignee="people", Owner="people"))
    entry = translate(page(Assignee=people({"id": "u-b", "name": "Bo"}), Owner=people(ANA)), both)
    assert entry.owner is not None
    assert (entry.owner.name, [one.name for one in entry.assignees]) == ("Ana Ruiz", ["Bo"])
    alone = translate(page(Owner=people(ANA)), source(data_source(Owner="people")))
    assert (alone.owner, [one.name for one in alone.assignees]) == (None, ["Ana Ruiz"])
    mapped = translate(page(Owner=people(ANA)), source(data_source(Owner="people"), fields(owner="owner")))
    assert (mapped.owner and mapped.owner.name, mapped.assignees) == ("Ana Ruiz", ())


def test_who_filed_it_and_whether_from_outside() -> None:
    where = source(data_source())
    guest = {"u-ana": Member(id="u-ana", name="Dr. Lena", guest=True)}
    entry = translate(page(), where, members=guest)
    assert entry.reporter == Person(id="u-ana", name="Dr. Lena")
    assert entry.reporter_external is True
    member = {"u-ana": Member(id="u-ana", name="Ana")}
    assert translate(page(), where, members=member).reporter_external is False
    bot = {"u-ana": Member(id="u-ana", name="Form", bot=True)}
    assert translate(page(), where, members=bot).reporter_external is None
    assert translate(page(), where).reporter_external is None
    # A property for it comes before the account that made the page.
    named = source(data_source(Reporter="people"))
    asked = translate(page(Reporter=people({"id": "u-c", "name": "Carla"})), named, members=member)
    assert asked.reporter == Person(id="u-c", name="Carla")


@pytest.mark.parametrize(
    ("name", "priority"),
    [
        ("✹ High", Priority.HIGH),
        ("P0", Priority.CRITICAL),
        ("Dringend", Priority.CRITICAL),
        ("Mittel", Priority.MEDIUM),
        ("p3 - whenever", Priority.LOW),
        ("???", Priority.NONE),
    ],
)
def test_priorities(name: str, priority: Priority) -> None:
    where = source(data_source(Priority=("select", name), Severity=("select", name)))
    entry = translate(page(Priority=("select", chosen(name)), Severity=("select", chosen(name))), where)
    assert (entry.priority, entry.severity) == (priority, priority)
    mapped = source(data_source(Priority=("select", name)), Vocabulary(priorities={"*": "low"}))
    assert translate(page(Priority=("select", chosen(name))), mapped).priority is Priority.LOW


@pytest.mark.parametrize(
    ("prop", "kind", "value", "estimate"),
    [
        ("Estimate", "number", 3, Estimate(value=3, unit="points")),
        ("Estimated hours", "number", 7.5, Estimate(value=7.5, unit="hours")),
        ("Effort", "select", chosen("M"), Estimate(value=3, unit="size")),
        ("Points", "select", chosen("8"), Estimate(value=8, unit="points")),
        ("Effort", "select", chosen("huge"), None),
        ("Estimate", "number", None, None),
        ("Points", "formula", {"type": "number", "number": 2}, Estimate(value=2, unit="points")),
    ],
)
def test_estimates(prop: str, kind: str, value: Any, estimate: Estimate | None) -> None:
    assert translate(page(**{prop: (kind, value)}), source(data_source(**{prop: kind}))).estimate == estimate


def test_theme_team_release_rank_text_labels_and_links() -> None:
    body = data_source(
        Theme=("select", "Payments"),
        Team=("select", "Core"),
        Release=("select", "2.0"),
        Rank="number",
        Summary="rich_text",
        Tags=("multi_select", "api", "ui"),
        Docs="url",
        Related=relation(OTHER),
    )
    row = page(
        Theme=("select", chosen("Payments")),
        Team=("select", chosen("Core")),
        Release=("select", chosen("2.0")),
        Rank=("number", 4.5),
        Summary=("rich_text", rich("In short.")),
        Tags=("multi_select", [chosen("api"), chosen("ui")]),
        Docs=("url", "https://docs.test/1"),
        Related=("relation", [{"id": OTHER}]),
        page__public_url="https://site.test/x",
        page__is_archived=True,
    )
    entry = translate(row, source(body))
    assert (entry.theme, entry.team, entry.release) == ("Payments", "Core", Release(name="2.0"))
    assert (entry.rank, entry.text, entry.labels) == ("4.5", "In short.", ("api", "ui"))
    assert set(entry.links) == {
        Link(kind="Docs", target="https://docs.test/1"),
        Link(kind="Related", target=OTHER),
    }
    assert (entry.audience, entry.archived) == (Audience.PUBLIC, True)


def test_choices_are_kept_as_properties_but_for_those_with_a_field_of_their_own() -> None:
    body = data_source(
        Status=status(**GROUPS),
        Type=("select", "Task"),
        Tags=("multi_select", "x"),
        Area=("multi_select", "A", "B"),
        Priority=("select", "High"),
        Public="checkbox",
        Secret="checkbox",
    )
    row = page(
        Status=("status", chosen("Doing")),
        Type=("select", chosen("Task")),
        Tags=("multi_select", [chosen("x")]),
        Area=("multi_select", [chosen("A"), chosen("B")]),
        Priority=("select", chosen("High")),
        Public=("checkbox", True),
        Secret=("checkbox", False),
    )
    found = translate(row, source(body)).properties
    # By id: the order in which Notion names properties says nothing, and changes.
    assert [one.id for one in found] == sorted(id_of(name) for name in ("Area", "Priority", "Public"))
    assert set(found) == {
        Property(
            id=id_of("Area"), name="Area", values=(Named(id="o-A", name="A"), Named(id="o-B", name="B"))
        ),
        Property(id=id_of("Priority"), name="Priority", values=(Named(id="o-High", name="High"),)),
        Property(id=id_of("Public"), name="Public", values=(Named(id="true", name="true"),)),
    }


def test_numbers_are_keys() -> None:
    where = source(data_source(ID="unique_id"))
    assert translate(page(ID=("unique_id", {"prefix": "TAS", "number": 7})), where).key == "TAS-7"
    assert translate(page(ID=("unique_id", {"prefix": None, "number": 7})), where).key == "#7"
    assert translate(page(ID=("unique_id", {"prefix": "TAS", "number": None})), where).key == "55555555"


def test_unknown_types_and_missing_values_are_opaque() -> None:
    body = data_source(
        Due="date", Priority=("select", "High"), Magic={"type": "hologram", "hologram": {"x": 1}}
    )
    row = page(Magic=("hologram", {"anything": [1]}))
    row["properties"]["Odd"] = {"id": "zz"}
    entry = translate(row, source(body), keep_raw=True)
    assert (entry.due, entry.priority) == (None, Priority.NONE)
    assert entry.raw is not None
    assert entry.raw["properties"]["Magic"]["hologram"] == {"anything": [1]}


def test_a_property_is_found_by_id_after_it_was_renamed() -> None:
    row = page(Deadline=day("2026-12-01"))
    row["properties"]["Fällig"] = row["properties"].pop("Deadline")
    assert translate(row, source(data_source(Deadline="date"))).due == date(2026, 12, 1)


def test_a_row_that_is_none_is_an_error_to_be_caught() -> None:
    broken = page()
    del broken["created_time"]
    with pytest.raises(KeyError):
        translate(broken, source(data_source()))
