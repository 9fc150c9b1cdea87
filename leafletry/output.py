"""Files that appear complete or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


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
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


@contextlib.contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Let one at a time work below a folder; others wait. A crash leaves no lock behind."""
    folder.mkdir(parents=True, exist_ok=True)
    # Where the name is a link, nothing behind it is emptied or made; a pipe is not waited for.
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(folder / "build.lock", flags, 0o644), "wb") as file:
        if os.name == "posix":
            import fcntl  # noqa: PLC0415 - Windows has none

            fcntl.flock(file, fcntl.LOCK_EX)
        yield
