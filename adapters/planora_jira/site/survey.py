"""What of a site is read: projects with their boards and fields, asked for once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from planora_jira.reading.paging import by_offset
from planora_jira.site import scope, trimmed
from planora_jira.site.facts import BoardFacts, ProjectFacts
from planora_jira.site.fields import resolve
from planora_jira.site.memory import Memory
from planora_jira.site.site import Site
from planora_jira.translation.wire import Lens
from planora_jira.transport.client import JiraClient, segment
from planora_sync.adapter import AdapterContext, Notice, Severity, Vocabulary
from planora_sync.errors import (
    ConnectionFailed,
    CredentialsRefused,
    PlaceNotVisible,
    RateLimited,
    Unreachable,
)
from planora_sync.names import fits

Json = Mapping[str, Any]
WHOLE = (Unreachable, RateLimited)
"""Failures of the connection as a whole: asking for the next project would not help."""
BOARD_SCOPES = (
    "Give the account the project's boards; a scoped token needs read:board-scope:jira-software, "
    "read:sprint:jira-software and read:project:jira besides read:jira-work."
)


class Survey(Site):
    """A site and what of it is read.

    Boards, fields and time zone change without any issue being updated: make a new survey for each run.
    """

    def __init__(self, client: JiraClient, context: AdapterContext, memory: Memory) -> None:
        """Set up; asks nothing yet.

        Args:
            client: whom to ask.
            context: the connection.
            memory: what is known of the site already.
        """
        super().__init__(client, memory)
        self.context = context
        self.notices: list[Notice] = []
        """What was amiss while looking, once each."""

    # -- projects -----------------------------------------------------------------------------------------

    @cached_property
    def projects(self) -> Mapping[str, ProjectFacts]:
        """Return the projects that are read, by id; what cannot be read becomes a notice.

        Raises ConnectionFailed where the connection as a whole fails.
        """
        _ = self.account
        found: dict[str, ProjectFacts] = {}
        for row in self._project_rows():
            facts = self._facts(row)
            if self.context.boards and not self.context.scope and not facts.boards:
                continue
            found[facts.id] = facts
        self._missing_boards(found.values())
        return found

    def _project_rows(self) -> list[Json]:
        words = self.context.scope
        known = [scope.key_of(word) for word in words]
        if not words or None in known:
            chosen = scope.projects(words, self.visible)
            for word in chosen.absent:
                self._absent(word)
            keys = [str(row["id"]) for row in chosen.rows]
            words = tuple(str(row["key"]) for row in chosen.rows)
        else:
            keys = [key for key in known if key is not None]
        rows = (self._project_row(key, word) for key, word in zip(keys, words, strict=True))
        return list({str(row["id"]): row for row in rows if row is not None}.values())

    def _project_row(self, key: str, word: str) -> Json | None:
        """Return a project in full: the list of projects does not tell the default assignee."""
        try:
            row: Json = self.memory.ask(f"project:{key}", lambda: self._ask_project(key, word))
        except PlaceNotVisible:
            # A word of capitals may be a name after all.
            named = scope.projects([word], self.visible).rows
            if named and str(named[0]["id"]) != key:
                return self._project_row(str(named[0]["id"]), str(named[0]["key"]))
            self._absent(word)
            return None
        except WHOLE:
            raise
        except ConnectionFailed as failure:
            self.note(Severity.ERROR, word, failure)
            return None
        if not row.get("id") or not row.get("key"):
            self._absent(word)
            return None
        if row.get("archived"):
            # Its issues are in no search: read, it would look empty, and all of them gone.
            self.notices.append(
                Notice(
                    severity=Severity.ERROR,
                    where=word,
                    what=f"Project {word} is archived: Jira shows none of its issues.",
                    next_step="Take it out of `projects`, or have it restored in Jira.",
                )
            )
            return None
        return row

    def _ask_project(self, key: str, word: str) -> dict[str, Any]:
        path = self.client.rest(f"project/{segment(key)}")
        return trimmed.project(self.client.get_object(path, f"project {word}"))

    def _absent(self, word: str) -> None:
        keys = [str(row.get("key")) for row in self.visible]
        shown = f" It can see: {', '.join(keys[:20])}." if keys else " It can see no project at all."
        self.notices.append(
            Notice(
                severity=Severity.ERROR,
                where=word,
                what=f"Project {word} does not exist, or the account may not browse it.",
                next_step=f"Check `projects` and the account's rights.{shown}",
            )
        )

    def _facts(self, row: Json) -> ProjectFacts:
        vocabulary = self.vocabulary(str(row["key"]))
        boards = tuple(self._boards(row))
        estimates = [board.estimate for board in boards if board.estimate]
        fields = resolve(self.fields, vocabulary, project=str(row["id"]), estimates=estimates)
        return ProjectFacts(row=row, boards=boards, vocabulary=vocabulary, fields=fields)

    def vocabulary(self, path: str) -> Vocabulary:
        """Return how a project names things: its own mapping's vocabulary, else the connection's."""
        own = self.context.place_vocabularies
        return next((own[glob] for glob in own if fits(path, glob)), self.context.vocabulary)

    # -- boards -------------------------------------------------------------------------------------------

    def _boards(self, project: Json) -> list[BoardFacts]:
        key = str(project["key"])
        path = self.client.agile("board")
        rows = self.trying(
            f"{key}/boards",
            lambda: by_offset(self.client, path, f"the boards of {key}", projectKeyOrId=key),
            name=f"boards:{project['id']}",
            kept=lambda found: [trimmed.board(row) for row in found],
            default=[],
        )
        return [self._board(row) for row in scope.boards(self.context.boards, rows).rows]

    def _board(self, row: Json) -> BoardFacts:
        id = str(row["id"])
        path, where = self.client.agile(f"board/{segment(id)}/configuration"), f"board {id}"
        config = self.trying(
            where,
            lambda: self.client.get_object(path, f"the columns of {where}"),
            name=f"columns:{id}",
            kept=trimmed.configuration,
            default={},
            severity=Severity.WARNING,
        )
        return BoardFacts(row=row, config=config)

    def trying(
        self,
        where: str,
        call: Callable[[], Any],
        *,
        name: str,
        kept: Callable[[Any], Any],
        default: Any,
        severity: Severity = Severity.ERROR,
    ) -> Any:
        """Return what is known under a name, else what a call gives, trimmed to what is kept of it.

        A default and a notice where the call fails by itself: that is not remembered. A scoped token without the
        agile scopes gets a 401 for boards though its credentials are good.
        """
        try:
            return self.memory.ask(name, lambda: kept(call()))
        except WHOLE:
            raise
        except ConnectionFailed as failure:
            step = BOARD_SCOPES if isinstance(failure, CredentialsRefused) else ""
            self.note(severity, where, failure, step)
            return default

    def note(self, severity: Severity, where: str, failure: ConnectionFailed, next_step: str = "") -> None:
        """Keep a failure that stops one place and no other."""
        notice = Notice(
            severity=severity, where=where, what=failure.message, next_step=next_step or failure.help()
        )
        if notice not in self.notices:
            self.notices.append(notice)

    def _missing_boards(self, projects: Any) -> None:
        seen: Sequence[Json] = [board.row for facts in projects for board in facts.boards]
        for word in scope.boards(self.context.boards, seen).absent:
            self.notices.append(
                Notice(
                    severity=Severity.ERROR,
                    where=word,
                    what=f"Board {word} does not exist, is in no project that is read, or is not shared.",
                    next_step="Check `boards` and `projects`, and who may see the board's filter.",
                )
            )

    # -- translating --------------------------------------------------------------------------------------

    def lens(self, project: str) -> Lens:
        """Return what translation of a project's issues needs; of a project that is not read, the defaults."""
        facts = self.projects.get(project)
        vocabulary = facts.vocabulary if facts else self.context.vocabulary
        return Lens(
            connection=self.context.name,
            base=self.base,
            fields=facts.fields if facts else resolve(self.fields, vocabulary, project=project),
            vocabulary=vocabulary,
            zone=self.zone,
            keep_raw=self.context.keep_raw,
        )

    def asked(self) -> tuple[str, ...]:
        """Return the ids of all fields that issues of any project are read with."""
        maps = [facts.fields for facts in self.projects.values()] or [
            resolve(self.fields, self.context.vocabulary)
        ]
        return tuple(dict.fromkeys(id for known in maps for id in known.asked()))
