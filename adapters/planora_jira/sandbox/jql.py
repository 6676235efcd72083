"""The grammar of JQL, as far as synchronisers use it: clauses, AND, OR, NOT, lists, functions, ORDER BY.

`parse` gives a tree or raises the vendor's 400. History searches (`was`, `changed`) and searches in issue
properties are refused: properties need an index that an app declares.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from planora_jira.sandbox.problems import Problem

TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
    | (?P<op>!=|<=|>=|!~|&&|\|\||[=<>~!(),])
    | (?P<word>[^\s()=!<>~,"'&|]+)
    )""",
    re.VERBOSE,
)
WORD_OPERATORS = frozenset({"in", "not", "is", "was", "changed"})
SIGNS = frozenset({"=", "!=", "<", "<=", ">", ">=", "~", "!~"})


@dataclass(frozen=True, kw_only=True)
class Token:
    """One word of a query."""

    kind: str
    """`text` (quoted), `op`, `word` or `end`."""
    value: str

    def says(self, *words: str) -> bool:
        """Return whether this is one of the keywords or operators."""
        return self.kind in ("op", "word") and self.value.lower() in words


@dataclass(frozen=True, kw_only=True)
class Operand:
    """A value of a clause: a literal, a function, or EMPTY."""

    text: str = ""
    function: str | None = None
    args: tuple[str, ...] = ()
    quoted: bool = False
    empty: bool = False


@dataclass(frozen=True, kw_only=True)
class Clause:
    """`field operator operand`; a list has several operands."""

    field: str
    operator: str
    operands: tuple[Operand, ...]


@dataclass(frozen=True, kw_only=True)
class Junction:
    """AND, OR, or NOT (with one part)."""

    word: str
    parts: tuple[Node, ...]


Node = Clause | Junction


@dataclass(frozen=True, kw_only=True)
class Query:
    """A parsed query."""

    where: Node | None
    order: tuple[tuple[str, bool], ...]
    """Field and whether it descends."""


def parse(text: str) -> Query:
    """Return the tree of a query; raises the vendor's 400."""
    return _Parser(text).query()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.place = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.token
        self.place += 1
        return token

    def fail(self, what: str) -> NoReturn:
        raise Problem(400, f"Error in the JQL Query: {what}")

    def expect(self, sign: str) -> None:
        if not self.token.says(sign):
            self.fail(f"Expecting '{sign}' but got '{self.token.value or 'end of query'}'.")
        self.take()

    def query(self) -> Query:
        where = None if self.token.kind == "end" or self.token.says("order") else self.disjunction()
        order = self.ordering() if self.token.says("order") else ()
        if self.token.kind != "end":
            self.fail(f"Expecting either 'OR' or 'AND' but got '{self.token.value}'.")
        return Query(where=where, order=order)

    def ordering(self) -> tuple[tuple[str, bool], ...]:
        self.take()
        self.expect("by")
        order = []
        while True:
            name = self.take().value.strip("\"'").lower()
            descends = self.token.says("desc")
            if self.token.says("asc", "desc"):
                self.take()
            order.append((name, descends))
            if not self.token.says(","):
                break
            self.take()
        if len(order) > 7:
            raise Problem(400, "JQL can be ordered by at most 7 fields.")
        return tuple(order)

    def disjunction(self) -> Node:
        parts = [self.conjunction()]
        while self.token.says("or", "||"):
            self.take()
            parts.append(self.conjunction())
        return parts[0] if len(parts) == 1 else Junction(word="or", parts=tuple(parts))

    def conjunction(self) -> Node:
        parts = [self.negation()]
        while self.token.says("and", "&&"):
            self.take()
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else Junction(word="and", parts=tuple(parts))

    def negation(self) -> Node:
        if self.token.says("not", "!"):
            self.take()
            return Junction(word="not", parts=(self.negation(),))
        if self.token.says("("):
            self.take()
            inner = self.disjunction()
            self.expect(")")
            return inner
        return self.clause()

    def clause(self) -> Clause:
        name = self.take()
        if name.kind not in ("word", "text"):
            self.fail(f"Expecting a field but got '{name.value or 'end of query'}'.")
        field = _unquote(name.value).lower()
        if field.startswith("issue.property"):
            raise Problem(400, f"Field '{field}' does not exist or you do not have permission to view it.")
        operator = self.operator(name.value)
        if operator in ("in", "not in") and self.token.says("("):
            return Clause(field=field, operator=operator, operands=self.operands())
        return Clause(field=field, operator=operator, operands=(self.operand(),))

    def operator(self, field: str) -> str:
        token = self.take()
        sign = token.value.lower()
        if token.kind == "op" and sign in SIGNS:
            return sign
        if token.kind != "word" or sign not in WORD_OPERATORS or sign in ("was", "changed"):
            self.fail(f"Expecting operator but got '{token.value or 'end of query'}' after '{field}'.")
        if sign == "not":
            self.expect("in")
            return "not in"
        if sign == "is" and self.token.says("not"):
            self.take()
            return "is not"
        return sign

    def operands(self) -> tuple[Operand, ...]:
        self.expect("(")
        found = [self.operand()]
        while self.token.says(","):
            self.take()
            found.append(self.operand())
        self.expect(")")
        return tuple(found)

    def operand(self) -> Operand:
        token = self.take()
        if token.kind not in ("word", "text"):
            self.fail(
                f"Expecting either a value, list or function but got '{token.value or 'end of query'}'."
            )
        if token.kind == "text":
            return Operand(text=_unquote(token.value), quoted=True)
        if token.value.lower() in ("empty", "null"):
            return Operand(empty=True)
        if self.token.says("("):
            return Operand(function=token.value.lower(), args=self.arguments())
        return Operand(text=token.value)

    def arguments(self) -> tuple[str, ...]:
        self.expect("(")
        args = []
        while not self.token.says(")"):
            if self.token.kind == "end":
                self.fail("Expecting ')' but got 'end of query'.")
            token = self.take()
            if token.value != ",":
                args.append(_unquote(token.value))
        self.take()
        return tuple(args)


def _unquote(text: str) -> str:
    if text[:1] in ("'", '"'):
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    place = 0
    stripped = text.rstrip()
    while place < len(stripped):
        match = TOKEN.match(stripped, place)
        if match is None:
            raise Problem(
                400, f"Error in the JQL Query: The character '{stripped[place]}' is a reserved JQL character."
            )
        kind = str(match.lastgroup)
        found.append(Token(kind=kind, value=match[kind]))
        place = match.end()
    return [*found, Token(kind="end", value="")]
