"""What a leaflet says of itself: its languages, its name in English, and how it came about."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from typing import TYPE_CHECKING

import polib
import pypdfium2
import pytest
from conftest import ROOT, Built, leaflet_names
from on_a4_alone import on_a4_alone
from signed import NEXT_REVIEW, SIGNED, sign

from leafletry.content.clinic import read_clinic
from leafletry.content.project import read_project
from leafletry.editions.composition import Composition
from leafletry.editions.edition import Edition
from leafletry.editions.line_breaks import spoken

if TYPE_CHECKING:
    from pathlib import Path

TODAY = dt.date(2026, 11, 21)
PARENTS, SIBLINGS = "when-to-have-your-baby-checked", "could-our-other-children-get-it"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of what people wrote in the real project, to change."""
    for name in ("leaflets", "locales", "templates", "styles", "leafletry"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.lock", tmp_path)
    return on_a4_alone(tmp_path)


def named(root: Path, leaflet: str, locale: str) -> set[str]:
    """Give the languages that an edition says it can be had in, by what its page prints."""
    job = Composition.of(read_project(root), TODAY).job(Edition(leaflet, locale, "a4"), None)
    names = re.findall(r'<span lang="[^"]+" dir="[^"]+">([^<]+)</span>', spoken(job.html))
    assert set(names) == set(job.languages)
    return set(names)


def words_of(html: str) -> str:
    """Give the words of a page, with one blank between two, whatever keeps them together."""
    return " ".join(spoken(re.sub(r"<[^>]*>", "", html)).split())


ALL = {"English", "español", "français", "Nederlands", "日本語"}


def test_a_language_in_which_a_leaflet_is_not_complete_is_not_named(content: Path) -> None:
    """One message that is missing or to be reviewed takes a language from this leaflet alone."""
    assert named(content, PARENTS, "es") == named(content, SIBLINGS, "es") == ALL
    path = content / "locales" / "nl" / "LC_MESSAGES" / "messages.po"
    catalog = polib.pofile(str(path), wrapwidth=0)
    next(entry for entry in catalog if entry.msgid == "Feeds badly, or vomits").msgstr = ""
    catalog.save(str(path))
    assert named(content, PARENTS, "es") == ALL - {"Nederlands"}
    assert named(content, SIBLINGS, "es") == ALL
    # The page itself still says which one it is.
    assert named(content, PARENTS, "nl") == ALL


def test_a_release_names_only_what_is_released(content: Path) -> None:
    """A family is sent to no draft; as soon as a language is signed, the others name it."""
    sign(content, PARENTS, "es")
    assert named(content, PARENTS, "es") == {"español"}
    assert named(content, PARENTS, "fr") == ALL
    sign(content, PARENTS, "en")
    assert named(content, PARENTS, "es") == named(content, PARENTS, "en") == {"English", "español"}


def test_a_language_that_is_released_later_voids_no_sign_off(content: Path) -> None:
    """Which languages there are is no part of what somebody signs."""
    words = sign(content, PARENTS, "es")
    sign(content, PARENTS, "fr")
    assert Composition.of(read_project(content), TODAY).words(PARENTS, "es").digest == words


@pytest.mark.parametrize("leaflet", leaflet_names())
@pytest.mark.parametrize(
    ("locale", "language"), [("es", "Spanish"), ("ja", "Japanese"), ("en", "")]
)
def test_each_page_of_a_translation_names_itself_in_english(
    built: Built, leaflet: str, locale: str, language: str
) -> None:
    """Who cannot read a page finds its English title and its language at its foot."""
    title = built.project.leaflets[leaflet].title.text
    document = pypdfium2.PdfDocument(built.path(Edition(leaflet, locale, "a4")))
    for page in document:
        foot = page.get_textpage().get_text_bounded(bottom=0, top=13 / 25.4 * 72)
        assert (f"{title} · {language}" in " ".join(foot.split())) == bool(language)


MADE = [
    ("es", "", "Traducido del inglés. Nadie ha revisado aún la traducción."),
    ("es", "machine: true", "Traducido del inglés por una máquina. Nadie ha revisado"),
    (
        "es",
        "machine: true\ntranslated_by: [A B, C D]",
        "por una máquina. Traducción: A B y C D. Nadie ha revisado",
    ),
    ("es", "tried_with_readers: 2026-10-01", "la traducción. Probado con lectores."),
    ("es", "machine: true", "Aún sin probar con lectores."),
    ("en", "", "Written by the Leafletry contributors. Not yet tried with readers."),
    ("en_GB", "machine: true", "Adapted from American English by a machine. Nobody has checked"),
    (
        "es",
        f"machine: true\nleaflets: {{{PARENTS}: {{translated_by: [E F]}}}}",
        "Traducido del inglés. Traducción: E F. Nadie",
    ),
]


@pytest.mark.parametrize(("locale", "making", "said"), MADE)
def test_a_leaflet_says_how_it_came_about(
    content: Path, locale: str, making: str, said: str
) -> None:
    """Who translated it, whether a machine did, and whether readers tried it, is printed."""
    (content / "locales" / locale / "making.yaml").write_text(making, "utf-8")
    job = Composition.of(read_project(content), TODAY).job(Edition(PARENTS, locale, "a4"), None)
    assert said in words_of(job.html)


def test_a_wrong_making_is_told_at_its_line(content: Path) -> None:
    """A day that is none, or a key nobody knows, is told with file and line."""
    path = content / "locales" / "es" / "making.yaml"
    path.write_text("machine: true\ntried_with_readers: yes, often\nby: me\n", "utf-8")
    places = [str(problem.place) for problem in read_project(content).problems.problems]
    assert [place for place in places if place.startswith("locales/es/making.yaml:")]


def test_who_checked_a_translation_is_named_by_its_sign_off(content: Path) -> None:
    """A signed translation names who checked it in place of saying that nobody did."""
    sign(content, PARENTS, "es", signed_on=SIGNED, next_review=NEXT_REVIEW)
    job = Composition.of(read_project(content), TODAY).job(Edition(PARENTS, "es", "a4"), None)
    assert "Traducción revisada por Example Translator." in words_of(job.html)
    assert "Nadie ha revisado" not in words_of(job.html)


SITES = {"en": "Site here: tibia.", "nl": "Plaats in dit centrum: tibia.", "ja": "脛骨。"}


@pytest.mark.parametrize(("locale", "said"), SITES.items())
def test_the_clinics_site_for_marrow_is_printed(content: Path, locale: str, said: str) -> None:
    """A clinic's sheet names its site in words of the page's language; without one, no site."""
    shutil.copytree(ROOT / "clinics", content / "clinics")
    profile = content / "clinics" / "example.yaml"
    words = profile.read_text("utf-8").replace("posterior iliac crest\n", "tibia\n")
    profile.write_text(words, "utf-8")
    clinic = read_clinic(profile, TODAY)
    composition = Composition.of(read_project(content), TODAY)
    edition = Edition("recognize-and-work-up", locale, "a4", clinic="example")
    assert said in words_of(composition.job(edition, clinic).html)
    signed = composition.words("recognize-and-work-up", locale).text
    assert signed.count("with {marrow_site}: ") == 4, "the sentence, and the three sites"
    general = composition.job(Edition("recognize-and-work-up", locale, "a4"), None)
    assert said not in words_of(general.html)
