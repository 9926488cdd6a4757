"""What an office reads of a rejected row: every reason that the checks give has its Indonesian."""

from __future__ import annotations

import pytest

from coverage_lib.intake import checks
from coverage_lib.intake.account import DUPLICATE
from coverage_lib.intake.corrections import DROPPED
from coverage_lib.intake.national_ids import DIGITS_LOST
from coverage_lib.intake.places import SEVERAL_PLACES
from coverage_lib.intake.reasons import in_indonesian
from coverage_lib.intake.values import TWO_NUMBERS
from coverage_lib.present.words import words
from coverage_lib.tables import load_table, table_names

WITH_A_COLUMN = (
    *checks._EXPECTED.values(), DIGITS_LOST, TWO_NUMBERS, SEVERAL_PLACES, "a value was expected",
    "at least 1 was expected", "at most 100,000,000 was expected",
    "a date not after 2025-06-01 was expected",
)  # fmt: skip


@pytest.mark.parametrize("reason", [*WITH_A_COLUMN, DUPLICATE, DROPPED])
def test_every_reason_has_its_indonesian(reason):
    told = in_indonesian(reason)
    assert told != reason
    assert "expected" not in told


CODES = [
    (name, column)
    for name in table_names()
    for column in load_table(name).columns
    if column.type == "code"
]


@pytest.mark.parametrize(("table", "column"), CODES, ids=lambda part: getattr(part, "name", part))
def test_few_codes_are_listed_in_both_languages(table, column):
    """Whatever a code is, it breaks no list of reasons: their column is found again."""
    reasons = f"{column.aliases[0]}: {checks._expected(column)}; "
    assert checks.blamed_columns(reasons, load_table(table)) == (column,)
    told = in_indonesian(reasons)
    if column.listed_as:
        assert told == f"{column.aliases[0]}: harus salah satu dari {', '.join(column.listed_as)}"
    elif len(column.codes) <= checks.MOST_LISTED_CODES:
        assert told == f"{column.aliases[0]}: harus salah satu dari {', '.join(column.codes)}"
    else:
        assert told == f"{column.aliases[0]}: harus salah satu kode dalam kamus data"


RULES = sorted(
    key.rpartition(".")[2] for key in words("id").templates if key.startswith("quality.rule.")
)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_told_in_the_words_of_the_document_on_quality(rule):
    told = in_indonesian(f"NIK: {rule}")
    assert told.lower() == f"nik: {words('id').say(f'quality.rule.{rule}')}".lower()


PLACES = [
    ("not known in the province", "tidak dikenal di provinsi ini"),
    ("not known in the province (nearest: Koba, Koba Baru)", "tidak dikenal di provinsi ini (yang mirip: Koba, Koba Baru)"),
    ("not known in the province, but in A, B, C and 2 more", "tidak dikenal di provinsi ini, tetapi ada di A, B, C dan 2 lainnya"),
    ("not known in Kecamatan Koba, but in A, B, C and 2 more", "tidak dikenal di Kecamatan Koba, tetapi ada di A, B, C dan 2 lainnya"),
    ("not known in Kecamatan Koba (nearest: Nibung)", "tidak dikenal di Kecamatan Koba (yang mirip: Nibung)"),
    ("name of several places: A, B, C and 3 more", "nama beberapa tempat: A, B, C dan 3 lainnya"),
    ("name of several places: A, B", "nama beberapa tempat: A, B"),
]  # fmt: skip


@pytest.mark.parametrize(("lacks", "expected"), PLACES)
def test_what_a_place_lacks_is_told_in_indonesian_throughout(lacks, expected):
    assert in_indonesian(f"DESA: {lacks}") == f"DESA: {expected}"


def test_columns_numbers_and_days_stay_as_they_are():
    told = in_indonesian(
        "TANGGAL LAHIR: a date not after 2025-06-01 was expected; UPAH: at least 1 was expected"
    )
    assert told == "TANGGAL LAHIR: tanggal tidak boleh setelah 2025-06-01; UPAH: paling sedikit 1"


def test_a_reason_that_nobody_has_translated_is_told_as_it_is():
    assert in_indonesian("NIK: something new") == "NIK: something new"
