"""Village rosters: who holds which office, and who of them stands in the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from coverage_lib.demo.allocation import half_up
from coverage_lib.demo.calibration import Calibration
from coverage_lib.demo.cells import Cell
from coverage_lib.demo.series import Spread
from coverage_lib.demo.write import write_workbook_or_csv
from coverage_lib.reference.regions import Region, Regions

_PERCENT_TOLERANCE = 0.003
#: How lists write a name otherwise: titles, old spellings, an initial. The NIK stays what it is.
_NAME_VARIANTS = """CASE draw("row", 'how written') % 7
    WHEN 0 THEN name || ', S.Pd' WHEN 1 THEN lower(name) WHEN 2 THEN if(woman, 'Hj. ', 'H. ') || name
    WHEN 3 THEN replace(replace(name, 'U', 'OE'), 'J', 'DJ') WHEN 4 THEN name || ' S. Sos'
    WHEN 5 THEN regexp_replace(name, ' ([A-Z])[A-Z]+$', ' \\1.') ELSE 'Drs. ' || name || ', M.Si' END"""
HEADS_OFFICIALS, COUNCIL, COMMUNITY = "heads_officials", "council", "rt_rw_lkd"


@dataclass(frozen=True)
class Office:
    """One line of a roster before it has a holder."""

    village: int
    position: str
    group: str


@dataclass(frozen=True)
class RosterPlan:
    """Roster rows in list order, and what the registers must know of them.

    `rows` has the columns row, place, position, office_group, person, registered; `cells` have
    their roster members marked; person numbers from `free_person` on are not in use.
    """

    rows: pd.DataFrame
    cells: tuple[Cell, ...]
    free_person: int
    rows_before: pd.DataFrame | None = None


def plan_rosters(
    calibration: Calibration,
    regions: Regions,
    spread: Spread,
    cells: Sequence[Cell],
    snapshots: int,
) -> RosterPlan:
    """Offices of every village, and holders such that the published shares come out exactly.

    Registered holders are persons of their own village who are active in every register.
    Below scale 1 there are fewer offices, and the shares come out as nearly as they can.
    """
    random = np.random.default_rng([calibration.seed, 4])
    rules = calibration.section("rosters")
    offices = _fit_hamlets(calibration, _offices(calibration, regions, spread, random))
    free = _Seats(cells, snapshots)
    registered = np.zeros(len(offices), dtype=bool)
    persons = np.zeros(len(offices), dtype=np.int64)
    for group, percent in _percents(calibration).items():
        members = [number for number, office in enumerate(offices) if office.group == group]
        wanted = _registered_count(len(members), percent) or half_up(len(members) * percent / 100)
        for number in random.permutation(members):
            if wanted and free.has_seat(offices[number].village):
                persons[number] = free.take(offices[number].village, group)
                registered[number] = True
                wanted -= 1
    next_person = cells[-1].first_person + cells[-1].count
    for number in np.flatnonzero(~registered):
        office = offices[number]
        lapsed = office.group == COMMUNITY and random.random() * 100 < rules["lapsed_percent"]
        former = free.take_former(office.village) if lapsed else None
        if former is None:
            former, next_person = next_person, next_person + 1
        persons[number] = former
    rows = pd.DataFrame(
        {
            "row": range(len(offices)),
            "place": [office.village for office in offices],
            "position": [office.position for office in offices],
            "office_group": [office.group for office in offices],
            "person": persons,
            "registered": registered,
        }
    )
    return RosterPlan(rows, free.marked_cells(), next_person)


def write_rosters(
    connection: duckdb.DuckDBPyConnection,
    calibration: Calibration,
    plan: RosterPlan,
    spread: Spread,
    as_of: date,
    folder: Path,
) -> list[Path]:
    """One Excel file a district; needs the person macros and the view `places`."""
    connection.register("roster_rows", plan.rows)
    paths = []
    for district in spread.districts:
        query = roster_query(calibration.section("rosters"), district, as_of)
        paths.append(
            write_workbook_or_csv(
                connection,
                query,
                query,
                folder / f"perangkat_desa_{district}.xlsx",
                "DATA PERANGKAT DESA, BPD, RT/RW DAN LKD (DATA SIMULASI)",
                f"Wilayah {district}, posisi data {as_of:%d-%m-%Y}",
            )
        )
    return paths


class _Seats:
    """Persons of each village who can still be given an office, in the order of their numbers."""

    def __init__(self, cells: Sequence[Cell], snapshots: int) -> None:
        self._cells = list(cells)
        self._taken: dict[int, int] = {}
        self._index: dict[tuple[int, str, str], int] = {}
        for number, cell in enumerate(cells):
            course = "stable" if (cell.first, cell.last) == (0, snapshots - 1) else "other"
            if cell.kind == "inactive":
                course = "former"
            elif cell.kind != "active" or cell.came_back:
                continue
            self._index[cell.place, cell.segment, course] = number

    def has_seat(self, village: int) -> bool:
        return any(self._left(village, segment, "stable") for segment in ("PU", "BPU"))

    def take(self, village: int, group: str) -> int:
        """Officials are wage earners where there are any left; RT/RW and LKD pay for themselves."""
        order = ("BPU", "PU") if group == COMMUNITY else ("PU", "BPU")
        segment = next(name for name in order if self._left(village, name, "stable"))
        return self._next(self._index[village, segment, "stable"])

    def take_former(self, village: int) -> int | None:
        if not self._left(village, "BPU", "former"):
            return None
        return self._next(self._index[village, "BPU", "former"])

    def marked_cells(self) -> tuple[Cell, ...]:
        return tuple(
            replace(cell, in_roster=self._taken.get(number, 0))
            for number, cell in enumerate(self._cells)
        )

    def _left(self, village: int, segment: str, course: str) -> int:
        number = self._index.get((village, segment, course))
        return 0 if number is None else self._cells[number].count - self._taken.get(number, 0)

    def _next(self, number: int) -> int:
        step = self._taken.get(number, 0)
        self._taken[number] = step + 1
        return self._cells[number].first_person + step


def _percents(calibration: Calibration) -> dict[str, float]:
    rules = calibration.section("rosters")
    at_least = calibration.read(rules["rt_rw_lkd_percent_at_least"])
    return {
        HEADS_OFFICIALS: calibration.read(rules["heads_officials_percent"]),
        COUNCIL: float(rules["council_percent"]),
        COMMUNITY: at_least + float(rules["rt_rw_lkd_percent_above"]),
    }


def _registered_count(total: int, percent: float) -> int | None:
    """How many of `total` are `percent` well within its two decimals; None where no number is."""
    near = half_up(total * percent / 100)
    fits = total > 0 and abs(100 * near / total - percent) <= _PERCENT_TOLERANCE
    return near if fits else None


def _fit_hamlets(calibration: Calibration, offices: list[Office]) -> list[Office]:
    """Leave out hamlet heads, last first, until the published percentage is possible."""
    percent = _percents(calibration)[HEADS_OFFICIALS]
    total = sum(office.group == HEADS_OFFICIALS for office in offices)
    hamlets = [number for number, office in enumerate(offices) if office.position == "Kepala Dusun"]
    left_out: set[int] = set()
    while _registered_count(total - len(left_out), percent) is None and len(left_out) < len(
        hamlets
    ):
        left_out.add(hamlets[-1 - len(left_out)])
    if len(left_out) == len(hamlets):
        return offices
    return [office for number, office in enumerate(offices) if number not in left_out]


def _offices(
    calibration: Calibration, regions: Regions, spread: Spread, random: np.random.Generator
) -> list[Office]:
    rules = calibration.section("rosters")
    share = min(calibration.scale, 1.0)

    def thinned(count: int) -> int:
        return int(count * share + random.random()) if share < 1 else count

    offices: list[Office] = []
    for place in spread.places:
        if place.kind != "village":
            continue
        if _is_desa(regions.get(place.code)):
            offices += _desa_offices(place.number, rules, random, thinned)
        offices += _community_offices(place.number, rules, random, thinned)
    return offices


def _is_desa(village: Region) -> bool:
    """Only a desa elects a head and has officials; a kelurahan has RT, RW and LKD alone."""
    return village.kind == "desa"


def _desa_offices(
    village: int, rules: Mapping[str, Any], random: np.random.Generator, thinned: Any
) -> list[Office]:
    positions = ["Kepala Desa"]
    positions += [name for name in rules["one_each"] if thinned(1)]
    least, most = rules["hamlets"]
    positions += ["Kepala Dusun"] * thinned(int(random.integers(least, most + 1)))
    offices = [Office(village, name, HEADS_OFFICIALS) for name in positions]
    least, most = rules["council"]
    seats = thinned(int(random.integers(least // 2, most // 2 + 1)) * 2 + 1)
    named = ["Ketua BPD", "Wakil Ketua BPD", "Sekretaris BPD"]
    council = named[:seats] + ["Anggota BPD"] * max(seats - len(named), 0)
    return offices + [Office(village, name, COUNCIL) for name in council]


def _community_offices(
    village: int, rules: Mapping[str, Any], random: np.random.Generator, thinned: Any
) -> list[Office]:
    positions = []
    for name, key in (("Ketua RT", "rt"), ("Ketua RW", "rw")):
        least, most = rules[key]
        positions += [name] * thinned(int(random.integers(least, most + 1)))
    positions += [name for name in ("Ketua LPM", "Ketua PKK", "Ketua Karang Taruna") if thinned(1)]
    least, most = rules["posyandu"]
    positions += ["Kader Posyandu"] * thinned(int(random.integers(least, most + 1)))
    return [Office(village, name, COMMUNITY) for name in positions]


def roster_query(rules: Mapping[str, Any], district: str, as_of: date) -> str:
    """The SQL of a district's list, from `roster_rows` and `places`.

    Damage that cannot be repaired is only on unregistered RT/RW and LKD.
    """
    return f"""
    WITH holders AS (
        SELECT roster_rows.*, places.* EXCLUDE (place), identity_nik(person) AS nik,
               person_birth(person) AS birth, person_is_woman(person) AS woman,
               invented_name(person, person_is_woman(person)) AS name,
               DATE '{as_of}' - (90 + draw("row", 'appointed') % 1500)::INTEGER AS appointed
        FROM roster_rows JOIN places USING (place)
        WHERE district_code = '{district}'
    )
    SELECT row_number() OVER (ORDER BY "row") AS "NO", place_code AS "KODE DESA", village AS "DESA",
        subdistrict AS "KECAMATAN",
        CASE WHEN draw("row", 'variant') % 100 < {rules["name_variant_percent"]} THEN {_NAME_VARIANTS} ELSE name END AS "NAMA",
        CASE
            WHEN NOT registered AND office_group = '{COMMUNITY}' AND draw("row", 'damage') % 100 < {rules["damaged_nik_percent"]}
                THEN CASE draw("row", 'how') % 3 WHEN 0 THEN ''
                     WHEN 1 THEN nik[1:1] || ',' || nik[2:6] || 'E+15' ELSE nik[1:15] END
            WHEN draw("row", 'repair') % 1000 < {rules["repairable_nik_per_thousand"]}
                THEN CASE draw("row", 'how') % 3 WHEN 0 THEN '''' || nik
                     WHEN 1 THEN nik || '.0' ELSE nik[1:6] || ' ' || nik[7:12] || ' ' || nik[13:16] END
            ELSE nik END AS "NIK",
        if(draw(person, 'birth place') % 4 = 0, 'Pangkal Pinang', subdistrict) AS "TEMPAT LAHIR",
        strftime(birth, '%d-%m-%Y') AS "TGL LAHIR", if(woman, 'P', 'L') AS "KELAMIN",
        "position" AS "JABATAN",
        '141/' || lpad((1 + draw("row", 'decree') % 400)::VARCHAR, 3, '0') || '/SIM/' || year(appointed) AS "NO SK",
        strftime(appointed, '%d-%m-%Y') AS "TGL PELANTIKAN",
        strftime((appointed + INTERVAL 72 MONTH)::DATE, '%d-%m-%Y') AS "AKHIR MASA JABATAN"
    FROM holders ORDER BY "row"
    """
