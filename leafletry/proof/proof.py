"""The bilingual proof of a leaflet: each page beside the same page in the source language.

A reviewer reads both, finds each message by its number, on the page and in the list behind the
pages, and writes there what is wrong: "7: wrong word". A proof is no edition: no manifest names
it, no build makes it or takes it away, and equal input gives equal bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import jinja2

from leafletry.checking import check_project
from leafletry.content.project import SOURCE_LOCALE, read_project
from leafletry.editions.composition import Composition, template_problem
from leafletry.editions.edition import of_words, usual_edition
from leafletry.editions.localization import Printable
from leafletry.editions.printed_messages import own_messages
from leafletry.editions.stopped import Stopped
from leafletry.printing.printing import (
    PRESS,
    open_press,
    press_room,
    print_edition,
    program_at_fault,
)
from leafletry.proof.imposing import Inlay, lay_in
from leafletry.proof.proof_list import MessageList
from leafletry.proof.proof_pages import LETTERS, PrintedSide
from leafletry.reading.languages import direction, language_tag, name_in
from leafletry.reading.output import folder_lock, write_together
from leafletry.reading.problems import EVERYTHING, Place, Problem, ProblemsFoundError, shortened

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from leafletry.content.catalog import State
    from leafletry.content.leaflet import Text
    from leafletry.content.po_entries import Key
    from leafletry.content.project import Project
    from leafletry.editions.edition import Edition
    from leafletry.editions.job import Job
    from leafletry.printing.printing import Printed
    from leafletry.proof.proof_list import Row

_SHEETS = ("layers.css", "tokens.css", "proof.css")
_PX = 25.4 / 96
# How much of what people wrote the head of each sheet has room for, in characters.
_LONGEST_TITLE, _LONGEST_NOTICE, _LONGEST_PROBLEM = 70, 120, 100


@dataclass(frozen=True)
class Proof:
    """A proof that was made: where it lies below `output/`, and what it shows.

    `pages` are those of the leaflet, `sheets` those to print. `states` counts the messages in the
    list, `own` those of them that are this leaflet's: others are printed by clinics and others.
    `problems` are those of its pages, such as one that is too long.
    """

    edition: Edition
    path: str
    pages: int
    sheets: int
    states: Mapping[State, int]
    own: Mapping[State, int]
    problems: list[Problem]


@dataclass
class Outcome:
    """The proofs that were made, and why others were not."""

    made: list[Proof] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def proof_path(edition: Edition) -> str:
    """Give where the proof of an edition lands, below `output/`."""
    return str(edition.path.with_name(f"{edition.leaflet}-proof.pdf"))


def make_proofs(root: Path, locale: str, leaflets: Sequence[str]) -> Outcome:
    """Make the proofs of leaflets in a language and put them below `output/`.

    Where what they all rest on cannot be read, none is made. A leaflet that is broken by itself
    keeps no other from its proof; one that only does not print right gets a proof that says so.
    """
    outcome = Outcome()
    with folder_lock(root / ".cache"), press_room(root):
        project = read_project(root)
        found = sorted({*project.problems, *check_project(project)})
        outcome.problems += _in_the_way(project, locale, found)
        if outcome.problems:
            return outcome
        open_press(root)
        composition, messages = Composition.of(project), MessageList(project, locale, found)
        files, stopped = {}, Stopped.by(found, project)
        for leaflet in leaflets:
            broken = stopped.reasons(of_words(leaflet, SOURCE_LOCALE))
            try:
                if broken or leaflet not in project.leaflets:
                    raise ProblemsFoundError(broken)  # noqa: TRY301 - one way out for all
                edition = usual_edition(project, leaflet, locale)
                proof, content = make_proof(composition, messages, edition)
            except ProblemsFoundError as error:
                outcome.problems += error.problems
                continue
            outcome.made.append(proof)
            files[root / "output" / proof.path] = content
        write_together(files)
    return outcome


def _in_the_way(project: Project, locale: str, found: Sequence[Problem]) -> list[Problem]:
    """Give the errors in what every proof of a language rests on.

    What is wrong with the language's own files, the proof says, as long as they can be read.
    """
    unreadable = set(project.problems.errors)
    if locale in project.catalogs:
        unreadable -= {*project.catalogs[locale].problems}

    def concerns(problem: Problem) -> bool:
        languages = problem.affects.locales or ()
        return (
            problem.affects == EVERYTHING
            or SOURCE_LOCALE in languages
            or (locale in languages and problem in unreadable)
        )

    return [problem for problem in found if not problem.warning and concerns(problem)]


def make_proof(
    composition: Composition, messages: MessageList, edition: Edition
) -> tuple[Proof, bytes]:
    """Print both editions, lay their pages side by side, and list the messages behind them.

    A press is open. Raises ProblemsFoundError where there is not even a page to look at.
    """
    source_job = composition.job(replace(edition, locale=SOURCE_LOCALE), None)
    job = composition.job(edition, None)
    source, printed = _print(source_job), _print(job)
    problems = [*source.problems, *printed.problems]
    own = own_messages(composition.project, edition.leaflet, job)
    listed = [*job.messages, *_printed_elsewhere(composition.project, job, own)]
    states = {message.number: message.state for message in listed}
    numbers = {(message.context, message.msgid): message.number for message in listed}
    in_list = {m.number: numbers[m.context, m.msgid] for m in source_job.messages}
    sides = (
        PrintedSide("source", SOURCE_LOCALE, source, in_list, states),
        PrintedSide("translation", edition.locale, printed, {n: n for n in states}, states),
    )
    pages: dict[int, set[int]] = {}
    for placement in printed.placements:
        pages.setdefault(placement.message, set()).add(placement.page)
    targets = sides[0].first_anchors() | sides[1].first_anchors()
    rows = messages.rows(listed, pages, targets, problems)
    wrong = messages.of_no_row(problems)
    mine = {numbers[key] for key in own}
    html = _html(composition, messages, job, sides, rows, mine, wrong)
    pdf, sheets, frames, flaws = _lay_out(html, job.place)
    inlays = [
        Inlay(side.printed.pdf, page - 1, *frames[side.anchor(page)], side.width(page))
        for side in sides
        for page in range(1, len(side.printed.pages) + 1)
    ]
    count = max(len(source.pages), len(printed.pages))
    what = f"{edition.leaflet} ({edition.locale})"
    said = [
        Problem(p.place, f"{what}: {p.message}", p.hint, p.warning) for p in (*problems, *flaws)
    ]
    proof = Proof(
        edition,
        proof_path(edition),
        count,
        sheets,
        _counted(rows),
        _counted([row for row in rows if row.number in mine]),
        said,
    )
    return proof, lay_in(pdf, inlays)


def _printed_elsewhere(project: Project, job: Job, own: Mapping[Key, Text]) -> Iterator[Printable]:
    """Yield the leaflet's own messages that this edition does not print: those for some clinics."""
    catalog = project.catalogs[job.edition.locale]
    known = {(message.context, message.msgid) for message in job.messages}
    lacking = [text for key, text in own.items() if key not in known]
    for number, text in enumerate(lacking, len(job.messages) + 1):
        words = catalog.look_up(text)
        yield Printable(number, text.text, text.context, words, catalog.state(text))


def _print(job: Job) -> Printed:
    try:
        return print_edition(job)
    except ProblemsFoundError:
        raise
    except Exception as error:
        raise ProblemsFoundError([program_at_fault(job, error)]) from error


def _counted(rows: Sequence[Row]) -> dict[State, int]:
    return {state: sum(row.state == state for row in rows) for state in LETTERS}


def _html(
    composition: Composition,
    messages: MessageList,
    job: Job,
    sides: Sequence[PrintedSide],
    rows: Sequence[Row],
    mine: Collection[int],
    wrong: Sequence[Problem],
) -> str:
    locale = job.edition.locale
    pages = max(len(side.printed.pages) for side in sides)
    failing = [problem for side in sides for problem in side.printed.problems]
    try:
        template = composition.environment.get_template("proof.html")
        return template.render(
            title=shortened(job.record.title, _LONGEST_TITLE),
            code=job.record.code,
            locale=language_tag(locale),
            direction=direction(locale),
            language=name_in(locale, SOURCE_LOCALE),
            source_language=name_in(SOURCE_LOCALE, SOURCE_LOCALE),
            notice=shortened(_notice(composition.project, locale), _LONGEST_NOTICE),
            file=messages.file,
            families=PRESS["press"].families,
            sheets=[[side.leaf(page) for side in sides] for page in range(1, pages + 1)],
            placed=[row for row in rows if row.target],
            unseen=[row for row in rows if not row.target],
            letters=LETTERS,
            counts=_counted([row for row in rows if row.number in mine]),
            others=len(rows) - len(mine),
            wrong=wrong,
            failing=[shortened(problem.message, _LONGEST_PROBLEM) for problem in failing],
        )
    except jinja2.TemplateError as error:
        raise template_problem(error) from None


def _notice(project: Project, locale: str) -> str:
    """Give what a draft says in a language; nothing while that is not translated."""
    text = project.phrases.labels.get("draft")
    catalog = project.catalogs[locale]
    return catalog.look_up(text) if text and catalog.state(text) == "translated" else ""


def _lay_out(
    html: str, place: Place
) -> tuple[bytes, int, dict[str, tuple[int, float, float]], list[Problem]]:
    """Give the sheets as a PDF and how many, where each named frame is, and what is not right.

    A frame's place is the number of its sheet, from 0, and mm from the sheet's top left corner.
    """
    from leafletry.pages.typesetting import LoggedWarnings

    with LoggedWarnings() as log:
        try:
            document: Any = PRESS["press"].lay_out(html, _SHEETS)
        except ET.ParseError as error:
            message = f"the template does not write well-formed pages ({error})"
            raise ProblemsFoundError([Problem(Place("templates/proof.html"), message)]) from None
        pdf = document.write_pdf()
    frames = {
        name: (number, x * _PX, y * _PX)
        for number, sheet in enumerate(document.pages)
        for name, (x, y, *_corner) in sheet.anchors.items()
    }
    # Which letters no font has is told of the pages; the list says the same words again.
    said = [text for text in dict.fromkeys(log.texts) if not text.startswith(".notdef")]
    flaws = [
        Problem(place, f"the proof does not print right: {text}", warning=True) for text in said
    ]
    return bytes(pdf), len(document.pages), frames, flaws
