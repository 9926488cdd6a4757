"""Claims told from small figures made by hand, for tests of what is said about them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from builders import CLAIMS_AS_OF, COLUMNS, make_releasable, make_row

from coverage_lib.present.plain import inline_text


def figures_of_claims(code):
    """Everything that the notebook shows beside what `make_releasable` holds, in round numbers."""
    rows = []

    def add(indicator, unit, dimension="total", /, **values):
        for category, value in values.items():
            more = value if isinstance(value, dict) else {"value": value}
            held = more.pop("value")
            rows.append(
                make_row(
                    indicator, code, held, unit, dimension=dimension, category=category.replace("_to_", "-"),
                    as_of=CLAIMS_AS_OF, scope="all", **more,
                )
            )  # fmt: skip

    add("claims_paid", "claims", "segment", PU=900, BPU=80, JAKON=10, PMI=0, unknown=0)
    add("claims_amount_idr", "idr", "segment", PU=7_000_000_000, BPU=600_000_000, JAKON=90_000_000)
    add("claims_amount_idr", "idr", "segment", PMI=0, unknown=0)
    add("claims_paid", "claims", "benefit_type", jaminan_hari_tua=500, beasiswa=20, uang_tunai=0)
    add(
        "claims_amount_idr", "idr", "benefit_type", jaminan_hari_tua=5_000_000_000,
        beasiswa=330_000_000, uang_tunai=0,
    )  # fmt: skip
    for month, count in enumerate((200, 300, 100, 150, 160, 80), start=1):
        add("claims_paid", "claims", "month", **{f"2031-{month:02d}": count})
    add("benefit_mean_idr", "idr", total=7_800_000)
    add("benefit_median_idr", "idr", total=2_500_000)
    add("benefit_mean_idr", "idr", "programme", JHT=10_000_000, JKM=42_000_000)
    add("benefit_median_idr", "idr", "programme", JHT=9_000_000, JKM=42_000_000)
    per_thousand = "claims_per_1000_persons"
    add("claim_frequency", per_thousand, total={"value": 33.0, "denominator": 30_000.4})
    add("claim_frequency", per_thousand, "programme", JHT={"value": 25.125, "denominator": 20_000})
    add("claim_frequency", per_thousand, "programme", JP={"value": 40.0, "denominator": 7_500})
    covered = {
        "denominator_source": "contribution_billing",
        "denominator_vintage": "2031-01..2031-05",
    }
    add("claim_ratio", "percent", total={"value": 38.0, **covered})
    for name, value in (("JKM", 130.0), ("JHT", 45.0), ("JKK", 20.0), ("JKP", None)):
        add("claim_ratio", "percent", "programme", **{name: {"value": value, **covered}})
    add("claim_ratio", "percent", "segment", PU={"value": 37.0, **covered})
    add(
        "claims_within_term", "percent", total={"value": 82.5, "numerator": 330, "denominator": 400}
    )
    add(
        "claims_within_term", "percent", "programme",
        JHT={"value": 80.0, "numerator": 240, "denominator": 300},
    )  # fmt: skip
    for name, median, high in (
        ("total", 3, 6),
        ("JKM", 2.5, 3),
        ("JHT", 3, 6),
        ("JKK", 1, 1),
        ("JP", 2, 9),
    ):
        kind = "total" if name == "total" else "programme"
        add("payment_days_median", "working_days", kind, **{name: median})
        add("payment_days_p90", "working_days", kind, **{name: high})
    add("pending_claims", "claims", total=60)
    add("pending_claims", "claims", "programme", JHT=40, JKK=20)
    for band, count in (("0-3", 30), ("4-5", 20), ("16-30", 10), ("8-15", None), ("61+", 0)):
        add("pending_claims", "claims", "age_band", **{band: count})
    add("pending_days_median", "working_days", total=3.5)
    add("contributions_due_idr", "idr", total=20_000_000_000)
    add("contributions_collected_idr", "idr", total=19_000_000_000)
    add("contributions_due_idr", "idr", "programme", JHT=12_000_000_000, JKK=8_000_000_000)
    add("contributions_collected_idr", "idr", "programme", JHT=11_500_000_000, JKK=7_500_000_000)
    add("collection_rate", "percent", total=95.0)
    add(
        "employer_compliance", "percent", total={"value": 90.0, "numerator": 90, "denominator": 100}
    )
    add("employer_compliance_on_time", "percent", total=85.0)
    add("accounts_in_arrears", "accounts", total=12)
    add("accounts_in_arrears", "accounts", "arrears_age", **{"13-24": 2, "7-12": 10})
    add("arrears_idr", "idr", total=50_000_000)
    add("subsidised_participants", "persons", total=300)
    add("subsidised_participants", "persons", "funder", csr=100, village_budget=200)
    add("subsidised_months", "months", "funder", csr=150, village_budget=400)
    add("claims_above_maximum", "claims", total=5)
    add("claims_above_maximum_idr", "idr", total=3_750_000)
    return rows


def of_children(releasable):
    """Three children with claims, the last of them hidden, and an unknown one with two."""
    rows = []
    for number, child in enumerate(releasable.children[:3]):
        for name, unit, size in (
            ("claims_paid", "claims", 100),
            ("claim_frequency", "claims_per_1000_persons", 7),
        ):
            row = make_row(
                name, child.code, size * (number + 1), unit, scope="all", as_of=CLAIMS_AS_OF
            )
            rows.append(hidden(row) if number == 2 else row)
    unknown = [child for child in releasable.children if child.is_unknown]
    rows += [make_row("claims_paid", one.code, 2, "claims", scope="all") for one in unknown]
    return rows


def hidden(row):
    return row | {"status": "suppressed", "value": None, "numerator": None, "denominator": None}


def claims_of(level="provinsi", story="full"):
    """A region's figures; `none` is an archive without a payment, where only bills are known."""
    releasable = make_releasable(level, "full" if story == "none" else story)
    if story == "all_missing":
        return releasable
    more = [*figures_of_claims(releasable.region.code), *of_children(releasable)]
    if story == "suppressed":
        more = [hidden(row) for row in more]
    if story == "none":
        paid = {"claims_paid": "claims", "claims_amount_idr": "idr"}
        more = [
            make_row(name, releasable.region.code, 0, unit, scope="all", as_of=CLAIMS_AS_OF)
            for name, unit in paid.items()
        ]
        kept = releasable.rows[
            ~releasable.rows["indicator"].str.startswith(("claim", "scholarship"))
        ]
        releasable = replace(releasable, rows=kept)
    added = pd.DataFrame(more, columns=list(COLUMNS)).astype({"as_of": object})
    return replace(releasable, rows=pd.concat([releasable.rows, added], ignore_index=True))


def changed(releasable, indicator, value, dimension="total", category="total", **more):
    """The same figures with one of them replaced; None makes it a suppressed one."""
    rows = releasable.rows.copy()
    chosen = (
        (rows["indicator"] == indicator)
        & (rows["region_code"] == releasable.region.code)
        & (rows["dimension"] == dimension)
        & (rows["category"] == category)
        & (rows["period"] == "2031-06")
    )
    assert chosen.sum() == 1, (indicator, dimension, category)
    rows.loc[chosen, "value"] = value
    rows.loc[chosen, "status"] = "suppressed" if value is None else "available"
    for name, one in more.items():
        rows.loc[chosen, name] = one
    return replace(releasable, rows=rows)


def without(releasable, *indicators, period=None):
    rows = releasable.rows
    chosen = rows["indicator"].isin(indicators)
    if period is not None:
        chosen &= rows["period"] == period
    return replace(releasable, rows=rows[~chosen])


def said(part, releasable, language="en"):
    found = [
        inline_text(block["children"])
        for block in part(releasable, language).blocks
        if block["kind"] in ("paragraph", "note")
    ]
    return " ".join(found)


def blocks_of(part, releasable, kind, language="en"):
    return [block for block in part(releasable, language).blocks if block["kind"] == kind]


def rows_of(table):
    return [[cell["text"] for cell in row["cells"]] for row in table["rows"]]
