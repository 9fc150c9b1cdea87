"""The numbers of sources in clinicians' sheets: where they stand, and that each is the right one.

`reference_numbers/standing.yaml` has blocks, and which of their texts has which numbers behind it.
How pages are refused on which they are wrong is tried by `test_reading_back.py`; how they are
tagged and linked by `test_pdf.py`.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import yaml
from conftest import ROOT, Built, all_editions, locale_names
from pydantic import TypeAdapter

from leafletry.content.facts import Fact
from leafletry.content.leaflet import Leaflet, SimpleBlock, walk_blocks, walk_texts
from leafletry.content.project import Project, read_project
from leafletry.content.reference_numbers import reference_numbers
from leafletry.editions.edition import Edition
from leafletry.editions.localization import LocalizedLeaflet, LocalText, localize_leaflet
from leafletry.editions.markup import inline, phrases
from leafletry.reading.placeholders import names_in
from leafletry.reading.problems import Place

STANDING = yaml.safe_load(
    (Path(__file__).parents[1] / "reference_numbers/standing.yaml").read_text("utf-8")
)
SOURCES = {"a": 1, "b": 2, "c": 3}
AT_SOURCES: dict[str, dict[str, Any]] = {
    "a1": {"source": "a"},
    "a2": {"source": "a"},
    "b1": {"source": "b"},
    "c1": {"source": "c"},
    "agreed": {"source": None},
}
FACTS = {name: Fact.model_construct(**parts) for name, parts in AT_SOURCES.items()}
BLOCKS: TypeAdapter[Any] = TypeAdapter(SimpleBlock)
SHEET = "recognize-and-work-up"
BEFORE_STOP = {"fr", "ja"}


@cache
def project() -> Project:
    """The project, read once."""
    return read_project(ROOT)


@cache
def localized(locale: str, leaflet: str = SHEET) -> LocalizedLeaflet:
    """Give a leaflet in a language."""
    return localize_leaflet(project(), leaflet, locale)


def texts_of(leaflet: LocalizedLeaflet) -> list[LocalText]:
    """Give the texts of a leaflet's content, in the order of the page."""
    return list(_below(leaflet.content))


def _below(part: Any) -> list[LocalText]:
    if isinstance(part, LocalText):
        return [part]
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return [text for one in inner for text in _below(one)]


def numbers_of(text: LocalText) -> tuple[int, ...]:
    """Give the numbers behind a text."""
    return tuple(reference.number for reference in text.references)


@pytest.mark.parametrize("name", STANDING)
def test_a_number_stands_where_its_citation_stands(name: str) -> None:
    """Each text has the numbers of what it rests on, and what would be repeated stands once."""
    case = STANDING[name]
    parts: dict[str, Any] = {"blocks": [BLOCKS.validate_python(case["block"])]}
    found = reference_numbers(Leaflet.model_construct(**parts), FACTS, SOURCES)
    shown = {".".join(map(str, path[2:])): list(numbers) for path, numbers in found.items()}
    assert shown == case["shown"]


def test_numbers_are_the_same_in_every_language() -> None:
    """The texts of the sheet have the same numbers, in the same order, in all languages."""
    english = [numbers_of(text) for text in texts_of(localized("en"))]
    assert sum(map(bool, english)) > 25
    for locale in locale_names():
        assert [numbers_of(text) for text in texts_of(localized(locale))] == english, locale


def test_only_clinicians_read_them() -> None:
    """Leaflets for families have no numbers in their texts."""
    for name, leaflet in project().leaflets.items():
        found = any(text.references for text in texts_of(localized("en", name)))
        assert found is (leaflet.audience == "clinicians"), name


def test_every_source_of_the_list_is_called_in_the_text_and_no_other() -> None:
    """Each source of the list is called in the text, and they count as they are first called."""
    leaflet = localized("en")
    called = [number for text in texts_of(leaflet) for number in numbers_of(text)]
    assert list(dict.fromkeys(called)) == [reference.number for reference in leaflet.references]


def test_every_claim_of_the_sheet_shows_its_sources() -> None:
    """Each source of a text's facts stands behind it, or at the row, column or heading above it."""
    leaflet = project().leaflets[SHEET]
    titles = {source.title: name for name, source in project().sources.items()}
    sources = {titles[r.source.title]: r.number for r in localized("en").references}
    shown = reference_numbers(leaflet, project().facts, sources)
    checked = 0
    for path, block in walk_blocks(leaflet):
        for where, text in walk_texts(block, path):
            names = [n for n in (*text.cites, *names_in(text.text)) if n != text.needs]
            own = {sources[s] for n in names if (s := project().facts[n].source)}
            places = [where, (*path, "heading")]
            if "cells" in where:
                row, cell = where[: where.index("cells")], where[where.index("cells") + 1]
                assert isinstance(cell, int)
                places += [(*row, "head"), (*path, "columns", cell + 1)]
            assert own <= {number for place in places for number in shown.get(place, ())}, where
            checked += bool(own)
    assert checked > 30


def test_no_number_stands_behind_a_digit() -> None:
    """On paper no figure of the sheet has a number behind it, which could seem its exponent."""
    for locale in locale_names():
        for text in texts_of(localized(locale)):
            last = text.text.removesuffix(text.stop)[-1:] if text.stop else text.text[-1:]
            assert not (text.references and last.isdigit()), text.text


@pytest.mark.parametrize("locale", locale_names())
def test_numbers_stand_at_the_stop_as_the_language_has_it(locale: str) -> None:
    """Before the full stop in French and Japanese, after it elsewhere."""
    for text in texts_of(localized(locale)):
        html = re.sub("<[^>]+>", "", inline(text))
        if text.references and text.text[-1] in ".。":
            assert re.search(r"\][.。]$" if locale in BEFORE_STOP else r"[.。]\u2060\[.*\]$", html)
    assert any(text.stop for text in texts_of(localized(locale))) is (locale in BEFORE_STOP)


@pytest.mark.parametrize(
    ("words", "stop", "printed"),
    [
        ("Rare.", "", "Rare.\u2060[1]"),
        ("Rare.", ".", "Rare\u2060[1]."),
        ("Since 2016", "", "Since 2016\u202f[1]"),
        ("まれ。", "。", "ま\u2060れ\u2060[1]。"),
    ],
)
def test_brackets_and_a_blank_part_numbers_from_figures(
    words: str, stop: str, printed: str
) -> None:
    """No number is joined to a digit before it, and no line can begin with one."""
    (reference, *_) = localized("en").references
    lang = "ja" if stop == "。" else "en"
    text = LocalText(words, lang, "translated", Place(""), 1, (reference,), stop)
    for print_it in (inline, phrases):
        assert re.sub("<[^>]+>", "", print_it(text)).replace("\u00a0", " ") == printed


@pytest.mark.parametrize("locale", locale_names())
def test_numbers_are_copied_apart_from_figures(built: Built, locale: str) -> None:
    """In text that is copied from the file each number stands in brackets: no figure grows."""
    editions = [e for e in all_editions() if (e.leaflet, e.locale) == (SHEET, locale)]
    assert Edition(SHEET, locale, "a4") in editions
    expected = [numbers_of(text) for text in texts_of(localized(locale)) if text.references]
    for edition in editions:
        pages = pypdfium2.PdfDocument(built.path(edition))
        said = "".join(page.get_textpage().get_text_range() for page in pages)
        found = re.findall(r"(.)\[([0-9,\s]+)\]", said)
        assert [tuple(map(int, numbers.split(","))) for _, numbers in found] == expected
        assert not any(before.isdigit() for before, _ in found)
