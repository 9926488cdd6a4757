"""The data dictionary: what each table holds, one YAML file a table, one entry a column."""

from coverage_lib.source_settings import CODE_SYSTEMS
from coverage_lib.tables.dictionary import (
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
