"""An attack on withheld counts that tries whole numbers, without any solver."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence

TRIALS = 400
# Factor of each unknown, and the least and the most that their sum can be.
Equation = tuple[dict[int, int], int, int]


def narrow(low: list[int], high: list[int], equations: list[Equation]) -> bool:
    """Bounds of the unknowns tightened by the equations until they stay; False: none are left."""
    changed = True
    while changed:
        changed = False
        for factors, least, most in equations:
            lows = {n: f * (low[n] if f > 0 else high[n]) for n, f in factors.items()}
            highs = {n: f * (high[n] if f > 0 else low[n]) for n, f in factors.items()}
            all_low, all_high = sum(lows.values()), sum(highs.values())
            for number, factor in factors.items():
                top = most - (all_low - lows[number])
                bottom = least - (all_high - highs[number])
                if factor < 0:
                    top, bottom = -bottom, -top
                if top < high[number]:
                    high[number], changed = top, True
                if bottom > low[number]:
                    low[number], changed = bottom, True
                if low[number] > high[number]:
                    return False
                if changed:
                    break
            if changed:
                break
    return True


def has_a_table(
    low: list[int], high: list[int], equations: list[Equation], true: list[int], trials: Iterator
) -> bool:
    """Whether whole numbers within the bounds satisfy all equations, by trying them."""
    low, high = list(low), list(high)
    if not narrow(low, high, equations):
        return False
    undecided = [number for number in range(len(low)) if low[number] < high[number]]
    if not undecided:
        return True
    number = min(undecided, key=lambda one: high[one] - low[one])
    # Numbers near the true one make a table soonest; of several, one is enough.
    near = sorted(range(low[number], high[number] + 1), key=lambda one: abs(one - true[number]))
    for value in near[:20]:
        if next(trials, None) is None:
            return True
        tried = [value if one == number else bound for one, bound in enumerate(low)]
        other = [value if one == number else bound for one, bound in enumerate(high)]
        if has_a_table(tried, other, equations, true, trials):
            return True
    return False


def is_given_away(
    target: int, true: list[int], equations: list[Equation], least: list[int] | None = None
) -> bool:
    """Whether only one whole number fits, where every unknown is at least 1, or its own least.

    After TRIALS numbers without an answer the attacker gives up: that number may fit.
    """
    least = least or [1] * len(true)
    for step in range(1, 9):
        for value in (true[target] + step, true[target] - step):
            if value < least[target]:
                continue
            low = [value if one == target else least[one] for one in range(len(true))]
            high = [value if one == target else max(true) + 10 for one in range(len(true))]
            if has_a_table(low, high, equations, true, iter(range(TRIALS))):
                return False
    return True


def recovered(
    true: Mapping[Hashable, int],
    hidden: Collection[Hashable],
    relations: Iterable[Sequence[tuple[Hashable, int]]],
    blank: Collection[Hashable] = (),
) -> list[Hashable]:
    """The hidden counts of 1 to 4 that one number only fits.

    A relation is a row of (count, sign) whose sum everybody knows: 0 for a total and its
    parts, the change of a published stock for flows. Of `blank` counts nobody knows
    whether they are zero; of other hidden ones it is known that they are not, where so.
    """
    number = {key: position for position, key in enumerate(hidden)}
    equations = []
    for terms in relations:
        factors = {number[key]: sign for key, sign in terms if key in number}
        if factors:
            known = sum(true[key] * sign for key, sign in terms if key in number)
            equations.append((factors, known, known))
    numbers = [true[key] for key in number]
    least = [0 if key in blank else min(1, true[key]) for key in number]
    return [
        key
        for key, position in number.items()
        if 0 < true[key] < 5 and is_given_away(position, numbers, equations, least)
    ]
