"""A problem says itself which editions it keeps from being made; names of files say nothing."""

import datetime as dt
import itertools
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from small_project import ACT, CALL, DUTCH_FILE, append, replace, small_project

from leafletry.checking import check_project
from leafletry.content.project import Project, read_project
from leafletry.editions.edition import Edition
from leafletry.editions.stopped import Stopped, broken_editions, only
from leafletry.reading.problems import EVERYTHING, NOTHING, Affects, Place, Problem, each_once

TODAY = dt.date(2026, 11, 20)
HERE = Place("leaflets/when-to-call.yaml", 1, 1)
FEVER, COUGH = (None, "a fever"), (None, "a cough")
CLINICS = (None, "north", "south")
ALL = [
    Edition(leaflet, locale, paper, clinic)
    for leaflet, locale, paper, clinic in itertools.product(
        ("when", "act"), ("en", "nl"), ("a4", "letter"), CLINICS
    )
]

AFFECTED: dict[str, tuple[Affects, Callable[[Edition], bool]]] = {
    "says nothing": (EVERYTHING, lambda _: True),
    "nothing": (NOTHING, lambda _: False),
    "a leaflet": (Affects.only(leaflets=["act"]), lambda e: e.leaflet == "act"),
    "a language": (Affects.only(locales=["nl"]), lambda e: e.locale == "nl"),
    "a clinic": (Affects.only(clinics=["north"]), lambda e: e.clinic == "north"),
    "two clinics": (Affects.only(clinics=["north", "south"]), lambda e: e.clinic is not None),
    "editions for all": (Affects.only(clinics=[None]), lambda e: e.clinic is None),
    "a paper": (Affects.only(formats=["letter"]), lambda e: e.page_format == "letter"),
    "a message": (Affects.only(messages=[COUGH]), lambda e: e.leaflet == "when"),
    "a message of a language": (
        Affects.only(messages=[COUGH], locales=["nl"]),
        lambda e: (e.leaflet, e.locale) == ("when", "nl"),
    ),
    "a message that nothing shows": (Affects.only(messages=[(None, "x")]), lambda _: False),
    "one edition": (
        only(Edition("act", "nl", "letter", "north")),
        lambda e: e == Edition("act", "nl", "letter", "north"),
    ),
}
SHOWN = {"when": {FEVER, COUGH}, "act": {FEVER}}


@pytest.mark.parametrize("name", AFFECTED)
def test_an_edition_suffers_from_what_names_it(name: str) -> None:
    """An edition is kept from being made where everything that a problem names is its own."""
    affects, expected = AFFECTED[name]
    for e in ALL:
        suffers = affects.edition(e.leaflet, e.locale, e.clinic, e.page_format, SHOWN[e.leaflet])
        assert suffers is expected(e), e


def test_errors_of_a_part_are_told_from_the_others() -> None:
    """A part's errors are those of its editions, and those that keep none from being made."""
    project = Project(Path())
    nobody = Problem(HERE, "a", affects=NOTHING)
    dutch = Problem(HERE, "b", affects=Affects.only(locales=["nl"]))
    north = Problem(HERE, "c", affects=Affects.only(clinics=["north"]))
    stopped = Stopped.by([nobody, dutch, north, Problem(HERE, "d", warning=True)], project)
    assert stopped.concerning([Edition("act", "en", "a4")]) == {nobody}
    assert stopped.concerning([Edition("act", "nl", "a4")]) == {nobody, dutch}
    assert stopped.concerning([Edition("act", "nl", "a4", clinic="north")]) == {
        nobody,
        dutch,
        north,
    }


def test_a_warning_affects_nothing() -> None:
    """A warning stops no edition, whatever whoever made it says."""
    assert Problem(HERE, "long", warning=True).affects == NOTHING
    assert Problem(HERE, "long", warning=True, affects=EVERYTHING).affects == NOTHING
    assert Problem(HERE, "long").affects == EVERYTHING


def test_what_affects_several_things_is_told_once() -> None:
    """Problems that read the same are one line for people, and stay several for what they stop."""
    parts = [Affects.only(leaflets=["when"]), Affects.only(leaflets=["act"]), EVERYTHING]
    problems = [Problem(HERE, "wrong", affects=affects) for affects in parts]
    assert len(set(problems)) == 3
    backwards = problems[::-1]
    assert sorted(problems) == sorted(backwards)
    assert [str(problem) for problem in each_once(problems)] == [f"{HERE}: wrong"]


# ── What each kind of fault affects in a project ───────────────────────────────────────────────


EN, NL = "en", "nl"
EVERY = {(leaflet, locale) for leaflet in (CALL, ACT) for locale in (EN, NL)}
Edit = Callable[[Path], object]
# The edit, the pairs it keeps from being made, and whether pages in English and Dutch suffer
# that print words of their own.
FAULTS: dict[str, tuple[Edit, set[tuple[str, str]], set[str]]] = {
    "leaflet that is no YAML": (
        lambda root: append(root, f"leaflets/{CALL}.yaml", "blocks: [\n"),
        {(CALL, EN), (CALL, NL)},
        set(),
    ),
    "claim without a fact": (
        lambda root: replace(root, f"leaflets/{CALL}.yaml", "cites: [call_now]", "cites: []"),
        {(CALL, EN), (CALL, NL)},
        set(),
    ),
    "words of one leaflet": (
        lambda root: replace(root, f"leaflets/{ACT}.yaml", "A sheet for the ward", "<b>A</b>"),
        {(ACT, EN), (ACT, NL)},
        set(),
    ),
    "warning of one leaflet, in the bank": (
        lambda root: replace(root, "leaflets/phrases.yaml", "has trouble breathing", "2 of 3"),
        {(CALL, EN), (CALL, NL)},
        set(),
    ),
    "translation of one leaflet": (
        lambda root: replace(root, DUTCH_FILE, "Verwijs vandaag", "Verwijs {today}"),
        {(ACT, NL)},
        set(),
    ),
    "translation that both show": (
        lambda root: replace(root, DUTCH_FILE, "heel zeldzaam", "3 keer"),
        {(CALL, NL), (ACT, NL)},
        set(),
    ),
    "catalog of another language": (
        lambda root: replace(root, DUTCH_FILE, "Language: nl", "Language: fr"),
        {(CALL, NL), (ACT, NL)},
        set(),
    ),
    "translation of a phrase of the overview": (
        lambda root: append(
            root, DUTCH_FILE, '\nmsgid "Leaflets about infant leukemia"\nmsgstr "Folders {x}"\n'
        ),
        {(CALL, NL), (ACT, NL)},
        {NL},
    ),
    "phrase of the overview": (
        lambda root: replace(
            root, "leaflets/phrases.yaml", "Leaflets about infant", "Leaflets {x}"
        ),
        EVERY,
        {EN, NL},
    ),
    "glossary of Dutch": (
        lambda root: append(root, "locales/nl/glossary.yaml", "terms: 5\n"),
        {(CALL, NL), (ACT, NL)},
        set(),
    ),
    "glossary of English": (
        lambda root: append(root, "locales/en/glossary.yaml", "terms: 5\n"),
        EVERY,
        set(),
    ),
    "sign-offs of Dutch": (
        lambda root: (root / "locales/nl/signoff.yaml").write_text("signoffs: 5\n"),
        {(CALL, NL), (ACT, NL)},
        set(),
    ),
    "confirmations of sources": (
        lambda root: (root / "locales/en/confirmed.yaml").write_text("confirmed: 5\n"),
        EVERY,
        set(),
    ),
    "facts": (lambda root: append(root, "leaflets/facts.yaml", "more: 5\n"), EVERY, set()),
    "list of the withdrawn": (
        lambda root: (root / "leaflets/withdrawn.yaml").write_text("withdrawn: 5\n"),
        EVERY,
        set(),
    ),
    "phrases": (
        lambda root: append(root, "leaflets/phrases.yaml", "more: 5\n"),
        EVERY,
        {EN, NL},
    ),
    "lengths that are only warned by": (
        lambda root: (root / "templates/lengths.yaml").write_text("one_line: 5\n"),
        set(),
        set(),
    ),
    "file whose name is no leaflet's": (
        lambda root: (root / "leaflets/My leaflet.yaml").write_text("title: x\n"),
        set(),
        set(),
    ),
    "folder whose name is no language": (
        lambda root: (root / "locales/PT-br").mkdir(),
        set(),
        set(),
    ),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The words of the small project; nothing is built of them."""
    return small_project(tmp_path_factory.mktemp("sound") / "project")


@pytest.fixture
def root(sound: Path, tmp_path: Path) -> Path:
    """A copy of its words, for a test to break."""
    for name in ("leaflets", "locales", "templates", "styles"):
        shutil.copytree(sound / name, tmp_path / name)
    return tmp_path


def errors_of(root: Path) -> tuple[Project, list[Problem]]:
    """Give a project and all its errors, those of reading and those of its rules."""
    project = read_project(root)
    found = {*project.problems, *check_project(project, TODAY)}
    return project, [problem for problem in found if not problem.warning]


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_stops_what_shows_it(name: str, root: Path) -> None:
    """Each kind of fault keeps from being made what shows it, and nothing else."""
    edit, broken, unsound = FAULTS[name]
    edit(root)
    project, errors = errors_of(root)
    assert errors
    assert broken_editions(project, errors) == broken
    said = Stopped.by(errors, project).unsound(["index_title"])
    assert said == unsound


def test_a_sound_project_stops_nothing(root: Path) -> None:
    """Where nothing is wrong, everything can be made, and every page can speak."""
    project, errors = errors_of(root)
    assert errors == []
    assert broken_editions(project, errors) == set()
    assert Stopped.by(errors, project).unsound(["index_title", "verify_title"]) == set()
    assert Stopped.by(errors, project).unsound(["index_title", "no_such_label"]) == {EN, NL}


def test_names_of_files_decide_nothing() -> None:
    """The same problem stops the same editions, wherever it is said to be."""
    project = Project(Path())
    for place in (
        "leaflets/act.yaml",
        "locales/nl/LC_MESSAGES/messages.po",
        "styles/base.css",
        "x",
    ):
        narrow = Problem(Place(place), "wrong", affects=Affects.only(clinics=["north"]))
        stopped = Stopped.by([narrow], project)
        assert [
            stopped.reasons(Edition("act", "nl", "a4", clinic=clinic)) for clinic in CLINICS
        ] == [
            [],
            [narrow],
            [],
        ]
