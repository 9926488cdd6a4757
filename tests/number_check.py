"""Are all numbers of a text known? Each is looked for among the figures that the document names.

A number is known when one of these, rounded to its decimals, gives it: the value, numerator or
denominator of a figure whose id a text of the document carries; the change between two figures,
where a text carries both ids; a number in the data of a table or chart, if that is a measure to the
last digit; a count of rows, faults or repairs in the account of the pull. Rupiah also count in millions, billions and trillions. What else may stand in a briefing
is listed below, each with its reason.
"""

from __future__ import annotations

import csv
import io
import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources

import pandas as pd
from account_numbers import numbers_of_account

from coverage_lib.briefing.document import Document, captioned_blocks
from coverage_lib.disclosure import Releasable
from coverage_lib.indicators.definitions import definitions, sections
from coverage_lib.indicators.trajectory.pace import target_due
from coverage_lib.intake.pull_account import PullAccount
from coverage_lib.periods import MEAN_MONTH_DAYS, month_ends_between
from coverage_lib.present.block_words import block_words
from coverage_lib.present.formats import day_text, round_half_up, short_day_text
from coverage_lib.present.traced import traces_in
from coverage_lib.present.words import words
from coverage_lib.reference import rules
from coverage_lib.reference.benefits import jkk_death_benefit, jkm_benefit, scholarship_maximum
from coverage_lib.reference.contributions import DISCOUNTS, bpu_base_income, bpu_contribution
from coverage_lib.reference.regions import load_regions

#: Digits with what may hold them together: 1.234,5 · 2025-06 · 44/2015 · 19.71.01 · 25–34.
TOKEN = re.compile(r"\d+(?:[.,/:\u2013-]\d+)*")
GROUPED = {
    "id": re.compile(r"\d{1,3}(?:\.\d{3})*(?:,\d+)?|\d+(?:,\d+)?"),
    "en": re.compile(r"\d{1,3}(?:,\d{3})*(?:\.\d+)?|\d+(?:\.\d+)?"),
}
RUPIAH_POWERS = (0, 6, 9, 12)
#: Counts of what is listed: days, months, regions, programmes. Too small to be told from others.
COUNTED = 60


def unknown_numbers(
    text: str, document: Document, measures: Releasable, account: PullAccount
) -> list[str]:
    """The numbers of the text for which nothing accounts, in the order in which they stand there."""
    language = document.language
    plain = _without_dates(text, language)
    fixed = _fixed_tokens(language) | frozenset(_tokens_of_data(measures)) | _own(document)
    known = KnownNumbers(document, measures, account)
    found = []
    for match in TOKEN.finditer(plain):
        token = match[0]
        if token in fixed or _is_named_range(token, fixed):
            continue
        value = number_of(token, language)
        if value is None or not (_is_small_count(value) or known.holds(value)):
            found.append(token)
    return found


def number_of(token: str, language: str) -> Decimal | None:
    """The number as it was printed, with its decimals; None where it is no number."""
    if not GROUPED[language].fullmatch(token):
        return None
    grouping, point = (".", ",") if language == "id" else (",", ".")
    return Decimal(token.replace(grouping, "").replace(point, "."))


class KnownNumbers:
    """What the figures of a document and its data account for, in the ways in which it is printed."""

    def __init__(self, document: Document, measures: Releasable, account: PullAccount) -> None:
        plain, rupiah = _numbers_of_figures(document)
        own, own_rupiah = _numbers_of_data(document, measures)
        plain, rupiah = plain | own, rupiah | own_rupiah
        plain |= numbers_of_account(account) | _counts_of_figures(measures)
        plain |= _counts_of_regions(measures)
        rupiah |= _amounts_of_the_law(measures.period.first_day)
        # A required pace is printed in whole persons that suffice.
        self._plain = plain | {float(math.ceil(value - 1e-6)) for value in plain}
        self._rupiah = rupiah
        self._printed: dict[int, frozenset[Decimal]] = {}

    def holds(self, printed: Decimal) -> bool:
        places = max(0, -int(printed.as_tuple().exponent))
        if places not in self._printed:
            scaled = [(value, 0) for value in self._plain]
            scaled += [(value, power) for value in self._rupiah for power in RUPIAH_POWERS]
            self._printed[places] = frozenset(
                round_half_up(round_half_up(value, 9).scaleb(-power), places)
                for value, power in scaled
            )
        return printed in self._printed[places]


def _numbers_of_figures(document: Document) -> tuple[set[float], set[float]]:
    """Of the figures whose ids texts carry: numbers as they are, and rupiah."""
    plain: set[float] = set()
    rupiah: set[float] = set()
    for record in document.figures.values():
        kept = rupiah if record["unit"] == "idr" else plain
        parts = [record[part] for part in ("value", "numerator", "denominator")]
        kept |= {abs(float(part)) for part in parts if part is not None}
        if record["numerator"] is not None and record["denominator"] is not None:
            # Who is not covered: the rest of a share that prints both of its parts.
            kept.add(abs(record["denominator"] - record["numerator"]))
        if record["unit"] != "percent" and record["value"] is not None and record["denominator"]:
            plain.add(100 * record["value"] / record["denominator"])
    # "from a change of 1.204 in 30 days": a pace has its months, and the sentence says the days.
    plain |= {
        float(round(record["denominator"] * MEAN_MONTH_DAYS))
        for record in document.figures.values()
        if record["indicator"] == "recent_monthly_pace" and record["denominator"] is not None
    }
    plain |= _paces_of_lists(document)
    plain |= _shares_of_totals(document)
    for _, spans in traces_in(document.blocks):
        for _, _, names in spans:
            compared = [
                document.figures[name] for name in names.split() if name in document.figures
            ]
            values = [record["value"] for record in compared if record["value"] is not None]
            if len(values) == 2:
                kept = rupiah if compared[0]["unit"] == "idr" else plain
                kept.add(abs(values[0] - values[1]))
    return plain, rupiah


def _paces_of_lists(document: Document) -> set[float]:
    """Of each followed list, who is left over the month ends to the day of the year's target."""
    found = set()
    for record in document.figures.values():
        if record["indicator"] == "roster_registered_since" and record["denominator"] is not None:
            as_of = date.fromisoformat(record["as_of"])
            months = month_ends_between(as_of, target_due(int(record["period"][:4]), as_of))
            if months:
                found.add((record["denominator"] - record["numerator"]) / months)
    return found


def _shares_of_totals(document: Document) -> set[float]:
    """Of each figure in the total of its indicator, where the document says both: in percent."""
    same = ("indicator", "region", "period", "as_of", "scope")
    totals = {
        tuple(record[part] for part in same): record["value"]
        for record in document.figures.values()
        if record["category"] == "total" and record["value"]
    }
    return {
        100 * record["value"] / total
        for record in document.figures.values()
        if record["unit"] != "percent"
        and record["value"] is not None
        and (total := totals.get(tuple(record[part] for part in same)))
    }


def _numbers_of_data(document: Document, measures: Releasable) -> tuple[set[float], set[float]]:
    """Of the CSV beside tables and charts: what is a measure to the last digit, or a published one."""
    rows = measures.rows
    is_rupiah = rows["unit"] == "idr"
    columns = ["value", "numerator", "denominator"]
    published = measures.reconciliation.select_dtypes("number")
    every = {_exact(value) for value in rows[columns].to_numpy().ravel()}
    every |= {_exact(value) for value in published.to_numpy().ravel()}
    amounts = {_exact(value) for value in rows.loc[is_rupiah, columns].to_numpy().ravel()}
    amounts |= {_exact(value) for value in published.to_numpy().ravel()}
    fields = {
        _exact(field)
        for block in captioned_blocks(document)
        for line in csv.reader(io.StringIO(block["csv"]))
        for field in line
    }
    found = {value for value in fields & every if value is not None}
    return found | _shares(rows, found), {value for value in fields & amounts if value is not None}


def _shares(rows: pd.DataFrame, found: set[float]) -> set[float]:
    """Of the counts among these numbers, the share in the total of the same figure, in percent."""
    same = ["indicator", "region_code", "period", "as_of", "scope"]
    # Those of an unknown place below count in the region above it.
    is_unknown = rows["region_code"].str.endswith(".00") | rows["region_code"].str.endswith(".0000")
    above = rows["region_code"].str.rpartition(".")[0]
    rows = pd.concat([rows, rows[is_unknown].assign(region_code=above[is_unknown])])
    totals = rows[(rows["category"] == "total") & rows["value"].gt(0)]
    joined = rows.merge(totals[[*same, "value"]], on=same, suffixes=("", "_of_all"))
    counted = joined[(joined["unit"] != "percent") & joined["value"].round(6).isin(found)]
    return set(100 * counted["value"] / counted["value_of_all"])


def _counts_of_regions(measures: Releasable) -> set[float]:
    """How many districts, sub-districts and villages there are in the region, and in those above."""
    regions = load_regions()
    around = (measures.region, *measures.ancestors)
    return {
        float(len(regions.at_level(level, region.code)))
        for region in around
        for level in ("kabupaten", "kecamatan", "desa")
    }


def _counts_of_figures(measures: Releasable) -> set[float]:
    """How many figures of the region and month there are, by status: of a section, and of all."""
    rows = measures.rows
    own = rows[
        (rows["region_code"] == measures.region.code) & (rows["period"] == str(measures.period))
    ]
    found: set[float] = set()
    for names in (tuple(own["indicator"].unique()), *(one.indicators for one in sections())):
        statuses = own.loc[own["indicator"].isin(names), "status"].value_counts()
        found |= {float(count) for count in statuses} | {float(statuses.sum())}
        found |= {100 * count / statuses.sum() for count in statuses}
    return found


def _exact(value: object) -> float | None:
    try:
        number = abs(float(str(value)))
    except ValueError:
        return None
    return round(number, 6) if math.isfinite(number) else None


def _is_small_count(value: Decimal) -> bool:
    return value == int(value) and value <= COUNTED


def _is_named_range(token: str, fixed: frozenset[str]) -> bool:
    """Such as 2024–2025, where both ends may stand by themselves."""
    ends = re.split(r"[\u2013-]", token)
    return len(ends) == 2 and all(
        end in fixed or (end.isdecimal() and int(end) <= COUNTED) for end in ends
    )


# What may stand in a briefing besides measures


@cache
def _amounts_of_the_law(day: date) -> set[float]:
    """Amounts of dated rules, and what these ask of the lowest earner and give: no measures."""
    folder = resources.files("coverage_lib.reference") / "data" / "rules"
    raw = [path.read_text(encoding="utf-8") for path in folder.iterdir() if path.is_file()]
    found = {float(token) for text in raw for token in re.findall(r"\d{4,}", text)}
    discounts = [
        name
        for name in DISCOUNTS
        if "BPU" in rules.at(f"contribution_discount_{name}", day).value["segments"]
    ]
    found |= {
        float(amount)
        for amount in (
            jkm_benefit(day).total_idr,
            jkk_death_benefit(bpu_base_income(0, day), day).total_idr,
            scholarship_maximum(day),
            *(
                bpu_contribution(0, programmes, day, discount=discount).total_idr
                for programmes in (("JKK", "JKM"), ("JHT",), ("JKK", "JKM", "JHT"))
                for discount in (None, *discounts)
            ),
        )
    }
    return found


@cache
def _fixed_tokens(language: str) -> frozenset[str]:
    """Numbers of the words themselves (years of laws, ages), of definitions, and of dated rules."""
    texts = [*words(language).templates.values(), str(block_words(language))]  # type: ignore[arg-type]
    for one in definitions().values():
        texts += [one.numerator[language], one.denominator[language], one.scope[language]]
        texts += [one.source[language], one.caveat[language], one.title[language]]
    folder = resources.files("coverage_lib.reference") / "data" / "rules"
    raw = [path.read_text(encoding="utf-8") for path in folder.iterdir() if path.is_file()]
    found = {token for text in [*texts, *raw] for token in TOKEN.findall(text)}
    # A rule is written with a decimal point, and printed with the sign of the language.
    if language == "id":
        found |= {token.replace(".", ",") for text in raw for token in TOKEN.findall(text)}
    # Years: of dates, of targets, of denominators.
    return frozenset(found | {str(year) for year in range(1990, 2061)})


def _tokens_of_data(measures: Releasable) -> Iterator[str]:
    """Numbers in what data are called: codes, categories, sources with their vintage, and periods."""
    texts: list[str] = []
    for frame in (measures.rows, measures.reconciliation):
        for column in frame.columns:
            if not pd.api.types.is_numeric_dtype(frame[column]):
                texts += [str(value) for value in frame[column].dropna().unique()]
    for source in measures.sources:
        texts += [source.title, source.producer]
    for region in (measures.region, *measures.children, *measures.ancestors):
        texts += [region.code, region.name]
    for text in texts:
        for token in TOKEN.findall(text):
            yield token
            yield from re.findall(r"\d+", token)


def _own(document: Document) -> frozenset[str]:
    """The cover's number and dates; what stands at the axes of charts, and the limits of classes.

    Those are round, of two significant digits at most, and nowhere but in a picture.
    """
    found = set(TOKEN.findall(str(document.cover)))
    for block in captioned_blocks(document):
        if block["kind"] == "figure" and block["svg"]:
            root = ET.fromstring(block["svg"])  # drawn by ourselves
            for element in root.iter("{http://www.w3.org/2000/svg}text"):
                for token in TOKEN.findall("".join(element.itertext())):
                    ends = re.split(r"[\u2013-]", token)
                    if all(_is_round(end, document.language) for end in ends):
                        found.add(token)
    return frozenset(found)


def _is_round(token: str, language: str) -> bool:
    value = number_of(token, language)
    return value is not None and len(value.normalize().as_tuple().digits) <= 2


def _without_dates(text: str, language: str) -> str:
    """The text without days and months in words, whichever they are: they are no figures."""
    months = "|".join(_month_names(language))
    text = re.sub(rf"\b\d{{1,2}}\s+(?:{months})\b(?:\s+\d{{4}})?", " ", text)
    return re.sub(rf"\b(?:{months})\s+\d{{4}}\b", " ", text)


@cache
def _month_names(language: str) -> tuple[str, ...]:
    days = [date(2025, month, 1) for month in range(1, 13)]
    names = {day_text(day, language).split()[1] for day in days}
    names |= {short_day_text(day, language).split()[1] for day in days}
    return tuple(sorted(names, key=len, reverse=True))


def shown_text(pages: Iterable[str]) -> str:
    """The text of pages without what numbers the pages, the tables and the figures."""
    text = "\n".join(pages)
    text = re.sub(r"(?:Halaman|Page) \d+ (?:dari|of) \d+", " ", text)
    text = re.sub(r"(?:Tabel|Table|Gambar|Figure)\s+\d+\.", " ", text)
    text = re.sub(r"(?:bagian|part) \d+ (?:dari|of) \d+", " ", text)
    # Versions of the library and fingerprints name things; they count nothing.
    return re.sub(r"\b\d+\.\d+\.\d+\b|\b(?=[0-9a-f]*[a-f])[0-9a-f]{12,64}\b", " ", text)
