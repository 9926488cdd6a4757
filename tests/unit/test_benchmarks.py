"""The benchmark runs, and all its implementations agree; nothing is said here about time."""

import subprocess
import sys

import pandas as pd
import pytest
from projects import ROOT


def run_benchmark(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.indicators", *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def agreement(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(ROOT))
    from benchmarks import agreement  # noqa: PLC0415  not on the path before

    return agreement


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(ROOT))
    from benchmarks import process  # noqa: PLC0415

    return process


@pytest.fixture
def report(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(ROOT))
    from benchmarks import report  # noqa: PLC0415

    return report


def figures(value: float) -> pd.DataFrame:
    key = {
        "indicator": "claims_paid", "region_code": "19", "as_of": "2025-08-17",
        "dimension": "total", "category": "total", "scope": "all",
    }  # fmt: skip
    return pd.DataFrame([key | {"value": value}])


def test_all_implementations_agree_and_the_table_gets_its_place(tmp_path):
    document = tmp_path / "page.md"
    marked = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    document.write_text(marked, encoding="utf-8")
    done = run_benchmark(
        "--millions", "0.02", "--runs", "1", "--folder", str(tmp_path / "bench"),
        "--write", str(document),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert " agree" in done.stdout
    assert "alone" not in done.stdout, "all are to compute the same"
    text = document.read_text(encoding="utf-8")
    for label in ("Cakupan", "DuckDB SQL by hand", "Polars", "pandas"):
        assert f"| 0.02 | {label} |" in text
    assert text.startswith(marked.partition("<!-- benchmark")[0])
    left = [path.name for path in (tmp_path / "bench").iterdir()]
    assert left == ["runs.json"], "the tables were to be removed"


def test_sizes_measured_one_after_the_other_come_into_one_table(tmp_path, report):
    first = [report.Run(1, "ours", 2.0, 3.0, 400.0), report.Run(1, "duckdb_sql", 4.0, 3.0, 800.0)]
    report.write_runs(tmp_path / "runs.json", first)
    again = [report.Run(0.5, "ours", 1.0, 1.0, 100.0), report.Run(1, "ours", 3.0, 3.0, 400.0)]
    runs = report.replace_runs(report.read_runs(tmp_path / "runs.json"), again)
    assert report.table(runs).splitlines()[2:] == [
        "| 0.5 | Cakupan | 1.0 | 1.0 | 0.10 GB | | |",
        "| 1 | Cakupan | 3.0 | 3.0 | 0.40 GB | | |",
        "| 1 | DuckDB SQL by hand | 4.0 | 3.0 | 0.80 GB | 0.75 × | 0.50 × |",
    ]


def test_a_figure_that_differs_ends_the_benchmark(tmp_path, agreement, capsys):
    for name, value in (("ours", 7.0), ("peer", 8.0)):
        figures(value).to_parquet(tmp_path / f"{name}.parquet")
    assert agreement.main([tmp_path / "ours.parquet", tmp_path / "peer.parquet"]) == 1
    assert "differ in 1 rows" in capsys.readouterr().out


def test_a_figure_that_one_lacks_is_a_difference(agreement):
    other_region = figures(3.0).assign(region_code="19.71")
    both = pd.concat([figures(7.0), other_region], ignore_index=True)
    assert len(agreement.differences(figures(7.0), both)) == 1
    assert agreement.differences(both, both).empty


def test_nothing_compared_is_no_agreement(tmp_path, agreement):
    figures(7.0).to_parquet(tmp_path / "ours.parquet")
    figures(7.0).assign(dimension="other").to_parquet(tmp_path / "peer.parquet")
    assert agreement.main([tmp_path / "ours.parquet", tmp_path / "peer.parquet"]) == 1


def test_the_last_digit_of_a_quotient_is_no_difference(agreement):
    third = figures(100.0 / 3)
    assert agreement.differences(third, figures(33.333333333333336)).empty
    assert len(agreement.differences(third, figures(33.3333333))) == 1


def test_what_one_side_alone_computes_is_named(tmp_path, agreement, capsys):
    more = pd.concat([figures(7.0), figures(1.0).assign(dimension="month")], ignore_index=True)
    more.to_parquet(tmp_path / "ours.parquet")
    figures(7.0).to_parquet(tmp_path / "peer.parquet")
    assert agreement.main([tmp_path / "ours.parquet", tmp_path / "peer.parquet"]) == 0
    assert "computed by ours alone: claims_paid by month" in capsys.readouterr().out


# It takes 300 MB and waits for the watcher; without one the alarm ends it, as a failure.
HUNGRY = "import signal; taken = bytearray(b'1') * 300_000_000; signal.alarm(20); signal.pause()"


def test_a_run_that_takes_too_much_memory_is_ended(tmp_path, process):
    used = process.run_within([sys.executable, "-c", HUNGRY], tmp_path, 0.1)
    assert used.is_out_of_memory
    assert used.peak_mb > 100


def test_an_engine_that_meets_its_own_limit_is_out_of_memory(tmp_path, process):
    script = "import errno; raise SystemExit(errno.ENOMEM)"
    assert process.run_within([sys.executable, "-c", script], tmp_path, 1.0).is_out_of_memory


def test_a_run_within_its_memory_is_measured(tmp_path):
    """From a small process, as the benchmark is one: the peak counts the memory of who starts it."""
    script = (
        "import sys; from pathlib import Path; from benchmarks.process import run_within; "
        "command = [sys.executable, '-c', 'bytearray(50_000_000)']; "
        f"used = run_within(command, Path({str(tmp_path)!r}), 1.0); "
        "print(used.is_out_of_memory, used.peak_mb)"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    is_out_of_memory, peak_mb = said.stdout.split()
    assert is_out_of_memory == "False"
    assert 50 < float(peak_mb) < 150


def test_a_run_that_fails_by_itself_ends_the_benchmark(tmp_path, process):
    with pytest.raises(subprocess.CalledProcessError):
        process.run_within([sys.executable, "-c", "raise SystemExit(3)"], tmp_path, 1.0)


def test_a_run_that_was_ended_is_a_row_and_compared_with_nothing(report):
    ended = "not finished: out of memory (20 GB)"
    runs = [report.Run(40, "ours", 9.0, 9.0, 900.0), report.Run(40, "polars_lazy", skipped=ended)]
    assert report.table(runs).splitlines()[-1] == f"| 40 | Polars | {ended} | | | | |"
    without_ours = [report.Run(40, "ours", skipped=ended), report.Run(40, "pandas_frames", 9.0)]
    assert report.table(without_ours).splitlines()[-1].endswith("| 0.00 GB | | |")


def test_the_middle_of_several_runs_is_taken_figure_by_figure(process, report):
    runs = [
        process.Used(3.0, 1.0, 20.0),
        process.Used(1.0, 3.0, 30.0),
        process.Used(2.0, 2.0, 10.0),
    ]
    assert report.middle(1, "ours", runs) == report.Run(1, "ours", 2.0, 2.0, 20.0)
