"""Whether words that stand on a page can be read there: whole, upright, apart, and not covered."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from leafletry.reading_back.paper import DOTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from leafletry.reading_back.paper import Page, Run

LEAST_CONTRAST = 4.5
"""How many times lighter than the other one of ink and ground must be, on a grey copy (WCAG 2)."""
LEAST_INK, MOST_INK = 0.45, 1.7
"""How much of a glyph's ink must be there, and how much more there may be (of its neighbours)."""
OTHERWISE = 0.62
"""The share of its ink that may lie in other quarters of a glyph's box: engines round dots."""
_SURE = 0.25
WIDEST, NARROWEST = 1.06, 0.94
MOST_OVERLAP, MOST_OVERLAP_IN_WORDS = 0.3, 0.4
"""The share of a letter's box that one of other words may be in; of the larger one's, in words."""
_STRAY = 60.0
"""Dots of ink that may lie outside of all glyphs: what engines round."""

Fault = tuple[int, str]
"""A glyph (or -1), and what is wrong with it."""


def ink_faults(
    page: Page, least_sizes: Sequence[float], blanks: Sequence[bool], edge: float
) -> Iterator[Fault]:
    """Yield what keeps people from reading the glyphs of a page.

    `least_sizes` is for each of them, `blanks` tells after which one a word ends; `edge` is how
    near to the edge of the paper words may stand, in points.
    """
    if not page.characters:
        return
    yield from _run_faults(page)
    yield from _size_faults(page, least_sizes)
    yield from _edge_faults(page, edge)
    yield from _cover_faults(page)
    yield from _ground_faults(page)
    yield from _shape_faults(page)
    yield from _overlap_faults(page)
    yield from _joined_faults(page, blanks)


def _glyphs_of(page: Page, which: NDArray[np.bool_] | Sequence[bool]) -> Iterator[int]:
    """Yield the first glyph of each run that has some of those."""
    found = np.flatnonzero(np.asarray(which)[page.run_of])
    yield from {int(page.run_of[i]): int(i) for i in found[::-1]}.values()


def _run_faults(page: Page) -> Iterator[Fault]:
    runs = page.runs
    for said, which in (
        ("is turned, mirrored or slanted", [not run.upright for run in runs]),
        ("is stretched", [not NARROWEST < run.stretch < WIDEST for run in runs]),
        ("is drawn without ink", [run.grey is None and run.order >= 0 for run in runs]),
    ):
        yield from ((glyph, said) for glyph in _glyphs_of(page, which))


def _size_faults(page: Page, least_sizes: Sequence[float]) -> Iterator[Fault]:
    sizes = np.array([run.size for run in page.runs])[page.run_of]
    small = np.flatnonzero(sizes < np.asarray(least_sizes) - 0.05)
    for glyph in {int(page.run_of[i]): int(i) for i in small[::-1]}.values():
        yield glyph, f"has {sizes[glyph]:.4g} pt; at least {least_sizes[glyph]:g} pt are needed"


def _edge_faults(page: Page, edge: float) -> Iterator[Fault]:
    left, top, right, bottom = (page.boxes / DOTS).T
    outside = (left < 0) | (top < 0) | (right > page.width) | (bottom > page.height)
    near = (np.minimum(left, page.width - right) < edge) | (
        np.minimum(top, page.height - bottom) < edge
    )
    for said, which in (("is outside of the paper", outside), ("is too near to the edge", near)):
        found = np.flatnonzero(which)
        if found.size:
            yield int(found[0]), said
            return


def _cover_faults(page: Page) -> Iterator[Fault]:
    """Name what is painted after words, and lies over them."""
    orders = np.array([run.order for run in page.runs])
    first = orders.min()
    for shape in page.shapes:
        if shape.order < first:
            continue
        under = (orders < shape.order) & (orders >= 0)
        left, top, right, bottom = (side * DOTS for side in shape.box)
        over = (
            under[page.run_of]
            & (np.minimum(page.boxes[:, 2], right) - np.maximum(page.boxes[:, 0], left) > _TOUCHES)
            & (np.minimum(page.boxes[:, 3], bottom) - np.maximum(page.boxes[:, 1], top) > _TOUCHES)
        )
        if over.any():
            yield int(np.flatnonzero(over)[0]), f"has a {shape.kind} drawn over it"


_TOUCHES = 0.5
_NEARLY_BLACK = 0.04045


def _luminance(grey: NDArray[Any] | float) -> Any:
    part = np.asarray(grey) / 255
    return np.where(part <= _NEARLY_BLACK, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def _too_pale(ink: float) -> NDArray[np.bool_]:
    """Tell for each grey of a ground whether ink on it is too pale to be read."""
    own, others = float(_luminance(ink)), _luminance(np.arange(256))
    lighter, darker = np.maximum(own, others), np.minimum(own, others)
    return (lighter + 0.05) / (darker + 0.05) < LEAST_CONTRAST  # type: ignore[no-any-return]


def _ground_faults(page: Page) -> Iterator[Fault]:
    """Name words on a ground from which they do not stand out everywhere."""
    height, width = page.wordless.shape
    pale: dict[float, NDArray[np.bool_]] = {}
    marks = _marks(page)
    for first, last, left, top, right, bottom in _stretches(page):
        run = page.runs[page.run_of[first]]
        if run.grey is None:
            continue
        if run.grey not in pale:
            pale[run.grey] = _too_pale(run.grey)
        around = page.wordless[max(top, 0) : min(bottom, height), max(left, 0) : min(right, width)]
        if not pale[run.grey][around].any():
            continue
        for i in range(first, last):
            ground = _ground_of(page, i)
            if ground.size and not marks[i] and pale[run.grey][ground].mean() > _A_LITTLE:
                yield int(i), _pale_words(run, ground)
                break


def _ground_of(page: Page, i: int) -> NDArray[np.uint8]:
    left, top, right, bottom = (max(int(side), 0) for side in page.boxes[i])
    # Below the letters, words may be underlined.
    foot = min(bottom, int(page.baselines[i])) if page.baselines[i] > top else bottom
    # A dot that is only touched may belong to what is beside the ground.
    left, right = (left + 1, right - 1) if right - left > _LARGE else (left, right)
    return page.wordless[top:foot, left:right]


_A_LITTLE = 0.04


def _pale_words(run: Run, ground: NDArray[np.uint8]) -> str:
    own, other = float(_luminance(run.grey or 0.0)), _luminance(ground)
    contrast = ((np.maximum(own, other) + 0.05) / (np.minimum(own, other) + 0.05)).min()
    if np.ptp(ground) > _UNEVEN:
        return "has something painted under it, from which it does not stand out"
    return f"has a contrast of {contrast:.1f} to 1 on a grey copy; it needs {LEAST_CONTRAST}"


_UNEVEN = 24


@dataclass
class _Sums:
    """Sums over any rectangle of a picture, in no time."""

    table: NDArray[np.int64]

    @classmethod
    def of(cls, picture: NDArray[np.uint8]) -> _Sums:
        table = np.zeros((picture.shape[0] + 1, picture.shape[1] + 1), np.int32)
        np.cumsum(picture, axis=1, dtype=np.int32, out=table[1:, 1:])
        for above, row in pairwise(table):  # Twice as quick as `cumsum` down.
            np.add(row, above, out=row)
        return cls(table)

    def quarters(self, boxes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the sums in the four quarters of each box, row by row."""
        height, width = self.table.shape
        left, top, right, bottom = boxes.T
        across = [np.clip(x, 0, width - 1) for x in (left, left + (right - left) // 2, right)]
        down = [np.clip(y, 0, height - 1) for y in (top, top + (bottom - top) // 2, bottom)]
        at = [[self.table[y, x] for x in across] for y in down]
        return np.stack(
            [
                at[i + 1][j + 1] - at[i][j + 1] - at[i + 1][j] + at[i][j]
                for i in (0, 1)
                for j in (0, 1)
            ],
            axis=1,
        )


def _shape_faults(page: Page) -> Iterator[Fault]:
    """Name glyphs that are not there, not whole, or not where they should be; and stray ink."""
    ink = np.maximum(page.whole, page.wordless) - np.minimum(page.whole, page.wordless)
    sums = _Sums.of(ink)
    boxes = np.rint(page.boxes).astype(np.int64)
    height, width = ink.shape
    rows = np.clip((boxes[:, 1] + boxes[:, 3]) // 2, 0, height - 1)
    columns = np.clip((boxes[:, 0] + boxes[:, 2]) // 2, 0, width - 1)
    greys = np.array([-1.0 if run.grey is None else run.grey for run in page.runs])[page.run_of]
    strength = np.maximum(np.abs(greys - page.wordless[rows, columns]), 1.0)[:, None]
    known = ~np.isnan(page.quarters[:, 0]) & (greys >= 0)
    large = known & ((boxes[:, 2:] - boxes[:, :2]).min(axis=1) > _LARGE)
    wanted = np.where(known[:, None], page.quarters, 0.0)
    whole = np.maximum(wanted.sum(axis=1), 1e-6)

    def looked_at(which: NDArray[np.intp], right: int, down: int) -> tuple[Any, Any]:
        moved = boxes[which] + np.array((right, down, right, down))
        found = sums.quarters(moved) / strength[which]
        apart = np.abs(found - wanted[which]).sum(axis=1) / whole[which]
        return apart, found.sum(axis=1) / whole[which]

    everything = np.arange(len(boxes))
    apart, share = looked_at(everything, 0, 0)
    unsure = np.flatnonzero(known & (apart > _SURE))
    for right, down in _NEIGHBOURS:
        other_apart, other_share = looked_at(unsure, right, down)
        better = other_apart < apart[unsure]
        apart[unsure] = np.where(better, other_apart, apart[unsure])
        share[unsure] = np.where(better, other_share, share[unsure])
    for said, which in (
        ("has no ink", known & (share < _HARDLY_ANY)),
        ("is not whole", known & (share >= _HARDLY_ANY) & (share < LEAST_INK)),
        ("has other ink in its place", large & (share >= LEAST_INK) & (apart > OTHERWISE)),
        ("has no ink", ~known & (greys >= 0) & ~_marks(page) & _bare_runs(page, sums, boxes)),
    ):
        found = np.flatnonzero(which)
        yield from ((int(i), said) for i in _one_a_run(page, found))
    silent = np.rint(np.array(page.silent).reshape(-1, 4)).astype(np.int64)
    if (sums.quarters(silent).sum(axis=1) <= 0).any():
        yield -1, "a part of words has no ink"
    if (stray := _stray_ink(page, ink)) > _STRAY:
        yield -1, f"words leave ink outside of their letters ({stray:.0f} dots)"


_HARDLY_ANY = 0.12
_LARGE = 5
"""Dots: in a smaller box, half of the ink may be a neighbour's."""
_NEIGHBOURS = [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y]


def _marks(page: Page) -> NDArray[np.bool_]:
    """Tell which characters are signs above and below others; PDFium does not tell where."""
    unknown = np.isnan(page.quarters[:, 0])
    if not unknown.any():
        return unknown
    return np.array(
        [
            strange and unicodedata.category(character) == "Mn"
            for strange, character in zip(unknown.tolist(), page.characters, strict=True)
        ]
    )


def _bare_runs(page: Page, sums: _Sums, boxes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell of each glyph whether most glyphs of its run have no ink.

    Letters that one glyph joins are told by glyphs that draw nothing.
    """
    ink = _ink_of(sums, boxes)
    count = max(len(page.runs), 1)
    bare = np.bincount(page.run_of, weights=ink <= 0, minlength=count)
    every = np.bincount(page.run_of, minlength=count)
    return (bare > every * _MOST_BARE)[page.run_of]


_MOST_BARE = 0.4


def _one_a_run(page: Page, glyphs: NDArray[np.intp]) -> list[int]:
    return list({int(page.run_of[i]): int(i) for i in glyphs[::-1]}.values())[::-1]


def _ink_of(sums: _Sums, boxes: NDArray[np.int64]) -> NDArray[np.int64]:
    grown = boxes + np.array((-1, -1, 1, 1))
    return sums.quarters(grown).sum(axis=1)  # type: ignore[no-any-return]


def _stray_ink(page: Page, ink: NDArray[np.uint8]) -> float:
    """Give how much ink of words lies where no words are, in full dots."""
    rest = ink.copy()
    for _, _, left, top, right, bottom in _stretches(page):
        rest[max(top - 3, 0) : bottom + 3, max(left - 3, 0) : right + 3] = 0
    for box in page.silent:
        left, top, right, bottom = (round(side) for side in box)
        rest[max(top - 3, 0) : bottom + 3, max(left - 3, 0) : right + 3] = 0
    return float(rest.sum(dtype=np.int64)) / 255


def _stretches(page: Page) -> Iterator[tuple[int, int, int, int, int, int]]:
    """Yield where glyphs of one run begin and end, and the box around them, in whole dots."""
    firsts = np.flatnonzero(np.diff(page.run_of, prepend=-1))
    lasts = [*firsts[1:].tolist(), len(page.run_of)]
    corners = np.floor(np.minimum.reduceat(page.boxes[:, :2], firsts)).astype(int).tolist()
    others = np.ceil(np.maximum.reduceat(page.boxes[:, 2:], firsts)).astype(int).tolist()
    for first, last, corner, other in zip(firsts.tolist(), lasts, corners, others, strict=True):
        yield (first, last, *corner, *other)


def _overlap_faults(page: Page) -> Iterator[Fault]:
    """Name a letter that lies over another one."""
    letters = np.array([character.isalnum() for character in page.characters])
    letters &= ~np.isnan(page.quarters[:, 0])
    glyphs = np.flatnonzero(letters)
    if not glyphs.size:
        return
    # Letters of one word reach under one another: To, fi, ry.
    for step in (1, 2):
        first, second = glyphs[:-step], glyphs[step:]
        same = page.run_of[first] == page.run_of[second]
        shared, areas = _shared(page.boxes[first], page.boxes[second])
        found = np.flatnonzero(same & (shared > MOST_OVERLAP_IN_WORDS * areas.max(axis=0)))
        if found.size:
            yield int(second[found[0]]), "has other words over it"
            return
    for one, other in _runs_that_meet(page, glyphs):
        mine, theirs = (glyphs[page.run_of[glyphs] == run] for run in (one, other))
        left, right = np.repeat(mine, len(theirs)), np.tile(theirs, len(mine))
        shared, areas = _shared(page.boxes[left], page.boxes[right])
        found = np.flatnonzero(shared > MOST_OVERLAP * areas.min(axis=0))
        if found.size:
            yield int(right[found[0]]), "has other words over it"
            return


def _shared(one: NDArray[Any], other: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Give the area that boxes share with others, and the areas of both."""
    across = np.minimum(one[:, 2], other[:, 2]) - np.maximum(one[:, 0], other[:, 0])
    down = np.minimum(one[:, 3], other[:, 3]) - np.maximum(one[:, 1], other[:, 1])
    areas = np.stack([(b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1]) for b in (one, other)])
    return np.where((across > 1) & (down > 1), across * down, 0.0), np.maximum(areas, 1.0)


def _runs_that_meet(page: Page, glyphs: NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    """Yield two runs at a time whose letters may be in one another's place."""
    count = len(page.runs)
    sides = np.full((count, 4), (np.inf, np.inf, -np.inf, -np.inf))
    for side, extreme in enumerate((np.minimum, np.minimum, np.maximum, np.maximum)):
        extreme.at(sides[:, side], page.run_of[glyphs], page.boxes[glyphs, side])
    left, top, right, bottom = sides.T
    across = np.minimum.outer(right, right) - np.maximum.outer(left, left)
    down = np.minimum.outer(bottom, bottom) - np.maximum.outer(top, top)
    yield from zip(*np.nonzero(np.triu((across > 1) & (down > 1), 1)), strict=True)


def _joined_faults(page: Page, blanks: Sequence[bool]) -> Iterator[Fault]:
    """Name a word that runs into the next one, or parts where it should not."""
    ends = np.flatnonzero(np.asarray(blanks[:-1], dtype=bool))
    if not ends.size:
        return
    sizes = np.array([run.size for run in page.runs])[page.run_of][ends] * DOTS
    left, top, right, bottom = page.boxes.T
    # The box of a thin letter is wider than it, by a dot at each side.
    thin = (right - left) <= _BOX_OF_THIN
    left, right = left + thin, right - thin
    one_line = (top[ends + 1] < bottom[ends]) & (bottom[ends + 1] > top[ends])
    onwards = one_line & (left[ends + 1] > left[ends])
    gap = left[ends + 1] - right[ends]
    joined = ends[onwards & (gap < LEAST_GAP * sizes)]
    yield from ((int(i), "runs into the next word") for i in _one_a_run(page, joined)[:1])


_BOX_OF_THIN = 4
LEAST_GAP = 0.06
"""The least blank between words, in ems."""
