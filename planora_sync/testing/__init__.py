"""What tests of adapters and of the core are made of, ours and third-party (needs pytest)."""

import pytest

# Before the imports below, so that failed assertions of the suite show their values.
pytest.register_assert_rewrite("planora_sync.testing.contract", "planora_sync.testing.contract_suite")

from planora_sync.testing.batching import BatchingMemoryAdapter  # noqa: E402
from planora_sync.testing.builders import (  # noqa: E402
    NOW,
    make_entry,
    make_person,
    make_place,
    make_sprint,
    make_sprint_place,
    make_status,
)
from planora_sync.testing.contract import OtherValue  # noqa: E402
from planora_sync.testing.contract_suite import AdapterContract  # noqa: E402
from planora_sync.testing.memory import MemoryAdapter, memory_context  # noqa: E402
from planora_sync.testing.pulled import Pulled, differing, pull_all, pull_some  # noqa: E402
from planora_sync.testing.workspace import MemoryFault, MemoryWorkspace  # noqa: E402

__all__ = [
    "NOW",
    "AdapterContract",
    "BatchingMemoryAdapter",
    "MemoryAdapter",
    "MemoryFault",
    "MemoryWorkspace",
    "OtherValue",
    "Pulled",
    "differing",
    "make_entry",
    "make_person",
    "make_place",
    "make_sprint",
    "make_sprint_place",
    "make_status",
    "memory_context",
    "pull_all",
    "pull_some",
]
