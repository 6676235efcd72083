"""A stateful local stand-in of Trello's REST API."""

from planora_trello.sandbox.sandbox import TrelloSandbox

__all__ = ["TrelloSandbox"]
