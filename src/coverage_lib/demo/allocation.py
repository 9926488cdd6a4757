"""Whole numbers that sum exactly to a given total."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


def half_up(value: float) -> int:
    """Round to the nearest whole number; a half goes up, as officials round."""
    return int(np.floor(value + 0.5))


def apportion(total: int, weights: ArrayLike) -> Integers:
    """Split `total` in proportion to `weights` by largest remainder; ties go to the earlier place.

    Weights must not be negative; where all are zero everything goes to the first place.
    """
    shares: Floats = np.asarray(weights, dtype=np.float64)
    if shares.sum() <= 0:
        shares = np.eye(1, len(shares))[0]
    exact = total * shares / shares.sum()
    whole: Integers = np.floor(exact).astype(np.int64)
    order = np.argsort(whole - exact, kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return whole


def amounts_with_total(
    random: np.random.Generator,
    count: int,
    total: int,
    *,
    spread: float,
    least: int,
    most: int | None = None,
) -> Integers:
    """`count` log-normal whole amounts, from `least` to `most`, that sum exactly to `total`.

    Where `total` does not suffice for `least` each, or is more than `most` each, it is split
    evenly instead.
    """
    if count == 0:
        return np.zeros(0, dtype=np.int64)
    free = total - least * count
    weights: Floats = np.exp(random.normal(0.0, spread, count))
    if free < 0 or (most is not None and total > most * count):
        return apportion(total, np.ones(count))
    amounts: Integers = apportion(free, weights) + least
    return amounts if most is None else _level_off(amounts, most)


def _level_off(amounts: Integers, most: int) -> Integers:
    """What lies above `most` is dealt to the others in proportion to the room they have."""
    lowered = np.minimum(amounts, most)
    return lowered + apportion(int((amounts - lowered).sum()), most - lowered)


def largest_share_solution(
    count: int, total: int, prices: Sequence[int], wanted: Sequence[float]
) -> tuple[int, ...] | None:
    """How many items of each of five prices make `count` items that cost `total` together.

    Of all solutions the one nearest to the `wanted` shares; None where there is none. The
    first two prices may be equal (they are split in their wanted proportion), so the search
    runs over the last two and solves the other two exactly.
    """
    first, second, third, fourth, fifth = prices
    if first != second:
        raise ValueError("the first two prices must be equal")
    best: tuple[float, tuple[int, ...]] | None = None
    for fifths in range(count + 1):
        for fourths in range(count - fifths + 1):
            left = count - fifths - fourths
            thirds, remainder = divmod(
                total - fifth * fifths - fourth * fourths - first * left, third - first
            )
            if remainder or not 0 <= thirds <= left:
                continue
            earlier = apportion(left - thirds, wanted[:2])
            found = (int(earlier[0]), int(earlier[1]), thirds, fourths, fifths)
            distance = sum(
                (number - count * share) ** 2 for number, share in zip(found, wanted, strict=True)
            )
            if best is None or distance < best[0]:
                best = (distance, found)
    return None if best is None else best[1]
