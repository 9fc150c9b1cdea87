"""Rules about words, of the source texts and their translations alike."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from leafletry.checking.words import around, more_than_words
from leafletry.reading.placeholders import foreign_placeholder, names_in, stray_brace
from leafletry.reading.problems import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leafletry.checking.survey import Survey, Wording
    from leafletry.checking.words import Said

MOST_CHARACTERS = 2_000


def refuse_numbers(survey: Survey, wording: Wording) -> Iterator[Said]:
    """Refuse figures in texts: numbers stand in facts.yaml and nowhere else."""
    if number := survey.vocabularies[wording.locale].number_in(wording.words, wording.folded):
        yield (
            f'the number "{number}" stands in the text',
            "print a figure of facts.yaml as {its_id}; a glossary can allow other phrases",
        )


def refuse_stray_braces(_survey: Survey, wording: Wording) -> Iterator[Said]:
    """Refuse a brace that belongs to no placeholder."""
    if "{" not in wording.words and "}" not in wording.words:
        return
    if (offset := stray_brace(wording.words)) >= 0:
        message = f'a brace belongs to no placeholder: "{around(wording.words, offset)}"'
        yield message, "a placeholder is a plain name in braces, such as {infant_cases_us}"


def refuse_foreign_placeholders(_survey: Survey, wording: Wording) -> Iterator[Said]:
    """Refuse placeholders of other programs, which would be printed as they are."""
    if (offset := foreign_placeholder(wording.words)) >= 0:
        said = around(wording.words, offset)
        yield f'a placeholder that nothing fills in: "{said}"', "write it as {its_id}, or in words"


def require_same_placeholders(_survey: Survey, wording: Wording) -> Iterator[Said]:
    """Require that a translation prints the same figures as its source."""
    if "{" not in wording.source and "{" not in wording.words:
        return
    source, words = Counter(names_in(wording.source)), Counter(names_in(wording.words))
    for name in source - words:
        yield f"lost {{{shortened(name)}}}", "the source text prints it; keep it"
    for name in words - source:
        known = ", ".join(f"{{{name}}}" for name in source)
        hint = f"the source text has {known}" if known else "the source text has no placeholder"
        yield f"foreign {{{shortened(name)}}}", hint


def require_qualifiers(survey: Survey, wording: Wording) -> Iterator[Said]:
    """Require "about", "under" and the like beside each figure that has one."""
    if "{" not in wording.source:
        return
    needed: dict[str, list[str]] = {}
    for name in names_in(wording.source):
        fact = survey.project.facts.get(name)
        if fact is not None and fact.qualifier:
            needed.setdefault(fact.qualifier, []).append(name)
    for qualifier, names in needed.items():
        pattern = survey.vocabularies[wording.locale].qualifiers.get(qualifier)
        if pattern is None or len(pattern.findall(wording.folded)) >= len(names):
            continue
        known = shortened(
            ", ".join(survey.project.glossaries[wording.locale].qualifiers[qualifier]), 200
        )
        figures = ", ".join(f"{{{name}}}" for name in dict.fromkeys(names))
        times = f" {len(names)} times" if len(names) > 1 else ""
        yield f'"{qualifier}" is lost beside {figures}', f"say{times} one of: {known}"


# Units that are written alike everywhere; words for them stand in each language's glossary.
_DOSE = re.compile(
    r"(?<![a-zß-ɏ])(?:mg|mcg|μg|ug|ml|iu|ui|m2|milligram\w*|miligramo\w*"
    r"|microgram\w*|millilit(?:er|re)\w*|mililitro\w*)(?![0-9a-zß-ɏ])"
    r"|/\s?(?:kg|m2)(?![a-zß-ɏ])|ミリグラム|マイクログラム|ミリリットル|国際単位"
)


def refuse_doses(survey: Survey, wording: Wording) -> Iterator[Said]:
    """Refuse units of doses: what a child is given stands on a prescription."""
    words = survey.vocabularies[wording.locale].doses
    if unit := _DOSE.search(wording.folded) or (words.search(wording.folded) if words else None):
        yield f'the unit "{unit[0]}" reads like a dose', "leaflets give no doses; delete it"


def refuse_one_in(survey: Survey, wording: Wording) -> Iterator[Said]:
    """Refuse risks said as "1 in N", which readers misjudge."""
    if "{" not in wording.words:
        return
    ratios = survey.vocabularies[wording.locale].ratios
    found = ratios.search(wording.folded) if ratios else None
    if found or re.search(r"\} in (?:every )?\{", wording.words) or _says_one_in(survey, wording):
        said = found[0] if found else "{...} in {...}"
        yield f'"{said}" reads like "1 in N"', "say how many of a hundred or a thousand"


_PAIR = re.compile(r"\{(\w+)\}[^{}.;:!?。]{1,24}(?=\{(\w+)\})")


def _says_one_in(survey: Survey, wording: Wording) -> bool:
    """Tell whether a count of one stands close to another count, in whatever order and language."""
    facts = survey.project.facts
    for pair in _PAIR.finditer(wording.words):
        counts = [facts[name] for name in pair.groups() if name in facts]
        values = [fact.value for fact in counts if fact.kind == "count"]
        if len(values) == len(pair.groups()) and 1 in values:
            return True
    return False


def refuse_banned_words(survey: Survey, wording: Wording) -> Iterator[Said]:
    """Refuse words by which a banned fact is known."""
    for name, words in survey.vocabularies[wording.locale].banned_in(wording.folded):
        fact = survey.project.facts.get(name)
        if fact is not None and fact.banned:
            said = " … ".join(words)
            yield f'"{said}" says what is banned ({name})', fact.banned


# What has none of these has neither markup nor a link; this is a quicker look.
_MAYBE_MORE = re.compile(r"[<>&:]|www")


def refuse_markup(_survey: Survey, wording: Wording) -> Iterator[Said]:
    """Refuse markup, links and invisible characters."""
    if _MAYBE_MORE.search(wording.folded) or not wording.words.isprintable():
        yield from more_than_words(wording.words)


def require_balanced_stars(_survey: Survey, wording: Wording) -> Iterator[Said]:
    """Require that every ** that opens is closed, around some words."""
    if "*" not in wording.words:
        return
    parts = wording.words.split("**")
    loose = any(not part.strip() or part != part.strip() for part in parts[1::2])
    if len(parts) % 2 == 0 or loose or "*" in "".join(parts):
        yield "the stars do not go together", "write **strong words**, with two on each side"


def require_same_strong_parts(_survey: Survey, wording: Wording) -> Iterator[Said]:
    """Require as many strong parts in a translation as its source has."""
    needed, found = wording.source.count("**") // 2, wording.words.count("**") // 2
    if found != needed:
        said = f"{found} parts are strong, in the source {needed}"
        yield said, "put ** around the words that say what is strong in the source"


_MAY_STAND_TWICE = frozenset(("vous", "nous", "die", "dat", "that", "had"))
_TWICE = re.compile(r"\b(\w+)\s+\1(?!\w)")
_BLANKS = re.compile(r"[ \u00a0\u202f\u3000]{2,}|[\t\n\r\v\f\u1680\u2000-\u200a\u205f]")
_HIDDEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2064\u206a-\u206f\u2800\u3164\uffa0]"
)
# Scripts of the Near East and of India join and part letters by characters of no width, and mark
# their direction; nobody else has a use for these.
_JOINERS = re.compile("[\u200c-\u200f]")
_JOINED_SCRIPTS = re.compile("[\u0590-\u1cff\ua800-\uabff\ufb1d-\ufdff\ufe70-\ufefc]")


def require_tidy_blanks(_survey: Survey, wording: Wording) -> Iterator[Said]:
    """Refuse doubled blanks and words, blanks at an end, and characters of no width."""
    inner = wording.words.strip()
    if wording.words != inner:
        yield "a blank stands at the beginning or end", "delete it"
    if blank := _BLANKS.search(inner):
        message = f'blanks that do not belong here: "{around(inner, blank.start())}"'
        yield message, "write one line, with one blank between words"
    if hidden := _hidden_in(inner):
        message = f'the hidden character U+{ord(hidden[0]):04X}: "{around(inner, hidden.start())}"'
        yield message, "delete it and type the words around it again"
    words = wording.folded.split()
    if not any(after.startswith(word) for word, after in pairwise(words)):
        return
    for twice in _TWICE.finditer(wording.folded):
        if twice[1] not in _MAY_STAND_TWICE:
            yield f'"{shortened(twice[0])}" stands here twice', "keep one of the two"


def _hidden_in(words: str) -> re.Match[str] | None:
    if words.isascii():
        return None
    joined = _JOINED_SCRIPTS.search(words)
    return _HIDDEN.search(words) or (None if joined else _JOINERS.search(words))


def refuse_endless_texts(_survey: Survey, wording: Wording) -> Iterator[Said]:
    """Refuse what is longer than a page could hold."""
    if len(wording.words) > MOST_CHARACTERS:
        message = f"is {len(wording.words):,} characters long"
        yield message, f"at most {MOST_CHARACTERS:,} can be printed"
