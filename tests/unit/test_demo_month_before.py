"""The simulated month before: what its rosters and register say of the people of the month."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from demo_reading import (
    REFERENCE,
    active_persons,
    read_csv,
    read_excel,
    read_register,
    repaired,
)

from coverage_lib.demo import make_demo
from coverage_lib.periods import Month
from coverage_lib.reference.regions import load_regions

SCALE = 0.1


def make(out: Path, **options) -> Path:
    make_demo(
        Month(2025, 6), out, reference=REFERENCE, regions=load_regions(), **{"scale": SCALE, **options}
    )  # fmt: skip
    return out


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture(scope="module")
def incoming(tmp_path_factory) -> Path:
    return make(tmp_path_factory.mktemp("incoming"))


def holders(folder: Path) -> pd.DataFrame:
    """Holders whose number is whole, each once."""
    lists = [read_csv(path) for path in sorted(folder.glob("perangkat_desa_*.csv"))]
    lists += [read_excel(path) for path in sorted(folder.glob("perangkat_desa_*.xlsx"))]
    rows = pd.concat(lists)
    nik = rows["NIK"].map(repaired)
    return rows.assign(nik=nik)[nik != ""].drop_duplicates("nik").set_index("nik")


def covered(incoming: Path, month: str, day: date) -> set[str]:
    return set(active_persons(read_register(incoming / "2025-06", month), day)["nik"])


@pytest.fixture(scope="module")
def story(incoming) -> pd.DataFrame:
    """Holders of both months: where they stood when, and when they were covered."""
    may, june = holders(incoming / "2025-05"), holders(incoming / "2025-06")
    rows = may.combine_first(june)
    in_may, in_june = (
        covered(incoming, *when)
        for when in (("2025-05", date(2025, 4, 28)), ("2025-06", date(2025, 6, 1)))
    )
    return pd.DataFrame(
        {
            "position": rows["JABATAN"], "village": rows["KODE DESA"],
            "in_may": rows.index.isin(may.index), "in_june": rows.index.isin(june.index),
            "covered_in_may": rows.index.isin(list(in_may)),
            "covered_in_june": rows.index.isin(list(in_june)),
        },
        index=rows.index,
    )  # fmt: skip


#: What a holder of May's or June's rosters went through; of a thousand holders at least so many.
WENT_THROUGH = [
    ("in_may and in_june and not covered_in_may and covered_in_june", 15),
    ("in_may and in_june and not covered_in_may and not covered_in_june", 100),
    ("in_may and in_june and covered_in_may and covered_in_june", 100),
    ("in_may and not in_june and not covered_in_may", 3),
    ("not in_may and in_june", 3),
]


@pytest.mark.parametrize(("course", "at_least"), WENT_THROUGH)
def test_every_course_is_there(story, course, at_least):
    assert len(story.query(course)) >= at_least * len(story) / 1000


def test_progress_is_of_several_positions_and_villages(story):
    since = story.query("in_may and not covered_in_may and covered_in_june")
    assert since["position"].nunique() >= 4
    assert since["village"].nunique() >= 20


def test_nobody_of_may_is_covered_in_may_alone(story):
    """Whoever leaves the register is another's story: progress does not go backwards here."""
    assert story.query("in_may and covered_in_may and not covered_in_june").empty


def test_the_register_of_may_is_the_one_of_the_month(incoming):
    for name in ("kepesertaan_2025-05.csv", "kepesertaan_19.06_2025-05.csv"):
        copies = [incoming / month / name for month in ("2025-05", "2025-06")]
        assert copies[0].read_bytes() == copies[1].read_bytes()
        assert (incoming / "2025-05" / f"{name}.source.yml").is_file()


def test_a_single_register_has_no_month_before(tmp_path):
    assert names(make(tmp_path, months=1, scale=0.02)) == {"2025-06"}


def test_another_seed_makes_another_month_before(tmp_path):
    roster = tmp_path / "2025-05" / "perangkat_desa_19.01.csv"
    make(tmp_path, scale=0.02)
    first = roster.read_bytes()
    make(tmp_path, scale=0.02, seed=20)
    assert roster.read_bytes() != first
    assert names(tmp_path) == {"2025-05", "2025-06"}


@pytest.mark.parametrize("name", [".demo", "perangkat.xlsx"])
def test_a_month_that_somebody_made_or_received_stays(tmp_path, name):
    before = tmp_path / "2025-05"
    before.mkdir()
    (before / name).write_text("2025-05 months=3\n")
    make(tmp_path, scale=0.02)
    assert names(before) == {name}


def test_the_month_before_can_be_made_whole(tmp_path):
    make(tmp_path, scale=0.02)
    options = {"scale": 0.02, "reference": REFERENCE, "regions": load_regions()}
    make_demo(Month(2025, 5), tmp_path, **options)
    assert "rekap_kepesertaan.csv" in names(tmp_path / "2025-05")
    assert names(tmp_path) == {"2025-04", "2025-05", "2025-06"}
