"""A proposal as one self-contained HTML page."""

from __future__ import annotations

import functools
from importlib.resources import files

from jinja2 import Environment, Template
from markupsafe import Markup

from planora_sync.correct.proposal import Proposal, Safety
from planora_sync.correct.render.clean import address, plain
from planora_sync.correct.render.groups import HEADINGS, change_words, groups, summary

WORDS = 400


def render(proposal: Proposal) -> str:
    """Return the proposal as a page that loads nothing; texts of the tracker are escaped."""
    return _template().render(
        proposal=proposal,
        groups=groups(proposal),
        headings=HEADINGS,
        summary=summary(proposal.corrections),
        approvable=any(one.safety is not Safety.MANUAL for one in proposal.corrections),
        style=Markup(_file("proposal.css")),  # noqa: S704 - our own file
    )


@functools.cache
def _template() -> Template:
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["plain"] = plain
    environment.filters["words"] = lambda text: plain(text, WORDS)
    environment.filters["address"] = address
    environment.filters["change_words"] = change_words
    return environment.from_string(_file("proposal.html.jinja"))


def _file(name: str) -> str:
    return files("planora_sync.correct.render").joinpath(name).read_text("utf-8")
