"""One look for charts, maps, HTML and PDF: colours, font, type sizes, page measures.

Contrast ratios in the comments are against white (WCAG 2.2: 4.5 for text, 3 for the parts
of a chart). Colour never carries a meaning alone: a second sign (word, shape, hatch, place)
always goes with it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from coverage_lib.colours import WHITE, contrast, mixed
from coverage_lib.office import LEAST_CONTRAST, WASH


@dataclass(frozen=True, slots=True)
class Palette:
    """Every colour that a briefing uses, as `#rrggbb`."""

    ink: str = "#1b2530"  # body text, 15.5
    muted: str = "#4d5a67"  # captions, notes, axis labels, 7.1
    rule: str = "#c3ccd4"  # thin lines between rows, grid lines
    rule_strong: str = "#6d7a87"  # borders that must be seen, 4.4
    panel: str = "#f2f5f8"  # quiet boxes, total rows
    paper: str = "#ffffff"

    primary: str = "#0b3c5d"  # masthead, headings, first series, 11.5
    primary_mid: str = "#2f7396"  # second shade of the same series, 5.2
    primary_soft: str = "#cfe0ea"  # bars in cells, light areas
    primary_wash: str = "#e9f1f6"  # boxes with information

    attention: str = "#a8480a"  # text that asks for action, 5.8
    attention_mark: str = "#d9772b"  # marks and lines in charts, 3.2
    attention_wash: str = "#fdf1e3"  # its box
    good: str = "#1a6b3c"  # text and marks, 6.5
    good_wash: str = "#e8f3ec"

    accent: str = "#0b3c5d"  # rules above sections and below the masthead; an office's own
    on_primary: str = "#dbe8f0"  # second text on the masthead, 9.2 on primary
    link: str = "#0f5687"  # 7.6

    simulated_ink: str = "#5c2700"  # text of the band on simulated pages, 10.2 on its wash
    simulated_wash: str = "#ffe9c7"
    simulated_edge: str = "#b45a00"

    not_available: str = "#e6e9ec"  # areas without a figure; always hatched or labelled as well
    not_available_edge: str = "#8a949e"


PALETTE = Palette()
#: What lines and areas of a chart need (WCAG 2.2, non-text contrast).
LEAST_CONTRAST_OF_MARKS = 3.0

#: Colours of categories in their fixed order; each has 3:1 or more on white. Neighbours differ in
#: lightness as well as in hue, so that they stay apart in a grey print and for the colour-blind;
#: so do the first four among one another.
CATEGORICAL: tuple[str, ...] = (
    "#0b3c5d",
    "#d9772b",
    "#4d5716",
    "#2f93a1",
    "#8c2f4e",
    "#8a949e",
)

#: Five steps from little to much, for maps and heat tables.
SEQUENTIAL: tuple[str, ...] = ("#e3edf3", "#b3cfde", "#74a5bf", "#2f7396", "#0b3c5d")

FONT_FAMILY = "Source Sans 3"
#: The stack for HTML; the first name is embedded, the others are what a reader may have.
FONT_STACK = '"Source Sans 3", "Source Sans Pro", "Segoe UI", "Helvetica Neue", Arial, sans-serif'


@dataclass(frozen=True, slots=True)
class TypeSizes:
    """Sizes in points on an A4 page; HTML derives its own from the same steps."""

    title: float = 24.0
    subtitle: float = 12.5
    heading: float = 15.0
    subheading: float = 11.5
    body: float = 10.0
    caption: float = 9.5
    table: float = 9.0
    chart: float = 8.5  # the text inside charts and maps
    note: float = 8.0
    header: float = 8.0
    key_value: float = 22.0
    key_label: float = 9.0


TYPE_SIZES = TypeSizes()


@dataclass(frozen=True, slots=True)
class PageMeasures:
    """A4 in millimetres. A figure as wide as the text is `text_width` wide."""

    width: float = 210.0
    height: float = 297.0
    margin_top: float = 25.0
    margin_bottom: float = 21.0
    margin_side: float = 20.0

    @property
    def text_width(self) -> float:
        return self.width - 2 * self.margin_side


PAGE = PageMeasures()

#: The width of a full figure in inches, for matplotlib's `figsize`.
FIGURE_WIDTH_INCHES: float = PAGE.text_width / 25.4


def palette_of(primary: str, accent: str) -> Palette:
    """The palette in the colours of an office; empty ones stay as they are.

    Masthead, headings and boxes follow. Charts and maps keep theirs, which were chosen to stay
    apart in a grey print and for the colour-blind. Both colours are dark enough for text.
    """
    if not primary and not accent:
        return PALETTE
    if not primary:
        return replace(PALETTE, accent=accent)
    middle = mixed(primary, WHITE, 0.2)
    return replace(
        PALETTE,
        primary=primary,
        primary_mid=middle if contrast(middle, WHITE) >= LEAST_CONTRAST_OF_MARKS else primary,
        primary_soft=mixed(primary, WHITE, 0.8),
        primary_wash=mixed(primary, WHITE, WASH),
        accent=accent or primary,
        on_primary=next(
            light
            for light in (mixed(primary, WHITE, 0.86), WHITE)
            if light == WHITE or contrast(light, primary) >= LEAST_CONTRAST
        ),
        link=primary,
    )


def as_data(palette: Palette = PALETTE) -> dict[str, object]:
    """The same values as plain JSON data, for the templates of HTML and PDF."""
    return {
        "palette": asdict(palette),
        "sizes": asdict(TYPE_SIZES),
        "page": asdict(PAGE),
        "font_family": FONT_FAMILY,
        "font_stack": FONT_STACK,
    }
