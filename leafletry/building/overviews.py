"""The pages around the leaflets: overviews, one for each clinic, and all that is public.

`output/public/` holds what may go on a web host and nothing else: released leaflets for families,
overviews of these, and the pages about codes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import jinja2

from leafletry.building.verify_pages import LABELS as VERIFY_LABELS
from leafletry.building.verify_pages import pages_as_they_lie, verify_pages
from leafletry.content.edition_code import read_code
from leafletry.content.project import SOURCE_LOCALE, WITHDRAWN
from leafletry.editions.composition import template_problem
from leafletry.editions.index_page import LABELS as INDEX_LABELS
from leafletry.editions.index_page import ClinicLink, Overview, index_page
from leafletry.editions.public_names import FOLDER, public_name
from leafletry.editions.stopped import Stopped
from leafletry.printing.uptodate import VERIFY
from leafletry.reading.problems import NOTHING, ProblemsFoundError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from leafletry.building.clinic_files import ClinicFiles
    from leafletry.building.verify_pages import Standing
    from leafletry.content.edition_code import EditionCode
    from leafletry.content.project import Project
    from leafletry.editions.edition import Edition, EditionRecord
    from leafletry.reading.problems import ProblemList

FAMILIES = ("parents", "siblings")
"""Whose leaflets are public; what clinicians work with is not."""


@dataclass
class Pages:
    """Pages by their names below `output/`, and which of the build's files are copied to others."""

    written: dict[str, bytes] = field(default_factory=dict)
    copied: dict[str, str] = field(default_factory=dict)
    about_codes: dict[str, bytes] = field(default_factory=dict)

    def write(self, name: str, page: str) -> None:
        """Add a page."""
        self.written[name] = page.encode()


def pages_about_codes(
    project: Project,
    standings: Mapping[EditionCode, Standing],
    records: Iterable[EditionRecord],
    failed: Collection[Edition],
    problems: ProblemList,
) -> dict[str, bytes]:
    """Give the pages about codes; all as they lie, where nobody can write them.

    That is where their own words are broken, or the list of what was withdrawn.
    """
    folder = project.root / "output" / VERIFY
    printed = {code for record in records if (code := read_code(record.code))}
    unsound = Stopped.by(problems, project).unsound(VERIFY_LABELS)
    pages = None
    if SOURCE_LOCALE not in unsound and WITHDRAWN not in project.unread:
        try:
            pages = verify_pages(project, standings, printed, failed, folder, unsound)
        except jinja2.TemplateError as error:
            problems.take(template_problem(error), NOTHING)
        except ProblemsFoundError as error:
            problems.take(error, NOTHING)
    if pages is None:
        pages = pages_as_they_lie(folder)
    return {f"{VERIFY}/{name}": page for name, page in pages.items()}


def overviews(
    project: Project,
    clinics: ClinicFiles,
    records: Sequence[EditionRecord],
    failed: Sequence[Edition],
    problems: ProblemList,
) -> Pages:
    """Give the overview of everything and one for each clinic; none where their words are broken.

    What could not be made, and is not there from before, is named.
    """
    there = {record.edition for record in records}
    missing = [edition for edition in failed if edition not in there]
    return _linked(project, clinics, records, missing, problems, None)


def public_pages(
    project: Project,
    clinics: ClinicFiles,
    released: Iterable[EditionRecord],
    about_codes: Mapping[str, bytes],
    problems: ProblemList,
) -> Pages:
    """Give everything that may go on a web host."""
    shown = [record for record in released if record.audience in FAMILIES]
    files: dict[str, str] = {}
    for record in shown:
        name = public_name(record)
        files[record.picture] = str(PurePosixPath(name).with_suffix(".png"))
        # What is signed for a file goes where the file goes.
        beside = [file for file in record.files if file.startswith(record.path)]
        files |= {file: name + file.removeprefix(record.path) for file in beside}
    pages = _linked(project, clinics, shown, [], problems, files)
    pages.copied = {name: file for file, name in files.items()}
    pages.written |= {f"{FOLDER}/{name}": page for name, page in about_codes.items()}
    return pages


def _linked(
    project: Project,
    clinics: ClinicFiles,
    records: Sequence[EditionRecord],
    missing: Sequence[Edition],
    problems: ProblemList,
    files: Mapping[str, str] | None,
) -> Pages:
    """Give an overview with a page a clinic; what is public has `files` under other names."""
    pages = Pages()
    unsound = Stopped.by(problems, project).unsound(INDEX_LABELS)
    if SOURCE_LOCALE in unsound:
        return pages
    top = "" if files is None else f"{FOLDER}/"
    files = files or {}
    editions = [*(record.edition for record in records), *missing]
    of_clinics = sorted({edition.clinic for edition in editions if edition.clinic})
    links = [
        ClinicLink(name_of(clinics, id_), f"{top}clinics/{id_}/index.html") for id_ in of_clinics
    ]
    home = f"{top}index.html"
    shelves: list[tuple[str | None, Overview]] = [
        (
            None,
            Overview(home, clinics=tuple(sorted(links, key=lambda link: link.name)), files=files),
        )
    ]
    for id_, link in zip(of_clinics, links, strict=True):
        shelves.append((id_, Overview(link.path, clinic=link.name, home=home, files=files)))
    try:
        for clinic, overview in shelves:
            own = [record for record in records if record.clinic == clinic]
            lost = [edition for edition in missing if edition.clinic == clinic]
            pages.write(overview.path, index_page(project, own, lost, unsound, overview))
    except jinja2.TemplateError as error:
        problems.take(template_problem(error), NOTHING)
        pages.written.clear()
    except ProblemsFoundError as error:
        problems.take(error, NOTHING)
        pages.written.clear()
    return pages


def name_of(clinics: ClinicFiles, id_: str) -> str:
    """Give what a clinic is called; its id, while its profile cannot be read."""
    file = clinics.clinics.get(id_)
    return file.profile.name_in(SOURCE_LOCALE).text if file and file.profile else id_
