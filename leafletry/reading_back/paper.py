"""What stands on the pages of a finished file, as another engine than its writer sees it: PDFium.

All measures are in points, from the top left corner of the page, to the right and down.
"""

from __future__ import annotations

import ctypes
import os
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

# Its threads would cost more than they save: what is summed here is small.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from leafletry.reading_back.typefaces import Outline

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from leafletry.reading_back.typefaces import Typeface

DOTS = 1.5
"""Dots to a point in which pages are looked at: 108 to the inch."""
HYPHEN = "\u2010"
_BLANKS = [*map(ord, "\0\t\n\r \u00a0\u00ad\u2009\u200a\u200b\u202f\u2060\u3000")]
_HYPHENS = [0x02, 0xFFFE]
"""What PDFium calls a hyphen that ends a line."""
_ANY_SMALL_TURN = 0.02
_NOBODY_KNOWS = (float("nan"),) * 8

Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""


@dataclass(frozen=True)
class Run:
    """Words drawn at once: in which font, how large, which way, and with what ink.

    `order` is its place among all that is painted, `upright` tells that it is neither turned,
    mirrored nor slanted, `stretch` is its width by its height; `grey` is its ink on a grey copy,
    from 0 (black) to 255, or None where nothing is filled with it. `piece` is the number of the
    marked piece it is a part of, a line of one element.
    """

    order: int
    font: str
    size: float
    upright: bool
    stretch: float
    grey: float | None
    says_its_words: bool
    piece: int


@dataclass(frozen=True)
class Shape:
    """Something painted that is no words: a line or area, a picture, a group of them."""

    order: int
    kind: str
    box: Box


@dataclass(frozen=True)
class Page:
    """A page as it is read: its glyphs in the order of its drawing, and all else that is painted.

    `characters` has one for each glyph, no blanks; `boxes` has the dots in which the ink of each
    has to be (left, top, right, bottom), `baselines` the row of dots it stands on, `quarters` how
    much ink is in each quarter of its box, and `run_of` the number of its run. Where no font of
    ours tells, the quarters are no numbers, and the box is what PDFium makes of it. `whole` and
    `wordless` are pictures of the page, with and
    without its words, as on a grey copy, with `DOTS` to a point. `other_shapes` are characters of
    ours that look otherwise in this file. `silent` are the boxes, in dots, of parts of words that
    tell no characters, as all of them are told with the first part.
    """

    number: int
    width: float
    height: float
    characters: str
    boxes: NDArray[np.float64]
    baselines: NDArray[np.float64]
    quarters: NDArray[np.float64]
    run_of: NDArray[np.intp]
    runs: Sequence[Run]
    shapes: Sequence[Shape]
    whole: NDArray[np.uint8]
    wordless: NDArray[np.uint8]
    other_shapes: str
    silent: Sequence[Box]


def read_pages(pdf: bytes, faces: Mapping[str, Typeface]) -> Iterator[Page]:
    """Yield the pages of a file.

    `faces` are the fonts that tell how glyphs have to look, by their names inside of the file.
    """
    document = pypdfium2.PdfDocument(pdf)
    proved: set[Any] = set()
    try:
        for number, page in enumerate(document, 1):
            yield _Reader(page, number, faces, proved).page()
            page.close()
    finally:
        document.close()


def _address_of(handle: Any) -> int:
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def _quick(name: str, result: Any, *arguments: Any) -> Any:
    """Give a function of PDFium that takes addresses as numbers: it is called for each glyph."""
    return ctypes.CFUNCTYPE(result, *arguments)(_address_of(getattr(pdfium, name)))


_ADDRESS, _NUMBER = ctypes.c_void_p, ctypes.c_int
_unicode_of = _quick("FPDFText_GetUnicode", ctypes.c_uint, _ADDRESS, _NUMBER)
_box_of = _quick("FPDFText_GetCharBox", _NUMBER, _ADDRESS, _NUMBER, *[_ADDRESS] * 4)
_origin_of = _quick("FPDFText_GetCharOrigin", _NUMBER, _ADDRESS, _NUMBER, *[_ADDRESS] * 2)
_object_of = _quick("FPDFText_GetTextObject", _ADDRESS, _ADDRESS, _NUMBER)


_point_of = _quick("FPDFPathSegment_GetPoint", _NUMBER, _ADDRESS, _ADDRESS, _ADDRESS)
_path_of = _quick("FPDFFont_GetGlyphPath", _ADDRESS, _ADDRESS, ctypes.c_uint, ctypes.c_float)
_count_of = _quick("FPDFGlyphPath_CountGlyphSegments", _NUMBER, _ADDRESS)
_segment_of = _quick("FPDFGlyphPath_GetGlyphPathSegment", _ADDRESS, _ADDRESS, _NUMBER)


def _has_outline(font: int, character: str, outline: Outline) -> bool:
    path = _path_of(font, ord(character), 1.0)
    if not path or _count_of(path) != outline.count:
        return False
    x, y = ctypes.c_float(), ctypes.c_float()
    to_x, to_y = ctypes.addressof(x), ctypes.addressof(y)
    for i, (right_x, right_y) in zip(Outline.sampled(outline.count), outline.points, strict=True):
        _point_of(_segment_of(path, i), to_x, to_y)
        away = max(abs(1000 * x.value - right_x), abs(1000 * y.value - right_y))
        if away > _NEARLY:
            return False
    return True


def _runs_to_the_left(character: str) -> bool:
    return unicodedata.bidirectional(character) in ("R", "AL")


_TURNED = str.maketrans("()[]{}«»\u2039\u203a", ")(][}{»«\u203a\u2039")
"""What is drawn of a bracket or quotation mark in words that run to the left."""
_NEARLY = 2.0
"""Thousandths of an em by which a point may be elsewhere: engines round."""


def _codes(text: Any) -> NDArray[np.intp]:
    """Give the characters of a page as PDFium tells them."""
    count = pdfium.FPDFText_CountChars(text)
    units = np.zeros(count + 1, np.uint16)
    taken = pdfium.FPDFText_GetText(
        text, 0, count, units.ctypes.data_as(ctypes.POINTER(ctypes.c_ushort))
    )
    beyond = (units & 0xF800) == 0xD800  # noqa: PLR2004 - halves of a character
    if taken == count + 1 and not beyond.any():
        return units[:count].astype(np.intp)
    handle = _address_of(text)
    return np.array([_unicode_of(handle, i) for i in range(count)], np.intp)


class _Reader:
    """Reads one page."""

    def __init__(
        self, page: Any, number: int, faces: Mapping[str, Typeface], proved: set[Any]
    ) -> None:
        self.faces = faces
        self.proved = proved
        self.source = page
        self.number = number
        self.width, self.height = page.get_size()
        count = pdfium.FPDFPage_CountObjects(page.raw)
        self.objects = [pdfium.FPDFPage_GetObject(page.raw, i) for i in range(count)]
        self.kinds = [pdfium.FPDFPageObj_GetType(item) for item in self.objects]

    def page(self) -> Page:
        characters, boxes, baselines, quarters, run_of, runs = self._words()
        whole = self._looked_at()
        shapes = [
            Shape(i, _KINDS.get(kind, "shape"), self._bounds(item))
            for i, (item, kind) in enumerate(zip(self.objects, self.kinds, strict=True))
            if kind != pdfium.FPDF_PAGEOBJ_TEXT
        ]
        for item, kind in zip(self.objects, self.kinds, strict=True):
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                pdfium.FPDFPageObj_SetIsActive(item, 0)
        wordless = self._looked_at()
        return Page(
            number=self.number,
            width=self.width,
            height=self.height,
            characters=characters,
            boxes=boxes,
            baselines=baselines,
            quarters=quarters,
            run_of=run_of,
            runs=runs,
            shapes=shapes,
            whole=whole,
            wordless=wordless,
            other_shapes=self._other_shapes(characters, run_of, runs),
            silent=self._silent(runs),
        )

    def _other_shapes(self, characters: str, run_of: NDArray[np.intp], runs: Sequence[Run]) -> str:
        """Give the characters whose outline in the file is not that of the font they are from."""
        fonts = [
            (run.font, _address_of(pdfium.FPDFTextObj_GetFont(self.objects[run.order])))
            if run.order >= 0
            else ("", 0)
            for run in runs
        ]
        drawn = dict.fromkeys(zip(map(fonts.__getitem__, run_of.tolist()), characters, strict=True))
        # PDFium tells the bracket that is seen; to the left, the file has the one that is said.
        turned = _TURNED if any(map(_runs_to_the_left, characters)) else {}
        found = []
        for (name, font), character in drawn.keys() - self.proved:
            face = self.faces.get(name.partition("+")[2])
            outline = face.outline(character) if face else None
            said = {(c, outline) for c in (character, character.translate(turned))}
            if face and character == HYPHEN:  # One that ends a line may be that of the keyboard.
                said.add(("-", face.outline("-")))
            if not font or outline is None or any(o and _has_outline(font, c, o) for c, o in said):
                self.proved.add(((name, font), character))
            else:
                found.append(character)
        return "".join(sorted(found))

    def _words(
        self,
    ) -> tuple[str, NDArray[Any], NDArray[Any], NDArray[Any], NDArray[np.intp], list[Run]]:
        """Give each printed character, where its ink has to be, and in which run it is drawn."""
        text = pdfium.FPDFText_LoadPage(self.source.raw)
        handle = _address_of(text)
        try:
            codes = _codes(text)
            printed = np.flatnonzero(~np.isin(codes, _BLANKS)).tolist()
            handles = [_object_of(handle, i) for i in printed]
            room = np.zeros((len(printed), 2))
            at = room.ctypes.data
            for i in printed:
                _origin_of(handle, i, at, at + 8)
                at += 16
            codes = codes[printed]
            hyphens = np.isin(codes, _HYPHENS)
            characters = "".join(map(chr, np.where(hyphens, ord(HYPHEN), codes).tolist()))
            orders = {_address_of(item): i for i, item in enumerate(self.objects)}
            numbers = {one: number for number, one in enumerate(dict.fromkeys(handles))}
            runs = [self._run(orders[one]) if one in orders else _UNKNOWN for one in numbers]
            run_of = np.fromiter((numbers[one] for one in handles), np.intp, len(handles))
            glyphs = self._glyphs(characters, run_of, runs)
            # PDFium draws letters where a dot begins.
            x, y = np.round(np.stack((room[:, 0], self.height - room[:, 1])) * DOTS)
            boxes = np.stack((x, y, x, y), axis=1) + glyphs[:, :4]
            # Of a hyphen that ends a line, PDFium tells another place.
            glyphs[hyphens] = np.nan
            for n in np.flatnonzero(np.isnan(glyphs[:, 0])):
                boxes[n] = self._box_by_pdfium(handle, printed[n])
        finally:
            pdfium.FPDFText_ClosePage(text)
        return characters, boxes, y, glyphs[:, 4:], run_of, runs

    def _silent(self, runs: Sequence[Run]) -> list[Box]:
        if not any(run.says_its_words for run in runs):
            return []
        told = {run.order for run in runs}
        parts = [
            self._bounds(item)
            for i, (item, kind) in enumerate(zip(self.objects, self.kinds, strict=True))
            if kind == pdfium.FPDF_PAGEOBJ_TEXT and i not in told and _has_actual_text(item)
        ]
        return [(x * DOTS, y * DOTS, right * DOTS, foot * DOTS) for x, y, right, foot in parts]

    def _glyphs(
        self, characters: str, run_of: NDArray[np.intp], runs: Sequence[Run]
    ) -> NDArray[np.float64]:
        """Give box and quarters of each glyph, as its font tells, where it is one of ours."""
        faces = [
            None if run.says_its_words else self.faces.get(run.font.partition("+")[2])
            for run in runs
        ]
        dots = [round(run.size * DOTS, 2) for run in runs]
        kinds = list(zip(map(id, faces), dots, strict=True))
        kind_of = np.array([kinds.index(kind) for kind in kinds], np.int64)
        codes = np.fromiter(map(ord, characters), np.int64, len(characters))
        found, which = np.unique((kind_of[run_of] << 32) + codes, return_inverse=True)
        table = [_NOBODY_KNOWS]
        for key in found.tolist():
            run, code = key >> 32, key & 0xFFFFFFFF
            face = faces[run]
            glyph = face.glyph(chr(code), dots[run]) if face else None
            table.append((*glyph.box, *glyph.quarters) if glyph else _NOBODY_KNOWS)
        return np.array(table, np.float64)[which + 1]  # type: ignore[no-any-return]

    def _box_by_pdfium(self, text: int, i: int) -> Box:
        room = np.zeros(4)
        at = room.ctypes.data
        _box_of(text, i, at, at + 8, at + 16, at + 24)
        left, right, bottom, top = room.tolist()
        return left * DOTS, (self.height - top) * DOTS, right * DOTS, (self.height - bottom) * DOTS

    def _run(self, order: int) -> Run:
        item = self.objects[order]
        size = ctypes.c_float()
        pdfium.FPDFTextObj_GetFontSize(item, ctypes.byref(size))
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFPageObj_GetMatrix(item, ctypes.byref(matrix))
        across, up = abs(matrix.a), abs(matrix.d)
        turn = max(abs(matrix.b), abs(matrix.c))
        return Run(
            order=order,
            font=self._font(item),
            size=size.value * up,
            upright=matrix.a > 0 and matrix.d > 0 and turn < _ANY_SMALL_TURN * max(across, up),
            stretch=across / up if up else 0.0,
            grey=_ink(item),
            says_its_words=_has_actual_text(item),
            piece=_piece_of(item),
        )

    def _font(self, item: Any) -> str:
        font = pdfium.FPDFTextObj_GetFont(item)
        name = ctypes.create_string_buffer(128)
        pdfium.FPDFFont_GetBaseFontName(font, name, len(name))
        return name.value.decode("utf-8", "replace")

    def _bounds(self, item: Any) -> Box:
        sides = [ctypes.c_float() for _ in range(4)]
        pdfium.FPDFPageObj_GetBounds(item, *map(ctypes.byref, sides))
        left, bottom, right, top = (side.value for side in sides)
        return left, self.height - top, right, self.height - bottom

    def _looked_at(self) -> NDArray[np.uint8]:
        """Give the page as it is now, grey."""
        return self.source.render(scale=DOTS, grayscale=True).to_numpy().copy()  # type: ignore[no-any-return]


_UNKNOWN = Run(-1, "", 0.0, upright=True, stretch=1.0, grey=None, says_its_words=False, piece=-1)
"""Words inside of a group that is painted as one."""


def _ink(item: Any) -> float | None:
    if pdfium.FPDFTextObj_GetTextRenderMode(item) != pdfium.FPDF_TEXTRENDERMODE_FILL:
        return None
    parts = [ctypes.c_uint() for _ in range(4)]
    pdfium.FPDFPageObj_GetFillColor(item, *map(ctypes.byref, parts))
    red, green, blue, _ = (part.value for part in parts)
    return 0.299 * red + 0.587 * green + 0.114 * blue


def _piece_of(item: Any) -> int:
    number = ctypes.c_int()
    for i in range(pdfium.FPDFPageObj_CountMarks(item)):
        mark = pdfium.FPDFPageObj_GetMark(item, i)
        if pdfium.FPDFPageObjMark_GetParamIntValue(mark, b"MCID", ctypes.byref(number)):
            return number.value
    return -1


def _has_actual_text(item: Any) -> bool:
    wanted = b"ActualText"
    for i in range(pdfium.FPDFPageObj_CountMarks(item)):
        mark = pdfium.FPDFPageObj_GetMark(item, i)
        length = ctypes.c_ulong()
        room = ctypes.create_unicode_buffer(4)
        if pdfium.FPDFPageObjMark_GetParamStringValue(
            mark,
            wanted,
            ctypes.cast(room, ctypes.POINTER(ctypes.c_ushort)),
            0,
            ctypes.byref(length),
        ):
            return True
    return False


_KINDS = {
    pdfium.FPDF_PAGEOBJ_PATH: "line or area",
    pdfium.FPDF_PAGEOBJ_IMAGE: "picture",
    pdfium.FPDF_PAGEOBJ_SHADING: "shading",
    pdfium.FPDF_PAGEOBJ_FORM: "group",
}
