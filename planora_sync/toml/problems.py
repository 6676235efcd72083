"""Turns what pydantic found wrong with a table into problems for people. No input value is ever shown."""

from __future__ import annotations

import difflib
import re
import types
import typing
from collections.abc import Iterable, Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from planora_sync.errors import ConfigProblem
from planora_sync.toml.document import Document
from planora_sync.toml.lines import Path

WRONG = "wrong"
KEY = "[key]"
"""How pydantic marks that the key itself is wrong."""
TYPES: Mapping[str, tuple[str, str]] = {
    "bool": ("must be true or false", "Write `true` or `false`, without quotes."),
    "int": ("must be a whole number", "Write a number without quotes, such as `14`."),
    "float": ("must be a number", "Write a number without quotes, such as `0.5`."),
    "string": ("must be a text", 'Write it in quotes: `"..."`.'),
    "tuple": ("must be a list", 'Write a list: `["...", "..."]`.'),
    "list": ("must be a list", 'Write a list: `["...", "..."]`.'),
    "dict": ("must be a table", "Write `{ key = value }`, or a table of its own."),
    "mapping": ("must be a table", "Write `{ key = value }`, or a table of its own."),
    "model": ("must be a table", "Write `{ key = value }`, or a table of its own."),
}
"""First word of pydantic's error type -> what is wrong, what to write instead."""
WORD = re.compile(r"'([^']+)'")
BOUNDS = {
    "greater_than": ("gt", "greater than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}


def wrong(what: str, instead: str) -> PydanticCustomError:
    """Return the error for a validator to raise: what is wrong, and what to write instead.

    Neither may hold a value that could be a secret.
    """
    return PydanticCustomError(WRONG, "{what}", {"what": what, "instead": instead})


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the sentence that says what was probably meant, or else what is known."""
    words = sorted(set(known))
    close = difflib.get_close_matches(word.casefold(), words, n=1, cutoff=0.6)
    if close:
        return f"Did you mean `{close[0]}`?"
    return f"Known here: {', '.join(words)}." if words else "Take it out."


def explain(
    error: ValidationError, model: type[BaseModel], document: Document, at: Path = ()
) -> list[ConfigProblem]:
    """Return everything wrong with a table, as problems.

    Args:
        error: what pydantic raised.
        model: what the table was validated against.
        document: the file the table is of.
        at: where in the file the table stands.
    """
    details = error.errors(include_url=False, include_input=False)
    return list(dict.fromkeys(_problem(detail, model, document, at) for detail in details))


def _problem(detail: ErrorDetails, model: type[BaseModel], document: Document, at: Path) -> ConfigProblem:
    path = (*at, *_plain_location(detail["loc"]))
    said = path[-1] if detail["loc"] and detail["loc"][-1] == KEY else document.value(path)
    what, instead = _words(detail, model, said)
    return document.problem(path, what, instead)


def _plain_location(location: tuple[int | str, ...]) -> Path:
    return tuple(part for part in location if part != KEY)


def _words(detail: ErrorDetails, model: type[BaseModel], said: object) -> tuple[str, str]:
    """Return what is wrong and what to write instead; `said` is only compared, never shown."""
    kind, context = detail["type"], detail.get("ctx", {})
    name = str(detail["loc"][-1]) if detail["loc"] else "the table"
    if kind == WRONG:
        return str(context["what"]), str(context["instead"])
    if kind == "extra_forbidden":
        return f"unknown key `{name}`", nearest(name, known_keys(model, detail["loc"][:-1]))
    if kind == "missing":
        return f"`{name}` is missing", f"Add `{name} = ...`."
    if kind in ("enum", "literal_error"):
        return _unknown_word(detail["loc"], str(context["expected"]), said)
    if kind == "string_too_short":
        return f"`{name}` is empty", 'Write a text: `"..."`.'
    if kind in BOUNDS:
        bound, words = BOUNDS[kind]
        return f"`{name}` must be {words} {context[bound]:g}", "Correct the number."
    said = TYPES.get(kind.split("_")[0])
    return (f"`{name}` {said[0]}", said[1]) if said else (f"`{name}`: {detail['msg']}", "")


def _unknown_word(location: tuple[int | str, ...], expected: str, said: object) -> tuple[str, str]:
    key = next((part for part in reversed(location) if isinstance(part, str) and part != KEY), "")
    subject = f"`{key}`" if location[-1] == KEY else f"the value of `{key}`"
    hint = nearest(said, WORD.findall(expected)) if isinstance(said, str) else ""
    guess = f"{hint} " if hint.startswith("Did") else ""
    return f"{subject} is none of the words known here", f"{guess}Write one of {expected}."


def known_keys(model: type[BaseModel], location: tuple[int | str, ...]) -> tuple[str, ...]:
    """Return the keys that the table at a location of a model may have; empty where any may."""
    annotation: Any = model
    for part in location:
        annotation = _step(annotation, part)
    table = _model_in(annotation)
    return tuple(field.alias or name for name, field in table.model_fields.items()) if table else ()


def _step(annotation: Any, part: int | str) -> Any:
    """Return what stands one key or index further down."""
    table = _model_in(annotation)
    if table:
        fields = {field.alias or name: field for name, field in table.model_fields.items()}
        return fields[str(part)].annotation if part in fields else None
    for option in _options(annotation):
        arguments = get_args(option)
        if get_origin(option) is tuple and arguments:
            return arguments[0]
        if len(arguments) == 2:
            return arguments[1]
    return None


def _model_in(annotation: Any) -> type[BaseModel] | None:
    models = (o for o in _options(annotation) if isinstance(o, type) and issubclass(o, BaseModel))
    return next(models, None)


def _options(annotation: Any) -> tuple[Any, ...]:
    """Return the alternatives of a union, without what is annotated to them."""
    origin = get_origin(annotation)
    if origin is typing.Annotated:
        return _options(get_args(annotation)[0])
    if origin in (typing.Union, types.UnionType):
        return tuple(option for part in get_args(annotation) for option in _options(part))
    return (annotation,)
