"""Laws of a pull, over small registers with random mess in them.

Every row that comes in is accepted or rejected; every rejected one lies in quarantine with
its file, its line and its reasons; nothing depends on the order of the files.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
from extracts import KEY, PERIOD, csv_bytes, member, pull_project, register_project
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

#: What offices do to a row, and the column the check then blames; None where the row stays good.
MESS = (
    ({"NIK": "1,97101E+15"}, "NIK"),
    ({"NIK": ""}, "NIK"),
    ({"NIK": "1971013208850000"}, "NIK"),
    ({"TANGGAL_LAHIR": "31-02-1985"}, "TANGGAL LAHIR"),
    ({"TANGGAL_LAHIR": "02-06-2025"}, "TANGGAL LAHIR"),
    ({"SEGMEN": "PBPU"}, "SEGMEN"),
    ({"SEGMEN": ""}, "SEGMEN"),
    ({"TGL_MULAI_KEPESERTAAN": "01/13/2020"}, "TGL MULAI KEPESERTAAN"),
    ({"BLTH_IURAN_TERAKHIR": "202513"}, "BLTH IURAN TERAKHIR"),
    ({"TGL_MULAI_KEPESERTAAN": "1 Jan 2020"}, None),
    ({"NO_KPJ": "rusak"}, None),
    ({"KODE_WILAYAH": "19.99"}, None),
    ({"KODE_WILAYAH": ""}, None),
    ({"NAMA_LENGKAP": 'A "B"; C\nD'}, None),
    ({"NAMA_LENGKAP": ""}, None),
    ({}, None),
)
#: A pull takes its time: what fails is shown as found, not made smaller over minutes.
WITHOUT_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
rows = st.tuples(st.integers(0, 30), st.sampled_from(MESS))


def files_of_names(*names):
    return st.dictionaries(
        st.sampled_from(names),
        st.tuples(
            # A pull takes its time for each file, not for each row: a few rows, or many.
            st.lists(rows, min_size=1, max_size=4) | st.lists(rows, min_size=12, max_size=24),
            st.sampled_from(";,\t"),
        ),
        min_size=1,
    ).filter(
        # Without one good row there is nothing to pull: that is an error of its own.
        lambda drawn: any(mess[1] is None for listed, _ in drawn.values() for _, mess in listed)
    )


def spoilt(number, mess):
    return member(number, **mess[0])


def files_of(drawn):
    return {
        name: csv_bytes([spoilt(*row) for row in listed], separator)
        for name, (listed, separator) in drawn.items()
    }


def expected_line(listed, place):
    """The line a row begins on: names of two lines push the later ones down."""
    return 2 + place + sum("\n" in spoilt(*row)["NAMA LENGKAP"] for row in listed[:place])


def rows_of(pattern):
    pattern = Path(pattern)
    if not any(pattern.parent.glob(pattern.name)):
        return []  # nothing was rejected
    return duckdb.sql(f"SELECT * FROM '{pattern}'").to_arrow_table().to_pylist()


def account_of(stored):
    (table,) = stored.account.tables
    return table


@settings(max_examples=6, phases=WITHOUT_SHRINKING)
@given(files_of_names("a.csv", "b.csv"))
def test_every_row_is_accepted_or_in_quarantine_with_its_reasons(drawn):
    with tempfile.TemporaryDirectory() as folder:
        register_project(Path(folder), files_of(drawn))
        configuration, stored, changed = pull_project(Path(folder))
        account = account_of(stored)
        accepted = rows_of(stored.folder / "participants" / "*.parquet")
        quarantined = rows_of(
            configuration.quarantine
            / "demo"
            / str(PERIOD)
            / stored.account.generation
            / "*.parquet"
        )
    assert changed
    everything = [
        (name, expected_line(listed, place), row)
        for name, (listed, _) in sorted(drawn.items())
        for place, row in enumerate(listed)
    ]
    blamed = {(name, line): row[1][1] for name, line, row in everything}
    bad = {place for place, column in blamed.items() if column is not None}
    seen: set[tuple[str, str]] = set()
    repeated = set()
    for name, line, row in everything:
        values = spoilt(*row)
        key = (values["NIK"], values["NO KPJ"])
        if (name, line) not in bad:
            if key in seen:
                repeated.add((name, line))
            seen.add(key)

    assert account.received == len(everything)
    assert account.received == account.accepted + account.rejected + account.duplicates
    assert account.accepted == len(accepted) == len(seen)
    assert account.rejected == len(bad)
    assert account.rejected + account.duplicates == len(quarantined)
    assert account.duplicates == len(repeated)
    assert sum(source.rows for source in stored.account.sources) == account.received
    assert sum(source.rejected for source in stored.account.sources) == account.rejected
    assert sum(source.duplicates for source in stored.account.sources) == account.duplicates
    found = {
        (Path(row["source_file"]).name, row["source_line"]): row["reasons"] for row in quarantined
    }
    assert set(found) == bad | repeated
    for place, reasons in found.items():
        if place in repeated:
            assert reasons == "an earlier row has the same key; "
        else:
            assert reasons.startswith(f"{blamed[place]}: ")
    received = {
        (Path(row["source_file"]).name, row["source_line"]): row["received_nik"]
        for row in quarantined
    }
    for name, line, row in everything:
        if (name, line) in received:
            assert (received[name, line] or "") == spoilt(*row)["NIK"]


def store_of(files_by_name):
    with tempfile.TemporaryDirectory() as folder:
        register_project(Path(folder), files_by_name)
        _, stored, _ = pull_project(Path(folder))
        accepted = rows_of(stored.folder / "participants" / "*.parquet")
        return sorted(map(str, accepted)), account_of(stored)


@settings(max_examples=3, phases=WITHOUT_SHRINKING)
@given(files_of_names("a.csv", "b.csv", "c.csv"), st.permutations(["a.csv", "b.csv", "c.csv"]))
def test_the_order_of_files_does_not_matter(drawn, names):
    """The same files under exchanged names give the same rows and the same account."""
    exchanged = dict(zip(["a.csv", "b.csv", "c.csv"], names, strict=True))
    # Of two rows with one key the first counts, so what exchanging must not move is equal in both.
    plain = {
        name: ([(number, MESS[-1] if mess[1] is None else mess) for number, mess in listed], mark)
        for name, (listed, mark) in drawn.items()
    }
    assert store_of(files_of(plain)) == store_of(
        files_of({exchanged[name]: content for name, content in plain.items()})
    )


@settings(max_examples=3, phases=WITHOUT_SHRINKING)
@given(files_of_names("a.csv"))
def test_sending_everything_twice_changes_nothing_but_the_duplicates(drawn):
    once, account = store_of(files_of(drawn))
    contents = files_of(drawn)
    twice, doubled = store_of(contents | {f"z{name}": data for name, data in contents.items()})
    assert twice == once
    assert doubled.received == 2 * account.received
    assert doubled.accepted == account.accepted
    assert doubled.duplicates == account.duplicates * 2 + account.accepted


def test_the_key_decides_the_pseudonyms_and_nothing_else(tmp_path):
    register_project(tmp_path, {"a.csv": csv_bytes([member(1), member(2)])})
    _, first, _ = pull_project(tmp_path)
    before = rows_of(first.folder / "participants" / "*.parquet")
    _, second, changed = pull_project(tmp_path, type(KEY)(b"another key that is long enough too"))
    after = rows_of(second.folder / "participants" / "*.parquet")
    keys = {"person_key", "membership_key", "employer_key"}
    assert changed
    assert {row["person_key"] for row in before} & {row["person_key"] for row in after} == set()
    assert sorted(
        str({name: value for name, value in row.items() if name not in keys}) for row in before
    ) == sorted(
        str({name: value for name, value in row.items() if name not in keys}) for row in after
    )
