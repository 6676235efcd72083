"""The ways from one status to another, seen on issues that stand in the statuses between.

Jira tells only the transitions from the status in which an issue stands, and shows workflows to administrators
alone. An issue of the same project and type that stands in another status tells the ones from there: read-only,
asked once a run. What is found so is a forecast; each hop is looked at again before it is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from planora_jira.reading import jql
from planora_jira.reading.paging import search
from planora_jira.site import screens
from planora_jira.site.screens import Demand
from planora_jira.site.survey import Survey
from planora_jira.translation import words
from planora_jira.transport.client import JiraClient, segment
from planora_sync.adapter import Vocabulary
from planora_sync.model import Category, Named

Json = Mapping[str, Any]
MOST_HOPS = 4
"""A way of more transitions is left to people."""
MOST_ASKED = 10
"""In so many statuses, at most, an issue is looked for, two requests each."""


@dataclass(frozen=True, kw_only=True)
class Way:
    """A transition, as an issue shows it."""

    id: str
    name: str
    to: Named
    done: bool
    """Whether it leads to a status of the category done."""
    fields: Json = field(default_factory=dict)
    """Its screen."""

    def filled(self, held: Json) -> screens.Filled:
        """Return what its screen's demands are answered with."""
        return screens.filled(self.fields, held, (self.to.name, self.name))


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a search for a way came to."""

    ways: tuple[Way, ...] = ()
    """The shortest, transition by transition; empty where there is none."""
    demands: tuple[Demand, ...] = ()
    """Where none is: what the transitions that would lead there ask for."""
    unseen: tuple[str, ...] = ()
    """Names of statuses in which no issue stands, so that nobody sees where they lead."""


class Ways:
    """Asks for transitions, and looks for ways through them."""

    def __init__(self, survey: Survey, client: JiraClient) -> None:
        """Set up; `client` is the credential that writes, for transitions are what *its* account may do."""
        self._survey = survey
        self._client = client
        self._seen: dict[tuple[str, str, str], tuple[Way, ...] | None] = {}

    def of_issue(self, id: str, called: str, project: str) -> tuple[Way, ...]:
        """Return the transitions that an issue can take now; raises ConnectionFailed."""
        path = self._client.rest(f"issue/{segment(id)}/transitions")
        answer = self._client.get_object(path, f"the transitions of {called}", expand="transitions.fields")
        rows = answer.get("transitions") or ()
        vocabulary = self._survey.lens(project).vocabulary
        return tuple(_way(row, vocabulary) for row in rows if row.get("isAvailable") is not False)

    def from_status(self, project: str, type: str, status: Named) -> tuple[Way, ...] | None:
        """Return the transitions from a status, as an issue that stands in it shows them; None where none does."""
        key = (project, type, status.id)
        if key not in self._seen:
            self._seen[key] = self._ask(project, type, status)
        return self._seen[key]

    def _ask(self, project: str, type: str, status: Named) -> tuple[Way, ...] | None:
        query = jql.standing(project, type, status.id)
        pages = search(self._client, query, ["status"], f"an issue in {status.name}", size=1)
        sample = next((row for page in pages for row in page), None)
        if sample is None:
            return None
        called = str(sample.get("key") or sample["id"])
        return self.of_issue(str(sample["id"]), called, project)

    def find(
        self, start: Sequence[Way], here: str, goal: Named, project: str, type: str | None, held: Json
    ) -> Found:
        """Return the shortest way to a status; raises ConnectionFailed.

        Never through a status that is done, unless it is the goal, and never by a transition that asks for what
        cannot be filled in.

        Args:
            start: the transitions from where the issue stands.
            here: id of the status it stands in.
            goal: the status to reach.
            project: id of its project.
            type: id of its type; without one only single transitions are found.
            held: what the issue holds, for screens.
        """
        paths: list[tuple[Way, ...]] = [(way,) for way in start]
        tried, unseen, demands = {here}, dict[str, None](), dict[Demand, None]()
        for hops in range(1, MOST_HOPS + 1):
            for path in paths:
                if path[-1].to.id == goal.id:
                    left = path[-1].filled(held).open
                    if not left:
                        return Found(ways=path)
                    demands |= dict.fromkeys(left)
            if type is None or hops == MOST_HOPS:
                break
            onward = list(_onward(paths, goal, held, tried, 1 + MOST_ASKED - len(tried)))
            paths = []
            for path in onward:
                further = self.from_status(project, type, path[-1].to)
                if further is None:
                    unseen[path[-1].to.name] = None
                paths += [(*path, way) for way in further or ()]
        return Found(demands=tuple(demands), unseen=tuple(unseen))


def _way(row: Json, vocabulary: Vocabulary) -> Way:
    to = row.get("to") or {}
    name, key = str(to.get("name")), (to.get("statusCategory") or {}).get("key")
    return Way(
        id=str(row["id"]),
        name=str(row.get("name") or ""),
        to=Named(id=str(to.get("id")), name=name),
        # A status that either Jira or the mapping calls done is entered only by who is to be done.
        done=Category.DONE in (words.category(vocabulary, name, key), words.CATEGORIES.get(key or "")),
        fields=row.get("fields") or {},
    )


def _onward(
    paths: Sequence[tuple[Way, ...]], goal: Named, held: Json, tried: set[str], most: int
) -> Iterator[tuple[Way, ...]]:
    """Yield the ways that may be gone on from, each status once; adds them to what was tried."""
    for path in paths:
        last = path[-1]
        if last.done or last.to.id == goal.id or last.to.id in tried or most <= 0 or last.filled(held).open:
            continue
        tried.add(last.to.id)
        most -= 1
        yield path
