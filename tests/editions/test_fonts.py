"""Our fonts, and none of the system: the same letters on every machine."""

import base64
import hashlib
import importlib.metadata
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import font_source_sans_pro
import noto_cjk
import pikepdf
import pydyf
import pytest
import uharfbuzz
from conftest import ROOT, Built, built_digests, leaflet_names, locale_names, make_each
from fontTools.ttLib import TTFont
from patience import PATIENCE

from leafletry.content.leaflet import walk_texts
from leafletry.content.project import Project, read_project
from leafletry.editions.edition import Edition
from leafletry.editions.fonts import (
    JAPANESE,
    LATIN,
    OUR_FONTS,
    FontFile,
    cut_font,
    cut_ours,
    lacking_in_ours,
    latin_characters,
    words_of_other_alphabets,
)
from leafletry.pages.embedding import shorten

OFFERED = (Path(noto_cjk.__file__).parent, Path(font_source_sans_pro.__file__).parent)
"""Folders with fonts that every machine has on which Leafletry runs."""

COUNT_FONTS = """
import sys
from pathlib import Path
from leafletry.editions.fonts import isolate_fontconfig

if sys.argv[1] == "isolated":
    isolate_fontconfig()
from weasyprint.text.ffi import fontconfig
found = fontconfig.FcConfigGetFonts(fontconfig.FcInitLoadConfigAndFonts(), fontconfig.FcSetSystem)
print(found.nfont)
"""


@pytest.fixture(scope="module")
def project() -> Project:
    """All that people wrote."""
    return read_project(ROOT)


def fontconfig(folder: Path, *offered: Path) -> str:
    """Write a configuration that offers the fonts of some folders as those of the system."""
    config = folder / f"fonts-{len(offered)}.conf"
    folders = "".join(f"<dir>{path}</dir>" for path in offered)
    config.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig>{folders}<cachedir>{folder / 'cache'}</cachedir></fontconfig>",
        "utf-8",
    )
    return str(config)


def count_fonts(folder: Path, mode: str) -> int:
    """Count the fonts of the system that a process sees where the system offers some."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore::UserWarning", "-c", COUNT_FONTS, mode],
        env=os.environ | {"PYTHONPATH": str(ROOT), "FONTCONFIG_FILE": fontconfig(folder, *OFFERED)},
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=True,
    )
    return int(done.stdout)


def test_fonts_of_the_system_are_not_seen(tmp_path: Path) -> None:
    """Where the system has fonts, the engine sees none of them."""
    assert count_fonts(tmp_path, "as offered") > 10
    assert count_fonts(tmp_path, "isolated") == 0


@pytest.mark.parametrize("offered", [OFFERED, ()], ids=["some fonts", "no fonts"])
def test_fonts_of_the_system_change_nothing(
    built: Built, tmp_path: Path, offered: tuple[Path, ...]
) -> None:
    """A file is the same to the byte on a system with fonts and on one without any."""
    editions = [Edition(leaflet_names()[-1], locale, "a4") for locale in ("en", "ja")]
    config = {"FONTCONFIG_FILE": fontconfig(tmp_path, *offered)}
    if offered:  # Settings that somebody made for other programs.
        config |= {"HB_SHAPER_LIST": "fallback", "FONTCONFIG_SYSROOT": str(tmp_path)}
    made = make_each(built, tmp_path, editions, config, isolated=bool(offered))
    assert made == built_digests(built, editions)


def test_only_our_fonts_are_embedded(built: Built, edition: Edition) -> None:
    """Every font of a page is embedded, and is one of ours."""
    with pikepdf.open(built.path(edition)) as pdf:
        fonts = {
            font.objgen: font for page in pdf.pages for font in page.obj.Resources.Font.values()
        }
        names = [str(font.BaseFont).partition("+")[2] for font in fonts.values()]
        assert names
        for name, font in zip(names, fonts.values(), strict=True):
            family = name.replace("-", " ")
            assert family.startswith((LATIN, JAPANESE)), name
            assert "/FontFile3" in font.DescendantFonts[0].FontDescriptor, name
        assert any(name.startswith("Leafletry-Sans-JP") for name in names) or edition.locale != "ja"


def texts_of(project: Project, locale: str) -> Iterator[str]:
    """Give every text that may be printed in a language: the catalog's, or the leaflets' own."""
    if locale == "en":
        for part in (project.phrases, *project.leaflets.values()):
            yield from (text.text for _, text in walk_texts(part))
        for source in project.sources.values():
            yield f"{source.title}{source.in_}{source.authors or ''}{source.link_text or ''}"
    else:
        yield from (message.msgstr for message in project.catalogs[locale].messages.values())


@pytest.mark.parametrize("locale", locale_names())
def test_every_character_has_a_glyph(project: Project, locale: str) -> None:
    """Every character of every text is in every weight of our fonts that may print it."""
    wanted = {ord(character) for text in texts_of(project, locale) for character in text}
    wanted -= {ord("\n")}
    # A source keeps its own title, in the letters of its own language.
    own = {
        c for s in project.sources.values() if s.lang == "ja" for c in s.authors + s.title + s.in_
    }
    wanted -= {ord(c) for c in own if locale != "ja" and c > "\u2e7f"}
    assert len(wanted) > 40
    letters: dict[str, set[int]] = {LATIN: set(wanted), JAPANESE: set(wanted)}
    for font in OUR_FONTS:
        letters[font.family] &= parsed(cut_ours(font, frozenset(wanted), NONE)).getBestCmap().keys()
    have = letters[LATIN] | (letters[JAPANESE] if locale == "ja" else set())
    assert not {chr(code) for code in wanted - have}


NONE: frozenset[int] = frozenset()


def parsed(font: bytes) -> TTFont:
    """Read a font."""
    return TTFont(BytesIO(font))


def test_a_font_is_the_same_wherever_it_is_cut() -> None:
    """A font for the same characters is the same, to the byte, also in another process."""
    script = (
        "import hashlib; from leafletry.editions.fonts import OUR_FONTS, cut_ours\n"
        "characters = frozenset(map(ord, '病院 a'))\n"
        "for font in OUR_FONTS:"
        " print(hashlib.sha256(cut_ours(font, characters, frozenset())).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    here = [cut_ours(font, frozenset(map(ord, "病院 a")), NONE) for font in OUR_FONTS]
    assert done.stdout.split() == [hashlib.sha256(font).hexdigest() for font in here]


@pytest.mark.parametrize("font", OUR_FONTS, ids=lambda font: f"{font.path.stem}")
def test_the_digest_of_a_font_is_that_of_its_package(font: FontFile) -> None:
    """What is told of a font here is what the wheel says, which the lock names by its hash.

    Where a package brings another font: look at every page, then tell its digest in `fonts.py`.
    """
    names = importlib.metadata.packages_distributions()[font.package]
    (said,) = (
        file.hash.value
        for file in importlib.metadata.files(names[0]) or ()
        if str(file) == f"{font.package}/{font.file}" and file.hash is not None
    )
    assert base64.urlsafe_b64decode(said + "=").hex() == font.sha256


LARGE = [font for font in OUR_FONTS if font.is_large]


def test_glyphs_of_japanese_fonts_have_one_number_only() -> None:
    """CID and glyph agree, for many characters and for a few, as MuPDF needs them."""
    assert len(LARGE) == 2
    for font in LARGE:
        for characters in (frozenset(range(0x4E00, 0x5200)), frozenset(map(ord, "病院 a"))):
            names = parsed(cut_ours(font, characters, NONE)).getGlyphOrder()
            assert names[1:] == [f"cid{number:05}" for number in range(1, len(names))]


def test_a_font_for_a_page_has_its_characters_only() -> None:
    """The glyphs of other characters weigh nothing in a file."""
    page = cut_ours(LARGE[0], frozenset(map(ord, "病院へ")), NONE)
    assert parsed(page).getBestCmap().keys() == set(map(ord, "病院へ•"))
    assert len(page) < 5000


@pytest.mark.parametrize("font", [OUR_FONTS[0], LARGE[0]], ids=["names", "numbers"])
def test_a_font_without_names_draws_the_same(font: FontFile) -> None:
    """Taking the names away changes no glyph, no width, and no character's glyph."""
    characters = latin_characters() | frozenset(map(ord, "病院へ"))
    named, ours = (
        parsed(cut_font(font.content(), characters)),
        parsed(cut_ours(font, characters, NONE)),
    )
    assert outlines(named) == outlines(ours)
    for table in ("cmap", "hmtx", "GPOS"):
        assert named.reader[table] == ours.reader[table]
    words = set(ours["CFF "].cff.strings.strings) - {"Adobe", "Identity"}
    assert all(word.isdigit() for word in words)


# ── Letters beyond those of the texts ──────────────────────────────────────────────────────────

RARE = "頰剝塡𠮟𠮷髙﨑濵栁桒"
"""The official list of 2010, and surnames: none of them is in cp932, or in any older set."""


@pytest.mark.parametrize(
    ("words", "family"),
    [
        (RARE, JAPANESE),
        ("서울 简体 繁體", JAPANESE),
        ("① ☎", JAPANESE),
        ("Nguyễn Thị", LATIN),
        ("Αθήνα ἀρχή", LATIN),
        ("Київ Москва", LATIN),
        ("Łódź Şişli Đà Nẵng", LATIN),
        ("₴ ₹ ⅔", LATIN),
    ],
)
def test_what_a_font_has_prints(words: str, family: str) -> None:
    """A font is cut to what its page prints, not to a character set: each word by one family."""
    characters = frozenset(map(ord, words))
    assert lacking_in_ours(characters) == NONE
    apart = words_of_other_alphabets(words)
    have = {
        font.family: parsed(cut_ours(font, characters, apart)).getBestCmap().keys()
        for font in OUR_FONTS
    }
    assert have[family] >= characters
    assert not have[JAPANESE] & apart


def test_a_sign_from_another_alphabet_is_japanese() -> None:
    """A Greek letter that is no word, as in μg, is drawn in the measure of Japanese."""
    text = "1日5 μgのβ遮断薬"
    assert words_of_other_alphabets(text) == NONE
    cut = cut_ours(LARGE[0], frozenset(map(ord, text)), words_of_other_alphabets(text))
    assert set(map(ord, "μβ")) <= parsed(cut).getBestCmap().keys()


def test_the_form_of_a_character_is_kept() -> None:
    """A sign that chooses one of two forms of a kanji, as names have it, chooses it here too."""
    chosen = cut_ours(LARGE[0], frozenset(map(ord, "葛\U000e0100城")), NONE)
    drawn = uharfbuzz.Font(uharfbuzz.Face(chosen))
    usual, other = drawn.get_nominal_glyph(0x845B), drawn.get_variation_glyph(0x845B, 0xE0100)
    assert None not in (usual, other)
    assert usual != other


def test_what_no_font_has_is_told() -> None:
    """Letters of other scripts lack, and signs that only choose a form do not."""
    assert lacking_in_ours(frozenset(map(ord, "aж病한ไห\U000e0100𓀀"))) == frozenset(map(ord, "ไห𓀀"))


def outlines(font: TTFont) -> list[bytes]:
    """Give what draws each glyph, in their order."""
    drawn = font["CFF "].cff.topDictIndex[0].CharStrings
    return [drawn[name].bytecode for name in font.getGlyphOrder()]


@pytest.mark.parametrize(
    "glyphs",
    [
        {1: "a"},
        {glyph: chr(0x4E00 + glyph * 7) for glyph in range(1, 600)},
        {glyph: chr(0x61 + glyph % 26) for glyph in range(2, 900, 2)},
        {0xFE: "f", 0xFF: "fi", 0x100: "\U0001f36a", 0x101: "ffl", 0x400: "x"},
    ],
)
def test_letters_in_ranges_say_the_same(glyphs: dict[int, str]) -> None:
    """Each glyph stands for its letters, no range changes its first byte, no block is too long."""
    head = [b"begincmap", b"/CMapName /Adobe-Identity-UCS def", b"1 begincodespacerange"]
    head += [b"<0000> <ffff>", b"endcodespacerange"]
    named = [
        f"<{glyph:04x}> <{letters.encode('utf-16-be').hex()}>".encode()
        for glyph, letters in reversed(glyphs.items())
    ]
    tail = [b"endcmap", b"end"]
    whole = [*head, b"%d beginbfchar" % len(named), *named, b"endbfchar", *tail]
    stream = pydyf.Stream(list(whole))
    shorten(stream)
    assert stream.stream[: len(head)] == head
    assert stream.stream[-len(tail) :] == tail
    assert letters_told(stream.stream[len(head) : -len(tail)]) == glyphs


def letters_told(lines: list[bytes]) -> dict[int, str]:
    """Read blocks of letters as a PDF engine does."""
    told: dict[int, str] = {}
    rest = 0
    for line in lines:
        codes = [bytes.fromhex(code.decode()) for code in re.findall(rb"<([0-9a-f]+)>", line)]
        if line.startswith(b"end"):
            assert rest == 0
        elif not codes:
            rest = int(line.split()[0])
            assert 0 < rest <= 100
        else:
            rest -= 1
            first = int.from_bytes(codes[0], "big")
            in_a_row = codes[2:] if b"[" in line else codes[1:]
            if b"[" in line:
                assert codes[0][0] == codes[1][0]
                assert int.from_bytes(codes[1], "big") == first + len(in_a_row) - 1
            told |= {first + i: code.decode("utf-16-be") for i, code in enumerate(in_a_row)}
    return told
