"""Small extracts and project folders made by hand, for tests of everything up to the store.

Every national id ends in 0000, a serial that is never given to anybody.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import ibis
import xlsxwriter

from coverage_lib.config import Profile, Settings, load_settings
from coverage_lib.intake.arrivals import Superseding
from coverage_lib.intake.pseudonyms import PseudonymKey
from coverage_lib.intake.pull import PullOptions, pull
from coverage_lib.intake.store import StoredPeriod
from coverage_lib.periods import Month
from coverage_lib.reference.regions import load_regions
from coverage_lib.source_settings import SourceSetting
from coverage_lib.sources.access import Access
from coverage_lib.sources.catalogue import SIDECAR_SUFFIX, Extract, file_sha256
from coverage_lib.sources.files import RawTable, read_extract
from coverage_lib.tables import load_table

PERIOD = Month(2025, 6)
AS_OF = date(2025, 6, 1)
PULLED_ON = date(2025, 6, 6)
CHANGES_COME_IN = PullOptions(PULLED_ON, Superseding(everything=True))
KEY_TEXT = "a key for tests that is no secret at all"
KEY = PseudonymKey(KEY_TEXT.encode())
REGISTER_HEADER = (
    "NIK", "NO KPJ", "NAMA LENGKAP", "TANGGAL LAHIR", "JENIS KELAMIN", "KODE WILAYAH", "SEGMEN",
    "TGL MULAI KEPESERTAAN", "TGL AKHIR KEPESERTAAN", "BLTH IURAN TERAKHIR", "JKK", "JKM",
)  # fmt: skip


def national_id(number: int) -> str:
    """A possible NIK for each number: 336 birthdays in each of a hundred years."""
    day, month, year = number % 28 + 1, number // 28 % 12 + 1, number // 336 % 100
    return f"197101{day:02d}{month:02d}{year:02d}0000"


def member(number: int, **changes: str) -> dict[str, str]:
    """A good row of the register; `changes` are by header, with blanks as underscores."""
    row = dict(
        zip(
            REGISTER_HEADER,
            (national_id(number), f"{26000000000 + number}", f"ORANG CONTOH {number}", "17-08-1985",
             "L", "19.01.01.1001", "PU", "01-01-2020", "", "05-2025", "Y", "Y"),
            strict=True,
        )
    )  # fmt: skip
    named = {header.replace("_", " "): value for header, value in changes.items()}
    assert set(named) <= set(row), f"no such header: {set(named) - set(row)}"
    return row | named


def summary(number: int, **changes: str) -> dict[str, str]:
    """A good row of the narrowest table, `participant_summary`: a pull of it takes a third of the
    time, where it does not matter what is pulled.
    """
    month = f"{number % 12 + 1:02d}-{2010 + number // 12}"
    row = {
        "BULAN": month, "TANGGAL DATA": f"01-{month}", "KODE WILAYAH": "19.71", "SEGMEN": "PU",
        "PESERTA AKTIF": "1000",
    }  # fmt: skip
    return row | {header.replace("_", " "): value for header, value in changes.items()}


def csv_bytes(
    rows: Sequence[Mapping[str, str]],
    separator: str = ";",
    newline: str = "\r\n",
    encoding: str = "utf-8",
) -> bytes:
    """Rows as CSV, every cell that needs it in quotes."""

    def quoted(cell: str) -> str:
        special = any(mark in cell for mark in (separator, '"', "\n", "\r"))
        return '"' + cell.replace('"', '""') + '"' if special else cell

    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    return "".join(separator.join(map(quoted, line)) + newline for line in lines).encode(encoding)


def write_sheets(path: Path, sheets: Mapping[str, Iterable[Sequence[object]]]) -> Path:
    """A workbook; dates become date cells, numbers number cells, None and "" stay blank."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as workbook:
        workbook.set_properties({"created": datetime(2025, 6, 2)})  # noqa: DTZ001  the same bytes
        day_format = workbook.add_format({"num_format": "dd-mm-yyyy"})
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for line, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, date | datetime):
                        sheet.write_datetime(line, place, cell, day_format)
                    elif isinstance(cell, bool):
                        sheet.write_boolean(line, place, cell)
                    elif isinstance(cell, int | float):
                        sheet.write_number(line, place, cell)
                    elif cell:
                        sheet.write_string(line, place, str(cell))
    return path


def write_sidecar(path: Path, table: str, as_of: date | None = AS_OF) -> Path:
    """What stands beside an extract."""
    sidecar = path.with_name(path.name + SIDECAR_SUFFIX)
    day = "null" if as_of is None else as_of.isoformat()
    sidecar.write_text(
        f"table: {table}\nproducer: Kantor contoh\nas_of: {day}\nreceived: 2025-06-05\n"
        "simulated: true\n",
        encoding="utf-8",
    )
    return sidecar


def read_raw(path: Path, table: str, scratch: Path | None = None) -> RawTable:
    """An extract as text, before any check."""
    extract = Extract(
        path, path.name, table, "Kantor contoh", AS_OF, None, True, file_sha256(path)
    )  # fmt: skip
    return read_extract(ibis.duckdb.connect(), extract, load_table(table), scratch)


def raw_rows(path: Path, table: str) -> list[dict[str, Any]]:
    """The text rows of an extract in the order of their lines, missing cells as None."""
    rows = read_raw(path, table).rows
    return rows.order_by("source_line").to_pyarrow().to_pylist()


def register_project(folder: Path, files: Mapping[str, bytes], table: str = "participants") -> None:
    """A project folder with one table's CSV files in it and a cakupan.toml that names them."""
    incoming = folder / "data" / "incoming" / str(PERIOD)
    incoming.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (incoming / name).write_bytes(content)
        write_sidecar(incoming / name, table)
    write_config(folder, {table: "data/incoming/{period}/*"})


def write_config(folder: Path, sources: Mapping[str, str]) -> None:
    """A cakupan.toml with one profile `demo`, its key file inside the folder."""
    lines = [
        "[folders]",
        *(f'{name} = "data/{name}"' for name in ("incoming", "store", "quarantine", "reference")),
        'reports = "reports"',
        'notebooks = "notebooks"',
        f'key_file = "{folder / "pseudonym.key"}"',
        "[office]",
        'id = "Kantor"',
        "[profiles.demo]",
        'province = "19"',
    ]
    for table, files in sources.items():
        lines += ["[[profiles.demo.sources]]", f'table = "{table}"', f'files = "{files}"']
    (folder / "cakupan.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def copy_project(made: Path, folder: Path) -> Path:
    """The project in another folder, to change there: what it says of its own place moves along."""
    shutil.copytree(made, folder, dirs_exist_ok=True)
    config = folder / "cakupan.toml"
    config.write_text(config.read_text(encoding="utf-8").replace(str(made), str(folder)), "utf-8")
    return folder


all_regions = cache(load_regions)


def pull_project(
    folder: Path,
    key: PseudonymKey = KEY,
    *,
    options: PullOptions = CHANGES_COME_IN,
    period: Month = PERIOD,
    tell: Callable[[str], None] = lambda _text: None,
    access: Access = Access(),  # noqa: B008  frozen
) -> tuple[Settings, StoredPeriod, bool]:
    """Pull the month of a project made here, in this process; changed files may come in."""
    settings = load_settings(folder)
    stored, changed = pull(
        settings, settings.profile("demo"), period, all_regions(), key, lambda _table: None,
        options, tell, access=access,
    )  # fmt: skip
    return settings, stored, changed


def profile_of(*sources: tuple[str, str], required: bool = True) -> Profile:
    """A profile of the sources (table, files)."""
    return Profile(
        "demo", "", "19", tuple(SourceSetting(table, files, required) for table, files in sources)
    )


def bytes_of(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file below a folder with its content and time of change, but for lock files."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }
