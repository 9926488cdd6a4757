"""A village's roster and register with pairs that only a human can decide."""

from __future__ import annotations

from pathlib import Path

from extracts import PERIOD, member, national_id
from rosters import VILLAGE, cakupan, put_month, put_project

MEMBERS = [
    member(1, NAMA_LENGKAP="SLAMET RIYADI", TANGGAL_LAHIR="02-01-1900"),
    member(4, NAMA_LENGKAP="RATNA DUMILAH", TANGGAL_LAHIR="05-01-1900", KODE_WILAYAH="19.01.01.1002"),
    member(5, NAMA_LENGKAP="BAMBANG WIRATMO", TANGGAL_LAHIR="06-01-1900"),
    member(6, NAMA_LENGKAP="BAMBANG WIRATMO", TANGGAL_LAHIR="07-01-1900"),
]  # fmt: skip
ROSTER = [
    [VILLAGE, "H. Slamet Riyadi, S.Pd", national_id(1), "02-01-1900", "Kepala Desa"],
    [VILLAGE, "RATNA JUWITA", "", "05-01-1900", "Kaur Umum"],
    [VILLAGE, "BAMBANG WIRATMO", "", "", "Ketua RT"],
    [VILLAGE, "BAGUS PERKASA", national_id(900), "10-10-1990", "Ketua RW"],
]
#: What must be read nowhere but by the reviewer.
SECRETS = [
    "RIYADI", "JUWITA", "DUMILAH", "WIRATMO", "PERKASA", *(national_id(n) for n in (1, 4, 5, 6, 900)),
]  # fmt: skip


def roster_project(folder: Path) -> Path:
    """A project with the extracts, nothing linked yet."""
    put_month(folder, str(PERIOD), MEMBERS, ROSTER)
    return put_project(folder)


def roster(*arguments: str, answers: str = "", **environment: str) -> str:
    """What a verb of `roster` prints; the reviewer is Siti where the environment names no other."""
    environment = environment or {"CAKUPAN_REVIEWER": "siti"}
    return cakupan("roster", *arguments, "--period", str(PERIOD), answers=answers, **environment)
