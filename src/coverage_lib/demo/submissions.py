"""The list of claim submissions: of what was paid, of what was refused, and of what still waits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from coverage_lib.demo.allocation import apportion, half_up
from coverage_lib.demo.calibration import Calibration
from coverage_lib.demo.write import day_text, write_csv

_COLUMNS = ["programme", "segment", "kpj", "holder", "region", "asked", "decided", "status"]
_OF_WAGE_EARNERS = ("JHT", "JP", "JKP")


def join_members(
    connection: duckdb.DuckDBPyConnection,
    calibration: Calibration,
    claims: pd.DataFrame,
    purpose: str,
    random: np.random.Generator,
) -> None:
    """Give every claim a listed member: wage earners for savings, pension and job loss.

    Sets segment, kpj, holder and company. Another `purpose` gives other members.
    """
    percents = calibration.section("claims")["segment_percent"]
    drawn = random.choice(
        list(percents), size=len(claims), p=np.array(list(percents.values())) / 100
    )
    for_wage_earners = claims["programme"].isin(_OF_WAGE_EARNERS)
    claims["segment"] = np.where(for_wage_earners, "PU", drawn)
    for column in ("kpj", "holder", "company"):
        claims[column] = ""
    for segment in percents:
        rows = np.flatnonzero(claims["segment"] == segment)
        pool = connection.execute(
            f"""SELECT kpj, name, if(employer IS NULL, '', company_name(employer)) FROM memberships
            WHERE segment = '{segment}' AND kind IN ('active', 'inactive') AND NOT is_copy
            ORDER BY hash(membership, '{purpose}', {calibration.seed}), membership LIMIT {len(rows)}"""
        ).fetchall()
        for position, column in enumerate(("kpj", "holder", "company")):
            claims.loc[rows, column] = [
                pool[step % len(pool)][position] for step in range(len(rows))
            ]


def write_submissions(
    connection: duckdb.DuckDBPyConnection,
    calibration: Calibration,
    claims: pd.DataFrame,
    as_of: date,
    folder: Path,
) -> Path:
    """One row a submission up to `as_of`, in the order in which they came.

    `claims` are the payments; nearly each has a submission, decided not later than it was
    paid. Needs the table `memberships`.
    """
    rules = calibration.section("claims")["submissions"]
    random = np.random.default_rng([calibration.seed, 7])
    paid = _of_payments(rules, claims, random)
    refused = _refused(rules, paid, random)
    pending = _pending(connection, calibration, claims, as_of, random)
    listed = pd.concat([paid, refused, pending], ignore_index=True)
    listed = listed[listed["asked"] <= as_of]
    listed = listed.sort_values("asked", kind="stable", ignore_index=True)
    rows = {
        "NO PENGAJUAN": [
            f"PGJ/{asked:%Y%m}/{number:07d}" for number, asked in enumerate(listed["asked"], 1)
        ],
        "TGL PENGAJUAN": [day_text(day) for day in listed["asked"]],
        "NO KPJ": listed["kpj"],
        "NAMA TENAGA KERJA": listed["holder"],
        "PROGRAM": listed["programme"],
        "SEGMEN": listed["segment"],
        "STATUS": listed["status"],
        "TGL PENETAPAN": ["" if day is None else day_text(day) for day in listed["decided"]],
        "KODE WILAYAH": listed["region"],
    }
    return write_csv(folder / "pengajuan_klaim.csv", list(rows), zip(*rows.values(), strict=True))


def _of_payments(
    rules: Mapping[str, Any], claims: pd.DataFrame, random: np.random.Generator
) -> pd.DataFrame:
    listed = claims[random.random(len(claims)) * 1000 >= rules["missing_per_thousand"]]
    listed = listed.reset_index(drop=True)
    before = random.integers(0, 3, len(listed))
    decided = [
        max(asked, paid - timedelta(days=int(step)))
        for asked, paid, step in zip(listed["asked"], listed["paid"], before, strict=True)
    ]
    rows = listed.assign(decided=pd.Series(decided, dtype=object), status="DIBAYAR")
    undated = random.choice(len(rows), min(rules["undated_rows"], len(rows)), replace=False)
    rows.loc[undated, "decided"] = None
    return pd.DataFrame(rows, columns=_COLUMNS)


def _refused(
    rules: Mapping[str, Any], paid: pd.DataFrame, random: np.random.Generator
) -> pd.DataFrame:
    """Submissions like those that were paid, of the same days and places, with another end."""
    number = half_up(len(paid) * rules["refused_percent"] / 100)
    dated = paid[paid["decided"].notna()]
    chosen = dated.iloc[random.choice(len(dated), min(number, len(dated)), replace=False)]
    withdrawn = random.random(len(chosen)) < 0.2
    return chosen.assign(status=np.where(withdrawn, "DIBATALKAN", "DITOLAK"))


def _pending(
    connection: duckdb.DuckDBPyConnection,
    calibration: Calibration,
    claims: pd.DataFrame,
    as_of: date,
    random: np.random.Generator,
) -> pd.DataFrame:
    """What waits: of other members, in the places of this year's payments, some of it twice."""
    rules = calibration.section("claims")["submissions"]
    this_year = claims[[day.year == as_of.year for day in claims["paid"]]]
    number = half_up(len(this_year) * rules["pending_percent"] / 100)
    mix = rules["pending_mix"]
    shares = apportion(number, list(mix.values()))
    waited = np.minimum(
        random.exponential(rules["pending_mean_days"], number), rules["pending_longest_days"]
    )
    status = random.choice(["DIAJUKAN", "DIPROSES", "BELUM LENGKAP"], number, p=[0.35, 0.45, 0.2])
    rows = pd.DataFrame(
        {
            "programme": np.repeat(list(mix), shares),
            "region": random.choice(this_year["region"].to_numpy(), number) if number else [],
            "asked": [as_of - timedelta(days=int(days)) for days in waited],
            "decided": pd.Series([None] * number, dtype=object),
            "status": status,
        }
    )
    join_members(connection, calibration, rows, "pending", random)
    again = rows.iloc[: min(rules["overlapping_rows"], number)]
    earlier = [day - timedelta(days=7) for day in again["asked"]]
    both = pd.concat([rows, again.assign(asked=earlier)], ignore_index=True)
    return pd.DataFrame(both, columns=_COLUMNS)
