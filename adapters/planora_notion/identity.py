"""Who we are to Notion: one integration, or one that reads and another that writes."""

from __future__ import annotations

from dataclasses import replace

from planora_notion.client import Client
from planora_notion.schema import Json
from planora_sync.adapter import AdapterContext


class Identity:
    """Asks who the tokens of a connection belong to."""

    def __init__(self, client: Client, context: AdapterContext) -> None:
        self._client = client
        self._context = context

    def reader(self) -> Json:
        """Return the integration that reads. Raises ConnectionFailed."""
        return self._client.me()

    def writer(self) -> Json:
        """Return the integration that writes: the same without a `write_token`. Raises ConnectionFailed."""
        if self._context.write_token is None:
            return self.reader()
        # Reads go out with the reading token: the writing one is asked about itself over a client of its own.
        other = Client(replace(self._context, token=self._context.write_token, write_token=None))
        try:
            return other.me()
        finally:
            other.close()
