"""The processes that print: they get ready while the project is read, and end with the build."""

from __future__ import annotations

import contextlib
import itertools
import logging
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection
from typing import TYPE_CHECKING, Any, Self, TypeVar

from leafletry.printing import printing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess
    from pathlib import Path

    from leafletry.editions.job import Job
    from leafletry.printing.printing import Reporter

Made = TypeVar("Made")
Numbered = tuple[int, "Job"]
_LOG = logging.getLogger(__name__)


class Presses:
    """Prints in several processes at a time (`jobs`; 0: one a processor) while it is entered.

    On Linux they are copies of one, the foreman, which loads what typesets as soon as it is
    entered: meanwhile the project is read here.
    """

    def __init__(self, root: Path, jobs: int = 0) -> None:
        """Note how many there are to be; none starts yet."""
        self.root = root
        self.count = jobs or os.cpu_count() or 1
        self.typesetter = "self"
        """Which process drew the text, as `/proc` names it."""
        self._entered = contextlib.ExitStack()
        self._line: Connection | None = None

    def __enter__(self) -> Self:
        """Give WeasyPrint its folder, and start the foreman where there is a second processor."""
        self._room = self._entered.enter_context(printing.press_room(self.root))
        if self.count > 1 and sys.platform == "linux":
            context = multiprocessing.get_context("fork")
            self._line, there = context.Pipe()
            arguments = (self.root, self._room, self._line, there)
            foreman = context.Process(target=_work_as_foreman, args=arguments)
            foreman.start()
            there.close()
            self._entered.callback(_end, foreman, self._line)
            self.typesetter = str(foreman.pid)
        return self

    def __exit__(self, *_error: object) -> None:
        """End all processes; after this none of them writes anything."""
        self._entered.close()

    def get_ready(self, sheets: Collection[str]) -> None:
        """Have style sheets parsed that will be worn, while the project is checked."""
        if self._line is not None:
            _tell(self._line, frozenset(sheets))

    def print_all(
        self,
        todo: Iterable[Job],
        work: Callable[[Job], Made],
        reporter: Reporter,
        unmade: Callable[[Job], Made],
    ) -> Iterator[tuple[Job, Made]]:
        """Yield each job with what `work` made of it where a press is open, as it is done.

        Printing goes on while `todo` is still being planned; a single edition is one process's
        work. `unmade` says what came of a job whose process the system ended.
        Raises ProblemsFoundError where no press opens: a font is not the one that was locked.
        """
        planned = iter(todo)
        head = list(itertools.islice(planned, 2))
        count = min(len(head), self.count)
        left: dict[int, Job] = {}

        def noted() -> Iterator[Numbered]:
            for number, job in enumerate(itertools.chain(head, planned)):
                left[number] = job
                yield number, job
            reporter.start(len(left))

        if not head:
            return
        try:
            for number, made in self._printed(noted(), work, count):
                yield left.pop(number), made
            if left:
                self.typesetter = "self"
                printing.open_press(self.root)  # Where that is what went wrong, it is told here.
                yield from self._one_by_one(list(left.values()), work, unmade)
        finally:
            reporter.stop()

    def _printed(
        self, todo: Iterator[Numbered], work: Callable[[Job], Made], count: int
    ) -> Iterator[tuple[int, Made]]:
        """Yield what was made of each job; what was lost with its process is left out."""
        if self._line is None:
            yield from _print_here(self.root, self._room, todo, work, count)
            return
        _tell(self._line, (work, count))
        for numbered in todo:
            _tell(self._line, numbered)
        _tell(self._line, None)
        while (answer := _heard(self._line)) is not None:
            yield answer

    def _one_by_one(
        self, lost: list[Job], work: Callable[[Job], Made], unmade: Callable[[Job], Made]
    ) -> Iterator[tuple[Job, Made]]:
        """Yield what becomes of jobs whose process was ended.

        Where memory is short, one at a time may do; and where an edition takes all of it, the
        others are made.
        """
        _LOG.warning("A process of this work was ended from outside; it goes on one by one.")
        for job in lost:
            with _staff(self.root, self._room, 1) as pool:
                try:
                    made = pool.submit(work, job).result()
                except BrokenProcessPool:
                    made = unmade(job)
            yield job, made


def _tell(line: Connection, message: object) -> None:
    with contextlib.suppress(OSError):  # Who is gone is missed when an answer is due.
        line.send(message)


def _heard(line: Connection) -> Any:
    """Give what was said; None where that was all, or nobody is there any more."""
    try:
        return line.recv()
    except (EOFError, OSError):
        return None


def _end(foreman: BaseProcess, line: Connection) -> None:
    """End the foreman and all of its copies: they end with it, and the last one cuts the line."""
    foreman.kill()
    foreman.join()
    with contextlib.suppress(EOFError, OSError):
        while True:
            line.recv_bytes()
    line.close()


def _work_as_foreman(root: Path, room: str, theirs: Connection, line: Connection) -> None:
    """Get ready to print, then print what is ordered, as long as the build is there."""
    # Who stops a build by the keyboard stops all of its processes; the first one speaks for all.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    theirs.close()  # Else it would not hear that the build is gone.
    try:
        with contextlib.suppress(Exception):  # It is told where something is to be printed.
            printing.warm_up(root)
        while True:
            order = line.recv()
            if isinstance(order, frozenset):
                with contextlib.suppress(Exception):  # As above.
                    printing.parse_sheets(order)
                continue
            work, count = order
            todo = iter(line.recv, None)
            for answer in _print_here(root, room, todo, work, count):
                line.send(answer)
            line.send(None)
    finally:
        # Whatever went wrong, the build misses an answer: it tries again, and tells people.
        os._exit(0)


def _print_here(
    root: Path, room: str, todo: Iterator[Numbered], work: Callable[[Job], Made], count: int
) -> Iterator[tuple[int, Made]]:
    """Yield what was made of each job, in this process or in several that it starts."""
    if count == 1:
        printing.open_press(root)
        for number, job in list(todo):
            yield number, work(job)
        return
    if _METHOD == "fork":
        printing.open_press(root)
    with _staff(root, room, count) as pool:
        waiting = {}
        for number, job in todo:
            with contextlib.suppress(BrokenProcessPool):
                waiting[pool.submit(work, job)] = number
        for future in as_completed(waiting):
            if not isinstance(future.exception(), BrokenProcessPool):
                yield waiting[future], future.result()


_METHOD = "fork" if sys.platform == "linux" else "spawn"


def _staff(root: Path, room: str, count: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context(_METHOD)
    above = [multiprocessing.parent_process()] if _METHOD == "fork" else []
    return ProcessPoolExecutor(count, context, _start_worker, (root, room, above))


def _start_worker(root: Path, room: str, above: list[BaseProcess | None]) -> None:
    """Open the press in a process of the pool, and see to it that it never outlives the build.

    One that did would hold the build's lock, and the next build would wait forever.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # As the foreman does.
    masters = [one.sentinel for one in (multiprocessing.parent_process(), *above) if one]
    threading.Thread(target=_end_with, args=(masters,), daemon=True).start()
    tempfile.tempdir = room
    printing.open_press(root)


def _end_with(masters: list[int]) -> None:
    connection.wait(masters)
    os._exit(1)
