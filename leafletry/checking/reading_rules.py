"""Rules about how easy texts are to read; they only count, and a person has to judge."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leafletry.checking.wording_rules import MOST_CHARACTERS
from leafletry.checking.words import WORD
from leafletry.reading.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leafletry.checking.survey import Survey, Wording
    from leafletry.content.leaflet import Audience
    from leafletry.content.writing import Ease, Reading, Syllables

FEWEST_WORDS = 100
"""The formulas are made for samples of at least that many words."""

# A full stop before a no-break space only shortens a word. Flesch ends a sentence at ; and : too.
_END = re.compile(
    r"[.!?…;:؟؛۔।॥።]+[\"'»›”’)\]]*(?= |$)|[。！？；：｡]+[」』）]*"  # noqa: RUF001 - each meant so
)
_COUNTED = re.compile(r"[^\W_]+(?:[-'’·][^\W_]+)*")  # noqa: RUF001 - the apostrophe is meant


def sentences_of(text: str) -> list[str]:
    """Give the sentences of a text; the last one may end without a sign."""
    ends = [match.end() for match in _END.finditer(text)]
    parts = [text[start:end].strip() for start, end in zip([0, *ends], [*ends, None], strict=True)]
    return [part for part in parts if WORD.search(part)]


def length_of(sentence: str, reading: Reading) -> int:
    """Give how long a sentence is, in what its language counts; a figure is one word or sign."""
    if reading.count == "words":
        return len(_COUNTED.findall(sentence))
    return len(re.sub("0+", "0", sentence))


class SyllableCounter:
    """Counts the syllables of words as a language's rule of thumb has it."""

    def __init__(self, rule: Syllables) -> None:
        """Make the patterns of one language."""
        vowels = re.escape(rule.vowels)
        self._nuclei = re.compile(f"[{vowels}]+")
        self._hiatus = re.compile(f"(?={'|'.join(map(re.escape, rule.hiatus))})")
        self._parted = bool(rule.hiatus)
        # An ending that begins with a vowel is a syllable of its own after a consonant only.
        silent = "|".join(
            f"(?<=[^{vowels}]){re.escape(ending)}"
            if ending[0] in rule.vowels
            else re.escape(ending)
            for ending in sorted(rule.silent, key=len, reverse=True)
        )
        self._silent = re.compile(f"(?:{silent})$") if silent else None
        self._spoken = tuple(rule.spoken)
        self._known: dict[str, int] = {}

    def count(self, word: str) -> int:
        """Give how many syllables a word has, at least one."""
        if word not in self._known:
            self._known[word] = self._count(word.lower())
        return self._known[word]

    def _count(self, word: str) -> int:
        count = len(self._nuclei.findall(word))
        if self._parted:
            count += len(self._hiatus.findall(word))
        if self._silent and self._silent.search(word) and not word.endswith(self._spoken):
            count -= 1
        return max(count, 1)


def warn_of_long_sentences(survey: Survey) -> Iterator[Problem]:
    """Warn of sentences longer than their readers can easily follow."""
    for wording in survey.wordings:
        if wording.inherited:
            continue  # It is told of the parent.
        reading = survey.writing(wording.locale).reading
        most = _most(reading, wording.audiences) if reading else None
        if reading is None or most is None or not most < len(wording.words) <= MOST_CHARACTERS:
            continue
        for sentence in sentences_of(wording.plain):
            if (length := length_of(sentence, reading)) > most:
                yield Problem(
                    wording.place,
                    f'a sentence of {length} {reading.count}: "{_beginning(sentence, wording)}"',
                    f"make several of it; here the longest has {most}",
                    warning=True,
                )


def _most(reading: Reading, readers: frozenset[Audience]) -> int | None:
    """Give the longest sentence for some readers; what is for nobody in particular is for all."""
    limits = [most for audience, most in reading.longest.items() if audience in readers]
    return min(limits or reading.longest.values(), default=None)


def _beginning(sentence: str, wording: Wording) -> str:
    start = wording.plain.find(sentence)
    return wording.shown[start : start + 40].rstrip() + "…"


def warn_of_hard_leaflets(survey: Survey) -> Iterator[Problem]:
    """Warn of a leaflet that is harder to read, by its language's formula, than its readers can."""
    for locale in survey.project.catalogs:
        reading = survey.writing(locale).reading
        ease = reading.ease if reading else None
        if ease is None:
            continue
        counter = SyllableCounter(ease.syllables)
        for file_id, leaflet in survey.project.leaflets.items():
            least = ease.least.get(leaflet.audience)
            wordings = survey.wordings_of(file_id, locale) if least is not None else []
            score, words, sentence, word = _score(wordings, ease, counter)
            if least is not None and words >= FEWEST_WORDS and score < least:
                said = f"{file_id} reads at {score:.0f}, and {leaflet.audience} need {least:.0f}"
                numbers = f"{words} words, {sentence:.1f} in a sentence, {word:.2f} syllables each"
                hint = "shorten sentences, and say it in shorter words"
                yield Problem(
                    survey.own_place(wordings[0]), f"{said} ({numbers})", hint, warning=True
                )


def _score(
    wordings: Iterable[Wording], ease: Ease, counter: SyllableCounter
) -> tuple[float, int, float, float]:
    """Give the score of some texts, their words, words in a sentence and syllables in a word.

    Headings, labels and items of lists, which end without a sign, are no sentences.
    """
    words = sentences = syllables = 0
    for wording in wordings:
        for sentence in sentences_of(wording.plain):
            if not _END.search(sentence):
                continue
            letters = [word for word in _COUNTED.findall(sentence) if word.strip("0")]
            sentences += bool(letters)
            words += len(letters)
            syllables += sum(map(counter.count, letters))
    if not words:
        return 0, 0, 0, 0
    length, weight = words / sentences, syllables / words
    return ease.base - ease.sentence * length - ease.word * weight, words, length, weight
