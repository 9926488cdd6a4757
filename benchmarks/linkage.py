"""A roster with known truth linked by several ways, side by side: `python -m benchmarks.linkage`.

Every run is a process of its own, from start to end, imports included, on the same files.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.process import Used, run_within
from benchmarks.report import write_into

ROOT = Path(__file__).parents[1]
BEGIN = "<!-- benchmark of the linkage: written by make bench-linkage -->"
END = "<!-- end of the benchmark of the linkage -->"
LABELS = {
    "ours": "Cakupan",
    "nik_equal": "NIK equal",
    "name_and_birth_date": "NIK equal, else name and birth date equal",
    "splink_default": "Splink, default settings",
}
MEMBERS = (144_070, 1_000_000, 10_000_000)
#: Beyond this Splink's default settings compare more pairs than there is room for.
MOST_FOR_SPLINK = 1_000_000
HEADING = (
    "| members | way | seconds | CPU seconds | peak memory | precision | recall | recall with the queue "
    "| in the queue | false pairs | of these by name and birth date |"
)
PUBLIC_HEADING = "| FEBRL 4, 5,000 against 5,000 | way | precision | recall | recall with the queue | in the queue |"


@dataclass(frozen=True)
class Quality:
    """How good what was found is. `precision` is of what was accepted without a human; `recall` is of the
    registered rows, `with_queue` counts those whose first candidate is the right one.
    """

    precision: float
    recall: float
    with_queue: float
    queue_share: float
    false_pairs: int
    false_by_name: int
    first_half: float
    second_half: float


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    lines = [HEADING, "|" + "---|" * HEADING.count(" | ") + "---|"]
    for members in options.members:
        register = folder / f"register_{members}.parquet"
        _make(folder, members)
        for way in options.ways:
            if way == "splink_default" and members > MOST_FOR_SPLINK:
                continue
            lines.append(_run(way, members, register, folder, options))
    if options.public is not None:
        lines += ["", PUBLIC_HEADING, "|---|---|---|---|---|---|"]
        lines += _public_rows(options.public.resolve(), folder, options)
    text = "\n".join(lines)
    print(text)
    if options.write is not None:
        write_into(options.write, text, BEGIN, END)
    return 0


def measure(found: Path, truth: Path) -> Quality:
    """What a way found against the truth, both by row_id."""
    with duckdb.connect() as connection:
        (row,) = connection.execute(f"""
            WITH judged AS (
                SELECT found.*, truth.nik AS truth, found.nik = truth.nik AS fits,
                    place_in_queue <= median(place_in_queue) OVER () AS is_early
                FROM '{truth}' AS truth LEFT JOIN '{found}' AS found USING (row_id)
            )
            SELECT count(*) FILTER (is_certain AND fits) / greatest(count(*) FILTER (is_certain), 1),
                count(*) FILTER (is_certain AND fits) / count(truth), count(*) FILTER (fits) / count(truth),
                count(*) FILTER (NOT is_certain) / count(*),
                count(*) FILTER (is_certain AND fits IS NOT true),
                count(*) FILTER (is_certain AND fits IS NOT true AND contains(rule, 'name') AND NOT contains(rule, 'nik')),
                coalesce(avg(coalesce(fits, false)::INTEGER) FILTER (is_early), 0),
                coalesce(avg(coalesce(fits, false)::INTEGER) FILTER (NOT is_early), 0)
            FROM judged""").fetchall()
    return Quality(*row)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", nargs="+", type=int, default=list(MEMBERS))
    parser.add_argument("--ways", nargs="+", choices=list(LABELS), default=list(LABELS))
    parser.add_argument("--limit", type=float, default=20.0, help="GB beyond which a run is ended")
    parser.add_argument("--folder", type=Path, default=ROOT / "data" / "bench")
    parser.add_argument(
        "--public", type=Path, help="folder of the public set (benchmarks/README.md)"
    )
    parser.add_argument("--write", type=Path, help="document that gets the table")
    return parser.parse_args(arguments)


def _make(folder: Path, members: int) -> None:
    """In a process of its own: what it needed is not counted in the peaks of those that follow."""
    command = [sys.executable, "-m", "benchmarks.linkage_people", str(folder), str(members)]
    subprocess.run(command, cwd=ROOT, check=True)


def _link(way: str, register: Path, roster: Path, found: Path, limit: float) -> Used:
    command = [
        sys.executable,
        "-m",
        "benchmarks.linkages",
        way,
        str(register),
        str(roster),
        str(found),
    ]
    return run_within(command, ROOT, limit)


def _run(way: str, members: int, register: Path, folder: Path, options: argparse.Namespace) -> str:
    found = folder / f"found_{way}.parquet"
    used = _link(way, register, folder / "roster.parquet", found, options.limit)
    if used.is_out_of_memory:
        return f"| {members:,} | {LABELS[way]} | not finished: out of memory | | | | | | | | |"
    quality = measure(found, folder / "truth.parquet")
    halves = f"{100 * quality.first_half:.0f} % and {100 * quality.second_half:.0f} %"
    print(
        f"bench: {members:,}, {LABELS[way]}: {used.seconds:.1f} s"
        + (f"; right in both halves of the queue: {halves}" if quality.queue_share else ""),
        file=sys.stderr,
    )
    return (
        f"| {members:,} | {LABELS[way]} | {used.seconds:.1f} | {used.cpu_seconds:.1f} "
        f"| {used.peak_mb / 1000:.2f} GB | {_shares(quality)} | {quality.false_pairs:,} "
        f"| {quality.false_by_name:,} |"
    )


def _shares(quality: Quality) -> str:
    return (
        f"{quality.precision:.4f} | {quality.recall:.4f} | {quality.with_queue:.4f} "
        f"| {100 * quality.queue_share:.1f} %"
    )


def _public_rows(public: Path, folder: Path, options: argparse.Namespace) -> Iterator[str]:
    """Our rules, unchanged, on people of another country; once with their number and once without."""
    for with_number, label in ((True, "with its number"), (False, "without a number")):
        roster, register, truth = _public_set(public, folder, with_number=with_number)
        found = folder / "found_public.parquet"
        for way in ("ours", "splink_default"):
            _link(way, register, roster, found, options.limit)
            yield f"| {label} | {LABELS[way]} | {_shares(measure(found, truth))} |"


def _public_set(public: Path, folder: Path, *, with_number: bool) -> tuple[Path, Path, Path]:
    """The two files of the set as roster, register and truth. Its number of seven digits stands at the end
    of sixteen; state, postal code and suburb make a place.
    """
    number = "'110101010' || lpad(soc_sec_id, 7, '0')"
    as_written = number if with_number else "NULL::VARCHAR"
    place = """lpad((hash(state) % 90 + 10)::VARCHAR, 2, '0') || '.' || coalesce(left(postcode, 2), '00') || '.'
        || coalesce(right(postcode, 2), '00') || '.' || lpad((hash(suburb) % 9999 + 1)::VARCHAR, 4, '0')"""
    person = """concat_ws(' ', given_name, surname) AS name,
        try_strptime(date_of_birth, '%Y%m%d')::DATE AS birth_date"""
    row_id = "regexp_extract(rec_id, 'rec-([0-9]+)-', 1)::BIGINT"
    row_id_of_b = row_id.replace("rec_id", "b.rec_id")
    number_of_a = number.replace("soc_sec_id", "a.soc_sec_id")
    same = "a.rec_id = replace(b.rec_id, 'dup-0', 'org')"
    paths = tuple(folder / f"public_{name}.parquet" for name in ("roster", "register", "truth"))
    queries = (
        f"SELECT {row_id} AS row_id, {person}, {as_written} AS nik_as_written, {place} AS village_code FROM b",
        f"SELECT {number} AS nik, {person}, {place} AS village_code FROM a",
        f"SELECT {row_id_of_b} AS row_id, {number_of_a} AS nik FROM b JOIN a ON {same}",
    )
    with duckdb.connect() as connection:
        for name in ("a", "b"):
            connection.execute(
                f"CREATE VIEW {name} AS FROM read_csv('{public}/febrl4{name}.csv', all_varchar = true, header = true)"
            )
        for path, query in zip(paths, queries, strict=True):
            connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return paths[0], paths[1], paths[2]


if __name__ == "__main__":
    sys.exit(main())
