"""What reading beyond the project needs: addresses out of the environment, and how long to try."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import tenacity

from coverage_lib.errors import SourceError

T = TypeVar("T")


class LostConnectionError(Exception):
    """The other side did not answer, or was cut off: another attempt may succeed."""


@dataclass(frozen=True)
class Patience:
    """After each attempt that was lost it waits, twice as long each time, a minute at most."""

    attempts: int = 4
    first_wait_seconds: float = 2.0


def _unwatched(_size: int) -> None:
    pass


@dataclass(frozen=True)
class Access:
    """`addresses` by the name of their variable. `watch` hears the bytes so far of what is read."""

    addresses: Mapping[str, str] = field(default_factory=dict, repr=False)
    patience: Patience = Patience()
    watch: Callable[[int], None] = _unwatched

    def patiently(self, read: Callable[[], T]) -> T:
        """What `read` gives, begun anew where the connection was lost.

        Raises SourceError, with the number of attempts, where it was lost in all of them.
        """
        attempts = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self.patience.attempts),
            wait=tenacity.wait_exponential(multiplier=self.patience.first_wait_seconds, max=60),
            retry=tenacity.retry_if_exception_type(LostConnectionError),
            reraise=True,
        )
        try:
            return attempts(read)
        except LostConnectionError as lost:
            times = self.patience.attempts
            tried = f" It was tried {times} times; try again later." if times > 1 else ""
            raise SourceError(f"{lost}{tried}") from None
