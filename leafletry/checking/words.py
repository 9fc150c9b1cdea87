"""Words as the rules look at them: folded, found as phrases, known to a language, plain."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

from leafletry.reading.placeholders import PLACEHOLDER
from leafletry.reading.problems import FORBIDDEN_CHARACTERS, shortened
from leafletry.reading.sourcefile import LINK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leafletry.content.catalog import Glossary

Said = tuple[str, str]
"""What is wrong with some words, and a hint."""

_JOINTS = re.compile("[\u00ad\u200b-\u200f\u2060\u2061]")
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # kana, ideographs
)
_WRITTEN_WITHOUT_SPACES = re.compile(f"[{_UNSPACED}]")
_SIGNS_OF_SHARES = frozenset("%\u2030\u2031\u066a\ufe6a\uff05")
"""Percent, per mille and the like: a figure that is a share prints its own."""
WORD = re.compile(rf"[^\W{_UNSPACED}]+|[{_UNSPACED}]+")
"""A word; in a text without spaces between words, a run of its script, or of another in it."""


def fold(text: str) -> str:
    """Give a text as it is compared: case, width, accents' coding and apostrophes made one."""
    if text.isascii():
        return text.lower()
    whole = unicodedata.normalize("NFKC", _JOINTS.sub("", text)).casefold()
    return whole.replace("\u2019", "'")


def written_without_spaces(text: str) -> bool:
    """Tell whether some of a text is in a script that puts no spaces between words."""
    return _WRITTEN_WITHOUT_SPACES.search(text) is not None


def any_of(phrases: Iterable[str]) -> re.Pattern[str] | None:
    """Give a pattern for folded texts that finds each phrase, the longest first.

    Words of scripts with spaces are found whole, words of other scripts anywhere.
    """
    folded = sorted({fold(phrase) for phrase in phrases if phrase.strip()}, key=len, reverse=True)
    inside = [re.escape(phrase) for phrase in folded if _WRITTEN_WITHOUT_SPACES.search(phrase)]
    whole = [re.escape(phrase) for phrase in folded if not _WRITTEN_WITHOUT_SPACES.search(phrase)]
    patterns = inside + ([rf"\b(?:{'|'.join(whole)})(?!\w)"] if whole else [])
    return re.compile("|".join(patterns)) if patterns else None


@cache
def _is_numeral(char: str) -> bool:
    return unicodedata.category(char)[0] == "N" or char in _SIGNS_OF_SHARES


class Vocabulary:
    """What one language's glossary says about numbers, limits and ratios, ready to look for."""

    def __init__(self, glossary: Glossary, names: Iterable[str]) -> None:
        """Make the patterns of one language; `names` are names in every language."""
        counted = ("".join(pair) for pair in product(glossary.numerals, glossary.counters))
        self.number_words = any_of([*glossary.number_words, *counted])
        self.allowed = any_of(glossary.allowed)
        ratios = any_of(glossary.one_in)
        # Up to three words may stand before the figure: "one in about {cases}".
        figure = r"(?=(?:\s+[^\s{}.,;:!?]+){0,3}\s*\{)"
        self.ratios = re.compile(rf"(?:{ratios.pattern}){figure}") if ratios else None
        self.doses = any_of(glossary.doses)
        self.qualifiers = {name: any_of(words) for name, words in glossary.qualifiers.items()}
        self.populations = {name: any_of(words) for name, words in glossary.populations.items()}
        self.never_said = [
            (banned.fact, any_of(banned.unmeant), [any_of(words) for words in banned.together])
            for banned in glossary.never_said
        ]
        whole = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True) if name)
        self.names = re.compile(rf"(?<![A-Za-z0-9])(?:{whole})(?![A-Za-z0-9])") if whole else None

    def banned_in(self, folded: str) -> Iterator[tuple[str, list[str]]]:
        """Yield each banned fact that a text says, with the words by which it is known."""
        for fact, unmeant, patterns in self.never_said:
            meant = unmeant.sub(" ", folded) if unmeant else folded
            found = [pattern.search(folded) if pattern else None for pattern in patterns]
            said = [match[0] for match in found if match]
            if len(said) == len(patterns) and all(words in meant for words in said):
                yield fact, said

    def number_in(self, text: str, folded: str) -> str | None:
        """Give the first numeral or number word of a text, placeholders and names left out."""
        numerals = set(filter(_is_numeral, set(text)))
        if not numerals and not (self.number_words and self.number_words.search(folded)):
            return None
        text = PLACEHOLDER.sub(" ", text)
        text = self.names.sub(" ", text) if self.names else text
        return self._numeral(text) or self._number_word(fold(text))

    def _numeral(self, text: str) -> str | None:
        lowered = text.lower().replace("\u00a0", " ").replace("\u202f", " ")
        excused = self._excused(lowered) if len(lowered) == len(text) else []
        numerals = (i for i, char in enumerate(text) if _is_numeral(char))
        return next((text[i] for i in numerals if not _is_within(i, i + 1, excused)), None)

    def _number_word(self, folded: str) -> str | None:
        excused = self._excused(folded)
        for word in self.number_words.finditer(folded) if self.number_words else ():
            if not _is_within(*word.span(), excused):
                return word[0]
        return None

    def _excused(self, folded: str) -> list[tuple[int, int]]:
        return [match.span() for match in self.allowed.finditer(folded)] if self.allowed else []


def _is_within(start: int, end: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(first <= start and end <= last for first, last in spans)


_MARKUP = re.compile(r"[<>]|&[A-Za-z]\w*;|&#")


def more_than_words(words: str) -> Iterator[Said]:
    """Yield what makes a text more than plain words."""
    if markup := _MARKUP.search(words):
        message = f'markup is not allowed: "{around(words, markup.start())}"'
        yield message, "write plain words; **strong** is the only markup"
    if link := LINK.search(words):
        message = f'links are not allowed: "{around(words, link.start())}"'
        yield message, "name the place in words; links stand in leaflets/sources.yaml"
    if bad := FORBIDDEN_CHARACTERS.search(words):
        yield f"the invisible character U+{ord(bad[0]):04X} is not allowed", "delete it"


def around(words: str, offset: int) -> str:
    """Give a few words around an offset, to quote."""
    return shortened(words[max(0, offset - 10) : offset + 40], 30)
