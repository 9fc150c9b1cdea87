"""Work that a copy of this process does while this one does other work."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

Made = TypeVar("Made")


@contextlib.contextmanager
def beside(work: Callable[[], Made]) -> Iterator[Callable[[], Made]]:
    """Begin some work in a copy of this process; what is yielded waits, and gives what came of it.

    Where processes cannot be copied (only Linux can, without threads), there is one processor, or
    the copy is ended by the system, it is done here when it is asked for. What it gives must be
    picklable.
    """
    several = (os.cpu_count() or 1) > 1
    if sys.platform != "linux" or not several or threading.active_count() > 1:
        yield work
        return
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    copy = context.Process(target=_do, args=(work, here, there))
    copy.start()
    there.close()

    def made() -> Made:
        try:
            found: Made = here.recv()
        except (EOFError, OSError):
            return work()
        return found

    try:
        yield made
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
