"""The fonts that print: from locked packages, never from the system.

Each is cut once to a fixed set of characters (Japanese: JIS X 0208 and its vendor extensions,
cp932), so that a new word in a text changes no font and no other edition. From that, a Japanese
edition gets a font of just its own characters: WeasyPrint keeps the numbers of unused glyphs,
and thousands of empty ones cost 15 kB a weight. HarfBuzz renumbers glyphs; the charset
of the CFF table is then made the identity, since PDF viewers disagree when CID and glyph differ
(one prints garbage, silently). Fonts that a language brings along are cut in the same way, but
keep all that shapes their script, such as the joined forms of Arabic.
"""

from __future__ import annotations

import hashlib
import logging
import os
import struct
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import font_source_sans_pro
import noto_cjk

from leafletry.output import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable

    import uharfbuzz

# It has a line for each of thousands of faults of a font; what people need to know we say.
logging.getLogger("fontTools").setLevel(logging.CRITICAL)

LATIN = "Leafletry Sans"
JAPANESE = "Leafletry Sans JP"


@dataclass(frozen=True)
class FontFile:
    """One weight of a family, ready for a style sheet."""

    family: str
    weight: int
    path: Path
    digest: str

    @property
    def is_large(self) -> bool:
        """Tell whether thousands of glyphs make it worth cutting to the words of one edition."""
        return self.family == JAPANESE


def isolate_fontconfig(cache_folder: Path) -> None:
    """Make fontconfig see no font of the system; must run before Pango is loaded."""
    cache_folder.mkdir(parents=True, exist_ok=True)
    config = cache_folder / "fonts.conf"
    text = (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n'
        f"<fontconfig><cachedir>{cache_folder / 'fontconfig'}</cachedir></fontconfig>\n"
    )
    if not config.exists() or config.read_text("utf-8") != text:
        write_whole(config, text.encode())
    os.environ["FONTCONFIG_FILE"] = str(config)


def font_files(cache_folder: Path) -> list[FontFile]:
    """Give every font of the design, subset where it has to be (0.1 s a weight, then cached)."""
    latin = {
        400: font_source_sans_pro.SourceSansPro,
        600: font_source_sans_pro.SourceSansProSemibold,
        700: font_source_sans_pro.SourceSansProBold,
        900: font_source_sans_pro.SourceSansProBlack,
    }
    japanese = {
        400: noto_cjk.font_path("sans", "jp", "regular"),
        700: noto_cjk.font_path("sans", "jp", "bold"),
    }
    fonts = []
    for family, weights, characters in (
        (LATIN, latin, latin_characters()),
        (JAPANESE, japanese, japanese_characters()),
    ):
        for weight, original in weights.items():
            path = _cut(Path(original), characters, cache_folder)
            fonts.append(FontFile(family, weight, path, path.stem.rpartition("-")[2]))
    return fonts


def font_face_rules(fonts: Iterable[FontFile]) -> str:
    """Give the style sheet that names the fonts for WeasyPrint, which fetches them as `font:`."""
    return "\n".join(
        f'@font-face {{ font-family: "{font.family}"; font-weight: {font.weight};'
        f' src: url("font:{font.path.name}") }}'
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


_SURROGATES = range(0xD800, 0xE000)


@cache
def japanese_characters() -> frozenset[int]:
    """Give the code points the Japanese subset holds."""
    return frozenset(
        code
        for code in range(0x20, 0x10000)
        if code not in _SURROGATES and chr(code).encode("cp932", "ignore")
    )


def _cut(original: Path, characters: frozenset[int], cache_folder: Path) -> Path:
    """Give the file of a font cut down to some characters; made once, then cached by its recipe."""
    recipe = hashlib.sha256(
        f"{original.name} {original.stat().st_size} {sorted(characters)}".encode()
    )
    recipe.update(Path(__file__).read_bytes())
    target = cache_folder / f"{original.stem}-{recipe.hexdigest()[:16]}.otf"
    if not target.exists():
        write_whole(target, _without_names(cut_font(original, characters)))
    return target


def _without_names(font: bytes) -> bytes:
    """Drop what a font tells of itself and its glyphs: 1 kB in each file that embeds it.

    A PDF names its fonts itself, and calls glyphs by their numbers. Here each glyph takes the name
    that all fonts know by its number, as a font must name them somehow.
    """
    from io import BytesIO  # noqa: PLC0415

    from fontTools.cffLib import cffStandardStrings  # noqa: PLC0415
    from fontTools.ttLib import TTFont  # noqa: PLC0415

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


def cut_font(original: Path, characters: frozenset[int]) -> bytes:
    """Give an OpenType font with some characters only, glyphs numbered anew, CID equal to glyph."""
    import uharfbuzz  # noqa: PLC0415 - 30 ms, needed once in a long while

    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(characters)
    wanted.layout_feature_tag_set.clear()
    wanted.layout_feature_tag_set.update(_tags("palt", "kern"))
    wanted.drop_table_tag_set.update(_tags("GSUB", "GDEF", "BASE"))
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(original)))
    return _with_identity_charset(_cut_face(face, wanted))


def cut_shaping_font(original: Path, characters: frozenset[int], weight: int) -> bytes:
    """Give a font as `cut_font` does, with all forms its script has: joined, stacked, ligated.

    Where the file has all weights, the font has this one.
    """
    import uharfbuzz  # noqa: PLC0415 - as above

    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(characters | _companions(characters))
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(original)))
    if face.axis_infos:
        wanted.pin_all_axes_to_default(face)
    for axis in face.axis_infos:
        if axis.tag == "wght":
            wanted.pin_axis_location(face, "wght", _between(axis.min_value, weight, axis.max_value))
    cut = _cut_face(face, wanted)
    if any(unicodedata.bidirectional(chr(code)) in ("R", "AL") for code in characters):
        cut = _with_blanks(cut)
    return _with_identity_charset(cut)


def _between(least: float, value: float, most: float) -> float:
    return max(least, min(value, most))


def _cut_face(face: uharfbuzz.Face, wanted: uharfbuzz.SubsetInput) -> bytes:
    """Cut a font, without what nothing we print needs."""
    import uharfbuzz  # noqa: PLC0415 - as above

    wanted.drop_table_tag_set.update(_tags("VORG", "vhea", "vmtx", "DSIG"))
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
    from io import BytesIO  # noqa: PLC0415

    from fontTools.ttLib import TTFont  # noqa: PLC0415
    from fontTools.ttLib.tables._g_l_y_f import Glyph  # noqa: PLC0415

    whole = BytesIO()
    with TTFont(BytesIO(font), recalcTimestamp=False) as parsed:
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
    from io import BytesIO  # noqa: PLC0415

    from fontTools.ttLib import TTFont  # noqa: PLC0415

    with TTFont(BytesIO(font), lazy=True) as parsed:
        if "CFF " not in parsed:
            return font
        top = parsed["CFF "].cff.topDictIndex[0]
        if not hasattr(top, "ROS"):
            return font
        glyphs = parsed["maxp"].numGlyphs
        offset = parsed.reader.tables["CFF "].offset + top.rawDict["charset"]
    # The shortest form that can say it, so that it fits where the old charset stood.
    left = glyphs - 2
    one_range = struct.pack(">BHB" if left < 256 else ">BHH", 1 if left < 256 else 2, 1, left)  # noqa: PLR2004 - a byte
    return font[:offset] + one_range + font[offset + len(one_range) :]
