"""The rules that content keeps, checked before every build.

A rule is one small function that yields the problems it finds. Rules about words see the source
texts and their translations alike; rules about the project see how its parts fit together.
"""

from __future__ import annotations

import datetime as dt
from itertools import chain
from typing import TYPE_CHECKING

from leafletry.checking.citation_rules import (
    require_citations,
    require_cited_facts,
    require_fitting_audience,
    require_infant_figures,
)
from leafletry.checking.fact_rules import (
    require_population_and_source,
    require_possible_values,
    require_true_formulas,
    warn_of_unused_facts,
)
from leafletry.checking.language_rules import (
    require_words_of_language,
    warn_of_incomplete_catalogs,
)
from leafletry.checking.leaflet_rules import (
    require_different_codes,
    require_figures,
    require_labels,
    require_language_codes,
    require_plain_words,
    require_true_reviews,
)
from leafletry.checking.placeholder_rules import (
    require_known_placeholders,
    require_sound_needs,
)
from leafletry.checking.survey import Survey
from leafletry.checking.wording_rules import (
    refuse_doses,
    refuse_endless_texts,
    refuse_markup,
    refuse_numbers,
    refuse_one_in,
    refuse_stray_braces,
    require_balanced_stars,
    require_qualifiers,
    require_same_placeholders,
    require_tidy_blanks,
)
from leafletry.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leafletry.checking.survey import Wording
    from leafletry.checking.words import Said
    from leafletry.project import Project


def check_project(project: Project, today: dt.date | None = None) -> list[Problem]:
    """Give every problem of what could be read; what could not be read is in `project.problems`."""
    day = today or dt.datetime.now(tz=dt.UTC).astimezone().date()
    survey = Survey(project, day)
    found = set(chain.from_iterable(rule(survey) for rule in PROJECT_RULES))
    for wording in survey.wordings:
        for word_rule in WORD_RULES:
            for message, hint in word_rule(survey, wording):
                found.add(Problem(wording.place, message, hint))
    return sorted(found)


PROJECT_RULES: tuple[Callable[[Survey], Iterator[Problem]], ...] = (
    require_cited_facts,
    require_fitting_audience,
    require_population_and_source,
    warn_of_unused_facts,
    require_possible_values,
    require_true_formulas,
    require_infant_figures,
    require_citations,
    require_known_placeholders,
    require_sound_needs,
    require_figures,
    require_different_codes,
    require_true_reviews,
    require_labels,
    require_plain_words,
    require_language_codes,
    require_words_of_language,
    warn_of_incomplete_catalogs,
)

WORD_RULES: tuple[Callable[[Survey, Wording], Iterator[Said]], ...] = (
    refuse_numbers,
    refuse_stray_braces,
    require_same_placeholders,
    require_qualifiers,
    refuse_doses,
    refuse_one_in,
    refuse_markup,
    require_balanced_stars,
    require_tidy_blanks,
    refuse_endless_texts,
)
