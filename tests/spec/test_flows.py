"""Flows: who came and who went between two register extracts, so that the stocks reconcile.

Unless a row says otherwise a membership is in Pangkalpinang, open, and paid to date.
"""

import re
from dataclasses import replace

import pandas as pd
import pytest
from flow_stories import EARLIER, LATER, all_flow_rows, flows_between, pair_of, stock_of
from text_tables import figures, read_text, register_frame, to_engine

from coverage_lib.errors import MeasureError
from coverage_lib.indicators.participation.flows import FLOWS, changes_of, flow_rows
from coverage_lib.reference.regions import load_regions

INDICATORS = ("participant_flow", "net_growth")

REGIONS = load_regions()
HEAD = "as_of | person | segment | village | start | end | paid_through\n"
HERE, NEXT_DOOR, ELSEWHERE = "19.71.01.1004", "19.71.01.1006", "19.01.01.1001"
B, A = "2025-04-28", "2025-06-01"


def table(text: str):
    given = read_text(HEAD + text)
    for name, usual in {"village": HERE, "start": "2020-01-01", "paid_through": "2025-05"}.items():
        given[name] = given[name].fillna(usual)
    return to_engine(register_frame(given, LATER))


def flows(
    text: str, of: str = "19", dimension: str = "flow", scope: str = "excl_jakon"
) -> dict[str, float]:
    """The flows of a region that are not zero."""
    rows = flows_between(table(text), REGIONS)
    found = figures(rows, "participant_flow", of=of, dimension=dimension, scope=scope)
    return {category: value for category, value in found.items() if value}


@pytest.mark.parametrize(
    ("what_happened", "before", "after", "expected"),
    [
        ("nothing", "Ani PU", "Ani PU", {}),
        ("in no row of the earlier extract", "Budi PU", "Budi PU, Ani PU", {"new": 1}),
        ("in arrears before, paid since", "Ani BPU paid_through 2024-06", "Ani BPU", {"reactivated": 1}),
        ("ended before, registered again", "Ani PU end 2025-01-31", "Ani BPU", {"reactivated": 1}),
        ("three months unpaid", "Ani BPU", "Ani BPU paid_through 2024-12", {"lapsed": 1}),
        ("the end date passed", "Ani PU end 2025-05-31", "Ani PU end 2025-05-31", {"ended": 1}),
        ("ends on the very day", "Ani PU end 2025-06-01", "Ani PU end 2025-06-01", {"ended": 1}),
        ("gone from the register", "Ani PU, Budi PU", "Budi PU", {"ended": 1}),
        ("PU ended, BPU in arrears", "Ani PU", "Ani PU end 2025-05-01, Ani BPU paid_through 2024-01", {"lapsed": 1}),
        ("one of two memberships ended", "Ani PU, Ani BPU", "Ani PU", {}),
        ("only a membership that has not begun", "Ani PU", "Ani PU start 2025-07-01", {"ended": 1}),
        ("another village", "Ani PU", "Ani PU village 19.01.01.1001", {}),
        ("another segment", "Ani BPU", "Ani PU", {}),
        ("to construction", "Ani PU", "Ani JAKON", {"moved_out": 1}),
        ("from construction", "Ani JAKON", "Ani PU", {"moved_in": 1}),
    ],
)  # fmt: skip
def test_what_a_change_is_called(
    what_happened: str, before: str, after: str, expected: dict[str, float]
):
    assert flows("\n".join([*rows_on(B, before), *rows_on(A, after)])) == expected, what_happened


def rows_on(day: str, memberships: str) -> list[str]:
    """`Ani PU end 2025-05-31, Budi BPU` as rows of the table above."""
    rows = []
    for membership in memberships.split(", "):
        person, segment, *more = membership.split()
        said = dict(zip(more[::2], more[1::2], strict=True))
        cells = [said.get(name, "") for name in ("village", "start", "end", "paid_through")]
        rows.append("|".join([day, person, segment, *cells]))
    return rows


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        # From one village to the next in the same sub-district, and to another district.
        (HERE, {"moved_out": 2}),
        (NEXT_DOOR, {"moved_in": 1}),
        ("19.71.01", {"moved_out": 1}),
        ("19.71", {"moved_out": 1}),
        (ELSEWHERE, {"moved_in": 1}),
        ("19.01", {"moved_in": 1}),
        ("19", {}),
    ],
)
def test_a_move_is_one_where_a_border_is_crossed(region: str, expected: dict[str, float]):
    text = f"""{B}|Ani|PU|{HERE}|||
        {B}|Budi|PU|{HERE}|||
        {A}|Ani|PU|{NEXT_DOOR}|||
        {A}|Budi|PU|{ELSEWHERE}|||"""
    assert flows(text, of=region) == expected


def test_between_segments_and_in_the_scope_with_construction():
    text = f"""{B}|Ani|BPU||||
        {B}|Budi|JAKON||||
        {B}|Citra|JAKON||||
        {A}|Ani|PU||||
        {A}|Budi|PU||||
        {A}|Dewi|JAKON||||"""
    assert flows(text, dimension="segment_flow") == {"PU:moved_in": 2, "BPU:moved_out": 1}
    assert flows(text, dimension="segment_flow", scope="incl_jakon") == {
        "JAKON:new": 1,
        "JAKON:ended": 1,
        "JAKON:moved_out": 1,
    }
    assert flows(text, scope="excl_jakon") == {"moved_in": 1}
    assert flows(text, scope="incl_jakon") == {"new": 1, "ended": 1}


def test_an_unknown_village_counts_under_the_unknown_code():
    text = f"{B}|Ani|PU||||\n{A}|Ani|PU||||\n{A}|Budi|PU|19.71.00.0000|||"
    rows = flows_between(table(text), REGIONS)
    for code in ("19", "19.71", "19.71.00", "19.71.00.0000"):
        assert figures(rows, "participant_flow", of=code, dimension="flow")["new"] == 1
    assert figures(rows, "participant_flow", of=HERE, dimension="flow")["new"] == 0


def test_every_region_has_all_flows_zeros_included_beside_the_earlier_stock():
    rows = flows_between(table(f"{B}|Ani|PU||||\n{A}|Ani|PU||||"), REGIONS)
    province = rows[(rows["region_code"] == "19") & (rows["dimension"] == "flow")]
    assert sorted(province["category"]) == sorted(FLOWS)
    assert set(province["denominator"]) == {1}
    assert set(province["denominator_vintage"]) == {B}
    assert (rows["status"] == "available").all()
    assert set(REGIONS.by_code) & set(rows["region_code"]) >= {"19.06", ELSEWHERE, NEXT_DOOR}


@pytest.mark.parametrize(
    ("region", "segment", "extra"), [(HERE, "PU", 1), (ELSEWHERE, "BPU", 3), ("19.09", "PU", -2)]
)
def test_a_stock_that_does_not_follow_is_an_error_that_names_the_place(
    region: str, segment: str, extra: int
):
    pair = pair_of(table(f"{B}|Ani|PU||||\n{A}|Ani|PU||||"))
    earlier, later = stock_of(pair, EARLIER), stock_of(pair, LATER)
    wrong = pd.DataFrame([{"region_code": region, "segment": segment, "persons": extra}])
    false = replace(later, active=pd.concat([later.active, wrong], ignore_index=True))
    said = re.escape(f"region {region}, segment {segment} ") + ".*" + re.escape(f"is {-extra:+d};")
    with pytest.raises(MeasureError, match=said):
        flow_rows(changes_of(pair), earlier, false, REGIONS, "19", "1")


def test_net_growth_is_what_came_less_what_went():
    told = table(f"{B}|Ani|BPU||||\n{B}|Budi|JAKON||||\n{A}|Ani|PU||||\n{A}|Citra|PU||||")
    rows = all_flow_rows(told, REGIONS)
    assert figures(rows, "net_growth", dimension="segment", scope="excl_jakon") == {
        "PU": 2,
        "BPU": -1,
    }
    assert figures(rows, "net_growth", dimension="total", scope="excl_jakon") == {"total": 1}
    assert figures(rows, "net_growth", dimension="total", scope="incl_jakon") == {"total": 0}
