"""What people decided about pairs: added line by line, never changed, the owner's alone.

    <roster>/<profile>/reviews.jsonl    one decision a line, of all months

A pair is known by a keyed hash of what both sides say of the person. Where either says something
else it is another pair, and is asked about again; without the pseudonym key it names nobody.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from filelock import FileLock

from coverage_lib.intake.durable import append_line, private_folder, sync_folder
from coverage_lib.intake.pseudonyms import PseudonymKey

SAME, DIFFERENT, UNSURE = DECISIONS = ("same", "different", "unsure")
#: What the decisions about a pair come to, besides one of DECISIONS.
OPEN, CONFLICT = "open", "conflict"
REVIEWS = "reviews.jsonl"
_DOMAIN = b"roster_pair"
_KEPT_HEX_DIGITS = 32


@dataclass(frozen=True)
class Review:
    """One decision. `at` is a time with its zone as ISO text; one that `settles` was taken with all earlier
    ones in sight, which count no more.
    """

    pair: str
    decision: str
    reviewer: str
    at: str
    remark: str = ""
    settles: bool = False

    @property
    def day(self) -> date:
        return datetime.fromisoformat(self.at).date()


@dataclass(frozen=True)
class Standing:
    """What the decisions about a pair come to: one of DECISIONS, OPEN, or CONFLICT where two reviewers
    say opposite things. `counting` are the latest decisions of each reviewer, oldest first.
    """

    state: str = OPEN
    counting: tuple[Review, ...] = ()
    taken: int = 0

    @property
    def decisive(self) -> Review:
        """The latest decision that says what the state says."""
        return [one for one in self.counting if one.decision == self.state][-1]


NOT_REVIEWED = Standing()


def standing_of(reviews: Sequence[Review]) -> Standing:
    """What decisions about one pair come to, in the order in which they were taken.

    The latest of each reviewer counts. Whoever is unsure contradicts nobody.
    """
    if not reviews:
        return NOT_REVIEWED
    settled = max((at for at, one in enumerate(reviews) if one.settles), default=0)
    latest: dict[str, Review] = {}
    for one in reviews[settled:]:
        latest.pop(one.reviewer, None)
        latest[one.reviewer] = one
    said = {one.decision for one in latest.values()} - {UNSURE}
    state = CONFLICT if len(said) > 1 else said.pop() if said else UNSURE
    return Standing(state, tuple(latest.values()), len(reviews))


def standings(reviews: Iterable[Review]) -> dict[str, Standing]:
    """What decisions come to, by pair."""
    by_pair: dict[str, list[Review]] = {}
    for one in reviews:
        by_pair.setdefault(one.pair, []).append(one)
    return {pair: standing_of(found) for pair, found in by_pair.items()}


class ReviewLog:
    """The decisions of a profile. Several reviewers may add to it at once."""

    def __init__(self, root: Path, profile: str) -> None:
        self._root = root
        self.path = root / profile / REVIEWS

    def read(self) -> tuple[Review, ...]:
        """All decisions, oldest first; none before the first. A line that was cut short counts for nothing."""
        try:
            lines = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return ()
        found = (_review(line) for line in lines)
        return tuple(one for one in found if one is not None)

    def add(self, review: Review, seen: Standing) -> Review:
        """Bring a decision to the disk before anything else happens; `seen` is what the reviewer saw.

        A decision about a conflict settles it, unless somebody decided meanwhile.
        """
        private_folder(self.path.parent, self._root)
        with FileLock(self.path.with_name(f".{REVIEWS}.lock"), mode=0o600):
            before = [one for one in self.read() if one.pair == review.pair]
            settles = seen.state == CONFLICT and seen.taken == len(before)
            kept = Review(**{**asdict(review), "settles": settles})
            entry = {
                name: value for name, value in asdict(kept).items() if value not in ("", False)
            }
            append_line(self.path, json.dumps(entry, ensure_ascii=False, sort_keys=True))
            if not before:  # it may be the first of all: then the file's name must stay too
                sync_folder(self.path.parent)
        return kept


def pair_key(key: PseudonymKey, row: Sequence[object], member: Sequence[object]) -> str:
    """32 hex digits under the key of the office, of what a roster row and a member say of a person."""
    evidence = json.dumps([[_plain(value) for value in side] for side in (row, member)])
    own = hmac.digest(key.secret, _DOMAIN, "sha256")
    return hmac.digest(own, evidence.encode(), "sha256").hex()[:_KEPT_HEX_DIGITS]


def _plain(value: object) -> str | None:
    return None if value is None else str(value)


def _review(line: bytes) -> Review | None:
    """The decision of a line; None where it is none, such as one that a crash cut short."""
    with suppress(ValueError, TypeError):
        review = Review(**json.loads(line))
        datetime.fromisoformat(review.at)
        if review.decision in DECISIONS:
            return review
    return None
