"""Asks people on the terminal, where there are people."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

import click

from planora_sync.errors import PlanoraError
from planora_sync.safe_text import one_line

TRIES = 3
T = TypeVar("T")


def may_ask(said: bool | None) -> bool:
    """Return whether questions can be answered: as it was said, else whether the input is a terminal."""
    return sys.stdin.isatty() if said is None else said


def ask(question: str, *, default: str | None = None, hidden: bool = False) -> str:
    """Return the answer to a question; a default of nothing may be left with Enter."""
    answer = click.prompt(
        question, default=default, hide_input=hidden, show_default=bool(default) and not hidden
    )
    return str(answer).strip()


def ask_until(question: Callable[[], str], use: Callable[[str], T], *failures: type[PlanoraError]) -> T:
    """Return what came of an answer; where it fails in a way that another answer may cure, ask again."""
    for _ in range(TRIES - 1):
        try:
            return use(question())
        except failures as failure:
            click.secho(one_line(str(failure)), fg="red")
    return use(question())


def confirm(question: str) -> bool:
    """Return whether people agree; Enter agrees."""
    return click.confirm(question, default=True)
