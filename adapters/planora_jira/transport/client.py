"""Speaks to Jira through the PyPI library `jira`, with the courier under it in place of its own retries.

The library is the transport: addresses, session, headers. Everything it would do beyond that is passed by, for
it asks `/field` before searches and swaps names for ids, stops at short pages, repeats writes, and drops the
names of fields from refusals (`jira` 3.10.5).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from jira import JIRA
from jira.exceptions import JIRAError

from planora_jira.transport.answers import Reading, account_of, is_anonymous, sentence
from planora_jira.transport.limits import JiraLimits
from planora_sync.adapter import AdapterContext, Outcome, Refused, Step, Unknown, Written
from planora_sync.errors import CredentialsRefused, RateLimited, Unreachable, UsageError
from planora_sync.http import Call, Courier, CourierHTTPAdapter, credential_id, refuse_cookies, shared_budget

SEARCHES = ("/search/jql", "/search", "/search/approximate-count", "/issue/bulkfetch", "/changelog/bulkfetch")
"""POSTs that only read."""
UNCLEAR = frozenset({408, 425})
"""Refusals that do not say that nothing was done."""


class JiraClient:
    """One credential's way to one site."""

    def __init__(self, context: AdapterContext, *, token: str | None) -> None:
        """Set up a client; asks nothing yet.

        Args:
            context: the connection.
            token: the credential that this client uses.
        """
        self.cloud = context.deployment == "cloud"
        self.now = context.now
        self.seen: str | None = None
        """Id of the account that Jira said last it was answering to, where it says so."""
        self.url = _address(context)
        self._jira = _library(self.url, context.timeout, cloud=self.cloud)
        header = _header(context.user, (token or "").strip())
        self._sendable = header.isascii() and header.isprintable()
        self.answers = Reading(context.name, (token or "", header.partition(" ")[2]))
        courier = Courier(
            connection=context.name,
            host=_host(self.url),
            scheme=urlsplit(self.url).scheme,
            authorization=lambda write: header,
            is_read=is_read,
            budget=shared_budget("jira", _host(self.url), context.app),
            limits=JiraLimits(cloud=self.cloud, credential=credential_id(header)),
            share=context.rate_share,
            now=context.now,
            sleep=context.sleep,
        )
        adapter = CourierHTTPAdapter(
            courier, timeout=context.timeout, app=context.app, parallel=context.parallel
        )
        refuse_cookies(self._jira._session.cookies)
        for scheme in ("http://", "https://"):
            self._jira._session.mount(scheme, adapter)

    # -- addresses ----------------------------------------------------------------------------------------

    def rest(self, path: str) -> str:
        """Return the path on the wire of a resource of the REST API, from the host on."""
        return urlsplit(self._jira._get_url(path)).path

    def agile(self, path: str) -> str:
        """Return the path on the wire of a resource of the agile API, from the host on."""
        return urlsplit(self._jira._get_url(path, base=JIRA.AGILE_BASE_URL)).path

    # -- reading ------------------------------------------------------------------------------------------

    def get(self, path: str, what: str, **params: object) -> Any:
        """Return the JSON at a path; raises ConnectionFailed. `what` names it in messages."""
        return self.answers.json(self._request("GET", path, params=params), what)

    def get_object(self, path: str, what: str, **params: object) -> dict[str, Any]:
        """Return the JSON object at a path; raises ConnectionFailed."""
        return self.answers.object(self._request("GET", path, params=params), what)

    def ask(self, path: str, what: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return the JSON object that a POST which only reads gives; raises ConnectionFailed."""
        return self.answers.object(self._request("POST", path, body=body), what)

    # -- writing ------------------------------------------------------------------------------------------

    def send(self, step: Step) -> tuple[Outcome, requests.Response | None]:
        """Make one writing call and return its outcome, with Jira's answer where there was one; raises nothing."""
        try:
            response = self._request(step.method, step.path, body=step.body)
        except Unreachable as failure:
            return (Unknown if failure.sent else Refused)(reason=failure.message), None
        except (RateLimited, CredentialsRefused) as failure:
            # 429 says that nothing was done, however often it was said.
            return Refused(reason=str(failure)), None
        return self._outcome(response), response

    def told(self, response: requests.Response, names: Mapping[str, str] | None = None) -> str:
        """Return what Jira answered, in its own words, with the names of fields beside their ids."""
        return sentence(f"Jira answered {response.status_code}: {self.answers.words(response, names)}")

    def _outcome(self, response: requests.Response) -> Outcome:
        status = response.status_code
        if status >= 500 or status in UNCLEAR or 300 <= status < 400:
            return Unknown(reason=self.told(response))
        if status >= 400 or is_anonymous(response):
            return Refused(reason=self.told(response))
        if status == 207:
            return Unknown(
                reason="Jira answered 207: a status for each issue, which is no success of them all."
            )
        if response.content.lstrip()[:1] == b"<":
            return Unknown(reason="Something before Jira answered with a web page.")
        return Written()

    def _request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, object] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> requests.Response:
        self._demand_sendable()
        parts = urlsplit(self.url)
        given: dict[str, Any] = {"allow_redirects": False}
        if params:
            given["params"] = {key: value for key, value in params.items() if value is not None}
        if body is not None:
            given["data"] = json.dumps(body)
        failed = Unreachable("Jira gave no answer.", connection=self.answers.connection)
        try:
            answer = self._jira._session.request(method, f"{parts.scheme}://{parts.netloc}{path}", **given)
            self.seen = account_of(answer) or self.seen
            return answer
        except JIRAError as failure:
            # Its text prints all headers and the whole body: the answer itself says more, and nothing secret.
            refused = failure.response
        except requests.exceptions.RequestException as failure:
            # The courier has its own words for what happens on the way: this never left.
            failed.message, failed.sent = f"The address cannot be asked ({type(failure).__name__}).", False
            refused = None
        if refused is None:
            raise failed
        return refused

    def _demand_sendable(self) -> None:
        if not self._sendable:
            # The transport's own error would show the header.
            raise CredentialsRefused(
                "The token holds characters that no token has.",
                connection=self.answers.connection,
                next_step="Copy it again: one line, no quotes, no spaces.",
            )

    def close(self) -> None:
        """Close the connections."""
        self._jira.close()  # type: ignore[no-untyped-call]


def is_read(call: Call) -> bool:
    """Return whether a call only reads, whatever its verb."""
    return call.method.upper() in {"GET", "HEAD", "OPTIONS"} or (
        call.method.upper() == "POST" and call.path.endswith(SEARCHES) and "/rest/api/" in call.path
    )


def segment(word: object) -> str:
    """Return a word as one segment of a path: it comes from a configuration or a tracker."""
    return quote(str(word), safe="")


def _library(url: str, timeout: float, *, cloud: bool) -> JIRA:
    """Return the library as a transport; it asks nothing by itself."""
    library = JIRA(
        server=url,
        options={"rest_api_version": "3" if cloud else "2", "check_update": False},
        get_server_info=False,
        max_retries=0,
        timeout=timeout,
        logging=False,
    )
    # Without server info it takes the site for none it knows, and its Cloud methods give None.
    library.deploymentType = "Cloud" if cloud else "Server"
    return library


def _header(user: str | None, token: str) -> str:
    if user:
        return "Basic " + base64.b64encode(f"{user}:{token}".encode()).decode()
    return f"Bearer {token}"


def _address(context: AdapterContext) -> str:
    """Return the site's address without a trailing slash; raises UsageError for what is none."""
    try:
        parts = urlsplit(context.url)
        known = parts.scheme in ("http", "https") and bool(_host(context.url)) and "@" not in parts.netloc
    except (ValueError, requests.exceptions.RequestException):
        known = False
    if not known:
        # Without one the library would take a Jira on this machine; a name or password in it could be shown.
        raise UsageError(
            f"Connection {context.name!r} has no address that Jira could be at.",
            next_step='Set `url = "https://..."` in it, with the credentials in `user` and `token` alone.',
        )
    return context.url.rstrip("/")


def _host(url: str) -> str:
    # As the transport will write it: in lower case, with international names encoded.
    prepared = requests.Request("GET", url).prepare().url or url
    return urlsplit(prepared).netloc
