"""Translation of recordings: real boards of eleven years."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from planora_trello.site.board import board_of
from planora_trello.site.lexicon import Lexicon
from planora_trello.translation.wire import entry_of

from planora_sync.adapter import Vocabulary
from planora_sync.model import Entry
from tests.adapters.trello.samples import board, entry


class TestRecordings:
    """Payloads of real boards; none of them is part of the project."""

    BOARDS = (
        "board-export-shape-2026.json",
        "board-fda-food-recalls-releases-2015.json",
        "board-gocd-testdrive-2019.json",
        "board-nebula-agile-2015.json",
        "board-pacs-spark-milestones-2015.json",
    )

    def entries(self, path: Path) -> list[Entry]:
        body = json.loads(path.read_text("utf-8"))
        of, lexicon = board_of(body), Lexicon(Vocabulary())
        return [entry_of(one, of, lexicon, "work", keep_raw=True) for one in body["cards"]]

    @pytest.mark.parametrize("name", BOARDS)
    def test_every_card_of_eleven_years_is_read(self, recorded: Path, name: str) -> None:
        body = json.loads((recorded / name).read_text("utf-8"))
        entries = self.entries(recorded / name)
        assert len(entries) == len(body["cards"])
        by_id = {one["id"]: one for one in body["cards"]}
        shut = {one["id"] for one in body["lists"] if one["closed"]}
        for read in entries:
            source = by_id[read.ref.id]
            assert read.title == source["name"]
            assert read.raw == source
            assert read.archived == (source["closed"] or source["idList"] in shut)
            assert read.checklist_total == source["badges"]["checkItems"]
            assert read.created is not None
            assert read.updated is not None
            assert read.created <= read.updated

    def test_gocd_of_2019(self, recorded: Path) -> None:
        entries = self.entries(recorded / "board-gocd-testdrive-2019.json")
        open_ones = [read for read in entries if not read.archived]
        assert len(open_ones) == 44
        assert sum(read.due is not None for read in entries) == 25
        assert sum(bool(read.assignees) for read in entries) == 89
        linked = [
            link for read in entries for link in read.links if link.target.startswith("https://trello.com/c/")
        ]
        assert linked
        assert all(len(link.target) == len("https://trello.com/c/Gr2W8H6r") for link in linked)

    def test_points_in_titles_of_2015(self, recorded: Path) -> None:
        entries = self.entries(recorded / "board-nebula-agile-2015.json")
        assert sorted(read.estimate.value for read in entries if read.estimate) == [5, 8, 13, 53]

    def test_answers_of_2023_with_activity_older_than_the_card(self, recorded: Path) -> None:
        body = json.loads((recorded / "api-responses-devlake-2023.json").read_text("utf-8"))
        lists = [row["data"] for row in body["lists"]]
        lexicon, read = Lexicon(Vocabulary()), []
        for row in body["cards"]:
            home = row["data"]["idBoard"]
            of = board_of(
                {"id": home, "name": "B", "lists": [one for one in lists if one["idBoard"] == home]}
            )
            read.append((row["data"], entry_of(row["data"], of, lexicon, "work", keep_raw=False)))
        assert len(read) == 72
        older = [
            one for raw, one in read if one.created and raw["dateLastActivity"] < one.created.isoformat()
        ]
        assert len(older) == 50
        assert all(one.updated == one.created for one in older)

    def test_values_of_custom_fields_as_answered(self, recorded: Path) -> None:
        with gzip.open(recorded / "api-cassettes-ruby-trello.json.gz", "rt", encoding="utf-8") as file:
            exchanges = json.load(file)
        items = next(
            one["response"]["body"]
            for one in exchanges
            if one["cassette"] == "custom_field_item_save_2" and "customFieldItems" in one["request"]["uri"]
        )
        types = {"text": "text", "number": "number", "date": "date", "checked": "checkbox"}
        fields = []
        for item in items:
            kind = types[next(iter(item["value"]))] if item.get("value") else "list"
            options = [{"id": item["idValue"], "value": {"text": "High"}}] if kind == "list" else []
            fields.append({"id": item["idCustomField"], "name": kind, "type": kind, "options": options})
        read = entry(on=board(customFields=fields), customFieldItems=items)
        shown = {prop.name: prop.values[0].name for prop in read.properties}
        assert shown["text"] == "cool"
        assert shown["number"] == "1"
        assert shown["list"] == "High"
        assert shown["date"] == "2020-03-11"
