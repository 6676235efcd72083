"""Values as text that both databases can hold, and back: lossless, whatever a tracker's texts contain.

PostgreSQL holds neither NUL nor half a surrogate pair, SQLite's driver refuses the latter; a tracker sends
both (a title cut in the middle of an emoji). They are kept as U+001A and four hex digits.
"""

from __future__ import annotations

import json
import math
import re
import zlib
from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError

from planora_sync.errors import StoreFailed

Model = TypeVar("Model", bound=BaseModel)

_MARK = "\x1a"
_MARK_IN_JSON = "\\u001a"
_UNSTORABLE = re.compile("[\x00\x1a\ud800-\udfff]")
_ESCAPED = re.compile("\x1a([0-9a-f]{4})")


def escape(text: str) -> str:
    """Return `text` without the characters that a database refuses."""
    if not _UNSTORABLE.search(text):
        return text
    return _UNSTORABLE.sub(lambda found: f"{_MARK}{ord(found[0]):04x}", text)


def unescape(text: str) -> str:
    """Return the text that `escape` was given."""
    if _MARK not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def to_document(value: BaseModel, *, exclude: set[str] | None = None) -> str:
    """Return a value as JSON text that both databases take."""
    try:
        text = value.model_dump_json(exclude=exclude)
    except PydanticSerializationError:  # half a surrogate pair
        return to_json(value.model_dump(exclude=exclude))
    if in_need_of_escape(text):
        return to_json(value.model_dump(exclude=exclude))
    return text


def in_need_of_escape(text: str) -> bool:
    """Return whether a JSON text spells characters that a database refuses."""
    return "\\u0000" in text or _MARK_IN_JSON in text


def from_document(model: type[Model], text: str, *, name: str) -> Model:
    """Return the value that `to_document` was given.

    Raises StoreFailed, which calls it `name`, where another version wrote it in another shape.
    """
    try:
        if _MARK_IN_JSON in text:
            return model.model_validate(from_json(text))
        return model.model_validate_json(text)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
        raise StoreFailed(
            f"{name} in the store cannot be read: {where or 'its shape'} is not as this version expects it.",
            next_step="Run `planora-sync pull --full`, which writes entries and places anew.",
        ) from error


def to_json(value: object) -> str:
    """Return plain data as JSON text that both databases take; dates become ISO text, sets sorted lists."""
    return json.dumps(_storable(value), ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Any:
    """Return the plain data that `to_json` was given."""
    return _restored(json.loads(text))


def compress(raw: bytes) -> bytes:
    """Return bytes of `raw_bytes` as `unpack` takes them."""
    return zlib.compress(raw, 1)


def raw_bytes(raw: Mapping[str, Any]) -> bytes:
    """Return the tracker's JSON as bytes."""
    try:
        return orjson.dumps(raw)
    except TypeError:  # over 64 bits, half a surrogate pair, no dict: rare, and four times slower
        text = json.dumps(raw, ensure_ascii=False, separators=(",", ":"), default=_plain)
        return text.encode("utf-8", "surrogatepass")


def unpack(packed: bytes) -> Any:
    """Return the JSON that `compress` and `raw_bytes` were given."""
    # Not orjson, which turns integers over 64 bits into floats.
    return json.loads(zlib.decompress(packed).decode("utf-8", "surrogatepass"))


def _storable(value: object) -> object:
    match value:
        case str():
            return escape(str(value))
        case bool() | int() | None:
            return value
        case float():
            # As text, from which pydantic makes the float again: JSON has no word for it.
            return value if math.isfinite(value) else repr(value)
        case date():
            return value.isoformat()
        case _:
            return _storable_container(value)


def _storable_container(value: object) -> object:
    match value:
        case Mapping():
            return {escape(str(key)): _storable(item) for key, item in value.items()}
        case set() | frozenset():
            return sorted(str(_storable(item)) for item in value)
        case list() | tuple():
            return [_storable(item) for item in value]
        case BaseModel():
            return _storable(value.model_dump())
        case _:
            return _plain(value)


def _restored(value: Any) -> Any:
    match value:
        case str():
            return unescape(value)
        case dict():
            return {unescape(key): _restored(item) for key, item in value.items()}
        case list():
            return [_restored(item) for item in value]
        case _:
            return value


def _plain(value: object) -> object:
    match value:
        case Mapping():
            return dict(value)
        case date():
            return value.isoformat()
        case _:
            raise TypeError(f"{type(value).__name__} is no JSON")
