"""Region codes of two number systems: the ministry's, and the statistics office's (BPS).

BPS codes have no dots: 1903 is Bangka Barat there and would be 19.03, Bangka Selatan, if it
were the ministry's. So a code without dots is read in the system that its source declares.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

import ibis
import ibis.expr.types as ir

from coverage_lib.intake.values import Alternative, Form
from coverage_lib.reference.regions import UNKNOWN_PARTS, Regions

BRIDGED = "code_bridged"
WITHOUT_DOTS = "code_without_dots"
_UNDOTTED = r"(\d\d)(\d\d)(?:(\d\d)(\d{4})?)?"
_BPS_LENGTHS = (10, 7, 4)


@cache
def bps_bridge() -> Mapping[str, str]:
    """The ministry's code of each BPS code that the library's bridge has."""
    folder = resources.files("coverage_lib.reference") / "data" / "regions"
    text = (folder / "bridge_bps_kemendagri_babel.csv").read_text(encoding="utf-8")
    return {
        row["bps_code"]: row["kemendagri_code"]
        for row in csv.DictReader(text.splitlines())
        if row["bps_code"]
    }


def ministry_code(code: str | None, system: str) -> tuple[str, str | None]:
    """The code with dots, and the rule by which it was made; of a BPS code that is not known,
    what its beginning means and `.?`. Dots settle it: BPS writes none.
    """
    bare = re.sub(r"[.,]0$", "", (code or "").strip().strip("'\"` "))
    if not bare.isascii() or not bare.isdigit() or len(bare) == 2:
        return (code or "").strip(), None
    if system == "bps":
        for length in _BPS_LENGTHS:
            found = bps_bridge().get(bare[:length]) if len(bare) >= length else None
            if found is not None:
                return (found if len(bare) == length else f"{found}.?"), BRIDGED
        return bare, None
    parts = re.fullmatch(_UNDOTTED, bare)
    if parts is None:
        return bare, None
    return ".".join(part for part in parts.groups() if part), WITHOUT_DOTS


def region_form(regions: Regions, allow: tuple[str, ...], system: str) -> Form:
    """A known region code, or one for "unknown" below a known region."""
    known = [*regions.by_code, *_unknown_codes(regions), *allow]

    def where_known(code: ir.StringValue) -> ir.StringValue:
        return ibis.ifelse(code.isin(known), code, ibis.null("string"))

    def others(text: ir.StringValue) -> list[Alternative]:
        if system == "bps":
            bridged = text.cases(*bps_bridge().items(), else_=ibis.null("string"))
            return [(where_known(bridged), ibis.literal(BRIDGED))]
        dotted = text.re_replace(r"^(\d\d)(\d\d)$", r"\1.\2")
        dotted = dotted.re_replace(r"^(\d\d)(\d\d)(\d\d)$", r"\1.\2.\3")
        dotted = dotted.re_replace(r"^(\d\d)(\d\d)(\d\d)(\d{4})$", r"\1.\2.\3.\4")
        return [(where_known(dotted), ibis.literal(WITHOUT_DOTS))]

    return Form(where_known, others)


def _unknown_codes(regions: Regions) -> list[str]:
    """The codes that stand for "region unknown" below each known region: 19.00, 19.00.00 and so on."""
    return [
        code + "".join(UNKNOWN_PARTS[level:end])
        for code in regions.by_code
        for level in (code.count("."),)
        for end in range(level + 1, len(UNKNOWN_PARTS) + 1)
    ]
