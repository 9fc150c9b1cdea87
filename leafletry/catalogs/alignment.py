"""Two rows of things laid side by side: what belongs together, in the order of both."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Pair = tuple[int, int]
"""A place in the first row and one in the second."""


def rising(pairs: Sequence[Pair]) -> list[Pair]:
    """Give the most of some pairs that rise in both rows; they come sorted by the first row.

    No two pairs may share a place.
    """
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for i, (_, second) in enumerate(pairs):
        length = bisect_left(ends, second)
        ends[length : length + 1] = [second]
        before.append(last[length - 1] if length else -1)
        last[length : length + 1] = [i]
    found: list[Pair] = []
    i = last[-1] if last else -1
    while i >= 0:
        found.append(pairs[i])
        i = before[i]
    return found[::-1]


def best_alignment(first: int, second: int, score: Callable[[int, int], float]) -> list[Pair]:
    """Give the rising pairs of two rows, of so many things, whose scores add up to the most.

    A score of 0 forbids a pair.
    """
    table = [[0.0] * (second + 1) for _ in range(first + 1)]
    scores = [[score(i, j) for j in range(second)] for i in range(first)]
    for i in range(first - 1, -1, -1):
        for j in range(second - 1, -1, -1):
            paired = scores[i][j] + table[i + 1][j + 1] if scores[i][j] else 0.0
            table[i][j] = max(table[i + 1][j], table[i][j + 1], paired)
    pairs: list[Pair] = []
    i = j = 0
    while i < first and j < second:
        if scores[i][j] and table[i][j] == scores[i][j] + table[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif table[i][j] == table[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def gaps(pairs: Sequence[Pair], first: int, second: int) -> Iterator[tuple[range, range]]:
    """Yield what lies before, between and after rising pairs of two rows of so many things."""
    i = j = -1
    for next_i, next_j in [*pairs, (first, second)]:
        yield range(i + 1, next_i), range(j + 1, next_j)
        i, j = next_i, next_j
