"""Rules about words that a language has not listed yet, by which its translations are checked.

A draft is printed without them, and each text says so that nobody can check; figures,
placeholders and markup are checked in any language. What somebody signed may be given out, and
must not rest on words that are not there: then it is an error.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from leafletry.content.catalog import Glossary
from leafletry.content.numerals import FRACTIONS
from leafletry.content.project import SOURCE_LOCALE, own_words
from leafletry.reading.placeholders import names_in
from leafletry.reading.problems import Affects, Problem, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leafletry.checking.survey import Survey, Wording
    from leafletry.content.facts import Fact

Needed = tuple[str, str]
"""A kind of words, and which one of it: the qualifier "under"."""

_HOW = {
    "qualifier": ("qualifiers", "list under qualifiers how this language says it: {name}: [...]"),
    "fraction": ("fractions", "say it under fractions: {name}: ..."),
}


def require_words_of_figures(survey: Survey) -> Iterator[Problem]:
    """Require words for each limit and each fraction that the source prints, or a signed leaflet.

    Where nobody signed, a warning names the text that nobody can check.
    """
    for locale in survey.project.catalogs:
        if f"glossary:{locale}" in survey.unread:
            continue
        printing = _printing(survey, locale)
        for needed in _lacking_of_figures(survey, locale):
            if wordings := printing.get(needed):
                yield _of_figures(survey, locale, needed, wordings)


def _of_figures(survey: Survey, locale: str, needed: Needed, wordings: list[Wording]) -> Problem:
    kind, name = needed
    part, how = _HOW[kind]
    lacking = f'no {"word" if kind == "fraction" else "words"} for the {kind} "{name}"'
    hint = how.format(name=name)
    if locale == SOURCE_LOCALE:
        place = survey.glossary_place(locale, part)
        return Problem(place, lacking, hint, affects=own_words(locale))
    signed = survey.signed.get(locale, frozenset())
    resting = [wording for wording in wordings if survey.shown_in.get(wording.key, signed) & signed]
    first, *others = resting or wordings
    so = "it stands in English" if kind == "fraction" else "nobody checks that it is said"
    also = f", and in {len(others)} more" if others else ""
    return Problem(
        first.place,
        f'{lacking} in the glossary: {so} in "{shortened(first.source, 40)}"{also}',
        f"in locales/{locale}/glossary.yaml, {hint}",
        warning=not resting,
        affects=Affects.only(
            leaflets=signed, locales=[locale], messages=[wording.key for wording in resting]
        ),
    )


def require_words_to_check_by(survey: Survey) -> Iterator[Problem]:
    """Require of what somebody signed all other words by which the source language is checked.

    Of any other language, what its glossary has not yet is told in one warning, as soon as
    anything is translated.
    """
    if f"glossary:{SOURCE_LOCALE}" in survey.unread:
        return
    hint = "list them there; until then no translation is held to them"
    spoken = {wording.locale for wording in survey.wordings}
    for locale in survey.project.catalogs:
        if f"glossary:{locale}" in survey.unread or locale not in spoken:
            continue
        place = survey.glossary_place(locale)
        needed = [] if locale == SOURCE_LOCALE else list(_lacking_everywhere(survey, locale))
        signed = survey.signed.get(locale)
        if signed and needed:
            affects = Affects.only(leaflets=signed, locales=[locale])
            said = f"a signed leaflet needs words for {_listed(needed)}"
            yield Problem(place, said, hint, affects=affects)
            needed = []
        printing = _printing(survey, locale)
        lacking = [name for name in _lacking_of_figures(survey, locale) if name not in printing]
        if waiting := [*lacking, *needed]:
            yield Problem(place, f"no words for {_listed(waiting)}", hint, warning=True)


def _listed(needed: Iterable[Needed]) -> str:
    kinds: dict[str, list[str]] = defaultdict(list)
    for kind, name in needed:
        kinds[kind].append(name)
    return "; ".join(
        f"the {kind}{'s' * (len(names) > 1)} {shortened(', '.join(names), 80)}"
        if names[0]
        else kind
        for kind, names in kinds.items()
    )


def _lacking_of_figures(survey: Survey, locale: str) -> list[Needed]:
    """Give the limits and fractions of all facts for which a language has no words."""
    glossary = survey.project.glossaries.get(locale, Glossary())
    has = {
        "qualifier": {n for n, words in glossary.qualifiers.items() if any(map(str.strip, words))},
        "fraction": {name for name, word in glossary.fractions.items() if word.strip()},
    }
    needed = {found for fact in survey.project.facts.values() for found in _needed_by(fact)}
    return [(kind, name) for kind, name in sorted(needed, reverse=True) if name not in has[kind]]


def _printing(survey: Survey, locale: str) -> dict[Needed, list[Wording]]:
    """Give the texts that print a figure with each limit, or each fraction, in a language."""
    printing: dict[Needed, list[Wording]] = defaultdict(list)
    for wording in survey.wordings:
        if wording.locale == locale and "{" in wording.source:
            facts = map(survey.project.facts.get, names_in(wording.source))
            for needed in dict.fromkeys(n for fact in facts if fact for n in _needed_by(fact)):
                printing[needed].append(wording)
    return printing


def _needed_by(fact: Fact) -> Iterator[Needed]:
    if fact.qualifier:
        yield "qualifier", fact.qualifier
    if fact.kind == "fraction" and fact.value in FRACTIONS:
        yield "fraction", FRACTIONS[fact.value]


def _lacking_everywhere(survey: Survey, locale: str) -> Iterator[Needed]:
    """Yield what the glossary of the source language has, and that of another language has not."""
    glossaries = survey.project.glossaries
    source = glossaries.get(SOURCE_LOCALE, Glossary())
    own = glossaries.get(locale, Glossary())
    if source.number_words and not (own.number_words or own.numerals):
        yield "numbers", ""
    if source.doses and not own.doses:
        yield "doses", ""
    known = {entry.fact for entry in own.never_said}
    for name in sorted({entry.fact for entry in source.never_said} - known):
        yield "banned fact", name
    for name in source.meanings:
        if name not in own.meanings:
            yield "meaning", name
