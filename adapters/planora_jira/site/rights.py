"""What works and what does not: credentials, deployment, places, and the right that each correction needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planora_jira.site.facts import ProjectFacts
from planora_jira.site.survey import WHOLE, Survey
from planora_jira.transport.client import JiraClient
from planora_sync.adapter import Notice, Severity
from planora_sync.errors import ConnectionFailed


@dataclass(frozen=True, kw_only=True)
class Right:
    """A permission of Jira and what it is needed for."""

    key: str
    """As `/mypermissions` calls it."""
    name: str
    """As the permission scheme calls it."""
    use: str


READS = Right(key="BROWSE_PROJECTS", name="Browse Projects", use="read issues")
RIGHTS = (
    Right(
        key="EDIT_ISSUES",
        name="Edit Issues",
        use="set start, target, labels, owner, parent, type and select fields",
    ),
    Right(
        key="SCHEDULE_ISSUES",
        name="Schedule Issues",
        use="set due dates, move issues into and out of sprints",
    ),
    Right(key="TRANSITION_ISSUES", name="Transition Issues", use="set the status"),
    Right(key="ASSIGN_ISSUES", name="Assign Issues", use="set the assignee"),
    Right(key="CREATE_ISSUES", name="Create Issues", use="create an initiative, or a twin of one"),
    Right(key="LINK_ISSUES", name="Link Issues", use="link issues"),
    Right(
        key="ADMINISTER_PROJECTS",
        name="Administer Projects",
        use="edit without notification mails (optional)",
    ),
)
CLOUD_RIGHTS = (
    Right(key="MOVE_ISSUES", name="Move Issues", use="move issues out of the project"),
    Right(
        key="BULK_CHANGE",
        name="Bulk Change (global)",
        use="move issues to another project, or to a type of another workflow",
    ),
)
"""What only Cloud's API can do."""
BY_HAND = "Archiving is left to people: nothing reads an archived issue, so that nobody could undo it."
BY_HAND_CENTER = "Moving to another project and archiving are left to people: the API has no way to do it."


class Check:
    """Looks at a connection without changing anything."""

    def __init__(self, survey: Survey, writer: JiraClient) -> None:
        self._survey = survey
        self._writer = writer

    def notices(self) -> Iterator[Notice]:
        """Return what was found; raises ConnectionFailed where not even the credentials work."""
        name = self._survey.context.name
        who = self._survey.account
        yield _ok(name, f"Signed in as {who.get('displayName')}, time zone {self._survey.zone}.")
        if self._writer is not self._survey.client:
            writer = self._writer.get_object(self._writer.rest("myself"), "who the write token belongs to")
            yield _ok(name, f"Writes are made as {writer.get('displayName')}.")
        yield self._deployment()
        projects = self._survey.projects
        for facts in projects.values():
            yield from self._project(facts)
        yield from self._survey.notices
        if not projects and not any(one.severity is Severity.ERROR for one in self._survey.notices):
            yield Notice(
                severity=Severity.ERROR,
                where=name,
                what="The account can see no project.",
                next_step="Give it the right Browse Projects in the projects to read.",
            )

    def _deployment(self) -> Notice:
        client, name = self._survey.client, self._survey.context.name
        info = client.get_object(client.rest("serverInfo"), "the server's version")
        told = str(info.get("deploymentType") or "Server")
        version = f"Jira {'Cloud' if told == 'Cloud' else 'Data Center'} {info.get('version') or ''}".strip()
        if (told == "Cloud") is client.cloud:
            return _ok(name, f"{version} answers.")
        right = "cloud" if told == "Cloud" else "data_center"
        return Notice(
            severity=Severity.ERROR,
            where=name,
            what=f"{version} answers, but `deployment` says {self._survey.context.deployment}.",
            next_step=f'Set `deployment = "{right}"`: the two speak different dialects.',
        )

    def _project(self, facts: ProjectFacts) -> Iterator[Notice]:
        boards = ", ".join(f"{board.row.get('name')} ({board.type})" for board in facts.boards) or "no board"
        yield _ok(facts.key, f"{facts.row.get('name')} is visible, with {boards}.")
        kept = [
            f"{name} in {facts.fields.names.get(ids[0], ids[0])} ({ids[0]})"
            for name in ("sprint", "estimate", "start", "target_end", "theme", "severity")
            if (ids := facts.fields.of(name))
        ]
        yield _ok(facts.key, f"Fields found: {', '.join(kept) or 'none beside the system fields'}.")
        if facts.fields.left_out:
            yield Notice(
                severity=Severity.WARNING,
                where=facts.key,
                what=f"{facts.fields.left_out} choice fields are not read: there are more than fit a request.",
                next_step="Name those that the mapping files by under its [fields].",
            )
        yield from self._rights(facts)

    def _rights(self, facts: ProjectFacts) -> Iterator[Notice]:
        path, what = self._writer.rest("mypermissions"), f"the rights in {facts.key}"
        cloud = self._writer.cloud
        rights = (*RIGHTS, *(CLOUD_RIGHTS if cloud else ()))
        asked = ",".join(right.key for right in (READS, *rights))
        try:
            answer = self._writer.get_object(path, what, permissions=asked, projectKey=facts.key)
        except WHOLE:
            raise
        except ConnectionFailed as failure:
            yield Notice(
                severity=Severity.WARNING, where=facts.key, what=failure.message, next_step=failure.help()
            )
            return
        held = _held(answer.get("permissions"))
        for right in rights:
            if right.key in held:
                yield _ok(facts.key, f"May {right.use} ({right.name}).")
            else:
                yield Notice(
                    severity=Severity.WARNING,
                    where=facts.key,
                    what=f"May not {right.use}: the right {right.name} is missing.",
                    next_step=f"Give the account {right.name} in {facts.key} before applying such corrections.",
                )
        yield _ok(facts.key, BY_HAND if cloud else BY_HAND_CENTER)


def _held(permissions: object) -> frozenset[str]:
    rows = permissions.items() if isinstance(permissions, Mapping) else ()
    return frozenset(
        str(key) for key, row in rows if isinstance(row, Mapping) and row.get("havePermission") is True
    )


def _ok(where: str, what: str) -> Notice:
    return Notice(severity=Severity.OK, where=where, what=what)
