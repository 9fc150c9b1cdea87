"""Files that appear complete or not at all."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PATIENCE = 1.0
"""For so many seconds a process waits without a word for another."""
_PAUSE = 0.1
_MOST_SAID = 100
_COMMAND = re.compile(r"[a-z]{1,20}")
_LOG = logging.getLogger(__name__)


def write_whole(path: Path, content: bytes, staging: Path | None = None) -> None:
    """Write a file so that a reader sees the old one or the whole new one, even after kill -9.

    It grows in `staging`, a folder of the same disk, or else beside its place.
    """
    grown = _grow(path, content, staging or path.parent)
    try:
        grown.replace(path)
    except BaseException:
        grown.unlink(missing_ok=True)
        raise


def write_together(files: Mapping[Path, bytes]) -> None:
    """Write several files: none is touched before all are written to the last byte.

    One at a time may do this; what an earlier one left behind when it was killed is swept up.
    """
    grown: dict[Path, Path] = {}
    try:
        for path, content in files.items():
            for stray in path.parent.glob(f".{path.name}.*.tmp"):
                stray.unlink(missing_ok=True)
            grown[path] = _grow(path, content, path.parent)
        for path, new in grown.items():
            new.replace(path)
    finally:
        for new in grown.values():
            new.unlink(missing_ok=True)


def _grow(path: Path, content: bytes, folder: Path) -> Path:
    """Give a file with the content, safe on the disk, that only lacks its final name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=folder)
    try:
        with named(path), os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


@contextlib.contextmanager
def named(path: Path) -> Iterator[None]:
    """Let an OSError say which file it is about: one about an open file does not by itself."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise


@contextlib.contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Let one at a time work below a folder; others wait. A crash leaves no lock behind.

    Whoever waits for long is told, by a warning that is logged, for which process.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # Where the name is a link, nothing behind it is emptied or made; a pipe is not waited for.
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    lock = os.open(folder / "build.lock", flags, 0o644)
    try:
        if os.name == "posix":
            _wait_for(lock)
            # Not what locks, only whom the next one waits for.
            with contextlib.suppress(OSError):
                os.ftruncate(lock, 0)
                os.pwrite(lock, f"{os.getpid()} {_own_command()}\n".encode(), 0)
        yield
    finally:
        os.close(lock)


def _wait_for(lock: int) -> None:
    """Lock an open file, as soon as nobody else has it locked."""
    import fcntl

    since, told = time.monotonic(), ""
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() - since > PATIENCE and told != (holder := _holder(lock)):
                told = holder
                _LOG.warning("Waiting for %s Ctrl-C stops the waiting.", holder)
            time.sleep(_PAUSE)
        else:
            return


def _own_command() -> str:
    """Give what this process does, as people call it."""
    return next((word for word in sys.argv[1:] if _COMMAND.fullmatch(word)), "build")


def _holder(lock: int) -> str:
    """Say who has the lock, as far as it said so itself."""
    try:
        words = os.pread(lock, _MOST_SAID, 0).decode("ascii", "replace").split()
    except OSError:
        words = []
    if len(words) < 2 or not (words[0].isdigit() and _COMMAND.fullmatch(words[1])):  # noqa: PLR2004
        return "another process that works in this folder to end."
    process, command = words[:2]
    said = f"process {process} ({command}), at work in this folder, to end."
    return f"{said} It is stopped; `kill -CONT {process}` wakes it." if _sleeps(process) else said


def _sleeps(process: str) -> bool:
    """Tell whether somebody stopped a process, as by Ctrl-Z; only Linux says so."""
    try:
        state = Path(f"/proc/{process}/stat").read_text("ascii", "replace").rpartition(")")[2]
    except OSError:
        return False
    return state.split()[:1] == ["T"]
