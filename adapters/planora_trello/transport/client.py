"""Speaks to Trello through py-trello's `TrelloClient.fetch_json`, and says what became of each call.

py-trello's own objects are never used for reading: they cost a request or more each, drop fields, and one odd
card makes a whole list fail.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from requests.exceptions import RequestException
from trello import TrelloClient

from planora_sync.adapter import AdapterContext, Outcome, Refused, Unknown, Written
from planora_sync.errors import (
    AnswerUnreadable,
    ConnectionFailed,
    CredentialsRefused,
    EndpointGone,
    PlaceNotVisible,
    RateLimited,
    Unreachable,
)
from planora_trello.transport.session import HeaderLater, TrelloAnswer, TrelloSession

BATCH = 10
"""Sub-requests that one /1/batch takes."""
PAGE = 1000
"""Cards and actions that one answer holds at most."""
ABSENT = frozenset({400, 404})
"""Answers to an id that names nothing: 404, and 400 for what is no id."""
UNCERTAIN = frozenset({408, 449})
"""Refusals after which nobody knows what was done: a part of the request failed, or its time was up."""
TOKEN_STEP = (
    "Make a token at trello.com/power-ups/admin, and set `user` (the key) and `token` of this connection."  # noqa: S105
)
PLACE_STEP = "Check its name or id under `boards`, and that the token's owner is a member of it."


class Client:
    """Calls of one connection; every failure names it and the next step."""

    def __init__(self, context: AdapterContext, page: int = PAGE) -> None:
        self._name = context.name
        self.page = page
        self.session = TrelloSession(context)
        self._trello = TrelloClient(api_key="", api_secret=None, http_service=self.session)
        # Anything but None keeps key and token out of the query.
        self._trello.oauth = HeaderLater()

    def get(self, path: str, what: str, **query: str) -> Any:
        """Return what a path holds; raises ConnectionFailed.

        Args:
            path: the path below /1.
            what: what is read, for messages: `board "Mobile"`.
            query: parameters; never a secret.
        """
        return self.try_get(path, what, frozenset(), **query)

    def try_get(self, path: str, what: str, otherwise: Collection[int], **query: str) -> Any:
        """Return what a path holds, or None where Trello answers with a status of `otherwise`."""
        try:
            return self._fetch("GET", path, query)
        except TrelloAnswer as answer:
            if answer.status in otherwise:
                return None
            raise failure(answer, path, what, self._name) from None

    def get_many(self, paths: Sequence[str], what: str) -> list[Any]:
        """Return what each path holds, ten a request: the JSON, or the TrelloAnswer that came instead.

        Raises ConnectionFailed where the request as a whole fails. A path must hold no comma: it would divide
        the list of paths.
        """
        found: list[Any] = []
        for start in range(0, len(paths), BATCH):
            some = paths[start : start + BATCH]
            found.extend([self._one(some[0], what)] if len(some) == 1 else self._some(some, what))
        return found

    def _one(self, path: str, what: str) -> Any:
        try:
            return self._fetch("GET", path, {})
        except TrelloAnswer as answer:
            if answer.status in ABSENT or _is_about(answer, path):
                return answer
            raise failure(answer, path, what, self._name) from None

    def _some(self, paths: Sequence[str], what: str) -> list[Any]:
        rows = self.get("/batch", what, urls=",".join(paths))
        if not isinstance(rows, list) or len(rows) != len(paths):
            raise unreadable(what, self._name, "a batch of another length")
        found = [self._row(row, path) for row, path in zip(rows, paths, strict=True)]
        # A sub-request that was too much or broke is asked again alone, where the courier sees its status.
        return [
            self._one(path, what)
            if isinstance(got, TrelloAnswer) and got.status not in {*ABSENT, 401}
            else got
            for got, path in zip(found, paths, strict=True)
        ]

    def write(self, method: str, path: str, body: Mapping[str, Any] | None) -> Outcome:
        """Make one writing call and return what became of it.

        Never raises ConnectionFailed: a refusal is Refused with Trello's text, and everything after which
        nobody knows whether it was done is Unknown.
        """
        try:
            answer = self._fetch(method, path, {}, body)
        except TrelloAnswer as refusal:
            if 400 <= refusal.status < 500 and refusal.status not in UNCERTAIN:
                return Refused(reason=_why(refusal))
            return Unknown(reason=f"Trello answers {refusal.status}: {refusal.text}")
        except RateLimited as limited:
            return Refused(reason=limited.message)
        except Unreachable as cut:
            return Unknown(reason=cut.message) if cut.sent else Refused(reason=cut.message)
        except AnswerUnreadable:
            return Unknown(reason="Trello accepted the call, but its answer cannot be read.")
        identifier = answer.get("id") if isinstance(answer, Mapping) else None
        return Written(id=str(identifier) if identifier else None)

    def close(self) -> None:
        """Close the connections."""
        self.session.close()

    def _fetch(self, method: str, path: str, query: dict[str, str], body: Any = None) -> Any:
        try:
            # py-trello keeps and changes the dict it is given.
            return self._trello.fetch_json(
                path,
                http_method=method,
                query_params=dict(query),
                post_args=None if body is None else dict(body),
            )
        except (ValueError, RequestException) as nonsense:
            raise unreadable(path, self._name, type(nonsense).__name__) from None

    def _row(self, row: Any, path: str) -> Any:
        if isinstance(row, Mapping):
            if "200" in row:
                return row["200"]
            status = row.get("statusCode") or next((key for key in row if str(key).isdigit()), None)
            if status is not None:
                return TrelloAnswer(int(status), str(row.get("message") or row.get(str(status)) or ""))
        raise unreadable(path, self._name, "a batch row of no known shape")


def failure(answer: TrelloAnswer, path: str, what: str, connection: str) -> ConnectionFailed:
    """Return the error that an answer to a reading call is."""
    told = f"Trello answers {answer.status} to {what}: {answer.text.rstrip('.')}."
    match answer.status:
        case 401 if not _is_about(answer, path):
            return CredentialsRefused(told, connection=connection, next_step=TOKEN_STEP)
        case 401 | 404:
            # Trello does not tell what is absent from what is not shared.
            return PlaceNotVisible(told, connection=connection, next_step=PLACE_STEP)
        case 403:
            return CredentialsRefused(told, connection=connection, next_step=TOKEN_STEP)
        case 410:
            step = "Update planora-sync: Trello removed this address."
            return EndpointGone(told, connection=connection, next_step=step)
        case status if 300 <= status < 400:
            step = "Set `url` to the address that answers itself, or leave it out for api.trello.com."
            return AnswerUnreadable(told, connection=connection, next_step=step)
        case status if status >= 500:
            return ConnectionFailed(told, connection=connection, next_step="Try again in a few minutes.")
        case _:
            step = "Check `url` and the ids under `boards` of this connection."
            return ConnectionFailed(told, connection=connection, next_step=step)


def unreadable(what: str, connection: str, how: str) -> AnswerUnreadable:
    """Return the error of an answer that is not what the API promises."""
    return AnswerUnreadable(
        f"Trello's answer to {what} cannot be read ({how}).",
        connection=connection,
        next_step="Check `url`: it must be an address of Trello's API, not of its pages or of a login.",
    )


def _is_about(answer: TrelloAnswer, path: str) -> bool:
    """Return whether a 401 speaks of the one thing asked for, and not of the token itself."""
    return answer.status == 401 and "permission" in answer.text and not path.startswith("/members/me")


WHY = {
    401: "The token needs the scope `write`, and its owner must be a member of the board, not an observer.",
    403: (
        "A board or a list holds 5,000 open cards at most, a board 1,000 labels; custom fields need a plan "
        "that has them."
    ),
    409: "The card changed meanwhile.",
}
"""What a refusal of a write means, where Trello's own words do not say it."""


def _why(refusal: TrelloAnswer) -> str:
    told = f"Trello answers {refusal.status}: {refusal.text}"
    return f"{told}. {WHY[refusal.status]}" if refusal.status in WHY else told
