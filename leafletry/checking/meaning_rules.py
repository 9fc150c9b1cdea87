"""Rules about what a translation must not do: lose a meaning of its source, or add one to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leafletry.checking.glossary_rules import terms_of_others
from leafletry.checking.meanings import sentences_of
from leafletry.checking.words import around
from leafletry.content.project import SOURCE_LOCALE
from leafletry.reading.problems import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leafletry.checking.meanings import Sense, Span
    from leafletry.checking.survey import Survey, Wording
    from leafletry.checking.words import Said

_SEVERAL = 3
_SEVERAL_IN_WARNINGS = 2
_NO_MORE = "a translation says what its source says, and no more; take it out"


def require_meanings(survey: Survey, wording: Wording) -> Iterator[Said]:
    """Require that a translation says what its source says beyond doubt."""
    for name, source, target in _senses(survey, wording):
        said = [] if source.meaning.light else _lost(wording, source, target)
        if said:
            words = wording.source_spoken[slice(*said[0])]
            yield f'"{words}" of the source is not said ({name})', _hint(target)


def refuse_added_meanings(survey: Survey, wording: Wording) -> Iterator[Said]:
    """Refuse what a translation says beyond doubt and its source does not."""
    for name, source, target in _senses(survey, wording):
        if source.meaning.light == "both":
            continue
        # Outside warnings, what is true can be said by a denial as well.
        if source.meaning.counted and wording.key not in survey.urgent:
            continue
        if said := _added(wording, source, target):
            start, end = said[0]
            words = f'"{wording.spoken[start:end]}" is not in the source ({name})'
            yield f'{words}: "{around(wording.shown, start)}"', _NO_MORE


def refuse_other_meanings(survey: Survey, wording: Wording) -> Iterator[Said]:
    """Refuse a translation in which several light meanings are lost or added.

    One may be said by a word that nobody listed; two show that it says something else.
    """
    lost: list[tuple[Span, str]] = []
    added: list[tuple[Span, str]] = []
    for name, source, target in _senses(survey, wording):
        if source.meaning.light:
            lost += [(span, name) for span in _lost(wording, source, target)[:1]]
        if source.meaning.light == "both":
            added += [(span, name) for span in _added(wording, source, target)[:1]]
    if lost and wording.key in survey.urgent:
        added += [(span, term.source) for term, span in terms_of_others(survey, wording)]
    lost, added = _apart(lost), _apart(added)
    several = _SEVERAL_IN_WARNINGS if wording.key in survey.urgent else _SEVERAL
    if lost and len(lost) + len(added) >= several:
        gone = [f'"{wording.source_spoken[slice(*span)]}" is not said' for span, _ in lost]
        new = [f'"{wording.spoken[slice(*span)]}" is not in the source' for span, _ in added]
        names = ", ".join(dict.fromkeys(name for _, name in (*lost, *added)))
        yield (
            f"says something else than the source: {', '.join((*gone, *new))}",
            (f"say what the source says; a glossary can list more words under meanings: {names}"),
        )


def _lost(wording: Wording, source: Sense, target: Sense) -> list[Span]:
    """Give where the source says what its translation does not say."""
    said = source.surely(wording.source_spoken)
    return [] if said and target.perhaps(wording.spoken) else said


def _added(wording: Wording, source: Sense, target: Sense) -> list[Span]:
    """Give where a translation says what its source does not say."""
    said = target.surely(wording.spoken)
    return [] if said and source.perhaps(wording.source_spoken) else said


def _apart(found: list[tuple[Span, str]]) -> list[tuple[Span, str]]:
    """Leave out what is found in the same words as another meaning."""
    kept: list[tuple[Span, str]] = []
    for span, name in sorted(found):
        if not kept or span[0] >= kept[-1][0][1]:
            kept.append((span, name))
    return kept


def refuse_opposites(survey: Survey, wording: Wording) -> Iterator[Said]:
    """Refuse a translation that says the opposite of what its source says, in any sentence."""
    there = {name: (source, target) for name, source, target in _senses(survey, wording)}
    for name, (source, target) in there.items():
        opposite = source.meaning.opposite
        if opposite not in there or not source.surely(wording.source_spoken):
            continue
        source_opposite, target_opposite = there[opposite]
        for needed, own in _sentence_by_sentence(wording):
            said = target_opposite.surely(own) if source.surely(needed) else []
            if said and not source_opposite.surely(needed) and not target.surely(own):
                words = own[slice(*said[0])]
                yield f'"{words}" is the opposite of what the source says ({name})', _hint(target)


def _sentence_by_sentence(wording: Wording) -> list[tuple[str, str]]:
    """Give each sentence of the source with its translation, or both texts where none goes so."""
    needed, own = sentences_of(wording.source_spoken), sentences_of(wording.spoken)
    if len(needed) == len(own):
        return list(zip(needed, own, strict=True))
    return [(wording.source_spoken, wording.spoken)]


def require_as_many(survey: Survey, wording: Wording) -> Iterator[Said]:
    """Require that what is counted, such as denials, is said as many times as in the source."""
    for name, source, target in _senses(survey, wording):
        if not source.meaning.counted:
            continue
        needed = sum(bool(source.surely(said)) for said in sentences_of(wording.source_spoken))
        source_sure, *source_maybe = source.times(wording.source_spoken)
        sure, other_words, phrases = target.times(wording.spoken)
        # A phrase that may say it says what may say it in the source, as far as that goes.
        there = sure + other_words + max(0, phrases - sum(source_maybe))
        said_at_all = sure + other_words + phrases
        if there < needed and said_at_all:
            said = f"is said {there} times, in the source {needed} times ({name})"
            yield said, _hint(target)
        elif said_at_all:
            yield from _lost_in_sentence(wording, name, source, target)
        most, least = source_sure + sum(source_maybe), target.clauses(wording.spoken)
        if most and least > most and wording.key in survey.urgent:
            said = f"is said {least} times, in the source {most} times ({name})"
            yield said, _NO_MORE


def _lost_in_sentence(wording: Wording, name: str, source: Sense, target: Sense) -> Iterator[Said]:
    """Yield the sentence that lost a meaning, where no sentence beside it has it in its place."""
    needed = sentences_of(wording.source_spoken)
    own = sentences_of(wording.spoken)
    if len(needed) != len(own):
        return
    spare = [
        bool(target.surely(says)) and not source.surely(said)
        for said, says in zip(needed, own, strict=True)
    ]
    for i, (said, says) in enumerate(zip(needed, own, strict=True)):
        if (
            source.surely(said)
            and not target.perhaps(says)
            and not any(spare[max(0, i - 1) : i + 2])
        ):
            words = around(says.strip(), 0)
            yield f'"{words}" does not say it, as the source does ({name})', _hint(target)


def _senses(survey: Survey, wording: Wording) -> list[tuple[str, Sense, Sense]]:
    """Give the meanings that a translation is held to, as its source and as it says them."""
    if wording.locale == SOURCE_LOCALE or SOURCE_LOCALE not in survey.senses:
        return []
    # A warning that no leaflet names is printed nowhere, and nobody knows in whose words it is.
    if wording.key in survey.urgent and not wording.audiences:
        return []
    sources, targets = survey.senses[SOURCE_LOCALE], survey.senses[wording.locale]
    return targets.held_to(sources, wording.source_spoken, wording.spoken)


def _hint(target: Sense) -> str:
    known = [*target.meaning.words, *target.meaning.perhaps]
    return f"say one of: {shortened(', '.join(known), 200)}; a glossary can list more words"
