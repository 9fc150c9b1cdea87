"""Try cases in a process of its own, with limits: `find_faults` gives what did not hold.

A fault is any exception but ProblemsFoundError, a problem without a place, with a control
character or without an end, a file opened outside the project or written at all, and a process
that took too long or too much memory. The process says each case before it begins, so that
one that dies is known by its number.
"""

from __future__ import annotations

import faulthandler
import itertools
import json
import logging
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reach import is_at_arms_length

from fuzz.box import environment, homes, snapshot
from fuzz.cases import ROOT, content
from fuzz.readers import CLINIC, READERS, TODAY
from leafletry.checking import check_project
from leafletry.content.clinic import read_clinic
from leafletry.content.project import read_project
from leafletry.editions.localization import localize_leaflet
from leafletry.editions.markup import leaflet_html, template_environment
from leafletry.reading.problems import FORBIDDEN_CHARACTERS, Problem, ProblemsFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Case = tuple[str, str]
"""The name of a reader, and the number of a case or the name of a seed."""

BATCH = Path(__file__).parent
"""The program that tries a batch: this folder, as Python runs a folder."""
MOST_SECONDS = 10
"""How long a process may reckon at one case."""
MOST_MEMORY = 1_500_000_000
"""How many bytes a process may have for itself."""
MOST_WAITING = 120
MOST_CHARACTERS = 600
"""The longest message, or hint, that people are shown."""
_WHOLE_PROJECT = 3
"""Of so many cases of a file of the project one is read with all of the project."""


# ── Outside ────────────────────────────────────────────────────────────────────────────────────


def find_faults(box: Path, cases: Iterable[Case]) -> tuple[int, list[str]]:
    """Try cases; give how many came to an end, and what did not hold, with how to repeat it."""
    waiting = list(cases)
    faults: list[str] = []
    ended = 0
    before = snapshot(box)
    while waiting:
        process = subprocess.run(
            [sys.executable, str(BATCH), "--batch", str(box)],
            input=json.dumps(waiting),
            cwd=ROOT,
            env=environment(box, ROOT),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        told = [json.loads(line) for line in process.stdout.splitlines()]
        tried = [line["case"] for line in told if "fault" in line]
        faults += [_told(line["case"], line["fault"]) for line in told if line.get("fault")]
        ended += len(tried)
        waiting = waiting[len(tried) :]
        if waiting:
            last = process.stderr.strip().splitlines()[-12:]
            died = f"the process died ({process.returncode}): it hung, or took too much\n"
            faults.append(_told(waiting.pop(0), died + "\n".join(last)))
    after = snapshot(box)
    changed = sorted(n for n in before.keys() | after.keys() if before.get(n) != after.get(n))
    faults += [f"a file was changed or made: {name}" for name in changed]
    return ended, faults


def _told(case: Iterable[str], fault: str) -> str:
    return f".venv/bin/python tests/fuzz {' '.join(case)}\n{fault}"


# ── Inside ─────────────────────────────────────────────────────────────────────────────────────


def try_batch(box: Path, cases: Iterable[Case]) -> None:
    """Try cases in this process, and tell what came of each on a line of standard output."""
    _limit_memory()
    watch = _Watch(box)
    for number, (reader, case) in enumerate(cases):
        _limit_time()
        faulthandler.dump_traceback_later(MOST_WAITING, exit=True)
        fault = try_case(box, reader, case, watch, whole=number % _WHOLE_PROJECT == 0)
        sys.stdout.write(json.dumps({"case": [reader, case], "fault": fault}) + "\n")
        sys.stdout.flush()
    faulthandler.cancel_dump_traceback_later()


def _limit_memory() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time() -> None:
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1 + MOST_SECONDS, most))


class _Heard(logging.Handler):
    """Counts what libraries log: with a hostile file, that can be thousands of lines to people."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []
        logging.getLogger().addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


class _Watch:
    """Notes what Python opens, does and logs while it is on."""

    REACHING_OUT = ("socket.", "urllib.", "subprocess.", "os.system", "os.exec", "os.posix_spawn")
    WRITING = (
        "os.rename",
        "os.remove",
        "os.rmdir",
        "os.mkdir",
        "os.link",
        "os.symlink",
        "os.chmod",
    )

    def __init__(self, box: Path) -> None:
        self.on = False
        self.seen: list[str] = []
        self.homes = homes(box)
        self.heard = _Heard()
        sys.addaudithook(self.note)

    def note(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event == "open" and isinstance(arguments[0], (str, bytes)):
            import os

            path = os.path.realpath(os.fsdecode(arguments[0]))
            writes = arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)
            if writes:
                self.seen.append(f"open, to write {path}")
            elif not path.startswith(self.homes):
                device = Path(path).exists() and not Path(path).is_file()
                self.seen.append(f"open{' a device' if device else ''}, to read {path}")
        elif is_at_arms_length(event, arguments):
            pass  # It opens what people gave, with little memory and time.
        elif event.startswith((*self.REACHING_OUT, *self.WRITING)):
            self.seen.append(f"{event} {arguments}")


def try_case(box: Path, reader: str, case: str, watch: _Watch, *, whole: bool) -> str:
    """Put the bytes of a case where its reader looks, and say what did not hold; then undo it."""
    project = box / "place" / "project"
    row = READERS[reader]
    path = project / row.file
    there = path.read_bytes() if path.exists() else None
    state = path.stat() if path.exists() else None
    folder = path.parent.stat()
    import os

    path.write_bytes(content(reader, case, project))
    watch.seen.clear()
    watch.heard.texts.clear()
    watch.on = True
    try:
        problems: list[Problem] = []
        try:
            row.read(project)
        except ProblemsFoundError as error:
            problems = error.problems
        faults = [*_faults_of(problems, need_line=True)]
        if whole and row.kind in ("yaml", "po"):
            faults += _faults_of(_read_whole(project), need_line=False)
    except MemoryError:
        faults = ["took too much memory"]
    except Exception:  # noqa: BLE001 - what this is all about
        faults = [traceback.format_exc(limit=-8)]
    finally:
        watch.on = False
        if there is None:
            path.unlink()
        else:
            path.write_bytes(there)
            os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))  # type: ignore[union-attr]
        os.utime(path.parent, ns=(folder.st_atime_ns, folder.st_mtime_ns))
    seen = [one for one in watch.seen if not (row.elsewhere and one.startswith("open, to read"))]
    return "\n".join([*faults, *seen, *watch.heard.texts[:5]])


def _read_whole(project: Path) -> Iterator[Problem]:
    """Yield all problems of a project and its clinic; where there is none, mark the pages up."""
    read = read_project(project)
    problems = [*read.problems, *check_project(read, TODAY)]
    yield from problems
    environment = template_environment(project / "templates")
    errors = [problem for problem in problems if not problem.warning]
    try:
        clinic = read_clinic(project / CLINIC, TODAY)
    except ProblemsFoundError as error:
        yield from error.problems
        return
    broken = {error.place.file for error in errors}
    if broken - {f"leaflets/{name}.yaml" for name in read.leaflets}:
        return
    for leaflet, locale in itertools.product(read.leaflets, read.locales):
        if f"leaflets/{leaflet}.yaml" not in broken:
            try:
                localized = localize_leaflet(read, leaflet, locale, clinic)
            except ProblemsFoundError as error:
                yield from error.problems
                continue
            html = leaflet_html(environment, localized, "TS-P1")
            if "<script" in html.lower() or "javascript:" in html.lower():
                raise AssertionError(html)


def _faults_of(problems: Iterable[Problem], *, need_line: bool) -> Iterator[str]:
    for problem in problems:
        place = problem.place
        if not place.file or (need_line and not (place.line and place.column)):
            yield f"a problem without a place: {problem!r}"
        for said in (place.file, problem.message, problem.hint):
            if FORBIDDEN_CHARACTERS.search(said) or "\n" in said or "\t" in said:
                yield f"a problem with an invisible character: {problem!r}"
            if len(said) > MOST_CHARACTERS:
                yield f"a problem without an end: {said[:200]!r}, {len(said)} characters"
