"""How a font draws its glyphs: outlines to compare, ink to look for, parts that must end."""

from __future__ import annotations

import struct
from functools import cache
from typing import TYPE_CHECKING

import uharfbuzz

if TYPE_CHECKING:
    from collections.abc import Callable

Outline = tuple[float, ...]
"""The advance of a glyph, then each step of its outline: kind and points (font units)."""

MOST_PARTS, DEEPEST = 2_000, 12
"""What a glyph may be made of: other glyphs, all counted, and how deep they lie in each other."""
_PIXELS = 48
"""How large (pixels to the em) a glyph is drawn to look for ink; a full stop has some twenty."""


def opened(content: bytes, weight: int | None = None) -> uharfbuzz.Font:
    """Give a font to draw with; in a weight, where the file has all of them."""
    font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob(content)))
    if weight is not None:
        font.set_variations({"wght": weight})
    return font


def outline(font: uharfbuzz.Font, glyph: int) -> Outline:
    """Give how a glyph is drawn."""
    steps = [float(font.get_glyph_h_advance(glyph))]
    font.draw_glyph(glyph, _pen(), steps)
    return tuple(steps)


@cache
def _pen() -> uharfbuzz.DrawFuncs:
    pen = uharfbuzz.DrawFuncs()

    def step(kind: float) -> Callable[..., None]:
        return lambda *points_and_steps: points_and_steps[-1].extend((kind, *points_and_steps[:-1]))

    pen.set_move_to_func(step(1))
    pen.set_line_to_func(step(2))
    pen.set_quadratic_to_func(step(3))
    pen.set_cubic_to_func(step(4))
    pen.set_close_path_func(step(5))
    return pen


def has_ink(font: uharfbuzz.Font, glyph: int) -> bool:
    """Tell whether a glyph leaves anything on paper."""
    scale = _PIXELS / font.face.upem
    raster = uharfbuzz.RasterDraw()
    raster.transform = (scale, 0, 0, scale, 0, 0)
    extents = font.get_glyph_extents(glyph)
    if extents is None or max(abs(extents.width), abs(extents.height)) > _FARTHEST * font.face.upem:
        return False
    raster.draw_glyph(font, glyph)
    image = raster.render()
    return image is not None and any(image.buffer)


_FARTHEST = 40
"""No glyph is larger than this many ems; the widest known, a whole phrase in Arabic, has 12."""


def is_endless(face: uharfbuzz.Face) -> bool:
    """Tell whether a glyph is made of other glyphs without end, or of far too many."""
    parts = _parts(face)
    counted: dict[int, tuple[int, int]] = {}

    def count(glyph: int, above: int) -> tuple[int, int]:
        """Give of how many glyphs one is made, itself included, and how deep they lie."""
        if glyph not in counted:
            if above > DEEPEST:  # So is every glyph that is made of itself.
                raise _EndlessError
            below = [count(part, above + 1) for part in parts.get(glyph, ())]
            number = 1 + sum(others for others, _ in below)
            depth = 1 + max((deep for _, deep in below), default=0)
            if number > MOST_PARTS or depth > DEEPEST:
                raise _EndlessError
            counted[glyph] = (number, depth)
        return counted[glyph]

    try:
        for glyph in parts:
            count(glyph, 0)
    except _EndlessError:
        return True
    return False


class _EndlessError(Exception):
    pass


_HEADER, _PART = struct.Struct(">h8x"), struct.Struct(">HH")
_WORDS, _SCALE, _MORE, _TWO_SCALES, _MATRIX = 0x1, 0x8, 0x20, 0x40, 0x80


def _parts(face: uharfbuzz.Face) -> dict[int, list[int]]:
    """Give the glyphs that each glyph of TrueType outlines is made of, where it is made of any."""
    glyf, loca = (face.reference_table(tag).data for tag in ("glyf", "loca"))
    (is_long,) = struct.unpack_from(">H", face.reference_table("head").data, 50)
    count = len(loca) // (4 if is_long else 2)
    places = struct.unpack_from(f">{count}{'L' if is_long else 'H'}", loca)
    made_of: dict[int, list[int]] = {}
    for glyph, start in enumerate(places):
        at = start if is_long else 2 * start
        if at + _HEADER.size > len(glyf) or _HEADER.unpack_from(glyf, at)[0] >= 0:
            continue
        at += _HEADER.size
        flags = _MORE
        while flags & _MORE and at + _PART.size <= len(glyf):
            flags, part = _PART.unpack_from(glyf, at)
            made_of.setdefault(glyph, []).append(part)
            at += _PART.size + (4 if flags & _WORDS else 2)
            at += 2 if flags & _SCALE else 4 if flags & _TWO_SCALES else 8 if flags & _MATRIX else 0
    return made_of
