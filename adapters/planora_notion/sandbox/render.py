"""Answers: how pages, data sources, users and the rest look on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from planora_notion.sandbox.render_schema import (
    database_body,
    minute,
    option_body,
    page_url,
    partial_user,
    source_body,
    wire_id,
)
from planora_notion.sandbox.richtext import plain
from planora_notion.sandbox.state import (
    REFERENCES,
    Block,
    Comment,
    DataSource,
    Page,
    Prop,
    State,
    User,
)
from planora_notion.sandbox.values import empty

OLDER = "2025-09-03"
NEWEST = "2026-03-11"


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Who asks: the API version spoken and what the integration may see."""

    version: str
    capabilities: frozenset[str]


def title_of(state: State, page: Page) -> str:
    """Return a page's title."""
    if page.source is None:
        return plain(page.values.get("title", []))
    prop = state.sources[page.source].of_type("title")[0]
    return plain(page.values.get(prop.id, []))


class Renderer:
    """Renders for one viewer."""

    def __init__(self, state: State, viewer: Viewer) -> None:
        self._state = state
        self._viewer = viewer

    def page(self, page: Page, only: frozenset[str] | None = None) -> dict[str, Any]:
        """Return a page; `only` names the property ids that were asked for.

        Who may write and not read is shown its id alone.
        """
        if "read" not in self._viewer.capabilities:
            return {"object": "page", "id": page.id}
        body = {
            "object": "page",
            "id": page.id,
            "created_time": minute(page.created),
            "last_edited_time": minute(page.edited),
            "created_by": partial_user(page.author),
            "last_edited_by": partial_user(page.editor),
            "cover": None,
            "icon": page.icon,
            "parent": self._parent(page),
            "in_trash": page.in_trash,
            "is_archived": page.is_archived,
            "is_locked": page.is_locked,
            "properties": self._properties(page, only),
            "url": page_url(title_of(self._state, page), page.id),
            "public_url": None,
        }
        return self._aged(body)

    def _aged(self, body: dict[str, Any]) -> dict[str, Any]:
        # `archived` left the answers with version 2026-03-11.
        return body | {"archived": body["in_trash"]} if self._viewer.version == OLDER else body

    def _parent(self, page: Page) -> dict[str, Any]:
        if page.source:
            source = self._state.sources[page.source]
            return {"type": "data_source_id", "data_source_id": source.id, "database_id": source.database_id}
        if page.parent_page:
            return {"type": "page_id", "page_id": page.parent_page}
        return {"type": "workspace", "workspace": True}

    def _properties(self, page: Page, only: frozenset[str] | None) -> dict[str, Any]:
        if page.source is None:
            return {"title": {"id": "title", "type": "title", "title": page.values.get("title", [])}}
        source = self._state.sources[page.source]
        return {
            prop.name: {"id": wire_id(prop.id), "type": prop.type} | self.value(page, prop)
            for prop in source.props.values()
            if only is None or prop.id in only
        }

    def value(self, page: Page, prop: Prop) -> dict[str, Any]:
        """Return a property's value as a page shows it: at most 25 references."""
        kept = page.values.get(prop.id, empty(prop))
        if prop.type == "relation":
            visible = self.related(kept)
            cut = [{"id": one} for one in visible[:REFERENCES]]
            return {"relation": cut, "has_more": len(visible) > REFERENCES}
        if prop.type == "people":
            # People beyond 25 are cut without any flag.
            return {"people": [self.user_ref(one) for one in kept[:REFERENCES]]}
        return {prop.type: self.simple(page, prop, kept)}

    def related(self, ids: list[str]) -> list[str]:
        """Return the related pages that the integration can see."""
        pages = self._state.pages
        return [one for one in ids if pages[one].shared and not pages[one].in_trash]

    def simple(self, page: Page, prop: Prop, kept: Any) -> Any:
        """Return the value of a property that holds no list of references."""
        match prop.type:
            case "select" | "status":
                return option_body(prop.option(kept)) if kept else None
            case "multi_select":
                return [option_body(prop.option(one)) for one in kept]
            case "unique_id":
                return {"prefix": prop.prefix, "number": kept}
            case "created_time":
                return minute(page.created)
            case "last_edited_time":
                return minute(page.edited)
            case "created_by":
                return self.user_ref(page.author)
            case "last_edited_by":
                return self.user_ref(page.editor)
            case "rollup":
                related = self.related(page.values.get(prop.over or "", []))
                return {"type": "number", "number": len(related[:REFERENCES]), "function": "count"}
            case "title" | "rich_text":
                return _few_mentions(kept)
            case _:
                return kept

    def user_ref(self, identifier: str) -> dict[str, Any]:
        """Return a person as a people property shows them: bare without the user capability."""
        user = self._state.users.get(identifier)
        if user is None or "users" not in self._viewer.capabilities:
            return partial_user(identifier)
        return self.user(user)

    def user(self, user: User) -> dict[str, Any]:
        """Return a user."""
        body: dict[str, Any] = {"object": "user", "id": user.id, "name": user.name, "avatar_url": None}
        if user.bot:
            return body | {"type": "bot", "bot": _bot()}
        emails = "emails" in self._viewer.capabilities and user.email
        return body | {"type": "person", "person": {"email": user.email} if emails else {}}

    def source(self, source: DataSource) -> dict[str, Any]:
        """Return a data source with its schema."""
        return self._aged(source_body(self._state, source))

    def database(self, database_id: str) -> dict[str, Any]:
        """Return a database: a container of data sources, without properties."""
        inside = [s for s in self._state.sources.values() if s.database_id == database_id and s.shared]
        return self._aged(database_body(inside))

    def block(self, page: Page, block: Block) -> dict[str, Any]:
        """Return a block of a page's content."""
        content: dict[str, Any] = {"rich_text": block.rich_text, "color": "default"}
        if block.type == "paragraph":
            content["icon"] = None
        if block.type == "to_do":
            content["checked"] = block.checked
        if block.type.startswith("heading"):
            content["is_toggleable"] = False
        return self._block(block.id, page, block.created, block.type, content)

    def child_page(self, page: Page) -> dict[str, Any]:
        """Return a page in the form that the block endpoints show."""
        body = self._block(page.id, page, page.created, "child_page", {"title": title_of(self._state, page)})
        return body | {"parent": self._parent(page), "has_children": bool(page.blocks)}

    def _block(
        self, identifier: str, page: Page, created: datetime, kind: str, content: Any
    ) -> dict[str, Any]:
        body = {
            "object": "block",
            "id": identifier,
            "parent": {"type": "page_id", "page_id": page.id},
            "created_time": minute(created),
            "last_edited_time": minute(created),
            "created_by": partial_user(page.author),
            "last_edited_by": partial_user(page.editor),
            "has_children": False,
            "in_trash": page.in_trash,
            "type": kind,
            kind: content,
        }
        return self._aged(body)

    def comment(self, comment: Comment) -> dict[str, Any]:
        """Return a comment."""
        author = self._state.users.get(comment.author)
        return {
            "object": "comment",
            "id": comment.id,
            "parent": {"type": "page_id", "page_id": comment.page},
            "discussion_id": comment.discussion,
            "created_time": minute(comment.created),
            "last_edited_time": minute(comment.created),
            "created_by": partial_user(comment.author),
            "rich_text": comment.rich_text,
            "display_name": {"type": "integration", "resolved_name": author.name if author else None},
        }


def _few_mentions(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rich text up to its 25th mention: what comes after it is cut without any flag."""
    mentions = [n for n, item in enumerate(items) if item["type"] == "mention"]
    return items[: mentions[REFERENCES]] if len(mentions) > REFERENCES else items


def markdown(blocks: list[Block]) -> str:
    """Return a page's content as Markdown."""
    return "\n".join(_line(block) for block in blocks)


def _line(block: Block) -> str:
    text = plain(block.rich_text)
    match block.type:
        case "to_do":
            return f"- [{'x' if block.checked else ' '}] {text}"
        case "bulleted_list_item":
            return f"- {text}"
        case "heading_1" | "heading_2" | "heading_3":
            return f"{'#' * int(block.type[-1])} {text}"
        case _:
            return text


def _bot() -> Mapping[str, Any]:
    return {
        "owner": {"type": "workspace", "workspace": True},
        "workspace_id": "9f2c31a4-5b61-4f0a-8e35-2c4a7d3c1b02",
        "workspace_name": "Fernway",
        "workspace_limits": {"max_file_upload_size_in_bytes": 5242880},
    }
