"""Fonts that a language brings along: the files in `styles/fonts/` and the rules that name them.

A rule stands in a style sheet, `@font-face { ...; src: url("font:Name.ttf") }`. An edition wears
the fonts its own sheets name, and those with letters that our fonts lack: the name of each
language is printed in itself, on the pages of every other one.
"""

from __future__ import annotations

import hashlib
import re
import struct
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from leafletry.pages.fonts import cut_shaping_font, japanese_characters, latin_characters
from leafletry.pages.styles import FONT_FACE, sheet_names, without_comments
from leafletry.problems import Place, Problem, ProblemsFoundError
from leafletry.sourcefile import did_you_mean, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import uharfbuzz

MOST_FONT_BYTES = 40_000_000
_NAME = re.compile(r"""[^"'()\\\x00-\x1f]+\.(?:otf|ttf)""", re.IGNORECASE)
_FILE = re.compile(r"""url\(\s*(["']?)font:([^"')]+)\1\s*\)""")
_KINDS = (b"\0\1\0\0", b"OTTO", b"true")


@dataclass(frozen=True)
class AddedFont:
    """One `@font-face` rule, the style sheet it stands in, the file it names, and its weight.

    `name` is what the rule calls the font: its file, with the weight where one file has many.
    """

    sheet: str
    rule: str
    path: Path
    name: str
    weight: int


def fonts_offered(styles: Path) -> list[Path]:
    """Give the fonts that people put into `styles/fonts/`, sorted by name.

    What a style sheet cannot name, and what can be no font, is left out.
    """
    folder = styles / "fonts"
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for path in paths if _NAME.fullmatch(path.name) and path.is_file()]


def added_fonts(styles: Path) -> list[AddedFont]:
    """Give the fonts that style sheets name, in the order of the sheets.

    Raises ProblemsFoundError with the place of each rule that names no font of `styles/fonts/`.
    """
    offered = {path.name: path for path in fonts_offered(styles)}
    found, problems = [], []
    for sheet in sheet_names(styles):
        text = without_comments((styles / sheet).read_text("utf-8", "replace"))
        for rule in FONT_FACE.finditer(text):
            place = Place(f"styles/{sheet}", text.count("\n", 0, rule.start()) + 1)
            named = _FILE.search(rule[0])
            name = named[2] if named else ""
            if name not in offered:
                problems.append(_unknown(place, name, offered))
            elif (wrong := wrong_with(offered[name])) is not None:
                problems.append(Problem(place, f"styles/fonts/{name} {wrong}", _KINDS_HINT))
            else:
                found.append(_font(sheet, " ".join(rule[0].split()), offered[name]))
    if problems:
        raise ProblemsFoundError(problems)
    return found


def _font(sheet: str, rule: str, path: Path) -> AddedFont:
    said = _WEIGHT.search(rule)
    weight = int(_WORDS_FOR_WEIGHTS.get(said[1], said[1])) if said else 400
    name = f"{path.name}@{weight}" if has_weights(path) else path.name
    return AddedFont(sheet, rule.replace(f"font:{path.name}", f"font:{name}"), path, name, weight)


_WEIGHT = re.compile(r"font-weight:\s*([1-9][0-9]{0,2}|1000|normal|bold)\s*[;}]")
_WORDS_FOR_WEIGHTS = {"normal": "400", "bold": "700"}


def _unknown(place: Place, name: str, offered: Iterable[str]) -> Problem:
    if not name:
        message = "this @font-face rule names no file"
        return Problem(place, message, 'write src: url("font:Name.ttf"), a file in styles/fonts/')
    hint = did_you_mean(name, offered) or "put the file there, or delete the rule"
    return Problem(place, f'there is no font "{shortened(name)}" in styles/fonts/', hint)


_KINDS_HINT = "use a font file that ends in .ttf or .otf, as its maker gives it away"


def wrong_with(path: Path) -> str | None:
    """Say what keeps a file from being embedded as a font, or give None."""
    if path.stat().st_size > MOST_FONT_BYTES:
        return f"is larger than {MOST_FONT_BYTES // 1_000_000} MB"
    content = path.read_bytes()
    if content[:4] not in _KINDS or not letters_of(path):
        return "is no font, or a broken one"
    if not {b"glyf", b"CFF "} & _tables(content):
        return "has outlines of a kind that PDF does not know"
    stat = path.stat()
    return (
        None if _is_whole(path, stat.st_size, stat.st_mtime_ns) else "is no font, or a broken one"
    )


@cache
def _is_whole(path: Path, _size: int, _time: int) -> bool:
    """Tell whether a font can be named and cut, as an edition that wears it does."""
    try:
        names_of(path)
        cut_shaping_font(path, latin_characters(), _WEIGHTS_WORN[0])
    except Exception:  # noqa: BLE001 - whatever a hostile font makes the libraries say
        return False
    return True


def _tables(font: bytes) -> set[bytes]:
    """Give the tags of the tables of an OpenType font."""
    (number,) = struct.unpack_from(">H", font, 4)
    directory = font[12 : 12 + 16 * number]
    return {directory[at : at + 4] for at in range(0, len(directory), 16)}


@dataclass(frozen=True)
class FontNames:
    """What a font says of itself: its family, and the weights it has, as style sheets say them."""

    path: Path
    family: str
    weights: tuple[int, ...]
    italic: bool


_FAMILY, _TYPOGRAPHIC_FAMILY = 1, 16
_ITALIC = 1
_UNSAFE = re.compile(r'["\\\n{};]')
_WEIGHTS_WORN = (400, 600, 700)


def names_of(path: Path) -> FontNames:
    """Give what a font says of itself."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - needed only to name a font

    with TTFont(path, lazy=True) as font:
        names = (font["name"].getDebugName(kind) for kind in (_TYPOGRAPHIC_FAMILY, _FAMILY))
        family = _UNSAFE.sub("", next(filter(None, names), "")) or path.stem
        weights: tuple[int, ...] = (font["OS/2"].usWeightClass,)
        italic = bool(font["OS/2"].fsSelection & _ITALIC)
    if has_weights(path):
        weights = _WEIGHTS_WORN
    return FontNames(path, family, weights, italic)


def letters_of(path: Path) -> frozenset[int]:
    """Give the code points a font has a glyph for; none where it is no font."""
    stat = path.stat()
    return _letters(path, stat.st_size, stat.st_mtime_ns)


@cache
def _letters(path: Path, _size: int, _time: int) -> frozenset[int]:
    return frozenset(_face(path).unicodes)


def has_weights(path: Path) -> bool:
    """Tell whether one font file has all weights."""
    return any(axis.tag == "wght" for axis in _face(path).axis_infos)


def _face(path: Path) -> uharfbuzz.Face:
    import uharfbuzz  # noqa: PLC0415 - needed only where a language brings fonts along

    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))


def worn_fonts(
    fonts: Iterable[AddedFont], sheets: Iterable[str], characters: frozenset[int]
) -> list[AddedFont]:
    """Give the fonts an edition wears: of its own sheets, and for letters that ours lack."""
    lacking = lacking_in_ours(characters)
    worn = set(sheets)
    return [font for font in fonts if font.sheet in worn or letters_of(font.path) & lacking]


def lacking_in_ours(characters: frozenset[int]) -> frozenset[int]:
    """Give the characters that none of our own fonts prints."""
    return characters - latin_characters() - japanese_characters()


def can_print(styles: Path, words: str) -> bool:
    """Tell whether our fonts, or those a language brought along, have all letters of some words."""
    lacking = lacking_in_ours(frozenset(map(ord, words)))
    if not lacking:
        return True
    return lacking <= frozenset().union(*(letters_of(font.path) for font in added_fonts(styles)))


def fonts_digest(fonts: Iterable[AddedFont]) -> str:
    """Give one digest of fonts and of the rules that name them."""
    digest = hashlib.sha256()
    for font in fonts:
        digest.update(f"{font.sheet}\0{font.rule}\0{font.path.name}\0".encode())
        digest.update(font.path.read_bytes())
    return digest.hexdigest()
