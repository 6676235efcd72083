"""Reads TOML for people: every problem at once, each with its line and what to write instead."""

from planora_sync.toml.document import Document, parse, read
from planora_sync.toml.lines import Path
from planora_sync.toml.problems import explain, nearest, wrong

__all__ = ["Document", "Path", "explain", "nearest", "parse", "read", "wrong"]
