"""PDF engines that draw pages, and the place where two of their pictures differ most.

A font that is broken in one engine only prints wrong glyphs for some readers, and no one engine can
know. So two engines, which share no code, draw the same page, and a difference that is bigger than
the engines' own taste in anti-aliasing means that one of them reads the file otherwise.
"""

import io
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pypdfium2
from patience import PATIENCE
from PIL import Image, ImageChops, ImageFilter

from .tools import has_tool, require_tool

Engine: TypeAlias = Callable[[Path, int], Image.Image]
"""Draws one page (the first is 0) in grey, at `COMPARED_DPI * OVERSAMPLING` dots an inch."""

COMPARED_DPI = 200
# PDFium puts glyphs on whole dots. Drawn three times finer, that shifts them by a sixth of a dot.
OVERSAMPLING = 3
# Grey levels (of 255) that edges may differ by; the rest of a difference counts.
_EDGE_TOLERANCE = 96
# As wide as two strokes of body type: small enough that one stroke of one kanji fills much of it.
_WINDOW_POINTS = 2.0

DIFFERENCE_THRESHOLD = 5
"""The least difference between PDFium and MuPDF that means that a glyph is wrong.

Measured with PDFium of pypdfium2 5.15 and MuPDF 1.21 on six pages in English, French, Spanish,
Dutch and Japanese with type from 9 to 22 pt, tables, dotted rules, gradients and figures: where
both read the same file the difference is 0. One glyph of 11 pt changed for its nearest look-alike
gives 11 to 14 (l and I of Source Sans, 未 and 末, 土 and 士), 26 to 29 (full stop and comma, ば and
ぱ), 45 (ふ and ぶ), 56 (á and â), and one that looks unlike gives 49 to 115.
"""

POPPLER_THRESHOLD = 20
"""The same where Poppler is one of the two.

Poppler 22.12 sets small type a little lower and thinner: it differs from the others by up to 12
where nothing is wrong, so that the nearest look-alikes hide from it. It reads a font whose CIDs are
not its glyphs as PDFium does, and drops some gradients (up to 94), which is its own mistake.
"""


@dataclass(frozen=True, slots=True)
class PageDifference:
    """How far two pictures of a page differ where they differ most."""

    page: int
    """The page's number, from 1."""
    value: int
    """From 0 (nothing but edges differs) to 159 (black where the other is white)."""
    x: float
    """Points from the left edge of the page to that place."""
    y: float
    """Points from the top edge of the page to that place."""

    def __str__(self) -> str:
        """Say how much and where, in one line."""
        return f"page {self.page}: {self.value} at {self.x:.0f}, {self.y:.0f} pt from the top left"


def pdfium(pdf: Path, page: int) -> Image.Image:
    """Draw a page as Chrome and Android do."""
    with pypdfium2.PdfDocument(pdf) as document:
        scale = COMPARED_DPI * OVERSAMPLING / 72
        picture: Image.Image = document[page].render(scale=scale, grayscale=True).to_pil()
        return picture.convert("L")


def mupdf(pdf: Path, page: int) -> Image.Image:
    """Draw a page with MuPDF, which addresses glyphs more strictly than the others."""
    dpi = str(COMPARED_DPI * OVERSAMPLING)
    tool = require_tool("mutool")
    return _draw(
        [tool, "draw", "-q", "-c", "gray", "-F", "pgm", "-r", dpi, "-o", "-", pdf, str(page + 1)]
    )


def poppler(pdf: Path, page: int) -> Image.Image:
    """Draw a page as the readers of Linux desktops do."""
    dpi, number = str(COMPARED_DPI * OVERSAMPLING), str(page + 1)
    tool = require_tool("pdftoppm")
    return _draw([tool, "-q", "-gray", "-r", dpi, "-f", number, "-l", number, pdf])


def worst_difference(pdf: Path, engine_a: Engine, engine_b: Engine) -> list[PageDifference]:
    """Draw each page with two engines and find where the pictures differ most."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = len(document)
    return [compare(page, engine_a(pdf, page), engine_b(pdf, page)) for page in range(pages)]


def independent_engine() -> tuple[Engine, int]:
    """Choose the engine to set against PDFium, with the threshold that belongs to it."""
    if has_tool("pdftoppm") and not has_tool("mutool"):
        return poppler, POPPLER_THRESHOLD
    return mupdf, DIFFERENCE_THRESHOLD


def compare(page: int, picture_a: Image.Image, picture_b: Image.Image) -> PageDifference:
    """Find the place where two pictures of a page (the first is 0) differ most."""
    picture_a, picture_b = _crop_alike(picture_a, picture_b)
    difference = ImageChops.difference(
        picture_a.reduce(OVERSAMPLING), picture_b.reduce(OVERSAMPLING)
    )
    beyond_edges = difference.point([max(0, level - _EDGE_TOLERANCE) for level in range(256)])
    heat = beyond_edges.filter(ImageFilter.BoxBlur(_WINDOW_POINTS / 72 * COMPARED_DPI / 2))
    value, left, top = _brightest(heat)
    return PageDifference(page + 1, value, left * 72 / COMPARED_DPI, top * 72 / COMPARED_DPI)


def _crop_alike(picture_a: Image.Image, picture_b: Image.Image) -> tuple[Image.Image, Image.Image]:
    """Cut off the dot by which engines round a page's size up or down."""
    size_a, size_b = picture_a.size, picture_b.size
    if any(abs(a - b) > OVERSAMPLING for a, b in zip(size_a, size_b, strict=True)):
        raise ValueError(f"the engines draw pages of {size_a} and {size_b} dots")
    box = (0, 0, min(size_a[0], size_b[0]), min(size_a[1], size_b[1]))
    return picture_a.crop(box), picture_b.crop(box)


def _draw(command: list[Path | str]) -> Image.Image:
    """Run a program that writes one picture to its standard output."""
    done = subprocess.run(command, capture_output=True, check=True, timeout=PATIENCE)
    return Image.open(io.BytesIO(done.stdout)).convert("L")


def _brightest(heat: Image.Image) -> tuple[int, int, int]:
    """Find the highest level of a picture, and the left and top of where it stands."""
    highest = max(level for level, dots in enumerate(heat.histogram()) if dots)
    box = heat.point([255 * (level == highest) for level in range(256)]).getbbox()
    return (highest, box[0], box[1]) if box else (0, 0, 0)
