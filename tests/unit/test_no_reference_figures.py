"""Numbers come from data: no published figure of the reference case is written in the program.

The figures are read from data/reference at test time, in every spelling a hand might use.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
OBSERVATIONS = PROJECT / "data" / "reference" / "bpjstk_observations.csv"
NOT_TEXT = {".geojson", ".ttf", ".woff2", ".pyc"}
# Population and area of every district: numbers of their own, some alike by chance.
NOT_OURS = "data/regions"
GROUPING = "[.,_' \u00a0\u2009\u202f]?"


def whole_number(value: int) -> str:
    """A pattern for 1234567 with or without any thousands separator."""
    digits = f"{value:,}".split(",")
    return rf"(?<!\d)(?<!\d[.,]){GROUPING.join(digits)}(?!\d)(?!\.0*[1-9])"


def decimal_number(value: str) -> str:
    """A pattern for 27.24 and 27,24, and for the share 0.2724 that it is."""
    whole, fraction = value.split(".")
    return rf"(?<!\d)(?<!\d[.,])(?:{whole}[.,]{fraction}|0[.,]{whole:0>2}{fraction})0*(?!\d)"


def billions(value: int) -> str:
    """A pattern for Rp1,36 miliar and 1.36 billion."""
    short = f"{value / 1e9:.3f}".rstrip("0").rstrip(".").replace(".", "[.,]")
    return rf"(?<!\d)(?<!\d[.,]){short}\s?(?:miliar|billion|bn|[eE]9|\*)"


def patterns_of(observations: list[dict[str, str]]) -> dict[str, str]:
    patterns = {}
    for row in observations:
        value, june = row["value"], row["date"].startswith("2025-06")
        if row["region_code"] != "19":
            continue
        if row["unit"] == "percent" and len(value.partition(".")[2]) == 2:
            patterns[value] = decimal_number(value)
        elif "." not in value and int(value) >= (1_000 if june else 10_000):
            patterns[value] = whole_number(int(value))
            # "6 billion" says too little to be a figure; from three digits on it is one.
            if row["unit"] == "idr" and len(value.rstrip("0")) == 3:
                patterns[f"{value} in billions"] = billions(int(value))
    return patterns


def implied_denominator(observations: list[dict[str, str]]) -> int:
    """Eligible workers, never published: (active + gap) over the target share."""
    june = {row["indicator"]: row["value"] for row in observations if row["date"] == "2025-06-01"}
    asked_for = int(june["participants_active"]) + int(june["workers_still_to_protect_for_target"])
    return round(asked_for / float(june["coverage_target_pct_2025"]) * 100)


@pytest.fixture(scope="module")
def patterns() -> dict[str, str]:
    with OBSERVATIONS.open(encoding="utf-8", newline="") as file:
        observations = list(csv.DictReader(file))
    implied = implied_denominator(observations)
    return patterns_of(observations) | {f"{implied} (implied)": whole_number(implied)}


def figures_in(text: str, patterns: dict[str, str]) -> list[str]:
    return [name for name, pattern in patterns.items() if re.search(pattern, text)]


def test_no_figure_of_the_reference_case_is_written_in_the_program(
    patterns: dict[str, str],
) -> None:
    files = [
        path
        for folder in ("src", "notebooks")
        for path in sorted((PROJECT / folder).rglob("*"))
        if path.is_file() and path.suffix not in NOT_TEXT and NOT_OURS not in path.as_posix()
        if not any(part.startswith(".") for part in path.relative_to(PROJECT).parts)
    ]
    assert len(files) > 20, "hardly a file was found: this test saw nothing"
    any_of_them = re.compile("|".join(patterns.values()))
    found = [
        f"{path.relative_to(PROJECT)}, line {number}: {', '.join(figures_in(line, patterns))}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if any_of_them.search(line)
    ]
    assert not found, "\n".join(found)


def test_the_figures_that_matter_are_looked_for(patterns: dict[str, str]) -> None:
    assert len(patterns) > 30
    assert sum("implied" in name for name in patterns) == 1


def test_every_spelling_of_a_planted_figure_is_found(patterns: dict[str, str]) -> None:
    for name in patterns:
        value = name.split()[0]
        if "billions" in name:
            short = f"{int(value) / 1e9:g}"
            spellings = [f"Rp{short} miliar", f"{short.replace('.', ',')} miliar", f"{short}e9"]
        elif "." in value:
            share = f"0.{value.replace('.', '').zfill(4)}"
            spellings = [value, value.replace(".", ","), f"{value} %", share]
        else:
            grouped = f"{int(value):,}"
            spellings = [
                value, grouped, *(grouped.replace(",", mark) for mark in "._ \u00a0\u202f"), f"={value};",
            ]  # fmt: skip
        for spelling in spellings:
            assert name in figures_in(f"x = '{spelling}'", patterns), spelling


def test_other_numbers_are_left_alone(patterns: dict[str, str]) -> None:
    for innocent in ("106.2724", "1027.24", "0.27241", "2025-06-01", "#0b3c5d", "12345678"):
        assert not figures_in(innocent, patterns), innocent
