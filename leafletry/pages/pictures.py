"""Pictures of pages, for screens."""

from __future__ import annotations

import io

import pypdfium2
from PIL import Image


def small_picture(page: Image.Image, width: int) -> bytes:
    """Give the picture of a page as a PNG, `width` pixels wide, in at most 64 colours."""
    height = round(page.height * width / page.width)
    target = io.BytesIO()
    small = page.resize((width, height), Image.Resampling.BOX, reducing_gap=1.0)
    small.quantize(64, Image.Quantize.FASTOCTREE).save(target, "PNG")
    return target.getvalue()


def picture_of_page(pdf: bytes, number: int, width: int) -> bytes:
    """Give a page (from 1 on) as a PNG with all its colours, `width` pixels wide; made quickly."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[number - 1]
        target = io.BytesIO()
        picture = page.render(scale=width / page.get_width()).to_pil()
        picture.save(target, "PNG", compress_level=1)
        return target.getvalue()
    finally:
        document.close()
