"""What is wrong with the sources, by weight, and whether the figures can be trusted with it.

A concern is `serious` where it lies beyond a limit of `limits.yml`, else `slight`. Who holds a
village office without being a participant is a finding of coverage, not a fault of a source.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.indicators.quality.anomalies import limits
from coverage_lib.present.parts.quality.naming import by_category

Trust = Literal["sound", "usable", "caution", "unknown"]
Weight = Literal["slight", "serious"]

#: A pair of tables whose difference is no fault of either.
NO_FAULT = "village_roster:in_participants"


@dataclass(frozen=True)
class Concern:
    """One weakness: which check found it, in what table, and the figure that shows it."""

    check: str
    subject: str
    figure: Figure
    weight: Weight


def concerns(releasable: Releasable) -> tuple[Concern, ...]:
    """All weaknesses of the province's sources, the serious ones first; none where none is known."""
    found = [*_shares(releasable), *_late(releasable), *_published(releasable)]
    return tuple(sorted(found, key=lambda one: (one.weight != "serious", one.check, one.subject)))


def trust(releasable: Releasable) -> Trust:
    """How far the figures can be trusted; unknown without any indicator of quality."""
    known = releasable.rows["indicator"].isin(["validity", "share_quarantined"])
    if not bool((known & (releasable.rows["status"] == "available")).any()):
        return "unknown"
    found = concerns(releasable)
    if any(one.weight == "serious" for one in found):
        return "caution"
    return "usable" if found else "sound"


def _limit(name: str) -> float:
    return float(limits()["trust"][name])


def _shares(releasable: Releasable) -> Iterator[Concern]:
    """Percentages that would be 100 in a source without a fault."""
    checks = (
        ("completeness_rows", "table", "complete_at_least_percent"),
        ("completeness_regions", "region_level", "complete_at_least_percent"),
        ("validity", "table", "valid_at_least_percent"),
        ("uniqueness", "table", "unique_at_least_percent"),
        ("consistency", "table_pair", "consistent_at_least_percent"),
    )
    for indicator, dimension, limit in checks:
        for subject, figure in by_category(releasable, indicator, dimension).items():
            value = figure.value
            if value is None or value >= 100 or subject == NO_FAULT:
                continue
            # More or fewer rows than the month before is no fault until it is much.
            if figure.denominator_source == "extract before" and value >= _limit(limit):
                continue
            weight: Weight = "serious" if value < _limit(limit) else "slight"
            yield Concern(indicator, subject, figure, weight)
    for subject, figure in by_category(releasable, "validity", "table_kind").items():
        value = figure.value
        if value is not None and value < 100 and subject.endswith(":region"):
            serious = value < _limit("known_place_at_least_percent")
            yield Concern("place", subject, figure, "serious" if serious else "slight")
    for subject, figure in by_category(releasable, "share_quarantined", "table").items():
        if figure.value:
            serious = figure.value > _limit("quarantined_at_most_percent")
            yield Concern("quarantine", subject, figure, "serious" if serious else "slight")


def _late(releasable: Releasable) -> Iterator[Concern]:
    for subject, figure in by_category(releasable, "timeliness_days", "table").items():
        if figure.value is not None and figure.value > _limit("received_within_days"):
            yield Concern("timeliness_days", subject, figure, "serious")


def _published(releasable: Releasable) -> Iterator[Concern]:
    compared, different = _outcomes(releasable)
    if different is not None and different.value:
        share = 100.0 * different.value / compared if compared else 100.0
        serious = share > _limit("unexplained_at_most_percent")
        yield Concern("published", "unexplained", different, "serious" if serious else "slight")


def _outcomes(releasable: Releasable) -> tuple[float, Figure | None]:
    """How many published figures could be compared, and the ones that differ without a reason."""
    outcomes = by_category(releasable, "published_versus_computed", "finding")
    compared = sum(figure.value or 0 for name, figure in outcomes.items() if name != "not_compared")
    return compared, outcomes.get("unexplained")
