"""Decisions in words, in Indonesian and English; nothing in them is out of a personal record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from coverage_lib.linkage.decisions import ACTIVE, LAPSED, NEEDS_A_LOOK, NOT_REGISTERED
from coverage_lib.linkage.model import MODEL
from coverage_lib.linkage.reviewed import REVIEWED_SAME
from coverage_lib.yaml_reading import read_yaml

LANGUAGES = ("id", "en")


def outcome_in_words(outcome: str, language: str) -> str:
    return str(_words()["outcome"][outcome][language])


def rule_in_words(rule: str, language: str) -> str:
    """What a rule asks for, said of many rows: without the numbers and names of one."""
    words = _words()
    return str(words["of_many"].get(rule, words["rule"][rule])[language])


def counted_in_words(rule: str, language: str, *, death_benefit_paid: bool) -> str:
    """Why rows have their outcome: by a rule, or because a death benefit was paid for whom it found."""
    said = rule_in_words(rule, language)
    if death_benefit_paid:
        return str(_words()["death"]["counted"][language]).format(rule=said)
    return said


def reason(decision: Mapping[str, Any], language: str) -> str:
    """Why a decision was taken, and what it means; parts are separated by `; `."""
    if decision["outcome"] == NOT_REGISTERED:
        if decision["rule"] is not None:
            return _said(decision, language, ("rule", decision["rule"]))
        return _said(decision, language, ("nobody", _what_is_there(decision)))
    parts: list[tuple[str, ...]] = [("rule", decision["rule"])]
    if decision["is_certain"]:
        if decision["rule"] != REVIEWED_SAME:
            parts.append(("only",))
        if decision["place_relation"] in ("province", "other"):
            parts.append(("moved",))
    elif decision["members"] > 1:
        parts.append(("several",))
    elif decision["rule"] in _accepting():
        parts.append(("contested",))
    if decision["outcome"] == ACTIVE:
        parts.append(("active", "open" if decision["covered_until"] is None else "until"))
    if decision["outcome"] == LAPSED:
        if decision["lapsed_since"] is not None:
            parts.append(("lapsed", "since"))
        parts.append(("lapsed", decision["reactivated_by"]))
    if decision["outcome"] == NEEDS_A_LOOK and decision["death_benefit_paid"]:
        is_confirmed = decision["rule"] == REVIEWED_SAME
        parts.append(("death", "confirmed" if is_confirmed else "asked"))
    return "; ".join(_said(decision, language, part) for part in parts)


def masked_name(name: str | None) -> str:
    """The first letter of each word, for a terminal: `B•• S••`."""
    return " ".join(f"{word[0]}••" for word in (name or "").upper().split() if word[0].isalpha())


@cache
def _words() -> Mapping[str, Any]:
    text = (resources.files("coverage_lib.linkage") / "words.yml").read_text(encoding="utf-8")
    words: Mapping[str, Any] = read_yaml(text)
    return words


def _accepting() -> frozenset[str]:
    return frozenset(rule.name for rule in MODEL.rules if rule.accepts)


def _what_is_there(decision: Mapping[str, Any]) -> str:
    if decision["has_digits"]:
        return "whole" if decision["has_birth_date"] else "no_birth_date"
    return "no_nik" if decision["has_birth_date"] else "neither"


def _said(decision: Mapping[str, Any], language: str, path: tuple[str, ...]) -> str:
    entry: Any = _words()
    for step in path:
        entry = entry[step]
    values = {
        name: f"{value:%d-%m-%Y}" if isinstance(value, date) else value
        for name, value in decision.items()
    }
    return str(entry[language]).format_map(values)
