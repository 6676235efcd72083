"""Faults as people write them."""

from __future__ import annotations

import pytest

from planora_sync.errors import UsageError
from planora_sync.sandbox import Fault
from planora_sync.service.faults import arm, fault_of, kinds, read_fault
from planora_sync.service.stand_ins import stand_in
from planora_sync.testing import NOW


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("503", Fault(kind="503")),
        ("cut-after:put", Fault(kind="cut-after", method="PUT")),
        ("html::*/myself", Fault(kind="html", path="*/myself")),
        (
            "429:GET:*/search/jql:2:30",
            Fault(kind="429", method="GET", path="*/search/jql", times=2, retry_after="30"),
        ),
        (
            "429::::0.4:jira-quota-tenant-based",
            Fault(kind="429", retry_after="0.4", reason="jira-quota-tenant-based"),
        ),
        ("hang:*:*:always", Fault(kind="hang", times=-1)),
        ("hang:::-1", Fault(kind="hang", times=-1)),
    ],
)
def test_what_is_left_empty_is_any_method_any_path_once(text: str, fault: Fault) -> None:
    assert read_fault(text) == fault


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "it names no kind"),
        (":GET", "it names no kind"),
        ("429:FETCH", "'FETCH' is no HTTP method"),
        ("429:GET:*:0", "'0' is no number of times"),
        ("429:GET:*:twice", "'twice' is no number of times"),
        ("429:GET:*:-2", "'-2' is no number of times"),
    ],
)
def test_what_is_no_fault_is_said_with_the_part_that_is_wrong(text: str, says: str) -> None:
    with pytest.raises(UsageError, match="It is written KIND") as failure:
        read_fault(text)
    assert says in str(failure.value)


def test_a_kind_that_a_stand_in_does_not_know_is_said_with_those_that_it_knows() -> None:
    sandbox = stand_in("jira", "empty", now=lambda: NOW)
    with pytest.raises(UsageError, match=r"jira knows no fault 'tired'.*cut-after, cut-before"):
        arm(sandbox, read_fault("tired"))


@pytest.mark.parametrize("tracker", ["jira", "notion", "trello"])
def test_every_kind_that_is_listed_can_be_armed(tracker: str) -> None:
    sandbox = stand_in(tracker, "empty", now=lambda: NOW)
    for kind in kinds(type(sandbox)):
        arm(sandbox, Fault(kind=kind))
    arm(sandbox, Fault(kind="418"))


@pytest.mark.parametrize(
    "body", ["503", ["503"], {"kind": "503", "when": "now"}, {}, {"kind": "503", "times": 0}]
)
def test_what_is_no_object_of_a_fault_is_refused(body: object) -> None:
    with pytest.raises(UsageError):
        fault_of(body)


def test_an_object_says_the_same_as_a_text() -> None:
    given = {"kind": "429", "method": "get", "path": "*/jql", "times": 2, "retry_after": 30, "reason": None}
    assert fault_of(given) == read_fault("429:GET:*/jql:2:30")
    assert fault_of({"kind": 503, "times": -1}) == read_fault("503:::always")
