"""A proposal as plain text, for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from planora_sync.correct.proposal import Correction, Proposal
from planora_sync.correct.render.clean import plain
from planora_sync.correct.render.groups import HEADINGS, change_words, groups, summary

WORDS = 400


def render(proposal: Proposal) -> str:
    """Return the proposal as lines of text, without colour; texts of the tracker cannot steer the terminal."""
    return "\n".join(_lines(proposal)) + "\n"


def _lines(proposal: Proposal) -> Iterator[str]:
    yield f"Proposal {proposal.id}, digest {proposal.digest[:12]}, good until {proposal.expires:%Y-%m-%d %H:%M} UTC"
    if proposal.undoes:
        yield f"Undoes {plain(proposal.undoes)}"
    yield summary(proposal.corrections)
    for note in proposal.notes:
        yield f"! {plain(note, WORDS)}"
    heading = None
    for group in groups(proposal):
        if group.safety is not heading:
            heading = group.safety
            yield ""
            yield f"== {HEADINGS[heading]}"
        yield ""
        yield f"-- {plain(group.place)}"
        for one in group.corrections:
            yield from _correction(one)


def _correction(correction: Correction) -> Iterator[str]:
    codes = " ".join(correction.codes)
    yield f"{correction.id}  {plain(correction.key)}  {plain(correction.title)}  [{codes}]"
    yield f"    {plain(correction.words, WORDS)}"
    for change in correction.changes:
        name, before, after = map(plain, change_words(change))
        yield f"    {name}: {before} -> {after}" if before != after else f"    {name}: {after} (kept)"
    for cascade in correction.cascades:
        yield f"    then: {plain(cascade, WORDS)}"
    for loss in correction.losses:
        yield f"    lost: {plain(loss, WORDS)}"
    for other in correction.alternatives:
        yield f"    or: {plain(other.words, WORDS)}"
    yield f"    {plain(correction.url, 2000)}"
