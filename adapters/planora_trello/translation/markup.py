"""Descriptions and addresses: Markdown to plain text, our marker, and the short address of a card."""

from __future__ import annotations

import re

MARK = "planora-sync: "
"""Begins the last line of the description of a card that we made."""
OWN_LINK = re.compile(r"planora-sync: (.+)")
"""Name of an attachment that we made; the rest is the kind of the link."""
CARD = re.compile(r"https?://(?:www\.)?trello\.com/c/([0-9A-Za-z]{8}|[0-9a-f]{24})(?:[/?#].*)?")
IMAGE = re.compile(r"!\[([^\]\n]{0,300})\]\([^)\s]{0,2000}(?:\s+\"[^\"\n]{0,300}\")?\)")
LINK = re.compile(r"\[([^\]\n]{1,300})\]\(([^)\s]{1,2000})(?:\s+\"[^\"\n]{0,300}\")?\)")
LEADING = re.compile(r"^[ \t]{0,3}(?:#{1,6}[ \t]+|>[ \t]?)", re.MULTILINE)
STRONG = re.compile(r"(\*\*|__|~~|`{1,3})(?=\S)(.{1,500}?)(?<=\S)\1")


def plain(markdown: str) -> str:
    """Return a description as plain text, without the marker of a creation."""
    lines = [line for line in markdown.splitlines() if not line.startswith(MARK)]
    text = IMAGE.sub(r"\1", "\n".join(lines))
    text = LINK.sub(r"\1", text)
    text = LEADING.sub("", text)
    return STRONG.sub(r"\2", text).strip()


def marked(text: str, marker: str) -> str:
    """Return a description that ends with a marker of its own line."""
    return f"{text.rstrip()}\n\n{MARK}{marker}".lstrip()


def carries(description: str, marker: str) -> bool:
    """Return whether a description carries exactly this marker."""
    return f"{MARK}{marker}" in (line.strip() for line in description.splitlines())


def own_link_name(kind: str) -> str:
    """Return the name of an attachment that is a link of ours."""
    return f"{MARK}{kind}"


def short_address(url: str) -> str:
    """Return the short address of a card, whatever its title is, and any other address as it is."""
    found = CARD.fullmatch(url)
    return f"https://trello.com/c/{found[1]}" if found else url
