"""What a pull tells of itself: every row that came in and what became of it, as pull.json keeps it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from coverage_lib.intake.corrections import CorrectionAccount
from coverage_lib.intake.places import CODE_OF_OTHER_SYSTEM
from coverage_lib.sources.reading import UNTOLD, FileReading
from coverage_lib.tables import CODE_SYSTEMS


@dataclass(frozen=True)
class TableAccount:
    """What became of a table's rows: received = accepted + rejected + duplicates.

    Rejected rows and duplicates lie in quarantine; `reasons` tells of both.
    """

    table: str
    received: int
    accepted: int
    rejected: int
    duplicates: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class SourceAccount:
    """What came in from one file.

    `rows` were received; `rejected` of them went to quarantine for a fault, `duplicates` for a
    key that an earlier row has. `faults` are the lists of all that is wrong with a row, and
    how many rows have them; a value left out is a fault too, though the row was kept.
    `filled` says in how many rows a column has a value that can be used, for the columns
    that the file has. `expected_rows` is what its producer says it holds; None where unsaid.
    `reading` says how it was read; older accounts have none.
    `repairs` says in how many rows which rule read which column in another than its standard
    form; the resolved region of a row is a column there too.
    `retried` marks a file of rejected rows that came again, corrected. `region_codes` is the
    number system of its region codes without dots; older accounts do not say it.
    """

    name: str
    table: str
    producer: str
    as_of: date | None
    received: date | None
    simulated: bool
    sha256: str
    rows: int
    ignored_columns: tuple[str, ...]
    absent_columns: tuple[str, ...]
    expected_rows: int | None
    rejected: int
    duplicates: int
    faults: tuple[tuple[str, int], ...]
    filled: tuple[tuple[str, int], ...]
    reading: FileReading = UNTOLD
    repairs: tuple[tuple[str, str, int], ...] = ()
    retried: bool = False
    region_codes: str = CODE_SYSTEMS[0]

    @property
    def is_fetched(self) -> bool:
        """Whether it came from a database or an address, described in cakupan.toml and not beside it."""
        return self.name.startswith("database:") or "://" in self.name


@dataclass(frozen=True)
class PullAccount:
    """The whole account of a pull, as pull.json keeps it.

    `drift` says how its extracts differ from those before them, one finding a line.
    """

    profile: str
    period: str
    generation: str
    key_fingerprint: str
    tables: tuple[TableAccount, ...]
    sources: tuple[SourceAccount, ...]
    corrections: tuple[CorrectionAccount, ...] = ()
    drift: tuple[str, ...] = ()

    def retried_rows(self, table: str) -> int:
        """How many of a table's received rows are rejected ones that came again, corrected."""
        return sum(file.rows for file in self.sources if file.table == table and file.retried)

    @property
    def simulated(self) -> bool:
        """Whether any row came from a simulated extract; one is enough to mark all that is made."""
        return any(source.simulated for source in self.sources)

    def repairs_of(self, table: str) -> tuple[tuple[str, str, int], ...]:
        """The column, rule and rows of all repairs of a table's files, the commonest first."""
        sums: Counter[tuple[str, str]] = Counter()
        for source in self.sources:
            if source.table == table:
                sums.update({(column, rule): rows for column, rule, rows in source.repairs})
        ordered = sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))
        return tuple((column, rule, rows) for (column, rule), rows in ordered)

    @property
    def sources_of_other_codes(self) -> tuple[tuple[SourceAccount, int], ...]:
        """The files whose region codes fit their names only in the system not declared."""
        return tuple(
            (source, rows)
            for source in self.sources
            for _, rule, rows in source.repairs
            if rule == CODE_OF_OTHER_SYSTEM
        )


def account_text(account: PullAccount) -> str:
    """The account as pull.json holds it; the same account gives the same text."""
    text = json.dumps(asdict(account), ensure_ascii=False, indent=2, default=date.isoformat)
    return text + "\n"


def read_account(text: str) -> PullAccount:
    """The account of such a text. Raises KeyError, TypeError or ValueError where it is none."""
    return _account(json.loads(text))


def _account(document: dict[str, Any]) -> PullAccount:
    return PullAccount(
        profile=document["profile"],
        period=document["period"],
        generation=document["generation"],
        key_fingerprint=document["key_fingerprint"],
        tables=tuple(
            TableAccount(**entry | {"reasons": _counted(entry["reasons"])})
            for entry in document["tables"]
        ),
        sources=tuple(
            SourceAccount(
                **entry
                | {
                    "as_of": _day(entry["as_of"]),
                    "received": _day(entry["received"]),
                    "ignored_columns": tuple(entry["ignored_columns"]),
                    "absent_columns": tuple(entry["absent_columns"]),
                    "faults": _counted(entry["faults"]),
                    "filled": _counted(entry["filled"]),
                    "reading": _reading(entry.get("reading", {"kind": ""})),
                    "repairs": tuple(
                        (column, rule, rows) for column, rule, rows in entry["repairs"]
                    ),
                }
            )
            for entry in document["sources"]
        ),
        corrections=tuple(
            CorrectionAccount(**entry | {"date": date.fromisoformat(entry["date"])})
            for entry in document["corrections"]
        ),
        drift=tuple(document.get("drift", ())),
    )


def _reading(entry: dict[str, Any]) -> FileReading:
    lists = {name: tuple(value) for name, value in entry.items() if isinstance(value, list)}
    unmapped = tuple((header, tuple(near)) for header, near in entry.get("unmapped", ()))
    return FileReading(
        **entry | lists | {"left_out": _counted(entry.get("left_out", [])), "unmapped": unmapped}
    )


def _counted(pairs: list[list[Any]]) -> tuple[tuple[str, int], ...]:
    return tuple((text, rows) for text, rows in pairs)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
