"""Where a store is: its URL, read so that no error can tell the password in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, quote_plus

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from planora_sync.errors import StoreFailed

_FORMS = "Write `sqlite:///planora.db` or `postgresql://user:password@host/database` as `url` under [store]."
_POSTGRES = frozenset({"postgresql", "postgresql+psycopg", "postgres"})
_SQLITE = frozenset({"sqlite", "sqlite+pysqlite"})
_SECRET_OPTIONS = ("password", "sslpassword")
_MEMORY = frozenset({"", ":memory:"})


@dataclass(frozen=True, kw_only=True)
class Address:
    """A store's URL, understood."""

    url: URL = field(repr=False)
    shown: str
    """How messages name the store: a path, or host and database; no user, no password."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    path: Path | None = None
    """The file of an SQLite store; None in memory and on PostgreSQL."""

    @property
    def is_sqlite(self) -> bool:
        """Return whether the store is an SQLite database."""
        return self.url.drivername in _SQLITE

    def redact(self, text: str) -> str:
        """Return a text without the secrets of this address."""
        for secret in self.secrets:
            text = text.replace(secret, "***")
        return text


def parse_address(text: str) -> Address:
    """Return the address that a store's URL gives; raises StoreFailed, which repeats nothing of the URL."""
    try:
        url = make_url(text.strip())
    except (ArgumentError, ValueError):
        # `from None`: the cause may quote what stands where a port should, and that may be a password.
        raise StoreFailed("The store's `url` is no database URL.", next_step=_FORMS) from None
    if url.drivername in _SQLITE:
        return _sqlite(url)
    if url.drivername in _POSTGRES:
        _refuse_open_password(text)
        return _postgres(url)
    raise StoreFailed("The store's `url` names a database that planora-sync cannot use.", next_step=_FORMS)


def _sqlite(url: URL) -> Address:
    if url.host:
        raise StoreFailed(
            "The store's `url` has two slashes where a file needs three.",
            next_step=f"Write `sqlite:///{url.host}`.",
        )
    name = url.database or ""
    if name in _MEMORY or name.startswith("file:"):
        return Address(url=url, shown="in memory" if name in _MEMORY else name)
    path = Path(name).expanduser()
    return Address(url=url.set(database=str(path)), shown=str(path), path=path)


def _postgres(url: URL) -> Address:
    given = [url.password, *(url.query.get(option) for option in _SECRET_OPTIONS)]
    secrets = {secret for secret in given if isinstance(secret, str) and secret}
    secrets |= {quoted(secret) for secret in secrets for quoted in (quote, quote_plus)}
    port = f":{url.port}" if url.port else ""
    return Address(
        url=url.set(drivername="postgresql+psycopg"),
        shown=f"postgresql://{url.host or ''}{port}/{url.database or ''}",
        # The longest first: a short one may be a part of it.
        secrets=tuple(sorted(secrets, key=len, reverse=True)),
    )


def _refuse_open_password(text: str) -> None:
    # Whatever stands behind the first @ of a password would be taken for the host, and messages name hosts.
    if text.count("@") > 1:
        raise StoreFailed(
            "The store's `url` has more than one @.",
            next_step="Write an @ in the password as %40 (a / as %2F, a : as %3A, a ? as %3F, a # as %23).",
        )
