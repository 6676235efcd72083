"""The Jira adapter: Cloud and Data Center, on the PyPI library `jira`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planora_jira.adapter import JiraAdapter

__all__ = ["JiraAdapter"]


def __getattr__(name: str) -> Any:
    # The sandbox lies below this package and must start without the vendor's library.
    if name == "JiraAdapter":
        from planora_jira.adapter import JiraAdapter

        return JiraAdapter
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
