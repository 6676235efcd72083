"""No cookies: a session that several threads share must not change with each answer, and none is needed."""

from __future__ import annotations

from http.cookiejar import CookieJar, DefaultCookiePolicy


def refuse_cookies(jar: CookieJar) -> None:
    """Let a jar take no cookie and give none: each request carries its credentials itself."""
    jar.set_policy(DefaultCookiePolicy(allowed_domains=()))
