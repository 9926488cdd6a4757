"""Participants whose contribution a public budget or a company's social responsibility pays."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib import resources

import ibis
import ibis.expr.types as ir
import pandas as pd

from coverage_lib.indicators.participation.attributes import DIMENSIONS, position
from coverage_lib.indicators.participation.participants import SEGMENTS, active_memberships
from coverage_lib.indicators.places import village_or_unknown
from coverage_lib.indicators.rows import Heading, measure_rows, up_the_ladder, with_every_region
from coverage_lib.reference.regions import CODE_LENGTHS, Regions
from coverage_lib.yaml_reading import read_yaml

# Villages in total only.
_LONGEST_CODE = {"total": CODE_LENGTHS["desa"], "funder": CODE_LENGTHS["kecamatan"]}


@cache
def subsidising_funders() -> tuple[str, ...]:
    """The codes of `funder` that are subsidies, from subsidising_funders.yml."""
    path = resources.files("coverage_lib.indicators.contributions") / "subsidising_funders.yml"
    entries = read_yaml(path.read_text(encoding="utf-8"))["funders"]
    return tuple(map(str, entries))


def count_subsidised(register: ir.Table, as_of: date, province: str) -> pd.DataFrame:
    """region_code (village), funder, persons, months.

    Over the memberships active on the day. A person counts once, with the membership that
    counts among the subsidised ones as `one_pass` chooses: the segment, then the later start,
    the lower village code, the earlier category of each attribute. Months are those paid of the
    calendar year, from January or the month of the start to the last one paid, of every
    subsidised membership; a month paid beyond December is not of the year.
    """
    active = active_memberships(register, as_of)
    subsidised = active.filter(active.funder.isin(subsidising_funders()))
    preference = subsidised.segment.cases(
        *((segment, rank) for rank, segment in enumerate(SEGMENTS)), else_=len(SEGMENTS)
    )
    village = village_or_unknown(subsidised, province)
    of_person = ibis.window(
        group_by=subsidised.person_key,
        order_by=[
            preference, subsidised.start_date.desc(), village,
            *(position(subsidised, dimension, as_of) for dimension in DIMENSIONS),
        ],
    )  # fmt: skip
    ranked = subsidised.select(
        region_code=village,
        funder=subsidised.funder,
        months=_months_paid(subsidised, as_of.year),
        place=ibis.row_number().over(of_person),
    )
    counts: pd.DataFrame = (
        ranked.group_by("region_code", "funder")
        .aggregate(
            persons=ranked.count(where=ranked.place == 0),
            months=ranked.months.sum().cast("int64"),
        )
        .execute()
    )
    return counts


def _months_paid(memberships: ir.Table, year: int) -> ir.IntegerValue:
    """Months of the year from the start to the last one paid; 0 where that is earlier or unknown."""
    first, last = 12 * year, 12 * year + 11
    started = _month_number(memberships.start_date)
    paid = _month_number(memberships.paid_through_month)
    start = ibis.ifelse(started > first, started, first)
    end = ibis.ifelse(paid < last, paid, last)
    return ibis.ifelse(paid.notnull() & (end >= start), end - start + 1, 0)


def _month_number(day: ir.DateColumn) -> ir.IntegerValue:
    return (day.year() * 12 + day.month() - 1).cast("int64")


def subsidy_rows(
    counts: pd.DataFrame, period: str, as_of: date, regions: Regions, province: str, version: str
) -> pd.DataFrame:
    """subsidised_participants and subsidised_months: in total for every region, by funder to kecamatan."""
    blocks = []
    for indicator, unit, column in (
        ("subsidised_participants", "persons", "persons"),
        ("subsidised_months", "months", "months"),
    ):
        for dimension, names in (("total", ["total"]), ("funder", list(subsidising_funders()))):
            told = counts.assign(total="total")
            ladder = up_the_ladder(told, [dimension], [column])
            filled = with_every_region(ladder, regions, province, {dimension: names}, [column])
            filled = filled[filled["region_code"].str.len() <= _LONGEST_CODE[dimension]]
            frame = filled.rename(columns={dimension: "category", column: "value"})
            heading = Heading(indicator, unit, period, as_of, dimension)
            blocks.append(measure_rows(heading, frame, version))
    return pd.concat(blocks, ignore_index=True)
