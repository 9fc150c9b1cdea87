"""The pages of a proof: each with the numbers of its messages, and with marks on what is not done.

Places within a page are shares of it or mm of it, so that a style sheet decides where it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, hypot
from typing import TYPE_CHECKING

import pypdfium2

from leafletry.content.project import SOURCE_LOCALE
from leafletry.proof.numbering import NumberSize, beginnings, find_spots, ink
from leafletry.reading.languages import direction, language_tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leafletry.content.catalog import State
    from leafletry.pages.placing import PageSize, Placement
    from leafletry.printing.printing import Printed
    from leafletry.proof.numbering import Beginning, Spot

LETTERS: dict[State, str] = {"translated": "", "fuzzy": "S", "missing": "M"}
"""What stands behind the number of a message that is stale or missing."""
FARTHEST = 3.0
"""How far from the beginning of its words a number may stand, in mm of the sheet."""

# The room for a page on its sheet, in mm; the sizes of numbers in points, the first where it can
# be, with the width of a digit and the height of all of them as shares of that.
_ROOM = (184.0, 259.0)
_POINTS = (7.5, 6.5, 5.5)
_DIGIT, _HEIGHT = 0.54, 0.86
_POINT = 25.4 / 72
# A line leads to words that are farther than this (mm) from their number; it ends before them, and
# where their letters are: away from a share of the line's height above and below.
_FAR, _AIR, _ABOVE_LETTERS = 1.0, 0.3, 0.3
# Between the slanted lines on stale words, along the line of text, in mm of the page.
_HATCHING = 2.2


@dataclass(frozen=True)
class Number:
    """A number on a page, as the template prints it; `anchor` is the name of this very place."""

    number: int
    state: State
    letter: str
    anchor: str
    style: str


@dataclass(frozen=True)
class Leader:
    """A line from a number to its words, in mm of the page."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Leaf:
    """A page on its sheet: its size there, its numbers and marks; past the last, an empty frame.

    `box` is the page in its own mm, as SVG wants it; `hatching` lines over what is stale.
    """

    anchor: str
    page: int
    pages: int
    size: str
    box: str
    numbers: list[Number]
    stale: list[Placement]
    hatching: str
    missing: list[Placement]
    leaders: list[Leader]


class PrintedSide:
    """The pages of one language, with a spot for each number.

    `numbers` gives the number of each of its messages in the list, `states` how those stand.
    """

    def __init__(
        self,
        name: str,
        locale: str,
        printed: Printed,
        numbers: Mapping[int, int],
        states: Mapping[int, State],
    ) -> None:
        """Look for the spots, on each page as it was printed."""
        self.name = name
        self.lang = language_tag(locale)
        self.is_source = locale == SOURCE_LOCALE
        self.printed = printed
        self.numbers = numbers
        self.states = states
        turned = direction(locale) == "rtl"
        # Words of the source language are read in its own direction on every page.
        own_words = {n for n in numbers if self.is_source or states[numbers[n]] == "translated"}
        self.starts = beginnings(printed.placements, own_words if turned else ())
        self.spots = self._spots()

    def anchor(self, page: int) -> str:
        """Give the name of the frame that a page is laid into."""
        return f"{self.name}-page-{page}"

    def width(self, page: int) -> float:
        """Give how wide a page is on the sheet, in mm."""
        return self._paper(page).width * self._scale(page)

    def first_anchors(self) -> dict[int, str]:
        """Give the name of the first place of each message, by its number in the list."""
        found: dict[int, str] = {}
        for i, start in enumerate(self.starts):
            found.setdefault(self.numbers[start.message], self._number_anchor(i))
        return found

    def leaf(self, page: int) -> Leaf:
        """Give what the template needs to show a page with its numbers and marks."""
        paper, scale = self._paper(page), self._scale(page)
        stale, missing = self._marked("fuzzy", page), self._marked("missing", page)
        placed = [
            (i, start, spot)
            for i, (start, spot) in enumerate(zip(self.starts, self.spots, strict=True))
            if start.page == page
        ]
        return Leaf(
            anchor=self.anchor(page),
            page=page,
            pages=len(self.printed.pages),
            size=f"width: {paper.width * scale:.3f}mm; height: {paper.height * scale:.3f}mm",
            box=f"0 0 {paper.width:g} {paper.height:g}",
            numbers=[self._number(i, start, spot, paper, scale) for i, start, spot in placed],
            stale=stale,
            hatching="".join(line for placement in stale for line in _hatching(placement)),
            missing=missing,
            leaders=[line for _, start, spot in placed for line in _leaders(start, spot, scale)],
        )

    def _paper(self, page: int) -> PageSize:
        """Give the paper of a page; where there is no such page, that of the last one."""
        return self.printed.pages[min(page, len(self.printed.pages)) - 1]

    def _scale(self, page: int) -> float:
        """Give how large a page is on the sheet."""
        paper = self._paper(page)
        return min(_ROOM[0] / paper.width, _ROOM[1] / paper.height)

    def _spots(self) -> list[Spot]:
        document = pypdfium2.PdfDocument(self.printed.pdf)
        found: list[Spot] = []
        try:
            for page in range(1, len(self.printed.pages) + 1):
                sizes = [
                    NumberSize(_DIGIT * size, _HEIGHT * size, FARTHEST / self._scale(page))
                    for size in (points * _POINT / self._scale(page) for points in _POINTS)
                ]
                starts = [start for start in self.starts if start.page == page]
                labels = [self._label(start) for start in starts]
                found += find_spots(starts, labels, ink(document[page - 1]), sizes)
        finally:
            document.close()
        return found

    def _label(self, start: Beginning) -> str:
        number = self.numbers[start.message]
        return f"{number}{LETTERS[self.states[number]]}"

    def _marked(self, state: State, page: int) -> list[Placement]:
        """Give where words of a page stand that are stale or missing; the source is neither."""
        return [
            placement
            for placement in self.printed.placements
            if placement.page == page
            and not self.is_source
            and self.states[self.numbers[placement.message]] == state
        ]

    def _number_anchor(self, i: int) -> str:
        return f"{self.name}-{i}"

    def _number(
        self, i: int, start: Beginning, spot: Spot, paper: PageSize, scale: float
    ) -> Number:
        number = self.numbers[start.message]
        state = self.states[number]
        height = spot.height * scale
        style = (
            f"left: {100 * spot.x / paper.width:.3f}%; top: {100 * spot.y / paper.height:.3f}%;"
            f" width: {spot.width * scale:.3f}mm; height: {height:.3f}mm;"
            f" line-height: {height:.3f}mm; font-size: {height / _HEIGHT / _POINT:.2f}pt"
        )
        return Number(number, state, LETTERS[state], self._number_anchor(i), style)


def _hatching(placement: Placement) -> Iterator[str]:
    """Yield the slanted lines over a place; they go on straight from line to line of a text."""
    right, foot = placement.x + placement.width, placement.y + placement.height
    first = ceil((placement.x + placement.y) / _HATCHING)
    for i in range(first, ceil((right + foot) / _HATCHING)):
        across = i * _HATCHING
        left, end = max(placement.x, across - foot), min(right, across - placement.y)
        yield f"M{left:.2f} {across - left:.2f}L{end:.2f} {across - end:.2f}"


def _leaders(start: Beginning, spot: Spot, scale: float) -> Iterator[Leader]:
    """Yield the line from a number to its words, where they are not right beside it."""
    x = start.x + (_AIR if start.right_to_left else -_AIR) / scale
    x1 = min(max(x, spot.x), spot.x + spot.width)
    y1 = min(max(start.y + start.height / 2, spot.y), spot.y + spot.height)
    above = start.height * _ABOVE_LETTERS
    y = min(max(y1, start.y + above), start.y + start.height - above)
    if hypot(x - x1, y - y1) * scale > _FAR:
        yield Leader(round(x1, 2), round(y1, 2), round(x, 2), round(y, 2))
