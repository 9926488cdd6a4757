"""The upload template of BPJS Ketenagakerjaan: its rules, and rows filled in as far as is known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

from coverage_lib.handover.people import Person
from coverage_lib.linkage.decisions import NOT_REGISTERED
from coverage_lib.linkage.names import clean_name, name_key, name_rules
from coverage_lib.yaml_reading import read_yaml

_DAY = "%d-%m-%Y"
_DAY_SHAPE = re.compile(r"[0-9]{2}-[0-9]{2}-[0-9]{4}")


@dataclass(frozen=True)
class UploadColumn:
    """A column and the rules of its cells; an empty cell breaks none of them."""

    name: str
    needed: bool = False
    pattern: str | None = None
    codes: tuple[str, ...] = ()
    date: bool = False
    longest: int | None = None

    def allows(self, text: str) -> bool:
        if not text:
            return True
        if self.codes and text not in self.codes:
            return False
        if self.longest is not None and len(text) > self.longest:
            return False
        if self.date and not _is_day(text):
            return False
        return self.pattern is None or re.fullmatch(self.pattern, text) is not None


@cache
def upload_columns() -> tuple[UploadColumn, ...]:
    """The columns in the template's order, A to AD."""
    text = (resources.files("coverage_lib.handover") / "upload_template.yml").read_text("utf-8")
    entry: Mapping[str, Any] = read_yaml(text)
    return tuple(
        UploadColumn(**{**column, "codes": tuple(column.get("codes", ()))})
        for column in entry["columns"]
    )


def upload_rows(people: Sequence[Person]) -> list[dict[str, str]]:
    """A row for each person who is not registered, once where they hold several posts.

    Empty is what is not known, and what breaks a rule of its column. Where national id and roster
    say different birth dates, neither is known. A national id that somebody else has too is nobody's.
    The sex is the national id's, else the roster's.
    """
    found: list[dict[str, str]] = []
    seen: set[tuple[object, ...]] = set()
    for one in people:
        person = _person(one)
        if one.outcome != NOT_REGISTERED or person in seen:
            continue
        if person is not None:
            seen.add(person)
        found.append(_row(replace(one, nik=None) if one.nik_shared else one))
    return found


def _person(one: Person) -> tuple[object, ...] | None:
    """What tells people apart; None where nothing does, for a name alone is of many."""
    if one.nik is not None and not one.nik_shared:
        return (one.nik,)
    name = name_key(clean_name(one.name))
    if one.nik is not None:
        return one.nik, name
    return None if one.birth_date is None else (name, one.birth_date, one.village_code)


def _row(one: Person) -> dict[str, str]:
    name, title = _without_degrees(one.name)
    known = {"NAMA_LENGKAP": name.upper(), "GELAR": title, "KODE_NEGARA": "ID"}
    if one.address:
        known["ALAMAT"] = one.address
    if one.is_woman is not None:
        known["JENIS_KELAMIN"] = "P" if one.is_woman else "L"
    if one.birth_date is not None and not one.birth_differs:
        known["TANGGAL_LAHIR"] = f"{one.birth_date:{_DAY}}"
    if one.nik is not None:
        known |= {
            "JENIS_IDENTITAS": "KTP",
            "NOMOR_IDENTITAS": one.nik,
        }
    cells = {column.name: known.get(column.name, "") for column in upload_columns()}
    return {
        column.name: cells[column.name] if column.allows(cells[column.name]) else ""
        for column in upload_columns()
    }


def _without_degrees(name: str) -> tuple[str, str]:
    """A name, and the degrees that follow it behind a comma or with a dot (`S. Sos`, `S.Pd`); all of it
    where something else follows a comma.
    """
    own, *behind = (part.strip() for part in name.split(","))
    if not own or not all(_is_degree(part) for part in behind):
        return name, ""
    words = own.split()
    for length in (2, 1):
        last = " ".join(words[-length:])
        if len(words) > length and "." in last.removesuffix(".") and _is_degree(last):
            return " ".join(words[:-length]), ", ".join([last, *behind])
    return own, ", ".join(behind)


def _is_degree(text: str) -> bool:
    rules = name_rules()
    bare = text.upper().replace(".", "").replace(" ", "")
    return bare in rules.titles | rules.titles_at_the_end


def _is_day(text: str) -> bool:
    if _DAY_SHAPE.fullmatch(text) is None:
        return False
    try:
        datetime.strptime(text, _DAY)  # noqa: DTZ007  a day has no zone
    except ValueError:
        return False
    return True
