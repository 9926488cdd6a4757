"""Ids that go with the figures in a text: through templates, joins, JSON and into the HTML."""

from __future__ import annotations

import copy
import json
import re

import pytest
from builders import make_releasable
from hypothesis import given
from hypothesis import strategies as st
from nbformat import v4

from coverage_lib.briefing.document import document_from_notebook
from coverage_lib.briefing.render import render_html
from coverage_lib.errors import BriefingError
from coverage_lib.present.blocks import Blocks, blocks_from_json, heading, paragraph
from coverage_lib.present.context import joined, marked, open_part
from coverage_lib.present.notebooks import briefing
from coverage_lib.present.quantities import change_since_previous, counted_text, figure_text
from coverage_lib.present.tables import figure_entry
from coverage_lib.present.traced import (
    TracedText,
    concatenated,
    identifiers_in,
    joined_text,
    pieces_of,
    spans_of,
    traced,
)
from coverage_lib.present.words import words

PARTS = st.lists(
    st.tuples(st.text(max_size=5), st.sampled_from(["", "a:19", "b:19.71"])), max_size=6
)


@given(PARTS)
def test_joined_parts_keep_their_ids(parts: list[tuple[str, str]]) -> None:
    made = [traced(content, name) if name else content for content, name in parts]
    whole = concatenated(made)
    assert whole == "".join(content for content, _ in parts)
    assert [
        (whole[start:end], name) for start, end, name in spans_of(whole)
    ] == [(content, name) for content, name in parts if name and content]  # fmt: skip
    assert "".join(piece for piece, _ in pieces_of(whole)) == whole


@given(PARTS)
def test_a_separator_belongs_to_no_figure(parts: list[tuple[str, str]]) -> None:
    made = [traced(content, name) if name else content for content, name in parts]
    whole = joined_text("; ", made)
    assert whole == "; ".join(content for content, _ in parts)
    assert [whole[start:end] for start, end, _ in spans_of(whole)] == [
        content for content, name in parts if name and content
    ]


def test_plus_keeps_ids_on_either_side() -> None:
    one = traced("12,50 %", "a")
    assert spans_of("naik " + one + ".") == ((5, 12, "a"),)
    assert spans_of(one + one) == ((0, 7, "a"), (7, 14, "a"))
    assert copy.deepcopy([one])[0].spans == one.spans  # type: ignore[attr-defined]


def test_a_figure_keeps_its_id_in_a_sentence_and_a_cell() -> None:
    measures = make_releasable("provinsi", "rising")
    context = open_part(measures, "id")
    coverage = measures.figure("coverage")
    assert coverage.id == "coverage:19:total=total:excl_jakon:2031-06:2031-06-01"
    shown = figure_text(coverage, words("id"))
    assert spans_of(shown) == ((0, len(shown), coverage.id),)
    said = marked(context, "summary.coverage.single", coverage=shown, day="1 Juni 2031")
    assert identifiers_in(joined([said, said])) == {coverage.id}
    assert identifiers_in(paragraph(context.say("claims.largest", programme="JHT", amount=shown)))
    assert spans_of(figure_entry(coverage, words("id")).text)[0][2] == coverage.id
    claims = measures.figure("claims_paid")
    counted = counted_text(claims, words("id"))
    assert [counted[start:end] for start, end, _ in spans_of(counted)] == ["990"]
    change = change_since_previous(measures, coverage)
    assert change is not None
    names = f"{change.later.id} {change.earlier.id}"
    assert {name for _, _, name in spans_of(change.text(words("id")))} == {names}


def test_what_no_row_holds_has_no_id() -> None:
    missing = make_releasable("provinsi", "all_missing").figure("coverage")
    assert missing.id == ""
    assert spans_of(figure_text(missing, words("id"))) == ()


def test_ids_hold_no_space() -> None:
    measures = make_releasable("provinsi")
    measures.rows.loc[measures.rows["dimension"] == "zone", "category"] = "Zona Sumatera <x>"
    assert "rank_in_zone:19:zone=Zona%20Sumatera%20%3Cx%3E:excl_jakon:2031-06:2031-06-01" in (
        measures.by_id
    )
    assert not any(re.search(r"\s", name) for name in measures.by_id)
    assert all(measures.with_id(name) == figure for name, figure in measures.by_id.items())
    assert measures.with_id("coverage:99:total=total:all:2031-06:") is None


def test_blocks_come_back_from_json_with_ids_and_records() -> None:
    shown = briefing.summary(make_releasable("provinsi", "rising"), "en")
    assert identifiers_in(shown.blocks)
    read = blocks_from_json(json.loads(json.dumps(shown.as_json())))
    assert read.blocks == shown.blocks
    assert read.as_json() == shown.as_json()
    assert set(read.figures) == identifiers_in(read.blocks)


@pytest.mark.parametrize(
    "traces",
    [
        5,
        [[]],
        [[[0, "text"]]],
        [[[9, "text"], [[0, 1, "a"]]]],
        [[[0, "nothing"], [[0, 1, "a"]]]],
        [[[0, "level"], [[0, 1, "a"]]]],
        [[[0, "text"], [[0, 99, "a"]]]],
        [[[0, "text"], [[3, 1, "a"]]]],
        [[[0, "text"], [[0, 3, "a"], [2, 4, "b"]]]],
    ],
)
def test_traces_that_do_not_fit_are_refused(traces: object) -> None:
    data = Blocks((heading(2, "a", "Cakupan"),), "id").as_json() | {"traces": traces}
    with pytest.raises(BriefingError, match="cell 3: the traces of figures do not fit"):
        blocks_from_json(data, "cell 3")


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("level", ["provinsi", "desa"])
def test_every_id_of_a_page_leads_to_a_record(level: str, language: str) -> None:
    measures = make_releasable(level, "suppressed")
    outputs = [
        v4.new_output(
            "display_data",
            data=json.loads(json.dumps(getattr(briefing, part)(measures, language)._repr_mimebundle_())),
        )
        for part in briefing.__all__
    ]  # fmt: skip
    document = document_from_notebook(
        v4.new_notebook(cells=[v4.new_code_cell("", outputs=outputs)])
    )
    html = render_html(document)
    printed = {
        name for names in re.findall(r'<data value="([^"]+)">', html) for name in names.split()
    }
    assert printed == set(document.figures)
    assert len(printed) > 20
    for name, record in document.figures.items():
        figure = measures.by_id[name]
        assert (record["value"], record["status"]) == (figure.value, figure.status)
        if figure.status == "suppressed":
            assert [record[part] for part in ("value", "numerator", "denominator")] == [None] * 3
    if level == "provinsi":
        one = document.figures["coverage:19:total=total:excl_jakon:2031-06:2031-06-01"]
        assert one["denominator_vintage"] == "2031"
        assert one["tables"] == ["participants", "participant_summary", "eligible_workers"]


def test_a_traced_text_is_a_text() -> None:
    one = TracedText("12", [(0, 2, "a")])
    assert one == "12"
    assert hash(one) == hash("12")
    assert type(str(one)) is str
