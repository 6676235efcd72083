"""Descriptions: ADF of REST v3, wiki strings of Data Center."""

from __future__ import annotations

from typing import Any

import pytest
from planora_jira.translation.texts import document, plain_text
from planora_jira.translation.wire import entry

from tests.adapters.jira.issues import issue, lens


def node(type: str, *content: Any, **attrs: Any) -> dict[str, Any]:
    body: dict[str, Any] = {"type": type}
    if attrs:
        body["attrs"] = attrs
    if content:
        body["content"] = [
            {"type": "text", "text": part} if isinstance(part, str) else part for part in content
        ]
    return body


def test_a_document_becomes_lines() -> None:
    found = plain_text(
        node(
            "doc",
            node("heading", "Why", level=2),
            node(
                "paragraph",
                "Clinics lose ",
                node("mention", text="@Ana"),
                "'s time.",
                node("hardBreak"),
                "Now.",
            ),
            node(
                "bulletList",
                node("listItem", node("paragraph", "one")),
                node("listItem", node("paragraph", "two")),
            ),
            node(
                "table", node("tableRow", node("tableCell", "a"), node("tableCell", node("paragraph", "b")))
            ),
            node("taskList", node("taskItem", "ask them", state="TODO")),
            node(
                "paragraph",
                node("inlineCard", url="https://acme.example/x"),
                " ",
                node("status", text="DONE"),
            ),
            node("paragraph", node("date", timestamp="1764547200000"), node("emoji", shortName=":ok:")),
            node("expand", node("paragraph", "inside"), title="More"),
            node("mediaSingle", node("media", alt="a picture", id="1")),
            node("rule"),
            node("codeBlock", "x = 1"),
            node("unknownThing", node("paragraph", "kept")),
        )
    )
    assert found.split("\n") == [
        "Why",
        "Clinics lose @Ana's time.",
        "Now.",
        "- one",
        "- two",
        "a b",
        "ask them",
        "https://acme.example/x DONE",
        "2025-12-01:ok:",
        "More",
        "inside",
        "a picture",
        "---",
        "x = 1",
        "kept",
    ]


@pytest.mark.parametrize("value", [None, "", 7, [], {}, {"type": "doc"}, {"type": "doc", "content": None}])
def test_what_is_no_text_is_none(value: Any) -> None:
    assert plain_text(value) == ""


def test_wiki_strings_stay_as_they_are() -> None:
    assert plain_text("h2. Why\n* one\n") == "h2. Why\n* one"


def test_odd_documents_hurt_nobody() -> None:
    deep = node("paragraph", "bottom")
    for _ in range(500):
        deep = node("blockquote", deep)
    assert plain_text(node("doc", node("paragraph", "top"), deep)) == "top"
    assert plain_text(node("doc", {"type": "date", "attrs": {"timestamp": "soon"}}, {"type": "text"})) == ""
    assert plain_text({"type": "doc", "content": ["no node", None, {"attrs": 3}]}) == ""


def test_our_own_text_comes_back() -> None:
    text = "Asked for by five clinics.\nNothing is decided."
    assert document(text)["version"] == 1
    assert plain_text(document(f"\n{text}\n\n")) == text
    assert entry(issue(description=document(text)), lens()).text == text
