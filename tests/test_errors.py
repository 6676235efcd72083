"""Every error has a code, an exit status and a next step, and crosses processes unharmed."""

from __future__ import annotations

import copy
import pickle
import re
from datetime import UTC, datetime

import pytest

import planora_sync.errors as errors
from planora_sync.errors import (
    AdapterLoadError,
    AnswerUnreadable,
    CapsExceeded,
    ConfigError,
    ConfigProblem,
    ConnectionFailed,
    CredentialsRefused,
    EndpointGone,
    NotApplied,
    NotApproved,
    PlaceNotVisible,
    PlanoraError,
    RateLimited,
    ReadOnlyConnection,
    SignatureRefused,
    StoreFailed,
    UnknownReference,
    Unreachable,
    Unsupported,
    UsageError,
)

PROBLEMS = (
    ConfigProblem("line 3", "unknown key `tokn`", "Did you mean `token`?"),
    ConfigProblem("connections.work.token", "the variable JIRA_TOKEN is not set", "Set it."),
)
ONE_OF_EACH: list[PlanoraError] = [
    PlanoraError("It failed.", next_step="Try again."),
    UsageError("No such flag.", next_step="See --help."),
    ConfigError("config.toml", PROBLEMS),
    AdapterLoadError("linear", "planora-linear", "ModuleNotFoundError: No module named 'x'"),
    UnknownReference("No entry jira.work/1.", next_step="Run pull."),
    ConnectionFailed("It failed.", connection="work", next_step="Look."),
    CredentialsRefused("401.", connection="work", next_step="Renew the token."),
    PlaceNotVisible("No project PLAN.", connection="work", next_step="Share it."),
    EndpointGone("410.", connection="work", next_step="Upgrade."),
    AnswerUnreadable("HTML.", connection="work", next_step="Look at the address."),
    RateLimited("Not now.", connection="work", retry_in=30.0),
    SignatureRefused("Not signed.", connection="work", next_step="Look at the secret."),
    Unreachable("No answer.", connection="work", sent=False),
    NotApplied("Not applied.", next_step="Look."),
    ReadOnlyConnection("work"),
    NotApproved("Nobody approved it.", next_step="Approve it."),
    CapsExceeded("Too many.", next_step="Say --force-caps."),
    Unsupported("Trello has no types.", instead="Use a label."),
    StoreFailed("The store is of version 9.", next_step="Upgrade planora-sync."),
]


def _tree(kind: type[PlanoraError]) -> set[type[PlanoraError]]:
    # Only this module's: other parts of the product and tests may add their own below.
    below = {one for one in kind.__subclasses__() if one.__module__ == errors.__name__}
    return {kind}.union(*(_tree(one) for one in below))


KINDS = sorted(_tree(PlanoraError), key=lambda kind: kind.__name__)


def test_there_is_an_example_of_each() -> None:
    assert {type(error) for error in ONE_OF_EACH} == set(KINDS)


def test_codes_are_stable_words_and_unique() -> None:
    codes = [kind.code for kind in KINDS]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    named = re.findall(r"[A-Z]\w+(?=  |\n|$)", (errors.__doc__ or "").partition("PlanoraError")[2])
    assert {kind.__name__ for kind in KINDS} - {"PlanoraError"} <= set(named)


@pytest.mark.parametrize(
    ("kind", "status"), [(UsageError, 2), (ConnectionFailed, 3), (NotApplied, 4), (StoreFailed, 2)]
)
def test_exit_statuses_go_by_family(kind: type[PlanoraError], status: int) -> None:
    assert {one.exit_status for one in _tree(kind)} == {status}


@pytest.mark.parametrize("error", ONE_OF_EACH, ids=lambda error: type(error).__name__)
def test_every_error_says_what_happened_and_what_to_do(error: PlanoraError) -> None:
    assert error.help()
    assert error.message in str(error)
    assert error.help() in str(error)


@pytest.mark.parametrize("error", ONE_OF_EACH, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("carry", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
def test_every_error_crosses_processes(error: PlanoraError, carry: object) -> None:
    assert callable(carry)
    again = carry(error)
    assert type(again) is type(error)
    assert (str(again), repr(again), again.help()) == (str(error), repr(error), error.help())
    assert vars(again) == vars(error)


def test_a_connection_is_named_first() -> None:
    assert str(CredentialsRefused("401.", connection="work")).startswith("[work] 401.")
    assert str(CredentialsRefused("401.")) == "401."


def test_problems_of_a_configuration_come_all_at_once() -> None:
    text = str(ConfigError("config.toml", PROBLEMS))
    assert text.splitlines() == [
        "config.toml: 2 problems in the configuration.",
        "  - line 3: unknown key `tokn`. Did you mean `token`?",
        "  - connections.work.token: the variable JIRA_TOKEN is not set. Set it.",
    ]
    assert "1 problem in" in str(ConfigError("config.toml", PROBLEMS[:1]))


@pytest.mark.parametrize(
    ("retry_in", "step"), [(None, "Wait and run again."), (29.6, "Run again in 30 seconds.")]
)
def test_a_rate_limit_says_when(retry_in: float | None, step: str) -> None:
    assert RateLimited("Not now.", retry_in=retry_in).help() == step


def test_a_pause_says_until_when() -> None:
    until = datetime(2026, 11, 25, 3, 5, tzinfo=UTC)
    assert "until 2026-11-25 03:05 UTC" in RateLimited("Not now.", retry_in=9000, until=until).help()


def test_a_write_counts_as_sent_unless_it_is_known() -> None:
    assert Unreachable("No answer.").sent
    assert not Unreachable("No answer.", sent=False).sent
