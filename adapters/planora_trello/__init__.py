"""Trello for planora-sync: `TrelloAdapter` is the entry point's face."""

from planora_trello.adapter import TrelloAdapter

__all__ = ["TrelloAdapter"]
