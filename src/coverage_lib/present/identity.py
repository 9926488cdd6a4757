"""How the office shows itself on a document: what of its configuration the cover carries."""

from __future__ import annotations

import base64
import struct
import zlib
from datetime import date
from io import BytesIO

from matplotlib.image import imread

from coverage_lib.disclosure import Releasable
from coverage_lib.errors import BriefingError, ConfigError
from coverage_lib.office import Office
from coverage_lib.present.block_kinds import Identity, Language
from coverage_lib.present.block_words import block_words
from coverage_lib.present.svg import clean_svg

_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_BLANK = "\u2026" * 4


def identity_of(releasable: Releasable, language: Language, *, is_signed: bool) -> Identity | None:
    """Logo, colours, number, and with `is_signed` the signature; None where nothing is configured."""
    office = releasable.office
    found: Identity = {
        "primary": office.primary,
        "accent": office.accent,
        "document_number": _number(office, releasable),
    }
    if office.logo is not None:
        words = block_words(language)
        name = office.name.get(language, "")
        found["logo"] = {
            "kind": office.logo.kind,
            "content": office.logo.content,
            "alt": words.logo_of.format(name=name) if name else words.logo,
        }
    if office.signature is not None and is_signed:
        signature = office.signature
        found["signature"] = {
            "place": signature.place,
            "title": signature.title[language],
            "name": signature.name,
        }
    return found if any(found.values()) else None


def check_logo(office: Office, where: str) -> None:
    """Raise ConfigError, which begins with `where`, for a logo that no document can show.

    An SVG without size or with what `clean_svg` refuses, a PNG that cannot be read to its end.
    """
    logo = office.logo
    if logo is None:
        return
    try:
        if logo.kind == "svg":
            clean_svg(logo.content, "logo", "")
        else:
            imread(BytesIO(base64.b64decode(logo.content)), format="png")
    except BriefingError as error:
        told = str(error).removeprefix("figure logo: ")
        raise ConfigError(f"{where}: logo cannot be shown: {told}") from None
    except (OSError, SyntaxError, ValueError, struct.error, zlib.error):
        raise ConfigError(
            f"{where}: logo cannot be shown: the {logo.kind.upper()} file is damaged. Export it anew."
        ) from None


def _number(office: Office, releasable: Releasable) -> str:
    """The pattern filled in; the running number stays a blank. Months are Roman, as in letters."""
    day = document_date(releasable)
    return office.document_number.format(
        number=_BLANK,
        month=_MONTHS[day.month - 1],
        year=day.year,
        region=releasable.region.code,
    )


def document_date(releasable: Releasable) -> date:
    """The day on which the last input was known; without any, the first day of the period."""
    days = [
        day for note in releasable.sources for day in (note.as_of, note.received) if day is not None
    ]
    if not days:
        current = releasable.rows[releasable.rows["period"] == str(releasable.period)]
        days = [day for day in current["as_of"] if isinstance(day, date)]
    return max(days, default=releasable.period.first_day)
