"""What lies on the desk: the project as it was last saved, and the editions made from it.

One thread alone may work here: typesetting keeps its fonts and style sheets between pages.
"""

from __future__ import annotations

import gc
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from leafletry.checking import check_project
from leafletry.content.catalog import catalog_name
from leafletry.content.project import SOURCE_LOCALE, Project, read_project
from leafletry.desk.messages import (
    Finding,
    boxes_of,
    shared_names,
    show_messages,
    sort_problems,
)
from leafletry.desk.sheet import Language, Offer, PaperPage, Sheet
from leafletry.editions.composition import Composition
from leafletry.editions.edition import Edition
from leafletry.printing.printing import Printed, close_press, open_press, print_edition
from leafletry.reading.languages import ancestors
from leafletry.reading.problems import Place, Problem, ProblemsFoundError, shortened

if TYPE_CHECKING:
    from collections.abc import Collection

    from leafletry.desk.sheet import Choice
    from leafletry.editions.job import Job

PICTURE_WIDTH = 1680
"""Width of the picture of a page, in pixels: sharp at 840 on a screen with two a point."""
_MOST_AT_HAND = 24
"""How many editions stay at hand; each takes some 2 MB with its pictures."""
Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True)
class Made:
    """An edition that was made, and the pictures that were taken of it."""

    job: Job
    printed: Printed
    pictures: dict[int, bytes] = field(default_factory=dict)


class Workbench:
    """The project and its editions; read anew after a save, each made when somebody looks at it."""

    def __init__(self, root: Path) -> None:
        """Take the project's folder; it is read when it is first needed."""
        self.root = root.resolve()
        self.revision = 0
        self._project = Project(root)
        self._unreadable: list[Problem] = []
        self._findings: list[Problem] | None = None
        self._composition: Composition | None = None
        self._made: OrderedDict[str, Made] = OrderedDict()
        self._sheets: OrderedDict[Edition, Sheet] = OrderedDict()

    def read_again(self, changed: Collection[Path] = ()) -> None:
        """Read the project as it is now; `changed` are the files that were saved."""
        self.revision += 1
        self._unreadable = []
        self._findings = None
        try:
            self._project = read_project(self.root)
        except ProblemsFoundError as error:
            self._unreadable = error.problems
        except Exception as error:  # noqa: BLE001 - whatever it is, the desk stays open
            self._unreadable = [self._trouble(error, Place("leaflets"))]
        templates = self.root / "templates"
        design = (self.root / "styles", templates / "figures")
        if any(path.is_relative_to(folder) for path in changed for folder in design):
            close_press()  # It keeps style sheets and drawings that it has read.
        if any(path.is_relative_to(templates) for path in changed):
            self._composition = None  # It keeps templates.
        if self._composition is not None:
            self._composition = replace(self._composition, project=self._project)

    def show(
        self, leaflet: str = "", locale: str = "", page_format: str = "", *, quick: bool = False
    ) -> Sheet:
        """Give the edition that is asked for, made anew where anything in it changed.

        What is empty is chosen: the first leaflet, translation and paper. `quick`: without what
        the checks find, where they were not made yet.
        """
        if not self.revision:
            self.read_again()
        if self._findings is None and not quick:
            self._findings = self._check()
        first = next(iter(self._project.every_leaflet), "")
        offer = Offer.of(self._project, leaflet or first)
        translations = [choice for choice in offer.locales if choice.id != SOURCE_LOCALE]
        edition = Edition(
            leaflet or _first(offer.leaflets),
            locale or _first([*translations, *offer.locales]),
            page_format or _first(offer.formats),
        )
        last = self._sheets.get(edition)
        checked = self._findings is not None
        if last is not None and (last.revision, last.checked) == (self.revision, checked):
            return last
        language, source = Language.of(edition.locale), Language.of(SOURCE_LOCALE)
        blank = Sheet(self.revision, checked, edition, offer, language, source)
        try:
            sheet = self._fresh(blank)
        except ProblemsFoundError as error:
            sheet = self._as_it_was(blank, last, error.problems)
        except Exception as error:  # noqa: BLE001 - whatever it is, the desk stays open
            place = Place(f"leaflets/{edition.leaflet}.yaml")
            sheet = self._as_it_was(blank, last, [self._trouble(error, place)])
        _keep(self._sheets, edition, sheet)
        return sheet

    def picture(self, digest: str, number: int) -> bytes | None:
        """Give the picture (PNG) of a page of an edition that was made; None if it is gone."""
        made = self._made.get(digest)
        if made is None or not 1 <= number <= len(made.printed.pages):
            return None
        if number not in made.pictures:
            from leafletry.pages.pictures import picture_of_page

            made.pictures[number] = picture_of_page(made.printed.pdf, number, PICTURE_WIDTH)
        return made.pictures[number]

    @staticmethod
    def tidy() -> None:
        """Give back the memory of pages that are gone, 0.04 s each: typesetting lets much lie."""
        gc.collect()

    def _check(self) -> list[Problem]:
        try:
            return check_project(self._project)
        except Exception as error:  # noqa: BLE001 - whatever it is, the desk stays open
            return [self._trouble(error, Place("leaflets"))]

    @property
    def _found(self) -> list[Problem]:
        return [*self._project.problems, *(self._findings or ())]

    def _fresh(self, blank: Sheet) -> Sheet:
        """Fill a blank sheet with its edition as it is now.

        Raises ProblemsFoundError where there is not even a page to look at.
        """
        self._refuse_what_is_missing(blank)
        made = self._make(blank.edition)
        job, printed = made.job, made.printed
        found = sort_problems(self._project, blank.edition, job.messages, self._found)
        boxes = boxes_of(printed.pages, printed.placements)
        return replace(
            blank,
            digest=job.digest,
            pages=[
                PaperPage(number, page.width, page.height, number > job.pages)
                for number, page in enumerate(printed.pages, 1)
            ],
            over=printed.over,
            messages=show_messages(
                self._project, blank.edition, job.messages, boxes, found.by_number
            ),
            problems=[*map(Finding.of, printed.problems), *found.own],
            elsewhere=found.elsewhere,
        )

    def _as_it_was(self, blank: Sheet, last: Sheet | None, problems: list[Problem]) -> Sheet:
        """Fill a blank sheet with its edition as it was last, and say why it is not made anew."""
        close_press()  # What is wrong with a style sheet is told only when it is read.
        found = sort_problems(self._project, blank.edition, (), self._found)
        now = replace(
            blank,
            problems=list(dict.fromkeys([*map(Finding.of, problems), *found.own])),
            elsewhere=found.elsewhere,
        )
        if last is None:
            return now
        return replace(
            now,
            old=bool(last.pages),
            digest=last.digest,
            pages=last.pages,
            over=last.over,
            messages=last.messages,
        )

    def _refuse_what_is_missing(self, blank: Sheet) -> None:
        """Raise what stands in the way before an edition can even be put together."""
        if self._unreadable:
            raise ProblemsFoundError(self._unreadable)
        edition, project = blank.edition, self._project
        needed = set(shared_names(edition))
        missing = []
        if edition.leaflet not in project.leaflets:
            needed.add(f"leaflets/{edition.leaflet}.yaml")
            missing.append(Problem(Place("leaflets"), f"has no {shortened(edition.leaflet)}.yaml"))
        if edition.locale not in project.catalogs:
            for locale in (edition.locale, *ancestors(edition.locale)):
                needed |= {f"locales/{locale}", catalog_name(locale)}
            missing.append(Problem(Place("locales"), f"has no {shortened(edition.locale)}"))
        if edition.page_format not in project.formats:
            needed.add(f"styles/formats/{edition.page_format}.yaml")
            name = f"{shortened(edition.page_format)}.yaml"
            missing.append(Problem(Place("styles/formats"), f"has no {name}"))
        elif edition.page_format not in project.formats_of(edition.leaflet):
            place = Place(f"leaflets/{edition.leaflet}.yaml")
            said = f"is not printed in the format {edition.page_format}"
            missing.append(Problem(place, said, "name it under `formats`, with its pages"))
        # Where a file cannot be read, that says it all.
        unread = [error for error in project.problems.errors if error.place.file in needed]
        if unread or missing:
            raise ProblemsFoundError(unread or missing)

    def _make(self, edition: Edition) -> Made:
        """Make an edition, or give the one that was made from the very same things."""
        self._composition = self._composition or Composition.of(self._project)
        job = self._composition.job(edition, None)
        made = self._made.get(job.digest)
        if made is None:
            open_press(self.root)
            made = Made(job, print_edition(job))
            if made.printed.problems:
                close_press()  # As in `_as_it_was`.
        _keep(self._made, job.digest, made)
        return made

    def _trouble(self, error: Exception, place: Place) -> Problem:
        """Say that something could not be read or made, as far as it can be said."""
        if isinstance(error, OSError) and error.filename:
            name = Path(error.filename)
            if name.is_relative_to(self.root):
                name = name.relative_to(self.root)
            return Problem(Place(name.as_posix()), f"cannot be read: {error.strerror}")
        said = f"could not be made ({type(error).__name__}: {shortened(str(error), 200)})"
        hint = "look at what was changed last; if that is right, the program is at fault"
        return Problem(place, said, hint)


def _first(choices: list[Choice]) -> str:
    return choices[0].id if choices else ""


def _keep(kept: OrderedDict[Key, Value], key: Key, value: Value) -> None:
    """Keep something as the latest, and let go what was not wanted for longest."""
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > _MOST_AT_HAND:
        kept.popitem(last=False)
