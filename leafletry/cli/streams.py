"""Where the program speaks may be closed, full, or left by all listeners; no work stops there."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TYPE_CHECKING, Any, TextIO, cast

if TYPE_CHECKING:
    from collections.abc import Iterator


class Lasting:
    """A stream that goes on when nothing more can be written; `fault` is the first reason."""

    def __init__(self, stream: TextIO) -> None:
        """Stand before a stream."""
        self.stream = stream
        self.fault: OSError | None = None

    def __getattr__(self, name: str) -> Any:
        """Be like the stream in everything else."""
        return getattr(self.stream, name)

    def write(self, text: str) -> int:
        """Write, as long as that can be."""
        with self._going_on():
            self.stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Bring what was written to whoever listens, as long as that can be."""
        with self._going_on():
            self.stream.flush()

    @contextlib.contextmanager
    def _going_on(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.fault = self.fault or error
            with contextlib.suppress(OSError, ValueError):
                # What still waits to be written would trip the interpreter when it ends.
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, self.stream.fileno())
                os.close(nowhere)


@contextlib.contextmanager
def lasting_streams() -> Iterator[Lasting]:
    """Let the program speak through streams that last, and give the one for what it prints."""
    _open_what_is_closed()
    before = sys.stdout, sys.stderr
    lasting = [Lasting(stream or _nowhere()) for stream in before]
    for stream in lasting:
        if isinstance(stream.stream, io.TextIOWrapper):
            # A name that is no text, or letters that a terminal has not, are shown all the same.
            stream.stream.reconfigure(errors="backslashreplace")
    sys.stdout, sys.stderr = (cast("TextIO", stream) for stream in lasting)
    try:
        yield lasting[0]
    finally:
        for stream in lasting:
            stream.flush()
        sys.stdout, sys.stderr = before


def _open_what_is_closed() -> None:
    """Keep a file of ours from taking the place of a standard stream."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # noqa: FBT003 - takes no keyword


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - until the program ends


def is_text(path: str | os.PathLike[str]) -> bool:
    """Tell whether a path is one that can be written into files and read on a page."""
    try:
        os.fspath(path).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
