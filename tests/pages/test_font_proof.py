"""Nothing between a font's package and a finished file changes a letter without being noticed."""

import os
import shutil
import string
from collections.abc import Callable, Container, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fontTools.cffLib import SubrsIndex
from fontTools.fontBuilder import FontBuilder
from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent
from one_edition import one_leaflet, one_leaflet_kept, print_one
from weasyprint.pdf.fonts import Font
from weasyprint.text.fonts import FontConfiguration

from leafletry.editions import fonts
from leafletry.editions.added_fonts import added_fonts
from leafletry.editions.font_judge import judge
from leafletry.editions.fonts import OUR_FONTS, FontFile, cut_ours
from leafletry.reading.problems import ProblemsFoundError

__all__ = ["one_leaflet", "one_leaflet_kept"]

SANS, SANS_JP = OUR_FONTS[0], OUR_FONTS[-1]


@pytest.fixture
def _nothing_remembered() -> Iterator[None]:
    """Read and cut anew, and leave nothing of it to others."""
    remembered = (fonts._proved, fonts._cut_once)
    for known in remembered:
        known.cache_clear()
    yield
    for known in remembered:
        known.cache_clear()


def changed(content: bytes, change: Callable[[TTFont], None]) -> bytes:
    """Give a font in which something is different."""
    whole = BytesIO()
    with TTFont(BytesIO(content), recalcBBoxes=False, recalcTimestamp=False) as font:
        change(font)
        font.save(whole)
    return whole.getvalue()


def swap_letters(font: TTFont) -> None:
    """Make 999 print as 111, and 日 as 本."""
    shared = {id(table.cmap): table.cmap for table in font["cmap"].tables}
    for glyphs in shared.values():
        for one, other in _pairs(glyphs):
            glyphs[one], glyphs[other] = glyphs[other], glyphs[one]


def swap_outlines(font: TTFont) -> None:
    """Draw the glyph of 1 as that of 9, and so on."""
    names, drawn = font.getBestCmap(), font["CFF "].cff.topDictIndex[0].CharStrings
    for pair in _pairs(names):
        swap(*(drawn[names[code]] for code in pair))


def swap(one: Any, other: Any) -> None:
    """Draw two glyphs as each other."""
    one.decompile(), other.decompile()
    one.program, other.program = other.program, one.program


def widen(font: TTFont) -> None:
    """Give letters another width."""
    for pair in _pairs(font.getBestCmap()):
        for code in pair:
            width, side = font["hmtx"][font.getBestCmap()[code]]
            font["hmtx"][font.getBestCmap()[code]] = (width + 40, side)


def _pairs(known: Container[int]) -> list[list[int]]:
    """Give the pairs of characters that are exchanged, as far as a font has them."""
    pairs = [list(map(ord, pair)) for pair in ("19", "日本")]
    return [pair for pair in pairs if pair[0] in known and pair[1] in known]


# ── The files of the packages ──────────────────────────────────────────────────────────────────


def truncated(path: Path) -> None:
    """Cut a file short."""
    path.write_bytes(path.read_bytes()[:-1000])


def one_bit(path: Path) -> None:
    """Change one bit of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def digits(path: Path) -> None:
    """Swap two digits."""
    path.write_bytes(changed(path.read_bytes(), swap_letters))


def of_another_weight(path: Path) -> None:
    """Put another font in its place."""
    path.write_bytes(OUR_FONTS[1].path.read_bytes())


def gone(path: Path) -> None:
    """Delete it."""
    path.unlink()


def pipe(path: Path) -> None:
    """Put a pipe in its place, which nobody fills."""
    path.unlink()
    os.mkfifo(path)


DAMAGES = [truncated, one_bit, digits, of_another_weight, gone]
DAMAGES += [pipe] if hasattr(os, "mkfifo") else []


@pytest.mark.usefixtures("_nothing_remembered")
@pytest.mark.parametrize("damage", DAMAGES)
def test_another_font_in_the_package_prints_nothing(
    one_leaflet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[..., None]
) -> None:
    """A font that is not to the byte the one of the locked package is told by its name."""
    path = tmp_path / "Damaged.otf"
    shutil.copy(SANS.path, path)
    damage(path)
    monkeypatch.setattr(
        FontFile, "path", property(lambda font: path if font == SANS else original(font))
    )
    tried = print_one(one_leaflet)
    assert tried.said.startswith(f"{path}: is not the font that the locked package brings")
    assert "delete the folder .venv" in tried.said


original = FontFile.path.fget  # type: ignore[attr-defined]


# ── What lies in the cache ─────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("_nothing_remembered")
def test_a_cache_has_no_part_in_what_prints(one_leaflet: Path) -> None:
    """Fonts and settings in `.cache`, poisoned or blocked, change no byte and stop nothing."""
    before = print_one(one_leaflet)
    cache = one_leaflet / ".cache" / "fonts"
    shutil.rmtree(cache, ignore_errors=True)
    cache.mkdir(parents=True)
    for font in OUR_FONTS:
        poisoned = changed(
            cut_ours(font, frozenset(map(ord, string.printable)), frozenset()), swap_letters
        )
        for name in (font.name, f"{font.path.stem}-a73eb050f7da1c8c.otf"):
            (cache / name).write_bytes(poisoned)
    (cache / "fonts.conf").write_text("<fontconfig><dir>/usr/share/fonts</dir></fontconfig>")
    if hasattr(os, "mkfifo"):
        os.mkfifo(cache / "fontconfig")
    after = print_one(one_leaflet)
    assert (after.said, after.pdf) == ("", before.pdf)


# ── Between the package and the file ───────────────────────────────────────────────────────────

CLINIC = "clinics/example.yaml"


@pytest.fixture
def named(one_leaflet: Path) -> Path:
    """A project with a clinic in whose name there is what gets exchanged."""
    profile = one_leaflet / CLINIC
    text = profile.read_text("utf-8")
    name = "name: Example Children's Hospital"
    assert name in text
    profile.write_text(text.replace(name, "name: 日本 Hospital 19"), "utf-8")
    return one_leaflet


@pytest.mark.parametrize("change", [swap_letters, swap_outlines, widen])
@pytest.mark.parametrize("font", [SANS, SANS_JP], ids=["latin", "japanese"])
def test_a_font_cut_wrong_is_noticed(
    named: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[TTFont], None],
    font: FontFile,
) -> None:
    """A letter of a cut font that is drawn otherwise than in its source stops the edition."""
    cut = fonts._cut_once

    def cut_wrong(whole: FontFile, characters: frozenset[int]) -> bytes:
        content = cut(whole, characters)
        return changed(content, change) if whole == font else content

    monkeypatch.setattr(fonts, "_cut_once", cut_wrong)
    said = print_one(named, clinic=CLINIC).said
    assert f"the font {font.name} does not draw" in said
    assert "as the one it was cut from" in said


def test_a_font_changed_while_a_page_is_made_is_noticed(
    named: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WeasyPrint's copy of a font, which Pango reads, is the one that was cut."""
    add = FontConfiguration.add_font_face

    def add_and_spoil(self: Any, rule: Any, fetcher: Any) -> Any:
        def fetch(url: str) -> Any:
            response = fetcher(url)
            if SANS.name in url:
                content = changed(response.read(), swap_letters)
                response._file_obj = BytesIO(content)
            return response

        return add(self, rule, fetch)

    monkeypatch.setattr(FontConfiguration, "add_font_face", add_and_spoil)
    said = print_one(named, clinic=CLINIC).said
    assert "the font Leafletry Sans changed on the disk while the page was made" in said


def test_a_font_embedded_wrong_is_noticed(named: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What WeasyPrint leaves of a font when it embeds it is drawn as in the source."""
    clean = Font.clean

    def clean_wrong(self: Any, *options: Any) -> None:
        pair = [glyph for glyph, letters in self.to_unicode.items() if letters in "日本"]
        clean(self, *options)
        if len(pair) == 2:
            self.file_content = changed(self.file_content, lambda font: swap_glyphs(font, *pair))

    def swap_glyphs(font: TTFont, *pair: int) -> None:
        drawn = font["CFF "].cff.topDictIndex[0].CharStrings
        swap(*(drawn[font.getGlyphName(glyph)] for glyph in pair))

    monkeypatch.setattr(Font, "clean", clean_wrong)
    assert "does not draw 日, 本 as the one it was cut from" in print_one(named, clinic=CLINIC).said


# ── Fonts that languages bring along ───────────────────────────────────────────────────────────

_LETTERS = f"{string.ascii_letters}{string.digits}אב"


def made_font(glyphs: dict[str, Glyph]) -> bytes:
    """Give a font in which each letter is a triangle of its own, but for some glyphs."""
    names = [".notdef", *(name_of(letter) for letter in _LETTERS), *glyphs]
    names = list(dict.fromkeys(names))
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(letter): name_of(letter) for letter in _LETTERS})
    builder.setupGlyf({name: triangle(5 * i) for i, name in enumerate(names)})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (600, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Made", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    for name, glyph in glyphs.items():
        for side in ("xMin", "yMin", "xMax", "yMax"):
            setattr(glyph, side, 0)
        builder.font["glyf"].glyphs[name] = glyph
    builder.font.recalcBBoxes = False
    whole = BytesIO()
    builder.font.save(whole)
    return whole.getvalue()


def name_of(letter: str) -> str:
    """Give what the glyph of a letter is called."""
    return f"g{ord(letter):04X}"


def triangle(wider: int = 0) -> Glyph:
    """Give a glyph that can be seen."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((300 + wider, 0))
    pen.lineTo((300 + wider, 500))
    pen.closePath()
    return pen.glyph()


def made_of(*names: str) -> Glyph:
    """Give a glyph that is made of others."""
    glyph = Glyph()
    glyph.numberOfContours = -1
    glyph.components = []
    for name in names:
        part = GlyphComponent()
        part.glyphName, part.x, part.y, part.flags = name, 0, 0, 0x204
        glyph.components.append(part)
    return glyph


def flat() -> Glyph:
    """Give a glyph whose outline encloses nothing."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 100))
    pen.lineTo((500, 100))
    pen.closePath()
    return pen.glyph()


def far_away() -> Glyph:
    """Give a glyph that would cover the page."""
    pen = TTGlyphPen(None)
    for start in (0, 30_000):
        pen.moveTo((start - 30_000, -30_000))
        pen.lineTo((start, 30_000))
        pen.lineTo((start, -30_000))
        pen.closePath()
    return pen.glyph()


A = "g0061"
ENDLESS = "has a glyph made of others without end, or of thousands of them"
RING = {A: made_of("x1"), "x1": made_of("x2"), "x2": made_of("x3", A), "x3": flat()}
THOUSANDS = {f"x{i}": made_of(*[f"x{i + 1}"] * 30) for i in range(15)} | {"x15": flat()}
DEEP = {f"x{i}": made_of(f"x{i + 1}") for i in range(40)} | {"x40": flat()}
NO_A = "draws nothing for a (U+0061)"
BROKEN = {
    "itself": ({A: made_of(A)}, ENDLESS),
    "each other": ({A: made_of("g0062"), "g0062": made_of(A)}, ENDLESS),
    "a ring": (RING, ENDLESS),
    "too many": (THOUSANDS | {A: made_of("x0")}, ENDLESS),
    "too deep": (DEEP | {A: made_of("x0")}, ENDLESS),
    "empty letter": ({A: Glyph()}, NO_A),
    "empty digits": (
        {"g0031": Glyph(), "g0039": Glyph()},
        "draws nothing for 1 (U+0031), 9 (U+0039)",
    ),
    "flat letter": ({A: flat()}, NO_A),
    "made of empty ones": ({A: made_of("x", "x"), "x": Glyph()}, NO_A),
    "two digits alike": ({"g0031": triangle(), "g0039": triangle()}, "draws 1 and 9 alike"),
    "two letters alike": ({"g0062": triangle(), "g0064": triangle()}, "draws b and d alike"),
}


def bring_along(styles: Path, font: bytes, family: str = "Made") -> None:
    """Put a font into `styles/fonts/`, and name it in the style sheet of a language."""
    for name in ("fonts", "locales"):
        (styles / name).mkdir(exist_ok=True)
    (styles / "fonts" / "Made.ttf").write_bytes(font)
    rule = f'\n@font-face {{ font-family: "{family}"; src: url("font:Made.ttf") }}\n'
    (styles / "locales" / "xx.css").write_text(rule)


@pytest.mark.parametrize("name", BROKEN)
def test_a_font_that_would_hide_letters_is_refused(name: str) -> None:
    """Glyphs without ink, made of others without end, or alike, are told."""
    glyphs, says = BROKEN[name]
    assert judge(made_font(glyphs)) == says


def test_a_sound_font_is_not_refused() -> None:
    """Ordinary fonts, and glyphs made of a few others, are as good as any."""
    sound = made_font({A: made_of("g0062", "x"), "x": made_of("y", "y"), "y": triangle()})
    assert [judge(font) for font in (sound, SANS.content(), LARGE_TTF.read_bytes())] == [""] * 3


LARGE_TTF = SANS.path.with_suffix(".ttf")


def test_a_refused_font_is_told_at_its_rule(tmp_path: Path) -> None:
    """What is wrong with a font is said with its file, at the rule that names it."""
    glyphs, says = BROKEN["empty digits"]
    bring_along(tmp_path, made_font(glyphs))
    with pytest.raises(ProblemsFoundError) as refused:
        added_fonts(tmp_path)
    (problem,) = refused.value.problems
    assert str(problem.place) == "styles/locales/xx.css:2:1"
    assert problem.message == f"styles/fonts/Made.ttf {says}"
    assert "ends in .ttf or .otf" in problem.hint


def test_a_font_of_endless_routines_is_refused(tmp_path: Path) -> None:
    """A font that nobody could draw to its end is refused, in little time, at arm's length."""
    bring_along(tmp_path, _nested())
    with pytest.raises(ProblemsFoundError, match=r"Made\.ttf is no font, or a broken one"):
        added_fonts(tmp_path)


def _nested() -> bytes:
    """Give a font of which one letter calls a routine that calls another forty times, and so on."""
    names = [".notdef", *map(name_of, _LETTERS)]
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(letter): name_of(letter) for letter in _LETTERS})
    pen = T2CharStringPen(600, None)
    pen.moveTo((0, 0))
    pen.lineTo((500, 0))
    pen.lineTo((500, 500))
    pen.closePath()
    builder.setupCFF("Made", {}, dict.fromkeys(names, pen.getCharString()), {})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (600, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Made", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    whole = BytesIO()
    builder.font.save(whole)
    return changed(whole.getvalue(), _nest)


def _nest(font: TTFont) -> None:
    top = font["CFF "].cff.topDictIndex[0]
    top.Private.Subrs = SubrsIndex()
    for depth in range(9):
        call = [depth + 1 - 107, "callsubr"] if depth < 8 else [1, 0, "rlineto"]
        routine = T2CharString(program=[*call * 40, "return"])
        routine.private, routine.globalSubrs = top.Private, font["CFF "].cff.GlobalSubrs
        top.Private.Subrs.append(routine)
    letter = top.CharStrings[A]
    letter.decompile()
    letter.program = [600, 0, 0, "rmoveto", -107, "callsubr", "endchar"]


@pytest.mark.parametrize("family", ["Leafletry Sans", "leafletry sans jp"])
def test_no_font_takes_the_name_of_ours(tmp_path: Path, family: str) -> None:
    """A font that would print in place of ours, under their name, is told at its rule."""
    bring_along(tmp_path, made_font({}), family)
    with pytest.raises(ProblemsFoundError, match=f'calls a font "{family}", as ours is called'):
        added_fonts(tmp_path)


def test_a_font_under_the_name_of_ours_prints_nothing(named: Path) -> None:
    """However the name is written, what prints under it is ours, or the edition is refused."""
    profile = named / CLINIC
    text = profile.read_text("utf-8").replace("日本 Hospital 19", "Hospital אב")
    profile.write_text(text, "utf-8")
    bring_along(named / "styles", made_font({}), r"Leaflet\72y Sans")
    said = print_one(named, clinic=CLINIC).said
    assert "does not draw" in said or "another font is called" in said


def test_a_letter_without_ink_stops_the_pages_that_print_it(named: Path) -> None:
    """A font is looked at for each letter that prints: what it draws as nothing is told."""
    profile = named / CLINIC
    text = profile.read_text("utf-8").replace("日本 Hospital 19", "Hospital א")
    profile.write_text(text, "utf-8")
    bring_along(named / "styles", made_font({name_of("ב"): Glyph()}))
    assert print_one(named, clinic=CLINIC).said == ""
    profile.write_text(text.replace("Hospital א", "Hospital אב"), "utf-8")
    (problem,) = print_one(named, clinic=CLINIC).problems
    assert str(problem.place) == "styles/locales/xx.css:2:1"
    assert "styles/fonts/Made.ttf draws nothing for ב (U+05D1)" in problem.message
