"""What data name in two languages or by code, in the words of one edition."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import make_releasable
from hypothesis import given
from hypothesis import strategies as st

from coverage_lib.present.notebooks import methods
from coverage_lib.present.parts.notes import notes_and_sources
from coverage_lib.present.quantities import in_language, vintage_text

BOTH = [
    ("Simulasi / simulated (2025-06-01)", "Simulasi (1 Juni 2025)", "simulated (1 June 2025)"),
    ("Simulasi / simulated (asumsi / assumption)", "Simulasi (asumsi)", "simulated (assumption)"),
    ("Simulasi / simulated (2025 + asumsi / assumption)", "Simulasi (2025 + asumsi)", "simulated (2025 + assumption)"),
    ("Simulasi / simulated (target 2025)", "Simulasi (target 2025)", "simulated (target 2025)"),
    ("BPS (Sakernas), sumber per baris / BPS, source in each row", "BPS (Sakernas), sumber per baris", "BPS, source in each row"),
    ("PP 82/2019; Permenaker 5/2021", "PP 82/2019; Permenaker 5/2021", "PP 82/2019; Permenaker 5/2021"),
    ("A / B / C", "A / B / C", "A / B / C"),
    ("2025-02-30 (2025-13-01)", "2025-02-30 (2025-13-01)", "2025-02-30 (2025-13-01)"),
    ("", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("named", "indonesian", "english"), BOTH)
def test_a_name_in_two_languages_is_printed_in_that_of_the_edition(named, indonesian, english):
    assert in_language(named, "id") == indonesian
    assert in_language(named, "en") == english


@given(st.text(alphabet="ab (),;", max_size=20))
def test_a_name_in_one_language_is_kept_whole(named):
    assert in_language(named, "id") == in_language(named, "en") == named


@pytest.mark.parametrize(
    ("vintage", "indonesian", "english"),
    [
        ("2025-06-01", "1 Juni 2025", "1 June 2025"),
        ("2025-02", "Februari 2025", "February 2025"),
        ("2025-01..2025-05", "Januari 2025 – Mei 2025", "January 2025 – May 2025"),
        ("2025", "2025", "2025"),
        ("", "", ""),
    ],
)
def test_days_and_months_of_a_vintage_are_written_out(vintage, indonesian, english):
    assert vintage_text(vintage, "id") == indonesian
    assert vintage_text(vintage, "en") == english


@pytest.mark.parametrize("part", [notes_and_sources, methods.denominators, methods.sources])
def test_no_table_prints_both_languages_or_a_day_as_data_have_it(part):
    releasable = make_releasable()
    rows = releasable.rows.assign(
        denominator_source="Simulasi / simulated (2031-06-01)", denominator_vintage="2031-06-01"
    )
    named = tuple(
        replace(one, producer="Contoh / example (2031-06-01)") for one in releasable.sources
    )
    shown = replace(releasable, rows=rows, sources=named)
    for language, other in (("id", ("simulated (", "example")), ("en", ("Simulasi", "Contoh"))):
        text = str(part(shown, language).blocks)
        assert not any(one in text for one in ("2031-06-01", *other))
        assert "Jun" in text
