"""One reviewer's way through the queue: the same for a terminal and for a notebook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from coverage_lib.errors import UsageError
from coverage_lib.linkage.review_queue import Pair, Waiting, decided, others_of, waiting
from coverage_lib.linkage.reviews import (
    DECISIONS,
    NOT_REVIEWED,
    Review,
    ReviewLog,
    Standing,
    standings,
)


@dataclass(frozen=True)
class Taken:
    """A decision that is on the disk, and what all about its pair come to with it."""

    pair: Pair
    review: Review
    standing: Standing


class ReviewDesk:
    """Shows one pair at a time and keeps each decision at once. What others decide meanwhile is
    seen before the next pair is shown. `clock` gives the time with its zone. `again`: the pairs that are
    decided take the place of those that wait, for whoever has changed their mind.
    """

    def __init__(
        self,
        pairs: Sequence[Pair],
        log: ReviewLog,
        reviewer: str,
        clock: Callable[[], datetime],
        *,
        again: bool = False,
    ) -> None:
        if not reviewer.strip():
            raise UsageError(
                "nobody is named as the reviewer: a decision needs who took it; give --reviewer NAME."
            )
        self.reviewer = " ".join(reviewer.split())
        self._pairs = tuple(pairs)
        self._log = log
        self._clock = clock
        self.again = again
        self._seen: list[str] = []  # keys in the order in which they were shown
        self._returned_to: int | None = None
        self._decided: dict[str, str] = {}

    def current(self) -> Waiting | None:
        """The pair to decide now; None at the end of the queue."""
        if self._returned_to is not None:
            return self._by_key(self._seen[self._returned_to])
        return next((one for one in self.queue() if one.pair.key not in self._seen), None)

    def queue(self) -> tuple[Waiting, ...]:
        """All pairs that wait, or that are decided, as of now."""
        return (decided if self.again else waiting)(self._pairs, self._log.read())

    def find(self, begin: str) -> tuple[Waiting, ...]:
        """All pairs whose key begins so, decided or not."""
        keys = [pair.key for pair in self._pairs if pair.key.startswith(begin)]
        return tuple(self._by_key(key) for key in keys)

    def place(self) -> int:
        """The number of the current pair among those of this reviewer, from 1; Back counts backwards."""
        return (len(self._seen) if self._returned_to is None else self._returned_to) + 1

    def left(self) -> int:
        """How many pairs this reviewer has to decide yet, the one that was returned to among them."""
        new = sum(one.pair.key not in self._seen for one in self.queue())
        return new + (self._returned_to is not None)

    def decide(self, decision: str, remark: str = "", *, of: Waiting | None = None) -> Taken:
        """Keep a decision about the current pair, or about the pair `of`. Raises UsageError for an unknown one,
        and where no pair is left.
        """
        shown = of or self.current()
        if decision not in DECISIONS or shown is None:
            allowed = f"{', '.join(DECISIONS)} were expected" if shown else "no pair is left"
            raise UsageError(f"decision {decision!r}: {allowed}.")
        key = shown.pair.key
        at = self._clock().isoformat(timespec="seconds")
        review = self._log.add(
            Review(key, decision, self.reviewer, at, " ".join(remark.split())), shown.standing
        )
        if key not in self._seen:
            self._seen.append(key)
        self._returned_to = None
        self._decided[key] = decision
        return Taken(shown.pair, review, standings(self._log.read())[key])

    def back(self) -> bool:
        """Return to the pair before; False where there is none."""
        at = len(self._seen) if self._returned_to is None else self._returned_to
        if at == 0:
            return False
        self._returned_to = at - 1
        return True

    def counts(self) -> Counter[str]:
        """How many pairs this reviewer decided here, by decision."""
        return Counter(self._decided.values())

    def _by_key(self, key: str) -> Waiting:
        pair = next(one for one in self._pairs if one.key == key)
        told = standings(self._log.read())
        return Waiting(pair, told.get(key, NOT_REVIEWED), others_of(pair, self._pairs, told))
