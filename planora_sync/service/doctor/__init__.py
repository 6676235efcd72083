"""What works, what does not, and what to do about it."""

from planora_sync.service.doctor.examine import Examination, examine
from planora_sync.service.doctor.rows import Row

__all__ = ["Examination", "Row", "examine"]
