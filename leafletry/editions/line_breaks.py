"""Where the lines of a text may end, so that nobody has to say it by hand in any language.

Japanese lines end between phrases. In other languages no short word is left alone on the last line,
and no figure at the end of one. What keeps words together is for the page only: messages, sign-offs
and what is read back have the words and nothing else.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import budoux

JOINER = "\u2060"
"""Keeps the characters beside it on one line. It draws nothing, and no file tells it."""

# ── Between words ──────────────────────────────────────────────────────────────────────────────

LONELY = 12
"""What has fewer letters does not stand alone on a last line."""
LONELY_IN_HEADINGS = 14
LEFT = 6
"""Of fewer letters nothing is left before words that are kept together."""
_NO_BREAK = "\u00a0"
_KEPT = re.compile(
    r"(?<![\w.,])\d(?:[\d.,\u00a0\u202f]*\d)? (?=[^\W\d_]{1,9}\b)"
    r"|\b[^\W\d_]{1,9} (?=\d{1,2}(?:[,;:)]|$)|[B-HJ-Z]\b)"
    r"|\b[A-Z]{1,2}\. (?=[A-Z]{1,2}\.)"
)
"""A figure with the word it counts, a word with its number or letter ("type 1"), "EE. UU."."""


def by_word(text: str, lonely: int) -> str:
    """Give a text with figures beside what they count, and with last words that stay together.

    They have no less than so many letters, unless too little is left before them.
    """
    kept = _KEPT.sub(lambda found: f"{found[0][:-1]}{_NO_BREAK}", text)
    words = kept.split(" ")
    count = 1
    while len(_plain(words[-count:])) < lonely and len(_plain(words[: -count - 1])) >= LEFT:
        count += 1
    return " ".join((*words[:-count], _NO_BREAK.join(words[-count:])))


def _plain(words: Sequence[str]) -> str:
    return " ".join(words).replace("*", "")


def spoken(words: str) -> str:
    """Give words as they are without what keeps them together."""
    return words.replace(JOINER, "").replace(_NO_BREAK, " ")


_HOLDER = re.compile(r'(?=<[a-z]+ data-message="(\d+)")')
_BETWEEN_WORDS = re.compile(rf"(?<=[\w.,;:)*>]){_NO_BREAK}(?=[\w(*<])")


def loosened(html: str, messages: Collection[int]) -> str:
    """Give a page in which the words of some messages part as well where they are kept together.

    What stands beside a sign, such as «, stays with it.
    """
    parts = _HOLDER.split(html)
    for i in range(1, len(parts), 2):
        if int(parts[i]) in messages:
            parts[i + 1] = _BETWEEN_WORDS.sub(" ", parts[i + 1])
    return parts[0] + "".join(parts[2::2])


# ── Between phrases ────────────────────────────────────────────────────────────────────────────


_JAPANESE = "\u2e80"
"""From here on are letters after any of which a line could end."""


def by_characters(words: str) -> bool:
    """Tell whether some words are in letters after any of which a line could end."""
    return max(words, default="") >= _JAPANESE


def by_phrase(text: str) -> str:
    """Give a Japanese text whose lines can only end between phrases, also where some are strong.

    Where a column is narrower than a phrase, its style sheet lets it end anywhere.
    """
    parts = text.split("**")
    ends = phrase_ends("".join(parts))
    joined, at, before = [], 0, ""
    for part in parts:
        letters = []
        for letter in part:
            pair = before + letter
            kept = at not in ends and " " not in pair and max(pair) >= _JAPANESE
            letters.append(f"{JOINER}{letter}" if kept else letter)
            at, before = at + 1, letter
        joined.append("".join(letters))
    return "**".join(joined)


_ENDING = "、。，．：；！？…"  # noqa: RUF001 - each meant so
_CLOSING = f"{_ENDING}）」』］"  # noqa: RUF001 - as above
_OPENING = "（「『［"  # noqa: RUF001 - as above
_KANJI = "一-鿿々〆"
_AFTER_A_SIGN = re.compile(f"(?<=[{_ENDING}])(?![{_CLOSING}]|$)")
_IN_A_WORD = re.compile(
    rf"(?=[{_CLOSING}])|(?<=[{_OPENING}])|(?<=～)|(?=～)"  # noqa: RUF001 - as above
    rf"|(?<=[{_KANJI}])(?=[{_KANJI}])|(?<=[ァ-ヺー])(?=[ァ-ヺー])"
    rf"|(?<=[A-Za-z0-9])(?=[A-Za-z0-9])|(?<=\d)(?=[{_KANJI}か])"
)
"""Where a phrase cannot end, whatever the model says: in a compound, between a figure and its unit.

It has learned from texts in which such words are rare.
"""
_WHOLE = re.compile(
    "いつになく|今すぐ|お知らせください|か月|がんチーム|さかのぼ|どのくらい|ふたご|まちがい|子どもたち"
    "|当てはま|手のひら|盛り上が|付け根"
)
"""Usual words that the model takes apart."""
_LONG = 12
_IN_A_LONG_ONE = re.compile(
    rf"(?=[{_OPENING}])|(?<=）)(?![ぁ-ん{_CLOSING}])"  # noqa: RUF001 - as above
    rf"|(?<=[ぁ-ん])(?=[{_KANJI}ァ-ヺA-Za-z0-9])|(?<=[{_KANJI}]・)"
    rf"|(?<=[{_KANJI}])(?=[ァ-ヺ])|(?<=[ァ-ヺー])(?=[{_KANJI}])"
)
"""Where a phrase that is too long for a narrow column may end as well."""
_TINY = 3
_LAST = 7
_IN_A_LAST_ONE = re.compile("(?<=[てで])(?=い)")
_LETTER = re.compile(r"\w")


@lru_cache(maxsize=4096)
def phrase_ends(plain: str) -> frozenset[int]:
    """Give after how many letters of a Japanese text a line may end."""
    ends = set[int]()
    for phrase in _model().parse(plain):
        ends.add(max(ends, default=0) + len(phrase))
    ends |= _places(_AFTER_A_SIGN, plain)
    ends -= _places(_IN_A_WORD, plain)
    ends = {0, len(plain), *ends}
    for start, end in pairwise(sorted(ends)):
        if end - start > _LONG:
            ends |= {start + i for i in _places(_IN_A_LONG_ONE, plain[start:end])}
    for word in _WHOLE.finditer(plain):
        ends -= set(range(word.start() + 1, word.end()))
    return frozenset(_without_a_tiny_last_one(plain, ends))


def _without_a_tiny_last_one(plain: str, ends: set[int]) -> set[int]:
    """Keep a last phrase of few letters with what stands before it."""
    *_, before, last, whole = 0, 0, *sorted(ends)
    if last == before or len(_LETTER.findall(plain[last:whole])) > _TINY:
        return ends
    halves = _places(_IN_A_LAST_ONE, plain[before:last]) if whole - before > _LAST else set()
    return ends - {last} | {before + i for i in halves}


def _places(pattern: re.Pattern[str], text: str) -> set[int]:
    return {found.start() for found in pattern.finditer(text)}


@cache
def _model() -> budoux.Parser:
    import budoux

    return budoux.load_default_japanese_parser()
