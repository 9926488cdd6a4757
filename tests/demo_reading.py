"""Reading the simulated extracts back with plain pandas, apart from the project's own reading."""

import re
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

REFERENCE = Path(__file__).parents[1] / "data" / "reference"
SEGMENTS = ["PU", "BPU", "JAKON"]


def read_csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, sep=";", dtype=str, keep_default_na=False)


def read_excel(path: Path) -> pd.DataFrame:
    sheet = pd.read_excel(path, engine="calamine", header=None, dtype=object)
    frame = sheet.iloc[4:].fillna("")
    frame.columns = sheet.iloc[3].tolist()
    return frame.reset_index(drop=True)


def repaired(nik: object) -> str:
    text = re.sub(r"\.0$", "", re.sub(r"['\" ]", "", str(nik)))
    return text if re.fullmatch(r"\d{16}", text) else ""


def read_register(folder: Path, month: str) -> pd.DataFrame:
    """Both lists of a month as they are; the one of 19.06 is read by its names, not by codes.

    Only the latest list of that district is Excel.
    """
    excel = folder / f"kepesertaan_19.06_{month}.xlsx"
    own = (
        read_excel(excel)
        if excel.is_file()
        else read_csv(excel.with_suffix(".csv")).drop(columns="KODE WILAYAH")
    )
    return pd.concat([read_csv(folder / f"kepesertaan_{month}.csv"), own], ignore_index=True)


def active_persons(register: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Distinct active persons, by the definition of the indicator, written out once more."""
    rows = register.drop_duplicates().copy()
    rows["KODE WILAYAH"] = rows["KODE WILAYAH"].fillna("19.06")
    rows["nik"] = rows["NIK"].map(repaired)
    birth = pd.to_datetime(rows["TANGGAL LAHIR"], format="%d-%m-%Y", errors="coerce")
    rows = rows[
        (rows["nik"] != "") & (birth <= pd.Timestamp(as_of)) & rows["SEGMEN"].isin(SEGMENTS)
    ].copy()
    start = pd.to_datetime(rows["TGL MULAI KEPESERTAAN"], format="%d-%m-%Y")
    end = pd.to_datetime(rows["TGL AKHIR KEPESERTAAN"], format="%d-%m-%Y", errors="coerce")
    month_paid = rows["BLTH IURAN TERAKHIR"]
    paid = np.where(
        month_paid != "",
        pd.to_numeric(month_paid.str[3:]) * 12 + pd.to_numeric(month_paid.str[:2]),
        start.dt.year * 12 + start.dt.month - 1,
    )
    due = as_of.year * 12 + as_of.month - (1 if as_of.day > 15 else 2)
    lapsed = (rows["SEGMEN"] == "BPU") & (due - paid >= 3)
    rows["start"] = start
    rows["order"] = rows["SEGMEN"].map(SEGMENTS.index)
    rows = rows[
        (start <= pd.Timestamp(as_of)) & (end.isna() | (end > pd.Timestamp(as_of))) & ~lapsed
    ]
    ordered = rows.sort_values(["nik", "order", "start"], ascending=[True, True, False])
    return ordered.drop_duplicates("nik")
