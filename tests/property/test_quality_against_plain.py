"""The quality of the sources against plain Python, and its laws, on small random tables and accounts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
import plain_quality
import pyarrow as pa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from text_tables import engine

from coverage_lib.indicators.inputs import Inputs
from coverage_lib.indicators.quality.measures import quality_measures
from coverage_lib.indicators.quality.receipt import receipt_rows
from coverage_lib.indicators.rows import COLUMNS, KEY, join_rows
from coverage_lib.intake.pull_account import PullAccount, SourceAccount
from coverage_lib.periods import Month
from coverage_lib.reference.regions import load_regions
from coverage_lib.tables import load_table

PERIOD = Month(2025, 6)
EARLIER, AS_OF, CLAIMS_AS_OF = date(2025, 4, 28), date(2025, 6, 1), date(2025, 6, 17)
VILLAGES = ("19.71.01.1004", "19.01.01.1001", "19.71.00.0000", "19.00.00.0000")
DAYS = (date(2020, 1, 1), date(2024, 12, 31), date(2025, 6, 1), date(2025, 6, 2), date(2026, 1, 1))
MONTHS = (date(2024, 9, 1), date(2025, 3, 1), date(2025, 6, 1), date(2025, 7, 1), date(2027, 1, 1))
REGIONS = load_regions()
#: A query takes its time: what fails is shown as found, not made smaller over minutes.
laws = settings(
    max_examples=15,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

cards = st.sampled_from([None, "c1", "c2", "c3"])
persons = st.sampled_from(["p1", "p2"])
decisions = st.sampled_from(["d1", "d2", "d3"])
villages = st.sampled_from(VILLAGES)
TABLES: dict[str, dict[str, tuple[pa.DataType, st.SearchStrategy[Any]]]] = {
    "participants": {
        "as_of_date": (pa.date32(), st.just(AS_OF)),
        "village_code": (pa.string(), villages),
        "person_key": (pa.string(), persons),
        "membership_key": (pa.string(), cards),
        "birth_year": (pa.int64(), st.sampled_from([None, 1923, 1924, 1980, 2010, 2011, 2030])),
        "segment": (pa.string(), st.sampled_from(["PU", "BPU", "JAKON"])),
        "start_date": (pa.date32(), st.sampled_from(DAYS)),
        "end_date": (pa.date32(), st.sampled_from([None, None, *DAYS])),
        "paid_through_month": (pa.date32(), st.sampled_from([None, *MONTHS])),
        "employer_key": (pa.string(), st.sampled_from([None, "e1", "e2"])),
    },
    "claims": {
        "as_of_date": (pa.date32(), st.just(CLAIMS_AS_OF)),
        "village_code": (pa.string(), st.none() | villages),
        "claim_key": (pa.string(), decisions),
        "membership_key": (pa.string(), cards),
        "paid_date": (
            pa.date32(),
            st.sampled_from([AS_OF, AS_OF, CLAIMS_AS_OF, date(2025, 5, 31)]),
        ),
    },
    "scholarships": {
        "as_of_date": (pa.date32(), st.just(CLAIMS_AS_OF)),
        "village_code": (pa.string(), villages),
        "claim_key": (pa.string(), decisions),
    },
    "contributions": {
        "as_of_date": (pa.date32(), st.just(CLAIMS_AS_OF)),
        "membership_key": (pa.string(), cards),
    },
    "village_roster": {
        "as_of_date": (pa.date32(), st.just(CLAIMS_AS_OF)),
        "village_code": (pa.string(), villages),
        "person_key": (pa.string(), st.sampled_from([None, "p1", "p3"])),
    },
}
registers = st.fixed_dictionaries(
    {},
    optional={
        name: st.lists(
            st.fixed_dictionaries({column: drawn for column, (_, drawn) in columns.items()}),
            min_size=1,
            max_size=10,
        )
        for name, columns in TABLES.items()
    },
)


def measured(drawn: dict[str, list[dict[str, Any]]]) -> pd.DataFrame:
    tables = {}
    for name, rows in drawn.items():
        schema = pa.schema([(column, kind) for column, (kind, _) in TABLES[name].items()])
        table = pa.Table.from_pylist(rows, schema)
        tables[name] = engine().create_table(f"quality_{name}", table, overwrite=True)
    inputs = Inputs(tables, REGIONS, "19", PERIOD)
    return join_rows(quality_measures(inputs, pd.DataFrame(columns=list(COLUMNS)), "1"))


@given(registers)
@laws
def test_the_same_as_plain_python(drawn: dict[str, list[dict[str, Any]]]) -> None:
    rows = measured(drawn)
    place = ["indicator", "region_code", "as_of", "dimension", "category", "scope"]
    found = rows[rows["status"] == "available"].set_index(place)["value"].to_dict()
    assert found == plain_quality.measures(drawn, PERIOD, "19", REGIONS.by_code)
    assert not rows.duplicated(list(KEY)).any()


# What is wrong with a row of the register: the texts that the checks write.
FAULTS = (
    "NIK: 16 digits with a possible birth date were expected",
    "NIK: a value was expected; TANGGAL LAHIR: a day as dd-mm-yyyy was expected",
    "KPJ: a card number of up to 11 digits was expected",
    "SEGMEN: one of PU, BPU, JAKON, PMI was expected",
    "an earlier row has the same key",
)
COLUMNS_OF_REGISTER = [column.name for column in load_table("participants").columns]


@st.composite
def sources(draw: st.DrawFn, as_of: date, number: int) -> SourceAccount:
    """A file: rows of each fault, good ones beside them, columns missing or half filled."""
    faults = draw(st.dictionaries(st.sampled_from(FAULTS), st.integers(1, 5)))
    rows = sum(faults.values()) + draw(st.integers(1, 20))
    absent = draw(st.sets(st.sampled_from(COLUMNS_OF_REGISTER), max_size=4))
    return SourceAccount(
        name=f"{as_of}-{number}",
        table="participants",
        producer="Kantor contoh",
        as_of=as_of,
        received=draw(st.sampled_from([None, as_of + timedelta(days=number)])),
        simulated=True,
        sha256="",
        rows=rows,
        ignored_columns=(),
        absent_columns=tuple(sorted(absent)),
        expected_rows=draw(st.none() | st.just(rows)),
        rejected=sum(n for text, n in faults.items() if text.startswith(("NIK", "SEGMEN"))),
        duplicates=faults.get(FAULTS[-1], 0),
        faults=tuple(faults.items()),
        filled=tuple(
            (name, draw(st.integers(0, rows))) for name in COLUMNS_OF_REGISTER if name not in absent
        ),
    )


accounts = st.tuples(
    *(sources(day, number) for day in (EARLIER, AS_OF) for number in range(1, 3))
).map(lambda files: PullAccount("demo", str(PERIOD), "g", "k", (), files))


@given(accounts)
@laws
def test_shares_of_what_was_received(account: PullAccount) -> None:
    (rows,) = receipt_rows(account, "19", PERIOD, "1")
    assert not rows.duplicated(list(KEY)).any()
    known = rows[rows["status"] == "available"]
    shares = known[(known["unit"] == "percent") & (known["indicator"] != "completeness_rows")]
    assert shares["value"].between(0, 100).all()
    percent = known[known["unit"] == "percent"]
    assert (percent["value"] == 100 * percent["numerator"] / percent["denominator"]).all()
    for day in (EARLIER, AS_OF):
        files = [source for source in account.sources if source.as_of == day]
        of_day = known[known["as_of"] == day]
        quarantined = of_day[of_day["indicator"] == "share_quarantined"].iloc[0]
        accepted = sum(source.rows - source.rejected - source.duplicates for source in files)
        assert quarantined["numerator"] + accepted == quarantined["denominator"]
        # A row with several faults is one row: no kind alone has more faulty rows than all.
        validity = of_day[of_day["indicator"] == "validity"]
        is_total = validity["dimension"] == "table"
        all_kinds, by_kind = validity.loc[is_total, "value"].item(), validity[~is_total]["value"]
        assert all_kinds <= by_kind.min()
        assert 100 - all_kinds <= (100 - by_kind).sum() + 1e-9


@given(accounts)
@laws
def test_what_is_not_known_is_not_available(account: PullAccount) -> None:
    (rows,) = receipt_rows(account, "19", PERIOD, "1")
    for day in (EARLIER, AS_OF):
        files = [source for source in account.sources if source.as_of == day]
        of_day = rows[rows["as_of"] == day].set_index("indicator")
        waited = of_day.loc["timeliness_days"]
        dated = all(source.received for source in files)
        assert (waited["status"] == "available") == dated
        expected = of_day.loc["completeness_rows"]
        declared = all(source.expected_rows for source in files)
        assert (expected["status"] == "available") == (declared or day == AS_OF)
        assert expected["denominator_source"] == (
            "declared" if declared else "" if day == EARLIER else "extract before"
        )
