"""How many of an earlier month's list have been registered since: counts, from keys and not from names.

A list is what a month's linkage found not registered or lapsed; who needs a look is on none. Of each row
two pseudonyms are kept in the roster area, of the national id and of name, birth date and village. Their
domains are their own: nobody can join them to the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from ibis.backends.duckdb import Backend

from coverage_lib.indicators.participation.participants import is_active
from coverage_lib.intake.pseudonyms import PseudonymKey, add_key_table, pseudonym
from coverage_lib.linkage.decisions import ACTIVE, LAPSED, NOT_REGISTERED
from coverage_lib.linkage.names import with_names
from coverage_lib.linkage.roster_area import PROGRESS_SCHEMA
from coverage_lib.periods import Month

_NUMBER, _PERSON = "roster_number", "roster_person"
_KEYED, _COVERED, _EARLIER = "progress_keyed", "progress_covered", "progress_earlier"


@dataclass(frozen=True)
class EarlierList:
    """The keys of an earlier month's list."""

    period: Month
    keys: Path


@dataclass(frozen=True)
class Follower:
    """Knows the rows of this month's rosters by their keys. `rows`, `decisions` and `members` are
    relations of the connection, as `roster_link` makes them; `deaths` has the `kpj` of memberships for which
    a death benefit was paid.
    """

    connection: Backend
    rows: str
    decisions: str
    members: str
    deaths: str | None = None

    def prepare(self, key: PseudonymKey) -> None:
        """Make the keys of all rows; has to come first. `written_key` is of the national id as it stands there,
        `nik_key` is null where that is a member's for whom the row was not accepted.
        """
        con = self.connection.con
        con.execute(f"""
            CREATE OR REPLACE TEMP TABLE progress_rows AS
            SELECT row_id, village_code, position, outcome, named.nik AS nik,
                named.nik IS NOT DISTINCT FROM decided.member
                    OR named.nik NOT IN (SELECT nik FROM {self.members} WHERE nik IS NOT NULL) AS is_own,
                CASE WHEN name_key <> '' AND birth_date IS NOT NULL
                    THEN concat_ws('|', name_key, birth_date, village_code) END AS person
            FROM {with_names(self.rows)} AS named
                JOIN (SELECT row_id, outcome, nik AS member FROM {self.decisions}) AS decided USING (row_id)
        """)
        keys = add_key_table(self.connection, key, [_NUMBER, _PERSON])
        joined = self.connection.table("progress_rows").cross_join(keys)
        keyed = joined.mutate(
            written_key=pseudonym(joined.nik, _NUMBER, keys),
            person_key=pseudonym(joined.person, _PERSON, keys),
        )
        keyed = keyed.mutate(nik_key=keyed.is_own.ifelse(keyed.written_key, None)).select(
            "row_id", "village_code", "position", "outcome", "written_key", "nik_key", "person_key"
        )
        self.connection.create_table(_KEYED, keyed, temp=True, overwrite=True)
        con.execute("DROP TABLE progress_rows")

    def write_keys(self, path: Path) -> None:
        """The list of this month, for the months to come: no names, no numbers."""
        found = self.connection.con.sql(f"""
            SELECT village_code, position, nik_key, person_key FROM {_KEYED}
            WHERE outcome IN ('{NOT_REGISTERED}', '{LAPSED}') ORDER BY row_id
        """).to_arrow_table()
        pq.write_table(found, path)

    def since(self, earlier: Sequence[EarlierList], month: Month, day: date) -> pa.Table:
        """Rows of PROGRESS_SCHEMA: of each earlier list how many are covered on `day`, by village and position.

        Covered is whose national id a covering membership has, or who stands in this month's rosters
        as registered and active. By name, birth date and village only where one of the two rows has
        no national id, or both the same. Nobody is counted whom a row of this month, found the same way, calls
        anything but active: to count somebody who is not covered is the worse error.
        """
        parts = []
        if earlier:
            self._find_covered(day)
        for one in earlier:
            self.connection.con.register(_EARLIER, pq.read_table(one.keys))
            parts.append(self._count(one.period, month, day))
            self.connection.con.unregister(_EARLIER)
        return pa.concat_tables([PROGRESS_SCHEMA.empty_table(), *parts])

    def _find_covered(self, day: date) -> None:
        """The keys of members who are covered on a day and for whom no death benefit was paid."""
        members = self.connection.table(self.members)
        if self.deaths:
            died = members.semi_join(self.connection.table(self.deaths), "kpj").select("nik")
            members = members.anti_join(died, "nik")
        covering = members.filter(is_active(members, day)).select("nik").distinct()
        keys = self.connection.table("pseudonym_key")
        joined = covering.cross_join(keys)
        self.connection.create_table(
            _COVERED,
            joined.select(nik_key=pseudonym(joined.nik, _NUMBER, keys)),
            temp=True,
            overwrite=True,
        )

    def _count(self, listed: Month, month: Month, day: date) -> pa.Table:
        found = self.connection.con.sql(f"""
            WITH active AS (FROM {_KEYED} WHERE outcome = '{ACTIVE}'),
            others AS (FROM {_KEYED} WHERE outcome <> '{ACTIVE}'), judged AS (
                SELECT village_code, position,
                    (nik_key IN (SELECT nik_key FROM {_COVERED} WHERE nik_key IS NOT NULL)
                    OR nik_key IN (SELECT nik_key FROM active WHERE nik_key IS NOT NULL)
                    OR EXISTS (FROM active WHERE active.person_key = {_EARLIER}.person_key
                        AND coalesce(active.nik_key = {_EARLIER}.nik_key, true)))
                    AND NOT EXISTS (FROM others WHERE others.written_key = {_EARLIER}.nik_key)
                    AND NOT EXISTS (FROM others WHERE others.person_key = {_EARLIER}.person_key
                        AND coalesce(others.written_key = {_EARLIER}.nik_key, true)) AS is_covered
                FROM {_EARLIER}
            )
            SELECT '{listed}' AS list_month, '{month}' AS month, DATE '{day}' AS as_of,
                village_code, position,
                count(*) AS listed, count(*) FILTER (is_covered) AS registered_since
            FROM judged GROUP BY ALL ORDER BY ALL
        """).to_arrow_table()
        return found.cast(PROGRESS_SCHEMA)
