"""Judges a font that somebody gave us: run at arm's length, before any other code opens it."""

from __future__ import annotations

import string
import struct
import sys
import unicodedata
from io import BytesIO
from pathlib import Path

if __name__ == "__main__":  # Started by its path, in a Python that looks nowhere else.
    sys.path.append(str(Path(__file__).resolve().parents[2]))

from leafletry.editions.fonts import cut_shaping_font, latin_characters
from leafletry.editions.outlines import has_ink, is_endless, opened, outline

BROKEN = "is no font, or a broken one"
_ALPHABETS = (string.digits, string.ascii_lowercase, string.ascii_uppercase)
_BLANK_BY_NATURE = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that stand for nothing, as the fillers of Korean."""
_ENOUGH = 12


def judge(content: bytes) -> str:
    """Say what keeps a file from being embedded as a font; nothing where it may be.

    Whatever a hostile font makes the libraries raise is raised.
    """
    font = opened(content)
    if not font.face.unicodes:
        return BROKEN
    if not {b"glyf", b"CFF "} & _tables(content):
        return "has outlines of a kind that PDF does not know"
    if is_endless(font.face):
        return "has a glyph made of others without end, or of thousands of them"
    _read_names(content)
    cut = cut_shaping_font(content, latin_characters(), 400)
    letters = frozenset(font.face.unicodes)
    if blank := without_ink(cut, letters & frozenset(map(ord, "".join(_ALPHABETS)))):
        return f"draws nothing for {blank}"
    if alike := _alike(cut):
        return f"draws {' and '.join(alike)} alike"
    return ""


def without_ink(cut: bytes, characters: frozenset[int]) -> str:
    """Name the characters that a font draws as nothing, though people have to see them."""
    font = opened(cut)
    blank = [
        character
        for character in map(chr, sorted(characters))
        if unicodedata.category(character)[0] in "LNPS"
        and character not in _BLANK_BY_NATURE
        and ((glyph := font.get_nominal_glyph(ord(character))) is None or not has_ink(font, glyph))
    ]
    return ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in blank[:_ENOUGH])


def _alike(cut: bytes) -> tuple[str, str] | None:
    """Give two figures, or two letters, that nobody could tell from each other."""
    font = opened(cut)
    for alphabet in _ALPHABETS:
        drawn: dict[object, str] = {}
        for letter in alphabet:
            glyph = font.get_nominal_glyph(ord(letter))
            if glyph is not None:
                other = drawn.setdefault(outline(font, glyph)[1:], letter)
                if other != letter:
                    return other, letter
    return None


def _tables(font: bytes) -> set[bytes]:
    """Give the tags of the tables of an OpenType font."""
    (number,) = struct.unpack_from(">H", font, 4)
    directory = font[12 : 12 + 16 * number]
    return {directory[at : at + 4] for at in range(0, len(directory), 16)}


def _read_names(content: bytes) -> None:
    """Read what a font says of itself, as whoever names it will."""
    from fontTools.ttLib import TTFont

    with TTFont(BytesIO(content), lazy=True) as parsed:
        for kind in (1, 16):
            parsed["name"].getDebugName(kind)
        int(parsed["OS/2"].usWeightClass), int(parsed["OS/2"].fsSelection)


def run() -> None:
    """Read a font from standard input, and write what is wrong with it to standard output."""
    with open(0, "rb", closefd=False) as given:
        content = given.read()
    try:
        answer = judge(content)
    except Exception:  # noqa: BLE001 - whatever a hostile font makes the libraries say
        answer = BROKEN
    with open(1, "wb", closefd=False) as told:
        told.write(answer.encode())


if __name__ == "__main__":
    run()
