"""Tables written as text, the way a person would put them in a letter, and read into the engine.

    person | village       | segment
    Ani    | 19.71.01.1004 | PU

Blank cells are missing values. Columns whose name ends in `_date` or `_month` hold dates.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa
from ibis.backends.duckdb import Backend

CLAIM_COLUMNS = (
    "paid_date", "submitted_date", "programme", "benefit_type", "segment", "membership_key",
    "village_code", "amount_idr",
)  # fmt: skip
SUBMISSION_COLUMNS = (
    "submitted_date", "decided_date", "status", "programme", "membership_key", "village_code",
)  # fmt: skip
PROGRAMMES = ("jkk", "jkm", "jht", "jp", "jkp")
_TYPES = {
    "amount_idr": pa.int64(),
    "active_participants": pa.int64(),
    "eligible_workers": pa.int64(),
    "potential_workers": pa.int64(),
    "birth_year": pa.int64(),
    "month": pa.date32(),
    "year": pa.int64(),
    "target_pct": pa.float64(),
    "is_registered": pa.bool_(),
    **dict.fromkeys(PROGRAMMES, pa.bool_()),
    **{f"{side}_{name}_idr": pa.int64() for side in ("due", "collected") for name in PROGRAMMES},
    "wage_idr": pa.int64(),
    "contribution_idr": pa.int64(),
    "valid_from": pa.date32(),
    "valid_to": pa.date32(),
}


def read_text(text: str) -> pd.DataFrame:
    """All cells as text; None where blank."""
    lines = [line.split("|") for line in text.strip().splitlines()]
    rows = [[cell.strip() or None for cell in line] for line in lines]
    assert len({len(row) for row in rows}) == 1, "a line has another number of cells"
    return pd.DataFrame(rows[1:], columns=rows[0], dtype=object)


def to_engine(frame: pd.DataFrame) -> ir.Table:
    """The frame as a table of DuckDB, with the store's types."""
    columns = {}
    for name in frame.columns:
        kind = _TYPES.get(name, pa.string())
        if name.endswith(("_date", "_month")):
            kind = pa.date32()
        columns[name] = pa.array([_value(cell, kind) for cell in frame[name]], kind)
    return engine().create_table(
        ibis.util.gen_name("given"), ibis.memtable(pa.table(columns)), temp=True
    )


@cache
def engine() -> Backend:
    """One for all tables of a test, so that they can be joined."""
    return ibis.duckdb.connect()


def _value(cell: Any, kind: pa.DataType) -> object:
    if cell is None or pd.isna(cell):
        return None
    if kind == pa.date32():
        text = str(cell)
        return date.fromisoformat(text if len(text) == 10 else f"{text}-01")
    if kind == pa.int64():
        return int(str(cell).replace(",", ""))
    if kind == pa.float64():
        return float(str(cell))
    if kind == pa.bool_():
        return str(cell) in {"yes", "True"}
    return str(cell)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as dictionaries with the store's values: days as dates, None where missing."""
    return [
        {
            name: _value(cell, pa.date32())
            if name.endswith(("_date", "_month"))
            else (None if pd.isna(cell) else cell)
            for name, cell in row.items()
        }
        for row in frame.astype(object).to_dict("records")
    ]


def register(text: str, as_of: date) -> ir.Table:
    """A register from the columns person, segment and what else a story needs.

    Without more a membership is in Pangkalpinang, started in 2020, has not ended, is paid
    through the month of `as_of`, and holds JKK and JKM.
    """
    return to_engine(register_frame(read_text(text), as_of))


def register_frame(given: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The register's own columns from the short names of a story."""
    usual = {
        "as_of": as_of.isoformat(), "village": "19.71.01.1004", "start": "2020-01-01", "end": None,
        "paid_through": f"{as_of:%Y-%m}", "programmes": "JKK JKM",
    }  # fmt: skip
    told = pd.DataFrame(
        {name: [value] * len(given) for name, value in usual.items()}, dtype=object
    ).assign(card=[f"card {number}" for number in range(len(given))])
    told = told.assign(**{str(name): given[name].to_numpy() for name in given.columns})
    names = {
        "as_of": "as_of_date", "person": "person_key", "card": "membership_key",
        "village": "village_code", "start": "start_date", "end": "end_date",
        "paid_through": "paid_through_month",
    }  # fmt: skip
    held = told.pop("programmes").map(lambda cell: str(cell or "").split())
    return told.rename(columns=names).assign(
        **{name: held.map(lambda cell, name=name: name.upper() in cell) for name in PROGRAMMES}
    )


def in_every_district(people: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The rows of a register, and in each district a membership that ended long ago.

    For stories that leave districts without participants: no district is missing from the files.
    """
    gone = pd.DataFrame(
        [
            {"person": f"gone from {code}", "card": f"gone {code}", "segment": "PU", "village": f"{code}.00.0000",
             "start": "2000-01-01", "end": "2001-01-01"}
            for code in ("19.01", "19.02", "19.03", "19.04", "19.05", "19.06", "19.71")
        ]
    )  # fmt: skip
    return pd.concat([people, register_frame(gone, as_of)], ignore_index=True)


def claim_archive(text: str) -> ir.Table:
    """A claim archive from the columns that a story needs; the store's other ones are empty."""
    return to_engine(_with_columns(read_text(text), CLAIM_COLUMNS))


def submission_list(text: str) -> ir.Table:
    """A list of claim submissions, likewise."""
    return to_engine(_with_columns(read_text(text), SUBMISSION_COLUMNS))


def _with_columns(given: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    missing = {name: [None] * len(given) for name in names if name not in given}
    return given.assign(**missing)


def figures(rows: pd.DataFrame, indicator: str, *, of: str = "19", **more: str) -> dict[str, float]:
    """Category -> value of an indicator in one region; `dimension`, `scope`, `period` narrow it."""
    chosen = rows[(rows["indicator"] == indicator) & (rows["region_code"] == of)]
    for name, wanted in more.items():
        chosen = chosen[chosen[name] == wanted]
    assert not chosen["category"].duplicated().any(), "say more: several figures a category"
    return dict(zip(chosen["category"], chosen["value"], strict=True))


def figure(rows: pd.DataFrame, indicator: str, *, of: str = "19", **more: str) -> dict[str, object]:
    """The one row of an indicator in one region, as a dictionary."""
    chosen = rows[(rows["indicator"] == indicator) & (rows["region_code"] == of)]
    for name, wanted in ({"dimension": "total"} | more).items():
        chosen = chosen[chosen[name] == wanted]
    assert len(chosen) == 1, f"{len(chosen)} rows"
    return {str(name): cell for name, cell in chosen.iloc[0].items()}
