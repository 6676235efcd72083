"""Which handler answers which route."""

from __future__ import annotations

import re

from planora_trello.sandbox.ask import Handler
from planora_trello.sandbox.routes import (
    batch,
    boards,
    cards,
    labels,
    lists,
    members,
    on_cards,
    parts,
    search,
    webhooks,
)


def match_route(method: str, path: str) -> tuple[Handler, dict[str, str]] | None:
    """Return the handler of a path and the path's values."""
    for known, pattern, handler in _COMPILED:
        found = pattern.match(path)
        if known == method and found:
            return handler, found.groupdict()
    return None


ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/1/batch", batch.over(match_route)),
    ("GET", "/1/search", search.search),
    ("GET", "/1/tokens/{id}", members.token),
    ("GET", "/1/tokens/{id}/webhooks", webhooks.of_token),
    ("POST", "/1/webhooks", webhooks.create),
    ("GET", "/1/webhooks/{id}", webhooks.retrieve),
    ("PUT", "/1/webhooks/{id}", webhooks.update),
    ("DELETE", "/1/webhooks/{id}", webhooks.delete),
    ("GET", "/1/members/{id}", members.retrieve),
    ("GET", "/1/members/{id}/boards", members.boards),
    ("GET", "/1/members/{id}/boards/{filter}", members.boards),
    ("GET", "/1/members/{id}/organizations", members.organizations),
    ("GET", "/1/organizations/{id}", members.organization),
    ("GET", "/1/organizations/{id}/boards", members.organization_boards),
    ("GET", "/1/boards/{id}", boards.retrieve),
    ("PUT", "/1/boards/{id}", boards.update),
    ("GET", "/1/boards/{id}/cards", boards.cards),
    ("GET", "/1/boards/{id}/cards/{filter}", boards.cards_or_card),
    ("GET", "/1/boards/{id}/lists", boards.lists),
    ("GET", "/1/boards/{id}/lists/{filter}", boards.lists),
    ("GET", "/1/boards/{id}/labels", boards.labels),
    ("GET", "/1/boards/{id}/members", boards.members),
    ("GET", "/1/boards/{id}/memberships", boards.memberships),
    ("GET", "/1/boards/{id}/customFields", boards.custom_fields),
    ("GET", "/1/boards/{id}/checklists", boards.checklists),
    ("GET", "/1/boards/{id}/actions", boards.actions),
    ("GET", "/1/boards/{id}/{field}", boards.field),
    ("PUT", "/1/boards/{id}/{field}", boards.update),
    ("POST", "/1/lists", lists.create),
    ("GET", "/1/lists/{id}", lists.retrieve),
    ("PUT", "/1/lists/{id}", lists.update),
    ("GET", "/1/lists/{id}/cards", lists.cards),
    ("GET", "/1/lists/{id}/board", lists.board),
    ("PUT", "/1/lists/{id}/{field}", lists.update),
    ("POST", "/1/labels", labels.create),
    ("GET", "/1/labels/{id}", labels.retrieve),
    ("PUT", "/1/labels/{id}", labels.update),
    ("DELETE", "/1/labels/{id}", labels.delete),
    ("GET", "/1/customFields/{id}", labels.custom_field),
    ("GET", "/1/customFields/{id}/options", labels.options),
    ("GET", "/1/customFields/{id}/options/{option}", labels.option),
    ("POST", "/1/cards", cards.create),
    ("GET", "/1/cards/{id}", cards.retrieve),
    ("PUT", "/1/cards/{id}", cards.update),
    ("DELETE", "/1/cards/{id}", cards.delete),
    ("GET", "/1/cards/{id}/actions", cards.actions),
    ("GET", "/1/cards/{id}/attachments", cards.attachments),
    ("GET", "/1/cards/{id}/attachments/{other}", parts.attachment),
    ("GET", "/1/cards/{id}/board", cards.board),
    ("GET", "/1/cards/{id}/checklists", cards.checklists),
    ("GET", "/1/cards/{id}/customFieldItems", cards.custom_field_items),
    ("GET", "/1/cards/{id}/list", cards.its_list),
    ("GET", "/1/cards/{id}/members", cards.members),
    ("GET", "/1/cards/{id}/membersVoted", on_cards.voters),
    ("GET", "/1/cards/{id}/pluginData", cards.plugin_data),
    ("GET", "/1/cards/{id}/{field}", cards.field),
    ("POST", "/1/cards/{id}/idLabels", on_cards.add_label),
    ("DELETE", "/1/cards/{id}/idLabels/{other}", on_cards.remove_label),
    ("POST", "/1/cards/{id}/idMembers", on_cards.add_member),
    ("POST", "/1/cards/{id}/members", on_cards.add_member),
    ("DELETE", "/1/cards/{id}/idMembers/{other}", on_cards.remove_member),
    ("POST", "/1/cards/{id}/attachments", on_cards.attach),
    ("DELETE", "/1/cards/{id}/attachments/{other}", on_cards.detach),
    ("POST", "/1/cards/{id}/actions/comments", on_cards.comment),
    ("POST", "/1/cards/{id}/membersVoted", on_cards.vote),
    ("DELETE", "/1/cards/{id}/membersVoted/{other}", on_cards.take_back),
    ("POST", "/1/cards/{id}/checklists", parts.new_checklist),
    ("PUT", "/1/cards/{id}/checkItem/{item}", on_cards.check),
    ("PUT", "/1/cards/{id}/checklist/{checklist}/checkItem/{item}", on_cards.check),
    ("PUT", "/1/cards/{id}/customField/{field}/item", on_cards.set_custom_field),
    ("PUT", "/1/cards/{id}/customFields", on_cards.set_custom_fields),
    ("PUT", "/1/cards/{id}/{field}", cards.update),
    ("GET", "/1/checklists/{id}", parts.checklist),
    ("POST", "/1/checklists/{id}/checkItems", on_cards.add_item),
    ("GET", "/1/checklists/{id}/checkItems", parts.lines),
    ("DELETE", "/1/checklists/{id}/checkItems/{item}", parts.delete_line),
    ("POST", "/1/checklists", parts.new_checklist),
    ("DELETE", "/1/checklists/{id}", parts.delete_checklist),
    ("GET", "/1/actions/{id}", parts.action),
    ("PUT", "/1/actions/{id}", parts.rewrite),
    ("DELETE", "/1/actions/{id}", parts.take_back),
)
"""In order: what is named stands before `{field}`."""

_COMPILED = tuple(
    (method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) + r"\Z"), handler)
    for method, path, handler in ROUTES
)
