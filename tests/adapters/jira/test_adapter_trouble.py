"""Bad weather and bad input: each failure names the connection and the next step, and nothing secret."""

from __future__ import annotations

import base64
import logging
import traceback
from typing import Any

import pytest
from planora_jira import JiraAdapter
from planora_jira.sandbox import JiraSandbox

from planora_sync.adapter import AdapterContext, Refused, Severity
from planora_sync.change import Change, Field, day
from planora_sync.errors import (
    AnswerUnreadable,
    ConnectionFailed,
    CredentialsRefused,
    EndpointGone,
    PlaceNotVisible,
    RateLimited,
    Unreachable,
    UsageError,
)
from planora_sync.sandbox import Fault
from planora_sync.testing import pull_all
from tests.adapters.jira.setups import DEPLOYMENTS, Tampered, adapter_of, make
from tests.adapters.jira.site import Clock
from tests.adapters.serving import served

TOKEN = "sandbox-token"
BASIC = base64.b64encode(b"planora@fernway.example:sandbox-token").decode()


def check_words(error: ConnectionFailed) -> None:
    """Demand a message that names the connection and a next step, and shows no credential anywhere."""
    assert "[work]" in str(error)
    assert error.message.endswith((".", "!", "?", "…"))
    assert error.help()
    whole = "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))
    assert TOKEN not in whole
    assert BASIC not in whole


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("401", CredentialsRefused),
        ("403", CredentialsRefused),
        ("404", PlaceNotVisible),
        ("410", EndpointGone),
        ("html", AnswerUnreadable),
        ("half-json", AnswerUnreadable),
        ("empty", AnswerUnreadable),
        ("500", AnswerUnreadable),
        ("503", AnswerUnreadable),
        ("429", RateLimited),
        ("cut-before", Unreachable),
        ("hang", Unreachable),
    ],
)
@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_what_stops_a_connection(
    clock: Clock, deployment: str, kind: str, error: type[ConnectionFailed]
) -> None:
    sandbox = make(clock, deployment)
    sandbox.fail(Fault(kind=kind, times=-1))
    for call in (lambda: pull_all(adapter_of(sandbox)), lambda: adapter_of(sandbox).read(["10001"])):
        with pytest.raises(error) as caught:
            call()
        assert type(caught.value) is error
        check_words(caught.value)


@pytest.mark.parametrize("kind", ["html", "half-json", "empty", "410", "500", "429", "cut-before"])
def test_trouble_in_the_middle_is_never_a_whole_pull(clock: Clock, kind: str) -> None:
    sandbox = make(clock, page_cap=30)
    adapter = adapter_of(sandbox)
    pages = adapter.pull()
    next(pages)
    sandbox.fail(Fault(kind=kind, path="*/search/jql", times=-1))
    with pytest.raises(ConnectionFailed) as caught:
        list(pages)
    check_words(caught.value)


# -- credentials --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_a_wrong_token_is_told_at_once(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment)
    adapter = adapter_of(sandbox, token="wr0ng")
    with pytest.raises(CredentialsRefused, match="token") as caught:
        pull_all(adapter)
    check_words(caught.value)
    # Never a search, which works for nobody and finds nothing.
    assert [row.path.rpartition("/")[2] for row in sandbox.ledger] == ["myself"]


def test_a_search_that_was_answered_as_to_nobody_is_no_empty_project(clock: Clock) -> None:
    # Revoked in the middle of a run: Jira answers 200 with no issues, and says so in a header only.
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    nobody = {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}
    app.on("POST", "*/search/jql", lambda asked, page: (200, nobody, b'{"issues":[],"isLast":true}'))
    with pytest.raises(CredentialsRefused):
        pull_all(adapter_of(sandbox, app=app))


def test_absent_issues_are_doubted_when_the_credentials_are_gone(clock: Clock) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    adapter = adapter_of(sandbox, app=app)
    pull_all(adapter)
    app.on("POST", "*/bulkfetch", lambda asked, page: {"issues": [], "issueErrors": []})
    app.on("GET", "*/myself", lambda asked, page: (401, {}, b"{}"))
    with pytest.raises(CredentialsRefused):
        adapter.read(["10001"])


def test_a_token_sent_as_bearer_to_the_sites_own_host(clock: Clock) -> None:
    with pytest.raises(CredentialsRefused, match="Set `user`"):
        pull_all(adapter_of(make(clock), user=None))


@pytest.mark.parametrize("header", ["X-Seraph-LoginReason", "X-Authentication-Denied-Reason"])
def test_a_captcha_names_the_way_out(clock: Clock, header: str) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    app.on("GET", "*/myself", lambda asked, page: (403, {header: "CAPTCHA_CHALLENGE"}, b"{}"))
    if header == "X-Seraph-LoginReason":
        app.on("GET", "*/myself", lambda asked, page: (401, {header: "AUTHENTICATION_DENIED"}, b"{}"))
    with pytest.raises(CredentialsRefused, match="CAPTCHA"):
        pull_all(adapter_of(sandbox, app=app))


def test_a_token_that_no_header_can_carry_is_never_shown(clock: Clock) -> None:
    adapter = adapter_of(make(clock, "data_center"), token="tok\nen-näme")
    for call in (adapter.check, lambda: pull_all(adapter)):
        with pytest.raises(CredentialsRefused, match="Copy it again") as caught:
            call()
        assert "tok" not in caught.value.message.replace("token", "")
    copied = adapter_of(make(clock, "data_center"), token=" sandbox-token\n")
    assert pull_all(copied).entries


def test_credentials_go_to_their_own_host_only_and_never_into_an_address(clock: Clock) -> None:
    sandbox = make(clock)
    seen: list[tuple[str, dict[str, str]]] = []

    async def watched(scope: Any, receive: Any, send: Any) -> None:
        headers = {key.decode(): value.decode() for key, value in scope["headers"]}
        seen.append((scope["query_string"].decode(), headers))
        await sandbox.app(scope, receive, send)

    pull_all(adapter_of(sandbox, app=watched))
    assert {headers["authorization"] for _, headers in seen} == {f"Basic {BASIC}"}
    assert not [query for query, _ in seen if TOKEN in query or BASIC in query]
    assert TOKEN not in repr(sandbox.ledger)


def test_a_redirect_is_not_followed_with_credentials(clock: Clock) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    app.on("GET", "*/myself", lambda asked, page: (302, {"Location": "http://jira.test/login"}, b""))
    with pytest.raises(AnswerUnreadable, match="`url`"):
        pull_all(adapter_of(sandbox, app=app))
    assert len(sandbox.ledger) == 1


def test_the_library_logs_nothing(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    # Its DEBUG log dumps bodies, its errors print all headers.
    sandbox = make(clock)
    sandbox.fail(Fault(kind="403", path="*/myself"))
    with caplog.at_level(logging.DEBUG), pytest.raises(CredentialsRefused):
        pull_all(adapter_of(sandbox))
    assert not [record for record in caplog.records if record.name.startswith("jira")]
    assert TOKEN not in caplog.text


# -- limits -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("retry_after", "least", "most"),
    [
        ("3", 2.99, 3.1),
        ("0.5", 0.5, 1),
        ("0", 0.1, 1),
        ("Tue, 24 Nov 2026 10:00:20 GMT", 19.9, 20.1),
        (None, 0.7, 1.4),
    ],
)
def test_a_limit_is_waited_for_in_every_form(
    clock: Clock, retry_after: str | None, least: float, most: float
) -> None:
    # The library's own retry crashes on fractions and dates, and hammers after hours.
    sandbox = make(clock)
    waits: list[float] = []
    sandbox.fail(Fault(kind="429", path="*/search/jql", retry_after=retry_after))
    assert pull_all(adapter_of(sandbox, sleep=waits.append)).entries
    waited = [wait for wait in waits if wait >= 0.05]
    assert least <= waited[0] <= most


def test_a_limit_of_hours_is_not_waited_for(clock: Clock) -> None:
    sandbox = make(clock)
    sandbox.fail(Fault(kind="429", path="*/search/jql", retry_after="3600", times=-1))
    with pytest.raises(RateLimited, match="pauses until 2026-11-24 11:00 UTC") as caught:
        pull_all(adapter_of(sandbox))
    check_words(caught.value)
    assert [row.status for row in sandbox.ledger].count(429) == 1


def test_a_reset_in_place_of_retry_after(clock: Clock) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    times = iter(range(9))
    limited = (429, {"X-RateLimit-Reset": "2026-11-24T10:00Z", "RateLimit-Reason": "jira-burst-based"}, b"{}")
    app.on("GET", "*/field", lambda asked, page: limited if next(times) == 0 else page)
    assert pull_all(adapter_of(sandbox, app=app)).entries


@pytest.mark.parametrize("kind", ["500", "502", "503", "504", "cut-before", "hang"])
def test_reads_are_repeated_searches_too(clock: Clock, kind: str) -> None:
    sandbox = make(clock)
    for path in ("*/search/jql", "*/myself", "*/board"):
        sandbox.fail(Fault(kind=kind, path=path, times=2))
    assert not pull_all(adapter_of(sandbox)).errors


# -- what a configuration can get wrong ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "",
        "acme.atlassian.net",
        "ftp://acme.example",
        "https://",
        "http://[::1",
        "https://me:secret@acme.example",
    ],
)
def test_a_connection_without_an_address(url: str) -> None:
    # Without one the library would take a Jira on this machine for it.
    with pytest.raises(UsageError, match=r"work.*`url") as caught:
        JiraAdapter(AdapterContext(name="work", url=url, token="t"))
    assert "secret" not in "".join(traceback.format_exception(caught.value))


def test_the_wrong_deployment_is_named(clock: Clock) -> None:
    sandbox = make(clock, "data_center")
    notices = adapter_of(sandbox, deployment="cloud", user=None).check()
    (wrong, *_) = [notice for notice in notices if notice.severity is Severity.ERROR]
    assert 'deployment = "data_center"' in wrong.next_step


def test_a_host_that_nobody_listens_at(clock: Clock) -> None:
    with served(make(clock)) as url:
        pass
    with pytest.raises(Unreachable, match="address") as caught:
        pull_all(adapter_of(make(clock), url))
    check_words(caught.value)
    assert caught.value.sent is False


def test_a_context_path_and_a_trailing_slash(clock: Clock) -> None:
    sandbox = make(clock, "data_center")

    async def below(scope: Any, receive: Any, send: Any) -> None:
        assert scope["path"].startswith("/jira/")
        await sandbox.app({**scope, "path": scope["path"].removeprefix("/jira")}, receive, send)

    adapter = adapter_of(sandbox, url="http://intra.example/jira/", app=below)
    entry = pull_all(adapter).entries[0]
    assert entry.url.startswith("http://intra.example/jira/browse/CARE-")
    due = Change(field=Field.DUE, before=(), after=day(clock().date()))
    assert adapter.steps(entry, [due])[0].path.startswith("/jira/rest/api/2/issue/")
    assert not isinstance(adapter.apply(entry, [due]), Refused)


@pytest.mark.parametrize("host", ["https://api.atlassian.com", "http://gateway.example:8080"])
def test_scoped_tokens_speak_to_the_gateway_and_links_lead_to_the_site(clock: Clock, host: str) -> None:
    sandbox = make(clock)
    prefix = "/ex/jira/00000000-0000-4000-8000-000000000000"

    async def gateway(scope: Any, receive: Any, send: Any) -> None:
        assert scope["path"].startswith(prefix)
        await sandbox.app({**scope, "path": scope["path"].removeprefix(prefix)}, receive, send)

    app = Tampered(gateway)
    app.on("GET", "*/serverInfo", lambda asked, info: {**info, "baseUrl": "https://fernway.atlassian.net"})
    adapter = adapter_of(sandbox, url=f"{host}{prefix}", app=app)
    assert pull_all(adapter).entries[0].url.startswith("https://fernway.atlassian.net/browse/CARE-")


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_an_empty_site_is_told_from_a_forbidden_one(clock: Clock, deployment: str) -> None:
    sandbox = JiraSandbox("empty", now=clock, deployment=deployment)
    assert pull_all(adapter_of(sandbox)).entries == ()
    sandbox.site.projects.clear()
    with pytest.raises(PlaceNotVisible, match="no project"):
        pull_all(adapter_of(sandbox, scope=()))


def test_a_service_account_sends_its_token_as_bearer_to_the_gateway(clock: Clock) -> None:
    sandbox = make(clock)
    prefix = "/ex/jira/00000000-0000-4000-8000-000000000000"

    async def gateway(scope: Any, receive: Any, send: Any) -> None:
        headers = dict(scope["headers"])
        assert headers[b"authorization"] == f"Bearer {TOKEN}".encode()
        headers[b"authorization"] = f"Basic {BASIC}".encode()
        path = scope["path"].removeprefix(prefix)
        await sandbox.app({**scope, "path": path, "headers": list(headers.items())}, receive, send)

    adapter = adapter_of(sandbox, url=f"https://api.atlassian.com{prefix}", app=gateway, user=None)
    assert pull_all(adapter).entries


def test_what_data_center_answers_to_nobody_is_no_empty_project(clock: Clock) -> None:
    # Data Center names the account that it answers to in a header.
    sandbox = make(clock, "data_center")
    app = Tampered(sandbox.app)
    nobody = {"X-AUSERNAME": "anonymous"}
    empty = b'{"startAt":0,"maxResults":50,"total":0,"issues":[]}'
    app.on("POST", "*/search", lambda asked, page: (200, nobody, empty))
    with pytest.raises(CredentialsRefused):
        pull_all(adapter_of(sandbox, app=app))
