"""The API's routes, by area."""

from planora_trello.sandbox.routes.table import ROUTES, match_route

__all__ = ["ROUTES", "match_route"]
