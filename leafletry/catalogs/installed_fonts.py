"""Fonts that lie on this computer or in a folder, to take letters from for a new language.

No page is printed with them: what a language needs is cut out of one and put into `styles/fonts/`.
A collection (`.ttc`) holds several faces; for Chinese and Korean each is drawn as one country
writes. The Japanese font that comes along with us has the other countries' forms as well.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from leafletry.editions.fonts import JAPANESE, OUR_FONTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import uharfbuzz

NOTO = "Noto"
"""How the fonts begin that are drawn for all scripts, and may be given on."""
MOST_BYTES = 60_000_000
MOST_FACES = 64
_ENDINGS = (".ttf", ".otf", ".ttc", ".otc")
_COLLECTION = b"ttcf"
_SAID = (16, 1, 0, 13, 14, 5)
"""Which names of a font are read: its family, twice, copyright, licence, its address, version."""
_ITALIC = 1
_NORMAL_WIDTH = 5
_UNSAFE = re.compile(r'["\\\n{};/]')


@dataclass(frozen=True)
class Face:
    """One face of a font file: its family, its weight, or that one file has all weights.

    `notices` are its copyright, licence, the address of that, and version, as far as it says so.
    With `forms` it draws each character as that language (a tag) does, where a font has the forms
    of several.
    """

    path: Path
    number: int
    family: str
    weight: int
    has_weights: bool
    notices: tuple[str, str, str, str]
    forms: str = ""

    @property
    def is_collection(self) -> bool:
        """Tell whether its file holds several faces."""
        return self.path.suffix.lower() in (".ttc", ".otc")

    def open(self) -> uharfbuzz.Face:
        """Give it as HarfBuzz reads it."""
        import uharfbuzz

        return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(self.path)), self.number)

    @cached_property
    def letters(self) -> frozenset[int]:
        """The code points it has a glyph for."""
        return frozenset(self.open().unicodes)


def font_folders() -> list[Path]:
    """Give the folders in which this system keeps fonts, where there are any."""
    home = Path.home()
    data = os.environ.get("XDG_DATA_HOME") or home / ".local/share"
    shared = (os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")
    folders = [Path(data, "fonts"), home / ".fonts", *(Path(part, "fonts") for part in shared)]
    if sys.platform == "darwin":
        folders += [home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts")]
    if windows := os.environ.get("WINDIR"):
        folders.append(Path(windows, "Fonts"))
    return [folder for folder in dict.fromkeys(folders) if folder.is_dir()]


def faces_in(folder: Path, beginning: str = "") -> Iterator[Face]:
    """Yield the upright faces of normal width in a folder and all below it, sorted by file.

    Only files whose name has a certain beginning; what is no font is left out.
    """
    for path in sorted(folder.rglob("*")):
        named = path.name.startswith(beginning) and path.suffix.lower() in _ENDINGS
        if named and path.is_file() and path.stat().st_size <= MOST_BYTES:
            yield from _faces_of(path)


def our_faces_for(forms: str, family: str) -> list[Face]:
    """Give our Japanese font as one that draws characters as another language does."""
    fonts = [font for font in OUR_FONTS if font.family == JAPANESE and font.content()]
    faces = [face for font in fonts for face in _faces_of(font.path)]
    return [replace(face, family=family, forms=forms) for face in faces]


def _faces_of(path: Path) -> Iterator[Face]:
    from fontTools.ttLib import TTFont

    with path.open("rb") as file:
        head = file.read(12)
        count = int.from_bytes(head[8:12], "big") if head[:4] == _COLLECTION else 1
        for number in range(min(count, MOST_FACES)):
            try:
                font = TTFont(file, fontNumber=number, lazy=True)
                said = [font["name"].getDebugName(kind) or "" for kind in _SAID]
                shape = font["OS/2"]
                axes = font["fvar"].axes if "fvar" in font else ()
                has_weights = any(axis.axisTag == "wght" for axis in axes)
                plain = not shape.fsSelection & _ITALIC and shape.usWidthClass == _NORMAL_WIDTH
            except Exception:  # noqa: BLE001, S112 - whatever a broken font makes the library say
                continue
            if plain:
                family = _UNSAFE.sub("", said[0] or said[1] or path.stem)
                notices = (said[2], said[3], said[4], said[5])
                yield Face(path, number, family, int(shape.usWeightClass), has_weights, notices)
