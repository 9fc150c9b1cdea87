"""The quick way to try one edition says what a build says."""

from pathlib import Path

import pytest
from conftest import CLINIC
from one_edition import LEAFLET, one_leaflet, one_leaflet_kept, print_one
from small_project import Silent
from small_release import DAY, change

from leafletry.building.building import build

__all__ = ["one_leaflet", "one_leaflet_kept"]

BLOCKS = "styles/blocks.css"


@pytest.mark.parametrize("clinic", ["", CLINIC])
@pytest.mark.parametrize("locale", ["en", "nl"])
def test_it_makes_the_bytes_of_a_build(one_leaflet: Path, locale: str, clinic: str) -> None:
    """An edition made alone is, byte for byte, the one that a build of the project makes."""
    tried = print_one(one_leaflet, locale=locale, clinic=clinic)
    outcome = build(one_leaflet, DAY, Silent(), [one_leaflet / clinic] if clinic else [], jobs=1)
    assert tried.said == ""
    assert tried.record in outcome.made
    assert tried.record is not None
    assert (one_leaflet / "output" / tried.record.path).read_bytes() == tried.pdf


@pytest.mark.parametrize(
    ("name", "before", "after", "says"),
    [
        (BLOCKS, "@layer blocks {", "@layer blocks { .urgent { display: none }", "the urgent box"),
        ("templates/blocks.html", "{%", "{% nonsense %}{%", "the template is broken"),
        (f"leaflets/{LEAFLET}.yaml", "title: ", "tittle: ", "tittle"),
        (CLINIC, 'emergency_number: "999"', 'emergency_number: "991"', "not an emergency number"),
    ],
    ids=["style", "template", "words", "clinic"],
)
def test_it_says_what_a_build_says(
    one_leaflet: Path, name: str, before: str, after: str, says: str
) -> None:
    """A fault in any folder is told in the words of a build, and the next print is not spoiled."""
    change(one_leaflet, name, before, after)
    tried = print_one(one_leaflet, clinic=CLINIC)
    assert says in tried.said
    assert (tried.record, tried.pdf) == (None, b"")
    outcome = build(one_leaflet, DAY, Silent(), [one_leaflet / CLINIC], jobs=1)
    assert {*map(str, tried.problems)} <= {*map(str, outcome.problems.errors)}
    change(one_leaflet, name, after, before)
    assert print_one(one_leaflet, clinic=CLINIC).said == ""


def test_what_cannot_be_drawn_is_no_fault_of_the_words(one_leaflet: Path) -> None:
    """Where the program trips over what a style sheet asks for, people are sent to the styles."""
    change(one_leaflet, BLOCKS, "@layer blocks {", "@layer blocks { p { opacity: 0 }")
    said = print_one(one_leaflet).said
    assert f"{LEAFLET}.yaml" not in said.partition(" ")[0]
    assert "the program is at fault" not in said
    assert "style sheet" in said
