"""Sandboxes to speak to."""

from __future__ import annotations

import pytest
from planora_jira.sandbox import JiraSandbox

from tests.adapters.jira.site import Clock, Talk


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cloud(clock: Clock) -> Talk:
    return Talk(JiraSandbox("messy", now=clock))


@pytest.fixture
def center(clock: Clock) -> Talk:
    return Talk(JiraSandbox("messy", now=clock, deployment="data_center"))
