"""Other ways in which lists write a cell, and rows that no list should have; all as SQL.

`{cell}` is a tidy cell, `{day}` the day that it says (null where it says none) and `{pick}` a
number of its row. A way that gives null leaves the cell as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_MONTHS = (
    "['Januari', 'Februari', 'Maret', 'April', 'Mei', 'Juni', 'Juli', 'Agustus', 'September', "
    "'Oktober', 'November', 'Desember'][month({day})]"
)
_WHOLE = "replace(replace({cell}, ',00', ''), '.', '')"
_GROUPED = f"replace(format('{{{{:,}}}}', try_cast({_WHOLE} AS BIGINT)), ',', '{{mark}}')"
_MARKED = _GROUPED.replace("{mark}", ".")
#: As a spreadsheet counts days; some of these numbers could also be a day as DMMYY.
_SERIAL = "({day} - DATE '1899-12-30')::VARCHAR"
_NIK = "regexp_full_match({cell}, '[0-9]{{16}}')"
_KPJ = "regexp_full_match({cell}, '[0-9]{{11}}')"


def _where(condition: str, *ways: str) -> tuple[str, ...]:
    return tuple(f"if({condition}, {way}, NULL)" for way in ways)


def _short(form: str) -> str:
    """With two digits for the year where it is of this century: of 1995 no other date is certain
    but one of birth, and a birth date in the future would be read as one long past.
    """
    return f"if(year({{day}}) BETWEEN 2000 AND latest_year(), strftime({{day}}, {form}), NULL)"


#: By kind of column, what else its cells may look like and still say the same.
WAYS: Mapping[str, Sequence[str]] = {
    "nik": _where(
        _NIK, "'''' || {cell}", "'\"' || {cell} || '\"'", "{cell} || '.0'", "'NIK: ' || {cell}",
        "{cell}[1:6] || ' ' || {cell}[7:12] || ' ' || {cell}[13:16]",
    ),
    "kpj": _where(
        _KPJ, "{cell} || '.0'", "'\"' || {cell} || '\"'", "'KPJ ' || {cell}",
        "{cell}[1:5] || ' ' || {cell}[6:8] || ' ' || {cell}[9:11]",
    ),
    "day": (
        f"day({{day}}) || ' ' || {_MONTHS} || ' ' || year({{day}})",
        _short("'%d-%b-%y'"),
        _short("'%-d/%-m/%y'"),
        "strftime({day}, '%d/%m/%Y')",
        "strftime({day}, '%d.%m.%Y')",
        "strftime({day}, '%Y%m%d')",
        f"if(regexp_matches({_SERIAL}, '^.(0[1-9]|1[0-2])'), NULL, {_SERIAL})",
        "strftime({day}, '%Y-%m-%d 00:00:00')",
        "strftime({day}, '%Y-%m-%d')",
        "if({cell} IS NULL, ['-', 'NULL', '#N/A'][1 + {pick} % 3], NULL)",
    ),
    "month": (
        f"{_MONTHS} || ' ' || year({{day}})",
        "strftime({day}, '%b-%y')",
        "strftime({day}, '%m/%Y')",
        "strftime({day}, '%Y%m')",
        "strftime({day}, '01-%m-%Y')",
        "if({cell} IS NULL, '-', NULL)",
    ),
    "money": (
        f"'Rp ' || {_MARKED}",
        f"{_MARKED} || ',-'",
        f"'Rp. ' || {_MARKED} || ',00'",
        f"if(length({_WHOLE}) > 3, {_GROUPED.replace('{mark}', ' ')}, NULL)",
    ),
    "percent": ("{cell} || ' %'", "if(regexp_full_match({cell}, '[0-9]+,[0-9]{{2}}'), {cell} || '0', NULL)"),
    "count": (_MARKED,),
    "code": _where("length({cell}) = 13", "replace({cell}, '.', '')"),
    "name": ("upper({cell})", "'  ' || {cell} || ' '"),
    "subdistrict": ("upper({cell})", "'Kec. ' || {cell}", "'KECAMATAN ' || upper({cell})"),
    "district": ("upper({cell})", "replace({cell}, 'Kabupaten ', 'Kab. ')"),
}  # fmt: skip

_DAYS = {
    "day": "try_strptime({cell}, '%d-%m-%Y')::DATE",
    "month": "try_strptime('01-' || {cell}, '%d-%m-%Y')::DATE",
}


def spelled(cell: str, kind: str, line: str, share: int) -> str:
    """The SQL of a cell in one of its kind's ways in `share` of a thousand rows each, else as it is."""
    pick = f"draw({line}, {quoted(cell)})"
    day = _DAYS.get(kind, "NULL::DATE").format(cell=cell)
    ways = [way.format(cell=cell, day=day, pick=pick) for way in WAYS[kind]]
    cases = " ".join(f"WHEN {number} THEN {way}" for number, way in enumerate(ways))
    return f"coalesce(CASE {pick} % 1000 // {share} {cases} END, {cell})"


@dataclass(frozen=True)
class MoreRows:
    """Rows like some of a list's own (`like`) but for what is replaced; each is refused."""

    like: str
    replaced: Mapping[str, str]

    def fits(self, names: Sequence[str]) -> bool:
        return set(self.replaced) <= set(names)


_ENDED = "try_strptime(\"TGL AKHIR KEPESERTAAN\", '%d-%m-%Y') < TIMESTAMP '2025-01-01'"
#: Of nobody in the list: the first digits are of another province.
_SOMEBODY = {"NIK": "'217101' || \"NIK\"[7:16]", "NO KPJ": "'98' || \"NO KPJ\"[3:11]"}
_LOST = {"NIK": "'2,17101E+15'"}


def more_rows(table: str, region: str, several_places: Sequence[str]) -> list[MoreRows]:
    """What comes beside the rows of a list: people who have left, each with one fault at least."""
    if table == "claims":
        negative = "'(' || replace(jumlah_bayar, ',00', '') || ')'"
        return [
            MoreRows(
                "regexp_full_match(jumlah_bayar, '[0-9]+')",
                {"nomor_penetapan": "nomor_penetapan || 'R'", "jumlah_bayar": negative},
            )
        ]
    if table != "participants":
        return []
    found = [
        MoreRows(_ENDED, _SOMEBODY | _LOST | {"NO KPJ": "'1' || \"NO KPJ\"[4:11]"}),
        MoreRows(_ENDED, _SOMEBODY | {"NIK": "'217101' || \"NIK\"[7:15]"}),
        MoreRows(_ENDED, _SOMEBODY | {"SEGMEN": "'XX'"}),
        MoreRows(_ENDED, _SOMEBODY | {"TGL MULAI KEPESERTAAN": "'31-02-2020'"}),
        MoreRows(_ENDED, _SOMEBODY | {"TANGGAL LAHIR": "'12-03-2031'"}),
    ]
    if region == "codes":
        bridged = '(SELECT any_value(bps_code) FROM bridge WHERE code = "KODE WILAYAH")'
        found.append(MoreRows(_ENDED, _SOMEBODY | _LOST | {"KODE WILAYAH": bridged}))
    if region == "names" and several_places:
        names = ", ".join(quoted(name) for name in several_places)
        village = f"[{names}][1 + draw(mess_line, 'village') % {len(several_places)}]"
        nowhere = {"KECAMATAN": "NULL::VARCHAR", "KOTA/KAB": "NULL::VARCHAR"}
        found.append(MoreRows(_ENDED, _SOMEBODY | {"KELURAHAN": village} | nowhere))
    return found


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
