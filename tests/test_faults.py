"""Faults on purpose: which request meets which, and that no kind passes that nobody knows."""

from __future__ import annotations

import pytest

from planora_sync.sandbox import Fault, Faults


def test_a_fault_meets_the_requests_it_is_for_and_no_more() -> None:
    faults = Faults()
    faults.add(Fault(kind="503", method="POST", path="/v1/*/query", times=2))
    met = [
        faults.take(method, path) is not None
        for method, path in [("GET", "/v1/x/query"), ("POST", "/v1/x"), *[("POST", "/v1/x/query")] * 3]
    ]
    assert met == [False, False, True, True, False]


def test_the_first_that_was_asked_for_comes_first() -> None:
    faults = Faults()
    faults.add(Fault(kind="500"))
    faults.add(Fault(kind="html", times=-1))
    taken = [faults.take("GET", "/") for _ in range(4)]
    assert [one.kind for one in taken if one] == ["500", "html", "html", "html"]
    faults.clear()
    assert faults.take("GET", "/") is None


@pytest.mark.parametrize("kind", ["gremlins", "200", "99", "600", "saved-503", ""])
def test_a_kind_that_a_sandbox_does_not_know_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match="no kind of fault"):
        Faults().add(Fault(kind=kind))


def test_a_sandbox_may_know_further_kinds() -> None:
    faults = Faults(further=("saved-503", "202"))
    for kind in ("saved-503", "202", "529", "cut-after"):
        faults.add(Fault(kind=kind))
    assert faults.take("PATCH", "/") == Fault(kind="saved-503")
