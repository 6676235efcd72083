"""Who sits at the keyboard: the name that an approval is given under."""

from __future__ import annotations

import getpass


def login() -> str:
    """Return the operating system's name for whoever runs this, or `unknown`."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in many containers
        return "unknown"
