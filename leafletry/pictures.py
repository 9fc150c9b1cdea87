"""Pictures of pages, for screens."""

from __future__ import annotations

import io

import pypdfium2
from PIL import Image


def picture_of_first_page(pdf: bytes, width: int) -> bytes:
    """Give the first page as a PNG, `width` pixels wide, in at most 64 colours to stay small."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        picture = page.render(scale=width / page.get_width()).to_pil()
        target = io.BytesIO()
        picture.quantize(64, Image.Quantize.FASTOCTREE).save(target, "PNG")
        return target.getvalue()
    finally:
        document.close()
