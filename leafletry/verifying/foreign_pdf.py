"""The words of PDFs that are not as we made them, read at arm's length.

PDFium opens them in a few processes of their own, which have little memory and time for each
file; whatever a file does to such a process, this one only learns that it could not be read, and
begins another. What they say never proves a file: it can only speak against it.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, ValidationError

from leafletry.reading.sourcefile import Strict
from leafletry.verifying.pdf_reader import (
    LENGTH_BYTES,
    MOST_CHARACTERS,
    MOST_OUTPUT,
    MOST_PAGES,
)

SECONDS = 15
"""How long a file may keep us waiting."""
MOST_FILES = 200
"""After so many files a process is ended, whatever they left in its memory."""
_READER = Path(__file__).with_name("pdf_reader.py")


class UnreadableError(Exception):
    """A file that gave no words; says why."""


class ForeignPdf(Strict):
    """What the pages of a file say, and its keywords."""

    pages: Annotated[
        tuple[Annotated[str, Field(max_length=MOST_CHARACTERS)], ...], Field(max_length=MOST_PAGES)
    ]
    keywords: Annotated[str, Field(max_length=200)]

    @property
    def lines(self) -> list[str]:
        """Give the lines of all pages, the last word of each whole."""
        return [" ".join(line.split()) for page in self.pages for line in page.splitlines()]


class PdfReaders:
    """Some processes that read PDFs, begun when they are needed; several threads may ask them."""

    def __init__(self, most: int = 0) -> None:
        """Have at most so many processes (0: one a processor, of four at most)."""
        self.most = most or min(os.cpu_count() or 1, 4)
        self._idle: queue.LifoQueue[_Reader | None] = queue.LifoQueue()
        for _ in range(self.most):
            self._idle.put(None)

    def __enter__(self) -> Self:
        """Begin nothing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """End all processes."""
        self.close()

    def close(self) -> None:
        """End all processes; those that come later are begun anew."""
        readers = [self._idle.get() for _ in range(self.most)]
        for reader in readers:
            if reader is not None:
                reader.end()
            self._idle.put(None)

    def read(self, content: bytes, seconds: float | None = None) -> ForeignPdf:
        """Give the words of a PDF, however hostile. Raises UnreadableError."""
        reader = self._idle.get()
        try:
            if reader is None or reader.read_files >= MOST_FILES:
                if reader is not None:
                    reader.end()
                reader = _Reader()
            try:
                said = reader.ask(content, SECONDS if seconds is None else seconds)
            except BaseException:
                reader.end()
                reader = None
                raise
        finally:
            self._idle.put(reader)
        if not said:
            raise UnreadableError("it is broken, locked, or takes too much memory to read")
        try:
            return ForeignPdf.model_validate_json(said)
        except ValidationError:
            raise UnreadableError("its words cannot be read") from None


class _Reader:
    """One process that reads PDFs, one at a time."""

    def __init__(self) -> None:
        self.read_files = 0
        self._process = subprocess.Popen(  # noqa: S603 - our own program, by its name
            [sys.executable, "-I", str(_READER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def ask(self, content: bytes, seconds: float) -> bytes:
        """Give what it says of a file; nothing, if it refuses. Raises UnreadableError."""
        late = threading.Event()

        def give_up() -> None:
            late.set()
            self._process.kill()

        clock = threading.Timer(seconds, give_up)
        clock.daemon = True
        clock.start()
        said = None
        try:
            said = self._exchange(content)
        except (OSError, EOFError):
            pass  # What it means is told below.
        finally:
            clock.cancel()
            clock.join()
        if late.is_set():
            raise UnreadableError("it takes too long to read")
        if said is None:
            raise UnreadableError("it is broken, locked, or takes too much memory to read")
        self.read_files += 1
        return said

    def _exchange(self, content: bytes) -> bytes:
        given, told = self._process.stdin, self._process.stdout
        assert given is not None  # noqa: S101 - both are pipes
        assert told is not None  # noqa: S101
        given.write(len(content).to_bytes(LENGTH_BYTES, "big") + content)
        given.flush()
        head = told.read(LENGTH_BYTES)
        length = int.from_bytes(head, "big")
        if len(head) < LENGTH_BYTES or length > MOST_OUTPUT:
            raise EOFError
        said = told.read(length)
        if len(said) < length:
            raise EOFError
        return said

    def end(self) -> None:
        """End the process at once."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue  # What was not yet sent is of no use to anybody.
        self._process.wait()


def read_foreign(content: bytes, seconds: float | None = None) -> ForeignPdf:
    """Give the words of one PDF, in a process for it alone. Raises UnreadableError."""
    with PdfReaders(1) as readers:
        return readers.read(content, seconds)
