"""The figures that were published of the reference month, and how one is found among measures."""

from __future__ import annotations

from datetime import date

import pandas as pd
from projects import PERIOD, ROOT

ENROLMENT, CLAIMS = date(2025, 6, 1), date(2025, 6, 17)


def observations() -> pd.DataFrame:
    frame = pd.read_csv(
        ROOT / "data/reference/bpjstk_observations.csv",
        dtype={"region_code": str, "note": str, "scope": str},
        keep_default_na=False,
    )
    return frame.assign(date=[date.fromisoformat(day) for day in frame["date"]])


def published(name: str, day: date, scope: str | None = None) -> float:
    frame = observations()
    found = frame[
        (frame["indicator"] == name) & (frame["date"] == day) & (frame["region_code"] == "19")
    ]
    if scope is not None:
        found = found[found["scope"] == scope]
    assert len(found) == 1, f"{name} on {day}: {len(found)} rows"
    return float(found["value"].iloc[0])


def value(rows: pd.DataFrame, indicator: str, **where: object) -> float:
    chosen = rows[rows["indicator"] == indicator]
    usual = {"dimension": "total", "region_code": "19", "period": PERIOD}
    for name, wanted in (usual | where).items():
        chosen = chosen[chosen[name].astype(str) == str(wanted)]
    assert len(chosen) == 1, f"{indicator} {where}: {len(chosen)} rows"
    assert chosen["status"].iloc[0] == "available"
    return float(chosen["value"].iloc[0])
