"""Figures as text and as table entries: value, unit, status and qualifier together.

A figure that is not available prints its status in words, a true zero prints "0". A
qualified figure says so ("more than 50 %"). Differences are taken between the exact values
and rounded once; two figures are compared only within one scope.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from coverage_lib.disclosure import Figure, Releasable
from coverage_lib.periods import Month
from coverage_lib.present.block_kinds import Status
from coverage_lib.present.formats import (
    day_text,
    decimal_text,
    month_text,
    percent_text,
    points_text,
    round_half_up,
    rupiah_text,
    short_rupiah_text,
)
from coverage_lib.present.traced import joined_text, traced
from coverage_lib.present.words import Words

Direction = Literal["rising", "falling", "unchanged"]

#: Units whose numbers are counted, and print without decimals.
COUNTED_UNITS = frozenset({"persons", "claims", "rank", "persons_per_month", "idr", "villages"})

_BRACKETS_AT_END = re.compile(r"(.*) \(([^()]*)\)")
_ISO_DAY = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def of_figures(shown: str, *figures: Figure) -> str:
    """A text that says a figure, or what was worked out from several: it carries their ids.

    For numbers that the functions below do not print, such as a numerator by itself.
    """
    return traced(shown, *[figure.id for figure in figures if figure.id])


def status_of(figure: Figure) -> Status:
    """The status of a figure, with a true zero told apart from other values."""
    match figure.status:
        case "available":
            return "zero" if figure.value == 0 else "available"
        case "suppressed":
            return "suppressed"
        case "not_comparable":
            return "not_comparable"
        case _:
            return "not_available"


def known_value(figure: Figure) -> float:
    """The value of an available figure. Raises ValueError for any other."""
    if not figure.is_available or figure.value is None:
        raise ValueError(
            f"{figure.indicator} of {figure.region_code} is {figure.status}: no value to print"
        )
    return figure.value


def number_text(figure: Figure, words: Words) -> str:
    """The bare number of an available figure in its unit's decimals: `12,34`, `1.234.567`."""
    value = _printed_value(figure)
    if figure.unit == "percentage_points":
        return of_figures(decimal_text(value, words.language, 2, signed=True), figure)
    return of_figures(decimal_text(value, words.language, _places(figure)), figure)


def figure_text(figure: Figure, words: Words, *, whole_rupiah: bool = False) -> str:
    """A figure as running text: number with its sign or currency, its qualifier, or its status."""
    if not figure.is_available:
        return of_figures(words.say(f"status.{status_of(figure)}"), figure)
    value = _printed_value(figure)
    if figure.unit == "percent":
        shown = percent_text(value, words.language, _percent_places(figure))
    elif figure.unit == "percentage_points":
        shown = points_text(value, words.language)
    elif figure.unit == "idr":
        shown = (rupiah_text if whole_rupiah else short_rupiah_text)(value, words.language)
    else:
        shown = decimal_text(value, words.language, _places(figure))
    return of_figures(words.say(f"qualifier.{figure.qualifier}", value=shown), figure)


def size_text(figure: Figure, words: Words) -> str:
    """A difference without its sign, for a sentence that says whether it rose or fell."""
    size = abs(known_value(figure))
    if figure.unit == "percentage_points":
        return of_figures(points_text(size, words.language, signed=False), figure)
    return of_figures(decimal_text(size, words.language), figure)


def direction_of(figure: Figure) -> Direction:
    """Which way a difference goes, as printed: what rounds to zero is unchanged."""
    places = 2 if figure.unit == "percentage_points" else 0
    rounded = round_half_up(known_value(figure), places)
    if rounded == 0:
        return "unchanged"
    return "rising" if rounded > 0 else "falling"


def counted_text(figure: Figure, words: Words) -> str:
    """A figure with the noun that it counts: `1.234 klaim`, `1 claim`; else its status."""
    if not figure.is_available:
        return of_figures(words.say(f"status.{status_of(figure)}"), figure)
    number = int(round_half_up(known_value(figure)))
    return words.counted(f"noun.{figure.unit}", number, value=figure_text(figure, words))


def _printed_value(figure: Figure) -> float:
    """The value to print; a required pace goes up to whole persons, else it would not suffice."""
    value = known_value(figure)
    if figure.indicator != "required_monthly_pace":
        return value
    return float(math.ceil(value - 1e-6))


def _places(figure: Figure) -> int:
    """The decimals of a figure: a median of days lies on whole or on half days."""
    if figure.unit == "percent":
        return _percent_places(figure)
    if figure.unit == "claims_per_1000_persons":
        return 2
    return int(figure.unit == "working_days" and not known_value(figure).is_integer())


def _percent_places(figure: Figure) -> int:
    """Two decimals; a published or qualified percentage has those that it was given with."""
    if figure.qualifier == "exact" and figure.origin != "published":
        return 2
    return published_places(known_value(figure))


def published_places(percent: float) -> int:
    """The decimals of a percentage as printed by its source, at most two."""
    shortest = round_half_up(percent, 2).normalize().as_tuple().exponent
    return max(0, -int(shortest))


@dataclass(frozen=True)
class Change:
    """The step from an earlier figure to a later one of the same indicator and scope."""

    earlier: Figure
    later: Figure

    @property
    def difference(self) -> float:
        return known_value(self.later) - known_value(self.earlier)

    @property
    def direction(self) -> Direction:
        """By the difference as printed: what rounds to zero is unchanged."""
        rounded = round_half_up(self.difference, 2 if self.later.unit == "percent" else 0)
        if rounded == 0:
            return "unchanged"
        return "rising" if rounded > 0 else "falling"

    @property
    def denominator_differs(self) -> bool:
        """Whether the two percentages stand on different denominators, which moves them too."""
        sources = (self.earlier.denominator_source, self.later.denominator_source)
        sizes = (self.earlier.denominator, self.later.denominator)
        return sources[0] != sources[1] or (None not in sizes and sizes[0] != sizes[1])

    @property
    def denominator_unknown(self) -> bool:
        """Whether a percentage stands on a denominator that nobody published."""
        return self.later.unit == "percent" and any(
            figure.denominator is None and not figure.denominator_source
            for figure in (self.earlier, self.later)
        )

    def text(self, words: Words, *, signed: bool = True) -> str:
        """`−1,25 poin persen`, `+1.204`; without sign the bare size for a sentence."""
        size = self.difference if signed else abs(self.difference)
        if self.later.unit == "percent":
            shown = points_text(size, words.language, signed=signed)
        elif self.later.unit == "idr":
            shown = short_rupiah_text(size, words.language)
        else:
            shown = decimal_text(size, words.language, signed=signed)
        return of_figures(shown, self.later, self.earlier)

    def number(self, words: Words) -> str:
        """The signed number alone, for a column that says its unit."""
        places = 2 if self.later.unit == "percent" else 0
        shown = decimal_text(self.difference, words.language, places, signed=True)
        return of_figures(shown, self.later, self.earlier)


def change_since_previous(releasable: Releasable, figure: Figure) -> Change | None:
    """The change from the last earlier figure of the same scope; None where there is none."""
    if not figure.is_available or figure.as_of is None:
        return None
    series = releasable.series(
        figure.indicator, figure.dimension, figure.category,
        region_code=figure.region_code, scope=figure.scope,
    )  # fmt: skip
    earlier = [
        point for point in series
        if point.is_available and point.as_of is not None and point.as_of < figure.as_of
    ]  # fmt: skip
    return Change(earlier[-1], figure) if earlier else None


def as_of_text(figure: Figure, words: Words) -> str:
    """The date of a figure, or words for an unknown date."""
    return day_text(figure.as_of, words.language) if figure.as_of else words.say("date.unknown")


def scope_text(figure: Figure, words: Words) -> str:
    """What the figure counts: with or without construction workers, or not stated."""
    key = f"scope.{figure.scope}"
    return words.say(key) if key in words else figure.scope


def short_scope_text(scope: str, words: Words) -> str:
    """The same in few words, for a row or a label; a branch office by its name."""
    key = f"scope_short.{scope}"
    if key in words:
        return words.say(key)
    if scope.startswith("branch_"):
        name = scope.removeprefix("branch_").replace("_", " ").title()
        return words.say("scope_short.branch", name=name)
    return scope


def vintage_of(releasable: Releasable, figure: Figure) -> str:
    """The vintage of the denominator that the row of this figure names; empty where none."""
    same = releasable.with_id(figure.id)
    return same.denominator_vintage if same is not None else ""


def source_text(source: str, words: Words) -> str:
    """A denominator's source as the data name it, or in words where it is one of our tables."""
    key = f"denominator_source.{source}"
    return words.say(key) if source and key in words else in_language(source, words.language)


def in_language(named: str, language: str) -> str:
    """What data name in both languages, `Simulasi / simulated (2025-06-01)`, in one of them.

    The Indonesian half stands first; brackets at the end belong to both halves and are read in
    the same way. A text without " / ", or with several, is kept whole. Days are written out.
    """
    whole = _BRACKETS_AT_END.fullmatch(named)
    before, within = whole.groups() if whole else (named, None)
    shown = _half(before, language)
    if within is not None:
        shown += f" ({' + '.join(_half(part, language) for part in within.split(' + '))})"
    return _days_written_out(shown, language)


def _half(named: str, language: str) -> str:
    halves = named.split(" / ")
    return named if len(halves) != 2 else halves[language == "en"].strip()


def vintage_text(vintage: str, language: str) -> str:
    """A vintage with its days and months written out: `1 Juni 2025`, `Februari 2025`; a year as it is."""
    first, between, last = vintage.partition("..")
    if between:
        return f"{vintage_text(first, language)} – {vintage_text(last, language)}"
    if _MONTH.fullmatch(vintage):
        return month_text(Month.parse(vintage), language)
    return _days_written_out(vintage, language)


def _days_written_out(named: str, language: str) -> str:
    def written(found: re.Match[str]) -> str:
        try:
            return day_text(date.fromisoformat(found[0]), language)
        except ValueError:  # digits that are no day
            return found[0]

    return _ISO_DAY.sub(written, named)


def numerator_size_text(figure: Figure, words: Words, *, signed: bool = False) -> str:
    """The numerator alone; empty where there is none."""
    if figure.numerator is None:
        return ""
    return of_figures(decimal_text(figure.numerator, words.language, signed=signed), figure)


def denominator_size_text(figure: Figure, words: Words) -> str:
    """The denominator alone; empty where there is none."""
    if figure.denominator is None:
        return ""
    return of_figures(decimal_text(figure.denominator, words.language), figure)


def denominator_text(releasable: Releasable, figure: Figure, words: Words) -> str:
    """The denominator with its size, source and vintage, as far as they are known."""
    source = source_text(figure.denominator_source, words)
    vintage = vintage_text(vintage_of(releasable, figure), words.language)
    named = (
        words.say("denominator.vintage", source=source, vintage=vintage)
        if vintage and vintage not in source
        else source
    )
    if figure.denominator is None:
        return named or words.say("denominator.not_published")
    size = denominator_size_text(figure, words)
    return words.say("denominator.sized", size=size, source=named) if named else size


def basis_text(releasable: Releasable, figure: Figure, words: Words) -> str:
    """As-of date, scope and denominator of a percentage in one line, as every one must carry."""
    parts = [words.say("basis.as_of", day=as_of_text(figure, words)), scope_text(figure, words)]
    if figure.unit == "percent":
        parts.append(
            words.say("basis.denominator", denominator=denominator_text(releasable, figure, words))
        )
    if figure.origin == "published":
        parts.append(words.say("basis.published"))
    return joined_text("; ", [part for part in parts if part]) + "."
