"""A language that nobody shipped: begun with one command, then only translated, German and Arabic.

`tests/languages/` holds what their translators did: one leaflet, the shared phrases, the files of
agreed words. Everything else is made by the engine, in a copy of the project.
"""

import datetime as dt
import gettext
import importlib.util
import json
import os
import re
import shutil
import subprocess
import unicodedata
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import font_source_sans_pro
import noto_cjk
import pikepdf
import polib
import pypdfium2
import pytest
from babel import Locale
from babel.localedata import locale_identifiers
from babel.messages.plurals import PLURALS
from commands_given import give
from conftest import ROOT, _copy
from fontTools.ttLib import TTFont
from judges import structure
from judges.engines import independent_engine, pdfium, worst_difference
from judges.tools import require_tool
from judges.verapdf import validate

from leafletry.catalogs import new_language
from leafletry.catalogs.extraction import collect_messages
from leafletry.catalogs.new_language import add_language
from leafletry.content.project import read_project
from leafletry.editions.added_fonts import added_fonts, can_print, fonts_digest, worn_fonts
from leafletry.editions.composition import Composition
from leafletry.editions.edition import Edition
from leafletry.editions.fonts import BLANKS, LATIN, cut_shaping_font, lacking_in_ours
from leafletry.editions.localization import LocalText
from leafletry.editions.markup import as_written, set_apart
from leafletry.editions.styles import read_sheet
from leafletry.printing import uptodate
from leafletry.reading.languages import (
    Direction,
    UnknownLanguageError,
    direction,
    language_tag,
    letters,
    locale_of,
    plural_forms,
    script_name,
)
from leafletry.reading.problems import Place, ProblemsFoundError

PARENTS = "when-to-have-your-baby-checked"
SIBLINGS = "could-our-other-children-get-it"
ADDED = ("de", "ar")
FIXTURES = Path(__file__).parents[1] / "languages"
PLEX = "IBMPlexSansArabic"
A_MORNING = dt.datetime(2026, 11, 21, 3, 59, 59, tzinfo=dt.UTC)
SUN = (0xE9, 0xA2, 0x3B)
FOOT = 280
"""From how many mm on a page has nothing but its foot."""
_ARABIC_WORD = re.compile("[\u0621-\u063a\u0641-\u064a]+")


def arabic_fonts() -> list[Path]:
    """Give three weights of a font for Arabic, which the lock for tests brings along."""
    spec = importlib.util.find_spec("fontpkg_ibm_plex_sans_arabic")
    assert spec is not None, "fontpkg-ibm-plex-sans-arabic is missing: set the tests up again"
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "files"
    return [folder / f"{PLEX}-{weight}.ttf" for weight in ("Regular", "SemiBold", "Bold")]


@dataclass
class Trial:
    """A copy of the project in which languages were added."""

    root: Path
    said: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Give a command as a person would."""
        return give(self.root, *words)

    def pdf(self, locale: str, leaflet: str = PARENTS) -> Path:
        """Give the PDF of an edition."""
        return self.root / "output" / Edition(leaflet, locale, "a4").path

    def catalog(self, locale: str) -> Path:
        """Give a language's catalog."""
        return self.root / "locales" / locale / "LC_MESSAGES" / "messages.po"


def copy_of_project(root: Path, *, keep: tuple[str, ...] = ("en",)) -> Trial:
    """Copy the project, with few of its languages, so that few editions are made."""
    _copy(root)
    for folder in (root / "locales").iterdir():
        if folder.is_dir() and folder.name not in keep:
            shutil.rmtree(folder)
    return Trial(root)


def read_map(trial: Trial, locale: str) -> list[dict[str, Any]]:
    """Give the messages an edition prints, and where, as the file beside it tells them."""
    path = trial.root / "output" / Edition(PARENTS, locale, "a4").map_path
    messages = json.loads(path.read_text("utf-8"))["messages"]
    assert isinstance(messages, list)
    return messages


def translate(trial: Trial, locale: str) -> None:
    """Do what a translator does: fill in the catalog and the files of agreed words."""
    done = {(e.msgctxt, e.msgid): e.msgstr for e in polib.pofile(FIXTURES / locale / "messages.po")}
    catalog = polib.pofile(str(trial.catalog(locale)), wrapwidth=0)
    for entry in catalog:
        entry.msgstr = done.get((entry.msgctxt, entry.msgid), "")
    # Whoever edits an English text need not write Arabic: what has no translation any more is
    # printed in English. But too much of it would be no test.
    assert sum(bool(entry.msgstr) for entry in catalog) > 0.9 * len(done), "the texts have changed"
    catalog.save()
    for name in ("glossary.yaml", "writing.yaml"):
        shutil.copy(FIXTURES / locale / name, trial.root / "locales" / locale / name)


def engine_files(root: Path) -> dict[str, bytes]:
    """Give what a programmer would have to change."""
    return {str(p.relative_to(root)): p.read_bytes() for p in (root / "leafletry").rglob("*.py")}


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """German and Arabic: added, printed as drafts, translated, printed again."""
    trial = copy_of_project(tmp_path_factory.mktemp("languages") / "project")
    shutil.rmtree(trial.root / "clinics")
    engine = engine_files(trial.root)
    (trial.root / "styles" / "fonts").mkdir()
    for font in arabic_fonts():
        shutil.copy(font, trial.root / "styles" / "fonts")
    for locale in ADDED:
        added = trial.run("catalogs", "add", locale)
        assert added.returncode == 0, added.stderr
        trial.said[f"add {locale}"] = added.stdout
    for step in ("begun", "translated"):
        for command in ("check", "build"):
            done = trial.run(command)
            trial.said[f"{command} {step}"] = done.stdout + done.stderr
            assert done.returncode == 0, done.stdout + done.stderr
        if step == "begun":
            shutil.copytree(trial.root / "output", trial.root / "drafts")
            shutil.copytree(trial.root / "locales", trial.root / "stubs")
            for locale in ADDED:
                translate(trial, locale)
    assert engine_files(trial.root) == engine
    return trial


@pytest.fixture
def small(tmp_path: Path) -> Trial:
    """A copy of the project with two of its languages, in which nothing was added."""
    return copy_of_project(tmp_path / "project", keep=("en", "nl"))


# Which languages there are.


@pytest.mark.parametrize(
    ("tag", "locale"),
    [
        ("de", "de"),
        ("DE", "de"),
        ("pt-BR", "pt_BR"),
        ("pt_BR", "pt_BR"),
        ("pt-br", "pt_BR"),
        ("zh-Hant", "zh_Hant"),
        ("ZH_hant_tw", "zh_Hant_TW"),
        ("zh-TW", "zh_TW"),
        ("es-419", "es_419"),
        ("de-DE", "de_DE"),
        ("ar", "ar"),
        ("uz-Arab", "uz_Arab"),
        ("gsw", "gsw"),
    ],
)
def test_a_tag_names_a_folder(tag: str, locale: str) -> None:
    """However a tag is written, its folder has one name, and pages have the tag again."""
    assert locale_of(tag) == locale
    assert language_tag(locale).lower() == tag.replace("_", "-").lower()


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("", "no language tag"),
        ("d", "no language tag"),
        ("german", "no language tag"),
        ("de--DE", "no language tag"),
        ("de\n", "no language tag"),
        ("de-1996", "no language tag"),
        ("../../etc", "no language tag"),
        ("x-private", "no language tag"),
        ("\u017fe", "no language tag"),
        ("a" * 100_000, "no language tag"),
        ("xx", "no language that CLDR has data for"),
        ("und", "no language that CLDR has data for"),
        ("de-XX", "it has: de, de-AT"),
        ("de-BR", "it has: de, de-AT"),
        ("ug-Latn", "it has: ug"),
        ("iw", "use he"),
        ("sh", "use sr-Latn"),
        ("deu", "use de"),
    ],
)
def test_nonsense_is_told(tag: str, said: str) -> None:
    """What names no language we can print is refused, in one line, with what to write instead."""
    with pytest.raises(UnknownLanguageError) as refused:
        locale_of(tag)
    told = f"{refused.value}; {refused.value.hint}"
    assert said in told
    assert "\n" not in told
    assert len(told) < 250


@pytest.mark.parametrize(
    ("language", "way"),
    [
        ("ar", "rtl"),
        ("he", "rtl"),
        ("fa_AF", "rtl"),
        ("uz-Arab", "rtl"),
        ("uz", "ltr"),
        ("de", "ltr"),
        ("ja", "ltr"),
        ("zh_Hant", "ltr"),
        ("en_XA", "ltr"),
    ],
)
def test_the_way_a_language_runs(language: str, way: str) -> None:
    """Pages run the way their language is written; what CLDR does not know runs to the right."""
    assert direction(language) == way


@pytest.mark.parametrize(
    ("locale", "forms"),
    [
        ("de", "nplurals=2; plural=(n != 1);"),
        ("pt_BR", "nplurals=2; plural=(n > 1);"),
        ("zh_Hant", "nplurals=1; plural=0;"),
    ],
)
def test_plural_forms(locale: str, forms: str) -> None:
    """A language that gettext knows counts as gettext has it."""
    assert plural_forms(locale) == forms


def test_plural_forms_of_all_languages() -> None:
    """Other languages count whole numbers as CLDR does, and have no form that no number takes."""
    others = [name for name in locale_identifiers() if "_" not in name and name not in PLURALS]
    assert len(others) > 200
    for name in set(others) - {"root"}:
        header = re.fullmatch(r"nplurals=(\d+); plural=(.*);", plural_forms(name))
        assert header is not None, name
        form, rule = gettext.c2py(header[2]), Locale.parse(name).plural_form
        numbers = (*range(200), 10**6)
        pairs = {(form(number), rule(number)) for number in numbers}
        assert len(pairs) == len({form for form, _ in pairs}) == int(header[1]), (name, header[0])
        assert len({category for _, category in pairs}) == len(pairs), name


@pytest.mark.parametrize(
    ("locale", "script", "some"),
    [
        ("ar", "Arabic", "بتش"),
        ("he", "Hebrew", "אבש"),
        ("el", "Greek", ""),
        ("ru", "Cyrillic", ""),
        ("hi", "Devanagari", "कखि"),
        ("th", "Thai", "กขั"),
        ("ko", "Korean", "가나"),
        ("zh", "Simplified Han", "东亚"),
        ("vi", "Latin", ""),
        ("de", "Latin", ""),
        ("ro", "Latin", ""),
        ("pl", "Latin", ""),
        ("tr", "Latin", ""),
        ("nb", "Latin", ""),
        ("pt_BR", "Latin", ""),
    ],
)
def test_letters_our_fonts_lack(locale: str, script: str, some: str) -> None:
    """A language is known by its letters: ours are Latin, Greek and Cyrillic, others lack."""
    lacking = set(map(chr, lacking_in_ours(frozenset(map(ord, letters(locale))), [LATIN])))
    assert script_name(locale) == script
    assert set(some) <= lacking
    assert bool(some) is bool(lacking)


# What the command makes.


def test_one_command_makes_everything(trial: Trial) -> None:
    """The command says what it made: a catalog, two files of agreed words and a style sheet."""
    for locale in ADDED:
        names = [
            f"locales/{locale}/LC_MESSAGES/messages.po",
            f"locales/{locale}/glossary.yaml",
            f"locales/{locale}/writing.yaml",
            f"styles/locales/{locale}.css",
        ]
        assert re.findall(r"^  (\S+)$", trial.said[f"add {locale}"], re.MULTILINE) == names
        assert all((trial.root / name).is_file() for name in names)
    assert "FONTS" not in trial.said["add de"] + trial.said["add ar"]
    assert f"{PLEX}-SemiBold.ttf" in trial.said["add ar"]


@pytest.mark.parametrize("locale", ADDED)
def test_the_catalog_is_one_that_gettext_takes(trial: Trial, locale: str) -> None:
    """The new catalog is whole; strict linters say no more of it than of the shipped ones."""
    path = trial.root / "stubs" / locale / "LC_MESSAGES" / "messages.po"
    catalog, shipped = polib.pofile(path), ROOT / "locales" / "nl" / "LC_MESSAGES" / "messages.po"
    messages = collect_messages(read_project(trial.root))
    assert [(e.msgctxt, e.msgid) for e in catalog] == [message.key for message in messages]
    assert not any(entry.msgstr for entry in catalog)
    assert catalog.metadata["Language"] == locale
    checked = subprocess.run(
        [require_tool("msgfmt"), "-c", "-v", "-o", os.devnull, path],
        capture_output=True,
        check=True,
    )
    assert b"0 translated" in checked.stderr
    tags = [
        re.sub(r"^(\w): \S+ (\S+).*$", r"\1 \2", line)
        for file in (path, shipped)
        for line in [
            *subprocess.run(
                [require_tool("i18nspector"), file],
                capture_output=True,
                encoding="utf-8",
                check=True,
            ).stdout.splitlines(),
            "",
        ]
    ]
    assert set(tags[: tags.index("")]) <= set(tags[tags.index("") :])


def test_stubs_say_what_goes_where(trial: Trial) -> None:
    """Each stub says in plain words what goes into each of its parts, and may stay as it is."""
    glossary = (trial.root / "stubs/de/glossary.yaml").read_text("utf-8")
    writing = (trial.root / "stubs/de/writing.yaml").read_text("utf-8")
    parts = "number_words one_in doses allowed qualifiers fractions populations never_said terms"
    for part in parts.split():
        assert re.search(rf"# [A-Z].*\n(?:# .*\n)*?(?:# )?{part}:", glossary), part
    for part in ("quotes", "apostrophe", "spaces", "openings", "instead", "refuse", "reading"):
        assert re.search(rf"# [A-Z].*\n(?:# .*\n)*?(?:# )?{part}:", writing), part
    assert "#   about: [about, around]" in glossary
    assert re.search(r"\n0 errors, \d+ warnings", "\n" + trial.said["check begun"])


def test_an_update_changes_nothing_of_a_new_catalog(small: Trial) -> None:
    """What the command makes is what `catalogs update` makes."""
    assert small.run("catalogs", "add", "de").returncode == 0
    before = small.catalog("de").read_bytes()
    updated = small.run("catalogs", "update")
    assert "locales/de/LC_MESSAGES/messages.po: unchanged" in updated.stdout, updated.stderr
    assert small.catalog("de").read_bytes() == before


def files_below(root: Path) -> dict[str, bytes]:
    """Give all files a person sees, with their content."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and not {".cache", "__pycache__"} & set(path.parts)
    }


@pytest.mark.parametrize(
    ("tag", "code", "said"),
    [
        ("nl", 1, "locales/nl: this language is there already"),
        ("NL", 1, "locales/nl: this language is there already"),
        ("en", 1, "locales/en: this language is there already"),
        ("klingon", 2, '"klingon" is no language tag'),
        ("de-XX", 2, "no language that CLDR has data for"),
    ],
)
def test_what_cannot_be_added_changes_nothing(small: Trial, tag: str, code: int, said: str) -> None:
    """A language that is there, or that nobody speaks, is told, and no file is touched."""
    before = files_below(small.root)
    refused = small.run("catalogs", "add", tag)
    assert refused.returncode == code
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr
    assert files_below(small.root) == before


@pytest.mark.parametrize("step", ["write_whole", "_catalog", "_stubs", "rename"])
def test_a_failure_leaves_nothing_behind(
    small: Trial, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Whatever fails while a language is made, it is not there, not even in part."""
    before, project = files_below(small.root), read_project(small.root)

    def fail(*_: object, **__: object) -> None:
        raise OSError("no space left")

    if step == "rename":
        monkeypatch.setattr(Path, "rename", fail)
    else:
        monkeypatch.setattr(new_language, step, fail)
    with pytest.raises(OSError, match="no space left"):
        add_language(project, "de", A_MORNING)
    assert files_below(small.root) == before
    monkeypatch.undo()
    assert add_language(project, "de", A_MORNING).locale == "de"


@pytest.mark.parametrize(("hour", "east"), [(0, 14), (3, 0), (23, -11)])
def test_no_date_of_a_new_catalog_lies_in_the_future(small: Trial, hour: int, east: int) -> None:
    """At whatever hour, anywhere on Earth, it was made now, and its texts earlier or now."""
    now = dt.datetime(2026, 11, 21, hour, 30, 59, tzinfo=dt.timezone(dt.timedelta(hours=east)))
    for leaflet in (small.root / "leaflets").glob("*.yaml"):
        words = re.sub(r"(?m)^written: .*$", "written: 2026-11-21", leaflet.read_text("utf-8"))
        leaflet.write_text(words, "utf-8")
    add_language(read_project(small.root), "de", now)
    header = polib.pofile(str(small.catalog("de"))).metadata
    made, texts = (
        dt.datetime.strptime(header[name], "%Y-%m-%d %H:%M%z")
        for name in ("PO-Revision-Date", "POT-Creation-Date")
    )
    assert now - dt.timedelta(minutes=1) < made <= now
    assert texts <= now


def test_a_style_sheet_that_waits_is_kept(small: Trial) -> None:
    """Where a designer was there first, the style sheet stays as it is."""
    sheet = small.root / "styles/locales/de.css"
    sheet.write_text("/* Mine. */\n", "utf-8")
    new = add_language(read_project(small.root), "de", A_MORNING)
    assert sheet.read_text("utf-8") == "/* Mine. */\n"
    assert "styles/locales/de.css" not in new.files


# Drafts and translations.


@pytest.mark.parametrize("locale", ADDED)
def test_drafts_are_printed_in_english_and_marked(trial: Trial, locale: str) -> None:
    """Before anybody has translated a word, all leaflets print, in English, and say so."""
    for path in sorted((trial.root / "drafts" / locale).glob("*.pdf")):
        with pikepdf.open(path) as pdf:
            assert str(pdf.Root.Lang) == locale
        (document,) = structure.read_structure(path)
        heading = next(node for node in document.walk() if node.kind == "H1")
        assert [(kid.kind, kid.lang) for kid in heading.children] == [("Span", "en")]
    assert len(list((trial.root / "drafts" / locale).glob("*.pdf"))) == 3


@pytest.mark.parametrize("locale", ADDED)
def test_what_is_translated_is_printed(trial: Trial, locale: str) -> None:
    """A screen reader gets every message of the leaflet, translated, and each as it is written."""
    (document,) = structure.read_structure(trial.pdf(locale))
    said = " ".join(document.text.split())
    alts = {node.alt for node in document.walk()}
    messages = read_map(trial, locale)
    assert len(messages) > 80
    assert {message["state"] for message in messages} == {"translated"}
    foot = [message for message in messages if message["places"][0]["y"] > FOOT]
    assert len(foot) == 2, "the draft notice, and the number of the page"
    for message in messages:
        words = " ".join(message["text"].replace("**", "").split())
        assert words in said or words in alts or message in foot, words


@pytest.mark.parametrize("locale", ADDED)
def test_it_is_read_in_the_order_of_the_page(trial: Trial, locale: str) -> None:
    """Headings, items and cells are read in the order in which the English leaflet has them."""
    wanted, told = (
        [
            (node.kind, node.role)
            for node in structure.read_structure(trial.pdf(name))[0].walk()
            if node.kind in ("H1", "H2", "L", "LI", "Table", "TR", "TH", "TD", "Figure")
        ]
        for name in ("en", locale)
    )
    assert told == wanted
    (document,) = structure.read_structure(trial.pdf(locale))
    heads = [node.text for node in document.walk() if node.kind in ("H1", "H2", "TH")]
    headings = [" ".join(words.split()) for words in heads]
    texts = {message["msgid"]: message["text"] for message in read_map(trial, locale)}
    known = [texts[words] for words in IN_ORDER]
    assert [words for words in headings if words in known] == known


@pytest.fixture(scope="module")
def verdicts(trial: Trial) -> dict[Path, str]:
    """What veraPDF says of each edition in the added languages, and in English beside them."""
    paths = sorted((trial.root / "output").rglob("*.pdf"))
    assert len(paths) == 9
    found = validate(paths)
    return {path: "; ".join(map(str, found[path].values())) for path in paths}


def test_added_languages_conform(verdicts: dict[Path, str]) -> None:
    """Each edition is PDF/A-2a and PDF/UA-1, with TrueType fonts that somebody put there, too."""
    assert [word for word in verdicts.values() if word.count("PASS") != 2] == []


def test_added_fonts_are_embedded_in_part(trial: Trial) -> None:
    """Arabic is set in the font that was put there, embedded, and only with the glyphs it needs."""
    with pikepdf.open(trial.pdf("ar")) as pdf:
        fonts = {
            str(font.BaseFont): font.DescendantFonts[0]
            for page in pdf.pages
            for font in page.obj.Resources.Font.values()
        }
        arabic = {name: font for name, font in fonts.items() if "IBM-Plex-Sans-Arabic" in name}
        assert len(arabic) == 3
        for name, font in arabic.items():
            assert re.match(r"/[A-Z]{6}\+", name)
            assert str(font.Subtype) == "/CIDFontType2"
            content = font.FontDescriptor.FontFile2.read_bytes()
            assert len(content) < 60_000
    assert trial.pdf("ar").stat().st_size < 90_000
    with pikepdf.open(trial.pdf("de")) as pdf:
        names = {str(f.BaseFont) for p in pdf.pages for f in p.obj.Resources.Font.values()}
        # It prints the Arabic name of Arabic, and nothing else of it.
        assert sum("IBM-Plex-Sans-Arabic" in name for name in names) == 1


def words_of(text: str) -> list[str]:
    """Give the Arabic words of a text that bear no vowel signs, which engines put anywhere."""
    words = re.findall("[\u0621-\u0655\u0670]+", text)
    return [word for word in words if _ARABIC_WORD.fullmatch(word)]


def test_arabic_can_be_found_and_copied(trial: Trial) -> None:
    """PDFium gives the words letter by letter as they are read, and so does MuPDF, read backwards.

    MuPDF gives letters as they are drawn, from left to right.
    """
    (document,) = structure.read_structure(trial.pdf("ar"))
    alts = {node.alt for node in document.walk()}
    printed = [m["text"] for m in read_map(trial, "ar") if m["text"] not in alts]
    wanted = [word for text in printed for word in words_of(text)]
    assert len(wanted) > 300
    with pypdfium2.PdfDocument(trial.pdf("ar")) as pdf:
        said = "\n".join(page.get_textpage().get_text_range() for page in pdf)
    drawn = subprocess.run(
        [require_tool("mutool"), "draw", "-q", "-F", "txt", "-o", "-", trial.pdf("ar")],
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout
    for engine, text in (("PDFium", said), ("MuPDF", drawn[::-1])):
        found = set(words_of(unicodedata.normalize("NFC", text)))
        missing = [word for word in wanted if word not in found]
        assert len(missing) <= 0.03 * len(wanted), (engine, missing)
        assert {"الأطفال", "لا", "الآن"} <= found, engine


def test_two_engines_draw_arabic_alike(trial: Trial) -> None:
    """Joined letters, their signs and numbers among them look the same in two engines."""
    engine, threshold = independent_engine()
    for difference in worst_difference(trial.pdf("ar"), pdfium, engine):
        assert difference.value < threshold, str(difference)


def text_of(path: Path) -> str:
    """Give the words of a PDF, blanks made one."""
    with pypdfium2.PdfDocument(path) as pdf:
        text = "".join(page.get_textpage().get_text_range() for page in pdf)
    return re.sub(r"\s+", " ", text)


def test_a_language_without_fonts_says_so(small: Trial) -> None:
    """Where no font has its letters, the command says which, and what to do; so does the build.

    The other languages go on printing, with its name in their own words.
    """
    said = small.run("catalogs", "add", "ar").stdout
    assert "FONTS: ours lack letters of Arabic, which is written in Arabic script: " in said
    for words in ("ب ة ت", "catalogs fonts ar"):
        assert words in said
    (small.root / "leaflets" / "recognize-and-work-up.yaml").unlink()
    built = small.run("build")
    assert built.returncode == 0, built.stderr
    assert "Arabisch" not in text_of(small.pdf("nl")), "nothing is translated yet"
    translate(small, "ar")
    refused = small.run("build")
    assert refused.returncode == 1
    assert "Arabisch" in text_of(small.pdf("nl"))
    assert re.search(r"locales/ar/\S+:\d+:\d+: .*no font of ours has", refused.stderr)
    assert "is found by `catalogs fonts`" in refused.stderr
    assert small.pdf("nl").exists()


# Pages that run to the left.


@pytest.mark.parametrize(("locale", "way"), [("de", None), ("ar", "/R2L")])
def test_viewers_are_told_the_way(trial: Trial, locale: str, way: str | None) -> None:
    """The page and the file say which way they run."""
    project = read_project(trial.root)
    html = Composition.of(project).job(Edition(PARENTS, locale, "a4"), None).html
    assert f'<html lang="{locale}" dir="{"rtl" if way else "ltr"}"' in html
    with pikepdf.open(trial.pdf(locale)) as pdf:
        told = pdf.Root.ViewerPreferences.get("/Direction")
        assert (None if told is None else str(told)) == way
        assert str(pdf.Root.Lang) == locale


def places(trial: Trial, locale: str) -> dict[str, dict[str, float]]:
    """Give where on its page each message of a leaflet begins, by its English words."""
    return {message["msgid"]: message["places"][0] for message in read_map(trial, locale)}


CLINIC = """\
name: Some hospital
country: FR
interpreter_line: "+44 20 7946 0100"
verified_on: 2026-11-20
verified_by: nobody
"""
IN_ORDER = [
    "Signs to look for",
    "It may be something else",
    "Flat dots or raised bumps?",
    "Flat dots",
    "Raised bumps",
    "The doctor may",
    "How rare is it?",
    "Why these signs happen",
    "Too few of these cells",
    "What the cells do",
    "What you may see in a child of any age",
    "Questions you can ask",
    "My notes: what I saw, and since when",
    "About these pages",
    "Sources",
]
BESIDE = [
    ("Flat dots or raised bumps?", "The doctor may"),
    ("Flat dots", "Raised bumps"),
    ("Too few of these cells", "What the cells do"),
    ("What the cells do", "What you may see in a child of any age"),
    ("Questions you can ask", "My notes: what I saw, and since when"),
    ("About these pages", "Sources"),
    ("When to have your baby checked", "A sleeping baby; a parent's hand rests on its belly"),
    ("has trouble breathing", "Day"),
]


@pytest.mark.parametrize(("first", "second"), BESIDE)
def test_pages_are_turned_round(trial: Trial, first: str, second: str) -> None:
    """What stands left of something in German stands right of it in Arabic, as far from its edge.

    That is so of columns, cells, the picture, the panel with the numbers, the colophon.
    """
    for locale, sign in (("de", 1), ("ar", -1)):
        where = places(trial, locale)
        assert sign * (where[second]["x"] - where[first]["x"]) > 10, locale
    for words in (first, second):
        german, arabic = (places(trial, locale)[words] for locale in ADDED)
        mirrored = 210 - arabic["x"] - arabic["width"]
        if "hand rests" not in words and words != "Day":
            assert mirrored == pytest.approx(german["x"], abs=1.5), words


@pytest.mark.parametrize(("locale", "side"), [("de", "left"), ("ar", "right")])
def test_signs_are_turned_round(trial: Trial, locale: str, side: str) -> None:
    """The bar at the main message stands where its text begins: left in German, right in Arabic."""
    with pypdfium2.PdfDocument(trial.pdf(locale)) as pdf:
        picture = pdf[0].render(scale=2).to_pil().convert("RGB")
    width, height = picture.size
    columns = [sum(picture.getpixel((x, y)) == SUN for y in range(height)) for x in range(width)]
    bar = [x for x, count in enumerate(columns) if count > 0.04 * height]
    assert bar
    assert (max(bar) < 0.1 * width) if side == "left" else (min(bar) > 0.9 * width)


def test_the_foot_is_turned_round(trial: Trial) -> None:
    """The code of the edition begins the line at the foot, the number of the page ends it."""
    for locale, code_first in (("de", True), ("ar", False)):
        with pypdfium2.PdfDocument(trial.pdf(locale)) as pdf:
            text = pdf[0].get_textpage()
            left = text.get_text_bounded(0, 0, 200, 40)
            right = text.get_text_bounded(400, 0, 600, 40)
        code, number = (left, right) if code_first else (right, left)
        assert "v0.1" in code or "0.1v" in code, (locale, code)
        assert "2" in number, (locale, number)
        assert "0.1" not in number, (locale, number)


@pytest.mark.parametrize(
    ("words", "language", "printed"),
    [
        ("CD10+ and t(4;11)", "en", "CD10+ and t(4;11)"),
        ("الجين KMT2A مهم", "ar", 'الجين <span dir="ltr">KMT2A</span> مهم'),
        ("خلايا CD10+.", "ar", 'خلايا <span dir="ltr">CD10+</span>.'),
        ("(KMT2A)", "ar", '(<span dir="ltr">KMT2A</span>)'),
        ("t(4;11)(q21;q23)، إذن", "ar", '<span dir="ltr">t(4;11)(q21;q23)</span>، إذن'),
        ("38.5 °C اليوم", "ar", '<span dir="ltr">38.5 °C</span> اليوم'),
        ("نحو 160 رضيعًا", "ar", "نحو 160 رضيعًا"),
        ("A & B", "ar", '<span dir="ltr">A</span> &amp; <span dir="ltr">B</span>'),
        ("**TP53** مهم", "ar", '<strong><span dir="ltr">TP53</span></strong> مهم'),
        ('<b onclick="x">', "ar", None),
    ],
)
def test_runs_the_other_way_are_set_apart(words: str, language: str, printed: str | None) -> None:
    """A gene or a unit in words that run to the left keeps its order; nothing becomes markup."""
    html = str(as_written(LocalText(words, language, "translated", Place("x"))))
    if printed is None:
        assert re.sub(r"</?span[^>]*>", "", html) == "&lt;b onclick=&#34;x&#34;&gt;"
    else:
        assert html == printed


@pytest.mark.parametrize(
    ("words", "around", "printed"),
    [
        ("+1 555 0100", "ltr", "+1 555 0100"),
        ("+1 555 0100", "rtl", '<span dir="ltr">+1 555 0100</span>'),
        ("St. <Mary>", "rtl", '<span dir="ltr">St. &lt;Mary&gt;</span>'),
        ("مستشفى", "rtl", "مستشفى"),
        ("(א)", "ltr", '<span dir="rtl">(א)</span>'),
        ("", "ltr", ""),
    ],
)
def test_names_and_numbers_run_their_own_way(words: str, around: Direction, printed: str) -> None:
    """A telephone number never turns round, whatever the page; a name runs as its letters do."""
    assert str(set_apart(words, around)) == printed


def test_numbers_of_a_clinic_keep_their_order(trial: Trial, tmp_path: Path) -> None:
    """On an Arabic page a telephone number stands as it is dialled: plus sign, then digits."""
    root = tmp_path / "project"
    shutil.copytree(trial.root, root)
    (root / "clinics").mkdir()
    (root / "clinics" / "abroad.yaml").write_text(CLINIC, "utf-8")
    for name in (SIBLINGS, "recognize-and-work-up"):
        (root / "leaflets" / f"{name}.yaml").unlink()
    shutil.rmtree(root / "locales" / "de")
    built = Trial(root).run("build", "--clinic", "clinics/abroad.yaml")
    assert built.returncode == 0, built.stderr
    path = root / "output" / Edition(PARENTS, "ar", "a4", clinic="abroad").path
    with pypdfium2.PdfDocument(path) as pdf:
        text = pdf[0].get_textpage()
        letters = [(text.get_text_range(i, 1), i) for i in range(text.count_chars())]
        boxes = [(letter, text.get_charbox(i, loose=True)) for letter, i in letters]
    lines: dict[int, list[tuple[float, str]]] = {}
    for letter, (left, bottom, _, _) in boxes:
        if letter in "+0123456789":
            lines.setdefault(round(bottom), []).append((left, letter))
    drawn = ["".join(letter for _, letter in sorted(line)) for line in lines.values()]
    assert any("+442079460100" in line for line in drawn), drawn


@pytest.mark.parametrize("sheet", ["base.css", "blocks.css", "audiences/clinicians.css"])
def test_no_style_sheet_knows_left_from_right(sheet: str) -> None:
    """Style sheets say start and end, so that one design serves pages of both ways."""
    text = read_sheet(ROOT / "styles", sheet)
    # A box in a page's margin has no name but that of its side; both sides are told alike.
    boxes = dict(re.findall(r"@bottom-(left|right) \{([^}]*)\}", text))
    assert boxes.get("left") == boxes.get("right")
    text = re.sub(r"@bottom-(left|right) \{", "{", text)
    told = [part.partition(":") for part in re.split(r"[;{}]", text)]
    values = [(name.strip(), value.split()) for name, _, value in told]
    sided = re.compile(r"(^|-)(left|right)(-|$)")
    assert [name for name, _ in values if sided.search(name)] == []
    assert [value for name, value in values if {"left", "right"} & set(value)] == [
        ["left"],
        ["right"],
        ["right"],
        ["left"],
    ] * (sheet == "base.css"), "only what runs the other way is told its side"
    uneven = [v for name, v in values if name in ("margin", "padding") and len(v) == 4]
    assert [v for v in uneven if v[1] != v[3]] == []
    corners = [v for name, v in values if name == "border-radius" and len(v) == 4]
    assert [v for v in corners if (v[0], v[2]) != (v[1], v[3])] == []


# Fonts that somebody put there.


@pytest.fixture
def styles(tmp_path: Path) -> Path:
    """Style sheets with a folder of fonts, and a German one that names a font."""
    folder = tmp_path / "styles"
    shutil.copytree(ROOT / "styles", folder, ignore=shutil.ignore_patterns("fonts"))
    (folder / "fonts").mkdir()
    for font in arabic_fonts():
        shutil.copy(font, folder / "fonts")
    name_fonts(folder, f'@font-face {{ font-family: "A"; src: url("font:{PLEX}-Regular.ttf") }}')
    return folder


def name_fonts(styles: Path, rule: str) -> None:
    """Write a style sheet with one rule in its third line."""
    (styles / "locales" / "xx.css").write_text(f"/* One\n line */\n{rule}\n", "utf-8")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (
            '@font-face { src: url("font:Gone.ttf") }',
            'there is no font "Gone.ttf" in styles/fonts/',
        ),
        ('@font-face { src: url("font:../base.css") }', 'there is no font "../base.css"'),
        ('@font-face { src: url("font:broken.ttf") }', "broken.ttf is no font, or a broken one"),
        ('@font-face { src: url("font:empty.otf") }', "empty.otf is no font, or a broken one"),
        ('@font-face { src: url("file:///etc/passwd") }', "this @font-face rule names no file"),
        ("@font-face { font-family: x }", "this @font-face rule names no file"),
    ],
)
def test_a_rule_without_its_font_is_told(styles: Path, rule: str, said: str) -> None:
    """A rule that names no font of the folder is a problem, with its file and line."""
    (styles / "fonts" / "broken.ttf").write_bytes(b"\0\1\0\0" + b"broken" * 100)
    (styles / "fonts" / "empty.otf").write_bytes(b"")
    name_fonts(styles, rule)
    with pytest.raises(ProblemsFoundError) as refused:
        added_fonts(styles)
    places = [str(problem.place) for problem in refused.value.problems]
    assert places == ["styles/locales/xx.css:3:1"]
    assert said in refused.value.problems[0].message


def test_who_wears_a_font(styles: Path) -> None:
    """An edition wears the fonts its sheets name, and those whose letters it needs; no others."""
    fonts = added_fonts(styles)
    latin, arabic = frozenset(map(ord, "Only Latin.")), frozenset(map(ord, "English العربية"))
    assert [font.font.name for font in fonts] == [f"{PLEX}-Regular.ttf"]
    assert worn_fonts(fonts, ["base.css"], latin) == []
    assert worn_fonts(fonts, ["base.css", "locales/xx.css"], latin) == fonts
    assert worn_fonts(fonts, ["base.css"], arabic) == fonts
    assert can_print(styles, "العربية")
    assert not can_print(styles, "עברית")


def test_a_changed_font_is_noticed(trial: Trial, tmp_path: Path) -> None:
    """Another font of the same name makes anew what wears it, and the quick look sees it."""
    root = tmp_path / "project"
    shutil.copytree(trial.root, root, ignore=shutil.ignore_patterns("output", "drafts"))
    project = read_project(root)
    font = root / "styles" / "fonts" / f"{PLEX}-Bold.ttf"

    def digests() -> tuple[str, str, str, str]:
        composition = Composition.of(project)
        jobs = [composition.job(Edition(PARENTS, locale, "a4"), None) for locale in ("ar", "en")]
        worn = fonts_digest(worn_fonts(composition.added_fonts, ["base.css"], frozenset()))
        return jobs[0].digest, jobs[1].digest, worn, uptodate.fingerprint(root)

    before = digests()
    shutil.copy(arabic_fonts()[0], font)
    after = digests()
    assert before[0] != after[0]
    assert before[1] != after[1], "it prints the name of Arabic"
    assert before[2] == after[2], "what needs no letter of it stays as it is"
    assert before[3] != after[3]


def shaped(font: bytes, words: str) -> list[str]:
    """Give the outlines a font draws for some words, one for each glyph."""
    import uharfbuzz

    face = uharfbuzz.Face(font)
    drawn, buffer = uharfbuzz.Font(face), uharfbuzz.Buffer()
    buffer.add_str(words)
    buffer.guess_segment_properties()
    uharfbuzz.shape(drawn, buffer)
    outlines = []
    for info in buffer.glyph_infos:
        pen: list[object] = []
        funcs = uharfbuzz.DrawFuncs()
        funcs.set_move_to_func(lambda x, y, data: data.append((x, y)))
        funcs.set_line_to_func(lambda x, y, data: data.append((x, y)))
        funcs.set_quadratic_to_func(lambda *point: point[-1].append(point[:-1]))
        funcs.set_cubic_to_func(lambda *point: point[-1].append(point[:-1]))
        drawn.draw_glyph(info.codepoint, funcs, pen)
        outlines.append(str(pen))
    return outlines


def test_joined_forms_survive_the_cut() -> None:
    """A font cut to a page's letters draws each word as the whole font does: joined, with signs."""
    words = "سرطان الدم عند الرضّع، لا تنتظروا (الآن) ليلًا"
    whole = arabic_fonts()[0]
    cut = cut_shaping_font(whole.read_bytes(), frozenset(map(ord, words)), 400)
    assert shaped(cut, words) == shaped(whole.read_bytes(), words)
    assert len(cut) < 0.3 * whole.stat().st_size
    with TTFont(BytesIO(cut)) as parsed:
        assert set(BLANKS) <= parsed.getBestCmap().keys()
        assert ord("ب") not in parsed.getBestCmap()


@pytest.mark.parametrize(
    ("original", "words"),
    [
        (font_source_sans_pro.SourceSansPro, "Ελληνικά, Русский"),
        (noto_cjk.font_path("sans", "jp", "regular"), "한국어 繁體"),
    ],
    ids=["names", "numbers"],
)
def test_fonts_with_other_outlines_are_cut_as_well(original: str, words: str) -> None:
    """OpenType fonts with CFF outlines keep their shapes, and CID and glyph are the same number."""
    cut = cut_shaping_font(Path(original).read_bytes(), frozenset(map(ord, words)), 400)
    assert shaped(cut, words) == shaped(Path(original).read_bytes(), words)
    with TTFont(BytesIO(cut)) as parsed:
        names = parsed.getGlyphOrder()
        if hasattr(parsed["CFF "].cff.topDictIndex[0], "ROS"):
            assert names[1:] == [f"cid{number:05}" for number in range(1, len(names))]


def test_every_place_names_the_language_by_its_tag(small: Trial) -> None:
    """In a page, a file and the code at its foot, Brazilian Portuguese is pt-BR, never pt_BR."""
    assert small.run("catalogs", "add", "pt-BR").returncode == 0
    assert polib.pofile(str(small.catalog("pt_BR"))).metadata["Language"] == "pt_BR"
    catalog = polib.pofile(str(small.catalog("pt_BR")), wrapwidth=0)
    for entry in catalog:
        if entry.msgid.startswith("A sleeping baby"):
            entry.msgstr = "Um bebê dormindo; a mão da mãe ou do pai repousa na sua barriga"
    catalog.save()
    project = read_project(small.root)
    composition = Composition.of(project)
    job = composition.job(Edition(PARENTS, "pt_BR", "a4"), None)
    assert "pt_BR" not in job.html
    assert 'lang="pt-BR"' in job.html
    assert "pt-BR" in job.record.code
