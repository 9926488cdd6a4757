"""What the law lets a month's contribution be at least and at most, beside what a list says was paid.

A list gives a wage and one amount for all programmes. What it does not give is left open: the
class of work injury risk and whether a discount was granted, so that the law is a range.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from coverage_lib.reference import rules

# Each programme's line is rounded on its own, employer's and worker's part apart: six lines, and
# offices round up, down or to the nearest.
ROUNDING_IDR = 6
_NO_CEILING = 1e300  # rupiah; infinity does not travel into every engine
_COLUMNS = (
    "limit_month", "limit_segment", "wage_from", "wage_below", "least_share", "least_idr",
    "most_share", "most_idr", "jht_share", "jht_idr", "jp_share", "jp_ceiling",
)  # fmt: skip
#: Whose contribution an employer pays for, the likeliest first.
_ORDER = ("PU", "JAKON", "BPU", "PMI")
_DISCOUNTS = {"PU": ("pandemic", "labour_intensive"), "BPU": ("bpu_transport", "bpu_other"),
              "JAKON": ("pandemic",)}  # fmt: skip


def legal_limits(months: Iterable[date]) -> pd.DataFrame:
    """One row a month, segment and band of income, by the rules in force on the month's first day.

    `least_share` and `most_share` of the wage, and rupiah beside them, are JKK and JKM; the
    JHT and JP columns are added for those who hold the programmes, JP up to `jp_ceiling`.
    Least: the lowest class of risk with the largest discount that any employer or
    participant may have; most: the highest class without one. Migrant workers pay once for
    a whole contract and have no row. The law: see `reference.contributions`.

    Raises ReferenceDataError where a rule does not reach to a month.
    """
    rows = [row for month in sorted(set(months)) for row in _limits_of(month)]
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _limits_of(month: date) -> list[Mapping[str, object]]:
    return [_wage_earners(month), _construction(month), *_self_employed(month)]


def _wage_earners(month: date) -> Mapping[str, object]:
    jkk = rules.at("jkk_contribution_percent", month).value.values()
    jkm = rules.at("jkm_contribution_percent", month).value
    jht = rules.at("jht_contribution_percent", month).value
    jp = rules.at("jp_contribution_percent", month).value
    kept = _kept("PU", month)
    return _row(
        month,
        "PU",
        least_share=(min(jkk) * kept["JKK"] + jkm * kept["JKM"]) / 100,
        most_share=(max(jkk) + jkm) / 100,
        jht_share=(jht["employer"] + jht["worker"]) / 100,
        jp_share=(jp["employer"] + jp["worker"]) / 100,
        jp_ceiling=float(rules.at("jp_wage_ceiling_idr", month).value),
    )


def _construction(month: date) -> Mapping[str, object]:
    rates = rules.at("construction_wage_contribution_percent", month).value
    kept = _kept("JAKON", month)
    return _row(
        month,
        "JAKON",
        least_share=sum(rate * kept[name] for name, rate in rates.items()) / 100,
        most_share=sum(rates.values()) / 100,
    )


def _self_employed(month: date) -> list[Mapping[str, object]]:
    bands: Sequence[Mapping[str, int]] = rules.at("bpu_base_income_idr", month).value
    jkk = rules.at("bpu_jkk_contribution_percent", month).value
    jkm = rules.at("bpu_jkm_contribution_idr", month).value
    jht = rules.at("bpu_jht_contribution_percent", month).value
    kept = _kept("BPU", month)
    ends = [float(band["from_idr"]) for band in bands[1:]] + [_NO_CEILING]
    return [
        _row(
            month,
            "BPU",
            wage_from=float(band["from_idr"]),
            wage_below=end,
            least_idr=band["base_idr"] * jkk / 100 * kept["JKK"] + jkm * kept["JKM"],
            most_idr=band["base_idr"] * jkk / 100 + jkm,
            jht_idr=band["base_idr"] * jht / 100,
        )
        for band, end in zip(bands, ends, strict=True)
    ]


def _row(month: date, segment: str, **known: float) -> Mapping[str, object]:
    nothing = dict.fromkeys(_COLUMNS[2:], 0.0) | {"wage_below": _NO_CEILING}
    return {"limit_month": month, "limit_segment": segment, **nothing, **known}


def _kept(segment: str, month: date) -> Mapping[str, float]:
    """The share of JKK and JKM that is owed at least, with the largest discount of the month."""
    granted = [
        rules.at(f"contribution_discount_{name}", month).value for name in _DISCOUNTS[segment]
    ]
    percents = [entry["percent"] for entry in granted if segment in entry["segments"]]
    return {
        name: 1 - max((percent.get(name, 0) for percent in percents), default=0) / 100
        for name in ("JKK", "JKM")
    }


def judged_rows(
    contributions: ir.Table, register: ir.Table | None, limits: pd.DataFrame
) -> ir.Table:
    """The list's rows with is_checked, is_below, is_above, is_unregistered and has_card.

    Segment and programmes come from the register's membership. The list is of employers, so a
    card with memberships in several segments is a wage earner's where one of them is (PU,
    then JAKON), with the programmes of that segment. Where the list's row has no
    card number or its membership is not in the register, it is taken for a wage earner of
    whom any programme may be held; so is a programme of which the register says nothing. Rows for which the law sets no monthly amount are not
    checked. `register` is one extract; None where there is none.
    """
    rows = _with_membership(contributions, register)
    law = ibis.memtable(limits, schema=ibis.schema(_limit_types()))
    wage = rows.wage_idr.cast("float64")
    matched = rows.left_join(
        law,
        [
            rows.month == law.limit_month,
            rows.of_segment == law.limit_segment,
            wage >= law.wage_from,
            wage < law.wage_below,
        ],
    )
    wage = matched.wage_idr.cast("float64")
    paid = matched.contribution_idr.cast("float64")
    insured = ibis.ifelse(wage < matched.jp_ceiling, wage, matched.jp_ceiling)
    jht = wage * matched.jht_share + matched.jht_idr
    jp = insured * matched.jp_share
    least = (
        wage * matched.least_share
        + matched.least_idr
        + ibis.ifelse(matched.least_jht, jht, 0.0)
        + ibis.ifelse(matched.least_jp, jp, 0.0)
    )
    most = (
        wage * matched.most_share
        + matched.most_idr
        + ibis.ifelse(matched.most_jht, jht, 0.0)
        + ibis.ifelse(matched.most_jp, jp, 0.0)
    )
    return matched.select(
        "month",
        "person_key",
        "employer_key",
        "membership_key",
        "is_unregistered",
        is_checked=matched.limit_month.notnull(),
        is_below=(paid < least - ROUNDING_IDR).fill_null(False),
        is_above=(paid > most + ROUNDING_IDR).fill_null(False),
    )


def _limit_types() -> dict[str, str]:
    return {"limit_month": "date", "limit_segment": "string"} | dict.fromkeys(
        _COLUMNS[2:], "float64"
    )


def _with_membership(contributions: ir.Table, register: ir.Table | None) -> ir.Table:
    """Which segment and programmes to reckon with: those of the membership, or any."""
    rows = contributions.select(
        "month", "person_key", "employer_key", "membership_key", "wage_idr", "contribution_idr"
    )
    if register is None:
        anything = {"least_jht": False, "least_jp": False, "most_jht": True, "most_jp": True}
        return rows.mutate(of_segment=ibis.literal("PU"), is_unregistered=False, **anything)
    held = register.filter(register.membership_key.notnull())
    held = held.mutate(
        order=held.segment.cases(*((name, n) for n, name in enumerate(_ORDER)), else_=len(_ORDER))
    )
    nearest = ibis.window(group_by=held.membership_key)
    held = held.mutate(first=held.order.min().over(nearest))
    held = held.filter(held.order == held.first)
    known = held.group_by(card=held.membership_key).aggregate(
        segment=held.segment.min(), jht=held.jht.any(), jp=held.jp.any()
    )
    joined = rows.left_join(known, rows.membership_key == known.card).select(
        *rows.columns, "card", "segment", "jht", "jp"
    )
    return joined.mutate(
        of_segment=ibis.coalesce(joined.segment, "PU"),
        is_unregistered=joined.membership_key.notnull() & joined.card.isnull(),
        least_jht=ibis.coalesce(joined.jht, False),
        least_jp=ibis.coalesce(joined.jp, False),
        most_jht=ibis.coalesce(joined.jht, True),
        most_jp=ibis.coalesce(joined.jp, True),
    )
