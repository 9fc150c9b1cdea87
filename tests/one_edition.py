"""One edition, typeset, finished and judged in the process of the test: for tables of many cases.

    from one_edition import one_leaflet, print_one

    @pytest.mark.parametrize(("rule", "says"), CASES)
    def test_it_is_refused(one_leaflet: Path, rule: str, says: str) -> None:
        restyle(one_leaflet, rule)
        assert says in print_one(one_leaflet).said

`one_leaflet` is a copy of the real templates, styles, words and fonts, cut down to one leaflet in
two languages, so that a case may change any file of it. `print_one` reads all of that anew and
makes one edition as a build does, by the same functions (`Composition.job`, `make_edition`): what
they refuse, the build refuses. A case takes about as long as an edition, a quarter of a second;
the press stays open in the process of the tests, with the engine of this folder, not the copy's.

Neither `check` nor the rest of a build is in it: `building.build(root, DAY, Silent(), jobs=1)` is
all of a build, in this process too, for both languages: a second.
"""

import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from small_release import DAY, LEAFLET, LOCALES, small_project

from leafletry.content.clinic import read_clinic
from leafletry.content.project import read_project
from leafletry.editions.composition import Composition
from leafletry.editions.edition import Edition, EditionRecord
from leafletry.printing import printing
from leafletry.reading.problems import Problem, ProblemsFoundError

__all__ = ["LEAFLET", "LOCALES", "Tried", "one_leaflet", "one_leaflet_kept", "print_one"]


@dataclass(frozen=True)
class Tried:
    """What came of an edition: its file, or why there is none."""

    record: EditionRecord | None
    """What the manifest would say of it; None where it was refused."""
    pdf: bytes
    """The finished file; empty where it was refused."""
    problems: tuple[Problem, ...]
    """Why it was refused, errors only."""

    @property
    def said(self) -> str:
        """What a person would read, a line for each problem."""
        return "\n".join(map(str, self.problems))


@pytest.fixture(scope="session")
def one_leaflet_kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `one_leaflet` copies; nobody changes it."""
    return small_project(tmp_path_factory.mktemp("one-leaflet") / "project")


@pytest.fixture
def one_leaflet(
    one_leaflet_kept: Path,
    tmp_path: Path,
    press_here: None,  # noqa: ARG001 - it lets the test typeset
) -> Path:
    """A project of one real leaflet in two languages, to change and to print from at once."""
    return Path(shutil.copytree(one_leaflet_kept, tmp_path / "one-leaflet"))


def print_one(
    root: Path,
    leaflet: str = LEAFLET,
    locale: str = "en",
    clinic: str = "",
    day: dt.date = DAY,
    page_format: str = "a4",
) -> Tried:
    """Make an edition of a project as it is now; `clinic` is a path below it, empty for none.

    Nothing is put into `output/` but what is staged there.
    """
    try:
        profile = read_clinic(root / clinic, day) if clinic else None
        project = read_project(root)
        errors = [problem for problem in project.problems if not problem.warning]
        if errors:
            return Tried(None, b"", tuple(errors))
        edition = Edition(leaflet, locale, page_format, clinic=profile.id if profile else None)
        job = Composition.of(project, day).job(edition, profile)
        printing.close_press()  # The style sheets and pictures of the case before.
        printing.open_press(root)
        made = printing.make_edition(job)
    except ProblemsFoundError as error:
        return Tried(None, b"", tuple(error.problems))
    if isinstance(made, ProblemsFoundError):
        return Tried(None, b"", tuple(made.problems))
    return Tried(made, (printing.PRESS["staging"] / made.path).read_bytes(), ())
