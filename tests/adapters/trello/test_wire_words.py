"""What names of lists and labels mean, as teams write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from planora_trello.site.lexicon import Lexicon
from planora_trello.translation.names import matches

from planora_sync.adapter import Vocabulary
from planora_sync.model import Category, Kind, Named, Priority
from tests.adapters.trello.samples import board, entry, labelled


class TestListNames:
    """Section 9 of the wire notes: emoji, brackets, dates and other languages."""

    @pytest.mark.parametrize(
        ("name", "category"),
        [
            ("Done [WEEK 3/6-12]", Category.DONE),
            ("Done 🎉", Category.DONE),
            ("✅ DONE", Category.DONE),
            ("📆 Sprint - Done [Version: 1.2.0]", Category.DONE),
            ("Sprint 14 done", Category.DONE),
            ("完成", Category.DONE),
            ("Erledigt", Category.DONE),
            ("HECHO ✔️", Category.DONE),
            ("Shipped in June", Category.DONE),
            ("Archive 2024", Category.DONE),
            ("[Done]", Category.DONE),
            ("Won't do", Category.DONE),
            ("To be done", Category.TODO),
            ("Not done", Category.TODO),
            ("Definition of done", Category.TODO),
            ("Doing", Category.DOING),
            ("🧑🏾‍💻 Testing [Staging Server]", Category.DOING),
            ("Code Review", Category.DOING),
            ("Ready to merge", Category.DOING),
            ("Ready for QA", Category.DOING),
            ("Blocked", Category.DOING),
            ("WIP (max 3)", Category.DOING),
            ("In Arbeit", Category.DOING),
            ("进行中", Category.DOING),
            ("Review / Done", Category.DOING),
            ("Backlog/Future Work/Ideas", Category.TODO),
            ("🗓 Sprint Backlog - [Timeline]", Category.TODO),
            ("2015-07-07 Release", Category.TODO),
            ("Ready", Category.TODO),
            ("Inbox", Category.TODO),
            ("On Hold", Category.TODO),
            ("🎯", Category.TODO),
            ("", Category.TODO),
        ],
    )
    def test_category_by_name(self, name: str, category: Category) -> None:
        assert Lexicon(Vocabulary()).category(name) is category

    def test_the_mapping_overrules_what_is_known(self) -> None:
        lexicon = Lexicon(Vocabulary(categories={"done*": "doing", "milestone *": "done"}))
        assert lexicon.category("Done 🎉") is Category.DOING
        assert lexicon.category("Milestone 6: Improved frontend") is Category.DONE

    def test_brackets_in_a_glob_are_brackets(self) -> None:
        lexicon = Lexicon(Vocabulary(categories={"week [*]": "done"}))
        assert lexicon.category("Week [14]") is Category.DONE
        assert lexicon.category("Week 14") is Category.TODO

    @pytest.mark.parametrize(
        ("glob", "name", "fits"),
        [
            ("sprint [0-9]*", "Sprint 14 🏃", True),
            ("sprint [0-9]*", "Sprint backlog", False),
            ("{this week,to do*}", "To Do (max 5)", True),
            ("{this week,to do*}", "Doing", False),
            ("do?ng", "DOING!", True),
            ("{solo}", "{solo}", True),
            ("a.c", "abc", False),
            ("[z-a]", "[z-a]", True),
        ],
    )
    def test_globs(self, glob: str, name: str, fits: bool) -> None:
        assert matches(glob, name) is fits

    def test_due_complete_ends_a_card_wherever_it_stands(self) -> None:
        ended = entry(dueComplete=True, dateCompleted="2020-04-14T10:00:00.000Z")
        assert ended.status is not None
        assert (ended.status.id, ended.status.name) == ("todo", "To Do")
        assert ended.category is Category.DONE
        assert ended.done == datetime(2020, 4, 14, 10, tzinfo=UTC)
        assert entry().category is Category.TODO


class TestKinds:
    @pytest.mark.parametrize(
        ("labels", "kind"),
        [
            (("Bug",), Kind.BUG),
            (("🐞 bugs",), Kind.BUG),
            (("Epic", "Bug"), Kind.EPIC),
            (("Feature Requests",), Kind.REQUEST),
            (("Crazy Idea!",), Kind.IDEA),
            (("Spike",), Kind.TASK),
            (("Initiative",), Kind.INITIATIVE),
            (("Objective",), Kind.GOAL),
            (("Website", "Research"), Kind.OTHER),
            ((), Kind.OTHER),
        ],
    )
    def test_kind_by_label(self, labels: tuple[str, ...], kind: Kind) -> None:
        assert entry(labels=labelled(*labels)).kind is kind

    def test_only_large_kinds_have_a_level(self) -> None:
        assert entry(labels=labelled("Epic")).level == 1
        assert entry(labels=labelled("Bug")).level is None

    def test_the_mapping_names_kinds(self) -> None:
        vocabulary = Vocabulary(kinds={"theme:*": "initiative", "bug": "task"})
        assert entry(labels=labelled("Theme: growth"), vocabulary=vocabulary).kind is Kind.INITIATIVE
        assert entry(labels=labelled("Bug"), vocabulary=vocabulary).kind is Kind.TASK

    def test_a_list_of_bugs_makes_bugs_but_a_list_of_ideas_no_ideas(self) -> None:
        lists = [{"id": "b", "name": "🐞 Bugs", "pos": 1}, {"id": "i", "name": "Ideas", "pos": 2}]
        vocabulary = Vocabulary(kinds={"idea*": "idea"})
        assert entry(idList="b", on=board(lists=lists)).kind is Kind.BUG
        assert entry(idList="i", on=board(lists=lists), vocabulary=vocabulary).kind is Kind.OTHER

    def test_never_by_a_word_in_the_title(self) -> None:
        assert entry(name="Bug: epic crash").kind is Kind.OTHER

    def test_a_type_field_stands_before_labels(self) -> None:
        options = [{"id": "o1", "value": {"text": "Feature request"}}]
        on = board(customFields=[{"id": "f", "name": "Type", "type": "list", "options": options}])
        typed = entry(
            on=on,
            labels=labelled("Bug"),
            customFieldItems=[{"idCustomField": "f", "idValue": "o1", "value": None}],
        )
        assert typed.kind is Kind.REQUEST
        assert typed.type == Named(id="o1", name="Feature request")


class TestPriority:
    @pytest.mark.parametrize(
        ("label", "priority"),
        [
            ("Critical", Priority.CRITICAL),
            ("🔥 URGENT", Priority.CRITICAL),
            ("P1", Priority.HIGH),
            ("Priority: High", Priority.HIGH),
            ("low priority", Priority.LOW),
            ("Prio 2", Priority.MEDIUM),
            ("Dringend", Priority.CRITICAL),
            ("Media", Priority.NONE),
            ("Important", Priority.NONE),
            ("Critical thinking", Priority.NONE),
        ],
    )
    def test_priority_by_label(self, label: str, priority: Priority) -> None:
        assert entry(labels=labelled(label)).priority is priority

    def test_the_highest_label_counts(self) -> None:
        assert entry(labels=labelled("Low", "Critical")).priority is Priority.CRITICAL

    def test_severity_is_no_priority(self) -> None:
        severe = entry(labels=labelled("Severity: high"))
        assert (severe.severity, severe.priority) == (Priority.HIGH, Priority.NONE)
        assert entry(labels=labelled("sev1")).severity is Priority.CRITICAL

    def test_a_field_stands_before_labels_and_the_mapping_before_what_is_known(self) -> None:
        options = [{"id": "o", "value": {"text": "Feuer"}}]
        on = board(customFields=[{"id": "f", "name": "Priorität 🔥", "type": "list", "options": options}])
        items = [{"idCustomField": "f", "idValue": "o", "value": None}]
        known = Vocabulary(priorities={"feuer": "critical"})
        assert entry(on=on, customFieldItems=items, labels=labelled("Low")).priority is Priority.NONE
        assert entry(on=on, customFieldItems=items, vocabulary=known).priority is Priority.CRITICAL
