"""The build, from top to bottom: read, check, localize, mark up, typeset, finish, write.

Everything is staged first and put in place at the end. While files are being put in place the
manifest lists only what is untouched, so what the manifest says is true at every moment,
also after kill -9.
"""

from __future__ import annotations

import contextlib
import ctypes.util
import datetime as dt
import gc
import hashlib
import itertools
import multiprocessing
import os
import shutil
import sys
import threading
import warnings
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import jinja2

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
from leafletry.project import SHARED_FILES, SOURCE_LOCALE, read_project
from leafletry.styles import style_digest, style_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from multiprocessing.process import BaseProcess

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
    today: dt.date,
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
        manifest = Manifest.read(output)
        files = _clinic_files(root, manifest, clinic_path)
        inputs = uptodate.fingerprint(root, files)
        project = read_project(root)
        outcome.problems.problems += [*project.problems, *check_project(project, today)]
        clinics = _clinics(root, manifest, files, today, outcome)
        broken = _broken(project, outcome.problems.errors)
        todo = _plan(root, project, clinics, manifest, broken, outcome)
        try:
            _make(root, todo, reporter, outcome, jobs)
            index = _index(project, outcome)
            new = _manifest_of(project, manifest, clinics, outcome, today)
            # Where somebody saved a file meanwhile, the next build must look again.
            new.complete &= uptodate.fingerprint(root, files) == inputs
            _put_in_place(manifest, new, index, outcome)
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
    clinics = {}
    for path in files:
        try:
            profile = read_clinic(root / path, today)
            # The clinic named now comes last: it takes the place of another with the same id.
            clinics[profile.id] = ClinicFile(path, profile)
        except ProblemsFoundError as error:
            outcome.problems.take(error)
            if path in ids:
                clinics[ids[path]] = ClinicFile(path, None)
    return clinics


def _everything(project: Project, errors: Iterable[Problem]) -> tuple[list[str], list[str]]:
    """Give all leaflets and all languages people mean to have, also those nobody could read."""
    leaflets, locales = set(project.leaflets), set(project.locales)
    for error in errors:
        path = Path(error.place.file)
        if path.parts[0] == "leaflets" and path.suffix == ".yaml":
            leaflets |= {path.stem} - set(SHARED_FILES)
        elif path.name == "messages.po":
            locales.add(path.parts[1])
    return sorted(leaflets), sorted(locales)


def _broken(project: Project, errors: Sequence[Problem]) -> set[tuple[str, str]]:
    """Give the (leaflet, locale) pairs that an error in their sources forbids to print."""
    leaflets, locales = _everything(project, errors)
    everything = {(leaflet, locale) for leaflet in leaflets for locale in locales}
    broken = {
        pair
        for pair in everything
        if pair[0] not in project.leaflets or pair[1] not in project.catalogs
    }
    for error in errors:
        folder, _, rest = error.place.file.partition("/")
        if folder == "leaflets" and Path(rest).stem not in SHARED_FILES:
            broken |= {pair for pair in everything if pair[0] == Path(rest).stem}
        elif folder == "locales" and rest == f"{SOURCE_LOCALE}/glossary.yaml":
            return everything  # Untranslated texts of every language take words from it.
        elif folder == "locales" and rest:
            locale, _, name = rest.partition("/")
            line = error.place.line if name.endswith("messages.po") else 0
            showing = _leaflets_showing(project, locale, line)
            broken |= {pair for pair in everything if pair[1] == locale and pair[0] in showing}
        elif folder in ("leaflets", "templates", "styles"):
            return everything
    return broken


def _leaflets_showing(project: Project, locale: str, line: int) -> set[str]:
    """Give the leaflets that print the message at a line of a catalog; all if that is unknown."""
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
    clinics: Mapping[str, ClinicFile],
    manifest: Manifest,
    broken: set[tuple[str, str]],
    outcome: Outcome,
) -> Iterator[Job]:
    """Yield a job for each edition whose words, styles, templates, fonts or engine changed."""
    environment = template_environment(root / "templates")
    base = _engine_digest(root)
    same_libraries = uptodate.libraries_unchanged(manifest.libraries)
    leaflets, locales = _everything(project, outcome.problems.errors)
    for clinic in [None, *clinics]:
        profile = clinics[clinic].profile if clinic else None
        for name in leaflets:
            for locale in locales:
                edition = Edition(name, locale, clinic=clinic)
                if (name, locale) in broken or (clinic and profile is None):
                    outcome.failed.append(edition)
                    continue
                try:
                    leaflet = localize_leaflet(project, name, locale, profile)
                    job = _job(root, environment, base, edition, leaflet)
                except ProblemsFoundError as error:
                    outcome.problems.take(error)
                    outcome.failed.append(edition)
                    continue
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
    try:
        html = leaflet_html(environment, leaflet, code)
    except jinja2.TemplateError as error:
        raise _template_problem(error) from None
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


def _template_problem(error: jinja2.TemplateError) -> ProblemsFoundError:
    """Say where a template is broken, as far as Jinja2 knows."""
    name, line = getattr(error, "name", None), getattr(error, "lineno", 0)
    place = Place(f"templates/{name}", line) if name else Place("templates")
    return ProblemsFoundError([Problem(place, f"the template is broken: {error.message}")])


def _engine_digest(root: Path) -> str:
    """Give one digest of what every edition rests on: engine, locked versions, fonts."""
    digest = hashlib.sha256((root / "requirements.lock").read_bytes())
    for path in sorted((root / "leafletry").rglob("*.py")):
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


def _make(root: Path, todo: Iterator[Job], reporter: Reporter, outcome: Outcome, jobs: int) -> None:
    """Make the editions, several processes at a time; a single one is made right here.

    Planning goes on while the first ones are made.
    """
    head = list(itertools.islice(todo, 2))
    if not head:
        return
    staging = root / "output" / uptodate.STAGING
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    _PRESS.clear()  # An earlier build of this process read other style sheets.
    processes = 1 if len(head) == 1 else jobs or os.cpu_count() or 1
    try:
        if processes == 1:
            _open_press(root)
            alone = [*head, *todo]
            reporter.start(len(alone))
            for job in alone:
                _take(job, make_edition(job), reporter, outcome)
            return
        method = "fork" if sys.platform == "linux" else "spawn"
        if method == "fork":
            _open_press(root)
        context = multiprocessing.get_context(method)
        with ProcessPoolExecutor(processes, context, _start_worker, (root,)) as pool:
            waiting = {pool.submit(make_edition, job): job for job in itertools.chain(head, todo)}
            reporter.start(len(waiting))
            for future in as_completed(waiting):
                _take(waiting[future], future.result(), reporter, outcome)
    finally:
        reporter.stop()


def _start_worker(root: Path) -> None:
    """Open the press in a process of the pool, and see to it that it never outlives the build.

    One that did would hold the build's lock, and the next build would wait forever.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _open_press(root)


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


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
    # None but ours is what we want.
    warnings.filterwarnings("ignore", "No fonts configured in FontConfig")
    with _libraries_found_by_name():
        from leafletry.typesetting import Press  # noqa: PLC0415 - Pango may load only now
    from leafletry import finishing, pictures  # noqa: F401, PLC0415 - children inherit them

    # Looking for garbage after every few thousand objects takes a seventh of a build's time;
    # a million of them, some pages' worth, are 100 MB.
    gc.freeze()
    gc.set_threshold(1_000_000)
    _PRESS["press"] = Press(
        root / "styles", root / "templates" / "figures", font_files(root / ".cache" / "fonts")
    )
    _PRESS["staging"] = root / "output" / uptodate.STAGING


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


def make_edition(job: Job) -> EditionRecord | ProblemsFoundError:
    """Typeset, finish and stage one edition and the picture of its first page."""
    from leafletry.finishing import finish  # noqa: PLC0415 - as above
    from leafletry.pictures import picture_of_first_page  # noqa: PLC0415
    from leafletry.typesetting import typeset  # noqa: PLC0415

    what = f"{job.edition.leaflet} ({job.edition.locale})"
    try:
        result = typeset(_PRESS["press"], job.html, job.sheets, job.pages, job.place, job.logo)
        pdf = finish(result, job.place)
        picture = picture_of_first_page(pdf, PICTURE_WIDTH)
    except ProblemsFoundError as error:
        return ProblemsFoundError(
            [Problem(p.place, f"{what}: {p.message}", p.hint, p.warning) for p in error.problems]
        )
    except Exception as error:  # noqa: BLE001 - what trips over one leaflet must not stop the others
        said = f"{what}: could not be made ({type(error).__name__}: {error})"
        hint = "the program is at fault, not you; please report it with this line"
        return ProblemsFoundError([Problem(job.place, said, hint)])
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


def _index(project: Project, outcome: Outcome) -> bytes:
    """Give the overview page, or nothing where its own words are broken."""
    own_words = {"leaflets/phrases.yaml", f"locales/{SOURCE_LOCALE}/glossary.yaml"}
    if own_words & {error.place.file for error in outcome.problems.errors}:
        return b""
    records = sorted([*outcome.made, *outcome.kept], key=lambda record: record.path)
    try:
        return index_page(project, records, outcome.failed).encode()
    except jinja2.TemplateError as error:
        outcome.problems.take(_template_problem(error))
        return b""


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
    new.warnings = len(outcome.problems.problems) - len(outcome.problems.errors)
    new.inputs = uptodate.fingerprint(project.root, new.clinics.values())
    new.libraries = _libraries(manifest, bool(outcome.made))
    reviews = [leaflet.next_review for leaflet in project.leaflets.values()]
    coming = [day for day in reviews if day is not None and day >= today]
    new.look_again = (min(coming) + dt.timedelta(days=1)).isoformat() if coming else ""
    return new


def _put_in_place(manifest: Manifest, new: Manifest, index: bytes, outcome: Outcome) -> None:
    """Move what was staged into `output/`, take away what is no edition any more, tell it."""
    output = new.output
    staging = output / uptodate.STAGING
    new.index_sha256 = hashlib.sha256(index).hexdigest() if index else ""
    leaving = sorted(manifest.paths() - new.paths())
    arriving = [path for record in outcome.made for path in (record.path, record.picture)]
    if not outcome.made and new.text() == manifest.text() and manifest.index_holds():
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
    new.write()


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
