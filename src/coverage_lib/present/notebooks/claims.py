"""The parts of the claims notebook, in its order; each takes figures and a language."""

from coverage_lib.present.parts.notes import notes_and_sources
from coverage_lib.present.parts.opening import cover_of

cover = cover_of("claims")

__all__ = ["cover", "notes_and_sources"]
