"""Bridges that put the courier under the vendors' libraries: one for requests, one for httpx.

Both subclass the library's own transport, so that vcrpy records them. Both set the Authorization header at the
last moment and take it off again: the libraries above never hold a credential, so that no exception of theirs,
which may print the headers of a request, can show one.
"""

from __future__ import annotations

import functools
import io
import ssl
from typing import Any
from urllib.parse import urlsplit

import httpx
import requests
import urllib3
from requests.adapters import HTTPAdapter

from planora_sync.errors import Unreachable
from planora_sync.http.calls import Call, Reply
from planora_sync.http.courier import Courier
from planora_sync.http.deadline import POOLS, TimedBackend, bounded, deadline, is_late
from planora_sync.http.inprocess import ASGIApp, InProcess

CONNECT_SECONDS = 10.0
"""The longest that a connection may take to be made."""
WHOLE = 4
"""So many times as long as a server may be silent, its whole answer may take."""
CHUNK = 65536


class CourierHTTPAdapter(HTTPAdapter):
    """Carries requests' traffic (jira, py-trello); mount it on `http://` and `https://` of a session.

    A server may be silent for `timeout` seconds, and its whole answer takes four times as long at the most.
    """

    def __init__(
        self, courier: Courier, *, timeout: float, app: ASGIApp | None = None, parallel: int = 4
    ) -> None:
        """Set up; `parallel` connections are kept for the next requests."""
        super().__init__(max_retries=0, pool_maxsize=max(8, parallel))
        self._courier = courier
        self._timeout = timeout
        self._process = InProcess(app) if app is not None else None

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Set up the pools of connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """Return the pools of connections through a proxy."""
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = POOLS
        return manager

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Return the answer; raises Unreachable or RateLimited in place of requests' own errors."""
        kwargs["timeout"] = (min(CONNECT_SECONDS, self._timeout), self._timeout)
        call = Call(method=request.method or "GET", url=request.url or "")
        header = self._courier.authorization(call)
        if header is not None:
            request.headers["Authorization"] = header
        else:
            request.headers.pop("Authorization", None)
        try:
            reply = self._courier.deliver(call, lambda: self._once(request, *args, **kwargs))
        finally:
            request.headers.pop("Authorization", None)
        answer = reply.answer
        assert isinstance(answer, requests.Response)  # noqa: S101 - made by _once
        return answer

    def _once(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Reply:
        with deadline(self._timeout * WHOLE):
            try:
                answer = (
                    self._in_process(request) if self._process else super().send(request, *args, **kwargs)
                )
                body = bounded(answer.iter_content(CHUNK))
            except requests.exceptions.ConnectTimeout as failure:
                raise Unreachable(_reason(failure, str(request.url)), sent=False) from failure
            except requests.exceptions.RequestException as failure:
                if isinstance(failure, requests.exceptions.Timeout) or _timed_out(failure):
                    raise Unreachable(_late(self._timeout)) from failure
                raise Unreachable(
                    _reason(failure, str(request.url)), sent=not _never_connected(failure)
                ) from failure
        answer._content = body
        # A longer one was cut off: its connection would give the rest to the next request.
        answer.close()
        return Reply(status=answer.status_code, headers=answer.headers, answer=answer, body=lambda: body)

    def _in_process(self, request: requests.PreparedRequest) -> requests.Response:
        assert self._process is not None  # noqa: S101 - asked by _once
        body = request.body or b""
        payload = body.encode() if isinstance(body, str) else bytes(body)
        headers = {key: str(value) for key, value in request.headers.items()}
        got = self._process.send(request.method or "GET", request.url or "", headers, payload)
        raw = urllib3.HTTPResponse(
            body=io.BytesIO(got.body),
            headers=urllib3.HTTPHeaderDict(got.headers),
            status=got.status,
            preload_content=False,
        )
        return self.build_response(request, raw)

    def close(self) -> None:
        """Close the connections."""
        super().close()
        if self._process:
            self._process.close()


@functools.cache
def _certificates() -> ssl.SSLContext:
    """Return whose certificates are believed, as httpx would read them anew, for 20 ms, with each transport."""
    return httpx.create_ssl_context()


class CourierTransport(httpx.HTTPTransport):
    """Carries httpx's traffic (notion-client)."""

    def __init__(
        self, courier: Courier, *, timeout: float, app: ASGIApp | None = None, proxy: str | None = None
    ) -> None:
        super().__init__(retries=0, proxy=proxy, verify=_certificates())
        self._pool._network_backend = TimedBackend()
        self._courier = courier
        self._timeout = timeout
        self._process = InProcess(app) if app is not None else None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the answer; raises Unreachable or RateLimited in place of httpx's own errors."""
        call = Call(method=request.method, url=str(request.url))
        header = self._courier.authorization(call)
        request.headers.pop("Authorization", None)
        if header is not None:
            request.headers["Authorization"] = header
        silence = httpx.Timeout(self._timeout, connect=min(CONNECT_SECONDS, self._timeout))
        request.extensions["timeout"] = silence.as_dict()
        try:
            reply = self._courier.deliver(call, lambda: self._once(request))
        finally:
            request.headers.pop("Authorization", None)
        answer = reply.answer
        assert isinstance(answer, httpx.Response)  # noqa: S101 - made by _once
        return answer

    def _once(self, request: httpx.Request) -> Reply:
        with deadline(self._timeout * WHOLE):
            try:
                answer = self._in_process(request) if self._process else super().handle_request(request)
                body = bounded(answer.iter_bytes(CHUNK))
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as failure:
                raise Unreachable(_reason(failure, str(request.url)), sent=False) from failure
            except httpx.TimeoutException as failure:
                raise Unreachable(_late(self._timeout)) from failure
            except httpx.HTTPError as failure:
                raise Unreachable(_reason(failure, str(request.url))) from failure
        answer._content = body
        answer.close()
        return Reply(status=answer.status_code, headers=answer.headers, answer=answer, body=lambda: body)

    def _in_process(self, request: httpx.Request) -> httpx.Response:
        assert self._process is not None  # noqa: S101 - asked by _once
        headers = dict(request.headers.items())
        got = self._process.send(request.method, str(request.url), headers, request.read())
        return httpx.Response(got.status, headers=list(got.headers), content=got.body, request=request)

    def close(self) -> None:
        """Close the connections."""
        super().close()
        if self._process:
            self._process.close()


def _never_connected(failure: BaseException) -> bool:
    """Return whether the request cannot have left: the TCP or TLS connection was never made."""
    seen: BaseException | None = failure
    while seen is not None:
        if isinstance(seen, urllib3.exceptions.NewConnectionError | urllib3.exceptions.NameResolutionError):
            return True
        reason = getattr(seen, "reason", None) or (seen.args[0] if seen.args else None)
        seen = reason if isinstance(reason, BaseException) else None
    return False


def _timed_out(failure: BaseException) -> bool:
    # While a body is read, requests calls a timeout a ConnectionError.
    return any(isinstance(cause, urllib3.exceptions.ReadTimeoutError) for cause in failure.args)


def _late(timeout: float) -> str:
    if is_late():
        return f"The answer was not whole within {timeout * WHOLE:g} seconds."
    return f"No answer within {timeout:g} seconds."


def _reason(failure: BaseException, url: str) -> str:
    # The libraries' texts may hold the whole address, with what is secret in it; host and class name say enough.
    host = urlsplit(url).netloc.rpartition("@")[2]
    return f"The tracker could not be reached at {host} ({type(failure).__name__})."
