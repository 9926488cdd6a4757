"""Rows that say where they belong by names, or by codes of the statistics office, in a pull."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
from extracts import PERIOD, csv_bytes, member, pull_project, register_project

from coverage_lib.intake.store import StoredPeriod

NAMES = ("KABUPATEN", "KECAMATAN", "DESA")
ROWS = (
    # code, names -> village code, or QUARANTINE
    ("", "Kab. Bangka", "Mendo Barat", "Air Duren", "19.01.04.2009"),
    ("", "", "", "Air Duren", "QUARANTINE"),
    ("", "Kab. Bangka", "", "Rebo", "19.01.01.2007"),
    ("", "Kab. Bangka", "Sungailiat", "Antah", "19.01.01.0000"),
    ("1903", "Kab. Bangka Barat", "", "", "19.03.00.0000"),
)


def register(folder: Path, *, bps: bool = False) -> StoredPeriod:
    rows = [
        member(number, KODE_WILAYAH=code) | dict(zip(NAMES, names, strict=True))
        for number, (code, *names, _) in enumerate(ROWS)
    ]
    register_project(folder, {"kepesertaan.csv": csv_bytes(rows)})
    if bps:
        (sidecar,) = (folder / "data" / "incoming" / str(PERIOD)).glob("*.source.yml")
        sidecar.write_text(sidecar.read_text(encoding="utf-8") + "region_codes: bps\n")
    return pull_project(folder)[1]


def villages(stored: StoredPeriod) -> list[str]:
    files = stored.folder / "participants" / "*.parquet"
    return sorted(code for (code,) in duckdb.sql(f"SELECT village_code FROM '{files}'").fetchall())


def test_where_rows_belong(tmp_path: Path) -> None:
    stored = register(tmp_path)
    assert villages(stored) == sorted(line[-1] for line in ROWS if line[-1] != "QUARANTINE")
    (table,) = stored.account.tables
    assert table.rejected == 1
    assert table.reasons == (("KELURAHAN: name of several places", 1),)
    told = stored.account.repairs_of("participants")
    assert [one[1:] for one in told if one[0] == "village_code"] == [
        ("code_and_name_differ", 1), ("code_of_other_system", 1), ("code_without_dots", 1),
        ("name_without_parent", 1), ("place_unknown", 1),
    ]  # fmt: skip
    ((source, rows),) = stored.account.sources_of_other_codes
    assert (Path(source.name).name, rows) == ("kepesertaan.csv", 1)
    assert not source.is_fetched
    for name in ("database:KANTOR_URL/kantor.peserta", "https://contoh/a.csv", "s3://contoh/a.csv"):
        assert replace(source, name=name).is_fetched


def test_codes_of_the_statistics_office_where_the_sender_says_so(tmp_path: Path) -> None:
    stored = register(tmp_path, bps=True)
    assert "19.05.00.0000" in villages(stored)
    assert ("village_code", "code_bridged", 1) in stored.account.repairs_of("participants")
    assert stored.account.sources_of_other_codes == ()
