"""The parts of the village notebook, in its order; each takes figures and a language."""

from coverage_lib.present.parts.opening import cover_of
from coverage_lib.present.parts.village.about import about_the_figures
from coverage_lib.present.parts.village.below import regions_below
from coverage_lib.present.parts.village.not_yet import who_is_not_yet
from coverage_lib.present.parts.village.offer import cost_and_benefits
from coverage_lib.present.parts.village.people import who_is_covered
from coverage_lib.present.parts.village.steps import next_steps

cover = cover_of("village", layout="sheet")

__all__ = [  # noqa: RUF022  # in the order of the notebook
    "cover",
    "who_is_covered",
    "who_is_not_yet",
    "cost_and_benefits",
    "next_steps",
    "about_the_figures",
    "regions_below",
]
