"""The page on bad input promises tests: every one that it names is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "bad-input.md"


def missing(text: str) -> list[str]:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text)
    return [
        f"{file}::{test}"
        for file, test in named
        if not (ROOT / file).is_file()
        or (test and f"def {test}(" not in (ROOT / file).read_text(encoding="utf-8"))
    ]


def test_every_test_that_the_page_names_exists() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and "`tests/" in line]
    assert len(rows) > 20
    assert missing(text) == []


def test_a_test_that_is_gone_is_noticed() -> None:
    assert missing("`tests/unit/test_bad_input_page.py::test_of_yesterday`")
    assert missing("`tests/spec/test_of_yesterday.py`")
