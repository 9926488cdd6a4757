"""National ids of a roster and of the register: equal, one slip of the hand apart, or other people's."""

from __future__ import annotations

import ibis.expr.types as ir

#: What `relation_sql` says of a number as a roster has it and the whole number of a member.
EQUAL, ONE_SLIP, TWO_SLIPS, BEGINS, UNKNOWN, DIFFERS = NATIONAL_ID_RELATIONS = (
    "equal", "one_slip", "two_slips", "begins", "unknown", "differs",
)  # fmt: skip
_SCIENTIFIC = r"^[0-9]([.,][0-9]+)?[Ee][+]?[0-9]+$"
_FEWEST_DIGITS = 5  # fewer say nothing of anybody
_SERIAL = 4  # the last digits tell apart who was born on one day in one sub-district


def mark_registered(roster: ir.Table, memberships: ir.Table) -> ir.Table:
    """The roster with `is_registered`: the pseudonym of the NIK is that of a covered person.

    `memberships` are those that cover their holder, any number a person. A post without a
    usable NIK is not registered: to say of someone that they are covered when they are not is
    the worse error.
    """
    # The roster is short: only its own persons are picked out of the register.
    covered = memberships.semi_join(roster, "person_key")
    keys = covered.select(covered_key="person_key").distinct()
    joined = roster.left_join(keys, roster.person_key == keys.covered_key)
    return joined.mutate(is_registered=joined.covered_key.notnull()).drop("covered_key")


def written_digits_sql(text: str) -> str:
    """The digits that are left of a number as a list has it, for comparing and never as a number.

    Of scientific notation (`1,97101E+15`) those before the exponent; null where fewer than five
    are left. Blanks, quotes and labels around digits go, and the `.0` of a spreadsheet.
    """
    bare = f"regexp_replace({text}, '[^0-9.,Ee+]', '', 'g')"
    mantissa = f"regexp_replace({bare}, '[Ee].*$', '')"
    whole = f"regexp_replace({bare}, '[.,]0+$', '')"
    digits = (
        f"regexp_replace(CASE WHEN regexp_matches({bare}, '{_SCIENTIFIC}') THEN {mantissa} "
        f"ELSE {whole} END, '[^0-9]', '', 'g')"
    )
    return f"CASE WHEN len({digits}) >= {_FEWEST_DIGITS} THEN {digits} END"


def relation_sql(written: str, whole: str) -> str:
    """One of NATIONAL_ID_RELATIONS: digits as written against the sixteen of a member.

    One slip is a digit mistyped, left out or too many, or two neighbours exchanged; a last digit
    that a spreadsheet made 0 is one. Two slips count only where the last four digits are the same:
    neighbouring serials are other people's. `begins`: a spreadsheet took the end away, and what is
    left (or all but a serial that it made 0000) is how the member's begins. Everything else that is
    there differs: no slip leads from one to the other.
    """
    same_length = f"len({written}) = 16"
    is_near = f"CASE WHEN {same_length} THEN hamming({written}, {whole}) <= 4 ELSE true END"
    distance = f"damerau_levenshtein({written}, {whole})"
    return f"""CASE
        WHEN {written} IS NULL OR {whole} IS NULL THEN '{UNKNOWN}'
        WHEN {written} = {whole} THEN '{EQUAL}'
        WHEN len({written}) < 14 THEN
            CASE WHEN starts_with({whole}, {written}) THEN '{BEGINS}' ELSE '{DIFFERS}' END
        WHEN NOT {is_near} THEN '{DIFFERS}'
        WHEN {distance} = 1 THEN '{ONE_SLIP}'
        WHEN {same_length} AND right({written}, {_SERIAL}) = '0000' AND left({written}, 12) = left({whole}, 12)
            THEN '{BEGINS}'
        WHEN {distance} = 2 AND right({written}, {_SERIAL}) = right({whole}, {_SERIAL}) THEN '{TWO_SLIPS}'
        ELSE '{DIFFERS}' END"""


def slip_in_serial_sql(written: str, whole: str) -> str:
    """Whether two numbers of sixteen digits differ in their last four alone, as those of twins do."""
    return f"(len({written}) = 16 AND left({written}, 12) = left({whole}, 12))"


def birth_date_sql(written: str) -> str:
    """The birth date within sixteen digits, null where they hold none.

    Whoever stands in a roster works: years up to 15 are of this century, all others of the last.
    """
    day = f"(substr({written}, 7, 2)::INTEGER % 40)"
    year = f"substr({written}, 11, 2)::INTEGER"
    text = (
        f"(CASE WHEN {year} <= 15 THEN 2000 ELSE 1900 END + {year})::VARCHAR || '-' || "
        f"substr({written}, 9, 2) || '-' || lpad({day}::VARCHAR, 2, '0')"
    )
    return f"CASE WHEN len({written}) = 16 THEN try_cast({text} AS DATE) END"
