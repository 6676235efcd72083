"""Speaks to Notion through the library notion-client, whose own retries are off: the courier has them.

Where the library's methods drop a parameter silently (`is_archived`, `filter_properties` of ids), its plain
`request` is used. No `with` is: it would put a bare client in place of ours, without the courier.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from notion_client import Client as Library
from notion_client.errors import HTTPResponseError, InvalidPathParameterError, RequestTimeoutError

from planora_notion.transport.failures import TOKEN_STEP, Refusal, read_failure, unreadable, write_outcome
from planora_notion.transport.limits import NotionLimits
from planora_sync.adapter import AdapterContext, Outcome, Unknown, Written
from planora_sync.errors import ConnectionFailed, CredentialsRefused
from planora_sync.http import (
    Call,
    Courier,
    CourierTransport,
    credential_id,
    environment_proxy,
    refuse_cookies,
    shared_budget,
)

VERSION = "2026-03-11"
VENDOR = "https://api.notion.com"
PATIENCE = 180.0
"""Seconds that are sat out: the budget that all connections of a workspace share asks for more than a minute."""
PAGE_SIZE = 100
WRITTEN = frozenset({"page", "list", "block", "comment"})
"""What a write is answered with; `async_task` would mean that it is still to be done."""
Json = Mapping[str, Any]


class Client:
    """Calls of one connection; every failure names it and the next step."""

    def __init__(self, context: AdapterContext) -> None:
        base = context.url.rstrip("/").removesuffix("/v1") or VENDOR
        self._name = context.name
        self.prefix = urlsplit(base).path.rstrip("/")
        """What stands before `/v1` in the paths of this connection."""
        transport = CourierTransport(
            _courier(context, base),
            timeout=context.timeout,
            app=context.app,
            proxy=None if context.app else environment_proxy(base),
        )
        caller = httpx.Client(transport=transport)
        refuse_cookies(caller.cookies.jar)
        # The level keeps the library from warning about what is handled here, and from logging bodies: they
        # hold people's texts. Without a logger of its own it would add a handler for each client.
        self._library = Library(
            client=caller,
            base_url=base,
            notion_version=VERSION,
            retry=False,
            logger=logging.getLogger("planora_notion.library"),
            log_level=logging.CRITICAL,
        )

    # -- reading ------------------------------------------------------------------------------------------

    def me(self) -> Json:
        """Return the integration's own user. This and all others that read raise ConnectionFailed."""
        return self._read("who we are", self._library.users.me)

    def users(self) -> Iterator[Json]:
        """Return the members of the workspace; guests are not among them."""
        return self._list("the members", lambda **more: self._library.users.list(page_size=PAGE_SIZE, **more))

    def user(self, id: str) -> Json | None:
        """Return one user, or None where Notion finds none."""
        return self._try("a user", lambda: self._library.users.retrieve(id))

    def search_sources(self) -> Iterator[Json]:
        """Return the data sources that are shared with the integration.

        The index is filled with delay, and it still holds what lies in the trash.
        """
        wanted = {"property": "object", "value": "data_source"}
        return self._list(
            "the search for data sources",
            lambda **more: self._library.search(filter=wanted, page_size=PAGE_SIZE, **more),
        )

    def data_source(self, id: str) -> Json:
        """Return a data source with its schema."""
        return self._read(f"data source {id}", lambda: self._library.data_sources.retrieve(id))

    def database(self, id: str) -> Json:
        """Return a database: which data sources it holds."""
        return self._read(f"database {id}", lambda: self._library.databases.retrieve(id))

    def query(self, id: str, body: Json, only: Sequence[str] = ()) -> Json:
        """Return one page of rows of a data source; raises StaleCursor too.

        Args:
            id: the data source.
            body: filter, sorts, page size, cursor; `is_archived` reaches Notion in this way alone.
            only: decoded ids of the properties wanted; encoded ones would be encoded twice.
        """
        query = {"filter_properties": list(only)} if only else None
        answer = self._read(
            f"rows of data source {id}",
            lambda: self._library.request(
                path=f"data_sources/{id}/query", method="POST", query=query, body=dict(body)
            ),
        )
        return self._listed(answer, f"rows of data source {id}")

    def page(self, id: str) -> Json | None:
        """Return a page, trashed or not; None where it does not exist or is not shared, which look the same."""
        return self._try(f"page {id}", lambda: self._library.pages.retrieve(id))

    def property_items(self, page_id: str, property_id: str) -> list[Json]:
        """Return all items of a property, of which a page shows 25.

        Args:
            page_id: the page.
            property_id: decoded.
        """
        encoded = quote(property_id, safe="")
        return list(
            self._list(
                f"a property of page {page_id}",
                lambda **more: self._library.pages.properties.retrieve(
                    page_id, encoded, page_size=PAGE_SIZE, **more
                ),
            )
        )

    def computed(self, page_id: str, property_id: str) -> tuple[Json, list[Json]]:
        """Return what a formula or rollup gives, of all references, and the values that a rollup lists.

        Args:
            page_id: the page.
            property_id: decoded.
        """
        encoded, what = quote(property_id, safe=""), f"a property of page {page_id}"
        items: list[Json] = []
        more: dict[str, Any] = {}
        while True:
            fetch = partial(
                self._library.pages.properties.retrieve, page_id, encoded, page_size=PAGE_SIZE, **more
            )
            answer = self._read(what, fetch)
            about = answer.get("property_item") or answer
            items += answer.get("results") or ()
            if not answer.get("has_more"):
                return about.get(str(about.get("type"))) or {}, items
            more = {"start_cursor": self._listed(answer, what)["next_cursor"]}

    def markdown(self, page_id: str) -> Json | None:
        """Return a page's content as Markdown, in one call; None where there is no page."""
        return self._try(
            f"the content of page {page_id}", lambda: self._library.pages.retrieve_markdown(page_id)
        )

    def blocks(self, page_id: str) -> Iterator[Json]:
        """Return the blocks at the top of a page's content."""
        return self._list(
            f"the content of page {page_id}",
            lambda **more: self._library.blocks.children.list(page_id, page_size=PAGE_SIZE, **more),
        )

    # -- writing ------------------------------------------------------------------------------------------

    def write(self, method: str, path: str, body: Json | None) -> tuple[Outcome, Json | None]:
        """Make one writing call and return what became of it, with the answer where there is one.

        Never raises ConnectionFailed.

        Args:
            method: the HTTP method.
            path: below `/v1/`.
            body: the JSON body.
        """
        try:
            answer = self._send(
                path, lambda: self._library.request(path=path, method=method, body=dict(body or {}))
            )
        except HTTPResponseError as error:
            return write_outcome(Refusal.of(error)), None
        except ConnectionFailed as failure:
            return write_outcome(failure), None
        if not isinstance(answer, Mapping) or answer.get("object") not in WRITTEN:
            return Unknown(reason="Notion accepted the call, but its answer cannot be read."), None
        return Written(id=str(answer["id"]) if answer.get("id") else None), answer

    def close(self) -> None:
        """Close the connections."""
        self._library.close()

    # -- calls --------------------------------------------------------------------------------------------

    def _read(self, what: str, send: Callable[[], Any]) -> Json:
        try:
            answer = self._send(what, send)
        except HTTPResponseError as error:
            raise read_failure(Refusal.of(error), what, self._name) from None
        if not isinstance(answer, Mapping):
            raise unreadable(what, self._name, "no JSON object")
        return answer

    def _try(self, what: str, send: Callable[[], Any]) -> Json | None:
        try:
            return self._read(what, lambda: _absent_as_none(send))
        except _Absent:
            return None

    def _send(self, what: str, send: Callable[[], Any]) -> Any:
        try:
            return send()
        except (ValueError, httpx.HTTPError, httpx.InvalidURL) as nonsense:
            # The library wraps none of these: a 200 with HTML is a JSONDecodeError, which is a ValueError.
            raise unreadable(what, self._name, type(nonsense).__name__) from None
        except (RequestTimeoutError, InvalidPathParameterError) as odd:
            raise unreadable(what, self._name, str(odd)) from None

    def _list(self, what: str, fetch: Callable[..., Any]) -> Iterator[Json]:
        more: dict[str, Any] = {}
        while True:
            answer = self._listed(self._read(what, lambda: fetch(**more)), what)  # noqa: B023 - called at once
            yield from answer["results"]
            if not answer.get("has_more"):
                return
            more = {"start_cursor": answer["next_cursor"]}

    def _listed(self, answer: Json, what: str) -> Json:
        """Return a list's answer; raises AnswerUnreadable for one that would silently end too early."""
        results = answer.get("results")
        if not isinstance(results, list) or not all(isinstance(one, Mapping) for one in results):
            raise unreadable(what, self._name, "no list of results")
        if answer.get("has_more") and not answer.get("next_cursor"):
            raise unreadable(what, self._name, "more results, but no way to them")
        return answer


class _Absent(Exception):
    """Notion says that it cannot find it."""


def _absent_as_none(send: Callable[[], Any]) -> Any:
    try:
        return send()
    except HTTPResponseError as error:
        if Refusal.of(error).is_absence:
            raise _Absent from None
        raise


def _courier(context: AdapterContext, base: str) -> Courier:
    parts = urlsplit(base)

    def header(write: bool) -> str:
        token = (context.write_token if write else None) or context.token or ""
        if not token or not token.isascii() or not token.isprintable():
            raise CredentialsRefused(
                "There is no token, or it holds characters that no Notion token has.",
                connection=context.name,
                next_step=TOKEN_STEP,
            )
        return f"Bearer {token}"

    return Courier(
        connection=context.name,
        host=parts.netloc,
        scheme=parts.scheme,
        authorization=header,
        is_read=is_read,
        budget=shared_budget("notion", parts.netloc, context.app),
        limits=NotionLimits(
            reader=credential_id(context.token), writer=credential_id(context.write_token or context.token)
        ),
        share=context.rate_share,
        now=context.now,
        sleep=context.sleep,
        patience=PATIENCE,
    )


def is_read(call: Call) -> bool:
    """Return whether a call only reads: queries and searches are POSTs."""
    return call.method == "GET" or (call.method == "POST" and call.path.endswith(("/query", "/search")))
