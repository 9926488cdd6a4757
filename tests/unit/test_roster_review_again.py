"""What the queue shows besides uncertain pairs: members for whom a death benefit was paid, and pairs that
are decided, for whoever changes their mind after a link run.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from extracts import PERIOD, csv_bytes, write_sidecar
from review_rosters import MEMBERS, SECRETS, VILLAGE, roster, roster_project

from coverage_lib.handover.people import read_people
from coverage_lib.linkage.review_queue import Waiting, read_pairs, waiting
from coverage_lib.linkage.reviews import ReviewLog
from coverage_lib.linkage.roster_area import RosterArea

CLAIM = {
    "nomor_penetapan": "1", "tanggal_transaksi": "10-05-2025", "nomor_kpj": MEMBERS[0]["NO KPJ"],
    "program": "JKM", "jumlah_bayar": "42.000.000", "KODE WILAYAH": VILLAGE, "segmen": "PU",
}  # fmt: skip


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """The village of `review_rosters`, and a death benefit paid for its head."""
    folder = roster_project(tmp_path)
    claims = folder / "data" / "incoming" / str(PERIOD) / "klaim.csv"
    claims.write_bytes(csv_bytes([CLAIM]))
    write_sidecar(claims, "claims")
    config = folder / "cakupan.toml"
    source = (
        '[[profiles.demo.sources]]\ntable = "claims"\nfiles = "data/incoming/{period}/klaim.csv"\n'
    )
    config.write_text(config.read_text() + source)
    monkeypatch.setenv("CAKUPAN_PROJECT", str(folder))
    roster("link")
    return folder


def put_claim(project: Path, **changes: str) -> None:
    claims = project / "data" / "incoming" / str(PERIOD) / "klaim.csv"
    claims.write_bytes(csv_bytes([CLAIM | changes]))
    write_sidecar(claims, "claims")


def queue(*arguments: str) -> list[str]:
    return roster("review", "--list", *arguments).splitlines()


def linked(project: Path) -> list[dict[str, object]]:
    roster("link")
    return pq.read_table(linked_file(project)).to_pylist()


def linked_file(project: Path) -> Path:
    return project / "data" / "roster" / "demo" / str(PERIOD) / "linked.parquet"


def faults_of_the_head(project: Path) -> tuple[str, ...]:
    (head,) = (one for one in read_people(linked_file(project)) if one.position == "village_head")
    return head.faults


def test_who_may_have_died_is_asked_about_last_and_in_words(project):
    *pairs, died = queue()
    assert len(pairs) == 3
    assert died.split()[1] == "–"  # no weight: a rule is certain who is meant
    assert died.endswith("line 2 (H•• S•• R•• S••): the NIK is the same and the name agrees; a death benefit was paid")  # fmt: skip
    assert not [secret for secret in SECRETS if secret in died.upper()]
    assert faults_of_the_head(project) == ("needs_a_look",)


@pytest.mark.parametrize(("benefit", "outcome"), [
    ("Santunan Kematian", "needs_a_look"),
    ("biaya perawatan", "registered_active"),
    ("", "registered_active"),
])  # fmt: skip
def test_who_was_killed_at_work_is_asked_about_too(project, benefit, outcome):
    put_claim(project, program="JKK", **{"JENIS MANFAAT": benefit})
    assert linked(project)[0]["outcome"] == outcome


def test_the_same_person_leaves_the_queue_and_the_village_corrects_its_roster(project):
    key = queue()[-1].split()[0]
    roster("review", answers=f"{key} same\n")
    assert len(queue()) == 3
    head = linked(project)[0]
    assert (head["outcome"], head["rule"]) == ("needs_a_look", "reviewed_same")
    assert str(head["reason_en"]).endswith("the same person; a death benefit was paid: the roster is to be corrected")  # fmt: skip
    assert len(queue()) == 3
    assert faults_of_the_head(project) == ("roster_outdated",)


def test_another_person_is_to_be_registered(project):
    key = queue()[-1].split()[0]
    roster("review", answers=f"{key} different\n")
    head = linked(project)[0]
    assert (head["outcome"], head["rule"]) == ("not_registered", "reviewed_different")
    assert len(queue()) == 3


@pytest.mark.parametrize(("first", "then", "outcome"), [
    ("same", "different", "not_registered"),
    ("different", "same", "registered_active"),
    ("different", "unsure", "needs_a_look"),
])  # fmt: skip
def test_who_changes_their_mind_after_a_link_run_is_heard(project, first, then, outcome):
    ratna = queue()[2].split()[0]
    roster("review", answers=f"{ratna} {first}\n")
    linked(project)
    assert ratna not in [line.split()[0] for line in queue()]
    (decided,) = queue("--decided")
    assert decided.startswith(ratna)
    assert "siti on" in decided
    said = roster("review", "--decided", answers=f"{then}\n")
    assert "1 pairs decided" in said
    assert linked(project)[1]["outcome"] == outcome


def test_a_member_who_was_rejected_is_not_shown_as_another_whom_the_row_may_be(project):
    def shown() -> Waiting:
        area = RosterArea(project / "data" / "roster", "demo", PERIOD)
        log = ReviewLog(area.root, area.profile)
        return waiting(read_pairs(area), log.read())[0]

    first = shown()
    roster("review", answers=f"{first.pair.key} different\n")
    (second,) = first.others
    for _ in ("before a link run", "after it"):
        assert shown().pair.member == second.member
        assert shown().others == ()
        linked(project)
