"""A stateful local stand-in of Jira's API, Cloud and Data Center."""

from __future__ import annotations

from planora_jira.sandbox.sandbox import JiraSandbox

__all__ = ["JiraSandbox"]
