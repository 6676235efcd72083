"""The API's routes, by area."""

from planora_trello.sandbox.routes import batch
from planora_trello.sandbox.routes.table import ROUTES, match_route

__all__ = ["ROUTES", "batch", "match_route"]
