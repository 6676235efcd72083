"""Answers a parsed JQL: which issues match, in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from planora_jira.sandbox.jql import Clause, Junction, Node, Operand, Query
from planora_jira.sandbox.moments import instant
from planora_jira.sandbox.problems import Problem
from planora_jira.sandbox.records import CATEGORIES, Issue
from planora_jira.sandbox.site import PRIORITIES, RESOLUTIONS, Site

Test = Callable[[Issue], bool]
DATES = {
    "created": "created",
    "createddate": "created",
    "updated": "updated",
    "updateddate": "updated",
    "resolved": "resolved",
    "resolutiondate": "resolved",
    "due": "duedate",
    "duedate": "duedate",
    "start date": "start",
    "target start": "target_start",
    "target end": "target_end",
    "statuscategorychangeddate": "category_changed",
}
INTERVALS = frozenset({"project start", "project target"})
KEYS = frozenset({"key", "issuekey", "issue", "id"})
NEGATIVE = frozenset({"!=", "not in", "is not", "!~"})


class Searcher:
    """Evaluates queries against a site."""

    def __init__(self, site: Site, *, strict: bool = True) -> None:
        """Set up a searcher.

        Args:
            site: where to look.
            strict: refuse issues that do not exist, as Jira does unless `validateQuery` is off (Data Center).
        """
        self.site = site
        self.strict = strict
        self._ids: dict[str, Callable[[Issue], Iterable[str]]] = {
            "project": self._project,
            "status": lambda i: (i.status, self.site.statuses[i.status].name),
            "statuscategory": self._category,
            "issuetype": lambda i: (i.type, self.site.types[i.type].name),
            "type": lambda i: (i.type, self.site.types[i.type].name),
            "assignee": lambda i: self._person(i.assignee),
            "reporter": lambda i: self._person(i.reporter),
            "creator": lambda i: self._person(i.creator),
            "labels": lambda i: i.labels,
            "priority": lambda i: (i.priority, dict(PRIORITIES)[i.priority]),
            "resolution": lambda i: (i.resolution, dict(RESOLUTIONS)[i.resolution]) if i.resolution else (),
            "sprint": self._sprints,
            "parent": self._parent,
            "epic link": self._parent,
            "parent link": self._parent,
            "fixversion": lambda i: i.versions,
            "severity": lambda i: (i.severity,) if i.severity else (),
            "theme": lambda i: (i.theme,) if i.theme else (),
            "roadmap": lambda i: (i.roadmap,) if i.roadmap else (),
            "flagged": lambda i: ("Impediment",) if i.flagged else (),
            "hierarchylevel": lambda i: (str(self.site.level(i)),),
        }
        self._aliases = {
            f"cf[{f.id.removeprefix('customfield_')}]": f.name.lower() for f in site.fields if f.custom
        }

    def search(self, query: Query, issues: Iterable[Issue]) -> list[Issue]:
        """Return the issues that match, in the query's order (newest key first without one)."""
        test = self._node(query.where) if query.where else lambda issue: True
        found = [issue for issue in issues if test(issue)]
        found.sort(key=lambda issue: issue.id, reverse=True)
        for name, descends in reversed(query.order):
            found.sort(key=self._order(name), reverse=descends)
        return found

    # -- order --------------------------------------------------------------------------------------------

    def _order(self, name: str) -> Callable[[Issue], Any]:
        name = self._aliases.get(name, name)
        if name in KEYS:
            return lambda issue: issue.id
        if name in DATES:
            return lambda issue: _sortable(getattr(issue, DATES[name]))
        if name in ("priority", "rank", "summary", "status"):
            return lambda issue: str(getattr(issue, name))
        raise Problem(400, f"Not able to sort using field '{name}'.")

    # -- conditions ---------------------------------------------------------------------------------------

    def _node(self, node: Node) -> Test:
        if isinstance(node, Clause):
            return self._clause(node)
        return self._junction(node)

    def _junction(self, node: Junction) -> Test:
        tests = [self._node(part) for part in node.parts]
        if node.word == "not":
            return lambda issue: not tests[0](issue)
        gather = all if node.word == "and" else any
        return lambda issue: gather(test(issue) for test in tests)

    def _clause(self, clause: Clause) -> Test:
        name = self._aliases.get(clause.field, clause.field)
        if name in KEYS:
            return self._keys(clause)
        if name in DATES:
            return self._date(clause, DATES[name])
        if name in INTERVALS:
            # Relational operators on intervals match nothing, without a word.
            return lambda issue: False
        if name in ("summary", "text", "description"):
            return self._words(clause, name)
        if name in self._ids:
            return self._choice(clause, name)
        raise Problem(400, f"Field '{clause.field}' does not exist or you do not have permission to view it.")

    def _keys(self, clause: Clause) -> Test:
        ids = set()
        for operand in clause.operands:
            found = self.site.find(operand.text)
            if found is not None and not found.archived:
                ids.add(found.id)
            elif self.strict:
                raise Problem(400, self._no_issue(operand.text, clause.field))
        if clause.operator in ("=", "in"):
            return lambda issue: issue.id in ids
        if clause.operator in ("!=", "not in"):
            return lambda issue: issue.id not in ids
        if not clause.operands[0].text.isdigit():
            raise self._operator(clause)
        return _compare(clause.operator, int(clause.operands[0].text), lambda issue: issue.id)

    @staticmethod
    def _no_issue(text: str, field: str) -> str:
        if text.isdigit():
            return f"A value with ID '{text}' does not exist for the field '{field}'."
        return f"An issue with key '{text}' does not exist for field '{field}'."

    def _date(self, clause: Clause, slot: str) -> Test:
        if clause.operator in ("is", "is not"):
            return _presence(clause, lambda issue: getattr(issue, slot) is not None)
        if clause.operator not in ("=", "!=", "<", "<=", ">", ">="):
            raise self._operator(clause)
        bound = instant(self.site, clause.field, clause.operands[0])
        zone = ZoneInfo(self.site.time_zone)

        def value(issue: Issue) -> datetime | None:
            held = getattr(issue, slot)
            if isinstance(held, datetime) or held is None:
                return held
            return datetime.combine(held, time(), tzinfo=zone)

        return _compare(clause.operator, bound, value)

    def _words(self, clause: Clause, name: str) -> Test:
        if clause.operator not in ("~", "!~"):
            raise self._operator(clause)
        words = clause.operands[0].text.lower().strip('"').replace("*", "").split()

        def test(issue: Issue) -> bool:
            texts = {"summary": issue.summary, "description": issue.description}
            text = texts.get(name, " ".join(texts.values())).lower()
            return all(word in text for word in words) is (clause.operator == "~")

        return test

    def _choice(self, clause: Clause, name: str) -> Test:
        if clause.operator in ("is", "is not"):
            return _presence(clause, lambda issue: bool(list(self._ids[name](issue))))
        if clause.operator not in ("=", "!=", "in", "not in"):
            raise self._operator(clause)
        wanted = {value for operand in clause.operands for value in self._wanted(clause, name, operand)}
        read = self._ids[name]
        negative = clause.operator in NEGATIVE

        def test(issue: Issue) -> bool:
            held = {value.lower() for value in read(issue)}
            # In JQL an empty field matches neither `=` nor `!=`.
            return bool(held) and bool(held & wanted) is not negative

        return test

    def _wanted(self, clause: Clause, name: str, operand: Operand) -> list[str]:
        if operand.function:
            return self._function(name, operand)
        if operand.empty:
            raise Problem(400, f"The operator '{clause.operator}' with EMPTY is written 'is EMPTY' here.")
        text = operand.text.lower()
        if self.strict and text not in self._known(name):
            raise Problem(400, f"The value '{operand.text}' does not exist for the field '{clause.field}'.")
        return [text]

    def _function(self, name: str, operand: Operand) -> list[str]:
        states = {"opensprints": "active", "futuresprints": "future", "closedsprints": "closed"}
        if name == "sprint" and operand.function in states:
            state = states[operand.function]
            return [str(s.id) for s in self.site.sprints.values() if s.state == state]
        if operand.function == "currentuser" and name in ("assignee", "reporter", "creator"):
            return [value.lower() for value in self._person(self.site.me)]
        levels = {"standardissuetypes": 0, "subtaskissuetypes": -1}
        if name in ("issuetype", "type") and operand.function in levels:
            subtasks = operand.function == "subtaskissuetypes"
            return [t.id for t in self.site.types.values() if (t.level < 0) is subtasks]
        raise Problem(400, f"Unable to find JQL function '{operand.function}()'.")

    def _known(self, name: str) -> set[str]:
        """Return the values Jira accepts for a field whose values it checks."""
        site = self.site
        known: dict[str, Iterable[str]] = {
            "project": (v for p in site.projects.values() for v in (p.key, p.id, p.name)),
            "status": (v for s in site.statuses.values() for v in (s.id, s.name)),
            "statuscategory": (v for k, (i, n, _) in CATEGORIES.items() for v in (k, str(i), n)),
            "issuetype": (v for t in site.types.values() for v in (t.id, t.name)),
            "priority": (v for pair in PRIORITIES for v in pair),
            "sprint": (v for s in site.sprints.values() for v in (str(s.id), s.name)),
            "resolution": (v for pair in RESOLUTIONS for v in pair),
        }
        known["type"] = known["issuetype"]
        if name in known:
            return {value.lower() for value in known[name]}
        return _Anything()

    def _operator(self, clause: Clause) -> Problem:
        return Problem(
            400, f"The operator '{clause.operator}' is not supported by the '{clause.field}' field."
        )

    # -- values of single fields --------------------------------------------------------------------------

    def _project(self, issue: Issue) -> Iterable[str]:
        project = self.site.projects[issue.project]
        return project.key, project.id, project.name

    def _category(self, issue: Issue) -> Iterable[str]:
        key = self.site.category(issue)
        return key, str(CATEGORIES[key][0]), CATEGORIES[key][1]

    def _person(self, key: str | None) -> tuple[str, ...]:
        if key is None:
            return ()
        user = self.site.users[key]
        return (user.account_id, user.name) if self.site.cloud else (user.key, user.name)

    def _sprints(self, issue: Issue) -> Iterable[str]:
        return [v for n in issue.sprints for v in (str(n), self.site.sprints[n].name)]

    def _parent(self, issue: Issue) -> Iterable[str]:
        return () if issue.parent is None else (str(issue.parent), self.site.issues[issue.parent].key)


class _Anything(set[str]):
    def __contains__(self, value: object) -> bool:
        return True


def _presence(clause: Clause, there: Test) -> Test:
    if not clause.operands[0].empty:
        raise Problem(400, f"The operator '{clause.operator}' takes EMPTY or NULL only.")
    return there if clause.operator == "is not" else lambda issue: not there(issue)


def _compare(sign: str, bound: Any, value: Callable[[Issue], Any]) -> Test:
    tests: dict[str, Callable[[Any], bool]] = {
        "=": lambda held: bool(held == bound),
        "!=": lambda held: bool(held != bound),
        "<": lambda held: bool(held < bound),
        "<=": lambda held: bool(held <= bound),
        ">": lambda held: bool(held > bound),
        ">=": lambda held: bool(held >= bound),
    }

    def test(issue: Issue) -> bool:
        held = value(issue)
        return held is not None and tests[sign](held)

    return test


def _sortable(value: date | datetime | None) -> str:
    return value.isoformat() if value else "9999"
