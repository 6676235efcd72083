"""What only the whole configuration can tell: names that must exist elsewhere in it, and things said twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from planora_sync.config.collector import Collector
from planora_sync.config.connections import SCOPES
from planora_sync.config.model import ConnectionConfig, Home
from planora_sync.config.people import Account, Member, shared_handles
from planora_sync.config.tables import RulesTable
from planora_sync.model import Layer
from planora_sync.names import plain
from planora_sync.rules.catalog import CODES
from planora_sync.toml import nearest


def check_people(members: Sequence[Member], trackers: Mapping[str, str], collector: Collector) -> None:
    """Note aliases that name nobody for certain.

    Args:
        members: all people.
        trackers: connection -> its tracker.
        collector: where to note them.
    """
    for member in members:
        for position, alias in enumerate(member.aliases):
            account = Account.parse(alias)
            if account and trackers.get(account.connection) != account.tracker:
                known = [f"{tracker}.{name}" for name, tracker in trackers.items()]
                said = f"{account.tracker}.{account.connection}"
                where = ("people", member.key, "aliases", position)
                collector.problem(where, f"there is no connection `{said}`", nearest(said, known))
    for spelled, keys in shared_handles(members).items():
        collector.problem(
            ("people", keys[-1]),
            f"`{spelled}` is {' and '.join(keys)}",
            "Tell them apart by e-mail address or account (`jira.work:ID`) in `aliases`, and by `name`.",
        )


def check_homes(
    said: Mapping[Layer, str], names: Sequence[str], collector: Collector
) -> Mapping[Layer, Home]:
    """Return the homes; one whose connection does not exist is noted."""
    homes = {}
    for layer, text in said.items():
        connection, colon, place = text.partition(":")
        at = ("homes", layer.value)
        if not (colon and connection and place):
            instead = 'Write connection and place: `"work:PLAN/board:12"`.'
            collector.problem(at, f"the home of the {layer} is no place", instead)
        elif connection not in names:
            collector.problem(at, f"there is no connection `{connection}`", nearest(connection, names))
        else:
            homes[layer] = Home(connection=connection, place=place)
    return homes


def check_codes(rules: RulesTable, collector: Collector) -> None:
    """Warn of codes that no rule of this version has: a later one may, so they are no fault."""
    for key in ("select", "ignore", "level"):
        for position, code in enumerate(getattr(rules, key)):
            if not any(known.startswith(code) for known in CODES):
                at = ("rules", key, position if key == "select" else code)
                collector.warning(at, f"no rule of this version is called {code}", nearest(code, CODES))


def check_scopes(connections: Iterable[ConnectionConfig], collector: Collector) -> None:
    """Note what two connections with the same credentials both read: its entries would count twice."""
    seen: dict[tuple[str, str, str, str], str] = {}
    for connection in connections:
        token = connection.token.get_secret_value() if connection.token else ""
        for position, item in enumerate(connection.scope):
            identity = (connection.tracker, connection.url, token, plain(item))
            first = seen.setdefault(identity, connection.name)
            if first != connection.name:
                key = SCOPES.get(connection.tracker, "projects")
                at = ("connections", connection.name, key, position)
                instead = "Read it by one of them."
                collector.problem(at, f"connection `{first}` reads `{item}` already", instead)
