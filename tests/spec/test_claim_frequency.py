"""Frequency: claims paid for every thousand participants, averaged over the days of the span."""

from datetime import date

import pandas as pd
import pytest
from text_tables import figure, register

from coverage_lib.indicators.claims.frequency import (
    ActiveOn,
    active_by_programme,
    average_active,
    frequency_rows,
)
from coverage_lib.indicators.inputs import Inputs
from coverage_lib.indicators.participation.measures import programme_stocks
from coverage_lib.periods import Month
from coverage_lib.reference.regions import load_regions

INDICATORS = ("claim_frequency",)

REGIONS = load_regions()


def active(day: str, **persons: int) -> ActiveOn:
    """`total=100` persons of the province, `JKK=80` of a programme."""
    rows = [("19", programme, number) for programme, number in persons.items()]
    frame = pd.DataFrame(rows, columns=["region_code", "programme", "persons"])
    return ActiveOn(date.fromisoformat(day), frame)


def claims(as_of: str = "2025-01-11", **counts: int) -> pd.DataFrame:
    day = date.fromisoformat(as_of)
    return pd.DataFrame(
        [
            {
                "indicator": "claims_paid", "region_code": "19", "period": as_of[:7], "as_of": day,
                "dimension": "total" if name == "total" else "programme", "category": name,
                "value": float(count),
            }
            for name, count in counts.items()
        ]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("known", "mean"),
    [
        ({"2025-01-06": 100}, 100),  # one date stands for all days
        ({"2025-01-01": 100, "2025-01-11": 200}, 150),  # a straight line between two
        ({"2024-12-22": 100, "2025-01-11": 300}, 250),  # of a line the part inside the span
        ({"2025-01-11": 300, "2024-12-22": 100}, 250),  # in whatever order they come
        ({"2025-01-11": 100, "2025-01-31": 300}, 100),  # before the first: as on the first
        ({"2024-01-01": 100, "2024-12-31": 300}, 300),  # after the last: as on the last
        ({"2025-01-01": 0, "2025-01-06": 100, "2025-01-11": 0}, 500 / 11),  # 0 20 ... 100 ... 20 0
    ],
)
def test_average_over_the_days_of_the_span(known: dict[str, int], mean: float):
    stocks = [active(day, total=persons) for day, persons in known.items()]
    found = average_active(stocks, date(2025, 1, 1), date(2025, 1, 11))
    assert found["persons"].tolist() == [pytest.approx(mean)]


def test_claims_for_every_thousand_average_participants():
    stocks = [active("2025-01-01", total=1000, JKK=800), active("2025-01-11", total=3000, JKK=800)]
    rows = frequency_rows(claims(total=10, JKK=4), stocks, "2025-01", date(2025, 1, 11), "1")
    total = figure(rows, "claim_frequency")
    assert (total["value"], total["numerator"], total["denominator"]) == (
        pytest.approx(5), 10, pytest.approx(2000),
    )  # fmt: skip
    assert figure(rows, "claim_frequency", dimension="programme")["value"] == pytest.approx(5)


def test_without_participants_there_is_no_frequency():
    stocks = [active("2025-01-01", total=10, JKP=0)]
    rows = frequency_rows(claims(total=1, JKP=1), stocks, "2025-01", date(2025, 1, 11), "1")
    assert figure(rows, "claim_frequency", dimension="programme")["status"] == "not_available"
    rows = frequency_rows(claims(total=1), [], "2025-01", date(2025, 1, 11), "1")
    assert figure(rows, "claim_frequency")["status"] == "not_available"


def test_no_claims_are_a_frequency_of_zero():
    rows = frequency_rows(
        claims(total=0), [active("2025-01-01", total=10)], "2025-01", date(2025, 1, 11), "1"
    )
    found = figure(rows, "claim_frequency")
    assert (found["value"], found["status"]) == (0, "available")


def test_claims_of_other_spans_do_not_count():
    both = pd.concat([claims(total=4), claims("2024-12-31", total=99)])
    rows = frequency_rows(
        both, [active("2025-01-01", total=1000)], "2025-01", date(2025, 1, 11), "1"
    )
    assert figure(rows, "claim_frequency")["value"] == 4


def test_participants_by_programme_hold_construction_too():
    day = date(2025, 6, 1)
    told = register(
        """person | segment | programmes
           Ani    | PU      | JKK JKM JHT
           Budi   | JAKON   | JKK JKM""",
        day,
    )
    inputs = Inputs({"participants": told}, REGIONS, "19", Month(2025, 6))
    (stock,) = programme_stocks(inputs)
    found = active_by_programme(stock.counts, stock.as_of, REGIONS, "19").persons
    in_village = found[found["region_code"] == "19.71.01.1004"].set_index("programme")["persons"]
    assert in_village.to_dict() == {"total": 2, "JKK": 2, "JKM": 2, "JHT": 1, "JP": 0, "JKP": 0}
    assert found.groupby("region_code")["persons"].sum()["19.06"] == 0
