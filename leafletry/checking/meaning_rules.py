"""Rules about what a translation must not do: lose a meaning of its source, or add one to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leafletry.checking.words import around
from leafletry.project import SOURCE_LOCALE
from leafletry.sourcefile import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leafletry.checking.meanings import Sense
    from leafletry.checking.survey import Survey, Wording
    from leafletry.checking.words import Said

_NO_MORE = "a translation says what its source says, and no more; take it out"


def require_meanings(survey: Survey, wording: Wording) -> Iterator[Said]:
    """Require that a translation says what its source says beyond doubt."""
    for name, source, target in _senses(survey, wording):
        said = source.surely(wording.source_spoken)
        if said and not target.perhaps(wording.spoken):
            words = wording.source_spoken[slice(*said[0])]
            yield f'"{words}" of the source is not said ({name})', _hint(target)


def refuse_added_meanings(survey: Survey, wording: Wording) -> Iterator[Said]:
    """Refuse what a translation says beyond doubt and its source does not."""
    for name, source, target in _senses(survey, wording):
        said = target.surely(wording.spoken)
        if said and not source.perhaps(wording.source_spoken):
            start, end = said[0]
            words = f'"{wording.spoken[start:end]}" is not in the source ({name})'
            yield f'{words}: "{around(wording.shown, start)}"', _NO_MORE


def require_as_many(survey: Survey, wording: Wording) -> Iterator[Said]:
    """Require that what is counted, such as denials, is said as many times as in the source."""
    for name, source, target in _senses(survey, wording):
        if not source.meaning.counted:
            continue
        needed, there = source.clauses(wording.source_spoken), target.times(wording.spoken)
        if there and there < needed:
            said = f"is said {there} times, in the source {needed} times ({name})"
            yield said, _hint(target)
        most, sure = source.times(wording.source_spoken), target.clauses(wording.spoken)
        if most and sure > most and wording.key in survey.urgent:
            said = f"is said {sure} times, in the source {most} times ({name})"
            yield said, _NO_MORE


def _senses(survey: Survey, wording: Wording) -> Iterator[tuple[str, Sense, Sense]]:
    """Yield the meanings that a translation is held to, as its source and as it itself says them."""
    if wording.locale == SOURCE_LOCALE:
        return
    known = survey.senses[wording.locale]
    for name, source in survey.senses.get(SOURCE_LOCALE, {}).items():
        target = known.get(name)
        if target and (not source.meaning.urgent or wording.key in survey.urgent):
            yield name, source, target


def _hint(target: Sense) -> str:
    known = [*target.meaning.words, *target.meaning.perhaps]
    return f"say one of: {shortened(', '.join(known), 200)}; a glossary can list more words"
