"""Doses and risks as "1 in N", however a language says them, are refused; plain words are not."""

import datetime as dt
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import yaml

from leafletry.checking.survey import Survey, Wording
from leafletry.checking.wording_rules import refuse_doses, refuse_numbers, refuse_one_in
from leafletry.content.facts import Fact
from leafletry.content.project import read_project
from leafletry.reading.problems import Place

ROOT = Path(__file__).parents[2]
CASES = yaml.safe_load((Path(__file__).parents[1] / "figures_in_words.yaml").read_text("utf-8"))


def cases(kind: str) -> list[tuple[str, str]]:
    """Give the words of some kind, each with its language."""
    return [(locale, words) for locale, there in CASES[kind].items() for words in there]


@cache
def survey() -> Survey:
    """Give the project of this repository, with a count of one in it."""
    project = read_project(ROOT)
    single = Fact(
        statement="One of them.", population="infant-leukemia", source="infant_article",
        audiences=["parents"], certainty="established", value=1, kind="count",
    )  # fmt: skip
    return Survey(replace(project, facts={**project.facts, "single": single}), dt.date.min)


def wording(locale: str, words: str) -> Wording:
    """Give some words as a text of a language."""
    return Wording(words, locale, Place("some.yaml", 1, 1), words)


@pytest.mark.parametrize(("locale", "words"), cases("doses"))
def test_doses_are_refused(locale: str, words: str) -> None:
    """Whatever a medicine is measured in is refused, also in other widths and joined signs."""
    found = list(refuse_doses(survey(), wording(locale, words)))
    assert len(found) == 1
    assert "reads like a dose" in found[0][0]


@pytest.mark.parametrize(("locale", "words"), cases("one_in"))
def test_risks_as_one_in_are_refused(locale: str, words: str) -> None:
    """A risk as "1 in N" is refused in each language, in figures, in words, and by its facts."""
    rules = (refuse_one_in, refuse_numbers)
    assert [said for rule in rules for said in rule(survey(), wording(locale, words))]


@pytest.mark.parametrize(("locale", "words"), cases("fine"))
def test_plain_words_are_let_stand(locale: str, words: str) -> None:
    """What only looks like a dose or such a risk is let stand."""
    rules = (refuse_one_in, refuse_doses)
    assert [said for rule in rules for said in rule(survey(), wording(locale, words))] == []


def test_every_language_knows_doses_and_one_in() -> None:
    """Each language lists words of doses, and ways to say "1 in N" where numbers do not tell."""
    assert all(CASES[kind].keys() == {"en", "es", "fr", "nl", "ja"} for kind in CASES)
    glossaries = read_project(ROOT).glossaries
    assert all(glossary.doses for glossary in glossaries.values())
    assert {locale for locale, glossary in glossaries.items() if not glossary.one_in} <= {"ja"}
