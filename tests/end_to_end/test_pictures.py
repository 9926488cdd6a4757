"""A page and charts look as they did: pictures at low resolution, compared with a tolerance.

After a change that is meant, look at the new ones: `.venv/bin/python tests/pictures.py`.
"""

from __future__ import annotations

import numpy as np
import pymupdf
import pytest
from pictures import FOLDER, charts, front, page_blocks, pictures

from coverage_lib.briefing.document import make_document
from coverage_lib.briefing.render import render_pdf
from coverage_lib.present.blocks import paragraph

#: Mean difference of all dots, and of the worst square of 8 by 8, out of 255 grey levels.
WHOLE, SQUARE = 1.5, 40.0
NAMES = ("page", *(name for name, _ in charts()))


def grey(picture: pymupdf.Pixmap) -> np.ndarray:
    dots = np.frombuffer(picture.samples, dtype=np.uint8)
    return dots.reshape(picture.height, picture.stride)[:, : picture.width].astype(float)


def differences(one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """Of the whole picture, and of its worst square."""
    assert one.shape == other.shape
    apart = np.abs(one - other)
    rows, columns = (size // 8 * 8 for size in apart.shape)
    squares = apart[:rows, :columns].reshape(rows // 8, 8, columns // 8, 8).mean(axis=(1, 3))
    return float(apart.mean()), float(squares.max())


@pytest.fixture(scope="module")
def made() -> dict[str, np.ndarray]:
    return {name: grey(picture) for name, picture in pictures()}


@pytest.mark.parametrize("name", NAMES)
def test_it_looks_as_it_did(made: dict[str, np.ndarray], name: str) -> None:
    whole, square = differences(made[name], grey(pymupdf.Pixmap(FOLDER / f"{name}.png")))
    assert whole <= WHOLE
    assert square <= SQUARE


def test_the_pictures_are_small() -> None:
    files = list(FOLDER.glob("*.png"))
    assert {path.stem for path in files} == set(NAMES)
    assert sum(path.stat().st_size for path in files) < 100_000


def test_a_line_that_moved_is_noticed(made: dict[str, np.ndarray]) -> None:
    """The tolerance forgives how a letter is drawn, not where it stands."""
    blocks = page_blocks()
    moved = make_document(front(), [*blocks[:2], paragraph("Satu baris."), *blocks[2:]])
    with pymupdf.open(stream=render_pdf(moved), filetype="pdf") as opened:
        picture = opened[0].get_pixmap(dpi=36, colorspace=pymupdf.csGRAY)
    whole, square = differences(made["page"], grey(picture))
    assert whole > WHOLE
    assert square > SQUARE
    one = made["bars"]
    whole, _ = differences(one, np.roll(one, 2, axis=0))
    assert whole > WHOLE
