"""Gap to the target, the monthly pace it asks for, and the pace of the last months."""

from datetime import date

import pandas as pd
import pytest
from text_tables import figure, figures, read_text, to_engine

from coverage_lib.errors import ReferenceDataError
from coverage_lib.indicators.participation.coverage import Stock, coverage_rows
from coverage_lib.indicators.participation.denominators import target_for, targets_of
from coverage_lib.indicators.trajectory.pace import (
    recent_pace_rows,
    required_pace_rows,
    target_and_gap_rows,
)
from coverage_lib.periods import Month

INDICATORS = ("coverage_target", "gap_to_target", "required_monthly_pace", "recent_monthly_pace")

AS_OF = date(2025, 6, 1)
TARGETS = """
    year | region_code | target_pct | scope      | authority
    2025 | 19          | 60         | excl_jakon | Governor
    2025 | 19.71       | 50         | excl_jakon | Mayor
    2025 | 19          | 70         | incl_jakon | Ministry
    2026 | 19          | 65         | excl_jakon | Governor
    """


def targets(text: str = TARGETS) -> pd.DataFrame:
    return to_engine(read_text(text)).execute()


def gap_rows(
    active: int, eligible: int | None, *, region: str = "19", told: str = TARGETS, as_of=AS_OF
) -> pd.DataFrame:
    entries = [] if eligible is None else [(region, "PU", eligible, "BPS", "2025")]
    names = ["region_code", "segment", "eligible", "denominator_source", "denominator_vintage"]
    stock = Stock(
        "2025-06",
        as_of,
        pd.DataFrame({"region_code": [region], "segment": ["PU"], "persons": [active]}),
        pd.DataFrame(entries, columns=names, dtype=object).astype({"eligible": float}),
    )
    found = targets_of(targets(told), as_of.year)
    return target_and_gap_rows(coverage_rows(stock, "1"), found, f"{as_of:%Y-%m}", as_of, "1")


@pytest.mark.parametrize(
    ("active", "eligible", "gap"),
    [
        (300, 1000, 300),
        (599, 1000, 1),
        (600, 1000, 0),  # reached
        (900, 1000, 0),  # surpassed: never negative
        (0, 1000, 600),
        (0, 7, 4),  # 4.2 persons are 4
        (0, 9, 5),  # 5.4
        (0, 6, 4),  # 3.6
        (1, 2.5, 1),  # half a person counts as one: 1.5 - 1
    ],
)
def test_gap_is_what_the_target_asks_for_less_the_active(active: int, eligible: int, gap: int):
    found = figure(gap_rows(active, eligible), "gap_to_target")
    assert found["value"] == gap
    assert (found["numerator"], found["denominator"]) == (pytest.approx(eligible * 0.6), active)
    assert found["scope"] == "excl_jakon"


def test_gap_is_not_available_without_a_denominator():
    rows = gap_rows(300, None)
    for name in ("gap_to_target", "required_monthly_pace"):
        found = figure(rows, name)
        assert found["status"] == "not_available"
        assert pd.isna([found["value"], found["numerator"], found["denominator"]]).all()
    assert figure(rows, "coverage_target")["value"] == 60


@pytest.mark.parametrize(
    ("region", "target", "authority"),
    [
        ("19", 60, "Governor"),
        ("19.71", 50, "Mayor"),
        ("19.71.01.1004", 50, "Mayor"),  # of the nearest region above
        ("19.01.01", 60, "Governor"),
        ("19.00.00.0000", 60, "Governor"),
    ],
)
def test_a_region_without_a_target_has_that_of_the_region_above(
    region: str, target: float, authority: str
):
    found = figure(gap_rows(1, 10, region=region), "coverage_target", of=region)
    assert (found["value"], found["denominator_source"]) == (target, authority)


def test_no_target_above_is_not_available():
    found = target_for(targets_of(targets(), 2025), pd.Series(["31.71"]), "excl_jakon")
    assert found["target_pct"].isna().all()


def test_a_year_without_target_is_an_error_that_names_it():
    with pytest.raises(ReferenceDataError, match=r"no entry for 2027: it has 2025, 2026"):
        targets_of(targets(), 2027)


@pytest.mark.parametrize(
    ("as_of", "months", "pace"),
    [
        ("2025-06-01", 7, 100.0),
        ("2025-05-31", 7, 100.0),  # May is over
        ("2025-05-30", 8, 87.5),
        ("2025-12-01", 1, 700.0),
        ("2025-12-30", 1, 700.0),
        ("2024-02-29", 10, 70.0),
        ("2024-02-28", 11, pytest.approx(700 / 11)),
        ("2025-12-31", None, None),  # no month end is left
    ],
)
def test_required_pace_divides_the_gap_by_the_month_ends_left(as_of, months, pace):
    gaps = pd.DataFrame({"region_code": ["19"], "value": [700.0]})
    rows = required_pace_rows(gaps, as_of[:7], date.fromisoformat(as_of), "excl_jakon", "1")
    found = figure(rows, "required_monthly_pace")
    if months is None:
        assert found["status"] == "not_available"
        assert pd.isna([found["value"], found["numerator"], found["denominator"]]).all()
    else:
        assert (found["value"], found["numerator"], found["denominator"]) == (pace, 700, months)


def test_a_reached_target_asks_for_no_pace():
    assert figure(gap_rows(600, 1000), "required_monthly_pace")["value"] == 0


def test_recent_pace_is_per_month_that_really_passed():
    """Offices cut off on different days; a mean month has 30.4375 of them."""
    stocks = pd.DataFrame(
        {
            "region_code": "19",
            "period": ["2025-06", "2025-05", "2025-03", "2024-06"],
            "as_of": [AS_OF, date(2025, 4, 28), date(2025, 3, 1), date(2024, 6, 1)],
            "value": [1000.0, 1100.0, 908.0, 400.0],
        }
    )
    rows = recent_pace_rows(stocks, Month(2025, 6), AS_OF, "1")
    assert figures(rows, "recent_monthly_pace") == {
        "1": pytest.approx(-100 / (34 / 30.4375)),  # shrinking is negative
        "3": pytest.approx(92 / (92 / 30.4375)),
        "12": pytest.approx(600 / (365 / 30.4375)),
    }


def test_recent_pace_is_not_available_without_the_earlier_report():
    stocks = pd.DataFrame(
        {"region_code": ["19"], "period": ["2025-06"], "as_of": [AS_OF], "value": [1000.0]}
    )
    rows = recent_pace_rows(stocks, Month(2025, 6), AS_OF, "1")
    assert set(rows["status"]) == {"not_available"}
    assert rows[["value", "numerator", "denominator"]].isna().all().all()
    assert sorted(rows["category"]) == ["1", "12", "3"]
