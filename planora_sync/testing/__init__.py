"""What tests of adapters, ours and third-party, are made of (needs pytest)."""

import pytest

# Before the imports below, so that failed assertions of the suite show their values.
pytest.register_assert_rewrite("planora_sync.testing.contract", "planora_sync.testing.contract_suite")

from planora_sync.testing.contract import OtherValue  # noqa: E402
from planora_sync.testing.contract_suite import AdapterContract  # noqa: E402
from planora_sync.testing.pulled import Pulled, differing, pull_all  # noqa: E402

__all__ = ["AdapterContract", "OtherValue", "Pulled", "differing", "pull_all"]
