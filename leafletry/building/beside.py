"""Work that a copy of this process does while this one does other work."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

Made = TypeVar("Made")


class Beside(Generic[Made]):
    """Work that has been begun elsewhere, or waits to be done here; `made` gives what came of it.

    What it gives must be picklable.
    """

    def __init__(self, work: Callable[[], Made], line: Connection | None) -> None:
        """Note the work, and the line on which a copy of this process answers, if there is one."""
        self._work, self._line = work, line

    def is_waited_for(self) -> bool:
        """Tell whether another process is still at it, so that there is time for something else."""
        return self._line is not None and not self._line.poll()

    def made(self) -> Made:
        """Wait, and give what came of it; where the copy was lost, it is done here."""
        if self._line is None:
            return self._work()
        try:
            found: Made = self._line.recv()
        except (EOFError, OSError):
            return self._work()
        return found


@contextlib.contextmanager
def beside(work: Callable[[], Made]) -> Iterator[Beside[Made]]:
    """Begin some work in a copy of this process.

    Where processes cannot be copied (only Linux can, without threads), or there is one processor,
    it is done here when it is asked for.
    """
    several = (os.cpu_count() or 1) > 1
    if sys.platform != "linux" or not several or threading.active_count() > 1:
        yield Beside(work, None)
        return
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    copy = context.Process(target=_do, args=(work, here, there))
    copy.start()
    there.close()
    try:
        yield Beside(work, here)
    finally:
        copy.kill()
        copy.join()
        here.close()


def _do(work: Callable[[], object], theirs: Connection, line: Connection) -> None:
    # Who stops the program by the keyboard stops both; the first one speaks for both.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    theirs.close()
    try:
        line.send(work())
    finally:
        os._exit(0)  # Whatever went wrong, the answer is missed: it is done once more, and told.
