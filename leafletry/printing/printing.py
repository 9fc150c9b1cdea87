"""Make editions, several processes at a time: typeset, finish, stage, and take a picture.

What is made lies in the staging folder below `output/`; the build puts it in place.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes.util
import gc
import hashlib
import logging
import os
import shutil
import sys
import tempfile
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypedDict, TypeVar
from xml.etree import ElementTree as ET

from leafletry.editions.edition import Edition, EditionRecord
from leafletry.editions.fonts import OUR_FONTS, isolate_fontconfig
from leafletry.printing import uptodate
from leafletry.printing.message_map import map_text
from leafletry.reading.output import named
from leafletry.reading.problems import Place, Problem, ProblemsFoundError, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from leafletry.editions.job import Job
    from leafletry.pages.placing import PageSize, Placement
    from leafletry.pages.typesetting import Press, Typeset
    from leafletry.reading_back.reading import ReadBack, Reader

Made = TypeVar("Made")
_LOG = logging.getLogger(__name__)
PICTURE_WIDTH = 420
"""Width of the picture of a first page, in pixels."""


class Reporter(Protocol):
    """Whoever tells people how a build goes on."""

    def start(self, total: int) -> None:
        """Say how many editions will be made."""

    def edition_done(self, edition: Edition, problems: Sequence[Problem]) -> None:
        """Say that one is made, or failed."""

    def stop(self) -> None:
        """End the report of progress."""


@contextlib.contextmanager
def press_room(root: Path) -> Iterator[str]:
    """Give WeasyPrint a folder for its copies of fonts, and take it away with the press.

    By itself it leaves them in the system's folder for good where a process ends in a hurry.
    """
    cache = root / ".cache"
    cache.mkdir(exist_ok=True)
    for left in cache.glob(f"{_ROOM}*"):
        if time.time() - left.stat().st_mtime > _A_DAY:  # Of a build that was killed.
            shutil.rmtree(left, ignore_errors=True)
    before = tempfile.tempdir
    close_press()  # An earlier build of this process read other style sheets.
    with tempfile.TemporaryDirectory(prefix=_ROOM, dir=cache, ignore_cleanup_errors=True) as room:
        tempfile.tempdir = room
        try:
            yield room
        finally:
            close_press()
            tempfile.tempdir = before


_ROOM = "press-"
_A_DAY = 86_400


class OpenPress(TypedDict, total=False):
    """What a process that prints has ready; nothing while its press is closed."""

    press: Press
    reader: Reader
    staging: Path


PRESS: OpenPress = {}


def close_press() -> None:
    """Leave nothing of what this process has ready: style sheets and drawings may be others now."""
    PRESS.pop("press", None)
    PRESS.pop("reader", None)
    PRESS.pop("staging", None)


def open_press(root: Path) -> None:
    """Get this process ready to typeset; with fork, the children inherit all of it."""
    if "press" in PRESS:
        return
    load_typesetter()
    from leafletry.pages.typesetting import Press
    from leafletry.reading_back.reading import Reader

    # Looking for garbage after every few thousand objects takes a seventh of a build's time;
    # a million of them, some pages' worth, are 100 MB.
    if not gc.get_freeze_count():  # Opened again, it would set aside for good what is garbage now.
        gc.freeze()
    gc.set_threshold(1_000_000)
    PRESS["press"] = Press(root / "styles", root / "templates" / "figures")
    PRESS["reader"] = Reader()
    PRESS["staging"] = root / "output" / uptodate.STAGING
    # Left to the end of the interpreter, the fonts of WeasyPrint find its functions gone.
    atexit.register(close_press)


def warm_up(root: Path) -> None:
    """Open the press, and do once what each process would do for its first page: 0.1 s.

    Fonts are cut, and calls of libraries prepared. No file of the project is read yet: what prints
    is never older than what the project was read from.
    """
    open_press(root)
    from leafletry.pages.pictures import picture_of_first_page
    from leafletry.pages.typesetting import Press

    page = '<html lang="en"><head><title>A</title></head><body><p>A</p></body></html>'
    press, PRESS["press"] = PRESS["press"], Press(root / ".cache", root / ".cache")
    picture_of_first_page(print_sheets(page, (), Place("styles")), PICTURE_WIDTH)
    PRESS["press"] = press


def parse_sheets(names: Iterable[str]) -> None:
    """Parse style sheets where a press is open, for all that will be printed there."""
    press = PRESS["press"]
    press.sheets_for(press.case(""), sorted(names))


def load_typesetter() -> None:
    """Load what typesets and what reads back, and prove the fonts: 0.4 s.

    Raises ProblemsFoundError where a font is not the one that was locked.
    """
    isolate_fontconfig()
    # None but ours is what we want.
    warnings.filterwarnings("ignore", "No fonts configured in FontConfig")
    with ThreadPoolExecutor() as readers:
        # Read and proved while Pango loads: 34 MB, 0.1 s.
        proofs = [readers.submit(font.content) for font in OUR_FONTS]
        with _libraries_found_by_name():
            from leafletry.pages import typesetting  # noqa: F401 - Pango may load only now
        for proof in proofs:
            proof.result()
    from leafletry.pages import finishing, pictures  # noqa: F401 - children inherit them

    # Its threads would only wait, on processors that other editions need.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from leafletry.reading_back import reading  # noqa: F401 - as above


@contextlib.contextmanager
def _libraries_found_by_name() -> Iterator[None]:
    """Keep WeasyPrint, on Linux, from asking other programs where Pango is: the loader knows.

    It tries the names of other systems first, and each of them starts `ldconfig`: 0.2 s in all.
    """
    find = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None  # noqa: ARG005 - as the original names it
    try:
        yield
    finally:
        ctypes.util.find_library = find


@dataclass(frozen=True)
class Printed:
    """An edition in memory: the finished file, where each message stands, what is wrong with it.

    `over` is how much it is too long, in mm of its column (then the first problem says so);
    `left` is how much of its last page is left, before gaps widen.
    """

    pdf: bytes
    pages: list[PageSize]
    placements: list[Placement]
    left: float
    over: float
    problems: list[Problem]


def print_edition(job: Job) -> Printed:
    """Typeset and finish one edition, and read it back; also one that nobody may be given.

    Raises ProblemsFoundError where there is not even a page to look at.
    """
    from leafletry.pages.finishing import finish
    from leafletry.pages.typesetting import NOT_THE_WORDS, Refused

    result = typeset_edition(job)
    try:
        pdf, flaws = finish(result, job.place, job.provenance, job.copy.format)
    except Refused as error:  # What a page attaches is fetched when it is written.
        raise ProblemsFoundError([Problem(job.place, str(error))]) from None
    problems = [*result.problems, *flaws]
    if all(problem.warning for problem in problems):
        read = _read_back(job, result, pdf)
        problems += [Problem(Place("templates"), said, NOT_THE_WORDS) for said in read.unsaid]
        problems += [Problem(Place("styles"), said, NOT_THE_WORDS) for said in read.faults]
    return Printed(pdf, result.page_sizes, result.placements, result.left, result.over, problems)


def _read_back(job: Job, result: Typeset, pdf: bytes) -> ReadBack:
    """Read an edition back from its bytes, by another engine than wrote them."""
    from leafletry.pages.placing import find_pictures
    from leafletry.reading_back.reading import Laid

    press = PRESS["press"]
    sources = {picture.source for picture in job.copy.pictures}
    contents = {source: press.content_of(source, job.logo) for source in sources}
    laid = Laid(result.placements, find_pictures(result.page_boxes), contents)
    return PRESS["reader"].read(pdf, job.html, job.copy, laid)


def print_sheets(html: str, sheets: Sequence[str], place: Place) -> bytes:
    """Print a document of any length that is no edition, as finished as one; a press is open.

    Raises ProblemsFoundError, at the place of its template, where something would not print right.
    """
    from leafletry.pages.finishing import finish
    from leafletry.pages.typesetting import (
        NOT_THE_WORDS,
        LoggedWarnings,
        Typeset,
    )

    with LoggedWarnings() as log:
        try:
            document = PRESS["press"].lay_out(html, sheets)
        except ET.ParseError as error:
            message = f"the template does not write well-formed pages ({error})"
            raise ProblemsFoundError([Problem(place, message)]) from None
    problems = [
        Problem(place, f"the page does not print right: {text}", NOT_THE_WORDS)
        for text in dict.fromkeys(log.texts)
    ]
    # It has no messages to place and no pages to fit.
    pdf, flaws = finish(Typeset(document, 0.0, [], [], 0.0, problems, []), place, None)
    if problems or flaws:
        raise ProblemsFoundError([*problems, *flaws])
    return pdf


def typeset_edition(job: Job) -> Typeset:
    """Lay out one edition; problems and refusals are those of `typeset`, and of its urgent box."""
    from leafletry.pages.typesetting import (
        NOT_THE_WORDS,
        typeset,
    )
    from leafletry.pages.urgent_box import urgent_box_faults

    press = PRESS["press"]
    result = typeset(
        press,
        job.html,
        job.sheets,
        job.pages,
        job.place,
        job.logo,
        job.messages,
        job.given,
        job.page_labels,
        leaves=job.copy.format.in_steps_of > 1,
    )
    faults = urgent_box_faults(result.page_boxes, job.copy.format.urgent_page)
    for said, hint in faults:
        place = Place("styles") if hint == NOT_THE_WORDS else job.place
        result.problems.append(Problem(place, said, hint))
    return result


def process_ended(job: Job) -> Problem:
    """Tell of an edition whose process was ended from outside, before it was made."""
    said = f"{job.called}: could not be made: the system ended the process that made it"
    return Problem(job.place, said, "memory may be short: close other programs, and try again")


def program_at_fault(job: Job, error: Exception) -> Problem:
    """Tell of an edition that the program tripped over, for which nobody's words are to blame."""
    if isinstance(error, MemoryError):
        return process_ended(job)
    if isinstance(error, OSError):
        where = Place(shortened(str(error.filename or ".cache"), 200))
        return Problem(where, f"{job.called}: could not be made: {error.strerror or error}")
    said = f"{job.called}: could not be made ({type(error).__name__}: {error})"
    hint = (
        "no words are to blame: a style sheet or template asks for what cannot be drawn; "
        "take back what was changed last there. If nothing was, please report this line"
    )
    return Problem(Place("styles"), said, hint)


def print_alone(root: Path, job: Job) -> bytes:
    """Give the file of one edition, made in this process with a press of its own; none is kept.

    Raises ProblemsFoundError where a build would not put it in place.
    """
    with press_room(root):
        open_press(root)
        try:
            printed = print_edition(job)
        except ProblemsFoundError:
            raise
        except Exception as error:  # noqa: BLE001 - as in a build
            raise ProblemsFoundError([program_at_fault(job, error)]) from None
    errors = [problem for problem in printed.problems if not problem.warning]
    if errors:
        raise ProblemsFoundError(errors)
    return printed.pdf


def make_edition(job: Job) -> EditionRecord | ProblemsFoundError:
    """Print and stage one edition, the map of its messages and the picture of its first page."""
    from leafletry.pages.pictures import picture_of_first_page

    try:
        printed = print_edition(job)
        errors = [problem for problem in printed.problems if not problem.warning]
        if errors:
            raise ProblemsFoundError(errors)  # noqa: TRY301 - one way out for all
        picture = picture_of_first_page(printed.pdf, PICTURE_WIDTH)
    except ProblemsFoundError as error:
        return ProblemsFoundError(
            [
                Problem(p.place, f"{job.called}: {p.message}", p.hint, p.warning)
                for p in error.problems
            ]
        )
    except Exception as error:  # noqa: BLE001 - what trips over one leaflet must not stop the others
        return ProblemsFoundError([program_at_fault(job, error)])
    message_map = map_text(job, printed.pages, printed.placements).encode()
    edition = job.edition
    for path, content in (
        (edition.path, printed.pdf),
        (edition.picture_path, picture),
        (edition.map_path, message_map),
    ):
        target = PRESS["staging"] / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with named(target):
            target.write_bytes(content)
    return EditionRecord(
        **vars(job.record),
        pages=len(printed.pages),
        left=int(printed.left),
        path=str(edition.path),
        size=len(printed.pdf),
        sha256=hashlib.sha256(printed.pdf).hexdigest(),
        picture=str(edition.picture_path),
        picture_sha256=hashlib.sha256(picture).hexdigest(),
        map=str(edition.map_path),
        map_sha256=hashlib.sha256(message_map).hexdigest(),
        digest=job.digest,
    )
