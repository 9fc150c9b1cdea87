"""Rules about the facts themselves: where they come from, what they can be, what uses them."""

from __future__ import annotations

import math
import re
import warnings
from typing import TYPE_CHECKING

from leafletry.content.facts import recompute
from leafletry.content.numerals import FRACTIONS
from leafletry.reading.problems import Problem, shortened
from leafletry.reading.sourcefile import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leafletry.checking.survey import Survey
    from leafletry.content.facts import Fact


def require_population_and_source(survey: Survey) -> Iterator[Problem]:
    """Require that every fact names a population and a source that exist."""
    project = survey.project
    for name, fact in project.facts.items():
        if fact.population not in project.populations:
            yield Problem(
                survey.place("facts", "facts", name, "population"),
                f'there is no population "{shortened(fact.population)}"',
                did_you_mean(fact.population, project.populations) or "add it to populations",
            )
        if fact.source and project.sources and fact.source not in project.sources:
            yield Problem(
                survey.place("facts", "facts", name, "source"),
                f'there is no source "{fact.source}"',
                did_you_mean(fact.source, project.sources) or "add it to leaflets/sources.yaml",
            )


def require_places_in_sources(survey: Survey) -> Iterator[Problem]:
    """Require that whoever signs finds each fact in its source; what is banned nobody signs."""
    for name, fact in survey.project.facts.items():
        if fact.source and not fact.where and not fact.banned:
            yield Problem(
                survey.place("facts", "facts", name),
                f"{name} does not say where it stands in its source",
                f"add where: the heading or the paragraph of {fact.source} that says it",
            )


def require_lists_that_are_named(survey: Survey) -> Iterator[Problem]:
    """Require the list that a statement points to: without it nobody can tell what is meant."""
    for name, fact in survey.project.facts.items():
        if not fact.items and (said := _POINTS_TO_A_LIST.search(fact.statement)):
            yield Problem(
                survey.place("facts", "facts", name, "statement"),
                f'{name} says "{said[0]}", and has no list',
                "add items: what the source lists, in your own words",
            )


_POINTS_TO_A_LIST = re.compile(r"\b(?:listed|are described)\b", re.IGNORECASE)


def warn_of_unused_facts(survey: Survey) -> Iterator[Problem]:
    """Warn of facts and sources that nothing uses."""
    if survey.unread:
        return
    project = survey.project
    used = {name for _, _, name in survey.citations}
    used |= {
        name
        for fact in project.facts.values()
        for name in re.findall(r"[a-z]\w*", fact.formula or "")
    }
    for name, fact in project.facts.items():
        if name not in used and not fact.banned:
            yield Problem(
                survey.place("facts", "facts", name),
                f'no leaflet uses the fact "{name}"',
                "cite it or delete it",
                warning=True,
            )
    cited = {fact.source for fact in project.facts.values()}
    for name in project.sources:
        if name not in cited:
            yield Problem(
                survey.place("sources", "sources", name),
                f'no fact uses the source "{name}"',
                "cite it or delete it",
                warning=True,
            )


def require_possible_values(survey: Survey) -> Iterator[Problem]:
    """Require figures that their kind can be, and that every language can write."""
    for name, fact in survey.project.facts.items():
        if fact.value is None or _is_possible(fact):
            continue
        known = ", ".join(str(value) for value in FRACTIONS)
        hint = f"a fraction is one of: {known}" if fact.kind == "fraction" else ""
        yield Problem(
            survey.place("facts", "facts", name, "value"),
            f"{name}: {fact.value:.12g} is no {fact.kind}",
            hint,
        )


def _is_possible(fact: Fact) -> bool:
    value = fact.value or 0
    if fact.kind == "fraction":
        return value in FRACTIONS
    least, most = _LIMITS.get(str(fact.kind), (0, 10**10))
    whole = fact.kind in ("percent", "age", "weeks") or isinstance(value, int)
    return whole and least <= value <= most


_LIMITS = {"percent": (0, 100), "year": (1800, 2200), "age": (0, 150), "weeks": (0, 1000)}


def require_true_formulas(survey: Survey) -> Iterator[Problem]:
    """Require that a figure of our own follows from the figures of its formula."""
    for name, fact in survey.project.facts.items():
        if fact.formula is None or fact.value is None:
            continue
        place = survey.place("facts", "facts", name, "formula")
        try:
            result = _computed(fact.formula, survey.project.facts)
        except (ValueError, OverflowError, MemoryError) as error:
            yield Problem(
                place,
                f"the formula {shortened(str(error), 90)}",
                "use ids of figures, + - * / and round()",
            )
            continue
        if not math.isclose(result, fact.value, rel_tol=0, abs_tol=1e-9):
            yield Problem(
                place,
                f"{name} is {fact.value:.12g}, but its formula gives {result:.12g}",
                "mend the value or the formula",
            )


def _computed(formula: str, facts: dict[str, Fact]) -> float:
    if len(formula) > 200:  # noqa: PLR2004 - longer than any sum a reader can follow
        raise ValueError("is too long")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=Warning)
        return float(recompute(formula, facts))
