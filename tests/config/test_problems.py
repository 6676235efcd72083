"""What is wrong comes all at once, each with its line, what was meant and what to write instead."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from planora_sync.config import Config, load_config
from planora_sync.errors import ConfigProblem, UsageError

Loader = Callable[..., Config]
Problems = Callable[..., tuple[ConfigProblem, ...]]

MANY = """\
[connections.work]
tracker = "jira"
url = "https://acme.atlassian.net/jira/software/projects/PLAN"
tokn = "x"
token = "env:JIRA_TOKEN"
read_onyl = false
read_only = "no"
done_days = 0
boards = [12, 12]
mapping = "jira-scrm"
mappings = { OPS = "jira-kanbn", HELP = 3 }
[connections.work.plan]
stile = "flow"
[[connections.work.filed]]
layer = "plan"
when = { sprnt = "active", level = "two", kind = "bugg" }
[connections.notes]
tracker = "notion"
projects = ["X"]
mapping = "jira-scrum"
deployment = "data_center"
[people.ana]
name = "Ana"
role = "product_manger"
aliases = ["jira.wrk:1", "ana@acme.com"]
[people.anna]
name = "Anna"
aliases = ["Ana@acme.com"]
[caps]
max_share = 3
[rules]
ignore = { PS101 = "", XX1 = "y" }
level = { PS201 = "eror" }
[rules.thresholds]
settle = 4
[homes]
plan = "wrk:PLAN"
roadmap = "PLAN"
[aproval]
"""
EXPECTED = [
    ("line 3 (connections.work.url)", "has no path", "https://acme.atlassian.net"),
    ("line 4 (connections.work.tokn)", "unknown key `tokn`", "`token`"),
    ("line 5 (connections.work.token)", "JIRA_TOKEN is not set", "export JIRA_TOKEN"),
    ("line 6 (connections.work.read_onyl)", "unknown key `read_onyl`", "Did you mean `read_only`?"),
    ("line 7 (connections.work.read_only)", "must be true or false", "without quotes"),
    ("line 8 (connections.work.done_days)", "must be at least 1", "number"),
    ("line 9 (connections.work.boards[1])", "`12` is listed twice", "out"),
    ("line 10 (connections.work.mapping)", "no mapping `jira-scrm`", "Did you mean `jira-scrum`?"),
    ("line 11 (connections.work.mappings.OPS)", "no mapping `jira-kanbn`", "`jira-kanban`"),
    ("line 11 (connections.work.mappings.HELP)", "this is no mapping", "file:PATH"),
    ("line 13 (connections.work.plan.stile)", "unknown key `stile`", "Did you mean `style`?"),
    ("line 16 (connections.work.filed[0].when.sprnt)", "unknown key `sprnt`", "Did you mean `sprint`?"),
    ("line 16 (connections.work.filed[0].when.level)", "no comparison", '`">=1"`'),
    ("line 16 (connections.work.filed[0].when.kind[0])", "none of the words", "Did you mean `bug`?"),
    ("line 17 (connections.notes.token)", "`token` is missing", "env:NOTION_TOKEN"),
    ("line 19 (connections.notes.projects)", "notion has no `projects`", "`data_sources = [...]`"),
    ("line 20 (connections.notes.mapping)", "is a mapping for jira", "notion-one-database"),
    ("line 21 (connections.notes.deployment)", "no deployments", "Take it out"),
    ("line 24 (people.ana.role)", "none of the words", "Did you mean `product_manager`?"),
    ("line 25 (people.ana.aliases[0])", "no connection `jira.wrk`", "Did you mean `jira.work`?"),
    ("line 26 (people.anna)", "`ana@acme.com` is ana and anna", "Tell them apart"),
    ("line 30 (caps.max_share)", "must be at most 1", ""),
    ("line 32 (rules.ignore.PS101)", "is empty", "text"),
    ("line 32 (rules.ignore.XX1)", "`XX1` is no code", "`PS101`"),
    ("line 33 (rules.level.PS201)", "none of the words", "Did you mean `error`?"),
    ("line 35 (rules.thresholds.settle)", "no length of time", '"4h"'),
    ("line 37 (homes.plan)", "no connection `wrk`", "Did you mean `work`?"),
    ("line 38 (homes.roadmap)", "is no place", "work:PLAN/board:12"),
    ("line 39 (aproval)", "unknown key `aproval`", "Did you mean `approval`?"),
]


def test_everything_wrong_comes_at_once_in_the_order_of_the_file(refused: Problems) -> None:
    problems = refused(MANY)
    assert [problem.where for problem in problems] == sorted(
        (problem.where for problem in problems), key=lambda where: int(where.split()[1])
    )
    for where, what, instead in EXPECTED:
        found = [each for each in problems if each.where == where and what in each.what]
        assert found, (where, what)
        assert instead in found[0].instead
    assert len(problems) == len(EXPECTED)


def test_no_configuration_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load_config(tmp_path / "config.toml", env={})
    assert "config.toml: No such file" in caught.value.message
    assert "planora-sync init" in caught.value.help()
    assert "planora-sync demo" in caught.value.help()
    with pytest.raises(UsageError, match="Is a directory"):
        load_config(tmp_path, env={})


def test_no_connection(refused: Problems) -> None:
    (problem,) = refused("")
    assert problem.where == "connections"
    assert "planora-sync init" in problem.instead
    assert [str(p.what) for p in refused("connections = 3\nstore = 4\npeople = [1]")] == [
        "`connections` must be a table",
        "`store` must be a table",
        "`people` must be a table",
    ]


@pytest.mark.parametrize("name", ["my work", "a.b", "a/b", "a:b"])
def test_a_name_that_no_reference_can_hold(refused: Problems, jira: str, name: str) -> None:
    (problem,) = refused(jira.replace("connections.work", f'connections."{name}"'))
    assert problem.where.startswith("line 1 ")
    assert "letters, digits" in problem.what
    assert "Call it `" in problem.instead


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("acme.atlassian.net", "no http(s) address"),
        ("ftp://acme.com", "no http(s) address"),
        ("https://", "no http(s) address"),
        ("https://acme .com", "no http(s) address"),
        ("https://user:pw@acme.com", "holds credentials"),
        ("https://acme.com/x?token=1", "is a page"),
        ("https://acme.com:port", "is no address"),
        ("", "is missing"),
    ],
)
def test_an_address_that_is_none(refused: Problems, jira: str, url: str, what: str) -> None:
    (problem,) = refused(jira.replace("https://acme.atlassian.net", url))
    assert problem.where == "line 3 (connections.work.url)"
    assert what in problem.what
    assert problem.instead


def test_a_trailing_slash_goes_and_a_path_stays(load: Loader, jira: str) -> None:
    config = load(jira.replace("https://acme.atlassian.net", "https://acme.com/jira/"))
    assert config.connections["work"].url == "https://acme.com/jira"
    assert not config.warnings


@pytest.mark.parametrize(
    ("url", "warned"),
    [
        ("http://jira.acme.com", True),
        ("http://localhost:8080", False),
        ("http://127.0.0.1:9", False),
        ("http://[::1]:9", False),
        ("http://jira.localhost", False),
        ("http://localhost.acme.com", True),
    ],
)
def test_an_unencrypted_address_of_another_machine_warns(
    load: Loader, jira: str, url: str, warned: bool
) -> None:
    warnings = load(jira.replace("https://acme.atlassian.net", url)).warnings
    assert bool(warnings) is warned
    if warned:
        assert "line 3 (connections.work.url): the credentials travel unencrypted" in str(warnings[0])


def test_two_connections_that_read_the_same(refused: Problems, load: Loader, jira: str) -> None:
    both = jira + 'projects = ["PLAN", "OPS"]\n' + jira.replace("work", "again") + 'projects = ["plan"]\n'
    (problem,) = refused(both)
    assert problem.where == "line 12 (connections.again.projects[0])"
    assert "`work` reads `plan` already" in problem.what
    # Another account may see another project of that name.
    other = both.replace(
        '1234"\nmapping = "jira-scrum"\nprojects = ["plan"]',
        '9999"\nmapping = "jira-scrum"\nprojects = ["plan"]',
    )
    assert len(load(other).connections) == 2


def test_a_trello_token_without_its_key(refused: Problems, load: Loader) -> None:
    trello = '[connections.b]\ntracker = "trello"\ntoken = "ATTA0123456789"\nmapping = "trello-kanban"\n'
    (problem,) = refused(trello)
    assert "needs the key" in problem.what
    assert load(trello.replace("ATTA", "eyJ")).connections["b"].user is None


def test_a_code_that_no_rule_has_is_only_warned_of(load: Loader, jira: str) -> None:
    config = load(jira + '[rules]\nselect = ["PS1", "PS201"]\nignore = { PS998 = "later" }\n')
    (warning,) = config.warnings
    assert "PS998" in warning.what
    assert config.rules.ignore == {"PS998": "later"}


def test_a_broken_mapping_file_is_named_with_its_own_line(
    refused: Problems, tmp_path: Path, jira: str
) -> None:
    (tmp_path / "own.toml").write_text('extends = "jira-scrum"\n[plan]\nstile = "flow"\n')
    (problem,) = refused(jira.replace('"jira-scrum"', '"file:own.toml"'))
    assert problem.where.startswith("line 5 (connections.work.mapping): ")
    assert "own.toml, line 3 (plan.stile)" in problem.where
    assert "Did you mean `style`?" in problem.instead
    (problem,) = refused(jira.replace('"jira-scrum"', '"file:nowhere.toml"'))
    assert "cannot be read" in problem.what


@pytest.mark.parametrize("url", ["mysql://x/y", "planora.db", "sqlite:planora.db"])
def test_a_store_that_is_none(refused: Problems, jira: str, url: str) -> None:
    (problem,) = refused(f'{jira}[store]\nurl = "{url}"\n')
    assert problem.where == "line 7 (store.url)"
    assert "sqlite:///planora.db" in problem.instead


MORE = """\
[store]
url = "env:NOWHERE"
[connections]
one = 1
[connections.bare]
[connections.typo]
tracker = "jria"
mapping = "jira-scrum"
[connections.odd]
tracker = "jira"
url = 3
token = 4
mapping = 5
mappings = 6
[connections.places]
tracker = "jira"
url = "https://acme.atlassian.net"
token = "cmd:false"
mapping = "A-Token-In-The-Wrong-Place-123"
[connections.places.mappings]
OPS = "jira-kanban"
"🛠 ops" = "none"
LAB = { extends = "jira-kanbn" }
WEB = { plan = { stile = "flow" } }
[people.bob]
role = "developer"
[rules]
thresholds = 3
[approval]
plan = ["boss"]
"""
EXPECTED_MORE = [
    ("line 2 (store.url)", "environment variable NOWHERE is not set"),
    ("line 4 (connections.one)", "`one` must be a table"),
    ("line 5 (connections.bare.tracker)", "`tracker` is missing"),
    ("line 7 (connections.typo.tracker)", "no tracker `jria` is installed"),
    ("line 11 (connections.odd.url)", "`url` must be a text"),
    ("line 12 (connections.odd.token)", "`token` must be a text"),
    ("line 13 (connections.odd.mapping)", "`mapping` must be a text"),
    ("line 14 (connections.odd.mappings)", "`mappings` must be a table"),
    ("line 18 (connections.places.token)", "the command false exited with status 1"),
    ("line 19 (connections.places.mapping)", "there is no mapping of this name"),
    ('line 22 (connections.places.mappings."🛠 ops")', "`🛠 ops` and `OPS` are the same place"),
    ("line 23 (connections.places.mappings.LAB.extends)", "there is no mapping `jira-kanbn`"),
    ("line 24 (connections.places.mappings.WEB.plan.stile)", "unknown key `stile`"),
    ("line 25 (people.bob.name)", "`name` is missing"),
    ("line 28 (rules.thresholds)", "`thresholds` must be a table"),
    ("line 30 (approval.plan[0])", "none of the words known here"),
]


def test_one_broken_table_hides_nothing_in_the_others(refused: Problems) -> None:
    problems = refused(MORE)
    for where, what in EXPECTED_MORE:
        assert [each for each in problems if each.where == where and what in each.what], (where, what)
    assert len(problems) == len(EXPECTED_MORE)
    assert "A-Token" not in str(problems)


def test_a_connection_without_mapping_is_told_which_there_are(refused: Problems, jira: str) -> None:
    (problem,) = refused(jira.replace('mapping = "jira-scrum"\n', ""))
    assert problem.what == "`mapping` is missing"
    assert "jira-kanban" in problem.instead
    assert "notion-roadmap" not in problem.instead


def test_a_secret_that_everybody_can_read_is_warned_of(load: Loader, jira: str, tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("t0ken-12345")
    secret.chmod(0o644)
    (warning,) = load(jira.replace("plain-token-1234", "file:token")).warnings
    assert "everybody on this machine can read" in warning.what
    assert "chmod 600" in warning.instead


@pytest.mark.parametrize(
    ("line", "what", "instead"),
    [
        ("parallel = 0", "must be at least 1", "number"),
        ("parallel = 17", "must be at most 16", "number"),
        ('parallel = "4"', "must be a whole number", "without quotes"),
        ('page_text = "yes"', "must be true or false", "without quotes"),
        ('census = "daily"', "no length of time", '"off"'),
        ("census = 24", "no length of time", '"24h"'),
        ('census = "99999999999999d"', "too long", '"off"'),
        ('webhook_secret = "env:NOT_THERE"', "NOT_THERE is not set", "export NOT_THERE"),
    ],
)
def test_what_a_connection_may_say_of_its_reading(
    refused: Problems, jira: str, line: str, what: str, instead: str
) -> None:
    (problem,) = refused(f"{jira}{line}\n")
    assert problem.where == f"line 6 (connections.work.{line.partition(' ')[0]})"
    assert what in problem.what
    assert instead in problem.instead
