"""SDG indicator 1.3.1 for the province: who is covered by social insurance, of those who work.

The indicator is the "proportion of population covered by social protection floors/systems";
those who actively contribute to a social insurance scheme count as covered (UN SDG metadata
1.3.1, custodian ILO; ILO, World Social Protection Report, statistical annex). Of its
components BPJS Ketenagakerjaan knows three:

    work injury    active participants in JKK ÷ employed persons. ILO: workers covered in
                   the event of work injury ÷ employed.
    pension        active participants in JP ÷ labour force. ILO: active contributors to a
                   pension scheme ÷ labour force aged 15+. JHT pays a lump sum and is said
                   apart; most hold both, so the two are never added.
    unemployment   active participants in JKP ÷ labour force: who would be protected. It is
                   NOT the ILO's own series, which is recipients of a benefit ÷ unemployed:
                   the claims here are counted over a year, the unemployed on a day.

A worker in construction is covered against work injury as any other and is employed as any
other: the SDG figure is the one with construction (scope incl_jakon, where the register has
any). The one without is given beside it, as it is the headline of all other indicators.

Denominators come from the labour force survey of BPS (ages 15+, civil servants, army and
police included). They are not the eligible workers of coverage.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from coverage_lib.errors import ReferenceDataError
from coverage_lib.indicators.inputs import Inputs, days_of
from coverage_lib.indicators.rows import Heading, measure_rows, records_of

#: Indicator: the figure of the survey that it divides by, and the programmes that it counts.
COMPONENTS = {
    "sdg_work_injury_coverage": ("employed", ("JKK",)),
    "sdg_pension_coverage": ("labour_force", ("JP", "JHT")),
    "sdg_unemployment_coverage": ("labour_force", ("JKP",)),
}


def sdg_measures(inputs: Inputs, participation: pd.DataFrame, version: str) -> list[pd.DataFrame]:
    """Blocks of measures from the rows of `participation_measures`, for the province alone.

    None where the profile has no labour force survey, or no participants by programme in
    the period. Raises what `survey_figure` raises.
    """
    survey = inputs.frame("labour_force")
    covered = participation[
        (participation["period"] == str(inputs.period))
        & (participation["indicator"] == "active_participants")
        & (participation["dimension"] == "programme")
        & (participation["region_code"] == inputs.province)
    ]
    if survey is None or covered.empty:
        return []
    as_of = covered["as_of"].iloc[0]
    return [
        sdg_rows(covered, survey, indicator, inputs.province, as_of, version)
        for indicator in COMPONENTS
    ]


def sdg_rows(
    covered: pd.DataFrame,
    survey: pd.DataFrame,
    indicator: str,
    province: str,
    as_of: date,
    version: str,
) -> pd.DataFrame:
    """One component by programme, in every scope that `covered` (measure rows) has.

    The vintage is the survey's month. The share may exceed 100 where more are covered than
    the survey found. Raises what `survey_figure` raises.
    """
    name, programmes = COMPONENTS[indicator]
    figure = survey_figure(survey, province, name, as_of)
    counted = covered[covered["category"].isin(programmes)]
    persons = counted["value"].astype("float64")
    frame = counted[["region_code", "category", "scope", "period"]].assign(
        numerator=persons,
        denominator=figure["value"],
        value=100.0 * persons / figure["value"],
        denominator_source=f"BPS Sakernas, {name}: {figure['source_title']}",
        denominator_vintage=f"{figure['day']:%Y-%m}",
    )
    return measure_rows(Heading(indicator, "percent", "", as_of, "programme"), frame, version)


def survey_figure(survey: pd.DataFrame, region_code: str, name: str, day: date) -> dict[str, Any]:
    """The figure of the latest survey at or before a day: value, day, source_title.

    Two surveys may know different figures, so each figure is looked up by itself. Raises
    ReferenceDataError where there is none by then, where it is 0, and where one survey has
    it twice with different values.
    """
    known = survey.assign(day=days_of(survey["date"]))
    known = known[(known["region_code"] == region_code) & (known["indicator"] == name)]
    usable = known[known["day"] <= day]
    if usable.empty:
        first = f"begins on {known['day'].min()}" if len(known) else "has none at all"
        raise ReferenceDataError(
            f"table labour_force has no {name} of {region_code} for {day} or before: it {first}; add "
            "the figure of an earlier survey with its source."
        )
    latest = usable[usable["day"] == usable["day"].max()]
    values = sorted(set(latest["value"]))
    if len(values) > 1 or values[0] <= 0:
        told = ", ".join(f"{value:g}" for value in values)
        raise ReferenceDataError(
            f"table labour_force, {name} of {region_code} on {latest['day'].iloc[0]}: {told}; one number "
            "of persons above 0 was expected."
        )
    return records_of(latest)[0]
