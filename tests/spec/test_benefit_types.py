"""Benefit types: the free texts of claim archives, each under one code."""

import pytest
from text_tables import claim_archive

from coverage_lib.errors import ReferenceDataError
from coverage_lib.indicators.claims.counts import benefit_code
from coverage_lib.reference.benefit_types import (
    benefit_type_code,
    counted_codes,
    load_benefit_types,
    read_benefit_types,
)

SPELLINGS = [
    ("jaminan_hari_tua", "jaminan_hari_tua"),
    ("JAMINAN HARI TUA", "jaminan_hari_tua"),
    ("Saldo JHT", "jaminan_hari_tua"),
    (" Santunan-Kematian ", "santunan_kematian"),
    ("santunan meninggal dunia", "santunan_kematian"),
    ("Pemakaman", "biaya_pemakaman"),
    ("Beasiswa (SMA)", "beasiswa_sma"),
    ("STMB", "santunan_tidak_mampu_bekerja"),
    ("Uang Tunai JKP", "uang_tunai"),
    ("salah ketik", "other"),
    ("...", "unknown"),
    ("", "unknown"),
    (None, "unknown"),
]


@pytest.mark.parametrize(("text", "code"), SPELLINGS)
def test_the_code_of_a_text(text: str | None, code: str):
    assert benefit_type_code(text) == code


def test_the_engine_gives_the_same_codes():
    archive = claim_archive(
        "benefit_type | amount_idr\n"
        + "\n".join(f"{text or ''} | {number}" for number, (text, _) in enumerate(SPELLINGS))
    )
    found = archive.select("amount_idr", code=benefit_code(archive.benefit_type)).execute()
    found = found.sort_values("amount_idr")
    assert found["code"].tolist() == [code for _, code in SPELLINGS]


def test_every_code_has_a_title_and_is_counted_under_one_that_is_shown():
    for code, entry in load_benefit_types().items():
        assert entry.title["id"]
        assert entry.title["en"]
        assert entry.counted_as in counted_codes()
        assert benefit_type_code(code) == code
    assert "beasiswa_sma" not in counted_codes()
    assert counted_codes()[-2:] == ("other", "unknown")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: {title: {}, also: [x]}\n  b: {title: {}, also: [X.]}", "b and a both have .*'x'"),
        ("a: {title: {}, counted_as: c}", "a: counted_as names c"),
        ("other: {title: {}}", "other is what no entry has"),
    ],
)
def test_a_file_that_contradicts_itself_says_what_to_correct(text: str, said: str):
    with pytest.raises(ReferenceDataError, match=said):
        read_benefit_types(f"types:\n  {text}")
