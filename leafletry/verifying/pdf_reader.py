"""A program of its own that reads the words of PDFs which may mean harm: bytes in, JSON out.

It imports nothing of the engine, takes little memory and time for each file, and is killed
without regret. Each file, and each answer, comes with its length before it: eight bytes.
"""

from __future__ import annotations

import contextlib
import json
from typing import BinaryIO

MOST_PAGES = 40
MOST_CHARACTERS = 300_000
MOST_MEMORY = 1_500_000_000
"""Bytes of addresses, of which the interpreter and PDFium take a third before they begin."""
MOST_SECONDS = 5
"""Of a processor, for one file."""
MOST_OUTPUT = 8_000_000
LENGTH_BYTES = 8


def limit_this_process() -> None:
    """Let the system end this process when it takes too much; Windows has no such limits."""
    try:
        import resource
    except ImportError:
        return
    for name, most in (("RLIMIT_AS", MOST_MEMORY), ("RLIMIT_FSIZE", 0), ("RLIMIT_CORE", 0)):
        # macOS refuses some of them; those who wait for this process have a clock.
        with contextlib.suppress(OSError, ValueError, AttributeError):
            resource.setrlimit(getattr(resource, name), (most, most))


def begin_a_file() -> None:
    """Give this process some seconds more of a processor, and no more than these."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime) + 1 + MOST_SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


def read(content: bytes) -> dict[str, object]:
    """Give the words of the first pages, and what the file says of itself."""
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    try:
        pages, left = [], MOST_CHARACTERS
        for number in range(min(len(document), MOST_PAGES)):
            page = document[number]
            text = page.get_textpage()
            words = text.get_text_range(0, min(text.count_chars(), left)) if left else ""
            pages.append(words)
            left -= min(left, len(words))
            text.close()
            page.close()
        return {"pages": pages, "keywords": document.get_metadata_value("Keywords")[:200]}
    finally:
        document.close()


def run() -> None:
    """Read one file after another from standard input, and answer each on standard output."""
    limit_this_process()
    begin_a_file()
    with open(0, "rb", closefd=False) as given, open(1, "wb", closefd=False) as told:
        while (content := _next(given)) is not None:
            begin_a_file()
            try:
                said = json.dumps(read(content)).encode()
            except Exception:  # noqa: BLE001 - whatever a file does to PDFium, the next one is read
                said = b""
            told.write(len(said).to_bytes(LENGTH_BYTES, "big") + said)
            told.flush()


def _next(given: BinaryIO) -> bytes | None:
    length = given.read(LENGTH_BYTES)
    return given.read(int.from_bytes(length, "big")) if len(length) == LENGTH_BYTES else None


if __name__ == "__main__":
    run()
