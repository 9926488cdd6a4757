"""What is not right about the claims themselves, as one quiet note, and the notes of the notebook."""

from __future__ import annotations

from coverage_lib.disclosure import Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Inline
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import PartContext, joined, marked, open_part
from coverage_lib.present.figure_records import records_of
from coverage_lib.present.parts.claims.overview import is_paid
from coverage_lib.present.parts.claims.paid import scholarships
from coverage_lib.present.parts.notes import notes_with
from coverage_lib.present.quantities import counted_text, figure_text, known_value

#: Each definition with the figure that has to be known for it to be needed.
_DEFINITIONS = {
    "paid": "claims_paid", "benefit": "benefit_mean_idr", "frequency": "claim_frequency",
    "ratio": "claim_ratio", "term": "claims_within_term", "pending": "pending_claims",
    "collection": "collection_rate", "arrears": "arrears_idr",
}  # fmt: skip
#: What is not shown where nothing was paid.
_OF_PAYMENTS = ("benefit_mean_idr", "claim_frequency", "claim_ratio", "claims_within_term")
#: Each table with the figures that are made of it.
_TABLES = {
    "claims": ("claims_paid",), "claim_submissions": ("pending_claims",),
    "scholarships": ("scholarship_children",),
    "contribution_billing": ("collection_rate", "employer_compliance", "accounts_in_arrears"),
    "participants": ("claim_frequency", "subsidised_participants"),
    "participant_summary": ("claim_frequency",),
}  # fmt: skip


def scholarships_paid(releasable: Releasable, language: str) -> Blocks:
    """The section on scholarships without a table of nothing but zeros.

    Empty where there are neither claims nor scholarships to tell of.
    """
    children = releasable.figure("scholarship_children")
    some = children.is_available and known_value(children) > 0
    if not some and not is_paid(releasable):
        return open_part(releasable, language).show([])
    shown = scholarships(releasable, language)
    if some or not children.is_available:
        return shown
    said = tuple(one for one in shown.blocks if one["kind"] != "table")
    return Blocks(said, shown.language, records_of(releasable, said))


def claims_above_maximum(releasable: Releasable, language: str) -> Blocks:
    """One note on claims above the legal maximum; empty where none were paid or checked."""
    context = open_part(releasable, language)
    said = _above_maximum(context)
    if not is_paid(releasable) or not said:
        return context.show([])
    title = context.say("claims_notebook.above_maximum.title")
    return context.show([blocks.note("information", title, said)])


def _above_maximum(context: PartContext) -> list[Inline]:
    releasable, words = context.releasable, context.words
    count = releasable.figure("claims_above_maximum")
    amount = releasable.figure("claims_above_maximum_idr")
    checked = marked(context, "claims_notebook.above_maximum.checked")
    if count.status == "suppressed":
        return joined([marked(context, "claims_notebook.above_maximum.withheld"), checked])
    if not count.is_available:
        return []
    if known_value(count) == 0:
        return joined([marked(context, "claims_notebook.above_maximum.none"), checked])
    claims = counted_text(count, words)
    if not amount.is_available:
        said = marked(context, "claims_notebook.above_maximum.count_only", claims=claims)
    else:
        said = marked(
            context, "claims_notebook.above_maximum.some", claims=claims,
            amount=figure_text(amount, words),
        )  # fmt: skip
    return joined([said, marked(context, "claims_notebook.above_maximum.kept"), checked])


def claims_notes(releasable: Releasable, language: str) -> Blocks:
    """What the words of this notebook mean, how to read its figures, and where they come from.

    Only what the region's pages show is explained; claims themselves always are.
    """
    paid = is_paid(releasable)

    def is_held(indicator: str) -> bool:
        is_shown = paid or indicator not in _OF_PAYMENTS
        return is_shown and releasable.figure(indicator).status != "not_available"

    definitions = [
        name for name, figure in _DEFINITIONS.items() if name == "paid" or is_held(figure)
    ]
    tables = [name for name, figures in _TABLES.items() if any(map(is_held, figures))]
    if bool((releasable.rows["origin"] == "published").any()):
        tables.append("observations")
    # Without any table of its own the notebook names all sources: they are what has no claims.
    return notes_with(releasable, language, "claims_notebook.definition", definitions, (), tables)
