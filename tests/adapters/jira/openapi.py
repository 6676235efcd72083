"""Checks a payload against a schema of Atlassian's own API description: types, required names, references."""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

JSON_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


@cache
def description(path: Path) -> dict[str, Any]:
    """Return an API description, gzipped or plain."""
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def answer_schema(doc: dict[str, Any], method: str, path: str, status: int) -> dict[str, Any]:
    """Return the schema of an answer; a KeyError says that the API has no such route or status."""
    answer = doc["paths"][path][method.lower()]["responses"][str(status)]
    found: dict[str, Any] = answer["content"]["application/json"].get("schema", {})
    return found


def faults(doc: dict[str, Any], schema: dict[str, Any], value: Any, where: str = "$") -> list[str]:
    """Return what in `value` the schema forbids; null is let pass, as Jira sends it everywhere."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return faults(doc, doc["components"]["schemas"][name], value, where)
    found = [fault for part in schema.get("allOf", ()) for fault in faults(doc, part, value, where)]
    kind = schema.get("type")
    if value is None or kind is None:
        return found
    if not isinstance(value, JSON_TYPES[kind]) or (kind == "integer" and isinstance(value, bool)):
        return [*found, f"{where}: {type(value).__name__} is no {kind}"]
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{where}: {value!r} is none of {schema['enum']}")
    if isinstance(value, list):
        inner = schema.get("items", {})
        return found + [
            f for place, one in enumerate(value) for f in faults(doc, inner, one, f"{where}[{place}]")
        ]
    if isinstance(value, dict):
        found += [f"{where}: {name} is missing" for name in schema.get("required", ()) if name not in value]
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                found += faults(doc, inner, value[name], f"{where}.{name}")
        if schema.get("additionalProperties") is False:
            extra = sorted(set(value) - set(schema.get("properties", {})))
            found += [f"{where}: {name} is unknown" for name in extra]
    return found
