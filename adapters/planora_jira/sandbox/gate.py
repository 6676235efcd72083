"""Stands before the routes: credentials, and what goes wrong on purpose looks as Jira's own."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any, ClassVar
from urllib.parse import quote

from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from planora_jira.sandbox.problems import LOGIN_PAGE, refusal
from planora_sync.sandbox import Fault, Faults, LedgerRow
from planora_sync.sandbox.gate import Gate, Kept

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


class JiraGate(Gate):
    """An ASGI app in front of the routes."""

    page: ClassVar[str] = LOGIN_PAGE
    spoils: ClassVar[frozenset[str]] = frozenset({"saved-503"})
    astray: ClassVar[frozenset[str]] = frozenset({"empty-page", "repeat-cursor"})
    """Of searches by token (Cloud)."""
    redirects: ClassVar[frozenset[str]] = frozenset({"302"})
    """To the login page."""

    def __init__(
        self,
        inner: ASGIApp,
        faults: Faults,
        ledger: list[LedgerRow],
        *,
        deployment: str,
        accounts: Mapping[str, str],
        me: str,
    ) -> None:
        """Set up the gate.

        Args:
            inner: the routes.
            faults: what goes wrong next; used up in place.
            ledger: gets a row a request.
            deployment: `cloud` or `data_center`.
            accounts: token -> user name (Cloud: the e-mail).
            me: id of the account that they belong to, as each answer names it in a header.
        """
        super().__init__(inner, faults, ledger)
        self._cloud = deployment == "cloud"
        self._accounts = accounts
        self._me = me

    async def api(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Do what is asked, for good credentials."""
        await (self._refusal(scope) or self._inner)(scope, receive, send)

    def headers(self, scope: Scope, *, undone: bool) -> Mapping[str, str]:
        """Return the header in which Jira says to which account it answers; what is no answer of Jira has none."""
        if undone:
            return {}
        known = "token" in scope
        if self._cloud:
            return {"x-aaccountid": quote(self._me, safe="")} if known else {}
        return {"x-ausername": self._me if known else "anonymous"}

    def refused(self, fault: Fault) -> Response:
        """Return Jira's answer of a status."""
        status = int(fault.kind)
        if fault.kind in self.redirects:
            return RedirectResponse("/login.jsp?permissionViolation=true", status_code=status)
        if status >= 500:
            return HTMLResponse(f"<html><body><h1>{status}</h1></body></html>", status_code=status)
        answer = refusal(status, MESSAGES.get(status, "The request was refused."))
        if status == 429:
            answer.headers["RateLimit-Reason"] = fault.reason or "jira-burst-based"
            answer.headers["X-RateLimit-Remaining"] = "0"
        return answer

    def spoilt(self, fault: Fault, real: Kept) -> Response:
        """Return a 503 that does not say that it was saved."""
        return self.refused(replace(fault, kind="503"))

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
        if self._cloud and word.lower() == "bearer":
            return JSONResponse({"error": "Failed to parse Connect Session Auth Token"}, status_code=403)
        return self._anonymous(path)

    def _token(self, word: str, credential: str) -> str | None:
        if word == "bearer" and not self._cloud:
            return credential if credential in self._accounts else None
        if word != "basic":
            return None
        try:
            user, _, token = base64.b64decode(credential, validate=True).decode().partition(":")
        except ValueError:
            return None
        return token if self._accounts.get(token) == user else None

    def _anonymous(self, path: str) -> Response:
        headers = {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}
        for glob, body in ANONYMOUS.items():
            if self._cloud and fnmatchcase(path, glob):
                return JSONResponse(body, headers=headers)
        if self._cloud:
            answer = refusal(401, MESSAGES[401])
            answer.headers.update(headers)
            return answer
        return JSONResponse({"message": MESSAGES[401], "status-code": 401}, status_code=401)
