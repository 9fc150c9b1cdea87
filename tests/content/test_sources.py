"""The list of sources says in the reader's language what a source is."""

import pytest
from conftest import ROOT, leaflet_names, locale_names

from leafletry.content.project import read_project
from leafletry.editions.line_breaks import spoken
from leafletry.editions.localization import localize_leaflet
from leafletry.editions.markup import leaflet_html, template_environment
from leafletry.reading.languages import language_tag

PROJECT = read_project(ROOT)


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
            assert (found.state, found.lang) == ("translated", language_tag(locale))
            assert found.text in page
        for text in PROJECT.phrases.sources.values():
            assert text.text not in page or text.text in {found.text for found in described}
        for reference in localized.references:
            assert reference.source.title in page
