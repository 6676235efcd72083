"""Corrections on the wire: one PATCH, by ids, checked against the schema, whole lists read before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from planora_notion import NotionAdapter
from planora_notion.sandbox import NotionSandbox
from planora_notion.site.schema import Prop
from planora_notion.writing import bodies

from planora_sync.adapter import FieldSource, Step, Vocabulary, Written
from planora_sync.change import Change, Field, Value, words
from planora_sync.errors import Unsupported
from planora_sync.model import Entry, Kind, Named
from tests.adapters.notion.conftest import Api
from tests.adapters.notion.rig import OWNED, adapter_of, calls, change, one, option, prop_id, read
from tests.adapters.notion.wrapping import Listening


def set_one(adapter: NotionAdapter, id: str, field: Field, after: Value, prop: Named | None = None) -> Entry:
    entry = read(adapter, id)
    assert adapter.apply(entry, [change(entry, field, after, prop)]) == Written()
    return read(adapter, id)


def steps(adapter: NotionAdapter, id: str, *wanted: tuple[Field, Value]) -> tuple[Step, ...]:
    entry = read(adapter, id)
    return adapter.steps(entry, [change(entry, field, after) for field, after in wanted])


def options_of(api: Api, source: str, prop: str) -> list[str]:
    kept = api.sandbox.state.sources[api.source(source)].prop(prop)
    assert kept is not None
    return [one.name for one in kept.options]


def test_several_fields_are_one_patch_by_ids(sandbox: NotionSandbox, api: Api) -> None:
    listening = Listening(sandbox.app)
    adapter = adapter_of(sandbox, app=listening)
    entry = read(adapter, api.page("t-optin"))
    wanted = [
        change(entry, Field.STATUS, (option(api, "tasks", "Status", "In progress"),)),
        change(entry, Field.LABELS, words(("design",))),
        change(entry, Field.ARCHIVED, words(("archived",))),
        change(entry, Field.SPRINT, one(api.page("s32"))),
    ]
    assert adapter.apply(entry, wanted) == Written()
    [body] = listening.bodies("PATCH", api.page("t-optin"))
    assert body == {
        "is_archived": True,
        "properties": {
            prop_id(api, "tasks", "Status"): {
                "status": {"id": option(api, "tasks", "Status", "In progress").id}
            },
            prop_id(api, "tasks", "Tags"): {
                "multi_select": [{"id": option(api, "tasks", "Tags", "design").id}]
            },
            prop_id(api, "tasks", "Sprint"): {"relation": [{"id": api.page("s32")}]},
        },
    }


def test_a_renamed_property_and_option_are_still_met(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("t-optin"))
    status = sandbox.state.sources[api.source("tasks")].prop("Status")
    assert status is not None
    wanted = change(entry, Field.STATUS, (option(api, "tasks", "Status", "In progress"),))
    status.name = "Zustand"
    for known in status.options:
        known.name = f"{known.name}!"
    assert adapter.apply(entry, [wanted]) == Written()
    after = read(adapter, api.page("t-optin")).status
    assert after is not None
    assert after.name == "In progress!"


@pytest.mark.parametrize(
    ("field", "after", "prop"),
    [
        (Field.STATUS, one("x", "Dnoe"), None),
        (Field.TYPE, one("x", "Taks"), None),
        (Field.LABELS, words(("frontent",)), None),
        (Field.PROPERTY, one("x", "Hihg"), "Priority"),
        (Field.SPRINT, one("5f60f079-5838-4d26-9c06-3c305f60f079", "Sprint 99"), None),
    ],
)
def test_a_typo_never_becomes_an_option(
    sandbox: NotionSandbox, api: Api, field: Field, after: Value, prop: str | None
) -> None:
    """Notion makes an option of every unknown name that is written."""
    before = {name: options_of(api, "tasks", name) for name in ("Status", "Type", "Tags", "Priority")}
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("t-optin"))
    named = Named(id=prop_id(api, "tasks", prop), name=prop) if prop else None
    with pytest.raises(Unsupported) as caught:
        adapter.apply(entry, [Change(field=field, before=(), after=after, property=named)])
    assert after[0].name in caught.value.message
    assert caught.value.help()
    assert not [call for call in calls(sandbox) if call.startswith("PATCH")]
    assert before == {name: options_of(api, "tasks", name) for name in before}


def test_an_option_added_since_the_schema_was_read_is_met(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("t-optin"))
    api.ok(
        "PATCH",
        f"/v1/pages/{api.page('t-lazy')}",
        {"properties": {"Tags": {"multi_select": [{"name": "new"}]}}},
    )
    assert adapter.apply(entry, [change(entry, Field.LABELS, words(("new",)))]) == Written()
    assert read(adapter, api.page("t-optin")).labels == ("new",)


def test_names_do_where_an_id_is_of_another_place(sandbox: NotionSandbox, api: Api) -> None:
    after = set_one(
        adapter_of(sandbox), api.page("t-optin"), Field.STATUS, one("of-the-roadmap", "in Progress")
    )
    assert after.status is not None
    assert after.status.name == "In progress"


def test_a_status_cannot_be_empty(sandbox: NotionSandbox, api: Api) -> None:
    """Null would set the first option of To-do."""
    with pytest.raises(Unsupported, match="cannot be empty"):
        steps(adapter_of(sandbox), api.page("t-optin"), (Field.STATUS, ()))


def test_a_select_can(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    assert set_one(adapter, api.page("t-optin"), Field.TYPE, ()).type is None
    priority = Named(id=prop_id(api, "tasks", "Priority"), name="Priority")
    assert set_one(adapter, api.page("t-optin"), Field.PROPERTY, (), priority).properties == ()


def test_properties_of_several_types(sandbox: NotionSandbox, api: Api) -> None:
    api.ok(
        "PATCH",
        f"/v1/data_sources/{api.source('tasks')}",
        {
            "properties": {
                "Public": {"checkbox": {}},
                "Area": {"multi_select": {"options": [{"name": "A"}, {"name": "B"}]}},
            }
        },
    )
    adapter = adapter_of(sandbox)
    id = api.page("t-optin")
    public = Named(id=prop_id(api, "tasks", "Public"), name="Public")
    area = Named(id="renamed", name="Area")
    ticked = set_one(adapter, id, Field.PROPERTY, one("true", "true"), public)
    assert [prop.values[0].name for prop in ticked.properties if prop.name == "Public"] == ["true"]
    assert "Public" not in {prop.name for prop in set_one(adapter, id, Field.PROPERTY, (), public).properties}
    both = (option(api, "tasks", "Area", "A"), option(api, "tasks", "Area", "B"))
    chosen = set_one(adapter, id, Field.PROPERTY, both, area)
    assert [v.name for prop in chosen.properties if prop.name == "Area" for v in prop.values] == ["A", "B"]
    with pytest.raises(Unsupported, match="Estimate"):
        set_one(adapter, id, Field.PROPERTY, one("3", "3"), Named(id="x", name="Estimate"))
    with pytest.raises(Unsupported, match="takes one option"):
        set_one(adapter, id, Field.TYPE, (*one("a", "Task"), *one("b", "Bug")))


def test_what_a_place_does_not_keep_is_said_with_its_name(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    for field, after in (
        (Field.SPRINT, one(api.page("s31"))),
        (Field.LABELS, words(("x",))),
        (Field.OWNER, ()),
    ):
        with pytest.raises(Unsupported, match="'Product Roadmap' keeps no") as caught:
            steps(adapter, api.page("r-typo"), (field, after))
        assert "[fields]" in caught.value.help()


def test_a_new_sprint_keeps_the_closed_ones(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    after = set_one(adapter, api.page("t-alert"), Field.SPRINT, one(api.page("s32")))
    assert [one.name for one in after.earlier_sprints] == ["Sprint 30"]
    assert after.sprint is not None
    assert after.sprint.name == "Sprint 32"
    out = set_one(adapter, api.page("t-alert"), Field.SPRINT, ())
    assert (out.sprint, [one.name for one in out.earlier_sprints]) == (None, ["Sprint 30"])


def test_groups_stay_groups() -> None:
    held = [{"object": "group", "id": "g"}, {"object": "user", "id": "u"}]
    assert bodies.people(Prop(id="p", name="Who", type="people"), ["v", "g"], held) == {
        "people": [{"object": "user", "id": "v"}, {"object": "group", "id": "g"}]
    }


def test_people_are_replaced_as_a_whole(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("t-optin"))
    people = prop_id(api, "tasks", "Assignee")
    after = (*one(api.user("noah")), *one(api.user("ana")))
    [step] = adapter.steps(entry, [change(entry, Field.ASSIGNEES, after)])
    assert step.body == {
        "properties": {people: {"people": [{"object": "user", "id": one.id} for one in after]}}
    }
    assert set_one(adapter, api.page("t-optin"), Field.ASSIGNEES, ()).assignees == ()


def test_an_owner_is_the_first_of_its_property(sandbox: NotionSandbox, api: Api) -> None:
    id, ana, jonas = api.page("r-widget"), api.user("ana"), api.user("jonas")
    api.ok("PATCH", f"/v1/pages/{id}", {"properties": {"Owner": {"people": [{"id": ana}, {"id": jonas}]}}})
    adapter = adapter_of(sandbox, vocabulary=OWNED)
    after = set_one(adapter, id, Field.OWNER, one(api.user("helen")))
    assert after.owner is not None
    assert after.owner.id == api.user("helen")
    kept = api.ok("GET", f"/v1/pages/{id}")["properties"]["Owner"]["people"]
    assert [one["id"] for one in kept] == [api.user("helen"), jonas]
    with pytest.raises(Unsupported, match="names others too"):
        set_one(adapter, id, Field.OWNER, ())


def test_a_parent_goes_to_where_it_belongs(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    below = set_one(adapter, api.page("b-parked"), Field.PARENT, one(api.page("e-groups")))
    assert (below.parent and below.parent.name, below.kind) == (
        "Shared patients across clinic groups",
        Kind.STORY,
    )
    free = set_one(adapter, api.page("b-parked"), Field.PARENT, ())
    assert free.parent is None
    fed = set_one(adapter, api.page("b-parked"), Field.PARENT, one(api.page("r-widget")))
    assert fed.parent is not None
    assert fed.parent.name == "Booking widget that clinics can embed"
    properties = api.ok("GET", f"/v1/pages/{api.page('b-parked')}")["properties"]
    assert properties["Project"]["relation"] == [{"id": api.page("r-widget")}]
    assert properties["Parent-task"]["relation"] == []


def test_a_parent_that_cannot_be_said_is_refused_before(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    with pytest.raises(Unsupported, match="no relation to where"):
        steps(adapter, api.page("t-lazy"), (Field.PARENT, one(api.page("s31"), "Sprint 31")))
    with pytest.raises(Unsupported, match="its parent would hide it"):
        steps(adapter, api.page("t-refund-role"), (Field.PARENT, one(api.page("r-widget"), "Widget")))
    api.ok("PATCH", f"/v1/pages/{api.page('t-refund-role')}",
           {"properties": {"Project": {"relation": [{"id": api.page("r-widget")}]}}})  # fmt: skip
    with pytest.raises(Unsupported, match="both"):
        steps(adapter, api.page("t-refund-role"), (Field.PARENT, ()))


def test_other_projects_stay(sandbox: NotionSandbox, api: Api) -> None:
    id = api.page("t-lazy")
    both = [{"id": api.page("r-widget")}, {"id": api.page("r-api")}]
    api.ok("PATCH", f"/v1/pages/{id}", {"properties": {"Project": {"relation": both}}})
    adapter = adapter_of(sandbox)
    set_one(adapter, id, Field.PARENT, one(api.page("r-portal")))
    kept = api.ok("GET", f"/v1/pages/{id}")["properties"]["Project"]["relation"]
    assert [one["id"] for one in kept] == [api.page("r-portal"), api.page("r-api")]


def test_archiving_is_never_the_trash(sandbox: NotionSandbox, api: Api) -> None:
    """The library's own method drops `is_archived` without a word."""
    adapter = adapter_of(sandbox)
    assert set_one(adapter, api.page("b-parked"), Field.ARCHIVED, words(("archived",))).archived
    page = api.ok("GET", f"/v1/pages/{api.page('b-parked')}")
    assert (page["is_archived"], page["in_trash"]) == (True, False)
    assert not set_one(adapter, api.page("b-parked"), Field.ARCHIVED, ()).archived


def test_a_locked_page_can_be_corrected(sandbox: NotionSandbox, api: Api) -> None:
    sandbox.state.pages[api.page("t-optin")].is_locked = True
    assert set_one(adapter_of(sandbox), api.page("t-optin"), Field.LABELS, words(("design",))).labels == (
        "design",
    )


def test_what_lies_in_the_trash_is_not_written(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("t-optin"))
    sandbox.state.pages[api.page("t-optin")].in_trash = True
    with pytest.raises(Unsupported, match="in the trash"):
        adapter.steps(entry, [change(entry, Field.SPRINT, ())])
    outcome = adapter.apply(entry, [change(entry, Field.ARCHIVED, words(("archived",)))])
    assert "unarchive the block" in str(outcome)


def test_paths_are_those_of_the_wire(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox, url="http://notion.test")
    assert (
        steps(adapter, api.page("t-optin"), (Field.LABELS, ()))[0].path == f"/v1/pages/{api.page('t-optin')}"
    )
    prefixed = adapter_of(sandbox, url="http://notion.test/notion/v1", app=Below("/notion", sandbox.app))
    [step] = steps(prefixed, api.page("t-optin"), (Field.LABELS, ()))
    assert step.path == f"/notion/v1/pages/{api.page('t-optin')}"
    assert set_one(prefixed, api.page("t-optin"), Field.LABELS, ()).labels == ()


class Below:
    """An app that stands below a path, as behind a proxy."""

    def __init__(self, prefix: str, app: Any) -> None:
        self._prefix = prefix
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        assert scope["path"].startswith(self._prefix)
        await self._app({**scope, "path": scope["path"].removeprefix(self._prefix)}, receive, send)


def test_setting_what_is_so_costs_no_call(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("t-optin"))
    same: Sequence[Change] = [
        change(entry, Field.DUE, one("2026-11-30")),
        change(entry, Field.PLACE, one(entry.place.id)),
    ]
    assert adapter.steps(entry, same) == ()
    assert adapter.apply(entry, same) == Written()


def test_a_status_that_is_a_select_is_set_as_one(sandbox: NotionSandbox, api: Api) -> None:
    words_of = Vocabulary(fields={"status": FieldSource(name=("Horizon",))})
    adapter = adapter_of(sandbox, vocabulary=words_of)
    after = set_one(
        adapter, api.page("r-widget"), Field.STATUS, (option(api, "roadmap", "Horizon", "Later"),)
    )
    assert after.status is not None
    assert after.status.name == "Later"
    assert set_one(adapter, api.page("r-widget"), Field.STATUS, ()).status is None
