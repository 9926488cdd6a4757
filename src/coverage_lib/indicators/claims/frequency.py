"""How often claims are made: claims paid for every thousand average active participants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from coverage_lib.indicators.participation.participants import PROGRAMMES
from coverage_lib.indicators.rows import Heading, measure_rows, up_the_ladder, with_every_region
from coverage_lib.reference.regions import Regions


@dataclass(frozen=True)
class ActiveOn:
    """Active persons on one date, construction included: region_code, programme, persons.

    `programme` is `total` for all persons, or a programme that they hold.
    """

    as_of: date
    persons: pd.DataFrame


def active_by_programme(
    counts: pd.DataFrame, as_of: date, regions: Regions, province: str
) -> ActiveOn:
    """The counts of a `ProgrammeStock` for every region and programme, all segments together.

    Claims are paid to construction workers too, so those are part of the denominator.
    """
    columns = {"persons": "total", **{name.lower(): name for name in PROGRAMMES}}
    frame = counts.rename(columns={"village_code": "region_code", **columns})
    ladder = up_the_ladder(frame, [], list(columns.values()))
    filled = with_every_region(ladder, regions, province, {}, list(columns.values()))
    persons = filled.melt("region_code", list(columns.values()), "programme", "persons")
    return ActiveOn(as_of, persons)


def average_active(stocks: Sequence[ActiveOn], first: date, last: date) -> pd.DataFrame:
    """region_code, programme, persons: the mean over all days from `first` to `last`.

    Between two dates the stock is taken to change by the same number every day; before the
    first and after the last date it is that of the nearest. A region that one of the stocks
    does not have counts as 0 there. Empty without stocks.
    """
    if not stocks:
        return pd.DataFrame(columns=["region_code", "programme", "persons"])
    ordered = sorted(stocks, key=lambda stock: stock.as_of)
    dates = [stock.as_of.toordinal() for stock in ordered]
    days = np.arange(first.toordinal(), last.toordinal() + 1)
    weighted = []
    for place, stock in enumerate(ordered):
        indicator = np.zeros(len(ordered))
        indicator[place] = 1.0
        weight = float(np.interp(days, dates, indicator).mean())
        weighted.append(stock.persons.assign(persons=stock.persons["persons"] * weight))
    together = pd.concat(weighted, ignore_index=True)
    return together.groupby(["region_code", "programme"], as_index=False, sort=True)[
        ["persons"]
    ].sum()


def frequency_rows(
    claims_paid: pd.DataFrame, stocks: Sequence[ActiveOn], period: str, as_of: date, version: str
) -> pd.DataFrame:
    """claim_frequency: claims from 1 January to `as_of` for every thousand average participants.

    `claims_paid` are measure rows of that indicator, period and date, in total and by
    programme; a programme's claims are set against those who hold the programme. Numerator
    and denominator are the claims and the average. Not scaled to a year: of a year to date
    it compares with the same date of other years. Not available where the average is
    unknown or 0, which old-age claims of people who left can meet.
    """
    claims = claims_paid[
        (claims_paid["indicator"] == "claims_paid")
        & claims_paid["dimension"].isin(["total", "programme"])
        & (claims_paid["period"] == period)
        & (claims_paid["as_of"] == as_of)
    ][["region_code", "dimension", "category", "value"]]
    average = average_active(stocks, date(as_of.year, 1, 1), as_of)
    joined = claims.merge(
        average.rename(columns={"programme": "category"}),
        on=["region_code", "category"],
        how="left",
    )
    persons = joined["persons"].astype("float64")
    persons = persons.where(persons > 0)
    frame = joined.assign(
        numerator=joined["value"].where(persons.notna()),
        denominator=persons.where(joined["value"].notna()),
        value=1000.0 * joined["value"] / persons,
    )
    heading = Heading("claim_frequency", "claims_per_1000_persons", period, as_of)
    return measure_rows(heading, frame, version)
