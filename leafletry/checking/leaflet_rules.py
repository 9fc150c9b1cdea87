"""Rules about leaflets and what is printed beside their texts: drawings, labels, references."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, get_args

from lxml import etree  # type: ignore[import-untyped]

from leafletry.checking.survey import pictures_below
from leafletry.checking.words import more_than_words
from leafletry.content.leaflet import ContactField, banked_texts
from leafletry.content.project import own_words
from leafletry.editions.furniture import PHRASES
from leafletry.editions.localization import URGENT_ON_PAGE
from leafletry.editions.styles import sheet_names
from leafletry.reading.plain_file import read_plain
from leafletry.reading.problems import EVERYTHING, Affects, Place, Problem, shortened
from leafletry.reading.sourcefile import did_you_mean, place_in, read_any_text
from leafletry.reading.svg_numbers import undrawable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leafletry.checking.survey import Survey
    from leafletry.content.facts import Fact


def require_figures(survey: Survey) -> Iterator[Problem]:
    """Require that every drawing a leaflet names is in templates/figures."""
    for file_id, leaflet in survey.project.leaflets.items():
        for path, picture in pictures_below(leaflet, ()):
            if picture.file not in survey.figures:
                yield Problem(
                    survey.place(file_id, *path, "file"),
                    f'there is no figure "{picture.file}"',
                    did_you_mean(picture.file, survey.figures)
                    or "the figures are in templates/figures",
                    affects=survey.affects(file_id),
                )


def require_formats(survey: Survey) -> Iterator[Problem]:
    """Require that every format a leaflet names is in styles/formats, and can have its pages."""
    project = survey.project
    for file_id, leaflet in project.leaflets.items():
        for name, pages in leaflet.formats.items():
            if name in project.formats and pages % (step := project.formats[name].in_steps_of):
                yield Problem(
                    survey.place(file_id, "formats", name),
                    f"{name} has pages in steps of {step}, and {pages} is none of them",
                    f"give it {pages + step - pages % step}",
                    affects=Affects.only(leaflets=[file_id], formats=[name]),
                )
            if name in project.formats or f"format:{name}" in project.unread:
                continue
            yield Problem(
                survey.place(file_id, "formats", name),
                f'there is no format "{name}"',
                did_you_mean(name, project.formats) or "the formats are in styles/formats",
                affects=Affects.only(leaflets=[file_id], formats=[name]),
            )


def require_drawable_figures(survey: Survey) -> Iterator[Problem]:
    """Require that the drawings which leaflets name hold no number that nobody can draw."""
    used: dict[str, set[str]] = {}
    for file_id, leaflet in survey.project.leaflets.items():
        for _, picture in pictures_below(leaflet, ()):
            if picture.file in survey.figures:
                used.setdefault(picture.file, set()).add(file_id)
    for name, leaflets in sorted(used.items()):
        label = f"templates/figures/{name}.svg"
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        try:
            root = etree.fromstring(read_plain(survey.project.root / label), parser)
            fault = undrawable(root)
        except (OSError, etree.LxmlError, ValueError):
            fault = "is not well-formed SVG"
        if fault:
            hint = "export the drawing again, or mend it in a drawing program"
            affects = Affects.only(leaflets=leaflets)
            yield Problem(Place(label, 1, 1), f"the drawing {fault}", hint, affects=affects)


def refuse_endless_gradients(survey: Survey) -> Iterator[Problem]:
    """Refuse gradients that repeat themselves: a short one is drawn until memory ends."""
    styles = survey.project.root / "styles"
    for name in sheet_names(styles):
        text = read_any_text(styles / name, f"styles/{name}")
        if found := re.search(r"(?i)repeating-[a-z-]*gradient", text):
            place = place_in(f"styles/{name}", text, found.start())
            yield Problem(place, f"{found[0]} may not be used", "write a gradient that ends")


def warn_of_unused_warnings(survey: Survey) -> Iterator[Problem]:
    """Warn of texts in the bank of warnings that no leaflet names."""
    if survey.unread:
        return
    named = {
        survey.place(file_id, *path)
        for file_id, leaflet in survey.project.leaflets.items()
        for path, _ in banked_texts(leaflet)
    }
    for kind, texts in survey.project.phrases.urgent:
        for name in texts:
            place = survey.place("phrases", "urgent", kind, name)
            if place not in named:
                said = f'no leaflet shows the warning "{name}"'
                yield Problem(place, said, "name it in an urgent block, or delete it", warning=True)


def require_different_codes(survey: Survey) -> Iterator[Problem]:
    """Require that no two leaflets have one code."""
    first: dict[str, str] = {}
    for file_id, leaflet in survey.project.leaflets.items():
        other = first.setdefault(leaflet.code, file_id)
        if other != file_id:
            yield Problem(
                survey.place(file_id, "code"),
                f'the code "{leaflet.code}" is taken',
                f"leaflets/{other}.yaml has it; give this leaflet another",
                affects=survey.affects(file_id),
            )


def require_labels(survey: Survey) -> Iterator[Problem]:
    """Require that every label a page prints is in phrases.yaml."""
    labels = survey.project.phrases.labels
    if not labels and survey.unread:
        return
    needed = {"page_of", "updated_on", "link_to_source", *get_args(ContactField)}
    needed |= {f"for_{leaflet.audience}" for leaflet in survey.project.leaflets.values()}
    for path in sorted((survey.project.root / "templates").glob("*.html")):
        text = path.read_text("utf-8", "replace")
        needed.update(re.findall(r"\blabels\.([a-z_]+)", text))
        if "furniture." in text:
            needed.update(PHRASES)
    named = {name for leaflet in survey.project.leaflets.values() for name in leaflet.formats}
    if any(
        survey.project.formats[n].urgent_page > 1 for n in named & survey.project.formats.keys()
    ):
        needed.add(URGENT_ON_PAGE)
    for name in sorted(needed - labels.keys() - {"items", "values", "keys", "get"}):
        yield Problem(
            survey.place("phrases", "labels"),
            f'the label "{name}" is missing',
            f"add a line {name}: ...",
        )


def require_plain_words(survey: Survey) -> Iterator[Problem]:
    """Refuse markup in what is printed beside the texts: references, reviewers."""
    for place, words, affects in chain(_shared_words(survey), _words_about_editions(survey)):
        for message, hint in more_than_words(words):
            yield Problem(place, message, hint, affects=affects)
        if words != words.strip() or "\n" in words:
            said = "a blank stands at the beginning or end"
            yield Problem(place, said, "write one line", affects=affects)


def _shared_words(survey: Survey) -> Iterator[tuple[Place, str, Affects]]:
    project = survey.project
    for name, fact in project.facts.items():
        for path, words in _words_of_fact(fact):
            yield survey.place("facts", "facts", name, *path), words, EVERYTHING
    for name, source in project.sources.items():
        for key, words in source:
            if isinstance(words, str) and key not in ("link", "kind"):
                yield survey.place("sources", "sources", name, key.rstrip("_")), words, EVERYTHING
    for name, meaning in project.populations.items():
        yield survey.place("facts", "populations", name), meaning, EVERYTHING
    for name, meaning in project.phrases.placeholders.items():
        yield survey.place("phrases", "placeholders", name), meaning, EVERYTHING
    for locale, glossary in project.own_glossaries.items():
        for name, words in glossary.fractions.items():
            yield survey.glossary_place(locale, "fractions", name), words, own_words(locale)


def _words_of_fact(fact: Fact) -> Iterator[tuple[tuple[str | int, ...], str]]:
    yield ("statement",), fact.statement
    yield ("place",), fact.place
    yield ("where",), fact.where or ""
    yield ("banned",), fact.banned or ""
    yield from ((("items", i), words) for i, words in enumerate(fact.items))
    yield from ((("caveats", i), words) for i, words in enumerate(fact.caveats))


def _words_about_editions(survey: Survey) -> Iterator[tuple[Place, str, Affects]]:
    for locale, signoffs in survey.project.signoffs.items():
        for i, signoff in enumerate(signoffs):
            affects = Affects.only(leaflets=[signoff.leaflet], locales=[locale])
            yield survey.signoff_place(locale, i, "name"), signoff.name, affects
    for i, confirmation in enumerate(survey.project.confirmed):
        yield survey.confirmed_place(i, "name"), confirmation.name, EVERYTHING
    for i, withdrawal in enumerate(survey.project.withdrawn):
        place = survey.place("withdrawn", "withdrawn", i, "reason")
        yield place, withdrawal.reason, EVERYTHING


def require_language_codes(survey: Survey) -> Iterator[Problem]:
    """Require that the language of a reference is a code that a page can carry."""
    for name, source in survey.project.sources.items():
        if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", source.lang):
            yield Problem(
                survey.place("sources", "sources", name, "lang"),
                f'"{shortened(source.lang)}" is no language',
                "use a code such as en",
            )
