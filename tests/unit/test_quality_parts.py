"""What the quality notebook says, from a receipt and figures made by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from builders import AS_OF, COLUMNS, PERIOD, make_releasable, make_row

from coverage_lib.indicators.quality.agreement import agreement_rows
from coverage_lib.intake.account import DUPLICATE
from coverage_lib.intake.corrections import CorrectionAccount
from coverage_lib.intake.national_ids import DIGITS_LOST
from coverage_lib.intake.pull_account import PullAccount, SourceAccount, TableAccount
from coverage_lib.present.notebooks import quality as parts
from coverage_lib.present.parts.briefing.brief import notes_in_brief
from coverage_lib.present.parts.quality.concerns import concerns, trust
from coverage_lib.present.plain import plain_text
from coverage_lib.receipts import pull_receipt

PARTS = [getattr(parts, name) for name in parts.__all__]
LEVELS = ["provinsi", "kabupaten", "kecamatan", "desa"]
NIK = f"NIK: {DIGITS_LOST}"
CARD = "NO KPJ: a card number of up to 11 digits was expected"
FUTURE = "TANGGAL LAHIR: a date not after 2031-06-01 was expected"


def source(**changes):
    plain = SourceAccount(
        "data/incoming/2031-06/peserta.csv", "participants", "Kantor contoh", AS_OF, date(2031, 6, 6), True,
        "0" * 64, 1_000, (), (), None, 10, 5, ((DUPLICATE, 5), (f"{NIK}; {FUTURE}", 4), (NIK, 6), (CARD, 3)), (),
        repairs=(("village_code", "place_unknown", 20), ("nik", "decimal_zero", 2)),
    )  # fmt: skip
    return replace(plain, **changes)


def account(**changes):
    reasons = ((DUPLICATE, 5), (NIK, 6), (f"{NIK}; {FUTURE}", 4))
    table = TableAccount("participants", 1_000, 985, 10, 5, reasons)
    plain = PullAccount("demo", str(PERIOD), "abc", "key", (table,), (source(),))
    return replace(plain, **changes)


def clean_account():
    table = TableAccount("participants", 1_000, 1_000, 0, 0, ())
    plain = source(rejected=0, duplicates=0, faults=(), repairs=())
    return account(tables=(table,), sources=(plain,))


def with_quality(level="provinsi", story="full", pull=None, **shares):
    """A region's figures with the quality of its province, in percent by indicator."""
    releasable = make_releasable(level, story)
    known = {"validity": 99.5, "share_quarantined": 0.5, "uniqueness": 99.5} | shares
    rows = [
        make_row(
            name, "19", value, "percent", dimension="table", category="participants", scope="all",
            numerator=value, denominator=100.0,
        )
        for name, value in known.items()
    ]  # fmt: skip
    rows += [
        make_row("timeliness_days", "19", 5, "days", dimension="table", category="participants", scope="all"),
        make_row("validity", "19", 98.5, "percent", dimension="table_kind", category="participants:nik", scope="all"),
        make_row("consistency", "19", 60.0, "percent", dimension="table_pair", scope="all",
                 category="village_roster:in_participants", numerator=60, denominator=100),
        make_row("register_anomalies", "19", 7, "memberships", dimension="anomaly", scope="all",
                 category="overlapping_memberships", numerator=7, denominator=985),
        make_row("completeness_columns", "19", 40.0, "percent", dimension="table_column", scope="all",
                 category="participants:end_date", numerator=40, denominator=100),
    ]  # fmt: skip
    frame = pd.concat(
        [releasable.rows, pd.DataFrame(rows, columns=list(COLUMNS)).astype({"as_of": object})],
        ignore_index=True,
    )
    return replace(releasable, rows=frame, receipt=pull_receipt(pull or account()))


def said(part, releasable, language="id"):
    """All that a part prints: its texts, the cells of its tables and their notes."""
    blocks = part(releasable, language).blocks
    tables = [block for block in blocks if block["kind"] == "table"]
    cells = [cell["text"] for table in tables for row in table["rows"] for cell in row["cells"]]
    notes = [note for table in tables for note in table["notes"]]
    return "\n".join([plain_text(blocks), *cells, *notes])


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("story", ["full", "suppressed", "all_missing"])
def test_every_part_can_be_shown_with_and_without_an_account(level, story):
    for releasable in (make_releasable(level, story), with_quality(level, story)):
        for language in ("id", "en"):
            for part in PARTS:
                text = said(part, releasable, language)
                assert "None" not in text
                assert "{" not in text
                assert not re.search(r"\bnan\b", text)


def test_every_row_is_accounted_for_in_words():
    text = said(parts.rows_received, with_quality())
    assert "1.000 diterima = 985 masuk + 10 ditolak + 5 ganda" in text


VERDICTS = [
    (make_releasable(), "unknown", "cannot be judged yet"),
    (with_quality(validity=100, share_quarantined=0, uniqueness=100, pull=clean_account()),
     "sound", "can be trusted"),
    (with_quality(), "usable", "can be used"),
    (with_quality(validity=98.9), "caution", "validity of Participant register (98.90%)"),
    (with_quality(share_quarantined=1.1), "caution", "should be used with caution"),
    (with_quality(completeness_rows=94.9), "caution", "completeness of the rows"),
]  # fmt: skip


@pytest.mark.parametrize(("releasable", "expected", "words"), VERDICTS)
def test_the_verdict(releasable, expected, words):
    assert trust(releasable) == expected
    assert words in said(parts.verdict, releasable, "en")


def test_a_village_official_who_is_no_participant_is_no_fault_of_the_data():
    assert all("village_roster" not in one.subject for one in concerns(with_quality()))
    assert "bukan kesalahan data" in said(parts.consistency, with_quality())


def test_reasons_are_told_once_each_in_the_words_of_the_language():
    (table,) = (
        block for block in parts.quarantine(with_quality(), "id").blocks if block["kind"] == "table"
    )
    rows = {
        row["cells"][1]["text"]: [cell["text"] for cell in row["cells"][2:]]
        for row in table["rows"]
    }
    assert rows == {
        "NIK: harus nomor sebagai teks, angkanya hilang oleh lembar kerja dan tidak dapat dipulihkan": ["10", "0"],
        "Baris sebelumnya mempunyai kunci yang sama": ["5", "0"],
        "TANGGAL LAHIR: tanggal tidak boleh setelah tanggal data": ["4", "0"],
        "NO KPJ: harus nomor kartu paling banyak 11 angka": ["0", "3"],
    }  # fmt: skip


def test_what_to_mend_comes_the_largest_first():
    (table,) = (
        block for block in parts.to_mend(with_quality(), "en").blocks if block["kind"] == "table"
    )
    assert [row["cells"][2]["text"] for row in table["rows"]] == ["20", "10", "5", "4", "3"]
    nothing = said(parts.to_mend, with_quality(pull=clean_account()), "en")
    assert "Nothing needs mending" in nothing


def test_lower_levels_are_told_of_the_pull_in_short():
    releasable = with_quality("kabupaten")
    assert "Di bawah ini hanya hal yang menyangkut wilayah ini" in said(parts.verdict, releasable)
    for part in (parts.to_mend, parts.rows_received, parts.files_received, parts.quarantine):
        assert part(releasable, "id").blocks == ()


def test_nobody_says_where_the_persons_of_a_published_number_are():
    releasable = make_releasable()
    assert "tidak dapat ditempatkan" in said(parts.places, releasable)
    published = replace(releasable, rows=releasable.rows.assign(origin="published"))
    assert parts.places(published, "id").blocks == ()


def test_what_differs_is_listed_before_what_agrees_and_nothing_without_a_counterpart():
    (table,) = (
        block
        for block in parts.reconciliation_in_full(make_releasable(), "id").blocks
        if block["kind"] == "table"
    )
    names = [row["cells"][0]["text"] for row in table["rows"]]
    assert [name.partition(",")[0] for name in names] == [
        "Cakupan", "Nilai klaim dibayar", "Peserta aktif",
    ]  # fmt: skip


def test_the_verdict_counts_what_the_table_lists_the_regions_below_among_it():
    releasable = with_quality()
    child = releasable.children[0]
    below = releasable.reconciliation.iloc[[0]].assign(
        region_code=child.code, computed_value=31_000.0, difference=1_000.0, finding="differs"
    )
    own = releasable.reconciliation.assign(region_code=releasable.region.code)
    pairs = pd.concat([own, below], ignore_index=True)
    (counted,) = agreement_rows(pairs, releasable.region.code, releasable.period, "1")
    number = dict(zip(counted["category"], counted["value"].astype(int), strict=True))
    shown = replace(releasable, reconciliation=pairs)
    (table,) = (
        block
        for block in parts.reconciliation_in_full(shown, "en").blocks
        if block["kind"] == "table"
    )
    findings = [row["cells"][4]["text"] for row in table["rows"]]
    assert table["rows"][0]["cells"][0]["text"].startswith("Bangka District: ")
    assert sum(text.startswith("different [") for text in findings) == number["unexplained"] == 1
    assert len(findings) == sum(number[one] for one in ("agrees", "explained", "unexplained"))
    for part in (parts.reconciliation_in_full, notes_in_brief):
        text = plain_text(part(shown, "en").blocks)
        assert (
            "4 published figures could be checked; 2 agree. One differs for a known reason "
            "(rounding or scope). One differs without a known reason." in text
        )
        assert "explained" not in text


def test_a_correction_is_told_with_its_reason_and_office():
    one = CorrectionAccount(
        1, "participants", "satu nol terlalu banyak", "Kantor contoh", AS_OF, "confirmed", 2
    )
    told = said(parts.corrections, with_quality(pull=account(corrections=(one,))))
    for expected in ("satu nol terlalu banyak", "Kantor contoh", "dipastikan", "1 koreksi"):
        assert expected in told


DRIFT = [
    ("participants: 25 rows in 1 file, 20 in 1 file before: +25%, up to 20% was expected",
     "rows", "bertambah 25 persen"),
    ("participants: 1,500 rows in 2 files, 2,000 in 1 file before: -25%, up to 20% was expected",
     "rows", "1.500 baris dalam 2 berkas, sebelumnya 2.000"),
    ("participants: 20 rows in 2 files, 20 in 1 file before", "files", "20 baris dalam 2 berkas"),
    ("participants: column A is gone from x/peserta.csv", "gone", "kolom A hilang dari peserta.csv"),
    (("participants: column A is gone from x/p.csv, where B is new: if it was renamed, the dictionary "
     "needs the new name"), "renamed", "sedangkan B baru"),
    ("participants: column A is there, which was missing before", "added", "kini ada"),
    ("participants: column C of x/p.csv is new; it is left out", "unknown", "baru dan tidak dipakai"),
    (("participants: column A of x/p.csv: 40% of the values can be used, 100% before; its type or its "
     "form has changed"), "unusable", "40 persen, sebelumnya 100 persen"),
    ("file x/p.csv that came in on 2031-06-02 is not there any more", "file_gone", "2 Juni 2031"),
    ("something nobody has thought of", "other", "something nobody has thought of"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "words"), DRIFT)
def test_drift_is_told_in_the_language(text, kind, words):
    pull = account(drift=(text,))
    assert pull_receipt(pull).drift[0].kind == kind
    assert words in said(parts.drift, with_quality(pull=pull))


def test_a_receipt_names_files_without_their_folder():
    receipt = pull_receipt(account(sources=(source(name="s3://ekstrak/2031-06/klaim.csv"),)))
    assert [file.name for file in receipt.files] == ["klaim.csv"]
    assert receipt.total.received == receipt.total.accepted + 10 + 5
