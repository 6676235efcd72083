"""One row of a data source, read field by field; pure."""

from __future__ import annotations

from planora_notion.site.schema import Json
from planora_notion.site.source import Source
from planora_notion.translation import values
from planora_notion.translation.names import short
from planora_sync.model import Kind, Named, Priority, Status


class Row:
    """Reads the canonical fields of one page."""

    def __init__(self, page: Json, source: Source) -> None:
        self.page = page
        self.source = source
        self.lexicon = source.lexicon

    def value(self, name: str) -> Json | None:
        """Return the value of a canonical field, or None."""
        return values.find(self.page, self.source.get(name))

    def choice(self, name: str) -> Named | None:
        """Return the first option that is chosen in a field, or None."""
        return next(iter(values.choices(self.value(name))), None)

    def names(self, name: str) -> tuple[str, ...]:
        """Return the names of all options that are chosen in a field."""
        return tuple(one.name for one in values.choices(self.value(name)))

    def kind(self) -> Kind:
        """Return what sort of thing the row is, by its type, else by its labels."""
        type = self.choice("type")
        return self.lexicon.kind(type.name if type else "", self.names("labels"))

    def priority(self, name: str) -> Priority:
        """Return what a priority or severity means."""
        chosen = self.choice(name)
        return self.lexicon.priority(chosen.name) if chosen else Priority.NONE

    def flag(self, name: str, names: tuple[str, ...], *, words: str = "") -> bool:
        """Return whether a checkbox is ticked, or one of some names is the flag's word."""
        return bool(values.choices(self.value(name))) or self.lexicon.flagged(words or name, names)

    def status(self) -> Status | None:
        """Return the status; its category is joined through the schema, for a value does not name its group."""
        prop, chosen = self.source.get("status"), self.choice("status")
        if prop is None or chosen is None:
            return None
        option = prop.option(chosen.id, chosen.name)
        category = self.lexicon.category(chosen.name, option.group if option else None)
        return Status(id=chosen.id, name=chosen.name, category=category)

    def key(self) -> str:
        """Return what people call the row: its number, else the end of its id."""
        numbered = (p for p in self.source.schema.props.values() if p.type == "unique_id")
        found = next((values.unique_id(values.find(self.page, prop)) for prop in numbered), None)
        return found or short(str(self.page["id"]))
