"""What a text says, as far as words tell: each meaning of a language's glossary, ready to look for.

A meaning is more than a term: whoever words a sentence anew may say it by any of many words. So
nothing is wrong with a text that says it otherwise, as long as it says it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from leafletry.checking.words import fold, written_without_spaces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from leafletry.content.catalog import Meaning

Span = tuple[int, int]

_CLAUSE = re.compile(r"[^.!?…;:,()«»“”。！？；：、，（）「」『』]+")  # noqa: RUF001 - each meant so

_SENTENCE = re.compile(r"[^.!?。！？]+")  # noqa: RUF001 - each meant so


class Sense:
    """How one language says one meaning."""

    def __init__(self, name: str, meaning: Meaning, phrases: Phrases) -> None:
        """Note by what it is found."""
        self.name = name
        self.meaning = meaning
        self._phrases = phrases
        self._said: dict[str, list[Span]] = {}

    def _found(self, text: str) -> dict[str, list[Span]]:
        return self._phrases.found_in(text).get(self.name, _NONE)

    def surely(self, text: str) -> list[Span]:
        """Give where a folded text says it beyond doubt."""
        if text not in self._said:
            found = self._found(text)
            alone = _within(found["words"] + found["echoes"], found["perhaps"])
            self._said[text] = _outside(alone, found["unmeant"])
        return self._said[text]

    def perhaps(self, text: str) -> list[Span]:
        """Give where a folded text says it, or may say it."""
        found = self._found(text)
        return _outside(found["words"] + found["perhaps"] + found["echoes"], found["unmeant"])

    def times(self, text: str) -> tuple[int, int, int]:
        """Count how often a text says it, may say it by other words, or by a phrase with one.

        An echo in a clause is no second time.
        """
        sure = other_words = phrases = 0
        for clause in clauses_of(text):
            found = self._found(clause)
            unmeant = found["unmeant"]
            maybe = _outside(found["perhaps"], unmeant)
            words = _outside(found["words"], unmeant)
            echoes = _outside(found["echoes"], unmeant)
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


class Senses:
    """How one language says all its meanings."""

    def __init__(self, meanings: Mapping[str, Meaning]) -> None:
        """Sort the phrases of all meanings once: each text is gone through once for all of them."""
        self._phrases = Phrases(meanings)
        self.by_name = {
            name: Sense(name, meaning, self._phrases) for name, meaning in meanings.items()
        }
        self._held_to: dict[tuple[str, str], list[tuple[str, Sense, Sense]]] = {}

    def in_text(self, text: str) -> set[str]:
        """Give the names of the meanings of which a folded text has a phrase."""
        return set(self._phrases.found_in(text))

    def held_to(self, sources: Senses, source: str, text: str) -> list[tuple[str, Sense, Sense]]:
        """Give the meanings that a folded text or its source has a phrase of, in both languages."""
        if (source, text) not in self._held_to:
            said = sources.in_text(source) | self.in_text(text)
            names = sorted(said & self.by_name.keys() & sources.by_name.keys())
            pairs = [(name, sources.by_name[name], self.by_name[name]) for name in names]
            self._held_to[source, text] = pairs
        return self._held_to[source, text]


_KINDS = ("words", "perhaps", "unmeant", "echoes")
_NONE: dict[str, list[Span]] = {kind: [] for kind in _KINDS}
_WORD = re.compile(r"\w+")
_Owner = tuple[str, str]
"""The name of a meaning, and what its phrase is to it."""


class Phrases:
    """The phrases of a language, sorted by how they begin; each is found wherever it stands.

    Words are found whole; `un-` is the beginning of a word, `-less` an end, and a word of a script
    without spaces is found anywhere.
    """

    def __init__(self, meanings: Mapping[str, Meaning]) -> None:
        """Sort them."""
        self._wholes: dict[str, list[_Owner]] = defaultdict(list)
        self._beginnings: dict[str, list[_Owner]] = defaultdict(list)
        self._ends: dict[str, list[_Owner]] = defaultdict(list)
        self._longer: dict[str, list[tuple[str, _Owner]]] = defaultdict(list)
        self._anywhere: dict[str, list[tuple[str, _Owner]]] = defaultdict(list)
        self._by_word: dict[str, list[_Owner]] = {}
        self._found: dict[str, dict[str, dict[str, list[Span]]]] = {}
        for name, meaning in meanings.items():
            for kind in _KINDS:
                for phrase in getattr(meaning, kind):
                    self._sort(phrase, (name, kind))

    def _sort(self, phrase: str, owner: _Owner) -> None:
        folded = fold(phrase.strip("-"))
        words = _WORD.findall(folded)
        ends, begins = phrase.startswith("-"), phrase.endswith("-")
        if written_without_spaces(phrase):
            whole = fold(phrase)
            self._anywhere[whole[0]].append((whole, owner))
        elif words == [folded] and not (ends and begins):
            by = self._ends if ends else self._beginnings if begins else self._wholes
            by[folded].append(owner)
        else:
            first = words[0] if words and folded.startswith(words[0]) and not ends else ""
            self._longer[first].append((phrase, owner))

    def found_in(self, text: str) -> dict[str, dict[str, list[Span]]]:
        """Give by meaning, and by what a phrase is to it, where a folded text has one.

        The longest that begins somewhere counts, and none within it.
        """
        if text not in self._found:
            spans: dict[str, dict[str, list[Span]]] = {}
            for start, end_, (name, kind) in sorted(self._all_in(text)):
                if name not in spans:
                    spans[name] = {each: [] for each in _KINDS}
                of_kind = spans[name][kind]
                if not of_kind or of_kind[-1][1] <= start:
                    of_kind.append((start, -end_))
            self._found[text] = spans
        return self._found[text]

    def _all_in(self, text: str) -> Iterator[tuple[int, int, _Owner]]:
        """Yield where each phrase begins and, as a negative number, ends; with its owner."""
        for place in _WORD.finditer(text):
            word, (start, end) = place[0], place.span()
            for owner in self._of_word(word):
                yield start, -end, owner
            for phrase, owner in self._longer_from(word):
                if found := _pattern(phrase).match(text, start):
                    yield start, -found.end(), owner
        for start, sign in enumerate(text if self._anywhere else ""):
            for phrase, owner in self._anywhere.get(sign, ()):
                if text.startswith(phrase, start):
                    yield start, -start - len(phrase), owner

    def _longer_from(self, word: str) -> list[tuple[str, _Owner]]:
        """Give the phrases of several words that may begin with a word."""
        longer = self._longer
        return longer[word] + longer[""] if word in longer else longer[""]

    def _of_word(self, word: str) -> list[_Owner]:
        """Give whose phrases a word is, begins with or ends in."""
        if word not in self._by_word:
            owners = [*self._wholes.get(word, ())]
            for length in range(1, len(word) + 1):
                owners += self._beginnings.get(word[:length], ())
                owners += self._ends.get(word[-length:], ())
            self._by_word[word] = owners
        return self._by_word[word]


@lru_cache(maxsize=8192)
def sentences_of(text: str) -> tuple[str, ...]:
    """Give the sentences of a folded text, as far as full stops and the like part it."""
    return tuple(part for part in _SENTENCE.findall(text) if any(map(str.isalpha, part)))


@lru_cache(maxsize=8192)
def clauses_of(text: str) -> tuple[str, ...]:
    """Give what stands between the signs of a text, where there is a word in it."""
    return tuple(part for part in _CLAUSE.findall(text) if any(map(str.isalnum, part)))


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


@cache
def _pattern(phrase: str) -> re.Pattern[str]:
    """Give a pattern for folded texts that finds one phrase."""
    before = r"\w*" if phrase.startswith("-") else r"(?<!\w)"
    behind = r"\w*" if phrase.endswith("-") else r"(?!\w)"
    words = re.escape(fold(phrase.strip("-"))).replace(r"\ ", r"\s+")
    return re.compile(before + words + behind)
