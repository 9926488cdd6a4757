"""The simulated extracts, read back by plain pandas: what they compute must be what is published."""

import csv
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import yaml
from demo_reading import (
    REFERENCE,
    SEGMENTS,
    active_persons,
    read_csv,
    read_excel,
    read_register,
    repaired,
)
from projects import Project

from coverage_lib.reference.claim_limits import maximum_claim

HEADS_OFFICIALS = (
    "Kepala Desa", "Sekretaris Desa", "Kaur Keuangan", "Kaur Umum", "Kasi Pemerintahan",
    "Kasi Kesejahteraan", "Kepala Dusun",
)  # fmt: skip


def published(indicator: str, day: str, scope: str | None = None) -> float:
    with (REFERENCE / "bpjstk_observations.csv").open(encoding="utf-8") as stream:
        values = [
            float(row["value"])
            for row in csv.DictReader(stream)
            if (row["region_code"], row["indicator"], row["date"]) == ("19", indicator, day)
            and (scope is None or row["scope"] == scope)
        ]
    return values[0]


@pytest.fixture(scope="module")
def folder(demo_extracts: Project) -> Path:
    return demo_extracts.incoming


@pytest.fixture(scope="module")
def june_register(folder: Path) -> pd.DataFrame:
    return read_register(folder, "2025-06")


@pytest.fixture(scope="module")
def june(june_register: pd.DataFrame) -> pd.DataFrame:
    return active_persons(june_register, date(2025, 6, 1))


@pytest.fixture(scope="module")
def claims(folder: Path) -> pd.DataFrame:
    rows = read_excel(folder / "arsip_klaim.xlsx").drop_duplicates()
    rows["paid"] = pd.to_datetime(rows["tanggal_transaksi"], format="%d-%m-%Y", errors="coerce")
    rows["amount"] = [
        int(value.removesuffix(",00").replace(".", "")) if isinstance(value, str) else int(value)
        for value in rows["jumlah_bayar"]
    ]
    return rows[rows["paid"].notna()]


def test_the_register_of_june_gives_the_published_participants(june):
    counts = june["SEGMEN"].value_counts()
    assert counts["PU"] == published("participants_active_pu", "2025-06-01")
    assert counts["BPU"] == published("participants_active_bpu", "2025-06-01")
    assert counts["PU"] + counts["BPU"] == published("participants_active", "2025-06-01")


def test_eligible_workers_give_the_published_coverage_and_gap(folder, june):
    workers = read_csv(folder / "potensi_pekerja.csv")
    newest = workers[workers["BERLAKU SAMPAI"] == ""]
    eligible = newest["JUMLAH PEKERJA"].astype(int).sum()
    active = int((june["SEGMEN"] != "JAKON").sum())
    target = published("coverage_target_pct_2025", "2025-06-01")
    assert round(100 * active / eligible, 2) == published("coverage_pct", "2025-06-01")
    assert int(target * eligible / 100 - active + 0.5) == published(
        "workers_still_to_protect_for_target", "2025-06-01"
    )
    assert len(newest) == 393 * 3


def test_the_series_passes_through_the_published_points(folder):
    summary = read_csv(folder / "rekap_kepesertaan.csv")
    summary["count"] = summary["PESERTA AKTIF"].astype(int)
    table = summary.pivot_table(
        index="TANGGAL DATA", columns="SEGMEN", values="count", aggfunc="sum"
    )
    total = table.sum(axis=1)
    workers = read_csv(folder / "potensi_pekerja.csv")
    eligible = workers["JUMLAH PEKERJA"].astype(int).groupby(workers["TAHUN DATA"]).sum()
    by_segment = (
        workers["JUMLAH PEKERJA"]
        .astype(int)
        .groupby([workers["TAHUN DATA"], workers["SEGMEN"]])
        .sum()
    )
    incl = "participants_active_incl_jakon"
    for day, published_on in (
        ("31-12-2023", "2023-12-31"),
        ("31-12-2024", "2024-12-31"),
        ("28-02-2025", "2025-02-28"),
        ("20-03-2025", "2025-03-20"),
    ):
        assert total[day] == published(incl, published_on)
    assert total["30-06-2024"] == published("participants_active", "2024-06-30")
    assert eligible["2024"] == published("workforce_potential", "2024-06-30")
    assert round(100 * total["31-12-2023"] / eligible["2023"], 2) == published(
        "coverage_pct", "2023-12-31"
    )
    for year, day, published_on in (
        ("2023", "31-12-2023", "2023-12-31"),
        ("2024", "30-06-2024", "2024-06-30"),
    ):
        for segment in SEGMENTS:
            percent = 100 * table.loc[day, segment] / by_segment[year, segment]
            assert round(percent, 2) == published(f"coverage_pct_{segment.lower()}", published_on)
    without = total - table["JAKON"]
    assert round(100 * without["31-12-2024"] / eligible["2024"], 2) == published(
        "coverage_pct", "2024-12-31", "excl_jakon"
    )
    assert round(100 * total["31-12-2024"] / eligible["2024"], 2) == published(
        "coverage_pct_incl_jakon", "2024-12-31"
    )
    assert round(100 * without["28-04-2025"] / eligible["2025"], 2) == published(
        "coverage_pct", "2025-04-28"
    )
    assert summary["BULAN"].iloc[0] == "01-2024"
    assert summary["BULAN"].nunique() == 18


def by_district(persons: pd.DataFrame) -> dict[tuple[str, str], int]:
    code = persons["KODE WILAYAH"]
    return persons.groupby([code.str[:5].where(code != "", "19.00"), "SEGMEN"]).size().to_dict()


def in_summary(folder: Path, as_of: date) -> dict[tuple[str, str], int]:
    summary = read_csv(folder / "rekap_kepesertaan.csv")
    rows = summary[summary["TANGGAL DATA"] == f"{as_of:%d-%m-%Y}"]
    keys = zip(rows["KODE WILAYAH"], rows["SEGMEN"], strict=True)
    return dict(zip(keys, rows["PESERTA AKTIF"].astype(int), strict=True))


def test_registers_equal_the_aggregates_by_district_and_segment(folder, june):
    assert by_district(june) == in_summary(folder, date(2025, 6, 1))
    april = date(2025, 4, 28)
    persons = active_persons(read_register(folder, "2025-05"), april)
    assert by_district(persons) == in_summary(folder, april)


def test_every_nik_carries_the_serial_that_is_never_issued(folder, june_register):
    niks = [
        *june_register["NIK"].map(repaired),
        *read_excel(folder / "perangkat_desa_19.71.xlsx")["NIK"].map(repaired),
        *read_csv(folder / "beasiswa.csv")["NIK ANAK"],
        *read_csv(folder / "iuran_2025-05.csv")["NIK"],
    ]
    whole = [nik for nik in niks if nik]
    assert len(whole) > 300_000
    assert {nik[12:] for nik in whole} == {"0000"}


def test_nik_agrees_with_birth_date_and_sex(june):
    birth = pd.to_datetime(june["TANGGAL LAHIR"], format="%d-%m-%Y")
    day = birth.dt.day + (june["JENIS KELAMIN"] == "P") * 40
    expected = day.map("{:02d}".format) + birth.dt.strftime("%m%y")
    assert (june["nik"].str[6:12] == expected).all()


def test_rosters_give_the_published_shares(folder, june):
    rows = pd.concat([read_excel(path) for path in sorted(folder.glob("perangkat_desa_*.xlsx"))])
    registered = rows["NIK"].map(repaired).isin(set(june["nik"]))
    heads = rows["JABATAN"].isin(HEADS_OFFICIALS)
    council = rows["JABATAN"].str.contains("BPD")
    assert round(100 * registered[heads].mean(), 2) == published(
        "village_heads_officials_registered_pct", "2025-06-17"
    )
    assert 100 * registered[~heads & ~council].mean() > published(
        "rt_rw_lkd_registered_pct_min", "2025-06-17"
    )
    kelurahan = rows["KODE DESA"].str[9] == "1"
    assert not (heads & kelurahan).any()
    assert (rows["JABATAN"] == "Kepala Desa").sum() == 309
    assert len(rows) == pytest.approx(20_000, rel=0.1)


def test_rosters_of_groups_have_whom_the_calibration_names(folder, june, june_register):
    text = (REFERENCE / "demo_calibration.yml").read_text(encoding="utf-8")
    in_register = set(june_register["NIK"].map(repaired)) - {""}
    for name, rules in yaml.safe_load(text)["group_rosters"].items():
        rows = read_excel(folder / f"{rules['file']}.xlsx")
        nik = rows["NO. KTP" if name == "fishers" else "NIK"].map(repaired)
        damaged, active = (nik == "").sum(), nik.isin(set(june["nik"])).sum()
        former = nik.isin(in_register).sum() - active
        assert len(rows) == rules["rows"]
        assert 0 < damaged < 0.15 * len(rows)
        for found, percent in ((active, "active_percent"), (former, "former_percent")):
            expected = round(len(rows) * rules[percent] / 100)
            assert found <= expected <= found + damaged
        assert not {"KODE DESA", "KODE WILAYAH"} & set(rows.columns)  # villages by name alone


def test_claims_give_the_published_counts_and_amounts(claims):
    last_year = claims[claims["paid"].dt.year == 2024]
    assert len(last_year) == published("claims_count_ytd", "2024-12-31")
    for programme in ("JHT", "JKM", "JKK", "JP", "JKP"):
        rows = last_year[last_year["program"] == programme]
        assert len(rows) == published(f"claims_count_ytd_{programme.lower()}", "2024-12-31")
        assert rows["amount"].sum() == published(
            f"claims_amount_ytd_{programme.lower()}", "2024-12-31"
        )
    this_year = claims[claims["paid"].dt.year == 2025]
    assert len(this_year) == published("claims_count_ytd", "2025-06-17")
    assert this_year["amount"].sum() == published("claims_amount_ytd", "2025-06-17")
    assert this_year["paid"].max() <= pd.Timestamp(2025, 6, 17)
    branch = this_year[
        (this_year["paid"].dt.month <= 3)
        & this_year["kode_wilayah"].str[:5].isin(["19.01", "19.03", "19.04", "19.05", "19.71"])
    ]
    assert len(branch) == published("claims_count_ytd", "2025-03-31", "branch_pangkalpinang")
    assert branch["amount"].sum() == published(
        "claims_amount_ytd", "2025-03-31", "branch_pangkalpinang"
    )


def test_claims_are_lawful_but_for_a_few(claims):
    """Of job loss a handful is above Rp3 million; the rest is lawful on any day of both years."""
    above = [
        (row.program, row.amount)
        for row in claims.itertuples()
        if (most := maximum_claim(row.program, row.manfaat, None, row.paid.date())) is not None
        and row.amount > most
    ]
    assert 5 <= len(above) <= 30
    assert {programme for programme, _ in above} == {"JKP"}
    assert min(amount for _, amount in above) > 3_000_000


def test_claims_have_the_faults_that_the_calibration_names(folder, claims):
    cards = {card for month in ("2025-04", "2025-05", "2025-06")
             for card in read_register(folder, month)["NO KPJ"]}  # fmt: skip
    asked = pd.to_datetime(claims["tanggal_pengajuan"], format="%d-%m-%Y")
    without = claims["nomor_kpj"] == "0" * 11
    # Of the copies that differ in nothing but the date, some carry a fault too.
    assert 25 <= without.sum() <= 27
    assert 18 <= (~without & ~claims["nomor_kpj"].isin(cards)).sum() <= 20
    assert 9 <= (asked > claims["paid"]).sum() <= 11


def test_submissions_fit_the_archive(folder, claims):
    rows = read_csv(folder / "pengajuan_klaim.csv")
    asked = pd.to_datetime(rows["TGL PENGAJUAN"], format="%d-%m-%Y")
    decided = pd.to_datetime(rows["TGL PENETAPAN"], format="%d-%m-%Y", errors="coerce")
    waiting = rows["STATUS"].isin(["DIAJUKAN", "DIPROSES", "BELUM LENGKAP"])
    paid = rows["STATUS"] == "DIBAYAR"
    this_year = claims["paid"].dt.year == 2025
    assert rows["NO PENGAJUAN"].is_unique
    assert asked.max() <= pd.Timestamp(2025, 6, 17)
    assert 0.98 < paid.sum() / len(claims) < 1
    assert 0.03 < waiting.sum() / this_year.sum() < 0.04
    assert decided[waiting].isna().all()
    assert decided[~waiting].isna().sum() == 3
    assert (decided >= asked)[decided.notna()].all()
    of_one = ["NO KPJ", "PROGRAM"]
    assert rows[waiting].duplicated(of_one, keep=False).sum() == 8
    assert set(rows.loc[waiting, "PROGRAM"]) == {"JHT", "JKM", "JKK", "JP", "JKP"}


def test_scholarships_are_rows_of_the_archive_and_give_the_published_sums(folder, claims):
    children = read_csv(folder / "beasiswa.csv")
    children["amount"] = children["JUMLAH"].str.removesuffix(",00").astype(int)
    year = children["TGL BAYAR"].str[-4:]
    for name, day in (("2024", "2024-12-31"), ("2025", "2025-06-17")):
        rows = children[year == name]
        assert len(rows) == published("scholarship_children_ytd", day)
        assert rows["amount"].sum() == published("scholarship_amount_ytd", day)
    assert children["NIK ANAK"].is_unique
    paid = claims[claims["manfaat"] == "beasiswa"].set_index("nomor_penetapan")["amount"]
    assert paid.to_dict() == children.set_index("NOMOR PENETAPAN")["amount"].to_dict()


def test_the_province_ranks_where_it_is_published(folder):
    zone = read_csv(folder / "rekap_zona.csv")
    share = zone["PESERTA AKTIF"].astype(int) / zone["JUMLAH PEKERJA"].astype(int)
    rank = share.rank(ascending=False)[zone["KODE PROVINSI"] == "19"].item()
    assert len(zone) == 10
    assert rank == published("rank_in_sumatra_zone", "2025-06-01")


def test_the_mess_is_there_and_counted(june_register):
    assert june_register.duplicated().sum() == 200
    once = june_register.drop_duplicates()
    assert once["NIK"].str.contains("E+", regex=False).sum() == 150
    assert (once["TANGGAL LAHIR"].str.startswith("31-02")).sum() == 12
    assert (~once["SEGMEN"].isin(SEGMENTS)).sum() == 8
    changed = (once["NIK"].map(repaired) != once["NIK"]) & (once["NIK"].map(repaired) != "")
    assert 200 < changed.sum() < 700
    assert once["KODE WILAYAH"].str.endswith("9999").sum() > 100
    assert (once["KODE WILAYAH"] == "").sum() > 50


def test_every_file_has_a_sidecar_that_says_simulated(folder):
    files = [path for path in folder.iterdir() if path.suffix in {".csv", ".xlsx"}]
    assert len(files) == 25
    for path in files:
        content = yaml.safe_load(path.with_name(path.name + ".source.yml").read_text("utf-8"))
        assert content["simulated"] is True
        assert isinstance(content["as_of"], date)
        assert content["received"] >= content["as_of"]
    assert b"\r\n" in (folder / "rekap_zona.csv").read_bytes()
    assert (folder / "kepesertaan_2025-06.csv").read_bytes()[:-1].endswith(b"\r")


def test_the_bills_of_the_latest_month_add_up_to_its_contribution_list(folder):
    """What the list charges and what of it was paid, employer by employer."""
    listed, bills = read_csv(folder / "iuran_2025-05.csv"), read_csv(folder / "rekap_iuran.csv")
    paid = listed[listed["TGL BAYAR"] != ""].assign(
        rupiah=lambda rows: rows["TotalIuranBPJSTK"].str.removesuffix(",00").astype(int)
    )
    of_employers = bills[(bills["BLTH"] == "05-2025") & (bills["SEGMEN"] == "PU")]
    collected = sum(
        of_employers[f"BAYAR {name}"].str.removesuffix(",00").astype(int)
        for name in ("JKK", "JKM", "JHT", "JP")
    )
    by_employer = paid.groupby("NPP")["rupiah"].sum().to_dict()
    billed = dict(zip(of_employers["NPP"], collected, strict=True))
    assert {npp: rupiah for npp, rupiah in billed.items() if rupiah} == by_employer
    assert of_employers["JUMLAH TK"].astype(int).sum() == len(listed)


def test_bills_go_from_january_to_the_month_before_and_further_back_only_unpaid(folder):
    bills = read_csv(folder / "rekap_iuran.csv")
    months = bills["BLTH"].str[3:] + "-" + bills["BLTH"].str[:2]
    assert sorted(set(months[months >= "2025"])) == [f"2025-{number:02d}" for number in range(1, 6)]
    older = bills[months < "2025"]
    assert len(older) > 100
    assert (older["TGL BAYAR"] == "").all()
    assert not bills.duplicated(["NPP", "BLTH", "SEGMEN"]).any()
