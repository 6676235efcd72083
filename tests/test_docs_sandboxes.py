"""What docs/sandboxes.md shows is run as it stands: the commands, the requests, the programs."""

from __future__ import annotations

import inspect
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from planora_sync.registry import load_sandbox
from planora_sync.sandbox.faults import DONE, UNDONE, Fault
from planora_sync.service.control import PREFIX
from planora_sync.service.faults import FORM
from planora_sync.service.stand_ins import trackers

PAGE = Path(__file__).parents[1] / "docs" / "sandboxes.md"
if not PAGE.exists():
    pytest.skip("the page is not beside these tests", allow_module_level=True)
TEXT = PAGE.read_text("utf-8")
BLOCK = re.compile(r"<!-- (serve|ask|python) -->\n```\w+\n(.*?)```\n<!-- end -->", re.DOTALL)
BLOCKS = [(found[1], found[2]) for found in BLOCK.finditer(TEXT)]
PORT = "8931"
"""What the page names; the tests take a free one in its place."""


def blocks(kind: str) -> list[str]:
    return [text for one, text in BLOCKS if one == kind]


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@contextmanager
def serving(line: str, port: str) -> Iterator[None]:
    """Run a command of the page until the block ends; it must have said that it serves, and end quietly."""
    words = shlex.split(line.replace(PORT, port))
    assert words[0] == "planora-sync"
    asked = [sys.executable, "-m", "planora_sync", *words[1:]]
    with subprocess.Popen(asked, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = []
        for told in process.stderr:
            said.append(told)
            if "Ctrl-C" in told:
                break
        else:
            pytest.fail("".join(said))
        try:
            yield
        finally:
            process.terminate()
            process.communicate(timeout=60)
    assert process.returncode == 0


def ask(line: str, port: str) -> str:
    """Run a `curl` of the page and return its status; it must not speak to any other machine."""
    words = shlex.split(line.replace(PORT, port))
    assert words[-1].startswith(f"http://127.0.0.1:{port}/")
    done = subprocess.run(
        [*words, "-o", "/dev/null", "-w", "%{http_code}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


def test_the_page_has_what_is_run_here() -> None:
    assert [kind for kind, _ in BLOCKS] == ["serve", "ask", "serve", "ask", "python", "python"]
    assert f"`--fault {FORM}`" in TEXT
    assert f"`{PREFIX}`" in TEXT


@pytest.mark.skipif(shutil.which("curl") is None, reason="the page's requests are made with curl")
def test_the_first_command_serves_and_every_request_of_the_page_is_answered() -> None:
    port = free_port()
    with serving(blocks("serve")[0], port):
        answers = {line: ask(line, port) for text in blocks("ask") for line in text.splitlines()}
    assert set(answers.values()) <= {"200", "201", "204"}, answers


@pytest.mark.skipif(shutil.which("curl") is None, reason="the page's requests are made with curl")
def test_the_command_with_faults_serves_and_the_first_two_requests_fail() -> None:
    port = free_port()
    (me,) = blocks("ask")[0].splitlines()
    with serving(blocks("serve")[1], port):
        assert [ask(me, port) for _ in range(3)] == ["429", "429", "200"]


@pytest.mark.parametrize(("text", "prints"), list(zip(blocks("python"), ["[429, 200]", "200"], strict=True)))
def test_the_programs_print_what_is_said(text: str, prints: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout.strip(), done.stderr, done.returncode) == (prints, "", 0)


def known() -> dict[str, set[str]]:
    """Return the further kinds of faults, each with the trackers whose sandboxes know it."""
    found: dict[str, set[str]] = {}
    for name in trackers():
        for kind in load_sandbox(name).further_faults:
            found.setdefault(kind, set()).add(name)
    return found


def test_the_page_says_of_every_kind_of_fault_who_knows_it() -> None:
    rows = dict(re.findall(r"^\| `([^`]+)` \|(?:[^|]*\|){2} ([^|]+) \|$", TEXT, re.MULTILINE))
    assert {kind for kind, who in rows.items() if who == "all"} == UNDONE | DONE
    further = {kind: set(who.lower().split(", ")) for kind, who in rows.items() if who != "all"}
    assert further == known()


def test_the_code_says_of_every_further_kind_of_fault_who_knows_it() -> None:
    text = inspect.getsource(Fault)
    rows = re.findall(r"^    \| `([^`]+)` \|.* \(([A-Z][a-z]+(?:, [A-Z][a-z]+)*)\) \|$", text, re.MULTILINE)
    assert {kind: set(who.lower().split(", ")) for kind, who in rows} == known()
