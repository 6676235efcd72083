"""Two people at once: what somebody saved between our look and our write is never taken away."""

from __future__ import annotations

from typing import Any

import pytest
from planora_notion.reading.looks import FRESH, MOST, Looks, differing
from planora_notion.sandbox import NotionSandbox

from planora_sync.adapter import Refused, Written
from planora_sync.change import Field, Value, words
from planora_sync.errors import NotApplied
from planora_sync.model import Named
from planora_sync.sandbox import Fault
from tests.adapters.notion.conftest import Api, Clock
from tests.adapters.notion.rig import OWNED, adapter_of, calls, change, one, option, prop_id, read
from tests.adapters.notion.samples import chosen, page
from tests.adapters.notion.samples import day as date_value


def save(api: Api, slug: str, **properties: Any) -> None:
    """Save a row as a person would, in the same minute."""
    api.ok("PATCH", f"/v1/pages/{api.page(slug)}", {"properties": properties})


@pytest.mark.parametrize(
    ("slug", "field", "theirs"),
    [
        ("t-optin", Field.LABELS, "Tags"),
        ("t-optin", Field.SPRINT, "Sprint"),
        ("t-optin", Field.ASSIGNEES, "Assignee"),
        ("t-optin", Field.PARENT, "Project"),
        ("r-widget", Field.OWNER, "Owner"),
    ],
)
def test_what_somebody_added_to_a_set_meanwhile_is_not_taken_away(
    sandbox: NotionSandbox, api: Api, slug: str, field: Field, theirs: str
) -> None:
    """Notion replaces the whole value, has no versions, and rounds the time of the last edit to the minute."""
    added: dict[str, Any] = {
        "Tags": {"multi_select": [{"name": "design"}]},
        "Sprint": {"relation": [{"id": api.page("s33")}]},
        "Assignee": {"people": [{"id": api.user("priya")}, {"id": api.user("sam")}]},
        "Project": {"relation": [{"id": api.page("r-api")}]},
        "Owner": {"people": [{"id": api.user("marc")}]},
    }
    ours: dict[Field, Value] = {
        Field.LABELS: words(("frontend",)),
        Field.SPRINT: one(api.page("s32")),
        Field.ASSIGNEES: one(api.user("noah")),
        Field.PARENT: one(api.page("r-widget")),
        Field.OWNER: one(api.user("helen")),
    }
    adapter = adapter_of(sandbox, vocabulary=OWNED)
    entry = read(adapter, api.page(slug))
    save(api, slug, **{theirs: added[theirs]})
    asked = len(sandbox.ledger)
    with pytest.raises(NotApplied, match=f"'{theirs}' of .* changed in Notion"):
        adapter.apply(entry, [change(entry, field, ours[field])])
    assert not [call for call in calls(sandbox, asked) if call.startswith("PATCH")]


def test_it_needs_no_kept_payload_to_see_who_was_faster(sandbox: NotionSandbox, api: Api) -> None:
    """`keep_raw = false` leaves the payload out of the store, and the look stays in mind for a minute."""
    adapter = adapter_of(sandbox, keep_raw=False)
    entry = read(adapter, api.page("t-optin"))
    assert entry.raw is None
    save(api, "t-optin", Tags={"multi_select": [{"name": "design"}]})
    with pytest.raises(NotApplied, match="'Tags' of"):
        adapter.apply(entry, [change(entry, Field.LABELS, words(("frontend",)))])


def test_what_somebody_changed_elsewhere_in_the_row_is_no_hindrance(sandbox: NotionSandbox, api: Api) -> None:
    """A write names its properties: the others stay as they are."""
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("t-optin"))
    save(api, "t-optin", Estimate={"number": 8})
    assert adapter.apply(entry, [change(entry, Field.LABELS, words(("design",)))]) == Written()
    assert api.ok("GET", f"/v1/pages/{api.page('t-optin')}")["properties"]["Estimate"]["number"] == 8


def test_a_row_that_somebody_moved_is_not_moved_on(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox, scope=("Product Roadmap", "Tasks"))
    entry = read(adapter, api.page("r-typo"))
    api.ok(
        "POST", f"/v1/pages/{api.page('r-typo')}/move", {"parent": {"data_source_id": api.source("sprints")}}
    )
    with pytest.raises(NotApplied, match="'parent' of"):
        adapter.apply(entry, [change(entry, Field.PLACE, one(api.source("tasks")))])


def test_a_collision_is_tried_once_more_where_the_row_is_as_it_was(sandbox: NotionSandbox, api: Api) -> None:
    """409 means that two saves met and ours was not kept."""
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("t-optin"))
    sandbox.fail(Fault(kind="409", method="PATCH"))
    asked = len(sandbox.ledger)
    wanted = change(entry, Field.STATUS, (option(api, "tasks", "Status", "In progress"),))
    assert adapter.apply(entry, [wanted]) == Written()
    assert calls(sandbox, asked) == ["PATCH /v1/pages/ID", "GET /v1/pages/ID", "PATCH /v1/pages/ID"]


def test_a_collision_over_the_same_value_is_lost_to_who_was_faster(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("t-optin"))
    save(api, "t-optin", Status={"status": {"name": "Blocked"}})
    sandbox.fail(Fault(kind="409", method="PATCH"))
    wanted = change(entry, Field.STATUS, (option(api, "tasks", "Status", "In progress"),))
    outcome = adapter.apply(entry, [wanted])
    assert isinstance(outcome, Refused)
    assert "in the same moment" in outcome.reason
    status = read(adapter, api.page("t-optin")).status
    assert status is not None
    assert status.name == "Blocked"


def test_collisions_without_end_are_a_refusal(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("t-optin"))
    sandbox.fail(Fault(kind="409", method="PATCH", times=-1))
    outcome = adapter.apply(entry, [change(entry, Field.ARCHIVED, words(("archived",)))])
    assert isinstance(outcome, Refused)
    assert len([row for row in sandbox.ledger if row.method == "PATCH"]) == 2


def test_a_multi_select_property_is_a_set_too(sandbox: NotionSandbox, api: Api) -> None:
    api.ok(
        "PATCH",
        f"/v1/data_sources/{api.source('tasks')}",
        {"properties": {"Area": {"multi_select": {"options": [{"name": "A"}, {"name": "B"}]}}}},
    )
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("t-optin"))
    save(api, "t-optin", Area={"multi_select": [{"name": "A"}]})
    area = Named(id=prop_id(api, "tasks", "Area"), name="Area")
    with pytest.raises(NotApplied, match="'Area'"):
        adapter.apply(entry, [change(entry, Field.PROPERTY, (option(api, "tasks", "Area", "B"),), area)])


def test_more_than_25_people_are_compared_and_kept_whole(sandbox: NotionSandbox, api: Api) -> None:
    """A page shows 25 of them and does not say that it left any out."""
    state = sandbox.state
    assignee = prop_id(api, "tasks", "Assignee")
    everyone = [id for id, user in state.users.items() if not user.bot]
    many = everyone + [f"00000000-0000-4000-8000-{n:012d}" for n in range(30 - len(everyone))]
    for id in many[len(everyone) :]:
        state.users[id] = type(state.users[everyone[0]])(id=id, name=f"Guest {id[-2:]}", guest=True)
    state.pages[api.page("t-optin")].values[assignee] = many
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("t-optin"))
    assert len(entry.assignees) == 30
    state.pages[api.page("t-optin")].values[assignee] = many[:-1]
    with pytest.raises(NotApplied, match="'Assignee'"):
        adapter.apply(entry, [change(entry, Field.ASSIGNEES, one(everyone[0]))])


def test_values_are_compared_by_what_they_say() -> None:
    """Order of references, colours, names and signed addresses differ from answer to answer."""
    before = page(
        Tags=("multi_select", [chosen("a"), chosen("b")]),
        Status=("status", {"id": "1", "name": "Doing", "color": "red"}),
        Due=date_value("2026-12-01"),
        Done=("checkbox", False),
    )
    after = page(
        Tags=("multi_select", [chosen("b"), chosen("a")]),
        Status=("status", {"id": "1", "name": "In Arbeit", "color": "blue"}),
        Due=date_value("2026-12-02"),
        Done=("checkbox", False),
    )
    ids = [value["id"].replace("%3C", "<") for value in before["properties"].values()]
    assert differing(before, after, ids) == ("Due",)
    assert differing(before, page(page__parent={"type": "data_source_id", "data_source_id": "x"}), ()) == (
        "parent",
    )
    assert differing(page(), after, ids) == ()


def test_a_look_is_remembered_for_a_minute_and_not_for_ever(clock: Clock) -> None:
    looks = Looks(clock)
    looks.keep({"id": "a"})
    clock.forward(seconds=FRESH.total_seconds())
    assert looks.find("a") == {"id": "a"}
    clock.forward(seconds=1)
    assert looks.find("a") is None
    for number in range(MOST + 1):
        looks.keep({"id": str(number)})
    assert looks.find("0") is None
    assert looks.find("1") == {"id": "1"}
    looks.forget("1")
    assert looks.find("1") is None
