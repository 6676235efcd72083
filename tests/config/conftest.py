"""Writes a config.toml and loads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from planora_sync.config import Config, load_config
from planora_sync.errors import ConfigError, ConfigProblem

Loader = Callable[..., Config]
Problems = Callable[..., tuple[ConfigProblem, ...]]


@pytest.fixture
def load(tmp_path: Path) -> Loader:
    """Return a function that loads a text as config.toml."""

    def loaded(text: str, env: Mapping[str, str] | None = None) -> Config:
        path = tmp_path / "config.toml"
        path.write_text(text, "utf-8")
        return load_config(path, env={"PATH": "/usr/bin:/bin", **(env or {})})

    return loaded


@pytest.fixture
def refused(load: Loader) -> Problems:
    """Return a function that gives what is wrong with a text."""

    def problems(text: str, env: Mapping[str, str] | None = None) -> tuple[ConfigProblem, ...]:
        with pytest.raises(ConfigError) as caught:
            load(text, env)
        return caught.value.problems

    return problems


@pytest.fixture
def jira() -> str:
    """Return a connection that needs nothing else."""
    return (
        '[connections.work]\ntracker = "jira"\nurl = "https://acme.atlassian.net"\ntoken = "plain-token-1234"\n'
        'mapping = "jira-scrum"\n'
    )
