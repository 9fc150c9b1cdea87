"""What a file says of fonts and pictures, in as few bytes: bare outlines, few colours by number."""

from __future__ import annotations

import re
import struct
import zlib
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING
from zlib import crc32

import pydyf
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LETTERS = b"/CMapName /Adobe-Identity-UCS def"
_BEFORE_LETTERS = b"endcodespacerange"
_MOST_IN_A_BLOCK = 100
"""The format allows no more."""


def shorten(stream: pydyf.Stream) -> None:
    """Write a font, the letters its glyphs stand for, or a picture shorter; leave other streams."""
    if stream.extra.get("Subtype") == "/OpenType":
        # Up to 4 kB less, as the file itself says the rest.
        stream.stream = [_table(stream.stream[0], b"CFF ")]
        stream.extra["Subtype"] = "/CIDFontType0C"
    elif _LETTERS in stream.stream:
        stream.stream = _in_ranges(stream.stream)
    elif stream.extra.get("Subtype") == "/Image" and "DecodeParms" in stream.extra:
        _shorten_picture(stream)


def share_letters(objects: Sequence[pydyf.Object]) -> None:
    """Let the weights of a family, which number their glyphs alike, tell letters by one list."""
    fonts = [o for o in objects if isinstance(o, pydyf.Dictionary) and "ToUnicode" in o]
    streams = (o for o in objects if isinstance(o, pydyf.Stream))
    lists = {o.reference: o for o in streams if _LETTERS in o.stream}
    shared: list[tuple[bytes, dict[bytes, bytes]]] = []
    for font in fonts:
        own = lists[font["ToUnicode"]]
        named = own.stream[own.stream.index(_BEFORE_LETTERS) + 1 :]
        letters = dict(line.split() for line in named if _NAMED_GLYPH.fullmatch(line))
        # Who looks for words types spaces between them.
        letters = {glyph: _SPACES.get(letter, letter) for glyph, letter in letters.items()}
        for reference, known in shared:
            if all(known.get(glyph, letter) == letter for glyph, letter in letters.items()):
                known.update(letters)
                font["ToUnicode"], own.stream = reference, []
                break
        else:
            shared.append((own.reference, letters))
    for reference, letters in shared:
        lines = lists[reference].stream
        head, end = lines.index(_BEFORE_LETTERS) + 1, lines.index(b"endcmap")
        told = [b" ".join(pair) for pair in letters.items()]
        lists[reference].stream = [*lines[:head], *told, *lines[end:]]


_SPACES = {b"<00a0>": b"<0020>"}
_NAMED_GLYPH = re.compile(rb"<[0-9a-f]{4}> <(?:[0-9a-f]{4})+>")


def shorten_widths(font: pydyf.Dictionary) -> None:
    """Leave out the widths of a font that are as wide as every glyph is of which none is said."""
    widths = font.get("W")
    if widths is None:
        return
    kept = pydyf.Array()
    for first, run in zip(widths[::2], widths[1::2], strict=True):
        for glyph, width in enumerate(run, first):
            if width == _USUAL_WIDTH:
                continue
            if kept and glyph == kept[-2] + len(kept[-1]):
                kept[-1].append(width)
            else:
                kept.extend((glyph, pydyf.Array([width])))
    font["W"] = kept


_USUAL_WIDTH = 1000


def _shorten_picture(stream: pydyf.Stream) -> None:
    """Write a picture that has few colours, as a drawn one has, with their numbers."""
    content = b"".join(map(pydyf._to_bytes, stream.stream))  # noqa: SLF001 - as it is written
    colours = stream.extra["ColorSpace"]
    shorter, space = _shorter(content, stream.extra["Width"], stream.extra["Height"], colours)
    if len(shorter) < len(content):
        stream.stream = [shorter]
        stream.extra["ColorSpace"] = space
        del stream.extra["DecodeParms"]


# A clinic's logo stands in all of its leaflets.
@lru_cache(8)
def _shorter(content: bytes, width: int, height: int, colours: str) -> tuple[bytes, str]:
    """Give the dots of a picture, deflated without more ado, and in which colours they are."""
    picture = _picture(content, width, height, colours)
    dots = picture.tobytes()
    triples = [dots[i : i + 3] for i in range(0, len(dots), 3)] if picture.mode == "RGB" else []
    known = sorted(set(triples))
    if not 0 < len(known) <= _MOST_COLOURS:
        return zlib.compress(dots, 9), colours
    numbers = {colour: number for number, colour in enumerate(known)}
    numbered = bytes(map(numbers.__getitem__, triples))
    named = b"".join(known).hex()
    return zlib.compress(numbered, 9), f"[/Indexed /DeviceRGB {len(known) - 1} <{named}>]"


_MOST_COLOURS = 256


def _picture(content: bytes, width: int, height: int, colours: str) -> Image.Image:
    """Give a picture as it is read; what stands in the file is the inside of a PNG."""
    kind = 2 if colours == "/DeviceRGB" else 0
    size = struct.pack(">2I5B", width, height, 8, kind, 0, 0, 0)
    chunks = (
        struct.pack(">I", len(inside)) + name + inside + struct.pack(">I", crc32(name + inside))
        for name, inside in ((b"IHDR", size), (b"IDAT", content), (b"IEND", b""))
    )
    return Image.open(BytesIO(b"\x89PNG\r\n\x1a\n" + b"".join(chunks)))


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
    head, end = lines.index(_BEFORE_LETTERS) + 1, lines.index(b"endcmap")
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
