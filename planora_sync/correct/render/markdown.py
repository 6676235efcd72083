"""A proposal as Markdown, for a ticket, a pull request or a chat."""

from __future__ import annotations

from collections.abc import Iterator

from planora_sync.correct.proposal import Correction, Proposal
from planora_sync.correct.render.clean import address, markdown
from planora_sync.correct.render.groups import HEADINGS, change_words, groups, summary

WORDS = 400


def render(proposal: Proposal) -> str:
    """Return the proposal as Markdown; texts of the tracker stay texts."""
    return "\n".join(_lines(proposal)) + "\n"


def _lines(proposal: Proposal) -> Iterator[str]:
    yield f"# Proposal {proposal.id}"
    yield ""
    yield f"{summary(proposal.corrections)} Good until {proposal.expires:%Y-%m-%d %H:%M} UTC."
    yield ""
    yield f"Digest `{proposal.digest}`"
    if proposal.undoes:
        yield ""
        yield f"Undoes {markdown(proposal.undoes)}"
    if proposal.notes:
        yield ""
    for note in proposal.notes:
        yield f"- {markdown(note, WORDS)}"
    heading = None
    for group in groups(proposal):
        if group.safety is not heading:
            heading = group.safety
            yield ""
            yield f"## {HEADINGS[heading]}"
        yield ""
        yield f"### {markdown(group.place)}"
        for one in group.corrections:
            yield ""
            yield from _correction(one)


def _correction(correction: Correction) -> Iterator[str]:
    link = address(correction.url)
    key = markdown(correction.key)
    named = f"[{key}]({link})" if link else key
    yield f"- **{named}** {markdown(correction.title)} ({', '.join(correction.codes)}, `{correction.id}`)"
    yield f"  - {markdown(correction.words, WORDS)}"
    for change in correction.changes:
        name, before, after = map(markdown, change_words(change))
        yield f"  - {name}: {before} → {after}" if before != after else f"  - {name}: {after} (kept)"
    for cascade in correction.cascades:
        yield f"  - then: {markdown(cascade, WORDS)}"
    for loss in correction.losses:
        yield f"  - lost: {markdown(loss, WORDS)}"
    for other in correction.alternatives:
        yield f"  - or: {markdown(other.words, WORDS)}"
