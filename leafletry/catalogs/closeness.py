"""How close two wordings are: 1 is the same words, 0 nothing in common."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache

_WORD = re.compile(r"\w+")
_LONGEST_LABEL = 40
_LONGEST_WORD = 20
"""Where words are longer than this on average, they are no words but whole sentences."""
_CLOSE_LETTERS = 0.8
"""Letters say less than words: many words share most of their letters by chance."""


def closeness(one: str, other: str, least: float = 0.0) -> float:
    """Give the share of words that two texts have in common, in order; 0 if below `least`.

    Labels, and scripts written without spaces, are compared letter by letter as well.
    """
    folded, folded_other = _folded(one), _folded(other)
    if folded == folded_other:
        return 1.0
    words, words_of_other = _words(folded), _words(folded_other)
    found = _ratio(words, words_of_other, least) if words and words_of_other else 0.0
    if _without_spaces(folded):
        return max(found, _ratio(folded, folded_other, least))
    if max(len(folded), len(folded_other)) <= _LONGEST_LABEL:
        return max(found, _ratio(folded, folded_other, max(least, _CLOSE_LETTERS)))
    return found


@lru_cache(4096)
def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


@lru_cache(4096)
def _words(folded: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(folded))


def _without_spaces(folded: str) -> bool:
    return len(_words(folded)) * _LONGEST_WORD < len(folded)


def _ratio(one: str | tuple[str, ...], other: str | tuple[str, ...], least: float) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    # Two quick looks spare the thorough one most of the time.
    if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
        return 0.0
    found = matcher.ratio()
    return found if found >= least else 0.0
