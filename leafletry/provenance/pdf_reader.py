"""A program of its own that reads the words of a PDF which may mean harm: bytes in, JSON out.

It imports nothing of the engine, takes little memory and time, and is killed without regret.
"""

from __future__ import annotations

import contextlib
import json

MOST_PAGES = 40
MOST_CHARACTERS = 300_000
MOST_MEMORY = 1_500_000_000
"""Bytes of addresses, of which the interpreter and PDFium take a third before they begin."""
MOST_SECONDS = 5
MOST_OUTPUT = 8_000_000


def limit_this_process() -> None:
    """Let the system end this process when it takes too much; Windows has no such limits."""
    try:
        import resource  # noqa: PLC0415 - not everywhere
    except ImportError:
        return
    for name, most in (
        ("RLIMIT_AS", MOST_MEMORY),
        ("RLIMIT_CPU", MOST_SECONDS),
        ("RLIMIT_FSIZE", MOST_OUTPUT),
        ("RLIMIT_CORE", 0),
    ):
        # macOS refuses some of them; those who wait for this process have a clock.
        with contextlib.suppress(OSError, ValueError, AttributeError):
            resource.setrlimit(getattr(resource, name), (most, most))


def read(content: bytes) -> dict[str, object]:
    """Give the words of the first pages, and what the file says of itself."""
    import pypdfium2  # noqa: PLC0415 - after the limits

    document = pypdfium2.PdfDocument(content)
    pages, left = [], MOST_CHARACTERS
    for number in range(min(len(document), MOST_PAGES)):
        page = document[number].get_textpage()
        words = page.get_text_range(0, min(page.count_chars(), left)) if left else ""
        pages.append(words)
        left -= min(left, len(words))
    return {"pages": pages, "keywords": document.get_metadata_value("Keywords")[:200]}


def run() -> None:
    """Read standard input, and write what was found to standard output."""
    limit_this_process()
    with open(0, "rb", closefd=False) as given:
        found = read(given.read())
    with open(1, "wb", closefd=False) as told:
        told.write(json.dumps(found).encode())


if __name__ == "__main__":
    run()
