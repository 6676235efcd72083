"""A store's URL: understood, or refused with a next step that tells no secret."""

from __future__ import annotations

import sys
import traceback

import pytest

from planora_sync.errors import StoreFailed
from planora_sync.store import Store
from planora_sync.store.address import parse_address
from tests.store.values import NOW

SECRET = "s3cr3t/w@rd#1%2"


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://ana:{SECRET}@127.0.0.1:1/planora",
        "postgresql://ana:s3cr3t%2Fw%40rd%231%252@127.0.0.1:1/planora",
        "postgresql://127.0.0.1:1/planora?user=ana&password=s3cr3tword1",
        "postgresql://127.0.0.1:1/planora?user=ana&password=s3cr3tword1&sslpassword=s3cr3tagain",
        "postgresql://ana:s3cr3t",
        "postgresql://ana:s3cr3t@127.0.0.1:s3cr3t/planora",
        "postgresql://ana:s3cr3t/p@rt@127.0.0.1:1/planora",
        "postgresql://ana:p?s3cr3t@x@127.0.0.1:1/planora",
        "postgresql://ana:a@b/s3cr3t@127.0.0.1:1/planora",
        "postgresql://ana:a@b?s3cr3t@127.0.0.1:1/planora",
        "postgresql://ana:s3cr3t@127.0.0.1:1/planora?no_such_option=1",
        "postgresql+psycopg2://ana:s3cr3t@127.0.0.1:1/planora",
        "mysql://ana:s3cr3t@127.0.0.1/planora",
        "ana:s3cr3t@127.0.0.1/planora",
        "s3cr3t",
        "",
    ],
)
def test_a_url_that_leads_nowhere_tells_a_next_step_and_no_password(url: str) -> None:
    with pytest.raises(StoreFailed) as caught:
        Store.open(url, now=NOW)
    said = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + str(caught.value)
    assert not [line for line in said.splitlines() if "s3cr3t" in line]
    assert caught.value.next_step


def test_an_address_shows_and_repeats_no_secret() -> None:
    address = parse_address("postgresql://ana:s3cr3t%2Fx@db.example:5433/planora?sslpassword=an0ther")
    assert address.shown == "postgresql://db.example:5433/planora"
    assert address.redact("s3cr3t/x, s3cr3t%2Fx and an0ther are wrong") == "***, *** and *** are wrong"
    assert not any(secret in repr(address) for secret in ("s3cr3t", "an0ther", "ana"))


@pytest.mark.parametrize(
    "url", ["postgres://127.0.0.1:1/p", "postgresql://127.0.0.1:1/p", "postgresql+psycopg://127.0.0.1:1/p"]
)
def test_all_ways_to_write_postgresql_lead_there(url: str) -> None:
    with pytest.raises(StoreFailed, match=r"The store postgresql://127.0.0.1:1/p failed: .*(refused|failed)"):
        Store.open(url, now=NOW)


def test_two_slashes_in_place_of_three_are_said() -> None:
    with pytest.raises(StoreFailed, match=r"Write `sqlite:///planora.db`"):
        Store.open("sqlite://planora.db", now=NOW)


def test_a_driver_that_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreFailed, match=r"pip install 'planora-sync\[postgres\]'"):
        Store.open("postgresql://127.0.0.1:1/planora", now=NOW)
