"""How many harmful translations the check stops, and which good ones it refuses."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from harm.operators import LOCALES, Harmful, harmful_of
from leafletry.checking import WORD_RULES
from leafletry.checking.survey import Survey, Wording
from leafletry.content.project import read_project
from leafletry.reading.problems import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent
GOOD = Path(__file__).parent / "good"
TODAY = dt.date(2026, 11, 20)


@dataclass
class Measured:
    """What was made and what of it was stopped, by language, operator, and part of the texts."""

    made: Counter[tuple[str, str, bool]] = field(default_factory=Counter)
    stopped: Counter[tuple[str, str, bool]] = field(default_factory=Counter)
    passed: list[Harmful] = field(default_factory=list)
    urgent: set[tuple[str | None, str]] = field(default_factory=set)

    def share(self, *, urgent: bool | None = None, locale: str = "", operator: str = "") -> float:
        """Give the share that was stopped, of all or of some."""
        stopped, made = self.counts(urgent=urgent, locale=locale, operator=operator)
        return stopped / made if made else 1

    def counts(
        self, *, urgent: bool | None = None, locale: str = "", operator: str = ""
    ) -> tuple[int, int]:
        """Count what was stopped, and what was made."""
        keys = [
            key
            for key in self.made
            if key[0].startswith(locale)
            and key[1].startswith(operator)
            and urgent in (None, key[2])
        ]
        return sum(self.stopped[key] for key in keys), sum(self.made[key] for key in keys)


def project_survey() -> Survey:
    """The project of this repository as the rules see it."""
    return Survey(read_project(ROOT), TODAY)


def errors_in(survey: Survey, wording: Wording) -> list[str]:
    """What `catalogs check` says about one translation; it comes from these rules alone."""
    return [message for rule in WORD_RULES for message, _ in rule(survey, wording)]


def is_stopped(survey: Survey, wording: Wording) -> bool:
    """Tell whether any rule stops a translation."""
    return any(True for rule in WORD_RULES for _ in rule(survey, wording))


def measure(survey: Survey, locales: tuple[str, ...] = LOCALES) -> Measured:
    """Try every harmful translation of some languages."""
    measured = Measured(urgent=survey.urgent)
    for locale in locales:
        for harmful in harmful_of(survey, locale):
            key = (locale, harmful.operator, harmful.wording.key in survey.urgent)
            measured.made[key] += 1
            if is_stopped(survey, harmful.wording):
                measured.stopped[key] += 1
            else:
                measured.passed.append(harmful)
    return measured


def good_edits(survey: Survey, locale: str) -> Iterator[Wording]:
    """Give the good edits of one language, each as the translation of its message."""
    edits = yaml.safe_load((GOOD / f"{locale}.yaml").read_text("utf-8"))
    known = {wording.source: wording for wording in survey.wordings if wording.locale == locale}
    for edit in edits:
        source, words = edit["source"], edit["says"]
        # A text that has been reworded since is a good one all the same.
        real = known.get(source) or Wording(words, locale, Place(f"{locale}.yaml", 1, 1), source)
        yield replace(real, words=words, starts=())


def refused(survey: Survey, locale: str) -> Iterator[tuple[Wording, list[str]]]:
    """Give the good edits that are refused, and why."""
    for wording in good_edits(survey, locale):
        if errors := errors_in(survey, wording):
            yield wording, errors
