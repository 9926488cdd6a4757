"""Totals, repeated headers, blank rows and notes are left out and counted; all else is a row of data."""

from __future__ import annotations

import pytest
from extracts import read_raw, write_sheets
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage_lib.errors import SourceError
from coverage_lib.sources.files import LINE

HEADER = ["NO", "NIK", "NO KPJ", "NAMA", "SEGMEN", "TGL KEPESERTAAN", "ALAMAT"]
ROW = ["1", "1971010101850000", "26000000001", "ORANG CONTOH", "PU", "01-01-2020", "Jl. Contoh"]
TITLES = ["TABEL", "", "", "", "", "", ""]


def first(*cells: str) -> list[str]:
    """A row that begins with these cells and is empty otherwise."""
    return [*cells, *[""] * (len(HEADER) - len(cells))]


def read(folder, *rows, kind: str):
    if kind == "xlsx":
        path = write_sheets(folder / "peserta.xlsx", {"Data": rows})
    else:
        path = folder / "peserta.csv"
        lines = "".join(";".join(row) + "\r\n" for row in rows)
        path.write_text(lines, encoding="utf-8", newline="")
    raw = read_raw(path, "participants")
    read_lines = [row[LINE] for row in raw.rows.to_pyarrow().to_pylist()]
    return sorted(read_lines), dict(raw.reading.left_out)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("row", "what"),
    [
        (first("JUMLAH", "", "", "", "", "", "12"), "totals"),
        (first("", "", "", "Total Keseluruhan :"), "totals"),
        (first("", "GRAND TOTAL"), "totals"),
        (first("Sub-total halaman ini"), "totals"),
        (first("Catatan: data per 1 Juni"), "note"),
        (first("", "", "Dicetak tanggal 2 Juni 2025"), "note"),
        (first("Halaman 2 dari 7"), "note"),
        (first("", " "), "blank"),
        (HEADER, "repeated header"),
        (TITLES, None),
        (["", *HEADER[1:]], None),
        (["1", *first()[1:]], None),
        (ROW, None),
        # A word for totals beside what identifies a person, a name that holds one, and other words.
        (["JUMLAH", *ROW[1:]], None),
        (first("JUMLAH", "", "", "", "PU"), None),
        (["", "", "", "TOTAL", "", "01-01-2020", ""], None),
        (first("", "", "", "TOTALINDO"), None),
        (first("JUMLAH PENDUDUK DESA"), None),
        (first("", "", "", "Catatan: dua", "", "", "sel"), None),
        (first("Kepala Kantor Cabang"), None),
        (first("Sumber Rejo"), None),
    ],
)
def test_what_a_row_is(tmp_path, kind, row, what):
    lines, left_out = read(tmp_path, HEADER, ROW, row, ROW, kind=kind)
    if what is None:
        assert (lines, left_out) == ([2, 3, 4], {})
    else:
        assert (lines, left_out) == ([2, 4], {what: 1})


def test_both_rows_of_a_header_may_be_repeated(tmp_path):
    upper = [*HEADER[:4], "SEGMEN", "TGL", "ALAMAT"]
    lower = ["", "", "", "", "", "KEPESERTAAN", ""]
    found = read(tmp_path, upper, lower, ROW, upper, lower, ROW, kind="xlsx")
    assert found == ([3, 6], {"repeated header": 2})


def read_lines(folder, *lines: str):
    (folder / "peserta.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    raw = read_raw(folder / "peserta.csv", "participants")
    rows = sorted(raw.rows.to_pyarrow().to_pylist(), key=lambda row: row[LINE])
    return [(row[LINE], row["name"]) for row in rows], dict(raw.reading.left_out)


def test_lines_of_one_cell_in_a_csv_are_no_data_where_they_are_totals_or_notes(tmp_path):
    header, row = ";".join(HEADER), ";".join(ROW)
    two_lines = row.replace("ORANG CONTOH", '"ORANG\nCatatan: CONTOH"')
    found = read_lines(
        tmp_path, "Catatan: atas", header, two_lines, "  ", row, "JUMLAH", "", "Dicetak 2 Juni 2025"
    )
    assert found == (
        [(3, "ORANG\nCatatan: CONTOH"), (6, "ORANG CONTOH")],
        {"blank": 2, "note": 1, "totals": 1},
    )


@pytest.mark.parametrize("line", ["SITI", "Pangkalpinang, 2 Juni 2025", "JUMLAH;12", "1;197101"])
def test_any_other_line_with_too_few_cells_is_an_error(tmp_path, line):
    with pytest.raises(SourceError, match="line 3: the row does not have the 7 cells"):
        read_lines(tmp_path, ";".join(HEADER), ";".join(ROW), line, ";".join(ROW), "JUMLAH")


rows = st.lists(
    st.lists(st.sampled_from(["", "x", "JUMLAH", "TOTAL", "NIK", "PU", "1"]),
             min_size=len(HEADER), max_size=len(HEADER)),
    max_size=6,
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(rows)
def test_no_row_is_lost_and_none_with_a_number_and_a_segment_is_left_out(tmp_path_factory, some):
    folder = tmp_path_factory.mktemp("rows")
    lines, left_out = read(folder, HEADER, ROW, *some, kind="csv")
    assert len(lines) + sum(left_out.values()) == 1 + len(some)
    for number, row in enumerate(some):
        if row[1] in {"x", "1"} and row[4] in {"x", "1"}:
            assert number + 3 in lines
