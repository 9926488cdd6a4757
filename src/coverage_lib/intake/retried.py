"""Rejected rows that come again, corrected: workbooks of their own beside the month's extracts.

    <incoming>/<month>/<profile>.corrected/<table>_<number>.xlsx
    <incoming>/<month>/<profile>.corrected/<table>_<number>.xlsx.source.yml   as of the file they came from
    <incoming>/<month>/<profile>.corrected/<table>_<number>.xlsx.rows.json    which rows of that file

The file as sent stays as it is and its row stays rejected; the corrected row is received from
the workbook. A workbook counts only while the very file is there whose rows it corrects: a
file that supersedes it may have the rows already, and they would count twice.
"""

from __future__ import annotations

import glob
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml

from coverage_lib.config import Profile, Settings
from coverage_lib.errors import SourceError, UsageError
from coverage_lib.intake.arrivals import read_ledger
from coverage_lib.intake.durable import private_folder, replace_text, sync_folder
from coverage_lib.intake.pull_account import SourceAccount
from coverage_lib.intake.quarantine import Origin, RejectedRow
from coverage_lib.intake.quarantine_workbook import ReturnedRow, returned_text, write_returned
from coverage_lib.intake.store import StoredPeriod
from coverage_lib.periods import Month
from coverage_lib.source_settings import SourceSetting
from coverage_lib.sources.catalogue import CORRECTED_SUFFIX, ROWS_SUFFIX, SIDECAR_SUFFIX, Extract


@dataclass(frozen=True)
class Retry:
    """What came of a returned workbook: files written and rows in them, rows left out and why."""

    files: tuple[Path, ...]
    corrected: int
    unchanged: int
    earlier: int
    rows: Mapping[str, tuple[ReturnedRow, ...]] = field(default_factory=dict, repr=False)


def retried_folder(profile: Profile, settings: Settings, period: Month) -> Path:
    return settings.incoming / str(period) / f"{profile.name}{CORRECTED_SUFFIX}"


def with_retried(profile: Profile, settings: Settings, period: Month) -> Profile:
    """The profile with the workbooks of corrected rows among its sources."""
    folder = retried_folder(profile, settings, period)
    if not folder.is_dir() or not folder.is_relative_to(settings.project):
        return profile
    place = glob.escape(folder.relative_to(settings.project).as_posix())
    more = [
        SourceSetting(table=table, files=f"{place}/{table}_[0-9]*.xlsx", required=False)
        for table in dict.fromkeys(source.table for source in profile.sources)
    ]
    return replace(profile, sources=(*profile.sources, *more))


def check_retried(
    extracts: Sequence[Extract], profile: Profile, settings: Settings, period: Month
) -> set[str]:
    """The names of the extracts that are corrected rows.

    Raises SourceError where the file whose rows they correct is not there as it was.
    """
    folder = retried_folder(profile, settings, period)
    present = {(extract.name, extract.sha256) for extract in extracts}
    found = set()
    for extract in extracts:
        if extract.path.parent != folder:
            continue
        try:
            document = json.loads(_beside(extract.path, ROWS_SUFFIX).read_text(encoding="utf-8"))
            of_file = (document["file"], document["sha256"])
        except (OSError, ValueError, KeyError, TypeError):
            raise SourceError(
                f"{extract.name} has no {extract.path.name}{ROWS_SUFFIX} beside it that says which "
                "rows it corrects: make it with `cakupan quarantine retry`."
            ) from None
        if of_file not in present:
            raise SourceError(
                f"{extract.name} corrects rows of {of_file[0]}, which is not there as it was: remove "
                f"the corrected rows if the file in its place has them ({extract.path.name}*), or "
                "put the file back."
            )
        found.add(extract.name)
    return found


def origins_retried(profile: Profile, settings: Settings, period: Month) -> set[Origin]:
    """The rejected rows that have come again."""
    folder = retried_folder(profile, settings, period)
    origins = set()
    for path in folder.glob(f"*.xlsx{ROWS_SUFFIX}"):
        if path.with_name(path.name.removesuffix(ROWS_SUFFIX)).is_file():
            document = json.loads(path.read_text(encoding="utf-8"))
            origins |= {Origin(document["file"], sheet, line) for sheet, line in document["rows"]}
    return origins


def sort_returned(
    returned: Iterable[ReturnedRow],
    rejected: Iterable[RejectedRow],
    stored: StoredPeriod,
    came_again: set[Origin],
) -> Retry:
    """The corrected rows by the file that they came from; unchanged ones are left out.

    Raises UsageError that names sheet and row of the workbook where a row is not one of the
    rejected rows, comes twice, or is of a file that has been superseded.
    """
    by_origin = {(row.table, row.origin): row for row in rejected}
    hashes = {source.name: source.sha256 for source in stored.account.sources}
    chosen: dict[str, list[ReturnedRow]] = {}
    seen: set[Origin] = set()
    unchanged = earlier = 0
    for row in returned:
        where = f"sheet {row.table}, row {row.row}"
        original = by_origin.get((row.table, row.origin))
        if original is None or hashes.get(row.origin.file) != row.sha256:
            raise UsageError(
                f"{where}: its file and line are not those of a rejected row of the current pull of "
                f"{stored.account.period}, profile {stored.account.profile}; give the month and profile "
                "that it was exported of, leave the columns that say where it came from as they are, or "
                "export again."
            )
        if row.origin in seen:
            raise UsageError(f"{where}: this rejected row comes twice; keep one of them.")
        seen.add(row.origin)
        if row.origin in came_again:
            earlier += 1
        elif all(
            returned_text(cell) == returned_text(original.cells.get(name))
            for name, cell in row.by_column().items()
        ):
            unchanged += 1
        else:
            chosen.setdefault(row.origin.file, []).append(row)
    rows = {name: tuple(of_file) for name, of_file in chosen.items()}
    return Retry((), sum(map(len, rows.values())), unchanged, earlier, rows)


def put_back(retry: Retry, stored: StoredPeriod, folder: Path) -> Retry:
    """Write the corrected rows as extracts of their own, a workbook for each file they came from.

    Nothing is made, no folder either, where there are none.
    """
    if not retry.rows:
        return retry
    sources = {source.name: source for source in stored.account.sources}
    came_in = [name.rpartition("/")[2] for name in read_ledger(stored.folder.parent)]
    files = []
    private_folder(folder, folder)
    for name, rows in sorted(retry.rows.items()):
        source = sources[name]
        path = folder / f"{source.table}_{_next_number(folder, source.table, came_in)}.xlsx"
        where = [[row.origin.sheet, row.origin.line] for row in rows]
        document = {"file": name, "sha256": source.sha256, "rows": where}
        replace_text(_beside(path, ROWS_SUFFIX), json.dumps(document, indent=1) + "\n")
        replace_text(_beside(path, SIDECAR_SUFFIX), _sidecar(source))
        # The workbook comes last: without it the two beside it count for nothing.
        write_returned(path, rows)
        files.append(path)
    sync_folder(folder)
    return replace(retry, files=tuple(files))


def _next_number(folder: Path, table: str, came_in: Iterable[str]) -> int:
    """A number that no workbook there has, nor one that came in and was removed since."""
    names = [*(path.name for path in folder.glob(f"{table}_*.xlsx*")), *came_in]
    names = [name for name in names if name.startswith(f"{table}_")]
    numbers = [name.removeprefix(f"{table}_").partition(".")[0] for name in names]
    return max((int(number) for number in numbers if number.isdigit()), default=0) + 1


def _sidecar(source: SourceAccount) -> str:
    content = {
        "table": source.table,
        "producer": source.producer,
        "as_of": source.as_of,
        "received": source.received,
        "simulated": source.simulated,
        "region_codes": source.region_codes,
    }
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)
