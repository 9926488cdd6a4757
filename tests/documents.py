"""The generated pages of the documentation: `python tests/documents.py` writes them (`make docs`).

An indicator's page is its definition, what is published of it, and the very tables that its
spec tests run. It lives among the tests because it reads them.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from coverage_lib.indicators.definitions import Definition, definitions, sections
from coverage_lib.suppression.families import load_families
from coverage_lib.tables import load_table, table_names
from coverage_lib.tables.dictionary import Column, Table

PROJECT = Path(__file__).parents[1]
GENERATED = "<!-- Made by `make docs`; do not edit. -->\n"
LEVEL_WORDS = {
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


@dataclass(frozen=True)
class Spec:
    """One test of a spec file: its name as a sentence, what it says, the tables it runs, and what it
    asserts of them.

    A table is a list of lines, each a list of cells; the first line is the heading.
    """

    sentence: str
    text: str
    tables: tuple[list[list[str]], ...]
    demands: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class SpecFile:
    """A file of tests/spec that names its INDICATORS, with the tables that its tests share."""

    path: Path
    text: str
    indicators: tuple[str, ...]
    shared: Mapping[str, list[list[str]]]
    specs: tuple[Spec, ...]

    def of(self, indicator: str) -> list[Spec]:
        """Tests that name the indicator, and those that name none of the file's."""
        return [
            spec
            for spec in self.specs
            if _names(spec, indicator) or not any(_names(spec, name) for name in self.indicators)
        ]

    def has_table(self, indicator: str) -> bool:
        return bool(self.shared) or any(spec.tables for spec in self.of(indicator))


def _names(spec: Spec, indicator: str) -> bool:
    return f'"{indicator}"' in spec.source


def spec_files(folder: Path = PROJECT / "tests" / "spec") -> tuple[SpecFile, ...]:
    found = (read_spec_file(path) for path in sorted(folder.glob("test_*.py")))
    return tuple(file for file in found if file.indicators)


def read_spec_file(path: Path) -> SpecFile:
    code = path.read_text(encoding="utf-8")
    tree = ast.parse(code)
    constants = {
        node.targets[0].id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    named = constants.get("INDICATORS")
    shared = {name: table for name, value in constants.items() for table in text_tables_in(value)}
    specs = [
        Spec(
            node.name.removeprefix("test_").replace("_", " "),
            ast.get_docstring(node) or "",
            (*parametrised(node), *(table for line in node.body for table in text_tables_in(line))),
            tuple(demands_of(node)),
            ast.get_source_segment(code, node) or "",
        )
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    return SpecFile(
        path,
        ast.get_docstring(tree) or "",
        tuple(ast.literal_eval(named)) if named else (),
        shared,
        tuple(specs),
    )


def text_tables_in(node: ast.AST) -> Iterator[list[list[str]]]:
    """The texts in a piece of code that are tables: two lines or more, the same cells in each."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            lines = [line.split("|") for line in part.value.strip().splitlines()]
            if len(lines) > 1 and len(lines[0]) > 1 and len({len(line) for line in lines}) == 1:
                yield [[cell.strip() for cell in line] for line in lines]


def parametrised(node: ast.FunctionDef) -> Iterator[list[list[str]]]:
    """The cases of `pytest.mark.parametrize`, with the names of the arguments as heading."""
    for decorator in node.decorator_list:
        match decorator:
            case ast.Call(
                func=ast.Attribute(attr="parametrize"),
                args=[names, ast.List(elts=cases) | ast.Tuple(elts=cases), *_],
            ):
                heading = ast.literal_eval(names)
                heading = heading.split(",") if isinstance(heading, str) else heading
                rows = [case.elts if isinstance(case, ast.Tuple) else [case] for case in cases]
                if all(len(row) == len(heading) for row in rows):
                    yield [
                        [name.strip() for name in heading],
                        *([_cell(one) for one in row] for row in rows),
                    ]


def demands_of(node: ast.FunctionDef) -> Iterator[str]:
    """The assertions of a test, long texts shortened, and the errors that it expects."""
    for part in ast.walk(node):
        if isinstance(part, ast.Assert):
            yield "assert " + ast.unparse(_Shortened().visit(part.test))
        elif isinstance(part, ast.withitem):
            yield ast.unparse(part.context_expr)


class _Shortened(ast.NodeTransformer):
    """Tables are shown beside the assertion and need not stand in it."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        is_long = isinstance(node.value, str) and "\n" in node.value
        return ast.Name("…") if is_long else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        return ast.Name("…") if "\\n" in ast.unparse(node) else node


def _cell(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ast.unparse(node)


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
    if levels:
        parts.append("## What is published\n")
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
    place = file.path.relative_to(PROJECT)
    yield f"From [`{place}`](../../{place}): {file.text}\n"
    for constant, table in file.shared.items():
        yield f"`{constant}`\n"
        yield markdown(table)
    for spec in file.of(name):
        yield f"### {spec.sentence[:1].upper()}{spec.sentence[1:]}\n"
        if spec.text:
            yield spec.text + "\n"
        yield from map(markdown, spec.tables)
        if spec.demands:
            yield "```\n" + "\n".join(spec.demands) + "\n```\n"


def index_page() -> str:
    parts = ["# Indicators\n", GENERATED]
    for section in sections():
        parts.append(f"## {section.title['en']} ({section.title['id']})\n")
        rows = [["indicator", "Bahasa Indonesia", "unit", "by"]]
        for name in section.indicators:
            one = definitions()[name]
            link = f"[{one.title['en']}]({name}.md)"
            rows.append([link, one.title["id"], f"`{one.unit}`", ", ".join(published_levels(name))])
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
