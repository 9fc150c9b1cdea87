"""Rules about how much of its source a translation says: no sentence is lost, nothing left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leafletry.checking.meanings import clauses_of, sentences_of
from leafletry.content.lengths import width
from leafletry.content.project import SOURCE_LOCALE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leafletry.checking.survey import Survey, Wording
    from leafletry.checking.words import Said

_JOINED = 0.85
_MOST_OF_ONE = 0.6
"""Of the usual length, what sentences have at least that are joined; and that may lack of one."""


def require_every_sentence(survey: Survey, wording: Wording) -> Iterator[Said]:
    """Require of a translation at least as many parts as its source has sentences.

    One that joins sentences has fewer; it is as long as others are, and nothing is lost.
    """
    if wording.locale == SOURCE_LOCALE:
        return
    lengths = survey.writing(wording.locale).lengths
    if lengths is None:
        return
    needed = len(sentences_of(wording.source_spoken))
    sentences, parts = len(sentences_of(wording.spoken)), len(clauses_of(wording.spoken))
    share = _share(wording) / lengths.usual
    # Without one of so many sentences; those that are joined without a sign are short anyhow.
    least = _JOINED if parts < needed else 1 - _MOST_OF_ONE / max(1, needed)
    if 0 < sentences < needed and share < least:
        said = f"has {sentences} sentences, and the source {needed}"
        yield said, "say all that the source says; sentences that are joined are as long as before"


def require_like_length(survey: Survey, wording: Wording) -> Iterator[Said]:
    """Require that a translation is not far shorter or longer than one of its source would be."""
    lengths = survey.writing(wording.locale).lengths
    if wording.locale == SOURCE_LOCALE or lengths is None:
        return
    if width(wording.source) < lengths.of_at_least:
        return
    share = _share(wording)
    if not lengths.least <= share <= lengths.most:
        said = f"is {share:.0f} % as long as the source"
        usual = f"texts in this language have {lengths.least} to {lengths.most} % of its length"
        yield said, f"{usual}; say what the source says, all of it and no more"


def _share(wording: Wording) -> float:
    """Give how long a translation is, in percent of its source."""
    return 100 * width(wording.words) / max(1, width(wording.source))
