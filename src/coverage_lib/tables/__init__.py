"""The data dictionary: what each table holds, one YAML file a table, one entry a column."""

from coverage_lib.tables.dictionary import (
    CODE_SYSTEMS,
    Column,
    RegionColumns,
    Table,
    load_table,
    normalise_header,
    pseudonym_domains,
    table_names,
)

__all__ = [
    "CODE_SYSTEMS",
    "Column",
    "RegionColumns",
    "Table",
    "load_table",
    "normalise_header",
    "pseudonym_domains",
    "table_names",
]
