"""Whoever waits is told for whom; what breaks around a build is told in words, and kept small."""

import contextlib
import io
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import ROOT
from patience import PATIENCE, wait_until

from leafletry import cli
from leafletry.printing import printing
from leafletry.printing.presses import Presses
from leafletry.reading import output
from leafletry.reading.output import folder_lock, write_whole
from leafletry.reading.problems import Place

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
from leafletry.reading.output import folder_lock
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
    with Presses(tmp_path, 2) as presses:
        came: list[Any] = list(presses.print_all(jobs, work, reporter, unmade))  # type: ignore[arg-type]
    assert sorted(made for _, made in came) == sorted(
        [f"made {name}" for name in names if name != "takes all memory"] + ["no takes all memory"]
    )
    assert {job.name: made.split(" ", 1)[1] for job, made in came} == {name: name for name in names}
    assert caplog.messages == [
        "A process of this work was ended from outside; it goes on one by one."
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no foreman")
@pytest.mark.usefixtures("no_press")
@pytest.mark.parametrize("count", [1, 3])
def test_work_of_a_foreman_who_is_gone_is_done_without_him(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, count: int
) -> None:
    """When the first process of all is ended before there is work, all is made all the same."""
    jobs = [SimpleNamespace(name=name) for name in "abc"[:count]]
    reporter = SimpleNamespace(start=lambda total: None, stop=lambda: None)  # noqa: ARG005 - as it is
    with Presses(tmp_path, 2) as presses:
        os.kill(int(presses.typesetter), signal.SIGKILL)
        came: list[Any] = list(presses.print_all(jobs, work, reporter, unmade))  # type: ignore[arg-type]
    assert sorted(made for _, made in came) == [f"made {name}" for name in "abc"[:count]]
    assert len(caplog.messages) == 1
    assert presses.typesetter == "self"


def tell_who_and_sleep(job: Any) -> str:
    """Say which process this is, and work on for as long as nobody ends it."""
    (job.folder / str(os.getpid())).touch()
    time.sleep(600)
    return "done"


def holds_files(process: str) -> bool:
    """Tell whether a process can still write: one that has ended waits to be noticed."""
    try:
        return any(Path(f"/proc/{process}/fd").iterdir())
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no foreman")
@pytest.mark.usefixtures("no_press")
def test_nobody_works_on_when_presses_are_left(tmp_path: Path) -> None:
    """Whoever leaves the presses in the middle, as by the keyboard, leaves no process behind."""
    at_work = tmp_path / "at work"
    at_work.mkdir()
    jobs: Any = [SimpleNamespace(folder=at_work)] * 3
    reporter: Any = SimpleNamespace(start=lambda total: None, stop=lambda: None)  # noqa: ARG005 - as it is

    def interrupt() -> Iterator[Any]:
        yield from jobs
        wait_until(lambda: len(list(at_work.iterdir())) == 2, "two processes do not work")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), Presses(tmp_path, 2) as presses:
        list(presses.print_all(interrupt(), tell_who_and_sleep, reporter, unmade))
    working = [path.name for path in at_work.iterdir()]
    assert len(working) == 2
    assert not [one for one in working if holds_files(one)]


def test_short_memory_and_full_disks_are_nobodys_fault() -> None:
    """An edition for which memory or disk was short says so, and does not ask to be reported."""
    job: Any = SimpleNamespace(
        called="when-to-call (es)", place=Place("leaflets/when-to-call.yaml")
    )
    assert "the system ended the process" in printing.program_at_fault(job, MemoryError()).message
    full = OSError(28, "No space left on device", "a.pdf")
    told = printing.program_at_fault(job, full)
    assert str(told) == "a.pdf: when-to-call (es): could not be made: No space left on device"
    assert "please report this line" in printing.program_at_fault(job, ValueError("?")).hint


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


# ── Where the program speaks ───────────────────────────────────────────────────────────────────

HELP_AND_MORE = """
import os, sys
import click
from leafletry import cli

@cli.commands.command("try")
def attempt():
    for number in range(2000):
        click.echo(f"line {number} \\udcff")
    open(sys.argv[1], "w").close()
    assert os.fstat(1) and os.fstat(2)

sys.exit(cli.main(["try"]))
"""


def spoken(streams: str, done: Path) -> subprocess.CompletedProcess[str]:
    """Run a command that speaks much, and then does its work, with streams as a shell says."""
    command = f'"{sys.executable}" -c "$PROGRAM" "{done}" {streams}'
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        cwd=ROOT,
        env=os.environ | {"PROGRAM": HELP_AND_MORE},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full device")
@pytest.mark.parametrize(
    ("streams", "code", "says"),
    [
        ("> /dev/null", 0, ""),
        ("| true", 0, ""),
        (
            "> /dev/full",
            1,
            "standard output: cannot be written: No space left on device; the work itself was done",
        ),
        (">&-", 0, ""),
        ("2>&- >&- <&-", 0, ""),
        ("> /dev/full 2> /dev/full", 1, ""),
    ],
)
def test_work_is_done_whoever_listens(streams: str, code: int, says: str, tmp_path: Path) -> None:
    """Output that is closed, full, or read by nobody stops no work and gives no traceback."""
    run = spoken(streams, tmp_path / "done")
    assert (run.returncode, run.stderr.strip()) == (code, says)
    assert (tmp_path / "done").exists()


def test_letters_that_cannot_be_written_are_shown_otherwise(tmp_path: Path) -> None:
    """A name that is no text is shown with its bytes."""
    assert "line 7 \\udcff\n" in spoken("", tmp_path / "done").stdout


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
@pytest.mark.parametrize("whose", ["door", "engine"])
def test_folder_whose_name_is_no_text_is_refused(whose: str, tmp_path: Path) -> None:
    """A path that is no UTF-8 could not be told to anybody: it is said at once, with code 2."""
    strange = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfex"))
    strange.mkdir()
    if whose == "door":
        shutil.copy(ROOT / "build_leaflets.py", strange)
        command = [sys.executable, str(strange / "build_leaflets.py")]
        done = subprocess.run(command, capture_output=True, check=False)
        code, said = done.returncode, done.stderr.decode("utf-8")
    else:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(cli, "ROOT", strange)
            said_to = io.StringIO()
            with contextlib.redirect_stderr(said_to):
                code = cli.main(["check"])
        said = said_to.getvalue()
    assert code == 2
    assert said.startswith("The path of this folder is not UTF-8 text: b'")
    assert "\\xff\\xfex" in said


def test_door_is_heard_or_says_why(tmp_path: Path) -> None:
    """The quick look, too, says when its one line could not be written."""
    shutil.copy(ROOT / "build_leaflets.py", tmp_path)
    program = (
        "import sys, build_leaflets as door\n"
        "door.make_ready = lambda purpose: None\n"
        "door.report_if_current = lambda arguments: print('Everything is up to date.') or 0\n"
        "code = door.main([])\n"
        "sys.exit(code)\n"
    )
    for streams, code in (("> /dev/full", 1), (">&-", 0), ("| true", 0), ("> /dev/null", 0)):
        done = subprocess.run(
            ["bash", "-c", f'set -o pipefail; "{sys.executable}" -c "$PROGRAM" {streams}'],
            cwd=tmp_path,
            env=os.environ | {"PROGRAM": program, "PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        full = "standard output: cannot be written: No space left on device\n"
        assert (done.returncode, done.stderr) == (code, full if code else "")
