"""Lay pages of finished PDFs into the sheets of another: the very pages, not pictures of them."""

from __future__ import annotations

import hashlib
import re
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import pypdfium2
from pypdfium2 import raw

if TYPE_CHECKING:
    from collections.abc import Iterable

_MM = 72 / 25.4
_ID = re.compile(rb"/ID\[<([0-9A-F]{32})><[0-9A-F]{32}>\](?=[^/]*\s+startxref)")


@dataclass(frozen=True)
class Inlay:
    """A page of a PDF and where it is laid: mm from the top left corner of a sheet, at a width.

    `page` and `sheet` count from 0.
    """

    pdf: bytes
    page: int
    sheet: int
    x: float
    y: float
    width: float


def lay_in(sheets: bytes, inlays: Iterable[Inlay]) -> bytes:
    """Give a PDF with pages laid below what its sheets show; its links and outline stay.

    Equal input gives equal bytes.
    """
    with ExitStack() as stack:
        target = stack.enter_context(pypdfium2.PdfDocument(sheets))
        opened: dict[bytes, pypdfium2.PdfDocument] = {}
        laid = sorted(inlays, key=lambda inlay: inlay.sheet)
        for number, on_one in groupby(laid, key=lambda inlay: inlay.sheet):
            sheet = target[number]
            for inlay in on_one:
                if inlay.pdf not in opened:
                    opened[inlay.pdf] = stack.enter_context(pypdfium2.PdfDocument(inlay.pdf))
                _lay(sheet, opened[inlay.pdf], inlay)
            sheet.gen_content()
            sheet.close()
        written = BytesIO()
        target.save(written)
    return _with_lasting_id(_with_each_font_once(written.getvalue()))


def _lay(sheet: pypdfium2.PdfPage, source: pypdfium2.PdfDocument, inlay: Inlay) -> None:
    width, height = source.get_page_size(inlay.page)
    scale = inlay.width * _MM / width
    foot = sheet.get_height() - inlay.y * _MM - height * scale
    content = raw.FPDF_NewXObjectFromPage(sheet.pdf, source, inlay.page)
    page = raw.FPDF_NewFormObjectFromXObject(content)
    raw.FPDF_CloseXObject(content)
    raw.FPDFPageObj_SetMatrix(page, raw.FS_MATRIX(scale, 0, 0, scale, inlay.x * _MM, foot))
    # In the first place: everything else of the sheet is drawn later, so above it.
    raw.FPDFPage_InsertObjectAtIndex(sheet, page, 0)


_ENTRY = re.compile(rb"(\d{10}) \d{5} n\r\n")
_FONT = re.compile(rb"(?<=/FontFile3 )(\d+)(?= 0 R)")


def _with_each_font_once(pdf: bytes) -> bytes:
    """Leave out the copies of fonts: PDFium makes one for each page that is laid in.

    Reads files as PDFium writes them: objects one after another, then one plain table of them.
    """
    table = int(pdf[pdf.rindex(b"startxref") :].split()[1])
    starts = sorted(int(entry[1]) for entry in _ENTRY.finditer(pdf, table))
    objects = {
        int(pdf[start : pdf.index(b" ", start)]): pdf[start:end]
        for start, end in pairwise([*starts, table])
    }
    fonts: dict[bytes, bytes] = {}
    kept: dict[bytes, bytes] = {}
    for content in objects.values():
        for named in _FONT.finditer(content):
            if b"stream" not in content:
                font = objects[int(named[1])].partition(b"obj")[2]
                kept[named[1]] = fonts.setdefault(font, named[1])
    written = bytearray(pdf[: starts[0]])
    places = {}
    for number, content in objects.items():
        if kept.get(name := b"%d" % number, name) == name:
            places[number] = len(written)
            plain = b"stream" not in content
            written += _FONT.sub(lambda m: kept[m[1]], content) if plain else content
    last = max(places)
    entries = [
        b"%010d 00000 n\r\n" % places[number] if number in places else b"0000000000 65535 f\r\n"
        for number in range(last + 1)
    ]
    trailer = pdf[pdf.index(b"trailer", table) : pdf.rindex(b"startxref")]
    end = b"startxref\r\n%d\r\n%%%%EOF\r\n" % len(written)
    return bytes(written) + b"xref\r\n0 %d\r\n" % (last + 1) + b"".join(entries) + trailer + end


def _with_lasting_id(pdf: bytes) -> bytes:
    """Name a file by its content; PDFium gives it another name at random each time."""
    found = _ID.search(pdf)
    if found is None:
        message = "a PDF without the name it was given"
        raise ValueError(message)
    blank = _ID.sub(lambda name: name[0].replace(name[1], b"0" * 32), pdf)
    name = hashlib.sha256(blank).hexdigest()[:32].upper().encode()
    return _ID.sub(b"/ID[<" + name + b"><" + name + b">]", pdf)
