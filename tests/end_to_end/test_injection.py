"""Hostile text in file names, sheets, headers, cells and settings: it stays text, everywhere.

Nothing runs, nothing is read or written elsewhere, and what goes out is neutral where it arrives.
"""

from __future__ import annotations

import base64
import csv
import io
import re
import shutil
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pyarrow.parquet as pq
import pymupdf
import pytest
from extracts import (
    PERIOD,
    all_regions,
    bytes_of,
    csv_bytes,
    member,
    pull_project,
    register_project,
    summary,
    write_config,
    write_sheets,
    write_sidecar,
)
from projects import Project, csv_cells

from coverage_lib.config import load_settings
from coverage_lib.errors import ConfigError, SourceError, UsageError
from coverage_lib.periods import Month

SQL = "'; DROP TABLE participants; --"
QUOTES = "\"'`"
COMMAND = "$(touch pwned) `touch pwned` | touch pwned"
FORMULA = "=cmd|' /C calc'!A0"
SCRIPT = "</td></title><script>alert(1)</script><img src=x onerror=alert(1)>"
TYPST = '#panic("pwned") #read("/etc/passwd") $x$ */ // <label> @ref'
MARKDOWN = "[tekan](javascript:alert(1)) ![x](file:///etc/passwd) **tebal** `kode`"
LATEX = r"\input{/etc/passwd} \write18{touch pwned}"
TEMPLATE = "{{ 7*7 }} {% raw %} {0} %s ${x}"
TERMINAL = "\x1b[2J\x1b]0;pwned\x07"
TURNED = "tiba\u202etxt.exe"
HOSTILE = (SQL, QUOTES, COMMAND, FORMULA, SCRIPT, TYPST, MARKDOWN, LATEX, TEMPLATE, TURNED)
#: Whose file has the hostile name, header or sheet is the same.
TABLE = "participant_summary"
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def rows_stored(project: Path, table: str) -> list[dict[str, object]]:
    _, stored, _ = pull_project(project)
    found: list[dict[str, object]] = []
    for path in sorted((stored.folder / table).glob("*.parquet")):
        found += pq.read_table(path).to_pylist()
    return found


def folders_beside(project: Path) -> dict[str, tuple[bytes, int]]:
    """All that is around a project, its own folder left out."""
    around = bytes_of(project.parent)
    return {name: held for name, held in around.items() if not name.startswith(f"{project.name}/")}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A place for a project, with something beside it that nobody may touch or read."""
    (tmp_path / "elsewhere.csv").write_bytes(csv_bytes([member(77), member(78)]))
    return tmp_path / "project"


# Names of files


@pytest.mark.parametrize(
    "name",
    [
        f"kepesertaan_{SQL}.csv", f"kepesertaan_{QUOTES}.csv", "kepesertaan_*.csv",
        "kepesertaan_[a-z]?.csv", "kepesertaan_$(touch pwned);|&.csv", "kepesertaan_ .. .csv",
        "kepesertaan_\n{0}%s.csv", "kepesertaan_\x1b[2J.csv", f"kepesertaan_{TURNED}.csv",
        "kepesertaan_<script>.csv", "-rf.csv", "=1+1.csv", "#a?b&c%2e%2e.csv",
    ],
)  # fmt: skip
def test_the_name_of_a_file_is_only_a_name(project: Path, name: str) -> None:
    before = folders_beside(project)
    register_project(
        project, {name: csv_bytes([summary(1)]), "a.csv": csv_bytes([summary(2)])}, TABLE
    )
    assert len(rows_stored(project, TABLE)) == 2
    assert folders_beside(project) == before
    assert not list(project.parent.rglob("pwned"))


def test_a_name_breaks_no_line_of_an_error(project: Path) -> None:
    register_project(project, {f"a\ncakupan: all is well{TERMINAL}.csv": b""})
    done = Project(project, project.parent).run("pull", "--period", str(PERIOD))
    assert done.returncode == 4
    assert "all is well" in done.stderr.splitlines()[-1]
    assert all(line.isprintable() for line in done.stderr.splitlines())
    assert [line for line in done.stderr.splitlines() if line.startswith("cakupan: all")] == []


def test_a_header_breaks_no_line_of_what_pull_says(project: Path) -> None:
    near = f"NOMOR IDENTITAS DAN NAMA LENGKAP{TERMINAL}"
    rows = [
        {name: cell for name, cell in member(1).items() if name != "NAMA LENGKAP"} | {near: "X"}
    ]
    register_project(project, {f"a{TERMINAL}.csv": csv_bytes(rows)})
    done = Project(project, project.parent).run("pull", "--period", str(PERIOD))
    assert done.returncode == 0, done.stderr
    assert "is not known" in done.stdout
    assert all(line.isprintable() for line in done.stdout.splitlines())


# What stands in files


@pytest.mark.parametrize("hostile", [*HOSTILE, TERMINAL, "a\r\nb;c"])
def test_a_header_that_is_not_known_is_only_a_header(project: Path, hostile: str) -> None:
    register_project(project, {"a.csv": csv_bytes([summary(1) | {hostile: "1"}])}, TABLE)
    assert len(rows_stored(project, TABLE)) == 1
    assert not list(project.parent.rglob("pwned"))


def test_a_file_with_a_null_byte_is_no_text(project: Path) -> None:
    register_project(project, {"a.csv": csv_bytes([summary(1) | {"a\x00b": "1"}])}, TABLE)
    with pytest.raises(SourceError, match=r"a\.csv is no text"):
        pull_project(project)


def claims_saying(texts: tuple[str, ...]) -> bytes:
    return csv_bytes(
        [
            {"nomor_penetapan": f"{number}{text}", "tanggal_transaksi": "30-05-2025",
             "nomor_kpj": "", "program": "JHT", "manfaat": text, "jumlah_bayar": "1000",
             "kode_wilayah": text}
            for number, text in enumerate(texts)
        ]
    )  # fmt: skip


def test_a_cell_is_stored_as_it_stands(project: Path) -> None:
    """`benefit_type` is free text: what came is what is kept, whatever it would be elsewhere."""
    register_project(project, {"a.csv": claims_saying(HOSTILE)}, "claims")
    stored = rows_stored(project, "claims")
    assert sorted(str(row["benefit_type"]) for row in stored) == sorted(HOSTILE)
    assert {row["village_code"] for row in stored} == {"19.00.00.0000"}
    assert not list(project.parent.rglob("pwned"))


@pytest.mark.parametrize(
    "sheet", ["'; DROP TABLE x; --", "=1+1", "<script>x</script>", "..", '"{0}"']
)
def test_the_name_of_a_sheet_is_only_a_name(project: Path, sheet: str) -> None:
    if sheet == "'; DROP TABLE x; --":
        sheet = sheet[1:]  # no sheet may begin with an apostrophe
    row = summary(1)
    register_project(project, {"a.xlsx": b""}, TABLE)
    path = project / "data" / "incoming" / str(PERIOD) / "a.xlsx"
    write_sheets(path, {sheet.replace("/", ""): [list(row), list(row.values())]})
    write_sidecar(path, TABLE)
    assert len(rows_stored(project, TABLE)) == 1


def packed(member_name: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(member_name, csv_bytes([summary(1)]))
    return target.getvalue()


@pytest.mark.parametrize(
    "name", [f"{SQL}.csv", f"{FORMULA}.csv", "{0} %s $(touch pwned).csv", "*.csv", "-rf.csv"]
)
def test_the_name_of_a_member_is_only_a_name(project: Path, name: str) -> None:
    before = folders_beside(project)
    register_project(project, {"a.zip": packed(name.replace("/", " "))}, TABLE)
    assert len(rows_stored(project, TABLE)) == 1
    assert folders_beside(project) == before
    assert not list(project.parent.rglob("pwned"))


@pytest.mark.parametrize(
    "name", ["../../evil.csv", "/tmp/evil.csv", "C:\\evil.csv", "a/../../evil.csv"]
)
def test_no_member_leads_out_of_its_archive(project: Path, name: str) -> None:
    before = folders_beside(project)
    register_project(project, {"a.zip": packed(name)}, TABLE)
    with pytest.raises(SourceError):
        pull_project(project)
    assert folders_beside(project) == before
    assert not list(project.rglob("*evil*"))


# What is typed, and what is set


@pytest.mark.parametrize(
    "text", [*HOSTILE, "../2025-06", "2025-06/..", "2025-06\n", "2025-06;", ""]
)
def test_a_period_is_a_month_and_nothing_else(text: str) -> None:
    with pytest.raises(UsageError) as raised:
        Month.parse(text)
    assert str(raised.value).isprintable()


@pytest.mark.parametrize("text", [*HOSTILE, "../19", "19/../..", "19\n", "19;", "", "/19"])
def test_a_region_is_one_that_is_known(text: str) -> None:
    with pytest.raises(UsageError) as raised:
        all_regions().get(text)
    assert str(raised.value).isprintable()


@pytest.mark.parametrize("name", ["../../elsewhere", "..", ".", "a/b", "a\nb", SQL, ""])
def test_a_profile_cannot_name_a_folder_elsewhere(project: Path, name: str) -> None:
    project.mkdir()
    write_config(project, {"claims": "data/*.csv"})
    config = project / "cakupan.toml"
    quoted = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    config.write_text(config.read_text().replace("profiles.demo", f'profiles."{quoted}"'))
    with pytest.raises(ConfigError) as raised:
        load_settings(project)
    assert str(raised.value).isprintable()


# What goes out


class Page(HTMLParser):
    """The elements and attributes of a page, the texts between them, and what can be taken from it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def downloads(self) -> list[str]:
        links = [attributes.get("href") or "" for tag, attributes in self.elements if tag == "a"]
        data = [link.partition(";base64,")[2] for link in links if link.startswith("data:text/csv")]
        return [base64.b64decode(one).decode("utf-8-sig") for one in data]


OFFICE = f"{SCRIPT}{TYPST}{MARKDOWN}{LATEX}{TEMPLATE}"


@pytest.fixture(scope="module")
def hostile_project(small_project: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The simulated month with hostile sources of its denominators, and a hostile office."""
    project = small_project.copy(tmp_path_factory.mktemp("hostile") / "project")

    def with_sources(text: str) -> str:
        lines = list(csv.reader(io.StringIO(text), delimiter=";"))
        place = lines[0].index("SUMBER")
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
        writer.writerow(lines[0])
        writer.writerows(
            [*line[:place], FORMULA + SCRIPT + TYPST, *line[place + 1 :]] for line in lines[1:]
        )
        return buffer.getvalue()

    project.edit(project.incoming / "potensi_pekerja.csv", with_sources)
    office = OFFICE.replace("'", "’")  # a literal of TOML ends at an apostrophe
    project.edit(
        project.folder / "cakupan.toml",
        lambda text: re.sub(r'\[office\]\nid = ".*"', lambda _: f"[office]\nid = '{office}'", text),
    )
    shutil.rmtree(project.folder / "data" / "store")  # another month, not a changed one
    project.do("pull")
    return project


def test_no_formula_in_printed_csv_and_numbers_stay_numbers(hostile_project: Project) -> None:
    rows = csv_cells(hostile_project.do("indicators", "--format", "csv"))
    header, *lines = rows
    assert {len(line) for line in lines} == {len(header)}
    sources = {line[header.index("denominator_source")] for line in lines}
    assert any(source.startswith("'=cmd|") for source in sources), "the hostile text is not there"
    numbers = [header.index(name) for name in ("numerator", "denominator", "value")]
    values = [float(line[place]) for line in lines for place in numbers if line[place]]
    assert min(values) < 0 < max(values)
    texts = [cell for line in lines for place, cell in enumerate(line) if place not in numbers]
    assert [text for text in texts if text.startswith(STARTS_A_FORMULA)] == []


@pytest.fixture(scope="module")
def briefing(hostile_project: Project) -> tuple[Page, list[str], bytes]:
    hostile_project.do("report", "--region", "19", "--lang", "id")
    folder = hostile_project.folder / "reports" / "2025-06" / "19"
    page = Page((folder / "briefing.id.html").read_text(encoding="utf-8"))
    pdf = (folder / "briefing.id.pdf").read_bytes()
    with pymupdf.open(stream=pdf, filetype="pdf") as document:
        pages = [page.get_text() for page in document]
    return page, pages, pdf


def test_hostile_text_is_text_in_html(briefing: tuple[Page, list[str], bytes]) -> None:
    page, _, _ = briefing
    assert any("<script>alert(1)</script>" in text for text in page.texts), "it is not there"
    assert not [tag for tag, _ in page.elements if tag in ("iframe", "object", "embed", "base")]
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on")], tag
        for name in ("href", "src", "action"):
            address = (attributes.get(name) or "").strip().lower()
            assert not address.startswith(("javascript:", "file:", "http:")), tag
            assert address != "x", "the picture of the hostile text became one"


def test_hostile_text_is_text_in_pdf(briefing: tuple[Page, list[str], bytes]) -> None:
    _, pages, pdf = briefing
    together = re.sub(r"\s+", "", "".join(pages))
    assert '#panic("pwned")' in together
    assert "root:x:0:0" not in together
    assert b"/JavaScript" not in pdf
    assert b"/Launch" not in pdf


def test_no_formula_in_what_can_be_taken_from_a_page(
    briefing: tuple[Page, list[str], bytes],
) -> None:
    tables = [csv_cells(text) for text in briefing[0].downloads()]
    assert tables
    for row in (row for table in tables for row in table):
        for cell in row:
            assert not cell.startswith(STARTS_A_FORMULA) or re.fullmatch(r"-?\d+(\.\d+)?", cell)


def test_nothing_ran(hostile_project: Project, briefing: tuple[Page, list[str], bytes]) -> None:
    assert briefing
    assert not list(hostile_project.folder.rglob("pwned"))
    assert not list(hostile_project.home.rglob("pwned"))
