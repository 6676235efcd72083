"""Values as text: whatever goes in comes out, and no character that a database refuses is in between."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planora_sync.errors import StoreFailed
from planora_sync.model import Entry, Named
from planora_sync.store.documents import (
    compress,
    escape,
    from_document,
    from_json,
    raw_bytes,
    to_document,
    to_json,
    unescape,
    unpack,
)

TEXTS = st.text(st.characters(codec=None) | st.sampled_from("\x00\x1a\ud800\udfff\\u0a1f"))
REFUSED = re.compile("[\x00\ud800-\udfff]|\\\\u0000|\\\\ud[89a-f]")
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)

CALM = settings(deadline=None, derandomize=True)
"""The same examples each time, however slow the machine is."""


@CALM
@given(TEXTS)
def test_every_text_comes_back(text: str) -> None:
    assert unescape(escape(text)) == text
    assert not re.search("[\x00\ud800-\udfff]", escape(text))


@CALM
@given(TEXTS, TEXTS)
def test_every_value_comes_back(id: str, name: str) -> None:
    value = Named(id=id, name=name)
    document = to_document(value)
    assert from_document(Named, document, name="it") == value
    assert not _refused(document)


@CALM
@given(PLAIN)
def test_all_plain_data_comes_back(value: Any) -> None:
    document = to_json(value)
    assert from_json(document) == value
    assert not _refused(document)


@CALM
@given(st.dictionaries(TEXTS, PLAIN))
def test_raw_json_comes_back(raw: dict[str, Any]) -> None:
    assert unpack(compress(raw_bytes(raw))) == raw


def test_what_is_nearly_json_becomes_json() -> None:
    day = date(2026, 11, 23)
    assert from_json(to_json({"set": {"b", "a"}, "day": day, "value": Named(id="1", name="\x00")})) == {
        "set": ["a", "b"],
        "day": "2026-11-23",
        "value": {"id": "1", "name": "\x00"},
    }
    assert unpack(compress(raw_bytes({"day": day, "view": MappingProxyType({"a": 1})}))) == {
        "day": "2026-11-23",
        "view": {"a": 1},
    }


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(TypeError, match="object is no JSON"):
        to_json({"a": object()})
    with pytest.raises(TypeError, match="object is no JSON"):
        raw_bytes({"a": object()})


def test_instants_become_text() -> None:
    assert to_json({"at": datetime(2026, 11, 23, tzinfo=UTC)}) == '{"at":"2026-11-23T00:00:00+00:00"}'


@pytest.mark.parametrize(
    "document", ["{}", '{"id": 1', '{"id":"1","name":"n","new":1}', '{"id":"\\u001a0000"}']
)
def test_a_document_of_another_shape_says_which_and_what_to_do(document: str) -> None:
    with pytest.raises(StoreFailed, match=r"Entry jira.work/1 in the store cannot be read.*pull --full"):
        from_document(Entry, document, name="Entry jira.work/1")


def _refused(document: str) -> bool:
    # An even number of backslashes before it would make `\\u0000` a text about NUL, not NUL.
    return bool(REFUSED.search(document.replace("\\\\", "")))
