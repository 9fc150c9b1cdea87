"""What makes a harmful translation of a good one: one change each, by hand-written lists."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from leafletry.checking.words import written_without_spaces
from leafletry.reading.placeholders import PLACEHOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leafletry.checking.survey import Survey, Wording

LISTS = Path(__file__).parent / "operators"
LOCALES = ("es", "fr", "nl", "ja")
KINDS = ("denials", "later", "direction", "turned")
ADDED = ("waiting", "cure", "blame")
_SENTENCE = re.compile(r"(?:\*\*)?[^.!?。！？]+[.!?。！？]*(?:\*\*)?\s*")  # noqa: RUF001 - meant so

_ENDS = ".!?。！？：:"  # noqa: RUF001 - meant so
_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"


@dataclass(frozen=True)
class Harmful:
    """A harmful translation, and by what it was made of a good one."""

    operator: str
    wording: Wording


@cache
def lists_of(locale: str) -> dict[str, list[str] | list[list[str]]]:
    """The hand-written lists of one language."""
    loaded: dict[str, list[str] | list[list[str]]] = yaml.safe_load(
        (LISTS / f"{locale}.yaml").read_text("utf-8")
    )
    return loaded


def harmful_of(survey: Survey, locale: str) -> Iterator[Harmful]:
    """Make every harmful translation of every message of a language."""
    messages = [wording for wording in survey.wordings if wording.locale == locale]
    for number, wording in enumerate(messages):
        made: dict[str, list[str]] = {kind: _changed(wording.words, kind, locale) for kind in KINDS}
        made["sentence lost"] = _without_a_sentence(wording.words)
        for kind in ADDED:
            said = lists_of(locale)[kind]
            made[kind] = [_with(wording.words, str(said[number % len(said)]), number)]
        made["number"] = _with_number(wording.words, locale, number)
        made["message of another"] = [_other_message(survey, messages, number)]
        made["term exchanged"] = _with_other_terms(survey, wording, number)
        for operator, texts in made.items():
            for text in dict.fromkeys(texts):
                if text.strip() and text != wording.words:
                    yield Harmful(operator, replace(wording, words=text, starts=()))


def _changed(words: str, kind: str, locale: str) -> list[str]:
    """Give the words with each place changed that one entry of a list speaks of."""
    found = []
    for old, new in (tuple(pair) for pair in lists_of(locale)[kind]):
        for match in _place_of(old).finditer(words):
            said = match[0].replace(match[0], new)
            if "…" in old:
                said = f"{new} {match['between']}".strip()
            begun = match.start() == 0 or words[: match.start()].rstrip()[-1:] in ".!?¿*"
            said = said[:1].upper() + said[1:] if begun and match[0][:1].isupper() else said
            rest = words[match.end() :]
            if not said:
                rest = rest.lstrip()
                rest = rest[:1].upper() + rest[1:] if match[0][:1].isupper() else rest
            found.append(words[: match.start()] + said + rest)
    return found


@cache
def _place_of(old: str) -> re.Pattern[str]:
    if written_without_spaces(old):
        return re.compile(re.escape(old))
    first, gap, second = old.partition(" … ")
    if gap:
        joint = "" if first.endswith(_APOSTROPHE) else r"\s+"
        between = rf"(?P<between>\w[\w{_APOSTROPHE}-]*)"
        return re.compile(rf"(?<!\w){first}{joint}{between}\s+{second}(?!\w)", re.IGNORECASE)
    return re.compile(rf"(?<![\w]){re.escape(old)}(?![\w])", re.IGNORECASE)


def _without_a_sentence(words: str) -> list[str]:
    sentences = _SENTENCE.findall(words)
    if len(sentences) < 2:
        return []
    left = ["".join(sentences[:i] + sentences[i + 1 :]).strip() for i in range(len(sentences))]
    return [text for text in left if text.count("**") % 2 == 0]


def _with(words: str, sentence: str, number: int) -> str:
    """Give the words with a sentence before them or behind, in the way of their script."""
    blank = "" if written_without_spaces(words) else " "
    end = words.rstrip("*")[-1:]
    stop = "" if end in _ENDS else "。" if written_without_spaces(words) else "."
    return f"{sentence}{blank}{words}" if number % 2 else f"{words}{stop}{blank}{sentence}"


def _with_number(words: str, locale: str, number: int) -> list[str]:
    """Give the words with a figure said in words: one more, and one in place of a right one."""
    said = lists_of(locale)["numbers"]
    figure = str(lists_of(locale)["figure"])
    phrase = str(said[number % len(said)])
    body = words.rstrip(".。")
    blank = "、" if written_without_spaces(words) else " "
    found = [f"{body}{blank}{phrase}{words[len(body) :]}"]
    if PLACEHOLDER.search(words):
        found.append(PLACEHOLDER.sub(figure, words, count=1))
    return found


def _other_message(survey: Survey, messages: list[Wording], number: int) -> str:
    """Give the translation of another message of the same part: the bank, or all of them."""
    own = messages[number]
    others = [m for m in messages if (m.key in survey.urgent) is (own.key in survey.urgent)]
    return others[(others.index(own) + 1) % len(others)].words


def _with_other_terms(survey: Survey, wording: Wording, number: int) -> list[str]:
    """Give the words with an agreed term exchanged for that of another, or two with each other."""
    used = survey.terms_in(wording)
    spans = [
        span
        for agreement in used
        if (span := next(iter(agreement.agreed_exactly_in(wording.words)), None))
    ]
    all_terms = survey.terms[wording.locale].all
    used_words = {word for agreement in used for word in agreement.term.target}
    found = []
    for i, (start, end) in enumerate(spans):
        others = [a for a in all_terms if used_words.isdisjoint(a.term.target)]
        other = others[(number * 7 + i) % len(others)].term.target[0]
        found.append(wording.words[:start] + other + wording.words[end:])
    return found
