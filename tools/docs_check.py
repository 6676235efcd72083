"""Checks that what the documents say is still so; `--write` brings the README's help up to date.

The README shows the real `--help`, names only commands, files and rules that exist, and every adapter has a README.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HELP = re.compile(r"(<!-- help -->\n```text\n)(.*?)(```\n<!-- end -->)", re.DOTALL)
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")
COMMAND = re.compile(r"`planora-sync (?:--config \S+ )?([a-z]+)")
CODE = re.compile(r"\bPS\d{3}\b")


def main(arguments: list[str]) -> int:
    readme = ROOT / "README.md"
    if "--write" in arguments:
        readme.write_text(with_help(readme.read_text("utf-8")), "utf-8")
    problems = [*help_problems(readme.read_text("utf-8"))]
    for path in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("adapters/*/README.md")]):
        problems += document_problems(path)
    problems += [
        f"{folder.name} has no README.md"
        for folder in sorted(ROOT.glob("adapters/planora_*"))
        if not (folder / "README.md").exists()
    ]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def real_help() -> str:
    done = subprocess.run(
        [sys.executable, "-m", "planora_sync", "--help"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return done.stdout


def with_help(text: str) -> str:
    return HELP.sub(lambda found: found[1] + real_help() + found[3], text)


def help_problems(text: str) -> list[str]:
    if not HELP.search(text):
        return ["README.md has no place for the help"]
    if with_help(text) != text:
        return ["README.md shows another help than --help: run python tools/docs_check.py --write"]
    return []


def document_problems(path: Path) -> list[str]:
    from planora_sync.cli.main import COMMANDS
    from planora_sync.rules.catalog import CODES

    text = path.read_text("utf-8")
    name = path.relative_to(ROOT)
    links = [link for link in LINK.findall(text) if not (path.parent / link).exists()]
    commands = [command for command in COMMAND.findall(text) if command not in COMMANDS]
    codes = sorted({code for code in CODE.findall(text) if code not in CODES})
    return [
        *(f"{name} links to {link}, which is not there" for link in links),
        *(f"{name} names the command {command!r}, which is not there" for command in commands),
        *(f"{name} names the rule {code}, which is not there" for code in codes),
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
