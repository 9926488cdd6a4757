"""What was billed and what was paid of it: bills in, rupiah by region, segment, programme and month out.

A bill is one account's month. Amounts that a list leaves empty count as 0; more paid than due is
counted as it stands, so that a rate may exceed 100.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from coverage_lib.indicators.participation.participants import SEGMENTS, last_due_month
from coverage_lib.indicators.places import village_or_unknown
from coverage_lib.indicators.rows import Heading, measure_rows, up_the_ladder, with_every_region
from coverage_lib.periods import Month, month_of
from coverage_lib.reference.regions import CODE_LENGTHS, Regions

# JKP has no bill of its own: JKK, JKM and the government pay for it (PP 37/2021 article 11).
BILLED_PROGRAMMES = ("JKK", "JKM", "JHT", "JP")
_AMOUNTS = [f"{side}_{name}" for side in ("due", "collected") for name in BILLED_PROGRAMMES]
_, _DISTRICT, _SUBDISTRICT, _VILLAGE = CODE_LENGTHS.values()


@dataclass(frozen=True)
class Ledger:
    """The bills of one extract, summed by village, segment and month.

    `counts` has region_code (village), segment, month (text), due_<programme>,
    collected_<programme>, arrears_idr, bills, overpaid and undated. `last_due` is the latest
    month that had to be paid on `as_of`; later months are in `counts`, not in any figure.
    """

    as_of: date
    last_due: Month
    counts: pd.DataFrame

    @property
    def months(self) -> list[Month]:
        """The months of the calendar year of `last_due`, from January to it."""
        return [Month(self.last_due.year, number) for number in range(1, self.last_due.number + 1)]

    def due_rows(self) -> pd.DataFrame:
        """The counts of all months that had to be paid, those of earlier years included."""
        return self.counts[self.counts["month"] <= str(self.last_due)]

    def year_rows(self) -> pd.DataFrame:
        """The counts of `months`."""
        return self.counts[self.counts["month"].isin([str(month) for month in self.months])]


def bills_of(billing: ir.Table, as_of: date, province: str) -> ir.Table:
    """One row a bill of the extract: amounts without gaps, its village, totals and shortfall.

    A bill without a village counts in the unknown one of the province. The shortfall is what
    is missing of the whole bill, 0 where it is paid in full or overpaid.
    """
    amounts = {
        f"{side}_{name}": billing[f"{side}_{name.lower()}_idr"].fill_null(0).cast("int64")
        for side in ("due", "collected")
        for name in BILLED_PROGRAMMES
    }
    bills = billing.filter(billing.as_of_date == ibis.date(as_of.isoformat())).select(
        "employer_key",
        "segment",
        "month",
        "employer_sector",
        "paid_date",
        region_code=village_or_unknown(billing, province),
        **amounts,
    )
    bills = bills.mutate(
        due=sum((bills[f"due_{name}"] for name in BILLED_PROGRAMMES), ibis.literal(0, "int64")),
        collected=sum(
            (bills[f"collected_{name}"] for name in BILLED_PROGRAMMES), ibis.literal(0, "int64")
        ),
    )
    return bills.mutate(
        shortfall=ibis.ifelse(bills.due > bills.collected, bills.due - bills.collected, 0)
    )


def read_ledger(billing: ir.Table, as_of: date, province: str) -> Ledger:
    """The ledger of the extract of a day. Raises ReferenceDataError where the due day is unknown."""
    bills = bills_of(billing, as_of, province)
    counts = (
        bills.group_by("region_code", "segment", "month")
        .aggregate(
            **{name: bills[name].sum().cast("int64") for name in _AMOUNTS},
            arrears_idr=bills.shortfall.sum().cast("int64"),
            bills=bills.count(),
            overpaid=bills.count(where=bills.collected > bills.due),
            undated=bills.count(where=(bills.collected > 0) & bills.paid_date.isnull()),
        )
        .execute()
    )
    counts["month"] = pd.to_datetime(counts["month"]).dt.strftime("%Y-%m")
    return Ledger(as_of, month_of(last_due_month(as_of)), counts)


def collection_rows(
    ledger: Ledger, period: str, regions: Regions, province: str, version: str
) -> pd.DataFrame:
    """contributions_due_idr, contributions_collected_idr and collection_rate of the year to date.

    Over the months of the year that had to be paid by the as-of date: in total for every
    region, by segment and programme from kecamatan and by month from kabupaten upwards.
    Regions without a bill have 0, and no rate.
    """
    year = ledger.year_rows()
    by_programme = _by_programme(year)
    axes = (
        ("total", ["total"], _VILLAGE),
        ("segment", list(SEGMENTS), _SUBDISTRICT),
        ("programme", list(BILLED_PROGRAMMES), _SUBDISTRICT),
        ("month", [str(month) for month in ledger.months], _DISTRICT),
    )
    blocks = [_sums_along(by_programme, *axis, regions, province) for axis in axes]
    frame = pd.concat(blocks, ignore_index=True)
    has_bills = frame["due"] > 0
    rate = frame.assign(
        numerator=frame["collected"].where(has_bills), denominator=frame["due"].where(has_bills)
    )
    rate["value"] = 100.0 * rate["numerator"] / rate["denominator"]
    figures: Mapping[tuple[str, str], pd.DataFrame] = {
        ("contributions_due_idr", "idr"): frame.assign(value=frame["due"]),
        ("contributions_collected_idr", "idr"): frame.assign(value=frame["collected"]),
        ("collection_rate", "percent"): rate,
    }
    return pd.concat(
        [
            measure_rows(Heading(name, unit, period, ledger.as_of), rows, version)
            for (name, unit), rows in figures.items()
        ],
        ignore_index=True,
    )


def _by_programme(counts: pd.DataFrame) -> pd.DataFrame:
    """The same rupiah with a row a programme: columns due and collected."""
    keys = ["region_code", "segment", "month"]
    parts = [
        counts[keys].assign(
            total="total",
            programme=name,
            due=counts[f"due_{name}"].astype("float64"),
            collected=counts[f"collected_{name}"].astype("float64"),
        )
        for name in BILLED_PROGRAMMES
    ]
    return pd.concat(parts, ignore_index=True)


def _sums_along(
    by_programme: pd.DataFrame,
    dimension: str,
    categories: list[str],
    longest_code: int,
    regions: Regions,
    province: str,
) -> pd.DataFrame:
    values = ["due", "collected"]
    ladder = up_the_ladder(by_programme, [dimension], values)
    filled = with_every_region(ladder, regions, province, {dimension: categories}, values)
    filled = filled[filled["region_code"].str.len() <= longest_code]
    return filled.rename(columns={dimension: "category"}).assign(dimension=dimension)
