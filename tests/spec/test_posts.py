"""The posts that a village's roster writes, and under which position each of them is counted.

A line is a cell of JABATAN and the position; NO is a cell that is refused.
"""

from __future__ import annotations

import ibis
import pytest
from text_tables import read_text

from coverage_lib.intake.code_words import code_form
from coverage_lib.tables import load_table

POSTS = """
cell                               | position            | by a form
Kepala Desa                        | village_head        |
KEPALA DESA                        | village_head        |
Kades                              | village_head        |
Pj. Kepala Desa                    | village_head        |
PJ KEPALA DESA                     | village_head        | yes
Plt.Kepala Desa                    | village_head        | yes
Sekretaris Desa                    | village_official    |
Sekdes                             | village_official    |
Kaur Umum                          | village_official    |
Kaur  Keuangan                     | village_official    | yes
Kaur Tata Usaha dan Umum           | village_official    |
Kasi Pemerintahan                  | village_official    |
Bendahara Desa                     | village_official    |
Staf Desa                          | village_official    |
Kepala Dusun                       | village_official    |
Kepala Dusun II                    | village_official    | yes
Kepala Dusun Air Jangkang          | village_official    | yes
Kadus I                            | village_official    | yes
Kadus 2 Air Jangkang               | village_official    | yes
Ketua BPD                          | village_council     |
Anggota BPD                        | village_council     |
Ketua RT                           | neighbourhood_head  |
Ketua RT 03                        | neighbourhood_head  | yes
Ketua RT.01                        | neighbourhood_head  | yes
Ketua RT03                         | neighbourhood_head  | yes
Ketua RT 003/RW 001                | neighbourhood_head  | yes
Ketua RT 003 / 001                 | neighbourhood_head  | yes
Ketua RT. 03, RW. 01               | neighbourhood_head  | yes
RT 05                              | neighbourhood_head  | yes
RT 05 RW II                        | neighbourhood_head  | yes
Ketua RW II                        | neighbourhood_head  | yes
Ketua RT/RW                        | neighbourhood_head  |
Ketua PKK                          | village_institution |
Karang Taruna                      | village_institution |
LPM                                | village_institution |
Kader Posyandu                     | village_institution |
Kader Posyandu Melati 2            | village_institution | yes
Linmas                             | NO                  |
Anggota Linmas                     | NO                  |
Lurah                              | NO                  |
Operator                           | NO                  |
Ketua                              | NO                  |
Sekretaris RT 03                   | NO                  |
Mantan Kepala Desa                 | NO                  |
Istri Kepala Desa                  | NO                  |
Kepala Desa (nonaktif)             | NO                  |
Ketua RT 03 dan Linmas             | NO                  |
Ketua RT 03 / Kader Posyandu       | NO                  |
Kepala Dusun merangkap Ketua RT 03 | NO                  |
Kepala Dusun/Guru                  | NO                  |
Kepala Dusun, Nelayan              | NO                  |
Kepala Dusun Terpilih              | NO                  |
Ketua RT 1234                      | NO                  |
""".strip()
COLUMN = load_table("village_roster").column("position")
LINES = read_text(POSTS)


@pytest.fixture(scope="module")
def found():
    """By cell: what stands in the dictionary, and what a form makes of it."""
    form = code_form(COLUMN)
    cells = ibis.memtable({"cell": list(LINES["cell"])})
    words = cells.mutate(words=form.steps[0](cells.cell))
    ((by_form, _),) = form.others(words.cell, words.words)
    read = words.select("cell", standard=form.standard(words.cell), by_form=by_form).to_pyarrow()
    return {row["cell"]: (row["standard"], row["by_form"]) for row in read.to_pylist()}


@pytest.mark.parametrize(
    ("cell", "position", "form"), list(LINES.itertuples(index=False, name=None))
)
def test_a_post_is_counted_under_its_position(found, cell, position, form):
    standard, by_form = found[cell]
    expected = None if position == "NO" else position
    assert (standard or by_form) == expected
    assert (standard is None and by_form is not None) == (form == "yes")
