"""The build, from top to bottom: read, check, localize, mark up, typeset, finish, write.

Everything is staged first and put in place at the end. While files are being put in place the
manifest lists only what is untouched, so what the manifest says is true at every moment,
also after kill -9.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from leafletry import printing, uptodate
from leafletry.checking import check_project
from leafletry.clinic_files import clinic_paths, read_clinics
from leafletry.composition import Composition
from leafletry.edition import SIGNATURE, Edition, EditionRecord
from leafletry.last_good import LastGood, kept_from_before
from leafletry.manifest import Failure, Manifest
from leafletry.output import folder_lock, write_whole
from leafletry.overviews import Pages, overviews, pages_about_codes, public_pages
from leafletry.plain_file import read_plain
from leafletry.presses import Presses
from leafletry.problems import ProblemList, ProblemsFoundError, each_once
from leafletry.project import read_project
from leafletry.public_names import FOLDER
from leafletry.scope import Scope
from leafletry.signing.approval import days_of_change
from leafletry.stopped import Stopped, only
from leafletry.verify_pages import standing_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from leafletry.clinic import ClinicProfile
    from leafletry.clinic_files import ClinicFiles
    from leafletry.composition import Job
    from leafletry.edition_code import EditionCode
    from leafletry.printing import Reporter
    from leafletry.problems import Problem
    from leafletry.project import Project
    from leafletry.signing.approval import Approval
    from leafletry.signing.signoffs import PrintedWords
    from leafletry.verify_pages import Standing


@dataclass
class Outcome:
    """What a build did, with every problem found in what it was asked for.

    `made` and `kept` are as they should be; `left` were not asked for; `stale` are the last good
    ones of what could not be made anew, or is known to be behind and was not asked for. `failed`
    are those that cannot be made, with or without a last good one. `held_back` are the drafts, and
    why each is one; `standings` tell of each code that can be made today how it stands. `elsewhere`
    is wrong with what was not asked for; `indexed` tells whether there is an overview.
    """

    made: list[EditionRecord] = field(default_factory=list)
    kept: list[EditionRecord] = field(default_factory=list)
    left: list[EditionRecord] = field(default_factory=list)
    stale: list[EditionRecord] = field(default_factory=list)
    failed: list[Edition] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    released: list[EditionRecord] = field(default_factory=list)
    held_back: dict[Edition, Approval] = field(default_factory=dict)
    standings: dict[EditionCode, Standing] = field(default_factory=dict)
    problems: ProblemList = field(default_factory=ProblemList)
    elsewhere: ProblemList = field(default_factory=ProblemList)
    indexed: bool = False
    scope: Scope = field(default_factory=Scope)

    @property
    def failed_elsewhere(self) -> int:
        """How many that were not asked for cannot be made."""
        return sum(edition not in self.scope for edition in self.failed)

    @property
    def records(self) -> list[EditionRecord]:
        """Everything that lies in the folder afterwards, by path."""
        everything = (*self.made, *self.kept, *self.left, *self.stale)
        return sorted(everything, key=lambda record: record.path)

    def fail(self, edition: Edition, digest: str = "", problems: Sequence[Problem] = ()) -> None:
        """Note that an edition cannot be made; what is wrong is told where it is asked for."""
        self.failed.append(edition)
        self.failures.append(Failure.of(edition, digest, problems))


def build(
    root: Path,
    today: dt.date,
    reporter: Reporter,
    clinics: Sequence[Path] = (),
    jobs: int = 0,
    scope: Scope | None = None,
) -> Outcome:
    """Build every edition that is out of date; put all of them in place, or leave all as it was.

    `clinics` are profiles to make leaflets of besides; where there are some, those of other clinics
    stay as they are, and so does what is outside of the `scope`. `jobs` is the number of processes
    (0: one a processor). One broken leaflet does not stop the others; every problem is in the
    outcome, and what was good stays until it is replaced.
    """
    output = root / "output"
    with folder_lock(root / ".cache"), _staging(output), Presses(root, jobs) as presses:
        manifest = Manifest.read(output)
        files = clinic_paths(root, manifest, clinics)
        inputs = uptodate.fingerprint(root, files)
        project = read_project(root)
        known = read_clinics(root, manifest, files, clinics, today)
        scope = replace(scope or Scope(), clinics=frozenset(known.named) if clinics else None)
        checked = check_project(project, today)
        plan = _Plan(Composition.of(project, today), checked, known, manifest, scope)
        outcome = plan.outcome
        for job, made in presses.print_all(plan.jobs(), printing.make_edition, reporter, _unmade):
            _take(job, made, reporter, outcome)
        plan.leave_the_rest()
        pages = _pages(project, known, outcome, manifest)
        new = _manifest_of(project, manifest, known, outcome, today)
        if outcome.made:
            new.libraries = _libraries(presses.typesetter) or manifest.libraries
        # Where somebody saved a file meanwhile, the next build must look again.
        new.complete &= uptodate.fingerprint(root, files) == inputs
        if plan.limited:
            new.complete &= manifest.complete and manifest.inputs == new.inputs
        _put_in_place(manifest, new, pages, outcome)
        outcome.indexed = "index.html" in pages.written
    return outcome


@contextlib.contextmanager
def _staging(output: Path) -> Iterator[None]:
    """Give an empty folder for what is being made; nothing is left of it afterwards."""
    shutil.rmtree(output / uptodate.STAGING, ignore_errors=True)  # Of a build that was killed.
    (output / uptodate.STAGING).mkdir(parents=True)
    try:
        yield
    finally:
        shutil.rmtree(output / uptodate.STAGING, ignore_errors=True)


class _Plan:
    """What is to be made, and what becomes of everything else."""

    def __init__(
        self,
        composition: Composition,
        checked: Sequence[Problem],
        clinics: ClinicFiles,
        manifest: Manifest,
        scope: Scope,
    ) -> None:
        project = composition.project
        self.composition, self.clinics, self.manifest = composition, clinics, manifest
        self.scope, self.outcome = scope, Outcome(scope=scope)
        found = [*project.problems, *checked]
        faults = [*found, *clinics.problems, *clinics.elsewhere]
        self.stopped = Stopped.by(faults, project)
        self.last_good = LastGood(composition, self.stopped)
        own = [r for r in manifest.editions if r.path == str(r.edition.path)]
        self.records = {record.edition: record for record in own}
        self.failures = {failure.edition: failure for failure in manifest.failed}
        self.same_libraries = uptodate.libraries_unchanged(manifest.libraries)
        asked = [edition for edition in self._editions() if edition in scope]
        self.limited = len(asked) < len(self._editions())
        self._share_out(found, asked)

    def _share_out(self, found: Sequence[Problem], asked: Sequence[Edition]) -> None:
        """Tell what is wrong with what was asked for from what is wrong elsewhere."""
        here, elsewhere = self.outcome.problems.problems, self.outcome.elsewhere.problems
        concerns = self.stopped.concerning(asked) if self.limited else set(found)
        for problem in found:
            (here if problem.warning or problem in concerns else elsewhere).append(problem)
        here += self.clinics.problems
        elsewhere += self.clinics.elsewhere

    def _editions(self) -> list[Edition]:
        project = self.composition.project
        return [
            Edition(leaflet, locale, clinic=clinic)
            for clinic in (None, *self.clinics.clinics)
            for leaflet in project.every_leaflet
            for locale in project.every_locale
        ]

    def _profile(self, edition: Edition) -> ClinicProfile | None:
        return self.clinics.clinics[edition.clinic].profile if edition.clinic else None

    def _cannot_be_read(self, edition: Edition) -> bool:
        unread = edition.clinic is not None and self._profile(edition) is None
        return unread or self.stopped.stops(edition)

    def jobs(self) -> Iterator[Job]:
        """Yield what is to be made: whatever changed in words, styles, fonts or engine."""
        for edition in self._editions():
            if edition not in self.scope:
                self._leave(edition)
            elif self._cannot_be_read(edition):
                self.outcome.fail(edition)
            else:
                yield from self._job(edition)

    def _job(self, edition: Edition) -> Iterator[Job]:
        """Yield the job of an edition, unless it is there already or is known to fail."""
        outcome, profile = self.outcome, self._profile(edition)
        try:
            job = self.composition.job(edition, profile)
        except ProblemsFoundError as error:
            outcome.problems.take(error, only(edition))
            outcome.fail(edition)
            return
        failure = self.failures.get(edition)
        if self.same_libraries and failure is not None and failure.digest == job.digest:
            outcome.problems.problems += failure.problems
            outcome.fail(edition, job.digest, failure.problems)
            return
        self._stand(edition, job.code, job.words, job.approval)
        known = self.records.get(edition) if self.same_libraries else None
        if known is not None and known.digest == job.digest and self.manifest.holds(known):
            outcome.kept.append(replace(known, kept_from="", **job.record))
        else:
            yield job

    def _stand(
        self, edition: Edition, code: EditionCode, words: PrintedWords, approval: Approval
    ) -> None:
        project, profile = self.composition.project, self._profile(edition)
        standing = standing_of(project, edition, words, approval, profile)
        self.outcome.standings[code] = standing
        if approval.state == "draft":
            self.outcome.held_back[edition] = approval

    def _leave(self, edition: Edition) -> None:
        """Leave an edition as it is that was not asked for."""
        outcome, record = self.outcome, self.records.get(edition)
        now = None
        failure = self.failures.get(edition)
        if self._cannot_be_read(edition):
            outcome.fail(edition)
        elif failure is not None:
            outcome.failed.append(edition)
            outcome.failures.append(failure)
        else:
            try:
                code, words, approval = self.composition.standing(edition, self._profile(edition))
            except ProblemsFoundError:
                outcome.fail(edition)
            else:
                now = code, approval
                self._stand(edition, code, words, approval)
                outcome.held_back.pop(edition, None)
        if record is None or not self.manifest.holds(record) or self.last_good.withdrawn(record):
            return
        as_now = now is not None and (str(now[0]), now[1].state) == (record.code, record.state)
        if as_now:
            outcome.left.append(record)
        else:
            outcome.stale.append(kept_from_before(self.manifest.output, record))
        if self.last_good.is_release(record, now):
            outcome.released.append(record)

    def leave_the_rest(self) -> None:
        """Keep the last good edition of each that could not be made, as long as it is one."""
        outcome = self.outcome
        outcome.released += [r for r in (*outcome.made, *outcome.kept) if r.state == "release"]
        for edition in outcome.failed:
            record = self.records.get(edition)
            if edition not in self.scope or record is None or not self.manifest.holds(record):
                continue
            if self.last_good.stays(record):
                outcome.stale.append(kept_from_before(self.manifest.output, record))
                if record.state == "release":
                    outcome.released.append(record)


def _take(
    job: Job, made: EditionRecord | ProblemsFoundError, reporter: Reporter, outcome: Outcome
) -> None:
    if isinstance(made, ProblemsFoundError):
        outcome.problems.take(made, only(job.edition))
        outcome.fail(job.edition, job.digest, made.problems)
        outcome.standings.pop(job.code, None)
        reporter.edition_done(job.edition, made.problems)
    else:
        outcome.made.append(made)
        reporter.edition_done(job.edition, ())


def _unmade(job: Job) -> EditionRecord | ProblemsFoundError:
    return ProblemsFoundError([printing.process_ended(job)])


def _pages(project: Project, clinics: ClinicFiles, outcome: Outcome, manifest: Manifest) -> Pages:
    """Give overviews and pages about codes, and what is public as soon as anything was."""
    records, problems = outcome.records, outcome.problems
    about_codes = pages_about_codes(project, outcome.standings, records, outcome.failed, problems)
    pages = overviews(project, clinics, records, outcome.failed, problems)
    if outcome.released or any(name.startswith(f"{FOLDER}/") for name in manifest.paths()):
        public = public_pages(project, clinics, outcome.released, about_codes, problems)
        if f"{FOLDER}/index.html" not in public.written:  # Its words are broken: it stays as it is.
            lying = [name for name in manifest.pages if name.endswith("index.html")]
            public.written |= {
                name: read_plain(manifest.output / name)
                for name in lying
                if name.startswith(f"{FOLDER}/") and manifest.holds_page(name)
            }
        pages.written |= public.written
        pages.copied |= public.copied
    pages.about_codes = about_codes
    return pages


def _manifest_of(
    project: Project,
    manifest: Manifest,
    clinics: ClinicFiles,
    outcome: Outcome,
    today: dt.date,
) -> Manifest:
    """Give the manifest of what `output/` is about to be."""
    new = Manifest(manifest.output)
    new.editions = outcome.records
    new.failed = sorted(outcome.failures, key=lambda failure: str(failure.edition.path))
    new.clinics = {id_: file.path for id_, file in clinics.clinics.items()}
    new.complete = not outcome.problems.errors and not outcome.elsewhere.errors
    new.complete &= not outcome.failed and not outcome.stale
    new.warnings = sum(problem.warning for problem in each_once(outcome.problems))
    new.inputs = uptodate.fingerprint(project.root, new.clinics.values())
    new.libraries = manifest.libraries
    coming = [day for day in days_of_change(project, clinics.profiles) if day > today]
    new.look_again = min(coming).isoformat() if coming else ""
    return new


def _put_in_place(
    manifest: Manifest,
    new: Manifest,
    pages: Pages,
    outcome: Outcome,
) -> None:
    """Move what was staged into `output/`, take away what is no edition any more, tell it."""
    output = new.output
    staging = output / uptodate.STAGING
    new.pages = {name: _sha256(page) for name, page in pages.written.items()}
    sums = {name: sum_ for record in new.editions for name, sum_ in record.files.items()}
    new.pages |= {name: sums[source] for name, source in pages.copied.items()}
    new.verify = {name: _sha256(page) for name, page in pages.about_codes.items()}
    leaving = sorted(manifest.paths() - new.paths())
    arriving = [path for record in outcome.made for path in record.files]
    if not outcome.made and new.text() == manifest.text() and manifest.pages_hold():
        return
    manifest.write_while_replacing({*leaving, *arriving, *manifest.pages, *new.pages})
    copies = [name for name in pages.copied if not new.holds_page(name)]
    for name in (*arriving, *leaving, *copies):
        # It is of the bytes that go; first of all, for it must never lie beside others.
        _remove(output, name + SIGNATURE)
    for name in leaving:
        _remove(output, name)
    for name in arriving:
        target = output / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (staging / name).replace(target)
    for name in copies:
        write_whole(output / name, read_plain(output / pages.copied[name]), staging)
    for name, page in {**pages.about_codes, **pages.written}.items():
        if not new.holds_page(name):
            write_whole(output / name, page, staging)
    new.write()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _remove(output: Path, name: str) -> None:
    path = output / name
    path.unlink(missing_ok=True)
    for folder in path.parents:
        if not folder.is_dir():  # Taken away by a build that was killed on its way up.
            continue
        if folder == output or any(folder.iterdir()):
            break
        folder.rmdir()


def _libraries(typesetter: str) -> dict[str, list[int]]:
    """Give the stamps of the system's libraries with which a process drew the text; Linux has them.

    What packages bring along, such as Pillow's own FreeType, is pinned with them and draws no text.
    """
    maps = Path(f"/proc/{typesetter}/maps")
    if not maps.exists():
        return {}
    names = ("libpango", "libharfbuzz", "libfontconfig", "libfreetype")
    paths = {
        line.split()[-1]
        for line in maps.read_text("utf-8").splitlines()
        if any(name in line for name in names) and sys.prefix not in line
    }
    return uptodate.library_stamps(sorted(path for path in paths if Path(path).exists()))
