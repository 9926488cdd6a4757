"""Which rows of the mart a briefing of one region holds."""

from __future__ import annotations

import pandas as pd
import pytest
from builders import COLUMNS, PERIOD, RECONCILIATION_COLUMNS, make_row

from coverage_lib.intake.pull_account import PullAccount
from coverage_lib.marts import Mart, read_releasable
from coverage_lib.reference.regions import load_regions

CODES = (
    "19", "19.00", "19.00.00", "19.71", "19.71.00", "19.71.01", "19.71.01.0000", "19.71.01.1004",
    "19.71.02", "19.01", "19.01.01",
)  # fmt: skip


@pytest.fixture(scope="module")
def mart(tmp_path_factory):
    """A mart of one coverage, one breakdown and one earlier coverage a region."""
    folder = tmp_path_factory.mktemp("mart")
    rows = [
        row
        for code in CODES
        for row in (
            make_row("coverage", code, 30.0, "percent"),
            make_row("coverage", code, 31.0, "percent", period="2031-05"),
            make_row("active_participants", code, 3.0, "persons", dimension="sex", category="male"),
        )
    ]
    measures = pd.DataFrame(rows, columns=list(COLUMNS))
    measures.to_parquet(folder / "measures.parquet", index=False)
    pairs = pd.DataFrame(
        {"region_code": [*CODES, "1", "190"]}, columns=["region_code", *RECONCILIATION_COLUMNS]
    )
    pairs.to_parquet(folder / "reconciliation.parquet", index=False)
    account = PullAccount("demo", str(PERIOD), "generation", "key", (), ())
    return Mart(
        folder / "measures.parquet", folder / "reconciliation.parquet", account, "version", "rules"
    )


@pytest.mark.parametrize(
    ("code", "whole", "below"),
    [
        ("19", {"19", "19.00", "19.71", "19.01"}, {"19.00.00", "19.71.00", "19.71.01", "19.71.02", "19.01.01"}),
        ("19.71", {"19", "19.71", "19.71.00", "19.71.01", "19.71.02"}, {"19.71.01.0000", "19.71.01.1004"}),
        ("19.71.01", {"19", "19.71", "19.71.01", "19.71.01.0000", "19.71.01.1004"}, set()),
        ("19.71.01.1004", {"19", "19.71", "19.71.01", "19.71.01.1004"}, set()),
    ],
)  # fmt: skip
def test_a_slice_holds_all_of_near_regions_and_the_coverage_of_grandchildren(
    mart, code, whole, below
):
    regions = load_regions()
    releasable = read_releasable(mart, PERIOD, regions.get(code), regions, {})
    held = releasable.rows.groupby("region_code").size().to_dict()
    assert {region for region, rows in held.items() if rows == 3} == whole
    assert {region for region, rows in held.items() if rows == 1} == below
    assert {region.code for region in releasable.grandchildren} == below
    for region in releasable.grandchildren:
        assert releasable.figure("coverage", region_code=region.code).value == 30.0


@pytest.mark.parametrize("code", ["19", "19.71", "19.71.01", "19.71.01.1004"])
def test_a_slice_holds_the_published_figures_of_all_regions_below(mart, code):
    regions = load_regions()
    releasable = read_releasable(mart, PERIOD, regions.get(code), regions, {})
    expected = {one for one in CODES if one == code or one.startswith(f"{code}.")}
    assert set(releasable.reconciliation["region_code"]) == expected
