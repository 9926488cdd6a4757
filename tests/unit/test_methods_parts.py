"""What the methods notebook says: definitions, denominators, rules on their day, sources."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from builders import make_releasable

from coverage_lib.disclosure import Versions
from coverage_lib.indicators.definitions import definitions
from coverage_lib.present.context import open_part
from coverage_lib.present.notebooks import methods as parts
from coverage_lib.present.parts.methods.rules import value_text
from coverage_lib.present.plain import plain_text
from coverage_lib.reference import rules
from coverage_lib.suppression.families import load_families

PARTS = [getattr(parts, name) for name in parts.__all__]
VERSIONS = Versions("9.9", "7", "a" * 64, "measured")


def said(part, releasable, language="id"):
    """All that a part prints: its texts, the cells of its tables and their notes."""
    blocks = part(releasable, language).blocks
    tables = [block for block in blocks if block["kind"] == "table"]
    cells = [cell["text"] for table in tables for row in table["rows"] for cell in row["cells"]]
    notes = [note for table in tables for note in table["notes"]]
    return "\n".join([plain_text(blocks), *cells, *notes])


@pytest.mark.parametrize("level", ["provinsi", "kabupaten", "kecamatan", "desa"])
@pytest.mark.parametrize("story", ["full", "suppressed", "all_missing"])
def test_every_part_can_be_shown(level, story):
    releasable = replace(make_releasable(level, story), versions=VERSIONS)
    for language in ("id", "en"):
        for part in PARTS:
            text = said(part, releasable, language)
            assert "None" not in text
            assert "{" not in text
            assert "mappingproxy" not in text


def test_the_indicators_of_a_region_are_defined_and_no_other():
    releasable = make_releasable()
    own = set(releasable.rows["indicator"]) & set(definitions())
    text = said(parts.indicator_definitions, releasable, "en")
    for name, one in definitions().items():
        assert (f"{one.title['en']} (" in text) == (name in own), name


def test_a_rule_is_told_as_it_stood_on_the_day_with_what_comes_next():
    releasable = make_releasable()
    rows = releasable.rows.assign(as_of=date(2025, 6, 1))
    text = said(parts.rules_in_force, replace(releasable, rows=rows), "en")
    ceiling = rules.load_rule("jp_wage_ceiling_idr")
    assert f"Rp{ceiling.at(date(2025, 6, 1)).value:,}" in text
    assert "1 Mar 2026:" in text
    assert "assumed" in text


def test_every_value_of_every_rule_can_be_told():
    for language in ("id", "en"):
        context = open_part(make_releasable(), language)
        for name in rules.rule_names():
            rule = rules.load_rule(name)
            for value in rule.values:
                told = value_text(context, rule.unit, value.value)
                assert told
                assert not re.search(
                    r"[{}()\[\]]", told.replace("(BPU)", "").replace("(PU", "")
                ) or ("contribution_discount" in name)


def test_the_threshold_in_words_is_the_one_in_force():
    threshold = load_families().threshold
    text = said(parts.disclosure_control, make_releasable(), "en")
    assert f"1 to {threshold - 1} are suppressed" in text


def test_what_is_shown_whatever_its_size_is_said():
    families = load_families()
    assert "village_ecosystem_coverage" in families.open
    for language, named in {
        "en": ("unknown region", "village offices", "active participants in all"),
        "id": ("wilayah yang tidak diketahui", "jabatan di desa", "peserta aktif seluruhnya"),
    }.items():
        text = said(parts.disclosure_control, make_releasable(), language)
        assert all(one in text for one in named)


def test_articles_of_laws_are_named_in_the_language_of_the_edition():
    text = said(parts.rules_in_force, make_releasable(), "en")
    assert "Pasal" not in text
    assert "Lampiran" not in text
    assert re.search(r"Articles (11 and 21|3-4)", text)
    assert "PP 44/2015 Article 37" in text


def test_denominators_and_targets_are_those_of_the_region():
    text = said(parts.denominators, make_releasable(), "en")
    for expected in ("100,000", "Potensi pekerja contoh", "2031", "50.00"):
        assert expected in text
    nothing = said(parts.denominators, make_releasable(story="all_missing"), "en")
    assert "No percentage" in nothing


def test_sources_say_whether_they_are_simulated():
    assert "2 of 2 sources of this month are simulated" in said(
        parts.sources, make_releasable(), "en"
    )
    assert "simulated" not in said(parts.sources, make_releasable(simulated=False), "en")


def test_versions_are_those_of_the_mart():
    releasable = replace(make_releasable(), versions=VERSIONS)
    assert "9.9" in said(parts.versions, releasable)
    assert parts.versions(make_releasable(), "id").blocks == ()
