"""Few of the known regions, so that what has a row for every region stays small."""

from __future__ import annotations

from collections.abc import Iterable

from coverage_lib.reference.regions import Regions, load_regions


def regions_around(codes: Iterable[str]) -> Regions:
    """These regions, all above them, and all districts of the province; unknown ones left out."""
    everything = load_regions()
    wanted = {above for code in codes for above in everything.ancestors(code)}
    wanted |= {region.code for region in everything.children("19")}
    known = everything.by_code.items()
    return Regions({code: region for code, region in known if code in wanted})
