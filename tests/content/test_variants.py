# ruff: noqa: RUF001 - apostrophes of French are meant
"""Variants of languages inherit: what fr_CA, es_MX or en_GB leave empty, their parents say."""

import datetime as dt
import re
import shutil
from pathlib import Path

import polib
import pytest
import yaml
from commands_given import give
from conftest import ROOT, _copy
from signed import sign

from leafletry.catalogs.new_language import add_language
from leafletry.catalogs.status import Counts, _counts
from leafletry.checking import check_project
from leafletry.content.catalog import Glossary
from leafletry.content.leaflet import walk_texts
from leafletry.content.project import Project, read_project
from leafletry.content.variants import inherited_glossary, inherited_writing, parent_of
from leafletry.content.writing import Writing
from leafletry.desk.messages import sort_problems
from leafletry.editions.composition import Composition
from leafletry.editions.edition import Edition
from leafletry.editions.localization import Printable, localize_leaflet
from leafletry.editions.stopped import Stopped
from leafletry.proof.proof_list import MessageList
from leafletry.reading.languages import ancestors, name_in
from leafletry.reading.problems import Problem
from leafletry.reading.sourcefile import SourceFile, parse

PARENTS, CLINICIANS = "when-to-have-your-baby-checked", "recognize-and-work-up"
SIBLINGS = "could-our-other-children-get-it"
FR, FR_CA, EN_GB = (f"locales/{name}/LC_MESSAGES/messages.po" for name in ("fr", "fr_CA", "en_GB"))
TODAY = dt.date(2026, 11, 20)
NOW = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
FEVER = "has a fever"
CANADIAN = """
terms:
  - {source: ALL, target: [LLA], avoid: [LAL]}
  - {source: AML, target: [LMA], avoid: [LAM]}
  - {source: childhood ALL, target: [LLA de l’enfant], avoid: [LAL de l’enfant]}
populations:
  childhood-ALL: [LLA de l’enfant]
"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project in English, British English and French, with Canadian French just begun."""
    root = tmp_path_factory.mktemp("variants")
    _copy(root)
    for name in ("es", "ja", "nl"):
        shutil.rmtree(root / "locales" / name)
    add_language(read_project(root), "fr_CA", NOW)
    return root


@pytest.fixture
def root(kept: Path, tmp_path: Path) -> Path:
    """A copy of it, for a test to change."""
    apart = shutil.ignore_patterns(".cache", "output")
    return Path(shutil.copytree(kept, tmp_path / "project", ignore=apart))


def put(root: Path, name: str, msgid: str, words: str, *, fuzzy: bool = False) -> int:
    """Write a translation into a catalog; give the line of its words."""
    catalog = polib.pofile(str(root / name), wrapwidth=0)
    entry = catalog.find(msgid)
    assert entry is not None
    entry.msgstr = words
    entry.flags = [flag for flag in entry.flags if flag != "fuzzy"] + ["fuzzy"] * fuzzy
    catalog.save()
    lines = (root / name).read_text("utf-8").split("\n")
    return 1 + next(i for i, line in enumerate(lines) if line == f'msgstr "{words}"')


def write(root: Path, name: str, text: str) -> None:
    """Write a file."""
    (root / name).write_text(text, "utf-8")


def counts(project: Project, locale: str) -> Counts | None:
    """How many messages of the whole project are in which state."""
    models = [*project.leaflets.values(), project.phrases]
    texts = {(t.context, t.text): t for model in models for _, t in walk_texts(model)}
    return _counts(project.catalogs[locale], texts.values())


def errors_of(root: Path) -> list[Problem]:
    """All errors of a project."""
    project = read_project(root)
    found = {*project.problems, *check_project(project, TODAY)}
    return sorted(problem for problem in found if not problem.warning)


# ── Who inherits from whom ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("locale", "known", "parent"),
    [
        ("en_GB", ["en", "fr"], "en"),
        ("fr_CA", ["en", "fr"], "fr"),
        ("es_MX", ["en", "es"], "es"),
        ("es_MX", ["en", "es", "es_419"], "es_419"),
        ("pt_BR", ["en", "pt"], "pt"),
        ("pt_AO", ["en", "pt", "pt_PT", "pt_BR"], "pt_PT"),
        ("pt_BR", ["en", "pt_PT"], None),
        ("zh_Hant_HK", ["zh", "zh_Hant"], "zh_Hant"),
        ("zh_Hant", ["en", "zh"], None),
        ("nn", ["en", "no"], None),
        ("fr", ["en"], None),
    ],
)
def test_the_nearest_language_there_is_the_parent(
    locale: str, known: list[str], parent: str | None
) -> None:
    """CLDR says whose variant a locale is; another language or script is none, nor is a sibling."""
    assert parent_of(locale, known) == parent


def test_a_variant_without_its_parent_is_a_language_of_its_own(root: Path) -> None:
    """Where there is no French, Canadian French waits for its translation, as any language does."""
    shutil.rmtree(root / "locales/fr")
    project = read_project(root)
    assert project.catalogs["fr_CA"].parent is None
    found = counts(project, "fr_CA")
    assert found is not None
    assert (found.translated, found.missing > 300) == (0, True)


# ── What is inherited ──────────────────────────────────────────────────────────────────────────


def test_what_is_empty_is_said_as_the_parent_says_it(root: Path) -> None:
    """Every text of an empty variant is its parent's, whole, and in the variant's own language."""
    project = read_project(root)
    assert counts(project, "fr_CA") == counts(project, "fr")
    for leaflet in project.leaflets:
        own, above = (localize_leaflet(project, leaflet, name) for name in ("fr_CA", "fr"))
        assert (own.incomplete, {text.lang for text in own.texts}) == (0, {"fr-CA"})
        title, again = own.content["title"].text, above.content["title"].text
        assert title == again


def test_what_the_variant_says_itself_is_said(root: Path) -> None:
    """A translation of the variant's own stands in the place of its parent's, and nowhere else."""
    put(root, FR_CA, "Fever", "Température")
    project = read_project(root)
    words = {
        locale: {message.text for message in localize_leaflet(project, PARENTS, locale).messages}
        for locale in ("fr", "fr_CA")
    }
    assert words["fr_CA"] - words["fr"] >= {"Température"}
    assert "Fièvre" in words["fr"] - words["fr_CA"]


@pytest.mark.parametrize(
    ("name", "words", "fuzzy", "state"),
    [
        (FR, "fièvre", True, "missing"),
        (FR, "", False, "missing"),
        (FR_CA, "fait de la fièvre", True, "fuzzy"),
        (FR_CA, "", True, "translated"),
        (FR_CA, "fait de la température", False, "translated"),
    ],
)
def test_nothing_stale_is_inherited(
    root: Path,
    name: str,
    words: str,
    fuzzy: bool,  # noqa: FBT001 - a column of the table
    state: str,
) -> None:
    """What is fuzzy or missing in the parent is missing; what is fuzzy in the variant stays so."""
    put(root, name, FEVER, words, fuzzy=fuzzy)
    project = read_project(root)
    leaflet = localize_leaflet(project, PARENTS, "fr_CA")
    (message,) = [message for message in leaflet.messages if message.msgid == FEVER]
    assert message.state == state
    assert (message.text == FEVER) is (state != "translated")
    assert leaflet.incomplete == (state != "translated")


def test_a_spoiled_message_is_not_inherited_over(root: Path) -> None:
    """Where the variant's own entry cannot be read, no words of the parent take its place."""
    text = (root / FR_CA).read_text("utf-8")
    write(root, FR_CA, text.replace(f'msgid "{FEVER}"\nmsgstr ""', f'msgid "{FEVER}"\nmsgstr "'))
    project = read_project(root)
    assert project.catalogs["fr_CA"].state_of((None, FEVER)) == "missing"
    stopped = Stopped.by(project.problems, project)
    assert stopped.stops(Edition(PARENTS, "fr_CA", "a4"))
    assert not stopped.stops(Edition(PARENTS, "fr", "a4"))


@pytest.mark.parametrize("own", ["", "a de la fièvre"])
def test_a_spoiled_message_of_the_parent_stops_who_inherits_it(root: Path, own: str) -> None:
    """What cannot be read in the parent keeps the variant from being printed, if it needs it."""
    put(root, FR_CA, FEVER, own)
    text = (root / FR).read_text("utf-8")
    write(root, FR, re.sub(rf'(msgid "{FEVER}"\nmsgstr "[^"\n]*)"', r"\1", text))
    project = read_project(root)
    stopped = Stopped.by(project.problems, project)
    assert stopped.stops(Edition(PARENTS, "fr", "a4"))
    assert stopped.stops(Edition(PARENTS, "fr_CA", "a4")) is (own == "")
    assert not stopped.stops(Edition(CLINICIANS, "fr_CA", "a4"))


@pytest.mark.parametrize("name", ["glossary.yaml", "writing.yaml", "LC_MESSAGES/messages.po"])
def test_without_its_parent_a_variant_is_not_made(root: Path, name: str) -> None:
    """Where a file of the parent cannot be read, its variants are not printed as if it were not."""
    write(root, f"locales/fr/{name}", "{")
    project = read_project(root)
    stopped = Stopped.by(project.problems, project)
    made = {
        name
        for name in ("en", "en_GB", "fr", "fr_CA")
        if not stopped.stops(Edition(PARENTS, name, "a4"))
    }
    assert made == {"en", "en_GB"}
    assert len({problem.place for problem in project.problems}) == 1


def agreed(text: str) -> Glossary:
    """A glossary, as its file says it."""
    return parse(Glossary, SourceFile("glossary", yaml.safe_load(text) or {}))


@pytest.mark.parametrize(
    ("own", "parent", "whole"),
    [
        ("names: [A]", "names: [B, A]", "names: [A, B]"),
        (
            "fractions: {half: un demi}",
            "fractions: {half: la moitié}",
            "fractions: {half: un demi}",
        ),
        (
            "qualifiers: {about: [vers]}",
            "qualifiers: {about: [environ], under: [moins de]}",
            "qualifiers: {about: [vers, environ], under: [moins de]}",
        ),
        (
            "meanings: {wait: {words: [espérez]}}",
            "meanings: {wait: {words: [attendez], unmeant: [attendu]}}",
            "meanings: {wait: {words: [espérez, attendez], unmeant: [attendu]}}",
        ),
        (
            "terms: [{source: all, target: [LLA]}]",
            "terms: [{source: ALL, target: [LAL], avoid: [LLA]}, {source: baby, target: [bébé]}]",
            "terms: [{source: all, target: [LLA]}, {source: baby, target: [bébé]}]",
        ),
    ],
)
def test_a_glossary_says_only_what_differs(own: str, parent: str, whole: str) -> None:
    """Words are added to the parent's, and a term of one's own takes the place of its term."""
    assert inherited_glossary(agreed(own), agreed(parent)) == agreed(whole)


@pytest.mark.parametrize(
    ("own", "whole"),
    [
        ({}, {}),
        ({"quotes": ["“”"]}, {"quotes": ["“”"]}),
        ({"quotes": []}, {}),
        (
            {"instead": [{"wrong": "color", "right": "colour"}]},
            {"instead": [{"wrong": "color", "right": "colour"}, {"wrong": "...", "right": "…"}]},
        ),
    ],
)
def test_a_way_of_writing_says_only_what_differs(
    own: dict[str, object], whole: dict[str, object]
) -> None:
    """A rule takes the place of the parent's, and a word put right turns round its own rule."""
    parent = {
        "quotes": ["«»"],
        "apostrophe": "’",
        "instead": [{"wrong": "colour", "right": "color"}, {"wrong": "...", "right": "…"}],
    }
    made = inherited_writing(Writing.model_validate(own), Writing.model_validate(parent))
    assert made == Writing.model_validate(parent | whole)


def test_figures_are_written_as_the_variant_writes_them(root: Path) -> None:
    """In Mexico a decimal point stands where Spain has a comma, in one and the same words."""
    shutil.copytree(ROOT / "locales/es", root / "locales/es")
    add_language(read_project(root), "es_MX", NOW)
    project = read_project(root)
    shown = {
        locale: next(
            message.text
            for message in localize_leaflet(project, CLINICIANS, locale).messages
            if "{japan_infant_all_share}" in message.msgid
        )
        for locale in ("es", "es_MX")
    }
    assert re.search(r"71,6\s%", shown["es"])
    assert re.search(r"71\.6\s?%", shown["es_MX"])


def test_a_variant_wears_the_sheets_of_its_parent(root: Path) -> None:
    """The parent's style sheet comes first, then the variant's own."""
    write(root, "styles/locales/fr.css", "@layer locale { }")
    job = Composition.of(read_project(root), TODAY).job(Edition(PARENTS, "fr_CA", "a4"), None)
    assert job.sheets[-2:] == ("locales/fr.css", "locales/fr_CA.css")
    assert ancestors("fr_CA") == ["fr"]


# ── What is held to the rules ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("msgid", "words", "said"),
    [
        (
            "About {infant_cases_us} babies a year",
            "Environ des bébés par an",
            "lost {infant_cases_us}",
        ),
        ("Fever", "Fièvre de 38", 'the number "3" stands in the text'),
        ("Fever", "Fièvre , ou", 'a space before ","'),
        (
            "Do not wait for the next check-up. Call even if you are not sure.",
            "Attendez la prochaine consultation. Appelez si vous êtes sûr.",
            "(denial)",
        ),
    ],
)
def test_own_words_are_held_to_the_parents_rules(
    root: Path, msgid: str, words: str, said: str
) -> None:
    """Figures, spaces and meanings of French hold in Canadian words, told at their own line."""
    line = put(root, FR_CA, msgid, words)
    found = errors_of(root)
    assert {problem.place.file for problem in found} == {FR_CA}
    assert {problem.place.line for problem in found} == {line}
    assert any(said in problem.message for problem in found), found


def test_words_of_the_parent_are_held_to_own_rules(root: Path) -> None:
    """What a variant avoids is refused in what it inherits: where it stands, and what to do."""
    write(root, "locales/fr_CA/glossary.yaml", CANADIAN)
    found = errors_of(root)
    assert {problem.place.file for problem in found} == {FR}
    assert {locale for problem in found for locale in problem.affects.locales or ()} == {"fr_CA"}
    assert all(re.search(rf"put its own into {FR_CA}:\d+", problem.hint) for problem in found)
    stopped = Stopped.by(found, read_project(root))
    assert stopped.stops(Edition(CLINICIANS, "fr_CA", "a4"))
    assert not stopped.stops(Edition(CLINICIANS, "fr", "a4"))
    own = polib.pofile(str(root / FR_CA), wrapwidth=0)
    above = {
        entry.msgid: entry.msgstr for entry in polib.pofile(str(root / FR)) if not entry.obsolete
    }
    for entry in own:
        if re.search("LAL|LAM", words := above[entry.msgid]):
            entry.msgstr = words.replace("LAL", "LLA").replace("LAM", "LMA")
    own.save()
    assert errors_of(root) == []


def test_an_american_word_stops_the_british_pages_only(root: Path) -> None:
    """A text with "leukemia" that British English does not say anew is refused, for it alone."""
    leaflet = root / f"leaflets/{PARENTS}.yaml"
    text = leaflet.read_text("utf-8")
    write(root, f"leaflets/{PARENTS}.yaml", text.replace("Pale skin", "Pale skin or leukemia"))
    found = errors_of(root)
    british = [problem for problem in found if "en_GB" in (problem.affects.locales or ())]
    assert found == british
    assert {problem.place.file for problem in british} == {f"leaflets/{PARENTS}.yaml"}
    assert any('"leukemia" is not said for "leukemia"' in p.message for p in british)
    project = read_project(root)
    stopped = Stopped.by(found, project)
    assert [name for name in project.locales if stopped.stops(Edition(PARENTS, name, "a4"))] == [
        "en_GB"
    ]
    assert not stopped.stops(Edition(SIBLINGS, "en_GB", "a4"))
    message = Printable(7, "Pale skin or leukemia", None, "", "translated")
    # On the desk it is a finding of the British page, and none of the French one's.
    for locale, told in (("en_GB", True), ("fr", False)):
        sorted_ = sort_problems(project, Edition(PARENTS, locale, "a4"), [message], found)
        assert bool(sorted_.by_number.get(7)) is told
    rows = MessageList(project, "en_GB", found).rows([message], {}, {}, [])
    assert rows[0].findings
    assert rows[0].findings == sorted(british)


def test_a_fault_of_the_parent_is_told_once(root: Path) -> None:
    """A mistake in French is one finding at its line, and stops Canadian French as well."""
    line = put(root, FR, "Fever", "Fièvre de 38")
    found = errors_of(root)
    assert {(p.place.file, p.place.line, p.message, p.hint) for p in found} == {
        (FR, line, found[0].message, found[0].hint)
    }
    stopped = Stopped.by(found, read_project(root))
    assert stopped.stops(Edition(PARENTS, "fr_CA", "a4"))
    result = give(root, "check")
    assert result.stderr.count("Fièvre") + result.stderr.count('number "3"') == 1


def test_the_shipped_british_texts_have_no_american_spelling() -> None:
    """Nothing that prints in British English has an American spelling of a common medical word."""
    project = read_project(ROOT)
    american = re.compile(
        r"leukemi|pediatri|hemato|hemorr|anemi|tumor|edema|esophag|diarrhea|fetus|anesthe|gynec"
        r"|colo(?=r)|behavior|favor|center|\bliter|meter\b|liter\b|fiber|counseling|counselor"
        r"|judgment|recogniz|organiz|stabiliz|analyz|practicing|\bgray|diaper|\bER\b|Down syndrome",
        re.IGNORECASE,
    )
    texts = {(t.context, t.text): t for m in project.leaflets.values() for _, t in walk_texts(m)}
    texts |= {(t.context, t.text): t for _, t in walk_texts(project.phrases)}
    said = [re.sub(r"\{\w+\}", "", project.catalogs["en_GB"].look_up(t)) for t in texts.values()]
    assert len(said) > 300
    assert [words for words in said if american.search(words)] == []
    assert sum("eukaemia" in words for words in said) > 20


# ── Signing ────────────────────────────────────────────────────────────────────────────────────


def test_a_signature_is_of_what_prints(root: Path) -> None:
    """A variant is signed for itself; words of the parent that it prints void that, others not."""
    put(root, FR_CA, "Fever", "Température")
    sign(root, PARENTS, "fr")
    assert state_of(root, "fr_CA") == "draft"
    sign(root, PARENTS, "fr_CA")
    assert [state_of(root, name) for name in ("fr", "fr_CA")] == ["release", "release"]
    put(root, FR, "Fever", "Fièvre, température")
    assert [state_of(root, name) for name in ("fr", "fr_CA")] == ["draft", "release"]
    put(root, FR, "Pale skin", "Peau très pâle")
    assert [state_of(root, name) for name in ("fr", "fr_CA")] == ["draft", "draft"]


def state_of(root: Path, locale: str) -> str:
    """Whether the parents' leaflet is a draft or a release in a language."""
    composition = Composition.of(read_project(root), TODAY)
    return composition.job(Edition(PARENTS, locale, "a4"), None).approval.state


# ── On pages, and for translators ──────────────────────────────────────────────────────────────


def test_pages_name_each_language_once(root: Path) -> None:
    """No page names a variant beside its parent."""
    project = read_project(root)
    listed = {
        locale: localize_leaflet(project, PARENTS, locale).languages for locale in project.locales
    }
    assert listed == {locale: [("en", "English"), ("fr", "français")] for locale in project.locales}
    assert (name_in("en_GB", "en_GB"), name_in("fr_CA", "en")) == (
        "British English",
        "Canadian French",
    )


def test_british_pages_have_british_dates(root: Path) -> None:
    """The day on which a leaflet was written stands as Britain writes it."""
    leaflet = localize_leaflet(read_project(root), PARENTS, "en_GB")
    assert "20\u00a0November 2026" in leaflet.labels["version"].text
    assert leaflet.lang == "en-GB"


def test_a_variant_is_begun_with_its_parents_words(root: Path) -> None:
    """`catalogs add` makes files that say only what differs, and nothing is wrong with them."""
    result = give(root, "catalogs", "add", "en-AU")
    assert result.returncode == 0, result.stderr
    assert (
        "It is a variant of English (en): what its files leave empty is as there." in result.stdout
    )
    glossary = (root / "locales/en_AU/glossary.yaml").read_text("utf-8")
    assert "All that locales/en/glossary.yaml says holds here" in glossary
    assert 'keep a word for "about" beside it: about, around' in (
        root / "locales/en_AU/LC_MESSAGES/messages.po"
    ).read_text("utf-8")
    catalog = root / "locales/en_AU/LC_MESSAGES/messages.po"
    before = catalog.read_bytes()
    assert give(root, "catalogs", "update").returncode == 0
    assert catalog.read_bytes() == before
    assert errors_of(root) == []


def test_an_edited_text_of_a_variant_waits_for_its_translator(root: Path) -> None:
    """When the English changes, own words become fuzzy, and an empty entry stays empty."""
    put(root, FR_CA, "Fever", "Température")
    leaflet = root / f"leaflets/{PARENTS}.yaml"
    text = leaflet.read_text("utf-8")
    changed = text.replace("text: Fever", "text: High fever").replace("Pale skin", "Very pale skin")
    assert changed.count("High fever") == 1
    write(root, f"leaflets/{PARENTS}.yaml", changed)
    assert give(root, "catalogs", "update").returncode == 0
    catalog = read_project(root).catalogs["fr_CA"]
    assert catalog.state_of((None, "High fever")) == "fuzzy"
    assert catalog.messages[None, "Very pale skin"].msgstr == ""
    assert catalog.state_of((None, "Very pale skin")) == "missing"


def test_a_proof_says_what_is_as_in_the_parent(root: Path) -> None:
    """The list of a proof has inherited words with their language, and own words without."""
    put(root, FR_CA, "Fever", "Température")
    project = read_project(root)
    messages = localize_leaflet(project, PARENTS, "fr_CA").messages
    rows = {
        str(row.source): row for row in MessageList(project, "fr_CA", []).rows(messages, {}, {}, [])
    }
    assert (rows["Fever"].words, rows["Fever"].parent) == ("Température", "")
    assert (rows["Pale skin"].words, rows["Pale skin"].parent) == ("Peau pâle", "French")
    assert rows["Pale skin"].line > 0


def test_one_variant_is_checked_alone(root: Path) -> None:
    """What is wrong for a variant in its parent's words is told of it, and not of the parent."""
    write(root, "locales/fr_CA/glossary.yaml", CANADIAN)
    for locale, code in (("fr", 0), ("fr_CA", 1)):
        result = give(root, "catalogs", "check", locale, "--json")
        assert result.returncode == code, result.stdout
        assert ('"locale": "fr_CA"' in result.stdout) is bool(code)
