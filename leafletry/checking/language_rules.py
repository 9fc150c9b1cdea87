"""Rules about languages: the words each one needs, and how much of it is translated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leafletry.catalogs.catalog import Glossary, catalog_name
from leafletry.numerals import FRACTIONS
from leafletry.placeholders import names_in
from leafletry.problems import Place, Problem
from leafletry.project import SOURCE_LOCALE, own_words
from leafletry.sourcefile import did_you_mean, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leafletry.catalogs.catalog import NeverSaid
    from leafletry.checking.survey import Survey
    from leafletry.facts import Fact


def require_words_of_language(survey: Survey) -> Iterator[Problem]:
    """Require words of every language for each limit and each fraction that its texts print.

    What only texts print that wait for their translation is a warning.
    """
    all_limits, all_fractions = _limits_and_fractions(survey.project.facts.values())
    for locale in survey.project.catalogs:
        if f"glossary:{locale}" in survey.unread:
            continue
        glossary = survey.project.glossaries.get(locale, Glossary())
        wordings = [wording for wording in survey.wordings if wording.locale == locale]
        printed = {name for wording in wordings for name in names_in(wording.source)}
        facts = [fact for name, fact in survey.project.facts.items() if name in printed]
        limits, fractions = _limits_and_fractions(facts)
        for limit in all_limits:
            if not any(word.strip() for word in glossary.qualifiers.get(limit, [])):
                yield Problem(
                    survey.glossary_place(locale, "qualifiers"),
                    f'no words for the qualifier "{limit}"',
                    f"list under qualifiers how this language says it: {limit}: [...]",
                    warning=limit not in limits,
                    affects=own_words(locale),
                )
        for fraction in all_fractions:
            if not glossary.fractions.get(fraction, "").strip():
                yield Problem(
                    survey.glossary_place(locale, "fractions"),
                    f'no word for the fraction "{fraction}"',
                    f"say it under fractions: {fraction}: ...",
                    warning=fraction not in fractions,
                    affects=own_words(locale),
                )


def require_banned_words(survey: Survey) -> Iterator[Problem]:
    """Require that each language knows the wordings of banned facts that the source language knows.

    What a language does not list yet is a warning; what it lists of no banned fact, an error.
    """
    project = survey.project
    known = {entry.fact for entry in _never_said(survey, SOURCE_LOCALE)}
    for locale in project.catalogs:
        entries = _never_said(survey, locale)
        for i, entry in enumerate(project.own_glossaries.get(locale, Glossary()).never_said):
            fact = project.facts.get(entry.fact)
            if project.facts and (fact is None or not fact.banned):
                banned = [name for name, fact in project.facts.items() if fact.banned]
                yield Problem(
                    survey.glossary_place(locale, "never_said", i, "fact"),
                    f'there is no banned fact "{entry.fact}"',
                    did_you_mean(entry.fact, banned) or "it needs banned: in leaflets/facts.yaml",
                    affects=own_words(locale),
                )
        if f"glossary:{locale}" in survey.unread:
            continue
        for name in sorted(known - {entry.fact for entry in entries}):
            yield Problem(
                survey.glossary_place(locale, "never_said"),
                f'no wording of the banned fact "{name}"',
                "list under never_said the words by which it is known in this language",
                warning=True,
            )


def require_known_meanings(survey: Survey) -> Iterator[Problem]:
    """Require that languages know the meanings of the source language, and no other ones.

    Of what a language has no words for, nothing stops a translation that loses or adds it.
    """
    glossaries = survey.project.glossaries
    known = glossaries.get(SOURCE_LOCALE, Glossary()).meanings
    for locale in survey.project.catalogs:
        if f"glossary:{locale}" in survey.unread or f"glossary:{SOURCE_LOCALE}" in survey.unread:
            continue
        own = glossaries.get(locale, Glossary()).meanings
        there = survey.project.own_glossaries.get(locale, Glossary()).meanings
        for name, meaning in there.items():
            for said, path in ((name, ()), (meaning.opposite, ("opposite",))):
                if said and said not in known:
                    yield Problem(
                        survey.glossary_place(locale, "meanings", name, *path),
                        f'there is no meaning "{shortened(said)}"',
                        did_you_mean(said, known),
                        affects=own_words(locale),
                    )
        if missing := [name for name in known if name not in own]:
            yield Problem(
                survey.glossary_place(locale, "meanings"),
                f"no words for the meanings {shortened(', '.join(missing), 80)}",
                "list them under meanings; until then no translation is held to them",
                warning=True,
            )


def _never_said(survey: Survey, locale: str) -> list[NeverSaid]:
    return survey.project.glossaries.get(locale, Glossary()).never_said


def _limits_and_fractions(facts: Iterable[Fact]) -> tuple[list[str], list[str]]:
    """Give the limits and the fractions of some facts, by the names glossaries have for them."""
    facts = list(facts)
    limits = {fact.qualifier for fact in facts if fact.qualifier}
    fractions = {
        FRACTIONS[fact.value]
        for fact in facts
        if fact.kind == "fraction" and fact.value in FRACTIONS
    }
    return sorted(limits), sorted(fractions)


def warn_of_incomplete_catalogs(survey: Survey) -> Iterator[Problem]:
    """Warn how much is left to translate, in one line a language."""
    if "phrases" in survey.unread:
        return  # Nobody knows what the warnings say that leaflets name.
    for locale, catalog in survey.translations:
        states = [catalog.state_of(key) for key in survey.messages]
        unknown = len(catalog.messages.keys() - survey.messages) if not survey.unread else 0
        counts = [
            (states.count("missing"), "untranslated"),
            (states.count("fuzzy"), "fuzzy"),
            (unknown, "no longer in the leaflets"),
        ]
        if said := ", ".join(f"{count} {what}" for count, what in counts if count):
            yield Problem(
                Place(catalog_name(locale), 1, 1),
                f"of {len(states)} messages: {said}",
                "pages print untranslated and fuzzy texts in English, marked",
                warning=True,
            )
