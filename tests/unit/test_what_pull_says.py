"""What `pull` prints beside its account: what is left to look up, and what does not agree."""

from __future__ import annotations

import pytest
from extracts import PERIOD, csv_bytes, member, register_project
from typer.testing import CliRunner

from coverage_lib import cli

MONTH = ("--period", str(PERIOD))
#: Seven rows with a reason each, of which pull shows five.
FAULTS = (
    {"NIK": "1"}, {"SEGMEN": "X"}, {"JENIS_KELAMIN": "X"}, {"TANGGAL_LAHIR": "X"},
    {"TGL_MULAI_KEPESERTAAN": "X"}, {"JKK": "Q"}, {"JKM": "Q"},
)  # fmt: skip


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("CAKUPAN_PROJECT", str(tmp_path))
    monkeypatch.setenv("CAKUPAN_PSEUDONYM_KEY", "a key for tests that is no secret at all")
    return tmp_path


def say(folder, content: str) -> None:
    """One more line beside the extract."""
    path = folder / "data" / "incoming" / str(PERIOD) / "a.csv.source.yml"
    path.write_text(path.read_text(encoding="utf-8") + content + "\n")


def run(*arguments: str):
    result = CliRunner().invoke(cli.app, [*arguments, *MONTH])
    assert result.exit_code == 0, result.output
    return result


@pytest.mark.parametrize(("faults", "more"), [(FAULTS, 2), (FAULTS[:5], 0)])
def test_reasons_that_are_not_shown_are_counted_with_where_they_are(project, faults, more):
    rows = [member(0), *(member(n, **fault) for n, fault in enumerate(faults, start=1))]
    register_project(project, {"a.csv": csv_bytes(rows)})
    said = run("pull").stdout
    assert said.count(" × ") == min(len(faults), 6)
    told = f"{more} × {more} more reasons: cakupan store show --period {PERIOD} --profile demo"
    assert (told in said) == bool(more)
    assert run("store", "show").stdout.count(" × ") == len(faults)


@pytest.mark.parametrize(("expected", "agrees"), [(3, True), (4, False), (2, False)])
def test_rows_that_the_sender_counts_otherwise_are_told(project, expected, agrees):
    register_project(project, {"a.csv": csv_bytes([member(n) for n in range(3)])})
    say(project, f"expected_rows: {expected}")
    said = run("pull").stderr
    told = f"data/incoming/{PERIOD}/a.csv: 3 rows came, its sender says {expected}"
    assert (told in said) != agrees
    assert ("its sender" in said) != agrees


def test_codes_of_the_other_number_system_are_told_with_what_to_do_about_few_and_many(project):
    names = {"KABUPATEN": "Kab. Bangka Barat"}
    rows = [member(n, KODE_WILAYAH="1903" if n else "1905") | names for n in range(3)]
    register_project(project, {"a.csv": csv_bytes(rows)})
    said = run("pull").stderr
    assert "a.csv: 2 rows have a region code" in said
    assert "of 3; if it is most of them, set region_codes in its .source.yml" in said
    assert "else ask for the codes to be corrected" in said
