"""The parts of the contract suite, one concept each."""

from planora_sync.testing.contract.base import ContractBase, OtherValue
from planora_sync.testing.contract.creating import CreatingContract
from planora_sync.testing.contract.faults import FaultsContract
from planora_sync.testing.contract.incremental import IncrementalContract
from planora_sync.testing.contract.reading import ReadingContract
from planora_sync.testing.contract.trouble import TroubleContract
from planora_sync.testing.contract.writing import WritingContract

__all__ = [
    "ContractBase",
    "CreatingContract",
    "FaultsContract",
    "IncrementalContract",
    "OtherValue",
    "ReadingContract",
    "TroubleContract",
    "WritingContract",
]
