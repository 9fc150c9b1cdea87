"""Letters that one glyph joins, told one by one, so that a page can be searched and copied.

Lam and alef are one glyph, لا, and PDF names both letters for it. Text that runs to the left is
drawn from left to right, and PDF engines turn it round letter by letter; some of them turn round
the two letters of such a glyph as well. So here the glyph stands for its last letter, and a glyph
that draws nothing and takes no room follows it for each letter before that.
"""

from __future__ import annotations

import contextlib
import io
import re
import unicodedata
from typing import TYPE_CHECKING, Any

import pydyf
import weasyprint.pdf
from fontTools.ttLib import TTFont

from leafletry.editions.fonts import BLANKS, PRESENTATION_FORMS

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNS_TO_THE_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
"""A letter of a script that is written from right to left."""


@contextlib.contextmanager
def told_apart() -> Iterator[None]:
    """Make WeasyPrint tell each letter by a glyph of its own, as long as the context lasts."""
    write_fonts = weasyprint.pdf.build_fonts_dictionary

    def tell_and_write(pdf: Any, fonts: dict[str, Any], *options: Any) -> Any:
        codes = {font.hash: _told(font) for font in fonts.values()}
        if any(codes.values()):
            for stream in pdf.objects:
                if isinstance(stream, pydyf.Stream):
                    _write_codes(stream, codes)
        return write_fonts(pdf, fonts, *options)

    weasyprint.pdf.build_fonts_dictionary = tell_and_write
    try:
        yield
    finally:
        weasyprint.pdf.build_fonts_dictionary = write_fonts


def _told(font: Any) -> dict[bytes, bytes]:
    """Give what to draw in place of each joined glyph of a font, as they are written in a file."""
    blanks = _name_glyphs(font)
    joined = {
        glyph: letters
        for glyph, letters in font.to_unicode.items()
        if len(letters) > 1 and RUNS_TO_THE_LEFT.match(letters)
    }
    codes, by_letter = {}, dict[str, int]()
    for glyph, letters in joined.items():
        before = letters[-2::-1]
        by_letter |= zip(dict.fromkeys(before) - by_letter.keys(), blanks, strict=False)
        if not by_letter.keys() >= set(before):
            continue  # The font has too few glyphs that draw nothing: the letters stay together.
        font.to_unicode[glyph] = letters[-1]
        drawn = (glyph, *(by_letter[letter] for letter in before))
        codes[b"%04x" % glyph] = b"".join(b"%04x" % code for code in drawn)
    for letter, blank in by_letter.items():
        font.to_unicode[blank], font.widths[blank] = letter, 0
    return codes


def _name_glyphs(font: Any) -> Iterator[int]:
    """Put right which letters a glyph stands for, and give the glyphs that draw nothing.

    WeasyPrint takes them from the first place a glyph is drawn at. What the font itself says is
    better: there a mark may share a place with its letter, and a bracket is turned round.
    """
    if not any(map(RUNS_TO_THE_LEFT.search, font.to_unicode.values())):
        return iter(())
    with TTFont(io.BytesIO(font.file_content), lazy=True) as parsed:
        by_code = {code: parsed.getGlyphID(name) for code, name in parsed.getBestCmap().items()}
        classes = parsed["GDEF"].table.GlyphClassDef if "GDEF" in parsed else None
        kinds = classes.classDefs if classes else {}
        marks = {parsed.getGlyphID(name) for name, kind in kinds.items() if kind == _MARK}
    for code, glyph in sorted(by_code.items(), reverse=True):
        if glyph in font.to_unicode and code not in BLANKS:
            font.to_unicode[glyph] = _letters(code)
    for glyph in marks & font.to_unicode.keys() - set(by_code.values()):
        found = [sign for sign in font.to_unicode[glyph] if unicodedata.category(sign) == "Mn"]
        font.to_unicode[glyph] = "".join(found) or font.to_unicode[glyph]
    return (by_code[code] for code in BLANKS if code in by_code)


def _letters(code: int) -> str:
    """Give the letters a code stands for: the one it is, or those that an old code joins."""
    letters = chr(code)
    if code in PRESENTATION_FORMS:
        letters = unicodedata.normalize("NFKC", letters).strip() or letters
    return letters


_MARK = 3
"""The class that a font's table GDEF gives to glyphs that stand above and below others."""


_FONT = re.compile(rb"/(\S+) \S+ Tf")
_GLYPHS = re.compile(rb"<([0-9a-f]+)>")


def _write_codes(stream: pydyf.Stream, codes: dict[str, dict[bytes, bytes]]) -> None:
    """Put the codes of a page's drawing in place of those that join letters."""
    told: dict[bytes, bytes] = {}

    def replaced(glyphs: re.Match[bytes]) -> bytes:
        drawn = (glyphs[1][at : at + 4] for at in range(0, len(glyphs[1]), 4))
        return b"<" + b"".join(told.get(code, code) for code in drawn) + b">"

    for i, operator in enumerate(stream.stream):
        if not isinstance(operator, bytes):
            continue
        if named := _FONT.fullmatch(operator):
            told = codes.get(named[1].decode(), {})
        elif told and operator.endswith(b" TJ"):
            stream.stream[i] = _GLYPHS.sub(replaced, operator)
