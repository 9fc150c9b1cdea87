"""The build, from top to bottom: read, check, localize, mark up, typeset, finish, write.

Everything is staged first and put in place at the end. While files are being put in place the
manifest lists only what is untouched, so what the manifest says is true at every moment,
also after kill -9.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2

from leafletry import uptodate
from leafletry.checking import check_project
from leafletry.clinic import read_clinic
from leafletry.composition import Composition, template_problem
from leafletry.edition import Edition, EditionRecord
from leafletry.edition_code import read_code
from leafletry.index_page import LABELS as INDEX_LABELS
from leafletry.index_page import index_page
from leafletry.manifest import Manifest
from leafletry.output import folder_lock, write_whole
from leafletry.printing import make_editions
from leafletry.problems import (
    NOTHING,
    Affects,
    Place,
    Problem,
    ProblemList,
    ProblemsFoundError,
    each_once,
)
from leafletry.project import SOURCE_LOCALE, WITHDRAWN, read_project
from leafletry.signing.approval import days_of_change
from leafletry.sourcefile import shortened
from leafletry.stopped import Stopped, only
from leafletry.verify_pages import LABELS as VERIFY_LABELS
from leafletry.verify_pages import pages_as_they_lie, standing_of, verify_pages

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from leafletry.clinic import ClinicProfile
    from leafletry.composition import Job
    from leafletry.edition_code import EditionCode
    from leafletry.printing import Reporter
    from leafletry.project import Project
    from leafletry.signing.approval import Approval
    from leafletry.verify_pages import Standing


@dataclass
class Outcome:
    """What a build did: editions made and kept, every problem found, and whether it has an index.

    `held_back` are the drafts that a build of nothing but releases left out, and why each is one;
    `standings` tell of each code that can be made today how it stands.
    """

    made: list[EditionRecord] = field(default_factory=list)
    kept: list[EditionRecord] = field(default_factory=list)
    failed: list[Edition] = field(default_factory=list)
    held_back: dict[Edition, Approval] = field(default_factory=dict)
    standings: dict[EditionCode, Standing] = field(default_factory=dict)
    problems: ProblemList = field(default_factory=ProblemList)
    indexed: bool = False


def build(
    root: Path,
    today: dt.date,
    reporter: Reporter,
    clinic_path: Path | None = None,
    jobs: int = 0,
    *,
    release: bool = False,
) -> Outcome:
    """Build every edition that is out of date; put all of them in place, or leave all as it was.

    With `release` only editions that may be given out are built, and no other stays in the folder.
    `jobs` is the number of processes (0: one a processor). One broken leaflet does not stop the
    others; every problem is in the outcome.
    """
    outcome = Outcome()
    output = root / "output"
    with folder_lock(root / ".cache"):
        manifest = Manifest.read(output)
        files = _clinic_files(root, manifest, clinic_path)
        inputs = uptodate.fingerprint(root, files)
        project = read_project(root)
        outcome.problems.problems += [*project.problems, *check_project(project, today)]
        clinics = _clinics(root, manifest, files, today, outcome)
        composition = Composition.of(project, today)
        todo = _plan(composition, clinics, manifest, outcome, release=release)
        try:
            for job, made in make_editions(root, todo, reporter, jobs):
                _take(job, made, reporter, outcome)
            index = _index(project, outcome)
            pages = _verify_pages(project, outcome)
            new = _manifest_of(project, manifest, clinics, outcome, today)
            new.release = release
            # Where somebody saved a file meanwhile, the next build must look again.
            new.complete &= uptodate.fingerprint(root, files) == inputs
            _put_in_place(manifest, new, index, pages, outcome)
            outcome.indexed = bool(index)
        finally:
            shutil.rmtree(output / uptodate.STAGING, ignore_errors=True)
    return outcome


def _clinic_files(root: Path, manifest: Manifest, given: Path | None) -> list[str]:
    """Give the files of the clinics of earlier builds, as far as there, and the one named now."""
    files = [path for path in manifest.clinics.values() if (root / path).exists()]
    if given is not None:
        files.append(os.path.relpath(given.resolve(), root))
    return list(dict.fromkeys(files))


@dataclass(frozen=True)
class ClinicFile:
    """Where a clinic's profile lies, and what it says; nothing while it is broken."""

    path: str
    profile: ClinicProfile | None


def _clinics(
    root: Path, manifest: Manifest, files: Iterable[str], today: dt.date, outcome: Outcome
) -> dict[str, ClinicFile]:
    """Give the clinics by id; one that is broken is remembered, and made again once mended."""
    ids = {path: id_ for id_, path in manifest.clinics.items()}
    clinics: dict[str, ClinicFile] = {}
    for path in files:
        try:
            profile = read_clinic(root / path, today)
            if profile.id in clinics:
                raise _same_folder(profile.id, clinics[profile.id].path, path)
            clinics[profile.id] = ClinicFile(path, profile)
        except ProblemsFoundError as error:
            known = [ids[path]] if path in ids else []
            outcome.problems.take(error, Affects.only(clinics=known))
            clinics |= {id_: ClinicFile(path, None) for id_ in known}
    return clinics


def _same_folder(name: str, first: str, second: str) -> ProblemsFoundError:
    """Refuse a clinic whose leaflets would take the place of another's, with other numbers."""
    place = Place(shortened(Path(second).name, 80), 1, 1)
    message = (
        f"its leaflets would land in output/clinics/{name}/, where those of another clinic are"
    )
    hint = (
        f"give the file another name, in the letters a to z; the other is {shortened(first, 120)}"
    )
    return ProblemsFoundError([Problem(place, message, hint)])


def _plan(
    composition: Composition,
    clinics: Mapping[str, ClinicFile],
    manifest: Manifest,
    outcome: Outcome,
    *,
    release: bool,
) -> Iterator[Job]:
    """Yield a job for each edition whose words, styles, templates, fonts or engine changed."""
    same_libraries = uptodate.libraries_unchanged(manifest.libraries)
    project = composition.project
    stopped = Stopped.by(outcome.problems, project)
    for clinic in [None, *clinics]:
        profile = clinics[clinic].profile if clinic else None
        for name in project.every_leaflet:
            for locale in project.every_locale:
                edition = Edition(name, locale, clinic=clinic)
                if stopped.stops(edition) or (clinic and profile is None):
                    outcome.failed.append(edition)
                    continue
                try:
                    job = composition.job(edition, profile)
                except ProblemsFoundError as error:
                    outcome.problems.take(error, only(edition))
                    outcome.failed.append(edition)
                    continue
                outcome.standings[job.code] = standing_of(project, job, profile)
                if release and job.approval.state == "draft":
                    outcome.held_back[edition] = job.approval
                    continue
                known = manifest.record(edition) if same_libraries else None
                if known is not None and known.digest == job.digest and manifest.holds(known):
                    outcome.kept.append(known)
                else:
                    yield job


def _take(
    job: Job, made: EditionRecord | ProblemsFoundError, reporter: Reporter, outcome: Outcome
) -> None:
    if isinstance(made, ProblemsFoundError):
        outcome.problems.take(made, only(job.edition))
        outcome.failed.append(job.edition)
        outcome.standings.pop(job.code, None)
        reporter.edition_done(job.edition, made.problems)
    else:
        outcome.made.append(made)
        reporter.edition_done(job.edition, ())


def _index(project: Project, outcome: Outcome) -> bytes:
    """Give the overview page, or nothing where its own words are broken."""
    unsound = Stopped.by(outcome.problems, project).unsound(INDEX_LABELS)
    if SOURCE_LOCALE in unsound:
        return b""
    records = sorted([*outcome.made, *outcome.kept], key=lambda record: record.path)
    try:
        return index_page(project, records, outcome.failed, unsound).encode()
    except jinja2.TemplateError as error:
        outcome.problems.take(template_problem(error), NOTHING)
    except ProblemsFoundError as error:
        outcome.problems.take(error, NOTHING)
    return b""


def _verify_pages(project: Project, outcome: Outcome) -> dict[str, bytes]:
    """Give the pages about codes; all as they lie, where nobody can write them.

    That is where their own words are broken, or the list of what was withdrawn.
    """
    folder = project.root / "output" / uptodate.VERIFY
    records = [*outcome.made, *outcome.kept]
    printed = {code for record in records if (code := read_code(record.code))}
    unsound = Stopped.by(outcome.problems, project).unsound(VERIFY_LABELS)
    pages = None
    if SOURCE_LOCALE not in unsound and WITHDRAWN not in project.unread:
        try:
            pages = verify_pages(
                project, outcome.standings, printed, outcome.failed, folder, unsound
            )
        except jinja2.TemplateError as error:
            outcome.problems.take(template_problem(error), NOTHING)
        except ProblemsFoundError as error:
            outcome.problems.take(error, NOTHING)
    if pages is None:
        pages = pages_as_they_lie(folder)
    return {f"{uptodate.VERIFY}/{name}": page for name, page in pages.items()}


def _manifest_of(
    project: Project,
    manifest: Manifest,
    clinics: Mapping[str, ClinicFile],
    outcome: Outcome,
    today: dt.date,
) -> Manifest:
    """Give the manifest of what `output/` is about to be."""
    new = Manifest(manifest.output)
    new.editions = sorted([*outcome.made, *outcome.kept], key=lambda record: record.path)
    new.clinics = {id_: file.path for id_, file in clinics.items()}
    new.complete = not outcome.problems.errors
    new.warnings = sum(problem.warning for problem in each_once(outcome.problems))
    new.inputs = uptodate.fingerprint(project.root, new.clinics.values())
    new.libraries = _libraries(manifest, bool(outcome.made))
    profiles = [clinic.profile for clinic in clinics.values() if clinic.profile is not None]
    coming = [day for day in days_of_change(project, profiles) if day > today]
    new.look_again = min(coming).isoformat() if coming else ""
    return new


def _put_in_place(
    manifest: Manifest,
    new: Manifest,
    index: bytes,
    pages: Mapping[str, bytes],
    outcome: Outcome,
) -> None:
    """Move what was staged into `output/`, take away what is no edition any more, tell it."""
    output = new.output
    staging = output / uptodate.STAGING
    new.index_sha256 = hashlib.sha256(index).hexdigest() if index else ""
    new.verify = {name: hashlib.sha256(page).hexdigest() for name, page in pages.items()}
    leaving = sorted(manifest.paths() - new.paths())
    arriving = [path for record in outcome.made for path in record.files]
    unchanged = not outcome.made and new.text() == manifest.text()
    if unchanged and manifest.index_holds() and manifest.verify_holds():
        return
    manifest.write_while_replacing({*leaving, *arriving})
    for name in arriving:
        target = output / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (staging / name).replace(target)
    for name in leaving:
        _remove(output, name)
    if index:
        write_whole(output / "index.html", index, staging)
    else:
        _remove(output, "index.html")
    for name, page in pages.items():
        if not new.holds_page(name):
            write_whole(output / name, page, staging)
    new.write()


def _remove(output: Path, name: str) -> None:
    path = output / name
    path.unlink(missing_ok=True)
    for folder in path.parents:
        if folder == output or not folder.is_dir() or any(folder.iterdir()):
            break
        folder.rmdir()


def _libraries(manifest: Manifest, printed: bool) -> dict[str, list[int]]:  # noqa: FBT001
    """Give the stamps of the system's libraries that drew the text (Linux tells them; else none).

    What packages bring along, such as Pillow's own FreeType, is pinned with them and draws no text.
    """
    maps = Path("/proc/self/maps")
    if not printed or not maps.exists():
        return manifest.libraries
    names = ("libpango", "libharfbuzz", "libfontconfig", "libfreetype")
    paths = {
        line.split()[-1]
        for line in maps.read_text("utf-8").splitlines()
        if any(name in line for name in names) and sys.prefix not in line
    }
    return uptodate.library_stamps(sorted(path for path in paths if Path(path).exists()))
