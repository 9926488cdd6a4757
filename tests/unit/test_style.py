"""The palette: it can be read, survives a grey print, and does for the colour-blind.

An independent library (coloraide) simulates how the three kinds of dichromats see the colours, and
measures how far apart two of them are (CIEDE2000; 2 is just noticeable side by side).
"""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from coloraide import Color
from hypothesis import given
from hypothesis import strategies as st

from coverage_lib.colours import contrast
from coverage_lib.present.style import (
    CATEGORICAL,
    LEAST_CONTRAST_OF_MARKS,
    PALETTE,
    SEQUENTIAL,
)

VISIONS = ("everyone", "deuteranopia", "protanopia", "tritanopia")
FILTERS = {"deuteranopia": "deutan", "protanopia": "protan", "tritanopia": "tritan"}
APART = 15.0
APART_IN_GREY = 15.0
WHITE = "#ffffff"
TEXT_ON_GROUND = [
    *[(text, "paper") for text in ("ink", "muted", "primary", "attention", "good", "link")],
    *[("ink", ground) for ground in ("panel", "primary_wash", "attention_wash", "good_wash")],
    *[("muted", ground) for ground in ("panel", "primary_wash")],
    ("primary", "primary_wash"),
    ("attention", "attention_wash"),
    ("good", "good_wash"),
    ("paper", "primary"),
    ("on_primary", "primary"),
    ("simulated_ink", "simulated_wash"),
    ("ink", "not_available"),
    ("muted", "not_available"),
]


def seen(colour: str, vision: str) -> Color:
    filtered = FILTERS.get(vision)
    return Color(colour).filter(filtered) if filtered else Color(colour)


def lightness(colour: Color) -> float:
    """L* of CIELAB, 0 to 100: what is left of a colour in a grey print."""
    return float(colour.convert("lab-d65")["l"])


def distance(one: str, other: str, vision: str) -> float:
    return float(seen(one, vision).delta_e(seen(other, vision), method="2000"))


@pytest.mark.parametrize("vision", VISIONS)
def test_neighbouring_categories_stay_apart(vision: str) -> None:
    assert min(distance(one, other, vision) for one, other in pairwise(CATEGORICAL)) >= APART


@pytest.mark.parametrize("vision", VISIONS)
def test_the_first_four_categories_are_all_told_apart(vision: str) -> None:
    """No chart of ours has more; a fifth series would come with its own label anyway."""
    assert min(distance(*pair, vision) for pair in combinations(CATEGORICAL[:4], 2)) >= APART


def test_neighbouring_categories_stay_apart_in_grey() -> None:
    greys = [lightness(Color(colour)) for colour in CATEGORICAL]
    assert min(abs(one - other) for one, other in pairwise(greys)) >= APART_IN_GREY


@pytest.mark.parametrize("vision", VISIONS)
def test_steps_of_a_map_only_get_darker(vision: str) -> None:
    steps = [lightness(seen(colour, vision)) for colour in SEQUENTIAL]
    assert all(light - dark >= 10 for light, dark in pairwise(steps))


def test_an_area_without_a_figure_is_no_step_of_a_map() -> None:
    """It is hatched or labelled as well, since the lightest step comes near it in a grey print."""
    assert PALETTE.not_available not in SEQUENTIAL
    assert contrast(PALETTE.not_available_edge, WHITE) >= LEAST_CONTRAST_OF_MARKS


@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_can_be_read_on_its_ground(text: str, ground: str) -> None:
    assert contrast(getattr(PALETTE, text), getattr(PALETTE, ground)) >= 4.5


@pytest.mark.parametrize(
    "colour",
    [*CATEGORICAL, PALETTE.primary_mid, PALETTE.attention_mark, PALETTE.rule_strong, PALETTE.good],
)
def test_marks_can_be_seen_on_white(colour: str) -> None:
    assert contrast(colour, WHITE) >= LEAST_CONTRAST_OF_MARKS


@given(st.integers(0, 0xFFFFFF), st.integers(0, 0xFFFFFF))
def test_our_contrast_is_that_of_the_library(one: int, other: int) -> None:
    first, second = f"#{one:06x}", f"#{other:06x}"
    expected = Color(first).contrast(second, method="wcag21")
    assert contrast(first, second) == pytest.approx(expected, rel=2e-3)
