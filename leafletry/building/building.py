"""The build, from top to bottom: read, check, localize, mark up, typeset, finish, write.

Everything is staged first and put in place at the end.
"""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

from leafletry.printing import printing, uptodate
from leafletry.printing.presses import Presses
from leafletry.reading.output import folder_lock
from leafletry.reading.problems import ProblemsFoundError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from leafletry.building.outcome import Outcome
    from leafletry.editions.edition import EditionRecord
    from leafletry.editions.job import Job
    from leafletry.editions.scope import Scope
    from leafletry.printing.printing import Reporter


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
        # All of this is loaded while the presses get ready.
        from leafletry.building.beside import beside
        from leafletry.building.clinic_files import clinic_paths, read_clinics
        from leafletry.building.plan import Plan
        from leafletry.building.putting_in_place import (
            libraries_of,
            manifest_of,
            pages_of,
            put_in_place,
        )
        from leafletry.checking import check_project
        from leafletry.content.project import read_project
        from leafletry.editions.composition import Composition
        from leafletry.editions.scope import Scope
        from leafletry.editions.styles import sheet_names
        from leafletry.printing.manifest import Manifest

        manifest = Manifest.read(output)
        files = clinic_paths(root, manifest, clinics)
        inputs = uptodate.fingerprint(root, files)
        project = read_project(root)
        presses.get_ready(sheet_names(root / "styles"))
        known = read_clinics(root, manifest, files, clinics, today)
        scope = replace(scope or Scope(), clinics=frozenset(known.named) if clinics else None)
        with beside(lambda: check_project(project, today)) as checks:
            plan = Plan(Composition.of(project, today), checks, known, manifest, scope)
        outcome = plan.outcome
        for job, made in presses.print_all(plan.jobs(), printing.make_edition, reporter, _unmade):
            problems = made.problems if isinstance(made, ProblemsFoundError) else ()
            outcome.take(job, made)
            reporter.edition_done(job.edition, problems)
        plan.leave_the_rest()
        pages = pages_of(project, known, outcome, manifest)
        new = manifest_of(project, manifest, known, outcome, today)
        if outcome.made:
            new.libraries = libraries_of(presses.typesetter) or manifest.libraries
        # Where somebody saved a file meanwhile, the next build must look again.
        new.complete &= uptodate.fingerprint(root, files) == inputs
        if plan.limited:
            new.complete &= manifest.complete and manifest.inputs == new.inputs
        put_in_place(manifest, new, pages, outcome)
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


def _unmade(job: Job) -> EditionRecord | ProblemsFoundError:
    return ProblemsFoundError([printing.process_ended(job)])
