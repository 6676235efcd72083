"""Creations and links: found again by their marker, made once whatever happens on the way."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from planora_jira.sandbox import JiraSandbox
from planora_jira.writing.creating import MARKER, next_keys

from planora_sync.adapter import FieldSource, Refused, Unknown, Vocabulary, Written
from planora_sync.change import Change, Draft, Field, LinkDraft, Value, day, span, words
from planora_sync.errors import Unsupported
from planora_sync.model import Entry, Named, Ref
from planora_sync.sandbox import Fault
from tests.adapters.jira.setups import DEPLOYMENTS, Tampered, adapter_of, make
from tests.adapters.jira.site import Clock

EPIC, STORY = Named(id="10000", name="Epic"), Named(id="10001", name="Story")
CARE = Named(id="10000", name="CARE")


def draft(type: Named | None = STORY, **changes: Value) -> Draft:
    made = tuple(Change(field=Field(name), before=(), after=value) for name, value in changes.items())
    return Draft(
        place=CARE, title="Referrals", text="One.\nTwo.", type=type, changes=made, marker="run-7/c-3"
    )


def posts(sandbox: JiraSandbox) -> int:
    return len([row for row in sandbox.ledger if row.method == "POST" and row.path.endswith("/issue")])


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_one_post_makes_all_of_it(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment)
    adapter = adapter_of(sandbox)
    parent = sandbox.site.issue("CARE-8")
    wanted = draft(
        due=day(date(2026, 12, 24)),
        start=day(date(2026, 12, 1)),
        labels=words(("twin",)),
        parent=(Named(id=str(parent.id), name=parent.key),),
        sprint=(Named(id="24", name="CARE Sprint 24"),),
    )
    outcome = adapter.create(wanted)
    assert isinstance(outcome, Written)
    assert outcome.id
    assert posts(sandbox) == 1
    (made,) = adapter.read([outcome.id]).values()
    assert isinstance(made, Entry)
    assert (made.title, made.text) == ("Referrals", "One.\nTwo.")
    assert (made.due, made.start, made.labels) == (date(2026, 12, 24), date(2026, 12, 1), ("twin",))
    assert made.parent is not None
    assert made.sprint is not None
    assert (made.parent.id, made.sprint.id) == (str(parent.id), "24")
    # The mark is there from the first moment, and nobody sees it.
    issue = sandbox.site.issues[int(outcome.id)]
    assert issue.properties == {MARKER: {"marker": "run-7/c-3"}}


def test_an_epic_of_data_center_has_a_name_of_its_own(clock: Clock) -> None:
    sandbox = make(clock, "data_center")
    outcome = adapter_of(sandbox).create(draft(EPIC))
    assert isinstance(outcome, Written)
    (made,) = adapter_of(sandbox).read([str(outcome.id)]).values()
    assert isinstance(made, Entry)
    assert made.level == 1


@pytest.mark.parametrize("kind", ["cut-after", "saved-503", "503", "html", "half-json", "empty", "302"])
@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_a_creation_without_an_answer_is_made_once_and_found(
    clock: Clock, deployment: str, kind: str
) -> None:
    # The library sends a dropped POST four times: four issues.
    sandbox = make(clock, deployment)
    adapter = adapter_of(sandbox)
    before = len(sandbox.site.issues)
    sandbox.fail(Fault(kind=kind, method="POST", path="/rest/api/*/issue"))
    assert isinstance(adapter.create(draft()), Unknown)
    assert posts(sandbox) == 1
    made = len(sandbox.site.issues) - before
    found = adapter.find_marker("run-7/c-3", CARE.id)
    assert (found is not None) == (made == 1) == (kind in ("cut-after", "half-json", "saved-503"))


def test_what_was_just_created_is_found_past_the_search_index(clock: Clock) -> None:
    sandbox = make(clock, search_lag=timedelta(hours=1))
    adapter = adapter_of(sandbox)
    sandbox.fail(Fault(kind="cut-after", method="POST", path="/rest/api/*/issue"))
    assert isinstance(adapter.create(draft()), Unknown)
    other = draft().model_copy(update={"marker": "run-7/c-4"})
    assert isinstance(adapter.create(other), Written)
    sandbox.ledger.clear()
    found = adapter_of(sandbox).find_marker("run-7/c-3", CARE.id)
    assert found == str(max(sandbox.site.issues) - 1)
    assert [row.path.rpartition("/")[2] for row in sandbox.ledger] == ["jql", "jql", "bulkfetch"]


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_the_first_issue_of_a_project_is_found_too(clock: Clock, deployment: str) -> None:
    sandbox = JiraSandbox("empty", now=clock, deployment=deployment, search_lag=timedelta(hours=1))
    adapter = adapter_of(sandbox)
    assert adapter.find_marker("run-7/c-3", CARE.id) is None
    outcome = adapter.create(draft())
    assert isinstance(outcome, Written)
    assert adapter.find_marker("run-7/c-3", CARE.id) == outcome.id
    assert adapter.find_marker("run-7/c-9", CARE.id) is None


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_a_quiet_project_is_looked_through_from_its_newest_key(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment, search_lag=timedelta(hours=1))
    for issue in sandbox.site.issues.values():
        issue.created -= timedelta(days=300)
    outcome = adapter_of(sandbox).create(draft())
    assert isinstance(outcome, Written)
    assert adapter_of(sandbox).find_marker("run-7/c-3", CARE.id) == outcome.id


def test_next_keys() -> None:
    assert next_keys("CARE-114", 2) == ["CARE-115", "CARE-116"]
    assert next_keys("CARE-0", 1) == ["CARE-1"]
    assert next_keys("nonsense", 2) == []


def test_what_a_creation_cannot_hold_is_said_before_it(clock: Clock) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    with pytest.raises(Unsupported, match="needs a type"):
        adapter.create(draft(None))
    with pytest.raises(Unsupported, match="status"):
        adapter.create(draft(status=(Named(id="3", name="In Progress"),)))
    assert posts(sandbox) == 0


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_what_the_create_screen_demands_is_said_before(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment)
    care = sandbox.site.projects["10000"]
    care.demands |= {"components", "theme"}
    care.components[:] = ["Booking", "Payments"]
    with pytest.raises(
        Unsupported, match=r"demands Components \(one of: Booking, Payments\); Theme \(one of"
    ) as told:
        adapter_of(sandbox).create(draft())
    assert "by hand" in told.value.help()
    assert posts(sandbox) == 0


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_the_only_value_that_the_create_screen_allows_is_given(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment)
    care = sandbox.site.projects["10000"]
    care.demands.add("components")
    care.components[:] = ["Booking"]
    outcome = adapter_of(sandbox).create(draft())
    assert isinstance(outcome, Written)
    assert sandbox.site.issues[int(str(outcome.id))].components == ["10000"]


def test_what_the_create_screen_lacks_is_said_before(clock: Clock) -> None:
    sandbox = make(clock)
    sandbox.site.projects["10000"].off_screen |= {"duedate", "start"}
    wanted = draft(due=day(date(2026, 12, 24)), start=day(date(2026, 12, 1)))
    with pytest.raises(Unsupported, match="has no"):
        adapter_of(sandbox).create(wanted)
    with pytest.raises(Unsupported, match=r"Due date \(duedate\)"):
        adapter_of(sandbox).create(draft(due=day(date(2026, 12, 24))))
    assert posts(sandbox) == 0


@pytest.mark.parametrize("kind", ["400", "403", "404"])
def test_a_create_screen_that_nobody_shows_leaves_it_to_jira(clock: Clock, kind: str) -> None:
    # Data Center before 8.4 has no such address.
    sandbox = make(clock, "data_center")
    sandbox.fail(Fault(kind=kind, path="*/createmeta/*", times=-1))
    adapter = adapter_of(sandbox)
    assert isinstance(adapter.create(draft(due=day(date(2026, 12, 24)))), Written)
    sandbox.site.projects["10000"].demands.add("theme")
    refused = adapter.create(draft())
    assert isinstance(refused, Refused)
    assert "Theme is required" in refused.reason


def test_a_create_screen_is_asked_once_a_run_and_read_to_its_end(clock: Clock) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)

    def short(asked: Any, page: Any) -> Any:
        # Pages may be shorter than asked for.
        return page | {"fields": page["fields"][:4]}

    app.on("GET", "*/createmeta/*", short)
    adapter = adapter_of(sandbox, app=app)
    assert isinstance(adapter.create(draft(due=day(date(2026, 12, 24)))), Written)
    asked = len([row for row in sandbox.ledger if "createmeta" in row.path])
    assert asked > 2
    assert isinstance(adapter.create(draft().model_copy(update={"marker": "m-2"})), Written)
    assert len([row for row in sandbox.ledger if "createmeta" in row.path]) == asked


def test_a_creation_takes_a_target_range_and_an_owner(clock: Clock) -> None:
    sandbox = make(clock)
    owned = Vocabulary(fields={"owner": FieldSource(name=("product manager",))})
    linh = sandbox.site.users["linh"].account_id
    wanted = draft(EPIC, target=span(date(2026, 12, 1), None), owner=(Named(id=linh, name="Linh"),))
    outcome = adapter_of(sandbox, vocabulary=owned).create(wanted)
    assert isinstance(outcome, Written)
    made = sandbox.site.issues[int(str(outcome.id))]
    assert (made.target_start, made.target_end, made.owner) == (date(2026, 12, 1), None, "linh")


def test_a_refused_creation_says_why(clock: Clock) -> None:
    sandbox = make(clock)
    outcome = adapter_of(sandbox).create(draft().model_copy(update={"title": "x" * 300}))
    assert isinstance(outcome, Refused)
    assert "summary" in outcome.reason
    assert "255" in outcome.reason


def test_a_question_that_fails_before_a_creation_is_a_refusal(clock: Clock) -> None:
    sandbox = make(clock)
    sandbox.fail(Fault(kind="500", path="*/project/*", times=-1))
    sandbox.fail(Fault(kind="410", path="*/field", times=-1))
    assert isinstance(
        adapter_of(sandbox).create(draft(labels=words(("a",)), start=day(date(2026, 12, 1)))), Refused
    )
    assert posts(sandbox) == 0


# -- links --------------------------------------------------------------------------------------------------


def link(sandbox: JiraSandbox, kind: str, target: str | None = None) -> LinkDraft:
    source = Ref(tracker="jira", connection="work", id=str(sandbox.site.issue("CARE-52").id))
    return LinkDraft(
        source=source, target=target or str(sandbox.site.issue("CARE-8").id), kind=kind, marker="m-1"
    )


@pytest.mark.parametrize(
    ("kind", "reads"),
    [
        ("relates", "relates to"),
        ("Relates", "relates to"),
        ("blocks", "blocks"),
        ("Blocks", "blocks"),
        ("is blocked by", "is blocked by"),
    ],
)
@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_a_link_reads_from_its_source(clock: Clock, deployment: str, kind: str, reads: str) -> None:
    sandbox = make(clock, deployment)
    adapter = adapter_of(sandbox)
    before = sandbox.site.links.copy()
    for _ in range(2):
        assert isinstance(adapter.link(link(sandbox, kind)), Written)
    assert len(sandbox.site.links) == len(before) + 1
    (entry,) = adapter.read([str(sandbox.site.issue("CARE-52").id)]).values()
    assert isinstance(entry, Entry)
    assert (reads, str(sandbox.site.issue("CARE-8").id)) in {(one.kind, one.target) for one in entry.links}


def test_an_unknown_kind_of_link_names_the_known_ones(clock: Clock) -> None:
    sandbox = make(clock)
    with pytest.raises(Unsupported, match="adores") as caught:
        adapter_of(sandbox).link(link(sandbox, "adores"))
    assert "Relates" in caught.value.help()


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_a_link_to_an_address_is_known_by_its_marker(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment)
    adapter = adapter_of(sandbox)
    address = "https://notion.example/roadmap/1"
    for _ in range(2):
        assert isinstance(adapter.link(link(sandbox, "twin", address)), Written)
    (row,) = sandbox.site.issue("CARE-52").remote_links
    assert (row["globalId"], row["relationship"]) == ("m-1", "twin")
    assert row["object"] == {"url": address, "title": address}


def test_a_cut_link_is_unknown_and_sent_once(clock: Clock) -> None:
    sandbox = make(clock)
    sandbox.fail(Fault(kind="cut-after", method="POST", path="*/issueLink"))
    assert isinstance(adapter_of(sandbox).link(link(sandbox, "relates")), Unknown)
    assert len([row for row in sandbox.ledger if row.path.endswith("/issueLink")]) == 1


def test_an_odd_mark_of_another_tool_is_passed_over(clock: Clock) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)

    def odd(asked: Any, page: Any) -> Any:
        for row in page["issues"]:
            row["properties"] = {MARKER: "not ours"}
        return page

    app.on("POST", "*/bulkfetch", odd)
    assert adapter_of(sandbox, app=app).find_marker("not ours", CARE.id) is None
