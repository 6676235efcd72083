"""Cards of a workspace file, and the feed of what happened to them until now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from planora_trello.sandbox import feed
from planora_trello.sandbox.ids import stamp
from planora_trello.sandbox.state import (
    Attachment,
    Card,
    CheckItem,
    Checklist,
    CustomField,
    FieldValue,
    State,
)


def add_card(state: State, row: Mapping[str, Any], people: Mapping[str, str], start: datetime) -> None:
    """Add a card of the file with its history."""
    _Adding(state, row, people, start).add()


class _Adding:
    def __init__(
        self, state: State, row: Mapping[str, Any], people: Mapping[str, str], start: datetime
    ) -> None:
        self._state = state
        self._row = row
        self._people = people
        self._start = start
        self._board_key, _, self._list_key = row["in"].partition("/")
        self._board = self._find("board", self._board_key)
        self._created = self._when(row.get("created", -20))

    def add(self) -> None:
        row, state, board = self._row, self._state, self._state.boards[self._board]
        board.counter += 1
        identifier = state.ids.named(f"card/{row['slug']}", self._created)
        card = Card(
            id=identifier,
            name=row["title"],
            board=self._board,
            list_id=self._list(self._list_key),
            number=board.counter,
            short_link=state.ids.short_link(identifier),
            pos=0.0,
            desc=row.get("text", "").strip(),
            closed=row.get("closed", False),
            start=self._day(row.get("start"), 9),
            due=self._day(row.get("due"), 16),
            due_complete=row.get("complete", False),
            members=[self._member(who) for who in row.get("members", [])],
            labels=[self._label(name) for name in row.get("labels", [])],
            template=row.get("template", False),
            role=row.get("role"),
            author=self._people[row.get("by", "chiara")],
        )
        state.cards[identifier] = card
        state.slugs[row["slug"]] = identifier
        self._hang(card)
        self._history(card)

    # -- names to ids -------------------------------------------------------------------------------------

    def _find(self, kind: str, key: str) -> str:
        wanted = self._state.ids.named(f"{kind}/{key}", self._start)[8:]
        pool = self._state.boards if kind == "board" else self._state.lists
        for identifier in pool:
            if identifier.endswith(wanted):
                return identifier
        raise ValueError(f"{self._row['slug']}: there is no {kind} {key!r}")

    def _list(self, key: str) -> str:
        return self._find("list", f"{self._board_key}/{key}")

    def _member(self, who: str) -> str:
        identifier = self._people[who]
        if identifier not in self._state.boards[self._board].members:
            raise ValueError(f"{self._row['slug']}: {who} is no member of the board")
        return identifier

    def _label(self, name: str) -> str:
        for label in self._state.labels_of(self._board):
            if label.name == name:
                return label.id
        raise ValueError(f"{self._row['slug']}: the board has no label {name!r}")

    def _when(self, offset: float) -> datetime:
        return self._start + timedelta(days=offset)

    def _day(self, offset: float | None, hour: int) -> datetime | None:
        if offset is None:
            return None
        return self._when(offset).replace(hour=hour, minute=0, second=0, microsecond=0)

    # -- what hangs on a card -------------------------------------------------------------------------------

    def _hang(self, card: Card) -> None:
        ids, slug = self._state.ids, self._row["slug"]
        for name, lines in self._row.get("checklists", {}).items():
            made = Checklist(ids.named(f"checklist/{slug}/{name}", self._created), name, 16384.0)
            for place, line in enumerate(lines, 1):
                done, text = line.startswith("x "), line.removeprefix("x ")
                item = ids.named(f"item/{slug}/{name}/{place}", self._created)
                made.items.append(CheckItem(item, text, place * 16384.0, done))
            card.checklists.append(made)
        for url in [*self._row.get("links", []), *self._row.get("linked", [])]:
            link = ids.named(f"attachment/{slug}/{url}", self._created)
            card.attachments.append(Attachment(link, url, url, self._created, card.author))
        for name, value in self._row.get("values", {}).items():
            card.values.append(self._value(name, value))
        if self._row.get("orphan"):
            lost = ids.named(f"lost/{slug}", self._created)
            card.values.append(FieldValue(lost, ids.named("deleted field", self._created), {"text": "?"}))

    def _value(self, name: str, value: Any) -> FieldValue:
        field = self._field(name)
        made = FieldValue(self._state.ids.named(f"value/{self._row['slug']}/{name}", self._created), field.id)
        match field.type:
            case "list":
                options = [option.id for option in field.options if option.text == value]
                if not options:
                    raise ValueError(f"{self._row['slug']}: {name} has no option {value!r}")
                made.option = options[0]
            case "number":
                # "" stands for a value that is null in a field that is no list: seen in the wild.
                made.value = None if value == "" else {"number": str(value)}
            case "date":
                made.value = {"date": stamp(self._day(value, 12)) or ""}
            case "checkbox":
                made.value = {"checked": str(value).lower()}
            case _:
                made.value = {"text": str(value)}
        return made

    def _field(self, name: str) -> CustomField:
        for field in self._state.fields_of(self._board):
            if field.name == name:
                return field
        raise ValueError(f"{self._row['slug']}: the board has no custom field {name!r}")

    # -- what happened --------------------------------------------------------------------------------------

    def _history(self, card: Card) -> None:
        dates = [self._created, *self._tell(card)]
        if "updated" in self._row:
            dates.append(self._when(self._row["updated"]))
        card.activity = None if self._row.get("no_activity") else max(dates)
        if "activity" in self._row:
            # A card that was copied with its board keeps the activity of the old one.
            card.activity = self._when(self._row["activity"])
        if card.due_complete:
            card.date_completed = card.activity
        if card.closed:
            card.date_closed = card.activity

    def _tell(self, card: Card) -> Iterator[datetime]:
        yield from self._tell_moves(card)
        for place, member in enumerate(card.members, 1):
            when = self._created + timedelta(minutes=place)
            person = {"idMember": member, "member": {"id": member}}
            yield self._write(card, "addMemberToCard", when, person, card.author)
        for who, day, text in self._row.get("comments", []):
            card.comments += 1
            yield self._write(card, "commentCard", self._when(day), {"text": text}, self._people[who])
        if card.closed:
            when = self._when(self._row["updated"])
            data = {"old": {"closed": False}}
            yield self._write(card, "updateCard", when, data, card.author)

    def _tell_moves(self, card: Card) -> Iterator[datetime]:
        """Tell the creation in the first list and each move to the next one, on the days of `moves`."""
        path = [self._list(key) for key in self._row.get("from", [])] + [card.list_id]
        days = self._row.get("moves", [])
        if len(days) != len(path) - 1:
            raise ValueError(f"{self._row['slug']}: {len(path) - 1} moves need a day each")
        card.list_id = path[0]
        yield self._write(card, "createCard", self._created, {}, card.author)
        for before, after, day in zip(path, path[1:], days, strict=False):
            card.list_id = after
            mover = card.members[0] if card.members else card.author
            feed.moved(self._state, card, mover, before, after, self._when(day))
            yield self._when(day)

    def _write(self, card: Card, kind: str, when: datetime, more: Mapping[str, Any], member: str) -> datetime:
        data = {**feed.about(self._state, card), **more}
        feed.write(self._state, kind, member=member, board=card.board, card=card.id, data=data, date=when)
        return when
