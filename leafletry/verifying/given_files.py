"""Files that people give us to look at: found and read with limits, whatever they are."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES = 20_000_000
MOST_DEPTH = 60
"""How many folders one in another are looked into."""
MOST_FOUND = 200_000
"""How many files and folders are looked at in all, below a folder that somebody gives."""


class NotReadableError(Exception):
    """A path that gives no bytes; says why."""


@dataclass(frozen=True)
class LeftOut:
    """A file or folder that was not looked at, and why."""

    path: Path
    why: str


def pdfs_below(folder: Path) -> Iterator[Path | LeftOut]:
    """Yield each PDF below a folder, in the order of names, and all that is not looked at.

    Links are not followed. A file counts as a PDF by the end of its name.
    """
    found = 0
    waiting = [(folder, 1)]
    while waiting:
        here, depth = waiting.pop()
        try:
            entries = _sorted_entries(here, MOST_FOUND - found)
        except OSError as error:
            yield LeftOut(here, f"the folder cannot be read: {error.strerror}")
            continue
        found += len(entries)
        deeper: list[tuple[Path, int]] = []
        for entry in entries:
            is_pdf = entry.name.lower().endswith(".pdf")
            if entry.is_symlink():
                if is_pdf or _leads_to_a_folder(entry):
                    yield LeftOut(Path(entry.path), "it is a link: give what it leads to")
            elif _leads_to_a_folder(entry):
                deeper.append((Path(entry.path), depth + 1))
            elif is_pdf:
                yield Path(entry.path)
        if depth < MOST_DEPTH:
            waiting += reversed(deeper)
        else:
            yield from (LeftOut(path, "it lies too deep: give it by itself") for path, _ in deeper)
        if found >= MOST_FOUND:
            yield LeftOut(here, f"there are more than {MOST_FOUND:,} files: give fewer at a time")
            yield from (LeftOut(path, "as above") for path, _ in reversed(waiting))
            return


def _sorted_entries(folder: Path, most: int) -> list[os.DirEntry[str]]:
    entries: list[os.DirEntry[str]] = []
    with os.scandir(folder) as there:
        for entry in there:
            if len(entries) == most:
                break
            entries.append(entry)
    return sorted(entries, key=lambda entry: entry.name)


def _leads_to_a_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def read_given(path: Path, most_bytes: int = MOST_BYTES) -> bytes:
    """Give the bytes of a file, not more than 20 MB; pipes and devices are not opened.

    Raises NotReadableError.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        # Looked at first: to open some devices already does something.
        if not stat.S_ISREG(path.stat().st_mode):
            raise NotReadableError("it is no file")
        with os.fdopen(os.open(path, flags | getattr(os, "O_NOCTTY", 0)), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise NotReadableError("it is no file")
            content = file.read(most_bytes + 1)
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or "this is no name of a file"
        raise NotReadableError(f"it cannot be read: {said}") from None
    if len(content) > most_bytes:
        raise NotReadableError(f"it is larger than {most_bytes / 1_000_000:g} MB")
    return content
