"""What is spelled is read back as it was, whatever people call their boards."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planora_sync.service.spelling import comment, spell_table, spell_value

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
SIMPLE = st.one_of(TEXTS, st.integers(-(2**60), 2**60), st.booleans(), st.lists(TEXTS, max_size=3))
TABLES = st.dictionaries(TEXTS, st.one_of(SIMPLE, st.dictionaries(TEXTS, SIMPLE, max_size=3)), max_size=5)


@given(name=TEXTS, table=TABLES)
def test_a_table_is_read_back_as_it_was(name: str, table: Mapping[str, Any]) -> None:
    assert tomllib.loads(spell_table(("connections", name), table)) == {"connections": {name: table}}


@given(text=TEXTS)
def test_a_comment_is_one_line_and_no_more(text: str) -> None:
    assert tomllib.loads(comment(text) + "\nafter = 1\n") == {"after": 1}


def test_an_inline_table_is_read_back() -> None:
    value = {"bucket": "now", "a b": ["x", 'say "no"'], "empty": {}}
    assert tomllib.loads(f"key = {spell_value(value)}") == {"key": value}


def test_half_a_character_is_replaced() -> None:
    assert spell_value("torn \ud83d").encode("utf-8") == b'"torn ?"'


def test_what_has_no_spelling_is_refused() -> None:
    with pytest.raises(TypeError, match="NoneType"):
        spell_value(None)
