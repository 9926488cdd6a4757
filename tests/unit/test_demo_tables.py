"""The simulated tables: what the store keeps of the same persons' extracts, at any size."""

from datetime import date
from pathlib import Path

import duckdb
import pytest
from demo_reading import REFERENCE
from projects import PERIOD, Project

from coverage_lib.demo import make_demo_tables
from coverage_lib.errors import SourceError, UsageError
from coverage_lib.periods import Month
from coverage_lib.reference.regions import load_regions
from coverage_lib.tables import load_table

TABLES = (
    "participants", "claims", "claim_submissions", "scholarships", "contributions",
    "contribution_billing",
)  # fmt: skip
# What a row says of its person, and whether it covers: nothing that depends on the membership.
ACTIVE_PERSONS = """
    SELECT village_code, segment, sex, birth_year, worker_group, funder, employer_sector,
        jkk, jkm, jht, jp, jkp, count(DISTINCT person_key)
    FROM '{participants}'
    WHERE coalesce(end_date > as_of_date, true)
        AND (segment <> 'BPU' OR DATE '2025-02-01'
            <= coalesce(paid_through_month, date_trunc('month', start_date) - INTERVAL 1 MONTH))
    GROUP BY ALL ORDER BY ALL
"""


def make(out: Path, scale: float = 0.01, months: int = 1, seed: int = 19) -> Path:
    make_demo_tables(
        Month(2025, 6), out, months=months, scale=scale, seed=seed, reference=REFERENCE,
        regions=load_regions(),
    )  # fmt: skip
    return out / "2025-06"


def rows(query: str) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("tables"))


@pytest.fixture(scope="module")
def pulled(small_project: Project) -> Path:
    """The store's folder of the same persons, after their extracts were pulled."""
    month = small_project.folder / "data" / "store" / "demo" / PERIOD
    return month / (month / "current").read_text().strip()


@pytest.mark.parametrize("table", TABLES)
def test_columns_and_types_are_those_that_a_pull_stores(table, folder, pulled):
    def columns(base: Path) -> list[tuple[object, ...]]:
        query = f"SELECT column_name, column_type FROM (DESCRIBE FROM '{base}/{table}/*.parquet')"
        return rows(query)

    assert columns(folder) == columns(pulled)


@pytest.mark.parametrize("table", TABLES)
def test_files_bear_the_dates_that_a_pull_gives_them(table, folder, pulled):
    assert sorted(path.name for path in (folder / table).iterdir()) == sorted(
        path.name for path in (pulled / table).iterdir()
    )


@pytest.mark.parametrize("table", TABLES)
def test_codes_and_missing_values_are_those_of_the_dictionary(table, folder):
    for column in load_table(table).columns:
        if column.store == "drop":
            continue
        found = rows(f"SELECT DISTINCT {column.store_as} FROM '{folder}/{table}/*.parquet'")
        values = {value for (value,) in found}
        assert not (column.not_null and None in values), column.name
        if column.codes:
            missing = set() if column.not_null else {None}
            assert values <= {*column.codes.values(), *missing}, column.name


def test_the_active_persons_are_those_of_the_extracts(folder, pulled):
    of_tables, of_extracts = (
        rows(ACTIVE_PERSONS.format(participants=f"{base}/participants/2025-06-01.parquet"))
        for base in (folder, pulled)
    )
    assert len(of_tables) > 500
    assert of_tables == of_extracts


def test_claims_children_and_submissions_are_those_of_the_extracts(folder, pulled):
    claims = """SELECT village_code, programme, benefit_type, segment, paid_date, submitted_date,
        sum(amount_idr), count(*) FROM '{}/claims/*.parquet' GROUP BY ALL ORDER BY ALL"""
    children = """SELECT village_code, programme, school_level, paid_date, sum(amount_idr), count(*)
        FROM '{}/scholarships/*.parquet' GROUP BY ALL ORDER BY ALL"""
    submissions = """SELECT village_code, programme, segment, status, submitted_date, decided_date,
        count(*) FROM '{}/claim_submissions/*.parquet' GROUP BY ALL ORDER BY ALL"""
    for query in (claims, children, submissions):
        assert rows(query.format(folder)) == rows(query.format(pulled))


def test_contributions_are_those_of_the_extracts(folder, pulled):
    query = """SELECT month, sum(wage_idr), sum(contribution_idr), count(*) FROM '{}/contributions/*.parquet'
        GROUP BY ALL"""
    assert rows(query.format(folder)) == rows(query.format(pulled))


def test_bills_are_those_of_the_extracts(folder, pulled):
    # When a member began, which of an employer's workers pay, and where it has its home, is drawn
    # by the number of the membership, which is another one here; in the last month all have begun.
    query = """SELECT month, segment, sum(participants), sum(due_jkk_idr), sum(due_jkm_idr),
        sum(due_jht_idr), sum(due_jp_idr), count(*)
        FROM '{}/contribution_billing/*.parquet' WHERE month = '2025-05-01' GROUP BY ALL ORDER BY ALL"""
    found = rows(query.format(folder))
    assert found
    assert found == rows(query.format(pulled))


def test_keys_join_the_tables_and_hide_the_numbers(folder):
    (unknown,) = rows(
        f"SELECT count(*), count(membership_key), (SELECT count(*) FROM '{folder}/claims/*.parquet') "
        f"FROM '{folder}/claims/*.parquet' "
        f"ANTI JOIN '{folder}/participants/*.parquet' USING (membership_key)"
    )
    without_member, with_foreign_card, all_claims = (int(str(number)) for number in unknown)
    # As in the archive: no card, or one that the register does not know, on a few of them.
    assert 0 <= with_foreign_card <= without_member < all_claims / 50
    (shape,) = rows(
        "SELECT bool_and(regexp_full_match(person_key, '[0-9a-f]{32}')), count(*) - count(DISTINCT membership_key) "
        f"FROM '{folder}/participants/2025-06-01.parquet'"
    )
    assert shape == (True, 0)


def test_two_months_show_the_same_persons(tmp_path):
    folder = make(tmp_path, months=2)
    (known,) = rows(
        f"""SELECT count(*) / (SELECT count(*) FROM '{folder}/participants/2025-06-01.parquet')
        FROM '{folder}/participants/2025-06-01.parquet'
        SEMI JOIN '{folder}/participants/2025-04-28.parquet' USING (person_key, sex, birth_year)"""
    )
    assert 0.9 < float(str(known[0])) < 1


def test_the_scale_multiplies_persons_and_claims(tmp_path, folder):
    larger = make(tmp_path, scale=0.04)
    for table, count in (("participants", "count(DISTINCT person_key)"), ("claims", "count(*)")):
        (few,), (many,) = (
            rows(f"SELECT {count} FROM '{base}/{table}/*.parquet'") for base in (folder, larger)
        )
        assert int(str(many[0])) == pytest.approx(4 * int(str(few[0])), rel=0.03)


def test_the_same_options_give_the_same_bytes_and_another_seed_other_persons(tmp_path, folder):
    again, other = make(tmp_path / "again"), make(tmp_path / "other", seed=20)
    for path in sorted(folder.glob("*/*.parquet")):
        of_table = path.relative_to(folder)
        assert (again / of_table).read_bytes() == path.read_bytes()
        assert (other / of_table).read_bytes() != path.read_bytes()


def test_tables_that_are_there_already_are_left_as_they_are(tmp_path):
    folder = make(tmp_path)
    changed = folder / "claims" / f"{date(2025, 6, 17)}.parquet"
    changed.write_bytes(b"changed by hand")
    make(tmp_path)
    assert changed.read_bytes() == b"changed by hand"
    make(tmp_path, seed=20)
    assert changed.read_bytes() != b"changed by hand"


def test_a_folder_of_something_else_is_never_replaced(tmp_path):
    own = tmp_path / "2025-06" / "participants" / "2025-06-01.parquet"
    own.parent.mkdir(parents=True)
    own.write_text("real")
    with pytest.raises(SourceError, match="does not hold simulated tables"):
        make(tmp_path)
    assert own.read_text() == "real"


def test_options_out_of_range_are_user_errors(tmp_path):
    with pytest.raises(UsageError, match="was expected"):
        make(tmp_path, scale=0.001)
