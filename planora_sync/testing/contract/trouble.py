"""The contract of trouble at the door: wrong credentials, absent places, and secrets that stay secret."""

from __future__ import annotations

import traceback
from collections.abc import Sequence

import pytest

from planora_sync.adapter import Adapter, Severity
from planora_sync.errors import CredentialsRefused
from planora_sync.sandbox import LedgerRow
from planora_sync.testing.contract.base import ContractBase
from planora_sync.testing.pulled import pull_all


class TroubleContract(ContractBase):
    """What every adapter does when it is not let in."""

    def test_wrong_credentials_are_refused(self, refused_adapter: Adapter) -> None:
        for call in (refused_adapter.check, refused_adapter.places):
            with pytest.raises(CredentialsRefused) as caught:
                call()
            self._speaks(caught.value, refused_adapter)

    def test_wrong_credentials_give_no_page(self, refused_adapter: Adapter) -> None:
        with pytest.raises(CredentialsRefused) as caught:
            pull_all(refused_adapter)
        self._speaks(caught.value, refused_adapter)

    def test_wrong_credentials_make_nothing_absent(self, adapter: Adapter, refused_adapter: Adapter) -> None:
        id = next(iter(pull_all(adapter).by_id))
        with pytest.raises(CredentialsRefused):
            refused_adapter.read([id])

    def test_an_absent_place_stops_no_other(
        self, adapter: Adapter, absent_adapter: Adapter, absent_place: str
    ) -> None:
        whole, partial = pull_all(adapter), pull_all(absent_adapter)
        named = [n for n in partial.errors if absent_place.lower() in f"{n.where} {n.what}".lower()]
        assert named, f"no error names {absent_place!r}: {partial.notices}"
        assert all(notice.next_step for notice in named)
        assert set(partial.by_id) == set(whole.by_id)

    def test_check_names_an_absent_place(self, absent_adapter: Adapter, absent_place: str) -> None:
        errors = [notice for notice in absent_adapter.check() if notice.severity is Severity.ERROR]
        assert [n for n in errors if absent_place.lower() in f"{n.where} {n.what}".lower() and n.next_step]

    def test_no_secret_is_shown(
        self, adapter: Adapter, secrets: frozenset[str], ledger: Sequence[LedgerRow]
    ) -> None:
        assert secrets, "without a secret this test says nothing"
        pulled = pull_all(adapter)
        shown = [
            repr(adapter),
            repr(adapter.context),
            str(adapter.context),
            repr(pulled.notices),
            repr(adapter.check()),
        ]
        shown += [f"{row.path}?{row.query}" for row in ledger]
        assert not [text for text in shown if any(secret in text for secret in secrets)]

    def _speaks(self, error: CredentialsRefused, adapter: Adapter) -> None:
        token = adapter.context.token or ""
        assert token
        whole = "".join(traceback.format_exception(error))
        assert token not in whole + repr(error), "the error shows the token"
        assert adapter.context.name in str(error), "the error does not name its connection"
        assert error.help(), "the error does not say what to do"
