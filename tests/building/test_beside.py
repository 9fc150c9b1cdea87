"""Work beside other work: what comes of it is what would have come of it here."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest

from leafletry.building.beside import beside

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = os.getpid()


@pytest.fixture(autouse=True)
def _no_other_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def test_a_copy_does_it_while_this_process_goes_on() -> None:
    """What comes of the work is given, and another process did it."""
    here, there = os.pipe()
    with beside(lambda: (os.read(here, 4), os.getpid() == HERE)) as work_beside:
        assert work_beside.is_waited_for()
        os.write(there, b"done")
        assert work_beside.made() == (b"done", False)


def end_in_the_copy() -> str:
    """Be ended by the system."""
    if os.getpid() != HERE:
        os._exit(9)
    return "done here"


def fail_in_the_copy() -> str:
    """Go wrong."""
    if os.getpid() != HERE:
        raise ZeroDivisionError
    return "done here"


@pytest.mark.parametrize("work", [end_in_the_copy, fail_in_the_copy])
def test_what_a_copy_does_not_bring_to_its_end_is_done_here(work: Callable[[], str]) -> None:
    """Nothing is lost with a copy that the system ends, or in which something goes wrong."""
    with beside(work) as work_beside:
        assert work_beside.made() == "done here"


def test_with_other_threads_it_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process with threads is not copied: a lock that one of them has would never be let go."""
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    with beside(os.getpid) as work_beside:
        assert not work_beside.is_waited_for()
        assert work_beside.made() == HERE


def test_a_fault_of_the_work_is_told_here() -> None:
    """What raises raises here, as if there were no copy."""
    with pytest.raises(ZeroDivisionError), beside(lambda: 1 // 0) as work_beside:
        work_beside.made()
