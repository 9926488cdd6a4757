"""The parts of the methods notebook, in its order; each takes figures and a language."""

from coverage_lib.present.parts.methods.definitions import indicator_definitions, introduction
from coverage_lib.present.parts.methods.denominators import denominators
from coverage_lib.present.parts.methods.provenance import (
    abbreviations,
    disclosure_control,
    sources,
    versions,
)
from coverage_lib.present.parts.methods.rules import rules_in_force
from coverage_lib.present.parts.opening import cover_of

cover = cover_of("methods")

__all__ = [  # noqa: RUF022  # in the order of the notebook
    "cover",
    "introduction",
    "denominators",
    "sources",
    "disclosure_control",
    "indicator_definitions",
    "rules_in_force",
    "abbreviations",
    "versions",
]
