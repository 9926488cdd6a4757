"""What notebooks read of this package, read once: words, definitions, tables, rules, regions, outlines.

For the process that kernels are forked from, which imports this module: each kernel then finds it
in memory. Whoever imports it keeps READ_FILES in view, and starts anew when one of them changes.
"""

from __future__ import annotations

import os
from importlib.resources import as_file, files

from matplotlib.axes import Axes

from coverage_lib.indicators.definitions import definitions, sections
from coverage_lib.indicators.quality.anomalies import limits
from coverage_lib.marts import computing_code
from coverage_lib.periods import Month
from coverage_lib.present.block_kinds import Language
from coverage_lib.present.block_words import block_words
from coverage_lib.present.blocks import heading, paragraph
from coverage_lib.present.drawing import draw_svg
from coverage_lib.present.formats import decimal_text, month_text
from coverage_lib.present.html import render_display
from coverage_lib.present.words import words
from coverage_lib.reference.age_bands import pending_age_bands
from coverage_lib.reference.boundaries import outlines
from coverage_lib.reference.regions import load_regions
from coverage_lib.reference.rules import load_rule, rule_names
from coverage_lib.suppression.families import load_families
from coverage_lib.tables import load_table, table_names

_LANGUAGES: tuple[Language, ...] = ("id", "en")


def _read() -> None:
    definitions()
    sections()
    outlines(())
    load_regions()
    pending_age_bands()
    limits()
    load_families()
    for rule in rule_names():
        load_rule(rule)
    computing_code()
    for name in table_names():
        load_table(name)
    for language in _LANGUAGES:
        words(language)
        block_words(language)
        # The first number and the first date of a language find how it writes them.
        decimal_text(1, language)
        month_text(Month(2000, 1), language)
        render_display((heading(2, "a", "a"), paragraph(["a"])), language)
    # The first drawing finds the fonts.
    draw_svg(1, 1, _every_weight)


def _every_weight(axes: Axes) -> None:
    for weight in ("normal", "semibold", "bold"):
        axes.text(0, 0, "a", fontweight=weight)


def _files_of_the_package() -> tuple[str, ...]:
    """Every file and folder: a file that is added changes its folder."""
    with as_file(files("coverage_lib")) as package:
        return tuple(
            os.path.join(root, name)  # noqa: PTH118  of a thousand: these are only compared
            for root, _, names in os.walk(package)
            if not root.endswith("__pycache__")
            for name in ("", *names)
        )


READ_FILES = _files_of_the_package()
_read()
