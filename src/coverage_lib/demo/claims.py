"""The claim archive and the list of scholarship children, row by row from the blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from coverage_lib.demo.allocation import Integers, amounts_with_total, apportion, half_up
from coverage_lib.demo.calibration import Calibration
from coverage_lib.demo.claim_blocks import (
    PROGRAMMES,
    Block,
    jkk_children,
    ordered_levels,
    plan_blocks,
)
from coverage_lib.demo.people import children_prefixes
from coverage_lib.demo.series import Spread
from coverage_lib.demo.submissions import members_of_lists, submission_rows, write_submissions
from coverage_lib.demo.write import day_text, write_csv, write_workbook_or_csv

_BENEFITS = {
    "JHT": "jaminan_hari_tua",
    "JKM": "santunan_kematian",
    "JKK": "santunan_kecelakaan",
    "JP": "manfaat_pensiun",
    "JKP": "uang_tunai",
}
_CHILD_NAMES_FROM = 600_000_000  # far from every person number


@dataclass(frozen=True)
class ClaimFiles:
    archive: Path
    scholarships: Path
    submissions: Path


def write_claims(
    connection: duckdb.DuckDBPyConnection,
    calibration: Calibration,
    spread: Spread,
    as_of: date,
    folder: Path,
) -> ClaimFiles:
    """Payments from 1 January of the year before to `as_of`, the children among them, and what
    was submitted.

    Needs the table `memberships` and the person macros. Every scholarship row is one row of the
    archive with the same decision number.
    """
    claims = claim_rows(calibration, spread, as_of)
    join_members = members_of_lists(connection, calibration)
    join_members(claims, "claim", np.random.default_rng([calibration.seed, 6]))
    without, foreign = spoil_claims(calibration, claims)
    claims.loc[without, "kpj"] = "0" * 11
    claims.loc[foreign, "kpj"] = [f"99{place:09d}" for place in foreign]
    submissions = submission_rows(calibration, claims, as_of, join_members)
    return ClaimFiles(
        archive=_write_archive(connection, calibration, claims, as_of, folder),
        scholarships=_write_scholarships(connection, calibration, claims, folder),
        submissions=write_submissions(submissions, folder),
    )


def claim_rows(calibration: Calibration, spread: Spread, as_of: date) -> pd.DataFrame:
    """All payments in the order of their days: programme, benefit, amount, level (of a child's
    school, "" for the others), paid, asked, region (its code) and the decision number.
    """
    frames = [
        _block_rows(
            calibration, spread, block, np.random.default_rng([calibration.seed, 5, year, number])
        )
        for year in (as_of.year - 1, as_of.year)
        for number, block in enumerate(plan_blocks(calibration, year))
    ]
    claims = pd.concat(frames, ignore_index=True)
    claims = claims[claims["paid"] <= pd.Timestamp(as_of)]
    claims = claims.sort_values("paid", kind="stable", ignore_index=True)
    months = (claims["paid"].dt.year * 100 + claims["paid"].dt.month).astype(str)
    numbers = pd.Series(range(1, len(claims) + 1)).astype(str).str.zfill(7)
    claims["decision"] = claims["programme"] + "/" + months + "/" + numbers
    return claims


def spoil_claims(calibration: Calibration, claims: pd.DataFrame) -> tuple[Integers, Integers]:
    """Give a few claims the faults that archives have: dates reversed, which this sets, and no
    card or a foreign card, whose places are returned.
    """
    rules = calibration.section("claims")
    random = np.random.default_rng([calibration.seed, 8])
    numbers = [
        calibration.scaled(rules[name])
        for name in ("without_card_rows", "foreign_card_rows", "reversed_date_rows")
    ]
    places = random.permutation(np.flatnonzero(claims["level"] == ""))[: sum(numbers)]
    without, foreign, reversed_ = np.split(places, np.cumsum(numbers)[:-1])
    claims.loc[reversed_, "asked"] = claims.loc[reversed_, "paid"] + pd.Timedelta(days=1)
    return without, foreign


def _block_rows(
    calibration: Calibration, spread: Spread, block: Block, random: np.random.Generator
) -> pd.DataFrame:
    rules = calibration.section("claims")
    programmes: list[str] = []
    benefits: list[str] = []
    amounts: list[Integers] = []
    for programme in PROGRAMMES:
        count, total = block.count[programme], block.amount[programme]
        if programme == "JKM":
            paid, kinds = _death_benefits(calibration, count, total)
        else:
            paid = _spread_amounts(rules, programme, count, total, random)
            kinds = [_BENEFITS[programme]] * count
        programmes += [programme] * count
        benefits += kinds
        amounts.append(paid)
    levels = [""] * len(programmes)
    jkk = jkk_children(calibration, block.scholarships)
    schools = ordered_levels(block.scholarships)
    programmes += ["JKK" if number < jkk else "JKM" for number in range(len(schools))]
    benefits += ["beasiswa"] * len(schools)
    amounts.append(
        np.array([rules["scholarship_amount_idr"][level] for level in schools], dtype=np.int64)
    )
    frame = pd.DataFrame(
        {
            "programme": programmes,
            "benefit": benefits,
            "amount": np.concatenate(amounts),
            "level": levels + schools,
        }
    )
    days, places = _when_and_where(spread, block, len(frame), random)
    codes = np.array([place.code for place in spread.places], dtype=object)
    frame["paid"] = days
    frame["region"] = codes[places]
    asked = random.integers(1, 10, len(frame))
    frame["asked"] = days - asked.astype("timedelta64[D]")
    return frame


def _spread_amounts(
    rules: Mapping[str, Any],
    programme: str,
    count: int,
    total: int,
    random: np.random.Generator,
) -> Integers:
    """Amounts of a programme, lawful but for the few that the calibration wants too high."""
    wrong = rules["above_maximum"].get(programme, {"per_thousand": 0, "amount_idr": 0})
    number = half_up(count * wrong["per_thousand"] / 1000)
    lawful = amounts_with_total(
        random,
        count - number,
        total - number * wrong["amount_idr"],
        spread=rules["spread"][programme],
        least=rules["least_amount_idr"][programme],
        most=rules["most_amount_idr"].get(programme),
    )
    return np.concatenate([np.full(number, wrong["amount_idr"], dtype=np.int64), lawful])


def _death_benefits(calibration: Calibration, count: int, total: int) -> tuple[Integers, list[str]]:
    """Whole lump sums, and funeral parts paid alone; one partial payment takes what is left."""
    rules = calibration.section("claims")
    whole, funeral = rules["jkm_lump_sum_idr"], rules["jkm_funeral_idr"]
    full = (total - funeral * count) // (whole - funeral)
    if not 0 <= full < count:
        return apportion(total, np.ones(count)), [_BENEFITS["JKM"]] * count
    amounts = np.full(count, funeral, dtype=np.int64)
    amounts[:full] = whole
    amounts[full] += total - int(amounts.sum())
    return amounts, [_BENEFITS["JKM"]] * (full + 1) + ["biaya_pemakaman"] * (count - full - 1)


def _when_and_where(
    spread: Spread, block: Block, count: int, random: np.random.Generator
) -> tuple[NDArray[np.datetime64], Integers]:
    """Working days and places; rows are dealt to the windows in random order, in exact numbers."""
    weights = spread.active["PU"] + spread.active["BPU"]
    districts = np.array([place.district for place in spread.places])
    sizes = apportion(count, [share for *_, share in block.windows])
    order = random.permutation(count)
    days = np.zeros(count, dtype="datetime64[D]")
    places = np.zeros(count, dtype=np.int64)
    done = 0
    for (first, last, allowed, _), size in zip(block.windows, sizes, strict=True):
        rows = order[done : done + int(size)]
        done += int(size)
        calendar = [first + timedelta(days=step) for step in range((last - first).days + 1)]
        working = [day for day in calendar if day.weekday() < 5] or calendar
        chosen = random.integers(len(working), size=len(rows))
        inside = weights if allowed is None else weights * np.isin(districts, allowed)
        places[rows] = random.choice(len(weights), size=len(rows), p=inside / inside.sum())
        days[rows] = np.array(working, dtype="datetime64[D]")[chosen]
    return days, places


def _write_archive(
    connection: duckdb.DuckDBPyConnection,
    calibration: Calibration,
    claims: pd.DataFrame,
    as_of: date,
    folder: Path,
) -> Path:
    rules = calibration.section("claims")
    connection.register("claim_rows", claims.assign(position=range(1, len(claims) + 1)))
    copies, broken = (
        calibration.scaled(rules["duplicate_rows"]),
        calibration.scaled(rules["broken_date_rows"]),
    )
    header = f"""
    WITH numbered AS (FROM claim_rows),
    rows AS (
        SELECT *, 0 AS copy, strftime(paid, '%d-%m-%Y') AS paid_text FROM numbered
        UNION ALL
        SELECT *, 1, strftime(paid, '%d-%m-%Y') FROM
            (FROM numbered ORDER BY hash(position, 'copy', {calibration.seed}), position LIMIT {copies})
        UNION ALL
        SELECT * REPLACE (decision || 'X' AS decision), 2, ['31-04-', '00-00-', '30-02-'][1 + position % 3] || year(paid)
        FROM (FROM numbered ORDER BY hash(position, 'broken', {calibration.seed}), position LIMIT {broken})
    )
    SELECT decision AS nomor_penetapan, paid_text AS tanggal_transaksi,
        programme || '-' || upper(benefit[1:3]) AS kode_transaksi, kpj AS nomor_kpj,
        holder AS nama_tenaga_kerja, company AS nama_perusahaan, 0 AS pph21, {{amount}} AS jumlah_bayar,
        '000' || lpad((draw(position, 'account') % 1000000)::VARCHAR, 7, '0') AS no_rekening,
        if(programme = 'JKM' OR benefit = 'beasiswa', invented_name(position + 700000000, draw(position, 'heir') % 2 = 0), holder) AS atas_nama,
        programme AS program, benefit AS manfaat, segment AS segmen, region AS kode_wilayah,
        strftime(asked, '%d-%m-%Y') AS tanggal_pengajuan
    FROM rows ORDER BY position, copy"""
    as_text = "replace(format('{:,}', amount), ',', '.') || ',00'"
    query = header.format(amount="amount")
    connection.execute(f"CREATE TEMP TABLE archive AS {query}")
    is_text = (
        f"draw(hash(nomor_penetapan) % 1000000, 'text') % 100 < {rules['text_amount_percent']}"
    )
    mixed = f"""SELECT * REPLACE (if({is_text}, {as_text.replace("amount", "jumlah_bayar")}, jumlah_bayar::VARCHAR) AS jumlah_bayar)
        FROM archive"""
    return write_workbook_or_csv(
        connection,
        mixed,
        mixed,
        folder / "arsip_klaim.xlsx",
        "ARSIP PEMBAYARAN KLAIM (DATA SIMULASI)",
        f"1 Januari {as_of.year - 1} sampai {as_of:%d-%m-%Y}",
        number_columns=("pph21", "jumlah_bayar"),
    )


def _write_scholarships(
    connection: duckdb.DuckDBPyConnection,
    calibration: Calibration,
    claims: pd.DataFrame,
    folder: Path,
) -> Path:
    ages = calibration.section("claims")["scholarship_ages"]
    chosen = claims[claims["level"] != ""].reset_index(drop=True)
    names = connection.execute(
        f"""SELECT invented_name({_CHILD_NAMES_FROM} + child, child % 2 = 1)
        FROM range({len(chosen)}) AS children(child) ORDER BY child"""
    ).fetchall()
    years = [
        paid.year - ages[level] for paid, level in zip(chosen["paid"], chosen["level"], strict=True)
    ]
    rows = {
        "NO": range(1, len(chosen) + 1),
        "NOMOR PENETAPAN": chosen["decision"],
        "NO KPJ": chosen["kpj"],
        "NAMA ANAK": [name for (name,) in names],
        "NIK ANAK": _children_nik(years),
        "JENJANG": chosen["level"],
        "PROGRAM": chosen["programme"],
        "TGL BAYAR": [day_text(paid) for paid in chosen["paid"]],
        "JUMLAH": [f"{amount},00" for amount in chosen["amount"]],
        "KODE WILAYAH": chosen["region"],
    }
    return write_csv(folder / "beasiswa.csv", list(rows), zip(*rows.values(), strict=True))


def _children_nik(birth_years: list[int]) -> list[str]:
    """One NIK a child, no two alike until a birth year has 36,135 children (99 codes × 365 days).

    Children of one birth year take the codes in turn, then the next day.
    """
    prefixes = children_prefixes()
    seen: dict[int, int] = {}
    found = []
    for year in birth_years:
        number = seen.get(year, 0)
        seen[year] = number + 1
        birth = date(year, 1, 1) + timedelta(days=(number // len(prefixes) + 37 * number) % 365)
        day = birth.day + (40 if number % 2 else 0)
        found.append(f"{prefixes[number % len(prefixes)]}{day:02d}{birth:%m%y}0000")
    return found
