"""The API's routes, by area."""

from planora_notion.sandbox.routes.table import ROUTES

__all__ = ["ROUTES"]
