"""Rows of a sandbox's own answers, multiplied: the same content under other ids, joined into page bodies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

MARKS = {"id": "@@id@@", "key": "@@key@@", "at": "@@at@@"}
"""What stands in a template where each row differs."""


class Rows:
    """Bodies of rows, by number."""

    def __init__(
        self, templates: Sequence[Mapping[str, Any]], names: Callable[[int], Mapping[str, str]]
    ) -> None:
        """Set up.

        Args:
            templates: rows as the sandbox gives them, with `MARKS` where they are to differ.
            names: gives what stands in for each mark in the row of a number.
        """
        self._templates = [orjson.dumps(row) for row in templates]
        self._names = names

    def row(self, number: int) -> bytes:
        """Return the JSON of one row."""
        body = self._templates[number % len(self._templates)]
        for mark, text in self._names(number).items():
            body = body.replace(MARKS[mark].encode(), text.encode())
        return body

    def page(self, first: int, last: int) -> bytes:
        """Return the JSON of the rows `first` up to, but without, `last`, as a list."""
        return b"[" + b",".join(self.row(number) for number in range(first, last)) + b"]"
