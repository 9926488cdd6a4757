"""The regions below from high to low."""

from __future__ import annotations

from coverage_lib.disclosure import Releasable
from coverage_lib.present import blocks
from coverage_lib.present.block_kinds import Block
from coverage_lib.present.blocks import Blocks
from coverage_lib.present.context import open_part
from coverage_lib.present.parts.coverage.region_charts import bars_figure, map_figure
from coverage_lib.present.parts.coverage.region_rows import (
    charted,
    is_anything_known,
    ranked,
    rows_of_children,
)
from coverage_lib.present.parts.coverage.region_table import region_table
from coverage_lib.present.parts.sentences import level_word


def regions_ranked(releasable: Releasable, language: str) -> Blocks:
    """Children from high to low: bars with the target, a table with all columns, and a map.

    Empty for a village and where nothing is known.
    """
    context = open_part(releasable, language)
    children = rows_of_children(releasable)
    if not is_anything_known(children):
        return context.show([])
    level = level_word(context)
    shown: list[Block] = [blocks.heading(2, "region", context.say("section.region", level=level))]
    comparable = [child for child in children if child.is_headline]
    indicator = charted(comparable)
    if indicator is not None:
        shown.append(bars_figure(context, "region-chart", comparable, indicator, level))
    ordered = ranked(children, indicator or "coverage")
    shown.append(region_table(context, ordered, with_segments=True))
    if indicator is not None:
        drawn = map_figure(context, "region-map", comparable, indicator, level)
        shown += [drawn] if drawn is not None else []
    return context.show(shown)
