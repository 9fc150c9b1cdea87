"""ToUnicode CMaps: what the codes of a font mean as text."""

import re
from collections.abc import Iterator

_SECTION = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_PAIR = re.compile(rb"<([^>]*)>\s*<([^>]*)>")
_RANGE = re.compile(rb"<([^>]*)>\s*<([^>]*)>\s*(?:<([^>]*)>|\[([^\]]*)\])")
_HEX = re.compile(rb"<([^>]*)>")


def read_to_unicode(cmap: bytes) -> dict[int, str]:
    """Read which text each code of a font stands for."""
    return dict(
        entry
        for kind, body in _SECTION.findall(cmap)
        for entry in (_read_chars(body) if kind == b"bfchar" else _read_ranges(body))
    )


def _read_chars(body: bytes) -> Iterator[tuple[int, str]]:
    """Read lines that give one code its text."""
    for code, text in _PAIR.findall(body):
        yield int(code, 16), _decode(text)


def _read_ranges(body: bytes) -> Iterator[tuple[int, str]]:
    """Read lines that give consecutive codes either consecutive characters or a list of texts."""
    for first, last, start, texts in _RANGE.findall(body):
        codes = range(int(first, 16), int(last, 16) + 1)
        if start:
            text = _decode(start)
            for step, code in enumerate(codes):
                yield code, text[:-1] + chr(ord(text[-1]) + step)
        else:
            yield from zip(codes, map(_decode, _HEX.findall(texts)), strict=False)


def _decode(digits: bytes) -> str:
    """Read UTF-16 that is written in hexadecimal digits, as CMaps write text."""
    return bytes.fromhex(digits.decode("ascii")).decode("utf-16-be")
