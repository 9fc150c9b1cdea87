"""Fonts proved as they stand in a finished file: each glyph is drawn as in the font it came from.

Between a package and a file lie cutting, a copy on the disk that Pango reads, and WeasyPrint's own
cutting. None of them is trusted: what Pango read must be what was cut, to the byte, and each glyph
that is embedded must have the outline and the width that its character has in the proved font.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from weasyprint.text.fonts import FontConfiguration, get_hb_object_data

from leafletry.editions.fonts import OUR_FONTS
from leafletry.editions.outlines import opened, outline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import uharfbuzz

    from leafletry.editions.fonts import FontFile
    from leafletry.editions.outlines import Outline


@dataclass(frozen=True)
class CutFont:
    """A font as a page wears it, with the one of ours it was cut from, if it is ours."""

    name: str
    content: bytes
    source: FontFile | None = None

    @cached_property
    def drawn(self) -> uharfbuzz.Font:
        """The font, to draw with."""
        return opened(self.content)

    @cached_property
    def characters(self) -> Mapping[int, str]:
        """What each glyph stands for, a character and perhaps the sign that chooses its form.

        Glyphs that stand for none, such as joined letters, are left out.
        """
        face = self.drawn.face
        written = [chr(code) for code in face.unicodes]
        for sign in face.variation_selectors:
            written += [chr(code) + chr(sign) for code in face.variation_unicodes(sign)]
        glyphs = ((_glyph(self.drawn, said), said) for said in reversed(written))
        return {glyph: said for glyph, said in glyphs if glyph is not None}

    def meant(self, glyph: int) -> Outline | None:
        """Give how a glyph has to be drawn; None where the font cannot say."""
        if self.source is None:
            return outline(self.drawn, glyph)
        said = self.characters.get(glyph)
        return None if said is None else _outline_in(self.source, said)


def _glyph(font: uharfbuzz.Font, said: str) -> int | None:
    code, *signs = map(ord, said)
    found: int | None = (
        font.get_variation_glyph(code, *signs) if signs else font.get_nominal_glyph(code)
    )
    return found


@lru_cache(maxsize=4096)
def _outline_in(font: FontFile, said: str) -> Outline | None:
    source = _source(font)
    glyph = _glyph(source, said)
    return None if glyph is None else outline(source, glyph)


@lru_cache(maxsize=8)
def _source(font: FontFile) -> uharfbuzz.Font:
    return opened(font.content())


class KnownFonts(FontConfiguration):  # type: ignore[misc]
    """The fonts of a page as WeasyPrint has them, which remembers what it was given."""

    def __init__(self, fonts: Iterable[CutFont]) -> None:
        """Begin with none; the style sheet brings them."""
        super().__init__()
        self.known = {hashlib.sha256(font.content).digest(): font for font in fonts}


def font_faults(document: Any) -> Iterator[str]:
    """Say what is wrong with each font that was embedded in a document just written."""
    files: dict[str, list[Any]] = defaultdict(list)
    for font in document.fonts.values():
        files[font.hash].append(font)
    for fonts in files.values():
        family = fonts[0].family
        read = {hashlib.sha256(get_hb_object_data(font.hb_face)).digest() for font in fonts}
        known = document.font_config.known.get(read.pop())
        if read:
            yield f'two fonts are called "{family}" in the same weight'
        elif known is None:
            yield f"the font {family} changed on the disk while the page was made"
        elif family in _OURS and (known.source is None or known.source.family != family):
            yield f'another font is called "{family}", as ours is: {known.name}'
        elif wrong := sorted(_wrong_glyphs(known, fonts)):
            said = ", ".join(known.characters.get(glyph, "?") for glyph in wrong[:_ENOUGH])
            yield f"the font {known.name} does not draw {said} as the one it was cut from"


_OURS = {font.family for font in OUR_FONTS}
_ENOUGH = 12
_NOTDEF = 0


def _wrong_glyphs(known: CutFont, fonts: Iterable[Any]) -> Iterator[int]:
    """Give the glyphs of one embedded file that are drawn otherwise, or are as wide as another.

    So is each that the file says to be a letter which it is not.
    """
    first, *_ = fonts  # It carries what is embedded for all of them.
    embedded = opened(first.file_content)
    thousandth = 1000 / embedded.face.upem
    widths = {glyph: width for font in fonts for glyph, width in font.widths.items()}
    letters = {glyph: said for font in fonts for glyph, said in font.to_unicode.items()}
    for glyph in letters.keys() - {_NOTDEF}:
        if glyph >= known.drawn.face.glyph_count:
            continue  # What no font has is told with its characters.
        meant = known.meant(glyph)
        if (
            meant is None
            or outline(embedded, glyph) != meant
            or abs(widths.get(glyph, 0) - meant[0] * thousandth) > 1
            or (known.source is not None and not _may_say(known.drawn, letters[glyph], glyph))
        ):
            yield glyph


def _may_say(font: uharfbuzz.Font, letters: str, glyph: int) -> bool:
    """Tell whether a glyph of one of our fonts, which joins no letters, may stand for some."""
    said = unicodedata.normalize("NFC", letters)
    if len(said) != 1 or unicodedata.category(said)[0] not in "LN":
        return True  # Spaces, hyphens and brackets stand in for each other.
    return _glyph(font, said) == glyph
