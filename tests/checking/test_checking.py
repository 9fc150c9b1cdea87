"""The rules that content keeps: each finds its fault, alone, and the real content keeps them."""

import datetime as dt
import itertools
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from leafletry import checking
from leafletry.checking import check_project
from leafletry.checking.words import Vocabulary, fold
from leafletry.content.project import read_project

PROJECT = Path(__file__).parents[2]
GOOD = Path(__file__).parents[1] / "bad_input" / "good"
TODAY = dt.date(2026, 11, 20)

LEAFLET = "leaflets/when-to-call.yaml"
FACTS = "leaflets/facts.yaml"
SOURCES = "leaflets/sources.yaml"
PHRASES = "leaflets/phrases.yaml"
FIGURE = "templates/figures/baby.svg"
TOKENS = "styles/tokens.css"
FRENCH = "locales/fr/LC_MESSAGES/messages.po"
SIGNOFF = "locales/nl/signoff.yaml"
SIGNED = "locales/nl/signed/recognize-15a784b5252a.txt"
CONFIRMED = "locales/en/confirmed.yaml"
FOUND = "locales/en/confirmed/study-70b827a45ff7.txt"
JAPANESE = "locales/ja/LC_MESSAGES/messages.po"
CITED = "{infant_cases} babies"
SPARE_SOURCE = (
    'sources:\n  spare: {authors: "", title: A spare one, in: A journal, kind: study, lang: en}\n'
)


@dataclass(frozen=True)
class Fault:
    """One change of the good project, and what must be said about it by exactly one rule."""

    rule: str
    file: str
    old: str
    new: str
    says: str


FAULTS = [
    Fault("require_formats", LEAFLET, "{a4: 2}", "{a5: 2}", 'there is no format "a5"'),
    Fault("require_cited_facts", LEAFLET, "[very_rare]", "[very_raer]", 'no fact "very_raer"'),
    Fault("require_cited_facts", LEAFLET, "[call_now]", "[call_nwo]", 'no fact "call_nwo"'),
    Fault(
        "require_described_sources", SOURCES, "    title: A study of leukemia\n", "",
        "has no title",
    ),
    Fault(
        "require_described_sources", PHRASES, "\nlabels:", "\nsources: {studdy: a page}\nlabels:",
        'there is no source "studdy"',
    ),
    Fault(
        "refuse_banned_facts", LEAFLET, "[very_rare]", "[spine_needle]",
        'the fact "spine_needle" is banned',
    ),
    Fault(
        "refuse_banned_facts", FACTS, "certainty: established\n    value: 160",
        "certainty: established\n    banned: not so\n    value: 160",
        'the fact "infant_cases" is banned',
    ),
    Fault(
        "require_fitting_audience", LEAFLET, "[very_rare]", "[nurses_only]",
        'the fact "nurses_only" is not for parents',
    ),
    Fault(
        "require_fitting_audience", LEAFLET, CITED, "{infant_cases} of {nurses_only} babies",
        'the fact "nurses_only" is not for parents',
    ),
    Fault(
        "require_population_and_source", FACTS, "population: childhood", "population: chilhood",
        'there is no population "chilhood-leukemia"',
    ),
    Fault(
        "require_population_and_source", FACTS, "source: study", "source: stduy",
        'there is no source "stduy"',
    ),
    Fault(
        "require_places_in_sources", FACTS, "    where: Results\n", "",
        "very_rare does not say where it stands in its source",
    ),
    Fault(
        "require_lists_that_are_named", FACTS, "is very rare.", "has the signs listed.",
        'very_rare says "listed", and has no list',
    ),
    Fault(
        "require_lists_that_are_named", FACTS, "is very rare.", "has signs, which are described.",
        'very_rare says "are described", and has no list',
    ),
    Fault("warn_of_unused_facts", LEAFLET, "[call_now]", "[very_rare]", 'uses the fact "call_now"'),
    Fault(
        "warn_of_unused_facts", SOURCES, "sources:\n", SPARE_SOURCE,
        'no fact uses the source "spare"',
    ),
    Fault("require_possible_values", FACTS, "value: 30", "value: 130", "130 is no percent"),
    Fault("require_possible_values", FACTS, "value: 7\n", "value: 7.5\n", "7.5 is no count"),
    Fault("require_possible_values", FACTS, "value: 7\n", "value: -7\n", "-7 is no count"),
    Fault("require_true_formulas", FACTS, "value: 70", "value: 71", "its formula gives 70"),
    Fault(
        "require_true_formulas", FACTS, "infant_cases - infant_all", "infant_cases - nothing",
        "the formula cannot be computed",
    ),
    Fault(
        "require_true_formulas", FACTS, "infant_cases - infant_all", "0 + " * 60 + "70",
        "the formula is too long",
    ),
    Fault(
        "require_infant_figures", PHRASES, "Call now if your baby", "Some {child_share} of all",
        "{child_share} is a figure of childhood-leukemia and stands here alone",
    ),
    Fault(
        "require_named_populations", FRENCH, "cancers des enfants", "cancers",
        "childhood-leukemia is not named in the block that shows {child_share}",
    ),
    Fault(
        "require_named_populations", "locales/nl/glossary.yaml",
        "  childhood-leukemia: [kinderen]\n", "", "no words for childhood-leukemia",
    ),
    Fault(
        "require_named_populations", "locales/nl/glossary.yaml", "childhood-leukemia: [",
        "childhood-lukemia: [", 'there is no population "childhood-lukemia"',
    ),
    Fault(
        "refuse_unsought_survival", FACTS, "kind: percent\n",
        "kind: percent\n    measure: survival\n", 'the fact "child_share" tells of survival where',
    ),
    Fault(
        "require_citations", LEAFLET, "        cites: [very_rare]\n", "", "this claim cites no fact"
    ),
    Fault("require_citations", LEAFLET, "    cites: [call_now]\n", "", "this claim cites no fact"),
    Fault(
        "require_citations", LEAFLET,
        "      - text: About {infant_cases} babies a year fall ill, {infant_all} with ALL and "
        "{infant_aml} with AML. Leukemia is {child_share} of the cancers of children.\n"
        "        cites: [infant_cases]\n",
        "      - It is rare.\n", "this claim cites no fact",
    ),
    Fault(
        "require_known_placeholders", LEAFLET, CITED, "{infant_csaes} babies",
        "unknown placeholder {infant_csaes}",
    ),
    Fault(
        "require_known_placeholders", LEAFLET, CITED, "{very_rare} babies", "has no figure to print"
    ),
    Fault(
        "require_known_placeholders", PHRASES, "otherwise: has a fever",
        "otherwise: has {fever_threshold}", "{fever_threshold} is not there without a clinic",
    ),
    Fault(
        "require_known_placeholders", PHRASES, "phone_day: Day", "phone_day: Day {infant_cases}",
        "unknown placeholder {infant_cases}",
    ),
    Fault(
        "require_sound_needs", PHRASES, "      needs: fever_threshold\n", "",
        "otherwise: would never be printed",
    ),
    Fault(
        "require_sound_needs", PHRASES, "needs: fever_threshold", "needs: fever",
        '"fever" is nothing that a clinic gives',
    ),
    Fault("require_figures", LEAFLET, "file: baby", "file: boby", 'there is no figure "boby"'),
    Fault(
        "refuse_endless_gradients", TOKENS, ":root {",
        "p { background: Repeating-Linear-gradient(red 0, blue 1e-6px) } :root {",
        "Repeating-Linear-gradient may not be used",
    ),
    Fault("require_drawable_figures", FIGURE, 'viewBox="0', 'viewBox="nan', "cannot be drawn"),
    Fault("require_drawable_figures", FIGURE, "<svg", "<swg><svg", "is not well-formed SVG"),
    Fault(
        "warn_of_unused_warnings", LEAFLET, "[trouble_breathing, fever]", "[fever]",
        'no leaflet shows the warning "trouble_breathing"',
    ),
    Fault("require_different_codes", LEAFLET, "TS-P1", "TS-C1", 'the code "TS-C1" is taken'),
    Fault("require_true_signoffs", SIGNOFF, "2026-02-28", "2026-11-23", "lies in the future"),
    Fault("require_true_signoffs", SIGNOFF, "2028-02-28", "2026-02-28", "is not after signed_on"),
    Fault("require_true_signoffs", SIGNOFF, "2028-02-28", "2029-03-31", "more than three years"),
    Fault("require_true_signoffs", SIGNOFF, "leaflet: recog", "leaflet: rcog", 'leaflet "rcogn'),
    Fault("require_signed_words", SIGNOFF, 'words: "15', 'words: "25', "that were signed are not"),
    Fault("require_signed_words", SIGNED, "today", "tonight", "not the words that Example"),
    Fault("require_true_confirmations", CONFIRMED, "2026-02-28", "2026-11-23", "in the future"),
    Fault("require_true_confirmations", CONFIRMED, "source: study", "source: studdy", '"studdy"'),
    Fault("require_confirmed_words", CONFIRMED, 'words: "70', 'words: "0a', "is not in locales/en"),
    Fault("require_confirmed_words", FOUND, "A study", "The study", "not what Example Clinician"),
    Fault("warn_of_coming_reviews", SIGNOFF, "2028-02-28", "2027-01-19", "out on 2027-01-19"),
    Fault("warn_of_coming_reviews", SIGNOFF, "2028-02-28", "2026-11-19", "has run out"),
    Fault("require_labels", PHRASES, "  phone_day: Day\n", "", 'the label "phone_day" is missing'),
    Fault("require_labels", PHRASES, "  for_parents: Parents\n", "", 'label "for_parents"'),
    Fault("require_plain_words", SOURCES, "A journal", "A <i>journal</i>", "markup is not"),
    Fault("require_plain_words", FACTS, "where: Results", "where: <i>Results</i>", "markup is not"),
    Fault(
        "require_plain_words", FACTS, "where: Results", "where: Results\n    items: [www.who.org]",
        "links are not",
    ),
    Fault(
        "require_plain_words", FACTS, "where: Results", "where: Results\n    caveats: [<b>no]",
        "markup is not",
    ),
    Fault("require_plain_words", SIGNOFF, "Example Reviewer", "www.example.org", "links are not"),
    Fault("require_language_codes", SOURCES, "lang: en", "lang: English", '"English" is no'),
    Fault(
        "require_words_of_figures", "locales/ja/glossary.yaml", "  under: [未満]\n", "",
        'no words for the qualifier "under" in the glossary: nobody checks that it is said',
    ),
    Fault(
        "refuse_unknown_banned_facts", "locales/ja/glossary.yaml", "spine_needle", "very_rare",
        'there is no banned fact "very_rare"',
    ),
    Fault(
        "require_words_to_check_by", "locales/ja/glossary.yaml",
        "never_said:\n  - fact: spine_needle\n    together:\n      - [骨髄]\n      - [背骨]\n", "",
        "no words for the banned fact spine_needle",
    ),
    Fault(
        "warn_of_incomplete_catalogs", FRENCH, 'msgstr "Jour"', 'msgstr ""',
        "of 27 messages: 1 untranslated",
    ),
    Fault(
        "warn_of_incomplete_catalogs", FRENCH, 'msgid "Day"', '#, fuzzy\nmsgid "Day"',
        "of 27 messages: 1 fuzzy",
    ),
    Fault("refuse_numbers", FRENCH, '"Jour"', '"Jour 1"', 'the number "1" stands in the text'),
    Fault("refuse_numbers", FRENCH, '"Jour"', '"Les Deux jours"', 'the number "deux" stands'),
    Fault("refuse_numbers", JAPANESE, '"昼"', '"赤ちゃん二人"', 'the number "二人" stands'),
    Fault("refuse_numbers", JAPANESE, '"昼"', '"十分の一"', 'the number "分の一" stands'),
    Fault("refuse_numbers", PHRASES, "Day", "Day TP532", 'the number "5" stands in the text'),
    Fault("refuse_stray_braces", FRENCH, '"Jour"', '"Jour {"', "a brace belongs to no placeholder"),
    Fault("require_same_placeholders", FRENCH, "et {infant_aml}", "et les", "lost {infant_aml}"),
    Fault("require_same_placeholders", FRENCH, '"Jour"', '"Jour {a}"', "foreign {a}"),
    Fault("require_same_placeholders", FRENCH, "et {infant_aml}", "et {infant_all}", "foreign {"),
    Fault("require_qualifiers", FRENCH, "environ ", "", '"about" is lost beside {infant_cases}'),
    Fault("require_qualifiers", JAPANESE, "未満", "", '"under" is lost beside {age_limit}'),
    Fault("require_qualifiers", LEAFLET, "About", "Only", '"about" is lost beside {infant_cases}'),
    Fault("refuse_doses", FRENCH, '"Jour"', '"Jour, mg/kg"', 'the unit "mg" reads like a dose'),
    Fault("refuse_doses", JAPANESE, '"昼"', '"昼㎎"', 'the unit "mg" reads like a dose'),
    Fault("refuse_one_in", LEAFLET, "About {", "About one out of {", '"one out of" reads like'),
    Fault("refuse_one_in", FRENCH, "environ {", "environ un sur {", '"un sur" reads like'),
    Fault(
        "refuse_banned_words", FRENCH, '"Jour"', '"La moelle, dans le RACHIS"',
        '"moelle … rachis" says what is banned (spine_needle)',
    ),
    Fault("refuse_banned_words", JAPANESE, '"昼"', '"背骨の骨髄"', "says what is banned"),
    Fault("refuse_banned_words", PHRASES, "Day", "marrow of the spine", "says what is banned"),
    Fault("refuse_markup", FRENCH, '"Jour"', '"Jour<br>"', "markup is not"),
    Fault("refuse_markup", FRENCH, '"Jour"', '"JavaScript:Jour"', "links are not"),
    Fault("require_balanced_stars", FRENCH, '"Jour"', '"**Jour"', "the stars do not"),
    Fault("require_balanced_stars", FRENCH, '"Jour"', '"** Jour **"', "the stars do not"),
    Fault("require_tidy_blanks", FRENCH, '"Jour"', '"Jour "', "a blank stands at the"),
    Fault("require_tidy_blanks", FRENCH, '"Jour"', '"Jour jour"', '"jour jour" stands here twice'),
    Fault("require_tidy_blanks", FRENCH, '"Jour"', '"Le\u00a0 jour"', "blanks that do not belong"),
    Fault("refuse_foreign_placeholders", FRENCH, '"Jour"', '"Jour %s"', 'fills in: "Jour %s"'),
    Fault("require_tidy_blanks", FRENCH, '"Jour"', '"Le\u200bjour"', "the hidden character U+200B"),
    Fault("require_same_strong_parts", FRENCH, '"Jour"', '"**Jour**"', "1 parts are strong, in"),
    Fault("require_quotes_of_language", FRENCH, '"Jour"', '"L\'été"', "the apostrophe '"),
    Fault("require_quotes_of_language", FRENCH, '"Jour"', '"« Jour"', "« is never closed"),
    Fault("require_spaces_of_language", FRENCH, '"Jour"', '"Jour!"', 'no space before "!"'),
    Fault("require_openings", "locales/es/LC_MESSAGES/messages.po", '"¿Es', '"Es', "? without ¿"),
    Fault("refuse_foreign_writing", FRENCH, '"Jour"', '"Le coeur"', '"coeur": "Le coeur"'),
    Fault("refuse_foreign_writing", JAPANESE, '"昼"', '"ﾋﾙ"', "the characters ﾋﾙ"),
    Fault("refuse_foreign_writing", JAPANESE, '"昼"', '"昼(夜"', "the character ("),
    Fault("refuse_foreign_writing", JAPANESE, '"昼"', '"儿婴"', "the character 婴"),
    Fault(
        "require_names", "locales/fr/glossary.yaml", "terms:", "names: [ALL]\nterms:",
        "ALL stands here 0 times, in the source 1 times",
    ),
    Fault(
        "refuse_avoided_words", FRENCH, "maintenant les spécialistes", "les experts",
        '"experts" is not said for "specialist"',
    ),
    Fault(
        "require_confirmed_warnings", PHRASES, "urgent:\n",
        "confirmed:\n  items: {trouble_breathing: abcdefgh}\nurgent:\n",
        'the warning "trouble_breathing" has other words than were confirmed',
    ),
    Fault(
        "require_confirmed_warnings", PHRASES, "urgent:\n",
        "confirmed:\n  items: {breathing: abcdefgh}\nurgent:\n",
        'the warning "trouble_breathing" was never confirmed',
    ),
    Fault(
        "refuse_exchanged_terms", FRENCH, "maintenant les spécialistes",
        "maintenant les interprètes", '"interprètes" is what is agreed for "interpreter"',
    ),
    Fault(
        "require_meanings", FRENCH, "Appelez maintenant les", "Appelez donc les",
        '"now" of the source is not said (now)',
    ),
    Fault(
        "refuse_added_meanings", FRENCH, '"Jour"', '"Jour, plus tard"',
        '"plus tard" is not in the source (later)',
    ),
    Fault(
        "refuse_opposites", FRENCH, "Appelez maintenant les", "Appelez plus tard les",
        '"plus tard" is the opposite of what the source says (now)',
    ),
    Fault(
        "refuse_other_meanings", FRENCH, '"respire mal"', '"dort mal"',
        'says something else than the source: "breathing" is not said, "dort" is not in the',
    ),
    Fault(
        "require_as_many", FRENCH, '"respire mal"',
        '"ne respire pas, ne bouge jamais"', "is said 2 times, in the source 1 times (denial)",
    ),
    Fault(
        "require_every_sentence", FRENCH,
        " tombent malades : {infant_all} d’une LAL et {infant_aml} d’une LAM. La leucémie",  # noqa: RUF001 - as typed
        "",
        "has 1 sentences, and the source 2",
    ),
    Fault(
        "require_like_length", FRENCH,
        "bébés tombent malades : {infant_all} d’une LAL et {infant_aml} d’une LAM. La leucémie",  # noqa: RUF001 - as typed
        "",
        "% as long as the source",
    ),
    Fault(
        "refuse_unknown_meanings", "locales/fr/glossary.yaml", "  later:", "  latr:",
        'there is no meaning "latr"',
    ),
    Fault(
        "require_words_to_check_by", "locales/fr/glossary.yaml",
        "  later: {words: [plus tard]}\n", "", "no words for the meaning later",
    ),
    Fault(
        "refuse_unknown_meanings", "locales/en/glossary.yaml", "opposite: later", "opposite: latr",
        'there is no meaning "latr"',
    ),
    Fault(
        "warn_of_missing_terms", FRENCH, "maintenant les spécialistes", "maintenant le bureau",
        '"specialist" is not said as agreed',
    ),
    Fault(
        "warn_of_long_sentences", FRENCH, "Appelez maintenant les", "Appelez" + " encore, et" * 20,
        "a sentence of 42 words",
    ),
    Fault(
        "warn_of_hard_leaflets", FRENCH, "Appelez maintenant les",
        "Une hospitalisation immédiate est indispensable. " * 25, "recognize reads at ",
    ),
    Fault(
        "warn_of_long_texts", FRENCH, '"Jour"', '"Pendant la journée, sauf le dimanche"',
        "is 36 characters wide, and there is room for 30 on one line",
    ),
    Fault("refuse_endless_texts", FRENCH, '"Jour"', '"' + "Jour, " * 400 + '"', "characters long"),
    Fault(
        "refuse_unsafe_marks", LEAFLET, "title: When to call",
        "title: {text: When to call, same_meaning_as: When not to call}",
        "the mark cannot stand here",
    ),
    Fault(
        "warn_of_spent_marks", LEAFLET, "title: When to call",
        "title: {text: When to call, same_meaning_as: Wen to call}", "this mark has done its work",
    ),
]  # fmt: skip

FINE = [
    (FRENCH, '"Jour"', '"Si vous vous inquiétez"'),
    (PHRASES, "Call now if your baby", "**Call now** if your baby"),
    (FRENCH, '"Jour"', '"KMT2A, TP53"'),
    (FRENCH, '"Jour"', '"Les centimes, sans sixième"'),
    (JAPANESE, '"昼"', '"KMT2Aで十分"'),
    (JAPANESE, '"昼"', '"一緒に"'),
    (FRENCH, '"Jour"', '"La moelle"'),
    (PHRASES, "Day", "The spine"),
    (PHRASES, "Day", "Day & night"),
    (PHRASES, "Day", "Profile: ten to one"),
    (PHRASES, "Day", "No one in the family, per microliter"),
    (FACTS, "    where: Results\n    audiences: []", "    audiences: []"),
    (FACTS, "is very rare.", "has the signs listed.\n    items: [fever]"),
    (FACTS, "is very rare.", "is among the signs enlisted."),
]


def spoil(folder: Path, file: str, old: str, new: str) -> Path:
    """Give a copy of the good project with one change."""
    shutil.copytree(GOOD, folder)
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")
    return folder


def names(rules: tuple[Any, ...]) -> list[str]:
    """The names of rules."""
    return [rule.__name__ for rule in rules]


def without(rules: tuple[Any, ...], name: str) -> tuple[Any, ...]:
    """All rules but one."""
    return tuple(rule for rule in rules if rule.__name__ != name)


@pytest.mark.parametrize(
    "fault", FAULTS, ids=[f"{i}-{fault.rule}" for i, fault in enumerate(FAULTS)]
)
def test_rule_finds_its_fault(
    fault: Fault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault is found, in its file with line and column, and only because of its rule."""
    project = read_project(spoil(tmp_path / "project", fault.file, fault.old, fault.new))
    found = [p for p in check_project(project, TODAY) if fault.says in p.message]
    assert found
    assert all(problem.place.line and problem.place.column for problem in found)
    for rules in ("PROJECT_RULES", "WORD_RULES"):
        monkeypatch.setattr(checking, rules, without(getattr(checking, rules), fault.rule))
    assert [p for p in check_project(project, TODAY) if fault.says in p.message] == []


def test_every_rule_is_tested() -> None:
    """No rule is without a fault that it finds."""
    rules = {*names(checking.PROJECT_RULES), *names(checking.WORD_RULES)}
    assert rules == {fault.rule for fault in FAULTS}


@pytest.mark.parametrize(("file", "old", "new"), FINE)
def test_rules_let_good_words_stand(file: str, old: str, new: str, tmp_path: Path) -> None:
    """Names, allowed phrases and words that only look like faults give no error."""
    project = read_project(spoil(tmp_path / "project", file, old, new))
    assert [p for p in check_project(project, TODAY) if not p.warning] == []


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("TEN", "ten"),
        ("\uff54\uff45\uff4e", "ten"),
        ("t\u200be\u00adn", "ten"),
        ("e\u0301e\u0301n", "één"),
        ("l\u2019âge\u00a0de", "l'âge de"),
        ("㎎", "mg"),
    ],
)
def test_disguised_words_are_seen(written: str, meant: str) -> None:
    """Case, width, invisible joints, accents' coding and apostrophes hide no word."""
    assert fold(written) == meant


def test_fuzzy_and_foreign_translations_are_not_judged(tmp_path: Path) -> None:
    """What is never printed stops no build, however wrong it is."""
    folder = spoil(tmp_path / "project", FRENCH, 'msgid "Day"', '#, fuzzy\nmsgid "Day"')
    with (folder / FRENCH).open("a", encoding="utf-8") as file:
        file.write('\nmsgid "Gone"\nmsgstr "<b>1"\n')
    text = (folder / FRENCH).read_text("utf-8").replace('"Jour"', '"{Jour} 1"')
    (folder / FRENCH).write_text(text, "utf-8")
    found = check_project(read_project(folder), TODAY)
    assert [problem.message for problem in found] == [
        "of 27 messages: 1 fuzzy, 1 no longer in the leaflets"
    ]


@pytest.mark.parametrize("file", [FACTS, SOURCES, PHRASES, LEAFLET, "locales/fr/glossary.yaml"])
def test_broken_file_brings_no_flood(file: str, tmp_path: Path) -> None:
    """A file that cannot be read is one problem; what it would have held is not missed."""
    folder = tmp_path / "project"
    shutil.copytree(GOOD, folder)
    (folder / file).write_text("[", "utf-8")
    project = read_project(folder)
    assert len(project.problems.errors) == 1
    assert [problem for problem in check_project(project, TODAY) if not problem.warning] == []


def test_every_word_of_a_glossary_is_found() -> None:
    """Each number word and each qualifier's word that a language lists is seen in its texts."""
    project = read_project(PROJECT)
    assert len(project.glossaries) > 1
    unseen = []
    for locale, glossary in project.glossaries.items():
        vocabulary = Vocabulary(glossary, project.glossaries["en"].names)
        for qualifier, words in glossary.qualifiers.items():
            pattern = vocabulary.qualifiers[qualifier]
            assert pattern is not None
            unseen += [(locale, word) for word in words if not pattern.search(fold(word))]
        numbers = glossary.number_words
        unseen += [
            (locale, word) for word in numbers if vocabulary.number_in(word, fold(word)) is None
        ]
    assert unseen == []


def test_what_is_banned_is_known_in_every_language() -> None:
    """Each language of the project lists words for the same banned facts, and sees each of them."""
    project = read_project(PROJECT)
    banned = {name for name, fact in project.facts.items() if fact.banned}
    known = {entry.fact for entry in project.glossaries["en"].never_said}
    assert known
    assert known <= banned
    for locale, glossary in project.glossaries.items():
        assert {entry.fact for entry in glossary.never_said} == known, locale
        vocabulary = Vocabulary(glossary, ())
        for entry in glossary.never_said:
            for words in itertools.product(*entry.together):
                said = fold(f"Well, {', '.join(words)}.")
                assert entry.fact in dict(vocabulary.banned_in(said)), (locale, words)


def test_real_content_keeps_all_rules() -> None:
    """The leaflets, facts and translations of this project have no error."""
    project = read_project(PROJECT)
    problems = [*project.problems, *check_project(project)]
    assert [str(problem) for problem in problems if not problem.warning] == []
