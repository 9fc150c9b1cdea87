"""Rules about whom a figure tells of: no wider group in the babies' place, survival only by choice.

A figure of children of all ages stands beside the babies' own, and the block names both groups,
in every language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leafletry.checking.survey import citations_below, parts_of
from leafletry.checking.words import fold
from leafletry.content.catalog import Glossary
from leafletry.content.leaflet import walk_blocks, walk_texts
from leafletry.content.project import SOURCE_LOCALE, own_words
from leafletry.reading.problems import Affects, Problem, shortened
from leafletry.reading.sourcefile import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leafletry.checking.survey import KeyPath, Survey, Wording
    from leafletry.content.facts import Fact
    from leafletry.content.leaflet import Text

_NO_FIGURE_OF_PEOPLE = ("year", "label")
_INFANTS = ("infant-", "neonatal-")
_WIDER = "childhood-"


@dataclass(frozen=True)
class _Figure:
    """A figure that a text prints, and the keys of it; of survival, also one it only cites."""

    path: KeyPath
    name: str
    fact: Fact


@dataclass(frozen=True)
class _Part:
    """A block of a leaflet (or its title), its texts, and the figures it prints."""

    file_id: str
    texts: list[tuple[KeyPath, Text]]
    figures: list[_Figure]

    @property
    def wider(self) -> list[_Figure]:
        """The figures of children of all ages."""
        return [figure for figure in self.figures if figure.fact.population.startswith(_WIDER)]

    def infants_beside(self, figure: _Figure) -> list[_Figure]:
        """Give the figures of babies printed beside one of a wider group; survival by itself."""
        survival = figure.fact.measure
        return [
            other
            for other in self.figures
            if other.fact.population.startswith(_INFANTS)
            and other.path[-1] == "text"
            and survival in (None, other.fact.measure)
        ]


def _parts(survey: Survey) -> Iterator[_Part]:
    for file_id, path, block in parts_of(survey):
        texts = [(where, text) for where, text in walk_texts(block, path) if "alt" not in where]
        figures = [
            _Figure(where, name, fact)
            for where, name in citations_below(block, path)
            if (fact := survey.project.facts.get(name))
            and (fact.measure or (where[-1] == "text" and fact.kind not in _NO_FIGURE_OF_PEOPLE))
        ]
        yield _Part(file_id, texts, figures)


def require_infant_figures(survey: Survey) -> Iterator[Problem]:
    """Refuse a figure of children of all ages where no figure of babies stands."""
    for part in _parts(survey):
        for figure in part.wider:
            if part.infants_beside(figure):
                continue
            what = "survival" if figure.fact.measure else "a figure"
            yield Problem(
                survey.place(part.file_id, *figure.path),
                f"{{{figure.name}}} is {what} of {figure.fact.population} and stands here alone",
                "show that of infants in the same block, and name both groups",
                affects=survey.affects(part.file_id),
            )


def require_named_populations(survey: Survey) -> Iterator[Problem]:
    """Require that a block with figures of two groups names both, in every language."""
    for locale, glossary in survey.project.own_glossaries.items():
        for name in glossary.populations:
            if survey.project.populations and name not in survey.project.populations:
                yield Problem(
                    survey.glossary_place(locale, "populations", name),
                    f'there is no population "{shortened(name)}"',
                    did_you_mean(name, survey.project.populations),
                    affects=own_words(locale),
                )
    for part in _parts(survey):
        for figure in part.wider:
            if infants := part.infants_beside(figure):
                both = ({figure.fact.population}, {other.fact.population for other in infants})
                for group in both:
                    yield from _unnamed(survey, part, figure, group)


def _unnamed(survey: Survey, part: _Part, figure: _Figure, group: set[str]) -> Iterator[Problem]:
    """Yield a problem for each language whose words of a block name none of a group."""
    who = " or ".join(sorted(group))
    said = f"{who} is not named in the block that shows {{{figure.name}}}"
    naming = [
        (path, text) for path, text in part.texts if _names(survey, SOURCE_LOCALE, text, group)
    ]
    for locale in survey.project.catalogs:
        said_in_it = (survey.translation(locale, text) for _, text in part.texts)
        translated = next(filter(None, said_in_it), None)
        if locale != SOURCE_LOCALE and translated is None:
            continue  # It prints in the source language.
        populations = survey.project.glossaries.get(locale, Glossary()).populations
        known = ", ".join(word for name in sorted(group) for word in populations.get(name, []))
        if not known:
            if f"glossary:{locale}" not in survey.unread:
                yield _unknown(survey, part, locale, who, translated)
        elif locale == SOURCE_LOCALE:
            if not naming:
                place = survey.place(part.file_id, *figure.path)
                affects = survey.affects(part.file_id)
                yield Problem(place, said, f"say one of: {known}", affects=affects)
        elif naming and not any(_names(survey, locale, text, group) for _, text in part.texts):
            path, text = naming[0]
            translation = survey.translation(locale, text)
            place = translation.place if translation else survey.place(part.file_id, *path)
            hint = f"the source names it here; say one of: {known}"
            affects = Affects.only(leaflets=[part.file_id], locales=[locale])
            yield Problem(place, said, hint, affects=affects)


def _unknown(
    survey: Survey, part: _Part, locale: str, who: str, translated: Wording | None
) -> Problem:
    """Say that a language has no words for a group; an error where it rests on them."""
    hint = "list under populations how this language names it"
    if translated is None:
        place = survey.glossary_place(locale, "populations")
        return Problem(place, f"no words for {who}", hint, affects=own_words(locale))
    return Problem(
        translated.place,
        f'no words for {who} in the glossary: nobody checks that "{shortened(translated.source)}"'
        " and what stands beside it name them",
        f"in locales/{locale}/glossary.yaml, {hint}",
        warning=part.file_id not in survey.signed.get(locale, ()),
        affects=Affects.only(leaflets=[part.file_id], locales=[locale]),
    )


def _names(survey: Survey, locale: str, text: Text, group: set[str]) -> bool:
    """Tell whether a text names one of a group as it is printed: English where that is missing."""
    translation = survey.translation(locale, text)
    spoken, words = (
        (locale, translation.folded) if translation else (SOURCE_LOCALE, fold(text.text))
    )
    populations = survey.vocabularies[spoken].populations
    patterns = (populations.get(name) for name in group)
    return any(pattern.search(words) for pattern in patterns if pattern)


def refuse_unsought_survival(survey: Survey) -> Iterator[Problem]:
    """Refuse what tells of survival, but in blocks that readers choose to read."""
    chosen = {
        (file_id, path)
        for file_id, leaflet in survey.project.leaflets.items()
        for path, block in walk_blocks(leaflet)
        if block.reader_chooses
    }
    for file_id, path, name in survey.citations:
        fact = survey.project.facts.get(name)
        if fact is None or fact.measure != "survival" or fact.banned:
            continue
        if not any((file_id, path[:end]) in chosen for end in range(len(path))):
            yield Problem(
                survey.place(file_id, *path),
                f'the fact "{name}" tells of survival where nobody chose to read it',
                "show it in a block with reader_chooses: true, whose heading says what is in it",
                affects=survey.affects(file_id),
            )
