"""The same month as offices really send it: the tidy extracts again, in other files and spellings.

Nothing is made up here but damage. A cell is written in another way only where that has the same
one meaning; a row is added only where it repeats another or cannot be used (and is of somebody
who is no longer a participant). So whoever reads the mess rightly gets the figures of the tidy
month. What happens to a row follows from the seed and its number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import yaml
from python_calamine import load_workbook

from coverage_lib.demo.assembly import region_rows
from coverage_lib.demo.mess_files import Form, write_grids, write_typed
from coverage_lib.demo.mess_lines import LINE, Sending, lines_of, mess_rules
from coverage_lib.demo.spellings import more_rows, quoted, spelled
from coverage_lib.demo.write import PRODUCER, Extract
from coverage_lib.periods import Month
from coverage_lib.reference.regions import Regions
from coverage_lib.tables import load_table

CORRECTIONS = "corrections.yml"
_HEADER_ROW = 3  # of the tidy workbooks
_WORKBOOK_DISTRICT = "19.06"
_KIND_WORDS = re.compile(r"^(KABUPATEN|KAB|KOTA|KECAMATAN|KEC|DESA|KELURAHAN|KEL)\b[.\s]*")
_FIRST_FAULT = 2  # of `more`: 0 is the row itself, 1 the same again
_DEEPEST = 3  # dots in a village's code
_CODE = "KODE WILAYAH"
_NOTES = "['', '', '', 'Café Ménumbing – cek ulang', 'suhu 30° C', '=1+1', '']"


def make_messy(
    folder: Path, extracts: Sequence[Extract], regions: Regions, period: Month, seed: int
) -> list[Extract]:
    """Put the month's lists in `folder` as they really come in the place of the tidy ones.

    Registers of earlier months stay as they are. Also writes `corrections.yml`, which puts one
    figure right again. Needs no more memory than the largest tidy workbook.
    """
    rules = mess_rules()
    by_name = {extract.path.name: extract for extract in extracts}
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute("SET temp_directory = ?", [str(folder.parent / "spill")])
        connection.execute(
            f"CREATE MACRO draw(id, tag) AS (hash(id, tag, {int(seed)}) % 1000000)::BIGINT"
        )
        connection.execute(f"CREATE MACRO latest_year() AS {period.year + 1}")
        connection.register("bridge", _bridge())
        connection.register("spellings", _spellings(regions))
        registers = _take_registers(connection, by_name, period)
        messy = [
            _send_register(connection, registers, district, regions, period, folder)
            for district in rules["registers"]
        ]
        listed = [by_name.pop(name) for name in rules["lists"] if name in by_name]
        messy += [_send_list(connection, extract, folder) for extract in listed]
    return [*by_name.values(), *messy]


def _take_registers(
    connection: duckdb.DuckDBPyConnection, by_name: dict[str, Extract], period: Month
) -> Extract:
    """All lists of the period as the table `register`; the files are gone then."""
    names = [name for name in by_name if name.startswith("kepesertaan_") and str(period) in name]
    taken = [by_name.pop(name) for name in names]
    ordered = sorted(taken, key=lambda extract: extract.path.suffix)  # codes come with the CSV
    for number, extract in enumerate(ordered):
        _take(connection, extract.path, f"taken_{number}")
    together = " UNION ALL BY NAME ".join(
        f"SELECT *, {number} AS list FROM taken_{number}" for number in range(len(ordered))
    )
    line = f"row_number() OVER (ORDER BY list, {LINE}) AS {LINE}"
    connection.execute(
        f"CREATE TABLE register AS SELECT * EXCLUDE (list) REPLACE ({line}) FROM ({together})"
    )
    for extract in ordered:
        extract.path.unlink()
    return ordered[0]


def _take(connection: duckdb.DuckDBPyConnection, path: Path, table: str) -> None:
    """A tidy file as a table of text, its rows numbered; missing cells are null."""
    if path.suffix == ".csv":
        name = str(path).replace("'", "''")
        source = f"read_csv('{name}', delim = ';', quote = '\"', header = true, all_varchar = true)"
        connection.execute(
            f"CREATE TABLE {table} AS SELECT row_number() OVER () AS {LINE}, * FROM {source}"
        )
        return
    with load_workbook(path) as workbook:
        rows = workbook.get_sheet_by_index(0).to_python()
    header = [str(cell) for cell in rows[_HEADER_ROW]]
    columns = zip(*rows[_HEADER_ROW + 1 :], strict=True)
    cells = {
        name: pa.array([_text(cell) for cell in column], pa.string())
        for name, column in zip(header, columns, strict=True)
    }
    connection.register("workbook", pa.table(cells))
    connection.execute(
        f"CREATE TABLE {table} AS SELECT row_number() OVER () AS {LINE}, * FROM workbook"
    )
    connection.unregister("workbook")


def _text(cell: object) -> str | None:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell) or None


def _send_register(
    connection: duckdb.DuckDBPyConnection,
    tidy: Extract,
    district: str,
    regions: Regions,
    period: Month,
    folder: Path,
) -> Extract:
    """One district's list; `rest` is of all that no other list is of."""
    registers = mess_rules()["registers"]
    sending = Sending(**registers[district])
    others = ", ".join(quoted(name) for name in registers if name != "rest")
    # The tidy workbook has no codes: its rows are of the only district that sends one.
    own = f"""coalesce("{_CODE}"[1:5], if("KOTA/KAB" IS NULL, '', '{_WORKBOOK_DISTRICT}'))"""
    chosen = f"{own} = '{district}'" if district != "rest" else f"{own} NOT IN ({others})"
    names = [name for name in _columns(connection, "register") if name != LINE]
    if sending.region == "names":
        names.remove(_CODE)
    source = f"SELECT * FROM register WHERE {chosen}"
    path = folder / sending.file.format(period=period)
    _send(connection, source, names, tidy.table, sending, path, _villages(regions, district))
    return replace(tidy, path=path, region_codes="bps" if sending.region == "bps" else None)


def _send_list(connection: duckdb.DuckDBPyConnection, tidy: Extract, folder: Path) -> Extract:
    sending = Sending(**mess_rules()["lists"][tidy.path.name])
    _take(connection, tidy.path, "list")
    if tidy.table == "participant_summary":
        _make_one_mistake(connection, tidy.received, folder)
    names = [name for name in _columns(connection, "list") if name != LINE]
    tidy.path.unlink()
    path = folder / sending.file
    _send(connection, "SELECT * FROM list", names, tidy.table, sending, path, _Villages((), ()))
    connection.execute("DROP TABLE list")
    return replace(tidy, path=path)


def _make_one_mistake(connection: duckdb.DuckDBPyConnection, noticed: date, folder: Path) -> None:
    """A zero too many in one figure of the summary, and the correction that takes it away.

    A correction names a row by its text as received, so the row is one that is written as usual.
    """
    row = connection.execute(
        f"""SELECT {LINE}, "BULAN", "KODE WILAYAH", "SEGMEN", "PESERTA AKTIF" FROM list
        WHERE "PESERTA AKTIF"::BIGINT > 0
            AND least(draw({LINE}, 'BULAN'), draw({LINE}, 'PESERTA AKTIF')) % 1000 >= 500
        ORDER BY draw({LINE}, 'mistake'), {LINE} LIMIT 1"""
    ).fetchone()
    assert row is not None  # a summary without participants is none
    line, month, region, segment, figure = row
    connection.execute(f"""UPDATE list SET "PESERTA AKTIF" = '{figure}0' WHERE {LINE} = {line}""")
    correction = {
        "table": "participant_summary",
        "where": {
            "month": month,
            "region_code": region,
            "segment": segment,
            "active_participants": f"{figure}0",
        },
        "set": {"active_participants": figure},
        "reason": f"Simulasi: angka bulan {month} tertulis dengan satu nol terlalu banyak.",
        "who": PRODUCER,
        "date": noticed,
        "status": "confirmed",
    }
    text = yaml.safe_dump([correction], sort_keys=False, allow_unicode=True)
    (folder / CORRECTIONS).write_text(text, encoding="utf-8")


def _send(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    names: Sequence[str],
    table: str,
    sending: Sending,
    path: Path,
    villages: _Villages,
) -> None:
    """Write the rows of `source`, spelled in many ways, with all that stands around them."""
    rows = _with_more_rows(source, names, table, sending.region, villages.several_places)
    cells = {name: _cell(name, sending, villages) for name in names}
    if sending.reversed:
        cells = dict(reversed(cells.items()))
    texts = {name: sending.headers.get(name, name) for name in cells}
    typed = path.suffix == ".parquet"
    written = ", ".join(
        f'{_typed(name, cell) if typed else cell} AS "{name}"' for name, cell in cells.items()
    )
    joined = f"({rows})"
    if sending.region:
        joined += "".join(
            f' LEFT JOIN {other} ON "{_CODE}" = {other}.code' for other in ("bridge", "spellings")
        )
    connection.execute(
        f"CREATE TABLE sent AS SELECT {LINE}, more, {_part(sending)} AS part, {written}, "
        f"{_NOTES}[1 + draw({LINE}, 'note') % 7] AS note FROM {joined}"
    )
    if typed:
        chosen = ", ".join(f'"{name}" AS "{text}"' for name, text in texts.items())
        write_typed(connection, f"SELECT {chosen} FROM sent ORDER BY {LINE}, more", path)
    else:
        parts = connection.execute(
            f"SELECT part FROM sent GROUP BY part ORDER BY min({LINE})"
        ).fetchall()
        grids = [lines_of(part, texts, sending) for (part,) in parts]
        write_grids(connection, grids, path, Form(**sending.form))
    connection.execute("DROP TABLE sent")


def _with_more_rows(
    source: str, names: Sequence[str], table: str, region: str, several: Sequence[str]
) -> str:
    """The rows; some of them twice, where a key tells that; and some that are refused."""
    rules = mess_rules()
    queries = [f"SELECT *, 0 AS more FROM ({source})"]
    if load_table(table).key:
        twice = f"draw({LINE}, 'twice') % 1000 < {rules['repeated']}"
        queries.append(f"SELECT *, 1 FROM ({source}) WHERE {twice}")
    for number, rows in enumerate(more_rows(table, region, several), start=_FIRST_FAULT):
        if rows.fits(names):
            replaced = ", ".join(f'{value} AS "{name}"' for name, value in rows.replaced.items())
            chosen = (
                f"SELECT * FROM ({source}) WHERE {rows.like} "
                f"ORDER BY draw({LINE}, 'more {number}'), {LINE} LIMIT {rules['more_rows']}"
            )
            queries.append(f"SELECT * REPLACE ({replaced}), {number} FROM ({chosen})")
    return " UNION ALL ".join(queries)


def _cell(name: str, sending: Sending, villages: _Villages) -> str:
    """The SQL of a column's cells as this list writes them."""
    share = sending.share or mess_rules()["share"]
    cell = f'"{name}"'
    kind = next((kind for kind, names in mess_rules()["kinds"].items() if name in names), None)
    if name == _CODE and sending.region == "bps":
        return f"coalesce(bps_code, {cell})"
    if name == _CODE:
        # A code that no place has says no more than none.
        known = spelled(cell, "code", LINE, share)
        return f"coalesce({known}, '99')"
    if name == "KELURAHAN" and sending.region == "names":
        own = f"more < {_FIRST_FAULT} AND alias IS NOT NULL"
        other = f"draw({LINE}, 'alias') % 1000 < {4 * share} AND {own}"
        return f"if({other}, alias, {spelled(cell, 'name', LINE, share)})"
    if name == "KECAMATAN" and sending.region == "names":
        alone = ", ".join(quoted(village) for village in villages.one_place)
        left_out = f"draw({LINE}, 'alone') % 1000 < {share} AND \"KELURAHAN\" IN ({alone})"
        return f"if({left_out}, NULL, {spelled(cell, 'subdistrict', LINE, share)})"
    if name == "KECAMATAN" and sending.region == "codes":
        # The code decides: a name that says otherwise is told, and changes nothing.
        differs = f"draw({LINE}, 'differs') % 1000 < {share} AND \"{_CODE}\"[-4:] <> '0000'"
        return f"if({differs}, 'Toboali', {cell})"
    if sending.region and name in ("KELURAHAN", "KOTA/KAB"):
        return spelled(cell, "name" if name == "KELURAHAN" else "district", LINE, share)
    return cell if kind is None else spelled(cell, kind, LINE, share)


def _typed(name: str, cell: str) -> str:
    """A column as another system keeps it, where no cell of it needs to be text."""
    if name == "NO KPJ":
        return f'try_cast("{name}" AS BIGINT)'
    if name in ("JHT", "JKK", "JKM", "JP", "JKP"):
        return f"coalesce(\"{name}\" = 'Y', false)"
    if name == "TGL MULAI KEPESERTAAN":
        return f"try_strptime(\"{name}\", '%d-%m-%Y')::DATE"
    return cell


def _part(sending: Sending) -> str:
    if sending.parts == "year":
        return "right(tanggal_transaksi, 4)"
    return f"coalesce(upper(\"{sending.parts}\"), 'LAIN-LAIN')" if sending.parts else "'Data'"


@dataclass(frozen=True)
class _Villages:
    """Names that say alone which village is meant, and names of a district that do not."""

    one_place: tuple[str, ...]
    several_places: tuple[str, ...]


def _villages(regions: Regions, district: str) -> _Villages:
    """Whether a name tells a village, by all who bear it in the province, as a reader has to ask."""
    bearers = _bearers(regions)
    villages = [region for region in regions.by_code.values() if region.code.count(".") == _DEEPEST]
    own = sorted({region.name for region in villages if region.code.startswith(f"{district}.")})
    count = {name: len(bearers[_bare_name(name)]) for name in own}
    return _Villages(
        tuple(name for name in own if count[name] == 1),
        tuple(name for name in own if count[name] > 1),
    )


def _bearers(regions: Regions) -> dict[str, set[str]]:
    """The villages of each name and spelling, without kind, case and blanks."""
    found: dict[str, set[str]] = {}
    for region in regions.by_code.values():
        if region.code.count(".") == _DEEPEST:
            found.setdefault(_bare_name(region.name), set()).add(region.code)
    for row in region_rows("name_aliases_babel.csv"):
        if row["code"].count(".") == _DEEPEST:
            found.setdefault(_bare_name(row["alias"]), set()).add(row["code"])
    return found


def _spellings(regions: Regions) -> pa.Table:
    """One spelling of a village that differs from its name and is of no other village."""
    bearers = _bearers(regions)
    found: dict[str, str] = {}
    for row in region_rows("name_aliases_babel.csv"):
        bare = _bare_name(row["alias"])
        if bare != _bare_name(row["current_name"]) and bearers.get(bare) == {row["code"]}:
            found[row["code"]] = row["alias"]
    return pa.table({"code": list(found), "alias": list(found.values())})


def _bridge() -> pa.Table:
    rows = [row for row in region_rows("bridge_bps_kemendagri_babel.csv") if row["bps_code"]]
    return pa.table(
        {
            "code": [row["kemendagri_code"] for row in rows],
            "bps_code": [row["bps_code"] for row in rows],
        }
    )


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    return [name for name, *_ in connection.execute(f"DESCRIBE {table}").fetchall()]


def _bare_name(name: str) -> str:
    return re.sub(r"[^A-Z]", "", _KIND_WORDS.sub("", name.strip().upper()))
