"""Why coverage changed: participants, denominator and scope, in parts that add up exactly.

Coverage is 100 x (participants + construction workers let in by the scope) / eligible
workers. Each effect is the mean, over all orders in which the three could have changed one
after another, of what its own change adds: the Shapley value (Shorrocks, "Decomposition
procedures for distributional analysis", Journal of Economic Inequality 11, 2013), which
for a ratio is the symmetric standardisation of Kitagawa (1955) and Das Gupta (1993).
No order is preferred and nothing is left over.

With p participants in a scope that both dates know, e the persons that the printed scope
has beyond it, d eligible workers:

    participants  100 x (p1 - p0) x (1/d0 + 1/d1) / 2
    scope         100 x (e1 - e0) x (1/d0 + 1/d1) / 2
    denominator   100 x (1/d1 - 1/d0) x (p0 + e0 + p1 + e1) / 2

What published figures do not tell is no effect of zero but part of `unknown`, with the
reason. All arithmetic is exact (fractions), so the parts sum to the change to the last digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from coverage_lib.indicators.published.measures import NOT_STATED

EFFECTS = ("participants", "denominator", "scope")
UNKNOWN = "unknown"
#: Why a part of a change is not known. `rounding`: the printed percentages are not quite
#: what their printed numerators and denominators give.
REASONS = (
    "scope_not_stated",
    "scope_not_bridged",
    "numerator_missing",
    "denominator_missing",
    "rounding",
)


def exact(number: float | int | str | Decimal | Fraction) -> Fraction:
    """The number as it is written: 27.5 is 275/10, not the nearest binary fraction."""
    return number if isinstance(number, Fraction) else Fraction(Decimal(str(number)))


@dataclass(frozen=True)
class CoveragePoint:
    """Coverage on one date, and what is known of its parts.

    `value` is the percentage as printed or computed, in `scope` (`not_stated` where the
    source does not say). `numerators` are active persons of that date by scope, the
    printed one and others; `denominator` the eligible workers. `implied` names parts that
    were not given but follow from the others (`numerator`, `denominator`).
    """

    as_of: date
    value: Fraction
    scope: str
    numerators: Mapping[str, Fraction] = field(default_factory=dict)
    denominator: Fraction | None = None
    implied: frozenset[str] = frozenset()

    @property
    def numerator(self) -> Fraction | None:
        return self.numerators.get(self.scope)


@dataclass(frozen=True)
class Reason:
    """Why something is unknown (one of REASONS), and of which date where it is of one."""

    code: str
    as_of: date | None = None


@dataclass(frozen=True)
class ChangeDecomposition:
    """The change of coverage in percentage points, and its parts.

    `effects` has a value for each of EFFECTS, None where it cannot be known; the known ones
    and `unknown` sum exactly to `change`. `reasons` are empty only where `unknown` is 0.
    """

    before: CoveragePoint
    after: CoveragePoint
    effects: Mapping[str, Fraction | None]
    unknown: Fraction
    reasons: tuple[Reason, ...]

    @property
    def change(self) -> Fraction:
        return self.after.value - self.before.value


def complete(point: CoveragePoint) -> CoveragePoint:
    """The point with the third of value, numerator and denominator, where two are known.

    Implied parts are as coarse as the printed percentage: a share rounded to two decimals
    fixes a denominator to about one in ten thousand, one printed without decimals to one
    in a hundred. A denominator of 0 is none.
    """
    numerator, denominator = point.numerator, point.denominator or None
    numerators = dict(point.numerators)
    implied = set(point.implied)
    if denominator is None and numerator and point.value:
        denominator = 100 * numerator / point.value
        implied.add("denominator")
    elif numerator is None and denominator is not None:
        numerators[point.scope] = point.value * denominator / 100
        implied.add("numerator")
    return CoveragePoint(
        point.as_of, point.value, point.scope, numerators, denominator, frozenset(implied)
    )


def decompose_change(before: CoveragePoint, after: CoveragePoint) -> ChangeDecomposition:
    """The change from one date to another in participants, denominator and scope effect.

    Where a numerator or denominator is missing and cannot be implied, all of the change is
    unknown. Where both are there but the scopes differ without a date that has both, or
    one is not stated, the denominator's effect is known and the rest is not: more
    participants and a wider scope cannot be told apart. Two figures that state no scope
    are not taken to share one.
    """
    before, after = complete(before), complete(after)
    missing = _missing_parts(before, after)
    if missing:
        return _result(before, after, {}, (*_unstated_scopes(before, after), *missing))
    effects: dict[str, Fraction] = {}
    n0, n1, d0, d1 = (_given(part) for part in _parts(before, after))
    effects["denominator"] = 100 * (1 / d1 - 1 / d0) * (n0 + n1) / 2
    mean_inverse = (1 / d0 + 1 / d1) / 2
    reasons = _unstated_scopes(before, after)
    shared = None if reasons else _shared_scope(before, after)
    if shared is not None:
        p0, p1 = before.numerators[shared], after.numerators[shared]
        effects["participants"] = 100 * (p1 - p0) * mean_inverse
        effects["scope"] = 100 * ((n1 - p1) - (n0 - p0)) * mean_inverse
    elif not reasons:
        reasons = (Reason("scope_not_bridged"),)
    return _result(before, after, effects, reasons)


def _result(
    before: CoveragePoint,
    after: CoveragePoint,
    effects: Mapping[str, Fraction],
    reasons: tuple[Reason, ...],
) -> ChangeDecomposition:
    unknown = after.value - before.value - sum(effects.values(), Fraction(0))
    from_parts = _change_from_parts(before, after)
    if from_parts is not None and from_parts != after.value - before.value:
        reasons = (*reasons, Reason("rounding"))
    return ChangeDecomposition(
        before, after, {name: effects.get(name) for name in EFFECTS}, unknown, reasons
    )


def _parts(
    before: CoveragePoint, after: CoveragePoint
) -> tuple[Fraction | None, Fraction | None, Fraction | None, Fraction | None]:
    return before.numerator, after.numerator, before.denominator, after.denominator


def _given(part: Fraction | None) -> Fraction:
    if part is None:
        raise ValueError("missing parts are found before effects are computed")
    return part


def _change_from_parts(before: CoveragePoint, after: CoveragePoint) -> Fraction | None:
    n0, n1, d0, d1 = _parts(before, after)
    if n0 is None or n1 is None or d0 is None or d1 is None:
        return None
    return 100 * n1 / d1 - 100 * n0 / d0


def _missing_parts(before: CoveragePoint, after: CoveragePoint) -> tuple[Reason, ...]:
    return tuple(
        Reason(f"{name}_missing", point.as_of)
        for point in (before, after)
        for name, part in (("numerator", point.numerator), ("denominator", point.denominator))
        if part is None
    )


def _unstated_scopes(before: CoveragePoint, after: CoveragePoint) -> tuple[Reason, ...]:
    return tuple(
        Reason("scope_not_stated", point.as_of)
        for point in (before, after)
        if point.scope == NOT_STATED
    )


def _shared_scope(before: CoveragePoint, after: CoveragePoint) -> str | None:
    """A stated scope in which both dates have a numerator; the later figure's own first."""
    shared = (set(before.numerators) & set(after.numerators)) - {NOT_STATED}
    for scope in (after.scope, before.scope, *sorted(shared)):
        if scope in shared:
            return scope
    return None
