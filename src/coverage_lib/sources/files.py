"""Files as tables of text: every cell as it stands, every row with its line.

Nothing is interpreted here but the file format itself: the kind of file, what packs it, where
its header stands and which rows are no data.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from ibis.backends.duckdb import Backend

from coverage_lib.errors import SourceError
from coverage_lib.sources.archives import unpack_gzip, unpack_zip
from coverage_lib.sources.catalogue import Extract
from coverage_lib.sources.csv_files import read_csv_file
from coverage_lib.sources.parquet_files import read_parquet_file
from coverage_lib.sources.reading import LINE, SHEET, FileReading, Part, RawTable, join_parts
from coverage_lib.sources.workbooks import read_workbook
from coverage_lib.tables import Table

__all__ = ["LINE", "SHEET", "FileReading", "RawTable", "read_extract"]

_TEXT = {".csv", ".txt", ".tsv"}
_WORKBOOKS = {".xlsx", ".xls"}
_WITH_MACROS = {".xlsm", ".xltm", ".xlsb"}
_GLOB_SIGNS = set("*?[")


def read_extract(
    connection: Backend, extract: Extract, table: Table, scratch: Path | None = None
) -> RawTable:
    """Read one extract through the engine.

    What has to be unpacked or written anew lies meanwhile in a folder within `scratch` (by
    default the system's) that only this user can read and that is removed in any case.
    Raises SourceError where the file cannot be read or is not safe to, has no header with
    the required columns, names one column twice, or has no rows.
    """
    path = extract.path
    if path.is_symlink() and not path.resolve().is_relative_to(path.parent.resolve()):
        raise SourceError(f"{extract.name} is a link to another folder; put the file itself there.")
    with TemporaryDirectory(prefix="reading-", dir=scratch) as folder:
        parts = _read(connection, extract, table, Path(folder))
    return join_parts(extract, parts)


def _read(connection: Backend, extract: Extract, table: Table, scratch: Path) -> list[Part]:
    path, name = extract.path, extract.name
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes[-1:] == [".zip"]:
        parts = []
        for member, unpacked in unpack_zip(path, name, scratch):
            parts += _read_one(connection, unpacked, name, table, scratch, member)
        return parts
    if suffixes[-1:] == [".gz"] and set(suffixes[-2:-1]) <= _TEXT:
        unpacked = scratch / f"unpacked{''.join(suffixes[-2:-1])}"
        unpack_gzip(path, name, unpacked)
        return _read_one(connection, unpacked, name, table, scratch, None)
    return _read_one(connection, path, name, table, scratch, None)


def _read_one(
    connection: Backend, path: Path, name: str, table: Table, scratch: Path, member: str | None
) -> list[Part]:
    # A name out of an archive may hold anything, line ends too.
    where = name if member is None else f"{name}, member {' '.join(member.split())}"
    suffix = path.suffix.lower()
    if _GLOB_SIGNS & set(str(path)):  # the engine would look for a pattern
        plain = scratch / f"extract{suffix}"
        plain.unlink(missing_ok=True)
        plain.symlink_to(path.resolve())
        path = plain
    if suffix in _TEXT:
        return [read_csv_file(connection, path, where, table, scratch, member)]
    if suffix in _WORKBOOKS:
        return read_workbook(connection, path, where, table, member)
    if suffix == ".parquet":
        return [read_parquet_file(connection, path, where, table, member)]
    if suffix in _WITH_MACROS:
        raise SourceError(f"{name} may have macros; save it as .xlsx and pull again.")
    raise SourceError(
        f"{name}: files of the kinds .csv, .txt, .tsv, .xlsx, .xls and .parquet were expected, also "
        "in a .zip, text also as .gz."
    )
