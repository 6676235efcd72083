"""What is no entry, and boards and lists as places."""

from __future__ import annotations

from typing import Any

import pytest
from planora_trello.site.board import board_of, places_of
from planora_trello.site.lexicon import Lexicon
from planora_trello.translation import left_out

from planora_sync.adapter import Vocabulary
from planora_sync.model import Category
from tests.adapters.trello.samples import board, card


class TestLeftOut:
    @pytest.mark.parametrize(
        ("more", "why"),
        [
            ({"isTemplate": True}, "template"),
            ({"cardRole": "separator"}, "separator"),
            ({"cardRole": "board"}, "board card"),
            ({"cardRole": "link"}, "link card"),
            ({"cardRole": "mirror", "name": "https://trello.com/c/Gr2W8H6r"}, "mirror"),
            ({"mirrorSourceId": "5e679be5d53dfa748f41d776"}, "mirror"),
            ({"name": "-----"}, "separator"),
            ({"name": "=== Later ==="}, "header"),
            ({"name": "⬇️ To do ⬇️"}, "header"),
            ({"name": "Mobile"}, "header"),
            ({"name": "-----", "due": "2020-04-17T22:30:00.000Z"}, None),
            ({"name": "To Do", "badges": {"checkItems": 3}}, None),
            ({"cardRole": None, "mirrorSourceId": None}, None),
            ({"cardRole": "a role of next year"}, None),
            ({"name": "- buy milk -"}, None),
        ],
    )
    def test_reasons(self, more: dict[str, Any], why: str | None) -> None:
        assert left_out.reason(card(**more), board_of(board())) == why

    def test_a_long_name_takes_no_time(self) -> None:
        assert left_out.reason(card(name="-" * 16000 + "a"), board_of(board())) is None


class TestPlaces:
    def test_lists_in_the_order_of_the_board_with_categories_fields_and_labels(self) -> None:
        lists = [
            {"id": "b", "name": "Done", "pos": 20},
            {"id": "a", "name": "To Do", "pos": 10.5},
            {"id": "c", "name": "Old", "pos": 5, "closed": True},
        ]
        fields = [
            {
                "id": "l",
                "name": "Theme",
                "type": "list",
                "options": [{"id": "o", "value": {"text": "Growth"}}],
            }
        ]
        of = board_of(board(lists=lists, customFields=fields))
        lexicon = Lexicon(Vocabulary())
        whole, *rest = places_of(of, {one.id: lexicon for one in of.lists}, "work")
        assert [(one.path, one.position, one.archived) for one in rest] == [
            ("Mobile/Old", 0, True),
            ("Mobile/To Do", 1, False),
            ("Mobile/Done", 2, False),
        ]
        assert [(one.name, one.category) for one in whole.statuses] == [
            ("To Do", Category.TODO),
            ("Done", Category.DONE),
        ]
        assert rest[1].statuses == whole.statuses
        assert {one.id: [option.name for option in one.options] for one in whole.fields} == {
            "labels": ["Bug", "sky_dark"],
            "members": ["Ana Ruiz"],
            "start": [],
            "due": [],
            "dueComplete": [],
            "l": ["Growth"],
        }

    def test_two_lists_of_one_name_have_two_paths_and_the_open_one_keeps_its_own(self) -> None:
        lists = [
            {"id": "1", "name": "On Hold", "pos": 1, "closed": True},
            {"id": "2", "name": "On Hold", "pos": 2},
            {"id": "3", "name": "", "pos": 3},
            {"id": "4", "name": "Line\nbreak\x07", "pos": 4},
        ]
        assert [one.path for one in board_of(board(lists=lists)).lists] == [
            "Mobile/On Hold (2)",
            "Mobile/On Hold",
            "Mobile/3",
            "Mobile/Line break",
        ]
