"""The most that one claim can lawfully pay, to tell a claim that cannot be right.

A limit is only given where nothing lawful lies above it, so what exceeds it is a finding
about the data. Benefit types are free text in claim archives: upper and lower case, spaces
and hyphens do not matter, and a name that is not known here falls back on what the whole
programme can pay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from coverage_lib.errors import UsageError
from coverage_lib.reference import rules
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
    limits = _LIMITS.get(programme)
    if limits is None:
        raise UsageError(
            f"programme {programme!r} is not known: {', '.join(_LIMITS)} were expected."
        )
    name = re.sub(r"[\W_]+", "_", (benefit_type or "").casefold()).strip("_")
    level = _SCHOLARSHIP_LEVEL.fullmatch(name)
    if level is not None and "beasiswa" in limits:
        return scholarship_per_year(level[1].upper(), day)
    return limits.get(name, limits[""])(wage, day)


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
        "santunan_meninggal_dunia": _jkk_death,
        "santunan_cacat_total_tetap": _jkk_total,
        "santunan_cacat_sebagian": _jkk_partial,
        "santunan_cacat_sebagian_anatomis": _jkk_partial,
        "santunan_cacat_sebagian_fungsi": _jkk_partial,
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
