"""The list of sources says in the reader's language what a source is."""

import datetime as dt
import shutil
from pathlib import Path

import pytest
from conftest import ROOT, leaflet_names, locale_names

from leafletry.checking import check_project
from leafletry.localization import localize_leaflet
from leafletry.pages.line_breaks import spoken
from leafletry.pages.markup import leaflet_html, template_environment
from leafletry.project import read_project

PROJECT = read_project(ROOT)
TODAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize("locale", [name for name in locale_names() if name != "en"])
def test_what_a_source_is_is_translated(locale: str) -> None:
    """A description stands in the language of the page; a title stays as people find it."""
    environment = template_environment(ROOT / "templates")
    for leaflet in leaflet_names():
        localized = localize_leaflet(PROJECT, leaflet, locale)
        page = spoken(leaflet_html(environment, localized, "CODE"))
        described = [found.described for found in localized.references if found.described]
        assert described
        for found in described:
            assert (found.state, found.lang) == ("translated", locale)
            assert found.text in page
        for text in PROJECT.phrases.sources.values():
            assert text.text not in page or text.text in {found.text for found in described}
        for reference in localized.references:
            assert reference.source.title in page


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "phrases",
            "  belgian_hospital: Hospital",
            "  belgian_hospitl: Hospital",
            'there is no source "belgian_hospitl"',
        ),
        ("phrases", "  infant_article: Article for the public", "  # ", "has no title"),
    ],
)
def test_a_source_that_says_nothing_of_itself_is_described(
    tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    """A source without a title needs a description, and what is described is a source."""
    for folder in ("leaflets", "locales", "templates", "styles"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    path = tmp_path / "leaflets" / f"{file}.yaml"
    content = path.read_text("utf-8")
    assert old in content
    path.write_text(content.replace(old, new), "utf-8")
    errors = [problem.message for problem in check_project(read_project(tmp_path), TODAY)]
    assert said in errors
