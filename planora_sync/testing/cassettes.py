"""Cassettes: what a tracker answered once, replayed without it (needs vcrpy).

A recording is two files: `NAME.json`, the cassette, and `NAME.about.json`, what an adapter needs to replay it and
what it read. Hosts and the user are replaced by made-up ones, and no cassette is saved that holds a secret.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from vcr import VCR
from vcr.persisters.filesystem import FilesystemPersister
from vcr.record_mode import RecordMode

from planora_sync.adapter import Adapter, AdapterContext, Vocabulary
from planora_sync.model import Entry, Frozen, Instant
from planora_sync.testing.pulled import pull_all

USER = "user@acme.test"
TOKEN = "a-t0ken-0f-n0body"  # noqa: S105 - stands where the real one was
KEPT_IN_REQUESTS = frozenset({"accept", "content-type", "notion-version"})
KEPT_IN_ANSWERS = frozenset({"content-type", "retry-after", "location"})


class SecretInCassette(Exception):
    """A secret would have been saved; nothing was."""


class Observed(Frozen):
    """What an adapter read in the scenario: check, places, a full pull, and one entry."""

    notices: Mapping[str, int]
    """How many of each severity `check` and the pull gave."""
    places: tuple[str, ...]
    keys: tuple[str, ...]
    kinds: Mapping[str, int]
    open: int
    left_out: Mapping[str, int]
    read: str
    """Key and title of the entry that was read alone."""


class Recording(Frozen):
    """What a replay needs, and what it must give."""

    tracker: str
    url: str
    deployment: str = "cloud"
    user: str | None = None
    scope: tuple[str, ...] = ()
    boards: tuple[str, ...] = ()
    done_days: int = 180
    now: Instant
    observed: Observed

    @classmethod
    def load(cls, about: Path) -> Recording:
        """Return the recording that a file describes."""
        return cls.model_validate_json(about.read_text(encoding="utf-8"))


def observe(adapter: Adapter) -> Observed:
    """Return what an adapter reads; the same calls in the same order each time."""
    notices = Counter(notice.severity.value for notice in adapter.check())
    places = tuple(sorted(place.path for place in adapter.places()))
    pulled = pull_all(adapter)
    notices.update(notice.severity.value for notice in pulled.notices)
    left_out: Counter[str] = Counter()
    for page in pulled.pages:
        left_out.update(page.left_out)
    first = pulled.entries[0]
    found = adapter.read([first.ref.id])[first.ref.id]
    return Observed(
        notices=dict(notices),
        places=places,
        keys=tuple(sorted(entry.key for entry in pulled.entries)),
        kinds=dict(Counter(entry.kind.value for entry in pulled.entries)),
        open=sum(entry.is_open for entry in pulled.entries),
        left_out=dict(left_out),
        read=f"{found.key} {found.title}" if isinstance(found, Entry) else str(found),
    )


def record(kind: type[Adapter], context: AdapterContext, about: Path) -> Recording:
    """Run the scenario against a tracker, save the cassette beside `about`, and return the recording.

    Raises SecretInCassette, and whatever the adapter raises; then neither file is written.
    """
    moment = context.now()
    # The words of a workspace change what is read, but a recording must be replayed without its mapping.
    # Cassettes know no threads: a request made in one passes by them.
    plain = replace(
        context,
        vocabulary=Vocabulary(),
        place_vocabularies={},
        now=lambda: moment,
        read_only=True,
        parallel=1,
    )
    scrub = _Scrub.of(plain, kind.tracker)
    fresh = about.with_name(f"{_name(about)}.new.json")
    fresh.parent.mkdir(parents=True, exist_ok=True)
    fresh.unlink(missing_ok=True)
    guard = _Guarded(scrub)
    deck = _deck(scrub, guard)
    try:
        with (
            deck.use_cassette(str(fresh), record_mode=RecordMode.ONCE),
            closing(kind(plain)) as adapter,
        ):
            observed = observe(adapter)
        if guard.refusal:
            raise guard.refusal
        recording = _recording(kind, plain, scrub, observed)
        scrub.demand_silence(recording.model_dump(mode="json"), about)
        fresh.replace(_cassette(about))
    finally:
        fresh.unlink(missing_ok=True)
    about.write_text(recording.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return recording


def _recording(kind: type[Adapter], plain: AdapterContext, scrub: _Scrub, observed: Observed) -> Recording:
    return Recording(
        tracker=kind.tracker,
        url=scrub.text(plain.url),
        deployment=plain.deployment,
        user=None if plain.user is None else USER,
        scope=tuple(scrub.text(word) for word in plain.scope),
        boards=plain.boards,
        done_days=plain.done_days,
        now=plain.now(),
        observed=Observed.model_validate_json(scrub.text(observed.model_dump_json())),
    )


def replay(kind: type[Adapter], about: Path) -> Observed:
    """Return what an adapter reads from a cassette; a request that was not recorded is an error."""
    recording = Recording.load(about)
    context = AdapterContext(
        name="recorded",
        url=recording.url,
        deployment=recording.deployment,
        user=recording.user,
        token=TOKEN,
        scope=recording.scope,
        boards=recording.boards,
        done_days=recording.done_days,
        now=lambda: recording.now,
        sleep=lambda seconds: None,
        rate_share=1.0,
        parallel=1,
    )
    scrub = _Scrub.of(context, kind.tracker)
    deck = _deck(scrub, _Guarded(scrub))
    with (
        deck.use_cassette(str(_cassette(about)), record_mode=RecordMode.NONE),
        closing(kind(context)) as adapter,
    ):
        return observe(adapter)


def _name(about: Path) -> str:
    return about.name.removesuffix(".about.json")


def _cassette(about: Path) -> Path:
    return about.with_name(f"{_name(about)}.json")


def _deck(scrub: _Scrub, guard: _Guarded) -> VCR:
    deck = VCR(
        serializer="json",
        match_on=("method", "scheme", "host", "path", "query", "body"),
        filter_headers=("authorization", "cookie"),
        filter_query_parameters=("key", "token"),
        decode_compressed_response=True,
        before_record_request=scrub.request,
        before_record_response=scrub.answer,
    )
    deck.register_persister(guard)
    return deck


@dataclass(frozen=True, kw_only=True)
class _Scrub:
    """Takes out of a cassette what names the account, and knows what must not be in it at all."""

    words: Mapping[str, str]
    """What is replaced, longest first."""
    secrets: frozenset[str]

    @classmethod
    def of(cls, context: AdapterContext, tracker: str) -> _Scrub:
        host = urlsplit(context.url).netloc
        words = {host: f"{tracker}.test", quote(host, safe=""): f"{tracker}.test"}
        if context.user:
            words |= {context.user: USER, quote(context.user, safe=""): quote(USER, safe="")}
        known = {word: instead for word, instead in words.items() if word}
        secrets: set[str] = set()
        for secret in filter(None, (context.token, context.write_token)):
            secrets |= set(_spellings(secret, context.user or ""))
        return cls(
            words=dict(sorted(known.items(), key=lambda pair: -len(pair[0]))), secrets=frozenset(secrets)
        )

    def text(self, text: str) -> str:
        for word, instead in self.words.items():
            text = text.replace(word, instead)
        return text

    def demand_silence(self, thing: object, path: object) -> None:
        """Return if no text in `thing` holds a secret; raises SecretInCassette."""
        if any(secret in text for text in _texts(thing) for secret in self.secrets):
            raise SecretInCassette(f"{path} would hold a secret of this connection: not saved.")

    def request(self, request: Any) -> Any:
        request.uri = self.text(request.uri)
        request.headers = {k: v for k, v in request.headers.items() if k.lower() in KEPT_IN_REQUESTS}
        if isinstance(request.body, bytes):
            request.body = self.text(request.body.decode()).encode()
        return request

    def answer(self, answer: dict[str, Any]) -> dict[str, Any]:
        body = answer["body"]["string"]
        # A new body is of another length: libraries take a wrong Content-Length for a cut connection.
        headers = {k: v for k, v in answer["headers"].items() if k.lower() in KEPT_IN_ANSWERS}
        text = self.text(body.decode() if isinstance(body, bytes) else body)
        return {**answer, "headers": headers, "body": {"string": text.encode()}}


class _Guarded(FilesystemPersister):  # type: ignore[misc]
    """Saves no cassette that holds a secret."""

    def __init__(self, scrub: _Scrub) -> None:
        self._scrub = scrub
        self.refusal: SecretInCassette | None = None

    def save_cassette(self, cassette_path: Any, cassette_dict: Any, serializer: Any) -> None:
        # vcrpy leaves its patches in place when saving raises, so what goes wrong is kept and raised later.
        try:
            self._scrub.demand_silence(cassette_dict, cassette_path)
        except SecretInCassette as failure:
            self.refusal = failure
        else:
            FilesystemPersister.save_cassette(cassette_path, cassette_dict, serializer)


def _spellings(secret: str, user: str) -> Iterator[str]:
    yield secret
    yield quote(secret, safe="")
    for text in (secret, f"{user}:{secret}"):
        yield base64.b64encode(text.encode()).decode().rstrip("=")


def _texts(thing: object) -> Iterator[str]:
    match thing:
        case str():
            yield thing
        case bytes():
            yield thing.decode("latin-1")
        case Mapping():
            for key, value in thing.items():
                yield from _texts(key)
                yield from _texts(value)
        case list() | tuple() | set():
            for value in thing:
                yield from _texts(value)
        case _ if hasattr(thing, "_to_dict"):
            yield from _texts(thing._to_dict())
        case _:
            yield str(thing)
