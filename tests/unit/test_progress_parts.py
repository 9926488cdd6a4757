"""Progress of lists on the village page and in the briefing: a readable table of what is said."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pymupdf
import pytest
from builders import COLUMNS, make_releasable, make_row

from coverage_lib.briefing.document import make_document
from coverage_lib.briefing.render import render_pdf
from coverage_lib.present.context import open_part
from coverage_lib.present.notebooks import briefing, village
from coverage_lib.present.parts.briefing.office_holders import (
    office_holders,
    position_and_region_chart,
)
from coverage_lib.present.parts.village.progress import followed, pace_to_all, progress_figure
from coverage_lib.present.plain import plain_text
from coverage_lib.present.traced import identifiers_in

LEVELS = ("provinsi", "kabupaten", "kecamatan", "desa")
POSITIONS = {"village_head": (4, 5), "neighbourhood_head": (0, 15)}


def with_list(level: str, since: float | None, listed: float | None, *, children: bool = True):
    """The plain figures of a level with a list of May 2031, for it and the regions within."""
    releasable = make_releasable(level)
    code = releasable.region.code

    def rows_of(region, since, listed, **more):
        value = None if since is None else 100 * since / listed
        parts = {"numerator": since, "denominator": listed, "denominator_source": "roster"}
        return make_row("roster_registered_since", region, value, "percent", scope="all", **parts, **more)  # fmt: skip

    rows = [
        rows_of(code, since, listed),
        rows_of(code, since, listed, dimension="list_month", category="2031-05"),
    ]
    if level != "desa":
        rows += [
            rows_of(code, *counts, dimension="position", category=name)
            for name, counts in POSITIONS.items()
        ]
    if children:
        known = [child for child in releasable.children if not child.is_unknown]
        rows += [rows_of(child.code, number, 20) for number, child in enumerate(known[:4])]
    added = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"as_of": object})
    return replace(releasable, rows=pd.concat([releasable.rows, added], ignore_index=True))


#: registered since | listed | Indonesian | English
TITLES = """
0  | 14 | Dari 14 jabatan yang pemegangnya belum terdaftar atau tidak aktif pada Mei 2031, belum satu pun kini aktif | Of 14 posts whose holder was not registered or had lapsed in May 2031, none is active yet
0  | 1  | Pemegang satu jabatan dalam daftar Mei 2031 masih belum aktif | The holder of the one post on the list of May 2031 is not active yet
1  | 14 | 1 dari 14 jabatan yang pemegangnya belum terdaftar atau tidak aktif pada Mei 2031 kini aktif (7,14 %) | 1 of the 14 posts whose holder was not registered or had lapsed in May 2031 is active now (7.14%)
4  | 20 | 4 dari 20 jabatan | are active now (20.00%)
20 | 20 | Semua 20 jabatan yang pemegangnya belum terdaftar atau tidak aktif pada Mei 2031 kini aktif | All 20 posts whose holder was not registered or had lapsed in May 2031 are active now
1  | 1  | Pemegang satu jabatan dalam daftar Mei 2031 kini aktif | The holder of the one post on the list of May 2031 is active now
"""


def cases():
    for line in TITLES.strip().splitlines():
        since, listed, indonesian, english = (cell.strip() for cell in line.split("|"))
        yield int(since), int(listed), "id", indonesian
        yield int(since), int(listed), "en", english


@pytest.mark.parametrize(("since", "listed", "language", "said"), list(cases()))
def test_the_title_states_the_finding(since, listed, language, said):
    drawn = progress_figure(open_part(with_list("desa", since, listed), language))
    assert drawn is not None
    assert said in drawn["caption"].replace("\u00a0", " ")


@pytest.mark.parametrize("level", LEVELS)
def test_unknown_and_not_followed_show_nothing(level):
    for releasable in (with_list(level, None, None, children=False), make_releasable(level)):
        assert followed(releasable) is None
        assert progress_figure(open_part(releasable, "id")) is None
        assert "roster-progress" not in repr(office_holders(releasable, "id").blocks)


def test_the_chart_of_the_province_has_positions_and_regions_the_furthest_first():
    context = open_part(with_list("provinsi", 4, 20), "en")
    positions, regions = position_and_region_chart(context).groups
    assert [row.text for row in positions] == ["80.00%", "0.00%"]
    assert [row.text for row in regions] == ["15.00%", "10.00%", "5.00%", "0.00%"]


def test_every_number_carries_its_figure():
    drawn = progress_figure(open_part(with_list("desa", 4, 20), "en"))
    assert any("roster_registered_since" in one for one in identifiers_in(drawn))
    assert drawn is not None
    assert "4 of 20, 16 to go" in drawn["alt"]


def test_the_pace_reaches_all_by_the_day_of_the_target():
    releasable = with_list("provinsi", 4, 20)
    found = followed(releasable)
    assert found is not None
    pace = pace_to_all(releasable, found)
    assert pace is not None
    assert (pace.number, str(pace.due)) == (3, "2031-12-31"), "16 in seven months"
    done = with_list("provinsi", 20, 20)
    assert pace_to_all(done, followed(done)) is None


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(("level", "parts", "pages"), [("desa", village, 1), ("provinsi", briefing, 4)])  # fmt: skip
def test_there_is_room_for_it(level, parts, pages, language):
    releasable = with_list(level, 4, 20)
    cover, *blocks = (
        block for name in parts.__all__ for block in getattr(parts, name)(releasable, language).blocks
    )  # fmt: skip
    assert "May 2031" in plain_text(blocks) or "Mei 2031" in plain_text(blocks)
    with pymupdf.open(stream=render_pdf(make_document(cover, blocks)), filetype="pdf") as opened:
        assert len(opened) <= pages
