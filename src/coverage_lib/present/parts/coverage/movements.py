"""What moved the figures of a region, looked up: flows, causes of a change, and the outlook.

Nothing is computed here: each value is a set of published figures that belong together, so
that a chart, a table and a sentence about them read the same ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.present.parts.headline import headline_scope, target_year
from coverage_lib.present.quantities import known_value, vintage_of

INFLOWS = ("new", "reactivated", "moved_in")
OUTFLOWS = ("lapsed", "ended", "moved_out")
EFFECTS = ("participants", "denominator", "scope")
UNKNOWN = "unknown"
#: Reports back over which a change of coverage is told, the nearest first.
WINDOWS = ("1", "3", "12")
#: The interval that is drawn and spoken of, in percent.
LEVEL = 80
_METHOD, _BASELINE = "drift", "last_value"
#: What binary fractions may leave of a part that is zero.
_NOISE = 5e-7


@dataclass(frozen=True)
class Flows:
    """Stock before, what came and went, and stock now, of a region or one of its segments.

    `since` is the day of the stock before, None where no figure of that size is known. The
    net change is hidden where a flow is.
    """

    net: Figure
    now: Figure
    before: float
    since: date | None
    parts: dict[str, Figure]

    @property
    def is_whole(self) -> bool:
        """Whether nothing of it is hidden."""
        return self.net.is_available and all(one.is_available for one in self.parts.values())

    def moving(self, names: Iterable[str]) -> tuple[Figure, ...]:
        """The named flows that are not a true zero; hidden ones are among them."""
        return tuple(
            self.parts[name]
            for name in names
            if not (self.parts[name].is_available and self.parts[name].value == 0)
        )


@dataclass(frozen=True)
class CoverageChange:
    """One change of coverage and the effects that add up to it, in percentage points.

    `earlier_scope` is that of the earlier figure; only published figures may differ in it.
    `reasons` say why a part is unknown: a code, and the day that it is about if of one day.
    `implied` are the days whose denominator was not published, but worked out.
    """

    window: str
    since: date
    earlier_scope: str
    total: Figure
    effects: dict[str, Figure]
    reasons: tuple[tuple[str, date | None], ...]
    implied: tuple[date, ...]

    @property
    def is_known(self) -> bool:
        """Whether every effect is known and leaves no rest."""
        return all(self.effects[name].is_available for name in EFFECTS) and not self.has("unknown")

    def has(self, name: str) -> bool:
        """Whether an effect is known and not zero."""
        effect = self.effects[name]
        return effect.is_available and abs(known_value(effect)) > _NOISE


@dataclass(frozen=True)
class Outlook:
    """The forecast for the last day of the target's year, with what earlier ones were worth."""

    expected: Figure
    lower: Figure
    upper: Figure
    error: Figure
    baseline_error: Figure
    hits: Figure

    @property
    def beats_no_change(self) -> bool:
        """Whether the forecast was nearer than the assumption that nothing changes."""
        if not (self.error.is_available and self.baseline_error.is_available):
            return False
        return known_value(self.error) < known_value(self.baseline_error)


def flows_of(releasable: Releasable, segment: str | None = None) -> Flows | None:
    """The flows since the register before, of the headline scope or a segment; None without any."""
    scope = headline_scope(releasable)
    if segment is None:
        dimension, category = "total", "total"
        parts = {
            name: releasable.figure("participant_flow", "flow", name, scope=scope)
            for name in (*INFLOWS, *OUTFLOWS)
        }
        net = releasable.figure("net_growth", scope=scope)
        now = releasable.figure("active_participants", scope=scope)
    else:
        dimension, category = "segment", segment
        parts = {
            name: releasable.figure("participant_flow", "segment_flow", f"{segment}:{name}")
            for name in (*INFLOWS, *OUTFLOWS)
        }
        net = releasable.figure("net_growth", "segment", segment)
        now = releasable.figure("active_participants", "segment", segment)
    stocks = [one.denominator for one in (net, *parts.values()) if one.denominator is not None]
    if not stocks or not now.is_available:
        return None
    earlier = [
        one
        for one in releasable.series("active_participants", dimension, category, scope=now.scope)
        if one.is_available and one.as_of and now.as_of and one.as_of < now.as_of
    ]
    is_same = bool(earlier) and earlier[-1].value == stocks[0]
    return Flows(net, now, stocks[0], earlier[-1].as_of if is_same else None, parts)


def change_over(releasable: Releasable, window: str) -> CoverageChange | None:
    """The change of the headline coverage over so many reports; None where it is not known."""
    return _change(releasable, window, headline_scope(releasable))


def published_changes(releasable: Releasable) -> tuple[CoverageChange, ...]:
    """From each earlier published coverage to the one of the period, the latest first."""
    scope = headline_scope(releasable)
    windows = {
        one.category.rpartition(":")[0]
        for one in releasable.figures("coverage_change", "effect", scope=scope)
        if one.category.count(":") == 2 and one.as_of is not None
    }
    found = [_change(releasable, window, scope) for window in windows]
    return tuple(
        sorted(
            (one for one in found if one is not None),
            key=lambda one: (-one.since.toordinal(), one.earlier_scope),
        )
    )


def change_to_tell(releasable: Releasable) -> CoverageChange | None:
    """The change since the last report; without one the latest published change that is explained."""
    computed = change_over(releasable, WINDOWS[0])
    if computed is not None:
        return computed
    published = published_changes(releasable)
    scope = headline_scope(releasable)
    explained = [one for one in published if one.is_known]
    alike = [one for one in explained if one.earlier_scope == scope]
    return next(iter([*alike, *explained, *published]), None)


def is_explained(releasable: Releasable, earlier: Figure) -> bool:
    """Whether all effects are known of the change from an earlier coverage to the period's."""
    changes = [change_over(releasable, window) for window in WINDOWS]
    return any(
        one is not None
        and one.is_known
        and (one.since, one.earlier_scope) == (earlier.as_of, earlier.scope)
        for one in (*changes, *published_changes(releasable))
    )


def _change(releasable: Releasable, window: str, scope: str) -> CoverageChange | None:
    total, *effects = (
        releasable.figure("coverage_change", "effect", f"{window}:{part}", scope=scope)
        for part in ("total", *EFFECTS, UNKNOWN)
    )
    since = vintage_of(releasable, total)
    if not total.is_available or not since:
        return None
    named = dict(zip((*EFFECTS, UNKNOWN), effects, strict=True))
    return CoverageChange(
        window,
        date.fromisoformat(since),
        window.partition(":")[2] or scope,
        total,
        named,
        _reasons(named[UNKNOWN].denominator_source),
        tuple(
            day
            for code, day in _reasons(named["denominator"].denominator_source)
            if code == "denominator_implied" and day is not None
        ),
    )


def _reasons(source: str) -> tuple[tuple[str, date | None], ...]:
    """The reasons of an unknown part, or what was implied, written `code day; code`."""
    pairs = [one.partition(" ") for one in source.split("; ") if one]
    return tuple((code, date.fromisoformat(day) if day else None) for code, _, day in pairs)


def outlook_of(releasable: Releasable) -> Outlook | None:
    """Coverage at the end of the target's year, else participants; None without a forecast."""
    scope = headline_scope(releasable)
    month = f"{target_year(releasable)}-12"
    for indicator in ("coverage_forecast", "active_participants_forecast"):
        expected, lower, upper = (
            releasable.figure(indicator, "month_end", f"{month}:{part}", scope=scope)
            for part in ("expected", f"lower_{LEVEL}", f"upper_{LEVEL}")
        )
        if expected.is_available and lower.is_available and upper.is_available:
            return Outlook(
                expected, lower, upper,
                releasable.figure("forecast_error", "method_months", f"{_METHOD}:all", scope=scope),
                releasable.figure("forecast_error", "method_months", f"{_BASELINE}:all", scope=scope),
                releasable.figure("forecast_interval_hits", "level_months", f"{LEVEL}:all", scope=scope),
            )  # fmt: skip
    return None
