"""`catalogs fonts`: found in folders and collections, cut to a script, named, always the same."""

import importlib.util
import shutil
from pathlib import Path

import pytest
import uharfbuzz
from commands_given import environment, give
from conftest import _copy
from fontTools.ttLib import TTCollection, TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from leafletry.catalogs.installed_fonts import our_faces_for
from leafletry.catalogs.language_fonts import NoFontError, bring_fonts
from leafletry.catalogs.script_cut import characters_of, cut_to_forms
from leafletry.content.project import read_project
from leafletry.editions.added_fonts import added_fonts
from leafletry.reading.problems import ProblemsFoundError

COUNTRIES = {"JP": "ja", "SC": "zh-Hans", "TC": "zh-Hant", "HK": "zh-HK", "KR": "ko"}
BONE = ord("骨")
"""A character that each of the countries draws in its own way."""
THAI = "ก่อน"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the project in one language."""
    root = tmp_path / "project"
    _copy(root)
    for folder in (root / "locales").iterdir():
        if folder.is_dir() and folder.name != "en":
            shutil.rmtree(folder)
    return root


@pytest.fixture(scope="session")
def thai(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as Debian has it: weights of Noto Sans Thai, others, and what is no font."""
    spec = importlib.util.find_spec("fontpkg_noto_sans_thai")
    assert spec is not None, "fontpkg-noto-sans-thai is missing: set the tests up again"
    assert spec.origin is not None
    (whole,) = (Path(spec.origin).parent / "files").glob("*.ttf")
    folder = tmp_path_factory.mktemp("fonts") / "truetype" / "noto"
    folder.mkdir(parents=True)
    for name, weight, width, family in (
        ("NotoSansThai-Regular", 400, 100, "Noto Sans Thai"),
        ("NotoSansThai-Bold", 700, 100, "Noto Sans Thai"),
        ("NotoSansThai-Black", 900, 100, "Noto Sans Thai"),
        ("NotoSansThai-Condensed", 400, 75, "Noto Sans Thai"),
        ("NotoSansThaiLooped-Regular", 400, 100, "Noto Sans Thai Looped"),
        ("NotoSerifThai-Regular", 400, 100, "Noto Serif Thai"),
        ("AnotherThai-Regular", 400, 100, "A"),
    ):
        with TTFont(whole) as font:
            made = instantiateVariableFont(font, {"wght": weight, "wdth": width})
            made["OS/2"].usWeightClass = weight
            made["OS/2"].usWidthClass = 5 if width == 100 else 3
            for number in (1, 16):
                made["name"].setName(family, number, 3, 1, 0x409)
            made.save(folder / f"{name}.ttf")
    (folder / "NotoSansBroken-Regular.ttf").write_bytes(b"\0\1\0\0broken")
    (folder / "NotoSansEmpty-Regular.ttf").write_bytes(b"")
    return folder.parents[1]


@pytest.fixture(scope="session")
def collections(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with collections as Noto has them: a face for each country, two weights."""
    folder = tmp_path_factory.mktemp("collections")
    for number, weight in enumerate(("Regular", "Bold")):
        collection = TTCollection()
        for country, forms in COUNTRIES.items():
            family = f"Noto Sans CJK {country}"
            face = our_faces_for(forms, family)[number]
            script = "Kore" if country == "KR" else "Hant" if country in ("TC", "HK") else "Hans"
            cut = folder / "cut.otf"
            kept = characters_of(script, face.letters, [BONE])
            cut.write_bytes(cut_to_forms(face.open(), kept, forms, family))
            collection.fonts.append(TTFont(cut, lazy=False))
        collection.save(folder / f"NotoSansCJK-{weight}.ttc", shareTables=False)
    (folder / "cut.otf").unlink()
    return folder


def add(root: Path, locale: str) -> None:
    """Begin a language."""
    done = give(root, "catalogs", "add", locale)
    assert done.returncode == 0, done.stderr


def files_in(root: Path) -> dict[str, bytes]:
    """Give what a language's fonts are: files of fonts, notices, style sheets."""
    paths = [*(root / "styles/fonts").glob("*"), *(root / "styles/locales").glob("*")]
    return {path.name: path.read_bytes() for path in paths}


def outline(font: bytes | Path, code: int, number: int = 0) -> list[object]:
    """Give how a font draws a character."""
    blob = uharfbuzz.Blob(font) if isinstance(font, bytes) else uharfbuzz.Blob.from_file_path(font)
    drawn = uharfbuzz.Font(uharfbuzz.Face(blob, number))
    pen: list[object] = []
    funcs = uharfbuzz.DrawFuncs()
    funcs.set_move_to_func(lambda *point: point[-1].append(point[:-1]))
    funcs.set_line_to_func(lambda *point: point[-1].append(point[:-1]))
    funcs.set_cubic_to_func(lambda *point: point[-1].append(point[:-1]))
    glyph = drawn.get_nominal_glyph(code)
    assert glyph
    drawn.draw_glyph(glyph, funcs, pen)
    return pen


def test_installed_fonts_are_found(root: Path, thai: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what is installed the plain family is taken, in the regular and the bold weight."""
    monkeypatch.setenv("XDG_DATA_HOME", str(root))
    shared = root.parent / "share"
    shutil.copytree(thai, shared / "fonts")
    monkeypatch.setenv("XDG_DATA_DIRS", str(shared))
    add(root, "th")
    fonts = bring_fonts(read_project(root), "th")
    assert fonts.family == "Noto Sans Thai"
    assert fonts.source == "NotoSansThai-Regular.ttf"
    assert fonts.has_bold
    assert fonts.lacking == ""
    assert [Path(name).name for name in fonts.files] == [
        "NotoSansThai-Regular.ttf",
        "NotoSansThai-Bold.ttf",
        "NotoSansThai.txt",
        "th.css",
    ]
    named = added_fonts(root / "styles")
    assert [(font.sheet, font.weight) for font in named] == [
        ("locales/th.css", 400),
        ("locales/th.css", 700),
    ]


def test_what_is_cut_shapes_its_script(root: Path, thai: Path) -> None:
    """Signs stand where the whole font puts them; Latin letters and figures are left to ours."""
    add(root, "th")
    bring_fonts(read_project(root), "th", thai)
    cut = root / "styles/fonts/NotoSansThai-Regular.ttf"
    whole = thai / "truetype/noto/NotoSansThai-Regular.ttf"
    assert shaped(cut, THAI) == shaped(whole, THAI)
    letters = set(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(cut)).unicodes)
    assert set(range(0x0E01, 0x0E3B)) <= letters
    assert letters.isdisjoint(map(ord, "aZ09"))
    note = (root / "styles/fonts/NotoSansThai.txt").read_text("utf-8")
    assert "SIL Open Font License" in note
    assert "The Noto Project Authors" in note
    assert "cut to Thai script" in note


def shaped(font: Path, words: str) -> list[tuple[int, ...]]:
    """Give the places at which a font puts the parts of some words."""
    drawn = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(font)))
    buffer = uharfbuzz.Buffer()
    buffer.add_str(words)
    buffer.guess_segment_properties()
    uharfbuzz.shape(drawn, buffer)
    return [tuple(place.position) for place in buffer.glyph_positions]


@pytest.mark.parametrize(
    ("tag", "locale", "country"),
    [
        ("zh-Hans", "zh_Hans", "SC"),
        ("zh-Hant", "zh_Hant", "TC"),
        ("zh-Hant-HK", "zh_Hant_HK", "HK"),
        ("ko", "ko", "KR"),
    ],
)
def test_a_collection_has_a_face_for_each_country(
    root: Path, collections: Path, tag: str, locale: str, country: str
) -> None:
    """Chinese and Korean get the face of their country, from a collection or from our own font."""
    add(root, tag)
    fonts = bring_fonts(read_project(root), locale, collections)
    assert fonts.family == f"Noto Sans CJK {country}"
    assert fonts.source == "NotoSansCJK-Regular.ttc"
    path = root / f"styles/fonts/NotoSansCJK{country}-Regular.otf"
    number = list(COUNTRIES).index(country)
    wanted = outline(collections / "NotoSansCJK-Regular.ttc", BONE, number)
    assert outline(path, BONE) == wanted
    assert path.stat().st_size < 4_000_000
    shutil.rmtree(root / "styles/fonts")
    (root / f"styles/locales/{locale}.css").unlink()
    ours = bring_fonts(read_project(root), locale)
    assert ours.family == fonts.family
    assert ours.source == "NotoSansCJKjp-Regular.otf"
    assert outline(path, BONE) == wanted


def test_twice_gives_the_same_bytes(root: Path, thai: Path) -> None:
    """Given again, the command has nothing to do; given anew, it makes the same files."""
    add(root, "th")
    add(root, "zh-Hans")
    for locale, folder in (("th", thai), ("zh_Hans", None)):
        bring_fonts(read_project(root), locale, folder)
    made = files_in(root)
    for locale, folder in (("th", thai), ("zh_Hans", None)):
        again = bring_fonts(read_project(root), locale, folder)
        assert again.files == []
        assert again.family in ("Noto Sans Thai", "Noto Sans CJK SC")
    assert files_in(root) == made
    shutil.rmtree(root / "styles/fonts")
    for locale in ("th", "zh_Hans"):
        sheet = root / f"styles/locales/{locale}.css"
        sheet.write_text(sheet.read_text("utf-8").partition("/* To here. */\n")[2], "utf-8")
    for locale, folder in (("th", thai), ("zh_Hans", None)):
        bring_fonts(read_project(root), locale, folder)
    assert files_in(root) == made


def test_what_a_designer_wrote_stays(root: Path, thai: Path) -> None:
    """Rules of a designer stay behind those of the fonts, which stand once, also if made anew."""
    add(root, "th")
    sheet = root / "styles/locales/th.css"
    mine = "@layer locale { h1 { line-height: 1.4 } }\n"
    sheet.write_text(mine, "utf-8")
    bring_fonts(read_project(root), "th", thai)
    text = sheet.read_text("utf-8")
    assert text.endswith(mine)
    assert text.count("@font-face") == 2
    made = files_in(root)
    (root / "styles/fonts/NotoSansThai-Bold.ttf").unlink()
    bring_fonts(read_project(root), "th", thai)
    assert files_in(root) == made


def test_a_file_of_somebody_else_is_not_overwritten(root: Path, thai: Path) -> None:
    """A file of the same name that the command did not make stays as it is, and is told."""
    add(root, "th")
    other = root / "styles/fonts/NotoSansThai-Regular.ttf"
    other.parent.mkdir(exist_ok=True)
    other.write_bytes(b"mine")
    with pytest.raises(ProblemsFoundError, match="this file is in the way"):
        bring_fonts(read_project(root), "th", thai)
    assert other.read_bytes() == b"mine"


@pytest.mark.parametrize(("tag", "package"), [("hi", "fonts-noto-core"), ("he", "fonts-noto-core")])
def test_where_none_is_found_it_says_what_to_install(root: Path, tag: str, package: str) -> None:
    """Without any font that has the letters, nothing is changed, and the exit code is 2."""
    add(root, tag)
    before = files_in(root)
    nowhere = {"XDG_DATA_HOME": str(root), "XDG_DATA_DIRS": str(root), "HOME": str(root)}
    done = give(root, "catalogs", "fonts", tag, env=environment(root) | nowhere)
    assert done.returncode == 2
    assert f"apt install {package}" in done.stderr
    assert "No font was found for" in done.stderr
    assert files_in(root) == before


@pytest.mark.parametrize(
    ("tag", "language"), [("uk", "Ukrainian"), ("el", "Greek"), ("vi", "Vietnamese")]
)
def test_ours_have_the_letters_of_europe_and_vietnam(root: Path, tag: str, language: str) -> None:
    """Where our own font has all letters, there is nothing to add, and nothing is added."""
    add(root, tag)
    before = files_in(root)
    done = give(root, "catalogs", "fonts", tag)
    assert done.returncode == 0
    assert done.stdout == f"Our own font has all letters of {language}: there is nothing to add.\n"
    assert files_in(root) == before


def test_a_foreign_folder_without_the_letters_is_told(root: Path, thai: Path) -> None:
    """A folder is looked through, and no other place: where it has none, that is said."""
    add(root, "zh-Hans")
    with pytest.raises(NoFontError) as refused:
        bring_fonts(read_project(root), "zh_Hans", thai)
    assert refused.value.folders == [thai]
    assert refused.value.package == "fonts-noto-cjk"
