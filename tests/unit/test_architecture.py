"""Imports only point left in this order, and only cli reads the clock and the environment."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "coverage_lib"
ORDER = (
    "errors fingerprint yaml_reading colours periods source_settings service_points office config reference tables sources intake engines indicators linkage "
    "suppression roster_figures receipts disclosure mart_folder marts present handover kernels briefing release demo cli"
).split()
# The generator knows what extracts look like, not what is made of them.
DEMO_MAY_IMPORT = {
    "errors",
    "yaml_reading",
    "periods",
    "config",
    "reference",
    "tables",
    "sources",
    "demo",
}
# A forked kernel is given the environment that its client asks for, and what its imports add.
GIVE_ENVIRONMENT = {"kernels/become.py", "kernels/warm.py"}
CLOCK_AND_ENVIRONMENT = {
    "date.today", "datetime.now", "datetime.today", "datetime.utcnow", "ibis.now", "ibis.today",
    "os.environ", "os.getenv", "Path.home", "time.time", "time.time_ns",
}  # fmt: skip


def imported_modules(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def arrows_to_the_right(part: str, code: str) -> list[str]:
    ours = [name.split(".") for name in imported_modules(ast.parse(code))]
    targets = [
        (name[1:] or ["the package itself"])[0] for name in ours if name[0] == "coverage_lib"
    ]
    allowed = DEMO_MAY_IMPORT if part == "demo" else set(ORDER[: ORDER.index(part) + 1])
    return [f"{part} imports {target}" for target in targets if target not in allowed]


def reads_of_the_world(code: str) -> list[str]:
    """What of clock and environment the code names, by the last two words of each name."""
    tree = ast.parse(code)
    used = {".".join(name.split(".")[-2:]) for name in imported_modules(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            used.add(f"{owner}.{node.attr}")
    return sorted(used & CLOCK_AND_ENVIRONMENT)


def parts() -> list[tuple[str, Path]]:
    """Every file with the part that it belongs to, but for the package's own __init__.

    That one gathers what a notebook uses, from all parts.
    """
    files = [path.relative_to(SOURCE) for path in sorted(SOURCE.rglob("*.py"))]
    named = [(path.parts[0].removesuffix(".py"), SOURCE / path) for path in files]
    return [(part, path) for part, path in named if part != "__init__"]


def test_imports_point_left() -> None:
    found = [
        f"{path.relative_to(SOURCE)}: {arrow}"
        for part, path in parts()
        if part in ORDER
        for arrow in arrows_to_the_right(part, path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


def test_only_cli_reads_the_clock_and_the_environment() -> None:
    found = [
        f"{path.relative_to(SOURCE)} reads {name}"
        for part, path in parts()
        if part != "cli" and path.relative_to(SOURCE).as_posix() not in GIVE_ENVIRONMENT
        for name in reads_of_the_world(path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


def test_every_part_has_its_place_in_the_order() -> None:
    assert {part for part, _ in parts()} <= set(ORDER)
    assert len(parts()) > len(ORDER) // 2, "no source was found: the tests above saw nothing"


def test_a_wrong_arrow_and_a_clock_are_noticed() -> None:
    assert arrows_to_the_right("present", "from coverage_lib.briefing import render")
    assert arrows_to_the_right("present", "def late():\n    import coverage_lib.cli")
    assert arrows_to_the_right("intake", "from coverage_lib import Month")
    assert arrows_to_the_right("demo", "from coverage_lib.intake import store")
    assert not arrows_to_the_right("present", "from coverage_lib.disclosure import Releasable")
    assert reads_of_the_world("import datetime\ndatetime.date.today()") == ["date.today"]
    assert reads_of_the_world("from os import environ") == ["os.environ"]
