"""A program of its own that draws an SVG once, dot by dot: an SVG in, a PNG out.

It draws with resvg, which keeps to the standard as browsers do; what lays out our pages draws some
strokes and styles in its own way. No font is there, so that no text is drawn in another one, and
nothing but the file is read. It imports nothing of the engine, and is run by `arms_length`.
"""

from __future__ import annotations

import io
import struct

import resvg_py
from PIL import Image

LONGEST_SIDE = 600
"""In dots: 380 an inch on 40 mm of paper, so that edges are smooth and files stay small."""
_PROBE = 64


def draw(svg: str) -> bytes:
    """Give the picture as a PNG whose longer side has `LONGEST_SIDE` dots.

    Raises ValueError where it cannot be drawn, or nothing of it would be seen.
    """
    width, height = struct.unpack(">II", _png(svg, width=_PROBE)[16:24])
    wide = width >= height
    drawn = _png(svg, width=LONGEST_SIDE) if wide else _png(svg, height=LONGEST_SIDE)
    with Image.open(io.BytesIO(drawn)) as picture:
        if picture.convert("RGBA").getchannel("A").getextrema() == (0, 0):
            raise ValueError("draws nothing")
    return drawn


def _png(svg: str, width: int | None = None, height: int | None = None) -> bytes:
    return bytes(
        resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, width=width, height=height)
    )


def run() -> None:
    """Read standard input, and write what came of it to standard output."""
    with open(0, "rb", closefd=False) as given:
        content = given.read()
    try:
        answer = draw(content.decode("utf-8"))
    except ValueError as error:
        answer = b"draws nothing" if str(error) == "draws nothing" else b"cannot be drawn"
    with open(1, "wb", closefd=False) as told:
        told.write(answer)


if __name__ == "__main__":
    run()
