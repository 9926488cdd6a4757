"""Indonesian names: without titles, under one spelling, and a key that sounds are compared by.

Everything comes twice: as functions of a text, and as a query of the engine that says the same of
a column. What is a title and what a variant is data (`names.yml`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from coverage_lib.yaml_reading import read_yaml

_APOSTROPHES = "['`\"‘’“”]"
_NO_LETTERS = r"[^A-Z. ]+"


@dataclass(frozen=True)
class NameRules:
    """What names.yml says: `words` and `first_words` from a variant to its usual spelling."""

    titles: frozenset[str]
    titles_at_the_end: frozenset[str]
    degree_of_two: str
    split_degree: str
    ends_a_name: frozenset[str]
    words: dict[str, str]
    first_words: dict[str, str]
    common_first_words: frozenset[str]
    sounds: tuple[tuple[str, str], ...]


@cache
def name_rules() -> NameRules:
    """The rules as they come with the library."""
    text = (resources.files("coverage_lib.linkage") / "names.yml").read_text(encoding="utf-8")
    entry: dict[str, Any] = read_yaml(text)
    begins, ends = "|".join(entry["degree_begins"]), "|".join(entry["degree_ends"])
    two = "|".join(entry["degrees_of_two"])
    doubled = [(letter * 2, letter) for letter in entry["doubled"]]
    return NameRules(
        titles=frozenset(title for line in entry["titles"] for title in line),
        titles_at_the_end=frozenset(entry["titles_at_the_end"]),
        degree_of_two=rf"\b({two})\. ?I\b",
        split_degree=rf"\b({begins})\. ({ends})\b",
        ends_a_name=frozenset(entry["ends_a_name"]),
        words=_usual(entry["words"]),
        first_words=_usual(entry["first_words"]),
        common_first_words=frozenset(entry["common_first_words"]),
        sounds=(*((old, new) for old, new in entry["sounds"]), *doubled),
    )


def clean_name(text: str) -> str:
    """A name in capital letters without titles, degrees and punctuation, each word as it is
    usually spelled; `M.` at its beginning is Muhammad where a name follows.

    A name of nothing but titles stays as it is: somebody may be called Haji. Empty where there
    is no letter.
    """
    rules = name_rules()
    bare = re.sub(_APOSTROPHES, "", _without_accents(text).upper())
    spaced = re.sub(r" +", " ", re.sub(_NO_LETTERS, " ", bare)).strip()
    joined = re.sub(rules.split_degree, r"\1.\2", re.sub(rules.degree_of_two, r"\1I", spaced))
    words = [word for word in joined.split(" ") if not _is_title(word)]
    words = [word for word in " ".join(words).replace(".", " ").split(" ") if word]
    if not words:
        words = [word for word in spaced.replace(".", " ").split(" ") if word]
    words = _cut(words)
    named = [rules.words.get(word, word) for word in words]
    if len(named) > 1:
        named[0] = rules.first_words.get(named[0], named[0])
    return " ".join(named)


def name_key(cleaned: str) -> str:
    """How a cleaned name sounds, without blanks: Noerhajati and Nur Hayati have one key."""
    key = cleaned.replace(" ", "")
    for old, new in name_rules().sounds:
        key = key.replace(old, new)
    return key


def own_word(cleaned: str) -> str:
    """The first word of a cleaned name that is not one of those that many names begin with."""
    words = cleaned.split(" ")
    common = name_rules().common_first_words
    return next((word for word in words if word not in common), words[0])


def with_names(relation: str, column: str = "name") -> str:
    """The query of a relation's rows with `name_clean`, `name_key` and `own_word` of a column, as
    the functions above make them; of no name all are the empty text.
    """
    rules = name_rules()
    bare = f"regexp_replace(upper(strip_accents({column})), {_quoted(_APOSTROPHES)}, '', 'g')"
    spaced = f"regexp_replace({bare}, {_quoted(_NO_LETTERS)}, ' ', 'g')"
    two = rf"regexp_replace(spaced, {_quoted(rules.degree_of_two)}, '\1I', 'g')"
    degree = rf"regexp_replace({two}, {_quoted(rules.split_degree)}, '\1.\2', 'g')"
    is_title = (
        f"(list_contains({_listed(sorted(rules.titles))}, replace(word, '.', '')) "
        f"OR contains(word[:-2], '.') AND list_contains({_listed(sorted(rules.titles_at_the_end))}, "
        "replace(word, '.', '')))"
    )
    common = _listed(sorted(rules.common_first_words))
    uncommon = f"list_filter(string_split(name_clean, ' '), lambda word: NOT list_contains({common}, word))"
    first = _looked_up("named[1]", rules.first_words)
    several = f"array_to_string(list_prepend({first}, named[2:]), ' ')"
    without_blanks = "replace(name_clean, ' ', '')"
    kept = "array_to_string(untitled, ' ')"
    stages = (
        f"coalesce(trim(regexp_replace({spaced}, ' +', ' ', 'g')), '') AS spaced",
        f"CASE WHEN contains(spaced, '.') THEN {degree} ELSE spaced END AS joined",
        f"list_filter(string_split(joined, ' '), lambda word: NOT {is_title}) AS untitled",
        f"{_words_sql(kept)} AS rest",
        f"CASE WHEN len(rest) > 0 THEN rest ELSE {_words_sql('spaced')} END AS words",
        f"{_cut_end_sql('words')} AS bare_words",
        f"{_cut_begin_sql('bare_words')} AS own_words",
        f"list_transform(own_words, lambda word: {_looked_up('word', rules.words)}) AS named",
        f"CASE WHEN len(named) > 1 THEN {several} ELSE coalesce(named[1], '') END AS name_clean",
        f"{sounds_sql(without_blanks)} AS name_key",
        f"coalesce({uncommon}[1], split_part(name_clean, ' ', 1)) AS own_word",
    )
    query = relation
    for stage in stages:
        query = f"(SELECT *, {stage} FROM {query})"
    passing = "spaced, joined, untitled, rest, words, bare_words, own_words, named"
    return f"(SELECT * EXCLUDE ({passing}) FROM {query})"


def sounds_sql(column: str) -> str:
    """The engine's expression of how a cleaned name sounds, its blanks kept."""
    key = column
    for old, new in name_rules().sounds:
        key = f"replace({key}, '{old}', '{new}')"
    return key


def _is_title(word: str) -> bool:
    """With its dots a degree is one wherever it stands: `S.T.`, but not `St.`, which is Siti."""
    rules = name_rules()
    bare = word.replace(".", "")
    return bare in rules.titles or ("." in word[:-1] and bare in rules.titles_at_the_end)


def _cut(words: list[str]) -> list[str]:
    """Without whose child somebody is, and without degrees at the end; one word stays."""
    rules = name_rules()
    ends = [place for place, word in enumerate(words) if place and word in rules.ends_a_name]
    kept = words[: ends[0]] if ends else words
    while len(kept) > 1 and kept[-1] in rules.titles_at_the_end:
        kept = kept[:-1]
    return kept


def _cut_end_sql(words: str) -> str:
    ends = _listed(sorted(name_rules().ends_a_name))
    place = f"list_position(list_transform({words}[2:], lambda word: list_contains({ends}, word)), true)"
    return f"CASE WHEN {place} > 0 THEN {words}[:{place}] ELSE {words} END"


def _cut_begin_sql(words: str) -> str:
    """Degrees at the end: as many as follow one another there."""
    titles = _listed(sorted(name_rules().titles_at_the_end))
    reversed_ = f"list_reverse({words}[2:])"
    first_kept = (
        f"list_position(list_transform({reversed_}, "
        f"lambda word: NOT list_contains({titles}, word)), true)"
    )
    kept = f"CASE WHEN {first_kept} > 0 THEN {words}[:len({words}) - {first_kept} + 1] ELSE {words}[:1] END"
    return f"CASE WHEN list_contains({titles}, {words}[-1]) THEN {kept} ELSE {words} END"


def _words_sql(text: str) -> str:
    return f"list_filter(string_split(replace({text}, '.', ' '), ' '), lambda word: word <> '')"


def _looked_up(word: str, usual: dict[str, str]) -> str:
    names, spelled = _listed(list(usual)), _listed(list(usual.values()))
    return f"coalesce(map({names}, {spelled})[{word}], {word})"


def _listed(texts: Sequence[str]) -> str:
    return "[" + ", ".join(_quoted(text) for text in texts) + "]"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _usual(entry: dict[str, Sequence[str]]) -> dict[str, str]:
    return {variant: usual for usual, variants in entry.items() for variant in variants}


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(one for one in decomposed if unicodedata.category(one) != "Mn")
