"""The parts of the contract suite, one concept each."""

from planora_sync.testing.contract.base import ContractBase, OtherValue
from planora_sync.testing.contract.counting import CountingContract
from planora_sync.testing.contract.creating import CreatingContract
from planora_sync.testing.contract.faults import FaultsContract
from planora_sync.testing.contract.hearing import HearingContract
from planora_sync.testing.contract.incremental import IncrementalContract
from planora_sync.testing.contract.reading import ReadingContract
from planora_sync.testing.contract.resuming import ResumingContract
from planora_sync.testing.contract.telling import TellingContract
from planora_sync.testing.contract.together import TogetherContract
from planora_sync.testing.contract.trouble import TroubleContract
from planora_sync.testing.contract.writing import WritingContract

__all__ = [
    "ContractBase",
    "CountingContract",
    "CreatingContract",
    "FaultsContract",
    "HearingContract",
    "IncrementalContract",
    "OtherValue",
    "ReadingContract",
    "ResumingContract",
    "TellingContract",
    "TogetherContract",
    "TroubleContract",
    "WritingContract",
]
