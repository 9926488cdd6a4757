"""CSV, Excel and Parquet as offices send them: every cell as text, every row with its place.

What cannot be read ends in one line that says where, and never in a value of a row.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from extracts import (
    REGISTER_HEADER,
    csv_bytes,
    member,
    national_id,
    raw_rows,
    read_raw,
    write_sheets,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage_lib.errors import SourceError
from coverage_lib.sources.files import LINE, SHEET

TARGETS = "coverage_targets"
HEADER = ["TAHUN", "KODE", "TARGET", "RUANG LINGKUP", "DASAR"]
ROW = ["2025", "19", "57,25", "excl_jakon", "Perda"]
SECRET = "SITI RAHASIA"


def table_of(*authorities: str) -> list[dict[str, str]]:
    return [dict(zip(HEADER, [*ROW[:4], authority], strict=True)) for authority in authorities]


def read(folder, content: bytes, name: str = "target.csv", table: str = TARGETS):
    (folder / name).write_bytes(content)
    return raw_rows(folder / name, table)


def lines_of(rows) -> list[int]:
    return [row[LINE] for row in rows]


# CSV


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_separator_line_ends_and_mark_are_found(tmp_path, separator, newline, encoding):
    content = csv_bytes(table_of("Perda", "Pergub"), separator, newline, encoding)
    rows = read(tmp_path, content)
    assert rows == [
        {LINE: 2, SHEET: None, "year": "2025", "region_code": "19", "target_pct": "57,25",
         "scope": "excl_jakon", "authority": "Perda"},
        {LINE: 3, SHEET: None, "year": "2025", "region_code": "19", "target_pct": "57,25",
         "scope": "excl_jakon", "authority": "Pergub"},
    ]  # fmt: skip


def test_more_commas_than_semicolons_do_not_mislead(tmp_path):
    authority = "UU 24, PP 44, PP 45, PP 46, PP 82, PP 37, PP 6, Inpres 2, Inpres 8"
    content = (";".join(HEADER) + "\r\n" + ";".join([*ROW[:4], authority]) + "\r\n").encode()
    (row,) = read(tmp_path, content)
    assert row["authority"] == authority


cells = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=12
)


@settings(max_examples=30)
@given(st.lists(cells, min_size=1, max_size=8), st.sampled_from(";,\t"))
def test_any_text_comes_through_with_the_line_it_begins_on(tmp_path_factory, authorities, mark):
    folder = tmp_path_factory.mktemp("csv")
    rows = read(folder, csv_bytes(table_of(*authorities), mark))
    assert [row["authority"] or "" for row in rows] == authorities
    line, expected = 2, []
    for authority in authorities:
        expected.append(line)
        line += 1 + authority.count("\n")
    assert lines_of(rows) == expected


def test_title_and_blank_lines_stand_above_and_between(tmp_path):
    body = csv_bytes(table_of("Perda", "dua\nbaris", "Pergub")).decode()
    lines = body.split("\r\n")
    content = "\r\n".join(
        ["Target cakupan", '"Keterangan; dua', 'baris"', "", lines[0], lines[1], "", *lines[2:]]
    )
    assert lines_of(read(tmp_path, content.encode())) == [6, 8, 10]


def test_unknown_columns_are_named_and_optional_ones_may_be_absent(tmp_path):
    path = tmp_path / "peserta.csv"
    path.write_bytes(csv_bytes([member(1) | {"ALAMAT": "Jl. Contoh", "NO HP": "0"}]))
    raw = read_raw(path, "participants")
    assert raw.ignored == ("ALAMAT", "NO HP")
    assert {"village_name", "jht", "npp", "funder"} <= set(raw.absent)
    (row,) = raw.rows.to_pyarrow().to_pylist()
    assert row["npp"] is None
    assert "ALAMAT" not in row


# Excel


def test_excel_with_title_information_and_blank_row(tmp_path):
    path = write_sheets(
        tmp_path / "target.xlsx",
        {"Data": [["TARGET CAKUPAN"], ["dicetak", date(2025, 6, 2)], [], HEADER, ROW, [], ROW]},
    )
    assert lines_of(raw_rows(path, TARGETS)) == [5, 7]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("Perda 1", "Perda 1"),
        ("  ", None),
        (None, None),
        (12, "12"),
        (26133068531, "26133068531"),
        (57.25, "57,25"),
        (-3.5, "-3,5"),
        (0.1, "0,1"),
        (True, "Y"),
        (False, None),
        (date(2025, 6, 1), "2025-06-01"),
        # Excel keeps fifteen digits: the last one is lost, and what is left must not pass as a NIK.
        (1971010101850001, "1,97101E+15"),
    ],
)
def test_an_excel_cell_as_text(tmp_path, cell, text):
    path = write_sheets(tmp_path / "target.xlsx", {"Data": [HEADER, [*ROW[:4], cell]]})
    (row,) = raw_rows(path, TARGETS)
    assert row["authority"] == text


@pytest.mark.parametrize("first", ["Petunjuk", "Kosong"])
def test_every_sheet_with_the_header_is_read_whatever_stands_before_it(tmp_path, first):
    before = [["Petunjuk pengisian"], ["TAHUN", "tahun target"]] if first == "Petunjuk" else []
    path = write_sheets(
        tmp_path / "target.xlsx",
        {first: before, "Data": [HEADER, ROW, ROW], "Arsip": [HEADER, ROW, ROW, ROW]},
    )
    raw = read_raw(path, TARGETS)
    places = [(row[SHEET], row[LINE]) for row in raw.rows.to_pyarrow().to_pylist()]
    assert sorted(places) == [
        ("Arsip", 2), ("Arsip", 3), ("Arsip", 4), ("Data", 2), ("Data", 3),
    ]  # fmt: skip
    assert (raw.reading.sheets, raw.reading.sheets_left_out) == (("Data", "Arsip"), (first,))


def test_a_hidden_sheet_is_left_out_and_named(tmp_path):
    path = tmp_path / "target.xlsx"
    with xlsxwriter.Workbook(path) as made:
        for name in ("Data", "Lama"):
            sheet = made.add_worksheet(name)
            sheet.write_row(0, 0, HEADER)
            sheet.write_row(1, 0, ROW)
        sheet.hide()
    raw = read_raw(path, TARGETS)
    assert raw.rows.count().execute() == 1
    assert raw.reading.sheets_left_out == ("Lama",)


def test_a_sheet_of_more_rows_than_a_batch_keeps_its_order_and_its_lines(tmp_path, monkeypatch):
    monkeypatch.setattr("coverage_lib.sources.workbooks._BATCH_ROWS", 3)
    rows = [[*ROW[:4], f"Perda {number}"] if number % 4 else [] for number in range(1, 12)]
    path = write_sheets(tmp_path / "target.xlsx", {"Data": [HEADER, *rows]})
    raw = read_raw(path, TARGETS)
    read_back = [(row[LINE], row["authority"]) for row in raw.rows.to_pyarrow().to_pylist()]
    assert read_back == [(n + 1, f"Perda {n}") for n in range(1, 12) if n % 4]
    assert raw.reading.left_out == (("blank", 2),)


def test_an_error_in_a_cell_is_a_missing_value(tmp_path):
    path = tmp_path / "target.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("Data")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ROW[:4])
        sheet.write_formula(1, 4, "=NA()", None, "#N/A")
    (row,) = raw_rows(path, TARGETS)
    assert row["authority"] is None


def test_headers_over_two_lines_and_with_stray_blank_cells(tmp_path):
    header = [*HEADER[:2], "", *HEADER[2:4], "DASAR\nHUKUM"]
    path = write_sheets(
        tmp_path / "target.xlsx", {"Data": [header, [*ROW[:2], "", *ROW[2:4], "Perda"]]}
    )
    (row,) = raw_rows(path, TARGETS)
    assert (row["target_pct"], row["authority"]) == ("57,25", "Perda")


# What cannot be read


def register(*rows: dict[str, str]) -> bytes:
    return csv_bytes(rows or [member(1, NAMA_LENGKAP=SECRET)])


def without(header: str) -> bytes:
    return csv_bytes([{k: v for k, v in member(1, NAMA_LENGKAP=SECRET).items() if k != header}])


def renamed(header: str, other: str) -> bytes:
    row = member(1, NAMA_LENGKAP=SECRET)
    return csv_bytes([{other if k == header else k: v for k, v in row.items()}])


GOOD = register()
LAST = register(member(2, NAMA_LENGKAP=SECRET)).split(b"\r\n")[1]
MANY = register(*(member(n, NAMA_LENGKAP=SECRET) for n in range(1500)))  # more than the sample


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty", b"", "is empty"),
        ("mark only", b"\xef\xbb\xbf", "is empty"),
        ("blanks only", b"\r\n \r\n", "is empty"),
        ("header only", GOOD.split(b"\r\n")[0] + b"\r\n", "no rows"),
        ("no header", LAST + b"\r\n" + LAST + b"\r\n", "column NIK is missing"),
        ("no header, name near one", LAST.replace(SECRET.encode(), b"NIKI") * 2, "is missing; one"),
        ("column missing", without("NIK"), "column NIK is missing"),
        ("misspelt", renamed("SEGMEN", "SEGMENT"), "column SEGMEN is missing (nearest there: SEGMENT"),
        ("misspelt small", renamed("SEGMEN", "Segmen\nke"), "(nearest there: Segmen ke"),
        ("header twice", renamed("NAMA LENGKAP", "No. KPJ"), "'NO KPJ', 'No. KPJ' all mean kpj"),
        ("cell too few", GOOD + LAST.rpartition(b";")[0] + b"\r\n", "line 3: the row does not have"),
        ("cell too many", GOOD + LAST + b";" + SECRET.encode() + b"\r\n", "line 3: the row does not"),
        ("quote left open", GOOD + LAST.replace(b"ORANG", b'"ORANG') + b"\r\n" + b'"' + LAST, "line"),
        ("quote not closed", GOOD + LAST.replace(SECRET.encode(), b'"' + SECRET.encode()), "line 3"),
        ("neither", GOOD + LAST.replace(b"SITI", b"SITI\x81") + b"\r\n", "line 3: the text is neither"),
        ("neither late", MANY + LAST.replace(b"SITI", b"SITI\x81") + b"\r\n", "line 1502: the text"),
        ("a mark that lies", b"\xef\xbb\xbf" + MANY + LAST.replace(b"SITI", b"\xe9"), "line 1502: the text"),
        ("cell too few late", MANY + LAST.rpartition(b";")[0] + b"\r\n", "line 1502"),
        ("UTF-16 without mark", GOOD.decode().encode("utf-16-le"), "UTF-16 without its mark"),
        ("UTF-16 cut", GOOD.decode().encode("utf-16")[:-1], "not UTF-16"),
    ],
)  # fmt: skip
def test_a_csv_that_cannot_be_read(tmp_path, name, content, told):
    (tmp_path / "peserta.csv").write_bytes(content)
    with pytest.raises(SourceError) as error:
        read_raw(tmp_path / "peserta.csv", "participants")
    assert told in str(error.value)
    assert_tells_nothing_of_a_row(error.value, tmp_path)


def assert_tells_nothing_of_a_row(error: SourceError, folder) -> None:
    """One line, the file's name, no path of this machine, no cell; nor in what Python would chain."""
    message = str(error)
    assert "\n" not in message
    assert message.startswith(("peserta.csv", "peserta.xlsx"))
    assert str(folder) not in message
    for secret in (
        "SITI",
        "RAHASIA",
        "NIKI",
        national_id(1),
        national_id(2),
        "17-08-1985",
        "260000000",
    ):
        assert secret not in message
    assert (
        error.__suppress_context__ or error.__cause__ is None or "SITI" not in str(error.__cause__)
    )


def workbook(tmp_path, *rows) -> bytes:
    return write_sheets(tmp_path / "made.xlsx", {"Data": rows}).read_bytes()


def test_an_excel_file_that_cannot_be_read(tmp_path):
    good = workbook(tmp_path, REGISTER_HEADER, member(1, NAMA_LENGKAP=SECRET).values())
    cases = {
        "nothing": (b"", "not a readable Excel workbook"),
        "cut off": (good[: len(good) // 2], "not a readable Excel workbook"),
        "a web page": (b"<html><table><tr><td>SITI RAHASIA</td></tr></table></html>", "not a readable"),
        "another archive": (b"PK\x05\x06" + b"\0" * 18, "not a readable Excel workbook"),
        "no cell": (workbook(tmp_path), "column NIK is missing"),
        "header only": (workbook(tmp_path, REGISTER_HEADER), "no rows"),
        "blank rows": (workbook(tmp_path, REGISTER_HEADER, [], [None]), "no rows"),
        "no header": (workbook(tmp_path, member(1, NAMA_LENGKAP=SECRET).values()), "is missing"),
        "column missing": (workbook(tmp_path, REGISTER_HEADER[1:], ["1", SECRET]), "NIK is missing"),
    }  # fmt: skip
    for name, (content, told) in cases.items():
        (tmp_path / "peserta.xlsx").write_bytes(content)
        with pytest.raises(SourceError) as error:
            read_raw(tmp_path / "peserta.xlsx", "participants")
        assert told in str(error.value), name
        assert_tells_nothing_of_a_row(error.value, tmp_path)


@settings(max_examples=30)
@given(st.data())
def test_a_damaged_workbook_is_read_or_refused_but_never_breaks(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("damaged")
    content = bytearray(workbook(folder, REGISTER_HEADER, member(1).values()))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=8)):
        content[place] = data.draw(st.integers(0, 255))
    (folder / "peserta.xlsx").write_bytes(content)
    try:
        lines = lines_of(raw_rows(folder / "peserta.xlsx", "participants"))
    except SourceError as error:
        refusal, lines = str(error), [2]
    else:
        refusal = ""
    assert "\n" not in refusal
    assert lines == sorted(lines)
    assert lines[0] >= 2


def test_other_kinds_of_file_are_refused(tmp_path):
    (tmp_path / "peserta.pdf").write_bytes(b"%PDF")
    with pytest.raises(SourceError, match=re.escape(".xlsx, .xls and .parquet were expected")):
        read_raw(tmp_path / "peserta.pdf", "participants")


@pytest.mark.parametrize(
    ("suffix", "told"),
    [(".xlsm", "may have macros; save it as .xlsx"), (".xlsb", "may have macros")],
)
def test_workbooks_with_macros_are_refused(tmp_path, suffix, told):
    (tmp_path / f"peserta{suffix}").write_bytes(b"PK")
    with pytest.raises(SourceError, match=re.escape(told)):
        read_raw(tmp_path / f"peserta{suffix}", "participants")


def test_a_link_out_of_the_folder_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "peserta.csv").write_bytes(GOOD)
    (tmp_path / "incoming").mkdir()
    (tmp_path / "incoming" / "peserta.csv").symlink_to(tmp_path / "elsewhere" / "peserta.csv")
    with pytest.raises(SourceError, match="is a link to another folder"):
        read_raw(tmp_path / "incoming" / "peserta.csv", "participants")


def test_a_name_with_the_signs_of_a_pattern_is_that_file_only(tmp_path):
    for name, authority in (("target [1].csv", "Perda"), ("target 1.csv", "Pergub")):
        (tmp_path / name).write_bytes(csv_bytes(table_of(authority)))
    assert [row["authority"] for row in raw_rows(tmp_path / "target [1].csv", TARGETS)] == ["Perda"]


# Encodings

BEYOND_ASCII = "Perda é – “Babel” Ÿ"


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8 with a byte order mark"), ("utf-16-le", "UTF-16 LE"),
     ("utf-16-be", "UTF-16 BE"), ("cp1252", "cp1252")],
)  # fmt: skip
@pytest.mark.parametrize("late", [False, True])
def test_the_encoding_is_found_and_told(tmp_path, encoding, told, late):
    authorities = ["dua\nbaris", *["Perda"] * (4000 if late else 0), BEYOND_ASCII]
    mark = "\ufeff" if encoding.startswith("utf-16") else ""
    content = (mark + csv_bytes(table_of(*authorities)).decode()).encode(encoding)
    (tmp_path / "target.csv").write_bytes(content)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    raw = read_raw(tmp_path / "target.csv", TARGETS, scratch)
    last = raw.rows.order_by(ibis.desc(LINE)).limit(1).to_pyarrow().to_pylist()[0]
    assert (last["authority"], last[LINE]) == (BEYOND_ASCII, len(authorities) + 2)
    assert raw.reading.encoding == told
    assert raw.reading.separator == "semicolon"
    assert not list(scratch.iterdir())


def test_line_ends_of_several_kinds_in_one_file(tmp_path):
    content = csv_bytes(table_of("satu", "dua", "tiga"), newline="\n").replace(b"dua\n", b"dua\r\n")
    rows = read(tmp_path, content)
    assert [(row[LINE], row["authority"]) for row in rows] == [(2, "satu"), (3, "dua"), (4, "tiga")]


def test_blank_lines_are_counted(tmp_path):
    (tmp_path / "target.csv").write_bytes(
        csv_bytes(table_of("satu", "dua")).replace(b"satu\r\n", b"satu\r\n\r\n;;;;\r\n")
    )
    raw = read_raw(tmp_path / "target.csv", TARGETS)
    assert raw.reading.left_out == (("blank", 2),)
    assert sorted(lines_of(raw.rows.to_pyarrow().to_pylist())) == [2, 5]


# Parquet


def write_parquet(path, **columns) -> None:
    made = {
        "TAHUN": pa.array([2025]),
        "KODE": pa.array(["19"]),
        "TARGET": pa.array([57.25]),
        "RUANG LINGKUP": pa.array(["excl_jakon"]),
        "DASAR": pa.array(["Perda"]),
    }
    pq.write_table(pa.table(made | columns), path)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (pa.array(["Perda 1"]), "Perda 1"),
        (pa.array([None], pa.string()), None),
        (pa.array([None], pa.null()), None),
        (pa.array([26133068531]), "26133068531"),
        (pa.array([1971010101850001]), "1971010101850001"),
        (pa.array([12.0]), "12"),
        (pa.array([57.25]), "57,25"),
        (pa.array([float("nan")]), None),
        (pa.array([1971010101850001.0]), "1,97101E+15"),
        (pa.array([Decimal("1234.50")]), "1234,50"),
        (pa.array([Decimal("1234.00")]), "1234"),
        (pa.array([True]), "Y"),
        (pa.array([False]), None),
        (pa.array([date(2025, 6, 1)]), "2025-06-01"),
        (pa.array([datetime(2025, 6, 1, 8)]), "2025-06-01"),  # noqa: DTZ001
        (pa.array([datetime(2025, 6, 30, 16, 59, 59, tzinfo=UTC)]), "2025-06-30"),
        (pa.array([datetime(2025, 6, 30, 17, tzinfo=UTC)]), "2025-07-01"),
        (pa.array([datetime(1965, 6, 30, 17, tzinfo=UTC)]), "1965-07-01"),
        (
            pa.array(
                [datetime(2025, 6, 30, 17, tzinfo=UTC)], pa.timestamp("us", "America/New_York")
            ),
            "2025-07-01",
        ),
    ],
)
def test_a_parquet_value_as_text(tmp_path, value, text):
    write_parquet(tmp_path / "target.parquet", DASAR=value)
    raw = read_raw(tmp_path / "target.parquet", TARGETS)
    (row,) = raw.rows.to_pyarrow().to_pylist()
    assert (row[LINE], row[SHEET], row["year"], row["authority"]) == (1, None, "2025", text)
    assert raw.reading.kind == "parquet"


def test_a_parquet_file_that_cannot_be_read(tmp_path):
    path = tmp_path / "target.parquet"
    write_parquet(path, DASAR=pa.array([["a", "list"]]))
    with pytest.raises(SourceError, match="column DASAR: text, numbers, days"):
        read_raw(path, TARGETS)
    write_parquet(path)
    whole = path.read_bytes()
    for content in (b"", whole[:-9], whole[: len(whole) // 2], b"PAR1" + b"\0" * 50 + b"PAR1"):
        path.write_bytes(content)
        with pytest.raises(SourceError, match="is cut off or is no Parquet file"):
            read_raw(path, TARGETS)
