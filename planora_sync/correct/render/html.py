"""A proposal as one self-contained HTML page."""

from __future__ import annotations

import functools
from importlib.resources import files

from jinja2 import Environment, Template

from planora_sync.correct.proposal import Proposal
from planora_sync.correct.render.clean import address, plain
from planora_sync.correct.render.groups import HEADINGS, change_words, groups, summary

WORDS = 400


def render(proposal: Proposal) -> str:
    """Return the proposal as a page that loads nothing; texts of the tracker are escaped."""
    return _template().render(
        proposal=proposal, groups=groups(proposal), headings=HEADINGS, summary=summary(proposal.corrections)
    )


@functools.cache
def _template() -> Template:
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["plain"] = plain
    environment.filters["words"] = lambda text: plain(text, WORDS)
    environment.filters["address"] = address
    environment.filters["change_words"] = change_words
    source = files("planora_sync.correct.render").joinpath("proposal.html.jinja").read_text("utf-8")
    return environment.from_string(source)
