"""The whole pull: map, check, resolve places, pseudonymise, quarantine, store."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from benchmarks.pulls.task import KEY, MEMORY_LIMIT, PERIOD, Outcome
from coverage_lib.config import load_settings
from coverage_lib.intake.pseudonyms import PseudonymKey
from coverage_lib.intake.pull import PullOptions, pull
from coverage_lib.periods import Month
from coverage_lib.reference.regions import load_regions

_CONFIGURATION = """
regions = []
[folders]
incoming = "."
store = "store"
quarantine = "quarantine"
reports = "reports"
notebooks = "notebooks"
reference = "reference"
key_file = "key"
[office]
id = "x"
en = "x"
[profiles.office]
province = "19"
[profiles.office.engine]
memory_limit = "{memory}"
[[profiles.office.sources]]
table = "participants"
files = "{name}"
"""


def bring_in(extract: Path, out: Path, memory: str = MEMORY_LIMIT) -> Outcome:
    out.mkdir()
    beside = out / extract.name
    for path in (extract, extract.with_name(f"{extract.name}.source.yml")):
        (out / path.name).hardlink_to(path)
    (out / "cakupan.toml").write_text(
        _CONFIGURATION.format(name=beside.name, memory=memory), encoding="utf-8"
    )
    settings = load_settings(out)
    regions = load_regions(settings.regions)
    stored, _ = pull(
        settings,
        settings.profile("office"),
        Month.parse(PERIOD),
        regions,
        PseudonymKey(KEY),
        lambda _: None,
        PullOptions(date(2025, 6, 3)),
        lambda _: None,
    )
    (account,) = stored.account.tables
    return Outcome(account.received, account.accepted)
