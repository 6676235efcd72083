"""Gathers everything wrong in a configuration, so that it can be corrected in one go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, SecretStr, ValidationError

from planora_sync.errors import ConfigError, ConfigProblem
from planora_sync.toml import Document, Path, explain

Table = TypeVar("Table", bound=BaseModel)
LINE = re.compile(r"line (\d+)")
TAME = re.compile(r"[a-z]{1,20}(?:[-_][a-z]{1,20}){0,5}")
SHORTEST = 6
"""Shorter secrets are words that occur anywhere."""


def quoted(word: str) -> str:
    """Return a word of the file for a message; what looks like a secret in the wrong place is left out."""
    return f"`{word}`" if TAME.fullmatch(word) else "of this name"


class Collector:
    """Problems and warnings of one file, in the order of its lines."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._problems: list[ConfigProblem] = []
        self._warnings: list[ConfigProblem] = []
        self._secrets: list[str] = []

    def problem(self, path: Path, what: str, instead: str) -> None:
        """Note what is wrong at a key."""
        self.problems([self.document.problem(path, what, instead)])

    def problems(self, found: Iterable[ConfigProblem]) -> None:
        """Note what was found wrong."""
        self._problems += found

    def warning(self, path: Path, what: str, instead: str) -> None:
        """Note what works, but should not stay."""
        self._warnings.append(self.document.problem(path, what, instead))

    def keep_out(self, secret: SecretStr) -> None:
        """Remember a secret, so that no message holds it, wherever it was written by mistake."""
        value = secret.get_secret_value()
        if len(value) >= SHORTEST:
            self._secrets.append(value)

    def table(self, model: type[Table], data: Mapping[str, Any], path: Path) -> Table | None:
        """Return a table as the model reads it; what is wrong is noted.

        A table in which something is wrong comes without it, so that the rest can be checked too; None where
        that leaves none.
        """
        try:
            return model.model_validate(data)
        except ValidationError as failure:
            self.problems(explain(failure, model, self.document, path))
            bad = {error["loc"][0] for error in failure.errors(include_url=False) if error["loc"]}
        try:
            return model.model_validate({key: value for key, value in data.items() if key not in bad})
        except ValidationError:
            return None

    @property
    def warnings(self) -> tuple[ConfigProblem, ...]:
        """Return the warnings."""
        return self._shown(self._warnings)

    def refuse(self) -> None:
        """Raise ConfigError with all problems; return where there are none."""
        found = self._shown(self._problems)
        if found:
            raise ConfigError(self.document.name, found)

    def _shown(self, noted: Iterable[ConfigProblem]) -> tuple[ConfigProblem, ...]:
        return tuple(dict.fromkeys(map(self._redacted, sorted(noted, key=_line))))

    def _redacted(self, problem: ConfigProblem) -> ConfigProblem:
        def clean(text: str) -> str:
            for secret in self._secrets:
                text = text.replace(secret, "***")
            return text

        return ConfigProblem(
            where=clean(problem.where), what=clean(problem.what), instead=clean(problem.instead)
        )


def _line(problem: ConfigProblem) -> int:
    """Return the line a problem stands in; what is absent altogether comes first, other files last."""
    found = LINE.search(problem.where)
    if not problem.where.startswith("line "):
        return 10**9 if found else 0
    return int(found[1]) if found else 0
