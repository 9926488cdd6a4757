"""The log of a run never decides how the run ends."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coverage_lib.errors import StoreError
from coverage_lib.release.run_log import RunLog


def test_a_log_that_cannot_be_written_hides_no_error(tmp_path: Path) -> None:
    folder = tmp_path / ".runs" / "run"
    folder.mkdir(parents=True)
    (folder / "log.jsonl").symlink_to("/dev/full")
    log = RunLog.start(tmp_path, "run", lambda: datetime(2025, 7, 1, tzinfo=UTC))

    def run() -> None:
        with closing(log):
            log.note("started")
            log.note("ended", error="no room")
            raise StoreError("no room")

    with pytest.raises(StoreError, match="no room"):
        run()
    assert log.file.closed
