"""The data dictionary: every table loads, nothing that identifies a person is kept."""

from collections import defaultdict

import pytest

from coverage_lib.errors import ConfigError
from coverage_lib.tables import load_table, normalise_header, table_names
from coverage_lib.tables.dictionary import _column

TABLES = [load_table(name) for name in table_names()]
COLUMNS = [
    pytest.param(table, column, id=f"{table.name}.{column.name}")
    for table in TABLES
    for column in table.columns
]
#: Words that name what may stand in the store only as a pseudonym, a year, or not at all.
IDENTIFYING = {"nik", "kpj", "npp", "name", "birth_date", "child_nik", "child_name",
               "decision_number"}  # fmt: skip


def good_entry(**changes):
    return {
        "label": {"id": "Kolom", "en": "Column"},
        "type": "text",
        "sensitivity": "public",
        "store": "keep",
        "aliases": ["KOLOM"],
    } | changes


def test_there_are_tables_to_look_at():
    assert len(TABLES) >= 10
    assert sum(len(table.columns) for table in TABLES) > 60


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_is_whole(table):
    names = [column.name for column in table.columns]
    assert set(table.title) == set(table.grain) == {"id", "en"}
    assert set(table.key) <= set(names)
    assert table.number_style in {"indonesian", "plain"}
    assert any(column.required for column in table.columns)
    if table.region is not None:
        code = [] if table.region.code is None else [table.region.code]
        assert code or table.region.names
        assert {*code, *table.region.names} <= set(names)
        assert table.region.column not in {c.store_as for c in table.columns if c.store != "drop"}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_no_two_columns_of_a_table_have_one_header_or_one_place_in_the_store(table):
    headers = [
        alias
        for column in table.columns
        for alias in {normalise_header(alias) for alias in column.aliases}
    ]
    places = [column.store_as for column in table.columns if column.store != "drop"]
    assert len(headers) == len(set(headers))
    assert len(places) == len(set(places))


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_column_is_whole_and_an_identifier_is_never_kept(table, column):
    assert set(column.label) == {"id", "en"}
    assert column.aliases
    assert all(normalise_header(alias) for alias in column.aliases)
    assert (column.type == "code") == bool(column.codes)
    if column.sensitivity == "identifier":
        assert column.store != "keep"
    if column.type in {"nik", "kpj"} or column.name in IDENTIFYING:
        assert column.sensitivity == "identifier"
    if column.store == "pseudonym":
        assert column.store_as.endswith("_key")
    if column.store == "year":
        assert column.type == "date"


def test_one_name_means_one_type_and_one_sensitivity_in_every_table():
    meanings = defaultdict(dict)
    for table in TABLES:
        for column in table.columns:
            meanings[column.name].setdefault((column.type, column.sensitivity), []).append(
                table.name
            )
    assert {name: found for name, found in meanings.items() if len(found) > 1} == {}


def test_the_sector_of_an_employer_has_the_same_codes_in_the_register_and_on_a_bill():
    tables = ("participants", "contribution_billing")
    found = [load_table(table).column("employer_sector") for table in tables]
    assert found[0].codes == found[1].codes
    assert found[0].on_invalid == found[1].on_invalid == "keep_without"


def test_one_kind_of_number_has_one_pseudonym_in_every_table():
    names = defaultdict(set)
    for table in TABLES:
        for column in table.columns:
            if column.store == "pseudonym":
                names[column.name].add(column.store_as)
    assert all(len(found) == 1 for found in names.values()), names


def test_what_persons_are_told_apart_by_is_never_missing():
    """Rows without it would count as one person, however many there are."""
    assert load_table("participants").column("nik").not_null


def test_a_table_that_is_not_there_names_those_that_are():
    with pytest.raises(ConfigError, match="claims"):
        load_table("klaim")


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "number"},
        {"sensitivity": "secret"},
        {"store": "hash"},
        {"on_invalid": "ignore"},
        {"sensitivity": "identifier", "store": "keep"},
    ],
    ids=str,
)
def test_a_wrong_entry_is_refused_when_it_is_read(wrong):
    with pytest.raises(ConfigError, match=r"tables/daftar\.yml, kolom"):
        _column("daftar", "kolom", good_entry(**wrong))


def test_headers_are_the_same_without_case_blanks_and_punctuation():
    spellings = ["No. KPJ", "NO_KPJ", "no kpj", " NO\nKPJ ", "No-KPJ"]
    assert {normalise_header(spelling) for spelling in spellings} == {"NOKPJ"}
    assert load_table("participants").column("kpj").accepts_header("no_kpj")
    assert not load_table("participants").column("kpj").accepts_header("NO")
