"""Issues as entries. What would hurt a user first: a field read from the wrong place, so that all is misfiled."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from planora_jira.translation.wire import UNTRANSLATABLE, entry

from planora_sync.adapter import FieldSource, Vocabulary
from planora_sync.model import (
    Category,
    Entry,
    Estimate,
    Horizon,
    Kind,
    Link,
    Named,
    Person,
    PlaceRef,
    Priority,
    Property,
    Ref,
    Release,
    Status,
)
from tests.adapters.jira.issues import issue, lens, mapped, status


def read(vocabulary: Vocabulary | None = None, **fields: Any) -> Entry:
    return entry(issue(**fields), lens(vocabulary))


def test_the_plain_fields() -> None:
    found = read(
        labels=["b", "a"], comment={"total": 3, "comments": []}, security={"id": "1", "name": "Internal"}
    )
    assert found.ref == Ref(tracker="jira", connection="work", id="10042")
    assert (found.key, found.url) == ("PLAN-42", "https://acme.example/browse/PLAN-42")
    assert found.title == "Send reminders"
    assert found.place == PlaceRef(id="10000", name="PLAN")
    assert found.status == Status(id="15", name="To Do", category=Category.TODO)
    assert found.type == Named(id="10001", name="Story")
    assert (found.kind, found.level) == (Kind.STORY, 0)
    # A custom field is called `labels` too; the library's name cache takes it for this one.
    assert found.labels == ("a", "b")
    assert (found.comments, found.security) == (3, "Internal")
    assert found.created == datetime(2026, 11, 1, 8, tzinfo=UTC)
    assert found.raw is not None
    assert entry(issue(), lens(keep_raw=False)).raw is None


def test_nothing_is_guessed_when_absent() -> None:
    found = read()
    assert (found.due, found.start, found.horizon, found.estimate, found.theme) == (None,) * 5
    assert (found.sprint, found.parent, found.release, found.done, found.since) == (None,) * 5
    assert (found.owner, found.reporter, found.reporter_external, found.team, found.rank) == (None,) * 5
    assert (found.assignees, found.earlier_sprints, found.properties, found.links) == ((), (), (), ())
    assert (found.priority, found.severity) == (Priority.NONE, Priority.NONE)
    assert (found.blocked, found.recurring, found.template, found.archived) == (False,) * 4


@pytest.mark.parametrize(
    ("key", "category"),
    [("new", "todo"), ("indeterminate", "doing"), ("done", "done"), ("undefined", "todo")],
)
def test_a_category_is_known_by_its_key(key: str, category: str) -> None:
    assert read(status=status("Wird gemacht", key)).category == category


def test_the_mapping_overrules_a_category() -> None:
    words = Vocabulary(categories={"*review*": "doing", "released": "done"})
    assert read(words, status=status("🔍 Under Review", "new")).category is Category.DOING
    assert read(words, status=status("Released", "indeterminate")).category is Category.DONE


@pytest.mark.parametrize(
    ("name", "level", "kind"),
    [
        ("Epic", 1, Kind.EPIC),
        ("Feature", 1, Kind.EPIC),
        ("Initiative", 1, Kind.INITIATIVE),
        ("Theme", 3, Kind.INITIATIVE),
        ("Objective", 2, Kind.GOAL),
        ("Story", 0, Kind.STORY),
        ("故事", 0, Kind.STORY),
        ("🐛 Bug", 0, Kind.BUG),
        ("Spike", 0, Kind.TASK),
        ("Idea", 0, Kind.IDEA),
        ("Feature Request", 0, Kind.REQUEST),
        ("Improvement", 0, Kind.STORY),
        ("Pizza", 0, Kind.OTHER),
        ("Unteraufgabe", -1, Kind.SUBTASK),
        ("Task", -1, Kind.SUBTASK),
    ],
)
def test_kinds_come_from_the_level_then_from_the_name(name: str, level: int, kind: Kind) -> None:
    found = read(issuetype={"id": "1", "name": name, "hierarchyLevel": level, "subtask": level < 0})
    assert (found.kind, found.level) == (kind, level)


def test_the_mapping_names_kinds_first() -> None:
    kind = {"id": "1", "name": "💡 Pizza", "hierarchyLevel": 0}
    assert read(Vocabulary(kinds={"pizza": "idea"}), issuetype=kind).kind is Kind.IDEA


def test_what_stands_in_a_service_desk_is_a_request() -> None:
    desk = {"id": "10000", "key": "HELP", "projectTypeKey": "service_desk"}
    reporter = {"accountId": "qm:1", "displayName": "A clinic", "accountType": "customer"}
    found = read(
        project=desk, issuetype={"id": "1", "name": "Incident", "hierarchyLevel": 0}, reporter=reporter
    )
    assert (found.kind, found.reporter_external) == (Kind.REQUEST, True)


def test_people_and_hidden_addresses() -> None:
    known = {
        "accountId": "5b10",
        "displayName": "Ana",
        "emailAddress": "ana@acme.com",
        "accountType": "atlassian",
    }
    hidden = {"accountId": "5b11", "displayName": "Keiko (森)", "accountType": "atlassian"}
    found = read(assignee=hidden, reporter=known)
    assert found.assignees == (Person(id="5b11", name="Keiko (森)"),)
    assert found.reporter == Person(id="5b10", name="Ana", email="ana@acme.com")
    assert found.reporter_external is False


def test_people_of_data_center_are_user_names() -> None:
    found = read(assignee={"name": "ana", "key": "JIRAUSER10100", "displayName": "Ana Ruiz"})
    assert found.assignees == (Person(id="ana", name="Ana Ruiz"),)
    assert read(reporter={"name": "ana", "displayName": "Ana"}).reporter_external is None


def test_an_owner_beside_the_assignee_where_the_mapping_names_a_field() -> None:
    words = mapped(owner=FieldSource(name=("product manager",)))
    pm = {"accountId": "5b12", "displayName": "Jonas"}
    assert read(words, customfield_10047=pm).owner == Person(id="5b12", name="Jonas")
    assert read(words, customfield_10047=[pm]).owner == Person(id="5b12", name="Jonas")
    assert read(customfield_10047=pm).owner is None


# -- parents, children, links -------------------------------------------------------------------------------


def test_parent_on_cloud_and_of_subtasks() -> None:
    found = read(parent={"id": "10001", "key": "PLAN-1"}, customfield_10014="PLAN-9")
    assert found.parent == Named(id="10001", name="PLAN-1")


def test_parent_on_data_center_is_a_key_and_its_id_is_looked_up() -> None:
    center = lens(ids={"PLAN-7": "10007", "PLAN-2": "10002"})
    assert entry(issue(customfield_10014="PLAN-7"), center).parent == Named(id="10007", name="PLAN-7")
    assert entry(issue(customfield_10018="PLAN-2"), center).parent == Named(id="10002", name="PLAN-2")
    assert entry(issue(customfield_10014="HID-1"), center).parent == Named(id="HID-1", name="HID-1")


def test_clouds_parent_link_may_only_say_why_it_holds_nothing() -> None:
    echo = {"hasEpicLinkFieldDependency": False, "showField": False, "nonEditableReason": {"reason": "X"}}
    assert read(customfield_10018=echo).parent is None
    assert read(customfield_10018={"data": {"key": "PLAN-3"}}).parent == Named(id="PLAN-3", name="PLAN-3")


@pytest.mark.parametrize(
    ("kind", "epic_name", "level"),
    [
        ({"name": "Story", "subtask": False}, None, 0),
        ({"name": "Sub-task", "subtask": True}, None, -1),
        ({"name": "Эпик", "subtask": False}, "Reminders", 1),
        ({"name": "Epic", "subtask": False}, None, 1),
        ({"name": "Initiative", "subtask": False}, None, 2),
    ],
)
def test_levels_where_jira_tells_none(kind: dict[str, Any], epic_name: str | None, level: int) -> None:
    assert read(issuetype={"id": "1", **kind}, customfield_10011=epic_name).level == level


def test_children_and_links() -> None:
    blocks = {"name": "Blocks", "inward": "is blocked by", "outward": "blocks"}
    found = read(
        subtasks=[{"id": "10050", "key": "PLAN-50"}, {"id": "10051", "key": "PLAN-51"}],
        issuelinks=[
            {"id": "1", "type": blocks, "outwardIssue": {"id": "10060", "key": "PLAN-60"}},
            {"id": "2", "type": blocks, "inwardIssue": {"id": "10061", "key": "PLAN-61"}},
            {"id": "3", "type": blocks, "outwardIssue": {}},
        ],
    )
    assert found.children == ("10050", "10051")
    assert found.links == (Link(kind="blocks", target="10060"), Link(kind="is blocked by", target="10061"))


# -- when ---------------------------------------------------------------------------------------------------


def test_done_is_the_category_and_not_a_left_over_resolution() -> None:
    reopened = read(resolution={"id": "1", "name": "Done"}, resolutiondate="2026-10-01T10:00:00.000+0000")
    assert (reopened.done, reopened.resolution) == (None, "Done")
    unresolved = read(status=status("Done", "done"), statuscategorychangedate="2026-11-02T10:00:00.000+0000")
    assert unresolved.done == unresolved.since == datetime(2026, 11, 2, 10, tzinfo=UTC)


def test_dates_have_no_zone_and_instants_become_days_in_the_accounts() -> None:
    late = "2026-11-30T23:30:00.000+0000"
    found = read(duedate="2026-12-04", customfield_10015=late)
    assert (found.due, found.start) == (date(2026, 12, 4), date(2026, 12, 1))


def test_horizon_of_target_dates_options_and_quarters() -> None:
    dated = read(customfield_10022="2026-10-01", customfield_10023="2027-03-31")
    assert dated.horizon == Horizon(start=date(2026, 10, 1), end=date(2027, 3, 31))
    assert read(customfield_10045={"id": "1", "value": "Next"}).horizon == Horizon(bucket="next", text="Next")
    quarter = read(customfield_10045={"id": "2", "value": "Q1 2027"}).horizon
    assert quarter == Horizon(start=date(2027, 1, 1), end=date(2027, 3, 31), text="Q1 2027")
    words = Vocabulary(horizons={"dieses quartal": "now"})
    assert read(words, customfield_10045={"id": "3", "value": "🔥 Dieses Quartal"}).horizon == Horizon(
        bucket="now", text="🔥 Dieses Quartal"
    )


def test_intervals_of_product_discovery_are_json_in_a_string() -> None:
    span = '{"start":"2026-10-01","end":"2026-12-31"}'
    assert read(customfield_10048=span).horizon == Horizon(end=date(2026, 12, 31))
    ranged = read(mapped(target=FieldSource(name=("project target",))), customfield_10048=span)
    assert ranged.horizon == Horizon(start=date(2026, 10, 1), end=date(2026, 12, 31))
    dates = read(mapped(dates=FieldSource(schema=("jira.polaris:interval",))), customfield_10048=span)
    assert (dates.start, dates.due) == (date(2026, 10, 1), date(2026, 12, 31))


def test_the_mapping_names_another_field_for_a_date() -> None:
    words = mapped(due=FieldSource(name=("DEADLINE",)))
    assert read(words, duedate="2026-12-24", customfield_10046="2026-12-04").due == date(2026, 12, 4)


# -- what for -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "priority"),
    [
        ("Highest", "critical"),
        ("Blocker", "critical"),
        ("P1 - Critical", "critical"),
        ("High", "high"),
        ("Mittel", "medium"),
        ("最高", "critical"),
        ("Lowest", "low"),
        ("Someday", "none"),
    ],
)
def test_priorities(name: str, priority: str) -> None:
    assert read(priority={"id": "1", "name": name}).priority == priority


def test_the_mapping_names_priorities() -> None:
    words = Vocabulary(priorities={"someday": "low", "highest": "high"})
    assert read(words, priority={"id": "1", "name": "Someday"}).priority is Priority.LOW
    assert read(words, priority={"id": "1", "name": "Highest"}).priority is Priority.HIGH


def test_severity_theme_team_and_flag() -> None:
    found = read(
        customfield_10040={"id": "10200", "value": "S1 - Critical"},
        customfield_10041={"id": "10301", "value": "Payments"},
        customfield_10042="no theme but a text field of that name",
        customfield_10001={"id": "ab-1", "name": "Team Blue"},
        customfield_10021=[{"id": "10019", "value": "Impediment"}],
    )
    assert (found.severity, found.theme, found.team, found.blocked) == (
        Priority.CRITICAL,
        "Payments",
        "Team Blue",
        True,
    )
    assert {prop.name for prop in found.properties} == {"Severity", "🎯 Theme"}


def test_two_points_fields_are_normal() -> None:
    assert read(customfield_10028=None, customfield_10016=5).estimate == Estimate(value=5, unit="points")
    assert read(customfield_10028=0, customfield_10016=5).estimate == Estimate(value=0, unit="points")
    assert read(
        mapped(estimate=FieldSource(name=("size",))), customfield_10049=8, customfield_10028=3
    ).estimate == (Estimate(value=8, unit="points"))


def test_properties_are_all_choice_fields_of_this_project() -> None:
    found = read(
        customfield_10043=[{"id": "1", "value": "EU"}, {"id": "2", "value": "US"}],
        customfield_10044={"id": "7", "value": "Web", "child": {"id": "8", "value": "Booking"}},
        customfield_10050={"id": "9", "value": "of another project"},
        components=[{"id": "11", "name": "Calendar"}],
    )
    assert found.properties == (
        Property(
            id="customfield_10043",
            name="Regions",
            values=(Named(id="1", name="EU"), Named(id="2", name="US")),
        ),
        Property(id="customfield_10044", name="Product", values=(Named(id="8", name="Web / Booking"),)),
        Property(id="components", name="Components", values=(Named(id="11", name="Calendar"),)),
    )


def test_the_release_is_the_earliest_that_is_not_out() -> None:
    versions = [
        {"id": "1", "name": "2.14", "released": True, "releaseDate": "2026-11-01"},
        {"id": "2", "name": "3.0", "released": False},
        {"id": "3", "name": "2.16", "released": False, "releaseDate": "2027-01-15"},
        {"id": "4", "name": "2.15", "released": False, "releaseDate": "2026-12-10"},
        {"id": "5", "name": "2.0", "released": False, "archived": True, "releaseDate": "2020-01-01"},
    ]
    assert read(fixVersions=versions).release == Release(name="2.15", day=date(2026, 12, 10))
    assert read(fixVersions=versions[:1]).release is None


def test_recurring_and_template_are_what_the_mapping_calls_so() -> None:
    words = mapped(recurring=FieldSource(name=("weekly*",)), template=FieldSource(name=("template",)))
    assert read(words, labels=["weekly-report"]).recurring
    assert read(words, issuetype={"id": "1", "name": "Template", "hierarchyLevel": 0}).template
    assert not read(labels=["weekly-report"]).recurring


@pytest.mark.parametrize(
    "broken",
    [
        {"id": "1", "key": "PLAN-1"},
        {"id": "1", "key": "PLAN-1", "fields": None},
        {"key": "PLAN-1", "fields": {}},
        issue(project=None),
        issue(created="yesterday"),
        issue(created="2026-11-01T09:00:00"),
        issue(duedate="soon"),
        issue(status={"id": "1"}),
        issue(customfield_10020=["no sprint at all"]),
        issue(customfield_10020=[{"id": 1, "name": "S", "state": "sleeping"}]),
    ],
)
def test_a_broken_issue_says_so(broken: dict[str, Any]) -> None:
    with pytest.raises(UNTRANSLATABLE):
        entry(broken, lens())


def test_the_account_zone_decides_on_which_day_a_sprint_ends() -> None:
    sprint = {"id": 5, "name": "S", "state": "active", "boardId": 1, "endDate": "2026-12-01T16:30:00.000Z"}
    berlin, shanghai = (
        entry(issue(customfield_10020=[sprint]), lens(zone=ZoneInfo(zone))).sprint
        for zone in ("Europe/Berlin", "Asia/Shanghai")
    )
    assert berlin is not None
    assert shanghai is not None
    assert (berlin.end, shanghai.end) == (date(2026, 12, 1), date(2026, 12, 2))
