"""Which extracts of the register a month reads: its own and the one before, nothing older."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import ibis
import pandas as pd
import pytest
from text_tables import figure, read_text, register, register_frame, to_engine

from coverage_lib.errors import MeasureError
from coverage_lib.indicators.compute import compute_measures
from coverage_lib.indicators.inputs import Inputs, registers_in_use
from coverage_lib.indicators.participation.measures import participation_measures
from coverage_lib.indicators.rows import join_rows
from coverage_lib.periods import Month
from coverage_lib.reference.regions import load_regions

JUNE = Month(2025, 6)
DAYS = [date(2025, 3, 20), date(2025, 4, 28), date(2025, 6, 1)]


def summary(*months: str) -> pd.DataFrame:
    """Rows of cut-offs, each with the month it is of: `2025-04 2025-03-20`."""
    rows = [entry.split() for entry in months]
    return pd.DataFrame(
        [(f"{month}-01", cut_off) for month, cut_off in rows], columns=["month", "cut_off_date"]
    )


@pytest.mark.parametrize(
    ("what", "told", "expected"),
    [
        ("no summary", None, {20: "2025-03", 28: "2025-04", 1: "2025-06"}),
        ("it has the oldest month", summary("2025-03 2025-02-28"), {28: "2025-04", 1: "2025-06"}),
        (
            "its cut-offs name the months",
            summary("2025-04 2025-03-20", "2025-05 2025-04-28", "2025-06 2025-06-01"),
            {28: "2025-05", 1: "2025-06"},
        ),
        (
            "the month before is read whatever it says",
            summary("2025-03 2025-03-20", "2025-05 2025-04-28"),
            {28: "2025-05", 1: "2025-06"},
        ),
    ],
)
def test_extracts_that_are_read(what: str, told: pd.DataFrame | None, expected: dict[int, str]):
    found = registers_in_use(DAYS, told, JUNE)
    assert {day.day: str(month) for day, month in found.items()} == expected, what


def test_a_month_that_is_read_has_one_date():
    with pytest.raises(
        MeasureError, match=r"the register of 2025-06 is as of 2025-06-01 and 2025-06-02"
    ):
        registers_in_use([date(2025, 6, 1), date(2025, 6, 2)], None, JUNE)


@pytest.mark.parametrize(
    ("what", "days", "told"),
    [
        ("nothing at all", [], None),
        ("too old", ["2025-04-30"], None),
        ("of a later month", ["2025-07-01"], None),
        ("known as May", ["2025-05-02"], summary("2025-05 2025-05-02")),
        ("known as December", ["2024-12-31"], summary("2024-12 2024-12-31")),
    ],
)
def test_a_period_that_neither_register_nor_summary_has_is_an_error(what, days, told):
    with pytest.raises(MeasureError, match=r"no register of 2025-06"):
        registers_in_use([date.fromisoformat(day) for day in days], told, JUNE)


@pytest.mark.parametrize("day", ["2024-12-31", "2025-05-02"])
def test_a_register_without_the_period_is_left_out_where_the_summary_has_it(day: str):
    """The month is the summary's, and the older register makes nothing beside it."""
    told = to_engine(
        read_text(
            f"""
            month   | cut_off_date | region_code | segment | active_participants
            2025-05 | {day}        | 19.71       | PU      | 5
            2025-06 | 2025-06-01   | 19.71       | PU      | 7
            """
        )
    )
    of_day = date.fromisoformat(day)
    assert registers_in_use([of_day], told.execute(), JUNE) == {}
    people = register("person | segment\nAni | PU", of_day)
    without = compute_measures(Inputs({"participant_summary": told}, load_regions(), "19", JUNE))
    # The mart says beforehand that no day is in use; others find it out.
    for days in ((), None):
        tables = {"participants": people, "participant_summary": told}
        found = compute_measures(Inputs(tables, load_regions(), "19", JUNE, register_days=days))
        pd.testing.assert_frame_equal(found.rows, without.rows)
    assert figure(without.rows, "active_participants", period="2025-06")["value"] == 7


def test_an_older_extract_that_cannot_be_read_changes_nothing(tmp_path: Path):
    """Its month is in the summary: whether its file is whole is of no interest."""
    people = register_frame(read_text("as_of | person | segment\n2025-05-01 | Ani | PU\n2025-06-01 | Ani | BPU"), DAYS[-1])  # fmt: skip
    store = ibis.duckdb.connect()
    for day, rows in people.groupby("as_of_date"):
        to_engine(rows).to_parquet(tmp_path / f"{day}.parquet")
    (tmp_path / "2025-03-20.parquet").write_bytes(b"this is no Parquet")
    told = to_engine(
        read_text(
            """
            month   | cut_off_date | region_code | segment | active_participants
            2025-03 | 2025-03-20   | 19.71       | PU      | 7
            """
        )
    )
    days = tuple(sorted(date.fromisoformat(path.stem) for path in tmp_path.glob("*.parquet")))
    in_use = registers_in_use(days, told.execute(), JUNE)
    register = store.read_parquet([str(tmp_path / f"{day}.parquet") for day in in_use])
    tables = {"participants": register, "participant_summary": told}
    inputs = Inputs(tables, load_regions(), "19", JUNE, register_days=tuple(in_use))
    rows = join_rows(participation_measures(inputs, "1"))
    active = rows[(rows["indicator"] == "active_participants") & (rows["dimension"] == "total")]
    of_province = active[active["region_code"] == "19"].set_index("period")["value"]
    assert of_province.to_dict() == {"2025-03": 7, "2025-05": 1, "2025-06": 1}
    flows = rows[(rows["indicator"] == "participant_flow") & (rows["region_code"] == "19")]
    moved = flows[flows["value"] > 0].set_index("category")["value"]
    assert moved.to_dict() == {"PU:moved_out": 1, "BPU:moved_in": 1}
