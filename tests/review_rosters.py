"""A village's roster and register with pairs that only a human can decide."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from extracts import (
    PERIOD,
    csv_bytes,
    member,
    national_id,
    write_config,
    write_sheets,
    write_sidecar,
)
from typer.testing import CliRunner

from coverage_lib import cli
from coverage_lib.errors import CakupanError

HEADER = ["KODE DESA", "NAMA", "NIK", "TGL LAHIR", "JABATAN"]
VILLAGE = "19.01.01.1001"
MEMBERS = [
    member(1, NAMA_LENGKAP="SLAMET RIYADI", TANGGAL_LAHIR="02-01-1900"),
    member(4, NAMA_LENGKAP="RATNA DUMILAH", TANGGAL_LAHIR="05-01-1900"),
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
    incoming = folder / "data" / "incoming" / str(PERIOD)
    incoming.mkdir(parents=True)
    put_register(folder, MEMBERS)
    put_roster(folder, ROSTER)
    places = "data/incoming/{period}/"
    write_config(
        folder, {"participants": f"{places}kepesertaan*", "village_roster": f"{places}perangkat*"}
    )
    return folder


def put_register(folder: Path, members: Sequence[dict[str, str]]) -> None:
    path = folder / "data" / "incoming" / str(PERIOD) / "kepesertaan.csv"
    path.write_bytes(csv_bytes(members))
    write_sidecar(path, "participants")


def put_roster(folder: Path, rows: Sequence[Sequence[str]]) -> None:
    path = folder / "data" / "incoming" / str(PERIOD) / "perangkat.xlsx"
    write_sheets(path, {"Data": [HEADER, *rows]})
    write_sidecar(path, "village_roster")


def roster(*arguments: str, answers: str = "", **environment: str) -> str:
    """What a verb prints, given lines on its standard input; its error is raised as it is."""
    result = CliRunner().invoke(
        cli.app,
        ["roster", *arguments, "--period", str(PERIOD)],
        input=answers,
        env=environment or {"CAKUPAN_REVIEWER": "siti"},
    )
    if isinstance(result.exception, CakupanError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output
