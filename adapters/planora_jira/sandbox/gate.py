"""The gate before the routes: credentials, the ledger, and faults made on purpose."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import quote

from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from planora_jira.sandbox.asking import FAULT
from planora_jira.sandbox.problems import LOGIN_PAGE, refusal
from planora_sync.sandbox import Fault, Faults, LedgerRow

OPEN_TO_ALL = ("/rest/api/*/serverInfo", "/_edge/tenant_info")
ANONYMOUS: Mapping[str, dict[str, Any]] = {
    # A search with bad credentials is one without any: it works, and finds what the public may see.
    "/rest/api/*/search/jql": {"issues": [], "isLast": True},
    "/rest/api/*/project/search": {
        "startAt": 0,
        "maxResults": 50,
        "total": 0,
        "isLast": True,
        "values": [],
    },
}
MESSAGES = {
    401: "Client must be authenticated to access this resource.",
    403: "You do not have permission to perform this operation.",
    404: "Issue does not exist or you do not have permission to see it.",
    410: "The requested API has been removed. Please migrate to the newer API.",
    429: "Rate limit exceeded.",
}

SPOILT = frozenset({"half-json", "saved-503"})
"""Kinds of faults that do what is asked and spoil the answer."""
ASTRAY = frozenset({"empty-page", "repeat-cursor"})
"""Kinds of faults of searches by token."""


class Gate:
    """An ASGI app in front of the routes."""

    def __init__(
        self,
        inner: ASGIApp,
        *,
        ledger: list[LedgerRow],
        faults: Faults,
        deployment: str,
        accounts: Mapping[str, str],
        me: str = "",
    ) -> None:
        """Set up the gate.

        Args:
            inner: the routes.
            ledger: gets a row a request.
            faults: what goes wrong next; used up in place.
            deployment: `cloud` or `data_center`.
            accounts: token -> user name (Cloud: the e-mail).
            me: id of the account that they belong to, as each answer names it in a header.
        """
        self.me = me
        self.inner = inner
        self.ledger = ledger
        self.faults = faults
        self.cloud = deployment == "cloud"
        self.accounts = accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        noted = False

        def note(status: int) -> None:
            nonlocal noted
            if not noted:
                query = scope["query_string"].decode("latin-1")
                row = LedgerRow(method=scope["method"], path=scope["path"], query=query, status=status)
                self.ledger.append(row)
            noted = True

        async def watched(message: Message) -> None:
            # The row stands before the answer leaves: whoever has the answer may look for it.
            if message["type"] == "http.response.start":
                note(message["status"])
                message = {**message, "headers": [*message.get("headers", ()), *self._named(scope)]}
            await send(message)

        try:
            await self._answer(scope, receive, watched)
        finally:
            note(0)

    def _named(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        """Return the header in which Jira says to which account it answers; what is no answer of Jira has none."""
        if scope.get("spoilt"):
            return []
        known = "token" in scope
        if self.cloud:
            return [(b"x-aaccountid", quote(self.me, safe="").encode())] if known else []
        return [(b"x-ausername", self.me.encode() if known else b"anonymous")]

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = self.faults.take(scope["method"], scope["path"])
        if fault is not None and fault.kind.startswith(("cut", "hang")):
            await self._break(fault, scope, receive, send)
        if fault is not None and fault.kind in SPOILT:
            await self._spoil(fault, scope, receive, send)
            return
        if fault is not None and fault.kind in ASTRAY:
            # Only a search knows how to go astray.
            scope[FAULT], fault = fault.kind, None
        scope["spoilt"] = fault is not None
        refused = faulty(fault) if fault else self._refusal(scope)
        await (refused or self.inner)(scope, receive, send)

    async def _spoil(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        """Do all that is asked, and spoil the answer."""
        kept: list[Message] = []

        async def keep(message: Message) -> None:
            kept.append(message)

        await (self._refusal(scope) or self.inner)(scope, receive, keep)
        if fault.kind == "saved-503":
            await faulty(replace(fault, kind="503"))(scope, receive, send)
            return
        body = b"".join(message.get("body", b"") for message in kept)
        half = Response(body[: len(body) // 2], status_code=kept[0]["status"], media_type="application/json")
        await half(scope, receive, send)

    async def _break(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        if fault.kind == "cut-after":
            refused = self._refusal(scope)
            await (refused or self.inner)(scope, receive, _swallow)
        # A server that raises before an answer has begun sends a 500; one that raises within it hangs up.
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
        if fault.kind == "hang":
            raise TimeoutError("the sandbox does not answer")
        raise ConnectionResetError("the sandbox hangs up")

    # -- credentials --------------------------------------------------------------------------------------

    def _refusal(self, scope: Scope) -> Response | None:
        """Return the vendor's answer to bad credentials, or None for good ones."""
        path = scope["path"]
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        word, _, credential = headers.get("authorization", "").partition(" ")
        known = self._token(word.lower(), credential)
        if known is not None:
            scope["token"] = known
            return None
        if any(fnmatchcase(path, glob) for glob in OPEN_TO_ALL):
            return None
        if self.cloud and word.lower() == "bearer":
            return JSONResponse({"error": "Failed to parse Connect Session Auth Token"}, status_code=403)
        return self._anonymous(path)

    def _token(self, word: str, credential: str) -> str | None:
        if word == "bearer" and not self.cloud:
            return credential if credential in self.accounts else None
        if word != "basic":
            return None
        try:
            user, _, token = base64.b64decode(credential, validate=True).decode().partition(":")
        except ValueError:
            return None
        return token if self.accounts.get(token) == user else None

    def _anonymous(self, path: str) -> Response:
        headers = {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}
        for glob, body in ANONYMOUS.items():
            if self.cloud and fnmatchcase(path, glob):
                return JSONResponse(body, headers=headers)
        if self.cloud:
            answer = refusal(401, MESSAGES[401])
            answer.headers.update(headers)
            return answer
        return JSONResponse({"message": MESSAGES[401], "status-code": 401}, status_code=401)


def faulty(fault: Fault) -> Response:
    """Return the answer that a fault stands for."""
    makers: dict[str, Callable[[], Response]] = {
        "html": lambda: HTMLResponse(LOGIN_PAGE),
        "302": lambda: RedirectResponse("/login.jsp?permissionViolation=true", status_code=302),
        "empty": lambda: Response(b"", media_type="application/json"),
    }
    if fault.kind in makers:
        return makers[fault.kind]()
    status = int(fault.kind)
    if status >= 500:
        answer: Response = HTMLResponse(f"<html><body><h1>{status}</h1></body></html>", status_code=status)
    else:
        answer = refusal(status, MESSAGES.get(status, "The request was refused."))
    if status == 429:
        answer.headers["RateLimit-Reason"] = "jira-burst-based"
        answer.headers["X-RateLimit-Remaining"] = "0"
    if fault.retry_after is not None:
        answer.headers["Retry-After"] = fault.retry_after
    return answer


async def _swallow(message: Message) -> None:
    """Take an answer that nobody will see."""
