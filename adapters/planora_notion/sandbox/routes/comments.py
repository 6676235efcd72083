"""Comments: a capability of their own, off by default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planora_notion.sandbox.ask import Ask
from planora_notion.sandbox.errors import invalid_body, not_found, restricted
from planora_notion.sandbox.paging import cut
from planora_notion.sandbox.richtext import parse, rich
from planora_notion.sandbox.state import Comment, Event, valid_id


def listing(ask: Ask) -> dict[str, Any]:
    """Return the open comments of a page."""
    ask.need("read_comments")
    page = ask.state.page(ask.first("block_id") or "")
    found = [comment for comment in ask.state.comments if comment.page == page.id]
    return cut(
        found,
        lambda comment: comment.id,
        start=ask.first("start_cursor"),
        size=ask.first("page_size"),
        kind="comment",
        render=ask.render.comment,
    )


def create(ask: Ask) -> dict[str, Any]:
    """Add a comment to a page, or to a discussion that is there already; the page does not count as edited."""
    ask.need("insert_comments")
    ask.only("parent", "discussion_id", "rich_text", "markdown")
    comment = Comment(
        id=ask.state.next_id("comment"),
        page="",
        discussion="",
        rich_text=_words(ask),
        created=ask.state.now(),
        author=ask.state.bot,
    )
    comment.page, comment.discussion = _where(ask)
    ask.state.comments.append(comment)
    about = {"id": comment.page, "type": "page"}
    ask.state.tell(Event(kind="comment.created", entity=("comment", comment.id), parent=about))
    return ask.render.comment(comment)


def retrieve(ask: Ask) -> dict[str, Any]:
    """Return one comment."""
    ask.need("read_comments")
    return ask.render.comment(_find(ask))


def update(ask: Ask) -> dict[str, Any]:
    """Change a comment's words; only its author may."""
    ask.need("insert_comments")
    ask.only("rich_text", "markdown")
    comment = _find(ask)
    if comment.author != ask.state.bot:
        raise restricted()
    comment.rich_text = _words(ask)
    return ask.render.comment(comment)


def delete(ask: Ask) -> dict[str, Any]:
    """Take a comment away; only its author may."""
    ask.need("insert_comments")
    comment = _find(ask)
    if comment.author != ask.state.bot:
        raise restricted()
    ask.state.comments.remove(comment)
    return ask.render.comment(comment)


def _find(ask: Ask) -> Comment:
    identifier = valid_id(ask.path["id"], "path.comment_id")
    for comment in ask.state.comments:
        if comment.id == identifier and ask.state.pages[comment.page].shared:
            return comment
    raise not_found("comment", identifier)


def _words(ask: Ask) -> list[dict[str, Any]]:
    if isinstance(ask.body.get("markdown"), str):
        return rich(ask.body["markdown"])
    return parse(ask.body.get("rich_text"), "body.rich_text")


def _where(ask: Ask) -> tuple[str, str]:
    parent = ask.body.get("parent")
    if isinstance(parent, Mapping) and "page_id" in parent:
        return ask.state.page(str(parent["page_id"])).id, ask.state.next_id("discussion")
    discussion = ask.body.get("discussion_id")
    if discussion is None:
        raise invalid_body("body.parent", "be defined", ...)
    for comment in ask.state.comments:
        if comment.discussion == discussion:
            return comment.page, comment.discussion
    raise not_found("discussion", str(discussion))
