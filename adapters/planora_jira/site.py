"""What the site itself tells: who asks, in which time zone, which fields and projects there are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, tzinfo
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from planora_jira import moments
from planora_jira.client import JiraClient
from planora_jira.fields import FieldDef, definitions
from planora_jira.paging import by_offset

Json = Mapping[str, Any]
GATEWAY_HOST = "api.atlassian.com"


class Site:
    """The site as one run sees it: each fact is asked for when it is first needed, and then stands."""

    def __init__(self, client: JiraClient) -> None:
        self.client = client

    @cached_property
    def account(self) -> Json:
        """Return the account that the credentials belong to; raises ConnectionFailed.

        Asked first in every run: with bad credentials other calls may answer 200 and show nothing.
        """
        return self.client.get_object(self.client.rest("myself"), "who the account is")

    @cached_property
    def account_zone(self) -> ZoneInfo | None:
        """Return the account's time zone, in which Jira reads dates of a query; None where it is unknown."""
        return moments.zone_named(self.account.get("timeZone"))

    @property
    def zone(self) -> tzinfo:
        """Return the time zone in which instants are days."""
        return self.account_zone or UTC

    @cached_property
    def base(self) -> str:
        """Return the address of the site as people open it; the gateway of scoped tokens has none."""
        if urlsplit(self.client.url).hostname != GATEWAY_HOST:
            return self.client.url
        info = self.client.get_object(self.client.rest("serverInfo"), "the server's address")
        return str(info.get("baseUrl") or self.client.url).rstrip("/")

    @cached_property
    def fields(self) -> tuple[FieldDef, ...]:
        """Return the fields of the site; raises ConnectionFailed."""
        what = "the list of fields"
        rows = self.client.get(self.client.rest("field"), what)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self.client.answers.unreadable(what, "no list of fields")
        return definitions(rows)

    @cached_property
    def visible(self) -> tuple[Json, ...]:
        """Return all projects that the account can see, without details; raises ConnectionFailed."""
        what = "the list of projects"
        if self.client.cloud:
            rows = by_offset(self.client, self.client.rest("project/search"), what, orderBy="key")
        else:
            rows = self.client.get(self.client.rest("project"), what)
        if not isinstance(rows, list) or not all(isinstance(row, dict) and row.get("id") for row in rows):
            raise self.client.answers.unreadable(what, "no list of projects")
        return tuple(row for row in rows if not row.get("archived"))
