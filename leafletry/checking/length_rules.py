"""Rules about how much room the layout has for a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leafletry.checking.wording_rules import MOST_CHARACTERS
from leafletry.content.catalog import Glossary
from leafletry.content.lengths import width
from leafletry.content.numerals import format_figure
from leafletry.reading.placeholders import names_in
from leafletry.reading.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leafletry.checking.survey import Survey, Wording
    from leafletry.content.lengths import Limit


def warn_of_long_texts(survey: Survey) -> Iterator[Problem]:
    """Warn of a text that is wider than the room it has where it is printed."""
    limits = _limits(survey)
    for wording in survey.wordings:
        limit = limits.get(wording.key)
        if wording.inherited or limit is None or len(wording.words) > MOST_CHARACTERS:
            continue
        wide = width(wording.words, _figures(survey, wording))
        if wide > limit.characters:
            lines = "on one line" if limit.one_line else "in all"
            said = f"is {wide:,} characters wide, and there is room for {limit.characters} {lines}"
            hint = "say it in fewer words; full-width characters count two"
            yield Problem(wording.place, said, hint, warning=True)


def _limits(survey: Survey) -> dict[tuple[str | None, str], Limit]:
    """Give the least room each message has; one that is printed at several places has several."""
    limits: dict[tuple[str | None, str], Limit] = {}
    for passage in survey.passages:
        limit = survey.project.lengths.limit(survey.models[passage.file_id], passage.path)
        key = (passage.text.context, passage.text.text)
        if limit is not None:
            limits[key] = min(limit, limits.get(key, limit))
    return limits


def _figures(survey: Survey, wording: Wording) -> dict[str, str]:
    """Give the figures that a text prints, as its language writes them."""
    project = survey.project
    locale = project.catalogs[wording.locale].formats or wording.locale
    fractions = project.glossaries.get(wording.locale, Glossary()).fractions
    figures = {}
    for name in names_in(wording.words):
        try:
            figures[name] = format_figure(project.facts[name], locale, fractions)
        except (KeyError, ValueError):  # no figure, or no word for it; other rules say so
            continue
    return figures
