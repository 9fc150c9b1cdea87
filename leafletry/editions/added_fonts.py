"""Fonts that a language brings along: the files in `styles/fonts/` and the rules that name them.

A rule stands in a style sheet, `@font-face { ...; src: url("font:Name.ttf") }`. An edition wears
the fonts its own sheets name, and those with letters that our fonts lack: the name of each
language is printed in itself, on the pages of every other one.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from leafletry.editions.font_judge import BROKEN, without_ink
from leafletry.editions.fonts import (
    JAPANESE,
    LATIN,
    cut_shaping_font,
    lacking_in_ours,
    latin_characters,
)
from leafletry.editions.styles import FONT_FACE, sheet_names, without_comments
from leafletry.reading.arms_length import Limits, NoAnswerError, ask_at_arms_length
from leafletry.reading.problems import Place, Problem, ProblemsFoundError, shortened
from leafletry.reading.sourcefile import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    import uharfbuzz

MOST_FONT_BYTES = 40_000_000
_NAME = re.compile(r"""[^"'()\\\x00-\x1f]+\.(?:otf|ttf)""", re.IGNORECASE)
_FILE = re.compile(r"""url\(\s*(["']?)font:([^"')]+)\1\s*\)""")
_FAMILY_SAID = re.compile(r"font-family:\s*[\"']?([^\"';}]+)", re.IGNORECASE)
_OURS = (LATIN.lower(), JAPANESE.lower())
_KINDS = (b"\0\1\0\0", b"OTTO", b"true")


@dataclass(frozen=True)
class OfferedFont:
    """A file in `styles/fonts/`, read once: what is looked at is what prints."""

    name: str
    digest: str
    content: bytes = field(repr=False, compare=False)

    @property
    def letters(self) -> frozenset[int]:
        """The code points it has a glyph for; none where it is no font."""
        return _letters(self)

    @property
    def has_weights(self) -> bool:
        """Tell whether this one file has all weights."""
        return _has_weights(self)


@dataclass(frozen=True)
class AddedFont:
    """One `@font-face` rule, the style sheet it stands in, the font it names, and its weight.

    `name` is what the rule calls the font: its file, with the weight where one file has many.
    """

    sheet: str
    place: Place
    rule: str
    font: OfferedFont
    name: str
    weight: int

    @property
    def letters(self) -> frozenset[int]:
        """The code points it has a glyph for."""
        return self.font.letters

    def cut_to(self, characters: frozenset[int]) -> bytes:
        """Give it as a page with these characters prints with it.

        Raises ProblemsFoundError where one of them would print as nothing.
        """
        cut = cut_shaping_font(self.font.content, characters | latin_characters(), self.weight)
        blank = without_ink(cut, characters & self.letters)
        if blank:
            said = f"styles/fonts/{self.font.name} draws nothing for {blank}"
            raise ProblemsFoundError([Problem(self.place, said, _KINDS_HINT)])
        return cut


def fonts_offered(styles: Path) -> list[OfferedFont]:
    """Give the fonts that people put into `styles/fonts/`, sorted by name.

    What a style sheet cannot name, and what can be no font, is left out.
    """
    return [_read(path) for path in _paths(styles)]


def _paths(styles: Path) -> list[Path]:
    folder = styles / "fonts"
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for path in paths if _NAME.fullmatch(path.name) and path.is_file()]


def _read(path: Path) -> OfferedFont:
    with path.open("rb") as file:
        content = file.read(MOST_FONT_BYTES + 1)
    return OfferedFont(path.name, hashlib.sha256(content).hexdigest(), content)


def added_fonts(styles: Path) -> list[AddedFont]:
    """Give the fonts that style sheets name, in the order of the sheets.

    Raises ProblemsFoundError with the place of each rule that names no font of `styles/fonts/`.
    """
    offered = {path.name: path for path in _paths(styles)}
    read: dict[str, OfferedFont] = {}
    found, problems = [], []
    for sheet in sheet_names(styles):
        text = without_comments((styles / sheet).read_text("utf-8", "replace"))
        for rule in FONT_FACE.finditer(text):
            start = rule.start()
            line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
            place = Place(f"styles/{sheet}", line, column)
            named = _FILE.search(rule[0])
            name = named[2] if named else ""
            if name not in offered:
                problems.append(_unknown(place, name, offered))
                continue
            family = _FAMILY_SAID.search(rule[0])
            if family and family[1].strip().lower() in _OURS:
                said = f'this @font-face rule calls a font "{family[1].strip()}", as ours is called'
                problems.append(Problem(place, said, "give it the name of its maker"))
                continue
            font = read.setdefault(name, _read(offered[name]))
            if (wrong := wrong_with(font)) is not None:
                problems.append(Problem(place, f"styles/fonts/{name} {wrong}", _KINDS_HINT))
            else:
                found.append(_font(sheet, place, " ".join(rule[0].split()), font))
    if problems:
        raise ProblemsFoundError(problems)
    return found


def _font(sheet: str, place: Place, rule: str, font: OfferedFont) -> AddedFont:
    said = _WEIGHT.search(rule)
    weight = int(_WORDS_FOR_WEIGHTS.get(said[1], said[1])) if said else 400
    name = f"{font.name}@{weight}" if font.has_weights else font.name
    rule = rule.replace(f"font:{font.name}", f"font:{name}")
    return AddedFont(sheet, place, rule, font, name, weight)


_WEIGHT = re.compile(r"font-weight:\s*([1-9][0-9]{0,2}|1000|normal|bold)\s*[;}]")
_WORDS_FOR_WEIGHTS = {"normal": "400", "bold": "700"}


def _unknown(place: Place, name: str, offered: Iterable[str]) -> Problem:
    if not name:
        message = "this @font-face rule names no file"
        return Problem(place, message, 'write src: url("font:Name.ttf"), a file in styles/fonts/')
    hint = did_you_mean(name, offered) or "put the file there, or delete the rule"
    return Problem(place, f'there is no font "{shortened(name)}" in styles/fonts/', hint)


_KINDS_HINT = "use a font file that ends in .ttf or .otf, as its maker gives it away"


@cache
def wrong_with(font: OfferedFont) -> str | None:
    """Say what keeps a file from being embedded as a font, or give None."""
    if len(font.content) > MOST_FONT_BYTES:
        return f"is larger than {MOST_FONT_BYTES // 1_000_000} MB"
    if font.content[:4] not in _KINDS:
        return BROKEN
    try:
        answer = ask_at_arms_length(_JUDGE, font.content, _LIMITS)
    except NoAnswerError as error:
        return str(error)
    return answer.decode("utf-8", "replace") or None


_JUDGE = Path(__file__).with_name("font_judge.py")
_LIMITS = Limits(memory=2_000_000_000, seconds=10, answer=10_000, patience=120)


@dataclass(frozen=True)
class FontNames:
    """What a font says of itself: its family, and the weights it has, as style sheets say them."""

    font: OfferedFont
    family: str
    weights: tuple[int, ...]
    italic: bool


_FAMILY, _TYPOGRAPHIC_FAMILY = 1, 16
_ITALIC = 1
_UNSAFE = re.compile(r'["\\\n{};]')
_WEIGHTS_WORN = (400, 600, 700)


def names_of(font: OfferedFont) -> FontNames:
    """Give what a font says of itself."""
    from fontTools.ttLib import TTFont

    with TTFont(BytesIO(font.content), lazy=True) as parsed:
        names = (parsed["name"].getDebugName(kind) for kind in (_TYPOGRAPHIC_FAMILY, _FAMILY))
        family = _UNSAFE.sub("", next(filter(None, names), "")) or font.name.rpartition(".")[0]
        weights: tuple[int, ...] = (parsed["OS/2"].usWeightClass,)
        italic = bool(parsed["OS/2"].fsSelection & _ITALIC)
    if font.has_weights:
        weights = _WEIGHTS_WORN
    return FontNames(font, family, weights, italic)


@cache
def _letters(font: OfferedFont) -> frozenset[int]:
    return frozenset(_face(font).unicodes)


@cache
def _has_weights(font: OfferedFont) -> bool:
    return any(axis.tag == "wght" for axis in _face(font).axis_infos)


def _face(font: OfferedFont) -> uharfbuzz.Face:
    import uharfbuzz

    return uharfbuzz.Face(uharfbuzz.Blob(font.content))


def worn_fonts(
    fonts: Iterable[AddedFont], sheets: Iterable[str], characters: frozenset[int]
) -> list[AddedFont]:
    """Give the fonts an edition wears: of its own sheets, and for letters that ours lack."""
    lacking = lacking_in_ours(characters)
    worn = set(sheets)
    return [font for font in fonts if font.sheet in worn or font.letters & lacking]


def can_print(styles: Path, words: str) -> bool:
    """Tell whether our fonts, or those a language brought along, have all letters of some words."""
    lacking = lacking_in_ours(frozenset(map(ord, words)))
    if not lacking:
        return True
    return lacking <= frozenset().union(*(font.letters for font in added_fonts(styles)))


def fonts_digest(fonts: Iterable[AddedFont]) -> str:
    """Give one digest of fonts and of the rules that name them."""
    digest = hashlib.sha256()
    for font in fonts:
        digest.update(f"{font.sheet}\0{font.rule}\0{font.font.name}\0".encode())
        digest.update(font.font.digest.encode())
    return digest.hexdigest()
