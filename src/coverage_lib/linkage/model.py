"""Rules, weights and thresholds of the linkage: data, all of it here.

A pair is a roster row and a member of the register. What they have in common is four relations
(`pairs.py` says how each is found); a rule names the relations that it asks for. Rules are tried in
their order; one that accepts takes only pairs that are the only ones of both sides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: Relations of a pair, each from the strongest down. Those of national ids are in `national_id.py`.
BIRTH_RELATIONS = ("equal", "near", "unknown", "differs")
NAME_RELATIONS = ("equal", "similar", "part", "alike", "first", "unknown", "differs")
PLACE_RELATIONS = ("village", "district", "province", "other", "unknown")

Relations = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Rule:
    """One step. A pair fits where any of `any_of` holds, each a relation's allowed values.

    A rule that does not accept hands its pairs to a human. `rare_name` asks that few people of
    the district bear the name; `own_serial` that what differs in the last four digits of the
    national id is no other serial, unless the names are equal.
    """

    name: str
    accepts: bool
    any_of: tuple[Relations, ...]
    rare_name: bool = False
    own_serial: bool = False


@dataclass(frozen=True)
class Level:
    """One level of a comparison: what the relations must be, how often it is so for one person (m)
    and for two (u).
    """

    relations: Relations
    m: float
    u: float


@dataclass(frozen=True)
class Comparison:
    """Levels from the strongest down; the first that holds counts. Where all relations that it looks at
    are unknown it says nothing.
    """

    name: str
    looks_at: tuple[str, ...]
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Model:
    """All that the linkage decides by.

    `similar_name` is the Jaro-Winkler similarity of two keys from which names are similar, of at least
    `fewest_letters` each; from `alike_name` on a human may look. `most_namesakes`: how many members of the
    district may bear a name that is accepted with a birth date and no number: of 18 thousand
    birth dates of working age, one in 18,000 ÷ namesakes is a namesake's by chance. `prior` is the
    share of pairs that come to the ranking and are one person, `least_weight` the match weight (in
    bits) from which a pair is shown to a human.
    """

    rules: tuple[Rule, ...]
    comparisons: tuple[Comparison, ...]
    similar_name: float = 0.92
    alike_name: float = 0.85
    fewest_letters: int = 4
    most_namesakes: int = 40
    prior: float = 0.3
    least_weight: float = 0.0


_AGREES = ("equal", "similar", "part")
_NEAR_PLACE = ("village", "district")
_NOT_VETOED = ("unknown", "begins", "one_slip", "two_slips")

RULES = (
    Rule("nik_and_name", True, ({"nik": ("equal",), "name": _AGREES},)),
    Rule("nik_and_birth_date", True, ({"nik": ("equal",), "birth": ("equal",)},)),
    Rule(
        "nik_one_slip",
        True,
        (
            {"nik": ("one_slip",), "birth": ("equal",), "name": ("equal",)},
            {"nik": ("one_slip",), "birth": ("equal",), "name": _AGREES, "place": _NEAR_PLACE},
            {"nik": ("one_slip",), "birth": ("near", "unknown"), "name": ("equal",)},
        ),
        own_serial=True,
    ),
    Rule(
        "nik_cut_off",
        True,
        (
            {"nik": ("begins",), "birth": ("equal",), "name": ("equal",)},
            {"nik": ("two_slips",), "birth": ("equal",), "name": ("equal",)},
        ),
    ),
    Rule(
        "name_birth_date_and_district",
        True,
        ({"nik": _NOT_VETOED, "birth": ("equal",), "name": ("equal",), "place": _NEAR_PLACE},),
        rare_name=True,
    ),
    Rule("nik_alone", False, ({"nik": ("equal",)},)),
    Rule(
        "nik_nearly",
        False,
        ({"nik": ("one_slip", "begins", "two_slips"), "birth": ("equal",), "name": ("similar", "part", "alike", "first")},
         {"nik": ("one_slip", "two_slips"), "name": ("equal", "similar")}),
    ),
    Rule(
        "name_and_birth_date",
        False,
        ({"nik": _NOT_VETOED, "birth": ("equal",), "name": ("equal",)},),
    ),
    Rule(
        "birth_date_district_and_similar_name",
        False,
        ({"nik": _NOT_VETOED, "birth": ("equal",), "name": ("similar", "part", "alike", "first"), "place": _NEAR_PLACE},),
    ),
    Rule(
        "name_and_village",
        False,
        ({"nik": _NOT_VETOED, "birth": ("near", "unknown"), "name": ("equal",), "place": ("village",)},),
    ),
    Rule(
        "nik_differs",
        False,
        ({"nik": ("differs",), "birth": ("equal",), "name": ("equal",), "place": ("village",)},),
    ),
)  # fmt: skip

COMPARISONS = (
    # A national id holds the birth date: in two comparisons the same evidence would count twice.
    Comparison(
        "identity",
        ("nik", "birth"),
        (
            Level({"nik": ("equal",)}, 0.20, 1e-7),
            Level({"nik": ("one_slip",), "birth": ("equal",)}, 0.10, 1e-6),
            Level({"nik": ("begins", "two_slips"), "birth": ("equal",)}, 0.10, 1e-6),
            Level({"nik": ("one_slip", "two_slips")}, 0.02, 1e-5),
            Level({"nik": ("unknown",), "birth": ("equal",)}, 0.40, 5.5e-5),
            Level({"nik": ("differs",), "birth": ("equal",)}, 0.01, 5.0e-5),
            Level({"birth": ("near",)}, 0.07, 2e-3),
            Level({}, 0.10, 0.997),
        ),
    ),
    Comparison(
        "name",
        ("name",),
        (
            Level({"name": ("equal",), "namesakes": ("few",)}, 0.55, 1e-5),
            Level({"name": ("equal",)}, 0.15, 5e-4),
            Level({"name": ("similar",)}, 0.17, 3e-4),
            Level({"name": ("part",)}, 0.07, 5e-4),
            Level({"name": ("alike",)}, 0.01, 2e-3),
            Level({"name": ("first",)}, 0.03, 0.02),
            Level({}, 0.02, 0.979),
        ),
    ),
    Comparison(
        "place",
        ("place",),
        (
            Level({"place": ("village",)}, 0.70, 3e-3),
            Level({"place": ("district",)}, 0.20, 0.14),
            Level({"place": ("province",)}, 0.07, 0.857),
            Level({}, 0.03, 1.0),
        ),
    ),
)

MODEL = Model(RULES, COMPARISONS)
