"""All six notebooks in the states that a month can be in: each is drawn and says what is so."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pandas as pd
import pymupdf
import pytest
from builders import COLUMNS, PERIOD, make_releasable, make_row
from coverage_rows import make_depth

from coverage_lib.briefing.document import make_document
from coverage_lib.briefing.render import render_html, render_pdf
from coverage_lib.present.notebooks import briefing, claims, coverage, methods, quality, village
from coverage_lib.present.plain import plain_text
from coverage_lib.reference.regions import Region

NOTEBOOKS = {
    "briefing": briefing, "claims": claims, "coverage": coverage, "methods": methods, "quality": quality,
    "village": village,
}  # fmt: skip
LONG = "Kecamatan Pemekaran Kepulauan Bagian Utara dan Selatan Muara Sungai Panjang Sekali"
VILLAGES = 393
_ENROLMENT = (
    "active_|coverage|eligible|gap_|required_|recent_|participant_|net_growth|group_|.*forecast"
)


def with_long_names():
    releasable = make_releasable("kecamatan", child_name=LONG)
    return replace(releasable, region=replace(releasable.region, name=LONG))


def with_many_villages():
    """A district whose villages, two levels down, are as many as those of the whole province."""
    releasable = make_depth("kabupaten")
    parents = [child for child in releasable.children if not child.is_unknown]
    below = tuple(
        Region(f"{parents[n % len(parents)].code}.{1001 + n}", f"Teladan {n + 1}", "desa")
        for n in range(VILLAGES)
    )
    added = [
        make_row(name, region.code, value, unit, numerator=30 + n % 60, denominator=100)
        for n, region in enumerate(below)
        for name, value, unit in (
            ("active_participants", 30 + n % 60, "persons"), ("coverage", 30.0 + n % 60, "percent"),
        )
    ]  # fmt: skip
    rows = pd.concat(
        [releasable.rows, pd.DataFrame(added, columns=list(COLUMNS)).astype({"as_of": object})],
        ignore_index=True,
    )
    return replace(releasable, rows=rows, grandchildren=below)


def kept(releasable, keep):
    return replace(releasable, rows=releasable.rows[keep(releasable.rows)].reset_index(drop=True))


def without_claims():
    return kept(
        make_depth("kecamatan"),
        lambda rows: ~rows["indicator"].str.match("claims_|scholarship_"),
    )


def without_enrolment():
    """No extract of participants for the month: earlier months are known, this one is not."""
    return kept(
        make_depth(),
        lambda rows: ~(rows["indicator"].str.match(_ENROLMENT) & (rows["period"] == str(PERIOD))),
    )


def shrinking():
    return make_depth("kabupaten", "full")


def complete():
    """Everyone is covered: the headline at 100 percent, whatever the parts are."""
    releasable = kept(
        make_depth(story="reached"),
        lambda rows: (rows["dimension"] == "total") & (rows["indicator"] != "net_growth"),
    )
    rows = releasable.rows.copy()
    headline = (rows["period"] == str(PERIOD)) & (rows["scope"] == "excl_jakon")
    for indicator, values in {
        "active_participants": {"value": 100_000.0},
        "coverage": {"value": 100.0, "numerator": 100_000.0, "denominator": 100_000.0},
        "gap_to_target": {"value": 0.0},
        "required_monthly_pace": {"value": 0.0},
    }.items():
        own = headline & (rows["indicator"] == indicator) & (rows["region_code"] == "19")
        rows.loc[own, list(values)] = list(values.values())
    return replace(releasable, rows=rows)


def past_the_target():
    return make_depth(story="reached")


STATES = {
    "long_names": with_long_names, "many_villages": with_many_villages, "no_claims": without_claims,
    "no_enrolment": without_enrolment, "shrinking": shrinking, "complete": complete,
    "past_the_target": past_the_target,
}  # fmt: skip
#: state | notebook | Indonesian | English
SAID = """
long_names      | briefing | Cakupan desa/kelurahan tertinggi tercatat    | Among the villages, coverage is highest
many_villages   | coverage | Cakupan menurut desa/kelurahan            | Coverage by region: villages
no_claims       | claims   | Hal ini tidak berarti                     | This does not mean that no claim was paid.
no_claims       | briefing | belum memuat klaim dan beasiswa           | do not contain claims and scholarships
no_claims       | methods  | Metode dan sumber                         | Methods and sources
no_enrolment    | briefing | data belum tersedia                       | Coverage: not yet available
no_enrolment    | coverage | terakhir diketahui 32,00 %                | was last known to be 32.00%, on 28 April 2031
no_enrolment    | village  | Pekerja sudah terlindungi: data belum     | Workers protected: not yet available
shrinking       | briefing | Peserta aktif berkurang 2.000             | Active participants fell by 2,000
shrinking       | coverage | turun 2,00 poin persen                    | coverage on 1 June 2031 was 2.00 percentage points lower
complete        | briefing | Cakupan: 100,00 %                         | Coverage stood at 100.00% of eligible workers
complete        | village  | Pekerja belum terlindungi: 0              | All recorded workers are protected
past_the_target | coverage | Target 2031 sebesar 50,00 % sudah tercapai | The 2031 target of 50.00% has been reached.
past_the_target | quality  | belum dapat dinilai                       | cannot be judged
"""


@cache
def shown(state, notebook, language):
    parts, releasable = NOTEBOOKS[notebook], _state(state)
    return tuple(
        block
        for name in parts.__all__
        for block in getattr(parts, name)(releasable, language).blocks
    )


@cache
def _state(state):
    return STATES[state]()


def document(state, notebook, language):
    cover, *blocks = shown(state, notebook, language)
    return make_document(cover, blocks)


def _table():
    for line in SAID.strip().splitlines():
        state, notebook, indonesian, english = (cell.strip() for cell in line.split("|"))
        yield state, notebook, "id", indonesian
        yield state, notebook, "en", english


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("notebook", NOTEBOOKS)
@pytest.mark.parametrize("state", STATES)
def test_every_notebook_is_whole_in_every_state(state, notebook, language):
    text = plain_text(shown(state, notebook, language))
    for wrong in (r"\bNone\b", r"\bnan\b", r"\{", r"\b-0\b", r"−0[.,]00\b"):
        assert not re.search(wrong, text), re.search(wrong, text)
    document(state, notebook, language)
    captions = [
        block["caption"]
        for block in shown(state, notebook, language)
        if block["kind"] in ("table", "figure")
    ]
    assert len(captions) == len(set(captions)), "no two have one title"
    assert all(captions)


@pytest.mark.parametrize(("state", "notebook", "language", "words"), list(_table()))
def test_what_is_said(state, notebook, language, words):
    text = plain_text(shown(state, notebook, language)).replace("**", "").replace("\u00a0", " ")
    assert words in text


@pytest.mark.parametrize(
    ("state", "notebook", "pages"),
    [
        ("long_names", "briefing", 4), ("many_villages", "coverage", 17), ("no_claims", "claims", 1),
        ("no_enrolment", "briefing", 3), ("shrinking", "village", 2), ("complete", "briefing", 3),
        ("past_the_target", "claims", 3),
    ],
)  # fmt: skip
def test_each_state_is_printed(state, notebook, pages):
    """As PDF on no more pages than it needs, with its last row; as HTML with the same captions."""
    made = document(state, notebook, "id")
    with pymupdf.open(stream=render_pdf(made), filetype="pdf") as opened:
        text = " ".join(page.get_text() for page in opened)
        assert len(opened) <= pages
    page = render_html(made)
    if state == "many_villages":
        for number in range(1, VILLAGES + 1):
            assert f"Teladan {number}" in text
            assert f"Teladan {number}<" in page
    if state == "long_names":
        for word in LONG.split():
            assert word in text
    assert made.cover["region_name"].split(",")[0] in page
