"""Nobody of the extracts can be read from what a month's work leaves, outside incoming, quarantine and the
roster area; not from the lists for villages either, without their passwords.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from personal_data import (
    Persons,
    findings_below,
    findings_in_bytes,
    findings_in_text,
    persons_of,
)
from PIL import Image, PngImagePlugin
from projects import KEY, PERIOD, Project

#: Under data/; everything else of the project is looked through.
PRIVATE = ("incoming", "quarantine", "roster")
VILLAGE = "19.71.01.1004"


@pytest.fixture(scope="module")
def worked(small_project: Project, tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, str]:
    """A month pulled, computed, its rosters linked, reviewed and handed over, and reported, with a folder of
    its own for what is temporary; and all that the commands said.
    """
    folder = tmp_path_factory.mktemp("privacy")
    project = small_project.copy(folder / "project")
    temporary = project.folder / "temporary"
    temporary.mkdir()
    answers = folder / "answers.txt"
    answers.write_text("same\ndifferent\nunsure\n")
    month = ("--period", PERIOD)
    lists = ("--level", "desa", "--out", str(project.folder / "serah"), "--to", "DPMD")
    said = []
    for arguments in (
        ("pull", "--period", PERIOD),
        ("indicators", "--period", PERIOD, "--region", "19.71", "--format", "csv"),
        ("indicators", "--period", PERIOD, "--indicator", "validity"),
        ("roster", "link", *month, "--explain", "20"),
        ("roster", "review", *month, "--reviewer", "siti", "--answers", str(answers)),
        ("roster", "review", *month, "--list"),
        ("roster", "link", *month),
        ("roster", "lists", *month, *lists),
        ("roster", "progress", *month),
        ("report", *month, "--notebook", "roster", "--region", "19", "--lang", "id"),
        ("report", *month, "--region", "19", "--region", VILLAGE, "--lang", "id"),
    ):
        done = project.run(*arguments, TMPDIR=str(temporary))
        assert done.returncode == 0, done.stderr
        said += [done.stdout, done.stderr]
    return project, "\n".join(said)


@pytest.fixture(scope="module")
def persons(worked: tuple[Project, str]) -> Persons:
    return persons_of(worked[0].incoming)


def looked_through(project: Project) -> list[Path]:
    """All that the work leaves, also in the home of who works (Jupyter keeps connections there); reference
    data apart, which it only reads.
    """
    data = [path for path in (project.folder / "data").iterdir() if path.is_dir()]
    others = [path for path in project.folder.iterdir() if path.is_dir() and path.name != "data"]
    return [
        project.home,
        *others,
        *(path for path in data if path.name not in (*PRIVATE, "reference")),
    ]


def test_nobody_can_be_read_from_what_the_work_leaves(
    worked: tuple[Project, str], persons: Persons
) -> None:
    project, said = worked
    assert min(len(persons.numbers), len(persons.names), len(persons.births)) > 1000
    folders = looked_through(project)
    assert {"store", "reports", "temporary", "serah"} <= {folder.name for folder in folders}
    kinds = {path.suffix for folder in folders for path in folder.rglob("*")}
    assert {".parquet", ".json", ".jsonl", ".html", ".pdf", ".xlsx"} <= kinds
    assert findings_below(folders, persons) == []
    assert list(findings_in_text(said, persons)) == []


def test_the_same_look_finds_them_where_they_may_be(
    worked: tuple[Project, str], persons: Persons
) -> None:
    found = findings_below([worked[0].folder / "data" / name for name in PRIVATE], persons)
    assert {finding.split(": ")[1].split(" in ")[0] for finding in found} == {
        "number", "name", "birth date",
    }  # fmt: skip
    assert any(".parquet" in finding for finding in found)


def test_where_persons_are_only_their_keeper_may_look(worked: tuple[Project, str]) -> None:
    project, _ = worked
    quarantine, roster = (project.folder / "data" / name for name in ("quarantine", "roster"))
    store = project.folder / "data" / "store" / "demo" / PERIOD
    for folder in (
        quarantine,
        roster,
        project.folder / "serah",
        store,
        *(path for path in store.iterdir() if path.is_dir()),
    ):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700, folder.name


def test_the_key_is_nowhere(worked: tuple[Project, str]) -> None:
    project, said = worked
    spellings = (KEY, KEY.encode().hex(), base64.b64encode(KEY.encode()).decode())
    assert not any(spelling in said for spelling in spellings)
    for folder in looked_through(project):
        for path in folder.rglob("*"):
            content = path.read_bytes() if path.is_file() else b""
            assert not any(spelling.encode() in content for spelling in spellings), path.name


# What is planted is found


def parquet(values: list[object]) -> bytes:
    target = io.BytesIO()
    pq.write_table(pa.table({"figure": values}), target)
    return target.getvalue()


def pdf_with(attached: bytes) -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    document.attachments["tabel.csv"] = pikepdf.AttachedFileSpec(document, attached)
    target = io.BytesIO()
    document.save(target, compress_streams=True)
    return target.getvalue()


def pdf_saying(text: str) -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    document.docinfo["/Subject"] = text
    target = io.BytesIO()
    document.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target.getvalue()


def packed(content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("isi.txt", content)
    return target.getvalue()


def workbook(text: str, *, hidden: bool) -> bytes:
    """With the text in a sheet that nobody sees, or in what the workbook says of itself."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        book.add_worksheet("Isi").write_string(0, 0, "jumlah")
        if hidden:
            sheet = book.add_worksheet("Kerja")
            sheet.write_string(0, 0, text)
            sheet.very_hidden()
        else:
            book.set_properties({"comments": text})
    return target.getvalue()


def picture(text: str) -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", text, zip=True)
    target = io.BytesIO()
    Image.new("L", (2, 2)).save(target, "png", pnginfo=words)
    return target.getvalue()


def notebook(content: bytes) -> bytes:
    output = {"data": {"image/png": base64.b64encode(content.ljust(300)).decode()}}
    return json.dumps({"cells": [{"outputs": [output]}]}).encode()


NIK, NAME, BIRTH = "1971015708850000", ("siti", "contoh"), (1985, 8, 17)
SOMEBODY = Persons(frozenset({NIK, "99123456789"}), frozenset({NAME}), frozenset({BIRTH}))
PLANTED: dict[str, Callable[[], bytes]] = {
    "a log": f"baris 3: {NIK} ditolak".encode,
    "digits in groups after others": lambda: b"5 1971-0157-0885-0000",
    "a log, its digits in groups": lambda: b"NIK 197101 570885 0000",
    "a card number with a fraction": lambda: b"kartu 99123456789.0;",
    "digits side by side": f"00{NIK}7".encode,
    "a Parquet number": lambda: parquet([1, int(NIK)]),
    "a Parquet number with a fraction": lambda: parquet([0.5, float(NIK)]),
    "a Parquet text": lambda: parquet(["x", f"p{NIK}"]),
    "a birth date in Parquet": lambda: parquet(["x", "1985-08-17"]),
    "a PDF attachment": lambda: pdf_with(f"a;b\r\n{NIK};1\r\n".encode()),
    "a Parquet attached to a PDF": lambda: pdf_with(parquet([int(NIK)])),
    "what a PDF says of itself": lambda: pdf_saying(f"laporan {NIK}"),
    "a hidden sheet": lambda: workbook(NIK, hidden=True),
    "a name in a hidden sheet": lambda: workbook("Siti Contoh, S.Pd", hidden=True),
    "what a workbook says of itself": lambda: workbook(f"dari {NIK}", hidden=False),
    "a workbook attached to a PDF": lambda: pdf_with(workbook(NIK, hidden=True)),
    "a packed text": lambda: packed(NIK.encode()),
    "a packed packed text": lambda: packed(gzip.compress(NIK.encode())),
    "the text of a picture": lambda: picture(f"oleh {NIK}"),
    "a picture in a notebook": lambda: notebook(picture(NIK)),
    "text in UTF-16": lambda: NIK.encode("utf-16"),
    "a name": "Ibu Siti Contoh, petani".encode,
    "a name turned round": lambda: b"CONTOH, SITI",
    "a name in an address": lambda: b"siti.contoh@contoh.invalid",
    "a name in HTML": lambda: b"<td>Siti</td><td>Contoh</td>",
    "a name written in JSON": lambda: b'{"nama": "S\\u0049TI CONTOH"}',
    "a birth date that is said to be one": lambda: b"tgl lahir 17-08-1985",
    "a birth date with dots": lambda: b"tgl lahir: 17.08.1985",
    "a birth date beside a pseudonym": lambda: b"0123456789abcdef0123456789abcdef,1985-08-17",
}


@pytest.mark.parametrize("what", PLANTED)
def test_what_is_planted_is_found(what: str) -> None:
    assert list(findings_in_bytes(PLANTED[what](), SOMEBODY))


def test_the_decimals_of_a_share_are_nobody() -> None:
    """The card number stands among them by chance: a mart has thousands of shares."""
    assert not list(findings_in_bytes(parquet([0.99123456789]), SOMEBODY))


@pytest.mark.parametrize(
    "text",
    [
        "144.070 peserta, 27,24 %",
        "q 0.9912345 678.9 0 0 cm",
        "Siti dan contoh lain",
        "sejak 17-08-1985",
        "1971015708850001",
        "lahir di 19.17.08.1985",
    ],
)
def test_what_tells_nobody_is_no_finding(text: str) -> None:
    for content in (text.encode(), packed(text.encode()), pdf_with(text.encode())):
        assert list(findings_in_bytes(content, SOMEBODY)) == []


@pytest.mark.parametrize("place", ["store", "reports", "temporary"])
def test_a_file_among_many_is_found(
    worked: tuple[Project, str], persons: Persons, tmp_path: Path, place: str
) -> None:
    """The look goes into each folder of the work, and through a report as the work makes it."""
    project, _ = worked
    folder = next(folder for folder in looked_through(project) if folder.name == place)
    nik = min(number for number in persons.numbers if len(number) == len(NIK))
    planted = tmp_path / place / "deep" / "within"
    planted.mkdir(parents=True)
    if place == "reports":
        report = next(folder.rglob("*.pdf"))
        with pikepdf.open(report) as document:
            document.attachments["lampiran.csv"] = pikepdf.AttachedFileSpec(document, nik.encode())
            document.save(planted / report.name)
    elif place == "store":
        (planted / "measures.parquet").write_bytes(parquet([int(nik)]))
    else:
        (planted / "pull.log").write_text(f"{nik}\n")
    assert findings_below([tmp_path / place], persons)
