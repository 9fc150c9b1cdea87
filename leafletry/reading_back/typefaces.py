"""How each glyph has to look: measured in the fonts as their makers gave them, in no cut of them.

Its outline tells which glyph it is: 1 is not 9, nor 6. How much ink it leaves, and where, tells
whether it is there, whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import uharfbuzz
from PIL import ImageFont

from leafletry.editions.fonts import OUR_FONTS

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.ImageFont import FreeTypeFont

    from leafletry.editions.fonts import FontFile


@dataclass(frozen=True)
class Glyph:
    """A glyph of a font in a size: which dots its ink is in, and how much of it.

    `box` has left, top, right and bottom in whole dots from the dot of its origin, to the right and
    down; `quarters` has the ink in each quarter of it, in dots, row by row.
    """

    box: tuple[int, int, int, int]
    quarters: tuple[float, float, float, float]


@dataclass(frozen=True)
class Outline:
    """An outline: how many points it has, and where three of them are, in thousandths of an em."""

    count: int
    points: tuple[tuple[float, float], ...]

    @staticmethod
    def sampled(count: int) -> tuple[int, int, int]:
        """Give which points of an outline are looked at."""
        return 0, count // 3, 2 * count // 3


_THIN = 3
"""Dots."""


@dataclass
class Typeface:
    """One font, read from its maker's file, which is proved."""

    font: FontFile
    _sizes: dict[float, FreeTypeFont] = field(default_factory=dict)
    _glyphs: dict[tuple[str, float], Glyph | None] = field(default_factory=dict)
    _outlines: dict[str, Outline | None] = field(default_factory=dict)
    _drawn: uharfbuzz.Font | None = None

    def glyph(self, character: str, dots: float) -> Glyph | None:
        """Give the glyph of a character, `dots` to an em; None where the font draws nothing."""
        key = (character, dots)
        if key not in self._glyphs:
            self._glyphs[key] = self._measure(character, dots)
        return self._glyphs[key]

    def outline(self, character: str) -> Outline | None:
        """Give the outline of a character; None where the font has none."""
        if character not in self._outlines:
            self._outlines[character] = self._draw(character)
        return self._outlines[character]

    def _draw(self, character: str) -> Outline | None:
        if self._drawn is None:
            face = uharfbuzz.Face(uharfbuzz.Blob(self.font.content()))
            self._drawn = uharfbuzz.Font(face)
        number = self._drawn.get_nominal_glyph(ord(character))
        if not number:
            return None
        pen = _Points()
        self._drawn.draw_glyph_with_pen(number, pen)
        thousandth = self._drawn.scale[0] / 1000
        found = [(x / thousandth, y / thousandth) for x, y in pen.points]
        if not found:
            return None
        return Outline(len(found), tuple(found[i] for i in Outline.sampled(len(found))))

    def _measure(self, character: str, dots: float) -> Glyph | None:
        if dots not in self._sizes:
            basic = ImageFont.Layout.BASIC
            self.font.content()  # Proved; in memory, each size would hold all of it.
            path = str(self.font.path)
            self._sizes[dots] = ImageFont.truetype(path, dots, layout_engine=basic)
        mask, (x, y) = self._sizes[dots].getmask2(character, anchor="ls")
        inked = mask.getbbox()
        if inked is None:
            return None
        left, top, right, bottom = inked
        ink = np.frombuffer(bytes(mask), np.uint8).reshape(mask.size[::-1])[top:bottom, left:right]
        # Another engine draws a thin line, such as a hyphen, half a dot beside this one.
        down, across = int(bottom - top < _THIN), int(right - left < _THIN)
        box = (x + left - across, y + top - down, x + right + across, y + bottom + down)
        return Glyph(box, _quarters(ink))


def _quarters(ink: NDArray[np.uint8]) -> tuple[float, float, float, float]:
    """Give the ink in each quarter; the row in the middle belongs to the one below."""
    # That a box has grown by a dot on each side does not move its middle.
    down, across = ink.shape[0] // 2, ink.shape[1] // 2
    upper, lower = ink[:down], ink[down:]
    parts = (upper[:, :across], upper[:, across:], lower[:, :across], lower[:, across:])
    top_left, top_right, bottom_left, bottom_right = (float(part.sum()) / 255 for part in parts)
    return top_left, top_right, bottom_left, bottom_right


class _Points:
    """A pen that remembers the points it is led to."""

    def __init__(self) -> None:
        self.points: list[tuple[float, float]] = []

    def moveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802 - as pens are called
        self.points.extend(points)

    lineTo = curveTo = qCurveTo = moveTo  # noqa: N815 - as above

    def closePath(self) -> None:  # noqa: N802 - as above
        """Nothing more to remember."""


_WEIGHTS = {400: "", 600: "-Semi-Bold", 700: "-Bold", 900: "-Heavy"}
"""What a weight adds to the name of a font inside of a PDF."""


def name_in_pdf(family: str, weight: int) -> str:
    """Give the name that a font of a style sheet has inside of a PDF."""
    return family.replace(" ", "-") + _WEIGHTS.get(weight, "")


def our_typefaces() -> dict[str, Typeface]:
    """Give our own fonts by their names inside of a PDF."""
    return {name_in_pdf(font.family, font.weight): Typeface(font) for font in OUR_FONTS}
