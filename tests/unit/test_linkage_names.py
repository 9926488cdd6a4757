"""Names of one person as lists write them, and what must stay two names."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage_lib.linkage.explain import masked_name
from coverage_lib.linkage.names import clean_name, name_key, own_word, with_names

CLEAN = [
    ("Budi Santoso", "BUDI SANTOSO"),
    ("  budi   SANTOSO ", "BUDI SANTOSO"),
    ("H. Budi Santoso, S.Pd", "BUDI SANTOSO"),
    ("Drs. H. BUDI SANTOSO, M.M.", "BUDI SANTOSO"),
    ("Hj SITI AMINAH S. Pd. I", "SITI AMINAH"),
    ("S.Pd. Siti Aminah", "SITI AMINAH"),  # title and name exchanged
    ("ST. AMINAH", "SITI AMINAH"),
    ("AMINAH ST", "AMINAH"),  # at the end it is a degree
    ("Ma'ruf Amin", "MARUF AMIN"),
    ("M. Ali", "MUHAMMAD ALI"),
    ("M.ALI", "MUHAMMAD ALI"),
    ("Moh Ali", "MUHAMMAD ALI"),
    ("ALI M", "ALI M"),  # the first letter of another name there
    ("Achmad Yani", "AHMAD YANI"),
    ("BUDI BIN SLAMET", "BUDI"),
    ("BUDI (ALM)", "BUDI"),
    ("Supriyadi", "SUPRIYADI"),  # many have one name
    ("M.", "M"),
    ("HAJI", "HAJI"),  # nothing but a title is a name
    ("S.H.", "S H"),
    ("123", ""),
    ("", ""),
]
ONE_KEY = [
    ("Noer Hayati", "NURHAYATI"),
    ("SOEKARNO", "SUKARNO"),
    ("DJOKO", "JOKO"),
    ("Tjahjono", "Cahyono"),
    ("JUSUF", "YUSUP"),
    ("TAUFIQ", "TAUFIK"),
    ("KHAIRUL", "CHAIRUL"),
    ("RUDY", "RUDI"),
    ("EFFENDI", "EFENDI"),
    ("Muhamad Ramadhan", "MUHAMMAD RAMADAN"),
]
TWO_KEYS = [
    ("SITI AMINAH", "SITI AMINI"),
    ("HASAN", "HUSEIN"),
    ("BUDI", "RUDI"),
    ("AHMAD", "MUHAMMAD"),
    ("BUDI", "BUDI SANTOSO"),
]


def in_engine(names: list[str | None]) -> list[tuple[str, str, str]]:
    with duckdb.connect() as connection:
        rows = pa.table({"place": range(len(names)), "name": pa.array(names, pa.string())})
        connection.register("names", rows)
        query = f"SELECT name_clean, name_key, own_word FROM {with_names('names')} ORDER BY place"
        return connection.execute(query).fetchall()


@pytest.mark.parametrize(("written", "expected"), CLEAN)
def test_a_name_without_what_is_no_part_of_it(written, expected):
    assert clean_name(written) == expected


@pytest.mark.parametrize(("one", "other"), ONE_KEY)
def test_spellings_of_one_name_have_one_key(one, other):
    assert name_key(clean_name(one)) == name_key(clean_name(other))


@pytest.mark.parametrize(("one", "other"), TWO_KEYS)
def test_other_names_have_other_keys(one, other):
    assert name_key(clean_name(one)) != name_key(clean_name(other))


WORDS = st.sampled_from(
    ["Budi", "M.", "M", "S.", "Pd", "S.Pd", "H.", "HJ", "bin", "ST", "SE", "S.H.", "Moh", ",", "é", "-", "NOER", "'", "(ALM)", "."]
)  # fmt: skip
TEXTS = st.lists(WORDS, max_size=6).map(" ".join) | st.text(
    alphabet=st.characters(max_codepoint=0x17F, exclude_categories=["Cc", "Cs"]), max_size=20
)


@settings(max_examples=25, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=30))
def test_the_engine_says_what_the_functions_say(names):
    clean = [clean_name(name) for name in names]
    assert in_engine(names) == [(name, name_key(name), own_word(name)) for name in clean]


def test_no_name_is_an_empty_one():
    assert in_engine([None]) == [("", "", "")]


def test_the_word_that_says_who_is_meant():
    assert own_word("MUHAMMAD ALI") == "ALI"
    assert own_word("MUHAMMAD") == "MUHAMMAD"


def test_a_masked_name_tells_letters_only():
    assert masked_name("Budi santoso, S.Pd") == "B•• S•• S••"
    assert masked_name(None) == ""
