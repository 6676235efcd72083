"""HTTP as all adapters speak it: rate budget, retry of reads, outcome of writes, credentials at the last moment."""

from planora_sync.http.ahead import ahead, side_by_side
from planora_sync.http.bridges import CourierHTTPAdapter, CourierTransport
from planora_sync.http.budget import RateBudget
from planora_sync.http.courier import Call, Courier, Reply
from planora_sync.http.inprocess import ASGIApp, InProcess
from planora_sync.http.proxies import environment_proxy
from planora_sync.http.retry_after import retry_after_seconds

__all__ = [
    "ASGIApp",
    "Call",
    "Courier",
    "CourierHTTPAdapter",
    "CourierTransport",
    "InProcess",
    "RateBudget",
    "Reply",
    "ahead",
    "environment_proxy",
    "retry_after_seconds",
    "side_by_side",
]
