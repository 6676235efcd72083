"""HTTP as all adapters speak it: rate budget, retry of reads, outcome of writes, credentials at the last moment."""

from planora_sync.http.ahead import ahead, side_by_side
from planora_sync.http.bridges import CourierHTTPAdapter, CourierTransport
from planora_sync.http.budget import RateBudget
from planora_sync.http.calls import Call, Reply
from planora_sync.http.cookies import refuse_cookies
from planora_sync.http.courier import Courier
from planora_sync.http.inprocess import ASGIApp, InProcess
from planora_sync.http.limits import Charge, EvenLimits, Level, Limits, Refusal, credential_id
from planora_sync.http.proxies import environment_proxy
from planora_sync.http.retry_after import retry_after_seconds
from planora_sync.http.shared import shared_budget

__all__ = [
    "ASGIApp",
    "Call",
    "Charge",
    "Courier",
    "CourierHTTPAdapter",
    "CourierTransport",
    "EvenLimits",
    "InProcess",
    "Level",
    "Limits",
    "RateBudget",
    "Refusal",
    "Reply",
    "ahead",
    "credential_id",
    "environment_proxy",
    "refuse_cookies",
    "retry_after_seconds",
    "shared_budget",
    "side_by_side",
]
