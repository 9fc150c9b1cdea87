"""The terms a language agreed on, ready to look for in source texts and in translations.

Words are compared, not letters: in what forms a word can stand is told by the endings that
`writing.yaml` lists. Scripts without spaces have no words to see; there, letters are compared.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from leafletry.checking.words import WORD, fold, written_without_spaces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leafletry.content.catalog import GlossaryTerm
    from leafletry.content.leaflet import Audience

Endings = Mapping[str, Sequence[str]]
Span = tuple[int, int]

_LEAST_STEM = 5
"""From this length on a stem is known again within a longer word, as in leukemiecellen."""
_LONGEST_ENDING = 3


@dataclass(frozen=True)
class Word:
    """One word of a text: as it is written, as it is compared, and what parts it from the next."""

    written: str
    folded: str
    start: int
    end: int
    gap: str

    @cached_property
    def bare(self) -> str:
        """The word without accents, as stems are compared."""
        letters = unicodedata.normalize("NFD", self.folded)
        return "".join(letter for letter in letters if not "\u0300" <= letter <= "\u036f")


@lru_cache(maxsize=8192)
def words_of(text: str) -> tuple[Word, ...]:
    """Give the words of a text."""
    matches = list(WORD.finditer(text))
    starts = [*(match.start() for match in matches[1:]), len(text)]
    return tuple(
        Word(match[0], fold(match[0]), match.start(), match.end(), text[match.end() : start])
        for match, start in zip(matches, starts, strict=False)
    )


@lru_cache(maxsize=8192)
def _forms_in(text: str) -> frozenset[str]:
    words = words_of(text)
    return frozenset(word.folded for word in words).union(word.written for word in words)


class Phrase:
    """One or more words to look for, each in any of its forms; an acronym only as it is."""

    def __init__(self, phrase: str, endings: Endings) -> None:
        """Make the forms of each word; an ending of `endings` can give way to others."""
        self.words = words_of(phrase)
        self.forms = [
            {word.written} if _is_acronym(word.written) else _forms(word.folded, endings)
            for word in self.words
        ]

    def last_at(self, words: Sequence[Word], i: int) -> Word | None:
        """Give the last word of the phrase where it begins with word `i` of a text, else None."""
        if i + len(self.words) > len(words):
            return None
        for word, own, forms in zip(words[i:], self.words, self.forms, strict=False):
            if word.written not in forms and (_is_acronym(own.written) or word.folded not in forms):
                return None
        inner = zip(words[i:], self.words[:-1], strict=False)
        if any(not _same_gap(word.gap, own.gap) for word, own in inner):
            return None
        return words[i + len(self.words) - 1]


class Stems:
    """An agreed translation to look for, however its words are inflected or put together."""

    def __init__(self, phrase: str) -> None:
        """Cut each word to its stem."""
        self.words = words_of(phrase)
        self.stems = [_stem(word) for word in self.words]

    def last_at(self, words: Sequence[Word], i: int) -> Word | None:
        """Give the last word of the phrase where it begins with word `i` of a text, else None."""
        if i + len(self.words) > len(words):
            return None
        for word, own, stem in zip(words[i:], self.words, self.stems, strict=False):
            if _is_acronym(own.written):
                if word.written != own.written:
                    return None
            elif not _is_form(word.bare, own.bare, stem):
                return None
        return words[i + len(self.words) - 1]


class Agreement:
    """One term of a glossary, ready to look for."""

    def __init__(self, term: GlossaryTerm, source: Endings, target: Endings) -> None:
        """Take the endings of the source language and those of the translation."""
        self.term = term
        self.source = Phrase(term.source, source)
        self._target_endings = target

    @cached_property
    def _targets(self) -> list[Stems | str]:
        return [_letters(words) or Stems(words) for words in self.term.target]

    @cached_property
    def _exact_targets(self) -> list[Phrase | str]:
        return [
            _letters(words) or Phrase(words, self._target_endings) for words in self.term.target
        ]

    @cached_property
    def _avoided(self) -> list[Phrase | str]:
        return [_letters(words) or Phrase(words, self._target_endings) for words in self.term.avoid]

    def is_for(self, readers: frozenset[Audience]) -> bool:
        """Tell whether the term is agreed for the readers of a text."""
        return not self.term.audiences or bool(readers and readers <= set(self.term.audiences))

    def may_be_said_in_source(self, text: str) -> bool:
        """Tell whether a source text has all words of the term, in whatever forms and order."""
        there = [word.folded for word in words_of(text)]
        own = [word.folded for word in self.source.words]
        return all(any(w[:_LEAST_STEM] == o[:_LEAST_STEM] for w in there) for o in own)

    def agreed_in(self, text: str) -> Iterator[Span]:
        """Yield where a translation says what was agreed."""
        return chain.from_iterable(_spans(looked_for, text) for looked_for in self._targets)

    def agreed_exactly_in(self, text: str) -> Iterator[Span]:
        """Yield where a translation says what was agreed, in a form of it and in no other word."""
        return chain.from_iterable(_spans(looked_for, text) for looked_for in self._exact_targets)

    def avoided_in(self, text: str) -> Iterator[Span]:
        """Yield where a translation says what was agreed not to be said."""
        return chain.from_iterable(_spans(looked_for, text) for looked_for in self._avoided)


class Terms:
    """All terms of one language."""

    def __init__(self, terms: Iterable[GlossaryTerm], source: Endings, target: Endings) -> None:
        """Index the terms by the first word of each, in all its forms."""
        self.all = [Agreement(term, source, target) for term in terms]
        self._by_word: dict[str, list[Agreement]] = {}
        for agreement in self.all:
            for form in agreement.source.forms[0] if agreement.source.words else ():
                self._by_word.setdefault(form, []).append(agreement)

    def used_in(self, text: str, readers: frozenset[Audience]) -> list[Agreement]:
        """Give the terms a source text uses; the words of a longer one are no shorter one."""
        words = words_of(text)
        used: list[Agreement] = []
        end = 0
        for i, word in enumerate(words):
            if word.start < end:
                continue
            found = [
                (last.end, agreement)
                for agreement in self._beginning_with(word)
                if agreement.is_for(readers)
                and (last := agreement.source.last_at(words, i))
                and not (_is_joined(words[i - 1 : i], word) or _is_joined([last], last))
            ]
            if found:
                end = max(stop for stop, _ in found)
                used += [agreement for stop, agreement in found if stop == end]
        return list(dict.fromkeys(used))

    def _beginning_with(self, word: Word) -> Iterator[Agreement]:
        yield from self._by_word.get(word.folded, ())
        if word.written != word.folded:
            yield from self._by_word.get(word.written, ())


def _is_joined(before: Sequence[Word], word: Word) -> bool:
    """Tell whether a hyphen after `before` makes another word of this one, as in sign-off."""
    return any(other.gap == "-" for other in before) and not _is_acronym(word.written)


def _spans(looked_for: Phrase | Stems | str, text: str) -> Iterator[Span]:
    if isinstance(looked_for, str):
        folded = fold(text)
        start = folded.find(looked_for)
        while start >= 0:
            yield start, start + len(looked_for)
            start = folded.find(looked_for, start + 1)
        return
    if not looked_for.words:
        return
    if isinstance(looked_for, Phrase) and looked_for.forms[0].isdisjoint(_forms_in(text)):
        return
    words = words_of(text)
    for i, word in enumerate(words):
        if last := looked_for.last_at(words, i):
            yield word.start, last.end


def _letters(phrase: str) -> str | None:
    """Give a phrase of a script without spaces as it is compared, letter by letter."""
    return fold(phrase) if written_without_spaces(phrase) else None


def _is_acronym(word: str) -> bool:
    return len(word) > 1 and word.isupper()


def _forms(word: str, endings: Endings) -> set[str]:
    return {word} | {
        word[: len(word) - len(old)] + new
        for old, others in endings.items()
        if word.endswith(old) and len(word) > len(old)
        for new in others
    }


def _stem(word: Word) -> str:
    """Give what of a word stays the same in its forms, by its length: nobody lists them."""
    length = len(word.bare)
    return word.bare[: max(min(length, 3), length - (2 if length > _LEAST_STEM else 1))]


def _is_form(bare: str, own: str, stem: str) -> bool:
    """Tell whether a word is an inflected form of another, or a compound that holds it."""
    if (len(stem) >= _LEAST_STEM and stem in bare) or (len(own) >= _LEAST_STEM and own in bare):
        return True
    return bare.startswith(stem) and len(bare) <= len(own) + _LONGEST_ENDING


def _same_gap(gap: str, own: str) -> bool:
    """Tell whether two words stand together as they do in a phrase, whatever the blank is."""
    return gap.isspace() if own.isspace() else fold(gap) == fold(own)
