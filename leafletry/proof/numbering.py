"""Where the numbers of messages go on a page: beside their first line, where the paper is blank.

A page is full of words, rules and drawings; a number that covers one of them helps nobody. So
the page is looked at as a picture, and each number takes the nearest spot that shows nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product
from math import hypot
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFilter

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from leafletry.pages.placing import Placement

_PT = 25.4 / 72
_DOTS = 6
"""How many dots to a mm the pictures have in which blank paper is looked for."""
_VISIBLE = 26
"""The contrast, of 255, from which on a dot shows something."""
_WORDS, _LINES = 255, 128
_BOX, _UNEVEN, _DEEPEST = (2.5, 8.0), 0.1, 10
"""The sides of a box to tick, in mm, how much they may differ, and how deep in groups it lies."""
_STEP = 0.25
# What makes a spot bad, each worth as much as so many mm of distance: words or lines all over it,
# a mm below the middle of the line (it might belong to the next) or above, a mm within the words,
# each step to smaller type.
_ON_WORDS, _ON_LINES = 200.0, 4.0
_BELOW, _ABOVE, _WITHIN, _SMALLER = 2.0, 0.35, 0.5, 1.0


@dataclass(frozen=True)
class Beginning:
    """Where the words of a message begin on a page, in mm from its top left corner.

    Words that go on from the page before begin again on the next; what is printed twice has two.
    Where they are read from right to left, `x` is their right end.
    """

    message: int
    page: int
    x: float
    y: float
    height: float
    right_to_left: bool = False


@dataclass(frozen=True)
class Spot:
    """The paper that a number takes, in mm from the page's top left corner.

    `covers` is how much of it are words that were there, from 0, as it should be, to 1.
    """

    x: float
    y: float
    width: float
    height: float
    covers: float = 0.0

    def touches(self, other: Spot) -> bool:
        """Tell whether two numbers would stand upon each other."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )


@dataclass(frozen=True)
class NumberSize:
    """How large numbers are, and how far they may be from their words: mm of their page."""

    digit: float
    height: float
    farthest: float

    def width(self, label: str) -> float:
        """Give the room a number takes, with a little air at both ends."""
        return self.digit * (len(label) + 0.5)


def beginnings(
    placements: Iterable[Placement], right_to_left: Container[int] = ()
) -> list[Beginning]:
    """Give where each message begins on each page, in the order of the pages.

    `right_to_left` are the messages that are read in that way.
    """
    found: list[Beginning] = []
    before = (0, 0)
    for piece in placements:
        if (piece.message, piece.page) != before:
            turned = piece.message in right_to_left
            x = piece.x + piece.width if turned else piece.x
            found.append(Beginning(piece.message, piece.page, x, piece.y, piece.height, turned))
        before = (piece.message, piece.page)
    return found


def ink(page: Any) -> Image.Image:
    """Give what is not blank on a page (as pypdfium2 opens it): words bright, all else darker.

    An even ground, of whatever colour, is blank; one dot around everything is not, and neither is
    a box to tick, which is blank for somebody's mark.
    """
    grey = page.render(scale=_DOTS * _PT, grayscale=True).to_pil().convert("L")
    brightest = grey.filter(ImageFilter.MaxFilter(3))
    contrast = ImageChops.subtract(brightest, grey.filter(ImageFilter.MinFilter(3)))
    everything = contrast.point([0] * _VISIBLE + [_LINES] * (256 - _VISIBLE))
    letters = contrast.point([0] * _VISIBLE + [_WORDS] * (256 - _VISIBLE))
    words = ImageChops.multiply(letters, _words_of(page, grey.size))
    return ImageChops.lighter(ImageChops.lighter(everything, words), _boxes_of(page, grey.size))


def _boxes_of(page: Any, size: tuple[int, int]) -> Image.Image:
    """Give a mask of the small squares that a page has."""
    mask = Image.new("L", size, 0)
    draw = ImageDraw.Draw(mask)
    dots, foot = _DOTS * _PT, page.get_height()
    for drawn in page.get_objects([pypdfium2.raw.FPDF_PAGEOBJ_PATH], max_depth=_DEEPEST):
        left, bottom, right, top = drawn.get_bounds()
        sides = ((right - left) * _PT, (top - bottom) * _PT)
        if _BOX[0] <= min(sides) and max(sides) <= _BOX[1] and abs(sides[0] - sides[1]) < _UNEVEN:
            corners = (left * dots, (foot - top) * dots, right * dots, (foot - bottom) * dots)
            draw.rectangle(corners, fill=_WORDS)
    return mask


def _words_of(page: Any, size: tuple[int, int]) -> Image.Image:
    """Give a mask of where a page has words."""
    mask = Image.new("L", size, 0)
    draw = ImageDraw.Draw(mask)
    text = page.get_textpage()
    dots = _DOTS * _PT
    for i in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(i)
        foot = page.get_height()
        corners = (left * dots, (foot - top) * dots, right * dots, (foot - bottom) * dots)
        draw.rectangle(corners, fill=255)
    text.close()
    return mask


def find_spots(
    starts: Sequence[Beginning],
    labels: Sequence[str],
    page_ink: Image.Image,
    sizes: Sequence[NumberSize],
) -> list[Spot]:
    """Give the spot of each number of one page: near, on blank paper, no two upon each other.

    A smaller one of `sizes` is taken where a larger one would cover something.
    """
    taken: list[Spot] = []
    for start, label in zip(starts, labels, strict=True):
        tried: list[tuple[float, Spot]] = []
        for i, size in enumerate(sizes):
            spot, cost = _nearest_blank(start, size.width(label), size, page_ink, taken)
            tried.append((cost + i * _SMALLER, spot))
            if cost <= _SMALLER:
                break  # A smaller one could not do better.
        taken.append(min(tried, key=itemgetter(0))[1])
    return taken


def _nearest_blank(
    start: Beginning,
    width: float,
    size: NumberSize,
    page_ink: Image.Image,
    taken: Sequence[Spot],
) -> tuple[Spot, float]:
    """Give the best spot for a number of one size, and what it costs."""
    best, least = None, 0.0
    for cost, outward, down in _around(width, start.height, size):
        if best is not None and cost >= least:
            break
        x = start.x + outward - width if start.right_to_left else start.x - outward
        spot = Spot(x, start.y + down, width, size.height)
        if any(spot.touches(other) for other in taken):
            continue
        words, lines = _covered(spot, page_ink)
        total = cost + words * _ON_WORDS + lines * _ON_LINES
        if best is None or total < least:
            best, least = Spot(x, spot.y, width, size.height, words), total
    # Where numbers leave no room at all, one stands on another's words rather than nowhere.
    return (best, least) if best else (Spot(start.x - width, start.y, width, size.height, 1), 999)


def _covered(spot: Spot, page_ink: Image.Image) -> tuple[float, float]:
    """Give how much of a spot is words, and how much lines and drawings; off the paper, all."""
    left, top = round(spot.x * _DOTS), round(spot.y * _DOTS)
    right, bottom = left + round(spot.width * _DOTS), top + round(spot.height * _DOTS)
    if left < 0 or top < 0 or right > page_ink.width or bottom > page_ink.height:
        return 1.0, 1.0
    part = page_ink.crop((left, top, right, bottom))
    if part.getbbox() is None:
        return 0.0, 0.0
    dots = part.histogram()
    area = part.width * part.height
    return dots[_WORDS] / area, dots[_LINES] / area


@cache
def _around(width: float, height: float, size: NumberSize) -> list[tuple[float, float, float]]:
    """Give the spots around the beginning of a line of some height, the best first.

    Each is its cost, how far its outer edge is before the beginning, and its top below the line's.
    """
    middle = (height - size.height) / 2
    far = int(size.farthest / _STEP) + 1
    found = []
    for i, j in product(
        range(-far, far + int(width / _STEP) + 2),
        range(-far - int(height / _STEP) - 2, far + int(height / _STEP) + 2),
    ):
        outward, off = i * _STEP, j * _STEP
        gap = max(outward - width, -outward, 0.0)
        gap_above_or_below = max(-middle - off - size.height, off + middle - height, 0.0)
        distance = hypot(gap, gap_above_or_below)
        if distance <= size.farthest:
            within = min(max(width - outward, 0.0), width)
            beside = off * _BELOW if off > 0 else -off * _ABOVE
            cost = round(distance + beside + within * _WITHIN, 3)
            found.append((cost, outward, middle + off))
    return sorted(found)
