"""All measures of a month, for every region level at once, from the tables of a store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import ibis.expr.types as ir
import pandas as pd

from coverage_lib.errors import MeasureError, ReferenceDataError
from coverage_lib.indicators.coverage import HEADLINE, Stock, coverage_rows, programme_rows
from coverage_lib.indicators.definitions import definitions_version
from coverage_lib.indicators.denominators import eligible_on, targets_of
from coverage_lib.indicators.participants import PROGRAMMES, SEGMENTS, active_persons, count_persons
from coverage_lib.indicators.payments import claim_rows, scholarship_maximum_rows, scholarship_rows
from coverage_lib.indicators.published import published_measures
from coverage_lib.indicators.rows import join_rows, records_of, up_the_ladder, with_every_region
from coverage_lib.indicators.trajectory import (
    recent_pace_rows,
    required_pace_rows,
    target_and_gap_rows,
)
from coverage_lib.indicators.village import ecosystem_rows
from coverage_lib.indicators.zone import rank_rows
from coverage_lib.periods import Month, month_of
from coverage_lib.reference.regions import LEVELS, Regions, is_unknown
from coverage_lib.reference.rules import load_rule

SERIES_MONTHS = 18


@dataclass(frozen=True)
class Measures:
    """`rows` in long shape (see `rows.COLUMNS`), not yet safe to publish.

    `observations` are the published figures of the last months, to be set beside the rows
    once these have passed disclosure control.
    """

    rows: pd.DataFrame
    observations: pd.DataFrame | None


@dataclass(frozen=True)
class Inputs:
    """What measures are computed from.

    `tables` are the store's tables by name, absent ones left out. `linked_roster` is the
    roster with `is_registered`, made by the linkage.
    """

    tables: Mapping[str, ir.Table]
    regions: Regions
    province: str
    period: Month
    _frames: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    def frame(self, table: str) -> pd.DataFrame | None:
        """A small table (summaries, denominators, targets) in memory; None where it is absent."""
        if table in self.tables and table not in self._frames:
            self._frames[table] = self.tables[table].execute()
        return self._frames.get(table)

    @cached_property
    def register_labels(self) -> Mapping[date, Month]:
        """Which reporting month each register extract belongs to, by as-of date."""
        return _register_labels(self)


def compute_measures(inputs: Inputs) -> Measures:
    """Every measure that the inputs allow; what they do not is left out, never guessed.

    Published figures fill the indicators that nothing else computes in this profile; they
    keep origin `published`. Raises ReferenceDataError where a table of denominators,
    targets or rules has no entry for a date it is asked for, MeasureError where the
    register is not of the period.
    """
    version = definitions_version()
    blocks = [
        *_participant_blocks(inputs, version),
        *_payment_blocks(inputs, version),
        *_other_blocks(inputs, version),
    ]
    computed = join_rows(blocks)
    observations = inputs.frame("observations")
    if observations is None:
        return Measures(computed, None)
    observations = _up_to(observations, inputs.period.last_day)
    published = published_measures(observations, version)
    published = published[~published["indicator"].isin(set(computed["indicator"]))]
    rows = join_rows([computed, published, *_pace_of_published(published, version)])
    oldest = inputs.period.plus(-SERIES_MONTHS).first_day
    recent = observations[observations["date"] >= oldest]
    return Measures(rows, recent)


def register_date(inputs: Inputs) -> date | None:
    """The as-of date of the register that the period's figures come from; None without one."""
    labels = inputs.register_labels
    return max((day for day, month in labels.items() if month == inputs.period), default=None)


def _register_labels(inputs: Inputs) -> dict[date, Month]:
    """Which reporting month each register extract belongs to.

    A monthly summary with the same cut-off date says so; otherwise it is the month of the
    date, and for the latest extract the period itself if that date is at most a month old.
    """
    if "participants" not in inputs.tables:
        return {}
    register = inputs.tables["participants"]
    days = sorted(_days(register.select("as_of_date").distinct().execute()["as_of_date"]))
    summary = inputs.frame("participant_summary")
    known = {}
    if summary is not None:
        for cut_off, month in zip(
            _days(summary["cut_off_date"]), _days(summary["month"]), strict=True
        ):
            known[cut_off] = month_of(month)
    labels = {day: known.get(day, month_of(day)) for day in days if day <= inputs.period.last_day}
    latest = max(labels, default=None)
    if latest is None or (latest not in known and latest < inputs.period.plus(-1).first_day):
        found = ", ".join(str(day) for day in days)
        raise MeasureError(
            f"no register of {inputs.period}: the extracts are as of {found}; put the extract of "
            f"{inputs.period} in place and pull again."
        )
    if latest not in known:
        labels[latest] = inputs.period
    _check_snapshots(inputs, labels)
    return labels


def _check_snapshots(inputs: Inputs, labels: Mapping[date, Month]) -> None:
    """A month has one register date, and each date has the districts that the others have.

    Raises MeasureError otherwise: a district that came with another date would count as 0.
    """
    for day, month in labels.items():
        others = [other for other, label in labels.items() if label == month and other != day]
        if others:
            raise MeasureError(
                f"the register of {month} is as of {day} and {others[0]}: one date was expected; "
                "leave the older extract out, or ask for extracts of one day."
            )
    register = inputs.tables["participants"]
    found = (
        register.select("as_of_date", district=register.village_code.substr(0, 5))
        .distinct()
        .execute()
    )
    by_day = {
        day: set(found.loc[[other == day for other in _days(found["as_of_date"])], "district"])
        for day in labels
    }
    known = {code for codes in by_day.values() for code in codes if not is_unknown(code)}
    for day, codes in by_day.items():
        missing = sorted(known - codes)
        if missing:
            raise MeasureError(
                f"the register as of {day} has no rows of {', '.join(missing)}, other months have: put "
                "the missing extract in place, with the same as_of, and pull again."
            )


def _participant_blocks(inputs: Inputs, version: str) -> list[pd.DataFrame]:
    stocks = [*_register_stocks(inputs), *_summary_stocks(inputs)]
    if not stocks:
        return []
    blocks = [coverage_rows(stock, version) for stock, _ in stocks]
    blocks += [
        programme_rows(programmes, stock.period, stock.as_of, version)
        for stock, programmes in stocks
        if programmes is not None
    ]
    current = [stock for stock, _ in stocks if stock.period == str(inputs.period)]
    if not current:
        return blocks
    as_of = current[0].as_of
    of_period = pd.concat(
        [
            rows
            for rows, (stock, _) in zip(blocks, stocks, strict=False)  # programmes follow them
            if stock.period == str(inputs.period)
        ],
        ignore_index=True,
    )
    targets = inputs.frame("coverage_targets")
    if targets is not None:
        found = targets_of(targets, as_of.year)
        blocks.append(target_and_gap_rows(of_period, found, str(inputs.period), as_of, version))
    totals = pd.concat(blocks, ignore_index=True)
    totals = totals[
        (totals["indicator"] == "active_participants")
        & (totals["dimension"] == "total")
        & (totals["scope"] == HEADLINE)
    ]
    blocks.append(recent_pace_rows(totals, inputs.period, as_of, version))
    return blocks


_StockWithProgrammes = tuple[Stock, pd.DataFrame | None]


def _register_stocks(inputs: Inputs) -> list[_StockWithProgrammes]:
    """One stock a register extract, at all levels; a region without rows has 0, as the register covers all."""
    stocks: list[_StockWithProgrammes] = []
    for as_of, month in inputs.register_labels.items():
        persons = active_persons(inputs.tables["participants"], as_of)
        counts = count_persons(persons).execute().rename(columns={"village_code": "region_code"})
        ladder = up_the_ladder(counts, ["segment"], ["persons"])
        segments = [name for name in SEGMENTS if name in {"PU", "BPU", *counts["segment"]}]
        active = with_every_region(
            ladder, inputs.regions, inputs.province, {"segment": segments}, ["persons"]
        )
        columns = [name.lower() for name in PROGRAMMES]
        headline = up_the_ladder(counts[counts["segment"] != "JAKON"], [], columns)
        programmes = headline.melt("region_code", columns, "programme", "persons")
        programmes["programme"] = programmes["programme"].str.upper()
        stocks.append((_stock(inputs, month, as_of, active), programmes))
    return stocks


def _summary_stocks(inputs: Inputs) -> list[_StockWithProgrammes]:
    """One stock a month that only the summary has; the register's own months are computed from it."""
    summary = inputs.frame("participant_summary")
    if summary is None:
        return []
    from_register = set(inputs.register_labels.values())
    stocks: list[_StockWithProgrammes] = []
    days = zip(_days(summary["month"]), _days(summary["cut_off_date"]), strict=True)
    for month_day, cut_off in sorted(set(days)):
        month = month_of(month_day)
        if month in from_register or month > inputs.period:
            continue
        at_cut_off = [
            (a, b) == (month_day, cut_off)
            for a, b in zip(_days(summary["month"]), _days(summary["cut_off_date"]), strict=True)
        ]
        counts = summary[at_cut_off].rename(columns={"active_participants": "persons"})
        active = up_the_ladder(counts, ["segment"], ["persons"])
        stocks.append((_stock(inputs, month, cut_off, active), None))
    return stocks


def _stock(inputs: Inputs, month: Month, as_of: date, active: pd.DataFrame) -> Stock:
    table = inputs.frame("eligible_workers")
    if table is None:
        eligible = pd.DataFrame(
            {
                "region_code": pd.Series(dtype="object"),
                "segment": pd.Series(dtype="object"),
                "eligible": pd.Series(dtype="float64"),
                "denominator_source": pd.Series(dtype="object"),
                "denominator_vintage": pd.Series(dtype="object"),
            }
        )
    else:
        is_current = month == inputs.period
        eligible = eligible_on(table, as_of, required=is_current)
        if is_current:
            _check_complete(inputs, eligible, as_of)
    return Stock(str(month), as_of, active, eligible)


def _check_complete(inputs: Inputs, eligible: pd.DataFrame, as_of: date) -> None:
    """Raises ReferenceDataError where a district has no denominator but others have.

    Its participants would be counted and its workers not: coverage would come out too high.
    Below the districts a list may lag behind new villages, whose workers it still counts
    with the old ones; coverage is then not available there.
    """
    districts = {code for code in eligible["region_code"] if code.count(".") == 1}
    expected = {region.code for region in inputs.regions.at_level(LEVELS[1], inputs.province)}
    missing = sorted(expected - districts)
    if districts and missing:
        raise ReferenceDataError(
            f"table eligible_workers has no entry of {', '.join(missing)} for {as_of}, but of other "
            "districts: add them, 0 where there are no workers."
        )


def _payment_blocks(inputs: Inputs, version: str) -> list[pd.DataFrame]:
    blocks = []
    for name, rows_of in (("claims", claim_rows), ("scholarships", scholarship_rows)):
        if name in inputs.tables:
            payments = inputs.tables[name]
            as_of = _latest_date(payments, inputs.period)
            if as_of < inputs.period.plus(-1).first_day:
                raise MeasureError(
                    f"table {name} is as of {as_of}, too old for {inputs.period}: put the extract of "
                    f"{inputs.period} in place and pull again."
                )
            blocks.append(
                rows_of(payments, inputs.period, as_of, inputs.regions, inputs.province, version)
            )
    first_known = load_rule("scholarship_amount_per_year_idr").values[0].valid_from
    if inputs.period.last_day >= first_known:
        blocks.append(scholarship_maximum_rows(inputs.regions, inputs.period, version))
    return blocks


def _other_blocks(inputs: Inputs, version: str) -> list[pd.DataFrame]:
    blocks = []
    zone_summary = inputs.frame("zone_summary")
    if zone_summary is not None:
        blocks.append(
            rank_rows(
                zone_summary, inputs.province, str(inputs.period), inputs.period.last_day, version
            )
        )
    if "linked_roster" in inputs.tables:
        roster = inputs.tables["linked_roster"]
        as_of = _latest_date(roster, inputs.period)
        blocks.append(ecosystem_rows(roster, str(inputs.period), as_of, version))
    return blocks


def _pace_of_published(published: pd.DataFrame, version: str) -> list[pd.DataFrame]:
    """The pace that a published gap asks for: plain division, so origin `computed`."""
    gaps = published[published["indicator"] == "gap_to_target"]
    return [
        required_pace_rows(gaps.loc[[row]], gap["period"], gap["as_of"], gap["scope"], version)
        for row, gap in zip(gaps.index, records_of(gaps), strict=True)
    ]


def _latest_date(table: ir.Table, period: Month) -> date:
    """The as-of date of the latest extract that is not later than the period."""
    days = _days(table.select("as_of_date").distinct().execute()["as_of_date"])
    usable = [day for day in days if day <= period.last_day]
    if not usable:
        raise MeasureError(
            f"no extract as of {period} or before: {', '.join(map(str, sorted(days)))} were found."
        )
    return max(usable)


def _days(column: pd.Series) -> list[date]:
    return [pd.Timestamp(day).date() for day in column]


def _up_to(observations: pd.DataFrame, last_day: date) -> pd.DataFrame:
    frame = observations.assign(date=_days(observations["date"]))
    return frame[frame["date"] <= last_day]
