"""Which handler answers which route."""

from __future__ import annotations

from planora_notion.sandbox.ask import Handler
from planora_notion.sandbox.routes import (
    blocks,
    comments,
    containers,
    creating,
    data_sources,
    markdown,
    pages,
    properties,
    search,
    tasks,
    users,
)

ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/v1/users/me", users.me),
    ("GET", "/v1/users", users.everyone),
    ("GET", "/v1/users/{id}", users.one),
    ("POST", "/v1/search", search.search),
    ("GET", "/v1/databases/{id}", data_sources.database),
    ("POST", "/v1/databases", containers.create_database),
    ("PATCH", "/v1/databases/{id}", containers.update_database),
    ("POST", "/v1/data_sources", containers.create_source),
    ("GET", "/v1/data_sources/{id}", data_sources.retrieve),
    ("PATCH", "/v1/data_sources/{id}", data_sources.update),
    ("POST", "/v1/data_sources/{id}/query", data_sources.query),
    ("GET", "/v1/data_sources/{id}/templates", data_sources.templates),
    ("POST", "/v1/pages", creating.create),
    ("GET", "/v1/pages/{id}", pages.retrieve),
    ("PATCH", "/v1/pages/{id}", pages.update),
    ("POST", "/v1/pages/{id}/move", pages.move),
    ("GET", "/v1/pages/{id}/properties/{property}", properties.item),
    ("GET", "/v1/pages/{id}/markdown", markdown.retrieve),
    ("PATCH", "/v1/pages/{id}/markdown", markdown.update),
    ("GET", "/v1/async_tasks/{id}", tasks.retrieve),
    ("GET", "/v1/blocks/{id}", blocks.retrieve),
    ("PATCH", "/v1/blocks/{id}", blocks.update),
    ("DELETE", "/v1/blocks/{id}", blocks.delete),
    ("GET", "/v1/blocks/{id}/children", blocks.children),
    ("PATCH", "/v1/blocks/{id}/children", blocks.append),
    ("GET", "/v1/comments", comments.listing),
    ("POST", "/v1/comments", comments.create),
    ("GET", "/v1/comments/{id}", comments.retrieve),
    ("PATCH", "/v1/comments/{id}", comments.update),
    ("DELETE", "/v1/comments/{id}", comments.delete),
)
