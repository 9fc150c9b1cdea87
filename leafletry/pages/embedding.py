"""What a file says of its fonts, in as few bytes: bare outlines, and letters in ranges."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pydyf

_LETTERS = b"/CMapName /Adobe-Identity-UCS def"
_MOST_IN_A_BLOCK = 100
"""The format allows no more."""


def shorten(stream: pydyf.Stream) -> None:
    """Write a font, or a list of the letters its glyphs stand for, shorter; leave other streams."""
    if stream.extra.get("Subtype") == "/OpenType":
        # Up to 4 kB less, as the file itself says the rest.
        stream.stream = [_table(stream.stream[0], b"CFF ")]
        stream.extra["Subtype"] = "/CIDFontType0C"
    elif _LETTERS in stream.stream:
        stream.stream = _in_ranges(stream.stream)


def _table(font: bytes, wanted: bytes) -> bytes:
    """Give one table of an OpenType font."""
    (number,) = struct.unpack_from(">H", font, 4)
    for i in range(number):
        tag, _checksum, offset, length = struct.unpack_from(">4sLLL", font, 12 + 16 * i)
        if tag == wanted:
            return font[offset : offset + length]
    message = f"a font has no table {wanted.decode()}"
    raise ValueError(message)


def _in_ranges(lines: Sequence[bytes]) -> list[bytes]:
    """Give a list of letters with glyphs that follow each other on one line: half the bytes."""
    head, end = lines.index(b"endcodespacerange") + 1, lines.index(b"endcmap")
    glyphs = sorted(line.split() for line in lines[head:end] if line.startswith(b"<"))
    ranges: list[list[list[bytes]]] = []
    after = None
    for glyph in glyphs:
        number = int(glyph[0][1:-1], 16)
        # The first byte is the same within a range.
        if number == after and number % 256:
            ranges[-1].append(glyph)
        else:
            ranges.append([glyph])
        after = number + 1
    single = [b" ".join(group[0]) for group in ranges if len(group) == 1]
    joined = [
        b"%s %s [%s]" % (group[0][0], group[-1][0], b"".join(letters for _, letters in group))
        for group in ranges
        if len(group) > 1
    ]
    return [
        *lines[:head],
        *_blocks(b"bfchar", single),
        *_blocks(b"bfrange", joined),
        *lines[end:],
    ]


def _blocks(kind: bytes, lines: Sequence[bytes]) -> Iterator[bytes]:
    for first in range(0, len(lines), _MOST_IN_A_BLOCK):
        block = lines[first : first + _MOST_IN_A_BLOCK]
        yield b"%d begin%s" % (len(block), kind)
        yield from block
        yield b"end" + kind
