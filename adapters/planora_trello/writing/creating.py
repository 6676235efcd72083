"""Creates and links cards, so that what was made is found again and not made twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from planora_sync.adapter import AdapterContext, Outcome, Refused, Step, Unknown, Written
from planora_sync.change import Change, Draft, Field, LinkDraft
from planora_sync.errors import PlaceNotVisible, Unsupported
from planora_trello.reading.paging import older_cards
from planora_trello.site.board import DUE_COMPLETE, Board, BoardList
from planora_trello.site.boards import Boards, Known
from planora_trello.translation.markup import carries, marked, own_link_name, short_address
from planora_trello.transport.client import ABSENT, PLACE_STEP, Client
from planora_trello.writing import steps as calls
from planora_trello.writing.bodies import DESC_MOST, custom_value, instant
from planora_trello.writing.entering import entered
from planora_trello.writing.writer import Writer, status_on

AT_ONCE = frozenset({Field.ASSIGNEES, Field.LABELS, Field.START, Field.DUE, Field.PLACE, Field.STATUS})
"""Fields that a card is created with in one call."""


class Maker:
    """Creates and links cards of one connection."""

    def __init__(self, context: AdapterContext, client: Client, boards: Boards, writer: Writer) -> None:
        self._context = context
        self._client = client
        self._boards = boards
        self._writer = writer

    def create(self, draft: Draft) -> Outcome:
        """Create a card in one POST; custom fields follow, all in one call. Raises Unsupported.

        The marker is the last line of the description, so that it is there from the first moment and one
        read of the board finds it; an attachment would take a second call, which can be lost.
        """
        known, standing = self._writer.list_named(draft.place)
        known = self._writer.with_labels(known, _labels(draft))
        values = _values(draft, known, standing)
        made = Written()
        for step in tuple(self._create_steps(draft, known.board, standing, values)):
            match self._writer.send(step):
                case Written() as written:
                    made = written
                case missed:
                    return missed
        return self._complete(values, made)

    def find_marker(self, marker: str, place: str) -> str | None:
        """Return the card that carries a marker, on the board that holds the list; raises ConnectionFailed.

        The whole board is looked through, archived cards too: somebody may have moved the card meanwhile.
        """
        known = self._boards.holding(place)
        if known is None:
            raise PlaceNotVisible(
                f"No board has a list {place}.", connection=self._context.name, next_step=PLACE_STEP
            )
        for cards in older_cards(self._client, known.board.id, self._context.name, fields="desc"):
            for card in cards:
                if carries(str(card.get("desc") or ""), marker):
                    return str(card["id"])
        return None

    def link(self, draft: LinkDraft) -> Outcome:
        """Put an address on a card, unless it is there already; another card goes by its short address.

        The address itself is the marker: a second look finds it whatever became of the first call.
        """
        address = draft.target if "://" in draft.target else self._address(draft.target)
        if address is None:
            return Refused(reason=f"There is no card {draft.target} that this token can see.")
        path = f"/cards/{quote(draft.source.id, safe='')}/attachments"
        held = self._client.get(path, f"the links of card {draft.source.id}", fields="name,url")
        if any(short_address(str(one.get("url"))) == short_address(address) for one in held):
            return Written()
        body = {"url": address, "name": own_link_name(draft.kind)}
        return self._client.write("POST", path, body)

    def _address(self, card_id: str) -> str | None:
        path = f"/cards/{quote(card_id, safe='')}"
        body = self._client.try_get(path, f"card {card_id}", ABSENT, fields="shortUrl")
        return str(body["shortUrl"]) if isinstance(body, Mapping) and body.get("shortUrl") else None

    def _create_steps(
        self, draft: Draft, board: Board, standing: BoardList, values: Sequence[calls.Entered]
    ) -> Iterator[Step]:
        text = marked(draft.text, draft.marker)
        if len(text) > DESC_MOST:
            raise Unsupported(
                f"The text of {draft.title!r} is longer than a Trello description may be.",
                instead=f"Shorten it to {DESC_MOST - len(text) + len(draft.text)} characters.",
            )
        body: dict[str, Any] = {"name": draft.title, "desc": text, "idList": standing.id}
        ids: list[str] = []
        for name in _labels(draft):
            label = board.label_exactly(name)
            if label is None:
                yield calls.missing_label(board, name)
            ids.append(label.id if label else calls.pending(board.id, name))
        if ids:
            body["idLabels"] = ",".join(ids)
        elsewhere = {one.of for one in values}
        for change in draft.changes:
            if change.field not in elsewhere:
                body.update(_drafted(change, draft, board, standing))
        fields = tuple(change.field for change in draft.changes if change.field in AT_ONCE)
        yield Step(method="POST", path=f"{calls.API}/cards", body=body, fields=fields)

    def _complete(self, values: Sequence[calls.Entered], made: Written) -> Outcome:
        if made.id is None:
            return Unknown(reason="Trello accepted the card, but does not say its id.")
        set_ones = [one for one in values if one.value]
        for step in calls.value_steps(made.id, set_ones):
            outcome = self._writer.send(step)
            if not isinstance(outcome, Written):
                names = ", ".join(repr(one.field.name) for one in set_ones)
                return Unknown(reason=f"The card was made, but not set: {names}. {outcome.reason}")
        return Written(id=made.id)


def _values(draft: Draft, known: Known, standing: BoardList) -> tuple[calls.Entered, ...]:
    """Return what goes into custom fields; raises Unsupported, before anything is written."""
    lexicon = known.lexicons[standing.id]
    values = tuple(one for change in draft.changes for one in entered(change, known.board, lexicon))
    for one in values:
        custom_value(one.field, one.value)
    return values


def _labels(draft: Draft) -> Sequence[str]:
    """Return the labels of a draft; its type is one of them, because labels are the types of cards."""
    names = [item.name for change in draft.changes if change.field is Field.LABELS for item in change.after]
    return list(dict.fromkeys([*names, *([draft.type.name] if draft.type else [])]))


def _drafted(change: Change, draft: Draft, board: Board, standing: BoardList) -> dict[str, Any]:
    """Return what a change adds to a creation; raises Unsupported, before anything is written."""
    match change.field:
        case Field.LABELS:
            return {}
        case Field.ASSIGNEES:
            # An id that is said twice is refused.
            members = dict.fromkeys(calls.member_on(board, named).id for named in change.after)
            return {"idMembers": ",".join(members)}
        case Field.START:
            return {"start": instant(change.after)}
        case Field.DUE:
            return {"due": instant(change.after)}
        case Field.STATUS if change.after:
            return {"idList": status_on(board, change.after[0]).id}
        case Field.PLACE if [item.id for item in change.after] == [standing.id]:
            return {}
        case Field.PROPERTY if change.property and change.property.id == DUE_COMPLETE.id:
            return {"dueComplete": bool(change.after)}
        case _:
            raise Unsupported(
                f"A Trello card cannot be made with {change.field} set.",
                instead=f"Make {draft.title!r} first and set it then.",
            )
