"""Which editions errors keep from being made: each problem says itself what it affects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leafletry.content.leaflet import walk_texts
from leafletry.editions.edition import of_words
from leafletry.reading.problems import NOTHING, Affects

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from leafletry.content.po_entries import Key
    from leafletry.content.project import Project
    from leafletry.editions.edition import Edition
    from leafletry.reading.problems import Problem


@dataclass(frozen=True)
class Stopped:
    """The errors of a project, as editions suffer from them."""

    project: Project
    errors: tuple[Problem, ...]
    shown: Mapping[str, frozenset[Key]]
    """The messages that each leaflet prints; the shared phrases stand on every one."""

    @classmethod
    def by(cls, problems: Iterable[Problem], project: Project) -> Stopped:
        """Look at the errors among some problems."""
        errors = tuple(problem for problem in problems if not problem.warning)
        shared = frozenset(_messages(project.phrases.labels))
        shown = {
            name: shared.union(_messages(leaflet)) for name, leaflet in project.leaflets.items()
        }
        return cls(project, errors, shown)

    def reasons(self, edition: Edition) -> list[Problem]:
        """Give the errors that keep an edition from being made."""
        shown = self.shown.get(edition.leaflet, frozenset())
        return [
            error
            for error in self.errors
            if error.affects.edition(
                edition.leaflet, edition.locale, edition.clinic, edition.page_format, shown
            )
        ]

    def concerning(self, editions: Iterable[Edition]) -> set[Problem]:
        """Give the errors that keep any of some editions from being made, or none that there is."""
        of_none = {error for error in self.errors if error.affects == NOTHING}
        return of_none.union(*(self.reasons(edition) for edition in editions))

    def stops(self, edition: Edition) -> bool:
        """Tell whether an edition cannot be made: for an error, or for want of what it says."""
        unread = (
            edition.leaflet not in self.project.leaflets
            or edition.locale not in self.project.catalogs
            or (edition.page_format not in self.project.formats and bool(edition.page_format))
        )
        return unread or bool(self.reasons(edition))

    def unsound(self, labels: Iterable[str]) -> set[str]:
        """Give the languages that cannot say some labels as pages do that are no edition."""
        known = self.project.phrases.labels
        names = set(labels)
        keys = _messages({name: known[name] for name in names & known.keys()})
        everywhere = not names <= known.keys()
        return {
            locale
            for locale in self.project.locales
            if everywhere or any(error.affects.words(locale, keys) for error in self.errors)
        }


def _messages(model: object) -> set[Key]:
    return {(text.context, text.text) for _, text in walk_texts(model)}


def broken_editions(project: Project, errors: Iterable[Problem]) -> set[tuple[str, str]]:
    """Give the (leaflet, locale) pairs of which nobody can tell the words, also unreadable ones."""
    stopped = Stopped.by(errors, project)
    return {
        (leaflet, locale)
        for leaflet in project.every_leaflet
        for locale in project.every_locale
        if stopped.stops(of_words(leaflet, locale))
    }


def only(edition: Edition) -> Affects:
    """Give what a problem affects that came up when an edition was made: that one alone."""
    return Affects.only(
        leaflets=[edition.leaflet],
        locales=[edition.locale],
        clinics=[edition.clinic],
        formats=[edition.page_format],
    )
