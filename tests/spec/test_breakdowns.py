"""Active participants by sex, age, group, funder and sector; registered; coverage of groups."""

from __future__ import annotations

from datetime import date
from functools import cache

import pandas as pd
import pytest
from text_tables import figure, figures, read_text, register, to_engine

from coverage_lib.errors import MeasureError, ReferenceDataError
from coverage_lib.indicators.inputs import Inputs
from coverage_lib.indicators.participation.measures import participation_measures
from coverage_lib.indicators.participation.one_pass import _layout
from coverage_lib.indicators.rows import join_rows
from coverage_lib.periods import Month
from coverage_lib.reference.regions import load_regions

INDICATORS = ("active_participants", "registered_participants", "active_share", "group_coverage")

AS_OF = date(2025, 6, 1)
REGISTER = """
    person | segment | village       | sex    | birth_year | worker_group | funder          | employer_sector | paid_through
    Ani    | PU      | 19.71.01.1004 | female | 2000       | non_asn      | employer        | education       | 2025-05
    Budi   | BPU     | 19.71.01.1004 | male   | 1960       | fisher       | district_budget |                 | 2025-05
    Budi   | BPU     | 19.01.01.1001 | male   | 1960       | farmer       | self            | agriculture     | 2024-01
    Citra  | BPU     | 19.01.01.1001 |        |            |              |                 |                 | 2025-05
    Dedi   | BPU     | 19.01.01.1001 | male   | 1990       | farmer       | self            |                 | 2024-01
    Eka    | JAKON   | 19.01.01.1001 | female | 1990       |              | employer        | construction    |
    """
POTENTIAL = "vintage | valid_from | valid_to   | region_code | worker_group | potential_workers | source\n" + "\n".join(
    f"2025 | 2025-01-01 | 2025-12-31 | {code} | fisher | {workers} | Dinas"
    for code, workers in {"19.71": 4, "19.01": 6, "19.02": 0, "19.03": 0, "19.04": 0, "19.05": 0, "19.06": 0}.items()
)  # fmt: skip


@cache
def measure(people: str = REGISTER, potential: str | None = None) -> pd.DataFrame:
    tables = {"participants": register(people, AS_OF)}
    if potential is not None:
        tables["group_potential"] = to_engine(read_text(potential))
    inputs = Inputs(tables, load_regions(), "19", Month(2025, 6))
    return join_rows(participation_measures(inputs, "1"))


def counts(dimension: str, of: str = "19", scope: str = "excl_jakon") -> dict[str, float]:
    """The categories with anybody in them."""
    found = figures(measure(), "active_participants", of=of, dimension=dimension, scope=scope)
    return {category: persons for category, persons in found.items() if persons}


@pytest.mark.parametrize(
    ("dimension", "scope", "expected"),
    [
        # What the register does not say is a category of its own.
        ("sex", "excl_jakon", {"female": 1, "male": 1, "unknown": 1}),
        ("age_band", "excl_jakon", {"25-34": 1, "65_and_over": 1, "unknown": 1}),
        ("worker_group", "excl_jakon", {"non_asn": 1, "fisher": 1, "unknown": 1}),
        ("funder", "excl_jakon", {"employer": 1, "district_budget": 1, "unknown": 1}),
        ("employer_sector", "excl_jakon", {"education": 1, "unknown": 2}),
        ("sex", "incl_jakon", {"female": 2, "male": 1, "unknown": 1}),
        ("age_band", "incl_jakon", {"25-34": 1, "35-44": 1, "65_and_over": 1, "unknown": 1}),
        ("worker_group", "incl_jakon", {"non_asn": 1, "fisher": 1, "unknown": 2}),
        ("funder", "incl_jakon", {"employer": 2, "district_budget": 1, "unknown": 1}),
        ("employer_sector", "incl_jakon", {"education": 1, "construction": 1, "unknown": 2}),
    ],
)
def test_each_active_person_is_in_one_category(
    dimension: str, scope: str, expected: dict[str, float]
):
    assert counts(dimension, scope=scope) == expected


def test_there_is_no_scope_with_construction_where_nobody_is_in_it():
    rows = measure("person | segment | sex\nAni | PU | female")
    by_sex = rows[(rows["indicator"] == "active_participants") & (rows["dimension"] == "sex")]
    assert set(by_sex["scope"]) == {"excl_jakon"}


def test_the_attributes_are_those_of_the_membership_that_counts():
    """Budi's membership as a farmer lapsed: he counts as a fisher, and where he fishes."""
    assert counts("worker_group", of="19.01") == {"unknown": 1}
    assert counts("worker_group", of="19.71") == {"non_asn": 1, "fisher": 1}


@pytest.mark.parametrize(
    ("birth_year", "band"),
    [
        ("2011", "under_15"),
        ("2010", "15-24"),  # the age reached in the year of the extract
        ("2001", "15-24"),
        ("2000", "25-34"),
        ("1961", "55-64"),
        ("1960", "65_and_over"),
        ("1890", "65_and_over"),
        ("2026", "unknown"),  # not yet born
        ("", "unknown"),
    ],
)
def test_bands_of_age(birth_year: str, band: str):
    rows = measure(f"person | segment | birth_year\nAni | PU | {birth_year}")
    assert figures(rows, "active_participants", dimension="age_band")[band] == 1


def test_a_register_without_a_column_counts_everybody_as_unknown():
    rows = measure("person | segment\nAni | PU")
    for dimension in ("sex", "age_band", "worker_group", "funder", "employer_sector"):
        assert figures(rows, "active_participants", dimension=dimension)["unknown"] == 1


def test_registered_are_also_those_in_arrears():
    rows = measure()
    assert figures(rows, "registered_participants", dimension="segment") == {
        "PU": 1, "BPU": 3, "JAKON": 1,
    }  # fmt: skip
    assert figure(rows, "registered_participants", scope="excl_jakon")["value"] == 4
    assert figure(rows, "registered_participants", scope="incl_jakon")["value"] == 5
    share = figure(rows, "active_share", scope="excl_jakon")
    assert (share["numerator"], share["denominator"], share["value"]) == (3, 4, 75.0)


def test_who_is_active_is_registered_where_active():
    """Budi's lapsed membership elsewhere does not register him there too."""
    rows = measure()
    assert figure(rows, "registered_participants", of="19.01", scope="excl_jakon")["value"] == 2
    assert figure(rows, "active_share", of="19.01", scope="excl_jakon")["value"] == 50.0


def test_nobody_registered_has_no_share():
    found = figure(measure(), "active_share", of="19.03", scope="excl_jakon")
    assert (found["status"], pd.isna(found["value"])) == ("not_available", True)


def test_coverage_of_a_group_is_of_its_potential():
    rows = measure(potential=POTENTIAL)
    found = figure(rows, "group_coverage", dimension="worker_group")
    assert (found["category"], found["numerator"], found["denominator"]) == ("fisher", 1, 10)
    assert (found["value"], found["denominator_source"]) == (10.0, "Dinas")
    assert figures(rows, "group_coverage", of="19.71") == {"fisher": 25.0}
    for region in ("19.02", "19.71.01"):  # a potential of 0, and none so far down
        assert figure(rows, "group_coverage", of=region, dimension="worker_group")["status"] == "not_available"  # fmt: skip


@pytest.mark.parametrize(
    ("told", "message"),
    [
        (POTENTIAL.replace("2025-12-31", "2025-05-31"), r"group_potential has no entry for 2025-06-01"),
        (POTENTIAL.replace("19.06", "19.05"), r"group_potential has no entry of fisher in 19\.06"),
        (POTENTIAL + "\n2024 | 2024-01-01 | | 19.03 | fisher | 5 | BPS", r"group_potential has several vintages"),
    ],
)  # fmt: skip
def test_potentials_that_do_not_fit_are_an_error_that_names_them(told: str, message: str):
    with pytest.raises(ReferenceDataError, match=message):
        measure(potential=told)


def test_more_villages_than_fit_into_a_number_are_an_error():
    with pytest.raises(MeasureError, match=r"has 100000000 villages: .* one province after"):
        _layout(10**8, AS_OF)
