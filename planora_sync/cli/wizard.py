"""Leads a newcomer from an address and a token to a configuration; asks only what was not said."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from planora_sync.cli import init_output as out
from planora_sync.cli.asking import ask, ask_until, confirm
from planora_sync.config import ConnectionConfig
from planora_sync.errors import CredentialsRefused, PlaceNotVisible, UsageError
from planora_sync.mapping.loading import load_preset
from planora_sync.mapping.preset import ConnectionMapping
from planora_sync.model import Place
from planora_sync.registry import names
from planora_sync.service.setup.choosing import Scope, choose
from planora_sync.service.setup.connecting import Connected, Surroundings, connect
from planora_sync.service.setup.credentials import (
    Credentials,
    checked_url,
    in_variable,
    secret,
    user_name,
)
from planora_sync.service.setup.given import Given
from planora_sync.service.setup.guides import Guide, guide
from planora_sync.service.setup.preview import Preview, preview
from planora_sync.service.setup.suggest import Suggestion, suggest
from planora_sync.service.setup.writing import NewConnection, config_text, write


class Wizard:
    """Asks, looks, proposes, writes."""

    def __init__(self, given: Given, around: Surroundings, *, asks: bool) -> None:
        """Begin.

        Args:
            given: what was said on the command line.
            around: the clock.
            asks: whether there is somebody to ask.
        """
        self._given = given
        self._around = around
        self._asks = asks

    def run(self, file: Path, existing: str | None) -> None:
        """Write a connection into a configuration file.

        Args:
            file: where to.
            existing: what stands there already, or None.

        Raises UsageError with everything that is missing where nobody can be asked, ConnectionFailed.
        """
        self._complete()
        credentials, connected = self._connected()
        out.print_connected(connected, self._guide)
        scope = self._scope(connected)
        suggestion = self._suggestion(connected, scope)
        config = self._configured(connected, scope, suggestion)
        shown = self._preview(config, connected)
        if self._asks and not confirm(f"Write connection {config.name} to {file}?"):
            raise click.Abort
        new = NewConnection(
            name=config.name,
            tracker=config.tracker,
            deployment=config.deployment,
            credentials=credentials,
            scope=scope,
            suggestion=suggestion,
            people=shown.people,
        )
        self._write(new, file, existing)
        out.print_end(new, file, added=existing is not None)

    @property
    def _guide(self) -> Guide:
        return guide(self._given.known_tracker)

    # -- what is asked ------------------------------------------------------------------------------------

    def _complete(self) -> None:
        """Ask which tracker it is; raise UsageError where something is missing and nobody can be asked."""
        if not self._asks:
            missing = self._given.missing()
            if missing:
                raise UsageError(
                    f"There is nobody to ask, and something is missing: {'; '.join(missing)}.",
                    next_step="Say it on the command line, or run it on a terminal (--ask).",
                )
            return
        out.print_beginning()
        if not (self._given.url or self._given.tracker):
            said = ask("Which tracker? Its address, or notion or trello")
            self._say(**({"tracker": said.casefold()} if said.casefold() in names() else {"url": said}))
        if self._given.tracker and self._guide.own_host and not self._given.url:
            self._say(url=ask(f"Address of your {self._guide.title} ({self._guide.example})"))
        out.print_guide(self._guide)
        if self._guide.user and not self._given.user:
            self._say(user=ask(self._guide.user, default=None if self._guide.user_needed else ""))

    def _say(self, **more: str) -> None:
        self._given = dataclasses.replace(self._given, **more)  # type: ignore[arg-type]

    def _connected(self) -> tuple[Credentials, Connected]:
        if not self._asks or self._given.token_said:
            return self._try(self._given.token_said)
        question = f"{self._guide.token} (it does not show; or env:NAME, file:PATH, cmd:COMMAND)"
        return ask_until(lambda: ask(question, hidden=True), self._try, CredentialsRefused, UsageError)

    def _try(self, token: str) -> tuple[Credentials, Connected]:
        given, tracker = self._given, self._given.known_tracker
        credentials = Credentials(
            url=checked_url(given.url, tracker),
            user=user_name(given.user, env=given.env, folder=given.folder) if given.user else None,
            token=secret(token, env=given.env, folder=given.folder, plain=given.plain),
        )
        click.echo("Looking ...")
        connected = connect(
            given.connection, credentials, self._around, tracker=tracker, deployment=given.deployment
        )
        self._say(tracker=connected.config.tracker)
        held = in_variable(credentials.token, self._given.variable, given.env)
        return dataclasses.replace(credentials, token=held), connected

    def _scope(self, connected: Connected) -> Scope:
        name, tops = connected.config.name, connected.tops
        if not tops:
            raise PlaceNotVisible(
                "These credentials work, and can see nothing.",
                connection=name,
                next_step=f"To read, {self._guide.reading}.",
            )
        if self._given.scope or not self._asks:
            return choose(tops, self._given.scope, name)
        out.print_places(tops, connected.places)
        question = "Which ones? Numbers or names, with commas; Enter for all"
        return ask_until(
            lambda: ask(question, default=""),
            lambda said: choose(tops, [word for word in said.split(",") if word.strip()], name),
            PlaceNotVisible,
        )

    # -- what follows -------------------------------------------------------------------------------------

    def _suggestion(self, connected: Connected, scope: Scope) -> Suggestion:
        if self._given.mapping:
            return Suggestion(default=self._given.mapping, choices=())
        suggestion = suggest(connected.config.tracker, _within(connected.places, scope))
        out.print_suggestion(suggestion)
        return suggestion

    def _configured(self, connected: Connected, scope: Scope, suggestion: Suggestion) -> ConnectionConfig:
        folder = self._given.folder
        mapping = ConnectionMapping(
            default=load_preset(suggestion.default, folder),
            by_place={place: load_preset(one, folder) for place, one in suggestion.by_place.items()},
        )
        return dataclasses.replace(connected.config, scope=scope.words, mapping=mapping)

    def _preview(self, config: ConnectionConfig, connected: Connected) -> Preview:
        click.echo("Reading the first entries ...")
        shown = preview(config, connected.places, self._around)
        out.print_preview(shown)
        return shown

    def _write(self, new: NewConnection, file: Path, existing: str | None) -> None:
        token = new.credentials.token
        env = dict(self._given.env)
        if token.export:
            env[token.export] = token.value.get_secret_value()
        write(file, config_text(new, existing), env=env, private=token.is_plain)


def _within(places: tuple[Place, ...], scope: Scope) -> list[Place]:
    """Return the chosen places and what they hold."""
    chosen = {place.id for place in scope.places}
    found = [place for place in places if place.id in chosen]
    while True:
        more = [place for place in places if place.container in chosen and place.id not in chosen]
        if not more:
            return found
        chosen |= {place.id for place in more}
        found += more
