"""Nine languages that nobody shipped: added, given fonts, ten messages translated, printed.

`tests/languages/ten_messages.yaml` holds the translations. Fonts are those that the lock for tests
brings along (none of them is Noto for Arabic, so another one stands in), and our own.
"""

import gettext
import importlib.util
import re
import shutil
import subprocess
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import polib
import pypdfium2
import pytest
import yaml
from commands_given import give
from conftest import _copy
from judges import structure
from judges.tools import require_tool

from leafletry.editions.edition import Edition
from leafletry.reading.languages import direction

pytestmark = pytest.mark.slow

TEN = yaml.safe_load(
    (Path(__file__).parents[1] / "languages" / "ten_messages.yaml").read_text("utf-8")
)
NINE = sorted(TEN.keys() - {"en"})
PARENTS = "when-to-have-your-baby-checked"
SIBLINGS = "could-our-other-children-get-it"
FONTS = {
    "hi": "fontpkg_noto_sans_devanagari",
    "th": "fontpkg_noto_sans_thai",
    "ar": "fontpkg_ibm_plex_sans_arabic",
}
"""Which package has the font of a language; the others have ours, or one cut from ours."""
OURS = ("uk", "pl", "tr", "vi", "pt_BR")
_ARABIC_WORD = re.compile("[\u0621-\u0652]+")
FIGURES = {"infant_age_limit": "1", "infant_cases_us": "160"}


@dataclass
class Nine:
    """A copy of the project with the nine languages, and what its commands said."""

    root: Path
    said: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str) -> str:
        """Give a command as people give it; it must go well."""
        done = give(self.root, *words)
        said = self.said[" ".join(words)] = done.stdout + done.stderr
        assert done.returncode == 0, said
        return said

    def pdf(self, locale: str, leaflet: str = PARENTS) -> Path:
        """Give the PDF of an edition."""
        return self.root / "output" / Edition(leaflet, locale, "a4").path

    def catalog(self, locale: str) -> Path:
        """Give a language's catalog."""
        return self.root / "locales" / locale / "LC_MESSAGES" / "messages.po"


def folder_of(package: str) -> Path:
    """Give where the lock for tests put a font."""
    spec = importlib.util.find_spec(package)
    assert spec is not None, f"{package} is missing: set the tests up again"
    assert spec.origin is not None
    return Path(spec.origin).parent / "files"


def translate(nine: Nine, locale: str) -> None:
    """Do what a translator does on the first day."""
    done = dict(zip(TEN["en"], TEN[locale], strict=True))
    catalog = polib.pofile(str(nine.catalog(locale)), wrapwidth=0)
    for entry in catalog:
        entry.msgstr = done.get(entry.msgid, "")
    assert len(catalog.translated_entries()) == len(done), "the texts have changed"
    catalog.save()


@pytest.fixture(scope="module")
def nine(tmp_path_factory: pytest.TempPathFactory) -> Nine:
    """The nine languages: added and given fonts, printed in English, translated, printed again."""
    nine = Nine(tmp_path_factory.mktemp("nine") / "project")
    _copy(nine.root)
    shutil.rmtree(nine.root / "clinics")
    (nine.root / "leaflets" / "recognize-and-work-up.yaml").unlink()
    for folder in (nine.root / "locales").iterdir():
        if folder.is_dir() and folder.name not in ("en", "nl"):
            shutil.rmtree(folder)
    nine.run("catalogs", "update")
    for locale in NINE:
        nine.run("catalogs", "add", locale)
    for locale in NINE:
        given = ("--from", str(folder_of(FONTS[locale]))) if locale in FONTS else ()
        nine.said[f"fonts {locale}"] = nine.run("catalogs", "fonts", locale, *given)
    nine.said["begun"] = nine.run("build")
    nine.said["updates"] = nine.run("catalogs", "update")
    for locale in NINE:
        translate(nine, locale)
    nine.said["translated"] = nine.run("build")
    return nine


def printed(words: str) -> str:
    """Give a message as it is printed, as far as it goes without spaces."""
    for name, figure in FIGURES.items():
        words = words.replace(f"{{{name}}}", figure)
    return together(words)


def together(text: str) -> str:
    """Leave spaces out of a text, and what marks its direction."""
    kept = (c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) != "Cf")
    return "".join("".join(kept).split())


@pytest.mark.parametrize("locale", NINE)
def test_ten_translations_are_on_the_page(nine: Nine, locale: str) -> None:
    """A screen reader gets each of the ten, and so does who copies the page with another engine."""
    path = nine.pdf(locale)
    (document,) = structure.read_structure(path)
    tagged, copied = together(document.text), copied_from(path)
    for words in TEN[locale]:
        assert printed(words) in tagged or words == TEN[locale][-1], words
        if direction(locale) == "ltr":
            assert printed(words) in together(copied), words
        else:
            assert lacking_words(words, copied) == []


def copied_from(path: Path) -> str:
    """Give the text of a PDF as another engine tells it.

    Poppler takes the words told beside glyphs; PDFium turns lines that run to the left round.
    """
    if "/ar/" in path.as_posix():
        with pypdfium2.PdfDocument(path) as pdf:
            return " ".join(page.get_textpage().get_text_range() for page in pdf)
    return subprocess.run(
        [require_tool("pdftotext"), "-raw", path, "-"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout


def lacking_words(words: str, copied: str) -> list[str]:
    """Give the words of a message that no copied text has; engines put vowel signs anywhere."""
    found = _ARABIC_WORD.findall(copied)
    signed = re.compile("[\u064b-\u0652]")
    wanted = _ARABIC_WORD.findall(words)
    return [word for word in wanted if not signed.search(word) and word not in found]


@pytest.mark.parametrize("locale", OURS)
def test_european_alphabets_are_in_our_own_font(nine: Nine, locale: str) -> None:
    """Cyrillic, Vietnamese and Turkish need no font: none is added, and the page has ours only."""
    assert "there is nothing to add" in nine.said[f"fonts {locale}"]
    assert "@font-face" not in (nine.root / f"styles/locales/{locale}.css").read_text("utf-8")
    with pypdfium2.PdfDocument(nine.pdf(locale)) as pdf:
        text = pdf[0].get_textpage()
        title = text.search(TEN[locale][0].split()[0]).get_next()
        assert title is not None
        names = {
            obj.get_font().get_base_name()
            for obj in pdf[0].get_objects()
            if isinstance(obj, pypdfium2.PdfTextObj)
        }
    assert {re.sub(r"^[A-Z]{6}\+(Leafletry-Sans).*", r"\1", name) for name in names} == {
        "Leafletry-Sans"
    }


@pytest.mark.parametrize("locale", ["zh_Hans", *FONTS])
def test_other_scripts_get_a_font(nine: Nine, locale: str) -> None:
    """The command says what it laid into styles/fonts/, and each file it names is there."""
    said = nine.said[f"fonts {locale}"]
    names = re.findall(r"^  (\S+)$", said, re.MULTILINE)
    assert f"styles/locales/{locale}.css" in names
    assert [name for name in names if name.endswith(".txt")] != []
    assert [name for name in names if not (nine.root / name).is_file()] == []


@pytest.mark.parametrize("leaflet", [PARENTS, SIBLINGS])
def test_untouched_english_fits_in_every_language(nine: Nine, leaflet: str) -> None:
    """Before a word is translated, each leaflet is made, and nobody is asked for shorter words."""
    assert " wider" not in nine.said["begun"]
    assert "too long" not in nine.said["begun"]
    assert [locale for locale in NINE if not nine.pdf(locale, leaflet).exists()] == []


def test_a_build_repeats_no_warning(nine: Nine) -> None:
    """Of a language that nobody has translated, one line is said, and none of its glossary."""
    for locale in NINE:
        said = [line for line in nine.said["begun"].splitlines() if f"locales/{locale}/" in line]
        assert len(said) == 1
        assert "untranslated" in said[0]


def test_a_new_language_changes_no_other_catalog(nine: Nine) -> None:
    """After nine languages were added, an update finds every catalog as it was."""
    lines = nine.said["updates"].splitlines()
    assert len(lines) == len(NINE) + 2
    assert [line for line in lines if not line.endswith(": unchanged")] == []


@pytest.mark.parametrize("locale", NINE)
def test_what_a_glossary_lacks_stops_no_draft(nine: Nine, locale: str) -> None:
    """A limit without words is a warning, which names the message that nobody can check."""
    said = nine.said["translated"]
    for limit, words in (("under", "For parents of babies"), ("about", "About {infant_cases_us}")):
        assert re.search(
            rf"locales/{locale}/LC_MESSAGES/messages.po:\d+:\d+: warning: no words for the"
            rf' qualifier "{limit}" in the glossary: nobody checks that it is said in "{words}',
            said,
        )


PLURALS: dict[str, list[tuple[int, ...]]] = {
    "uk": [(1, 21), (2, 24), (5, 11)],
    "pl": [(1,), (2, 24), (5, 11, 21)],
    "tr": [(1, 2, 5)],
    "vi": [(1, 2, 5)],
    "zh_Hans": [(1, 2, 5)],
    "hi": [(1,), (2, 5)],
    "ar": [(0,), (1,), (2,), (3, 10), (11, 99), (100, 102)],
    "pt_BR": [(0, 1), (2, 5)],
    "th": [(1, 2, 5)],
}
"""Numbers that take the same form of a word, by language."""


@pytest.mark.parametrize("locale", NINE)
def test_its_numbers_and_its_direction(nine: Nine, locale: str) -> None:
    """Its catalog counts as the language does, and its pages run as it is written."""
    header = polib.pofile(str(nine.catalog(locale))).metadata["Plural-Forms"]
    told = re.fullmatch(r"nplurals=(\d); plural=(.*);", header)
    assert told is not None
    count, form = told[1], gettext.c2py(told[2])
    forms = [{form(number) for number in numbers} for numbers in PLURALS[locale]]
    assert [len(same) for same in forms] == [1] * int(count)
    assert len({number for same in forms for number in same}) == int(count)
    assert direction(locale) == ("rtl" if locale == "ar" else "ltr")
    with pypdfium2.PdfDocument(nine.pdf(locale)) as pdf:
        heading = [box for box in boxes_of(pdf[0]) if box[1] > pdf[0].get_height() * 0.8]
        middle = pdf[0].get_width() / 2
        left, right = min(box[0] for box in heading), max(box[2] for box in heading)
    assert (right > 2 * middle - left) is (locale == "ar"), "the title stands at its beginning"


def boxes_of(page: pypdfium2.PdfPage) -> list[tuple[float, float, float, float]]:
    """Give where text stands on a page: left, bottom, right, top."""
    text = page.get_textpage()
    return [text.get_rect(i) for i in range(text.count_rects())]
