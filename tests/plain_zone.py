"""The rank of a province in its zone, by counting those that are ahead of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from coverage_lib.periods import Month

Key = tuple[str, str, date, str, str, str]


def measures(
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    period: Month,
    province: str,
    regions: Collection[str],
) -> dict[Key, float]:
    """rank_in_zone for every zone and scope in which the province can be compared with another.

    The rank of the province, and that of each one compared.

    Of each zone and scope the latest date counts, no later than the period and no earlier
    than the month before; on that date the province and one other must be there.
    """
    summary = tables.get("zone_summary", [])
    earliest = period.plus(-1).first_day
    own_zones = {row["zone"] for row in summary if row["region_code"] == province}
    comparisons: dict[tuple[str, str], dict[date, dict[str, Fraction]]] = {}
    for row in summary:
        day = row["cut_off_date"]
        if row["zone"] in own_zones and earliest <= day <= period.last_day:
            days = comparisons.setdefault((row["zone"], row["scope"]), {})
            share = Fraction(row["active_participants"], row["eligible_workers"])
            days.setdefault(day, {})[row["region_code"]] = share
    ranks: dict[Key, float] = {}
    for (zone, scope), days in comparisons.items():
        latest = max(days)
        shares = days[latest]
        if province in shares and len(shares) > 1:
            for code, own in shares.items():
                ahead = sum(share > own for share in shares.values())
                place = ("zone_compared", f"{zone}:{code}", scope)
                ranks["rank_in_zone", province, latest, *place] = 1.0 + ahead
                if code == province:
                    ranks["rank_in_zone", province, latest, "zone", zone, scope] = 1.0 + ahead
    return ranks
