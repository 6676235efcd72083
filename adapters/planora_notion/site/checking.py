"""What works and what does not: tokens, data sources, statuses that say two things, rights."""

from __future__ import annotations

from collections.abc import Iterator

from planora_notion.reading.reader import Reader
from planora_notion.site.catalog import Catalog
from planora_notion.site.identity import Identity
from planora_notion.site.schema import Json
from planora_notion.site.source import Source
from planora_notion.transport.client import Client
from planora_notion.transport.failures import Restricted
from planora_sync.adapter import AdapterContext, Notice, Severity

GROUPS = {"todo": "To-do", "doing": "In progress", "done": "Complete"}
SHOWN = ("status", "type", "sprint", "assignees", "owner", "due", "dates", "parent", "project")
RIGHTS = (
    "Reading needs the capability `Read content`; names and guests need `Read user information`.",
    "Status, type, sprint, assignees, owner, start, due, labels, parent, properties and archiving need `Update "
    "content`; a move to another database needs it, and the integration, in both.",
    "New rows, and links that are a line in a page, need `Insert content`. Comments are neither read nor written.",
    "Notion tells no integration which of these it has: a missing one is refused at the first write.",
)
USER_STEP = "In the integration's settings choose `Read user information including email addresses`."


class Checker:
    """Checks one connection."""

    def __init__(self, client: Client, reader: Reader, identity: Identity, context: AdapterContext) -> None:
        self._client = client
        self._reader = reader
        self._identity = identity
        self._context = context

    def check(self) -> tuple[Notice, ...]:
        """Return what was noticed. Raises ConnectionFailed where not even the credentials work."""
        me = self._identity.reader()
        catalog = self._reader.refresh()
        return (
            _ok(self._context.name, f"Connected as the integration {_called(me)}."),
            *self._writing(me),
            *catalog.problems,
            *self._places(catalog),
            *self._people(),
            *(_ok(self._context.name, right) for right in RIGHTS),
        )

    def _writing(self, me: Json) -> Iterator[Notice]:
        if self._context.read_only:
            yield _ok(self._context.name, "The connection is read-only: nothing is ever written.")
        elif self._context.write_token is not None:
            writer = self._identity.writer()
            yield _ok(self._context.name, f"Writes go out as the integration {_called(writer)}.")

    def _places(self, catalog: Catalog) -> Iterator[Notice]:
        for source in catalog.sources.values():
            kept = [f"{name} in {prop.name!r}" for name in SHOWN if (prop := source.get(name))]
            yield _ok(source.path, f"Readable. Keeps {', '.join(kept) or 'no field that is known'}.")
            yield from _statuses(source)
            if source.get("status") is None:
                yield Notice(
                    severity=Severity.WARNING,
                    where=source.path,
                    what="It has no status that is recognised: all of its rows seem to be open.",
                    next_step="Name the property under [fields] as `status` in the mapping.",
                )
        for sprints in catalog.sprint_sources:
            yield _ok(sprints.path, f"Holds the sprints ({len(sprints.sprints)}); its rows are no entries.")
        if not catalog.sources and not catalog.problems:
            yield Notice(
                severity=Severity.WARNING,
                where=self._context.name,
                what="Nothing is shared with the integration.",
                next_step="Open a database in Notion, choose ••• > Connections, and add the integration.",
            )

    def _people(self) -> Iterator[Notice]:
        try:
            persons = [user for user in self._client.users() if user.get("type") == "person"]
        except Restricted:
            what = "The integration may not read users: names and e-mails are missing, guests are not recognised."
            yield Notice(severity=Severity.WARNING, where=self._context.name, what=what, next_step=USER_STEP)
            return
        if persons and not any((one.get("person") or {}).get("email") for one in persons):
            what = "The integration sees no e-mails: people are matched across trackers by name alone."
            yield Notice(severity=Severity.WARNING, where=self._context.name, what=what, next_step=USER_STEP)


def _statuses(source: Source) -> Iterator[Notice]:
    prop = source.get("status")
    for option in prop.options if prop else ():
        if option.group and source.lexicon.contradicts(option):
            read_as = source.lexicon.category(option.name, option.group)
            yield Notice(
                severity=Severity.WARNING,
                where=source.path,
                what=f"Status {option.name!r} stands in the group {GROUPS[option.group]}; it is read as {read_as}.",
                next_step="Drag it to its group in Notion, or name it under [categories] in the mapping.",
            )


def _called(user: Json) -> str:
    workspace = (user.get("bot") or {}).get("workspace_name")
    name = f'"{user.get("name") or user.get("id")}"'
    return f"{name} in the workspace {workspace!r}" if workspace else name


def _ok(where: str, what: str) -> Notice:
    return Notice(severity=Severity.OK, where=where, what=what)
