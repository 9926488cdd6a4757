"""The village ecosystem, counted with loops: who of the roster is covered on the register's date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from plain_participation import is_active

from coverage_lib.periods import Month

Key = tuple[str, str, date, str, str, str]
_GROUPS = {
    "heads_officials": ("village_head", "village_official"),
    "village_council": ("village_council",),
    "rt_rw_lkd": ("neighbourhood_head", "village_institution"),
}


def measures(
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    period: Month,
    province: str,
    regions: Collection[str],
) -> dict[Key, float]:
    """village_ecosystem_coverage of every region that has posts, in total, by position and group."""
    if "village_roster" not in tables or "participants" not in tables:
        return {}
    roster = tables["village_roster"]
    covered = _covered_persons(tables["participants"], period)
    as_of = max(row["as_of_date"] for row in roster if row["as_of_date"] <= period.last_day)
    posts: Counter[tuple[str, str, str]] = Counter()
    held: Counter[tuple[str, str, str]] = Counter()
    for post in roster:
        parts = post["village_code"].split(".")
        group = next(name for name, members in _GROUPS.items() if post["position"] in members)
        for level in (1, 2, 3, 4):
            for kind in (
                ("total", "total"),
                ("position", post["position"]),
                ("position_group", group),
            ):
                place = (".".join(parts[:level]), *kind)
                posts[place] += 1
                held[place] += post["person_key"] in covered
    return {
        ("village_ecosystem_coverage", region, as_of, dimension, category, "all"): 100
        * held[region, dimension, category]
        / number
        for (region, dimension, category), number in posts.items()
    }


def _covered_persons(register: Sequence[Mapping[str, Any]], period: Month) -> set[str]:
    """Everybody with a membership that began, has not ended and has not lapsed."""
    day = max(row["as_of_date"] for row in register if row["as_of_date"] <= period.last_day)
    return {
        row["person_key"] for row in register if row["as_of_date"] == day and is_active(row, day)
    }
