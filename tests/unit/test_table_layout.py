"""Tables on an A4 page: what fits stays one part, what does not is split and names its rows."""

from __future__ import annotations

from typing import Any

from coverage_lib.briefing.table_layout import table_parts
from coverage_lib.present.blocks import cell, column, row, table
from coverage_lib.present.style import PAGE


def parts_of(labels: list[str], *rows: list[str]) -> list[Any]:
    columns = [
        column(f"c{number}", label, align="start" if number == 0 else "end")
        for number, label in enumerate(labels)
    ]
    made = [
        row([cell(text, header=number == 0) for number, text in enumerate(texts)]) for texts in rows
    ]
    return table_parts(table("t", "T", columns, made))


def test_small_table_is_one_part_and_its_names_take_the_room() -> None:
    (part,) = parts_of(["Desa", "Peserta"], ["Air Itam", "12"])
    assert [one["layout"]["unit"] for one in part["columns"]] == ["fr", "mm"]


def test_wide_table_is_split_and_every_part_names_its_rows() -> None:
    labels = ["Program"] + [f"{month:02d}/2025" for month in range(60)]
    parts = parts_of(labels, ["JHT"] + ["1.234"] * 60)
    assert len(parts) > 1
    assert [one["label"] for part in parts for one in part["columns"][1:]] == labels[1:]
    for part in parts:
        assert part["columns"][0]["label"] == "Program"
        assert part["rows"][0]["cells"][0]["text"] == "JHT"
        fixed = [one["layout"]["size"] for one in part["columns"] if one["layout"]["unit"] == "mm"]
        assert sum(fixed) < PAGE.text_width


def test_labels_wrap_before_figures_do() -> None:
    label = "Perubahan dalam poin persen"
    roomy = parts_of(["Desa", label], ["Air Itam", "1"])[0]["columns"][1]["layout"]["size"]
    tight = parts_of(["Desa", *[label] * 5], ["Air Itam", *["1.234.567"] * 5])
    assert len(tight) == 1
    assert tight[0]["columns"][1]["layout"]["size"] < roomy


def test_table_without_rows_has_its_columns() -> None:
    (part,) = parts_of(["Desa", "Peserta"])
    assert part["rows"] == []
    assert len(part["columns"]) == 2
