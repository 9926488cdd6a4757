"""How each list of the messiest month is sent, and the lines that stand in it: title, pages, totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from coverage_lib.demo.mess_files import Grid
from coverage_lib.demo.spellings import quoted
from coverage_lib.yaml_reading import read_yaml

LINE = "mess_line"
_NOTE = "KETERANGAN"
_END = 1_000_000_000
_NUMBERS = ("NO", "jumlah_bayar", "pph21")


@dataclass(frozen=True)
class Sending:
    """How one list is sent; `form` is empty for workbooks and Parquet, `share` 0 for the usual one."""

    file: str
    headers: Mapping[str, str]
    page: int = 0
    share: int = 0
    form: Mapping[str, str] = field(default_factory=dict)
    region: str = ""
    parts: str = ""
    reversed: bool = False
    spans: Mapping[str, Sequence[str]] = field(default_factory=dict)


@cache
def mess_rules() -> dict[str, Any]:
    text = (resources.files("coverage_lib.demo") / "mess.yml").read_text(encoding="utf-8")
    rules: dict[str, Any] = read_yaml(text)
    return rules


def lines_of(part: str, texts: Mapping[str, str], sending: Sending) -> Grid:
    """The lines of one part: title, header, pages with their totals, the header again, a note.

    One column without a header stands in the middle of the others, and one of remarks at the end.
    """
    middle = len(texts) // 2
    names: list[str | None] = list(texts)
    names[middle:middle] = [None]
    headers = [None if name is None else texts[name] for name in names] + [_NOTE]
    upper = {member: span for span, members in sending.spans.items() for member in members}
    tops = [
        upper.get(name or "", header) for name, header in zip([*names, None], headers, strict=True)
    ]
    bottoms = [
        header if (name or "") in upper else None
        for name, header in zip([*names, None], headers, strict=True)
    ]
    width = len(headers)
    heads: list[list[str | None]] = [tops, bottoms] if upper else [headers]
    title = mess_rules()["title"]
    above: list[list[str | None]] = [[line] for line in title] + heads
    lines = [_literals(row, width, number - len(above), 0) for number, row in enumerate(above)]
    own = f"sent WHERE part = {quoted(part)}"
    columns = ["NULL" if name is None else f'"{name}"::VARCHAR' for name in names] + [
        "nullif(note, '')"
    ]
    named = ", ".join(f"{column} AS c{number}" for number, column in enumerate(columns))
    body = f"SELECT row_number() OVER (ORDER BY {LINE}, more) AS place, {named} FROM {own}"
    cells = ", ".join(f"c{number}" for number in range(width))
    lines.append(f"SELECT place, 0 AS step, {cells} FROM ({body})")
    if sending.page:
        ends = f"FROM range(1, (SELECT count(*) FROM {own}) + 1) AS pages(place) WHERE place % {sending.page} = 0"
        total: list[str | None] = ["SUB TOTAL", *[None] * (width - 2), f"{sending.page} orang"]
        repeated: list[list[str | None]] = [total, [None] * width, *heads]
        lines += [
            f"SELECT place, {step}, {', '.join(_cells(row, width))} {ends}"
            for step, row in enumerate(repeated, start=1)
        ]
    below: list[list[str | None]] = [
        ["JUMLAH"],
        [None],
        ["Catatan: data simulasi, bukan orang yang ada"],
    ]
    lines += [_literals(row, width, _END + number, 0) for number, row in enumerate(below)]
    query = f"SELECT {cells} FROM ({' UNION ALL '.join(lines)}) ORDER BY place, step"
    spans = [
        (len(title), tops.index(span), tops.index(span) + len(members) - 1)
        for span, members in sending.spans.items()
    ]
    numbers = frozenset(at for at, name in enumerate(names) if name in _NUMBERS)
    return Grid(part, query, tuple(spans), numbers)


def _literals(row: Sequence[str | None], width: int, place: int, step: int) -> str:
    named = ", ".join(f"{cell} AS c{number}" for number, cell in enumerate(_cells(row, width)))
    return f"SELECT {place} AS place, {step} AS step, {named}"


def _cells(row: Sequence[str | None], width: int) -> list[str]:
    padded = [*row, *[None] * (width - len(row))]
    return ["NULL::VARCHAR" if cell is None else quoted(cell) for cell in padded]
