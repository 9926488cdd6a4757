"""Spec tests as a reader meets them: their tables, the figures they demand, the errors they expect.

Read from the source, so that a page shows what really runs. Nothing is executed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).parents[1]
TextTable = list[list[str]]
#: Written small in the names of tests, where Python wants it so.
_ABBREVIATIONS = re.compile(r"\b(jkk|jkm|jht|jp|jkp|pu|bpu|nik|kpj|sdg|idr)\b")


@dataclass(frozen=True)
class Spec:
    """One test of a spec file: its name as a sentence, what it says, the tables it runs, the figures
    and errors it demands, and the assertions that are neither, as code.

    A table is a list of lines, each a list of cells; the first line is the heading.
    """

    sentence: str
    text: str
    tables: tuple[TextTable, ...]
    demands: tuple[tuple[str, str], ...]
    assertions: tuple[str, ...]
    source: str

    @property
    def is_parametrised(self) -> bool:
        return "parametrize(" in self.source


@dataclass(frozen=True)
class SpecFile:
    """A file of tests/spec that names its INDICATORS, with the tables that its tests share."""

    path: Path
    text: str
    indicators: tuple[str, ...]
    shared: Mapping[str, TextTable]
    specs: tuple[Spec, ...]
    helpers: str

    def of(self, indicator: str) -> list[Spec]:
        """Tests that name the indicator, and those that name none of the file's."""
        return [
            spec
            for spec in self.specs
            if _names(spec, indicator) or not any(_names(spec, name) for name in self.indicators)
        ]

    def shared_of(self, indicator: str) -> dict[str, TextTable]:
        """The shared tables that these tests use, by name or through the file's own functions."""
        used = "\n".join([self.helpers, *(spec.source for spec in self.of(indicator))])
        return {
            name: table for name, table in self.shared.items() if re.search(rf"\b{name}\b", used)
        }

    def has_table(self, indicator: str) -> bool:
        return bool(self.shared_of(indicator)) or any(spec.tables for spec in self.of(indicator))


def _names(spec: Spec, indicator: str) -> bool:
    return f'"{indicator}"' in spec.source


@cache
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
    reading = _Reading(dict(_short_texts(tree)))
    shared = {
        name: table for name, value in constants.items() for table in reading.text_tables(value)
    }
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    tests = [node for node in functions if node.name.startswith("test_")]
    return SpecFile(
        path,
        ast.get_docstring(tree) or "",
        tuple(ast.literal_eval(named)) if named else (),
        shared,
        tuple(reading.spec(node, _source(code, node)) for node in tests),
        "\n".join(ast.unparse(node) for node in functions if node not in tests),
    )


def _source(code: str, node: ast.FunctionDef) -> str:
    """The test with its decorators."""
    parts = [*node.decorator_list, node]
    return "\n".join(ast.get_source_segment(code, part) or "" for part in parts)


def _short_texts(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Constants of one line, by name: texts, and days as they are written."""
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name() as name], value=value):
                pairs = [(name, value)]
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                pairs = list(zip(names, values, strict=True))
            case _:
                continue
        for name, value in pairs:
            text = _day(value) or (value.value if isinstance(value, ast.Constant) else None)
            if isinstance(name, ast.Name) and isinstance(text, str) and "\n" not in text.strip():
                yield name.id, text


def _day(node: ast.expr) -> str:
    match node:
        case ast.Call(func=ast.Name(id="date"), args=[year, month, day]):
            numbers = [ast.literal_eval(part) for part in (year, month, day)]
            return "{:04d}-{:02d}-{:02d}".format(*numbers)
    return ""


@dataclass(frozen=True)
class _Reading:
    """Reads the tests of one file, which knows these short texts by name (a village, a heading)."""

    texts: Mapping[str, str]

    def spec(self, node: ast.FunctionDef, source: str) -> Spec:
        meant = {
            line.targets[0].id: line.value
            for line in node.body
            if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name)
        }
        demands: list[tuple[str, str]] = []
        assertions: list[str] = []
        for part in ast.walk(node):
            if isinstance(part, ast.Assert):
                found = list(self.figures_demanded(part.test, meant))
                demands += found
                if not found:
                    assertions.append("assert " + ast.unparse(_Shortened().visit(part.test)))
            elif isinstance(part, ast.withitem):
                demands += self.errors_expected(part.context_expr)
        return Spec(
            _ABBREVIATIONS.sub(lambda found: found[0].upper(),
                               node.name.removeprefix("test_").replace("_", " ")),
            ast.get_docstring(node) or "",
            (*self.parametrised(node), *(one for line in node.body for one in self.text_tables(line))),
            tuple(demands),
            tuple(assertions),
            source,
        )  # fmt: skip

    def text_tables(self, node: ast.AST) -> Iterator[TextTable]:
        """The texts in a piece of code that are tables: the same cells in each of several lines.

        A table without its heading has that of the file's constant HEAD.
        """
        text = self.text_of(node)
        if isinstance(node, ast.Name) or (text is None and isinstance(node, ast.JoinedStr)):
            return
        if text is None:
            for child in ast.iter_child_nodes(node):
                yield from self.text_tables(child)
            return
        lines = [line.split("|") for line in text.strip("\n").splitlines() if line.strip()]
        if lines and len(lines[0]) > 1 and len({len(line) for line in lines}) == 1:
            table = [[cell.strip() for cell in line] for line in lines]
            heading = [cell.strip() for cell in self.texts.get("HEAD", "").split("|")]
            if len(heading) == len(table[0]) and heading != table[0]:
                table = [heading, *table]
            if len(table) > 1:
                yield table

    def text_of(self, node: ast.AST) -> str | None:
        """A text, its short names filled in; None for what is none or holds something else."""
        match node:
            case ast.Constant(value=str() as text):
                return text
            case ast.Name(id=name) if name in self.texts:
                return self.texts[name]
            case ast.FormattedValue(value=value):
                return self.text_of(value)
            case ast.JoinedStr(values=parts):
                told = [self.text_of(part) for part in parts]
                return None if None in told else "".join(part or "" for part in told)
        return None

    def parametrised(self, node: ast.FunctionDef) -> Iterator[TextTable]:
        """The cases of `pytest.mark.parametrize`, with the names of the arguments as heading."""
        for decorator in node.decorator_list:
            match decorator:
                case ast.Call(
                    func=ast.Attribute(attr="parametrize"),
                    args=[names, ast.List(elts=cases) | ast.Tuple(elts=cases), *_],
                ):
                    heading = ast.literal_eval(names)
                    heading = heading.split(",") if isinstance(heading, str) else heading
                    rows = [case.elts if isinstance(case, ast.Tuple) and len(heading) > 1 else [case]
                            for case in cases]  # fmt: skip
                    if all(len(row) == len(heading) for row in rows):
                        yield [
                            [name.strip().replace("_", " ") for name in heading],
                            *([self.cell(one) for one in row] for row in rows),
                        ]

    def cell(self, node: ast.expr) -> str:
        """A value as a person writes it: numbers with their thousands, several things in a row."""
        text = self.text_of(node)
        if text is not None:
            return text
        match node:
            case ast.Constant(value=bool() as value):
                return "yes" if value else "no"
            case ast.Constant(value=None) | ast.Name(id="NAN"):
                return "–"
            case ast.Constant(value=int() | float() as number):
                return f"{number:,}"
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return f"−{self.cell(operand)}"
            case ast.Dict(keys=keys, values=values):
                pairs = zip(keys, values, strict=True)
                return "; ".join(f"{self.cell(k)} {self.cell(v)}" for k, v in pairs if k) or "none"
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
                return "; ".join(self.cell(part) for part in parts) or "none"
            case ast.Call(func=ast.Name(id="date")):
                return _day(node)
            case ast.Call(func=ast.Name(id="set"), args=[]):
                return "none"
            case ast.Call(func=ast.Attribute(attr="approx"), args=[about, *_]):
                return self.cell(about)
        return ast.unparse(node)

    def figures_demanded(
        self, test: ast.expr, meant: Mapping[str, ast.expr]
    ) -> Iterator[tuple[str, str]]:
        """`figure(rows, "coverage", of="19")["value"] == 5` as ("coverage, of 19", "5")."""
        match test:
            case ast.Compare(left=ast.Tuple(elts=asked), ops=[ast.Eq()],
                             comparators=[ast.Tuple(elts=values)]) if len(asked) == len(values):  # fmt: skip
                found = [self.what_is_asked(one, meant) for one in asked]
                if None not in found:
                    yield from ((str(what), self.cell(value))
                                for what, value in zip(found, values, strict=True))  # fmt: skip
            case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
                what = self.what_is_asked(left, meant)
                if what is not None and isinstance(right, ast.Dict):
                    for key, value in zip(right.keys, right.values, strict=True):
                        if key is not None:
                            yield f"{what}, {self.cell(key)}", self.cell(value)
                elif what is not None:
                    yield what, self.cell(right)

    def what_is_asked(self, node: ast.expr, meant: Mapping[str, ast.expr]) -> str | None:
        """What a figure is of, in words; None for anything that is not asked of figures."""
        match node:
            case ast.Name(id=name) if name in meant:
                return self.what_is_asked(meant[name], meant)
            case ast.Subscript(value=inner, slice=ast.Constant(value=str() as part)):
                what = self.what_is_asked(inner, meant)
                return what if what is None or part == "value" else f"{what}, {part}"
            case ast.Call(
                func=ast.Name(id="figure" | "figures"), args=[_, indicator], keywords=more
            ):
                more = [word for given in more for word in _words(given, meant)]
                told = [self.cell(word.value) if word.arg == "category" else
                        f"{(word.arg or '').replace('dimension', 'by')} {self.cell(word.value)}"
                        for word in more]  # fmt: skip
                return ", ".join([self.cell(indicator), *told])
        return None

    def errors_expected(self, node: ast.expr) -> Iterator[tuple[str, str]]:
        match node:
            case ast.Call(func=ast.Attribute(attr="raises"), keywords=[ast.keyword(value=said)]):
                text = self.text_of(said)
                if text is not None:
                    yield "error", text.replace("\\", "").replace(".*", "…")


def _words(given: ast.keyword, meant: Mapping[str, ast.expr]) -> Iterator[ast.keyword]:
    """A keyword, or those in a dictionary that the test made for several questions."""
    source = meant.get(given.value.id) if isinstance(given.value, ast.Name) else None
    if given.arg is None and isinstance(source, ast.Dict):
        for key, value in zip(source.keys, source.values, strict=True):
            if isinstance(key, ast.Constant):
                yield ast.keyword(arg=str(key.value), value=value)
    else:
        yield given


class _Shortened(ast.NodeTransformer):
    """Tables are shown beside the assertion and need not stand in it."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        is_long = isinstance(node.value, str) and "\n" in node.value
        return ast.Name("…") if is_long else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        return ast.Name("…") if "\\n" in ast.unparse(node) else node
