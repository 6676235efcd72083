"""Time: all forms in which Jira sends it, and the one form in which a query can be asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from planora_jira.reading import jql
from planora_jira.reading.cursor import LAG, Cursor, Mark, Seen, parse
from planora_jira.translation import moments

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    "text",
    [
        "2020-06-17T13:04:03.848+0800",
        "2020-06-17T05:04:03.848Z",
        "2020-06-17T15:04:03.848+10:00",
        "2020-06-17T05:04:03.848000+00:00",
    ],
)
def test_every_form_of_an_instant(text: str) -> None:
    assert moments.instant(text) == datetime(2020, 6, 17, 5, 4, 3, 848000, tzinfo=UTC)


def test_unknown_zones_are_none() -> None:
    assert moments.zone_named("Europe/Berlin") == BERLIN
    for name in (None, "", "Nowhere/Land", "../../etc/passwd", "\x00"):
        assert moments.zone_named(name) is None


def test_cloud_is_asked_in_milliseconds_which_mean_the_same_everywhere() -> None:
    since = datetime(2026, 11, 24, 9, 41, 30, tzinfo=UTC)
    query = jql.changed("10000", since, BERLIN, cloud=True).text()
    whole = int(datetime(2026, 11, 24, 9, 41, tzinfo=UTC).timestamp() * 1000)
    assert query == f"project = 10000 AND updated >= {whole} ORDER BY created ASC, key ASC"


def test_data_center_is_asked_in_the_accounts_time_zone() -> None:
    since = datetime(2026, 11, 24, 9, 41, 30, tzinfo=UTC)
    query = jql.changed("10000", since, BERLIN, cloud=False).text()
    assert query == 'project = 10000 AND updated >= "2026-11-24 10:41" ORDER BY created ASC, key ASC'


@pytest.mark.parametrize("minutes", range(0, 240, 7))
def test_the_hour_that_autumn_repeats_loses_nothing(minutes: int) -> None:
    moment = datetime(2026, 10, 24, 23, tzinfo=UTC) + timedelta(minutes=minutes)
    asked = datetime.strptime(moments.literal(moment, BERLIN), "%Y-%m-%d %H:%M")
    meanings = [asked.replace(tzinfo=BERLIN, fold=fold).astimezone(UTC) for fold in (0, 1)]
    assert max(meanings) <= moment
    assert moment - min(meanings) <= timedelta(hours=5)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Etc/GMT+12", "UTC"])
def test_without_a_known_zone_a_literal_is_early_in_all_of_them(zone: str) -> None:
    moment = datetime(2026, 11, 24, 9, 41, tzinfo=UTC)
    asked = datetime.strptime(moments.literal(moment, None), "%Y-%m-%d %H:%M")
    assert asked.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) <= moment


def test_full_queries_go_by_category_and_never_by_resolution_alone() -> None:
    cloud = jql.counting("10000", 180, cloud=True).text()
    assert "statusCategory != Done OR statusCategoryChangedDate >= -180d" in cloud
    center = jql.counting("10000", 180, cloud=False).text()
    assert "resolved >= -180d OR (resolution is EMPTY AND updated >= -180d)" in center
    assert cloud.endswith(jql.ORDER)
    assert "updated <=" not in cloud + center


def test_ids_are_numbers_and_keys_are_quoted() -> None:
    assert jql.by_ids(["1", "22"]) == "id in (1, 22) ORDER BY key ASC"
    with pytest.raises(ValueError):
        jql.by_ids(["1) OR project = SECRET"])
    assert jql.by_keys(["A-1", 'x" OR key = "B']) == r'key in ("A-1", "x\" OR key = \"B") ORDER BY key ASC'


# -- the cursor ---------------------------------------------------------------------------------------------

BEGUN = datetime(2026, 11, 24, 10, tzinfo=UTC)


def seen(newest: datetime | None) -> Seen:
    return Seen(newest=newest, anchor="7" if newest else None)


def test_a_mark_stands_at_the_newest_change_and_never_within_the_index_lag_before_the_reading() -> None:
    late = Cursor(site="s").moved("1", seen(BEGUN + timedelta(hours=1)), BEGUN)
    assert late.of("1").at == BEGUN - LAG
    early = Cursor(site="s").moved("1", seen(BEGUN - timedelta(days=3)), BEGUN)
    assert early.marks == {"1": Mark(at=BEGUN - timedelta(days=3), anchor="7")}


def test_a_mark_never_goes_back_and_stays_when_nothing_was_seen() -> None:
    cursor = Cursor(site="s", marks={"1": Mark(at=BEGUN, anchor="5")})
    nothing = cursor.moved("1", seen(None), BEGUN)
    assert nothing.marks == {"1": Mark(at=BEGUN)}
    assert cursor.moved("1", seen(BEGUN - timedelta(days=1)), BEGUN).of("1").at == BEGUN


def test_what_could_not_be_read_stands_as_it_was() -> None:
    was = Mark(at=BEGUN, anchor="5", shape="abc", sprints={"23": "active|S||"})
    moved = Cursor(site="s", marks={"1": was, "2": was}).moved("1", seen(BEGUN), BEGUN)
    assert moved.marks == {"1": replace(was, anchor="7"), "2": was}
    assert moved.unsure("1").marks == {"1": replace(was, anchor="7", shape=None), "2": was}


def test_of_equal_changes_the_first_is_looked_for_again() -> None:
    found = Seen().with_issue("1", BEGUN).with_issue("2", BEGUN).with_issue("3", None)
    assert found == Seen(newest=BEGUN, anchor="1")


def test_a_query_goes_on_behind_an_issue() -> None:
    query = jql.changed("10000", BEGUN, None, cloud=True, sprints=["7"], releases=["8"])
    ms = int(BEGUN.timestamp() * 1000)
    assert query.text(BEGUN) == (
        f"project = 10000 AND (updated >= {ms} OR sprint in (7) OR fixVersion in (8)) AND created >= {ms} {jql.ORDER}"
    )


def test_a_cursor_survives_the_store() -> None:
    full = Mark(at=BEGUN, anchor="10042", shape="abc", sprints={"23": "active|S||"})
    marks = {"10000": full, "10001": Mark(at=BEGUN - timedelta(days=1)), "10002": Mark()}
    cursor = Cursor(site="https://acme.example", marks=marks)
    assert parse(cursor.text(), "https://acme.example") == cursor


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "{",
        "[]",
        "7",
        '{"v":0,"site":"s","marks":{}}',
        '{"v":1,"site":"s","marks":{"1":1},"sprints":{}}',
        '{"v":2,"site":"s","marks":{"1":1},"anchors":{},"shapes":{},"sprints":{}}',
        '{"v":3,"site":"s"}',
        '{"v":3,"site":"s","marks":[]}',
        '{"v":3,"site":"s","marks":{"1":1}}',
        '{"v":3,"site":"s","marks":{"1":{"at":"x"}}}',
        '{"v":3,"site":"s","marks":{"1":{"at":1e300}}}',
        '{"v":3,"site":"other","marks":{"1":{"at":1}}}',
        '{"v":3,"site":"s","marks":{"1":{"at":1,"sprints":["7"]}}}',
    ],
)
def test_a_cursor_that_is_none_of_ours_is_none(text: str | None) -> None:
    assert parse(text, "s") is None
