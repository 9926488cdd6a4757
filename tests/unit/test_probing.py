"""A test of the sources: what it unpacks lies where nobody else reads, and is gone afterwards."""

from __future__ import annotations

import gzip
import stat
import tempfile

from extracts import PERIOD, csv_bytes, member, register_project
from typer.testing import CliRunner

from coverage_lib import cli
from coverage_lib.intake.store import PeriodStore


def test_nothing_is_unpacked_outside_the_store(tmp_path, monkeypatch):
    register_project(tmp_path, {"a.csv.gz": gzip.compress(csv_bytes([member(1), member(2)]))})
    monkeypatch.setenv("CAKUPAN_PROJECT", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "not there"))
    tried = CliRunner().invoke(cli.app, ["sources", "test", "--period", str(PERIOD)])
    assert tried.exit_code == 0, tried.output
    assert "2 rows" in tried.output
    month = PeriodStore(tmp_path / "data" / "store", "demo", PERIOD).folder
    assert {path.name for path in month.iterdir()} <= {".lock"}


def test_the_folder_is_the_owner_s_alone_and_goes_with_the_block(tmp_path):
    store = PeriodStore(tmp_path / "store", "demo", PERIOD)
    with store.probing() as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        (folder / "x").write_bytes(b"personal data")
    assert not folder.exists()
