"""How the benchmark of the linkage counts; nothing is said here about time."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from projects import ROOT


@pytest.fixture
def linkage(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(ROOT))
    from benchmarks import linkage  # noqa: PLC0415  not on the path before

    return linkage


TRUTH = ["a", "b", "c", "d", None, None, None, None]
FOUND = [
    # row, member, certain, rule, place in the queue
    (1, "a", True, "nik", None),
    (2, "x", True, "nik", None),
    (3, "c", False, "name", 1),
    (5, "y", True, "name", None),
    (6, "z", False, "name", 2),
]  # d was not found; 7 and 8 are rightly left alone


def test_precision_and_recall(linkage, tmp_path):
    found, truth = tmp_path / "found.parquet", tmp_path / "truth.parquet"
    names = ("row_id", "nik", "is_certain", "rule", "place_in_queue")
    pq.write_table(pa.table(dict(zip(names, zip(*FOUND, strict=True), strict=True))), found)
    pq.write_table(pa.table({"row_id": range(1, len(TRUTH) + 1), "nik": TRUTH}), truth)
    quality = linkage.measure(found, truth)
    assert quality.precision == pytest.approx(1 / 3)
    assert quality.recall == pytest.approx(1 / 4)
    assert quality.with_queue == pytest.approx(2 / 4)
    assert quality.queue_share == pytest.approx(2 / 8)
    assert (quality.false_pairs, quality.false_by_name) == (2, 1)
    assert (quality.first_half, quality.second_half) == (1, 0)
