"""Contributions beside the law and the register: what cannot be right is counted, never dropped."""

from datetime import date

import ibis.expr.types as ir
import pandas as pd
import pytest
from bills import inputs_of, paid_list
from text_tables import figures, register

from coverage_lib.errors import ReferenceDataError
from coverage_lib.indicators.contributions.measures import contribution_measures
from coverage_lib.reference.contributions import (
    bpu_contribution,
    construction_wage_contribution,
    wage_contributions,
)

INDICATORS = ("contribution_mismatch", "contribution_findings")

MAY = date(2025, 5, 1)
HELD = """person | card | segment | programmes
    Ani  | A | PU    | JKK JKM JHT JP
    Budi | B | PU    | JKK JKM
    Cici | C | BPU   | JKK JKM
    Dodi | D | JAKON | JKK JKM
    Edi  | E | PMI   | JKK JKM"""


def measured(text: str, held: str | None = HELD) -> pd.DataFrame:
    tables: dict[str, ir.Table] = {"contributions": paid_list(text)}
    if held is not None:
        tables["participants"] = register(held, date(2025, 6, 1))
    return pd.concat(contribution_measures(inputs_of(**tables), "1"))


def finding(card: str, wage: int, paid: int, month: str = "2025-05") -> str:
    """What the one row of a list is found to be."""
    rows = measured(f"""person | card | month | wage | paid
        {card} | {card} | {month} | {wage} | {paid}""")
    mismatch = figures(rows, "contribution_mismatch", dimension="finding")
    found = [name for name, count in mismatch.items() if count]
    return found[0] if found else "lawful"


@pytest.mark.parametrize(
    ("card", "wage", "paid", "found"),
    [
        # 5,000,000 with all programmes: JKK 0.12 % (half of 0.24 %, PP 7/2025) to 1.74 %, JKM 0.3 %,
        # JHT 5.7 %, JP 3 %.
        ("A", 5_000_000, 456_000, "lawful"),
        ("A", 5_000_000, 455_990, "below_legal"),
        ("A", 5_000_000, 537_000, "lawful"),
        ("A", 5_000_000, 537_010, "above_legal"),
        # JP stops at a wage of 10,547,400: 20,000,000 x 6.12 % + 316,422.
        ("A", 20_000_000, 1_540_422, "lawful"),
        ("A", 20_000_000, 1_540_410, "below_legal"),
        # Without JHT and JP: 0.42 % to 2.04 %.
        ("B", 5_000_000, 21_000, "lawful"),
        ("B", 5_000_000, 102_000, "lawful"),
        ("B", 5_000_000, 456_000, "above_legal"),
        # The self-employed: 1 % of the band's 1,000,000 and Rp6,800.
        ("C", 1_050_000, 16_800, "lawful"),
        ("C", 1_050_000, 16_700, "below_legal"),
        ("C", 1_100_000, 16_800, "below_legal"),  # the next band, 1,200,000
        # Construction: 1.74 % and 0.3 % of the wage.
        ("D", 4_000_000, 81_600, "lawful"),
        ("D", 4_000_000, 81_000, "below_legal"),
        # Not in the register: anything a wage earner may owe, from JKK and JKM alone to everything.
        ("X", 5_000_000, 21_000, "lawful"),
        ("X", 5_000_000, 537_000, "lawful"),
        ("X", 5_000_000, 537_100, "above_legal"),
        ("A", 0, 0, "lawful"),
    ],
)  # fmt: skip
def test_a_row_beside_the_law(card: str, wage: int, paid: int, found: str):
    assert finding(card, wage, paid) == found


def test_what_the_calculators_say_is_lawful():
    """The limits hold every amount that `reference.contributions` can compute, of any class and scale."""
    lines = ["person | card | month | wage | paid"]
    for wage in (1_234_567, 3_876_600, 10_547_401, 33_333_333):
        for risk in ("sangat_rendah", "sedang", "sangat_tinggi"):
            for scale in ("mikro", "kecil", "menengah_besar"):
                owed = wage_contributions(wage, risk, scale, MAY)
                paid = owed.total_idr - owed.paid_by("government")
                lines.append(f"X | X | 2025-05 | {wage} | {paid}")
        lines.append(
            f"C | C | 2025-05 | {wage} | {bpu_contribution(wage, ['JKK', 'JKM'], MAY).total_idr}"
        )
        lines.append(
            f"D | D | 2025-05 | {wage} | {construction_wage_contribution(wage, MAY).total_idr}"
        )
    rows = measured("\n".join(lines))
    assert figures(rows, "contribution_mismatch")["total"] == 0


def test_counted_by_month_over_the_rows_that_can_be_checked():
    """Migrant workers owe nothing by the month: their row is not checked."""
    rows = measured("""person | card | month | wage | paid
        Ani  | A | 2025-04 | 5,000,000 | 1
        Ani  | A | 2025-05 | 5,000,000 | 500,000
        Budi | B | 2025-05 | 5,000,000 | 1
        Edi  | E | 2025-05 | 5,000,000 | 1""")
    by_month = figures(rows, "contribution_mismatch", dimension="month")
    assert by_month == {"2025-04": 1, "2025-05": 1}
    total = rows[(rows["indicator"] == "contribution_mismatch") & (rows["category"] == "total")]
    assert total["denominator"].tolist() == [3]


def test_overlapping_unregistered_and_cardless_rows():
    rows = measured("""person | card | month | wage | paid
        Ani  | A | 2025-05 | 5,000,000 | 500,000
        Ani  | Z | 2025-05 | 5,000,000 | 500,000
        Ani  |   | 2025-05 | 5,000,000 | 500,000
        Ani  | A | 2025-04 | 5,000,000 | 500,000
        Budi | B | 2025-05 | 5,000,000 | 50,000""")
    assert figures(rows, "contribution_findings") == {
        "overlapping": 2, "not_in_register": 1, "without_card": 1,
    }  # fmt: skip


def test_two_employers_at_once_are_no_overlap():
    rows = measured("""person | card | employer | month | wage | paid
        Ani  | A | e1 | 2025-05 | 5,000,000 | 500,000
        Ani  | B | e2 | 2025-05 | 5,000,000 | 50,000
        Ani  | A | e2 | 2025-05 | 5,000,000 | 500,000""")
    assert figures(rows, "contribution_findings")["overlapping"] == 1


@pytest.mark.parametrize("other", ["BPU", "JAKON", "PMI"])
def test_a_card_in_several_segments_is_judged_as_a_wage_earners(other: str):
    """The list is of employers; by the table of the self-employed it would be far above the law."""
    held = f"""person | card | segment | programmes
        Ani | A | {other} | JKK JKM
        Ani | A | PU      | JKK JKM JHT JP"""
    rows = measured(
        """person | card | month | wage | paid
        Ani | A | 2025-05 | 5,000,000 | 456,000""",
        held,
    )
    assert set(figures(rows, "contribution_mismatch", dimension="finding").values()) == {0}


def test_without_a_register_nothing_is_said_about_it():
    rows = measured(
        """person | card | month | wage | paid
        Ani | A | 2025-05 | 5,000,000 | 500,000""",
        held=None,
    )
    assert set(figures(rows, "contribution_findings")) == {"overlapping", "without_card"}


def test_a_month_without_its_rule_names_the_rule():
    with pytest.raises(
        ReferenceDataError, match=r"rules/jp_wage_ceiling_idr.yml has no value for 2052"
    ):
        finding("A", 5_000_000, 500_000, month="2052-05")
