"""Rules about agreed words: each term as the glossary has it, and names as they are."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from leafletry.checking.wording_rules import MOST_CHARACTERS
from leafletry.checking.words import around, fold
from leafletry.content.catalog import Glossary
from leafletry.content.project import SOURCE_LOCALE
from leafletry.reading.problems import Problem, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leafletry.checking.survey import Survey, Wording
    from leafletry.checking.terms import Span
    from leafletry.checking.words import Said
    from leafletry.content.catalog import GlossaryTerm

_COMMONPLACE = 5
"""A term that more texts use than that stands for no other one."""


def require_names(survey: Survey, wording: Wording) -> Iterator[Said]:
    """Require that names stand in a translation as they do in its source, and as often."""
    if wording.locale == SOURCE_LOCALE:
        return
    for locale in (SOURCE_LOCALE, wording.locale):
        for name in survey.project.glossaries.get(locale, Glossary()).names:
            if name not in wording.source:
                continue
            whole = _whole(name)
            needed = len(whole.findall(wording.source))
            found = len(whole.findall(wording.plain))
            if needed and found != needed:
                said = f"{shortened(name)} stands here {found} times"
                yield f"{said}, in the source {needed} times", "names stay as they are"


@lru_cache(maxsize=512)
def _whole(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])")


def refuse_avoided_words(survey: Survey, wording: Wording) -> Iterator[Said]:
    """Refuse the words that a glossary says not to use for a term of the source text."""
    used = survey.terms_in(wording)
    for agreement in used:
        for start, end in agreement.avoided_in(wording.plain):
            # What is avoided for one term may be, or be part of, what is agreed for another one.
            agreed = chain.from_iterable(other.agreed_exactly_in(wording.plain) for other in used)
            if not any(first <= start and end <= last for first, last in agreed):
                said = f'"{wording.plain[start:end]}" is not said for "{agreement.term.source}"'
                yield f'{said}: "{around(wording.shown, start)}"', _hint(agreement.term)


def refuse_exchanged_terms(survey: Survey, wording: Wording) -> Iterator[Said]:
    """Refuse words agreed for one term where the source says another one, which is not said."""
    used = survey.terms_in(wording)
    missing = [
        agreement.term
        for agreement in used
        if not agreement.term.optional and not any(agreement.agreed_in(wording.plain))
    ]
    if not missing:
        return
    uses = survey.term_uses[wording.locale]
    for term, (start, end) in terms_of_others(survey, wording):
        # Words such as "baby" and "doctor" come into any sentence that is worded anew.
        if uses[term.source] > _COMMONPLACE:
            continue
        said = f'"{wording.plain[start:end]}" is what is agreed for "{term.source}"'
        yield f'{said}, and the source says "{missing[0].source}"', _hint(missing[0])
        return


def terms_of_others(survey: Survey, wording: Wording) -> Iterator[tuple[GlossaryTerm, Span]]:
    """Yield where a translation says what is agreed for a term that its source does not use."""
    used = survey.terms_in(wording)
    agreed = {fold(word) for agreement in used for word in agreement.term.target}
    own = list(chain.from_iterable(agreement.agreed_in(wording.plain) for agreement in used))
    for other in survey.terms[wording.locale].all:
        if not agreed.isdisjoint(map(fold, other.term.target)):
            continue
        if other.may_be_said_in_source(wording.source):
            continue
        for start, end in other.agreed_exactly_in(wording.plain):
            if not any(start < last and first < end for first, last in own):
                yield other.term, (start, end)


def warn_of_missing_terms(survey: Survey) -> Iterator[Problem]:
    """Warn of a translation that says none of the words agreed for a term of its source.

    What its parent agreed on as well is told of the parent.
    """
    for wording in survey.wordings:
        if len(wording.words) > MOST_CHARACTERS:
            continue
        above = wording.inherited
        told = [other.term for other in survey.terms_in(above)] if above else []
        for agreement in survey.terms_in(wording):
            if agreement.term in told:
                continue
            if not agreement.term.optional and not any(agreement.agreed_in(wording.plain)):
                said = f'"{agreement.term.source}" is not said as agreed'
                place, hint = survey.own_place(wording), _hint(agreement.term)
                if wording.inherited:
                    hint += f"; its words come from {wording.place}"
                yield Problem(place, said, hint, warning=True)


def _hint(term: GlossaryTerm) -> str:
    agreed = f"agreed is: {shortened(', '.join(term.target), 200)}"
    return f"{agreed} ({term.note})" if term.note else agreed
