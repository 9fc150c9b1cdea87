"""The fonts that print: from locked packages, never from the system.

Japanese is subset once to the characters of JIS X 0208 and its vendor extensions (cp932), so that
a new word in a text changes no font and no other edition. HarfBuzz renumbers glyphs; the charset
of the CFF table is then made the identity, since PDF viewers disagree when CID and glyph differ
(one prints garbage, silently).
"""

from __future__ import annotations

import hashlib
import os
import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import font_source_sans_pro
import noto_cjk

from leafletry.output import write_whole

LATIN = "Leafletry Sans"
JAPANESE = "Leafletry Sans JP"


@dataclass(frozen=True)
class FontFile:
    """One weight of a family, ready for a style sheet."""

    family: str
    weight: int
    path: Path
    digest: str


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
    fonts = [FontFile(LATIN, weight, Path(path), _digest(Path(path))) for weight, path in latin.items()]
    for weight, name in ((400, "regular"), (700, "bold")):
        path = _japanese(Path(noto_cjk.font_path("sans", "jp", name)), cache_folder)
        fonts.append(FontFile(JAPANESE, weight, path, path.stem.rpartition("-")[2]))
    return fonts


def font_face_rules(fonts: list[FontFile]) -> str:
    """Give the style sheet that names the fonts for WeasyPrint."""
    return "\n".join(
        f'@font-face {{ font-family: "{font.family}"; font-weight: {font.weight}; src: url("{font.path.as_uri()}") }}'
        for font in fonts
    )


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


@cache
def japanese_characters() -> frozenset[int]:
    """Give the code points the Japanese subset holds."""
    return frozenset(
        code for code in range(0x20, 0x10000) if not 0xD800 <= code < 0xE000 and chr(code).encode("cp932", "ignore")
    )


def _japanese(original: Path, cache_folder: Path) -> Path:
    recipe = hashlib.sha256(
        f"{original.name} {original.stat().st_size} {sorted(japanese_characters())}".encode() + Path(__file__).read_bytes()
    )
    target = cache_folder / f"{original.stem}-{recipe.hexdigest()[:16]}.otf"
    if not target.exists():
        write_whole(target, _with_identity_charset(_subset(original)))
    return target


def _subset(original: Path) -> bytes:
    import uharfbuzz  # noqa: PLC0415 - 30 ms, needed once in a long while

    def tags(*names: str) -> set[int]:
        return {int.from_bytes(name.encode(), "big") for name in names}

    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(japanese_characters())
    wanted.layout_feature_tag_set.clear()
    wanted.layout_feature_tag_set.update(tags("palt", "kern"))
    wanted.drop_table_tag_set.update(tags("GSUB", "VORG", "vhea", "vmtx", "BASE", "DSIG"))
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(original)))
    return bytes(uharfbuzz.subset(face, wanted).blob.data)


def _with_identity_charset(font: bytes) -> bytes:
    """Rewrite the charset of a CID-keyed OpenType font as one range: CID n is glyph n."""
    from io import BytesIO  # noqa: PLC0415

    from fontTools.ttLib import TTFont  # noqa: PLC0415

    with TTFont(BytesIO(font), lazy=True) as parsed:
        glyphs = parsed["maxp"].numGlyphs
        table = parsed.reader.tables["CFF "]
        top = parsed["CFF "].cff.topDictIndex[0]
        if not hasattr(top, "ROS"):
            message = "the Japanese font is not CID-keyed any more"
            raise RuntimeError(message)
        offset = table.offset + top.rawDict["charset"]
    one_range = struct.pack(">BHH", 2, 1, glyphs - 2)
    return font[:offset] + one_range + font[offset + len(one_range) :]
