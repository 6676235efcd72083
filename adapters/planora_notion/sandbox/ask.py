"""A request as the handlers see it: who asks, for what, with which body."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from planora_notion.sandbox.errors import ApiError, invalid_body, restricted, unauthorized
from planora_notion.sandbox.render import NEWEST, OLDER, Renderer, Viewer
from planora_notion.sandbox.state import State


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One request, authenticated and parsed."""

    state: State
    viewer: Viewer
    path: Mapping[str, str]
    query: Mapping[str, list[str]]
    body: Mapping[str, Any]
    slow_index: bool = False
    """Whether search knows nothing yet of what was made since the workspace was loaded."""

    @property
    def render(self) -> Renderer:
        """Return a renderer for who asks."""
        return Renderer(self.state, self.viewer)

    def need(self, capability: str) -> None:
        """Refuse an integration that lacks a capability."""
        if capability not in self.viewer.capabilities:
            raise restricted()

    def only(self, *allowed: str) -> None:
        """Refuse body keys that the endpoint does not know."""
        for key, value in self.body.items():
            if key not in allowed:
                raise invalid_body(f"body.{key}", "be not present", value)

    def first(self, name: str) -> str | None:
        """Return a query parameter's first value."""
        values = self.query.get(name)
        return values[0] if values else None

    def trash(self) -> bool | None:
        """Return what the body says about the trash; `archived` was its name before 2026-03-11."""
        names = ("in_trash", "archived") if self.viewer.version == OLDER else ("in_trash",)
        for name in names:
            value = self.body.get(name)
            if value is not None:
                if not isinstance(value, bool):
                    raise invalid_body(f"body.{name}", "be a boolean or undefined", value)
                return value
        return None

    def trash_words(self) -> tuple[str, ...]:
        """Return the body keys that put something into the trash in the version spoken."""
        return ("in_trash", "archived") if self.viewer.version == OLDER else ("in_trash",)


Handler = Callable[[Ask], dict[str, Any]]


def viewer(state: State, headers: Mapping[str, str]) -> Viewer:
    """Return who asks, by the request's headers; raises the API's 401 or 400."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    capabilities = state.tokens.get(token) if scheme.lower() == "bearer" else None
    if capabilities is None:
        raise unauthorized()
    version = headers.get("notion-version")
    if version is None:
        raise ApiError(
            400,
            "missing_version",
            "Notion-Version header failed validation: Notion-Version header should be defined, "
            "instead was `undefined`.",
        )
    if version not in (OLDER, NEWEST):
        raise ApiError(
            400,
            "validation_error",
            f"Notion-Version header failed validation: this stand-in speaks {OLDER} and {NEWEST}, "
            f'instead was `"{version}"`.',
        )
    return Viewer(version=version, capabilities=capabilities)
