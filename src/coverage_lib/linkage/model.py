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
class WeightRule:
    """The step after the rules. A pair fits as with a rule that asks for a rare name and an own serial, and is
    accepted where its weight is at least `least_weight` and no other pair of its row or its member comes nearer than `least_margin` bits. Of pairs of
    a weight w one in 2^w is false: at 7 less than one in a hundred, and fewer of those above.
    """

    name: str
    any_of: tuple[Relations, ...]
    least_weight: float
    least_margin: float


@dataclass(frozen=True)
class Model:
    """All that the linkage decides by.

    `similar_name` is the Jaro-Winkler similarity of two keys from which names are similar, of at least
    `fewest_letters` each, or one slip of the hand for every `letters_a_slip`; from `alike_name` on a human
    may look. `most_namesakes`: how many members of the
    district may bear a name that is accepted with a birth date and no number: of 18 thousand
    birth dates of working age, one in 18,000 ÷ namesakes is a namesake's by chance. `prior` is the
    share of rows whose person is registered. A weight is log2 of the odds that a pair is one person, against
    all members whom chance could have put there: those of the place that both have in common, and `kin` for a
    twin, who shares the birth date as often as so many strangers. A pair is shown to a human from `least_weight`.
    """

    rules: tuple[Rule, ...]
    comparisons: tuple[Comparison, ...]
    by_weight: WeightRule
    similar_name: float = 0.92
    alike_name: float = 0.85
    fewest_letters: int = 4
    letters_a_slip: int = 5
    most_namesakes: int = 40
    prior: float = 0.5
    least_weight: float = -1.5
    kin: int = 300


_AGREES = ("equal", "similar", "part")
_NO_OTHER_BIRTH = ("equal", "near", "unknown")
_NEAR_PLACE = ("village", "district")
_NOT_VETOED = ("unknown", "begins", "one_slip", "two_slips")

RULES = (
    # A NIK is copied from one line to the next, from father to son: name and birth date must not both speak against it.
    Rule(
        "nik_and_name",
        True,
        (
            {"nik": ("equal",), "name": ("equal", "similar")},
            {"nik": ("equal",), "name": ("part",), "birth": _NO_OTHER_BIRTH},
        ),
    ),
    # The number holds the birth date: an equal one says nothing more, and twins share it.
    Rule(
        "nik_and_birth_date",
        True,
        ({"nik": ("equal",), "birth": ("equal",), "name": ("alike", "first", "unknown")},),
    ),
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
    Rule("nik_slip_and_birth_date", False, ({"nik": ("one_slip",), "birth": ("equal",)},), own_serial=True),
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
        "birth_date_and_similar_name",
        False,
        ({"nik": _NOT_VETOED, "birth": ("equal",), "name": ("similar", "part", "alike")},),
    ),
    Rule(
        "name_and_village",
        False,
        ({"nik": _NOT_VETOED, "birth": ("near", "unknown"), "name": ("equal", "similar", "part", "alike"), "place": ("village",)},),
    ),
    Rule(
        "name_and_district",
        False,
        ({"nik": _NOT_VETOED, "birth": ("near", "unknown"), "name": ("equal", "similar"), "place": ("district",)},),
    ),
    Rule(
        "birth_date_and_district",
        False,
        ({"nik": ("unknown", "begins"), "birth": ("equal",), "place": _NEAR_PLACE},),
    ),
    Rule(
        "nik_differs",
        False,
        ({"nik": ("differs",), "birth": ("equal",), "name": (*_AGREES, "alike"), "place": _NEAR_PLACE},),
    ),
)  # fmt: skip

#: Without a number weights win over rules. A number that clearly differs is never accepted, nor somebody of
#: another district: how common a name is there is not known.
BY_WEIGHT = WeightRule(
    "far_above_by_weight",
    (
        {"nik": ("equal",), "birth": _NO_OTHER_BIRTH, "name": ("alike", "first")},
        {
            "nik": _NOT_VETOED,
            "birth": ("equal",),
            "name": (*_AGREES, "alike", "first"),
            "place": _NEAR_PLACE,
        },
        {"nik": _NOT_VETOED, "birth": ("near",), "name": ("equal",), "place": _NEAR_PLACE},
    ),
    least_weight=7.0,
    least_margin=6.0,
)

COMPARISONS = (
    # A national id holds the birth date: in two comparisons the same evidence would count twice.
    Comparison(
        "identity",
        ("nik", "birth"),
        (
            Level({"nik": ("equal",)}, 0.20, 0.01),
            Level({"nik": ("one_slip",), "birth": ("equal",)}, 0.10, 1e-6),
            Level({"nik": ("two_slips",), "birth": ("equal",)}, 0.02, 3e-6),
            Level({"nik": ("one_slip", "two_slips")}, 0.02, 1e-5),
            Level({"nik": ("begins",), "birth": ("equal",)}, 0.08, 1e-6),
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
            Level({"name": ("equal",), "namesakes": ("few",)}, 0.55, 1e-4),
            Level({"name": ("equal",)}, 0.15, 1e-3),
            Level({"name": ("similar",)}, 0.16, 1e-3),
            Level({"name": ("part",)}, 0.07, 1e-3),
            Level({"name": ("alike",)}, 0.01, 5e-3),
            Level({"name": ("first",)}, 0.03, 0.02),
            Level({}, 0.03, 0.973),
        ),
    ),
    Comparison(
        # How many live in a place is counted, not said here.
        "place",
        ("place",),
        (
            Level({"place": ("village",)}, 0.70, 1.0),
            Level({"place": ("district",)}, 0.20, 1.0),
            Level({"place": ("province",)}, 0.07, 1.0),
            Level({}, 0.03, 1.0),
        ),
    ),
)

MODEL = Model(RULES, COMPARISONS, BY_WEIGHT)
