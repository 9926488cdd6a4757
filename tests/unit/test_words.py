"""The texts of both languages say the same things with the same figures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from coverage_lib import present
from coverage_lib.errors import UsageError
from coverage_lib.present.words import LANGUAGES, Words, placeholders, words

SOURCE = Path(present.__file__).parent


def test_both_languages_have_the_same_keys():
    first, second = (set(words(language).templates) for language in LANGUAGES)
    assert first == second
    assert len(first) > 300


def test_both_languages_have_the_same_placeholders_and_marks():
    first, second = (words(language).templates for language in LANGUAGES)
    for key, template in first.items():
        assert placeholders(template) == placeholders(second[key]), key
        assert template.count("**") % 2 == second[key].count("**") % 2 == 0, key


def test_every_key_that_the_code_names_in_full_exists():
    named = set()
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        named |= set(re.findall(r'say\(\s*"([a-z_.0-9]+)"', text))
        named |= set(re.findall(r'marked\(\s*context,\s*"([a-z_.0-9]+)"', text))
    assert len(named) > 80
    assert named <= set(words("id").templates)


def test_no_figure_stands_in_a_text():
    allowed = {"1", "0", "31"}  # 1 January, a true zero, 31 December
    for language in LANGUAGES:
        for key, template in words(language).templates.items():
            bare = re.sub(r"\{[a-z_]+\}", "", template)
            assert set(re.findall(r"\d+", bare)) <= allowed, key


def test_a_missing_key_or_value_is_an_error():
    with pytest.raises(LookupError, match=r"words/id has no text 'no\.such\.text'"):
        words("id").say("no.such.text")
    with pytest.raises(LookupError, match="no value for"):
        words("en").say("number.percent")


def test_an_unknown_language_is_a_user_error():
    with pytest.raises(UsageError, match="'fr'"):
        words("fr")


def test_a_value_is_never_read_as_a_template():
    assert words("en").say("number.percent", value="{value}**") == "{value}**%"


def test_counting_and_listing():
    english = words("en")
    assert english.counted("noun.claims", 1, value="1") == "1 claim"
    assert english.counted("noun.claims", 2, value="2") == "2 claims"
    assert english.counted("noun.claims", 0, value="0") == "0 claims"
    assert english.listing(("a",)) == "a"
    assert english.listing(("a", "b")) == "a and b"
    assert words("id").listing(("a", "b", "c")) == "a, b, dan c"
    assert Words("en", {}).listing(()) == ""
