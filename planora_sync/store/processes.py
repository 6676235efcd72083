"""Which process is at work, and whether one is dead for certain."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Process:
    """A process, with the machine on which its number counts."""

    machine: str
    number: int


def this_process() -> Process:
    """Return this process."""
    return Process(machine=_machine(), number=os.getpid())


def is_dead(process: Process) -> bool:
    """Return whether a process is dead for certain; False where nobody here can tell."""
    # On Windows the call that asks after a process would end it.
    if sys.platform == "win32" or process.machine != _machine() or process.number <= 0:
        return False
    try:
        os.kill(process.number, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _is_zombie(process.number)


def _machine() -> str:
    """Return what a process number counts in: this boot and, in a container, its own numbers.

    Two containers may have one name and each a process 7, so that a name alone says nothing for certain.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{boot} {os.readlink('/proc/self/ns/pid')}"
    except OSError:
        return f"{platform.system()} {platform.node()}"


def _is_zombie(number: int) -> bool:
    """Return whether a process has ended and only nobody has taken notice yet."""
    try:
        stat = Path(f"/proc/{number}/stat").read_text("utf-8", "replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[:1] == ["Z"]
