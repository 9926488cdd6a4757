"""Coverage: active participants over eligible workers, with and without construction."""

from datetime import date
from functools import cache

import ibis
import pandas as pd
import pytest
from text_tables import figure, in_every_district, read_text, register, register_frame, to_engine

from coverage_lib.errors import MeasureError, ReferenceDataError
from coverage_lib.indicators.compute import compute_measures
from coverage_lib.indicators.inputs import Inputs
from coverage_lib.indicators.participation.denominators import eligible_on
from coverage_lib.indicators.rows import up_the_ladder
from coverage_lib.periods import Month
from coverage_lib.reference.regions import load_regions

INDICATORS = ("active_participants", "coverage", "eligible_workers")

AS_OF = date(2025, 6, 1)
PERIOD = Month(2025, 6)
ELIGIBLE = """
    vintage | valid_from | valid_to   | region_code | segment | eligible_workers | source
    2025    | 2025-01-01 | 2025-12-31 | 19.71       | PU      | 4                | BPS
    2025    | 2025-01-01 | 2025-12-31 | 19.71       | BPU     | 4                | BPS
    2025    | 2025-01-01 | 2025-12-31 | 19.71       | JAKON   | 2                | BPS
    2025    | 2025-01-01 | 2025-12-31 | 19.01       | PU      | 8                | BPS
    2025    | 2025-01-01 | 2025-12-31 | 19.01       | BPU     | 2                | BPS
    2025    | 2025-01-01 | 2025-12-31 | 19.01       | JAKON   | 0                | BPS
    2025    | 2025-01-01 | 2025-12-31 | 19.02       | PU      | 0                | BPS
    2025    | 2025-01-01 | 2025-12-31 | 19.02       | BPU     | 0                | BPS
    2025    | 2025-01-01 | 2025-12-31 | 19.02       | JAKON   | 0                | BPS
    2025    | 2025-01-01 | 2025-12-31 | 19.03       | PU      | 0                | BPS
    2025    | 2025-01-01 | 2025-12-31 | 19.03       | BPU     | 0                | BPS
    2025    | 2025-01-01 | 2025-12-31 | 19.03       | JAKON   | 0                | BPS
    2025    | 2025-01-01 | 2025-12-31 | 19.04       | PU      | 0                | BPS
    2025    | 2025-01-01 | 2025-12-31 | 19.04       | BPU     | 0                | BPS
    2025    | 2025-01-01 | 2025-12-31 | 19.04       | JAKON   | 0                | BPS
    2025    | 2025-01-01 | 2025-12-31 | 19.05       | PU      | 0                | BPS
    2025    | 2025-01-01 | 2025-12-31 | 19.05       | BPU     | 0                | BPS
    2025    | 2025-01-01 | 2025-12-31 | 19.05       | JAKON   | 0                | BPS
    2025    | 2025-01-01 | 2025-12-31 | 19.06       | PU      | 0                | BPS
    2025    | 2025-01-01 | 2025-12-31 | 19.06       | BPU     | 0                | BPS
    2025    | 2025-01-01 | 2025-12-31 | 19.06       | JAKON   | 0                | BPS
    """
REGISTER = """
    person | segment | village
    Ani    | PU      | 19.71.01.1004
    Budi   | PU      | 19.71.01.1004
    Citra  | BPU     | 19.71.02.1001
    Dedi   | JAKON   | 19.71.02.1001
    Eka    | PU      | 19.01.01.1001
    Fitri  | PU      | 19.02.01.1001
    Gani   | PU      | 19.00.00.0000
    """
# The denominator holds construction in both scopes; the province has 6 of 20, and not the mean
# of 30 % and 10 %, people of unknown region too.
COVERAGE = """
    region_code | category | scope      | numerator | denominator | value
    19.71       | total    | excl_jakon | 3         | 10          | 30
    19.71       | total    | incl_jakon | 4         | 10          | 40
    19.71       | PU       | excl_jakon | 2         | 4           | 50
    19.71       | BPU      | excl_jakon | 1         | 4           | 25
    19.71       | JAKON    | incl_jakon | 1         | 2           | 50
    19.01       | total    | excl_jakon | 1         | 10          | 10
    19          | total    | excl_jakon | 6         | 20          | 30
    19          | total    | incl_jakon | 7         | 20          | 35
    """


@cache
def measure(people: str = REGISTER, eligible: str | None = ELIGIBLE) -> pd.DataFrame:
    frame = register_frame(read_text(people), AS_OF)
    tables = {"participants": to_engine(in_every_district(frame, AS_OF))}
    if eligible is not None:
        tables["eligible_workers"] = to_engine(read_text(eligible))
    return compute_measures(Inputs(tables, load_regions(), "19", PERIOD)).rows


def test_coverage_is_the_covered_of_the_eligible_workers():
    rows = measure()
    told = read_text(COVERAGE)
    found = rows[rows["indicator"] == "coverage"].set_index(["region_code", "category", "scope"])
    for line in told.to_dict("records"):
        place = line["region_code"], line["category"], line["scope"]
        for column in ("numerator", "denominator", "value"):
            assert found.loc[place, column] == float(line[column]), (place, column)


def test_coverage_quotes_its_denominator():
    found = figure(measure(), "coverage", scope="excl_jakon")
    assert (found["denominator_source"], found["denominator_vintage"]) == ("BPS", "2025")
    assert found["as_of"] == AS_OF


@pytest.mark.parametrize(
    ("region", "why"),
    [
        ("19.02", "its denominator is 0"),
        ("19.03", "nobody there and no denominator"),
        ("19.71.01", "the denominators do not reach so far down"),
        ("19.00", "people of unknown region have no denominator"),
    ],
)
def test_coverage_is_not_available_where_the_denominator_is_not(region: str, why: str):
    found = figure(measure(), "coverage", of=region, scope="excl_jakon")
    assert found["status"] == "not_available", why
    assert pd.isna([found["value"], found["numerator"], found["denominator"]]).all()


def test_people_count_where_the_denominator_is_missing():
    rows = measure()
    assert figure(rows, "active_participants", of="19.02", scope="excl_jakon")["value"] == 1
    assert figure(rows, "active_participants", of="19.00", scope="excl_jakon")["value"] == 1


def test_a_region_without_participants_has_zero():
    found = figure(measure(), "active_participants", of="19.03", scope="excl_jakon")
    assert (found["value"], found["status"]) == (0, "available")


def test_zero_of_a_known_denominator_is_zero_percent():
    rows = measure("person | segment | village\nAni | PU | 19.71.01.1004")
    found = figure(rows, "coverage", of="19.01", scope="excl_jakon")
    assert (found["value"], found["numerator"], found["denominator"]) == (0.0, 0, 10)


def test_more_participants_than_expected_stay_above_a_hundred_percent():
    people = "person | segment | village\n" + "\n".join(
        f"Person {number} | PU | 19.71.01.1004" for number in range(11)
    )
    assert figure(measure(people), "coverage", of="19.71", scope="excl_jakon")["value"] == 110.0


def test_only_construction_in_the_register():
    rows = measure("person | segment | village\nAni | JAKON | 19.71.01.1004")
    assert figure(rows, "active_participants", scope="excl_jakon")["value"] == 0
    assert figure(rows, "active_participants", scope="incl_jakon")["value"] == 1


def test_without_construction_in_the_register_there_is_one_scope():
    rows = measure("person | segment\nAni | PU")
    chosen = rows[(rows["indicator"] == "coverage") & (rows["dimension"] == "total")]
    assert set(chosen["scope"]) == {"excl_jakon"}


def test_without_denominators_people_are_counted_and_coverage_is_not():
    rows = measure(eligible=None)
    assert figure(rows, "active_participants", scope="excl_jakon")["value"] == 6
    assert figure(rows, "coverage", scope="excl_jakon")["status"] == "not_available"
    assert "eligible_workers" not in set(rows["indicator"])


def test_an_empty_denominator_table_of_the_date_is_an_error_that_names_it():
    with pytest.raises(ReferenceDataError, match=r"eligible_workers has no entry for 2025-06-01"):
        measure(eligible=ELIGIBLE.replace("2025-12-31", "2025-05-31"))


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("2024 | 2024-01-01 | 2025-12-31 | 19.03 | PU | 5 | BPS", "several vintages"),
        ("2024 | 2024-01-01 |            | 19.03 | PU | 5 | BPS", "several vintages"),
        ("2025 | 2025-01-01 | 2025-12-31 | 19    | PU | 5 | BPS", "mixes region levels"),
    ],
)
def test_workers_are_never_counted_twice(more: str, message: str):
    frame = read_text(f"{ELIGIBLE.strip()}\n{more}")
    with pytest.raises(ReferenceDataError, match=message):
        eligible_on(to_engine(frame).execute(), AS_OF, required=True)


def test_a_denominator_is_valid_on_its_first_and_its_last_day():
    table = to_engine(read_text(ELIGIBLE)).execute()
    for day in (date(2025, 1, 1), date(2025, 12, 31)):
        found = eligible_on(table, day, required=True)
        assert found.loc[found["region_code"] == "19", "eligible"].sum() == 20
    for day in (date(2024, 12, 31), date(2026, 1, 1)):
        assert eligible_on(table, day, required=False).empty


def test_denominators_without_an_end_stay_valid():
    rows = measure(eligible=ELIGIBLE.replace("2025-12-31", "          "))
    assert figure(rows, "coverage", scope="excl_jakon")["value"] == 30.0
    table = to_engine(read_text(ELIGIBLE.replace("2025-12-31", "          "))).execute()
    with pytest.raises(ReferenceDataError, match=r"covers 2025-01-01 to an open end"):
        eligible_on(table, date(2024, 12, 31), required=True)


@pytest.mark.parametrize(
    ("without", "message"),
    [
        (("19.06", ""), r"eligible_workers has no entry of BPU in 19\.06 for 2025-06-01"),
        (("19.06", "BPU"), r"no entry of BPU in 19\.06 for 2025-06-01"),
        (("19.71", "PU"), r"no entry of PU in 19\.71 for 2025-06-01"),
        # A segment that one district has is asked of all.
        (("19.06", "JAKON"), r"no entry of JAKON in 19\.06 for 2025-06-01"),
        # Wage earners and the self-employed are asked for even where no district has them.
        (("", "BPU"), r"no entry of BPU in 19\.01, 19\.02, .*, 19\.71 for 2025-06-01"),
        (("", "PU"), r"no entry of PU in 19\.01, 19\.02, .*, 19\.71 for 2025-06-01"),
    ],
)
def test_a_denominator_that_is_missing_is_an_error_and_not_a_higher_coverage(without, message):
    region, segment = without
    lines = [
        line
        for line in ELIGIBLE.splitlines()
        if not (region in line and f"| {segment}" in line and "BPS" in line)
    ]
    assert len(lines) < len(ELIGIBLE.splitlines())
    with pytest.raises(ReferenceDataError, match=message):
        measure(eligible="\n".join(lines))


def test_construction_may_have_no_denominator_anywhere():
    lines = [line for line in ELIGIBLE.splitlines() if "JAKON" not in line]
    assert figure(measure(eligible="\n".join(lines)), "coverage", scope="excl_jakon")[
        "value"
    ] == pytest.approx(100 * 6 / 18)


def test_the_workers_of_an_earlier_month_are_as_complete_as_those_of_now():
    """Its coverage goes into changes and paces; without denominators at all it is not available."""
    people = ibis.union(
        *(
            to_engine(
                in_every_district(register_frame(read_text("person | segment\nAni | PU"), day), day)
            )
            for day in (AS_OF, date(2025, 5, 1))
        )
    )
    later = ELIGIBLE.replace("2025-01-01", "2025-06-01")
    earlier = ELIGIBLE.replace(
        "2025    | 2025-01-01 | 2025-12-31", "2024    | 2024-01-01 | 2025-05-31"
    )
    rows = [line for line in earlier.splitlines()[2:] if "BPU" not in line]
    tables = {"participants": people, "eligible_workers": to_engine(read_text(later))}
    found = compute_measures(Inputs(tables, load_regions(), "19", PERIOD)).rows
    may = figure(found, "coverage", period="2025-05", scope="excl_jakon")
    assert may["status"] == "not_available"
    tables["eligible_workers"] = to_engine(read_text("\n".join([later.strip(), *rows]).strip()))
    with pytest.raises(ReferenceDataError, match=r"no entry of BPU in 19\.01, .* for 2025-05-01"):
        compute_measures(Inputs(tables, load_regions(), "19", PERIOD))


def test_a_district_that_came_with_another_date_is_an_error_and_not_a_zero():
    """The other extracts of the month are a day older: half a register is no register."""
    both = ibis.union(
        register("person | village\nAni | 19.71.01.1004", AS_OF),
        register("person | village\nBudi | 19.01.01.1001", date(2025, 5, 31)),
    )
    with pytest.raises(MeasureError, match=r"as of 2025-0[56]-[03]1 has no rows of 19\.(01|71)"):
        compute_measures(Inputs({"participants": both}, load_regions(), "19", PERIOD))


def test_a_district_with_workers_and_no_row_is_an_error_and_not_a_zero():
    """The first register of an office may lack the file of one of its branches."""
    workers = to_engine(read_text(ELIGIBLE))
    for people, missing in (
        ("person | segment\nAni | PU", r"19\.01"),
        ("person | segment | village\nAni | PU | 19.01.01.1001", r"19\.71"),
    ):
        tables = {"participants": register(people, AS_OF), "eligible_workers": workers}
        with pytest.raises(
            MeasureError, match=rf"as of 2025-06-01 has no rows of {missing}, where"
        ):
            compute_measures(Inputs(tables, load_regions(), "19", PERIOD))


def test_a_line_for_the_province_among_its_districts_is_an_error():
    """The total of a summary would be counted beside its own parts."""
    rows = pd.DataFrame({"region_code": ["19", "19.01", "19.71"], "persons": [100, 60, 40]})
    with pytest.raises(MeasureError, match="mixes region levels"):
        up_the_ladder(rows, [], ["persons"])


def test_a_register_of_another_time_is_an_error():
    tables = {"participants": register("person | segment\nAni | PU", date(2025, 3, 1))}
    with pytest.raises(MeasureError, match=r"no register of 2025-06: .* 2025-03-01"):
        compute_measures(Inputs(tables, load_regions(), "19", PERIOD))


def test_a_register_of_the_end_of_the_month_before_is_the_periods_own():
    tables = {"participants": register("person | segment\nAni | PU", date(2025, 5, 31))}
    rows = compute_measures(Inputs(tables, load_regions(), "19", PERIOD)).rows
    found = figure(rows, "active_participants", scope="excl_jakon")
    assert (found["period"], found["as_of"]) == ("2025-06", date(2025, 5, 31))
