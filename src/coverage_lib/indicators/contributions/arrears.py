"""What is owed: rupiah and accounts in arrears, by how long ago the contribution fell due."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import ibis
import ibis.expr.types as ir
import pandas as pd

from coverage_lib.errors import ReferenceDataError
from coverage_lib.indicators.contributions.billing import Ledger
from coverage_lib.indicators.participation.participants import SEGMENTS
from coverage_lib.indicators.rows import Heading, measure_rows, up_the_ladder, with_every_region
from coverage_lib.periods import Month
from coverage_lib.reference.regions import CODE_LENGTHS, Regions
from coverage_lib.yaml_reading import read_yaml

# Villages in total only.
_LONGEST_CODE = {"total": CODE_LENGTHS["desa"]} | dict.fromkeys(
    ("segment", "arrears_age"), CODE_LENGTHS["kecamatan"]
)


@dataclass(frozen=True)
class Band:
    """Ages from `first_month` on, up to where the next band begins."""

    name: str
    first_month: int


@cache
def arrears_bands() -> tuple[Band, ...]:
    """The bands of arrears_bands.yml, youngest first. Raises ReferenceDataError where they do not start at 1 and rise."""
    path = resources.files("coverage_lib.indicators.contributions") / "arrears_bands.yml"
    entries = read_yaml(path.read_text(encoding="utf-8"))["bands"]
    bands = tuple(Band(str(entry["name"]), int(entry["first_month"])) for entry in entries)
    starts = [band.first_month for band in bands]
    if starts[:1] != [1] or starts != sorted(set(starts)):
        raise ReferenceDataError(
            f"arrears_bands.yml: bands begin at {starts}; 1 first and then rising was expected."
        )
    return bands


def band_of(month: str, last_due: Month) -> str:
    """The band of a month that had to be paid; the latest such month is 1 month old."""
    age = Month.parse(month).months_until(last_due) + 1
    return max(
        (band for band in arrears_bands() if band.first_month <= age),
        key=lambda band: band.first_month,
    ).name


def accounts_in_arrears(bills: ir.Table, last_due: Month) -> pd.DataFrame:
    """region_code (village), segment, month (the oldest one owed, text), accounts.

    An account is a number with its segment: an employer's wage earners and its construction
    workers are two. It is in arrears where any month that had to be paid is short, counts
    once, under its oldest such month, and where its latest one is billed.
    """
    owed = bills.filter(
        bills.shortfall > 0, bills.month <= ibis.date(last_due.first_day.isoformat())
    )
    account = [owed.employer_key, owed.segment]
    latest = ibis.window(group_by=account, order_by=[owed.month.desc(), owed.region_code])
    whole = ibis.window(group_by=account)
    ranked = owed.select(
        "region_code",
        "segment",
        oldest=owed.month.min().over(whole),
        place=ibis.row_number().over(latest),
    )
    first = ranked.filter(ranked.place == 0)
    counts: pd.DataFrame = (
        first.group_by("region_code", "segment", month=first.oldest)
        .aggregate(accounts=first.count())
        .execute()
    )
    counts["month"] = pd.to_datetime(counts["month"]).dt.strftime("%Y-%m")
    return counts


def arrears_rows(
    ledger: Ledger,
    accounts: pd.DataFrame,
    period: str,
    regions: Regions,
    province: str,
    version: str,
) -> pd.DataFrame:
    """arrears_idr and accounts_in_arrears as of the extract's date, over all months it goes back to.

    In total for every region, by segment and by age (`arrears_age`, months since the due
    day) down to the sub-district. An overpaid bill does not make up for another.
    """
    figures = (
        ("arrears_idr", "idr", "arrears_idr", ledger.due_rows()),
        ("accounts_in_arrears", "accounts", "accounts", accounts),
    )
    categories = {
        "total": ["total"],
        "segment": list(SEGMENTS),
        "arrears_age": [band.name for band in arrears_bands()],
    }
    blocks = []
    for indicator, unit, column, counts in figures:
        aged = counts.assign(
            total="total",
            arrears_age=[band_of(month, ledger.last_due) for month in counts["month"]],
        )
        for dimension, names in categories.items():
            ladder = up_the_ladder(aged, [dimension], [column])
            filled = with_every_region(ladder, regions, province, {dimension: names}, [column])
            filled = filled[filled["region_code"].str.len() <= _LONGEST_CODE[dimension]]
            frame = filled.rename(columns={dimension: "category", column: "value"})
            heading = Heading(indicator, unit, period, ledger.as_of, dimension)
            blocks.append(measure_rows(heading, frame, version))
    return pd.concat(blocks, ignore_index=True)
