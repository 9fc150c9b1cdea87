"""Scripts whose glyphs are not one letter each: what a page of Hindi or Thai shows is what it says.

A font puts parts of several letters into one glyph, stacks signs on others and changes their order;
so the file tells the words beside the glyphs. Our own few words, in fonts that bring all weights
in one file.
"""

import datetime as dt
import importlib.util
import io
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pikepdf
import polib
import pytest
from conftest import ROOT
from judges import structure
from judges.tools import require_tool
from on_a4_alone import on_a4_alone
from one_edition import Tried, one_leaflet, one_leaflet_kept, print_one
from small_release import DAY, LEAFLET

from leafletry.catalogs.new_language import add_language
from leafletry.content.project import read_project
from leafletry.editions.composition import Composition
from leafletry.editions.edition import Edition
from leafletry.editions.fonts import cut_font
from leafletry.pages import tags
from leafletry.pages.finishing import finish
from leafletry.printing import printing
from leafletry.reading_back import paper

__all__ = ["one_leaflet", "one_leaflet_kept"]

A_MORNING = dt.datetime(2026, 11, 21, 3, 59, 59, tzinfo=dt.UTC)
FONTS = {"hi": "devanagari", "th": "thai"}
WORDS = {
    "hi": {
        "Could our other children get it?": "क्या हमारे दूसरे बच्चों को भी यह हो सकता है?",
        "What a risk factor is, and what it is not": "जोखिम का कारण क्या है और क्या नहीं",
        "Questions to take along": "साथ ले जाने के लिए प्रश्न",
        "A risk factor makes an illness more likely. It does not make it certain.": (
            "जोखिम का कारण किसी बीमारी की संभावना बढ़ाता है। वह उसे निश्चित नहीं बनाता।"
        ),
        "living with a test result, and telling our relatives": (
            "जाँच के नतीजे के साथ जीना, और रिश्तेदारों को बताना"
        ),
    },
    "th": {
        "Could our other children get it?": "ลูกคนอื่นจะเป็นโรคนี้ด้วยหรือไม่",
        "What a risk factor is, and what it is not": "ปัจจัยเสี่ยงคืออะไร และไม่ใช่อะไร",
        "Questions to take along": "คำถามที่ควรนำไปด้วย",
        "A risk factor makes an illness more likely. It does not make it certain.": (
            "ปัจจัยเสี่ยงทำให้มีโอกาสป่วยมากขึ้น แต่ไม่ได้ทำให้ป่วยแน่นอน"
        ),
        "living with a test result, and telling our relatives": (
            "การอยู่กับผลตรวจ และการบอกญาติพี่น้อง ช้ำ น้ำ ทำ"
        ),
    },
}


def font_of(locale: str) -> Path:
    """Give the font that the lock for tests brings along."""
    package = f"fontpkg_noto_sans_{FONTS[locale]}"
    spec = importlib.util.find_spec(package)
    assert spec is not None, f"{package} is missing: set the tests up again"
    assert spec.origin is not None
    (font,) = (Path(spec.origin).parent / "files").glob("*.ttf")
    return font


@dataclass(frozen=True)
class Added:
    """A project with a language that somebody added, and began to translate."""

    root: Path
    locale: str

    def print(self) -> Tried:
        """Make its one edition."""
        return print_one(self.root, LEAFLET, self.locale)


@pytest.fixture(params=FONTS)
def added(request: pytest.FixtureRequest, one_leaflet: Path) -> Added:
    """Hindi or Thai, with a font that was put there."""
    locale = str(request.param)
    folder = one_leaflet / "styles" / "fonts"
    folder.mkdir(exist_ok=True)
    font = font_of(locale)
    (folder / font.name).write_bytes(font.read_bytes())
    add_language(read_project(one_leaflet), locale, A_MORNING)
    path = one_leaflet / "locales" / locale / "LC_MESSAGES" / "messages.po"
    catalog = polib.pofile(str(path), wrapwidth=0)
    for entry in catalog:
        entry.msgstr = WORDS[locale].get(entry.msgid, "")
    assert len(catalog.translated_entries()) == len(WORDS[locale]), "the texts have changed"
    catalog.save()
    return Added(one_leaflet, locale)


def test_words_are_told_as_they_are_written(added: Added, tmp_path: Path) -> None:
    """An edition of them is made, and Poppler and the tags tell every word letter by letter."""
    made = added.print()
    assert made.said == ""
    path = tmp_path / "edition.pdf"
    path.write_bytes(made.pdf)
    (document,) = structure.read_structure(path)
    told = subprocess.run(
        [require_tool("pdftotext"), "-raw", path, "-"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout
    for words in WORDS[added.locale].values():
        for said in (document.text, told):
            assert "".join(words.split()) in "".join(said.split()), words


def test_glyphs_alone_are_not_enough(added: Added, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the words beside them, what a screen reader says is not what was written: refused."""
    monkeypatch.setattr(tags, "_say_words", lambda *_given: None)
    said = added.print().said
    assert "page 1" in said
    assert any("\u0900" <= letter <= "\u0e7f" for letter in said)


def test_other_words_beside_glyphs_are_refused(
    added: Added, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is told beside the glyphs is read back as well: one sign less, and nothing prints."""
    say = tags._say_words

    def say_less(box: Any, mcid: int, stream: object) -> None:
        text = box.text.replace("\u093e", "").replace("\u0e33", "\u0e32")
        say(SimpleNamespace(text=text), mcid, stream)

    monkeypatch.setattr(tags, "_say_words", say_less)
    assert "page 1" in added.print().said


def test_every_part_of_a_word_has_ink(added: Added) -> None:
    """A part of a word that is drawn without ink is found, though another part tells the word."""
    printing.close_press()
    printing.open_press(added.root)
    edition = Edition(LEAFLET, added.locale, "a4")
    job = Composition.of(read_project(added.root), DAY).job(edition, None)
    laid_out = printing.typeset_edition(job)
    pdf, flaws = finish(laid_out, job.place, job.provenance)
    assert flaws == []
    assert printing._read_back(job, laid_out, pdf).faults == []
    changed, parts = without_ink_of_later_parts(pdf)
    assert parts, "signs that are raised part words, and so do those of our own font behind them"
    said = printing._read_back(job, laid_out, changed).faults
    assert any("a part of words has no ink" in fault for fault in said)


def without_ink_of_later_parts(content: bytes) -> tuple[bytes, int]:
    """Draw all but the first part of each word that is told beside its glyphs without ink."""
    found = 0
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for page in pdf.pages:
            drawing: list[Any] = []
            told = parts = 0
            for drawn in pikepdf.parse_content_stream(page):
                operands: Any = drawn.operands
                operator = drawn.operator
                name = str(operator)
                if name == "BDC":
                    told = int("/ActualText" in operands[1])
                    parts = 0
                later = name == "TJ" and told and parts
                parts += name == "TJ"
                found += bool(later)
                if later:
                    drawing.append(([3], pikepdf.Operator("Tr")))
                drawing.append((operands, operator))
                if later:
                    drawing.append(([0], pikepdf.Operator("Tr")))
            page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(drawing))
        pdf.save(target)
    return target.getvalue(), found


# ── To the left ────────────────────────────────────────────────────────────────────────────────

ARABIC = {
    "Could our other children get it?": "هل يصاب أطفالنا الآخرون به؟ (نعم أم لا)",
    "Questions to take along": "أسئلة [للموعد] «مهمة»",
    "living with a test result, and telling our relatives": "نتيجة (ALL) والأقارب (الفحص)",
}
CLINICIANS = "recognize-and-work-up"


@pytest.fixture
def arabic(one_leaflet: Path) -> Path:
    """A project with Arabic, in a font without brackets: those are from our own."""
    spec = importlib.util.find_spec("fontpkg_ibm_plex_sans_arabic")
    assert spec is not None, "set the tests up again"
    assert spec.origin is not None
    (font,) = (Path(spec.origin).parent / "files").glob("*-Regular.*")
    folder = one_leaflet / "styles" / "fonts"
    folder.mkdir(exist_ok=True)
    letters = frozenset((ord(" "), *range(0x0600, 0x0700)))
    (folder / "Arabic.otf").write_bytes(cut_font(font.read_bytes(), letters))
    for name in (f"{CLINICIANS}.yaml", "facts.yaml", "sources.yaml", "phrases.yaml"):
        shutil.copy(ROOT / "leaflets" / name, one_leaflet / "leaflets")
    on_a4_alone(one_leaflet)
    add_language(read_project(one_leaflet), "ar", A_MORNING)
    path = one_leaflet / "locales/ar/LC_MESSAGES/messages.po"
    catalog = polib.pofile(str(path), wrapwidth=0)
    for entry in catalog:
        entry.msgstr = ARABIC.get(entry.msgid, "")
    assert len(catalog.translated_entries()) == len(ARABIC), "the texts have changed"
    catalog.save()
    return one_leaflet


def test_brackets_turn_round_in_words_that_run_to_the_left(arabic: Path, tmp_path: Path) -> None:
    """A bracket opens on the right there, and is told as it was written."""
    made = print_one(arabic, LEAFLET, "ar")
    assert made.said == ""
    path = tmp_path / "edition.pdf"
    path.write_bytes(made.pdf)
    (document,) = structure.read_structure(path)
    for words in ARABIC.values():
        assert "".join(words.split()) in "".join(document.text.split()), words


def test_a_bracket_that_does_not_turn_round_is_refused(
    arabic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What PDFium sees is compared with what the font draws, also to the left."""
    monkeypatch.setattr(paper, "_TURNED", {})
    said = print_one(arabic, LEAFLET, "ar").said
    assert re.search(r"the letters \S*\(\)\S* are not drawn as their font has them", said), said


def test_numbers_of_sources_run_as_in_the_list(arabic: Path) -> None:
    """Their brackets stand as they do in the list, which is not in Arabic."""
    assert print_one(arabic, CLINICIANS, "ar").said == ""
