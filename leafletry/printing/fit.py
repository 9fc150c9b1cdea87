"""Whether editions fit their pages, and what a translator can do where one does not.

Every edition asked for is typeset as the build does it. What is wrong stands at the line of the
catalog where it can be mended; where a leaflet is too long, the messages that grew most against
the source are named.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from leafletry.content.project import SOURCE_LOCALE
from leafletry.editions.composition import place_to_mend
from leafletry.editions.edition import called, editions_of
from leafletry.editions.stopped import only
from leafletry.printing.presses import Presses
from leafletry.printing.printing import print_edition, process_ended, program_at_fault
from leafletry.reading.problems import EVERYTHING, Place, Problem, ProblemsFoundError, shortened

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from leafletry.editions.composition import Composition
    from leafletry.editions.edition import Edition
    from leafletry.editions.job import Job
    from leafletry.editions.scope import Scope
    from leafletry.printing.printing import Printed, Reporter

Key = tuple[str | None, str]
MOST_NAMED = 5
"""How many messages are named where a leaflet is too long."""


@dataclass(frozen=True)
class Extent:
    """How much room a message takes on the pages: its lines, and their length in mm."""

    lines: int
    length: float
    place: Place
    text: str


_NO_ROOM = 6.0
"""Of a page with less left (mm), a line more may be too much: it is 5 mm high."""
_NOTHING = Extent(0, 0.0, Place(""), "")


@dataclass(frozen=True)
class Fit:
    """How an edition fills its pages.

    `over` is how much it is too long, in mm of a column (then the first problem says so); `left`
    is how many mm of its last page are left, `laid_out` tells that there are pages at all.
    """

    over: float = 0.0
    left: float = 0.0
    laid_out: bool = True
    problems: tuple[Problem, ...] = ()
    extents: Mapping[Key, Extent] = field(default_factory=dict)

    @property
    def tight(self) -> bool:
        """Tell whether there is hardly room for a line more."""
        return self.left < _NO_ROOM


def measure(job: Job) -> Fit:
    """Typeset one edition where a press is open, and give how it fits."""
    try:
        printed = print_edition(job)
    except ProblemsFoundError as error:
        return Fit(laid_out=False, problems=tuple(error.problems))
    except Exception as error:  # noqa: BLE001 - one edition must not hide how the others fit
        return Fit(laid_out=False, problems=(program_at_fault(job, error),))
    return Fit(
        printed.over,
        printed.left,
        problems=tuple(printed.problems),
        extents=_extents(job, printed),
    )


def _unmeasured(job: Job) -> Fit:
    return Fit(laid_out=False, problems=(process_ended(job),))


def _extents(job: Job, printed: Printed) -> dict[Key, Extent]:
    """Give the room that each message takes which is printed."""
    lengths: dict[int, list[float]] = {}
    for placement in printed.placements:
        lengths.setdefault(placement.message, []).append(placement.width)
    return {
        (message.context, message.msgid): Extent(
            len(lengths[message.number]),
            sum(lengths[message.number]),
            message.place,
            message.text,
        )
        for message in job.messages
        if message.number in lengths
    }


def measure_editions(
    composition: Composition, editions: Iterable[Edition], reporter: Reporter
) -> dict[Edition, Fit]:
    """Give how each edition fits; several processes typeset them."""
    fits: dict[Edition, Fit] = {}
    jobs = []
    for edition in editions:
        try:
            jobs.append(composition.job(edition, None))
        except ProblemsFoundError as error:
            fits[edition] = Fit(laid_out=False, problems=tuple(error.problems))
    return fits | measure_jobs(composition, jobs, reporter)


def measure_jobs(
    composition: Composition, jobs: Iterable[Job], reporter: Reporter
) -> dict[Edition, Fit]:
    """Give how each edition fits that is put together already."""
    fits = {}
    with Presses(composition.project.root) as presses:
        for job, fit in presses.print_all(jobs, measure, reporter, _unmeasured):
            reporter.edition_done(job.edition, fit.problems)
            fits[job.edition] = fit
    return fits


def fit_problems(
    composition: Composition,
    locales: Collection[str],
    errors: Collection[Problem],
    reporter: Reporter,
    scope: Scope | None = None,
) -> Iterator[tuple[Edition, Problem]]:
    """Yield what keeps the leaflets of some locales from being printed, and what nearly does.

    Where a leaflet cannot even be laid out, problems at the places of `errors`, which were told,
    stay unsaid; where one of them affects everything, there is nothing to lay out.
    """
    if EVERYTHING in {error.affects for error in errors}:
        return
    told = {error.place for error in errors}
    project = composition.project
    everything = [
        edition
        for locale in locales
        for leaflet in project.leaflets
        for edition in editions_of(project, leaflet, locale)
    ]
    editions = [edition for edition in everything if scope is None or edition in scope]
    fits = measure_editions(composition, editions, reporter)
    sources = {edition: replace(edition, locale=SOURCE_LOCALE) for edition in editions}
    wanted = {sources[edition] for edition, fit in fits.items() if fit.over} - fits.keys()
    fits |= measure_editions(composition, sorted(wanted), reporter)
    for edition in editions:
        fit = fits[edition]
        what = called(project, edition)
        for problem in _named(edition, what, fit, fits.get(sources[edition], Fit())):
            if fit.laid_out or problem.place not in told:
                yield edition, replace(problem, affects=only(edition))


def _named(edition: Edition, what: str, fit: Fit, source: Fit) -> Iterator[Problem]:
    """Yield the problems of an edition, each naming it; too long, with what to shorten."""
    problems = list(fit.problems)
    if fit.over:
        too_long = problems.pop(0)
        yield _with_what_grew(too_long, what, grown(fit, source))
    if not fit.laid_out:
        yield from problems
        return
    for problem in problems:
        said = problem.message if problem.message.startswith(what) else f"{what}: {problem.message}"
        yield Problem(problem.place, said, problem.hint, problem.warning)
    if fit.tight and not fit.over and not problems:
        said = f"{what}: fits, but only {fit.left:.0f} mm are left of its last page"
        hint = "a few words more and it is over its pages; shorten it where you can"
        yield Problem(place_to_mend(edition), said, hint, warning=True)


def _with_what_grew(too_long: Problem, what: str, longer: list[tuple[Extent, Extent]]) -> Problem:
    """Give the problem at the line of the message that grew most, and name the others."""
    said = f"{what}: {too_long.message}"
    if not longer:
        return Problem(too_long.place, said, too_long.hint)
    lines = [
        f"{now.place}: {now.lines} {'line' if now.lines == 1 else 'lines'},"
        f' {before.lines} in the source: "{shortened(now.text, 60)}"'
        for now, before in longer[:MOST_NAMED]
    ]
    hint = "neither type nor spacing gives way; shorten what grew most against the source:"
    return Problem(longer[0][0].place, said, "\n    ".join([hint, *lines]))


def grown(fit: Fit, source: Fit) -> list[tuple[Extent, Extent]]:
    """Give the messages that take more room than in the source, with both, the worst first.

    Those with more lines; where there are none, those with longer ones. Nothing where the source
    itself cannot be laid out.
    """
    if not source.extents:
        return []
    pairs = [(now, source.extents.get(key, _NOTHING)) for key, now in fit.extents.items()]
    longer = [pair for pair in pairs if pair[0].length > pair[1].length]
    more = [pair for pair in longer if pair[0].lines > pair[1].lines]
    return sorted(more or longer, key=lambda pair: pair[1].length - pair[0].length)
