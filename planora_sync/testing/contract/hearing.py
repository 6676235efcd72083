"""The contract of webhooks: what is signed is understood, what is not is not even read, and nothing is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from planora_sync.adapter import Adapter, Delivery, Hint
from planora_sync.errors import AnswerUnreadable, SignatureRefused, Unsupported
from planora_sync.sandbox import LedgerRow
from planora_sync.testing.contract.base import ContractBase

GARBLED = (b"", b"{", b"[]", b"null", b'"x"', b"7", b"\xff\xfe", b"{}", b'{"a": {"b": [1, null]}}', b"<html>")


class HearingContract(ContractBase):
    """What every adapter that declares `hints` gives."""

    def test_a_signed_delivery_says_what_to_read_again(
        self, adapter: Adapter, request: pytest.FixtureRequest, ledger: Sequence[LedgerRow]
    ) -> None:
        delivery, asked = self._delivery(adapter, request), len(ledger)
        hints = adapter.hear(delivery)
        assert hints
        assert all(isinstance(hint, Hint) for hint in hints)
        assert [hint for hint in hints if hint.ids or hint.places]
        assert all(isinstance(id, str) and id for hint in hints for id in (*hint.ids, *hint.places))
        assert self.again(adapter).hear(delivery) == hints, "a repeated delivery must be known as one"
        assert len(ledger) == asked, "hearing cost a request"

    def test_a_delivery_without_a_signature_is_refused(
        self, adapter: Adapter, request: pytest.FixtureRequest
    ) -> None:
        delivery = self._delivery(adapter, request)
        self._refused(adapter, replace(delivery, headers={}))
        self._refused(adapter, replace(delivery, headers=dict.fromkeys(delivery.headers, "")))

    def test_a_delivery_that_was_changed_on_its_way_is_refused(
        self, adapter: Adapter, request: pytest.FixtureRequest
    ) -> None:
        delivery = self._delivery(adapter, request)
        self._refused(adapter, replace(delivery, body=delivery.body + b" "))
        self._refused(adapter, replace(delivery, body=b"{}"))

    def test_a_delivery_signed_by_somebody_else_is_refused(
        self, adapter: Adapter, request: pytest.FixtureRequest
    ) -> None:
        delivery = self._delivery(adapter, request)
        self._refused(self.again(adapter, webhook_secret="an0ther-secret"), delivery)  # noqa: S106

    def test_without_a_secret_no_delivery_is_believed(
        self, adapter: Adapter, request: pytest.FixtureRequest
    ) -> None:
        delivery = self._delivery(adapter, request)
        for secret in (None, ""):
            self._refused(self.again(adapter, webhook_secret=secret), delivery)

    @pytest.mark.parametrize("body", GARBLED)
    def test_a_signed_delivery_that_is_no_event_is_unreadable_or_says_nothing(
        self,
        adapter: Adapter,
        request: pytest.FixtureRequest,
        sign: Callable[[bytes], Delivery],
        body: bytes,
    ) -> None:
        self._delivery(adapter, request)
        try:
            hints = adapter.hear(sign(body))
        except AnswerUnreadable as failure:
            assert adapter.context.name in str(failure)
        else:
            assert not [hint for hint in hints if hint.ids or hint.places]

    def test_without_webhooks_none_is_heard(self, adapter: Adapter) -> None:
        if adapter.capabilities.hints:
            pytest.skip("this adapter hears webhooks")
        with pytest.raises(Unsupported):
            adapter.hear(Delivery(headers={}, body=b"{}"))

    def _refused(self, adapter: Adapter, delivery: Delivery) -> None:
        with pytest.raises(SignatureRefused) as caught:
            adapter.hear(delivery)
        assert adapter.context.name in str(caught.value), "the error does not name its connection"
        secret = adapter.context.webhook_secret
        assert not secret or secret not in str(caught.value), "the error shows the secret"

    def _delivery(self, adapter: Adapter, request: pytest.FixtureRequest) -> Delivery:
        if not adapter.capabilities.hints:
            pytest.skip("this adapter hears no webhooks")
        assert adapter.context.webhook_secret, "give `adapter` a webhook_secret"
        delivery: Delivery = request.getfixturevalue("delivery")
        return delivery
