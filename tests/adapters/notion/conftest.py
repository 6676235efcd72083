"""What the Notion tests share: a clock, sandboxes in process, and Notion's own descriptions where they lie near."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from planora_notion.sandbox import NotionSandbox
from planora_notion.sandbox.loading import TOKEN

from planora_sync.http import InProcess

START = datetime(2026, 11, 24, 9, 30, 42, tzinfo=UTC)
RECORDED = Path(__file__).resolve().parents[4] / "shared" / "recorded" / "notion"


class Clock:
    """A clock that tests turn forward."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **parts: float) -> None:
        self.at += timedelta(**parts)


class Api:
    """Speaks to a sandbox in process, as plainly as possible."""

    def __init__(self, sandbox: NotionSandbox) -> None:
        self.sandbox = sandbox
        self.headers = {"Authorization": f"Bearer {TOKEN}", "Notion-Version": "2026-03-11"}
        self._process = InProcess(sandbox.app)

    def __call__(self, method: str, path: str, body: object = None) -> tuple[int, dict[str, Any]]:
        payload = b"" if body is None else json.dumps(body).encode()
        reply = self._process.send(method, f"http://notion.test{path}", self.headers, payload)
        return reply.status, json.loads(reply.body)

    def ok(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        status, answer = self(method, path, body)
        assert status == 200, answer
        return answer

    def rows(self, source: str, **body: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            answer = self.ok("POST", f"/v1/data_sources/{self.source(source)}/query", body)
            found += answer["results"]
            if not answer["has_more"]:
                return found
            body["start_cursor"] = answer["next_cursor"]

    def page(self, slug: str) -> str:
        return self.sandbox.state.stable_id(f"page/{slug}")

    def source(self, key: str) -> str:
        return self.sandbox.state.stable_id(f"source/{key}")

    def user(self, key: str) -> str:
        return self.sandbox.state.stable_id(f"user/{key}")

    def close(self) -> None:
        self._process.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> NotionSandbox:
    return NotionSandbox("messy", now=clock)


@pytest.fixture
def api(sandbox: NotionSandbox) -> Iterator[Api]:
    api = Api(sandbox)
    yield api
    api.close()


@pytest.fixture(scope="session")
def recorded() -> Path:
    if not RECORDED.is_dir():
        pytest.skip(f"no recordings of Notion's traffic beside the checkout ({RECORDED})")
    return RECORDED


@pytest.fixture(scope="session")
def described(recorded: Path) -> Callable[[Any, str], list[str]]:
    """Return a check of a value against a schema of Notion's own OpenAPI description."""
    packed = recorded / "openapi" / "notion-official-openapi-merged-2026-03.json.gz"
    if not packed.exists():
        pytest.skip(f"no OpenAPI description at {packed}")
    schemas = json.loads(gzip.decompress(packed.read_bytes()))["components"]["schemas"]
    return lambda value, name: list(Check(schemas).problems(value, schemas[name], name))


class Check:
    """The part of JSON Schema that the description uses. New fields are always allowed: answers only grow."""

    TYPES: Mapping[str, type | tuple[type, ...]] = {
        "object": dict,
        "array": list,
        "string": str,
        "boolean": bool,
        "number": (int, float),
        "integer": int,
        "null": type(None),
    }

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self.schemas = schemas

    def problems(self, value: Any, schema: Mapping[str, Any], where: str) -> Iterator[str]:
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[1]
            yield from self.problems(value, self.schemas[name], where)
            return
        for part in schema.get("allOf", ()):
            yield from self.problems(value, part, where)
        choices = schema.get("oneOf") or schema.get("anyOf") or ()
        if choices:
            tried = [list(self.problems(value, choice, where)) for choice in choices]
            if all(tried):
                yield min(tried, key=len)[0] + f" (none of {len(choices)} forms fits)"
        if "const" in schema and value != schema["const"]:
            yield f"{where} is {value!r}, not {schema['const']!r}"
        if "enum" in schema and value not in schema["enum"]:
            yield f"{where} is {value!r}, none of {schema['enum']}"
        yield from self._typed(value, schema, where)

    def _typed(self, value: Any, schema: Mapping[str, Any], where: str) -> Iterator[str]:
        wanted = schema.get("type")
        names = wanted if isinstance(wanted, list) else [wanted] if wanted else []
        if names and not any(isinstance(value, self.TYPES[name]) for name in names):
            yield f"{where} is a {type(value).__name__}, not {names}"
            return
        if isinstance(value, dict):
            yield from self._members(value, schema, where)
        if isinstance(value, list) and "items" in schema:
            for position, item in enumerate(value):
                yield from self.problems(item, schema["items"], f"{where}[{position}]")

    def _members(self, value: dict[str, Any], schema: Mapping[str, Any], where: str) -> Iterator[str]:
        for name in schema.get("required", ()):
            if name not in value:
                yield f"{where}.{name} is missing"
        known = schema.get("properties", {})
        for name, part in known.items():
            if name in value:
                yield from self.problems(value[name], part, f"{where}.{name}")
        more = schema.get("additionalProperties")
        if isinstance(more, dict):
            for name in value.keys() - known.keys():
                yield from self.problems(value[name], more, f"{where}.{name}")
