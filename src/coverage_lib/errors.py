"""The errors that a user can meet, and the exit code that each one ends with.

    CakupanError                what the user can put right; one line, no traceback
    ├── UsageError         2    an option or a parameter has a value that is not allowed
    ├── ConfigError        3    cakupan.toml, the pseudonym key or the environment is not usable
    ├── SourceError        4    an extract is missing, unreadable, empty, changed, or lacks a column
    ├── StoreError         5    the store holds nothing for the period, is in use, or nothing can be written
    ├── ReferenceDataError 6    a rule, target or denominator is not known for the date
    ├── MeasureError       7    figures that must agree with one another do not
    ├── BriefingError      8    a notebook failed, or its document cannot be rendered
    └── DisclosureError    9    a table would reveal what it must protect

Every message says what is wrong, where, what was allowed, and what to do. It never
carries a value out of a person-level row.
"""

from __future__ import annotations

from typing import ClassVar


class CakupanError(Exception):
    """A mistake in the input, the configuration or the data that the user can put right."""

    exit_code: ClassVar[int] = 1


class UsageError(CakupanError):
    exit_code = 2


class ConfigError(CakupanError):
    exit_code = 3


class SourceError(CakupanError):
    exit_code = 4


class StoreError(CakupanError):
    exit_code = 5


class ReferenceDataError(CakupanError):
    exit_code = 6


class MeasureError(CakupanError):
    exit_code = 7


class BriefingError(CakupanError):
    exit_code = 8


class DisclosureError(CakupanError):
    exit_code = 9


def on_one_line(text: str) -> str:
    """Text with what would break its line, or tell a terminal to do something, written out.

    File names, sheets and headers come from elsewhere and may hold any character.
    """
    return "".join(
        character if character.isprintable() else ascii(character)[1:-1] for character in text
    )
