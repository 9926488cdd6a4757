"""The most that one claim can lawfully pay, to tell a claim that cannot be right.

A limit is only given where nothing lawful lies above it, so what exceeds it is a finding
about the data. Benefit types are free text in claim archives (see `benefit_types`); one
that is not known, or that has no limit of its own, falls back on what the whole programme
can pay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from coverage_lib.errors import ReferenceDataError, UsageError
from coverage_lib.reference import rules
from coverage_lib.reference.benefit_types import (
    OTHER,
    UNKNOWN,
    benefit_type_code,
    load_benefit_types,
)
from coverage_lib.reference.benefits import (
    jkk_death_benefit,
    jkk_permanent_partial,
    jkk_permanent_total,
    jkm_benefit,
    jkp_cash,
    scholarship_maximum,
    scholarship_per_year,
    transport_maximum,
)

Limit = Callable[[int | None, date], int | None]

_MEANS = ("land", "sea", "air")
_SCHOLARSHIP_LEVEL = re.compile(r"beasiswa_(tk|sd|smp|sma|pt)")


def maximum_claim(
    programme: str, benefit_type: str | None, wage: int | None, day: date
) -> int | None:
    """The most that the law allows for one claim, in rupiah; None where it sets no maximum.

    No maximum: JHT (the participant's own balance), a JP repaid at once, medical care and
    temporary incapacity of JKK, and whatever hangs on a wage (rupiah a month) that is not
    known. JKP is held against one month. A scholarship of a named level (`beasiswa_sma`) is
    held against one child's year, `beasiswa` alone against all children and years. Raises
    UsageError for an unknown programme, ReferenceDataError for a day without a rule.
    """
    if programme not in _LIMITS:
        raise UsageError(
            f"programme {programme!r} is not known: {', '.join(_LIMITS)} were expected."
        )
    return _limit_of_code(programme, benefit_type_code(benefit_type), wage, day)


@dataclass(frozen=True)
class LimitPeriod:
    """One programme and benefit type from one day to another, both included.

    `maximum_idr` is None where the law sets no maximum, and where it is not known what it
    sets: `is_known` tells the two apart.
    """

    programme: str
    benefit_type: str
    valid_from: date
    valid_to: date
    maximum_idr: int | None
    is_known: bool


def limit_periods(first: date, last: date) -> tuple[LimitPeriod, ...]:
    """The limits that need no wage, from `first` to `last`: a table that claims can be joined to.

    One entry a programme and code of a benefit type (`other` and `unknown` included) for as
    long as nothing changes, so that each day has exactly one. Where a rule is not known on
    a day the entry says so; asking `maximum_claim` for that day raises and names the rule.
    """
    starts = sorted({first, *(day for day in _days_of_change() if first < day <= last)})
    ends = [*(day - timedelta(days=1) for day in starts[1:]), last]
    found: list[LimitPeriod] = []
    for programme in _LIMITS:
        for code in (*load_benefit_types(), OTHER, UNKNOWN):
            periods: list[LimitPeriod] = []
            for start, end in zip(starts, ends, strict=True):
                maximum, is_known = _maximum_if_known(programme, code, start)
                if periods and (maximum, is_known) == (
                    periods[-1].maximum_idr,
                    periods[-1].is_known,
                ):
                    periods[-1] = replace(periods[-1], valid_to=end)
                else:
                    periods.append(LimitPeriod(programme, code, start, end, maximum, is_known))
            found += periods
    return tuple(found)


def _days_of_change() -> set[date]:
    """Every day on which any rule begins or has ended; most change no limit, none is missed."""
    values = [value for name in rules.rule_names() for value in rules.load_rule(name).values]
    ended = {value.valid_to + timedelta(days=1) for value in values if value.valid_to is not None}
    return ended | {value.valid_from for value in values}


def _maximum_if_known(programme: str, code: str, day: date) -> tuple[int | None, bool]:
    try:
        return _limit_of_code(programme, code, None, day), True
    except ReferenceDataError:
        return None, False


def _limit_of_code(programme: str, code: str, wage: int | None, day: date) -> int | None:
    limits = _LIMITS[programme]
    level = _SCHOLARSHIP_LEVEL.fullmatch(code)
    if level is not None and "beasiswa" in limits:
        return scholarship_per_year(level[1].upper(), day)
    return limits.get(code, limits[""])(wage, day)


def _no_maximum(wage: int | None, day: date) -> int | None:  # noqa: ARG001  a limit like the others
    return None


def _amount(rule: str) -> Limit:
    return lambda _wage, day: int(rules.at(rule, day).value)


def _jkm_total(_wage: int | None, day: date) -> int:
    return jkm_benefit(day).total_idr


def _jkm_and_scholarships(wage: int | None, day: date) -> int:
    return _jkm_total(wage, day) + _scholarships(wage, day)


def _scholarships(_wage: int | None, day: date) -> int:
    """All that one participant's children can get, the single payment before PP 82/2019 included."""
    earlier = rules.load_rule("scholarship_lump_sum_idr")
    if any(value.covers(day) for value in earlier.values):
        return int(earlier.at(day).value)
    return scholarship_maximum(day)


def _jkk_death(wage: int | None, day: date) -> int | None:
    return None if wage is None else jkk_death_benefit(wage, day).total_idr


def _jkk_total(wage: int | None, day: date) -> int | None:
    return None if wage is None else jkk_permanent_total(wage, day).total_idr


def _jkk_partial(wage: int | None, day: date) -> int | None:
    """A hundred percent of the table, since losses of several parts of the body add up."""
    return None if wage is None else jkk_permanent_partial(100, wage, day)


def _jkk_transport(_wage: int | None, day: date) -> int:
    return transport_maximum(_MEANS, day)


def _jkp_month(wage: int | None, day: date) -> int:
    """The best paid month, of the highest wage that counts where the wage is not known."""
    base = int(rules.at("jkp_wage_cap_idr", day).value) if wage is None else wage
    steps = rules.at("jkp_cash_percent", day).value
    return max(jkp_cash(base, step["through_month"], day) for step in steps)


_LIMITS: Mapping[str, Mapping[str, Limit]] = {
    "JKM": {
        "": _jkm_and_scholarships,
        "santunan_kematian": _jkm_total,  # archives call the three parts together so
        "santunan_sekaligus": _amount("jkm_lump_sum_idr"),
        "santunan_berkala": _amount("jkm_periodic_idr"),
        "biaya_pemakaman": _amount("jkm_funeral_idr"),
        "beasiswa": _scholarships,
    },
    "JKK": {
        "": _no_maximum,
        "santunan_kematian": _jkk_death,
        "santunan_cacat_total_tetap": _jkk_total,
        "santunan_cacat_sebagian": _jkk_partial,
        "santunan_berkala": _amount("jkk_periodic_idr"),
        "biaya_pemakaman": _amount("jkk_funeral_idr"),
        "biaya_transportasi": _jkk_transport,
        "perawatan_di_rumah": _amount("jkk_home_care_maximum_idr"),
        "beasiswa": _scholarships,
    },
    "JHT": {"": _no_maximum},
    "JP": {"": _no_maximum, "manfaat_pensiun_bulanan": _amount("jp_pension_maximum_idr")},
    "JKP": {"": _jkp_month},
}
