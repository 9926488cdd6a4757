"""What stands around a table and not in its rows: the sheet's name, the title, the name of the file.

A roster of fishers seldom says in each row that somebody is a fisher, or in which district. What a row
says itself always counts before. Pure: rows in, rows out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from coverage_lib.errors import SourceError
from coverage_lib.intake.places import Places, normalise_name
from coverage_lib.sources.files import RawTable
from coverage_lib.sources.reading import SHEET
from coverage_lib.tables import Column, Table

_KINDS = {
    "KABUPATEN": 1, "KAB": 1, "KOTA": 1, "KECAMATAN": 2, "KEC": 2, "DESA": 3, "KELURAHAN": 3, "KEL": 3,
}  # fmt: skip
_WHOLE_NAME_LEVELS = (2, 3, 1)  # a sheet named Toboali is of the sub-district, not of its village
_MOST_WORDS = 4
NO_REGION = "nothing says where its people belong"
_WORD = re.compile(r"[A-Z0-9]+")
_CODE = re.compile(r"(?<![\d.])\d{2}(?:\.\d{2}){1,2}(?:\.\d{4})?(?![\d]|\.\d)")


@dataclass(frozen=True)
class _Text:
    """A text beside the rows; one that `names` a thing may be a region's name or code and no more."""

    text: str
    names: bool


def with_surroundings(rows: ir.Table, raw: RawTable, table: Table, places: Places) -> ir.Table:
    """`rows` of `raw`, the empty cells of the table's `surroundings` filled with what is said around them.

    The nearest counts: sheet, title, file. A text that names two of a kind says nothing of it. Names of
    regions fill rows without a code, and only below a parent that agrees. Raises SourceError
    where neither a column nor anything else says where the rows belong.
    """
    if not table.surroundings:
        return rows
    told = {
        sheet: _told(_texts(raw, sheet, title), table, places)
        for sheet, title in (raw.titles or {None: ()}).items()
    }
    _require_region(raw, table, told)
    names = table.region.names if table.region else ()
    others = [name for name in table.surroundings if name not in names]
    filled = rows.mutate(
        **{name: _filled(rows, name, told) for name in others if _any_says(told, name)}
    )
    for depth, name in enumerate(names):
        if _any_says(told, name):
            filled = filled.mutate(**{name: _filled_below(filled, table, depth, told)})
    return filled


_Told = Mapping[str | None, Mapping[str, str]]


def _texts(raw: RawTable, sheet: str | None, title: Sequence[str]) -> list[_Text]:
    """The nearest first."""
    texts = [] if sheet is None else [_Text(sheet.rpartition("!")[2], names=True)]
    texts += [_Text(cell, names=False) for cell in title]
    if raw.extract.snapshot is None:
        texts.append(_Text(raw.extract.path.name, names=True))
    return texts


def _told(texts: Sequence[_Text], table: Table, places: Places) -> dict[str, str]:
    found: dict[str, str] = {}
    region = table.region.names if table.region else ()
    for one in texts:
        said = regions_in(one.text, places, names=one.names)
        for level, name in said.items():
            found.setdefault(region[level - 1], name)
        for column in table.columns:
            if column.name in table.surroundings and column.codes:
                code = code_in(one.text, column)
                if code is not None:
                    found.setdefault(column.name, code)
    _add_district(found, region, places)
    return {name: text for name, text in found.items() if name in table.surroundings}


def _add_district(found: dict[str, str], names: Sequence[str], places: Places) -> None:
    """The district of a sub-district that only one district has."""
    if len(names) > 1 and names[1] in found and names[0] not in found:
        key = (2, normalise_name(found[names[1]]))
        codes = places.official.get(key) or places.aliases.get(key) or frozenset()
        if len(codes) == 1:
            found[names[0]] = places.regions.get(next(iter(codes)).rpartition(".")[0]).name


def regions_in(text: str, places: Places, *, names: bool = False) -> dict[int, str]:
    """Names of regions by level, 1 the district, as a text has them behind their kind: `Kec. Toboali`.

    Where the text `names` a thing it may also hold a code or be a region's bare name.
    """
    words = _WORD.findall(text.upper())
    found: dict[int, set[str]] = {}
    for at, word in enumerate(words):
        level = _KINDS.get(word)
        if level is not None:
            name = _longest_name(words[at + 1 :], level, places)
            if name is not None:
                found.setdefault(level, set()).add(name)
    said = {
        level: names_there.pop() for level, names_there in found.items() if len(names_there) == 1
    }
    return {**_by_name_or_code(text, places), **said} if names else said


def _longest_name(words: Sequence[str], level: int, places: Places) -> str | None:
    for length in range(min(_MOST_WORDS, len(words)), 0, -1):
        name = " ".join(words[:length])
        if _is_known(level, name, places):
            return name
    return None


def _by_name_or_code(text: str, places: Places) -> dict[int, str]:
    for code in _CODE.findall(text):
        if code in places.regions.by_code and code.startswith(f"{places.province}."):
            above = places.regions.ancestors(code)[1:]
            return {level: places.regions.get(one).name for level, one in enumerate(above, start=1)}
    for level in _WHOLE_NAME_LEVELS:
        if _is_known(level, text, places):
            return {level: text}
    return {}


def _is_known(level: int, name: str, places: Places) -> bool:
    key = (level, normalise_name(name))
    return key in places.official or key in places.aliases


def code_in(text: str, column: Column) -> str | None:
    """The code of a column whose words stand in a text; None where there is none, or several that differ."""
    bare = f" {' '.join(_WORD.findall(text.upper()))} "
    found = {
        value: code
        for code, value in column.codes.items()
        if f" {' '.join(_WORD.findall(code.upper()))} " in bare
    }
    return next(iter(found.values())) if len(found) == 1 else None


def _any_says(told: _Told, name: str) -> bool:
    return any(name in said for said in told.values())


def _said(rows: ir.Table, name: str, told: _Told) -> ir.StringValue:
    """What is told of the sheet of each row; null where nothing is."""
    text = ibis.null("string")
    for sheet, said in told.items():
        if name in said:
            here = rows[SHEET].isnull() if sheet is None else rows[SHEET] == sheet
            text = ibis.ifelse(here, ibis.literal(said[name]), text)
    return text


def _is_empty(cell: ir.StringValue) -> ir.BooleanValue:
    return cell.isnull() | (cell.strip() == "")


def _filled(rows: ir.Table, name: str, told: _Told) -> ir.StringValue:
    return ibis.ifelse(_is_empty(rows[name]), _said(rows, name, told), rows[name])


def _filled_below(rows: ir.Table, table: Table, depth: int, told: _Told) -> ir.StringValue:
    """The name of a level, where the row gives no code and says nothing else of the levels above."""
    region = table.region
    assert region is not None
    name = region.names[depth]
    may = _is_empty(rows[name])
    if region.code is not None:
        may = may & _is_empty(rows[region.code])
    for above in region.names[:depth]:
        said = _said(rows, above, told)
        agrees = _is_empty(rows[above]) | (_bare(rows[above]) == _bare(said))
        if (
            depth == len(region.names) - 1
        ):  # nothing lies below a village that a wrong one could hide
            agrees = agrees | said.isnull()
        may = may & agrees
    return ibis.ifelse(may.fill_null(False), _said(rows, name, told), rows[name])


def _bare(name: ir.StringValue) -> ir.StringValue:
    letters = name.upper().re_replace(r"^\s*(KABUPATEN|KAB|KOTA|KECAMATAN|KEC)\b[.\s]*", "")
    return letters.re_replace("[^A-Z0-9]", "")


def _require_region(raw: RawTable, table: Table, told: _Told) -> None:
    region = table.region
    if region is None:
        return
    columns = [name for name in (region.code, *region.names) if name is not None]
    says = [name for name in columns if name not in raw.absent or _any_says(told, name)]
    if not says:
        listed = ", ".join(table.column(name).aliases[0] for name in columns)
        raise SourceError(
            f"{raw.extract.name}: {NO_REGION}: one of the columns {listed} was "
            "expected, or a region in the title or the name of the sheet or file, such as Kecamatan … or 19.01."
        )
