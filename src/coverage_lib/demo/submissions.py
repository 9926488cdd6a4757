"""The list of claim submissions: of what was paid, of what was refused, and of what still waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from coverage_lib.demo.allocation import apportion, half_up
from coverage_lib.demo.calibration import Calibration
from coverage_lib.demo.write import day_text, write_csv

# The last ones are what a member is known by: in the lists, or in the tables of the store.
_COLUMNS = [
    "programme", "segment", "region", "asked", "decided", "status", "kpj", "holder", "member",
]  # fmt: skip
_OF_WAGE_EARNERS = ("JHT", "JP", "JKP")
#: Gives every claim a segment and a listed member; another purpose gives other members.
JoinMembers = Callable[[pd.DataFrame, str, np.random.Generator], None]


def draw_segments(
    calibration: Calibration, claims: pd.DataFrame, random: np.random.Generator
) -> NDArray[np.str_]:
    """The segment of each claim's member: wage earners for savings, pension and job loss."""
    percents = calibration.section("claims")["segment_percent"]
    drawn = random.choice(
        list(percents), size=len(claims), p=np.array(list(percents.values())) / 100
    )
    for_wage_earners = claims["programme"].isin(_OF_WAGE_EARNERS).to_numpy()
    segments: NDArray[np.str_] = np.where(for_wage_earners, "PU", drawn)
    return segments


def members_of_lists(
    connection: duckdb.DuckDBPyConnection, calibration: Calibration
) -> JoinMembers:
    """Sets segment, kpj, holder and company from the table `memberships`."""

    def join(claims: pd.DataFrame, purpose: str, random: np.random.Generator) -> None:
        claims["segment"] = draw_segments(calibration, claims, random)
        for column in ("kpj", "holder", "company"):
            claims[column] = ""
        for segment in calibration.section("claims")["segment_percent"]:
            rows = np.flatnonzero(claims["segment"] == segment)
            pool = connection.execute(
                f"""SELECT kpj, name, if(employer IS NULL, '', company_name(employer)) FROM memberships
                WHERE segment = '{segment}' AND kind IN ('active', 'inactive') AND NOT is_copy
                ORDER BY hash(membership, '{purpose}', {calibration.seed}), membership LIMIT {len(rows)}"""
            ).fetch_df()
            for position, column in enumerate(("kpj", "holder", "company")):
                claims.loc[rows, column] = np.resize(pool.iloc[:, position].to_numpy(), len(rows))

    return join


def submission_rows(
    calibration: Calibration, claims: pd.DataFrame, as_of: date, join_members: JoinMembers
) -> pd.DataFrame:
    """One row a submission up to `as_of`, in the order in which they came, with its `number`.

    `claims` are the payments; nearly each has a submission, decided not later than it was
    paid. `status` is the word of the list.
    """
    rules = calibration.section("claims")["submissions"]
    random = np.random.default_rng([calibration.seed, 7])
    paid = _of_payments(rules, claims, random)
    refused = _refused(rules, paid, random)
    pending = _pending(calibration, claims, as_of, random, join_members)
    listed = pd.concat([paid, refused, pending], ignore_index=True)
    listed = listed[listed["asked"] <= pd.Timestamp(as_of)]
    listed = listed.sort_values("asked", kind="stable", ignore_index=True)
    months = (listed["asked"].dt.year * 100 + listed["asked"].dt.month).astype(str)
    numbers = pd.Series(range(1, len(listed) + 1)).astype(str).str.zfill(7)
    return listed.assign(number="PGJ/" + months + "/" + numbers)


def write_submissions(listed: pd.DataFrame, folder: Path) -> Path:
    """The rows of `submission_rows` as the list of an office."""
    rows = {
        "NO PENGAJUAN": listed["number"],
        "TGL PENGAJUAN": [day_text(day) for day in listed["asked"]],
        "NO KPJ": listed["kpj"],
        "NAMA TENAGA KERJA": listed["holder"],
        "PROGRAM": listed["programme"],
        "SEGMEN": listed["segment"],
        "STATUS": listed["status"],
        "TGL PENETAPAN": ["" if pd.isna(day) else day_text(day) for day in listed["decided"]],
        "KODE WILAYAH": listed["region"],
    }
    return write_csv(folder / "pengajuan_klaim.csv", list(rows), zip(*rows.values(), strict=True))


def _of_payments(
    rules: Mapping[str, Any], claims: pd.DataFrame, random: np.random.Generator
) -> pd.DataFrame:
    listed = claims[random.random(len(claims)) * 1000 >= rules["missing_per_thousand"]]
    listed = listed.reset_index(drop=True)
    before = random.integers(0, 3, len(listed))
    decided = np.maximum(listed["asked"], listed["paid"] - pd.to_timedelta(before, unit="D"))
    rows = listed.assign(decided=decided, status="DIBAYAR")
    undated = random.choice(len(rows), min(rules["undated_rows"], len(rows)), replace=False)
    rows.loc[undated, "decided"] = pd.NaT
    return _of_columns(rows)


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
    calibration: Calibration,
    claims: pd.DataFrame,
    as_of: date,
    random: np.random.Generator,
    join_members: JoinMembers,
) -> pd.DataFrame:
    """What waits: of other members, in the places of this year's payments, some of it twice."""
    rules = calibration.section("claims")["submissions"]
    this_year = claims[claims["paid"].dt.year == as_of.year]
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
            "asked": np.datetime64(as_of, "s") - waited.astype("timedelta64[D]"),
            "decided": np.full(number, np.datetime64("NaT", "s")),
            "status": status,
        }
    )
    join_members(rows, "pending", random)
    again = rows.iloc[: min(rules["overlapping_rows"], number)]
    earlier = again.assign(asked=again["asked"] - pd.Timedelta(days=7))
    return _of_columns(pd.concat([rows, earlier], ignore_index=True))


def _of_columns(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[[name for name in _COLUMNS if name in rows]]
