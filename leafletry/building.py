"""The build, from top to bottom: read, check, localize, mark up, typeset, finish, write.

Everything is staged first and put in place at the end. While files are being put in place the
manifest lists only what is untouched, so what the manifest says is true at every moment,
also after kill -9.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import shutil
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from leafletry import uptodate
from leafletry.checking import check_project
from leafletry.clinic import read_clinic
from leafletry.edition import Edition, EditionRecord
from leafletry.fonts import font_files, isolate_fontconfig
from leafletry.index_page import index_page
from leafletry.leaflet import walk_texts
from leafletry.localization import localize_leaflet
from leafletry.manifest import Manifest
from leafletry.markup import digest_text, leaflet_html, template_environment
from leafletry.output import folder_lock, write_whole
from leafletry.problems import Place, Problem, ProblemList, ProblemsFoundError
from leafletry.project import SHARED_FILES, read_project
from leafletry.styles import style_digest, style_names

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator, Sequence

    from leafletry.clinic import ClinicProfile, Logo
    from leafletry.localization import LocalizedLeaflet
    from leafletry.project import Project

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


@dataclass(frozen=True)
class Job:
    """Everything a process needs to make one edition; `digest` stands for all that goes into it."""

    edition: Edition
    html: str
    sheets: tuple[str, ...]
    pages: int
    place: Place
    logo: Logo | None
    digest: str
    record: dict[str, Any]


@dataclass
class Outcome:
    """What a build did: editions made and kept, and every problem found."""

    made: list[EditionRecord] = field(default_factory=list)
    kept: list[EditionRecord] = field(default_factory=list)
    failed: list[Edition] = field(default_factory=list)
    problems: ProblemList = field(default_factory=ProblemList)


def build(
    root: Path,
    today: datetime.date,
    reporter: Reporter,
    clinic_path: Path | None = None,
    jobs: int = 0,
) -> Outcome:
    """Build every edition that is out of date; put all of them in place, or leave all as it was.

    `jobs` is the number of processes (0: one a processor). One broken leaflet does not stop the
    others; every problem is in the outcome.
    """
    outcome = Outcome()
    output = root / "output"
    with folder_lock(root / ".cache"):
        inputs_before = uptodate.fingerprint(root)
        manifest = Manifest.read(output)
        project = read_project(root)
        outcome.problems.problems += [*project.problems, *check_project(project)]
        clinics = _clinics(root, manifest, clinic_path, today, outcome)
        broken = _broken(project, outcome.problems.errors)
        todo = list(_plan(root, project, clinics, manifest, broken, outcome))
        _make(root, todo, reporter, outcome, jobs)
        _put_in_place(root, project, manifest, clinics, outcome, inputs_before)
    return outcome


def _clinics(
    root: Path, manifest: Manifest, given: Path | None, today: datetime.date, outcome: Outcome
) -> dict[str, ClinicProfile]:
    """Give the clinic named now and those of earlier builds; one whose file is gone is forgotten."""
    paths = {path: root / path for path in manifest.clinics.values() if (root / path).exists()}
    if given is not None:
        paths[os.path.relpath(given.resolve(), root)] = given
    profiles = {}
    for name, path in paths.items():
        try:
            profiles[name] = read_clinic(path, today)
        except ProblemsFoundError as error:
            outcome.problems.take(error)
    return profiles


def _broken(project: Project, errors: Iterable[Problem]) -> set[tuple[str, str]]:
    """Give the (leaflet, locale) pairs that must not be printed because of an error in their sources."""
    broken: set[tuple[str, str]] = set()
    everything = {(leaflet, locale) for leaflet in project.leaflets for locale in project.locales}
    for error in errors:
        folder, _, rest = error.place.file.partition("/")
        if folder == "leaflets" and Path(rest).stem not in SHARED_FILES:
            broken |= {pair for pair in everything if pair[0] == Path(rest).stem}
        elif folder == "locales" and rest:
            locale = rest.split("/")[0]
            showing = _leaflets_showing(project, locale, error.place.line)
            broken |= {pair for pair in everything if pair[1] == locale and pair[0] in showing}
        elif folder in ("leaflets", "templates", "styles"):
            return everything
    return broken


def _leaflets_showing(project: Project, locale: str, line: int) -> set[str]:
    """Give the leaflets that print the message at a line of a catalog; all, where that is unknown."""
    catalog = project.catalogs.get(locale)
    keys = {
        key
        for key, message in (catalog.messages.items() if catalog else ())
        if message.place.line == line
    }
    if not keys or keys & {(text.context, text.text) for _, text in walk_texts(project.phrases)}:
        return set(project.leaflets)
    return {
        name
        for name, leaflet in project.leaflets.items()
        if keys & {(text.context, text.text) for _, text in walk_texts(leaflet)}
    }


def _plan(
    root: Path,
    project: Project,
    clinics: dict[str, ClinicProfile],
    manifest: Manifest,
    broken: set[tuple[str, str]],
    outcome: Outcome,
) -> Iterator[Job]:
    """Yield a job for each edition whose words, styles, templates, fonts or engine changed."""
    environment = template_environment(root / "templates")
    base = _engine_digest(root)
    same_libraries = uptodate.libraries_unchanged(manifest.libraries)
    for profile in [None, *clinics.values()]:
        for name in project.leaflets:
            for locale in project.locales:
                edition = Edition(name, locale, clinic=profile.id if profile else None)
                if (name, locale) in broken:
                    outcome.failed.append(edition)
                    continue
                try:
                    leaflet = localize_leaflet(project, name, locale, profile)
                except ProblemsFoundError as error:
                    outcome.problems.take(error)
                    outcome.failed.append(edition)
                    continue
                job = _job(root, environment, base, edition, leaflet)
                known = manifest.record(edition) if same_libraries else None
                if known is not None and known.digest == job.digest and manifest.holds(known):
                    outcome.kept.append(known)
                else:
                    yield job


def _job(
    root: Path, environment: Any, base: str, edition: Edition, leaflet: LocalizedLeaflet
) -> Job:
    content = hashlib.sha256(digest_text(leaflet).encode()).hexdigest()[:6]
    version = leaflet.content["version"]
    code = f"{leaflet.code} · {leaflet.locale} · v{version} · {content}"
    html = leaflet_html(environment, leaflet, code)
    sheets = tuple(
        style_names(root / "styles", leaflet.audience, leaflet.locale, edition.page_format)
    )
    logo = leaflet.clinic.logo if leaflet.clinic else None
    parts = [
        base,
        html,
        style_digest(root / "styles", sheets),
        _figures_digest(root, html),
        str(leaflet.pages),
    ]
    parts.append(hashlib.sha256(logo.content).hexdigest() if logo else "")
    return Job(
        edition=edition,
        html=html,
        sheets=sheets,
        pages=leaflet.pages,
        place=Place(f"leaflets/{leaflet.id}.yaml")
        if leaflet.locale == "en"
        else Place(f"locales/{leaflet.locale}/LC_MESSAGES/messages.po"),
        logo=logo,
        digest=hashlib.sha256("\0".join(parts).encode()).hexdigest(),
        record={
            "leaflet": edition.leaflet,
            "locale": edition.locale,
            "page_format": edition.page_format,
            "clinic": edition.clinic,
            "audience": leaflet.audience,
            "title": leaflet.content["title"].text,
            "code": code,
            "version": version,
            "state": "draft" if leaflet.draft else "release",
        },
    )


def _engine_digest(root: Path) -> str:
    """Give one digest of what every edition rests on: engine, locked versions, fonts."""
    digest = hashlib.sha256((root / "requirements.lock").read_bytes())
    for path in sorted((root / "leafletry").glob("*.py")):
        digest.update(path.read_bytes())
    for font in font_files(root / ".cache" / "fonts"):
        digest.update(f"{font.family} {font.weight} {font.digest}".encode())
    return digest.hexdigest()


def _figures_digest(root: Path, html: str) -> str:
    digest = hashlib.sha256()
    for path in sorted((root / "templates" / "figures").glob("*.svg")):
        if f"figure:{path.name}" in html:
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _make(root: Path, todo: Sequence[Job], reporter: Reporter, outcome: Outcome, jobs: int) -> None:
    """Make the editions, several processes at a time; a single one is made right here."""
    if not todo:
        return
    staging = root / "output" / ".staging"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    processes = min(jobs or os.cpu_count() or 1, len(todo))
    # Long ones first, so that no process ends up waiting for the last.
    ordered = sorted(todo, key=lambda job: -len(job.html))
    if processes == 1:
        _open_press(root)
        reporter.start(len(todo))
        for job in ordered:
            _take(job, make_edition(job), reporter, outcome)
    else:
        method = "fork" if sys.platform == "linux" else "spawn"
        if method == "fork":
            _open_press(root)
        context = multiprocessing.get_context(method)
        with ProcessPoolExecutor(processes, context, _open_press, (root,)) as pool:
            waiting = {pool.submit(make_edition, job): job for job in ordered}
            reporter.start(len(todo))
            for future in as_completed(waiting):
                _take(waiting[future], future.result(), reporter, outcome)
    reporter.stop()


def _take(
    job: Job, made: EditionRecord | ProblemsFoundError, reporter: Reporter, outcome: Outcome
) -> None:
    if isinstance(made, ProblemsFoundError):
        outcome.problems.take(made)
        outcome.failed.append(job.edition)
        reporter.edition_done(job.edition, made.problems)
    else:
        outcome.made.append(made)
        reporter.edition_done(job.edition, ())


_PRESS: dict[str, Any] = {}


def _open_press(root: Path) -> None:
    """Get this process ready to typeset; with fork, the children inherit all of it."""
    if _PRESS:
        return
    isolate_fontconfig(root / ".cache" / "fonts")
    from leafletry.typesetting import Press  # noqa: PLC0415 - Pango may load only now

    _PRESS["press"] = Press(
        root / "styles", root / "templates" / "figures", font_files(root / ".cache" / "fonts")
    )
    _PRESS["staging"] = root / "output" / ".staging"


def make_edition(job: Job) -> EditionRecord | ProblemsFoundError:
    """Typeset, finish and stage one edition and the picture of its first page."""
    from leafletry.finishing import finish  # noqa: PLC0415 - as above
    from leafletry.pictures import picture_of_first_page  # noqa: PLC0415
    from leafletry.typesetting import typeset  # noqa: PLC0415

    named = Place(f"{job.place.file}")
    try:
        result = typeset(_PRESS["press"], job.html, job.sheets, job.pages, named, job.logo)
        pdf = finish(result, named)
    except ProblemsFoundError as error:
        what = f"{job.edition.leaflet} ({job.edition.locale})"
        return ProblemsFoundError(
            [Problem(p.place, f"{what}: {p.message}", p.hint, p.warning) for p in error.problems]
        )
    picture = picture_of_first_page(pdf, PICTURE_WIDTH)
    staging = _PRESS["staging"]
    for path, content in ((job.edition.path, pdf), (job.edition.picture_path, picture)):
        target = staging / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return EditionRecord(
        **job.record,
        pages=result.pages,
        path=str(job.edition.path),
        size=len(pdf),
        sha256=hashlib.sha256(pdf).hexdigest(),
        picture=str(job.edition.picture_path),
        picture_sha256=hashlib.sha256(picture).hexdigest(),
        digest=job.digest,
    )


def _put_in_place(
    root: Path,
    project: Project,
    manifest: Manifest,
    clinics: dict[str, ClinicProfile],
    outcome: Outcome,
    inputs_before: str,
) -> None:
    """Move what was staged into `output/`, take away what is no edition any more, tell the manifest."""
    output = root / "output"
    output.mkdir(exist_ok=True)
    records = sorted([*outcome.made, *outcome.kept], key=lambda record: record.path)
    index = index_page(project, records, outcome.failed).encode()
    new = Manifest(output)
    new.editions = records
    new.clinics = {profile.id: name for name, profile in clinics.items()}
    new.index_sha256 = hashlib.sha256(index).hexdigest()
    new.complete = not outcome.problems.errors
    new.warnings = len(outcome.problems.problems) - len(outcome.problems.errors)
    new.inputs = uptodate.fingerprint(root, new.clinics.values())
    new.libraries = _libraries(manifest, bool(outcome.made))
    if uptodate.fingerprint(root) != inputs_before:
        new.complete = False  # somebody saved a file meanwhile: the next build must look again
    leaving = sorted(manifest.paths() - new.paths())
    arriving = [path for record in outcome.made for path in (record.path, record.picture)]
    if not outcome.made and new.text() == manifest.text() and manifest.index_holds():
        return
    manifest.write_while_replacing({*leaving, *arriving})
    for name in arriving:
        target = output / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (output / ".staging" / name).replace(target)
    for name in leaving:
        _remove(output, name)
    write_whole(output / "index.html", index)
    new.write()
    shutil.rmtree(output / ".staging", ignore_errors=True)


def _remove(output: Path, name: str) -> None:
    path = output / name
    path.unlink(missing_ok=True)
    for folder in path.parents:
        if folder == output or not folder.is_dir() or any(folder.iterdir()):
            break
        folder.rmdir()


def _libraries(manifest: Manifest, printed: bool) -> dict[str, list[int]]:  # noqa: FBT001
    """Give the stamps of the shared libraries that drew the text (Linux tells them; else none)."""
    maps = Path("/proc/self/maps")
    if not printed or not maps.exists():
        return manifest.libraries
    names = ("libpango", "libharfbuzz", "libfontconfig", "libfreetype")
    paths = {
        line.split()[-1]
        for line in maps.read_text("utf-8").splitlines()
        if any(name in line for name in names)
    }
    return uptodate.library_stamps(sorted(path for path in paths if Path(path).exists()))
