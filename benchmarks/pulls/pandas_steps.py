"""The steps of a pull as an analyst writes them with pandas: all rows in memory, column by column."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

from benchmarks.pulls.task import KEY, Outcome

_VILLAGES = Path(__file__).parents[2] / "src/coverage_lib/reference/data/regions/regions_babel.csv"
_DATE_COLUMNS = ("TANGGAL LAHIR", "TGL MULAI KEPESERTAAN", "TGL AKHIR KEPESERTAAN")
_CODES = {
    "SEGMEN": {"PU": "PU", "BPU": "BPU", "JAKON": "JAKON", "PMI": "PMI"},
    "JENIS KELAMIN": {"L": "male", "P": "female"},
    "KELOMPOK": {"PETANI": "farmer", "NELAYAN": "fisher", "UMKM": "micro_enterprise",
                 "PEKERJA_RENTAN": "vulnerable_worker"},
    "SUMBER IURAN": {"MANDIRI": "self", "PEMBERI_KERJA": "employer"},
    "SEKTOR USAHA": {"PERDAGANGAN": "trade", "PENDIDIKAN": "education", "PERIKANAN": "fisheries",
                     "PERKEBUNAN": "agriculture", "TRANSPORTASI": "transport"},
}  # fmt: skip
_FLAGS = ("JHT", "JKK", "JKM", "JP", "JKP")
_NEEDED = ("NIK", "NO KPJ", "KODE WILAYAH", "KELURAHAN", "KECAMATAN", "KOTA/KAB",
           "BLTH IURAN TERAKHIR", "KODE PERUSAHAAN", *_DATE_COLUMNS, *_CODES, *_FLAGS)  # fmt: skip
_AS_OF = pd.Timestamp("2025-06-01")


def bring_in(extract: Path, out: Path) -> Outcome:
    out.mkdir()
    raw = _read(extract)
    checked, wrong = _check(raw)
    good = checked[~wrong]
    repeated = good.duplicated(["NIK", "NO KPJ", "SEGMEN"])
    raw[wrong | repeated.reindex(raw.index, fill_value=False)].to_parquet(
        out / "quarantine.parquet"
    )
    kept = good[~repeated].copy()
    for name in ("NIK", "NO KPJ", "KODE PERUSAHAAN"):
        kept[name] = kept[name].map(_pseudonym, na_action="ignore")
    kept["TANGGAL LAHIR"] = kept["TANGGAL LAHIR"].dt.year
    kept.drop(columns=["KELURAHAN", "KECAMATAN", "KOTA/KAB"]).to_parquet(out / "store.parquet")
    return Outcome(len(raw), len(kept))


def _read(extract: Path) -> pd.DataFrame:
    match extract.suffix:
        case ".csv":
            return pd.read_csv(extract, sep=";", dtype="str", usecols=list(_NEEDED))
        case ".parquet":
            return pd.read_parquet(extract, columns=list(_NEEDED))
        case _:
            return pd.read_excel(extract, dtype="str", usecols=list(_NEEDED), engine="calamine")


def _check(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """The parsed columns, and which rows cannot be used."""
    rows = pd.DataFrame(index=raw.index)
    nik = raw["NIK"].str.replace(r"[\s'\"]", "", regex=True)
    rows["NIK"] = nik.where(
        nik.str.fullmatch(r"[1-9]\d{5}([04][1-9]|[1256]\d|[37][01])(0[1-9]|1[0-2])\d{6}")
    )
    card = raw["NO KPJ"].str.replace(r"\.0$", "", regex=True).str.zfill(11)
    rows["NO KPJ"] = card.where(card.str.fullmatch(r"\d{11}"))
    wrong = rows["NIK"].isna()
    for name in _DATE_COLUMNS:
        text = raw[name].str.replace("/", "-", regex=False)
        rows[name] = pd.to_datetime(text, format="%d-%m-%Y", errors="coerce")
        wrong |= raw[name].notna() & rows[name].isna()
    wrong |= rows["TANGGAL LAHIR"] > _AS_OF
    rows["BLTH IURAN TERAKHIR"] = pd.to_datetime(
        "01-" + raw["BLTH IURAN TERAKHIR"], format="%d-%m-%Y", errors="coerce"
    )
    for name, codes in _CODES.items():
        rows[name] = raw[name].str.upper().map(codes)
    wrong |= rows["SEGMEN"].isna() | rows["TGL MULAI KEPESERTAAN"].isna()
    for name in _FLAGS:
        rows[name] = raw[name].eq("Y")
    known = pd.read_csv(_VILLAGES, dtype="str")["code"]
    rows["village_code"] = raw["KODE WILAYAH"].where(
        raw["KODE WILAYAH"].isin(known), "19.00.00.0000"
    )
    for name in ("KELURAHAN", "KECAMATAN", "KOTA/KAB", "KODE PERUSAHAAN"):
        rows[name] = raw[name]
    return rows, wrong


def _pseudonym(value: str) -> str:
    return hashlib.sha256(KEY + value.encode()).hexdigest()[:32]
