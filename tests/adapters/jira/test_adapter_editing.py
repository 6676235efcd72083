"""Single fields of an edit: what Jira calls them, on which screen they stand, and what it says when they do not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from planora_jira import JiraAdapter
from planora_jira.sandbox import JiraSandbox

from planora_sync.adapter import FieldSource, Refused, Vocabulary, Write, Written
from planora_sync.change import Change, Field, current, same, span, words
from planora_sync.errors import Unsupported
from planora_sync.model import Named
from planora_sync.sandbox import Fault
from tests.adapters.jira.setups import DEPLOYMENTS, Tampered, adapter_of, make, named, read, to
from tests.adapters.jira.site import Clock

OWNED: dict[str, Any] = {"vocabulary": Vocabulary(fields={"owner": FieldSource(name=("product manager",))})}
TARGET = to(Field.TARGET, span(date(2026, 12, 1), date(2027, 3, 31)))


def account(sandbox: JiraSandbox, key: str) -> str:
    user = sandbox.site.users[key]
    return user.account_id if sandbox.site.cloud else user.key


def further(sandbox: JiraSandbox, *rows: dict[str, Any], screen: bool = True) -> Tampered:
    """Return the site with further custom fields, which stand on each edit screen too."""
    app = Tampered(sandbox.app)
    app.on("GET", "*/field", lambda asked, known: [*known, *rows])
    shown = {row["id"]: row | {"required": False} for row in rows} if screen else {}
    app.on("GET", "*/editmeta", lambda asked, meta: {"fields": meta["fields"] | shown})
    return app


def custom(id: int, name: str, type: str, schema: str, items: str | None = None) -> dict[str, Any]:
    kind = {"type": type, "custom": schema, "customId": id} | ({"items": items} if items else {})
    return {"id": f"customfield_{id}", "name": name, "custom": True, "schema": kind}


def body_of(adapter: JiraAdapter, sandbox: JiraSandbox, change: Change) -> Any:
    (step,) = adapter.steps(read(adapter, sandbox, "CARE-52"), [change])
    return step.body


# -- owners -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_an_owner_is_set_and_cleared_where_the_mapping_names_its_field(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment)
    adapter = adapter_of(sandbox, **OWNED)
    change = to(Field.OWNER, named(account(sandbox, "linh"), "Linh Tran"))
    assert adapter.apply(read(adapter, sandbox, "CARE-52"), [change]) == Written()
    found = read(adapter, sandbox, "CARE-52")
    assert found.owner is not None
    assert found.owner.name == "Linh Tran"
    # The assignee is somebody else's business.
    assert sandbox.site.issue("CARE-52").assignee != "linh"
    assert adapter.apply(found, [change.inverse()]) == Written()
    assert read(adapter, sandbox, "CARE-52").owner is None


def test_without_a_user_field_an_owner_is_left_to_people(clock: Clock) -> None:
    sandbox = make(clock)
    vocabulary = Vocabulary(fields={"owner": FieldSource(name=("theme",))})
    for adapter in (adapter_of(sandbox), adapter_of(sandbox, vocabulary=vocabulary)):
        with pytest.raises(Unsupported, match="names no user field") as caught:
            body_of(adapter, sandbox, to(Field.OWNER, named("x")))
        assert "[fields]" in caught.value.help()


def test_several_owners_are_added_and_removed_never_set(clock: Clock) -> None:
    sandbox = make(clock)
    owners = custom(10060, "Owners", "array", "x:multiuserpicker", "user")
    vocabulary = Vocabulary(fields={"owner": FieldSource(name=("owners",))})
    adapter = adapter_of(sandbox, app=further(sandbox, owners), vocabulary=vocabulary)
    change = to(Field.OWNER, named("new"), before=named("old"))
    verbs = [{"add": {"accountId": "new"}}, {"remove": {"accountId": "old"}}]
    assert body_of(adapter, sandbox, change) == {"update": {"customfield_10060": verbs}}


# -- target ranges ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_a_target_range_goes_into_the_target_fields_of_plans(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment)
    adapter = adapter_of(sandbox)
    assert adapter.apply(read(adapter, sandbox, "CARE-52"), [TARGET]) == Written()
    issue = sandbox.site.issue("CARE-52")
    assert (issue.target_start, issue.target_end) == (date(2026, 12, 1), date(2027, 3, 31))
    found = read(adapter, sandbox, "CARE-52")
    assert same(current(found, Field.TARGET), TARGET.after)
    end = to(Field.TARGET, span(None, date(2027, 1, 31)), before=TARGET.after)
    assert adapter.apply(found, [end]) == Written()
    assert (issue.target_start, issue.target_end) == (None, date(2027, 1, 31))
    assert (
        adapter.apply(read(adapter, sandbox, "CARE-52"), [to(Field.TARGET, (), before=end.after)])
        == Written()
    )
    assert (issue.target_start, issue.target_end) == (None, None)


@pytest.mark.parametrize("gone", ["target_start", "target_end"])
def test_a_target_field_that_is_not_on_the_screen_is_named(clock: Clock, gone: str) -> None:
    sandbox = make(clock)
    sandbox.site.projects["10000"].off_screen.add(gone)
    adapter = adapter_of(sandbox)
    with pytest.raises(
        Unsupported, match=r"no date field for its target (start|end) \(known: Target"
    ) as caught:
        body_of(adapter, sandbox, TARGET)
    assert "edit screen" in caught.value.help()


def test_intervals_of_product_discovery_are_written_by_nobody(clock: Clock) -> None:
    # Jira refuses plain dates there, and has no other form that it takes.
    sandbox = make(clock)
    interval = custom(10048, "Project target", "string", "jira.polaris:interval")
    source = FieldSource(name=("project target",))
    vocabulary = Vocabulary(fields={"target_start": source, "target_end": source, "start": source})
    adapter = adapter_of(sandbox, app=further(sandbox, interval), vocabulary=vocabulary)
    with pytest.raises(Unsupported, match="interval of Product Discovery"):
        body_of(adapter, sandbox, TARGET)


# -- lists --------------------------------------------------------------------------------------------------


def test_components_are_added_and_removed_never_set(clock: Clock) -> None:
    sandbox = make(clock)
    sandbox.site.projects["10000"].components[:] = ["Booking", "Payments", "Search"]
    sandbox.site.issue("CARE-52").components = ["10000"]
    adapter = adapter_of(sandbox)
    prop = Named(id="components", name="Components")
    entry = read(adapter, sandbox, "CARE-52")
    change = to(Field.PROPERTY, named("10001", "Payments"), before=named("10000", "Booking"), prop=prop)
    # Somebody adds one meanwhile: it stays.
    sandbox.site.issue("CARE-52").components.append("10002")
    assert adapter.apply(entry, [change]) == Written()
    assert sandbox.site.issue("CARE-52").components == ["10002", "10001"]
    by_name = to(Field.PROPERTY, named("Search"), prop=prop)
    assert body_of(adapter, sandbox, by_name) == {"update": {"components": [{"add": {"name": "Search"}}]}}


def test_no_field_is_both_set_and_changed_by_verbs(clock: Clock) -> None:
    # Jira answers 400: "Field 'labels' cannot appear in both 'fields' and 'update'".
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-53")
    prop = Named(id="components", name="Components")
    changes = [
        to(Field.LABELS, words(("x",))),
        to(Field.PROPERTY, named("10000", "Booking"), prop=prop),
        to(Field.PARENT, ()),
        to(Field.DUE, ()),
        TARGET,
    ]
    (step,) = adapter.steps(entry, changes)
    assert step.body is not None
    assert not set(step.body["fields"]) & set(step.body["update"])


# -- what Jira says -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("403", "`check` lists the right"),
        ("404", "absent, or the account that writes may not see it"),
        ("413", "limits"),
        ("422", "Jira administrator"),
    ],
)
def test_a_refusal_says_what_helps(clock: Clock, status: str, words: str) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    sandbox.fail(Fault(kind=status, method="PUT", times=-1))
    outcome = adapter.apply(read(adapter, sandbox, "CARE-52"), [to(Field.LABELS, ())])
    assert isinstance(outcome, Refused)
    assert words in outcome.reason


def test_a_field_off_the_screen_says_where_to_put_it(clock: Clock) -> None:
    sandbox = make(clock)
    sandbox.site.projects["10000"].off_screen.add("duedate")
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-52")
    due = to(Field.DUE, (Named(id="2026-12-01", name="2026-12-01"),))
    for outcome in (
        adapter.apply(entry, [due]),
        *adapter.apply_many([Write(entry=entry, changes=(due,))]).values(),
    ):
        assert isinstance(outcome, Refused)
        assert "Due date (duedate)" in outcome.reason
        assert "Put the field on the project's edit screen" in outcome.reason


def test_what_stands_in_an_archive_is_left_to_people(clock: Clock) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    assert Field.ARCHIVED not in adapter.capabilities.writes
    with pytest.raises(Unsupported, match="nobody could prove or undo it"):
        body_of(adapter, sandbox, to(Field.ARCHIVED, named("archived")))


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_who_cannot_be_assigned_is_refused_in_jiras_words(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment)
    adapter = adapter_of(sandbox)
    customer = next(user for user in sandbox.site.users.values() if user.account_type == "customer")
    change = to(Field.ASSIGNEES, named(account(sandbox, customer.key), customer.name))
    outcome = adapter.apply(read(adapter, sandbox, "CARE-52"), [change])
    assert isinstance(outcome, Refused)
    assert "cannot be assigned" in outcome.reason
    assert "assignee" in outcome.reason
