"""`facts report`: nothing a leaflet says of a fact is left out, and it says what is printed."""

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
import yaml
from axe_core_python.selenium import Axe
from conftest import ROOT, leaflet_names, locale_names
from judges.verapdf import validate
from selenium import webdriver
from small_project import ACT, CALL, DUTCH_FILE, build_here, run, small_project
from test_index_page import LEVELS, Outline, chromium

from leafletry.content.citations import cited_facts
from leafletry.content.facts import Fact
from leafletry.content.leaflet import Leaflet, Phrases, Text, WarningBank
from leafletry.content.project import read_project
from leafletry.editions.localization import Localizer, LocalText, localize_leaflet
from leafletry.facts_report.report import (
    BROKEN,
    FIGURE_BEGINS,
    FIGURE_ENDS,
    FIGURE_LOST,
    MISSING,
    STALE,
    Report,
    Sentence,
    facts_report,
)
from leafletry.facts_report.report_page import facts_page, with_figure
from leafletry.facts_report.report_pdf import facts_report_pdf
from leafletry.facts_report.uses import uses_in
from leafletry.reading.languages import language_tag
from leafletry.reading.problems import Place, ProblemsFoundError

__all__ = ["chromium"]

CASES = "In one country about {cases} babies a year fall ill."
RARE = "Leukemia in a baby is very rare."


@pytest.fixture
def root(tmp_path: Path, press_here: None) -> Path:  # noqa: ARG001 - it lets all of them typeset
    """A small project."""
    return small_project(tmp_path / "project")


@pytest.fixture(scope="module")
def shipped() -> Report:
    """The report on all facts of the project."""
    return facts_report(read_project(ROOT))


@pytest.fixture(scope="module")
def page(shipped: Report) -> str:
    """The page of it."""
    return facts_page(ROOT, shipped)


def change(root: Path, file: str, old: str, new: str) -> None:
    """Write other words into a file of a project."""
    text = (root / file).read_text("utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new), "utf-8")


def unmarked(text: str) -> str:
    """Give words without the marks around a figure."""
    return text.replace(FIGURE_BEGINS, "").replace(FIGURE_ENDS, "")


def marked(text: str) -> list[str]:
    """Give the figures that are marked in a sentence."""
    return re.findall(f"{FIGURE_BEGINS}(.*?){FIGURE_ENDS}", text)


def all_sentences(report: Report) -> Iterator[tuple[str, str, Sentence]]:
    """Yield every sentence with the fact it stands below and how it uses it."""
    for entry in report.entries:
        for passage in entry.passages:
            yield from ((entry.id, passage.use.how, said) for said in passage.sentences)


def section_of(page: str, fact: str) -> str:
    """Give the part of the page that is about a fact."""
    begin = rf'<section class="fact" id="fact-{fact}">'
    (found,) = re.findall(rf"{begin}(.*?)</section>", page, re.DOTALL)
    return str(found)


def text_of(part: str) -> str:
    """Give the words of a part of a page, as they are read out."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", part)).split())


# ── Figures ────────────────────────────────────────────────────────────────────────────────────

GOLDENS = {
    "risk_white_cells": ["50,000", "50,000", "50\u202f000", "50\u202f000", "50,000", "50.000"],
    "japan_infant_all_share": ["71.6%", "71.6%", "71,6\u00a0%", "71,6\u00a0%", "71.6%", "71,6%"],
    "japan_skin_cns_share": ["half", "half", "la mitad", "la moitié", "半数", "de helft"],
    "infant_cases_review_year": ["2016"] * 6,
    "infant_cases_us": ["160"] * 6,
}


@pytest.mark.parametrize("fact", GOLDENS)
def test_figures_are_written_as_each_language_does(shipped: Report, page: str, fact: str) -> None:
    """A figure stands in the report as readers of each language know it, and in its sentences."""
    expected = dict(zip(["en", "en_GB", "es", "fr", "ja", "nl"], GOLDENS[fact], strict=True))
    (entry,) = [entry for entry in shipped.entries if entry.id == fact]
    assert {value.language.locale: value.text for value in entry.values} == expected
    section = section_of(page, fact)
    for locale, figure in expected.items():
        literally, tag = re.escape(figure), language_tag(locale)
        shown = f'<p class="value" lang="{tag}" dir="ltr"><strong>{figure}</strong></p>'
        assert shown in section
        assert re.search(rf'lang="{tag}" [^\n]*<mark>{literally}</mark>', section)
        for other in set(expected.values()) - {figure}:
            foreign = rf'lang="{tag}" [^\n]*<mark>{re.escape(other)}</mark>'
            assert not re.search(foreign, section)


def test_every_figure_is_marked_where_it_is_printed(shipped: Report) -> None:
    """Each sentence that prints a figure has it, in its language, marked; no other is marked."""
    localizers = {locale: Localizer(read_project(ROOT), locale, None) for locale in locale_names()}
    seen = set()
    for fact, how, said in all_sentences(shipped):
        assert said.text is not None
        figures = set(marked(said.text.text))
        expected = {localizers[said.language.locale].values[fact]} if how == "prints" else set()
        assert figures == expected
        seen |= {(fact, said.language.locale)} if figures else set()
    with_figure = {entry.id for entry in shipped.figures}
    assert seen == {(fact, locale) for fact in with_figure for locale in locale_names()}
    assert len(with_figure) > 20


@pytest.mark.parametrize("leaflet", leaflet_names())
@pytest.mark.parametrize("locale", locale_names())
def test_sentences_are_those_that_are_printed(leaflet: str, locale: str) -> None:
    """Every sentence of the report is one that the build prints, to the letter."""
    project = read_project(ROOT)
    printed = {text.text for text in localize_leaflet(project, leaflet, locale).texts}
    report = facts_report(project, leaflet, locale)
    said = [
        sentence
        for entry in report.entries
        for passage in entry.passages
        for sentence in passage.sentences
        if sentence.language.locale == locale and not passage.condition
    ]
    assert len(said) > 20
    for sentence in said:
        assert sentence.text is not None
        assert unmarked(sentence.text.text) in printed
        assert {unmarked(text.text) for text in sentence.before} <= printed


def test_the_page_shows_every_sentence(shipped: Report, page: str) -> None:
    """What the report holds stands in the page, in the section of its fact, in its language."""
    for entry in shipped.entries:
        section = section_of(page, entry.id)
        rows = section.count('<p class="sentence"')
        assert rows == sum(len(passage.sentences) for passage in entry.passages)
        shown = [
            (lang, text_of(said))
            for lang, said in re.findall(
                r'<p class="sentence" lang="([\w-]+)" dir="ltr">(.*?)</p>', section
            )
        ]
        assert shown == [
            (said.language.tag, " ".join(unmarked(said.text.text).replace("**", "").split()))
            for passage in entry.passages
            for said in passage.sentences
            if said.text
        ]


# ── Every use of every fact ────────────────────────────────────────────────────────────────────

CLAIMS = {
    "main-message": {"points"},
    "urgent": {"items", "closing", "emergency"},
    "checklist": {"intro", "items"},
    "prose": {"paragraphs"},
    "table": {"intro", "note"},
    "figure": {"number", "paragraphs"},
    "questions": {"heading", "intro", "items"},
    "notes": {"heading"},
}
"""Which texts of a block its citations are for; those of rows and terms are for these alone."""
NO_TEXTS = {"cites", "widths", "contacts", "block", "file", "lines"}
HEADER = {"code", "audience", "version", "formats", "written", "needs_signoff"}


def in_yaml(file: str) -> Any:
    """Give what a file of the project says, as it is written."""
    return yaml.safe_load((ROOT / f"leaflets/{file}.yaml").read_text("utf-8"))


def with_warnings(content: Any, bank: dict[str, dict[str, Any]]) -> Any:
    """Give a leaflet's YAML with the texts of the bank where its urgent box names them."""
    if isinstance(content, list):
        return [with_warnings(part, bank) for part in content]
    if not isinstance(content, dict):
        return content
    if content.get("block") != "urgent":
        return {key: with_warnings(part, bank) for key, part in content.items()}
    named = {
        "heading": bank["headings"][content["heading"]],
        "items": [bank["items"][name] for name in content["items"]],
    }
    if "closing" in content:
        named["closing"] = bank["closings"][content["closing"]]
    if "emergency" in content:
        named["emergency"] = bank["closings"][content["emergency"]]
    return {**content, **named}


def written_uses(content: Any, around: tuple[str, ...] = ()) -> Iterator[tuple[str, str, bool]]:
    """Walk a leaflet's YAML as it is written: yield a fact, the words that use it, if printed."""
    if isinstance(content, str):
        content = {"text": content}
    if isinstance(content, list):
        for part in content:
            yield from written_uses(part, around)
    elif "text" in content:
        printed = set(re.findall(r"\{(\w+)\}", content["text"]))
        cited = {*content.get("cites", ()), *around}
        yield from ((name, content["text"], name in printed) for name in printed | cited)
        yield from written_uses(content.get("otherwise", []), tuple(cited))
    else:
        cites = tuple(content.get("cites", ()))
        claims = CLAIMS.get(content.get("block", ""), set())
        for key in content.keys() - NO_TEXTS - HEADER:
            if key in ("rows", "terms"):
                for part in content[key]:
                    inner = (*cites, *part.get("cites", ()))
                    for name in part.keys() - NO_TEXTS:
                        below = inner if name in ("cells", "meaning") else ()
                        yield from written_uses(part[name], below)
            else:
                yield from written_uses(content[key], cites if key in claims else ())


def test_every_use_of_every_fact_is_there(shipped: Report) -> None:
    """The report has each use that a walk over the YAML itself finds, as often, and no other."""
    found = sorted(
        (entry.id, passage.use.text.text, passage.use.how == "prints")
        for entry in shipped.entries
        for passage in entry.passages
    )
    facts, shared = in_yaml("facts")["facts"], in_yaml("phrases")
    leaflets = [with_warnings(in_yaml(name), shared["urgent"]) for name in leaflet_names()]
    printed = [*leaflets, *shared["labels"].values()]
    written = [use for use in written_uses(printed) if use[0] in facts]
    assert found == sorted(written)
    assert len(found) > 300
    assert [entry.id for entry in shipped.entries] == list(facts)


@pytest.mark.parametrize("leaflet", leaflet_names())
def test_a_leaflet_has_the_facts_it_cites(leaflet: str) -> None:
    """The report on one leaflet has what the leaflet rests on, and English and one language."""
    project = read_project(ROOT)
    report = facts_report(project, leaflet, "ja")
    assert {entry.id for entry in report.entries} == {
        name for name in cited_facts(project.leaflets[leaflet]) if name in project.facts
    }
    assert [language.locale for language in report.languages] == ["en", "ja"]
    everywhere = {entry.id: entry for entry in facts_report(project).entries}
    for entry in report.entries:
        of_leaflet = [p.use for p in everywhere[entry.id].passages if p.use.file_id == leaflet]
        assert [passage.use for passage in entry.passages] == of_leaflet
    assert report.unused == []
    assert [x.locale for x in facts_report(project, leaflet, "en").languages] == ["en"]


HEAD = """
code: TS-P1
audience: parents
version: "0.1"
formats: {a4: 1}
written: 2026-01-31
needs_signoff: [clinical]
title: A title
subtitle: A subtitle
reader: For parents
picture: {file: sleeping-baby, alt: A baby}
blocks:
  - {block: main-message, points: [A point]}
  - {block: urgent, heading: call, items: [item], contacts: [phone_day]}
"""
BANK = "{headings: {call: Call}, items: {item: An item}}"
WAYS = {
    "printed": (
        "{block: prose, heading: H, paragraphs: ['About {f} babies']}",
        {"About {f} babies": "prints"},
    ),
    "printed and cited": (
        "{block: prose, heading: H, cites: [f], paragraphs: [{text: '{f} of {f}', cites: [f]}]}",
        {"{f} of {f}": "prints"},
    ),
    "cited": (
        "{block: prose, heading: H, paragraphs: [{text: P, cites: [f]}, Q]}",
        {"P": "cites"},
    ),
    "by its block": (
        "{block: checklist, heading: H, cites: [f], intro: N, items: [P, Q]}",
        {"N": "below", "P": "below", "Q": "below"},
    ),
    "in a heading": ("{block: notes, heading: '{f} notes', lines: 2}", {"{f} notes": "prints"}),
    "by its row": (
        "{block: table, heading: H, columns: [A, B], rows: [{head: R, cells: [C], cites: [f]}]}",
        {"C": "below"},
    ),
    "by its table": (
        "{block: table, heading: H, cites: [f], note: N, columns: [A, B], rows: [{cells: [C, D]}]}",
        {"N": "below", "C": "below", "D": "below"},
    ),
    "by its term": (
        "{block: glossary, heading: H, terms: [{term: T, meaning: M, cites: [f]}]}",
        {"M": "below"},
    ),
    "for a clinic": (
        (
            "{block: prose, heading: H, paragraphs:"
            " [{text: 'P {fever_threshold}', needs: fever_threshold, cites: [f], otherwise: O}]}"
        ),
        {"P {fever_threshold}": "cites", "O": "cites"},
    ),
    "for a clinic, by its block": (
        (
            "{block: prose, heading: H, cites: [f], paragraphs:"
            " [{text: 'P {fever_threshold}', needs: fever_threshold, otherwise: O}]}"
        ),
        {"P {fever_threshold}": "below", "O": "below"},
    ),
    "by a block that claims nothing": (
        "{block: questions, heading: H, cites: [f], items: [Q]}",
        {"H": "below", "Q": "below"},
    ),
    "side by side": (
        (
            "{block: side-by-side, blocks: [{block: prose, heading: H, cites: [f],"
            " paragraphs: [P]}, {block: prose, heading: G, paragraphs: [Q]}]}"
        ),
        {"P": "below"},
    ),
    "in a picture's words": (
        (
            "{block: figure, heading: H, paragraphs: [P], picture:"
            " {file: x, alt: {text: A, cites: [f]}}}"
        ),
        {"A": "cites"},
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_each_way_to_use_a_fact_is_known(way: str) -> None:
    """Texts that print a figure, cite a fact, or stand below a citation are told apart."""
    block, expected = WAYS[way]
    bank = WarningBank.model_validate(yaml.safe_load(BANK))
    leaflet = Leaflet.model_validate(yaml.safe_load(f"{HEAD}  - {block}\n"), context=bank)
    found = [use for use in uses_in("a", leaflet) if use.fact == "f"]
    assert {use.text.text: use.how for use in found} == expected
    assert len(found) == len(expected)


URGENT = "{block: urgent, heading: call, items: [item], contacts: [phone_day]}"
WARNINGS = {
    "cited in the bank": (
        URGENT,
        "{headings: {call: C}, items: {item: {text: I, cites: [f]}}}",
        {"I": "cites"},
    ),
    "printed": (
        URGENT.replace("items:", "closing: end, items:"),
        "{headings: {call: C}, items: {item: I}, closings: {end: 'About {f} babies'}}",
        {"About {f} babies": "prints"},
    ),
    "in a heading": (
        URGENT,
        "{headings: {call: {text: C, cites: [f]}}, items: {item: I}}",
        {"C": "cites"},
    ),
    "by its block": (
        URGENT.replace("items:", "cites: [f], closing: end, items:"),
        "{headings: {call: C}, items: {item: I}, closings: {end: E}}",
        {"I": "below", "E": "below"},
    ),
    "for a clinic": (
        URGENT,
        (
            "{headings: {call: C}, items: {item: {text: 'I {fever_threshold}',"
            " needs: fever_threshold, cites: [f], otherwise: O}}}"
        ),
        {"I {fever_threshold}": "cites", "O": "cites"},
    ),
    "not named": (
        URGENT,
        (
            "{headings: {call: C, other: '{f} D'}, items: {item: I, other: {text: J, cites: [f]}},"
            " closings: {end: {text: E, cites: [f]}}}"
        ),
        {},
    ),
}


@pytest.mark.parametrize("way", WARNINGS)
def test_a_warning_is_used_where_it_is_named(way: str) -> None:
    """What a warning of the bank rests on is used in the box that names it, never in the bank."""
    block, texts, expected = WARNINGS[way]
    content = yaml.safe_load(HEAD)
    content["blocks"][1] = yaml.safe_load(block)
    bank = WarningBank.model_validate(yaml.safe_load(texts))
    leaflet = Leaflet.model_validate(content, context=bank)
    found = [use for use in uses_in("a", leaflet) if use.fact == "f"]
    assert {use.text.text: use.how for use in found} == expected
    assert len(found) == len(expected)
    assert {use.path[:2] for use in found} <= {("blocks", 1)}
    labels = {"label": Text(text="L", cites=["f"])}
    phrases = Phrases(placeholders={}, labels=labels, urgent=bank)
    assert [use.text.text for use in uses_in("phrases", phrases)] == ["L"]


def test_a_warning_of_two_leaflets_stands_in_both(root: Path) -> None:
    """A text of the bank stands in the report at its place in each leaflet that names it."""
    bank, words = "leaflets/phrases.yaml", "has trouble breathing"
    change(root, bank, f": {words}", f": {{text: {words}, cites: [cases]}}")
    change(root, f"leaflets/{ACT}.yaml", "[call_the", "[trouble_breathing, call_the")
    change(root, f"leaflets/{ACT}.yaml", "heading: refer_today", "heading: call_now")
    own = {
        ACT: "Call now if your baby › item 1",  # noqa: RUF001
        CALL: "Call now if your baby › item 1",  # noqa: RUF001
    }
    project = read_project(root)
    (entry,) = [entry for entry in facts_report(project).entries if entry.id == "cases"]
    cited = [passage for passage in entry.passages if passage.use.how == "cites"]
    assert [(passage.use.file_id, passage.where) for passage in cited] == [
        (ACT, f"{ACT} › {own[ACT]} (for clinicians)"),  # noqa: RUF001
        (CALL, f"{CALL} › {own[CALL]} (for parents)"),  # noqa: RUF001
    ]
    for passage in cited:
        said = {s.language.locale: s.text and s.text.text for s in passage.sentences}
        assert said == {"en": words, "nl": "moeilijk ademt"}
        before = {s.language.locale: [str(text) for text in s.before] for s in passage.sentences}
        assert before == {"en": ["Call now if your baby"], "nl": ["Bel nu als uw baby"]}
    for leaflet, where in own.items():
        (entry,) = [e for e in facts_report(project, leaflet).entries if e.id == "cases"]
        assert [p.where for p in entry.passages if p.use.how == "cites"] == [where]


def test_a_warning_that_no_leaflet_names_uses_nothing(root: Path) -> None:
    """A fact that only an unnamed warning rests on is unused, and no leaflet's report has it."""
    change(root, f"leaflets/{CALL}.yaml", "about {cases} babies", "some babies")
    unnamed = "  items:\n    unnamed: {text: 'as {cases} others', cites: [cases]}\n"
    change(root, "leaflets/phrases.yaml", "  items:\n", unnamed)
    project = read_project(root)
    assert project.problems.errors == []
    assert [entry.id for entry in facts_report(project).unused] == ["cases"]
    for leaflet in (CALL, ACT):
        assert "cases" not in {entry.id for entry in facts_report(project, leaflet).entries}


def test_cells_are_read_with_their_heads(shipped: Report) -> None:
    """Words that say little alone stand behind what they are read after, in their language."""
    (entry,) = [entry for entry in shipped.entries if entry.id == "risk_white_cells"]
    first = next(passage for passage in entry.passages if passage.use.how == "prints")
    heads = {said.language.locale: [text.text for text in said.before] for said in first.sentences}
    assert heads["en"] == ["Standard", "White cells per microliter, or other feature"]
    assert heads["fr"][0] == "Standard"
    assert heads["fr"][1].startswith("Leucocytes")


# ── What is known of a fact ────────────────────────────────────────────────────────────────────

KNOWN = {
    "infant_aml_cases": [
        "infant_aml_cases",
        "About 70 of the yearly infant cases are AML.",
        "Of whom infant-AML (AML before the first birthday)",
        "Place United States (implied)",
        "Source Article for the public on leukemia in infants, United States",
        "Certainty reported",
        "For parents, clinicians",
        "Figure 70 (count), always with “about”",
        ("Computed infant_cases_us - infant_all_cases, where infant_cases_us is 160, "
        "infant_all_cases is 90"),
        "about: environ, à peu près, autour de",
    ],
    "japan_infants": ["Part of japan_unclassified, japan_infant_all_share", "Figure 162 (count)"],
    "risk_white_cells": [
        ("PDQ Pediatric Treatment Editorial Board. "
         "Childhood Acute Lymphoblastic Leukemia (PDQ): Patient Version. "
        "National Cancer Institute, Bethesda, MD; PMID 26389385; updated February 12, 2025; "
        "cancer.gov"),
        "prints the figure",
        "cited above it",
    ],
    "before_all_results": ["Source in no source: waits for a clinician", "Certainty consensus"],
    "act_today": [
        ("Cancer Research UK; undated; cancerresearchuk.org. Waits until somebody opens it and "
         "confirms what we say of it (cruk_referral-"),
        "Of whom children-suspected-leukemia",
    ],
    "infant_high_white_count": [
        "Where in it paragraph 9, first item of the list of signs",
        "Listed there fever; tiredness; swollen lymph nodes; trouble gaining weight; weight loss;",
        "Must go with it The source puts the fever down to the high count; other sources to",
        "printed where the clinic gives its fever_threshold",
        "where the clinic gives no fever_threshold",
        "has a fever of {fever_threshold} or higher",
        "when-to-have-your-baby-checked › Call now, day or night, if your baby › item 5",  # noqa: RUF001
    ],
}  # fmt: skip


@pytest.mark.parametrize("fact", KNOWN)
def test_all_that_is_known_is_said(page: str, fact: str) -> None:
    """A section says what the fact is, of whom, where from, and where each sentence stands."""
    said = text_of(section_of(page, fact)).replace("\u00a0", " ")
    for expected in KNOWN[fact]:
        assert expected in said


def grounds(fact: Fact) -> list[str]:
    """Give all by which somebody checks a fact in its source."""
    return [*([fact.where] if fact.where else []), *fact.items, *fact.caveats]


def test_whoever_signs_can_check_each_fact(shipped: Report, page: str) -> None:
    """Beside a fact stand its place in the source, what is listed there, and what goes with it."""
    for entry in shipped.entries:
        said = text_of(section_of(page, entry.id)).replace("\u00a0", " ")
        for words in grounds(entry.fact):
            assert words in said, entry.id
    facts = [entry.fact for entry in shipped.entries]
    assert sum(bool(fact.where) for fact in facts) > 90
    assert sum(bool(fact.items) for fact in facts) > 30
    assert sum(bool(fact.caveats) for fact in facts) > 50


def test_a_fact_without_a_list_has_no_empty_line(root: Path) -> None:
    """Nothing is said of a list or of what goes with it where a fact has neither."""
    section = section_of(facts_page(root, facts_report(read_project(root))), "cases")
    assert "Where in it Results" in text_of(section)
    assert "Listed there" not in section
    assert "Must go with it" not in section


def test_what_waits_for_a_clinician_comes_first(page: str) -> None:
    """Facts that stand in no source, and only those, are listed above all sections."""
    facts = yaml.safe_load((ROOT / "leaflets/facts.yaml").read_text("utf-8"))["facts"]
    waiting = [name for name, fact in facts.items() if "consensus" in fact["certainty"]]
    (listed,) = re.findall(r'<section class="waiting">(.*?)</section>', page, re.DOTALL)
    assert re.findall(r'href="#fact-(\w+)"', listed) == waiting
    assert len(waiting) >= 5
    assert page.index('class="waiting"') < page.index('class="fact"')


def test_where_all_is_in_sources_it_says_so(root: Path) -> None:
    """A project in which nothing waits for a clinician has no empty list."""
    page = facts_page(root, facts_report(read_project(root)))
    assert "Every fact stands in a source." in page


def test_an_unused_fact_says_so(root: Path) -> None:
    """A fact that no leaflet uses is in the report, counted, and nothing is made up for it."""
    change(root, f"leaflets/{CALL}.yaml", "about {cases} babies", "some babies")
    report = facts_report(read_project(root))
    assert [entry.id for entry in report.unused] == ["cases"]
    section = text_of(section_of(facts_page(root, report), "cases"))
    assert "No leaflet uses this fact." in section
    assert "160" in section
    assert "used nowhere" in facts_page(root, report)
    assert facts_report(read_project(root), CALL).unused == []


def test_a_citation_of_no_fact_is_listed(root: Path) -> None:
    """What a leaflet cites, and facts.yaml does not have, is named with its place."""
    change(root, f"leaflets/{ACT}.yaml", "[call_now]", "[call_now, call_never]")
    report = facts_report(read_project(root))
    assert {(where, name) for where, name in report.unknown} == {
        ("act-now › Refer today › item 1 (for clinicians)", "call_never")  # noqa: RUF001
    }
    (listed,) = re.findall(
        r'<section class="unknown">(.*?)</section>', facts_page(root, report), re.DOTALL
    )
    assert "call_never" in listed


# ── States ─────────────────────────────────────────────────────────────────────────────────────

STATES = {
    "stale": ("very_rare", f'msgid "{RARE}"', f'#, fuzzy\nmsgid "{RARE}"', STALE, RARE),
    "missing": (
        "very_rare",
        'msgstr "Leukemie bij een baby is heel zeldzaam."',
        'msgstr ""',
        MISSING,
        RARE,
    ),
    "broken entry": (
        "very_rare",
        'msgstr "Leukemie bij een baby is heel zeldzaam."',
        'msgstr "Leukemie \\q"',
        BROKEN,
        None,
    ),
    "unknown placeholder": (
        "cases",
        "ongeveer {cases} kinderen",
        "ongeveer {casus} kinderen",
        "Broken: it cannot be printed (unknown placeholder {casus}).",
        None,
    ),
    "figure lost": (
        "cases",
        "ongeveer {cases} kinderen",
        "sommige kinderen",
        FIGURE_LOST,
        "In een land worden elk jaar sommige kinderen ziek.",
    ),
}


@pytest.mark.parametrize("state", STATES)
def test_a_sentence_that_is_not_right_is_marked(root: Path, state: str) -> None:
    """What is stale, missing or broken is marked in words, and shown as the page prints it."""
    fact, old, new, remark, shown = STATES[state]
    assert facts_report(read_project(root)).remarks == 0
    change(root, DUTCH_FILE, old, new)
    report = facts_report(read_project(root))
    found = {
        (name, said.remark, said.text and said.text.text)
        for name, _, said in all_sentences(report)
        if said.remark
    }
    assert found == {(fact, remark, shown)}
    page = facts_page(root, report)
    assert f'<p class="remark">{remark}</p>' in section_of(page, fact)
    assert "not printed as translated" in page
    if shown == RARE:
        english = (
            f'lang="nl" dir="ltr"><span class="untranslated" lang="en" dir="ltr">{RARE}</span>'
        )
        assert english in page


def test_a_sentence_counts_once(root: Path) -> None:
    """A sentence below several facts is one that is not printed as translated."""
    change(
        root, f"leaflets/{ACT}.yaml", "cites: [very_rare]", "cites: [very_rare, call_now, cases]"
    )
    change(root, DUTCH_FILE, f'msgid "{RARE}"', f'#, fuzzy\nmsgid "{RARE}"')
    report = facts_report(read_project(root))
    assert len([said for _, _, said in all_sentences(report) if said.remark]) == 4
    assert report.remarks == 2  # It stands in two leaflets.


def test_english_in_a_stale_place_has_english_figures(root: Path) -> None:
    """A figure in words that are not translated is written, and marked, as English writes it."""
    change(root, "leaflets/facts.yaml", "value: 160", "value: 50000")
    change(root, DUTCH_FILE, f'msgid "{CASES}"', f'#, fuzzy\nmsgid "{CASES}"')
    report = facts_report(read_project(root))
    texts = {s.language.locale: s.text for _, how, s in all_sentences(report) if how == "prints"}
    assert {locale: marked(str(text)) for locale, text in texts.items()} == {
        "en": ["50,000"],
        "nl": ["50,000"],
    }


def test_a_figure_without_a_word_is_marked(root: Path) -> None:
    """A share that a language has no word for is told, and its sentences stand in English."""
    change(
        root, "leaflets/facts.yaml", "value: 160\n    kind: count", "value: 0.5\n    kind: fraction"
    )
    glossary = "locales/en/glossary.yaml"
    (root / glossary).write_text((root / glossary).read_text("utf-8") + "fractions: {half: half}\n")
    report = facts_report(read_project(root))
    (entry,) = report.figures
    assert {value.language.locale: value.text for value in entry.values} == {
        "en": "half",
        "nl": None,
    }
    (dutch,) = [said for _, how, said in all_sentences(report) if said.remark]
    assert dutch.remark == (
        "Missing: this language has no word for its figure. The page shows the English."
    )
    assert "this language has no word for it" in section_of(facts_page(root, report), "cases")


def test_pages_that_run_to_the_left(root: Path) -> None:
    """Sentences of a language written from right to left run that way, figures marked in them."""
    text = (root / DUTCH_FILE).read_text("utf-8").replace("Language: nl", "Language: ar")
    text = text.replace(
        "In een land worden elk jaar ongeveer {cases} kinderen ziek.", "نحو {cases} طفل"
    )
    (root / "locales/ar/LC_MESSAGES").mkdir(parents=True)
    (root / "locales/ar/LC_MESSAGES/messages.po").write_text(text, "utf-8")
    section = section_of(facts_page(root, facts_report(read_project(root))), "cases")
    assert '<p class="sentence" lang="ar" dir="rtl">نحو <mark>160</mark> طفل</p>' in section


# ── The page ───────────────────────────────────────────────────────────────────────────────────

HOSTILE = '<script>alert(1)</script><b title="x">&amp; "quoted" \'single\' {{ 7*7 }}'


def poison(root: Path) -> None:
    """Write what no page may take for its own into all that the report shows."""
    quoted = json.dumps(HOSTILE)
    change(root, "leaflets/facts.yaml", "New cases of a year.", quoted)
    change(root, "leaflets/facts.yaml", "  infant-leukemia: leukemia before the first birthday",
           f"  infant-leukemia: {quoted}")  # fmt: skip
    change(
        root,
        "leaflets/facts.yaml",
        "    kind: count",
        f"    kind: count\n    place: {quoted}\n    formula: {quoted}",
    )
    grounds_of_it = f"where: {quoted}\n    items: [{quoted}]\n    caveats: [{quoted}]"
    change(root, "leaflets/facts.yaml", "where: Results", grounds_of_it)
    change(root, "leaflets/sources.yaml", "A study of leukemia", quoted)
    change(root, "leaflets/sources.yaml", "A group of researchers", quoted)
    change(root, f"leaflets/{CALL}.yaml", "How rare is it?", quoted)
    change(root, f"leaflets/{CALL}.yaml", "title: When to call us", f"title: {quoted}")
    po = HOSTILE.replace("\\", "\\\\").replace('"', '\\"').replace("{{ 7*7 }}", "")
    change(root, DUTCH_FILE, "worden elk jaar", po)


def test_hostile_text_is_no_markup(root: Path) -> None:
    """Whatever facts, sources, leaflets and catalogs say is shown as it is, and does nothing."""
    poison(root)
    change(root, "leaflets/sources.yaml", "lang: en", f"lang: {json.dumps(HOSTILE)}")
    project = read_project(root)
    assert project.problems.errors == []
    for report in (facts_report(project), facts_report(project, CALL, "nl")):
        page = facts_page(root, report)
        outline = Outline(page)
        assert outline.open == []
        assert outline.all("script") + outline.all("b") == []
        section = section_of(page, "cases")
        assert text_of(section).count("<script>alert(1)</script>") >= 10
        assert "{{ 7*7 }}" in text_of(section)


@pytest.mark.parametrize(
    ("written", "half", "shown"),
    [
        ("**About {} babies** ill", "half", "<strong>About <mark>half</mark> babies</strong> ill"),
        ("About **{}** babies", "half", "About <strong><mark>half</mark></strong> babies"),
        ("About {} babies", "<b>", "About <mark>&lt;b&gt;</mark> babies"),
        ("**About {} babies", "ha**lf", "<strong>About ha</strong>lf babies"),
        ("About {} **babies", "half", "About <mark>half</mark> **babies"),
    ],
)
def test_a_figure_is_marked_within_strong_words(written: str, half: str, shown: str) -> None:
    """A mark and strong words hold one another whole; where they would cross, there is no mark."""
    text = written.format(f"{FIGURE_BEGINS}{half}{FIGURE_ENDS}")
    assert with_figure(LocalText(text, "en", "translated", Place(""))) == shown


def test_the_page_needs_nothing_else(page: str) -> None:
    """The page runs no script and asks the network for nothing; links to sources are only links."""
    links = set(re.findall(r'<a href="(https://[^"]+)"', page))
    sources = read_project(ROOT).sources.values()
    assert links == {source.link for source in sources if source.link}
    for link in links:
        page = page.replace(link, "")
    assert not re.search(r"https?:|//\w|url\(|@import|javascript:|<script|<link|<img", page)


def test_every_link_leads_somewhere(page: str) -> None:
    """What the page links to in itself is there, once."""
    outline = Outline(page)
    places = [
        element.attributes["id"] for element in outline.elements if "id" in element.attributes
    ]
    assert len(places) == len(set(places))
    inside = {a.attributes["href"][1:] for a in outline.all("a") if a.attributes["href"][0] == "#"}
    assert inside <= set(places)
    assert len(inside) > 100


def test_equal_projects_give_equal_pages(page: str) -> None:
    """The page is the same on every run."""
    assert facts_page(ROOT, facts_report(read_project(ROOT))) == page


@pytest.fixture
def opened(chromium: webdriver.Chrome, tmp_path: Path, page: str) -> Iterator[webdriver.Chrome]:
    """The page in a real browser."""
    path = tmp_path / "facts.html"
    path.write_text(page, encoding="utf-8")
    chromium.get(path.as_uri())
    yield chromium
    chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def set_width(browser: webdriver.Chrome, width: int) -> None:
    """Make a screen so wide, as a telephone's where it is narrow."""
    screen = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)


@pytest.fixture
def small_page(
    chromium: webdriver.Chrome, root: Path, tmp_path: Path
) -> Iterator[webdriver.Chrome]:
    """A page with all that can be marked, in a real browser."""
    change(root, f"leaflets/{ACT}.yaml", "[call_now]", "[call_now, call_never]")
    change(root, DUTCH_FILE, f'msgid "{RARE}"', f'#, fuzzy\nmsgid "{RARE}"')
    change(root, "leaflets/sources.yaml", "kind: study", "kind: consensus")
    path = tmp_path / "facts.html"
    path.write_text(facts_page(root, facts_report(read_project(root))), encoding="utf-8")
    chromium.get(path.as_uri())
    yield chromium
    chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_bars_anyone(small_page: webdriver.Chrome, width: int) -> None:
    """Axe finds no violation in the page, up to contrast of 7 to 1, marks and remarks too."""
    set_width(small_page, width)
    result = Axe().run(small_page, options={"runOnly": LEVELS})
    found = {v["id"]: [node["html"] for node in v["nodes"]] for v in result["violations"]}
    assert found == {}
    checked = {rule["id"] for rule in result["passes"]}
    assert {"color-contrast-enhanced", "bypass", "valid-lang"} <= checked


@pytest.mark.parametrize("width", [320, 390, 800, 1280])
def test_the_page_fits_the_screen(opened: webdriver.Chrome, width: int) -> None:
    """No screen scrolls sideways; on a narrow one each sentence says its language."""
    set_width(opened, width)
    assert opened.execute_script("return document.documentElement.scrollWidth") == width
    names = opened.execute_script(
        "return [...document.querySelectorAll('.said-in')].map(e => e.offsetHeight > 0)"
    )
    assert set(names) == {width < 896}
    heads = opened.execute_script(
        "return [...document.querySelectorAll('thead')].map(e => e.offsetHeight > 5)"
    )
    assert set(heads) == {width >= 896}


def test_nothing_is_said_by_colour_alone(page: str) -> None:
    """A figure is marked by weight and a line below it, on the page and on paper."""
    for rule in re.findall(r"(?m)^ *mark \{([^}]*)\}", page):
        assert "background: none" in rule or {"font-weight: 700", "text-decoration: underline"} <= {
            part.strip() for part in rule.split(";")
        }
    assert "mark {" in page


# ── The command ────────────────────────────────────────────────────────────────────────────────


def test_the_command_writes_the_page(root: Path) -> None:
    """The command writes what the report gives, sums it up, and says where it is."""
    result = run(root, "facts", "report")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == (
        "3 facts, 1 of them figures; 0 wait for a clinician, 0 unused.\nSee output/facts.html.\n"
    )
    written = (root / "output/facts.html").read_text("utf-8")
    assert written == facts_page(root, facts_report(read_project(root)))
    result = run(root, "facts", "report", ACT, "nl")
    assert result.stdout.startswith("2 facts, 0 of them figures;")
    written = (root / "output/facts.html").read_text("utf-8")
    assert "Facts of “Act at once”" in written
    assert "babies a year" not in written


WRONG_USAGE = {
    ("act-nov",): 'did you mean "act-now"?',
    ("nothing-like-it",): "there are: act-now, call-us",
    ("nl",): "it is a language, which goes behind a leaflet",
    ("act-now", "nn"): 'Did you mean "nl"?',
    ("../../etc/passwd",): "there is no leaflet",
    ("facts",): "there is no leaflet",
    ("act-now", "nl", "more"): "unexpected extra argument",
}


@pytest.mark.parametrize("arguments", WRONG_USAGE, ids=" ".join)
def test_wrong_usage_is_told(root: Path, arguments: tuple[str, ...]) -> None:
    """A leaflet or language that is none is told with what may be meant; nothing is written."""
    result = run(root, "facts", "report", *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert WRONG_USAGE[arguments] in result.stderr
    assert not (root / "output").exists()


@pytest.mark.parametrize(
    "file", [f"leaflets/{CALL}.yaml", "leaflets/facts.yaml", "leaflets/phrases.yaml"]
)
@pytest.mark.parametrize("arguments", [(), (CALL,), (ACT, "nl")])
def test_no_report_without_all_it_rests_on(
    root: Path, file: str, arguments: tuple[str, ...]
) -> None:
    """Where a leaflet, the facts or the bank cannot be read, no fact is said to be unused."""
    (root / file).write_text("facts: ]", "utf-8")
    result = run(root, "facts", "report", *arguments)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith(f"{file}:1:")
    assert not (root / "output").exists()


def test_a_broken_catalog_is_told_and_marked(root: Path) -> None:
    """What is wrong with a language is printed, the page is there, and the exit code is 1."""
    change(root, DUTCH_FILE, "Leukemie bij", "Leukemie \\q bij")
    for arguments in ((), (ACT, "nl")):
        result = run(root, "facts", "report", *arguments)
        assert result.returncode == 1
        assert result.stderr.startswith(f"{DUTCH_FILE}:")
        assert re.search("Not printed as translated: [12] sentences", result.stdout)
        assert BROKEN in (root / "output/facts.html").read_text("utf-8")
    result = run(root, "facts", "report", ACT, "en")
    assert (result.returncode, result.stderr) == (0, "")


def test_a_language_that_cannot_be_read_is_told(root: Path) -> None:
    """The others have their columns; a report on that one alone is not made."""
    (root / DUTCH_FILE).write_bytes(b"\xff")
    result = run(root, "facts", "report", ACT, "nl")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith(f"{DUTCH_FILE}:")
    assert "Traceback" not in result.stderr
    assert not (root / "output").exists()
    result = run(root, "facts", "report")
    assert result.returncode == 1
    assert result.stderr.startswith(f"{DUTCH_FILE}:")
    assert 'lang="nl"' not in (root / "output/facts.html").read_text("utf-8")


def test_builds_keep_the_page(root: Path) -> None:
    """A build after it neither removes nor changes the page."""
    run(root, "facts", "report")
    page = (root / "output/facts.html").read_bytes()
    build_here(root)
    assert (root / "output/facts.html").read_bytes() == page
    assert "facts.html" not in (root / "output/manifest.json").read_text("utf-8")


# ── On paper ───────────────────────────────────────────────────────────────────────────────────


def without_blanks(text: str) -> str:
    """Give words as they are found on paper, whatever parts their lines."""
    return re.sub(r"[\s\u00ad\u200b\ufffe-]+", "", text)


@pytest.mark.usefixtures("press_here")
@pytest.mark.parametrize(
    ("leaflet", "locale"),
    [
        pytest.param("recognize-and-work-up", "fr", marks=pytest.mark.slow),
        ("when-to-have-your-baby-checked", "ja"),
    ],
)
def test_the_sheets_say_what_the_page_says(leaflet: str, locale: str, tmp_path: Path) -> None:
    """On A4, with all letters, each sentence, figure and place; accessible, and always the same."""
    project = read_project(ROOT)
    pdf = facts_report_pdf(project, leaflet, locale)
    assert facts_report_pdf(project, leaflet, locale) == pdf
    with pypdfium2.PdfDocument(pdf) as document:
        sizes = {tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in document}
        pages = [page.get_textpage().get_text_range() for page in document]
        title = document.get_metadata_value("Title")
    assert sizes == {(210, 297)}
    assert project.leaflets[leaflet].title.text in title
    heads = re.compile(
        r"Facts of “[^”]*”, \w+\s+|For review: read[^.]*\.[^.]*\.\s+Page \d+ of \d+\s*"
    )
    printed = without_blanks("".join(heads.sub("", text) for text in pages))
    report = facts_report(project, leaflet, locale)
    places = {passage.where for entry in report.entries for passage in entry.passages}
    for entry in report.entries:
        for words in (entry.fact.statement, *grounds(entry.fact)):
            assert without_blanks(words) in printed
        for passage in entry.passages:
            assert without_blanks(passage.where) in printed
            for said in passage.sentences:
                assert said.text is not None
                assert without_blanks(unmarked(said.text.text).replace("**", "")) in printed
    heads_of_table = " ".join(language.name for language in report.languages)
    parted = 0
    for first in (heads.sub("", text) for text in pages[1:]):
        # Where a table goes on, its heads come again, and then the place of a sentence.
        lines = [line.strip() for line in first.splitlines() if line.strip()]
        if lines[0] == heads_of_table:
            assert any(lines[1].startswith(where) for where in places), lines[:4]
            parted += 1
    assert parted
    path = tmp_path / "facts.pdf"
    path.write_bytes(pdf)
    assert {name: str(v) for name, v in validate([path])[path].items() if not v.passed} == {}
    with pikepdf.open(path) as opened:
        fonts = [
            o for o in opened.objects if isinstance(o, pikepdf.Dictionary) and "/FontName" in o
        ]
        assert fonts
        assert all("/FontFile3" in font or "/FontFile2" in font for font in fonts)


def test_hostile_text_on_paper_is_text(root: Path) -> None:
    """The sheets show whatever is written, and nothing of it is markup or style."""
    poison(root)
    pdf = facts_report_pdf(read_project(root), CALL, "nl")
    with pypdfium2.PdfDocument(pdf) as document:
        printed = without_blanks("".join(p.get_textpage().get_text_range() for p in document))
    assert printed.count(without_blanks("<script>alert(1)</script>")) >= 10


def test_letters_that_cannot_be_printed_are_refused(root: Path) -> None:
    """Sheets with an empty box in place of a letter are not given to anybody to sign."""
    change(root, "leaflets/facts.yaml", "New cases of a year.", "New cases of a year \u16a0.")
    with pytest.raises(ProblemsFoundError, match=r"no font of ours has \u16a0"):
        facts_report_pdf(read_project(root), CALL, "nl")


def test_what_is_not_right_is_marked_on_paper(root: Path) -> None:
    """The sheets mark what is stale, too."""
    change(root, DUTCH_FILE, f'msgid "{RARE}"', f'#, fuzzy\nmsgid "{RARE}"')
    pdf = facts_report_pdf(read_project(root), CALL, "nl")
    with pypdfium2.PdfDocument(pdf) as document:
        printed = without_blanks("".join(p.get_textpage().get_text_range() for p in document))
    assert without_blanks(STALE) in printed


def test_no_such_leaflet_or_language_has_sheets(root: Path) -> None:
    """Who asks for the sheets of nothing is told by an error, not by an empty file."""
    project = read_project(root)
    for leaflet, locale in (("none", "nl"), (ACT, "de")):
        for make in (facts_report, facts_report_pdf):
            with pytest.raises(KeyError):
                make(project, leaflet, locale)
