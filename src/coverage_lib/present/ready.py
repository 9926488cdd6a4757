"""What every notebook reads of this package, read once: words, definitions, templates, outlines, fonts.

For the process that kernels are forked from, which imports this module: each kernel then finds it
in memory. Whoever imports it keeps READ_FILES in view, and starts anew when one of them changes.
"""

from __future__ import annotations

import os
from importlib.resources import as_file, files

from matplotlib.axes import Axes

from coverage_lib.indicators.definitions import definitions, sections
from coverage_lib.present.block_kinds import Language
from coverage_lib.present.block_words import block_words
from coverage_lib.present.blocks import heading, paragraph
from coverage_lib.present.drawing import draw_svg
from coverage_lib.present.html import render_display
from coverage_lib.present.words import words
from coverage_lib.reference.boundaries import outlines

_LANGUAGES: tuple[Language, ...] = ("id", "en")


def _read() -> None:
    definitions()
    sections()
    outlines(())
    for language in _LANGUAGES:
        words(language)
        block_words(language)
        render_display((heading(2, "a", "a"), paragraph(["a"])), language)
    # The first drawing finds the fonts.
    draw_svg(1, 1, _title)


def _title(axes: Axes) -> None:
    axes.set_title("a")


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
