"""Formats are values: what there is to print on stands in files, and a fault of one is its own."""

import shutil
from pathlib import Path

import pytest
from conftest import ROOT
from small_project import ACT, CALL, small_project

from leafletry.checking import check_project
from leafletry.content.formats import Format, Formats, read_formats
from leafletry.content.project import read_project
from leafletry.reading.problems import ProblemList
from leafletry.reading.sourcefile import SourceFile

FORMATS = "styles/formats"


def read(root: Path) -> tuple[dict[str, Format], list[str]]:
    """Give the formats of a project, and what is wrong with them."""
    problems = ProblemList()
    files: dict[str, SourceFile] = {}
    return read_formats(root, problems, files, set()), [str(problem) for problem in problems]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project; nobody changes it."""
    return small_project(tmp_path_factory.mktemp("formats") / "project")


@pytest.fixture
def root(kept: Path, tmp_path: Path) -> Path:
    """A copy of it, of what formats are read from."""
    return Path(shutil.copytree(kept, tmp_path / "project"))


def test_every_format_of_this_project_can_be_read() -> None:
    """Each is two files, and every leaflet names only such."""
    formats, said = read(ROOT)
    assert said == []
    assert set(formats) >= {"a4", "letter", "large-print", "a5-booklet", "a6-card"}
    for leaflet in read_project(ROOT).leaflets.values():
        assert set(leaflet.formats) <= set(formats)


def test_large_print_has_no_type_below_18_points() -> None:
    """RNIB and UKAAF: 18 points, whatever it is, for whomever, in whatever language."""
    kinds = read(ROOT)[0]["large-print"].smallest_type
    texts = [
        kinds.of_text(reader, lang) for reader in ("parents", "clinicians") for lang in ("en", "ja")
    ]
    assert min(*texts, kinds.label, kinds.furniture) >= 18


@pytest.mark.parametrize(
    ("country", "paper"),
    [
        ("US", "letter"),
        ("CA", "letter"),
        ("MX", "letter"),
        ("GB", "a4"),
        ("ES", "a4"),
        ("JP", "a4"),
        ("NL", "a4"),
    ],
)
def test_a_clinic_gets_the_paper_of_its_country(country: str, paper: str) -> None:
    """Of A4 and Letter only the one that lies in its trays, and large print everywhere."""
    project = read_project(ROOT)
    for leaflet in project.leaflets:
        assert project.formats_of(leaflet, country) == [paper, "large-print"]
        assert project.formats_of(leaflet) == ["a4", "letter", "large-print"]


def test_other_paper_is_better_than_none(root: Path) -> None:
    """A clinic in the United States gets A4 of a leaflet that is not on Letter, and so around."""
    assert read_project(root).formats_of(CALL, "US") == ["a4"]
    formats = read(root)[0]
    assert isinstance(formats, Formats)
    assert formats.used_in("US", ["a4", "large-print"]) == ["a4", "large-print"]
    assert formats.used_in("GB", ["letter", "large-print"]) == ["letter", "large-print"]


def remove(name: str) -> object:
    """Take a file away."""
    return lambda root: (root / FORMATS / name).unlink()


def say(name: str, old: str, new: str) -> object:
    """Change some words of a file."""

    def change(root: Path) -> None:
        path = root / FORMATS / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    return change


FAULTS = {
    "no style sheet": (remove("letter.css"), "letter.yaml: there is no style sheet beside it"),
    "no file beside a sheet": (remove("letter.yaml"), "letter.css: no format is called so"),
    "a width in words": (
        say("letter.yaml", "width: 215.9", "width: wide"),
        "letter.yaml:4:8: ",
    ),
    "paper as wide as a house": (
        say("letter.yaml", "width: 215.9", "width: 5000"),
        "letter.yaml:4:8: ",
    ),
    "type that nobody reads": (
        say("letter.yaml", "text: 12", "text: 3"),
        "letter.yaml:11:9: ",
    ),
    "an unknown word": (
        say("letter.yaml", "scaling: to-fit", "scaling: as-you-like"),
        "letter.yaml:9:10: ",
    ),
    "something unknown": (
        say("letter.yaml", "scaling: to-fit", "scaling: to-fit\nbleed: 3"),
        "letter.yaml:10:1: ",
    ),
    "countries of no use": (
        say("letter.yaml", "instead_of: a4\n", ""),
        "letter.yaml:3:1: the file: `countries` and `instead_of` go together",
    ),
    "no country": (say("letter.yaml", "[BZ, CA", "[Belize, CA"), "letter.yaml:17:13: "),
    "not even YAML": (say("letter.yaml", "kind: paper", "kind: [paper"), "letter.yaml:"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_at_its_place_and_is_of_its_format_alone(fault: str, root: Path) -> None:
    """What is wrong with one format stops what is printed in it, and nothing else."""
    change, told = FAULTS[fault]
    change(root)  # type: ignore[operator]
    formats, said = read(root)
    assert "letter" not in formats
    assert {"a4", "large-print"} <= set(formats)
    assert len(said) == 1
    assert said[0].startswith(f"{FORMATS}/{told}"), said
    (problem,) = read_project(root).problems
    assert problem.affects.edition(CALL, "en", None, "letter", ())
    assert not problem.affects.edition(CALL, "en", None, "a4", ())


def test_a_leaflet_can_name_only_what_is_there(root: Path) -> None:
    """A format that no file describes is told at the leaflet's line, with what may be meant."""
    path = root / "leaflets" / f"{ACT}.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("formats: {a4: 1}", "formats: {a4: 1, leter: 1}"), "utf-8")
    (problem,) = [p for p in check_project(read_project(root)) if not p.warning]
    assert str(problem).startswith(f'leaflets/{ACT}.yaml:4:25: there is no format "leter"')
    assert "letter" in problem.hint
    assert problem.affects.edition(ACT, "en", None, "leter", ())
    assert not problem.affects.edition(ACT, "en", None, "a4", ())
