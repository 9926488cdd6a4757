"""Figures as a table for reading: sections in their order, totals first, each unit's decimals."""

from dataclasses import replace

import pandas as pd
import pytest
from builders import make_releasable, make_row

from coverage_lib.present.listing import list_figures


def printed(*rows: dict[str, object]) -> list[list[str]]:
    """The cells of the table's lines below its heading."""
    of_province = replace(make_releasable(), rows=pd.DataFrame(rows))
    _, _, _, *lines = list_figures(of_province, [], "table").splitlines()
    return [line.split() for line in lines]


@pytest.mark.parametrize(
    ("unit", "value", "shown"),
    [
        ("percent", 27.245, "27.25"),
        ("percentage_points", -7.76, "\N{MINUS SIGN}7.76"),
        ("claims_per_1000_persons", 48.389506, "48.39"),
        ("idr", 92_600_000_000, "92,600,000,000"),
        ("persons", 141_368.801158, "141,369"),
        ("working_days", 3.0, "3"),
        ("working_days", 3.5, "3.5"),
        ("months", 67_091, "67,091"),
        ("claims", 0, "0"),
    ],
)
def test_a_value_has_the_decimals_of_its_unit(unit: str, value: float, shown: str) -> None:
    ((_, _, _, _, number, *_),) = printed(make_row("coverage", "19", value, unit))
    assert number == shown


def test_totals_come_first_and_claims_after_coverage() -> None:
    by_programme = {"dimension": "programme", "category": "JHT"}
    lines = printed(
        make_row("claims_paid", "19", 2, "claims", **by_programme),
        make_row("claims_paid", "19", 3, "claims"),
        make_row("coverage", "19", 20, "percent"),
    )
    assert [(line[0], line[2]) for line in lines] == [
        ("coverage", "total"), ("claims_paid", "total"), ("claims_paid", "programme"),
    ]  # fmt: skip


def test_why_a_figure_is_missing_stands_beside_its_status() -> None:
    (line,) = printed(
        make_row("target_reached_on", "19", None, "months", qualifier="pace_not_positive")
    )
    assert " ".join(line).endswith("not_available (pace_not_positive) computed")
