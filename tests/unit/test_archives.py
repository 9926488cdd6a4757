"""What comes packed: read as if it were not, or refused before it can do harm."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile

import pytest
from extracts import csv_bytes, member, read_raw, write_sheets

from coverage_lib.errors import SourceError
from coverage_lib.sources.archives import Limits, check_workbook_members, unpack_gzip, unpack_zip
from coverage_lib.sources.files import LINE, SHEET

REGISTER = csv_bytes([member(1), member(2)])


def zipped(members, method=zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return content.getvalue()


def read(folder, content: bytes, name: str = "peserta.zip"):
    """The reading and the places of the rows, in no order; nothing unpacked may be left."""
    (folder / name).write_bytes(content)
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    try:
        raw = read_raw(folder / name, "participants", scratch)
    finally:
        assert not list(scratch.iterdir())
    return raw.reading, [(row[SHEET], row[LINE]) for row in raw.rows.to_pyarrow().to_pylist()]


def test_members_of_several_kinds_are_one_table(tmp_path):
    rows = [member(3), member(4)]
    book = write_sheets(
        tmp_path / "b.xlsx",
        {name: [list(row), row.values()] for name, row in zip(("Juni", "Mei"), rows, strict=True)},
    ).read_bytes()
    members = {"z/peserta 1.csv": REGISTER, "b.xlsx": book, "__MACOSX/x": b"", ".DS_Store": b""}
    reading, places = read(tmp_path, zipped(members))
    assert sorted(places) == [
        ("b.xlsx!Juni", 2), ("b.xlsx!Mei", 2), ("z/peserta 1.csv", 2), ("z/peserta 1.csv", 3),
    ]  # fmt: skip
    assert reading.kind == "csv, xlsx"
    assert reading.members == ("z/peserta 1.csv", "b.xlsx")


@pytest.mark.parametrize("name", ["peserta.csv.zip", "PESERTA.ZIP"])
def test_one_member(tmp_path, name):
    assert read(tmp_path, zipped({"a.CSV": REGISTER}), name)[1] == [("a.CSV", 2), ("a.CSV", 3)]


def test_a_compressed_text(tmp_path):
    packed = gzip.compress(REGISTER, mtime=0)
    assert read(tmp_path, packed, "peserta.csv.gz")[1] == [(None, 2), (None, 3)]
    for content in (packed[:-12], packed[: len(packed) // 2], b"", REGISTER):
        with pytest.raises(SourceError, match=r"gz is cut off or is no gzip file|gz is empty"):
            read(tmp_path, content, "peserta.csv.gz")


def with_flag(content: bytes) -> bytes:
    """The same archive, its members marked as encrypted."""
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.index(mark) + place
        content = content[:start] + b"\x01" + content[start + 1 :]
    return content


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("a.csv")
    info.external_attr = 0o120777 << 16
    return info


GOOD = zipped({"a.csv": REGISTER})


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is cut off or damaged"),
        (GOOD[:-30], "is cut off or damaged"),
        (GOOD[: len(GOOD) // 2], "is cut off or damaged"),
        (GOOD.replace(b"\x08\x00", b"\x09\x00"), "is packed in a way that is not known"),
        (zipped({}), "holds no file"),
        (zipped({"folder/": b""}), "holds no file"),
        (with_flag(GOOD), "is protected by a password; remove the password"),
        (zipped({"../a.csv": REGISTER}), "a name that leads out of it"),
        (zipped({"/etc/a.csv": REGISTER}), "a name that leads out of it"),
        (zipped({"..\\a.csv": REGISTER}), "a name that leads out of it"),
        (zipped({"C:a.csv": REGISTER}), "a name that leads out of it"),
        (zipped({link(): b"/etc/passwd"}), "holds a link"),
        (zipped({"a.csv": REGISTER, "b.zip": GOOD}), "member 'b.zip': files of the kinds .csv"),
        (zipped({"a.csv": REGISTER, "b.csv.gz": b""}), "member 'b.csv.gz': files of the kinds"),
        (
            zipped({"a.csv": REGISTER, "b.csv": b"NIK;\r\n"}),
            "member b.csv, row 1: column KPJ is",
        ),
        (zipped({"a.csv": b"0" * (20 << 20)}), "unpacks to far more than"),
    ],
)
def test_an_archive_that_is_refused(tmp_path, content, told):
    with pytest.raises(SourceError) as error:
        read(tmp_path, content)
    assert told in str(error.value)
    assert str(error.value).startswith("peserta.zip")
    assert "\n" not in str(error.value)


def lying(content: bytes, real: int, told: int) -> bytes:
    """The same archive, its headers telling another size of its member."""
    return content.replace(struct.pack("<I", real), struct.pack("<I", told))


@pytest.mark.parametrize("told", [10, 1000])
def test_a_member_of_another_size_than_told_is_refused(tmp_path, told):
    packed = zipped({"a.csv": b"x" * 777})
    (tmp_path / "a.zip").write_bytes(lying(packed, 777, told))
    with pytest.raises(SourceError, match=r"another size than it says|cut off or damaged"):
        list(unpack_zip(tmp_path / "a.zip", "a.zip", tmp_path))


def test_limits_of_size_and_number(tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped({"a.csv": b"x" * 600, "b.csv": b"y" * 600}))
    for limits in (
        Limits(total_bytes=1000),
        Limits(members=1),
        Limits(ratio=2, small_bytes=500),
    ):
        with pytest.raises(SourceError, match="unpacks to far more"):
            list(unpack_zip(tmp_path / "a.zip", "a.zip", tmp_path, limits))
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"x" * 5000))
    with pytest.raises(SourceError, match="unpacks to far more"):
        unpack_gzip(
            tmp_path / "a.csv.gz", "a.csv.gz", tmp_path / "a", Limits(ratio=2, small_bytes=9)
        )


def book(tmp_path, **parts: bytes) -> bytes:
    row = member(1)
    path = write_sheets(tmp_path / "made.xlsx", {"Data": [list(row), row.values()]})
    with zipfile.ZipFile(path, "a") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("xl/externalLinks/externalLink1.xml", "has links to other workbooks"),
        ("xl/connections.xml", "has connections to other data"),
        ("xl/queryTables/queryTable1.xml", "has connections to other data"),
        ("xl/vbaProject.bin", "has macros"),
        ("xl/../../x", "a name that leads out of it"),
    ],
)
def test_a_workbook_that_fetches_or_runs_something_is_refused(tmp_path, part, told):
    (tmp_path / "peserta.xlsx").write_bytes(book(tmp_path, **{part: b""}))
    with pytest.raises(SourceError, match=told):
        read_raw(tmp_path / "peserta.xlsx", "participants")


def test_a_workbook_with_a_password_or_too_much_in_it_is_refused(tmp_path):
    path = tmp_path / "peserta.xlsx"
    path.write_bytes(
        bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    )
    with pytest.raises(SourceError, match="protected by a password; remove the password"):
        read_raw(path, "participants")
    path.write_bytes(book(tmp_path))
    check_workbook_members(path, "peserta.xlsx")
    with pytest.raises(SourceError, match="unpacks to far more"):
        check_workbook_members(path, "peserta.xlsx", Limits(total_bytes=1000))


@pytest.mark.parametrize("macros", [True, False])
def test_an_old_workbook_with_macros_is_refused(tmp_path, macros):
    """A compound file names its storages in UTF-16; without one of macros it is merely no workbook."""
    storage = "_VBA_PROJECT_CUR".encode("utf-16-le") if macros else b""
    path = tmp_path / "peserta.xls"
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000) + storage + bytes(2000))
    told = "has macros; save a copy" if macros else "is not a readable Excel workbook"
    with pytest.raises(SourceError, match=f"peserta.xls {told}"):
        read_raw(path, "participants")
