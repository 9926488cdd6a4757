"""The rules of law in force on the as-of date: value, reference, status and next known change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from coverage_lib.disclosure import Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, open_part
from coverage_lib.present.formats import (
    day_text,
    decimal_text,
    percent_text,
    round_half_up,
    rupiah_text,
    short_day_text,
)
from coverage_lib.present.parts.headline import headline_figure
from coverage_lib.present.tables import (
    Entry,
    Line,
    band,
    label,
    make_table,
    text_column,
    words_entry,
)
from coverage_lib.reference import rules
from coverage_lib.reference.rules import Rule, RuleValue

#: Which rules belong together, by what their names begin with; the first that fits counts.
_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("scholarships", ("scholarship_",)),
    ("claims", ("claim_",)),
    ("discounts", ("contribution_discount_",)),
    ("contributions", (
        "bpu_base", "bpu_jht", "bpu_jkk", "bpu_jkm", "construction_", "contribution_due",
        "jht_contribution", "jkk_contribution", "jkm_contribution", "jkp_contribution", "jp_contribution",
        "jp_wage", "pmi_",
    )),
    ("membership", ("programmes", "mandatory", "coverage_target", "bpu_")),
    ("benefits", ("",)),
)  # fmt: skip
_LISTED = ("membership", "contributions", "discounts", "claims", "benefits", "scholarships")
_LAW = re.compile(r"(PP|Permenaker|Perpres|UU) \d")
_ARTICLES = re.compile(r"Pasal (\d\w*(?:\(\d+\))?(?:(?:-| dan )\d\w*)?)")
_MOST_BANDS = 2


def rules_in_force(releasable: Releasable, language: str) -> Blocks:
    """All rules by subject on the day that participants are counted; what is not known says so."""
    context = open_part(releasable, language)
    day = headline_figure(releasable, "active_participants").as_of or releasable.period.first_day
    by_group: dict[str, list[Rule]] = {name: [] for name in _LISTED}
    for name in rules.rule_names():
        group = next(
            group for group, starts in _GROUPS if any(name.startswith(start) for start in starts)
        )
        rule = rules.load_rule(name)
        if _is_told(rule, day):
            by_group[group].append(rule)
    assumed = sum(
        value.status == "assumed"
        for found in by_group.values()
        for rule in found
        for value in rule.values
        if value.covers(day)
    )
    text = context.words.counted(
        "methods.rules", assumed, day=day_text(day, language),
        number=decimal_text(sum(map(len, by_group.values())), language),
        assumed=decimal_text(assumed, language),
    )  # fmt: skip
    shown: list[Block] = [
        blocks.heading(2, "rules", context.say("methods.heading.rules")),
        blocks.paragraph(text),
    ]
    return context.show([*shown, _table(context, by_group, day)])


def _is_told(rule: Rule, day: date) -> bool:
    """Not a rule that had ended, or not begun, long before or after: only the figures' own time."""
    return any(value.covers(day) or value.valid_from.year >= day.year for value in rule.values) or (
        (rule.values[-1].valid_to or day).year >= day.year - 1
    )


def _table(context: PartContext, by_group: Mapping[str, list[Rule]], day: date) -> Block:
    columns = [
        text_column("rule", context.say("methods.column.rule"), 2.3),
        text_column("value", context.say("methods.column.value"), 2.2),
        text_column("since", context.say("methods.column.since"), 0.9),
        text_column("reference", context.say("methods.column.reference"), 1.7),
        text_column("next", context.say("methods.column.next"), 1.5),
    ]
    lines: list[Line] = []
    for group, found in by_group.items():
        if found:
            lines.append(band(context.say(f"methods.rules_of.{group}"), len(columns)))
            lines += [
                Line(_entries(context, rule, day))
                for rule in sorted(found, key=lambda one: one.name)
            ]
    title = context.say("methods.rules_title", day=day_text(day, context.language))
    notes = [context.say("methods.rules_note")]
    return make_table("rules-table", title, columns, lines, notes=notes)


def _entries(context: PartContext, rule: Rule, day: date) -> tuple[Entry, ...]:
    current = next((value for value in rule.values if value.covers(day)), None)
    following = next((value for value in rule.values if value.valid_from > day), None)
    title = label(rule.title[context.language])
    if following is None:
        later = ""
    else:
        later = context.say(
            "methods.next", day=short_day_text(following.valid_from, context.language),
            value=value_text(context, rule.unit, following.value),
        )  # fmt: skip
    if current is None:
        ended = rule.values[-1].valid_to
        unknown = (
            context.say("methods.ended", day=day_text(ended, context.language))
            if ended and ended < day
            else context.say("methods.not_known")
        )
        return (title, words_entry(unknown), words_entry(""), words_entry(""), words_entry(later))
    if not later and current.valid_to is not None:
        later = context.say("methods.until", day=short_day_text(current.valid_to, context.language))
    return (
        title,
        words_entry(value_text(context, rule.unit, current.value)),
        words_entry(short_day_text(current.valid_from, context.language)),
        words_entry(_reference(context, current)),
        words_entry(later),
    )


def _reference(context: PartContext, value: RuleValue) -> str:
    """The law, its status where only assumed, and how far it was checked.

    References of rules are written in English, but for their articles (`Pasal 11 dan 21`): the
    Indonesian edition names the laws alone.
    """
    reference = value.reference
    if context.language == "id":
        parts = (re.sub(r" \([a-z ]+\)$", "", part.strip()) for part in reference.split(";"))
        reference = "; ".join(part for part in parts if _LAW.match(part))
    else:
        reference = _ARTICLES.sub(_articles, reference).replace("Lampiran ", "Annex ")
    kept = [reference, context.say("methods.assumed") if value.status == "assumed" else ""]
    if value.verification == "recalled":
        kept.append(context.say("methods.recalled"))
    return "; ".join(part for part in kept if part)


def _articles(found: re.Match[str]) -> str:
    """`Pasal 11 dan 21` as `Articles 11 and 21`."""
    listed = found[1].replace(" dan ", " and ")
    several = " " in listed or "-" in listed
    return f"{'Articles' if several else 'Article'} {listed}"


def value_text(context: PartContext, unit: str, value: Any) -> str:
    """A rule's value in words: one number with its unit, several by name, many bands counted."""
    if isinstance(value, bool):
        return context.say(f"methods.truth.{'yes' if value else 'no'}")
    if isinstance(value, int | float):
        return _number(context, unit, value)
    if isinstance(value, str):
        return _day_of_year(context, value) if unit == "month_and_day" else value
    if isinstance(value, Mapping):
        return _mapping(context, unit, value)
    if all(isinstance(part, str) for part in value):
        return ", ".join(value)
    if len(value) > _MOST_BANDS or not all("through_month" in part for part in value):
        return context.say("methods.bands", count=decimal_text(len(value), context.language))
    return "; ".join(_step(context, part) for part in value)


def _step(context: PartContext, part: Mapping[str, Any]) -> str:
    share = _number(context, "percent", part["percent"])
    if part["through_month"] is None:
        return context.say("methods.step.after", share=share)
    month = decimal_text(part["through_month"], context.language)
    return context.say("methods.step.through", share=share, month=month)


def _mapping(context: PartContext, unit: str, value: Mapping[str, Any]) -> str:
    if "percent" in value and isinstance(value["percent"], Mapping):
        if not value["percent"]:
            return context.say("methods.no_discount")
        segments = ", ".join(value["segments"])
        return context.say(
            "methods.discount", rates=_mapping(context, unit, value["percent"]), segments=segments
        )
    told = []
    for name, part in value.items():
        key = f"methods.key.{name}"
        shown = context.say(key) if key in context.words else name
        told.append(
            context.say("methods.named_value", name=shown, value=value_text(context, unit, part))
        )
    return "; ".join(told)


def _number(context: PartContext, unit: str, value: int | float) -> str:
    language = context.language
    if unit in ("idr", "idr_per_month"):
        shown = rupiah_text(value, language)
    else:
        places = max(0, -int(round_half_up(value, 4).normalize().as_tuple().exponent))
        percent = unit.startswith("percent")
        shown = (percent_text if percent else decimal_text)(value, language, places)
    return context.words.counted(f"methods.unit.{unit}", 1 if value == 1 else 2, value=shown)


def _day_of_year(context: PartContext, value: str) -> str:
    """`12-31` as a day without its year."""
    day = date.fromisoformat(f"2000-{value}")
    return day_text(day, context.language).removesuffix(" 2000")
