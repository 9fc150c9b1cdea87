"""Rules about the mark `same_meaning_as`: it is for mended typing errors, and for nothing else.

With the mark a translation of the old words becomes one of the new, and nobody reviews it. So the
new words have to be the old ones but for their spelling.
"""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from leafletry.checking.words import any_of, fold
from leafletry.content.catalog import Glossary, catalog_name
from leafletry.content.catalog_files import read_catalog_file
from leafletry.content.project import SOURCE_LOCALE
from leafletry.reading.placeholders import PLACEHOLDER, names_in
from leafletry.reading.problems import Problem, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from leafletry.checking.survey import Passage, Survey

_WORD = re.compile(r"[\w']+")
_NUMERAL = re.compile(r"\d")
_SHORTEST_RESPELLED = 4
_SHORTEST_TURNED = 3
_MOST_RESPELLED = 2


def refuse_unsafe_marks(survey: Survey) -> Iterator[Problem]:
    """Refuse a mark where the old words can mean something else than the new ones."""
    glossary = survey.project.glossaries.get(SOURCE_LOCALE, Glossary())
    for passage, old in _marked(survey):
        if reason := objection(old, passage.text.text, glossary):
            yield Problem(
                survey.place(passage.file_id, *passage.path, "same_meaning_as"),
                f"the mark cannot stand here: {reason}",
                "it is for typing errors only; delete it, and translators review the new words",
                affects=passage.affects,
            )


def warn_of_spent_marks(survey: Survey) -> Iterator[Problem]:
    """Warn of a mark that no catalog needs any more."""
    marked = list(_marked(survey))
    if not marked or any(name.startswith("catalog:") for name in survey.unread):
        return  # what cannot be read may hold the old words
    waiting = set().union(*(_waiting(survey, locale, marked) for locale, _ in survey.translations))
    for passage, old in marked:
        if (passage.text.context, passage.text.text, old) not in waiting:
            yield Problem(
                survey.place(passage.file_id, *passage.path, "same_meaning_as"),
                "this mark has done its work",
                "no catalog holds the old words any more; delete the line",
                warning=True,
            )


def objection(old: str, new: str, glossary: Glossary) -> str:
    """Say why one text may mean something else than another; nothing if it is only respelled."""
    before, now = fold(old), fold(new)
    if old == new:
        return "it gives the words of the text itself"
    if names_in(old) != names_in(new):
        return "the placeholders are not the same"
    if old.count("**") != new.count("**"):
        return "the **strong** words are not the same"
    kept = {
        "numbers": glossary.number_words,
        "negations": [word for word in glossary.negations if not word.endswith("-")],
        "names": glossary.names,
        "limits": [word for words in glossary.qualifiers.values() for word in words],
    }
    for what, words in kept.items():
        pattern = any_of(words)
        if pattern and Counter(pattern.findall(before)) != Counter(pattern.findall(now)):
            return f"the {what} are not the same"
    if _NUMERAL.findall(PLACEHOLDER.sub("", before)) != _NUMERAL.findall(PLACEHOLDER.sub("", now)):
        return "the numbers are not the same"
    prefixes = [fold(word[:-1]) for word in glossary.negations if word.endswith("-")]
    return _other_words(_WORD.findall(before), _WORD.findall(now), prefixes)


def _other_words(old: Sequence[str], new: Sequence[str], prefixes: Sequence[str]) -> str:
    """Say which words are not the old ones with another spelling."""
    respelled = 0
    for kind, i, end_i, j, end_j in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        before, now = old[i:end_i], new[j:end_j]
        if kind == "equal" or _is_doubled(old, i, end_i, now):
            continue
        said = f'"{shortened(" ".join(before))}" and "{shortened(" ".join(now))}"'
        joined = "".join(before) == "".join(now)
        pairs = [] if joined else list(zip(before, now, strict=False))
        parts = {*before, *now} if joined else set()
        if parts & set(prefixes) or any(_negated(pair, prefixes) for pair in pairs):
            return f"one of {said} negates the other"
        if not before or not now:
            return f'"{shortened(" ".join((*before, *now)))}" stands in one of the two only'
        if not joined and (len(before) != len(now) or not all(_respelled(*p) for p in pairs)):
            return f"{said} are not the same words"
        respelled += len(now)
    if respelled > max(_MOST_RESPELLED, len(new) // 3):
        return "too many words are other ones"
    return ""


def _is_doubled(words: Sequence[str], start: int, end: int, instead: Sequence[str]) -> bool:
    """Tell whether words were deleted that stand once more right before or behind."""
    length, deleted = end - start, words[start:end]
    beside = (words[max(0, start - length) : start], words[end : end + length])
    return not instead and deleted in beside


def _negated(pair: tuple[str, str], prefixes: Iterable[str]) -> bool:
    shorter, longer = sorted(pair, key=len)
    return any(longer == prefix + shorter for prefix in prefixes)


def _respelled(old: str, new: str) -> bool:
    """Tell whether a word has one letter more, less or other, or two that changed places."""
    letters = enumerate(zip(old, new, strict=False))
    start = next((i for i, (a, b) in letters if a != b), min(len(old), len(new)))
    rest, rest_new = old[start:], new[start:]
    if rest[:2] == rest_new[1::-1] and rest[2:] == rest_new[2:]:
        return len(old) >= _SHORTEST_TURNED
    one_letter = rest_new[1:] in (rest, rest[1:]) or rest[1:] == rest_new
    return one_letter and min(len(old), len(new)) >= _SHORTEST_RESPELLED


def _marked(survey: Survey) -> Iterator[tuple[Passage, str]]:
    for passage in survey.passages:
        if passage.text.same_meaning_as is not None:
            yield passage, passage.text.same_meaning_as


def _waiting(
    survey: Survey, locale: str, marked: Sequence[tuple[Passage, str]]
) -> Iterator[tuple[str | None, str, str]]:
    """Yield the marks, with context and words, that still have to carry a translation over."""
    name = catalog_name(locale)
    held, done = set(), set()
    for entry in read_catalog_file(survey.project.root / name, name):
        if not entry.msgstr:
            continue
        held |= {(entry.msgctxt, entry.msgid), (entry.previous_msgctxt, entry.previous_msgid)}
        if not entry.fuzzy and not entry.obsolete:
            done.add((entry.msgctxt, entry.msgid))
    for passage, old in marked:
        context, text = passage.text.context, passage.text.text
        if (context, old) in held and (context, text) not in done:
            yield context, text, old
