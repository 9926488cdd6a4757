"""Packs with real kernels: side by side, gone on with, failing in part."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from extracts import PERIOD, pull_project
from jupyter_kernels import children, wait_for_end
from packs import RESUME, made_names, make_project, pack, seen, write_notebook

from coverage_lib.cli import INTERRUPTED
from coverage_lib.errors import BriefingError, StoreError
from coverage_lib.release.pack import Choice
from coverage_lib.release.workers import Workers

PLACES = ("19", "19.01", "19.02")
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path fill="red" d="M0 0h9v9z"/></svg>'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    make_project(tmp_path)
    return tmp_path


def aside(project: Path) -> list[str]:
    folder = project / "reports" / ".aside" / str(PERIOD)
    return sorted(path.parent.name for path in folder.glob("*/*.json"))


def test_any_number_of_processes_gives_the_same_bytes(project: Path) -> None:
    pack(project, PLACES)
    alone = seen(project)
    pack(project, PLACES, workers=Workers(jobs=2))
    assert seen(project) == alone
    assert len(alone) == 2 * len(PLACES) + 1


def test_resume_makes_what_is_missing_or_of_another_state(project: Path) -> None:
    """What is compared is all that a briefing is made from; each change is seen by itself."""

    def made(*regions: str, choice: Choice = RESUME) -> list[str]:
        events: list[object] = []
        pack(project, regions, choice, listener=events.append)
        return made_names(events)

    assert made("19") == ["19"]
    assert made("19", "19.01") == ["19.01"]
    assert made("19", "19.01") == []
    write_notebook(project, says="dua")
    assert made("19") == ["19"]
    config = project / "cakupan.toml"
    config.write_text(config.read_text().replace('id = "Kantor"', 'id = "Kantor Lain"'))
    assert made("19") == ["19"]
    config.write_text(
        config.read_text() + '\n[[office.service_points]]\nname = "Kantor Cabang Baru"\n'
    )
    assert made("19") == ["19"]
    roster = project / "data" / "roster" / "demo" / str(PERIOD)
    roster.mkdir(parents=True)
    (roster / "figures.parquet").write_bytes(b"of a link run")
    assert made("19") == ["19"]
    assert made("19") == []
    make_project(project, rows=2)  # another generation of the store
    write_notebook(project, says="dua")
    assert made("19") == ["19"]
    published = project / "reports" / str(PERIOD) / "19" / "uji.id.pdf"
    published.unlink()
    published.write_bytes(b"typed over")
    assert made("19") == ["19"]
    assert made("19") == []
    assert made("19", choice=Choice()) == ["19"], "without resume everything is made anew"


def test_a_failing_notebook_stops_no_other_and_is_kept_to_look_at(project: Path) -> None:
    pack(project, PLACES)
    before = seen(project)
    write_notebook(
        project, first="print(__import__('os').getcwd())\nassert region != '19.01', 'salah'"
    )
    with pytest.raises(
        BriefingError, match=r"1 of 3 briefings failed.*19\.01/uji\.id.*salah"
    ) as caught:
        pack(project, PLACES)
    assert caught.value.exit_code == 8
    assert seen(project) == before
    assert aside(project) == ["19", "19.02"]
    kept = project / "reports" / ".failed" / str(PERIOD) / "19.01" / "uji.id"
    assert "AssertionError: salah" in (kept / "error.txt").read_text()
    text = (kept / "executed.ipynb").read_text()
    executed = json.loads(text)
    outputs = [output for cell in executed["cells"] for output in cell.get("outputs", ())]
    errors = [output for output in outputs if output["output_type"] == "error"]
    assert [error["ename"] for error in errors] == ["AssertionError"]
    for path in (str(project), sys.prefix, str(Path.home())):
        assert path not in text + (kept / "error.txt").read_text()
    events: list[object] = []
    write_notebook(project)
    pack(project, PLACES, RESUME, listener=events.append)
    assert made_names(events) == [], "with the first notebook again all is as it was published"
    assert seen(project) == before
    pack(project, PLACES, Choice(force=True))
    assert aside(project) == []
    assert not kept.exists()


def test_what_lies_aside_is_published_by_resume_alone(project: Path) -> None:
    """A pack that failed goes on where it was; other briefings are published without it."""
    flag = project / "mended"
    write_notebook(
        project, first=f"import os\nassert region != '19.01' or os.path.exists({str(flag)!r})"
    )
    with pytest.raises(BriefingError):
        pack(project, PLACES, workers=Workers(jobs=2))
    pack(project, ["19.03"])
    assert {name.split("/")[0] for name in seen(project)} == {"19.03", "manifest.json"}
    assert aside(project) == ["19", "19.02"]
    flag.touch()
    events: list[object] = []
    pack(project, PLACES, RESUME, listener=events.append)
    assert made_names(events) == ["19.01"]
    assert {name.split("/")[0] for name in seen(project)} == {*PLACES, "19.03", "manifest.json"}
    assert aside(project) == []


def test_a_briefing_that_was_changed_aside_is_made_again(project: Path) -> None:
    write_notebook(project, first="assert region != '19.01'")
    with pytest.raises(BriefingError):
        pack(project, PLACES)
    (project / "reports" / ".aside" / str(PERIOD) / "19.02" / "uji.id.html").write_text("half")
    events: list[object] = []
    with pytest.raises(BriefingError):
        pack(project, PLACES, RESUME, listener=events.append)
    assert made_names(events) == ["19.02"]


def test_a_pull_meanwhile_publishes_nothing(project: Path) -> None:
    """The month is pulled anew by the first notebook: later ones would read another state."""
    (project / "data" / "incoming" / str(PERIOD) / "a.csv").write_bytes(
        (project / "data" / "incoming" / str(PERIOD) / "a.csv")
        .read_bytes()
        .replace(b"1000", b"1009")
    )

    def pull_once(event: object) -> None:
        if made_names([event]) == ["19"]:
            pull_project(project)

    with pytest.raises(BriefingError, match="pulled anew"):
        pack(project, PLACES, listener=pull_once)
    assert seen(project) == {}


def change_of(what: str, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Change one thing that a briefing is made from."""
    if what == "code":
        monkeypatch.setattr("coverage_lib.release.state.version", lambda name: f"new {name}")
    elif what == "rosters":
        roster = project / "data" / "roster" / "demo" / str(PERIOD)
        roster.mkdir(parents=True)
        (roster / "figures.parquet").write_bytes(b"of a link run")
    elif what == "notebook":
        write_notebook(project, says="dua")
    elif what == "regions":
        with (project / "more.csv").open("a", encoding="utf-8") as file:
            file.write("19.71.01.1099,Baru,kelurahan,19.71.01\n")
    elif what == "logo":
        (project / "logo.svg").write_text(LOGO.replace("red", "blue"), encoding="utf-8")
    else:
        config = project / "cakupan.toml"
        text = config.read_text(encoding="utf-8")
        config.write_text(
            text.replace('id = "Kantor"', 'id = "Kantor Lain"')
            if what == "office"
            else f'{text}\n[[office.service_points]]\nname = "Kantor Cabang Baru"\n',
            encoding="utf-8",
        )


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("rosters", "linked anew"),
        ("code", "itself was changed"),
        ("notebook", "uji.ipynb was changed"),
        ("office", "cakupan.toml or .* was changed"),
        ("service point", "cakupan.toml or .* was changed"),
        ("logo", "the office's logo was changed"),
        ("regions", "a list of regions was changed"),
    ],
)
def test_nothing_is_published_or_kept_where_what_it_is_made_from_changed_meanwhile(
    project: Path, monkeypatch: pytest.MonkeyPatch, what: str, told: str
) -> None:
    (project / "logo.svg").write_text(LOGO, encoding="utf-8")
    (project / "more.csv").write_text("code,name,level,parent\n", encoding="utf-8")
    config = project / "cakupan.toml"
    text = config.read_text(encoding="utf-8")
    with_logo = text.replace('id = "Kantor"', 'id = "Kantor"\nlogo = "logo.svg"')
    config.write_text(f'regions = ["more.csv"]\n{with_logo}', encoding="utf-8")

    def change(event: object) -> None:
        if made_names([event]) == ["19"]:
            change_of(what, project, monkeypatch)

    with pytest.raises(BriefingError, match=told):
        pack(project, ("19",), listener=change)
    assert seen(project) == {}
    assert aside(project) == [], "what it was made from may come back, and would vouch for it"


def test_what_has_since_succeeded_is_not_kept_as_failed(project: Path) -> None:
    """Two fail, then one of them again."""
    write_notebook(project, first="assert region == '19'")
    with pytest.raises(BriefingError):
        pack(project, PLACES)
    failed = project / "reports" / ".failed" / str(PERIOD)
    assert sorted(path.name for path in failed.iterdir()) == ["19.01", "19.02"]
    write_notebook(project, first="assert region != '19.02'")
    with pytest.raises(BriefingError):
        pack(project, PLACES, RESUME)
    assert [path.parent.parent.name for path in failed.glob("*/*/error.txt")] == ["19.02"]


def test_no_memory_for_a_briefing_is_told_in_one_line(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All others would fail of it as well: the run ends as with a full disk."""

    def no_memory(*_of_a_briefing: object) -> None:
        raise MemoryError

    monkeypatch.setattr("coverage_lib.release.making.make_briefing", no_memory)
    with pytest.raises(StoreError, match=r"no room .*: MemoryError\. .*--resume"):
        pack(project, PLACES)
    assert seen(project) == {}


def test_a_worker_that_is_killed_costs_nothing_that_was_made(project: Path) -> None:
    """The notebook of one village kills the process that makes it, once."""
    flag = project / "killed"
    kill = (
        "import os, pathlib, signal\n"
        f"flag = pathlib.Path({str(flag)!r})\n"
        "if region == '19.01.01.1001' and not flag.exists():\n"
        "    flag.touch()\n"
        "    os.kill(int(os.environ['JPY_PARENT_PID']), signal.SIGKILL)"
    )
    write_notebook(project, first=kill)
    places = ["19", "19.01", "19.01.01.1001"]
    with pytest.raises(BriefingError, match="--resume"):
        pack(project, places, workers=Workers(jobs=2))
    assert seen(project) == {}
    pack(project, places, RESUME, Workers(jobs=2))
    assert len(seen(project)) == 7


def command(project: Path, *arguments: str) -> list[str]:
    program = Path(sys.executable).with_name("cakupan")
    return [str(program), "report", "--period", str(PERIOD), "--notebook", "uji", *arguments]


def environment(project: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(project), "CAKUPAN_PROJECT": str(project)}  # noqa: TID251


def never_done_without(flag: Path) -> str:
    """A cell of the last region that waits: no run is through before a signal comes to it."""
    return (
        "import os, signal\n"
        f"while region == '19.05' and not os.path.exists({str(flag)!r}):\n"
        "    signal.pause()"
    )


def test_killed_in_the_middle_and_gone_on_with(project: Path) -> None:
    """The whole program, killed once the first briefing is there; a second run makes the others."""
    write_notebook(project, first=never_done_without(project / "go on"))
    asked = [word for place in (*PLACES, "19.03", "19.04", "19.05") for word in ("--region", place)]
    with subprocess.Popen(
        command(project, *asked, "--jobs", "2"), env=environment(project), text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    ) as first:  # fmt: skip
        assert first.stderr is not None
        assert any("/uji.id" in line for line in first.stderr)
        started = [os.pidfd_open(pid) for pid in children(first.pid)]
        assert len(started) >= 2, "the workers"
        first.send_signal(signal.SIGKILL)
    assert all(map(wait_for_end, started)), "none stays with its memory"
    for handle in started:
        os.close(handle)
    assert seen(project) == {}
    (project / "go on").touch()
    done = subprocess.run(
        command(project, *asked, "--jobs", "2", "--resume", "--profile-times"),
        env=environment(project), text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = re.search(r"(\d+) to make, 0 up to date, (\d+) made by an earlier run", done.stderr)
    assert told is not None, done.stderr
    assert int(told[1]) + int(told[2]) == 6
    assert int(told[2]) >= 1
    assert len(seen(project)) == 13
    for step in ("kernel start", "cells", "HTML", "PDF", "write"):
        assert re.search(rf"^{step} +\d+\.\d\d +\d", done.stderr, re.MULTILINE), done.stderr
    logs = sorted((project / "reports" / ".runs").glob("*/log.jsonl"))
    assert len(logs) == 2
    events = [[json.loads(line)["event"] for line in log.read_text().splitlines()] for log in logs]
    assert events[0][:2] == ["started", "planned"]
    assert "ended" not in events[0]
    assert events[1][-1] == "ended"
    assert str(project) not in logs[1].read_text()


def test_stopped_by_control_c_says_what_is_kept_and_goes_on(project: Path) -> None:
    """As a terminal does it: the signal goes to the program and to all that it has started."""
    write_notebook(project, first=never_done_without(project / "go on"))
    asked = [word for place in (*PLACES, "19.03", "19.04", "19.05") for word in ("--region", place)]
    with subprocess.Popen(
        command(project, *asked, "--jobs", "2"), env=environment(project), text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
    ) as first:  # fmt: skip
        assert first.stderr is not None
        assert any("/uji.id" in line for line in first.stderr)
        os.killpg(first.pid, signal.SIGINT)
        last = [*first.stderr][-1]
    assert first.returncode == INTERRUPTED
    told = re.fullmatch(r"report: stopped: (\d) of 6 are kept aside; go on with --resume\n", last)
    assert told is not None, last
    assert 1 <= int(told[1]) <= len(aside(project)) < 6
    assert seen(project) == {}
    (project / "go on").touch()
    pack(project, (*PLACES, "19.03", "19.04", "19.05"), RESUME)
    assert len(seen(project)) == 13
