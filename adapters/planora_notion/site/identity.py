"""Who we are to Notion: one integration, or one that reads and another that writes."""

from __future__ import annotations

from dataclasses import replace

from planora_notion.site.notebook import DAY, WE, Notebook
from planora_notion.site.schema import Json
from planora_notion.transport.client import Client
from planora_sync.adapter import AdapterContext
from planora_sync.errors import ConnectionFailed


class Identity:
    """Asks who the tokens of a connection belong to."""

    def __init__(self, client: Client, notebook: Notebook, context: AdapterContext) -> None:
        self._client = client
        self._notebook = notebook
        self._context = context

    def remember(self) -> None:
        """Note once a day who we are, where webhooks come: they tell who wrote. Raises ConnectionFailed."""
        if not self._context.webhook_secret or self._notebook.get(WE, within=DAY) is not None:
            return
        who = {str(self.reader()["id"])}
        if self._context.write_token is not None and not self._context.read_only:
            try:
                who.add(str(self.writer()["id"]))
            except ConnectionFailed:
                return  # A writing token that is refused stops no reading; `check` says so.
        self._notebook.put(WE, sorted(who))

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
