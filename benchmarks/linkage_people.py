"""Simulated registers and a roster with known truth: the same people at every run.

`python -m benchmarks.linkage_people FOLDER MEMBERS` writes `register_<members>.parquet`, and beside it
`roster.parquet` and `truth.parquet` where they are not there. The register of ten million holds that of
a million, and that the province's own; the roster is of the province and the same for all.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import duckdb

from coverage_lib.yaml_reading import read_yaml

ROOT = Path(__file__).parents[1]
PROVINCE = "19"
MEMBERS_OF_PROVINCE = 144_070
ROSTER_ROWS = 20_000
NOT_REGISTERED_FROM = 1_000_000_000  # numbers of people of the province who are in no register
#: Of a hundred roster rows. What is left of each hundred is as it should be.
REGISTERED = 70
NIK_MISSING, NIK_DAMAGED = 8, 9
NAME_VARIANTS = 30
BIRTH_MISSING, BIRTH_DAMAGED = 3, 3
OTHER_VILLAGE, OTHER_DISTRICT = 5, 3


def main() -> None:
    folder, members = Path(sys.argv[1]), int(sys.argv[2])
    make(folder, members)


def make(folder: Path, members: int) -> Path:
    """The register's file; the roster's and the truth's beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    register = folder / f"register_{members}.parquet"
    if register.is_file() and (folder / "truth.parquet").is_file():
        return register
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false; SET memory_limit = '8GB'")
        connection.execute("SET temp_directory = ?", [str(folder / "spill")])
        _define(connection)
        connection.execute(f"""
            COPY (SELECT nik, name, birth_date, village_code FROM {_people(f"range({members})")} ORDER BY nik)
            TO '{register}' (FORMAT parquet)
        """)
        _make_roster(connection, folder)
    return register


def _define(connection: duckdb.DuckDBPyConnection) -> None:
    """The words, and macros that make a person of a number."""
    words = read_yaml((ROOT / "benchmarks" / "linkage_names.yml").read_text(encoding="utf-8"))
    villages = _villages()
    connection.execute("CREATE MACRO part(id, tag) AS (hash(id, tag, 7) % 1000003) / 1000003.0")
    for name in ("male", "female", "family", "family_female", "titles_before", "titles_after"):
        listed = ", ".join(f"'{word}'" for word in words[name])
        connection.execute(f"CREATE MACRO {name}_words() AS [{listed}]")
    pairs = ", ".join(f"('{usual}', {others})" for usual, others in words["spellings"].items())
    connection.execute(f"CREATE TABLE spellings AS SELECT * FROM (VALUES {pairs}) t(usual, others)")
    connection.execute(f"CREATE MACRO villages() AS {villages}")
    # Provinces are numbered from 11 to 94; which numbers there are does not matter here.
    others = [str(number) for number in range(50, 87)]
    connection.execute(f"CREATE MACRO other_provinces() AS {others}")
    # Common words are common: the square of a part of one falls near the beginning of a list.
    connection.execute(
        "CREATE MACRO word(words, id, tag) AS words[1 + floor(pow(part(id, tag), 2.2) * len(words))::INTEGER]"
    )
    connection.execute("""
        CREATE MACRO given(id, woman) AS
        CASE WHEN part(id, 'begin') < 0.14 THEN if(woman, 'SITI ', 'MUHAMMAD ')
             WHEN part(id, 'begin') < 0.19 THEN if(woman, 'NUR ', 'AHMAD ')
             WHEN part(id, 'begin') < 0.22 THEN if(woman, 'SRI ', 'ABDUL ') ELSE '' END
        || if(woman, word(female_words(), id, 'given'), word(male_words(), id, 'given'))
    """)
    connection.execute("""
        CREATE MACRO family(id, woman) AS
        CASE WHEN part(id, 'single') < 0.18 THEN ''
             WHEN part(id, 'single') < 0.30 THEN ' ' || if(woman, word(female_words(), id, 'second'), word(male_words(), id, 'second'))
                 || ' ' || word(family_words(), id, 'third')
             ELSE ' ' || if(woman AND part(id, 'of woman') < 0.7, word(family_female_words(), id, 'family'), word(family_words(), id, 'family')) END
    """)


def _people(numbers: str) -> str:
    """Rows of people of a table function of numbers: id, nik, name, birth_date, village_code, woman.

    Every 80th is the twin of the one before: birth date, village and mostly sex are the same, the NIK
    is the next. Serials count whoever has the same sub-district, birth date and sex, as they do.
    """
    home = f"(id < {MEMBERS_OF_PROVINCE} OR id >= {NOT_REGISTERED_FROM})"
    return f"""(
        WITH numbered AS (SELECT range AS id, range - (range % 80 = 79)::BIGINT AS born FROM {numbers}),
        people AS (
            SELECT id, born, part(id, 'sex') < 0.45 AS woman,
                DATE '1960-01-01' + floor(pow(part(born, 'day'), 0.85) * 17200)::INTEGER AS birth_date,
                if({home}, villages()[1 + floor(part(born, 'village') * len(villages()))::INTEGER],
                   other_provinces()[1 + floor(part(born, 'province') * 37)::INTEGER] || '.'
                   || lpad((1 + floor(part(born, 'district') * 20))::INTEGER::VARCHAR, 2, '0') || '.'
                   || lpad((1 + floor(part(born, 'sub') * 15))::INTEGER::VARCHAR, 2, '0') || '.'
                   || (2001 + floor(part(born, 'village') * 12))::INTEGER) AS village_code
            FROM numbered
        ), first_home AS (
            SELECT *, CASE WHEN id >= {NOT_REGISTERED_FROM} THEN 30 WHEN {home} THEN 0 ELSE 60 END AS serials,
                replace(if(part(born, 'moved') < 0.85, village_code,
                villages()[1 + floor(part(born, 'old home') * len(villages()))::INTEGER])[1:8], '.', '') AS prefix
            FROM people
        )
        SELECT id, prefix || lpad((day(birth_date) + if(woman, 40, 0))::VARCHAR, 2, '0') || strftime(birth_date, '%m%y')
            || lpad((row_number() OVER (PARTITION BY prefix, birth_date, woman, serials ORDER BY id) + serials)::VARCHAR, 4, '0') AS nik,
            given(id, woman) || family(if(id % 160 = 159, born, id), woman) AS name, birth_date, village_code, woman
        FROM first_home)"""


def _make_roster(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Rows of registered people of the province and of others, and what lists make of them.

    Of those not registered some have their twin in the register, and some the name and village of their
    father. One in fifty stands in the roster twice, written otherwise.
    """
    registered = ROSTER_ROWS * REGISTERED // 100
    others = ROSTER_ROWS - registered
    twice = registered // 50
    connection.execute(
        f"CREATE TABLE own AS SELECT * FROM {_people(f'range({MEMBERS_OF_PROVINCE})')}"
    )
    strangers = _people(f"range({NOT_REGISTERED_FROM}, {NOT_REGISTERED_FROM + others})")
    connection.execute(f"""
        CREATE TABLE rostered AS
        WITH chosen AS (SELECT * FROM own ORDER BY hash(id, 'roster') LIMIT {registered}),
        kin AS (SELECT *, row_number() OVER (ORDER BY hash(id, 'kin')) AS number FROM own ANTI JOIN chosen USING (id)
            ORDER BY number LIMIT {others // 25}),
        stranger AS (SELECT *, row_number() OVER (ORDER BY hash(id, 'as kin')) AS number FROM {strangers}),
        of_kin AS (
            SELECT s.id,
                if(s.number % 2 = 0, left(k.nik, 12) || lpad((right(k.nik, 4)::INTEGER + 1)::VARCHAR, 4, '0'), s.nik) AS nik,
                if(s.number % 2 = 0, given(s.id, k.woman) || regexp_extract(k.name, ' [A-Z]+$'), k.name) AS name,
                if(s.number % 2 = 0, k.birth_date, s.birth_date) AS birth_date, k.village_code, k.woman
            FROM stranger AS s JOIN kin AS k USING (number)
        )
        SELECT id, nik, name, birth_date, village_code, woman, nik AS truth, 0 AS copy FROM chosen
        UNION ALL (SELECT id, nik, name, birth_date, village_code, woman, nik, 1 FROM chosen ORDER BY hash(id, 'twice') LIMIT {twice})
        UNION ALL SELECT id, nik, name, birth_date, village_code, woman, NULL, 0 FROM of_kin
        UNION ALL (SELECT id, nik, name, birth_date, village_code, woman, NULL, 0 FROM stranger ANTI JOIN of_kin USING (id)
            ORDER BY id LIMIT {others - others // 25 - twice})
    """)
    # A number that somebody in the register has is no stranger's.
    connection.execute("DELETE FROM rostered WHERE truth IS NULL AND nik IN (SELECT nik FROM own)")
    connection.execute(f"CREATE TABLE sent AS {_sent_query()}")
    for name, columns in (
        ("roster", "row_id, name, nik_as_written, birth_date, village_code"),
        ("truth", "row_id, truth AS nik"),
    ):
        connection.execute(
            f"COPY (SELECT {columns} FROM sent ORDER BY row_id) TO '{folder / name}.parquet' (FORMAT parquet)"
        )


def _sent_query() -> str:
    """What lists make of people; `case` draws which part of a hundred a row falls into."""
    nik_at = NIK_MISSING + NIK_DAMAGED
    return f"""
    WITH drawn AS (
        SELECT *, row_number() OVER (ORDER BY hash(id, copy, 'order')) AS row_id, id * 2 + copy AS draw FROM rostered
    ), spelled AS (
        SELECT draw AS spelled_draw, min(replace(name, usual, others[1 + floor(part(draw, 'spelling') * len(others))::INTEGER])) AS spelling
        FROM drawn JOIN spellings ON list_contains(string_split(name, ' '), usual) GROUP BY draw
    ), cases AS (
        SELECT *, part(draw, 'nik') * 100 AS nik_case, part(draw, 'name') * 100 AS name_case,
            part(draw, 'birth') * 100 AS birth_case, part(draw, 'place') * 100 AS place_case,
            1 + floor(part(draw, 'at') * 15)::INTEGER AS place, 2 + floor(part(draw, 'letter') * (len(name) - 2))::INTEGER AS letter
        FROM drawn LEFT JOIN spelled ON spelled_draw = draw
    )
    SELECT row_id, truth,
        CASE
            WHEN nik_case < {NIK_MISSING} THEN NULL
            WHEN nik_case < {NIK_MISSING} + 2 THEN nik[1] || ',' || nik[2:6] || 'E+15'
            WHEN nik_case < {NIK_MISSING} + 4.5 THEN nik[1:15] || '0'
            WHEN nik_case < {NIK_MISSING} + 5.5 THEN nik[1:place - 1] || nik[place + 1:]
            WHEN nik_case < {NIK_MISSING} + 7.5 THEN nik[1:place - 1] || ((nik[place]::INTEGER + 1 + draw % 9) % 10) || nik[place + 1:]
            WHEN nik_case < {NIK_MISSING} + 8.5 THEN nik[1:place - 1] || nik[place + 1] || nik[place] || nik[place + 2:]
            WHEN nik_case < {nik_at} THEN (SELECT o.nik FROM own AS o WHERE o.id = (draw * 7919) % {MEMBERS_OF_PROVINCE})
            ELSE nik END AS nik_as_written,
        CASE
            WHEN name_case >= {NAME_VARIANTS} THEN name
            WHEN name_case < 5 THEN titles_before_words()[1 + draw % len(titles_before_words())] || name
            WHEN name_case < 11 THEN name || titles_after_words()[1 + draw % len(titles_after_words())]
            WHEN name_case < 19 THEN coalesce(spelling, lower(name))
            WHEN name_case < 22 THEN regexp_replace(name, ' ([A-Z])[A-Z]+$', ' \\1.')
            WHEN name_case < 24 THEN regexp_replace(name, ' [A-Z]+$', '')
            WHEN name_case < 26 THEN name[1:letter - 1] || name[letter + 1:]
            WHEN name_case < 28 THEN name[1:letter - 1] || chr(65 + (draw % 26)::INTEGER) || name[letter + 1:]
            WHEN woman THEN regexp_extract(name, '^[A-Z]+') || ' ' || word(family_words(), draw, 'husband')
            ELSE regexp_replace(name, '^([A-Z]+) ([A-Z]+)', '\\2 \\1') END AS name,
        CASE
            WHEN birth_case < {BIRTH_MISSING} THEN NULL
            WHEN birth_case < {BIRTH_MISSING} + 1 THEN coalesce(try_cast(strftime(birth_date, '%Y-%d-%m') AS DATE), birth_date)
            WHEN birth_case < {BIRTH_MISSING} + 2.5 THEN coalesce(try_cast(strftime(birth_date, '%Y-%m-') || lpad(((day(birth_date) + 9) % 28 + 1)::VARCHAR, 2, '0') AS DATE), birth_date)
            WHEN birth_case < {BIRTH_MISSING + BIRTH_DAMAGED} THEN date_trunc('year', birth_date)::DATE
            ELSE birth_date END AS birth_date,
        CASE
            WHEN place_case < {OTHER_DISTRICT} THEN villages()[1 + draw % len(villages())]
            WHEN place_case < {OTHER_DISTRICT + OTHER_VILLAGE} THEN list_filter(villages(), lambda v: v[1:5] = village_code[1:5])[1 + draw % 40]
            ELSE village_code END AS village_code
    FROM cases"""


def _villages() -> list[str]:
    path = ROOT / "src/coverage_lib/reference/data/regions/regions_babel.csv"
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return sorted(row["code"] for row in rows if row["code"].count(".") == 3)


if __name__ == "__main__":
    main()
