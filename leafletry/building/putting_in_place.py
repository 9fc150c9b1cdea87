"""The end of a build: overviews, the manifest, and everything moved into `output/`.

While files are being put in place the manifest lists only what is untouched, so what it says is
true at every moment, also after kill -9.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from leafletry.building.overviews import Pages, overviews, pages_about_codes, public_pages
from leafletry.editions.approval import days_of_change
from leafletry.editions.edition import SIGNATURE
from leafletry.editions.public_names import FOLDER
from leafletry.printing import uptodate
from leafletry.printing.manifest import Manifest
from leafletry.reading.output import write_whole
from leafletry.reading.plain_file import read_plain
from leafletry.reading.problems import each_once

if TYPE_CHECKING:
    import datetime as dt

    from leafletry.building.clinic_files import ClinicFiles
    from leafletry.building.outcome import Outcome
    from leafletry.content.project import Project


def pages_of(project: Project, clinics: ClinicFiles, outcome: Outcome, manifest: Manifest) -> Pages:
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


def manifest_of(
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


def put_in_place(
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


def libraries_of(typesetter: str) -> dict[str, list[int]]:
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
