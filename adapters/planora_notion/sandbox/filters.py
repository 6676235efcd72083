"""The query language: filters and sorts over the rows of a data source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from planora_notion.sandbox.errors import ApiError, invalid, invalid_body
from planora_notion.sandbox.render_schema import minute
from planora_notion.sandbox.richtext import plain
from planora_notion.sandbox.state import DataSource, Page, Prop, State
from planora_notion.sandbox.values import empty

Test = Callable[[Page], bool]
DEEPEST = 2
TIMESTAMPS = ("created_time", "last_edited_time")
RELATIVE: Mapping[str, int] = {
    "today": 0,
    "tomorrow": 1,
    "yesterday": -1,
    "one_week_ago": -7,
    "one_week_from_now": 7,
    "one_month_ago": -30,
    "one_month_from_now": 30,
}
WINDOWS: Mapping[str, tuple[int, int]] = {
    "past_week": (-7, 0),
    "past_month": (-30, 0),
    "past_year": (-365, 0),
    "next_week": (0, 7),
    "next_month": (0, 30),
    "next_year": (0, 365),
}


def compile_filter(state: State, source: DataSource, body: object, depth: int = 0) -> Test:
    """Return a test for rows; raises the API's 400 for a filter it does not take."""
    if not isinstance(body, Mapping):
        raise invalid_body("body.filter", "be an object or undefined", body)
    for joint, joined in (("and", all), ("or", any)):
        if joint in body:
            if depth >= DEEPEST:
                raise invalid("body failed validation: body.filter is nested deeper than 2 levels.")
            tests = [compile_filter(state, source, part, depth + 1) for part in body[joint]]
            return _joined(tests, joined)
    if "timestamp" in body:
        return _timestamp(state, body)
    return _property(state, source, body)


def _joined(tests: list[Test], joined: Callable[[Any], bool]) -> Test:
    return lambda page: joined(test(page) for test in tests)


def _timestamp(state: State, body: Mapping[str, Any]) -> Test:
    name = body["timestamp"]
    if name not in TIMESTAMPS:
        raise invalid_body("body.filter.timestamp", "be `created_time` or `last_edited_time`", name)
    condition = _condition(body, name)
    return lambda page: _check("date", _stamp(page, name), condition, state)


def _property(state: State, source: DataSource, body: Mapping[str, Any]) -> Test:
    key = body.get("property")
    prop = source.prop(str(key)) if key is not None else None
    if prop is None:
        raise invalid(f"Could not find property with name or id: {key}")
    if prop.type not in body:
        # A select may be asked in the words of a status and the other way round: no, Notion refuses that.
        asked = next((name for name in body if name not in ("property", "type")), "nothing")
        raise invalid(f"database property {prop.type} does not match filter {asked}")
    condition = _condition(body, prop.type)
    kind = _kind(prop)
    if prop.type == "rollup":
        condition = _condition(condition, "number")
    return lambda page: _check(kind, _comparable(page, prop), condition, state)


def _condition(body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    condition = body.get(key)
    if not isinstance(condition, Mapping) or len(condition) != 1:
        raise invalid_body(f"body.filter.{key}", "have one condition", condition)
    return condition


def _kind(prop: Prop) -> str:
    match prop.type:
        case "select" | "status":
            return "choice"
        case "multi_select" | "people" | "relation":
            return "list"
        case "number" | "unique_id" | "rollup":
            return "number"
        case "date" | "created_time" | "last_edited_time":
            return "date"
        case "checkbox":
            return "checkbox"
        case _:
            return "text"


def _comparable(page: Page, prop: Prop) -> Any:
    kept = page.values.get(prop.id, empty(prop))
    match prop.type:
        case "title" | "rich_text":
            return plain(kept)
        case "select" | "status":
            option = prop.option(kept) if kept else None
            return (option.id, option.name) if option else None
        case "multi_select":
            return [word for one in kept if (o := prop.option(one)) for word in (o.id, o.name)]
        case "date":
            return kept["start"] if kept else None
        case "created_time" | "last_edited_time":
            return _stamp(page, prop.type)
        case "rollup":
            return len(page.values.get(prop.over or "", []))
        case _:
            return kept


def _stamp(page: Page, name: str) -> str:
    return minute(page.created if name == "created_time" else page.edited)


def _check(kind: str, value: Any, condition: Mapping[str, Any], state: State) -> bool:
    operator, wanted = next(iter(condition.items()))
    if operator == "is_empty":
        return value in (None, "", [])
    if operator == "is_not_empty":
        return value not in (None, "", [])
    return _CHECKS[kind](value, operator, wanted, state)


def _text(value: Any, operator: str, wanted: Any, state: State) -> bool:
    left, right = str(value or "").lower(), str(wanted).lower()
    match operator:
        case "equals":
            return left == right
        case "does_not_equal":
            return left != right
        case "contains":
            return right in left
        case "does_not_contain":
            return right not in left
        case "starts_with":
            return left.startswith(right)
        case "ends_with":
            return left.endswith(right)
    raise _unknown(operator)


def _choice(value: Any, operator: str, wanted: Any, state: State) -> bool:
    words = set(wanted if isinstance(wanted, list) else [wanted])
    hit = bool(value) and not words.isdisjoint(value)
    if operator not in ("equals", "does_not_equal"):
        raise _unknown(operator)
    return hit if operator == "equals" else not hit


def _list(value: Any, operator: str, wanted: Any, state: State) -> bool:
    if operator not in ("contains", "does_not_contain"):
        raise _unknown(operator)
    # "me" never matches for an internal integration.
    return (wanted in value) is (operator == "contains")


def _number(value: Any, operator: str, wanted: Any, state: State) -> bool:
    if operator == "does_not_equal":
        return bool(value != wanted)
    if value is None:
        return False
    match operator:
        case "equals":
            return bool(value == wanted)
        case "greater_than":
            return bool(value > wanted)
        case "less_than":
            return bool(value < wanted)
        case "greater_than_or_equal_to":
            return bool(value >= wanted)
        case "less_than_or_equal_to":
            return bool(value <= wanted)
    raise _unknown(operator)


def _checkbox(value: Any, operator: str, wanted: Any, state: State) -> bool:
    if operator not in ("equals", "does_not_equal"):
        raise _unknown(operator)
    return (value == wanted) is (operator == "equals")


def _date(value: Any, operator: str, wanted: Any, state: State) -> bool:
    today = state.now().date()
    if operator in WINDOWS:
        first, last = WINDOWS[operator]
        return value is not None and first <= (_day(value) - today).days <= last
    if str(wanted) in RELATIVE:
        wanted = (today + timedelta(days=RELATIVE[str(wanted)])).isoformat()
    if value is None:
        return False
    left, right = _pair(str(value), str(wanted))
    match operator:
        case "equals":
            return left == right
        case "before":
            return left < right
        case "after":
            return left > right
        case "on_or_before":
            return left <= right
        case "on_or_after":
            return left >= right
    raise _unknown(operator)


def _pair(value: str, wanted: str) -> tuple[datetime, datetime]:
    """Return both as days where one of them is a day, else as instants."""
    if len(value) == 10 or len(wanted) == 10:
        return _midnight(value), _midnight(wanted)
    return _instant(value), _instant(wanted)


def _midnight(text: str) -> datetime:
    return datetime.combine(_day(text), datetime.min.time(), UTC)


def _day(text: str) -> date:
    return date.fromisoformat(text) if len(text) == 10 else _instant(text).date()


def _instant(text: str) -> datetime:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise invalid_body("body.filter", "have a valid ISO 8601 date", text) from None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)


_CHECKS: Mapping[str, Callable[[Any, str, Any, State], bool]] = {
    "text": _text,
    "choice": _choice,
    "list": _list,
    "number": _number,
    "checkbox": _checkbox,
    "date": _date,
}


def _unknown(operator: str) -> ApiError:
    return invalid(f"body failed validation: body.filter has no condition `{operator}`.")


def sort_rows(source: DataSource, rows: list[Page], sorts: object) -> list[Page]:
    """Return the rows in the wanted order; raises the API's 400."""
    if not isinstance(sorts, list):
        raise invalid_body("body.sorts", "be an array", sorts)
    for sort in reversed(sorts):
        key = _sort_key(source, sort)
        backwards = sort.get("direction") == "descending"
        rows = sorted(rows, key=key, reverse=backwards)
    return rows


def _sort_key(source: DataSource, sort: Mapping[str, Any]) -> Callable[[Page], Any]:
    stamp = sort.get("timestamp")
    if stamp in TIMESTAMPS:
        return lambda page: _stamp(page, str(stamp))
    prop = source.prop(str(sort.get("property")))
    if prop is None:
        raise invalid(f"Could not find sort property with name or id: {sort.get('property')}")

    def key(page: Page) -> Any:
        value = _comparable(page, prop)
        return (value is None, "" if value is None else value)

    return key
