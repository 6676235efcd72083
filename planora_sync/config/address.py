"""Checks the address of a connection."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

CLOUD = ".atlassian.net"


@dataclass(frozen=True, kw_only=True)
class Address:
    """A base address, without a trailing slash."""

    url: str
    worry: str = ""
    """What is unsafe about it."""


@dataclass(frozen=True, kw_only=True)
class NoAddress:
    """Why a text is no base address, and what to write. The text itself may hold a password: it is not shown."""

    what: str
    instead: str


def address(text: str) -> Address | NoAddress:
    """Return the base address that a text gives."""
    example = "Write it like `https://acme.atlassian.net`."
    try:
        parts = urlsplit(text.strip())
        host, user, _ = parts.hostname, parts.username, parts.port
    except ValueError:
        return NoAddress(what="`url` is no address", instead=example)
    if user is not None:
        return NoAddress(
            what="`url` holds credentials", instead="Take them out; write them as `user` and `token`."
        )
    if parts.scheme not in ("http", "https") or not host or any(c.isspace() for c in text.strip()):
        return NoAddress(what="`url` is no http(s) address", instead=example)
    if parts.query or parts.fragment:
        return NoAddress(
            what="`url` is a page, not a base address", instead=f"Write `{parts.scheme}://{parts.netloc}`."
        )
    if host.endswith(CLOUD) and parts.path.strip("/"):
        return NoAddress(
            what="`url` of a Jira Cloud site has no path", instead=f"Write `{parts.scheme}://{parts.netloc}`."
        )
    worry = ""
    if parts.scheme == "http" and not is_loopback(host):
        worry = f"the credentials travel unencrypted to {host}"
    return Address(url=text.strip().rstrip("/"), worry=worry)


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
