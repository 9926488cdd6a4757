"""The generated pages of the documentation: `python tests/documents.py` writes them (`make docs`).

An indicator's page is its definition, what is published of it, and the very tables that its
spec tests run. It lives among the tests because it reads them.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

from spec_files import PROJECT, Spec, SpecFile, spec_files

from coverage_lib.indicators.definitions import Definition, definitions, sections
from coverage_lib.suppression.families import load_families
from coverage_lib.tables import load_table, table_names
from coverage_lib.tables.dictionary import Column, Table

GENERATED = "<!-- Made by `make docs`; do not edit. -->\n"
LEVEL_WORDS = {
    "none": "not published",
    "provinsi": "province (provinsi)",
    "kabupaten": "district (kabupaten/kota)",
    "kecamatan": "sub-district (kecamatan)",
    "desa": "village (desa/kelurahan)",
}
STORED = {
    "keep": "as it is",
    "drop": "nothing",
    "pseudonym": "a pseudonym",
    "year": "the year only",
}


def markdown(table: list[list[str]]) -> str:
    def line(cells: list[str]) -> str:
        escaped = (cell.replace("|", "\\|").replace("\n", "<br>") for cell in cells)
        return "| " + " | ".join(escaped) + " |"

    heading, *rows = table
    return "\n".join([line(heading), line(["---"] * len(heading)), *map(line, rows)]) + "\n"


def published_levels(name: str) -> dict[str, str]:
    """Dimension -> lowest published region level; empty where families.yaml sets none."""
    families = load_families()
    if name in families.open:
        return dict(families.open[name] or {})
    for family in families.families:
        if name in family.counts:
            count = family.counts[name]
            return dict.fromkeys(count.open, "desa") | dict(count.levels)
        if name in family.follow:
            needed = family.follow[name]
            dimensions = needed if isinstance(needed, Mapping) else family.counts[needed[0]].levels
            found = {}
            for dimension in dimensions:
                counts = family.needed_for(name, dimension, "")
                if all(of in family.counts[count].levels for count, of, _ in counts):
                    found[dimension] = families.lowest_level(name, dimension)
            return found
    return {}


def indicator_page(one: Definition, files: tuple[SpecFile, ...]) -> str:
    rows = [["", "English", "Bahasa Indonesia"]]
    for field in ("numerator", "denominator", "scope", "source", "caveat"):
        texts = getattr(one, field)
        rows.append([field, texts["en"], texts["id"]])
    levels = published_levels(one.name)
    parts = [
        f"# {one.title['en']}\n",
        GENERATED,
        f"*{one.title['id']}* · `{one.name}` · unit: `{one.unit}`\n",
        markdown(rows),
    ]
    parts.append("## What is published\n")
    if not levels:
        parts.append("All that is computed, see [disclosure](../disclosure.md).\n")
    else:
        parts.append("Down to the level named; small counts are withheld, see "
                     "[disclosure](../disclosure.md).\n")  # fmt: skip
        table = [[dimension, LEVEL_WORDS[level]] for dimension, level in levels.items()]
        parts.append(markdown([["by", "lowest level"], *table]))
    parts.append("## What the tests demand\n")
    for file in files:
        if one.name in file.indicators:
            parts += _spec_parts(one.name, file)
    return "\n".join(parts)


def _spec_parts(name: str, file: SpecFile) -> Iterator[str]:
    """The file's tests with something to look at, then the names of the others."""
    place = file.path.relative_to(PROJECT)
    yield f"From [`{place}`](../../{place}): {file.text}\n"
    for constant, table in file.shared_of(name).items():
        yield f"*{constant.replace('_', ' ').lower()}*\n"
        yield markdown(table)
    shown = [spec for spec in file.of(name) if spec.tables or spec.demands]
    for spec in shown:
        yield from _spec_part(spec)
    others = [spec for spec in file.of(name) if spec not in shown]
    if others:
        yield "Also tested there:\n"
        yield "\n".join(f"- {_sentence(spec)}. {spec.text}".rstrip() for spec in others) + "\n"


def _spec_part(spec: Spec) -> Iterator[str]:
    yield f"### {_sentence(spec)}\n"
    if spec.text:
        yield spec.text + "\n"
    yield from map(markdown, spec.tables)
    if spec.demands:
        yield markdown([["figure", "expected"], *map(list, spec.demands)])
    if spec.assertions and not spec.is_parametrised:
        code = "\n".join(spec.assertions)
        yield f"<details><summary>as the test says it</summary>\n\n```\n{code}\n```\n\n</details>\n"


def _sentence(spec: Spec) -> str:
    return spec.sentence[:1].upper() + spec.sentence[1:]


def index_page() -> str:
    parts = ["# Indicators\n", GENERATED]
    for section in sections():
        parts.append(f"## {section.title['en']} ({section.title['id']})\n")
        rows = [["indicator", "Bahasa Indonesia", "unit", "by"]]
        for name in section.indicators:
            one = definitions()[name]
            link = f"[{one.title['en']}]({name}.md)"
            by = ", ".join(published_levels(name)) or "all that is computed"
            rows.append([link, one.title["id"], f"`{one.unit}`", by])
        parts.append(markdown(rows))
    return "\n".join(parts)


def dictionary_page() -> str:
    parts = [
        "# Data dictionary\n",
        GENERATED,
        textwrap.dedent("""\
            What comes in, and what is kept of it. *Must* says whether the column has to be there, or
            even hold a value in every row. An identifier is never stored as it is.
            """),
    ]
    for name in table_names():
        table = load_table(name)
        key = f"key {', '.join(f'`{part}`' for part in table.key)}" if table.key else "no key"
        parts.append(f"## {table.title['en']} (`{name}`)\n")
        parts.append(f"*{table.title['id']}* · a row is {table.grain['en']} · {key}\n")
        parts.append(markdown(_columns(table)))
    return "\n".join(parts)


def _columns(table: Table) -> list[list[str]]:
    rows = [["column", "English", "Bahasa Indonesia", "type", "must", "sensitivity", "store keeps"]]
    for column in table.columns:
        must = "value" if column.not_null else "column" if column.required else ""
        rows.append(
            [f"`{column.name}`", column.label["en"], column.label["id"], _type(column), must,
             column.sensitivity, _stored(column)]
        )  # fmt: skip
    return rows


def _type(column: Column) -> str:
    codes = ", ".join(dict.fromkeys(column.codes.values()))
    return f"{column.type}: {codes}" if codes else column.type


def _stored(column: Column) -> str:
    renamed = f" as `{column.store_as}`" if column.store_as != column.name else ""
    return STORED[column.store] + (renamed if column.store != "drop" else "")


def pages() -> dict[Path, str]:
    """Every generated page by its path."""
    files = spec_files()
    folder = PROJECT / "docs" / "indicators"
    made = {
        folder / f"{name}.md": indicator_page(one, files) for name, one in definitions().items()
    }
    made[folder / "README.md"] = index_page()
    made[PROJECT / "docs" / "data-dictionary.md"] = dictionary_page()
    return made


def write() -> None:
    made = pages()
    folder = PROJECT / "docs" / "indicators"
    folder.mkdir(exist_ok=True)
    for path in set(folder.glob("*.md")) - set(made):
        path.unlink()
    for path, text in made.items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
