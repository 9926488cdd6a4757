"""People decide about uncertain pairs: what is asked, what is kept, what the next link run makes of it."""

from __future__ import annotations

import json
import os
import pty
import pwd
import select
import signal
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import nbformat
import pyarrow.parquet as pq
import pytest
from extracts import PERIOD, copy_project, member
from filelock import FileLock
from nbclient import NotebookClient
from review_rosters import MEMBERS, ROSTER, SECRETS, roster, roster_project
from rosters import put_register, put_roster

from coverage_lib.briefing.parameters import check_parameters
from coverage_lib.errors import StoreError, UsageError
from coverage_lib.linkage.reviews import NOT_REVIEWED, Review, ReviewLog, standing_of

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
NOBODY = dict.fromkeys(("CAKUPAN_REVIEWER", "LOGNAME", "USER", "LNAME", "USERNAME"), "")
DATES = ("2025-06-20T09:00:00+07:00", "2025-06-21T09:00:00+07:00")


@pytest.fixture(scope="module")
def linked_once(tmp_path_factory) -> Path:
    folder = roster_project(tmp_path_factory.mktemp("linked"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CAKUPAN_PROJECT", str(folder))
        roster("link")
    return folder


@pytest.fixture
def project(linked_once, tmp_path, monkeypatch) -> Path:
    folder = copy_project(linked_once, tmp_path / "project")
    monkeypatch.setenv("CAKUPAN_PROJECT", str(folder))
    return folder


def log_of(project: Path) -> Path:
    return project / "data" / "roster" / "demo" / "reviews.jsonl"


def decisions(project: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in log_of(project).read_text(encoding="utf-8").splitlines()]


def queue(*arguments: str) -> list[str]:
    """The first ten digits of the keys of the pairs that wait."""
    return [line.split()[0] for line in roster("review", "--list", *arguments).splitlines()]


def linked(project: Path) -> list[dict[str, object]]:
    """What a link run says of each row of the roster now."""
    roster("link")
    path = project / "data" / "roster" / "demo" / str(PERIOD) / "linked.parquet"
    return pq.read_table(path).to_pylist()


def secrets_in(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text.upper()]


SAME, DIFFERENT, UNSURE = "same", "different", "unsure"
STANDINGS = [
    # who says what, in their order (! in sight of a conflict)   what it comes to
    ([], "open"),
    (["ani same"], "same"),
    (["ani same", "budi same"], "same"),
    (["ani same", "ani different"], "different"),
    (["ani same", "budi different"], "conflict"),
    (["ani same", "budi unsure"], "same"),
    (["ani same", "ani unsure"], "unsure"),
    (["ani same", "budi different", "budi same"], "same"),
    (["ani same", "budi different", "citra different"], "conflict"),
    (["ani same", "budi different", "citra different!"], "different"),
    (["ani same", "budi different", "citra same!", "budi different"], "conflict"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "state"), STANDINGS)
def test_what_decisions_about_a_pair_come_to(said, state):
    reviews = [
        Review("p", decision.rstrip("!"), who, DATES[0], settles=decision.endswith("!"))
        for who, decision in (one.split() for one in said)
    ]
    assert standing_of(reviews).state == state


def test_the_queue_is_the_likeliest_first_and_names_nobody(project):
    told = roster("review", "--list")
    weights = [float(line.split()[1]) for line in told.splitlines()]
    assert len(weights) == 3
    assert weights == sorted(weights, reverse=True)
    assert "line 4 (B•• W••)" in told
    assert secrets_in(told) == []


def test_decisions_count_at_the_next_run_and_say_who_and_when(project):
    first, second, third = queue()
    said = roster("review", answers="different\nsame seen at the office\n# a comment\n\nunsure\n")
    assert "3 pairs decided (1 same, 1 different, 1 unsure), 1 left" in said
    assert secrets_in(said) == []
    assert [row["decision"] for row in decisions(project)] == [DIFFERENT, SAME, UNSURE]
    assert [row["pair"][:10] for row in decisions(project)] == [first, second, third]
    _, unsure, accepted, _ = linked(project)
    assert (accepted["outcome"], accepted["rule"]) == ("registered_active", "reviewed_same")
    assert accepted["member_nik"] == "1971010701000000"
    on = accepted["reviewed_on"]
    assert accepted["reason_en"].startswith(f"reviewed by siti on {on:%d-%m-%Y}: the same person")
    assert unsure["outcome"] == "needs_a_look"
    assert queue() == [third]


def test_all_candidates_rejected_is_not_registered(project):
    roster("review", answers="different\ndifferent\ndifferent\n")
    rows = linked(project)
    assert [row["outcome"] for row in rows[1:3]] == ["not_registered"] * 2
    assert "diperiksa oleh siti" in rows[1]["reason_id"]
    assert "reviewed by" in roster("link", "--explain", "9")
    assert queue() == []


def test_a_rejected_candidate_leaves_the_row_to_the_next(project):
    roster("review", answers="different\n")
    row = linked(project)[2]
    assert (row["outcome"], row["members"], row["member_nik"]) == ("needs_a_look", 1, "1971010701000000")  # fmt: skip
    assert len(queue()) == 2


def test_a_human_overrules_what_a_rule_found_certain(project):
    row = [ROSTER[1][0], "RATNA DUMILAH", *ROSTER[1][2:]]
    put_roster(project, [row])
    namesake = member(8, NAMA_LENGKAP="RATNA DUMILAH", TANGGAL_LAHIR="05-01-1900")
    put_register(project, [*MEMBERS, namesake])
    assert linked(project)[0]["outcome"] == "needs_a_look"  # two of one name and birthday
    roster("review", answers="different\ndifferent\n")
    put_register(project, MEMBERS)
    assert linked(project)[0]["rule"] == "reviewed_different"  # alone, she would be certain
    log_of(project).unlink()
    assert linked(project)[0]["rule"] == "name_birth_date_and_district"


@pytest.mark.parametrize("second", [f"budi {DIFFERENT}", f"siti {UNSURE}"])
def test_what_reviewers_have_not_settled_no_rule_settles(project, second):
    """Of two of one name and birthday the other has left the register: alone, she would be certain."""
    put_roster(project, [[ROSTER[1][0], "RATNA DUMILAH", *ROSTER[1][2:]]])
    namesake = member(8, NAMA_LENGKAP="RATNA DUMILAH", TANGGAL_LAHIR="05-01-1900")
    put_register(project, [*MEMBERS, namesake])
    linked(project)
    pairs = queue()
    roster("review", answers="".join(f"{pair} same\n" for pair in pairs))
    reviewer, decision = second.split()
    for pair in pairs:
        roster("review", answers=f"{pair} {decision}\n", CAKUPAN_REVIEWER=reviewer)
    put_register(project, MEMBERS)
    (row,) = linked(project)
    assert (row["outcome"], row["place_in_queue"], row["members"]) == ("needs_a_look", 1, 1)
    (waiting,) = queue()
    roster("review", answers=f"{waiting} same\n")
    assert linked(project)[0]["outcome"] == "registered_active"


def test_a_rejected_member_whom_a_rule_would_accept_leaves_the_row_to_the_next(project):
    put_roster(project, [[ROSTER[1][0], "RATNA DUMILAH", *ROSTER[1][2:]]])
    namesake = member(8, NAMA_LENGKAP="RATNA DUMILAH", TANGGAL_LAHIR="05-01-1900")
    next_one = member(9, NAMA_LENGKAP="RATNA JUWITA", TANGGAL_LAHIR="05-01-1900")
    put_register(project, [*MEMBERS, namesake, next_one])
    linked(project)
    assert len(queue()) == 3
    roster("review", answers="different\ndifferent\n")
    put_register(project, [*MEMBERS, next_one])
    (row,) = linked(project)
    assert (row["outcome"], row["member_nik"]) == ("needs_a_look", next_one["NIK"])
    assert len(queue()) == 1


def test_a_decision_survives_what_is_no_evidence_and_no_more(project):
    ratna = queue()[2]
    roster("review", answers=f"{ratna} different\n")
    moved = [row | {"SEGMEN": "BPU", "TGL AKHIR KEPESERTAAN": "01-05-2025"} for row in MEMBERS]
    put_register(project, [*moved, member(8)])
    put_roster(project, [ROSTER[3], *ROSTER])
    assert linked(project)[2]["rule"] == "reviewed_different"
    changed = [[*row] for row in ROSTER]
    changed[1][1] = "RATNA JUWITASARI"
    put_roster(project, changed)
    assert linked(project)[1]["outcome"] == "needs_a_look"
    assert len(queue()) == 3


def test_nothing_is_overwritten_and_the_latest_counts(project):
    pair = queue()[2]
    roster("review", answers="unsure\nback\nsame\n")
    before = log_of(project).read_bytes()
    roster("review", answers=f"{pair} different\n")
    roster("review", answers=f"{pair} unsure\n")
    after = log_of(project).read_bytes()
    assert after.startswith(before)
    said = [(row["pair"][:10], row["decision"]) for row in decisions(project)]
    assert said[1][1] == SAME
    assert said[0][0] == said[1][0]
    assert said[2:] == [(pair, DIFFERENT), (pair, UNSURE)]
    assert linked(project)[1]["outcome"] == "needs_a_look"


def test_reviewers_who_contradict_one_another_are_asked_again(project):
    pair = queue()[2]
    roster("review", answers=f"{pair} same\n")
    roster(
        "review", "--reviewer", "budi", answers="same\n"
    )  # that of the row before: not asked again
    ReviewLog(project / "data" / "roster", "demo").add(
        Review(decisions(project)[0]["pair"], DIFFERENT, "budi", DATES[1], "JUWITA's sister"),
        NOT_REVIEWED,
    )
    first = roster("review", "--list").splitlines()[0]
    assert first.startswith(pair)
    assert "siti on" in first
    assert "budi on 21 June 2025: different people" in first
    assert secrets_in(first) == []  # what a remark says stays in the roster area
    assert linked(project)[1]["outcome"] == "needs_a_look"
    said = roster("review", "--reviewer", "citra", answers="different\n")
    assert "opposite" not in said
    assert decisions(project)[-1]["settles"] is True
    assert linked(project)[1]["rule"] == "reviewed_different"


def test_who_decides_while_another_settles_is_told(project):
    log = ReviewLog(project / "data" / "roster", "demo")
    one = Review("p", SAME, "ani", DATES[0])
    log.add(one, NOT_REVIEWED)
    log.add(replace(one, reviewer="budi", decision=DIFFERENT), NOT_REVIEWED)
    seen = standing_of(log.read())
    assert log.add(replace(one, reviewer="citra"), seen).settles
    assert not log.add(replace(one, reviewer="dewi", decision=DIFFERENT), seen).settles
    assert standing_of(log.read()).state == "conflict"


def test_several_reviewers_at_once_lose_nothing(project):
    def decide(number: int) -> None:
        log = ReviewLog(project / "data" / "roster", "demo")
        log.add(Review(f"pair {number}", SAME, f"reviewer {number % 4}", DATES[0]), NOT_REVIEWED)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(decide, range(60)))
    assert sorted(row["pair"] for row in decisions(project)) == sorted(f"pair {n}" for n in range(60))  # fmt: skip
    assert len(ReviewLog(project / "data" / "roster", "demo").read()) == 60


def test_a_decision_waits_while_another_is_written(project):
    log = ReviewLog(project / "data" / "roster", "demo")
    with ThreadPoolExecutor(1) as pool:
        with FileLock(log.path.with_name(".reviews.jsonl.lock")):
            added = pool.submit(log.add, Review("p", SAME, "ani", DATES[0]), NOT_REVIEWED)
            with pytest.raises(TimeoutError):
                added.result(timeout=0.3)
            assert log.read() == ()
        assert added.result() in log.read()


def test_a_line_that_was_cut_short_costs_only_itself(project):
    roster("review", answers="different\n")
    with log_of(project).open("ab") as file:
        file.write(b'{"at": "2025-06-20T09:00:00+07:00", "decision": "sa')
    roster("review", answers="same\n")
    log = ReviewLog(project / "data" / "roster", "demo")
    assert [one.decision for one in log.read()] == [DIFFERENT, SAME]


def test_what_reviews_leave_is_the_owners_alone_and_nothing_else_names_anybody(project):
    roster("review", answers="different\nsame\n")
    for path in log_of(project).parent.glob("*reviews*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert secrets_in(log_of(project).read_text(encoding="utf-8")) == []
    own = (project / "data" / "roster", project / "data" / "incoming")
    for path in project.rglob("*"):
        if path.is_file() and not any(path.is_relative_to(folder) for folder in own):
            assert secrets_in(path.read_bytes().decode("latin-1")) == [], path.name


WRONG = [
    # answers                what is said
    ("same\nRATNA JUWITA is my neighbour\n", "answers, line 2: same, different, unsure, back or quit"),
    ("ffffffffff same\n", "answers, line 1: no pair of the last link run begins with that key"),
    ("d\nd\nd\nd\n", "answers, line 4: no pair is left"),
]  # fmt: skip


@pytest.mark.parametrize(("answers", "said"), WRONG)
def test_a_wrong_answer_names_its_line_and_repeats_nothing(project, answers, said):
    with pytest.raises(UsageError, match=said) as caught:
        roster("review", answers=answers)
    assert secrets_in(str(caught.value)) == []
    assert len(decisions(project) if log_of(project).exists() else []) == answers.count("\n") - 1


def test_answers_from_a_file_and_an_unknown_reviewer(project, tmp_path):
    path = tmp_path / "answers.txt"
    path.write_text("beda\nsama\n", encoding="utf-8")
    assert "2 pasangan diputuskan" in roster("review", "--answers", str(path), "--lang", "id")
    with pytest.raises(UsageError, match=r"--answers tiada\.txt cannot be read"):
        roster("review", "--answers", str(tmp_path / "tiada.txt"))
    roster("review", answers="unsure\n", **NOBODY)
    assert decisions(project)[-1]["reviewer"] == pwd.getpwuid(os.getuid()).pw_name
    with pytest.raises(UsageError, match="nobody is named as the reviewer"):
        roster("review", "--reviewer", " ", answers="same\n", CAKUPAN_REVIEWER=" ", LOGNAME=" ")


def test_the_notebook_of_persons_makes_no_briefing():
    with pytest.raises(UsageError, match="has no parameter 'region'"):
        check_parameters(NOTEBOOKS / "roster_review.ipynb", {"period": "2025-06", "region": "19"})


def test_nothing_was_linked_yet(project):
    (project / "data" / "roster" / "demo" / str(PERIOD) / "linked.parquet").unlink()
    with pytest.raises(StoreError, match="roster link"):
        roster("review", "--list")


class Terminal:
    """`cakupan roster review` in a real terminal of its own."""

    def __init__(self, project: Path) -> None:
        self._ours, theirs = pty.openpty()
        command = [str(Path(sys.executable).with_name("cakupan")), "roster", "review", "--period", str(PERIOD), "--reviewer", "siti"]  # fmt: skip
        environment = {
            "PATH": "/usr/bin:/bin", "HOME": str(project), "LC_ALL": "C.UTF-8", "TERM": "xterm",
            "COLUMNS": "100", "LINES": "40", "CAKUPAN_PROJECT": str(project),
        }  # fmt: skip
        self.process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment)  # fmt: skip
        os.close(theirs)
        self.shown = ""
        self._told = 0  # of what was shown, up to where it has been waited for

    def until(self, text: str) -> str:
        """Read until a text is shown, and give what was shown since the last one, up to it."""
        while (found := self.shown.find(text, self._told)) < 0:
            assert select.select([self._ours], [], [], 60)[0], f"{text!r} never came"
            self.shown += os.read(self._ours, 65536).decode("utf-8", errors="replace")
        since = self.shown[self._told : found + len(text)]
        self._told = found + len(text)
        return since

    def type(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def close(self) -> int:
        code = self.process.wait()
        try:
            while read := os.read(self._ours, 65536):
                self.shown += read.decode("utf-8", errors="replace")
        except OSError:  # Linux tells so that the other side is gone
            pass
        os.close(self._ours)
        return code


def test_a_reviewer_at_a_terminal(project):
    terminal = Terminal(project)
    first = terminal.until("[m] Remark")
    assert "BAMBANG WIRATMO" in first
    assert "Others whom this row may be" in first
    terminal.type("\x1b[D")  # an arrow key ends in D, and is no answer
    terminal.type("d")
    terminal.until("Kept: different people")
    terminal.until("[m] Remark")
    terminal.type("b")
    returned = terminal.until("[m] Remark")
    assert "! siti on" in returned
    assert "pair 1, 3 left" in returned
    terminal.type("m")
    terminal.until("Remark: ")
    terminal.type("asked the village head\n")
    terminal.type("d")
    terminal.type("su")  # typed ahead: nothing is lost
    assert terminal.close() == 0
    assert [row["decision"] for row in decisions(project)] == [DIFFERENT, DIFFERENT, SAME, UNSURE]
    assert [row.get("remark") for row in decisions(project)][1] == "asked the village head"
    page, _, after = terminal.shown.partition("\x1b[?1049h")[2].partition("\x1b[?1049l")
    assert "≈" in page
    assert secrets_in(page)
    assert secrets_in(after) == []  # what can be scrolled back to names nobody
    assert "3 pairs decided (1 same, 1 different, 1 unsure)" in after


def test_a_killed_review_loses_only_the_decision_that_was_not_taken(project):
    terminal = Terminal(project)
    terminal.until("[m] Remark")
    terminal.type("d")
    terminal.until("Kept: different people")
    terminal.process.send_signal(signal.SIGKILL)
    assert terminal.close() == -signal.SIGKILL
    assert [row["decision"] for row in decisions(project)] == [DIFFERENT]
    assert len(queue()) == 2


def test_the_panel_of_a_notebook_decides_and_stores_nobody(project, monkeypatch):
    monkeypatch.setenv("CAKUPAN_REVIEWER", "dewi")
    notebook = nbformat.read(NOTEBOOKS / "roster_review.ipynb", as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("panel.remark.value = 'known to me'\npanel.buttons['different'].click()"))  # fmt: skip
    notebook.cells.append(nbformat.v4.new_code_cell("panel.buttons['same'].click(); panel.buttons['back'].click(); panel"))  # fmt: skip
    notebook.cells.append(nbformat.v4.new_code_cell("'BAMBANG' in panel._pair.value"))
    client = NotebookClient(notebook, kernel_name="python3", store_widget_state=False)
    client.execute(cwd=str(project))
    said = [(row["reviewer"], row["decision"], row.get("remark")) for row in decisions(project)]
    assert said == [("dewi", DIFFERENT, "known to me"), ("dewi", SAME, None)]
    assert secrets_in(nbformat.writes(notebook)) == []
    (shown,) = [out for out in notebook.cells[2].outputs if out.output_type == "execute_result"]
    assert "application/vnd.jupyter.widget-view+json" in shown.data
    assert (
        notebook.cells[-1].outputs[0].data["text/plain"] == "True"
    )  # there was somebody to be seen
