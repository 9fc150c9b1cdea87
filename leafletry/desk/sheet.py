"""A sheet on the desk: one edition as it is shown, and what else can be chosen; plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from babel import UnknownLocaleError

from leafletry.content.project import SOURCE_LOCALE
from leafletry.editions.index_page import label_of_format, plain_name
from leafletry.reading.languages import direction, language_tag, name_in
from leafletry.reading.problems import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leafletry.content.project import Project
    from leafletry.desk.messages import Finding, ShownMessage
    from leafletry.editions.edition import Edition


@dataclass(frozen=True)
class Choice:
    """Something to choose: what it is called in the project, and for people."""

    id: str
    name: str


@dataclass(frozen=True)
class Offer:
    """What can be chosen, also what cannot be read at the moment."""

    leaflets: list[Choice]
    locales: list[Choice]
    formats: list[Choice]

    @classmethod
    def of(cls, project: Project, leaflet: str = "") -> Offer:
        """Look what there is in a project; the formats are those of a leaflet, where it is read."""
        formats = project.formats_of(leaflet)
        return cls(_leaflets(project), _locales(project), _formats(project, formats))


@dataclass(frozen=True)
class Language:
    """A language, as a page has to mark words that are in it, and its name for people."""

    lang: str
    dir: str
    name: str

    @classmethod
    def of(cls, locale: str) -> Language:
        """Describe the language of a locale, as far as it is one."""
        try:
            return cls(language_tag(locale), direction(locale), name_in(locale, SOURCE_LOCALE))
        except (UnknownLocaleError, ValueError):
            return cls("und", "auto", shortened(locale))


@dataclass(frozen=True)
class PaperPage:
    """A page as it is shown; `extra` is one that the leaflet has no room for. Sizes in mm."""

    number: int
    width: float
    height: float
    extra: bool


@dataclass(frozen=True)
class Sheet:
    """All that the desk shows of an edition; `checked` tells whether with the checks' findings.

    `digest` names the pictures of its pages. `old`: the edition cannot be made now, for the
    reasons in `problems`; what is shown is how it was last. Without pages it was never made.
    `over` is how much it is too long, in mm of its column.
    """

    revision: int
    checked: bool
    edition: Edition
    offer: Offer
    language: Language
    source: Language
    old: bool = False
    digest: str = ""
    pages: list[PaperPage] = field(default_factory=list)
    over: float = 0.0
    messages: list[ShownMessage] = field(default_factory=list)
    problems: list[Finding] = field(default_factory=list)
    elsewhere: list[Finding] = field(default_factory=list)


def _leaflets(project: Project) -> list[Choice]:
    titles = {name: leaflet.title.text for name, leaflet in project.leaflets.items()}
    return [Choice(name, titles.get(name, name)) for name in project.every_leaflet]


def _locales(project: Project) -> list[Choice]:
    unread = [name for name in project.every_locale if name not in project.catalogs]
    names = [*project.catalogs, *unread]
    return [Choice(name, _both_names(name)) for name in names]


def _both_names(locale: str) -> str:
    """Give a language's name in itself and, where that is another, in the source language."""
    try:
        own, other = name_in(locale, locale), name_in(locale, SOURCE_LOCALE)
    except (UnknownLocaleError, ValueError):
        return locale
    return own if own == other else f"{own} ({other})"


def _formats(project: Project, names: Iterable[str]) -> list[Choice]:
    labels = project.phrases.labels
    called = {name: labels.get(label_of_format(name)) for name in names}
    return [Choice(name, text.text if text else plain_name(name)) for name, text in called.items()]
