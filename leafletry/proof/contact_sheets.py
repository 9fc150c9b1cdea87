"""All pages of a language and format in one picture, to look at before anything is given out."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image

from leafletry.printing.manifest import Manifest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from leafletry.editions.edition import EditionRecord
    from leafletry.editions.scope import Scope

PAGE_WIDTH = 420
"""Width of a page in the picture, in pixels: enough to see what is where, not to read it."""
MOST_BESIDE = 8
"""How many pages stand in one line; longer leaflets take several."""
_GAP = 12
_TABLE = (120, 126, 128)
"""The grey of the table on which the pages lie: the edge of each is seen."""
FOLDER = "contact-sheets"


def contact_sheets(output: Path, scope: Scope) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content (PNG) of each picture, a line of pages for each leaflet.

    They are of what the last build made, as far as it is in `scope`; editions of clinics have
    pictures of their own.
    """
    shelves: dict[tuple[str, str, str], list[EditionRecord]] = {}
    for record in Manifest.read(output).editions:
        if record.edition in scope and (output / record.path).is_file():
            key = (record.clinic or "", record.locale, record.page_format)
            shelves.setdefault(key, []).append(record)
    for (clinic, locale, page_format), records in sorted(shelves.items()):
        name = "-".join([*([clinic] if clinic else []), locale, page_format])
        rows = [
            row
            for record in sorted(records, key=lambda record: record.leaflet)
            for row in _rows(list(_pages(output / record.path)))
        ]
        yield f"{FOLDER}/{name}.png", _laid_out(rows)


def _pages(path: Path) -> Iterator[Image.Image]:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        for page in document:
            yield page.render(scale=PAGE_WIDTH / page.get_width()).to_pil().convert("RGB")
            page.close()
    finally:
        document.close()


def _rows(pages: list[Image.Image]) -> list[list[Image.Image]]:
    return [pages[i : i + MOST_BESIDE] for i in range(0, len(pages), MOST_BESIDE)]


def _laid_out(rows: list[list[Image.Image]]) -> bytes:
    """Give a picture of pages in lines."""
    heights = [max(page.height for page in row) + _GAP for row in rows]
    width = max(len(row) for row in rows) * (PAGE_WIDTH + _GAP) + _GAP
    sheet = Image.new("RGB", (width, sum(heights) + _GAP), _TABLE)
    top = _GAP
    for row, height in zip(rows, heights, strict=True):
        for number, page in enumerate(row):
            sheet.paste(page, (_GAP + number * (PAGE_WIDTH + _GAP), top))
        top += height
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()
