"""What the leaflets of this repository say, and what they must never say."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from pathlib import Path

import pytest

from leafletry.content.citations import cited_facts
from leafletry.content.leaflet import Questions, Urgent, walk_blocks, walk_texts
from leafletry.content.project import Project, read_project
from leafletry.editions.line_breaks import JOINER
from leafletry.editions.localization import LocalizedLeaflet, consensus_facts, localize_leaflet
from leafletry.editions.markup import leaflet_html, template_environment

ROOT = Path(__file__).parents[2]
LEAFLETS = (
    "could-our-other-children-get-it",
    "recognize-and-work-up",
    "when-to-have-your-baby-checked",
)
LOCALES = ("en", "en_GB", "es", "fr", "ja", "nl")
NEVER_SAID = {
    "a rate without a denominator": r"\b1 in \d|\bone in \w+",
    "contagion or guilt, but to deny them": r"contagious|(?<!not )catching|(?<!nobody's )fault",
    "the heart or the spine as a place to take blood or marrow": r"\bheart\b|\bspine\b",
    "survival, which only those read who chose to": r"surviv|\bdie\b|\bdeath|prognosis|outlook",
    "doses": r"\bdos(e|age)|\bmg\b|\bml\b",
    "a helpline of one country": r"1-800|NCI's contact",
}


@cache
def project() -> Project:
    """Give the project of this repository."""
    return read_project(ROOT)


@cache
def localized(leaflet: str, locale: str) -> LocalizedLeaflet:
    """Give one leaflet in one language."""
    return localize_leaflet(project(), leaflet, locale)


def page(leaflet: str, locale: str) -> str:
    """Give the words of a leaflet's page, without tags."""
    html = leaflet_html(
        template_environment(ROOT / "templates"), localized(leaflet, locale), "CODE-1"
    )
    return flat(unescape(re.sub(r"<[^>]+>", "", html)))


def flat(text: str) -> str:
    """Give a text with every run of blanks as one space, and nothing that keeps words together."""
    return re.sub(r"\s+", " ", text.replace(JOINER, ""))


def test_the_repository_holds_three_leaflets_in_every_language() -> None:
    """The leaflets and languages this project promises are there, each language complete."""
    assert sorted(project().leaflets) == sorted(LEAFLETS)
    assert sorted(project().locales) == sorted(LOCALES)
    assert not project().problems.problems
    for leaflet in LEAFLETS:
        for locale in LOCALES:
            assert localized(leaflet, locale).incomplete == 0, (leaflet, locale)


@pytest.mark.parametrize("leaflet", LEAFLETS)
@pytest.mark.parametrize("locale", LOCALES)
def test_every_leaflet_carries_what_every_leaflet_has(leaflet: str, locale: str) -> None:
    """Disclaimer, makers, review, version, languages, feedback and sources are printed."""
    words = page(leaflet, locale)
    local = localized(leaflet, locale)
    suffix = "_clinicians" if local.audience == "clinicians" else ""
    names = [
        f"disclaimer{suffix}", f"feedback{suffix}", f"draft{suffix}", "made_by", "not_reviewed",
        "version", "other_languages", "sources", "about_this_leaflet",
    ]  # fmt: skip
    names += [] if locale == "en" else ["machine_translated", "translation_unchecked"]
    names.append("not_tried_with_readers")
    for name in names:
        assert flat(local.labels[name].text) in words, name
    assert "2026" in local.labels["version"].text
    for reference in local.references:
        assert reference.source.title in words


@pytest.mark.parametrize("leaflet", LEAFLETS)
def test_sources_print_themselves_from_what_is_cited(leaflet: str) -> None:
    """The list of sources names exactly the sources of the facts the leaflet cites or prints."""
    names = set(cited_facts(project().leaflets[leaflet])) & set(project().facts)
    cited = {source for name in names if (source := project().facts[name].source)}
    titles = {project().sources[name].title for name in cited}
    assert {reference.source.title for reference in localized(leaflet, "en").references} == titles


@pytest.mark.parametrize("reason", NEVER_SAID)
def test_no_leaflet_says_what_must_never_be_printed(reason: str) -> None:
    """What no source covers, or what would mislead, stands in no English text."""
    found = [
        text.text
        for leaflet in project().leaflets.values()
        for _, text in walk_texts(leaflet)
        if re.search(NEVER_SAID[reason], text.text, re.IGNORECASE)
    ]
    assert not found


def test_every_fact_says_where_it_stands_in_its_source() -> None:
    """A fact names the place in its source, for whoever checks it; what is banned may lack it."""
    facts = {name: fact for name, fact in project().facts.items() if fact.source}
    assert len(facts) > 90
    assert [name for name, fact in facts.items() if not fact.where and not fact.banned] == []


LISTS = {
    "all_genetic_risk_factors": 8,
    "all_symptom_list": 13,
    "all_test_list": 5,
    "blast_features_examined": 3,
    "doctor_questions_infant": 3,
    "genetic_counselling_covers": 4,
    "infant_high_white_count": 6,
    "infant_leukemia_types": 2,
    "infant_liver_spleen_swelling": 3,
    "infant_risk_sibling": 3,
    "risk_group_modifiers": 6,
    "risk_groups_use": 3,
    "risk_very_high": 4,
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_whole(name: str) -> None:
    """A fact that speaks of a list has all that its source lists, each once."""
    items = project().facts[name].items
    assert len(set(items)) == len(items) == LISTS[name]


def test_what_a_fact_points_to_is_there() -> None:
    """What goes with a fact names only facts and sources that there are."""
    known = {*project().facts, *project().sources}
    named = [
        (name, word)
        for name, fact in project().facts.items()
        for caveat in fact.caveats
        for word in re.findall(r"\b[a-z]+(?:_[a-z0-9]+)+\b", caveat)
    ]
    assert len(named) > 30
    assert [(name, word) for name, word in named if word not in known] == []


def test_consensus_is_said_to_wait_for_a_clinician() -> None:
    """A leaflet that rests on clinical consensus says so at its end, in every language."""
    for leaflet in LEAFLETS:
        assert consensus_facts(project(), leaflet)
        for locale in LOCALES:
            label = localized(leaflet, locale).labels["consensus_marked"].text
            assert flat(label) in page(leaflet, locale)


def test_the_clinician_who_signs_gets_every_claim_that_is_in_no_source() -> None:
    """Their list names what a leaflet cites on no source, in the order of the page, and no more."""
    assert consensus_facts(project(), "when-to-have-your-baby-checked") == [
        "urgent_signs_choice",
        "emergency_signs_beyond",
        "belly_looks_swollen",
        "common_in_healthy_babies",
        "colors_differ_on_dark_skin",
    ]
    assert consensus_facts(project(), "recognize-and-work-up") == [
        "unstable_infant",
        "no_steroids_before_samples",
        "no_sedation_before_chest_film",
        "before_all_results",
        "normal_count_excludes_nothing",
        "tumor_lysis_and_coagulation",
        "marrow_site_in_infants",
        "lumbar_puncture_by_whom",
        "leukostasis",
        "transient_in_down_syndrome",
        "before_birth_not_inherited",
        "identical_twin_now",
    ]
    no_source = {name for name, fact in project().facts.items() if fact.source is None}
    for leaflet in LEAFLETS:
        cited = set(cited_facts(project().leaflets[leaflet]))
        assert set(consensus_facts(project(), leaflet)) == cited & no_source


def test_families_are_told_when_to_call_and_can_ask() -> None:
    """Every leaflet has its urgent box with room for numbers, and questions to ask."""
    for leaflet in project().leaflets.values():
        kinds = [block for _, block in walk_blocks(leaflet)]
        urgent = next(block for block in kinds if isinstance(block, Urgent))
        assert {"phone_day", "phone_night"} <= set(urgent.contacts)
        assert any(isinstance(block, Questions) for block in kinds)
