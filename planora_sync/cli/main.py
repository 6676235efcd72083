"""The `planora-sync` command: finds the command's module when it is called, and turns errors into exit statuses.

Exit status: 0 fine, 1 findings at or above --fail-on, 2 usage or configuration, 3 a connection failed or was
incomplete, 4 some corrections were not applied, 70 a fault in planora-sync itself, 130 interrupted.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
import traceback
from collections.abc import Sequence

import click

from planora_sync import __version__
from planora_sync.cli.logs import log_to_stderr
from planora_sync.errors import PlanoraError

COMMANDS: dict[str, str] = {
    "init": "Ask for a tracker, look at it, and write config.toml.",
    "check": "Say what works, what does not, and which rights corrections would need.",
    "pull": "Read what changed from each connection into the store.",
    "entries": "List entries: where they are filed and what they are.",
    "audit": "Report what is filed in the wrong place or lacks something.",
    "explain": "Print every fact about one entry, with its weight.",
    "history": "Print what changed on one entry, when, and by whom.",
    "propose": "Make a proposal of corrections; writes nothing to a tracker.",
    "show": "Print a proposal that was made before.",
    "approve": "Approve a proposal, whole or in part.",
    "apply": "Write an approved proposal to the trackers.",
    "undo": "Make the proposal that brings former values back.",
    "run": "Pull, audit, propose and report in one go, for schedules.",
    "webhook": "Verify a webhook's request and read again what it hints at.",
    "report": "Write the audit as a report.",
    "rules": "List the rules, or print one.",
    "adapters": "List the installed trackers.",
    "sandbox": "Serve a stand-in of a tracker's API, to try things without an account.",
    "demo": "Show the whole loop on three stand-ins in half a minute.",
}
"""Command -> what it does, so that help need not load a command."""

logger = logging.getLogger(__name__)

EXIT_FAULT = 70
EXIT_INTERRUPTED = 130


class ReaderGone(Exception):
    """Whoever read our output has gone, as `head` does."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; raises ReaderGone, for click would end the process as if there were findings."""
        try:
            status = super().invoke(ctx)
            sys.stdout.flush()
            return status
        except BrokenPipeError as failure:
            raise ReaderGone from failure

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of the workflow."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, importing its module; None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"planora_sync.cli.commands.{cmd_name}")
        command = module.command
        assert isinstance(command, click.Command)  # noqa: S101 - each module's own promise
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="planora-sync")
@click.option(
    "--config", "-c", default="config.toml", show_default=True, metavar="FILE", help="The configuration."
)
@click.option("--verbose", "-v", count=True, help="Say more: -v what is done, -vv every request.")
@click.pass_context
def cli(ctx: click.Context, config: str, verbose: int) -> None:
    """Keeps roadmap, backlog and plan apart in Jira, Notion and Trello.

    Reads every entry, says what it is and why, reports what is filed in the wrong place and, once a person
    approves, moves it there in the tracker itself, reversibly.
    """
    log_to_stderr(verbose)
    ctx.obj = {"config": config, "verbose": verbose}


def run(arguments: Sequence[str]) -> int:
    """Return the exit status of a command line."""
    try:
        status = cli.main(args=list(arguments), prog_name="planora-sync", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("Interrupted.", err=True)
        return EXIT_INTERRUPTED
    except KeyboardInterrupt:
        click.echo("Interrupted.", err=True)
        return EXIT_INTERRUPTED
    except click.ClickException as failure:
        failure.show()
        return 2
    except PlanoraError as failure:
        click.echo(f"planora-sync: {failure}", err=True)
        return failure.exit_status
    except ReaderGone:
        _silence()
        return 0
    except Exception as failure:  # noqa: BLE001 - a status of its own: 1 would mean findings
        return _fault(failure)
    return status if isinstance(status, int) else 0


def _silence() -> None:
    """Let what is still to be flushed go nowhere: the interpreter would complain about it at its end."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - until the process ends


def _fault(failure: Exception) -> int:
    """Say where planora-sync itself failed; not with what words, for they may hold anything."""
    last = traceback.extract_tb(failure.__traceback__)[-1]
    where = f"{type(failure).__name__} in {os.path.basename(last.filename)}, line {last.lineno}"
    click.echo(
        f"planora-sync: a fault in planora-sync itself: {where}. Nothing is lost: what was applied stands in the "
        "journal. Please report it; `planora-sync -v ...` prints the traceback.",
        err=True,
    )
    logger.info("traceback", exc_info=failure)
    return EXIT_FAULT
