"""Where the header stands and what its cells mean, in sheets as offices make them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage_lib.errors import SourceError
from coverage_lib.sources.headers import find_header
from coverage_lib.tables import load_table

REGISTER = load_table("participants")
NEEDED = ["NIK", "NO KPJ", "SEGMEN", "TGL MULAI KEPESERTAAN"]


def cells(text: str) -> list[list[str]]:
    """Rows of cells between bars."""
    return [[cell.strip() for cell in line.split("|")] for line in text.strip("\n").split("\n")]


def found(rows, table=REGISTER):
    header = find_header(rows, table, "peserta.xlsx")
    return header.lines, header.positions


@pytest.mark.parametrize(
    ("text", "lines", "positions"),
    [
        # One row, with title, information and blank rows above it.
        (
            """
            DAFTAR PESERTA |     |        |
            Kantor contoh  |     |        |
                           |     |        |
            NIK            | KPJ | SEGMEN | TGL KEPESERTAAN
            """,
            (4,),
            {"nik": 0, "kpj": 1, "segment": 2, "start_date": 3},
        ),
        # A stray blank cell, and what brackets say of form and unit.
        (
            "NIK (ID) | | No. KPJ [11 digit] | Segmen | TGL KEPESERTAAN (dd-mm-yyyy)",
            (1,),
            {"nik": 0, "kpj": 2, "segment": 3, "start_date": 4},
        ),
        # The upper row spans the lower one.
        (
            """
            NIK | KPJ | SEGMEN | TGL       |             | JENIS   | Program |
                |     |        | KEPESERTAAN | NON AKTIF | KELAMIN | JKK     | JKM
            """,
            (1, 2),
            {"nik": 0, "kpj": 1, "segment": 2, "start_date": 3, "end_date": 4, "sex": 5,
             "jkk": 6, "jkm": 7},
        ),
        # Groups above a row that is a header alone.
        (
            """
            Peserta |     | Kepesertaan |
            NIK     | KPJ | SEGMEN      | TGL KEPESERTAAN
            """,
            (2,),
            {"nik": 0, "kpj": 1, "segment": 2, "start_date": 3},
        ),
        # A row that numbers the columns.
        (
            """
            NIK | KPJ | SEGMEN | TGL KEPESERTAAN
            (1) | (2) | (3)    | (4)
            """,
            (1, 2),
            {"nik": 0, "kpj": 1, "segment": 2, "start_date": 3},
        ),
        # A row of data below one header is no part of it, not even where it has words of the dictionary.
        (
            """
            NIK | KPJ | SEGMEN | TGL KEPESERTAAN | PROGRAM
            12  | 34  | PU     | 01-01-2020      | JKK
            """,
            (1,),
            {"nik": 0, "kpj": 1, "segment": 2, "start_date": 3},
        ),
    ],
)  # fmt: skip
def test_where_the_header_stands(text, lines, positions):
    assert found(cells(text)) == (lines, positions)


def test_amounts_are_named_by_their_group_and_their_programme():
    lines, positions = found(
        cells(
            """
            REKAP TAGIHAN |   |        |         |     |       |     |
            NPP | BLTH        | SEGMEN | Tagihan |     | Bayar |     | Keterangan
                |             |        | JKK     | JKM | JKK   | JKM |
            """
        ),
        load_table("contribution_billing"),
    )
    assert lines == (2, 3)
    assert positions == {
        "npp": 0, "month": 1, "segment": 2, "due_jkk_idr": 3, "due_jkm_idr": 4,
        "collected_jkk_idr": 5, "collected_jkm_idr": 6,
    }  # fmt: skip


def test_two_headers_of_one_column_are_refused():
    with pytest.raises(SourceError, match=r"'NIK', 'NIK \(ID\)' all mean nik; keep one"):
        found([[*NEEDED, "NIK (ID)"]])


@pytest.mark.parametrize(
    ("there", "lacking", "near"),
    [
        ("NOMOR NIK", "NIK", "NOMOR NIK"),
        ("SEGMENT", "SEGMEN", "SEGMENT"),
        ("Tgl. Mulai Kepsertaan", "TGL MULAI KEPESERTAAN", "Tgl. Mulai Kepsertaan"),
    ],
)
def test_a_missing_column_is_named_with_what_is_near(there, lacking, near):
    headers = [there if header == lacking else header for header in NEEDED]
    with pytest.raises(
        SourceError, match=rf"row 1: column {lacking} is missing \(nearest there: {near}"
    ):
        found([headers])


@pytest.mark.parametrize(
    ("header", "near"),
    [
        ("NOMOR NPP", ("npp",)),
        ("JENIS KELAMIN PESERTA", ("sex",)),
        ("KECAMATN", ("subdistrict_name",)),
        ("ALAMAT", ()),
        ("NAMA PERUSAHAAN", ()),  # KODE PERUSAHAAN is another thing
        ("NO", ()),
    ],
)
def test_an_unknown_header_is_named_with_the_columns_that_it_may_mean(header, near):
    assert find_header([[*NEEDED, header]], REGISTER, "peserta.csv").unmapped == ((header, near),)


beside = st.text(st.sampled_from("xyzq0 ()[]'\";-_%\n"), max_size=12)  # no word of the dictionary


@given(st.lists(beside, max_size=8), st.integers(0, 8))
def test_whatever_stands_beside_them_the_headers_are_found(others, place):
    row = [*others[:place], *NEEDED, *others[place:]]
    header = find_header([row], REGISTER, "peserta.csv")
    start = min(place, len(others))
    assert sorted(header.positions.values()) == [*range(start, start + len(NEEDED))]
    assert header.ignored == tuple(name for name in others if name.strip())
