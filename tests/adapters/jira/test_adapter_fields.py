"""Where fields are found: by schema, by board, by mapping; never by number, and not by a name that lies."""

from __future__ import annotations

from planora_jira.site.fields import MOST_PROPERTIES, SYSTEM, FieldDef, FieldMap, definitions, resolve

from planora_sync.adapter import FieldSource, Vocabulary
from tests.adapters.jira.issues import FIELDS, JPO, field, mapped

KNOWN = definitions(FIELDS)


def found(vocabulary: Vocabulary | None = None, **more: object) -> FieldMap:
    return resolve(KNOWN, vocabulary or Vocabulary(), project="10000", **more)  # type: ignore[arg-type]


def test_schemas_find_fields_whatever_they_are_called() -> None:
    known = found()
    assert known.of("sprint") == ("customfield_10020",)
    assert known.of("rank") == ("customfield_10019",)
    assert known.of("epic_link") == ("customfield_10014",)
    assert known.of("target_end") == ("customfield_10023", "customfield_10048")
    assert known.of("team") == ("customfield_10001",)


def test_names_find_only_fields_that_hold_what_they_should() -> None:
    known = found()
    assert known.of("theme") == ("customfield_10041",)
    assert known.of("start") == ("customfield_10015",)
    assert known.of("due") == ("duedate",)
    assert found(mapped(theme=FieldSource(name=("THEME ",)))).of("theme") == ("customfield_10041",)


def test_the_points_field_is_the_boards_before_any_name() -> None:
    assert found(estimates=("customfield_10049",)).of("estimate") == (
        "customfield_10049",
        "customfield_10016",
        "customfield_10028",
    )
    assert found(estimates=("customfield_99999",)).of("estimate") == (
        "customfield_10016",
        "customfield_10028",
    )
    words = mapped(estimate=FieldSource(name=("size",)))
    assert found(words, estimates=("customfield_10028",)).of("estimate") == ("customfield_10049",)


def test_the_mapping_finds_by_id_then_schema_then_name() -> None:
    source = FieldSource(
        id=("customfield_10046",), schema=(f"{JPO}:jpo-custom-field-baseline-end",), name=("start date",)
    )
    assert found(mapped(due=source)).of("due") == (
        "customfield_10046",
        "customfield_10023",
        "customfield_10015",
    )


def test_a_field_that_the_mapping_names_and_nobody_has_leaves_the_default() -> None:
    assert found(mapped(start=FieldSource(name=("begin",)))).of("start") == ("customfield_10015",)
    assert found(mapped(owner=FieldSource(name=("boss",)))).of("owner") == ()


def test_fields_of_other_projects_are_passed_over() -> None:
    ids = {prop.id for prop in found().properties}
    assert "customfield_10050" not in ids
    assert "customfield_10050" in {prop.id for prop in resolve(KNOWN, Vocabulary(), project="777").properties}
    assert "customfield_10050" in {prop.id for prop in resolve(KNOWN, Vocabulary()).properties}


def test_asks_for_each_field_once_and_for_no_more_than_a_bulk_read_takes() -> None:
    many = [field(20000 + n, f"Choice {n}", "option", "x:select") for n in range(300)]
    known = resolve(definitions([*FIELDS, *many]), mapped(theme=FieldSource(name=("choice 299",))))
    asked = known.asked()
    assert len(asked) == len(set(asked)) <= 100
    assert set(SYSTEM) <= set(asked)
    assert known.properties[0].id != "customfield_20000"
    assert "customfield_20299" in {prop.id for prop in known.properties}
    assert len(known.properties) == MOST_PROPERTIES
    assert known.left_out > 200


def test_the_flag_is_no_property() -> None:
    assert found().of("flagged") == ("customfield_10021",)
    assert "customfield_10021" not in {prop.id for prop in found().properties}


def test_fields_without_a_schema_do_no_harm() -> None:
    rows = definitions([{"id": "thumbnail", "name": "Images", "custom": False}, {"name": "no id"}])
    assert rows == (FieldDef(id="thumbnail", name="Images"),)
    assert not rows[0].is_choice
    assert definitions([{"id": "customfield_1", "custom": True}])[0].custom == "unknown"
