"""What a file says of fonts and pictures is short, and says the same."""

import io
import zlib
from collections.abc import Sequence

import pydyf
import pytest
from PIL import Image

from leafletry.pages.embedding import share_letters, shorten, shorten_widths

SIDE = 120


def stream_of(picture: Image.Image) -> pydyf.Stream:
    """A picture as WeasyPrint writes it: with the inside of a PNG."""
    file = io.BytesIO()
    picture.save(file, "PNG")
    content, at = b"", 8
    png = file.getvalue()
    while at < len(png):
        length = int.from_bytes(png[at : at + 4], "big")
        if png[at + 4 : at + 8] == b"IDAT":
            content += png[at + 8 : at + 8 + length]
        at += 12 + length
    colours = "/DeviceRGB" if picture.mode == "RGB" else "/DeviceGray"
    parameters = pydyf.Dictionary({"Predictor": 15, "Columns": SIDE})
    extra = {"Subtype": "/Image", "Width": SIDE, "Height": SIDE, "ColorSpace": colours}
    return pydyf.Stream([content], {**extra, "DecodeParms": parameters, "Filter": "/FlateDecode"})


def dots_of(stream: pydyf.Stream) -> bytes:
    """The dots of a picture that needs no more than to be inflated."""
    dots = zlib.decompress(stream.stream[0])
    space = stream.extra["ColorSpace"]
    if not space.startswith("[/Indexed"):
        return dots
    palette = bytes.fromhex(space[space.index("<") + 1 : space.index(">")])
    return b"".join(palette[3 * dot : 3 * dot + 3] for dot in dots)


def drawn(colours: int, mode: str = "RGB") -> Image.Image:
    """A picture with so many colours."""
    mixed = [i * i % 10007 % colours for i in range(SIDE * SIDE)]
    dots = [(dot % 256, dot // 256, 7) for dot in mixed]
    picture = Image.new("RGB", (SIDE, SIDE))
    picture.putdata(dots)
    return picture.convert(mode)


@pytest.mark.parametrize(
    ("picture", "indexed"),
    [(drawn(2), True), (drawn(256), True), (drawn(257), False), (drawn(90, "L"), False)],
    ids=["two colours", "256 colours", "257 colours", "grey"],
)
def test_a_picture_is_the_same_to_the_dot(picture: Image.Image, *, indexed: bool) -> None:
    """A picture of few colours has them by number, and no picture changes or grows."""
    stream = stream_of(picture)
    before = stream.stream[0]
    shorten(stream)
    assert len(stream.stream[0]) <= len(before)
    assert str(stream.extra["ColorSpace"]).startswith("[/Indexed") is indexed
    if "DecodeParms" not in stream.extra:
        assert dots_of(stream) == picture.tobytes()
    else:
        assert stream.stream[0] == before


def widths_of(runs: Sequence[object]) -> dict[int, float]:
    """The widths of glyphs that a font tells; those of others are 1000."""
    told: dict[int, float] = {}
    for first, run in zip(runs[::2], runs[1::2], strict=True):
        assert isinstance(first, int)
        assert isinstance(run, list)
        told |= dict(enumerate(run, first))
    return told


def test_usual_widths_are_left_out() -> None:
    """The width of a kanji is what readers take where none is told; all other ones are told."""
    runs = pydyf.Array([1, pydyf.Array([224, 1000, 500, 510, 1000]), 9, pydyf.Array([1000])])
    font = pydyf.Dictionary({"W": runs})
    shorten_widths(font)
    assert widths_of(font["W"]) == {1: 224, 3: 500, 4: 510}
    shorten_widths(other := pydyf.Dictionary({"Type": "/Font"}))
    assert "W" not in other


def letters(number: int, *named: bytes) -> pydyf.Stream:
    """A list of letters as WeasyPrint writes it."""
    head = [b"/CMapName /Adobe-Identity-UCS def", b"<0000> <ffff>", b"endcodespacerange"]
    lines = [*head, b"%d beginbfchar" % len(named), *named, b"endbfchar", b"endcmap"]
    stream = pydyf.Stream(lines)
    stream.number = number
    return stream


def test_fonts_that_number_glyphs_alike_share_a_list() -> None:
    """Two weights tell letters by one list; a font that means other letters keeps its own."""
    lists = [
        letters(1, b"<0001> <0041>", b"<0002> <00a0>"),
        letters(2, b"<0001> <0041>", b"<0003> <0043>"),
        letters(3, b"<0001> <0058>"),
    ]
    fonts = [pydyf.Dictionary({"ToUnicode": found.reference}) for found in lists]
    share_letters([*lists, *fonts])
    assert [font["ToUnicode"] for font in fonts] == [
        lists[0].reference,
        lists[0].reference,
        lists[2].reference,
    ]
    told = [line for line in lists[0].stream if line.startswith(b"<0") and line != b"<0000> <ffff>"]
    assert told == [b"<0001> <0041>", b"<0002> <0020>", b"<0003> <0043>"]
    assert b"<0001> <0058>" in lists[2].stream
