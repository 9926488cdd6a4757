"""What the roster notebook says, from figures made by hand."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from builders import AS_OF, COLUMNS, PERIOD, make_releasable

from coverage_lib.linkage.measures import link_measures
from coverage_lib.present.notebooks import roster as parts
from coverage_lib.present.plain import plain_text
from coverage_lib.suppression.small_counts import protect_small_counts

PARTS = [getattr(parts, name) for name in parts.__all__]
KINDS = [
    # village, position, outcome, rule, weight, how many rows
    ("19.71.01.1004", "village_official", "registered_active", "nik_and_name", None, 60),
    ("19.71.01.1004", "neighbourhood_head", "not_registered", None, None, 40),
    ("19.01.01.2001", "village_official", "registered_lapsed", "nik_one_slip", None, 20),
    ("19.01.01.2001", "neighbourhood_head", "needs_a_look", "nik_nearly", 13.0, 7),
    ("19.01.01.2001", "neighbourhood_head", "needs_a_look", "nik_nearly", 22.0, 8),
]
FEW = ("19.01.01.2001", "village_head", "registered_lapsed", "reviewed_same", None, 2)  # fmt: skip


def linked(level="provinsi", kinds=KINDS):
    """A region's figures with those of a link run, as they may be shown."""
    releasable = make_releasable(level)
    links = pd.DataFrame(
        [kind[:5] for kind in kinds for _ in range(kind[5])],
        columns=["village_code", "position", "outcome", "rule", "weight"],
    )
    rows = protect_small_counts(link_measures(links, str(PERIOD), AS_OF, "19", "1"))
    codes = [releasable.region.code, *(child.code for child in releasable.children)]
    own = rows[rows["region_code"].isin(codes)].loc[:, list(COLUMNS)]
    return replace(releasable, rows=pd.concat([releasable.rows, own], ignore_index=True))


def said(part, releasable, language):
    blocks = part(releasable, language).blocks
    tables = [block for block in blocks if block["kind"] == "table"]
    cells = [cell["text"] for table in tables for row in table["rows"] for cell in row["cells"]]
    return "\n".join([plain_text(blocks), *cells])


@pytest.mark.parametrize("level", ["provinsi", "kabupaten", "kecamatan", "desa"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_part_can_be_shown_with_and_without_a_link_run(level, language):
    for releasable in (make_releasable(level), linked(level)):
        for part in PARTS:
            text = said(part, releasable, language)
            assert "None" not in text
            assert "{" not in text
            assert not re.search(r"\bnan\b", text)


def test_what_was_found_in_words_and_numbers():
    text = said(parts.outcomes, linked(), "en")
    assert "135 rows that can be used" in text
    assert "44.44% of them are certain" in text
    assert "15 rows (11.11%) could not be decided" in text


def test_without_a_link_run_a_sentence_says_so_and_nothing_else_is_shown():
    releasable = make_releasable()
    assert "belum dicocokkan" in said(parts.outcomes, releasable, "id")
    shown = [part(releasable, "id").blocks for part in PARTS[2:]]
    assert shown == [()] * len(shown)
    assert "provinces and districts" in said(parts.outcomes, linked("kecamatan"), "en")


def test_a_small_count_is_told_as_withheld():
    (table,) = (
        block
        for block in parts.by_position(linked(kinds=[*KINDS, FEW]), "en").blocks
        if block["kind"] == "table"
    )
    (heads,) = (row for row in table["rows"] if row["cells"][0]["text"] == "Village heads")
    assert heads["cells"][1]["status"] == "suppressed"
    assert "2" not in {cell["text"] for row in table["rows"] for cell in row["cells"]}


def test_weights_are_drawn_from_the_lowest_up():
    (figure,) = (
        block
        for block in parts.match_weights(linked(), "en").blocks
        if block["kind"] == "figure"
    )  # fmt: skip
    assert figure["csv"].splitlines()[1:] == [
        "12–16,7,DATA SIMULASI / SIMULATED DATA",
        "20–24,8,DATA SIMULASI / SIMULATED DATA",
    ]
