"""The words of a PDF that is not as we made it, read at arm's length.

PDFium opens it in a process of its own, which has little memory and time; whatever the file does
to that process, this one only learns that it could not be read.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from leafletry.provenance.pdf_reader import MOST_CHARACTERS, MOST_OUTPUT, MOST_PAGES
from leafletry.sourcefile import Strict

SECONDS = 15
"""How long a file may keep us waiting."""
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


def read_foreign(content: bytes, seconds: float = SECONDS) -> ForeignPdf:
    """Give the words of a PDF, however hostile. Raises UnreadableError."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as told:
        given.write(content)
        given.seek(0)
        try:
            done = subprocess.run(  # noqa: S603 - our own program, by its name
                [sys.executable, "-I", str(_READER)],
                stdin=given,
                stdout=told,
                stderr=subprocess.DEVNULL,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise UnreadableError("it takes too long to read") from None
        if done.returncode:
            raise UnreadableError("it is broken, locked, or takes too much memory to read")
        told.seek(0)
        said = told.read(MOST_OUTPUT + 1)
    try:
        return ForeignPdf.model_validate_json(said)
    except ValidationError:
        raise UnreadableError("its words cannot be read") from None
