"""The content of pages, read only where `page_text` asks for it, and again only where a page was edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from planora_notion.site.notebook import Notebook
from planora_notion.site.schema import Json
from planora_notion.translation.moments import instant
from planora_notion.translation.plaintext import Content, content
from planora_notion.transport.client import Client
from planora_sync.adapter import AdapterContext
from planora_sync.http.ahead import side_by_side

SETTLED = timedelta(minutes=2)
"""A text read so long after the last edit is of that edit: the time of an edit is rounded down to the minute."""


class Contents:
    """Reads what pages say, as plain text."""

    def __init__(self, client: Client, notebook: Notebook, context: AdapterContext) -> None:
        self._client = client
        self._notebook = notebook
        self._context = context

    def of(self, pages: Sequence[Json]) -> Mapping[str, Content]:
        """Return the content of pages by id, a request for each that was edited since; empty where it is not wanted.

        Raises ConnectionFailed.
        """
        if not self._context.page_text:
            return {}
        kept = {str(page["id"]): self._recalled(page) for page in pages if page.get("id")}
        missing = [id for id, known in kept.items() if known is None]
        makers = [lambda id=id: [(id, self._read(id))] for id in missing]
        fresh = dict(side_by_side(makers, self._context.parallel, ordered=False))
        for page in pages:
            if page.get("id") in fresh:
                self._remember(page, fresh[str(page["id"])])
        return {id: known for id, known in kept.items() if known is not None} | fresh

    def _read(self, id: str) -> Content:
        answer = self._client.markdown(id)
        if answer is None:
            return Content(whole=False)
        whole = not answer.get("truncated") and not answer.get("unknown_block_ids")
        return content(str(answer.get("markdown") or ""), whole=whole)

    def _recalled(self, page: Json) -> Content | None:
        try:
            note = self._notebook.get(f"text/{page['id']}", of=str(page["last_edited_time"]))
            return Content(
                text=str(note["text"]), done=note["done"], total=note["total"], whole=note["whole"]
            )
        except (KeyError, TypeError):
            return None

    def _remember(self, page: Json, found: Content) -> None:
        try:
            edited = instant(str(page["last_edited_time"]))
        except (KeyError, ValueError):
            return
        if self._context.now() - edited >= SETTLED:
            body = {"text": found.text, "done": found.done, "total": found.total, "whole": found.whole}
            self._notebook.put(f"text/{page['id']}", body, of=str(page["last_edited_time"]))
