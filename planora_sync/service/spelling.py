"""Spells values as TOML, for the configurations that planora-sync writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from planora_sync.safe_text import one_line
from planora_sync.toml.document import BARE_KEY


def spell_value(value: object) -> str:
    """Return a text, number, flag, list or mapping on one line; raises TypeError for anything else."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case int() | float():
            return repr(value)
        case Mapping():
            pairs = ", ".join(f"{spell_key(str(key))} = {spell_value(one)}" for key, one in value.items())
            return f"{{ {pairs} }}" if pairs else "{}"
        case list() | tuple():
            return f"[{', '.join(spell_value(one) for one in value)}]"
        case _:
            raise TypeError(f"{type(value).__name__} has no spelling in TOML")


def spell_key(name: str) -> str:
    """Return a key, quoted where it must be."""
    return name if BARE_KEY.fullmatch(name) else _text(name)


def spell_table(path: Iterable[str], body: Mapping[str, object]) -> str:
    """Return a table with its header; tables inside it follow with headers of their own."""
    names = tuple(path)
    inner = {key: value for key, value in body.items() if isinstance(value, Mapping)}
    lines = [f"[{'.'.join(map(spell_key, names))}]"]
    lines += [f"{spell_key(key)} = {spell_value(value)}" for key, value in body.items() if key not in inner]
    tables = ["\n".join(lines) + "\n"]
    tables += [spell_table((*names, key), value) for key, value in inner.items()]
    return "\n".join(tables)


def comment(text: str) -> str:
    """Return a text as one comment line; whoever named a place cannot end the comment."""
    return f"# {one_line(text)}".rstrip()


def _text(value: str) -> str:
    # JSON's escapes are TOML's, but for DEL; half a surrogate pair fits into no UTF-8 file.
    clean = value.encode("utf-8", "replace").decode()
    return json.dumps(clean, ensure_ascii=False).replace("\x7f", "\\u007f")
