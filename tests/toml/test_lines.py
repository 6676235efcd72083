"""Lines of keys: what the scanner says stands where it says."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planora_sync.errors import ConfigError
from planora_sync.toml import parse
from planora_sync.toml.document import spell
from planora_sync.toml.lines import Path, key_lines

TEXT = '''# a comment with [brackets] = "and quotes
top = 1

[connections.work] # after a header
token = "a # no comment"
"quoted key" = 'lit#eral'
projects = [
    "PLAN", # first
    "OPS",
]
inline = { a = 1, "b.c" = [1, { d = 2 }] }
long = """
[not.a.table]
x = 1 \\"""
still """
odd = """"quoted""""
dotted.key.here = true

[[connections.work.filed]]
layer = "plan"
[[connections.work.filed]]
layer = "backlog"
[connections.work.filed.when]
sprint = "none"
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("connections",), 4),
        (("connections", "work"), 4),
        (("connections", "work", "token"), 5),
        (("connections", "work", "quoted key"), 6),
        (("connections", "work", "projects"), 7),
        (("connections", "work", "projects", 1), 9),
        (("connections", "work", "inline", "a"), 11),
        (("connections", "work", "inline", "b.c", 1, "d"), 11),
        (("connections", "work", "long"), 12),
        (("connections", "work", "odd"), 16),
        (("connections", "work", "dotted", "key", "here"), 17),
        (("connections", "work", "filed"), 19),
        (("connections", "work", "filed", 0), 19),
        (("connections", "work", "filed", 0, "layer"), 20),
        (("connections", "work", "filed", 1, "layer"), 22),
        (("connections", "work", "filed", 1, "when", "sprint"), 24),
    ],
)
def test_each_key_stands_on_its_line(path: Path, line: int) -> None:
    assert key_lines(TEXT)[path] == line


def test_every_key_of_the_text_is_found_and_no_other() -> None:
    assert set(key_lines(TEXT)) == set(_paths(tomllib.loads(TEXT)))


def _paths(value: Any, path: Path = ()) -> list[Path]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([path] if path else []), *(p for key, part in inner for p in _paths(part, (*path, key)))]


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\x7f", min_codepoint=32), max_size=8)
VALUES = st.recursive(
    NAMES | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)


def _written(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case str():
            return _quoted(value)
        case list():
            return "[" + "\n  , ".join(map(_written, value)) + " # end\n]"
        case _:
            return "{" + ", ".join(f"{_quoted(k)} = {_written(v)}" for k, v in value.items()) + "}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@given(st.dictionaries(NAMES, VALUES, max_size=4), st.booleans())
def test_whatever_parses_is_scanned_completely(data: dict[str, Any], in_tables: bool) -> None:
    lines = []
    for key, value in data.items():
        if in_tables and isinstance(value, dict):
            lines += [f"[{_quoted(key)}]", *(f"{_quoted(k)} = {_written(v)}" for k, v in value.items())]
        else:
            lines.insert(0, f"{_quoted(key)} = {_written(value)}")
    text = "\n".join(lines)
    found = key_lines(text)
    assert set(found) == set(_paths(tomllib.loads(text)))
    rows = text.split("\n")
    for path, line in found.items():
        if isinstance(path[-1], str):
            assert _quoted(path[-1]) in rows[line - 1]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a = "x"\nb = "unfinished\n', 2),
        ("a = 1\n\n[t]\nb == 2", 4),
        ('a = "x"\r\n\r\nb = oops\r\n', 3),
        ('a = 1\n\nb = """', 3),
        ("a = 1\na = 2\n\n", 2),
        ("[a]\n[b]\n[a]\n", 3),
    ],
)
def test_bad_syntax_names_its_line_and_shows_no_value(text: str, line: int) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text, "config.toml")
    (problem,) = caught.value.problems
    assert problem.where == f"line {line}"
    assert "oops" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_an_absent_key_is_looked_for_in_its_table() -> None:
    document = parse('[a]\nb = "x"\n', "t")
    assert document.where(("a", "c d", 0)) == 'line 1 (a."c d"[0])'
    assert document.where(("z",)) == "z"
    assert spell(()) == "the file"
    assert document.value(("a", "b")) == "x"
    assert document.value(("a", "b", 0)) == "x"
    assert document.value(("a", "q")) is None
