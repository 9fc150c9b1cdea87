"""How each language is written, which words it agreed on, and how easy it is to read.

The tables of `language_checks/` say for each language what is found in some words, and in which
nothing is. The rules are those of `locales/`; a table of a language that is not shipped brings
its own, as a translator would add them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sampling import sample

from leafletry.checking import WORD_RULES
from leafletry.checking.completeness_rules import require_every_sentence
from leafletry.checking.glossary_rules import refuse_exchanged_terms, warn_of_missing_terms
from leafletry.checking.lacking_words import require_words_of_figures, require_words_to_check_by
from leafletry.checking.length_rules import warn_of_long_texts
from leafletry.checking.meaning_rules import (
    refuse_added_meanings,
    refuse_opposites,
    refuse_other_meanings,
    require_as_many,
    require_meanings,
)
from leafletry.checking.reading_rules import (
    SyllableCounter,
    sentences_of,
    warn_of_hard_leaflets,
    warn_of_long_sentences,
)
from leafletry.checking.survey import Survey, Wording
from leafletry.checking.words import fold
from leafletry.content.catalog import Catalog, Glossary
from leafletry.content.lengths import Lengths
from leafletry.content.project import Project, read_project
from leafletry.content.writing import Writing
from leafletry.reading.problems import Place
from leafletry.reading.sourcefile import SourceFile, parse, read_yaml

if TYPE_CHECKING:
    from leafletry.checking.terms import Agreement

ROOT = Path(__file__).parents[2]
TABLES = Path(__file__).parents[1] / "language_checks"
TODAY = dt.date(2026, 11, 20)
HERE = Place("locales/xx/LC_MESSAGES/messages.po", 1, 1)
LOCALES = sorted(path.stem for path in TABLES.glob("*.yaml"))
SHIPPED = sorted(path.name for path in (ROOT / "locales").iterdir() if path.is_dir())


@cache
def table(locale: str) -> dict[str, Any]:
    """The table of one language."""
    path = TABLES / f"{locale}.yaml"
    value = read_yaml(path, path.name).value
    assert isinstance(value, dict)
    return value


@cache
def project_in(locale: str) -> Project:
    """The project of this repository, with a language of the tables if it has it not yet."""
    project = read_project(ROOT)
    if locale not in project.catalogs:
        rules = SourceFile("writing", table(locale)["rules"])
        project.catalogs[locale] = Catalog(locale)
        project.writings[locale] = parse(Writing, rules)
        project.glossaries[locale] = parse(Glossary, SourceFile("terms", table(locale)["agreed"]))
    return project


def survey_of(locale: str, case: dict[str, Any]) -> Survey:
    """A survey of a project that says nothing but the words of a case."""
    words = case["words"]
    readers = frozenset(case.get("readers", ()))
    wording = Wording(words, locale, HERE, case.get("source", words), readers)
    survey = Survey(project_in(locale), TODAY)
    survey.__dict__["wordings"] = [wording]
    return survey


MEANINGS = {
    refuse_added_meanings,
    refuse_exchanged_terms,
    refuse_opposites,
    refuse_other_meanings,
    require_as_many,
    require_every_sentence,
    require_meanings,
}
"""What holds a translation to its source; the words of these tables are no translations."""


def said_of(locale: str, case: dict[str, Any]) -> list[str]:
    """What the rules say about the words of a case."""
    survey = survey_of(locale, case)
    (wording,) = survey.wordings
    rules = [rule for rule in WORD_RULES if rule not in MEANINGS]
    said = [message for rule in rules for message, _ in rule(survey, wording)]
    said += [problem.message for problem in warn_of_missing_terms(survey)]
    return said + [problem.message for problem in warn_of_long_sentences(survey)]


def cases(*parts: str) -> list[Any]:
    """The cases of some parts of all tables, each with the name of its language."""
    return [
        pytest.param(locale, case, id=f"{locale}-{part}-{number}")
        for locale in LOCALES
        for part in parts
        for number, case in enumerate(table(locale).get(part, ()))
    ]


def test_every_language_has_its_table() -> None:
    """No shipped language goes without good words and bad ones, in writing and in agreed terms."""
    assert set(SHIPPED) < set(LOCALES)
    for locale in LOCALES:
        found = Counter(bool(case.get("finds")) for case in table(locale)["writing"])
        assert min(found[True], found[False]) >= 2, locale
        assert locale == "en" or len(table(locale)["glossary"]) >= 2


@pytest.mark.parametrize(("locale", "case"), cases("writing", "glossary", "long"))
def test_words_are_judged(locale: str, case: dict[str, Any]) -> None:
    """In some words exactly the faults are found that are in them, and none in good words."""
    said = said_of(locale, case)
    missed = [fault for fault in case.get("finds", ()) if not any(fault in line for line in said)]
    assert missed == []
    assert len(said) == len(case.get("finds", ())), said


@pytest.mark.parametrize("locale", [name for name in LOCALES if "numbers" in table(name)])
def test_number_words_are_known(locale: str) -> None:
    """Numbers said in words are found, and ordinary words that only look like them are not."""
    vocabulary = Survey(project_in(locale), TODAY).vocabularies[locale]
    numbers, ordinary = table(locale)["numbers"], table(locale)["ordinary"]
    assert [words for words in numbers if not vocabulary.number_in(words, fold(words))] == []
    assert [words for words in ordinary if vocabulary.number_in(words, fold(words))] == []


@pytest.mark.parametrize("locale", [name for name in LOCALES if "syllables" in table(name)])
def test_syllables_are_counted(locale: str) -> None:
    """Syllables are counted as they are spoken, in words that the rules of thumb are made for."""
    reading = project_in(locale).writings[locale].reading
    assert reading is not None
    assert reading.ease is not None
    counter = SyllableCounter(reading.ease.syllables)
    spoken = table(locale)["syllables"]
    assert {word: counter.count(word) for word in spoken} == spoken


@pytest.mark.parametrize(("locale", "case"), cases("sentences"))
def test_sentences_are_parted(locale: str, case: dict[str, Any]) -> None:
    """A text falls into its sentences, and a shortened word ends none."""
    assert sentences_of(survey_of(locale, case).wordings[0].plain) == case["are"]


FORMULAS = {
    # Flesch 1948; Szigriszt Pazos 1993; Kandel and Moles 1958; Douma 1960.
    "en": (206.835, 1.015, 84.6),
    "es": (206.835, 1, 62.3),
    "fr": (207, 1.015, 73.6),
    "nl": (206.84, 0.93, 77),
}


@pytest.mark.parametrize("locale", FORMULAS)
def test_formulas_are_as_published(locale: str) -> None:
    """Each language's reading ease is worked out with the constants of its published formula."""
    reading = read_project(ROOT).writings[locale].reading
    assert reading is not None
    assert reading.ease is not None
    assert (reading.ease.base, reading.ease.sentence, reading.ease.word) == FORMULAS[locale]


HARD = "Hospitalization necessitates comprehensive immunophenotyping examinations rapidly. "
EASY = "Call us now if the baby is ill. "


def hard_leaflets(words: str, times: int) -> list[str]:
    """What is said about the parents' leaflet if that was its only text, so many times."""
    survey = Survey(project_in("en"), TODAY)
    wording = Wording(words, "en", HERE, words, frozenset(("parents",)))
    survey.__dict__["_written"] = [wording] * times
    survey.__dict__["passages"] = [p for p in survey.passages if p.file_id.startswith("when")][:1]
    survey.__dict__["passages"] *= times
    return [problem.message for problem in warn_of_hard_leaflets(survey)]


def test_hard_leaflet_is_told_with_its_numbers() -> None:
    """A leaflet of long words is told, with the score that its formula gives and its measures."""
    (said,) = hard_leaflets(HARD, 20)
    words, syllables = 6, 29  # Hos-pi-tal-i-za-tion: 6, ne-ces-si-tates: 4, and so on
    score = 206.835 - 1.015 * words - 84.6 * syllables / words
    assert said == (
        f"when-to-have-your-baby-checked reads at {score:.0f}, and parents need 70 "
        f"({20 * words} words, {words}.0 in a sentence, {syllables / words:.2f} syllables each)"
    )


@pytest.mark.parametrize(("words", "times"), [(EASY, 20), (HARD, 16), (HARD.replace(".", ""), 20)])
def test_easy_short_and_unfinished_texts_are_not_scored(words: str, times: int) -> None:
    """Nothing is said of easy leaflets, of too few words to judge, and of mere headings."""
    assert hard_leaflets(words, times) == []


def used_terms() -> list[Any]:
    """Each term of the shipped glossaries with one real message that uses it."""
    survey = Survey(project_in("en"), TODAY)
    found = {
        (wording.locale, agreement.term.source, *agreement.term.target): (wording, agreement)
        for wording in survey.wordings
        for agreement in survey.terms_in(wording)
    }
    # Two audiences can have a word in common; its number tells one from the other.
    return [
        pytest.param(*pair, id="-".join((*key[:3], str(number))))
        for number, (key, pair) in enumerate(found.items())
    ]


@pytest.mark.parametrize(("wording", "agreement"), used_terms())
def test_every_term_of_the_glossaries_is_held(wording: Wording, agreement: Agreement) -> None:
    """Whoever takes a term's words out of a real translation, or puts avoided ones in, is told."""
    words, term = wording.plain, agreement.term
    while spans := list(agreement.agreed_in(words)):
        start, end = spans[0]
        words = f"{words[:start]}·{words[end:]}"
    readers = list(wording.audiences)
    case = {"words": words, "source": wording.source, "readers": readers}
    missing = f'"{term.source}" is not said as agreed'
    assert (missing in said_of(wording.locale, case)) is not term.optional
    for avoided in term.avoid:
        said = said_of(wording.locale, {**case, "words": f"{wording.words} {avoided}"})
        assert any(line.startswith(f'"{avoided}" is not said for') for line in said), avoided


def test_glossaries_are_used() -> None:
    """The shipped glossaries speak about hundreds of places, in every language."""
    survey = Survey(project_in("en"), TODAY)
    places = Counter(w.locale for w in survey.wordings for _ in survey.terms_in(w))
    assert set(places) == set(SHIPPED) - {"en"}
    # What a variant does not avoid it has no term for.
    variants = {locale: places.pop(locale) for locale in list(places) if "_" in locale}
    assert min(places.values()) > 200, places
    assert min(variants.values()) > 40, variants


def test_no_form_that_is_normal_japanese_is_refused() -> None:
    """Of the forms refused as old or Chinese, none is among the common kanji of the first level."""
    refused = [
        char
        for rule in project_in("ja").writings["ja"].refuse
        for run in rule.characters
        for char in run
        if "一" <= char <= "鿿"
    ]
    assert len(refused) > 250
    assert max(Counter(refused).values()) == 1
    levels = {char: char.encode("euc_jp")[0] - 0xA0 for char in refused if in_jis(char)}
    assert [char for char, row in levels.items() if 16 <= row <= 47] == []


def in_jis(char: str) -> bool:
    """Whether a character is in JIS X 0208."""
    try:
        return len(char.encode("euc_jp")) == 2
    except UnicodeEncodeError:
        return False


def words_needed(
    locale: str, glossary: Glossary, *, translated: bool, signed: bool = False
) -> list[tuple[str, bool]]:
    """What a language lacks, and whether that is only a warning, with one message or with none."""
    project = project_in(locale)
    glossaries = {**project.glossaries, locale: glossary}
    signing = (locale, "recognize-and-work-up") if signed else None
    survey = Survey(replace(project, glossaries=glossaries), TODAY, signing)
    source = "About {infant_cases_us} babies, {japan_skin_cns_share}"
    written = [Wording(source, locale, HERE, source)] if translated else []
    survey.__dict__["wordings"] = written
    found = [*require_words_of_figures(survey), *require_words_to_check_by(survey)]
    own = [p for p in found if p.place == HERE or locale in p.place.file]
    return [(problem.message, problem.warning) for problem in own]


FULL = Glossary(
    number_words=["x"],
    doses=["x"],
    qualifiers={name: ["x"] for name in ("about", "under", "estimated", "at-least")},
    fractions={"half": "die Hälfte"},
)


@pytest.mark.parametrize("signed", [True, False])
def test_a_draft_needs_no_words_of_its_language(signed: bool) -> None:  # noqa: FBT001
    """A text that prints a limit or a fraction without words is named: an error if it is signed.

    What no text prints waits in one warning for all of it.
    """
    needed = dict(words_needed("de", Glossary(), translated=True, signed=signed))
    for lacking in ('no words for the qualifier "about"', 'no word for the fraction "half"'):
        (said,) = [said for said in needed if said.startswith(lacking)]
        assert "About {infant_cases_us} babies" in said
        assert needed[said] is not signed
    waiting = [said for said in needed if "qualifiers" in said]
    assert len(waiting) == 1
    assert "under" in waiting[0]
    assert needed[waiting[0]] is True
    general = [said for said in needed if "meanings" in said]
    assert len(general) == 1
    assert needed[general[0]] is not signed
    assert all(words in general[0] for words in ("numbers", "doses", "banned fact", "denial"))
    assert len(needed) == (4 if signed else 3)


def test_an_untouched_language_lacks_nothing() -> None:
    """Before anything is translated, nobody is asked to fill in a glossary."""
    assert words_needed("de", Glossary(), translated=False) == []


def test_a_full_glossary_lacks_nothing() -> None:
    """Where the words are there, neither a signature nor a text makes anything of it."""
    english = project_in("en").glossaries["en"]
    full = FULL.model_copy(update={"meanings": english.meanings, "never_said": english.never_said})
    for translated in (True, False):
        assert words_needed("de", full, translated=translated, signed=True) == []


def long_texts(source: str, words: str, lengths: Lengths) -> list[str]:
    """What is said about the room of a Spanish translation, where a leaflet's title is twice."""
    project = read_project(ROOT)
    leaflet = project.leaflets["when-to-have-your-baby-checked"]
    same = leaflet.model_copy(update={"subtitle": leaflet.title})
    project.leaflets["when-to-have-your-baby-checked"] = same
    project.lengths = lengths
    survey = Survey(project, TODAY)
    survey.__dict__["wordings"] = [Wording(words, "es", HERE, source)]
    return [problem.message for problem in warn_of_long_texts(survey)]


TITLE = "When to have your baby checked"
NUMBER = "About {infant_cases_us} babies a year"


@pytest.mark.parametrize(
    ("source", "words", "one_line", "several_lines", "says"),
    [
        ("Day", "De día", {"labels.phone_day": 6}, {}, ""),
        ("Day", "De día.", {"labels.phone_day": 6}, {}, "is 7 characters wide, and there is room"),
        ("Day", "日中です", {"labels.phone_day": 6}, {}, "is 8 characters wide"),
        ("Night", "De noche, tarde", {"labels.phone_day": 6}, {}, ""),
        (TITLE, "Cuándo", {"title": 9, "subtitle": 5}, {}, "room for 5 on one line"),
        (TITLE, "Cuándo", {"title": 5, "subtitle": 9}, {}, "room for 5 on one line"),
        (TITLE, "Cuándo", {}, {"title": 5}, "room for 5 in all"),
        (NUMBER, "Unos {infant_cases_us}", {"figure.number": 8}, {}, ""),
        (NUMBER, "Unos {infant_cases_us}", {"figure.number": 7}, {}, "is 8 characters wide"),
        ("Day", "a" * 3000, {"labels.phone_day": 6}, {}, ""),
    ],
)
def test_text_wider_than_its_room_is_told(
    source: str, words: str, one_line: dict[str, int], several_lines: dict[str, int], says: str
) -> None:
    """A text is told that is wider than the least room of its places, figures as they print."""
    said = long_texts(source, words, Lengths(one_line=one_line, several_lines=several_lines))
    assert [says in message for message in said] == ([True] if says else [])


SIGNS = st.sampled_from("aeé-^]\\[(){}|*+?.$ \u00a0\u200b'«»“”か骨")
TEXT = st.text(SIGNS, max_size=30)
RUNS = st.text(SIGNS, min_size=1, max_size=4)
PAIR = st.text(SIGNS, min_size=2, max_size=2)
RULES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "quotes": st.lists(PAIR, max_size=3),
        "apostrophe": st.none() | SIGNS,
        "spaces": st.lists(st.builds(dict, before=RUNS, use=st.just(["none"])), max_size=2)
        | st.lists(st.builds(dict, after=RUNS, use=st.just(["space", "no-break"])), max_size=2),
        "openings": st.dictionaries(SIGNS, SIGNS, max_size=2),
        "instead": st.lists(
            st.builds(dict, wrong=RUNS, right=RUNS, where=st.sampled_from(["word", "anywhere"])),
            max_size=2,
        ),
        "refuse": st.lists(
            st.builds(
                dict,
                characters=st.lists(RUNS, min_size=1, max_size=2),
                where=st.sampled_from(["anywhere", "beside-script"]),
                hint=st.just("no"),
            ),
            max_size=2,
        ),
        "script": st.lists(RUNS, min_size=1, max_size=2),
        "endings": st.dictionaries(TEXT.map(lambda text: text[:3]), st.lists(RUNS), max_size=2),
        "reading": st.fixed_dictionaries(
            {
                "longest": st.just({"parents": 1}),
                "ease": st.fixed_dictionaries(
                    {
                        "base": st.just(100),
                        "sentence": st.just(1),
                        "word": st.just(1),
                        "least": st.just({"parents": 90}),
                        "syllables": st.fixed_dictionaries(
                            {
                                "vowels": RUNS,
                                "hiatus": st.lists(PAIR, max_size=2),
                                "silent": st.lists(RUNS, max_size=2),
                                "spoken": st.lists(RUNS, max_size=2),
                            }
                        ),
                    }
                ),
            }
        ),
    }
)
TERM: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    source=st.just("baby") | st.just("ALL") | st.just("bone-marrow (x)"),
    target=st.lists(RUNS.map("a".__add__), min_size=1, max_size=2),
    avoid=st.lists(RUNS.map("か".__add__), max_size=2),
)


@settings(max_examples=sample(150), deadline=None, derandomize=True, database=None)
@given(rules=RULES, terms=st.lists(TERM, max_size=3), words=TEXT)
@example(rules={}, terms=[], words="")
def test_whatever_rules_say_every_text_can_be_judged(
    rules: dict[str, Any], terms: list[dict[str, Any]], words: str
) -> None:
    """Signs that mean something in patterns are signs, and no rule and no text breaks a check."""
    writings = {**project_in("de").writings, "de": Writing.model_validate(rules)}
    glossaries = {**project_in("de").glossaries, "de": Glossary.model_validate({"terms": terms})}
    project = replace(project_in("de"), writings=writings, glossaries=glossaries)
    survey = Survey(project, TODAY)
    source = "A baby with ALL: bone-marrow (x)."
    wording = Wording(words, "de", HERE, source, frozenset(("parents",)))
    survey.__dict__["wordings"] = [wording]
    said = [message for rule in WORD_RULES for message, _ in rule(survey, wording)]
    said += [problem.message for problem in warn_of_missing_terms(survey)]
    said += [problem.message for problem in warn_of_long_sentences(survey)]
    assert all(said)


def test_what_nothing_is_agreed_about_is_not_judged() -> None:
    """A language without rules of writing and without a glossary has no fault by them."""
    project = read_project(ROOT)
    project.catalogs["sv"], project.glossaries["sv"] = Catalog("sv"), Glossary()
    survey = Survey(project, TODAY)
    words = 'Är det "sällsynt" ?? Vi\'s … « nej , (ﾊ'
    wording = Wording(words, "sv", HERE, words)
    survey.__dict__["wordings"] = [wording]
    assert [said for rule in WORD_RULES for said in rule(survey, wording)] == []
    assert list(warn_of_missing_terms(survey)) == []
    assert list(warn_of_long_sentences(survey)) == []
    assert list(warn_of_hard_leaflets(survey)) == []
