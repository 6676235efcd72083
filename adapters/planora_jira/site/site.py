"""What the site itself tells: who asks, in which time zone, which fields and projects there are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, timedelta, tzinfo
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from planora_jira.reading.paging import by_offset
from planora_jira.site import trimmed
from planora_jira.site.fields import FieldDef, definitions
from planora_jira.site.memory import Memory
from planora_jira.translation import moments
from planora_jira.transport.client import JiraClient
from planora_sync.errors import ConnectionFailed, RateLimited, Unreachable

Json = Mapping[str, Any]
GATEWAY_HOST = "api.atlassian.com"
GATEWAY_PATH = "/ex/jira/"


class Site:
    """The site as one run sees it: each fact is asked for when it is first needed, unless an earlier run noted it."""

    def __init__(self, client: JiraClient, memory: Memory) -> None:
        self.client = client
        self.memory = memory

    @cached_property
    def account(self) -> Json:
        """Return the account that the credentials belong to; raises ConnectionFailed.

        Asked first in every run that knows nothing yet: with bad credentials other calls may answer 200 and show
        nothing.
        """
        found: Json = self.memory.ask("account", self.account_now)
        return found

    def account_now(self) -> dict[str, Any]:
        """Return the account, asked anew; raises ConnectionFailed."""
        return trimmed.account(self.client.get_object(self.client.rest("myself"), "who the account is"))

    @cached_property
    def account_zone(self) -> ZoneInfo | None:
        """Return the account's time zone, in which Jira reads dates of a query; None where it is unknown."""
        return moments.zone_named(self.account.get("timeZone"))

    @property
    def zone(self) -> tzinfo:
        """Return the time zone in which instants are days."""
        return self.account_zone or UTC

    def _server(self) -> Json:
        found: Json = self.memory.ask("server", self._ask_server)
        return found

    def _ask_server(self) -> dict[str, Any]:
        info = self.client.get_object(self.client.rest("serverInfo"), "the server's address")
        ahead = moments.seconds_ahead(info.get("serverTime"), self.client.now())
        return {"base": str(info.get("baseUrl") or self.client.url).rstrip("/"), "ahead": ahead}

    @cached_property
    def base(self) -> str:
        """Return the address of the site as people open it; the gateway of scoped tokens has none.

        Government clouds have gateways of other names, and proxies may stand before it: the path is the same.
        """
        at = urlsplit(self.client.url)
        if at.hostname != GATEWAY_HOST and not at.path.startswith(GATEWAY_PATH):
            return self.client.url
        return str(self._server()["base"])

    @cached_property
    def ahead(self) -> timedelta:
        """Return how far Jira's clock is ahead of ours; nothing where it does not say."""
        try:
            return timedelta(seconds=float(self._server().get("ahead") or 0))
        except (Unreachable, RateLimited):
            raise
        except ConnectionFailed:
            return timedelta(0)

    @cached_property
    def fields(self) -> tuple[FieldDef, ...]:
        """Return the fields of the site; raises ConnectionFailed."""
        return definitions(self.memory.ask("fields", self._ask_fields))

    @cached_property
    def by_id(self) -> Mapping[str, FieldDef]:
        """Return the fields of the site by id; raises ConnectionFailed."""
        return {one.id: one for one in self.fields}

    def _ask_fields(self) -> list[dict[str, Any]]:
        what = "the list of fields"
        rows = self.client.get(self.client.rest("field"), what)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self.client.answers.unreadable(what, "no list of fields")
        return [trimmed.field(row) for row in rows]

    @cached_property
    def visible(self) -> tuple[Json, ...]:
        """Return all projects that the account can see, without details; raises ConnectionFailed.

        Archived ones are left out: their issues are in no search.
        """
        return tuple(row for row in self.memory.ask("visible", self._ask_visible) if not row.get("archived"))

    def _ask_visible(self) -> list[dict[str, Any]]:
        what = "the list of projects"
        if self.client.cloud:
            rows = by_offset(self.client, self.client.rest("project/search"), what, orderBy="key")
        else:
            rows = self.client.get(self.client.rest("project"), what)
        if not isinstance(rows, list) or not all(isinstance(row, dict) and row.get("id") for row in rows):
            raise self.client.answers.unreadable(what, "no list of projects")
        return [trimmed.project(row) for row in rows]
