"""A pull, read to its end: what tests of adapters look at."""

from __future__ import annotations

import itertools
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, field

from planora_sync.adapter import Adapter, Notice, Page, Severity
from planora_sync.model import Entry, Place


@dataclass(frozen=True, kw_only=True)
class Pulled:
    """All pages of one pull, in order."""

    pages: tuple[Page, ...] = field(repr=False)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Return the entries of all pages, doubles included."""
        return tuple(entry for page in self.pages for entry in page.entries)

    @property
    def by_id(self) -> Mapping[str, Entry]:
        """Return the entries by external id."""
        return {entry.ref.id: entry for entry in self.entries}

    @property
    def places(self) -> tuple[Place, ...]:
        """Return the places of all pages; one may come with several pages."""
        return tuple({(place.kind, place.id): place for page in self.pages for place in page.places}.values())

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Return what was noticed."""
        return tuple(notice for page in self.pages for notice in page.notices)

    @property
    def errors(self) -> tuple[Notice, ...]:
        """Return the notices that make the pull incomplete."""
        return tuple(notice for notice in self.notices if notice.severity is Severity.ERROR)

    @property
    def cursor(self) -> str | None:
        """Return the cursor of the last page."""
        return self.pages[-1].cursor if self.pages else None


def pull_all(adapter: Adapter, since: str | None = None, resume: str | None = None) -> Pulled:
    """Return everything that one pull gives. Raises as `Adapter.pull` does."""
    return Pulled(pages=tuple(adapter.pull(since, resume)))


def pull_some(adapter: Adapter, pages: int, since: str | None = None) -> Pulled:
    """Return the first pages of a pull that ends there, as if it were killed. Raises as `Adapter.pull` does."""
    with closing(_stoppable(adapter, since)) as coming:
        return Pulled(pages=tuple(itertools.islice(coming, pages)))


def _stoppable(adapter: Adapter, since: str | None) -> Generator[Page]:
    yield from adapter.pull(since)


def differing(left: Entry, right: Entry) -> frozenset[str]:
    """Return the names of the fields in which two entries differ; `raw` does not count."""
    names = set(Entry.model_fields) - {"raw"}
    return frozenset(name for name in names if getattr(left, name) != getattr(right, name))
