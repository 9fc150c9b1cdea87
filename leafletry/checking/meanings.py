"""What a text says, as far as words tell: each meaning of a language's glossary, ready to look for.

A meaning is more than a term: whoever words a sentence anew may say it by any of many words. So
nothing is wrong with a text that says it otherwise, as long as it says it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from leafletry.checking.words import fold, written_without_spaces

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leafletry.catalogs.catalog import Meaning

Span = tuple[int, int]

_CLAUSE = re.compile(r"[^.!?…;:,()«»“”。！？；：、，（）「」『』]+")  # noqa: RUF001 - each meant so

_SENTENCE = re.compile(r"[^.!?。！？]+")  # noqa: RUF001 - each meant so


class Sense:
    """How one language says one meaning."""

    def __init__(self, meaning: Meaning) -> None:
        """Make the patterns."""
        self.meaning = meaning
        self._words = _pattern(meaning.words)
        self._perhaps = _pattern(meaning.perhaps)
        self._other = _pattern(meaning.unmeant)
        self._echoes = _pattern(meaning.echoes)

    def surely(self, text: str) -> list[Span]:
        """Give where a folded text says it beyond doubt."""
        found = [*_found(self._words, text), *_found(self._echoes, text)]
        if not found:
            return found
        return _outside(_within(found, _found(self._perhaps, text)), _found(self._other, text))

    def perhaps(self, text: str) -> list[Span]:
        """Give where a folded text says it, or may say it."""
        found = [*_found(self._words, text), *_found(self._perhaps, text)]
        found += _found(self._echoes, text)
        return _outside(found, _found(self._other, text)) if found else found

    def times(self, text: str) -> tuple[int, int, int]:
        """Count how often a text says it, may say it by other words, or by a phrase with one.

        An echo in a clause is no second time.
        """
        sure = other_words = phrases = 0
        for clause in clauses_of(text):
            unmeant = _found(self._other, clause)
            maybe = _outside(_found(self._perhaps, clause), unmeant)
            words = _outside(_found(self._words, clause), unmeant)
            echoes = _outside(_found(self._echoes, clause), unmeant)
            alone = _within(words, maybe)
            sure += len(alone) or bool(_within(echoes, maybe))
            maybe = _outside(maybe, [*alone, *echoes])
            holding = [m for m in maybe if any(m[0] <= w[0] and w[1] <= m[1] for w in words)]
            phrases += len(holding)
            other_words += len(maybe) - len(holding)
        return sure, other_words, phrases

    def clauses(self, text: str) -> int:
        """Count the clauses that say it beyond doubt."""
        return sum(bool(self.surely(clause)) for clause in clauses_of(text))


@lru_cache(maxsize=8192)
def sentences_of(text: str) -> tuple[str, ...]:
    """Give the sentences of a folded text, as far as full stops and the like part it."""
    return tuple(part for part in _SENTENCE.findall(text) if any(map(str.isalpha, part)))


@lru_cache(maxsize=8192)
def clauses_of(text: str) -> tuple[str, ...]:
    """Give what stands between the signs of a text, where there is a word in it."""
    return tuple(part for part in _CLAUSE.findall(text) if any(map(str.isalnum, part)))


def _found(pattern: re.Pattern[str] | None, text: str) -> list[Span]:
    return [match.span() for match in pattern.finditer(text)] if pattern else []


def _outside(spans: Iterable[Span], others: list[Span]) -> list[Span]:
    """Give the spans that are no part of any other ones."""
    return [
        (start, end)
        for start, end in spans
        if not any(first <= start and end <= last for first, last in others)
    ]


def _within(spans: Iterable[Span], longer: list[Span]) -> list[Span]:
    """Give the spans that are not the shorter part of any longer ones."""
    return [
        (start, end)
        for start, end in spans
        if not any(
            first <= start and end <= last and (first, last) != (start, end)
            for first, last in longer
        )
    ]


def _pattern(phrases: Iterable[str]) -> re.Pattern[str] | None:
    """Give a pattern for folded texts that finds each phrase, the longest first.

    Words are found whole; `un-` is the beginning of a word, `-less` an end, and a word of a script
    without spaces is found anywhere.
    """
    parts = sorted({_part(phrase) for phrase in phrases}, key=lambda part: (-len(part), part))
    return re.compile("|".join(parts)) if parts else None


def _part(phrase: str) -> str:
    if written_without_spaces(phrase):
        return re.escape(fold(phrase))
    before = r"\w*" if phrase.startswith("-") else r"(?<!\w)"
    behind = r"\w*" if phrase.endswith("-") else r"(?!\w)"
    return before + re.escape(fold(phrase.strip("-"))).replace(r"\ ", r"\s+") + behind
