"""The workbook of a region: what its village secretaries read, print, fill in and upload."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from coverage_lib.handover.cost_sheet import cost_sheet
from coverage_lib.handover.group_segments import is_wage_earner, segment_of
from coverage_lib.handover.layout import Line, Sheet, Value, row_line, text_line, workbook_bytes
from coverage_lib.handover.people import LOOK, Person, count_outcomes
from coverage_lib.handover.upload import upload_columns, upload_rows
from coverage_lib.handover.words import lines, say
from coverage_lib.linkage.decisions import ACTIVE, LAPSED, NEEDS_A_LOOK, NOT_REGISTERED, OUTCOMES
from coverage_lib.linkage.roster_tables import ECOSYSTEM, groups_there
from coverage_lib.periods import Month
from coverage_lib.present.formats import day_text, month_text, percent_text
from coverage_lib.present.words import words
from coverage_lib.reference import rules

RETENTION_MONTHS = 13
_POINTS_FOR_A_PEN = 21
_OUTCOME_COLUMN = {
    ACTIVE: "active", LAPSED: "lapsed", NOT_REGISTERED: "not_registered", NEEDS_A_LOOK: "look",
}  # fmt: skip


@dataclass(frozen=True)
class ListOf:
    """What a workbook is about. `region` is its full name, `villages` the names of villages by code;
    `has_villages` whether it is wider than one and says of each person which.
    """

    region: str
    period: Month
    register_as_of: date
    people: tuple[Person, ...]
    villages: Mapping[str, str]
    has_villages: bool
    simulated: bool

    @property
    def day(self) -> date:
        """The day whose law counts: the month's last."""
        return self.period.last_day

    @property
    def groups(self) -> tuple[str, ...]:
        return groups_there(Counter(person.position for person in self.people))

    @property
    def self_employed(self) -> tuple[Person, ...]:
        """Without who is registered as a wage earner: what they cost depends on a wage that nobody said."""
        return tuple(person for person in self.people if not is_wage_earner(person.position))

    def of(self, outcome: str) -> tuple[Person, ...]:
        return tuple(one for one in self.people if one.outcome == outcome)


def list_workbook(one: ListOf) -> bytes:
    """All sheets, not encrypted. The same people give the same bytes."""
    sheets = [
        _summary(one), _not_registered(one), _lapsed(one), _faults(one), _upload(one),
        cost_sheet(one.day, len(upload_rows(one.self_employed))),
    ]  # fmt: skip
    header = " · ".join([say("secret"), *([say("simulated")] if one.simulated else [])])
    return workbook_bytes(sheets, f"{one.region} · {month_text(one.period, 'id')}", header)


def _summary(one: ListOf) -> Sheet:
    widths = (38.0, 12.0, 13.0, 11.0, 11.0, 11.0, 10.0)
    head = row_line(
        [say("column.position"), *(say(f"column.{_OUTCOME_COLUMN[name]}") for name in OUTCOMES),
         say("column.posts"), say("column.share")],
        ["head", *["head_right"] * (len(widths) - 1)],
    )  # fmt: skip
    counts = count_outcomes(one.people)
    body = [
        _count_line(words("id").say(f"position.{position}"), of_position, "")
        for position, of_position in counts.items()
    ]
    total: Counter[str] = Counter({outcome: len(one.of(outcome)) for outcome in OUTCOMES})
    body.append(_count_line(say("column.total"), total, "total_"))
    steps = [f"{number}. {step}" for number, step in enumerate(lines("summary.steps"), start=1)]
    privacy = say("summary.privacy", region=one.region, months=RETENTION_MONTHS)
    below = [
        ("", "note"), (say("summary.next"), "heading"), *((step, "note") for step in steps),
        *((text, "note") for text in _segments_of(one)),
        ("", "note"), *((note, "note") for note in lines("summary.notes")), (privacy, "warning"),
    ]  # fmt: skip
    top = _top(one, "summary", len(widths))
    rest = [text_line(text, form, len(widths)) for text, form in below]
    return Sheet(say("sheet.summary"), widths, (*top, head, *body, *rest))


def _segments_of(one: ListOf) -> list[str]:
    """As what the groups of a list are registered; nothing for the village ecosystem alone."""
    if one.groups == (ECOSYSTEM,):
        return []
    return [*(segment_of(group).text for group in one.groups), *lines("summary.segments")]


def _count_line(name: str, counts: Mapping[str, int], kind: str) -> Line:
    posts = sum(counts.values())
    share = percent_text(100 * counts[ACTIVE] / posts, "id", 1) if posts else "–"
    values: list[Value] = [name, *(counts[outcome] for outcome in OUTCOMES), posts, share]
    numbers = [f"{kind}count"] * (len(OUTCOMES) + 1)
    return row_line(values, [f"{kind}text", *numbers, f"{kind}right"])


def _not_registered(one: ListOf) -> Sheet:
    def cells(person: Person) -> list[Value]:
        short = [say(f"short_fault.{name}") for name in person.faults if name != LOOK]
        return [person.nik or person.nik_as_written, _day(person.birth_date), person.position_as_written,
                "; ".join(short), ""]  # fmt: skip

    columns = [("nik", 20.0), ("birth_date", 13.5), ("position", 22.0), ("remark", 24.0), ("registered_on", 16.0)]  # fmt: skip
    return _people_sheet(one, "not_registered", one.of(NOT_REGISTERED), columns, cells)


def _lapsed(one: ListOf) -> Sheet:
    with_arrears = bool(rules.at("bpu_arrears_due_on_return", one.day).value)

    def cells(person: Person) -> list[Value]:
        how = person.reactivated_by or ""
        key = "contribution_with_arrears" if how == "contribution" and with_arrears else how
        said = say(f"reactivated_by.{key}") if key else ""
        return [person.nik or person.nik_as_written, _day(person.birth_date), person.position_as_written,
                _day(person.lapsed_since), said, ""]  # fmt: skip

    columns = [("nik", 20.0), ("birth_date", 13.5), ("position", 20.0), ("since", 13.5),
               ("reactivated_by", 34.0), ("reactivated_on", 15.0)]  # fmt: skip
    return _people_sheet(one, "lapsed", one.of(LAPSED), columns, cells)


def _faults(one: ListOf) -> Sheet:
    def cells(person: Person) -> list[Value]:
        said = "; ".join(say(f"fault.{name}") for name in person.faults)
        return [person.nik_as_written, _day(person.birth_date), person.position_as_written,
                say(f"outcome.{person.outcome}"), said, ""]  # fmt: skip

    columns = [("nik_as_written", 20.0), ("birth_date", 13.5), ("position", 20.0), ("outcome", 17.0),
               ("faults", 36.0), ("right", 30.0)]  # fmt: skip
    people = [person for person in one.people if person.faults]
    return _people_sheet(one, "faults", people, columns, cells)


def _people_sheet(
    one: ListOf,
    key: str,
    people: Sequence[Person],
    columns: Sequence[tuple[str, float]],
    cells: Callable[[Person], list[Value]],
) -> Sheet:
    """Number, village where there are several, name, then the columns of the sheet."""
    first = [("number", 6.0), *([("village", 20.0)] if one.has_villages else []), ("name", 30.0)]
    named = [*first, *columns]
    top = [*_top(one, key, len(named)), text_line(say(f"about.{key}"), "note", len(named))]
    head = row_line([say(f"column.{name}") for name, _ in named], "head")
    body = []
    for number, person in enumerate(people, start=1):
        village = [one.villages[person.village_code]] if one.has_villages else []
        values: list[Value] = [number, *village, person.name, *cells(person)]
        body.append(row_line(values, ["middle", *["text"] * (len(values) - 1)]))
    if not body:
        body.append(text_line(say("nobody"), "text", len(named)))
    widths = tuple(width for _, width in named)
    return Sheet(
        say(f"sheet.{key}"), widths, (*top, head, *body), head=len(top), landscape=True,
        least_points=_POINTS_FOR_A_PEN,
    )  # fmt: skip


def _upload(one: ListOf) -> Sheet:
    """Exactly the template: its header in the first row, and not a cell beside it."""
    columns = upload_columns()
    head = row_line([column.name for column in columns], "plain_head")
    body = []
    for row in upload_rows(one.people):
        empty = ["needed" if column.needed else "optional" for column in columns]
        values = [row[column.name] for column in columns]
        body.append(row_line(values, ["plain" if value else form for value, form in zip(values, empty, strict=True)]))  # fmt: skip
    widths = tuple(_upload_width(column.name) for column in columns)
    choices = {place: column.codes for place, column in enumerate(columns) if column.codes}
    return Sheet(
        say("sheet.upload"), widths, (head, *body), head=0, landscape=True, pages_wide=4,
        repeated_columns=2, choices=choices,
    )  # fmt: skip


def _upload_width(name: str) -> float:
    return {"NAMA_LENGKAP": 30.0, "NOMOR_IDENTITAS": 20.0}.get(name, max(10.0, len(name) + 3.0))


def _top(one: ListOf, key: str, columns: int) -> list[Line]:
    roster = "as_of" if one.groups == (ECOSYSTEM,) else "as_of_groups"
    as_of = say(roster, month=month_text(one.period, "id"), day=day_text(one.register_as_of, "id"))
    said = [
        text_line(_title(one, key), "title", columns),
        text_line(one.region, "heading", columns),
    ]
    if one.simulated:
        said.append(text_line(say("simulated"), "warning", columns))
    if key == "summary":
        said.append(text_line(as_of, "note", columns))
    return said


def _title(one: ListOf, key: str) -> str:
    if key != "summary" or one.groups == (ECOSYSTEM,):
        return say(f"title.{key}")
    named = ", ".join(
        say("ecosystem") if group == ECOSYSTEM else words("id").say(f"position.{group}")
        for group in one.groups
    )
    return say("title.summary_groups", groups=named)


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%d-%m-%Y}"
