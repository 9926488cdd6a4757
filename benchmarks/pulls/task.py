"""What every way is given, and what it says of what it did."""

from __future__ import annotations

from dataclasses import dataclass

KEY = b"a key for measuring, nothing else."
PERIOD = "2025-06"
#: What the engine may take in the bare copy and in ours; beyond it ours spills to disk.
MEMORY_LIMIT = "8GB"


@dataclass(frozen=True)
class Outcome:
    """Rows that came in and rows that were kept; a bare copy keeps all."""

    received: int
    accepted: int
