"""Rules about how a language is written, as its `writing.yaml` says: quotes, spaces, signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leafletry.checking.words import around

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leafletry.checking.survey import Survey, Wording
    from leafletry.checking.typography import Found
    from leafletry.checking.words import Said


def require_quotes_of_language(survey: Survey, wording: Wording) -> Iterator[Said]:
    """Require the language's own quotation marks and apostrophe, each mark with its partner."""
    typography = survey.typographies[wording.locale]
    yield from _said(wording, typography.wrong_quotes(wording.plain))


def require_spaces_of_language(survey: Survey, wording: Wording) -> Iterator[Said]:
    """Require beside each sign the space that the language puts there, or none."""
    typography = survey.typographies[wording.locale]
    yield from _said(wording, typography.wrong_spaces(wording.plain))


def require_openings(survey: Survey, wording: Wording) -> Iterator[Said]:
    """Require the sign that opens a question where the language has one."""
    typography = survey.typographies[wording.locale]
    yield from _said(wording, typography.wrong_openings(wording.plain))


def refuse_foreign_writing(survey: Survey, wording: Wording) -> Iterator[Said]:
    """Refuse characters and spellings that the language does not use."""
    typography = survey.typographies[wording.locale]
    yield from _said(wording, typography.wrong_characters(wording.plain))


def _said(wording: Wording, found: Iterable[Found]) -> Iterator[Said]:
    """Say what was found with the words around it; equal findings of a text are one problem."""
    for offset, message, hint in found:
        yield f'{message}: "{around(wording.shown, offset)}"', hint
