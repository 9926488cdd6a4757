"""Whose briefings these are: the name, logo, colours, number and signature of the office.

Everything may be left out; without any of it a briefing is neutral.
"""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from string import Formatter
from typing import Any, Literal

from coverage_lib.colours import WHITE, contrast, is_colour, mixed
from coverage_lib.errors import ConfigError
from coverage_lib.source_settings import refuse_unknown

LANGUAGES = ("id", "en")
#: What a document-number pattern may hold; `number` stays a blank to be filled in by hand.
NUMBER_PARTS = ("number", "month", "year", "region")
#: What text needs (WCAG 2.2, AA); an office's colours are those of headings and of text on them.
LEAST_CONTRAST = 4.5
#: How much of white is in the ground that headings in the office's colour may stand on.
WASH = 0.91

_PARTS = (*LANGUAGES, "logo", "primary", "accent", "document_number", "signature")
_SIGNATURE_PARTS = ("place", "title", "name")
_LOGO_BYTES = 500_000
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_INLINE_IMAGE = re.compile(r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=\s]+")


@dataclass(frozen=True)
class Logo:
    """An SVG as its text, or a PNG in base64."""

    kind: Literal["svg", "png"]
    content: str = field(repr=False)


@dataclass(frozen=True)
class Signature:
    """Who signs: `title` by language; `name` is empty where it is written by hand."""

    place: str
    title: Mapping[str, str]
    name: str = ""


@dataclass(frozen=True)
class Office:
    """The issuing office; `name` by language, empty where the configuration gives none."""

    name: Mapping[str, str] = field(default_factory=dict)
    logo: Logo | None = None
    primary: str = ""
    accent: str = ""
    document_number: str = ""
    signature: Signature | None = None


def read_office(entry: Mapping[str, Any], project: Path, where: str) -> Office:
    """The office as cakupan.toml says it; a logo is read from its file.

    Raises ConfigError, which begins with `where`, for an entry that is not known or not a text, a
    colour that is none or too light for text, and a logo that is missing, no picture, or active.
    """
    refuse_unknown(entry, _PARTS, where)
    texts = {name: _text(entry, name, where) for name in _PARTS[:-1]}
    for name in ("primary", "accent"):
        if texts[name]:
            _check_colour(name, texts[name], where)
    _check_number(texts["document_number"], where)
    return Office(
        name={language: texts[language] for language in LANGUAGES if texts[language]},
        logo=_logo(texts["logo"], project, where) if texts["logo"] else None,
        primary=texts["primary"].lower(),
        accent=texts["accent"].lower(),
        document_number=texts["document_number"],
        signature=_signature(entry.get("signature"), where),
    )


def _text(entry: Mapping[str, Any], name: str, where: str) -> str:
    value = entry.get(name, "")
    if not isinstance(value, str):
        raise ConfigError(f'{where}: {name} = "…" was expected, a text.')
    return value.strip()


def _check_colour(name: str, colour: str, where: str) -> None:
    if not is_colour(colour):
        raise ConfigError(f"{where}: {name}: a colour such as #0b3c5d was expected, as #rrggbb.")
    ground = mixed(colour, WHITE, WASH) if name == "primary" else WHITE
    found = contrast(colour, ground)
    if found < LEAST_CONTRAST:
        raise ConfigError(
            f"{where}: {name} {colour} has a contrast of {found:.1f}:1 to its ground; text needs "
            f"{LEAST_CONTRAST}:1. Choose a darker colour."
        )


def _check_number(pattern: str, where: str) -> None:
    try:
        used = {name for _, name, _, _ in Formatter().parse(pattern) if name is not None}
    except ValueError:
        used = {""}
    if used <= set(NUMBER_PARTS):
        try:
            pattern.format(number="", month="VI", year=2025, region="19")
        except (ValueError, LookupError):  # {year:x!}, {number:{width}}
            used = {""}
    if not used <= set(NUMBER_PARTS):
        named = ", ".join(f"{{{part}}}" for part in NUMBER_PARTS)
        raise ConfigError(f"{where}: document_number may hold {named} and nothing else in braces.")


def _signature(entry: Any, where: str) -> Signature | None:
    if entry is None:
        return None
    place = f"{where[:-1]}.signature]"
    if not isinstance(entry, dict):
        raise ConfigError(f"{place}: a table with {', '.join(_SIGNATURE_PARTS)} was expected.")
    refuse_unknown(entry, _SIGNATURE_PARTS, place)
    titles = entry.get("title")
    if not isinstance(titles, dict) or set(titles) != set(LANGUAGES):
        raise ConfigError(f'{place}: title = {{ id = "…", en = "…" }} was expected.')
    return Signature(
        _text(entry, "place", place),
        {language: _text(titles, language, place) for language in LANGUAGES},
        _text(entry, "name", place),
    )


def _logo(name: str, project: Path, where: str) -> Logo:
    if PurePath(name).is_absolute():
        raise ConfigError(f"{where}: logo must be a path relative to the project.")
    try:
        content = (project / name).read_bytes()
    except OSError:
        raise ConfigError(
            f"{where}: logo {name} cannot be read; an SVG or PNG file in the project was expected."
        ) from None
    if len(content) > _LOGO_BYTES:
        raise ConfigError(
            f"{where}: logo {name} is larger than {_LOGO_BYTES // 1000} kB, and it goes into every "
            "file. Make it smaller."
        )
    if content.startswith(_PNG_SIGNATURE):
        return Logo("png", base64.b64encode(content).decode("ascii"))
    try:
        text = content.decode("utf-8")
        root = ET.fromstring(text) if "<!ENTITY" not in text.upper() else None  # noqa: S314
    except (UnicodeDecodeError, ET.ParseError):
        root = None
    if root is None or _plain(root.tag) != "svg":
        raise ConfigError(f"{where}: logo {name} is neither an SVG nor a PNG file.")
    active = sorted(set(_active_parts(root)))
    if active:
        raise ConfigError(
            f"{where}: logo {name} holds what may act or fetch ({', '.join(active)}); export it as "
            "plain shapes."
        )
    return Logo("svg", text)


def _active_parts(root: ET.Element) -> list[str]:
    """Scripts, foreign content, event handlers and addresses outside the file, by name."""
    found = []
    for element in root.iter():
        if _plain(element.tag) in ("script", "foreignObject", "iframe"):
            found.append(_plain(element.tag))
        for name, value in element.attrib.items():
            plain = _plain(name)
            if plain.lower().startswith("on") or (
                plain == "href" and not (value.startswith("#") or _INLINE_IMAGE.fullmatch(value))
            ):
                found.append(plain)
    return found


def _plain(name: str) -> str:
    return name.rpartition("}")[2]
