"""Failed notebooks that are kept: what of them is left out."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage_lib.release.failures import Failures, without_folders

#: In pieces, so that no file of the project names a folder of one machine.
HOME, USERS = "/" + "home", "Users"
NAMES = st.text("abcdefghijklmnop-_0123456789", min_size=1, max_size=8)


@given(folders=st.lists(NAMES, min_size=1, max_size=5), name=NAMES)
def test_of_an_absolute_path_its_last_name_stays(folders: list[str], name: str) -> None:
    path = f"/{'/'.join(folders)}/{name}.py"
    for around in ("{}", 'File "{}", line 3', "File {}:12, in cell", "at '{}'", "({})"):
        told = without_folders(around.format(path))
        assert f"…/{name}.py" in told
        assert f"/{folders[0]}/" not in told


@pytest.mark.parametrize(
    "text",
    [
        "1 / 2",
        "tcp://host:8786",
        "<b>a</b>",
        "19.01/uji.id",
        "image/svg+xml",
        "a/b/c",
        "dd/mm/yyyy",
        "https://example.org/a/b",
        r"'\n' in \d+",
        "baris 3: 1/2 'a/b'",
    ],
)
def test_what_is_no_path_stays(text: str) -> None:
    assert without_folders(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"{HOME}/budi hartono/proyek/x.py, line 3", "…/x.py, line 3"),
        ("File '/srv/data kota/budi hartono/x y.csv': 1/2", "File '…/x y.csv': 1/2"),
        ('at "/a b/x.py" and "c/d"', 'at "…/x.py" and "c/d"'),
        (f"see file://{HOME}/budi%20hartono/x.py.", "see …/x.py."),
        ("see 'file:///srv/budi hartono/x.py'", "see '…/x.py'"),
        (rf"C:\{USERS}\Budi Hartono\proyek\x.py:3", "…/x.py:3"),
        (rf"'C:\\{USERS}\\Budi Hartono\\x y.py'", "'…/x y.py'"),
        (f"C:/{USERS}/Budi/x.py", "…/x.py"),
        (r"\\server\bagian budi\x.py", "…/x.py"),
        ("~/proyek/x.py", "…/x.py"),
        (f"{sys.prefix}/lib/python/x.py", "…/x.py"),
        (f"no room in {tempfile.gettempdir()}", "no room in …"),
        (f"{Path.cwd()}/x.py and {HOME}/budi/y.py", "…/x.py and …/y.py"),
        (Path.cwd().as_uri(), "…"),
    ],
)
def test_paths_with_spaces_of_windows_and_in_addresses_lose_their_folders(
    text: str, left: str
) -> None:
    assert without_folders(text) == left


def test_metadata_of_papermill_and_traces_name_no_folder(tmp_path: Path) -> None:
    executed = tmp_path / "executed.ipynb"
    trace = [f"File {tmp_path}/a.py:3", "\x1b[0;31mValueError\x1b[0m"]
    executed.write_text(
        json.dumps(
            {
                "metadata": {
                    "papermill": {
                        "input_path": f"{tmp_path}/x.ipynb", "output_path": str(executed),
                        "parameters": {"region": "19"}, "start_time": "2025-07-01T00:00:00",
                    }
                },
                "cells": [
                    {"cell_type": "markdown", "source": "as it is"},
                    {
                        "cell_type": "code", "source": "x",
                        "outputs": [
                            {"output_type": "error", "ename": "ValueError", "traceback": trace},
                            {"output_type": "stream", "name": "stderr", "text": f"{tmp_path}/b"},
                            {"output_type": "display_data", "data": {"text/html": "<b>1</b>"}},
                        ],
                    },
                ],
            }
        )
    )  # fmt: skip
    failures = Failures(tmp_path / "failed")
    failures.keep("19/uji.id", f"it failed in {tmp_path}/a.py", executed)
    kept = tmp_path / "failed" / "19" / "uji.id"
    text = (kept / "executed.ipynb").read_text()
    assert str(tmp_path) not in text + (kept / "error.txt").read_text()
    document = json.loads(text)
    assert document["metadata"]["papermill"] == {"parameters": {"region": "19"}}
    shown = document["cells"][1]["outputs"]
    assert shown[0]["traceback"][0] == "File …/a.py:3"
    assert shown[2]["data"] == {"text/html": "<b>1</b>"}
    failures.drop("19/uji.id")
    assert not kept.exists()
