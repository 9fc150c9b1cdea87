"""The rules that content keeps, checked before every build.

A rule is one small function that yields the problems it finds. Rules about words see the source
texts and their translations alike; rules about the project see how its parts fit together.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from leafletry.checking.citation_rules import (
    refuse_banned_facts,
    require_citations,
    require_cited_facts,
    require_described_sources,
    require_fitting_audience,
)
from leafletry.checking.completeness_rules import require_every_sentence, require_like_length
from leafletry.checking.confirmation_rules import require_confirmed_warnings
from leafletry.checking.fact_rules import (
    require_lists_that_are_named,
    require_places_in_sources,
    require_population_and_source,
    require_possible_values,
    require_true_formulas,
    warn_of_unused_facts,
)
from leafletry.checking.glossary_rules import (
    refuse_avoided_words,
    refuse_exchanged_terms,
    require_names,
    warn_of_missing_terms,
)
from leafletry.checking.lacking_words import (
    require_words_of_figures,
    require_words_to_check_by,
)
from leafletry.checking.language_rules import (
    refuse_unknown_banned_facts,
    refuse_unknown_meanings,
    warn_of_incomplete_catalogs,
)
from leafletry.checking.leaflet_rules import (
    refuse_endless_gradients,
    require_different_codes,
    require_drawable_figures,
    require_figures,
    require_formats,
    require_labels,
    require_language_codes,
    require_plain_words,
    warn_of_unused_warnings,
)
from leafletry.checking.length_rules import warn_of_long_texts
from leafletry.checking.mark_rules import refuse_unsafe_marks, warn_of_spent_marks
from leafletry.checking.meaning_rules import (
    refuse_added_meanings,
    refuse_opposites,
    refuse_other_meanings,
    require_as_many,
    require_meanings,
)
from leafletry.checking.placeholder_rules import (
    require_known_placeholders,
    require_sound_needs,
)
from leafletry.checking.population_rules import (
    refuse_unsought_survival,
    require_infant_figures,
    require_named_populations,
)
from leafletry.checking.reading_rules import warn_of_hard_leaflets, warn_of_long_sentences
from leafletry.checking.signoff_rules import (
    require_signed_words,
    require_true_signoffs,
    warn_of_coming_reviews,
)
from leafletry.checking.source_rules import require_confirmed_words, require_true_confirmations
from leafletry.checking.survey import Survey
from leafletry.checking.typography_rules import (
    refuse_foreign_writing,
    require_openings,
    require_quotes_of_language,
    require_spaces_of_language,
)
from leafletry.checking.wording_rules import (
    MOST_CHARACTERS,
    refuse_banned_words,
    refuse_doses,
    refuse_endless_texts,
    refuse_foreign_placeholders,
    refuse_markup,
    refuse_numbers,
    refuse_one_in,
    refuse_stray_braces,
    require_balanced_stars,
    require_qualifiers,
    require_same_placeholders,
    require_same_strong_parts,
    require_tidy_blanks,
)
from leafletry.reading.problems import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leafletry.checking.survey import Wording
    from leafletry.checking.words import Said
    from leafletry.content.project import Project

    WordRule = Callable[[Survey, Wording], Iterator[Said]]


def check_project(
    project: Project, today: dt.date | None = None, signing: tuple[str, str] | None = None
) -> list[Problem]:
    """Give every problem of what could be read; what could not be read is in `project.problems`.

    With `signing`, a language and a leaflet, as if somebody had signed that leaflet in it.
    """
    day = today or dt.datetime.now(tz=dt.UTC).astimezone().date()
    survey = Survey(project, day, signing)
    found = set(chain.from_iterable(rule(survey) for rule in PROJECT_RULES))
    return sorted(found | _wrong_words(survey))


def _wrong_words(survey: Survey) -> set[Problem]:
    """Give what the rules about words find."""
    found = set()
    for wording in survey.wordings:
        # What is too long to be printed is not looked at any further, which could take ages.
        endless = len(wording.words) > MOST_CHARACTERS
        for word_rule in WORD_RULES:
            if endless and word_rule is not refuse_endless_texts:
                continue
            places: dict[str, Place] = {}
            said = list(word_rule(survey, wording))
            above = set(word_rule(survey, wording.inherited)) if said and wording.inherited else ()
            for message, hint in said:
                if hint not in places:
                    places[hint] = _line_of(hint, word_rule, survey, wording)
                # What is wrong in the parent as well is told there, and mended there.
                told = hint
                if wording.inherited and (message, hint) not in above:
                    place = survey.own_place(wording)
                    told += (
                        f"; {wording.locale} has these words from here: put its own into {place}"
                    )
                found.add(Problem(places[hint], message, told, affects=wording.affects))
    return found


def _line_of(hint: str, rule: WordRule, survey: Survey, wording: Wording) -> Place:
    """Give the first line, of the several that a text may have, up to which a rule says a hint."""

    def says_it_before(line: tuple[int, Place]) -> bool:
        words = wording.words[: line[0]]
        # A blank at the end of a line is not one at the end of the text.
        begun = replace(wording, words=f"{words}x" if words[-1:].isspace() else words)
        return any(hint == said for _, said in rule(survey, begun))

    line = bisect_left(wording.starts, x=True, key=says_it_before)
    return wording.starts[line - 1][1] if line else wording.place


PROJECT_RULES: tuple[Callable[[Survey], Iterator[Problem]], ...] = (
    require_cited_facts,
    require_described_sources,
    refuse_banned_facts,
    require_fitting_audience,
    require_population_and_source,
    require_places_in_sources,
    require_lists_that_are_named,
    warn_of_unused_facts,
    require_possible_values,
    require_true_formulas,
    require_infant_figures,
    require_named_populations,
    refuse_unsought_survival,
    require_citations,
    require_known_placeholders,
    require_sound_needs,
    refuse_endless_gradients,
    require_drawable_figures,
    require_figures,
    require_formats,
    require_different_codes,
    warn_of_unused_warnings,
    require_confirmed_warnings,
    require_labels,
    require_plain_words,
    require_language_codes,
    require_words_of_figures,
    require_words_to_check_by,
    refuse_unknown_banned_facts,
    refuse_unknown_meanings,
    warn_of_incomplete_catalogs,
    warn_of_missing_terms,
    warn_of_long_sentences,
    warn_of_hard_leaflets,
    warn_of_long_texts,
    refuse_unsafe_marks,
    warn_of_spent_marks,
    require_true_signoffs,
    require_signed_words,
    require_true_confirmations,
    require_confirmed_words,
    warn_of_coming_reviews,
)

WORD_RULES: tuple[WordRule, ...] = (
    refuse_numbers,
    refuse_stray_braces,
    refuse_foreign_placeholders,
    require_same_placeholders,
    require_qualifiers,
    refuse_doses,
    refuse_one_in,
    refuse_banned_words,
    refuse_markup,
    require_balanced_stars,
    require_same_strong_parts,
    require_tidy_blanks,
    refuse_endless_texts,
    require_quotes_of_language,
    require_spaces_of_language,
    require_openings,
    refuse_foreign_writing,
    require_names,
    refuse_avoided_words,
    refuse_exchanged_terms,
    require_meanings,
    refuse_added_meanings,
    refuse_other_meanings,
    refuse_opposites,
    require_as_many,
    require_every_sentence,
    require_like_length,
)
