"""Translation of cards as Trello sends them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from planora_trello.site.lexicon import Lexicon
from planora_trello.translation.markup import plain, short_address

from planora_sync.adapter import FieldSource, Vocabulary
from planora_sync.model import Audience, Category, Entry, Estimate, Horizon, Link
from tests.adapters.trello.samples import CARD, board, entry, labelled


class TestCustomFields:
    """Section 2: numbers and ticks are texts, a list's value is null, an orphan has no definition."""

    FIELDS = (
        {"id": "n", "name": "Story Points", "type": "number"},
        {"id": "c", "name": "Legal has seen it", "type": "checkbox"},
        {"id": "d", "name": "Target date", "type": "date"},
        {"id": "t", "name": "Remark", "type": "text"},
        {"id": "l", "name": "Theme", "type": "list", "options": [{"_id": "o1", "value": {"text": "Growth"}}]},
    )

    def read(self, *items: Mapping[str, Any], vocabulary: Vocabulary | None = None) -> Entry:
        return entry(
            on=board(customFields=list(self.FIELDS)), customFieldItems=list(items), vocabulary=vocabulary
        )

    def test_each_type(self) -> None:
        read = self.read(
            {"idCustomField": "n", "value": {"number": "10"}, "idValue": None},
            {"idCustomField": "c", "value": {"checked": "true"}},
            {"idCustomField": "d", "value": {"date": "2020-04-17T04:00:00.000Z"}},
            {"idCustomField": "t", "value": {"text": "cool"}},
            {"idCustomField": "l", "value": None, "idValue": "o1"},
        )
        assert {prop.id: prop.values[0].name for prop in read.properties} == {
            "n": "10",
            "c": "true",
            "d": "2020-04-17",
            "t": "cool",
            "l": "Growth",
        }
        assert read.estimate == Estimate(value=10, unit="points")
        assert read.theme == "Growth"
        assert read.horizon is not None
        assert read.horizon.end == date(2020, 4, 17)

    def test_the_unit_of_an_estimate_is_in_the_name_of_its_field(self) -> None:
        hours = board(customFields=[{"id": "n", "name": "Estimate (hours)", "type": "number"}])
        items = [{"idCustomField": "n", "value": {"number": "2.5"}}]
        assert entry(on=hours, customFieldItems=items).estimate == Estimate(value=2.5, unit="hours")
        days = board(customFields=[{"id": "n", "name": "Days", "type": "number"}])
        named = Vocabulary(fields={"estimate": FieldSource(name=("days",))})
        assert entry(on=days, customFieldItems=items, vocabulary=named).estimate == Estimate(
            value=2.5, unit="days"
        )

    @pytest.mark.parametrize(
        "orphan",
        [
            {"idCustomField": "gone", "value": {"text": "x"}},
            {"idCustomField": "t", "value": None},
            {"idCustomField": "c", "value": {"checked": "false"}},
            {"idCustomField": "l", "value": None, "idValue": "an option that is gone"},
            {"idCustomField": "n", "value": {"text": "another type than before"}},
            {"idCustomField": "n", "value": ""},
        ],
    )
    def test_orphans_and_nulls_are_not_set(self, orphan: Mapping[str, Any]) -> None:
        assert self.read(orphan).properties == ()

    def test_the_mapping_says_where_by_id_type_or_name(self) -> None:
        text = {"idCustomField": "t", "value": {"text": "Partners"}}
        for source in (
            FieldSource(id=("t",)),
            FieldSource(schema=("text",)),
            FieldSource(name=("🗒 REMARK",)),
        ):
            assert self.read(text, vocabulary=Vocabulary(fields={"theme": source})).theme == "Partners"
        absent = FieldSource(id=("x",), name=("Nothing",))
        assert self.read(text, vocabulary=Vocabulary(fields={"theme": absent})).theme is None


class TestHorizon:
    def test_a_list_that_is_a_quarter(self) -> None:
        assert entry(idList="q").horizon == Horizon(
            start=date(2027, 1, 1), end=date(2027, 3, 31), text="Q1 2027"
        )

    @pytest.mark.parametrize(
        ("name", "first", "last"),
        [
            ("2027-Q4", date(2027, 10, 1), date(2027, 12, 31)),
            ("📅 Q2'27", date(2027, 4, 1), date(2027, 6, 30)),
            ("H2 2026 (draft)", date(2026, 7, 1), date(2026, 12, 31)),
            ("T3 2026", date(2026, 7, 1), date(2026, 9, 30)),
        ],
    )
    def test_quarters_and_halves(self, name: str, first: date, last: date) -> None:
        found = Lexicon(Vocabulary()).horizon(name, buckets=False)
        assert found is not None
        assert (found.start, found.end) == (first, last)

    @pytest.mark.parametrize("name", ["Q1", "H3 2026", "Q5 2026", "2015-07-07 Release", "IQ1 2026", "Now"])
    def test_no_date_is_made_up(self, name: str) -> None:
        assert Lexicon(Vocabulary()).horizon(name, buckets=False) is None

    def test_now_next_later_only_on_a_board_laid_out_so(self) -> None:
        assert entry(idList="now").horizon == Horizon(bucket="now", text="Now")
        alone = board(
            lists=[{"id": "next", "name": "Next", "pos": 1}, {"id": "done", "name": "Done", "pos": 2}]
        )
        assert entry(idList="next", on=alone).horizon is None

    def test_the_mapping_names_buckets(self) -> None:
        vocabulary = Vocabulary(horizons={"current": "now", "q1 *": "next", "odd": "someday"})
        lexicon = Lexicon(vocabulary)
        assert lexicon.horizon("Current ⏳", buckets=False) == Horizon(bucket="now", text="Current ⏳")
        assert lexicon.horizon("Q1 2027", buckets=False) == Horizon(
            bucket="next", start=date(2027, 1, 1), end=date(2027, 3, 31), text="Q1 2027"
        )
        assert lexicon.horizon("odd", buckets=False) is None


class TestCards:
    def test_created_comes_from_the_id(self) -> None:
        assert entry().created == datetime(2020, 3, 10, 13, 53, 41, tzinfo=UTC)

    def test_null_activity(self) -> None:
        quiet = entry(dateLastActivity=None)
        assert quiet.updated is None
        assert entry(dateLastActivity=None, idList="done").done is None

    def test_a_copied_card_is_not_older_than_itself(self) -> None:
        copied = entry(dateLastActivity="2016-01-01T00:00:00.000Z")
        assert copied.updated == copied.created

    def test_a_trimmed_card_of_2015_is_read(self) -> None:
        old = entry({"id": CARD, "idList": "doing", "name": "Old", "labels": [], "badges": {}})
        assert (old.key, old.category, old.url) == ("41d775", Category.DOING, f"https://trello.com/c/{CARD}")

    @pytest.mark.parametrize(
        "odd",
        [{"idList": "x"}, {"idList": None}, {"name": None, "idMembers": 5}, {"badges": 3}, {"labels": 1}],
    )
    def test_a_card_of_no_known_shape_raises_what_the_reader_catches(self, odd: dict[str, Any]) -> None:
        with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
            entry(**odd)

    def test_labels_without_a_name_go_by_colour_and_those_without_both_are_none(self) -> None:
        embedded = board()["labels"]
        assert entry(labels=embedded).labels == ("Bug", "sky_dark")
        assert entry(idLabels=["l2", "l3"]).labels == ("sky_dark",)

    def test_points_in_titles(self) -> None:
        assert entry(name="(8) Spike: As a product owner").estimate == Estimate(value=8, unit="points")
        assert entry(name="[2] Send mails").estimate == Estimate(value=2, unit="points")
        for title in ("Release party (20)", "(2027) plans", "[Company Name]", "5 - Backfill", "(8)"):
            assert entry(name=title).estimate is None, title

    def test_archived_by_itself_by_its_list_or_by_its_board(self) -> None:
        shut = board(lists=[{"id": "todo", "name": "To Do", "closed": True, "pos": 1}])
        assert entry(closed=True).archived
        assert entry(on=shut).archived
        assert entry(on=board(closed=True)).archived
        assert not entry().archived

    def test_who_left_the_board_still_stands_on_the_card(self) -> None:
        people = entry(idMembers=["m1", "gone"]).assignees
        assert [(who.id, who.name) for who in people] == [("m1", "Ana Ruiz"), ("gone", "gone")]

    @pytest.mark.parametrize(("who", "external"), [("m1", False), ("m2", True), ("stranger", None)])
    def test_reporter(self, who: str, external: bool | None) -> None:
        members = [{"id": "m1", "username": "ana"}, {"id": "m2", "username": "guest"}]
        read = entry(on=board(members=members), idMemberCreator=who)
        assert read.reporter is not None
        assert (read.reporter.id, read.reporter_external) == (who, external)
        assert entry().reporter is None

    def test_counts_dates_and_flags(self) -> None:
        read = entry(
            badges={"checkItems": 7, "checkItemsChecked": 3, "comments": 2},
            due="2020-04-17T22:30:00.000Z",
            start="2020-04-01T00:00:00.000Z",
            recurrenceRule={"rule": "FREQ=WEEKLY"},
            labels=labelled("blocked", "Vorlage"),
        )
        assert (read.checklist_done, read.checklist_total, read.comments) == (3, 7, 2)
        assert (read.start, read.due) == (date(2020, 4, 1), date(2020, 4, 17))
        assert read.recurring
        assert read.blocked
        assert read.template
        assert entry(labels=labelled("♻️ Recurring")).recurring
        named = Vocabulary(fields={"recurring": FieldSource(name=("weekly",))})
        assert entry(labels=labelled("Weekly"), vocabulary=named).recurring

    def test_links_are_addresses_by_their_short_form_and_files_are_none(self) -> None:
        read = entry(
            attachments=[
                {"url": "https://trello.com/c/Gr2W8H6r/109-merge-loading-page", "name": "x"},
                {"url": "https://trello.com/c/Gr2W8H6r", "name": "x"},
                {"url": "https://acme.atlassian.net/browse/CARE-3", "name": "planora-sync: relates"},
                {"url": "https://trello.com/1/cards/x/attachments/y/download/a.mp4", "isUpload": True},
                {"url": None},
            ]
        )
        assert read.links == (
            Link(kind="relates", target="https://acme.atlassian.net/browse/CARE-3"),
            Link(kind="attachment", target="https://trello.com/c/Gr2W8H6r"),
        )

    @pytest.mark.parametrize(
        ("level", "audience"),
        [
            ("public", Audience.PUBLIC),
            ("private", Audience.PRIVATE),
            ("org", Audience.TEAM),
            (None, Audience.TEAM),
        ],
    )
    def test_audience(self, level: str | None, audience: Audience) -> None:
        assert entry(on=board(prefs={"permissionLevel": level})).audience is audience

    def test_place_and_status_are_the_list(self) -> None:
        read = entry(idList="doing")
        assert (read.place.id, read.place.name, read.place.container) == (
            "doing",
            "Mobile/In Progress",
            "5e679be40c407034b479459c",
        )
        assert read.status is not None
        assert (read.status.id, read.status.category) == ("doing", Category.DOING)
        assert read.key == "#12"
        # The long address changes with the title, so that a rename would look like another card.
        assert read.url == "https://trello.com/c/DeJYDbq0"


class TestTexts:
    def test_markdown_becomes_plain_text(self) -> None:
        text = "## Why\n> **Bold** and `code` in [the doc](https://x.example/a_b)\n![shot](https://x.example/1.png)"
        assert plain(text) == "Why\nBold and code in the doc\nshot"

    def test_our_marker_is_not_part_of_the_text(self) -> None:
        assert plain("Text\n\nplanora-sync: ps-1") == "Text"

    @pytest.mark.parametrize("text", ["**" * 8000, "[" * 16000, "`" * 16000 + "x", "![" * 8000, "_a_" * 5000])
    def test_hostile_text_takes_no_time(self, text: str) -> None:
        began = datetime.now(UTC)
        plain(text)
        assert (datetime.now(UTC) - began).total_seconds() < 5

    def test_only_cards_have_a_short_address(self) -> None:
        assert short_address("https://trello.com/c/Gr2W8H6r?x=1") == "https://trello.com/c/Gr2W8H6r"
        assert short_address("https://trello.com/b/Gr2W8H6r/board") == "https://trello.com/b/Gr2W8H6r/board"
        assert short_address("https://evil.example/c/Gr2W8H6r") == "https://evil.example/c/Gr2W8H6r"
