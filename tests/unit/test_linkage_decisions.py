"""What a link means on a day: covered until when, lapsed since when, or for a human."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage_lib.indicators.participation.participants import is_active
from coverage_lib.linkage.decisions import OUTCOMES, decide
from coverage_lib.linkage.explain import LANGUAGES, outcome_in_words, reason, rule_in_words
from coverage_lib.linkage.model import MODEL
from coverage_lib.linkage.reviewed import REVIEWED_DIFFERENT, REVIEWED_SAME

AS_OF = date(2025, 6, 1)
NIK = "1901010101800001"
SCHEMA = pa.schema(
    [
        ("nik", pa.string()), ("kpj", pa.string()), ("segment", pa.string()), ("start_date", pa.date32()),
        ("end_date", pa.date32()), ("paid_through_month", pa.date32()),
        *((name, pa.bool_()) for name in ("jkk", "jkm", "jht", "jp", "jkp")),
    ]
)  # fmt: skip


def membership(text: str) -> dict[str, Any]:
    """`segment start end paid programmes`, `-` for what is missing."""
    segment, start, end, paid, programmes = text.split()
    day = {"start_date": start, "end_date": end, "paid_through_month": f"{paid}-01"}
    return {
        "nik": NIK, "kpj": "26000000001", "segment": segment,
        **{name: None if value[0] == "-" else date.fromisoformat(value) for name, value in day.items()},
        **{name: name in programmes.split("+") for name in ("jkk", "jkm", "jht", "jp", "jkp")},
    }  # fmt: skip


def decided(
    memberships: list[dict[str, Any]],
    day: date = AS_OF,
    *,
    is_certain: bool | None = True,
    died: bool = False,
) -> dict[str, Any]:
    connection = ibis.duckdb.connect()
    link = {
        "row_id": 1, "nik": None if is_certain is None else NIK, "is_certain": is_certain,
        "rule": None if is_certain is None else "nik_and_name", "members": 1, "namesakes": 1, "place_relation": "village",
        "has_digits": True, "has_birth_date": True,
    }  # fmt: skip
    connection.con.register("links", pa.Table.from_pylist([link]).cast(
        pa.schema([pa.field(name, pa.string()) if name in ("nik", "rule") else pa.field(name, pa.bool_())
                   if name == "is_certain" else pa.Table.from_pylist([link]).schema.field(name) for name in link])
    ))  # fmt: skip
    connection.con.register("register", pa.Table.from_pylist(memberships, SCHEMA))
    connection.con.register("deaths", pa.table({"kpj": ["26000000001"] if died else [""]}))
    table = decide(connection, "links", "register", day, "deaths")
    (row,) = connection.table(table).to_pyarrow().to_pylist()
    connection.disconnect()
    return row


STANDING = [
    # memberships                                    outcome, programmes, until / since, reactivated by
    (["PU 2020-01-01 - - jkk+jkm+jht"], ("registered_active", "JKK, JKM, JHT", None, None, None)),
    (["PU 2020-01-01 2025-12-31 - jkk"], ("registered_active", "JKK", "2025-12-30", None, None)),
    (["PU 2020-01-01 2025-06-01 - jkk"], ("registered_lapsed", None, None, "2025-06-01", "registration")),
    (["PU 2020-01-01 2024-03-10 - jkk"], ("registered_lapsed", None, None, "2024-03-10", "registration")),
    (["BPU 2020-01-01 - 2025-02 jkk+jkm"], ("registered_active", "JKK, JKM", "2025-06-15", None, None)),
    (["BPU 2020-01-01 - 2025-01 jkk"], ("registered_lapsed", None, None, "2025-05-16", "contribution")),
    (["BPU 2025-05-20 - - jkk"], ("registered_active", "JKK", "2025-08-15", None, None)),
    (["PU 2025-07-01 - - jkk"], ("registered_lapsed", None, None, None, "its_day")),
    # the best of several counts
    (["BPU 2020-01-01 - 2024-01 jkk+jkm", "PU 2021-01-01 - - jkk"], ("registered_active", "JKK", None, None, None)),
    (["PU 2020-01-01 2022-01-01 - jkk", "BPU 2020-01-01 - 2024-01 jkm"], ("registered_lapsed", None, None, "2024-05-16", "contribution")),
]  # fmt: skip


@pytest.mark.parametrize(("memberships", "expected"), STANDING)
def test_standing(memberships, expected):
    row = decided([membership(text) for text in memberships])
    names = ("outcome", "programmes", "covered_until", "lapsed_since", "reactivated_by")
    assert tuple(None if row[name] is None else str(row[name]) for name in names) == expected


def test_nothing_is_said_of_who_is_not_certain():
    row = decided([membership("PU 2020-01-01 - - jkk")], is_certain=False)
    assert (row["outcome"], row["programmes"]) == ("needs_a_look", None)
    assert decided([], is_certain=None)["outcome"] == "not_registered"


def test_a_dead_member_needs_a_look():
    row = decided([membership("PU 2020-01-01 - - jkk")], died=True)
    assert (row["outcome"], row["programmes"]) == ("needs_a_look", None)
    assert "death benefit" in reason(row, "en")
    assert "santunan kematian" in reason(row, "id")


months = st.integers(0, 30).map(lambda number: date(2023 + number // 12, number % 12 + 1, 1))


@settings(max_examples=20, deadline=None)
@given(months, st.none() | months, st.none() | months, st.sampled_from(["PU", "BPU"]))
def test_the_last_day_is_the_last_on_which_the_indicators_count_the_person(
    start, end, paid, segment
):
    own = membership(f"{segment} {start} - - jkk") | {"end_date": end, "paid_through_month": paid}
    day = date(2025, 6, 1)
    row = decided([own], day)
    register = ibis.memtable(pa.Table.from_pylist([own], SCHEMA))

    def counts(when: date) -> bool:
        connection = ibis.duckdb.connect()
        return bool(connection.execute(register.filter(is_active(register, when)).count()))

    assert (row["outcome"] == "registered_active") == counts(day)
    if row["covered_until"] is not None:
        assert counts(row["covered_until"])
        assert not counts(row["covered_until"] + timedelta(days=1))
    if row["lapsed_since"] is not None:
        assert not counts(row["lapsed_since"])


def test_every_outcome_and_rule_has_words():
    for language in LANGUAGES:
        assert len({outcome_in_words(outcome, language) for outcome in OUTCOMES}) == len(OUTCOMES)
        names = [rule.name for rule in (*MODEL.rules, MODEL.by_weight)]
        names += [REVIEWED_SAME, REVIEWED_DIFFERENT]
        said = {rule_in_words(name, language) for name in names}
        assert len(said) == len(names)
        assert not [words for words in said if "…" in words or "{" in words]  # no holes


def test_weights_of_a_comparison_are_shares():
    for comparison in MODEL.comparisons:
        assert sum(level.m for level in comparison.levels) == pytest.approx(1, abs=0.02)
        assert all(0 < level.u <= 1 for level in comparison.levels)
