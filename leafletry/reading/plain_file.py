"""Files where anything may lie: read without a link being followed, and without end or wait.

What a build leaves is found again by its name, and anybody may have put something else there.
Standard library only: the quick look needs it, and is run by any Python.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from typing import BinaryIO

MOST_BYTES = 100_000_000
"""More than any file that a build leaves."""
GENERATED = (".venv", ".venv.lock", ".cache", "output")
"""What set-up and builds make in a project; whoever gets it with the project cannot trust it."""
_WORKED_IN = GENERATED[2:]
_FLAGS = os.O_RDONLY
for _name in ("O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"):
    _FLAGS |= getattr(os, _name, 0)


def open_plain(path: str | os.PathLike[str]) -> BinaryIO:
    """Open a file to read it; the folders above it are those of `links_in`.

    Raises OSError, which says in words that there is a link, a pipe, a device or a folder.
    """
    # Looked at first: to open some devices already does something.
    _refuse_all_but_files(os.lstat(path).st_mode, path)
    # Without following or waiting, should somebody put something else there just now.
    file = os.fdopen(os.open(path, _FLAGS), "rb")
    try:
        _refuse_all_but_files(os.fstat(file.fileno()).st_mode, path)
    except OSError:
        file.close()
        raise
    return file


def _refuse_all_but_files(mode: int, path: str | os.PathLike[str]) -> None:
    if not stat.S_ISREG(mode):
        said = "is a link" if stat.S_ISLNK(mode) else "is no file"
        raise OSError(errno.EINVAL, said, os.fspath(path))


def read_plain(path: str | os.PathLike[str], most: int = MOST_BYTES) -> bytes:
    """Give the bytes of a file. Raises OSError as `open_plain`, and where there are too many."""
    with open_plain(path) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"is larger than {most:,} bytes", os.fspath(path))
    return content


def sha256_of_plain(path: str | os.PathLike[str], most: int = MOST_BYTES) -> str:
    """Give the digest of a file. Raises OSError as `read_plain`."""
    with open_plain(path) as file:
        if os.fstat(file.fileno()).st_size > most:
            raise OSError(errno.EFBIG, f"is larger than {most:,} bytes", os.fspath(path))
        return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


def links_in(project: str | os.PathLike[str]) -> list[str]:
    """Give the links at and below the places where builds write and sweep up, by their names.

    What is removed or written there must never be somebody's else, behind a link.
    """
    root = os.fspath(project)
    links = [name for name in GENERATED if os.path.islink(os.path.join(root, name))]
    folders = [name for name in _WORKED_IN if name not in links]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(os.path.join(root, folder)) as entries:
                for entry in entries:
                    name = f"{folder}/{entry.name}"
                    if entry.is_symlink():
                        links.append(name)
                    elif entry.is_dir(follow_symlinks=False):
                        folders.append(name)
        except OSError:
            continue  # It is not there, or no folder; who needs it says so.
    return sorted(links)
