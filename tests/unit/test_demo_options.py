"""Options of the simulated extracts: same seed, same bytes; other months; limits."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from demo_reading import REFERENCE, active_persons, read_csv, read_register

from coverage_lib.demo import make_demo
from coverage_lib.demo.calibration import cut_off, load_calibration
from coverage_lib.errors import ReferenceDataError, SourceError, UsageError
from coverage_lib.periods import Month
from coverage_lib.reference.regions import load_regions

SMALL = 0.05


def make(out: Path, period: Month, **options) -> Path:
    make_demo(
        period, out, reference=REFERENCE, regions=load_regions(), **{"scale": SMALL, **options}
    )
    return out / str(period)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(tmp_path):
    first = contents(make(tmp_path / "a", Month(2025, 6)))
    again = contents(make(tmp_path / "b", Month(2025, 6)))
    other = contents(make(tmp_path / "c", Month(2025, 6), seed=20))
    assert first == again
    assert first["kepesertaan_2025-06.csv"] != other["kepesertaan_2025-06.csv"]
    assert first["arsip_klaim.xlsx"] != other["arsip_klaim.xlsx"]


@pytest.mark.parametrize(
    ("period", "months", "as_of"),
    [
        (Month(2025, 7), 2, date(2025, 7, 1)),
        (Month(2024, 12), 1, date(2024, 11, 30)),
        (Month(2026, 1), 3, date(2026, 1, 1)),
    ],
)
def test_other_periods_are_consistent_too(tmp_path, period, months, as_of):
    folder = make(tmp_path, period, months=months)
    persons = active_persons(read_register(folder, str(period)), as_of)
    summary = read_csv(folder / "rekap_kepesertaan.csv")
    latest = summary[summary["TANGGAL DATA"] == f"{as_of:%d-%m-%Y}"]
    expected = latest["PESERTA AKTIF"].astype(int).groupby(latest["SEGMEN"]).sum()
    pd.testing.assert_series_equal(
        persons["SEGMEN"].value_counts().sort_index(),
        expected.sort_index(),
        check_names=False,
        check_index_type=False,
    )
    assert len(list(folder.glob("kepesertaan_2*.csv"))) == months


def test_eligible_workers_of_the_newest_vintage_stay_open(tmp_path):
    workers = read_csv(make(tmp_path, Month(2026, 1)) / "potensi_pekerja.csv")
    assert set(workers.loc[workers["BERLAKU SAMPAI"] == "", "TAHUN DATA"]) == {"2026"}


def test_cut_offs_are_month_ends_then_the_known_dates_then_first_days():
    calibration = load_calibration(REFERENCE, scale=1, seed=19)
    assert cut_off(calibration, Month(2024, 3)) == date(2024, 2, 29)
    assert cut_off(calibration, Month(2025, 4)) == date(2025, 3, 20)
    assert cut_off(calibration, Month(2025, 6)) == date(2025, 6, 1)
    assert cut_off(calibration, Month(2025, 11)) == date(2025, 11, 1)


def test_simulated_extracts_of_other_options_are_replaced_as_a_whole(tmp_path):
    left_over = tmp_path / "2025-06" / "left over.csv"
    left_over.parent.mkdir()
    left_over.touch()
    left_over.with_name("left over.csv.source.yml").write_text("simulated: true\n")
    folder = make(tmp_path, Month(2025, 6))
    assert not (folder / "left over.csv").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2025-05", "2025-06"]


def test_corrected_rows_go_with_the_simulated_extracts_that_they_came_from(tmp_path):
    folder = tmp_path / "2025-06"
    corrected = folder / "demo.corrected" / "participants_1.xlsx"
    corrected.parent.mkdir(parents=True)
    corrected.write_text("corrected")
    corrected.with_name("participants_1.xlsx.rows.json").write_text("{}")
    sidecar = corrected.with_name("participants_1.xlsx.source.yml")
    sidecar.write_text("simulated: false\n")
    with pytest.raises(SourceError, match=r"participants_1\.xlsx is not a simulated extract"):
        make(tmp_path, Month(2025, 6))
    sidecar.write_text("simulated: true\n")
    make(tmp_path, Month(2025, 6))
    assert not corrected.parent.exists()


def test_corrected_rows_are_no_extracts_that_were_made(tmp_path):
    options = {"scale": SMALL, "reference": REFERENCE, "regions": load_regions()}
    made = make_demo(Month(2025, 6), tmp_path, **options)
    (tmp_path / "2025-06" / "demo.corrected").mkdir()
    assert make_demo(Month(2025, 6), tmp_path, **options) == made


@pytest.mark.parametrize("sidecar", [None, "simulated: false\n", "table: claims\n"])
def test_an_offices_own_extract_is_never_replaced(tmp_path, sidecar):
    extract = tmp_path / "2025-06" / "klaim.csv"
    extract.parent.mkdir()
    extract.write_text("real")
    if sidecar is not None:
        extract.with_name("klaim.csv.source.yml").write_text(sidecar)
    with pytest.raises(SourceError, match=r"klaim\.csv is not a simulated extract"):
        make(tmp_path, Month(2025, 6))
    assert extract.read_text() == "real"


def test_extracts_that_are_there_already_are_left_as_they_are(tmp_path):
    folder = make(tmp_path, Month(2025, 6))
    changed = folder / "target_cakupan.csv"
    changed.write_text("changed by hand")
    make(tmp_path, Month(2025, 6))
    assert changed.read_text() == "changed by hand"


@pytest.mark.parametrize("options", [{"months": 0}, {"months": 13}, {"scale": 0.0}])
def test_options_out_of_range_are_user_errors(tmp_path, options):
    with pytest.raises(UsageError, match="was expected"):
        make(tmp_path, Month(2025, 6), **options)


def test_a_period_before_the_first_denominator_is_named(tmp_path):
    with pytest.raises(ReferenceDataError, match="first vintage"):
        make(tmp_path, Month(2021, 5))
    assert list(tmp_path.iterdir()) == []


def test_a_missing_reference_file_is_a_user_error(tmp_path):
    with pytest.raises(ReferenceDataError, match=r"demo_calibration\.yml"):
        make_demo(Month(2025, 6), tmp_path, reference=tmp_path, regions=load_regions())
