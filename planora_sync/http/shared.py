"""One budget for all that speak to a tracker in this process: connections, their reads and their writes."""

from __future__ import annotations

import threading
from weakref import WeakValueDictionary

from planora_sync.http.budget import RateBudget
from planora_sync.http.inprocess import ASGIApp

_lock = threading.Lock()
_of_hosts: dict[tuple[str, str], RateBudget] = {}
_of_apps: WeakValueDictionary[tuple[str, str, int], _InProcessBudget] = WeakValueDictionary()


class _InProcessBudget(RateBudget):
    """The budget of an app, which it holds: the app's identity is its own as long as somebody needs the budget."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__()
        self._app = app


def shared_budget(tracker: str, host: str, app: ASGIApp | None = None) -> RateBudget:
    """Return the budget of a tracker's host; scopes in it tell credentials apart.

    It stays for as long as the process, for the tracker's windows do not end with a connection; that of an app
    only as long as somebody uses it.

    Args:
        tracker: the adapter's name.
        host: `host[:port]`.
        app: what answers in place of a network.
    """
    with _lock:
        if app is None:
            return _of_hosts.setdefault((tracker, host.lower()), RateBudget())
        key = (tracker, host.lower(), id(app))
        found = _of_apps.get(key)
        if found is None:
            found = _of_apps[key] = _InProcessBudget(app)
        return found


def forget_budgets() -> None:
    """Forget all budgets: for tests, in which the same port is another tracker."""
    with _lock:
        _of_hosts.clear()
        _of_apps.clear()
