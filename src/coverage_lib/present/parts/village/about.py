"""The foot of the village page: what its words mean, what its share stands on, and the law."""

from __future__ import annotations

from coverage_lib.disclosure import Releasable
from coverage_lib.present import blocks
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import open_part
from coverage_lib.present.formats import month_text
from coverage_lib.present.parts.headline import headline_figure
from coverage_lib.present.parts.village.offer import offer_at
from coverage_lib.present.quantities import basis_text


def about_the_figures(releasable: Releasable, language: str) -> Blocks:
    """Date, scope, denominator and its vintage of the share, and the law of the period.

    Never empty. Raises ReferenceDataError where that law is not known.
    """
    context = open_part(releasable, language)
    named = [headline_figure(releasable, name) for name in ("coverage", "active_participants")]
    known = next((figure for figure in named if figure.is_available), None)
    if known is None:
        said = context.say("village_page.about.plain")
    else:
        basis = basis_text(releasable, known, context.words)
        said = context.say("village_page.about.text", basis=basis)
    law = context.say(
        "village_page.about.law", month=month_text(releasable.period, context.language),
        references=context.words.listing(offer_at(releasable.period.first_day).references),
    )  # fmt: skip
    said = f"{said} {law}"
    title = context.say("village_page.about.title")
    return context.show([blocks.note("definition", title, said)])
