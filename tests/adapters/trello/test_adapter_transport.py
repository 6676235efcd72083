"""What goes over the wire: another host, no secret but in a header, and every status for what it is."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from planora_trello.sandbox import TrelloSandbox
from planora_trello.sandbox.loading import BEARER, KEY, READ_TOKEN, TOKEN
from planora_trello.transport.session import VENDOR, TrelloSession

from planora_sync.adapter import Refused, Unknown, Written
from planora_sync.change import Field, day
from planora_sync.errors import (
    AnswerUnreadable,
    ConnectionFailed,
    CredentialsRefused,
    EndpointGone,
    PlaceNotVisible,
    RateLimited,
    Unreachable,
)
from planora_sync.http.inprocess import ASGIApp, Message
from planora_sync.sandbox import Fault
from planora_sync.testing import pull_all
from tests.adapters.trello.conftest import Api, Clock
from tests.adapters.trello.rig import Naps, adapter_of, change, context_of, fresh, pulled

Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Saying:
    """An app that gives the same answer to everything, and remembers what it was asked."""

    def __init__(self, status: int, body: bytes, **headers: str) -> None:
        self.status = status
        self.body = body
        self.headers = [(key.replace("_", "-").encode(), value.encode()) for key, value in headers.items()]
        self.asked: list[Message] = []

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        self.asked.append(scope)
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})

    def header(self, name: str) -> list[str]:
        wanted = name.lower().encode()
        return [value.decode() for scope in self.asked for key, value in scope["headers"] if key == wanted]


def text(status: int, said: str) -> Saying:
    return Saying(status, said.encode(), content_type="text/plain; charset=utf-8")


class TestSecrets:
    def test_key_and_token_stand_in_the_header_and_in_no_address(self, sandbox: TrelloSandbox) -> None:
        pulled(sandbox)
        assert sandbox.ledger
        for row in sandbox.ledger:
            assert TOKEN not in row.path + row.query
            assert KEY not in row.path + row.query
            assert "key=" not in row.query
            assert "token=" not in row.query

    def test_the_form_of_the_header(self, sandbox: TrelloSandbox) -> None:
        app = Saying(200, b"[]", content_type="application/json")
        pull_all(adapter_of(sandbox, app=app))
        assert app.header("authorization") == [f'OAuth oauth_consumer_key="{KEY}", oauth_token="{TOKEN}"']

    def test_without_a_key_the_token_is_a_bearer(self, sandbox: TrelloSandbox) -> None:
        assert pulled(sandbox, user=None, token=BEARER).entries
        app = Saying(200, b"[]", content_type="application/json")
        pull_all(adapter_of(sandbox, app=app, user=None, token=BEARER))
        assert app.header("authorization") == [f"Bearer {BEARER}"]

    def test_writes_use_the_second_token_and_reads_never_do(self, sandbox: TrelloSandbox, api: Api) -> None:
        adapter = adapter_of(sandbox, token=READ_TOKEN, write_token=TOKEN)
        entry = fresh(adapter, api.card("b-swag"))
        assert adapter.apply(entry, [change(entry, Field.DUE, day(api.state.now().date()))]) == Written()
        reader = adapter_of(sandbox, token=READ_TOKEN)
        entry = fresh(reader, entry.ref.id)
        assert isinstance(reader.apply(entry, [change(entry, Field.DUE, ())]), Refused)

    def test_a_cut_connection_shows_no_secret_anywhere(self, sandbox: TrelloSandbox) -> None:
        # requests' own error holds the whole address, which py-trello would have filled with key and token.
        adapter = adapter_of(sandbox, app=None, url="http://127.0.0.1:9", user=KEY, token=TOKEN, timeout=0.5)
        with pytest.raises(Unreachable) as caught:
            adapter.check()
        shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value.__cause__)
        assert TOKEN not in shown
        assert KEY not in shown
        assert caught.value.sent is False
        assert "boards" in str(caught.value)

    @pytest.mark.parametrize("broken", ["a\nb", 'a"b', "tökén", "a\x00b"])
    def test_a_token_of_no_form_is_refused_before_a_library_prints_it(
        self, sandbox: TrelloSandbox, broken: str
    ) -> None:
        with pytest.raises(CredentialsRefused) as caught:
            adapter_of(sandbox, token=broken)
        assert broken not in str(caught.value)
        assert caught.value.help()

    def test_a_line_break_at_the_end_of_a_token_file_does_no_harm(self, sandbox: TrelloSandbox) -> None:
        assert pulled(sandbox, token=f"{TOKEN}\n").entries

    def test_a_redirect_is_not_followed(self, sandbox: TrelloSandbox) -> None:
        app = Saying(302, b"", location="https://evil.example/1/members/me")
        with pytest.raises(AnswerUnreadable, match="302"):
            adapter_of(sandbox, app=app).check()
        assert len(app.asked) == 1

    def test_our_writes_can_be_told_from_a_persons(self, sandbox: TrelloSandbox) -> None:
        app = Saying(200, b"[]", content_type="application/json")
        pull_all(adapter_of(sandbox, app=app))
        assert app.header("x-trello-client-identifier") == ["planora-sync"]


class TestHost:
    @pytest.mark.parametrize(
        ("url", "base"),
        [
            ("", VENDOR),
            ("https://api.trello.com/", VENDOR),
            ("https://api.trello.com/1", VENDOR),
            ("http://proxy.acme:8080/trello", "http://proxy.acme:8080/trello"),
        ],
    )
    def test_the_address_of_the_connection(self, sandbox: TrelloSandbox, url: str, base: str) -> None:
        assert TrelloSession(replace(context_of(sandbox), url=url)).base == base

    def test_both_hosts_that_the_library_writes_are_replaced(self, sandbox: TrelloSandbox) -> None:
        session = TrelloSession(context_of(sandbox))
        for host in ("https://api.trello.com", "https://trello.com"):
            assert session.get(f"{host}/1/members/me").json()["id"]
        assert [row.path for row in sandbox.ledger] == ["/1/members/me"] * 2


class TestAnswers:
    @pytest.mark.parametrize(
        ("app", "error", "said"),
        [
            (text(401, "invalid token"), CredentialsRefused, "invalid token"),
            (text(401, "invalid key"), CredentialsRefused, "invalid key"),
            (text(401, "unauthorized permission requested"), CredentialsRefused, "permission"),
            (text(403, "forbidden"), CredentialsRefused, "403"),
            (text(404, "The requested resource was not found."), PlaceNotVisible, "not found"),
            (text(410, "Gone"), EndpointGone, "410"),
            (text(400, "invalid value for fields"), ConnectionFailed, "invalid value"),
            (text(503, "Service Unavailable"), ConnectionFailed, "503"),
            (text(200, "<html>Log in</html>"), AnswerUnreadable, "cannot be read"),
            (Saying(200, b'[{"id": "5e'), AnswerUnreadable, "cannot be read"),
            (Saying(200, b""), AnswerUnreadable, "cannot be read"),
            (Saying(200, b"{}"), CredentialsRefused, "whose token"),
            (Saying(400, b'{"message": "no such field"}'), ConnectionFailed, "no such field"),
            (Saying(400, b'{"message": '), ConnectionFailed, "message"),
            (Saying(409, b""), ConnectionFailed, "no text"),
            (Saying(500, b"<html>\n<h1>oops</h1>", content_type="text/html"), ConnectionFailed, "HTML page"),
        ],
    )
    def test_reads(
        self, sandbox: TrelloSandbox, app: ASGIApp, error: type[ConnectionFailed], said: str
    ) -> None:
        with pytest.raises(error, match=said) as caught:
            adapter_of(sandbox, app=app).check()
        assert "boards" in str(caught.value)
        assert caught.value.help()

    def test_202_is_a_success(self, sandbox: TrelloSandbox, api: Api) -> None:
        # Trello sent it for a while in June 2025; py-trello takes it for an error.
        adapter = adapter_of(sandbox)
        whole = pull_all(adapter)
        sandbox.fail(Fault(kind="202", times=-1))
        assert set(pull_all(adapter).by_id) == set(whole.by_id)
        entry = fresh(adapter, api.card("b-swag"))
        assert adapter.apply(entry, [change(entry, Field.ARCHIVED, day(api.state.now().date()))]) == Written()

    @pytest.mark.parametrize(
        ("kind", "outcome", "done"),
        [
            ("400", Refused, False),
            ("401", Refused, False),
            ("403", Refused, False),
            ("404", Refused, False),
            ("409", Refused, False),
            ("500", Unknown, False),
            ("504", Unknown, False),
            ("cut-before", Unknown, False),
            ("cut-after", Unknown, True),
            ("hang", Unknown, False),
            ("half-json", Unknown, True),
            ("html", Unknown, False),
            ("empty", Unknown, False),
        ],
    )
    def test_writes(
        self, sandbox: TrelloSandbox, api: Api, kind: str, outcome: type[object], done: bool
    ) -> None:
        adapter = adapter_of(sandbox)
        entry = fresh(adapter, api.card("b-swag"))
        sandbox.fail(Fault(kind=kind, method="PUT"))
        got = adapter.apply(entry, [change(entry, Field.DUE, day(api.state.now().date()))])
        assert isinstance(got, outcome)
        assert not isinstance(got, Written)
        assert got.reason
        assert len([row for row in sandbox.ledger if row.method == "PUT"]) == 1
        assert (fresh(adapter, entry.ref.id).due is not None) is done

    def test_a_refusal_gives_trellos_own_text(self, sandbox: TrelloSandbox, api: Api) -> None:
        adapter = adapter_of(sandbox)
        entry = fresh(adapter, api.card("b-swag"))
        api.ok("DELETE", f"/cards/{entry.ref.id}")
        got = adapter.apply(entry, [change(entry, Field.DUE, day(api.state.now().date()))])
        assert got == Refused(reason="Trello answers 404: The requested resource was not found.")

    def test_a_token_that_may_only_read_is_told_at_the_write(self, sandbox: TrelloSandbox, api: Api) -> None:
        adapter = adapter_of(sandbox, token=READ_TOKEN)
        entry = fresh(adapter, api.card("b-swag"))
        got = adapter.apply(entry, [change(entry, Field.DUE, day(api.state.now().date()))])
        assert isinstance(got, Refused)
        assert "unauthorized card permission requested" in got.reason
        assert "scope `write`" in got.reason

    def test_a_write_that_never_left_is_no_unknown(self, sandbox: TrelloSandbox, api: Api) -> None:
        adapter = adapter_of(sandbox)
        entry = fresh(adapter, api.card("b-swag"))
        steps = adapter.steps(entry, [change(entry, Field.DUE, day(api.state.now().date()))])
        nowhere = adapter_of(sandbox, app=None, url="http://127.0.0.1:9", timeout=0.5)
        assert isinstance(nowhere._send(steps[0]), Refused)


class TestLimits:
    @pytest.fixture
    def naps(self) -> Naps:
        return Naps()

    def test_429_without_retry_after_waits_for_a_new_window(self, sandbox: TrelloSandbox, naps: Naps) -> None:
        # Trello never sends a Retry-After, and 200 refusals in a window shut the key out.
        sandbox.fail(Fault(kind="429", times=1))
        assert pulled(sandbox, sleep=naps).entries
        assert max(naps.taken) > 9

    def test_429_with_retry_after_waits_so_long(self, sandbox: TrelloSandbox, naps: Naps) -> None:
        sandbox.fail(Fault(kind="429", times=1, retry_after="4"))
        assert pulled(sandbox, sleep=naps).entries
        assert 3.5 < max(naps.taken) < 9

    def test_a_used_up_quota_is_waited_for_before_it_is_refused(
        self, sandbox: TrelloSandbox, naps: Naps
    ) -> None:
        left = Saying(
            200,
            b'{"id": "5e679b808e6e8828784b30e1"}',
            x_rate_limit_api_token_remaining="0",
            x_rate_limit_api_token_interval_ms="7000",
            x_rate_limit_api_key_remaining="250",
        )
        adapter = adapter_of(sandbox, app=left, sleep=naps)
        with pytest.raises(AnswerUnreadable):
            adapter.check()
        assert len(left.asked) == 2
        assert 6 < max(naps.taken) <= 7.5

    @pytest.mark.parametrize("odd", ["", "soon", "-1"])
    def test_odd_headers_do_no_harm(self, sandbox: TrelloSandbox, naps: Naps, odd: str) -> None:
        app = Saying(200, b"[]", x_rate_limit_api_token_remaining="0", x_rate_limit_api_token_interval_ms=odd)
        pull_all(adapter_of(sandbox, app=app, sleep=naps))
        assert app.asked

    def test_answers_without_any_rate_header(self, clock: Clock) -> None:
        assert pulled(TrelloSandbox("messy", now=clock, rate_headers=False)).entries

    def test_a_write_told_to_wait_to_the_end_was_not_done(self, sandbox: TrelloSandbox, api: Api) -> None:
        adapter = adapter_of(sandbox)
        entry = fresh(adapter, api.card("b-swag"))
        sandbox.fail(Fault(kind="429", method="PUT", times=-1))
        got = adapter.apply(entry, [change(entry, Field.DUE, day(api.state.now().date()))])
        assert isinstance(got, Refused)
        assert fresh(adapter, entry.ref.id).due is None

    def test_a_429_says_what_trello_says(self, sandbox: TrelloSandbox) -> None:
        body = b'{"error":"API_KEY_LIMIT_EXCEEDED","message":"Rate limit exceeded"}'
        app = Saying(429, body, content_type="application/json")
        with pytest.raises(RateLimited, match="boards"):
            adapter_of(sandbox, app=app).check()

    def test_an_enforced_allowance_stops_no_pull(self, clock: Clock) -> None:
        sandbox = TrelloSandbox("messy", now=clock, limits=True)

        def sleep(seconds: float) -> None:
            clock.forward(seconds=seconds)

        adapter = adapter_of(sandbox, sleep=sleep)
        for _ in range(60):
            assert not pull_all(adapter).errors
        assert len(sandbox.ledger) >= 180


def test_nothing_of_the_context_is_shown(sandbox: TrelloSandbox) -> None:
    adapter: Any = adapter_of(sandbox)
    shown = repr(adapter) + repr(adapter.context) + repr(vars(adapter)) + repr(vars(adapter._client))
    assert TOKEN not in shown
    assert KEY not in shown
