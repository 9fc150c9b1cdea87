"""Whether editions fit, and what a translator is told where one does not."""

import re
from pathlib import Path

import polib
import pytest
from small_project import ACT, CALL, DUTCH, DUTCH_FILE, Silent, small_project

from leafletry.catalogs.extraction import collect_messages
from leafletry.content.project import read_project
from leafletry.editions.composition import Composition
from leafletry.editions.edition import Edition
from leafletry.editions.job import Job
from leafletry.printing import fit, printing
from leafletry.printing.fit import Extent, Fit, fit_problems, grown, measure
from leafletry.reading.problems import Place, Problem, ProblemsFoundError

LONG = "Een heel lange zin met veel woorden die een vertaler erbij heeft bedacht. " * 40
MUCH = """\
  - block: prose
    heading: Much
    cites: [very_rare]
    paragraphs:
""" + "".join(f"      - {'Long words go on and on. ' * 30}\n" for _ in range(9))
TOLD: frozenset[Problem] = frozenset()
RARE = "Leukemia in a baby is very rare."
AIRPLANE = "\N{AIRPLANE}"
WIDE = "W" * 60


@pytest.fixture
def root(tmp_path: Path, press_here: None) -> Path:  # noqa: ARG001 - it lets all of them typeset
    """A small project whose editions are typeset in this very process."""
    return small_project(tmp_path / "project")


def translate(root: Path, **translations: str) -> None:
    """Change translations of the Dutch catalog, by the name of the test's own keys."""
    translate_all(root, {KEYS[name]: words for name, words in translations.items()})


KEYS = {
    "rare": RARE,
    "trouble": "has trouble breathing",
    "title": "When to call us",
    "how_rare": "How rare is it?",
    "refer": "Refer today",
}


def translate_all(root: Path, translations: dict[str, str]) -> None:
    """Change translations of the Dutch catalog."""
    catalog = polib.pofile(str(root / DUTCH_FILE), wrapwidth=0)
    for source, words in translations.items():
        entry = catalog.find(source)
        assert entry is not None, source
        entry.msgstr = words
    catalog.save()


def line_of(root: Path, words: str) -> int:
    """Give the line of a catalog that holds some words."""
    lines = (root / DUTCH_FILE).read_text("utf-8").splitlines()
    (number,) = [number for number, line in enumerate(lines, 1) if words in line]
    return number


def problems_of(root: Path, *locales: str) -> list[tuple[Edition, Problem]]:
    """Give what keeps the leaflets of some languages from being printed."""
    composition = Composition.of(read_project(root))
    return list(fit_problems(composition, locales, TOLD, Silent()))


def test_what_fits_is_not_named(root: Path) -> None:
    """Where every leaflet fits there is nothing to say."""
    assert problems_of(root, "en", "nl") == []


def test_a_leaflet_that_is_too_long_is_named(root: Path) -> None:
    """Its error names leaflet, language, millimetres and section, at the message that grew most."""
    translate(root, rare=LONG, how_rare="Hoe zeldzaam is het bij kinderen?")
    found = problems_of(root, "nl")
    assert {edition for edition, _ in found} == {Edition(CALL, "nl", "a4")}
    problem, pushed = (problem for _, problem in found)
    assert "the urgent box stands on page 3" in pushed.message
    assert not problem.warning
    assert problem.place == Place(DUTCH_FILE, line_of(root, "Een heel lange zin"), 8)
    assert problem.message.startswith(f"{CALL} (nl): is ")
    assert ' mm too long for 1 pages, from "' in problem.message


def test_messages_that_grew_most_are_named(root: Path) -> None:
    """The hint names the messages with the most lines more than in English, each with its line."""
    translate(root, rare=LONG, trouble="Een zin van twee regels of meer. " * 20)
    (_, problem), *_ = problems_of(root, "nl")
    hint = problem.hint
    first, second, third, *_ = hint.splitlines()
    assert first.startswith("neither type nor spacing gives way; shorten what grew most")
    assert f"{DUTCH_FILE}:{line_of(root, 'Een heel lange zin')}:8: " in second
    assert f"{DUTCH_FILE}:{line_of(root, 'Een zin van twee')}:8: " in third
    assert "1 in the source" in second
    assert '"Een heel lange zin' in second
    assert "Slapende" not in hint


def test_the_section_is_the_one_that_goes_on(root: Path) -> None:
    """A section that began on the last page and goes on past it is the one that is named."""
    translate_all(
        root,
        {"In one country about {cases} babies a year fall ill.": f"{LONG}{{cases}} {LONG}"},
    )
    found = dict(problems_of(root, "nl"))
    assert 'from "Hoe zeldzaam is het?" on' in found[Edition(CALL, "nl", "a4")].message


def test_a_source_that_is_too_long_is_mended_in_the_leaflet(root: Path) -> None:
    """English has nothing to be compared with: its error stands at the leaflet."""
    path = root / f"leaflets/{CALL}.yaml"
    path.write_text(path.read_text("utf-8") + MUCH)
    (problem,) = [
        problem for edition, problem in problems_of(root, "en") if edition.leaflet == CALL
    ]
    assert problem.place.file == f"leaflets/{CALL}.yaml"
    assert "mm too long for 1 pages" in problem.message
    assert problem.hint


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (f"Bel {WIDE}", f'"{WIDE}'),
        (f"Bel {AIRPLANE} nu", f"no font of ours has {AIRPLANE} (U+2708)"),
    ],
    ids=["too wide", "missing glyph"],
)
def test_what_cannot_be_printed_stands_at_its_line(root: Path, words: str, said: str) -> None:
    """A word wider than its column, and a character no font has, are told at their translation."""
    translate(root, trouble=words)
    found = problems_of(root, "nl")
    assert found
    for edition, problem in found:
        assert edition == Edition(CALL, "nl", "a4")
        assert problem.place == Place(DUTCH_FILE, line_of(root, words), 8)
        assert problem.message.startswith(f"{CALL} (nl): ")
        assert problem.hint
        assert not problem.warning
    assert any(said in problem.message for _, problem in found)


def test_a_shared_message_is_told_for_each_leaflet(root: Path) -> None:
    """A glyph that is missing from words two leaflets print is told for both."""
    translate(root, rare=f"Zeldzaam {AIRPLANE}")
    assert {edition for edition, _ in problems_of(root, "nl")} == {
        Edition(CALL, "nl", "a4"),
        Edition(ACT, "nl", "a4"),
    }


def test_hardly_any_room_is_warned_of(root: Path) -> None:
    """Before a leaflet is too long there is hardly room for a line more, and a warning says so."""
    kinds = []
    for words in range(20, 400, 4):
        translate(root, rare="woord " * words)
        problems = [
            problem for edition, problem in problems_of(root, "nl") if edition.leaflet == CALL
        ]
        kinds.append(["fits", *("tight" if p.warning else "over" for p in problems)][-1])
        if problems and problems[0].warning:
            said = (
                re.escape(f"{CALL} (nl): fits, but only ") + r"[0-6] mm are left of its last page"
            )
            assert re.fullmatch(said, problems[0].message)
            assert problems[0].place == Place(DUTCH_FILE)
            assert problems[0].hint
        if kinds[-1] == "over":
            break
    assert list(dict.fromkeys(kinds)) == ["fits", "tight", "over"]


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (ProblemsFoundError([Problem(Place("a"), "cannot be laid out")]), "cannot be laid out"),
        (ZeroDivisionError("somewhere"), "could not be made (ZeroDivisionError: somewhere)"),
    ],
)
def test_a_leaflet_that_trips_the_program_hides_no_other(
    failure: Exception, said: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be typeset is told with what is known, and the others are measured."""
    original = printing.print_edition

    def fail_for_one(job: Job) -> printing.Printed:
        if job.edition.leaflet == CALL:
            raise failure
        return original(job)

    monkeypatch.setattr(fit, "print_edition", fail_for_one)
    translate(root, refer=f"Verwijs {AIRPLANE}")
    found = dict(problems_of(root, "nl"))
    assert said in found[Edition(CALL, "nl", "a4")].message
    assert AIRPLANE in found[Edition(ACT, "nl", "a4")].message


def test_what_was_told_is_not_told_again(root: Path) -> None:
    """A translation so wrong that nothing can be laid out is named once, at its line."""
    translate(root, refer="Verwijs {today}")
    composition = Composition.of(read_project(root))
    found = list(fit_problems(composition, ["nl"], TOLD, Silent()))
    assert [problem.message for _, problem in found] == ["unknown placeholder {today}"]
    told = {problem for _, problem in found}
    assert list(fit_problems(composition, ["nl"], told, Silent())) == []


def test_a_moved_line_makes_no_other_edition(root: Path) -> None:
    """Where a message stands in its catalog is told, but no edition is made from it."""
    edition = Edition(CALL, "nl", "a4")
    before = Composition.of(read_project(root)).job(edition, None)
    text = (root / DUTCH_FILE).read_text("utf-8")
    (root / DUTCH_FILE).write_text(text.replace('msgid "When', '# A remark.\nmsgid "When'))
    after = Composition.of(read_project(root)).job(edition, None)
    assert after.digest == before.digest
    places = [[message.place.line for message in job.messages] for job in (before, after)]
    assert places[0][0] + 1 == places[1][0]


def extents(**lines: tuple[int, float]) -> Fit:
    """Give an edition in which each message takes so many lines of so many mm in all."""
    place = Place("x")
    return Fit(extents={(None, name): Extent(*size, place, name) for name, size in lines.items()})


@pytest.mark.parametrize(
    ("now", "source", "expected"),
    [
        (extents(a=(3, 300), b=(2, 150)), extents(a=(1, 90), b=(1, 90)), ["a", "b"]),
        (extents(a=(2, 150), b=(3, 300)), extents(a=(1, 90), b=(1, 90)), ["b", "a"]),
        (extents(a=(1, 95), b=(2, 110)), extents(a=(1, 10), b=(1, 90)), ["b"]),
        (extents(a=(1, 95), b=(1, 91)), extents(a=(1, 10), b=(1, 90)), ["a", "b"]),
        (extents(a=(1, 50), b=(1, 91)), extents(a=(1, 60), b=(1, 90)), ["b"]),
        (extents(a=(1, 50), b=(2, 91)), extents(a=(1, 60)), ["b"]),
        (extents(a=(9, 900)), Fit(), []),
    ],
    ids=["most first", "in any order", "lines count", "or length", "shorter", "new", "no source"],
)
def test_growth_is_counted_in_lines(now: Fit, source: Fit, expected: list[str]) -> None:
    """Messages that take more lines come first, the longest of them at the head."""
    assert [extent.text for extent, _ in grown(now, source)] == expected


def test_every_message_is_measured(root: Path) -> None:
    """Each message of a page has its lines and their length, also the one at the page's foot."""
    printing.open_press(root)
    composition = Composition.of(read_project(root))
    fitted = measure(composition.job(Edition(CALL, "nl", "a4"), None))
    words = {extent.text: extent for extent in fitted.extents.values()}
    assert {DUTCH["When to call us"], DUTCH[RARE], "CONCEPT"} <= set(words)
    assert words[DUTCH["has a fever"]].lines == 1
    assert 10 < words[DUTCH["has a fever"]].length < 60
    assert len(collect_messages(composition.project)) > len(words)
