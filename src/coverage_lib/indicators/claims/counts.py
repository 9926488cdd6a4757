"""Claims and scholarships paid up to a day: expressions in, counts and rupiah out."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from coverage_lib.indicators.cards import ListedCards
from coverage_lib.indicators.claims.spans import EARLIER, TO_THE_DAY, stretch_of
from coverage_lib.indicators.places import village_or_unknown
from coverage_lib.reference.benefit_types import (
    IGNORED_IN_SPELLINGS,
    OTHER,
    UNKNOWN,
    codes_by_spelling,
    load_benefit_types,
)
from coverage_lib.reference.claim_limits import LimitPeriod

_LIMITS = pa.schema(
    {
        "of_programme": pa.string(),
        "of_benefit": pa.string(),
        "valid_from": pa.date32(),
        "valid_to": pa.date32(),
        "maximum_idr": pa.int64(),
        "is_maximum_unknown": pa.int64(),
    }
)


def paid_between(payments: ir.Table, first: date, last: date) -> ir.Table:
    """The payments of a span of days, both ends included."""
    return payments.filter(
        payments.paid_date >= ibis.date(first.isoformat()),
        payments.paid_date <= ibis.date(last.isoformat()),
    )


def claim_counts(
    claims: ir.Table,
    as_of: date,
    limits: tuple[LimitPeriod, ...],
    listed: ListedCards | None,
    province: str,
) -> ir.Table:
    """All that is counted of claims paid up to `as_of`, in one pass over the archive.

    village_code, programme, benefit_type, segment, stretch (see `spans`), month (first day;
    missing in years before the last), claims, amount_idr, and what `findings` reports. A
    claim is one benefit payment case, so every accepted row counts once; scholarships are claims of
    their programme. Amounts are summed as whole rupiah. A claim without a village counts in
    the unknown one of the province, one without a segment as `unknown`, and benefit types
    under their code, `other` or `unknown`. Of the years before the last one any one claim
    is read, whichever: it tells that the archive reaches back so far.

    above_maximum, above_maximum_idr (the rupiah above it), maximum_unknown and
    maximum_checked (claims for which there is a maximum) are of the days that `limits`
    cover; without_card and paid_before_submission of all. card_checked are the claims with
    a card number that `listed` speaks of, not_in_register those of them that it does not
    have; both are left out without a register.
    """
    paid = _two_years_and_one_claim(claims, as_of)
    code = benefit_code(paid.benefit_type)
    stretch = stretch_of(paid.paid_date, as_of)
    facts = paid.select(
        "programme",
        "amount_idr",
        "paid_date",
        "membership_key",
        village_code=village_or_unknown(paid, province),
        benefit_code=code,
        segment=ibis.coalesce(paid.segment, UNKNOWN),
        stretch=stretch,
        month=ibis.ifelse(
            stretch == EARLIER, ibis.null("date"), paid.paid_date.truncate("M").cast("date")
        ),
        is_backwards=paid.paid_date < paid.submitted_date,
    )
    facts = _with_maximum(facts, limits)
    facts = _with_membership(facts, listed)
    facts = facts.mutate(benefit_type=_counted_as(facts.benefit_code))
    is_above = facts.amount_idr > facts.maximum_idr
    excess = ibis.ifelse(is_above, facts.amount_idr - facts.maximum_idr, 0)
    of_register = {}
    if listed is not None:
        is_checked = facts.membership_key.notnull() & listed.speaks_of(facts.paid_date)
        of_register["card_checked"] = _count(is_checked)
        of_register["not_in_register"] = _count(is_checked & facts.listed_key.isnull())
    return facts.group_by(
        "village_code", "programme", "benefit_type", "segment", "stretch", "month"
    ).aggregate(
        claims=facts.count(),
        amount_idr=facts.amount_idr.sum().cast("int64"),
        above_maximum=_count(is_above),
        above_maximum_idr=excess.sum().cast("int64"),
        maximum_checked=_count(facts.is_maximum_unknown == 0),
        maximum_unknown=_count(facts.is_maximum_unknown == 1),
        without_card=_count(facts.membership_key.isnull()),
        paid_before_submission=_count(facts.is_backwards),
        **of_register,
    )


def _two_years_and_one_claim(claims: ir.Table, as_of: date) -> ir.Table:
    """However long the archive grows, what is counted of it stays as long as two years."""
    start = ibis.date(f"{as_of.year - 1}-01-01")
    recent = claims.filter(
        claims.paid_date >= start, claims.paid_date <= ibis.date(as_of.isoformat())
    )
    return ibis.union(recent, claims.filter(claims.paid_date < start).limit(1), distinct=False)


def scholarship_counts(scholarships: ir.Table, as_of: date, province: str) -> ir.Table:
    """village_code, programme, school_level, stretch, month, children, children_to_the_day, amount_idr.

    A child is counted once a year, under its latest payment, however many payments it had:
    `children` over the whole year up to `as_of`, `children_to_the_day` over the part of it
    that the stretch is. A row without a usable id of the child is a child of its own.
    """
    paid = scholarships.filter(scholarships.paid_date <= ibis.date(as_of.isoformat()))
    stretch = stretch_of(paid.paid_date, as_of)
    rows = paid.select(
        "programme",
        "school_level",
        "paid_date",
        "claim_key",
        "amount_idr",
        village_code=village_or_unknown(paid, province),
        child=ibis.coalesce(paid.child_key, paid.claim_key),
        year=paid.paid_date.year(),
        stretch=stretch,
        month=ibis.ifelse(
            stretch == EARLIER, ibis.null("date"), paid.paid_date.truncate("M").cast("date")
        ),
    )
    latest = [rows.paid_date.desc(), rows.claim_key]
    of_year = ibis.window(group_by=[rows.child, rows.year], order_by=latest)
    of_stretch = ibis.window(group_by=[rows.child, rows.year, rows.stretch], order_by=latest)
    numbered = rows.mutate(
        place_in_year=ibis.row_number().over(of_year),
        place_in_stretch=ibis.row_number().over(of_stretch),
    )
    return numbered.group_by(
        "village_code", "programme", "school_level", "stretch", "month"
    ).aggregate(
        children=_count(numbered.place_in_year == 0),
        children_to_the_day=_count(
            (numbered.place_in_stretch == 0) & (numbered.stretch == TO_THE_DAY)
        ),
        amount_idr=numbered.amount_idr.sum().cast("int64"),
    )


def benefit_code(benefit_type: ir.StringValue) -> ir.StringValue:
    """The code of a free text, as `reference.benefit_types.benefit_type_code` gives it."""
    spelling = ibis.coalesce(benefit_type, "").lower().re_replace(IGNORED_IN_SPELLINGS, "")
    return spelling.cases(("", UNKNOWN), *codes_by_spelling().items(), else_=OTHER)


def _counted_as(code: ir.StringValue) -> ir.StringValue:
    elsewhere = {
        entry.code: entry.counted_as
        for entry in load_benefit_types().values()
        if entry.counted_as != entry.code
    }
    return code.cases(*elsewhere.items(), else_=code) if elsewhere else code


def _with_maximum(facts: ir.Table, limits: tuple[LimitPeriod, ...]) -> ir.Table:
    """The claims with maximum_idr and is_maximum_unknown, both missing where no limit is set."""
    telling = [
        {
            "of_programme": one.programme,
            "of_benefit": one.benefit_type,
            "valid_from": one.valid_from,
            "valid_to": one.valid_to,
            # Never missing: a claim whose maximum is not known stops the run whatever stands here.
            "maximum_idr": one.maximum_idr or 0,
            "is_maximum_unknown": int(not one.is_known),
        }
        for one in limits
        if one.maximum_idr is not None or not one.is_known
    ]
    table = ibis.memtable(pa.Table.from_pylist(telling, schema=_LIMITS))
    joined = facts.left_join(
        table,
        [
            facts.programme == table.of_programme,
            facts.benefit_code == table.of_benefit,
            facts.paid_date >= table.valid_from,
            facts.paid_date <= table.valid_to,
        ],
    )
    return joined.drop("of_programme", "of_benefit", "valid_from", "valid_to")


def _with_membership(facts: ir.Table, listed: ListedCards | None) -> ir.Table:
    """The claims with listed_key, missing where no row of the register has the card number.

    The register is narrowed to the cards of claims first, so that only those are told apart.
    """
    if listed is None:
        return facts
    asked = facts.filter(listed.speaks_of(facts.paid_date)).select("membership_key").distinct()
    cards = listed.register.select(listed_key=listed.register.membership_key)
    found = cards.semi_join(asked, cards.listed_key == asked.membership_key).distinct()
    return facts.left_join(found, facts.membership_key == found.listed_key)


def _count(condition: ir.BooleanValue) -> ir.IntegerScalar:
    """How often a condition holds; a missing one does not."""
    return ibis.ifelse(condition, 1, 0).sum().cast("int64")
