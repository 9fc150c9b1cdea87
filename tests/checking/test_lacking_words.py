"""A language whose glossary has nothing: drafts print, and no release rests on words not there."""

from pathlib import Path

import pytest
from conftest import ROOT
from one_edition import print_one
from signed import NEXT_REVIEW, sign
from small_release import DAY, LEAFLET, change, small_project

from leafletry.checking import check_project
from leafletry.content.project import read_project
from leafletry.editions.composition import Composition
from leafletry.editions.localization import localize_leaflet
from leafletry.reading.problems import Problem, ProblemsFoundError
from leafletry.signing.recording import Signature, record_signature

GLOSSARY = "locales/nl/glossary.yaml"
CATALOG = "locales/nl/LC_MESSAGES/messages.po"


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A project translated into Dutch, with a glossary that nobody filled in."""
    root = small_project(tmp_path / "project")
    (root / GLOSSARY).write_text("terms: []\n", "utf-8")
    return root


def said_of_dutch(root: Path) -> list[Problem]:
    """Give what the rules say of the Dutch files."""
    found = check_project(read_project(root), DAY)
    return [problem for problem in found if problem.place.file.startswith("locales/nl/")]


def test_a_draft_prints_whatever_a_glossary_lacks(bare: Path) -> None:
    """Nothing that a glossary lacks stops a draft: it is a warning at the text it is about."""
    found = said_of_dutch(bare)
    assert [problem for problem in found if not problem.warning] == []
    lacking = [problem for problem in found if "in the glossary" in problem.message]
    assert {problem.place.file for problem in lacking} == {CATALOG}
    assert lacking != []
    assert print_one(bare, LEAFLET, "nl").said == ""


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('msgstr "Vragen om mee te nemen"', 'msgstr "12 vragen"', 'the number "1"'),
        ('msgstr "Vragen om mee te nemen"', 'msgstr "**Vragen"', "the stars do not go together"),
        ('msgstr "Vragen om mee te nemen"', 'msgstr "Vragen {x}"', "foreign {x}"),
        ('msgstr "Vragen om mee te nemen"', 'msgstr "<b>Vragen"', "markup is not allowed"),
    ],
)
def test_what_needs_no_words_stays_an_error(bare: Path, before: str, after: str, said: str) -> None:
    """Figures, stars, placeholders and markup are checked in a language without a glossary."""
    change(bare, CATALOG, before, after)
    errors = [problem.message for problem in said_of_dutch(bare) if not problem.warning]
    assert any(said in message for message in errors), errors


def test_what_was_signed_does_not_rest_on_words_that_are_not_there(bare: Path) -> None:
    """Where somebody signed, what the glossary lacks keeps that leaflet from being made."""
    sign(bare, LEAFLET, "nl", signed_on=DAY, next_review=NEXT_REVIEW)
    errors = [problem for problem in said_of_dutch(bare) if not problem.warning]
    assert any("a signed leaflet needs words for" in problem.message for problem in errors)
    for problem in errors:
        shown = problem.affects.messages or ()
        assert problem.affects.edition(LEAFLET, "nl", None, "a4", shown)
        assert not problem.affects.edition(LEAFLET, "en", None, "a4", shown)
        assert not problem.affects.edition("another", "nl", None, "a4", shown)


def test_nobody_signs_before_the_words_are_there(bare: Path) -> None:
    """A signature is refused where nothing could check the words it is about, and no file made."""
    code = str(Composition.of(read_project(bare), DAY).code(LEAFLET, "nl", None))
    signature = Signature(LEAFLET, "nl", "clinical", "Somebody", code, DAY, NEXT_REVIEW)
    with pytest.raises(ProblemsFoundError) as refused:
        record_signature(bare, signature, DAY)
    assert "a signed leaflet needs words for numbers; doses; " in str(refused.value)
    assert not (bare / "locales/nl/signoff.yaml").exists()


def test_a_figure_without_its_word_stands_in_english() -> None:
    """A text with a share that a language has no word for is printed in English, and marked."""
    project = read_project(ROOT)
    words = project.glossaries["nl"].model_copy(update={"fractions": {}})
    project.glossaries["nl"] = words
    (share,) = [name for name, fact in project.facts.items() if fact.kind == "fraction"]
    leaflet = localize_leaflet(project, "recognize-and-work-up", "nl")
    with_it = [message for message in leaflet.messages if f"{{{share}}}" in message.msgid]
    assert with_it != []
    for message in with_it:
        assert message.state == "missing"
        assert message.text == message.msgid.replace(f"{{{share}}}", "half")
    assert leaflet.incomplete == len(with_it)
