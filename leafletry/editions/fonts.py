"""The fonts that print: from locked packages, never from the system, proved before use.

Each is known by the digest of its file, told here; a file that differs prints nothing. Cut fonts
are kept nowhere: each process reads the files of the packages once and cuts from these bytes, so
that nothing on the disk between a package and a page can change a letter.

A Latin font is cut to a fixed set of characters, so that a new word in a text changes no font and
no other edition; a page with letters beyond it (of a clinic's name) gets them besides. A Japanese
one is cut to the characters of its page: WeasyPrint keeps the numbers of unused glyphs, and
thousands of empty ones cost 15 kB a weight. HarfBuzz renumbers glyphs; the charset
of the CFF table is then made the identity, since PDF viewers disagree when CID and glyph differ
(one prints garbage, silently). Fonts that a language brings along are cut in the same way, but
keep all that shapes their script, such as the joined forms of Arabic.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import struct
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from leafletry.reading.problems import Place, Problem, ProblemsFoundError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import uharfbuzz

# It has a line for each of thousands of faults of a font; what people need to know we say.
logging.getLogger("fontTools").setLevel(logging.CRITICAL)

LATIN = "Leafletry Sans"
JAPANESE = "Leafletry Sans JP"


@dataclass(frozen=True)
class FontFile:
    """One weight of a family: a file of a locked package, and the SHA-256 of its content."""

    family: str
    weight: int
    package: str
    file: str
    sha256: str

    @property
    def path(self) -> Path:
        """Where the package lies."""
        return Path(str(files(self.package).joinpath(self.file)))

    @property
    def name(self) -> str:
        """What the font is called in a style sheet; another font has another name."""
        return f"{self.path.stem}-{self.sha256[:16]}.otf"

    @property
    def is_large(self) -> bool:
        """Tell whether thousands of glyphs make it worth cutting to the words of one edition."""
        return self.family == JAPANESE

    def content(self) -> bytes:
        """Give the file, proved; raise ProblemsFoundError where it is another or broken."""
        return _proved(self)


OUR_FONTS = (
    FontFile(
        LATIN,
        400,
        "font_source_sans_pro",
        "files/SourceSansPro-Regular.otf",
        "6b096b47206d8f78a2c49af2f2ae46b35d93b0e3cf105a9febef59144aa2eae2",
    ),
    FontFile(
        LATIN,
        600,
        "font_source_sans_pro",
        "files/SourceSansPro-Semibold.otf",
        "ee3ba5c88400b22b880d85202ce82143dc5e19861bf7880b7f4c32d4263e96d5",
    ),
    FontFile(
        LATIN,
        700,
        "font_source_sans_pro",
        "files/SourceSansPro-Bold.otf",
        "9b8bd174f97413334e317be808d14d0ff8f6efed79a69299d84384c7e10e9312",
    ),
    FontFile(
        LATIN,
        900,
        "font_source_sans_pro",
        "files/SourceSansPro-Black.otf",
        "e447cd47a62874dc94d6ab97a84dbeb7f2f0aba3e490b9f0128b6c8399a96f37",
    ),
    FontFile(
        JAPANESE,
        400,
        "noto_cjk_sans_jp_regular",
        "NotoSansCJKjp-Regular.otf",
        "68a3fc98800b2a27b371f2fb79991daf3633bd89309d4ffaa6946fd587f375b5",
    ),
    FontFile(
        JAPANESE,
        700,
        "noto_cjk_sans_jp_bold",
        "NotoSansCJKjp-Bold.otf",
        "e53dcb0dcb2922e45d01aae1ebd2f382bb81d4229b18b6b883bd170678af1f76",
    ),
)
"""All fonts of the design. Where a package changes its font, look at every page, then tell here."""


@cache
def _proved(font: FontFile) -> bytes:
    path = font.path
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != font.sha256:
        said = "is not the font that the locked package brings; it is damaged, or was changed"
        hint = "delete the folder .venv and run this again: it is downloaded again, and checked"
        raise ProblemsFoundError([Problem(Place(str(path)), said, hint)])
    return content


_OF_LIBRARIES = ("FONTCONFIG_", "FC_", "FREETYPE_", "HB_", "PANGO_")
"""How people's own settings of the libraries that draw text begin: they would change pages."""


def isolate_fontconfig() -> None:
    """Make fontconfig see no font of the system; must run before Pango is loaded.

    Its configuration lies beside this file, with the rest of the program, and names no cache.
    """
    for name in [name for name in os.environ if name.startswith(_OF_LIBRARIES)]:
        del os.environ[name]
    os.environ["FONTCONFIG_FILE"] = str(Path(__file__).with_name("fonts.conf"))


def font_face_rules(fonts: Iterable[FontFile]) -> str:
    """Give the style sheet that names the fonts for WeasyPrint, which fetches them as `font:`."""
    return "\n".join(
        f'@font-face {{ font-family: "{font.family}"; font-weight: {font.weight};'
        f' src: url("font:{font.name}") }}'
        for font in fonts
    )


@cache
def latin_characters() -> frozenset[int]:
    """Give the code points the Latin subset holds: European languages, punctuation, signs."""
    blocks = (range(0x20, 0x7F), range(0xA0, 0x180), range(0x218, 0x21C), range(0x2010, 0x2040))
    return frozenset().union(*blocks, _SIGNS)


_SIGNS = (
    0x20AC,
    0x2122,
    0x2190,
    0x2191,
    0x2192,
    0x2193,
    0x2212,
    0x2248,
    0x2260,
    0x2264,
    0x2265,
    0x2610,
    0x2611,
)


def lacking_in_ours(
    characters: frozenset[int], families: Collection[str] = (LATIN, JAPANESE)
) -> frozenset[int]:
    """Give the characters that none of our own fonts prints, or none of these families."""
    beyond = characters - latin_characters() - _FORMS
    return frozenset(c for c in beyond if not any(_has(family, c) for family in families))


_FORMS = frozenset((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
"""Signs that choose a form of the character before them, and print nothing themselves."""


def _has(family: str, code: int) -> bool:
    """Tell whether a family has a glyph for a code point; all its weights have the same."""
    return _glyphs_of(family).get_nominal_glyph(code) is not None


@cache
def _glyphs_of(family: str) -> uharfbuzz.Font:
    import uharfbuzz

    # Only a few pages of the file are read, as this proves nothing: what prints is proved.
    path = next(font.path for font in OUR_FONTS if font.family == family)
    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path))))


# ── Cutting ────────────────────────────────────────────────────────────────────────────────────

_OTHER_ALPHABETS = re.compile("[\u0370-\u03ff\u0400-\u052f\u1f00-\u1fff]{2,}")


def words_of_other_alphabets(text: str) -> frozenset[int]:
    """Give the letters of words in Greek and Cyrillic.

    A Japanese font has some of them, as wide as a kanji, to be signs: μ, β. A word in them is drawn
    apart, and others are lacking; so the Latin font is to draw words.
    """
    return frozenset(map(ord, "".join(_OTHER_ALPHABETS.findall(text))))


_BULLET = 0x2022
"""Stands before an item, and in no text."""


def cut_ours(font: FontFile, characters: frozenset[int], words: frozenset[int]) -> bytes:
    """Give one of our fonts as a page with these characters prints with it.

    `words` are the letters of `words_of_other_alphabets`.
    """
    if font.is_large:
        return _cut_once(font, characters - words | {_BULLET})
    few = {code for code in characters - latin_characters() if _has(LATIN, code)}
    # What is no letter, as a figure in a circle, is drawn in the measure of Japanese.
    letters = {c for c in few if unicodedata.category(chr(c))[0] in "LM" or not _has(JAPANESE, c)}
    return _cut_once(font, latin_characters() | letters)


@lru_cache(maxsize=24)
def _cut_once(font: FontFile, characters: frozenset[int]) -> bytes:
    return _without_names(cut_font(font.content(), characters))


def cut_font(original: bytes, characters: frozenset[int]) -> bytes:
    """Give an OpenType font with some characters only, glyphs numbered anew, CID equal to glyph."""
    import uharfbuzz

    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(characters)
    wanted.layout_feature_tag_set.clear()
    wanted.layout_feature_tag_set.update(_tags("palt", "kern"))
    wanted.drop_table_tag_set.update(_tags("GSUB", "GDEF", "BASE"))
    face = uharfbuzz.Face(uharfbuzz.Blob(original))
    return _with_identity_charset(_cut_face(face, wanted))


def cut_shaping_font(original: bytes, characters: frozenset[int], weight: int) -> bytes:
    """Give a font as `cut_font` does, with all forms its script has: joined, stacked, ligated.

    Where the file has all weights, the font has this one.
    """
    import uharfbuzz

    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(characters | _companions(characters))
    face = uharfbuzz.Face(uharfbuzz.Blob(original))
    if face.axis_infos:
        wanted.pin_all_axes_to_default(face)
    for axis in face.axis_infos:
        if axis.tag == "wght":
            wanted.pin_axis_location(face, "wght", _between(axis.min_value, weight, axis.max_value))
    cut = _cut_face(face, wanted)
    if any(unicodedata.bidirectional(chr(code)) in ("R", "AL") for code in characters):
        cut = _with_blanks(cut)
    return _with_identity_charset(cut)


def _without_names(font: bytes) -> bytes:
    """Drop what a font tells of itself and its glyphs: 1 kB in each file that embeds it.

    A PDF names its fonts itself, and calls glyphs by their numbers. Here each glyph takes the name
    that all fonts know by its number, as a font must name them somehow.
    """
    from io import BytesIO

    from fontTools.cffLib import cffStandardStrings
    from fontTools.ttLib import TTFont

    whole = BytesIO()
    kept_as_it_is = {"lazy": True, "recalcTimestamp": False, "recalcBBoxes": False}
    with TTFont(BytesIO(font), **kept_as_it_is) as parsed:
        top = parsed["CFF "].cff.topDictIndex[0]
        for said in ("version", "Notice", "Copyright", "FullName", "FamilyName", "Weight"):
            top.rawDict.pop(said, None)
        if hasattr(top, "ROS"):
            for number, part in enumerate(top.FDArray):
                part.FontName = f"{number}"
        else:
            count = parsed["maxp"].numGlyphs
            known = cffStandardStrings[:count]
            top.charset = [*known, *(f"g{number}" for number in range(len(known), count))]
            top.CharStrings.charStrings = {name: i for i, name in enumerate(top.charset)}
            parsed.setGlyphOrder(top.charset)
        parsed.save(whole)
    return whole.getvalue()


def _between(least: float, value: float, most: float) -> float:
    return max(least, min(value, most))


def _cut_face(face: uharfbuzz.Face, wanted: uharfbuzz.SubsetInput) -> bytes:
    """Cut a font, without what nothing we print needs."""
    import uharfbuzz

    wanted.drop_table_tag_set.update(_tags("VORG", "vhea", "vmtx", "DSIG"))
    # Letters are drawn by their outlines, and by no picture beside them.
    wanted.drop_table_tag_set.update(_tags("COLR", "CPAL", "SVG ", "CBDT", "CBLC", "sbix"))
    wanted.drop_table_tag_set.update(_tags("EBDT", "EBLC", "EBSC"))
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING
    return bytes(uharfbuzz.subset(face, wanted).blob.data)


def _tags(*names: str) -> set[int]:
    return {int.from_bytes(name.encode(), "big") for name in names}


def _companions(characters: Iterable[int]) -> set[int]:
    """Give what shaping may put in place of characters: parts, forms, brackets turned round."""
    parts = {*map(ord, "".join(_parts(code) for code in characters)), *characters}
    forms = {form for form in PRESENTATION_FORMS if parts.issuperset(map(ord, _parts(form)))}
    return {*parts, *forms, *map(ord, "()[]{}<>\u00ab\u00bb\u2039\u203a\u2264\u2265"), 0x25CC}


PRESENTATION_FORMS = frozenset((*range(0xFB1D, 0xFE00), *range(0xFE70, 0xFEFD)))
"""Old codes of joined letters: what tells the letters of a glyph, see `ligatures`."""


def _parts(code: int) -> str:
    return unicodedata.normalize("NFKD", chr(code)).replace(" ", "")


BLANKS = range(0xF8D0, 0xF900)
"""Private characters under which a font has glyphs that draw nothing; see `ligatures`."""


def _with_blanks(font: bytes) -> bytes:
    """Add glyphs that draw nothing and take no room, in fonts with TrueType outlines."""
    from io import BytesIO

    from fontTools.ttLib import TTFont
    from fontTools.ttLib.tables._g_l_y_f import Glyph

    whole = BytesIO()
    with TTFont(BytesIO(font), recalcTimestamp=False, recalcBBoxes=False) as parsed:
        if "glyf" not in parsed:
            return font
        names = {code: f"blank{code:X}" for code in BLANKS}
        for name in names.values():
            parsed["glyf"][name] = Glyph()
            parsed["hmtx"][name] = (0, 0)
        for table in parsed["cmap"].tables:
            if table.isUnicode() and table.format in (4, 12):
                table.cmap.update(names)
        parsed.save(whole)
    return whole.getvalue()


def _with_identity_charset(font: bytes) -> bytes:
    """Rewrite the charset of a CID-keyed font as one range: CID n is glyph n; leave other fonts."""
    from io import BytesIO

    from fontTools.ttLib import TTFont

    with TTFont(BytesIO(font), lazy=True) as parsed:
        if "CFF " not in parsed:
            return font
        top = parsed["CFF "].cff.topDictIndex[0]
        if not hasattr(top, "ROS"):
            return font
        glyphs = parsed["maxp"].numGlyphs
        if glyphs == 1:  # The one without a number, for what is missing.
            return font
        offset = parsed.reader.tables["CFF "].offset + top.rawDict["charset"]
    # The shortest form that can say it, so that it fits where the old charset stood.
    left = glyphs - 2
    if left == 0:
        one_range = struct.pack(">BH", 0, 1)
    elif left < 256:  # noqa: PLR2004 - a byte
        one_range = struct.pack(">BHB", 1, 1, left)
    else:
        one_range = struct.pack(">BHH", 2, 1, left)
    return font[:offset] + one_range + font[offset + len(one_range) :]
