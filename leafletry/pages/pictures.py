"""Pictures of pages, for screens."""

from __future__ import annotations

import io

import pypdfium2
from PIL import Image


def picture_of_first_page(pdf: bytes, width: int) -> bytes:
    """Give the first page as a PNG in at most 64 colours, `width` pixels wide."""
    return _png(_picture(pdf, 1, width).quantize(64, Image.Quantize.FASTOCTREE))


def picture_of_page(pdf: bytes, number: int, width: int) -> bytes:
    """Give a page (from 1 on) as a PNG with all its colours, `width` pixels wide; made quickly."""
    return _png(_picture(pdf, number, width), compress_level=1)


def _picture(pdf: bytes, number: int, width: int) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[number - 1]
        picture: Image.Image = page.render(scale=width / page.get_width()).to_pil()
        return picture
    finally:
        document.close()


def _png(picture: Image.Image, **options: int) -> bytes:
    target = io.BytesIO()
    picture.save(target, "PNG", **options)
    return target.getvalue()
