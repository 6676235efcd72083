"""`python -m planora_sync` and the `planora-sync` command: hands on to the command line, late, so that help is fast."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and end the process with its exit status."""
    from planora_sync.cli.main import run  # here: importing the package must stay cheap

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
