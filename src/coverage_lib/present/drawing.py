"""The sheet that charts and maps are drawn on: one style, no global state, same bytes.

Everything is drawn through matplotlib's object interface inside one `rc_context`, as SVG
whose text stays text, with a fixed salt for its ids and no date in its metadata.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from importlib import resources
from pathlib import Path

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Sheet
from matplotlib.layout_engine import ConstrainedLayoutEngine

from coverage_lib.present.style import FONT_FAMILY, PALETTE, TYPE_SIZES

_WEIGHTS = ("Regular", "Italic", "SemiBold", "Bold")

SMALL = TYPE_SIZES.note

_STYLE: dict[str, object] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "cakupan",
    "font.family": [FONT_FAMILY],
    "font.size": TYPE_SIZES.chart,
    "text.color": PALETTE.ink,
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
    "axes.unicode_minus": True,
    "axes.edgecolor": PALETTE.rule_strong,
    "axes.linewidth": 0.8,
    "axes.labelcolor": PALETTE.muted,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": False,
    "grid.color": PALETTE.rule,
    "grid.linewidth": 0.5,
    "xtick.color": PALETTE.rule_strong,
    "ytick.color": PALETTE.rule_strong,
    "xtick.labelcolor": PALETTE.muted,
    "ytick.labelcolor": PALETTE.muted,
    "xtick.labelsize": TYPE_SIZES.chart,
    "ytick.labelsize": TYPE_SIZES.chart,
    "hatch.linewidth": 0.6,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "path.simplify": True,
    "lines.solid_capstyle": "round",
}


def draw_svg(width: float, height: float, paint: Callable[[Axes], None]) -> str:
    """An SVG of `width` by `height` inches that `paint` has drawn on."""
    return draw_sheet_svg(width, height, lambda sheet: paint(sheet.add_subplot()))


def draw_sheet_svg(width: float, height: float, paint: Callable[[Sheet], None]) -> str:
    """The same for a chart of several panels, which `paint` lays out on the sheet."""
    _register_fonts()
    with mpl.rc_context(_STYLE):  # type: ignore[arg-type]
        layout = ConstrainedLayoutEngine(w_pad=0.02, h_pad=0.02)
        sheet = Sheet(figsize=(width, height), layout=layout)
        paint(sheet)
        buffer = io.StringIO()
        sheet.savefig(
            buffer,
            format="svg",
            metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
        )
    text = buffer.getvalue()
    return text[text.index("<svg") :]


@cache
def _register_fonts() -> None:
    folder = resources.files("coverage_lib.present") / "fonts"
    for weight in _WEIGHTS:
        with resources.as_file(folder / f"SourceSans3-{weight}.ttf") as path:
            font_manager.fontManager.addfont(Path(path))
