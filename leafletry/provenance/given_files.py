"""Files that people give us to look at: found and read with limits, whatever they are."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES = 20_000_000


class NotReadableError(Exception):
    """A path that gives no bytes; says why."""


def pdfs_below(folder: Path) -> Iterator[Path]:
    """Yield each PDF below a folder, in the order of names; links are not followed."""
    for path, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            found = Path(path, name)
            if name.lower().endswith(".pdf") and not found.is_symlink():
                yield found


def read_given(path: Path) -> bytes:
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
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or "this is no name of a file"
        raise NotReadableError(f"it cannot be read: {said}") from None
    if len(content) > MOST_BYTES:
        raise NotReadableError(f"it is larger than {MOST_BYTES // 1_000_000} MB")
    return content
