"""A font cut to one script, as it is laid into `styles/fonts/`: all that shapes its letters stays.

The same font and characters give the same bytes.
"""

from __future__ import annotations

import re
import string
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    import uharfbuzz

_NAMES = (0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17)
"""What a font goes on saying of itself: names, version, copyright and licence."""
_SCRIPTS = {"Hans": ("Hani",), "Hant": ("Hani",), "Kore": ("Hang", "Hani")}
"""Scripts that are several together, or one of its kind."""
_ANY_SCRIPT = ("Zyyy", "Zinh")
_STANDARDS = {"Hans": "gb2312", "Hant": "big5", "Kore": "euc_kr"}
"""Where fonts have tens of thousands of characters: the standard that has those in use."""
_HANGUL = range(0xAC00, 0xD7A4)
_SPACES = (0x20, 0xA0)
"""A space is drawn with the font of the words before it."""
_WIDE_SIGNS = (*_SPACES, *range(0x3000, 0x3040), *range(0xFF00, 0xFFF0), *map(ord, "·‘’“”…—～"))  # noqa: RUF001 - each meant so


def is_wide(script: str) -> bool:
    """Tell whether a script's signs are as wide as its letters, as in Chinese and Korean."""
    return script in _STANDARDS


def characters_of(script: str, letters: Collection[int], used: Collection[int]) -> frozenset[int]:
    """Give which of a font's letters to keep for a script: all of it, and what is in no script.

    Figures are drawn as the Latin letters beside them. Of Chinese and Korean, what is in use, and
    what the texts use.
    """
    from fontTools.unicodedata import script_extension

    own = {*_SCRIPTS.get(script, (script,)), *_ANY_SCRIPT}
    if is_wide(script):
        wanted = {*_standard(script), *_WIDE_SIGNS, *used}
        own -= {*_ANY_SCRIPT}
        kept = {c for c in wanted if c in _WIDE_SIGNS or own.intersection(script_extension(chr(c)))}
        return frozenset(kept).intersection(letters)
    of_script = {c for c in letters if own.intersection(script_extension(chr(c)))}
    return frozenset(of_script).difference(map(ord, string.digits))


@cache
def _standard(script: str) -> frozenset[int]:
    pairs = bytes(
        byte
        for first in range(0x81, 0xFF)
        for second in range(0x40, 0xFF)
        for byte in (first, second)
    )
    codec = _STANDARDS[script]
    found = (pairs[i : i + 2].decode(codec, "ignore") for i in range(0, len(pairs), 2))
    hangul = _HANGUL if script == "Kore" else ()
    return frozenset((*(ord(c) for c in found if len(c) == 1 and c > "\x7f"), *hangul))


def cut_to(face: uharfbuzz.Face, characters: Collection[int]) -> bytes:
    """Give a face with some characters, in all weights it has."""
    import uharfbuzz

    wanted = _wanted()
    wanted.unicode_set.update(characters)
    for axis in face.axis_infos:
        if axis.tag != "wght":
            wanted.pin_axis_to_default(face, axis.tag)
    return bytes(uharfbuzz.subset(face, wanted).blob.data)


def cut_to_forms(
    face: uharfbuzz.Face, characters: Collection[int], language: str, family: str
) -> bytes:
    """Give a font that draws each character as a language does, of one that has several forms.

    It gets the name of that family, as it is no longer the font it was.
    """
    import uharfbuzz
    from fontTools.fontBuilder import FontBuilder
    from fontTools.ttLib import TTFont

    drawn = _drawn_as(face, characters, language)
    wanted = _wanted()
    wanted.glyph_set.update(drawn.values())
    wanted.layout_feature_tag_set.clear()
    wanted.layout_feature_tag_set.update(_tags(b"palt", b"kern"))
    plan = uharfbuzz.SubsetPlan(face, wanted)
    cut = bytes(plan.execute().blob.data)
    renumbered = plan.old_to_new_glyph_mapping
    whole = BytesIO()
    with TTFont(BytesIO(cut), recalcTimestamp=False, recalcBBoxes=False) as font:
        names = font.getGlyphOrder()
        FontBuilder(font=font).setupCharacterMap(
            {code: names[renumbered[glyph]] for code, glyph in drawn.items()}
        )
        old = font["name"].getDebugName(1)
        for record in font["name"].names:
            said = record.toUnicode()
            for was, now in ((old, family), (old.replace(" ", ""), family.replace(" ", ""))):
                said = re.sub(re.escape(was), now, said, flags=re.IGNORECASE)
            record.string = said
        font.save(whole)
    return whole.getvalue()


def _wanted() -> uharfbuzz.SubsetInput:
    import uharfbuzz

    wanted = uharfbuzz.SubsetInput()
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING
    wanted.name_id_set.update(_NAMES)
    wanted.drop_table_tag_set.update(_tags(b"VORG", b"vhea", b"vmtx", b"DSIG"))
    return wanted


def _tags(*names: bytes) -> set[int]:
    return {int.from_bytes(name, "big") for name in names}


def _drawn_as(face: uharfbuzz.Face, characters: Collection[int], language: str) -> dict[int, int]:
    """Give the glyph with which a language draws each character."""
    import uharfbuzz

    font, buffer = uharfbuzz.Font(face), uharfbuzz.Buffer()
    drawn = {}
    for code in sorted(characters):
        buffer.clear_contents()
        buffer.add_str(chr(code))
        buffer.guess_segment_properties()
        buffer.language = language
        uharfbuzz.shape(font, buffer, {"locl": True})
        if len(buffer.glyph_infos) == 1 and buffer.glyph_infos[0].codepoint:
            drawn[code] = buffer.glyph_infos[0].codepoint
    return drawn
