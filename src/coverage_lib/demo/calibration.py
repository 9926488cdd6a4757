"""What is published and what is assumed: the two files that the simulated extracts follow."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from coverage_lib.demo.allocation import half_up
from coverage_lib.errors import ReferenceDataError
from coverage_lib.periods import Month
from coverage_lib.yaml_reading import read_yaml

SEGMENTS = ("PU", "BPU", "JAKON")
OBSERVATIONS_FILE = "bpjstk_observations.csv"
CALIBRATION_FILE = "demo_calibration.yml"


@dataclass(frozen=True)
class Vintage:
    """The eligible workers of one year of data and the dates for which they count.

    `valid_to` is None for the last one. `eligible` holds whole persons by segment.
    """

    year: int
    valid_from: date
    valid_to: date | None
    level: str
    source: str
    eligible: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.eligible.values())


@dataclass(frozen=True)
class Anchor:
    """Active participants of the province by segment on a date that has a published figure."""

    as_of: date
    active: Mapping[str, int]


@dataclass(frozen=True)
class Calibration:
    """Published figures by (indicator, date, region, scope) and the assumptions beside them."""

    published: Mapping[tuple[str, str, str, str], float]
    assumptions: Mapping[str, Any]
    scale: float
    seed: int

    @property
    def province(self) -> str:
        return str(self.assumptions["province"])

    def section(self, name: str) -> Mapping[str, Any]:
        section: Mapping[str, Any] = self.assumptions[name]
        return section

    def read(self, entry: Any, region: str | None = None) -> float:
        """The value of an entry: a plain number, or `{read: indicator, date: …, scope: …}`.

        Raises ReferenceDataError where the observations hold no such figure.
        """
        if not isinstance(entry, Mapping):
            return float(entry)
        return self.observation(
            str(entry["read"]), entry["date"], region=region, scope=entry.get("scope")
        )

    def observation(
        self, indicator: str, day: date, *, region: str | None = None, scope: str | None = None
    ) -> float:
        """One published figure; without a scope the first that is not a branch's."""
        place = region or self.province
        for (name, on, where, has), value in self.published.items():
            if (name, on, where) != (indicator, day.isoformat(), place):
                continue
            if has == scope or (scope is None and not has.startswith("branch")):
                return value
        raise ReferenceDataError(
            f"{OBSERVATIONS_FILE}: no {indicator} of region {place} on {day} with scope "
            f"{scope or 'any'}; {CALIBRATION_FILE} refers to it: add the row or change the entry."
        )

    def scaled(self, count: float) -> int:
        """A number of persons, rows or rupiah at the scale asked for."""
        return half_up(count * self.scale)


def load_calibration(reference: Path, *, scale: float, seed: int) -> Calibration:
    """Read both files. Raises ReferenceDataError where one is missing or cannot be read."""
    try:
        with (reference / OBSERVATIONS_FILE).open(encoding="utf-8", newline="") as stream:
            published = {
                (row["indicator"], row["date"], row["region_code"], row.get("scope") or ""): float(
                    row["value"]
                )
                for row in csv.DictReader(stream)
            }
        text = (reference / CALIBRATION_FILE).read_text(encoding="utf-8")
        assumptions = read_yaml(text)
    except (OSError, KeyError, ValueError, yaml.YAMLError) as error:
        raise ReferenceDataError(
            f"{reference.name}/{OBSERVATIONS_FILE} or {CALIBRATION_FILE} cannot be read "
            f"({type(error).__name__}): restore both from the project's repository."
        ) from error
    return Calibration(published, assumptions, scale, seed)


def cut_off(calibration: Calibration, period: Month) -> date:
    """The as-of date of a period's register and aggregates."""
    dates = calibration.section("cut_offs")
    known: Mapping[str, date] = dates["known"]
    if str(period) in known:
        return known[str(period)]
    if period <= Month.parse(dates["month_end_until"]):
        return period.first_day - timedelta(days=1)
    return period.first_day


def last_due_month(as_of: date) -> int:
    """The latest month whose contribution is due, as months since year 0.

    A month is due on the 15th of the month after (PP 44/2015), so before the 16th the month
    before last is the latest.
    """
    return as_of.year * 12 + as_of.month - 1 - (1 if as_of.day > 15 else 2)


def load_vintages(calibration: Calibration) -> tuple[Vintage, ...]:
    """All vintages, oldest first, scaled; segments sum to the published or derived total."""
    entries = calibration.assumptions["vintages"]
    vintages: list[Vintage] = []
    totals: dict[int, int] = {}
    for number, entry in enumerate(entries):
        total = _eligible_total(calibration, entry, totals)
        totals[entry["year"]] = total
        if "solve_from" in entry:
            eligible = _solve_segments(calibration, entry, total)[0]
        else:
            shares = entry["segment_shares"]
            eligible = {name: half_up(total * shares[name]) for name in SEGMENTS[1:]}
            eligible = {SEGMENTS[0]: total - sum(eligible.values())} | eligible
        later = entries[number + 1]["valid_from"] if number + 1 < len(entries) else None
        vintages.append(
            Vintage(
                entry["year"],
                entry["valid_from"],
                later - timedelta(days=1) if later else None,
                entry["level"],
                entry["source"],
                {name: calibration.scaled(eligible[name]) for name in SEGMENTS},
            )
        )
    return tuple(vintages)


def vintage_at(vintages: tuple[Vintage, ...], day: date) -> Vintage:
    """The vintage valid on a day. Raises ReferenceDataError before the first one."""
    for vintage in vintages:
        if vintage.valid_from <= day and (vintage.valid_to is None or day <= vintage.valid_to):
            return vintage
    raise ReferenceDataError(
        f"no eligible workers are known for {day}: the first vintage in {CALIBRATION_FILE} begins "
        f"on {vintages[0].valid_from}; choose a later period or add a vintage."
    )


def load_anchors(calibration: Calibration) -> tuple[Anchor, ...]:
    """The published points of the series as whole, unscaled persons by segment."""
    return tuple(
        Anchor(entry["date"], _ANCHOR_KINDS[entry["kind"]](calibration, entry))
        for entry in calibration.assumptions["anchors"]
    )


def _eligible_total(
    calibration: Calibration, entry: Mapping[str, Any], totals: Mapping[int, int]
) -> int:
    if "grow" in entry:
        return half_up(totals[entry["grow"]["from"]] * entry["grow"]["factor"])
    eligible = entry["eligible"]
    if "count" in eligible:
        return half_up(calibration.read(eligible["count"]))
    if "percent" in eligible:
        return half_up(
            100 * calibration.read(eligible["participants"]) / calibration.read(eligible["percent"])
        )
    asked_for = calibration.read(eligible["active"]) + calibration.read(eligible["gap"])
    return half_up(100 * asked_for / calibration.read(eligible["target"]))


def _solve_segments(
    calibration: Calibration, vintage: Mapping[str, Any], eligible_total: int
) -> tuple[dict[str, int], dict[str, int]]:
    """Eligible and active persons by segment from the published coverage of all three.

    The coverage percentages, the two totals and the assumed share of construction workers
    leave one unknown, the eligible wage earners, in one linear equation.
    """
    anchor = next(
        entry
        for entry in calibration.assumptions["anchors"]
        if entry["date"] == vintage["solve_from"]
    )
    active_total = half_up(calibration.read(anchor["total"]))
    rate = {name: calibration.read(anchor["percent"][name]) / 100 for name in SEGMENTS}
    jakon = half_up(eligible_total * vintage["jakon_share"])
    active_jakon = half_up(jakon * rate["JAKON"])
    others = eligible_total - jakon
    earners = half_up(
        (active_total - active_jakon - rate["BPU"] * others) / (rate["PU"] - rate["BPU"])
    )
    active_earners = half_up(earners * rate["PU"])
    eligible = {"PU": earners, "BPU": others - earners, "JAKON": jakon}
    active = {
        "PU": active_earners,
        "BPU": active_total - active_earners - active_jakon,
        "JAKON": active_jakon,
    }
    return eligible, active


def _from_segment_percentages(calibration: Calibration, entry: Mapping[str, Any]) -> dict[str, int]:
    vintage = next(
        one for one in calibration.assumptions["vintages"] if one.get("solve_from") == entry["date"]
    )
    return _solve_segments(calibration, vintage, _eligible_total(calibration, vintage, {}))[1]


def _excluding_jakon(calibration: Calibration, entry: Mapping[str, Any]) -> int:
    totals: dict[int, int] = {}
    chosen = 0
    for vintage in calibration.assumptions["vintages"]:
        totals[vintage["year"]] = _eligible_total(calibration, vintage, totals)
        if vintage["valid_from"] <= entry["date"]:
            chosen = totals[vintage["year"]]
    return half_up(chosen * calibration.read(entry["percent_excl"]) / 100)


def _split(without_jakon: int, jakon: int, pu_share: float) -> dict[str, int]:
    earners = half_up(without_jakon * pu_share)
    return {"PU": earners, "BPU": without_jakon - earners, "JAKON": jakon}


def _from_percent_and_total(calibration: Calibration, entry: Mapping[str, Any]) -> dict[str, int]:
    without = _excluding_jakon(calibration, entry)
    return _split(without, half_up(calibration.read(entry["total"])) - without, entry["pu_share"])


def _from_total(calibration: Calibration, entry: Mapping[str, Any]) -> dict[str, int]:
    total = half_up(calibration.read(entry["total"]))
    jakon = half_up(total * entry["jakon_share"])
    return _split(total - jakon, jakon, entry["pu_share"])


def _from_percent(calibration: Calibration, entry: Mapping[str, Any]) -> dict[str, int]:
    without = _excluding_jakon(calibration, entry)
    jakon = half_up(without * entry["jakon_share"] / (1 - entry["jakon_share"]))
    return _split(without, jakon, entry["pu_share"])


def _from_segments(calibration: Calibration, entry: Mapping[str, Any]) -> dict[str, int]:
    earners = half_up(calibration.read(entry["PU"]))
    total = half_up(calibration.read(entry["total_excl"]))
    return {
        "PU": earners,
        "BPU": total - earners,
        "JAKON": half_up(total * entry["jakon_per_excl"]),
    }


_ANCHOR_KINDS = {
    "segment_percentages": _from_segment_percentages,
    "percent_and_total": _from_percent_and_total,
    "total": _from_total,
    "percent": _from_percent,
    "segments": _from_segments,
}
