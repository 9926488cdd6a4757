"""A village's roster and register, made by hand, and the verbs on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
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
VILLAGE, OTHER_VILLAGE, UNKNOWN_VILLAGE = "19.01.01.1001", "19.01.01.1002", "19.01.01.9999"


def birth_of(number: int) -> str:
    """The birth date that `national_id` puts into a number."""
    nik = national_id(number)
    return f"{nik[6:8]}-{nik[8:10]}-19{nik[10:12]}"


def post(number: int, name: str, position: str = "Ketua RT", village: str = VILLAGE) -> list[str]:
    return [village, name, national_id(number), birth_of(number), position]


def put_month(
    project: Path, month: str, members: Sequence[dict[str, str]], roster: Sequence[Sequence[str]]
) -> None:
    """Register and roster of a month, as of its first day."""
    put_register(project, members, month)
    put_roster(project, roster, month)


def put_register(
    project: Path, members: Sequence[dict[str, str]], month: str = str(PERIOD)
) -> None:
    path = incoming(project, month) / "kepesertaan.csv"
    path.write_bytes(csv_bytes(members))
    write_sidecar(path, "participants", first_day(month))


def put_roster(
    project: Path,
    rows: Sequence[Sequence[str]],
    month: str = str(PERIOD),
    name: str = "perangkat.xlsx",
) -> None:
    path = incoming(project, month) / name
    write_sheets(path, {"Data": [HEADER, *rows]})
    write_sidecar(path, "village_roster", first_day(month))


def incoming(project: Path, month: str) -> Path:
    folder = project / "data" / "incoming" / month
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def put_project(folder: Path) -> Path:
    places = "data/incoming/{period}/"
    write_config(
        folder, {"participants": f"{places}kepesertaan*", "village_roster": f"{places}perangkat*"}
    )
    return folder


def covered(number: int, name: str, **changes: str) -> dict[str, str]:
    """A member of the register who is `post(number, name)`."""
    return member(number, NAMA_LENGKAP=name, TANGGAL_LAHIR=birth_of(number), **changes)


def cakupan(*arguments: str, answers: str = "", **environment: str) -> str:
    """What a verb prints, given lines on its standard input; its error is raised as it is."""
    result = CliRunner().invoke(cli.app, list(arguments), input=answers, env=environment)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    if isinstance(result.exception, CakupanError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output
