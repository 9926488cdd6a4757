"""A pair side by side, as texts that a terminal and a notebook draw in their own ways.

What differs is told by a sign and a word beside the values, never by colour alone. These texts name
persons: they are for the screen of whoever decides, and are stored nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePath

from coverage_lib.errors import on_one_line
from coverage_lib.linkage.decisions import NEEDS_A_LOOK
from coverage_lib.linkage.explain import reason
from coverage_lib.linkage.review_queue import Pair, Person, Waiting
from coverage_lib.linkage.reviews import CONFLICT, Review, Standing
from coverage_lib.present.formats import day_text, decimal_text
from coverage_lib.present.words import Words

SIGNS = {"equal": "=", "alike": "≈", "differs": "≠", "missing": "?"}
_FIELDS = ("name", "nik", "birth", "place")
_STRONGEST = {"nik": "equal", "birth": "equal", "name": "equal", "place": "village"}
_LISTED = 4


@dataclass(frozen=True)
class FieldLine:
    """One line of the comparison. `marks` has a ^ below each character of the register's text that is
    another in the roster's; empty where the two cannot be laid over one another.
    """

    sign: str
    title: str
    row: str = field(repr=False)
    member: str = field(repr=False)
    said: str = ""
    marks: str = ""


@dataclass(frozen=True)
class PairSheet:
    """All that is shown of a pair; `weight` and `conflict` are empty where there is none."""

    row_of: str
    lines: tuple[FieldLine, ...]
    why: str
    weight: str
    others: tuple[str, ...] = field(repr=False)
    decided: tuple[str, ...]
    conflict: str


def pair_sheet(shown: Waiting, words: Words, village_name: Callable[[str], str]) -> PairSheet:
    """The texts of a pair; `village_name` gives the name of a code."""
    pair = shown.pair
    return PairSheet(
        row_of=row_of(pair, words),
        lines=tuple(_lines(pair, words, village_name)),
        why=words.say("review.why", reason=_reason(pair, words.language)),
        weight=_weight(pair, words),
        others=tuple(_other(one, words, village_name) for one in shown.others[:_LISTED]),
        decided=tuple(decided_text(one, words) for one in shown.standing.counting),
        conflict=words.say("review.conflict") if shown.standing.state == CONFLICT else "",
    )


def row_of(pair: Pair, words: Words) -> str:
    """Where the row stands in the rosters; it names nobody."""
    key = "review.row_of_sheet" if pair.sheet else "review.row_of"
    sheet = on_one_line(pair.sheet or "")
    return words.say(
        key, file=on_one_line(PurePath(pair.file).name), sheet=sheet, line=str(pair.line)
    )


def decided_text(review: Review, words: Words, *, with_remark: bool = True) -> str:
    """Who decided what and when. A remark may say anything: for the reviewer's own screen only."""
    decision = words.say(f"review.decision.{review.decision}")
    said = words.say(
        "review.decided", reviewer=on_one_line(review.reviewer),
        day=day_text(review.day, words.language), decision=decision,
    )  # fmt: skip
    if not (review.remark and with_remark):
        return said
    return f"{said} {words.say('review.remark', remark=on_one_line(review.remark))}"


def kept_text(review: Review, standing: Standing, words: Words) -> str:
    """What a reviewer is told once a decision is on the disk."""
    key = "review.contradicted" if standing.state == CONFLICT else "review.kept"
    return words.say(key, decision=words.say(f"review.decision.{review.decision}"))


def _weight(pair: Pair, words: Words) -> str:
    if pair.weight is None:
        return ""
    return words.say("review.weight", weight=decimal_text(pair.weight, words.language, 1))


def _reason(pair: Pair, language: str) -> str:
    decision = {
        "outcome": NEEDS_A_LOOK, "is_certain": pair.weight is None, "rule": pair.rule,
        "death_benefit_paid": pair.death_benefit_paid, "members": pair.members,
        "namesakes": pair.namesakes, "place_relation": pair.relations["place"],
    }  # fmt: skip
    return reason(decision, language)


def _lines(pair: Pair, words: Words, village_name: Callable[[str], str]) -> Iterator[FieldLine]:
    row, member = (_texts(person, village_name) for person in (pair.row, pair.member))
    nothing = words.say("review.nothing")
    for name in _FIELDS:
        kind = _kind(pair, name, row[name], member[name])
        key = f"review.said.{name}.{pair.relations[name]}"
        is_told = kind == "alike" or (name == "place" and kind == "differs")
        said = words.say(key if is_told and key in words else f"review.sign.{kind}")
        yield FieldLine(
            SIGNS[kind], words.say(f"review.field.{name}"), row[name] or nothing,
            member[name] or nothing, said, _marks(row[name], member[name]) if name == "nik" else "",
        )  # fmt: skip


def _kind(pair: Pair, name: str, row: str, member: str) -> str:
    relation = pair.relations[name]
    if not row or not member:
        return "missing"
    if relation in ("differs", "other", "unknown"):
        return "differs"
    if relation == _STRONGEST[name] and (name != "name" or row.casefold() == member.casefold()):
        return "equal"
    return "alike"


def _texts(person: Person, village_name: Callable[[str], str]) -> dict[str, str]:
    code = person.village_code
    return {
        "name": on_one_line(person.name or ""),
        "nik": on_one_line(person.nik or ""),
        "birth": _day(person.birth_date),
        "place": f"{village_name(code)} ({code})" if code else "",
    }


def _day(value: date | None) -> str:
    return "" if value is None else f"{value:%d-%m-%Y}"


def _marks(row: str, member: str) -> str:
    if len(row) != len(member) or row == member:
        return ""
    return "".join(" " if one == other else "^" for one, other in zip(row, member, strict=True))


def _other(pair: Pair, words: Words, village_name: Callable[[str], str]) -> str:
    told = _texts(pair.member, village_name)
    nothing = words.say("review.nothing")
    return " · ".join(told[name] or nothing for name in _FIELDS)
