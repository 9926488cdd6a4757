"""What a row lacks to have its village, and which regions it may mean. Pure; of no person."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from coverage_lib.intake.places import Places, normalise_name
from coverage_lib.reference.regions import LEVELS, is_unknown

MOST_NAMED = 3
_LIKE = 0.6
_KINDS = ("", "Kabupaten", "Kecamatan", "")
_PROVINCE = "the province"


def what_place_lacks(
    village_code: str, names: Sequence[str | None], labels: Sequence[str], places: Places
) -> str | None:
    """In words, behind the column that is to be corrected; None where the village is known.

    `village_code` is what the row came to, `names` and `labels` go from district to village. A name that
    several regions bear is told with their parents, one that is not known with the names most like it
    below what is known, or with where else it is known; without a name, what was expected.
    """
    if not is_unknown(village_code):
        return None
    known = _known_part(village_code)
    depth = known.count(".")
    for level in range(depth + 1, len(LEVELS)):
        name = normalise_name(names[level - 1] or "")
        if name:
            return f"{labels[level - 1]}: {_told(name, level, known, places)}"
    expected = "" if depth == 0 else f" of {_named(known, places)}"
    return f"{labels[depth]}: a name or code{expected} was expected"


def _told(name: str, level: int, known: str, places: Places) -> str:
    bearing = sorted(
        places.official.get((level, name), frozenset())
        | places.aliases.get((level, name), frozenset())
    )
    here = [code for code in bearing if code.startswith(f"{known}.")]
    if len(here) > 1:
        return f"name of several places: {_parents(here, known, places)}"
    if bearing:
        return f"not known in {_named(known, places)}, but in {_parents(bearing, known, places)}"
    near = _nearest(name, level, known, places)
    hint = f" (nearest: {', '.join(near)})" if near else ""
    return f"not known in {_named(known, places)}{hint}"


def _nearest(name: str, level: int, known: str, places: Places) -> list[str]:
    """Names of regions, the likest first. A spelling of a region counts for its name."""
    spelled: dict[str, str] = {}
    for table in (places.aliases, places.official):
        for (of_level, spelling), codes in table.items():
            for code in sorted(codes):
                if of_level == level and code.startswith(f"{known}."):
                    spelled[spelling] = places.regions.get(code).name
    near = difflib.get_close_matches(name, sorted(spelled), MOST_NAMED, _LIKE)
    return list(dict.fromkeys(spelled[one] for one in near))


def _parents(codes: Sequence[str], known: str, places: Places) -> str:
    """The regions right above, with the district where that is not clear from what is known."""
    districts = {places.regions.ancestors(code)[1] for code in codes}
    named = []
    for code in codes:
        parent = code.rpartition(".")[0]
        district = places.regions.ancestors(code)[1]
        is_clear = parent == district or (len(districts) == 1 and known.startswith(district))
        more = "" if is_clear else f" ({_named(district, places)})"
        named.append(f"{_named(parent, places)}{more}")
    shown = list(dict.fromkeys(named))
    left = len(shown) - MOST_NAMED
    return ", ".join(shown[:MOST_NAMED]) + (f" and {left} more" if left > 0 else "")


def _known_part(village_code: str) -> str:
    """`19.01` of `19.01.00.0000`."""
    parts = village_code.split(".")
    while len(parts) > 1 and set(parts[-1]) == {"0"}:
        parts.pop()
    return ".".join(parts)


def _named(code: str, places: Places) -> str:
    """As lists write it: `Kecamatan Toboali`, `Kabupaten Bangka`, `Kota Pangkalpinang`."""
    region = places.regions.get(code)
    kind = _KINDS[code.count(".")]
    if not kind:
        return _PROVINCE if code.count(".") == 0 else region.name
    return (
        region.name if region.name.startswith(("Kabupaten", "Kota ")) else f"{kind} {region.name}"
    )
