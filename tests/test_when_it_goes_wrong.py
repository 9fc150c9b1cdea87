"""Whoever waits is told for whom; what breaks around a build is told in words, and kept small."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import ROOT
from patience import PATIENCE, wait_until

from leafletry import output, printing
from leafletry.output import folder_lock, write_whole
from leafletry.problems import Place

posix_only = pytest.mark.skipif(os.name == "nt", reason="Windows has no such locks")


# ── Waiting ────────────────────────────────────────────────────────────────────────────────────


@contextlib.contextmanager
def somebody_waits(folder: Path) -> Iterator[threading.Event]:
    """Have somebody else wait for the lock of a folder; the event tells that it came to it."""
    had = threading.Event()

    def wait() -> None:
        with folder_lock(folder):
            had.set()

    waiting = threading.Thread(target=wait, daemon=True)
    waiting.start()
    yield had
    waiting.join(PATIENCE)
    assert had.is_set()


@posix_only
def test_who_waits_is_told_for_whom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The process that works in the folder is named, with what it does; then comes one's turn."""
    monkeypatch.setattr(output, "PATIENCE", 0)
    monkeypatch.setattr(sys, "argv", ["build_leaflets.py", "--quiet", "withdraw", "IL-P1"])
    with contextlib.ExitStack() as stack, folder_lock(tmp_path):
        had = stack.enter_context(somebody_waits(tmp_path))
        wait_until(lambda: caplog.messages, "it waits in silence")
        assert not had.is_set()
    who = f"process {os.getpid()} (withdraw), at work in this folder,"
    assert caplog.messages == [f"Waiting for {who} to end. Ctrl-C stops the waiting."]


@posix_only
def test_short_waits_are_silent(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Two that follow each other closely need not read of each other."""
    with contextlib.ExitStack() as stack, folder_lock(tmp_path):
        stack.enter_context(somebody_waits(tmp_path))
        stack.callback(caplog.clear)
    assert caplog.messages == []


@posix_only
@pytest.mark.parametrize("said", [b"", b"4711", b"x build", b"1 \xff\x1b[31m", b"1 a b\n" * 99])
def test_nonsense_in_a_lock_is_not_passed_on(said: bytes, tmp_path: Path) -> None:
    """What stands in the lock is anybody's; only a number and a command are told from it."""
    (tmp_path / "lock").write_bytes(said)
    lock = os.open(tmp_path / "lock", os.O_RDWR)
    holder = output._holder(lock)
    os.close(lock)
    assert holder.isascii()
    assert holder.isprintable()
    assert len(holder) < 80


HOLD = """
import sys, time
sys.argv = ["build_leaflets.py", "proof", "es"]
from pathlib import Path
from leafletry.output import folder_lock
with folder_lock(Path(sys.stdin.readline().strip())):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of it")
def test_who_waits_for_a_stopped_process_is_told_how_to_wake_it(tmp_path: Path) -> None:
    """A process that somebody stopped, as by Ctrl-Z, is told as such; one that ends is let go."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holding:
        assert holding.stdin is not None
        assert holding.stdout is not None
        holding.stdin.write(f"{tmp_path}\n")
        holding.stdin.flush()
        assert holding.stdout.readline() == "held\n"
        lock = os.open(tmp_path / "build.lock", os.O_RDWR)
        awake = output._holder(lock)
        holding.send_signal(signal.SIGSTOP)
        wait_until(lambda: output._holder(lock) != awake, "nobody sees that it is stopped")
        stopped = output._holder(lock)
        holding.send_signal(signal.SIGCONT)
        holding.stdin.write("\n")
        os.close(lock)
    assert awake == f"process {holding.pid} (proof), at work in this folder, to end."
    assert stopped == f"{awake} It is stopped; `kill -CONT {holding.pid}` wakes it."
    with folder_lock(tmp_path):  # A lock ends with its process.
        pass


# ── Processes that are ended from outside ──────────────────────────────────────────────────────


def work(job: Any) -> str:
    """Make what a job asks for, or be ended by the system."""
    if job.name == "takes all memory" or (job.name == "takes much" and not job.mark.exists()):
        job.mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return f"made {job.name}"


def unmade(job: Any) -> str:
    """Say that it was not made."""
    return f"no {job.name}"


@pytest.fixture
def no_press(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the processes of a build do without fonts."""
    monkeypatch.setattr(printing, "open_press", lambda root: None)  # noqa: ARG005 - as it is


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere processes do not inherit the work")
@pytest.mark.usefixtures("no_press")
def test_what_a_process_took_down_is_made_by_another(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """When the system ends a process, all the others' work is kept or done again; one is told."""
    names = ["a", "b", "takes much", "c", "takes all memory", "d"]
    jobs = [SimpleNamespace(name=name, mark=tmp_path / name.replace(" ", "-")) for name in names]
    reporter = SimpleNamespace(start=lambda total: None, stop=lambda: None)  # noqa: ARG005 - as it is
    came: list[Any] = list(
        printing.on_presses(tmp_path, iter(jobs), work, reporter, 2, unmade)  # type: ignore[arg-type]
    )
    assert sorted(made for _, made in came) == sorted(
        [f"made {name}" for name in names if name != "takes all memory"] + ["no takes all memory"]
    )
    assert {job.name: made.split(" ", 1)[1] for job, made in came} == {name: name for name in names}
    assert caplog.messages == [
        "A process of this work was ended from outside; it goes on one by one."
    ]


def test_short_memory_and_full_disks_are_nobodys_fault() -> None:
    """An edition for which memory or disk was short says so, and does not ask to be reported."""
    edition = SimpleNamespace(leaflet="when-to-call", locale="es")
    job: Any = SimpleNamespace(edition=edition, place=Place("leaflets/when-to-call.yaml"))
    assert "the system ended the process" in printing.program_at_fault(job, MemoryError()).message
    full = OSError(28, "No space left on device", "a.pdf")
    told = printing.program_at_fault(job, full)
    assert str(told) == "a.pdf: when-to-call (es): could not be made: No space left on device"
    assert "at fault" in printing.program_at_fault(job, ValueError("?")).hint


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full device")
def test_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full, the file that was to be written is named, and the old one stays."""
    (tmp_path / "manifest.json").write_text("old")

    def no_room(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(OSError, match=r"No space left on device: .*manifest\.json"):
        write_whole(tmp_path / "manifest.json", b"new")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]
