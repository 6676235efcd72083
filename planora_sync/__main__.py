"""`python -m planora_sync` and the `planora-sync` command: hands on to the command line, late, so that help is fast."""

from __future__ import annotations

import io
import sys


def main() -> None:
    """Run the command line and end the process with its exit status."""
    from planora_sync.cli.main import run  # here: importing the package must stay cheap

    for stream in (sys.stdout, sys.stderr):
        # A terminal that knows only some characters (Windows, LANG=C) shows `?` for the others, and no traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
