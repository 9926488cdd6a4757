"""Entries of tables and the CSV beside them."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from builders import AS_OF

from coverage_lib.disclosure import Figure
from coverage_lib.present import tables
from coverage_lib.present.quantities import Change, counted_text, figure_text, status_of
from coverage_lib.present.words import words

PERCENT = Figure(
    "coverage", "19", "2031-06", AS_OF, "total", "total", 1, 8, 12.5, "percent", "excl_jakon", "x",
    "available", "exact", "computed",
)  # fmt: skip


def test_zero_missing_and_suppressed_look_different():
    zero = replace(PERCENT, value=0.0, unit="persons")
    missing = replace(PERCENT, value=None, status="not_available")
    hidden = replace(PERCENT, value=None, status="suppressed")
    other = replace(PERCENT, value=None, status="not_comparable")
    texts = [figure_text(figure, words("id")) for figure in (zero, missing, hidden, other)]
    assert texts == ["0", "data belum tersedia", "dirahasiakan", "tidak sebanding"]
    assert [status_of(one) for one in (zero, missing, hidden, other)] == [
        "zero", "not_available", "suppressed", "not_comparable",
    ]  # fmt: skip
    assert [tables.figure_entry(one, words("en")).raw for one in (zero, missing, hidden)] == [
        0,
        None,
        None,
    ]


def test_a_qualified_figure_says_so_without_false_decimals():
    bound = replace(PERCENT, value=50.0, qualifier="at_least")
    assert figure_text(bound, words("id")) == "lebih dari 50\u00a0%"
    assert figure_text(replace(bound, qualifier="about", value=37.5), words("en")) == "about 37.5%"
    assert tables.figure_entry(bound, words("en")).text == "more than 50"


def test_counted_text_agrees_in_number():
    one = replace(PERCENT, unit="claims", value=1.0)
    assert counted_text(one, words("en")) == "1 claim"
    assert counted_text(replace(one, value=2000.0), words("en")) == "2,000 claims"


def test_amounts_share_the_scale_of_their_column():
    amounts = [
        replace(PERCENT, unit="idr", value=value) for value in (25_000_000_000.0, 4_000_000.0)
    ]
    exponent = tables.amount_exponent(amounts)
    assert exponent == 9
    assert [tables.scaled_entry(one, words("id"), exponent).text for one in amounts] == [
        "25,00",
        "0,00",
    ]
    assert [tables.scaled_entry(one, words("id"), exponent).raw for one in amounts] == [
        25_000_000_000,
        4_000_000,
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_starts_a_formula_is_neutralised_and_numbers_stay(start):
    text = tables.csv_text(["name", "value"], [[f"{start}1+1", -5], ["plain", 2.5], [None, 3.0]])
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows == [["name", "value"], [f"'{start}1+1", "-5"], ["plain", "2.5"], ["", "3"]]


def test_a_change_that_rounds_to_zero_is_no_change():
    later = replace(PERCENT, value=12.504)
    assert Change(PERCENT, later).direction == "unchanged"
    assert Change(PERCENT, replace(PERCENT, value=12.51)).direction == "rising"
    assert Change(PERCENT, replace(PERCENT, value=12.49)).direction == "falling"


def test_a_change_knows_when_denominators_differ_or_are_unknown():
    assert not Change(PERCENT, replace(PERCENT, value=13.0)).denominator_differs
    assert Change(PERCENT, replace(PERCENT, denominator=9.0)).denominator_differs
    nameless = replace(PERCENT, denominator=None, denominator_source="")
    assert Change(nameless, PERCENT).denominator_unknown


def test_codes_go_into_the_csv_only():
    line = tables.Line((tables.label("Nama"), tables.Entry("1.000", 1000)))
    columns = [tables.text_column("region", "Wilayah"), tables.number_column("active", "Peserta")]
    block = tables.make_table("t", "Judul", columns, [line], codes=["19.01"])
    assert len(block["rows"][0]["cells"]) == 2
    assert block["csv"].splitlines() == ["code,region,active", "19.01,Nama,1000"]
