"""Notion's Markdown as plain text; pure. What comes is written by people and never trusted."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 20_000
"""Characters of a page that are kept: a text only breaks ties."""
TO_DO = re.compile(r"^[ \t]{0,40}[-*] \[([ xX])\] ", re.MULTILINE)
_MARKS = (
    (re.compile(r"^(?:```.*|~~~.*|---|\|[-: |]+\|)$", re.MULTILINE), ""),
    (re.compile(r"!?\[([^\[\]\n]{0,2000})\]\([^)\s]{0,2000}\)"), r"\1"),
    (re.compile(r"</?[A-Za-z][^<>\n]{0,2000}>"), " "),
    (re.compile(r"\{(?:color|toggle)=?[^{}\n]{0,100}\}"), ""),
    (re.compile(r"^(?:#{1,6} |>+ ?|[-*+] (?:\[[ xX]\] )?|\d{1,4}[.)] )", re.MULTILINE), ""),
    (re.compile(r"(?<!\\)(?:\*\*|__|~~|`)"), ""),
    (re.compile(r"(?<![\\*\w])\*(?=\S)|(?<=[^\s\\])\*(?![*\w])"), ""),
    (re.compile(r"\\([\\`*_{}\[\]()#+\-.!~<>$|])"), r"\1"),
    (re.compile(r"\|"), " "),
)


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a page says below its properties."""

    text: str = ""
    done: int = 0
    """To-dos that are ticked."""
    total: int = 0
    whole: bool = True
    """Whether Notion gave all of it: it leaves out what is long, and what the integration may not see."""


def content(markdown: str, *, whole: bool) -> Content:
    """Return the plain text of a page's Markdown, and its to-dos."""
    ticks = TO_DO.findall(markdown)
    return Content(
        text=plain_text_of(markdown[: 2 * LONGEST])[:LONGEST],
        done=sum(tick != " " for tick in ticks),
        total=len(ticks),
        whole=whole,
    )


def plain_text_of(markdown: str) -> str:
    """Return the words of a Markdown text, a line each; no markup is left, and no blank lines."""
    text = _tight(markdown)
    for mark, instead in _MARKS:
        text = mark.sub(instead, text)
    return _tight(text)


def _tight(text: str) -> str:
    """Return a text without blank lines and surplus blanks: no pattern may meet a long run of them."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)
