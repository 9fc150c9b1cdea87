"""The urgent box on the page: a leaflet on which it could be missed is never made."""

from pathlib import Path

import pytest
from conftest import Built
from small_project import ACT, CALL, TODAY, Silent, small_project

from leafletry.building.building import build
from leafletry.content.clinic import read_clinic
from leafletry.content.project import read_project
from leafletry.editions.composition import Composition
from leafletry.editions.edition import Edition, EditionRecord
from leafletry.printing import printing

BLOCKS = "templates/blocks.html"
SHEET = "styles/blocks.css"
BOX = (
    '<section class="block urgent{% if many %} many{% endif %}{% if wide %} wide{% endif %}"'
    ' id="urgent">'
)
LONG = "Words that a writer thought of, and more of them. " * 8


@pytest.fixture
def root(tmp_path: Path, press_here: None) -> Path:  # noqa: ARG001 - it lets all of them typeset
    """A small project whose editions are typeset in this very process."""
    return small_project(tmp_path / "project")


def faults(root: Path, leaflet: str = CALL, *, clinic: bool = False) -> list[str]:
    """Make an edition as a build does; give what is wrong with it, each with a hint."""
    printing.close_press()
    printing.open_press(root)
    profile = read_clinic(root / "clinics/example.yaml", TODAY) if clinic else None
    job = Composition.of(read_project(root)).job(Edition(leaflet, "en", "a4"), profile)
    made = printing.make_edition(job)
    if isinstance(made, EditionRecord):
        return []
    assert all(problem.hint for problem in made.problems)
    assert all(f"{leaflet} (en): " in problem.message for problem in made.problems)
    return [problem.message.partition(": ")[2] for problem in made.problems]


def restyle(root: Path, rule: str) -> None:
    """Add a rule to the style sheets, after all others."""
    with (root / "styles/formats/a4.css").open("a", encoding="utf-8") as file:
        file.write(f"\n@layer locale {{ {rule} }}\n")


def change(root: Path, name: str, old: str, new: str) -> None:
    """Change a text in a file."""
    text = (root / name).read_text("utf-8")
    assert old in text
    (root / name).write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize("leaflet", [CALL, ACT])
@pytest.mark.parametrize("clinic", [False, True])
def test_a_good_box_is_made(root: Path, leaflet: str, clinic: bool) -> None:  # noqa: FBT001
    """As the design has it, the box is right, with lines to write on or a clinic's numbers."""
    assert faults(root, leaflet, clinic=clinic) == []


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (".urgent { break-before: page }", "stands on page 2 and not on page 1"),
        (".urgent { display: none }", "the urgent box is not on the pages"),
        (".urgent-contacts { display: none }", "no number to call in it, and no line to write"),
        (".contact { position: relative; top: 90mm }", "stands outside of the urgent box"),
        (".urgent-contacts { position: absolute; top: -90mm }", "outside of the urgent box"),
        (".urgent li { font-size: 11pt }", '"has trouble breathing" in the urgent box has 11 pt'),
        (".urgent dt { font-size: 9pt }", '"Day" in the urgent box has 9 pt, the text of the page'),
        (".urgent h2 { font-size: 70% }", '"Call now if your baby" in the urgent box has 8.4 pt'),
        (".urgent li { color: #d66 }", '"has trouble breathing" has a contrast of'),
        (".urgent dt { color: #999 }", '"Day" has a contrast of'),
        (".urgent h2 { background: #d96b66 }", '"Call now if your baby" has a contrast'),
        (".urgent h2 { color: #0a0; background: #b00 }", '"Call now if your baby" has a contrast'),
        (".urgent { opacity: 0.4 }", "is painted in a group, faded or masked"),
        (".urgent li { color: transparent }", '"has trouble breathing" has no ink'),
        (".urgent li { visibility: hidden }", '"has trouble breathing" is not on the pages'),
        (".urgent li { color: rgb(0 0 0 / 30%) }", '"has trouble breathing" has no ink'),
        (".urgent { background: linear-gradient(#fff, #000 45%) }", '"has a fever" has'),
        (".urgent li { display: none }", '"has trouble breathing" is not on the pages'),
    ],
)
def test_a_restyled_box_that_can_be_missed_is_refused(root: Path, rule: str, says: str) -> None:
    """Whatever a style sheet does to it, a box that can be missed stops that edition."""
    restyle(root, rule)
    found = faults(root)
    assert any(says in said for said in found), found


def test_a_number_in_pale_type_is_refused(root: Path) -> None:
    """The numbers themselves are looked at as well, not only the words."""
    restyle(root, ".urgent dd { color: #bbb }")
    assert any("020" in said and "contrast" in said for said in faults(root, clinic=True))
    assert faults(root) == []  # Ruled lines have no type.


def test_colors_are_judged_as_grey(root: Path) -> None:
    """Red on green, which nobody mistakes in color, is refused; what is dark on light is not."""
    restyle(root, ".urgent li { color: #e00; background: #080 }")
    assert any("on a grey copy" in said for said in faults(root))


def test_dark_on_light_of_any_color_is_fine(root: Path) -> None:
    """Colors may change as long as they differ in lightness."""
    restyle(root, ".urgent { background: #dfd } .urgent li { color: #040 }")
    assert faults(root) == []


def test_a_box_in_two_pieces_is_refused(root: Path) -> None:
    """A box that goes on over the page is named with its pages."""
    restyle(root, ".urgent, .urgent * { break-inside: auto } .urgent li { padding-bottom: 150mm }")
    (root / f"leaflets/{CALL}.yaml").write_text(
        (root / f"leaflets/{CALL}.yaml").read_text("utf-8").replace("{a4: 1}", "{a4: 2}"), "utf-8"
    )
    found = faults(root)
    assert any("is in 2 pieces, on pages 1 and 2" in said for said in found), found


def test_a_box_below_too_many_words_is_refused(root: Path) -> None:
    """A main message that pushes the box over the page stops the edition; the hint says so."""
    more = "".join(f'      - "{LONG}"\n' for _ in range(14))
    name = f"leaflets/{CALL}.yaml"
    change(root, name, "{a4: 1}", "{a4: 2}")
    change(root, name, "points: [Leukemia in a baby is very rare.]\n", f"points:\n{more}")
    assert any("and not on page 1" in said for said in faults(root))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (BOX, '<section class="block">', "the urgent box is not on the pages"),
        (
            "{{ contact_list(part.contacts",
            "{{ contact_list([] and part.contacts",
            "no number to call in it",
        ),
    ],
    ids=["another block", "no contacts"],
)
def test_a_template_that_loses_the_box_is_refused(
    root: Path, old: str, new: str, says: str
) -> None:
    """A template without the box, or without its numbers, prints nothing."""
    change(root, BLOCKS, old, new)
    assert any(says in said for said in faults(root))


def test_the_build_leaves_such_an_edition_out(root: Path) -> None:
    """The build says what is wrong and makes none of the editions that have it."""
    restyle(root, ".audience-parents .urgent li { font-size: 8pt }")
    outcome = build(root, TODAY, Silent())
    assert {edition.leaflet for edition in outcome.failed} == {CALL}
    assert {record.leaflet for record in outcome.made} == {ACT}
    assert all("in the urgent box has 8 pt" in p.message for p in outcome.problems.errors)


def test_shipped_boxes_are_right(built: Built) -> None:
    """No edition of this project was refused."""
    assert built.said == ""
    assert len(built.records) >= 15
