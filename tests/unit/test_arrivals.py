"""The ledger of what came in: a changed file is refused, or the ledger says that it was replaced."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from extracts import (
    PERIOD,
    copy_project,
    csv_bytes,
    member,
    pull_project,
    register_project,
    summary,
)

from coverage_lib.errors import SourceError, UsageError
from coverage_lib.intake.arrivals import Superseding, read_ledger
from coverage_lib.intake.pull import PullOptions

FIRST, SECOND = (csv_bytes([summary(n) for n in numbers]) for numbers in ((1, 2), (1, 2, 3)))
TABLE = "participant_summary"
NAME = f"data/incoming/{PERIOD}/a.csv"


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def pull_on(folder: Path, day: int, superseding: Superseding = Superseding()):  # noqa: B008
    return pull_project(folder, options=PullOptions(date(2025, 7, day), superseding))


def ledger_of(folder: Path):
    return read_ledger(folder / "data" / "store" / "demo" / str(PERIOD))


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    register_project(folder, files, TABLE)


@pytest.fixture(scope="module")
def pulled_once(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pulled")
    put(folder, {"a.csv": FIRST})
    pull_on(folder, 2)
    return folder


@pytest.fixture
def pulled(pulled_once, tmp_path):
    return copy_project(pulled_once, tmp_path)


def test_a_file_is_recorded_when_it_comes_in_and_never_again(pulled):
    pull_on(pulled, 9)
    (arrival,) = ledger_of(pulled).values()
    assert (arrival.name, arrival.sha256, arrival.size) == (NAME, sha(FIRST), len(FIRST))
    assert (arrival.arrived, arrival.received) == (date(2025, 7, 2), date(2025, 6, 5))
    assert arrival.superseded == ()


def test_a_changed_file_is_refused_with_both_hashes_and_the_store_stays(pulled):
    _, before, _ = pull_on(pulled, 3)
    put(pulled, {"a.csv": SECOND})
    with pytest.raises(SourceError) as refused:
        pull_on(pulled, 4)
    assert refused.value.exit_code == 4
    for told in (NAME, "2025-07-02", sha(FIRST), sha(SECOND), "--supersede a.csv"):
        assert told in str(refused.value)
    put(pulled, {"a.csv": FIRST})
    _, after, changed = pull_on(pulled, 5)
    assert (after, changed) == (before, False)


@pytest.mark.parametrize(
    "superseding", [Superseding(("a.csv",)), Superseding((NAME,)), Superseding(everything=True)]
)
def test_a_superseded_file_is_remembered(pulled, superseding):
    put(pulled, {"a.csv": SECOND})
    _, stored, changed = pull_on(pulled, 4, superseding)
    assert changed
    assert stored.account.tables[0].accepted == 3
    (arrival,) = ledger_of(pulled).values()
    (left,) = arrival.superseded
    assert (arrival.sha256, arrival.arrived) == (sha(SECOND), date(2025, 7, 4))
    assert (left.sha256, left.arrived, left.on) == (sha(FIRST), date(2025, 7, 2), date(2025, 7, 4))


def test_another_name_lets_nothing_in(pulled):
    put(pulled, {"a.csv": SECOND, "b.csv": csv_bytes([summary(9)])})
    with pytest.raises(SourceError, match="is not the file that came in"):
        pull_on(pulled, 4, Superseding(("b.csv",)))
    with pytest.raises(UsageError, match=r"--supersede c\.csv: no extract"):
        pull_on(pulled, 4, Superseding(("c.csv",)))


def test_a_file_that_no_pull_could_use_has_not_come_in(tmp_path):
    put(tmp_path, {"a.csv": FIRST.split(b"\r\n")[0] + b"\r\n"})
    with pytest.raises(SourceError, match="no rows"):
        pull_on(tmp_path, 2)
    put(tmp_path, {"a.csv": FIRST})
    assert pull_on(tmp_path, 3)[2]


def test_the_ledger_holds_nothing_of_what_is_in_the_files(tmp_path):
    register_project(tmp_path, {"a.csv": csv_bytes([member(1)])})
    pull_on(tmp_path, 2)
    text = (tmp_path / "data" / "store" / "demo" / str(PERIOD) / "arrivals.json").read_text()
    assert {key for entry in json.loads(text) for key in entry} == {
        "name", "sha256", "size", "arrived", "received", "superseded",
    }  # fmt: skip
    assert not any(value in text for value in member(1).values() if len(value) > 4)


def test_reference_data_may_change(tmp_path):
    put(tmp_path, {"a.csv": FIRST})
    reference = tmp_path / "data" / "reference"
    reference.mkdir()
    for path in (tmp_path / "data" / "incoming" / str(PERIOD)).iterdir():
        path.rename(reference / path.name)
    config = tmp_path / "cakupan.toml"
    config.write_text(config.read_text().replace("incoming/{period}/*", "reference/*"))
    pull_on(tmp_path, 2)
    (reference / "a.csv").write_bytes(SECOND)
    assert pull_on(tmp_path, 3)[2]
    assert ledger_of(tmp_path) == {}


def test_a_file_that_is_gone_is_told_of_and_stops_nothing(tmp_path):
    put(tmp_path, {"a.csv": FIRST, "b.csv": csv_bytes([summary(n) for n in (8, 9)])})
    pull_on(tmp_path, 2)
    for name in ("b.csv", "b.csv.source.yml"):
        (tmp_path / "data" / "incoming" / str(PERIOD) / name).unlink()
    gone = f"file data/incoming/{PERIOD}/b.csv that came in on 2025-07-02 is not there any more"
    fewer = f"{TABLE}: 2 rows in 1 file, 4 in 2 files before: -50%, up to 20% was expected"
    told = []
    _, stored, _ = pull_project(tmp_path, tell=told.append)
    assert told == [gone, fewer]
    assert stored.account.drift == (gone, fewer)
    pull_project(tmp_path, tell=told.append)
    assert told == [gone, fewer], "nothing changed, nothing is told"


def test_going_back_to_a_kept_generation_tells_what_is_gone(tmp_path):
    put(tmp_path, {"a.csv": FIRST})
    pull_on(tmp_path, 2)
    put(tmp_path, {"b.csv": csv_bytes([summary(9)])})
    pull_on(tmp_path, 3)
    for name in ("b.csv", "b.csv.source.yml"):
        (tmp_path / "data" / "incoming" / str(PERIOD) / name).unlink()
    told = []
    pull_project(tmp_path, tell=told.append)
    assert len(told) == 1
    assert "b.csv that came in on 2025-07-03" in told[0]
