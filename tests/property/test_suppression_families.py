"""Every family of counts withstands the attack; what is not listed, or not checked, is not shown."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pandas as pd
import pytest
from count_attack import recovered
from count_rows import (
    SEXES,
    VILLAGES,
    Place,
    ladder,
    published,
    rows_of,
    sums_over_regions,
    withheld,
)
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from coverage_lib.errors import ConfigError, DisclosureError
from coverage_lib.indicators.definitions import definitions
from coverage_lib.indicators.rows import join_rows
from coverage_lib.suppression.families import load_families, read_families
from coverage_lib.suppression.small_counts import protect_small_counts

FUNDERS = ("apbd", "csr", "employer")
numbers = st.integers(0, 12) | st.sampled_from([0, 0, 0, 1, 1, 2, 4, 5, 40])
few = settings(
    max_examples=8, phases=(Phase.explicit, Phase.generate), derandomize=True, deadline=None
)
people = st.fixed_dictionaries(
    {
        "sex": st.fixed_dictionaries(dict.fromkeys(product(VILLAGES, SEXES), numbers)),
        "funder": st.fixed_dictionaries(
            dict.fromkeys(product((village[:8] for village in VILLAGES), FUNDERS), numbers)
        ),
    }
)


@given(people)
@few
def test_who_they_are_cannot_be_worked_out_though_how_many_they_are_is_published(told) -> None:
    """Totals are published whatever their size: in a village of 3 even zeros are withheld."""
    scope = "excl_jakon"
    by_sex = {
        (region, "sex", sex, scope): persons
        for (region, sex), persons in ladder(told["sex"]).items()
    }
    totals: dict[Place, int] = {}
    for (region, *_), persons in by_sex.items():
        place = (region, "total", "total", scope)
        totals[place] = totals.get(place, 0) + persons
    # Shares of the same persons by another attribute, one level higher.
    by_funder = dict.fromkeys(
        ((region, "funder", funder, scope) for (region, *_), funder in product(totals, FUNDERS)), 0
    )
    for place, persons in totals.items():
        if len(place[0]) == 8:
            left = persons
            for funder in FUNDERS:
                share = min(left, told["funder"][place[0], funder])
                share = left if funder == FUNDERS[-1] else share
                left -= share
                for length in (2, 5, 8):
                    by_funder[place[0][:length], "funder", funder, scope] += share
    counts = totals | by_sex | by_funder
    protected = protect_small_counts(rows_of("active_participants", counts))
    assert {
        place for place in published(protected, "active_participants") if len(place[0]) == 13
    } == {place for place in counts if len(place[0]) == 13 and place[1] != "funder"}
    hidden = withheld(protected, "active_participants")
    assert not hidden & set(totals)
    assert {place for place in [*by_sex, *by_funder]
            if 0 < counts[place] < 5 and place in published(protected, "active_participants")} <= hidden  # fmt: skip
    tiny = {region for (region, *_), persons in totals.items() if 0 < persons < 5}
    blank = {place for place in hidden if place[0] in tiny}
    assert {place for place in by_sex if place[0] in tiny} <= hidden
    relations = sums_over_regions(by_sex) + sums_over_regions(
        place for place in by_funder if len(place[0]) < 13
    )
    for total, (dimension, names) in product(totals, (("sex", SEXES), ("funder", FUNDERS))):
        parts = [((total[0], dimension, name, scope), -1) for name in names]
        if dimension == "sex" or len(total[0]) < 13:
            relations.append([(total, 1), *parts])
    assert recovered(counts, sorted(hidden), relations, blank) == []


GAINS, LOSSES = ("new", "reactivated", "moved_in"), ("lapsed", "ended", "moved_out")
SEGMENTS = {"PU": "excl_jakon", "BPU": "excl_jakon", "JAKON": "incl_jakon"}
DISTRICTS = ("19.01", "19.02", "19.71")
small_flows = st.fixed_dictionaries(
    dict.fromkeys(product(DISTRICTS, SEGMENTS, (*GAINS, *LOSSES)), st.integers(0, 9))
)


@given(small_flows)
@few
def test_flows_cannot_be_worked_out_from_the_stocks_before_and_after(told) -> None:
    """Moves of districts do not add up to the province's, whose gains less losses do."""
    counts: dict[Place, int] = {}
    for (district, segment, flow), persons in told.items():
        scope = SEGMENTS[segment]
        counts[district, "segment_flow", f"{segment}:{flow}", scope] = persons
        for of_scope in dict.fromkeys((scope, "incl_jakon")):
            place = (district, "flow", flow, of_scope)
            counts[place] = counts.get(place, 0) + persons
    for (region, dimension, category, scope), persons in list(counts.items()):
        place = ("19", dimension, category, scope)
        moves = "moved" in category
        counts[place] = counts.get(place, 0) + (persons // 2 if moves else persons)
        assert region != "19"
    protected = protect_small_counts(rows_of("participant_flow", counts))
    hidden = withheld(protected, "participant_flow")
    assert {place for place, count in counts.items() if 0 < count < 5} <= hidden
    additive = [place for place in counts if "moved" not in place[2]]
    relations = sums_over_regions(additive)
    for region, flow in product(("19", *DISTRICTS), ("new", "reactivated", "lapsed", "ended")):
        with_construction = (region, "flow", flow, "incl_jakon")
        without = (region, "flow", flow, "excl_jakon")
        of_segment = {
            name: (region, "segment_flow", f"{name}:{flow}", scope)
            for name, scope in SEGMENTS.items()
        }
        relations.append([(without, 1), (of_segment["PU"], -1), (of_segment["BPU"], -1)])
        relations.append([(with_construction, 1), (without, -1), (of_segment["JAKON"], -1)])
    for region, (dimension, before, scope) in product(
        ("19", *DISTRICTS),
        [("flow", "", "excl_jakon"), ("flow", "", "incl_jakon")]
        + [("segment_flow", f"{name}:", scope) for name, scope in SEGMENTS.items()],
    ):
        relations.append(
            [((region, dimension, f"{before}{flow}", scope), sign)
             for flows, sign in ((GAINS, 1), (LOSSES, -1)) for flow in flows]
        )  # fmt: skip
    assert recovered(counts, sorted(hidden), relations) == []


shares = st.fixed_dictionaries(
    dict.fromkeys(product(DISTRICTS, ("JHT", "JKK", "JKM")), st.tuples(numbers, numbers, numbers))
)


@given(shares)
@few
def test_a_share_tells_three_counts_and_none_of_them_when_one_is_small(told) -> None:
    """Paid in time, paid late, and both together, beside the claims that these are part of."""
    counts: dict[tuple[str, Place], int] = {}
    for (district, programme), of_place in told.items():
        in_time, late, without_term = of_place
        for region, (dimension, category) in product(
            ("19", district), (("programme", programme), ("total", "total"))
        ):
            place = (region, dimension, category, "all")
            for name, number in (("in_time", in_time), ("late", late), ("both", in_time + late),
                                 ("claims", sum(of_place))):  # fmt: skip
                counts[name, place] = counts.get((name, place), 0) + number
            if dimension == "total":
                for name, number in (
                    ("within_term", in_time),
                    ("late", late),
                    ("no_term", without_term),
                ):
                    outcome = ("claims", (region, "timeliness", name, "all"))
                    counts[outcome] = counts.get(outcome, 0) + number
    claims = {place: number for (name, place), number in counts.items() if name == "claims"}
    both = {place: number for (name, place), number in counts.items() if name == "both"}
    share = rows_of("claims_within_term", both)
    in_time = [float(counts["in_time", place]) for place in both]
    denominator = share["value"].where(share["value"] > 0)
    share = share.assign(
        numerator=pd.Series(in_time, share.index).where(denominator.notna()),
        denominator=denominator,
    )
    share["value"] = 100 * share["numerator"] / share["denominator"]
    share["status"] = share["value"].notna().map({True: "available", False: "not_available"})
    protected = protect_small_counts(join_rows([rows_of("claims_paid", claims), share]))
    hidden = {("claims", place) for place in withheld(protected, "claims_paid")}
    hidden |= {(name, place) for place in withheld(protected, "claims_within_term")
               for name in ("in_time", "late", "both")}  # fmt: skip
    assert {key for key, number in counts.items() if 0 < number < 5} <= hidden
    relations = []
    for name in ("in_time", "late", "both", "claims"):
        places = [place for of, place in counts if of == name]
        relations += [
            [((name, place), sign) for place, sign in terms] for terms in sums_over_regions(places)
        ]
        for region in ("19", *DISTRICTS):
            total = (name, (region, "total", "total", "all"))
            for dimension in ("programme", "timeliness"):
                parts = [
                    ((name, place), -1) for place in places if place[:2] == (region, dimension)
                ]
                relations += [[(total, 1), *parts]] if parts else []
    for region in ("19", *DISTRICTS):
        outcome = ("claims", (region, "timeliness", "within_term", "all"))
        relations.append([(outcome, 1), (("in_time", (region, "total", "total", "all")), -1)])
    relations += [
        [(("both", place), 1), (("in_time", place), -1), (("late", place), -1)] for place in both
    ]
    assert recovered(counts, sorted(hidden), relations) == []


def one_row(indicator: str, value: float, region: str = "19", **more: object) -> pd.DataFrame:
    return rows_of(indicator, {(region, "total", "total", "all"): 1}, **({"value": value} | more))


def test_the_attack_of_this_file_finds_a_single_hidden_part() -> None:
    relations = [[("total", 1), ("small", -1), ("rest", -1)]]
    true = {"total": 10, "small": 3, "rest": 7}
    assert recovered(true, ["small"], relations) == ["small"]
    assert recovered(true, ["small", "rest"], relations) == []
    ones = {"total": 2, "small": 1, "rest": 1}
    assert recovered(ones, ["small", "rest"], relations) == ["small", "rest"]
    assert recovered(ones, ["small", "rest"], relations, blank={"small", "rest"}) == []


def test_amount_mean_and_median_go_with_the_count_and_come_back_by_no_product() -> None:
    """A mean times a count would be the amount; a frequency times the participants the count."""
    figures = ("claims_amount_idr", "benefit_mean_idr", "claim_frequency")
    claims = {(code, "total", "total", "all"): count
              for code, count in (("19", 13), ("19.01", 3), ("19.02", 4), ("19.71", 6))}  # fmt: skip
    rows = [rows_of(name, claims, numerator=7.0, denominator=9.0) for name in figures]
    protected = protect_small_counts(join_rows([rows_of("claims_paid", claims), *rows]))
    for name in ("claims_paid", *figures):
        assert {place[0] for place in withheld(protected, name)} == {"19.01", "19.02"}
    hidden = protected["status"] == "suppressed"
    assert protected.loc[hidden, ["numerator", "denominator", "value"]].isna().all(axis=None)


def test_a_median_needs_more_claims_than_an_amount() -> None:
    """Of an odd number of claims it is the amount of one of them."""
    claims = {(code, "total", "total", "all"): count
              for code, count in (("19", 39), ("19.01", 19), ("19.02", 20))}  # fmt: skip
    names = ("benefit_median_idr", "payment_days_median")
    rows = [rows_of(name, claims, denominator=9.0) for name in names]
    share = rows_of("claims_within_term", claims, numerator=9.0, denominator=9.0)
    share.loc[share["region_code"] == "19", ["numerator", "denominator"]] = 27.0
    protected = protect_small_counts(join_rows([rows_of("claims_paid", claims), share, *rows]))
    assert {place[0] for place in withheld(protected, "benefit_median_idr")} == {"19.01"}
    days = protected[protected["indicator"] == "payment_days_median"]
    assert days["denominator"].isna().all()


@pytest.mark.parametrize("june", [6, 3])
def test_a_claim_ratio_needs_every_month_to_be_shown(june: int) -> None:
    """Its benefits are those of whole months; less the year to date, those of the last one."""
    region = "19.01"
    counts = {(region, "total", "total", "all"): 40 + june,
              (region, "month", "2025-01", "all"): 30, (region, "month", "2025-02", "all"): 10,
              (region, "month", "2025-06", "all"): june}  # fmt: skip
    ratio = one_row("claim_ratio", 40, region, numerator=40.0, denominator=100.0)
    protected = protect_small_counts(join_rows([rows_of("claims_paid", counts), ratio]))
    assert bool(withheld(protected, "claim_ratio")) == (june < 5)


def test_what_repeats_a_withheld_count_is_withheld_beside_it() -> None:
    """Rows not found in the register are those of a card unknown to it and those without one."""
    province = ("19", "total", "total", "all")
    blocks = [
        rows_of("claims_paid", {province: 100}),
        rows_of("claims_without_membership", {province: 2}),
        rows_of("claims_without_card_number", {province: 5}),
        rows_of(
            "consistency",
            {("19", "table_pair", f"{name}:in_participants", "all"): 93
             for name in ("claims", "contributions")},
            numerator=93.0, denominator=100.0,
        ),
    ]  # fmt: skip
    protected = protect_small_counts(join_rows(blocks))
    assert {place[2] for place in withheld(protected, "consistency")} == {"claims:in_participants"}


def test_a_few_contradictions_of_a_source_are_withheld() -> None:
    counts = {
        ("19", "anomaly", "age_too_old", "all"): 3,
        ("19", "anomaly", "age_too_young", "all"): 8,
    }
    protected = protect_small_counts(rows_of("register_anomalies", counts))
    assert {place[2] for place in withheld(protected, "register_anomalies")} == {"age_too_old"}


def test_net_growth_goes_with_the_flows_that_it_is_made_of() -> None:
    flows = dict.fromkeys((*GAINS, *LOSSES), 9) | {"lapsed": 2, "ended": 2}
    counts = {("19.01", "flow", name, "excl_jakon"): count for name, count in flows.items()}
    growth = one_row("net_growth", 5, "19.01", scope="excl_jakon")
    protected = protect_small_counts(join_rows([rows_of("participant_flow", counts), growth]))
    assert withheld(protected, "net_growth")


def test_a_figure_whose_count_is_not_there_to_be_checked_is_withheld() -> None:
    protected = protect_small_counts(one_row("claims_amount_idr", 1_000_000))
    assert protected["status"].tolist() == ["suppressed"]


def test_an_indicator_that_is_not_listed_stops_the_mart() -> None:
    with pytest.raises(DisclosureError, match=r"shoe_size is not in suppression/families\.yaml"):
        protect_small_counts(one_row("shoe_size", 42))
    with pytest.raises(DisclosureError, match=r"claims_paid by shoe is not .* only by total, prog"):
        protect_small_counts(one_row("claims_paid", 42, dimension="shoe"))
    taken_over = one_row("shoe_size", 42, origin="published")
    assert protect_small_counts(taken_over)["value"].tolist() == [42]


def test_every_indicator_that_is_defined_is_listed() -> None:
    missing = sorted(set(definitions()) - load_families().indicators)
    assert missing == [], (
        "list these in src/coverage_lib/suppression/families.yaml: with the counts they are made "
        "of, or under `open` with the reason why they may always be shown"
    )


def test_what_is_open_says_why_and_nothing_is_listed_twice() -> None:
    with pytest.raises(ConfigError, match="coverage is open without a reason"):
        read_families({"threshold": 5, "families": {}, "open": {"coverage": {}}})
    family = {"counts": {"coverage": {"levels": {"total": "desa"}}}}
    with pytest.raises(ConfigError, match="coverage twice"):
        read_families({"threshold": 5, "families": {"one": family},
                       "open": {"coverage": {"because": "so"}}})  # fmt: skip
    family["counts"]["coverage"]["levels"]["total"] = "dusun"
    with pytest.raises(ConfigError, match="dusun is not known"):
        read_families({"threshold": 5, "families": {"one": family}, "open": {}})


@pytest.mark.parametrize(
    ("indicator", "dimension", "level"),
    [
        ("active_participants", "sex", "desa"),
        ("active_participants", "total", "desa"),
        ("claims_amount_idr", "programme", "kecamatan"),
        ("payment_days_median", "programme", "kecamatan"),
        ("net_growth", "segment", "kabupaten"),
        ("coverage", "segment", "desa"),
        ("contributions_due_idr", "segment", "provinsi"),
    ],
)
def test_the_lowest_level_of_a_figure_is_that_of_all_its_counts(indicator, dimension, level):
    assert load_families().lowest_level(indicator, dimension) == level


def test_the_threshold_is_what_the_file_says() -> None:
    counts = {(code, "total", "total", "all"): count
              for code, count in (("19", 20), ("19.01", 5), ("19.02", 6), ("19.71", 9))}  # fmt: skip
    rows = rows_of("claims_paid", counts)
    assert not withheld(protect_small_counts(rows), "claims_paid")
    stricter = replace(load_families(), threshold=6)
    assert {place[0] for place in withheld(protect_small_counts(rows, stricter), "claims_paid")} == {
        "19.01", "19.02",
    }  # fmt: skip
