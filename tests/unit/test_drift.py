"""How this month's extracts differ from last month's, and which difference stops a pull."""

from __future__ import annotations

import pytest
from extracts import (
    PERIOD,
    copy_project,
    csv_bytes,
    member,
    pull_project,
    write_config,
    write_sidecar,
)

from coverage_lib.errors import SourceError
from coverage_lib.intake.arrivals import Superseding
from coverage_lib.intake.pull import PullOptions
from coverage_lib.intake.store import PeriodStore

NEXT = PERIOD.plus(1)
SUPERSEDE = Superseding(everything=True)


def put(folder, period, rows):
    write_config(folder, {"participants": "data/incoming/{period}/*"})
    path = folder / "data" / "incoming" / str(period) / "peserta.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(csv_bytes(rows))
    write_sidecar(path, "participants", period.first_day)


def people(number, **changes):
    return [member(n, **changes) for n in range(number)]


def without(rows, header):
    return [{name: cell for name, cell in row.items() if name != header} for row in rows]


def renamed(rows, header, new):
    return [{new if name == header else name: cell for name, cell in row.items()} for row in rows]


def some(number, bad, **changes):
    return [member(n, **(changes if n < bad else {})) for n in range(number)]


FILE = f"data/incoming/{NEXT}/peserta.csv"
BEFORE = people(20)
#: What the next month's extract is, and what is said of it.
DRIFT = [
    (people(20), []),
    (people(24), []),
    (people(25), ["25 rows in 1 file, 20 in 1 file before: +25%, up to 20% was expected"]),
    (people(15), ["15 rows in 1 file, 20 in 1 file before: -25%, up to 20% was expected"]),
    (without(BEFORE, "TANGGAL LAHIR"), [f"column TANGGAL LAHIR is gone from {FILE}"]),
    ([row | {"CATATAN": "-"} for row in BEFORE], [f"column CATATAN of {FILE} is new; it is left out"]),
    (renamed(BEFORE, "TANGGAL LAHIR", "TGL LAHIR PESERTA"),
     [(f"column TANGGAL LAHIR is gone from {FILE}, where TGL LAHIR PESERTA is new: if it was "
      "renamed, the dictionary needs the new name")]),
    (some(20, 12, JENIS_KELAMIN="1"),
     [(f"column JENIS KELAMIN of {FILE}: 40% of the values can be used, 100% before; its type or "
      "its form has changed")]),
    (some(20, 10, JENIS_KELAMIN="1"), []),
    (some(20, 19, NAMA_LENGKAP=""),
     [(f"column NAMA of {FILE}: 5% of the values can be used, 100% before; its type or its form "
      "has changed")]),
]  # fmt: skip


@pytest.fixture(scope="module")
def pulled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pulled")
    put(folder, PERIOD, BEFORE)
    pull_project(folder)
    return folder


@pytest.fixture
def project(pulled, tmp_path):
    """The month before has been pulled."""
    return copy_project(pulled, tmp_path)


@pytest.mark.parametrize(("rows", "expected"), DRIFT)
def test_what_is_said_before_anything_is_replaced(project, rows, expected):
    put(project, NEXT, rows)
    told = []

    def tell(text):
        assert PeriodStore(project / "data" / "store", "demo", NEXT).current() is None
        told.append(text)

    _, stored, _ = pull_project(project, period=NEXT, tell=tell)
    assert told == [f"participants: {text}" for text in expected]
    assert stored.account.drift == tuple(told)


@pytest.mark.parametrize("same_month", [False, True])
def test_a_required_column_that_breaks_stops_the_pull_until_it_is_accepted(project, same_month):
    """Against the month before, or the pull of the same month before."""
    _, first, _ = pull_project(project)
    period = PERIOD if same_month else NEXT
    put(project, period, some(20, 12, SEGMEN="9"))
    with pytest.raises(SourceError, match=r"column SEGMEN of .* 40% .*--accept-drift") as refused:
        pull_project(project, period=period)
    assert refused.value.exit_code == 4
    store = PeriodStore(project / "data" / "store", "demo", period)
    assert store.current() == (first if same_month else None)
    assert not list(store.folder.glob(".building-*"))
    _, stored, _ = pull_project(
        project, period=period, options=PullOptions(PERIOD.last_day, SUPERSEDE, accept_drift=True)
    )
    assert stored.account.tables[0].accepted == 8


def test_a_required_column_that_is_gone_stops_every_pull(project):
    put(project, NEXT, without(BEFORE, "SEGMEN"))
    accepting = PullOptions(PERIOD.last_day, SUPERSEDE, accept_drift=True)
    with pytest.raises(SourceError, match="column SEGMEN is missing"):
        pull_project(project, period=NEXT, options=accepting)


def test_a_source_may_change_as_much_as_its_profile_says(project):
    put(project, NEXT, people(29))
    with (project / "cakupan.toml").open("a") as file:
        file.write("expected_change = 0.5\n")
    pull_project(project)
    _, stored, _ = pull_project(project, period=NEXT)
    assert stored.account.drift == ()


def test_another_number_of_files_is_told_whatever_the_rows(project):
    put(project, NEXT, people(11))
    more = project / "data" / "incoming" / str(NEXT) / "peserta_2.csv"
    more.write_bytes(csv_bytes([member(n) for n in range(11, 20)]))
    write_sidecar(more, "participants", NEXT.first_day)
    _, stored, _ = pull_project(project, period=NEXT)
    assert stored.account.drift == ("participants: 20 rows in 2 files, 20 in 1 file before",)
