"""`cakupan pull` as a user runs it: repeated, killed, fed with bad extracts, run twice at once.

Whatever happens, the store holds the last good state, whole, and no person can be read from it.
"""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from command import run_copied
from extracts import (
    KEY_TEXT,
    PERIOD,
    bytes_of,
    copy_project,
    member,
    pull_project,
    write_config,
)

from coverage_lib.demo import make_demo
from coverage_lib.reference.regions import load_regions
from coverage_lib.tables import load_table

CAKUPAN = Path(sys.executable).parent / "cakupan"
PULL = (str(CAKUPAN), "pull", "--period", str(PERIOD), "--supersede-all")
REFERENCE = Path(__file__).parents[2] / "data" / "reference"
SOURCES = {
    "participants": "data/incoming/{period}/kepesertaan_*",
    "eligible_workers": "data/incoming/{period}/potensi_pekerja.csv",
    "scholarships": "data/incoming/{period}/beasiswa.csv",
    "village_roster": "data/incoming/{period}/perangkat_desa_19.71.*",
    "claims": "data/incoming/{period}/arsip_klaim.*",
}
#: Of one file each: a pull of them takes a third of the time.
FEW = {
    "participants": "data/incoming/{period}/kepesertaan_{period}.csv",
    "eligible_workers": SOURCES["eligible_workers"],
}
#: The headers, by table, under which the demo's extracts name what identifies a person.
IDENTIFYING = {"NIK", "NO KPJ", "NAMA LENGKAP", "NIK ANAK", "NAMA ANAK", "nomor_kpj", "NAMA",
               "nama_tenaga_kerja", "nomor_penetapan", "NOMOR PENETAPAN"}  # fmt: skip
BIRTH = {"TANGGAL LAHIR", "TGL LAHIR"}


def environment_of(project: Path, key: str | None = KEY_TEXT) -> dict[str, str]:
    inherited = os.environ  # noqa: TID251  what a user's shell hands on
    environment = {
        name: value for name, value in inherited.items() if not name.startswith("CAKUPAN_")
    }
    environment["CAKUPAN_PROJECT"] = str(project)
    if key is not None:
        environment["CAKUPAN_PSEUDONYM_KEY"] = key
    return environment


def start(
    project: Path, *, key: str | None = KEY_TEXT, command: Sequence[str] = PULL
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        env=environment_of(project, key),
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(project: Path) -> subprocess.CompletedProcess[str]:
    return run_copied(PULL[1:], environment_of(project), project)


@pytest.fixture(scope="module")
def first_pull(tmp_path_factory):
    """A project with a small simulated month, pulled once, and what that printed."""
    project = tmp_path_factory.mktemp("project")
    write_config(project, SOURCES)
    make_demo(PERIOD, project / "data" / "incoming", months=1, scale=0.01, reference=REFERENCE,
              regions=load_regions())  # fmt: skip
    process = start(project)
    output, errors = process.communicate()
    done = subprocess.CompletedProcess(process.args, process.returncode, output, errors)
    assert done.returncode == 0, done.stderr
    return project, done


@pytest.fixture
def project(first_pull, tmp_path):
    """A copy of it for tests that change something."""
    copy = tmp_path / "project"
    shutil.copytree(first_pull[0], copy)
    write_config(copy, SOURCES)
    return copy


@pytest.fixture(scope="module")
def few_pulled(first_pull, tmp_path_factory):
    folder = tmp_path_factory.mktemp("few")
    shutil.copytree(incoming(first_pull[0]), incoming(folder))
    write_config(folder, FEW)
    pull_project(folder)
    return folder


@pytest.fixture
def few(few_pulled, tmp_path):
    """A copy of a project of fewer files, for tests that pull more than once."""
    return copy_project(few_pulled, tmp_path / "few")


def incoming(project: Path) -> Path:
    return project / "data" / "incoming" / str(PERIOD)


def store(project: Path) -> Path:
    return project / "data" / "store" / "demo" / str(PERIOD)


def register_of(project: Path) -> Path:
    return incoming(project) / f"kepesertaan_{PERIOD}.csv"


def generations(project: Path) -> set[str]:
    return {path.name for path in store(project).iterdir() if path.is_dir() and path.name[0] != "."}


def current(project: Path) -> str:
    return (store(project) / "current").read_text().strip()


def append_person(project: Path, number: int) -> None:
    """One more person in the register, under the headers that it has."""
    path = register_of(project)
    header = path.read_text(encoding="utf-8").splitlines()[0].split(";")
    row = member(number, NIK=f"197101170870{number:04d}")
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(";".join(row.get(name, "") for name in header) + "\r\n")


def persons(project: Path) -> int:
    folder = store(project) / current(project) / "participants"
    return sum(pq.read_metadata(path).num_rows for path in folder.glob("*.parquet"))


def test_received_is_accepted_and_rejected(first_pull):
    _, done = first_pull
    counted = [line.split() for line in done.stdout.splitlines() if " received " in line]
    assert [words[0] for words in counted] == list(SOURCES)
    for words in counted:
        numbers = [int(word.strip(")").replace(",", "")) for word in words if word[0].isdigit()]
        received, accepted, rejected, duplicates = numbers[:4]
        assert received == accepted + rejected + duplicates > 0
    assert [line.removeprefix("pull: ") for line in done.stderr.splitlines()] == list(SOURCES)


def test_a_second_identical_pull_changes_nothing(project):
    before = bytes_of(project)
    again = run(project)
    assert again.returncode == 0
    assert "nothing changed since the last pull" in again.stdout
    assert bytes_of(project) == before


def test_another_row_is_another_generation_and_taking_it_back_is_the_first_one(few):
    first, count = current(few), persons(few)
    original = register_of(few).read_bytes()
    append_person(few, 1)
    pull_project(few)
    assert current(few) != first
    assert persons(few) == count + 1
    register_of(few).write_bytes(original)
    pull_project(few)
    assert (current(few), persons(few)) == (first, count)


def test_only_the_last_generations_are_kept_with_their_quarantine(few):
    for number in range(3):
        append_person(few, number)
        pull_project(few)
    quarantine = few / "data" / "quarantine" / "demo" / str(PERIOD)
    assert current(few) in generations(few)
    assert len(generations(few)) == 3
    assert {path.name for path in quarantine.iterdir()} == generations(few)


def test_a_killed_pull_leaves_the_last_good_state(few):
    """SIGKILL at many moments: after each line of progress, and a random number of looks later."""
    append_person(few, 1)
    first, count = current(few), persons(few)
    good = {name: value for name, value in bytes_of(store(few)).items() if name[0] != "."}
    looks = np.random.default_rng(19)
    survived = 0
    for lines in [*range(len(FEW) + 1), *range(len(FEW) + 1), len(FEW)]:
        process = start(few)
        for _ in range(lines):
            process.stderr.readline()
        for _ in range(int(looks.integers(0, 40))):
            sorted(store(few).rglob("*"))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        survived += process.returncode == -signal.SIGKILL
        if current(few) == first:
            left = bytes_of(store(few))
            assert {name: left.get(name) for name in good} == good
            assert persons(few) == count
        else:  # it was done before the signal came
            assert persons(few) == count + 1
    assert survived > len(FEW), "the signal came too late to say anything"
    assert run(few).returncode == 0
    assert persons(few) == count + 1
    assert not list(store(few).glob(".building-*"))
    assert not (store(few) / ".current.new").exists()


#: Runs the command and ends it by SIGKILL just before it does one thing to one file.
KILLED_BEFORE = """
import os, signal, sys
event_name, file_name = sys.argv.pop(), sys.argv.pop()
def watch(event, arguments):
    if event == event_name and os.path.basename(str(arguments[0])).startswith(file_name):
        os.kill(os.getpid(), signal.SIGKILL)
from coverage_lib.cli import main
sys.addaudithook(watch)
main()
"""


@pytest.mark.parametrize(
    ("file_name", "event"),
    [
        (".building-", "os.mkdir"),
        (".building-", "os.rename"),
        (".current.new", "open"),
        (".current.new", "os.rename"),
    ],
)
def test_a_pull_killed_at_each_of_its_last_steps(few, file_name, event):
    first, count = current(few), persons(few)
    append_person(few, 1)
    good = bytes_of(store(few) / first)
    command = [sys.executable, "-c", KILLED_BEFORE, *PULL[1:]]
    process = start(few, command=[*command, file_name, event])
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert (current(few), persons(few)) == (first, count)
    assert bytes_of(store(few) / first) == good
    pull_project(few)
    assert current(few) != first
    assert persons(few) == count + 1
    assert not list(store(few).glob(".building-*"))


def test_killed_between_the_last_two_steps(few):
    """The generation has its final name, but `current` does not name it yet."""
    first, count = current(few), persons(few)
    append_person(few, 1)
    pull_project(few)
    second = current(few)
    (store(few) / "current").write_text(first + "\n")
    (store(few) / ".current.new").write_text(second[:5])
    assert persons(few) == count
    pull_project(few)
    assert (current(few), persons(few)) == (second, count + 1)


def drop_column(path: Path, header: str) -> None:
    rows = [line.split(";") for line in path.read_text(encoding="utf-8").splitlines()]
    place = rows[0].index(header)
    path.write_text("".join(";".join(r[:place] + r[place + 1 :]) + "\r\n" for r in rows))


SPOILING = {
    "missing column": ("column SEGMEN is missing", lambda f: drop_column(f["register"], "SEGMEN")),
    "empty file": ("is empty", lambda f: f["register"].write_bytes(b"")),
    "header only": ("no rows", lambda f: f["register"].write_bytes(
        f["register"].read_bytes().split(b"\r\n")[0] + b"\r\n")),
    "no known encoding": ("UTF-8", lambda f: f["register"].write_bytes(
        f["register"].read_bytes().replace(b"\r\n", b"\r\nSITI \x81 ", 9))),
    "ragged row": ("does not have", lambda f: f["register"].write_bytes(
        f["register"].read_bytes() + b"1971010101700000;ORANG LAIN\r\n")),
    "broken Excel": ("not a readable Excel", lambda f: f["claims"].write_bytes(
        f["claims"].read_bytes()[:3000])),
    "missing file": ("arsip_klaim", lambda f: f["claims"].unlink()),
    "missing one of several": ("which is not there", lambda f: f["district"].unlink()),
    "missing sidecar": ("has no arsip_klaim.xlsx.source.yml", lambda f: f["sidecar"].unlink()),
    "broken sidecar": ("not valid YAML", lambda f: f["sidecar"].write_text("table: [")),
}  # fmt: skip


@pytest.mark.parametrize("kind", SPOILING)
def test_a_bad_extract_is_one_line_and_leaves_the_store_as_it_was(project, kind):
    told, spoil = SPOILING[kind]
    folder = incoming(project)
    spoil(
        {
            "register": register_of(project),
            "district": folder / f"kepesertaan_19.06_{PERIOD}.xlsx",
            "claims": folder / "arsip_klaim.xlsx",
            "sidecar": folder / "arsip_klaim.xlsx.source.yml",
        }
    )
    before = bytes_of(project)
    done = run(project)
    said = [line for line in done.stderr.splitlines() if line.removeprefix("pull: ") not in SOURCES]
    assert done.returncode == 4, done.stderr
    assert len(said) == 1, done.stderr
    assert said[0].startswith("cakupan: ")
    assert told in said[0]
    assert "Traceback" not in done.stderr
    assert not any(name in done.stderr for name in ("ORANG LAIN", "SITI"))
    assert done.stdout == ""
    assert bytes_of(project) == before


def test_two_pulls_at_once_on_a_new_machine(few):
    """Both end well, one of them stored; of the keys that both make one counts."""
    for name in ("store", "quarantine"):
        shutil.rmtree(few / "data" / name)
    both = [start(few, key=None) for _ in range(2)]
    told = [(*process.communicate(), process.returncode) for process in both]
    assert [code for _, _, code in told] == [0, 0], told
    outputs = sorted(output.splitlines()[-1] for output, _, _ in told)
    assert "nothing changed" in outputs[0]
    assert ": stored" in outputs[1]
    assert stat.S_IMODE((few / "pseudonym.key").stat().st_mode) == 0o600
    assert len(generations(few)) == 1


def test_nobody_else_may_look_in(first_pull):
    project, _ = first_pull
    quarantine = project / "data" / "quarantine"
    assert stat.S_IMODE(quarantine.stat().st_mode) == 0o700
    assert stat.S_IMODE(store(project).stat().st_mode) == 0o700
    for folder in (store(project), *quarantine.glob("demo/*")):
        for generation in folder.iterdir():
            if generation.is_dir():
                assert stat.S_IMODE(generation.stat().st_mode) == 0o700
    assert list(quarantine.rglob("*.parquet"))


# Nobody can be read from the store


def cells_of(project: Path, headers: set[str]) -> set[str]:
    """The cells of all extracts below these headers, as they stand."""
    found: set[str] = set()
    for path in sorted(incoming(project).iterdir()):
        if path.suffix == ".csv":
            frame = pd.read_csv(path, sep=";", dtype=str, keep_default_na=False)
        elif path.suffix == ".xlsx":
            frame = pd.read_excel(path, engine="calamine", header=None, dtype=str).fillna("")
            frame.columns = list(frame.iloc[3])
        else:
            continue
        for header in headers & set(frame.columns):
            found |= {cell.strip(" '\"") for cell in frame[header]}
    return {cell for cell in found if len(cell) > 4}


def parquet_texts(folder: Path) -> set[str]:
    """Every value of every Parquet file below a folder, written out."""
    texts: set[str] = set()
    for path in folder.rglob("*.parquet"):
        for column in pq.read_table(path).columns:
            values = column.unique()
            if pa.types.is_temporal(values.type):
                texts |= {f"{day:%d-%m-%Y}" for day in values.to_pylist() if day is not None}
            else:
                texts |= {str(value) for value in values.to_pylist()}
    return texts


def test_no_person_in_the_store_nor_in_what_is_printed(first_pull):
    project, done = first_pull
    identities = cells_of(project, IDENTIFYING)
    assert len(identities) > 1000
    stored = parquet_texts(project / "data" / "store")
    assert len(stored) > 1000
    assert identities.isdisjoint(stored)
    written_out = [text for text in stored if len(text) != 32]  # pseudonyms are 32 hex digits
    plain = [
        path.read_text(encoding="utf-8")
        for path in (project / "data" / "store").rglob("*")
        if path.is_file() and path.suffix != ".parquet"
    ]
    everything = "\n".join([*written_out, *plain, done.stdout, done.stderr])
    assert "pull.json" in {path.name for path in store(project).rglob("*")}
    assert [identity for identity in identities if identity in everything] == []
    raw = b"".join(p.read_bytes() for p in (project / "data" / "store").rglob("*") if p.is_file())
    for secret in (KEY_TEXT, KEY_TEXT.encode().hex(), KEY_TEXT.encode().hex().upper()):
        assert secret not in everything
        assert secret.encode() not in raw
    # The scan itself must be able to see: quarantine holds the rejected rows as they came.
    assert not identities.isdisjoint(parquet_texts(project / "data" / "quarantine"))


def test_of_a_birth_date_only_the_year_is_stored(first_pull):
    project, _ = first_pull
    births = cells_of(project, BIRTH)
    assert len(births) > 100
    for table in SOURCES:
        expected = {"as_of_date"} | {
            column.store_as for column in load_table(table).columns if column.store != "drop"
        }
        region = load_table(table).region
        expected |= set() if region is None else {region.column}
        for path in (store(project) / current(project) / table).glob("*.parquet"):
            schema = pq.read_schema(path)
            assert set(schema.names) == expected
            assert not {"birth_date", "nik", "kpj", "name", "child_name"} & set(schema.names)
            if "birth_year" in schema.names:
                assert pa.types.is_integer(schema.field("birth_year").type)
                years = set(pq.read_table(path)["birth_year"].drop_null().to_pylist())
                assert all(1900 < year < 2030 for year in years)
