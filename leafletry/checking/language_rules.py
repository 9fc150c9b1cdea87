"""Rules about languages: what their glossaries name that is not there, and what is translated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leafletry.content.catalog import Glossary, catalog_name
from leafletry.content.project import SOURCE_LOCALE, own_words
from leafletry.reading.problems import Place, Problem, shortened
from leafletry.reading.sourcefile import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leafletry.checking.survey import Survey


def refuse_unknown_banned_facts(survey: Survey) -> Iterator[Problem]:
    """Refuse wordings of facts that are not banned."""
    project = survey.project
    for locale in project.catalogs:
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


def refuse_unknown_meanings(survey: Survey) -> Iterator[Problem]:
    """Refuse meanings that the source language does not know."""
    glossaries = survey.project.glossaries
    known = glossaries.get(SOURCE_LOCALE, Glossary()).meanings
    for locale in survey.project.catalogs:
        if f"glossary:{locale}" in survey.unread or f"glossary:{SOURCE_LOCALE}" in survey.unread:
            continue
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
