"""Writes the changes of one entry, call by call; what was done before a refusal is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from planora_jira.site.screens import holding
from planora_jira.transport.client import JiraClient
from planora_jira.writing.calls import Hop, Relocation
from planora_jira.writing.walking import Walker
from planora_jira.writing.writer import Unchanged, Writer
from planora_sync.adapter import Outcome, ReadResult, Refused, Step, Unknown, Written
from planora_sync.change import Change, Field, current, same
from planora_sync.errors import ConnectionFailed
from planora_sync.model import Entry

Read = Callable[[str], ReadResult]
"""Reads an entry fresh, by external id; raises ConnectionFailed."""


class Applier:
    """Makes the calls of one entry in their order."""

    def __init__(self, writer: Writer, client: JiraClient, read: Read) -> None:
        self._writer = writer
        self._client = client
        self._read = read

    def apply(self, entry: Entry, changes: Sequence[Change], steps: Sequence[Step]) -> Outcome:
        """Make the calls that `Writer.steps` planned and return what came of them; raises nothing."""
        done: list[Field] = []
        hops = tuple(step for step in steps if isinstance(step, Hop))
        for step in steps:
            match step:
                case Hop() if step is not hops[0]:
                    continue
                case Hop():
                    outcome = self._walk(entry, changes, hops)
                case Relocation():
                    outcome = self._writer.mover.send(step)
                case _:
                    outcome = self._writer.send(step, self.unchanged(entry, changes, step.fields))
            match outcome:
                case Written():
                    done += [field for field in step.fields if field not in done]
                case Refused():
                    return Refused(reason=outcome.reason, done=(*done, *outcome.done))
                case Unknown():
                    return outcome
        return Written()

    def _walk(self, entry: Entry, changes: Sequence[Change], hops: Sequence[Hop]) -> Outcome:
        held = holding(entry, changes, cloud=self._client.cloud)
        unchanged = self.unchanged(entry, changes, (Field.STATUS,))

        def send(step: Step) -> Outcome:
            # After the first hop the status is another one: nothing is sent twice then.
            return self._writer.send(step, unchanged if step is hops[0] else None)

        return Walker(self._writer.ways, self._client, send).walk(entry, hops, held)

    def unchanged(self, entry: Entry, changes: Sequence[Change], fields: Sequence[Field]) -> Unchanged:
        """Return a question: whether an issue still holds, in the fields of a call, what it held when read."""

        def ask() -> str | None:
            try:
                now = self._read(entry.ref.id)
            except ConnectionFailed as failure:
                return f"Then it could not be read: {failure}"
            if not isinstance(now, Entry):
                return f"Then {entry.key} was not there."
            changed = [
                change.property.name if change.property else change.field.value
                for change in changes
                if change.field in fields
                and not same(
                    current(now, change.field, change.property), current(entry, change.field, change.property)
                )
            ]
            return f"Meanwhile somebody changed {', '.join(changed)}." if changed else None

        return ask
