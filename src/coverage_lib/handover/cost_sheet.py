"""The sheet of what it costs and what it gives."""

from __future__ import annotations

from datetime import date

from coverage_lib.handover import costs
from coverage_lib.handover.layout import Cell, Line, Sheet, row_line, text_line
from coverage_lib.handover.words import say
from coverage_lib.present.formats import day_text, month_text, rupiah_text
from coverage_lib.reference import rules
from coverage_lib.reference.contributions import jp_wage_ceiling

_WIDTHS = (19.0, 19.0, 17.0, 16.0, 16.0, 16.0, 18.0)


def cost_sheet(day: date, people: int) -> Sheet:
    """By the law of a day; `people` are those who can be registered as self-employed."""
    width = len(_WIDTHS)
    costs_of_it = [
        text_line(say("title.costs"), "title", width),
        text_line(say("about.costs", day=day_text(day, "id")), "note", width),
        *_self_employed(day, people),
        *_wage_earners(day),
        *_discounts(day),
    ]
    lines = (*costs_of_it, *_benefits(day))
    return Sheet(say("sheet.costs"), _WIDTHS, lines, breaks=(len(costs_of_it),))


def _self_employed(day: date, people: int) -> list[Line]:
    shown = costs.bands(day)[: costs.BANDS_SHOWN]
    reference = rules.at("bpu_base_income_idr", day).reference
    heads = [say(f"cost.{key}") for key in ("from", "to", "jkk", "jkm", "protection", "jht", "total")]  # fmt: skip
    rows = [
        row_line(
            [band.from_idr, "" if band.to_idr is None else band.to_idr, band.jkk_idr, band.jkm_idr,
             band.protection_idr, band.jht_idr, band.total_idr],
            "rupiah",
        )
        for band in shown
    ]  # fmt: skip
    return [
        *_headed("cost.bpu_title", say("cost.bpu_note", reference=reference)),
        row_line(heads, "head_right"),
        *rows,
        *_headed("cost.all_title", say("cost.all_note")),
        *(_estimated(one) for one in costs.estimates(day, people)),
    ]


def _estimated(one: costs.Estimate) -> Line:
    each, begins = rupiah_text(one.each_idr, "id"), month_text(one.begins, "id")
    if one.discount is None:
        said = say("cost.all", people=one.people, each=each)
        month, year = say("cost.month"), say("cost.year", begins=begins)
    else:
        said = say("cost.all_with", people=one.people, each=each, discount=one.discount)
        month = say("cost.month_with")
        year = say("cost.year_with", begins=begins, months=one.discounted_months)
    return (
        Cell(said, "text", 3), Cell(one.month_idr, "rupiah"), Cell(month),
        Cell(one.year_idr, "rupiah"), Cell(year),
    )  # fmt: skip


def _wage_earners(day: date) -> list[Line]:
    ceiling = rupiah_text(jp_wage_ceiling(day), "id")
    head = (Cell(say("cost.programme"), "head"), Cell(say("cost.payer"), "head"),
            Cell(say("cost.percent"), "head_right"), Cell(say("cost.details"), "head", 2),
            Cell(say("cost.reference"), "head", 2))  # fmt: skip
    body = [
        (Cell(share.programme), Cell(say(f"cost.{share.payer}")), Cell(share.percent, "right"),
         Cell(share.note, "text", 2), Cell(share.reference, "text", 2))
        for share in costs.wage_shares(day)
    ]  # fmt: skip
    return [*_headed("cost.wage_title", say("cost.wage_note", ceiling=ceiling)), head, *body]


def _discounts(day: date) -> list[Line]:
    found = costs.discounts(day)
    in_force = any(one.begins is None for one in found)
    note = None if in_force else say("cost.discount_none", day=day_text(day, "id"))
    if not found:
        return _headed("cost.discount_title", note)
    head = (Cell(say("cost.discount"), "head", 2), Cell(say("cost.reduction"), "head"),
            Cell(say("cost.period"), "head"), Cell(say("cost.conditions"), "head", 2),
            Cell(say("cost.reference"), "head"))  # fmt: skip
    body = [
        (Cell(one.title, "text", 2), Cell(one.percents), Cell(costs.period_text(one)),
         Cell(one.conditions, "text", 2), Cell(one.reference))
        for one in found
    ]  # fmt: skip
    return [*_headed("cost.discount_title", note), head, *body]


def _benefits(day: date) -> list[Line]:
    base = rupiah_text(costs.bands(day)[0].base_idr, "id")
    head = (Cell(say("cost.benefit"), "head", 2), Cell(say("cost.amount"), "head_right"),
            Cell(say("cost.details"), "head", 3), Cell(say("cost.reference"), "head"))  # fmt: skip
    body = [
        (Cell(one.title, "text", 2), Cell(one.amount_idr, "rupiah"), Cell(one.text, "text", 3),
         Cell(one.reference))
        for one in costs.benefits(day)
    ]  # fmt: skip
    return [*_headed("cost.benefit_title", say("cost.benefit_note", wage=base)), head, *body]


def _headed(title: str, note: str | None) -> list[Line]:
    width = len(_WIDTHS)
    said = [text_line("", "note", width), text_line(say(title), "heading", width)]
    return [*said, *([] if note is None else [text_line(note, "note", width)])]
