"""Pictures that people give us: painted anew at arm's length, and drawn only where anybody can."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree  # type: ignore[import-untyped]
from PIL import Image, ImageCms, PngImagePlugin

from leafletry.reading import arms_length
from leafletry.reading.arms_length import Limits, NoAnswerError, ask_at_arms_length
from leafletry.reading.given_raster import painted_anew
from leafletry.reading.raster_copier import LONGEST_SIDE, RefusedError, copy
from leafletry.reading.svg_numbers import undrawable

SIZE = (60, 20)
LITTLE = Limits(memory=600_000_000, seconds=2, answer=1_000_000, patience=30)


def file_of(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """Give a picture as a file."""
    target = io.BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


def striped(mode: str) -> Image.Image:
    """Give a picture whose left half is dark and whose right half is light."""
    picture = Image.new("RGB", SIZE, (200, 30, 30))
    picture.paste((250, 240, 230), (SIZE[0] // 2, 0, *SIZE))
    return picture.convert(mode)


def turned(angle: int) -> bytes:
    """Give a JPEG that a camera wrote lying on its side."""
    exif = Image.Exif()
    exif[0x0112] = {90: 6, 180: 3}[angle]
    exif[0x010E] = "taken at home"
    return file_of(striped("RGB").rotate(angle, expand=True), "JPEG", exif=exif, quality=95)


def wide_grey() -> bytes:
    """Give a grey PNG with 65,536 shades."""
    return file_of(Image.frombytes("I;16", SIZE, struct.pack("<1200H", *([0x8000] * 1200))))


def with_words() -> bytes:
    """Give a PNG that says who made it."""
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "Somebody")
    return file_of(striped("RGB"), pnginfo=words)


def with_profile() -> bytes:
    """Give a PNG whose colours are meant in another space than they are printed in."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return file_of(striped("RGB"), icc_profile=profile)


RASTERS: dict[str, tuple[Callable[[], bytes], str]] = {
    "colours": (lambda: file_of(striped("RGB")), "RGB"),
    "transparent": (lambda: file_of(Image.new("RGBA", SIZE, (200, 30, 30, 90))), "RGBA"),
    "opaque": (lambda: file_of(striped("RGBA")), "RGB"),
    "grey": (lambda: file_of(striped("L")), "L"),
    "grey and transparent": (lambda: file_of(Image.new("LA", SIZE, (90, 30))), "RGBA"),
    "65,536 shades of grey": (wide_grey, "L"),
    "black and white": (lambda: file_of(striped("1")), "L"),
    "palette": (lambda: file_of(striped("RGB").quantize(4)), "RGB"),
    "palette with a hole": (lambda: file_of(striped("P"), transparency=b"\x00" * 256), "RGBA"),
    "JPEG": (lambda: file_of(striped("RGB"), "JPEG", quality=95), "RGB"),
    "grey JPEG": (lambda: file_of(striped("L"), "JPEG"), "L"),
    "progressive JPEG": (lambda: file_of(striped("RGB"), "JPEG", progressive=True), "RGB"),
    "JPEG of a print shop": (lambda: file_of(striped("CMYK"), "JPEG"), "RGB"),
    "lying on its side": (lambda: turned(90), "RGB"),
    "upside down": (lambda: turned(180), "RGB"),
    "with words": (with_words, "RGB"),
    "with a profile": (with_profile, "RGB"),
    "with a broken profile": (lambda: file_of(striped("RGB"), icc_profile=b"no profile"), "RGB"),
}


@pytest.mark.parametrize("raster", RASTERS)
def test_raster_is_painted_anew(raster: str) -> None:
    """Whatever a PNG or JPEG is, its copy is a plain upright PNG that looks like it."""
    make, mode = RASTERS[raster]
    copied = copy(make())
    with Image.open(io.BytesIO(copied), formats=("PNG",)) as picture:
        assert (picture.mode, picture.size, picture.info) == (mode, SIZE, {})
        assert not picture.getexif()
        if mode == "RGB" and "black" not in raster:
            for side, expected in ((5, (200, 30, 30)), (SIZE[0] - 5, (250, 240, 230))):
                seen = picture.getpixel((side, 10))
                assert isinstance(seen, tuple)
                assert all(abs(a - b) < 30 for a, b in zip(seen, expected, strict=True))
    assert copy(copied) == copied


def test_shades_keep_their_lightness() -> None:
    """Half of 65,536 shades is half of 256, and a hole in a palette stays one."""
    with Image.open(io.BytesIO(copy(wide_grey()))) as picture:
        assert picture.getpixel((5, 5)) in (127, 128)
    make, _ = RASTERS["palette with a hole"]
    with Image.open(io.BytesIO(copy(make()))) as picture:
        assert picture.getchannel("A").getextrema() == (0, 0)


def test_large_raster_is_made_smaller() -> None:
    """A photograph is as fine as paper shows it, and no finer, so that no page weighs megabytes."""
    with Image.open(io.BytesIO(copy(file_of(Image.new("RGB", (2_000, 1_000), "red"))))) as picture:
        assert picture.size == (LONGEST_SIDE, LONGEST_SIDE // 2)


def claimed(width: int, height: int) -> bytes:
    """Give a PNG that claims to have so many dots."""
    png = bytearray(file_of(striped("RGB")))
    png[16:24] = struct.pack(">II", width, height)
    png[29:33] = struct.pack(">I", zlib.crc32(png[12:29]))
    return bytes(png)


NO_RASTERS: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "is not a picture"),
    "cut off": (lambda: file_of(striped("RGB"), "JPEG")[:-40], "is not a picture"),
    "GIF": (lambda: file_of(striped("P"), "GIF"), "is not a picture"),
    "TIFF": (lambda: file_of(striped("RGB"), "TIFF"), "is not a picture"),
    "PDF": (lambda: b"%PDF-1.7\n", "is not a picture"),
    "too many dots": (lambda: claimed(5_000, 1_000), "has 5000 x 1000 dots"),
    "a bomb": (lambda: claimed(60_000, 60_000), "has far too many dots"),
    "no dots": (lambda: claimed(0, 10), "is not a picture"),
}


@pytest.mark.parametrize("raster", NO_RASTERS)
def test_no_raster_is_refused(raster: str) -> None:
    """What is no whole picture, or a bomb, is refused in words."""
    make, said = NO_RASTERS[raster]
    with pytest.raises(RefusedError, match=said):
        copy(make())


def test_raster_is_painted_in_a_process_of_its_own() -> None:
    """The answer of that process is the copy, or why there is none."""
    given = file_of(striped("CMYK"), "JPEG")
    assert painted_anew(given) == (copy(given), "")
    assert painted_anew(b"no picture")[1].startswith("is not a picture that can be read")


def scans(count: int) -> bytes:
    """Give a grey JPEG of four million dots that is painted over so many times."""

    def segment(marker: int, body: bytes) -> bytes:
        return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body

    jpeg = b"\xff\xd8" + segment(0xDB, b"\0" + b"\1" * 64)
    jpeg += segment(0xC2, struct.pack(">BHHB", 8, 1448, 1448, 1) + b"\1\x11\0")
    jpeg += segment(0xC4, b"\0" + bytes([1] + [0] * 15) + b"\0")
    jpeg += segment(0xC4, b"\x10" + bytes([1, 1] + [0] * 14) + b"\xe0\x00")
    jpeg += segment(0xDA, b"\1\1\0\0\0\0") + b"\0" * 4096
    once = segment(0xDA, b"\1\1\0\1\x3f\0") + bytes.fromhex("7ffe")
    return jpeg + once * count + b"\xff\xd9"


def test_raster_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Less than half a megabyte of scans would take a minute; the process ends before."""
    monkeypatch.setattr("leafletry.reading.given_raster._LIMITS", LITTLE)
    content = scans(38_000)
    assert len(content) < 500_000
    assert painted_anew(content) == (b"", "takes too much time or memory to read")


PROGRAMS = {
    "time": "while True: pass",
    "memory": "b'x' * 2_000_000_000",
    "answer": "while True: print('x' * 3_000_000)",
    "a crash": "import os; os.abort()",
    "an error": "1 / 0",
}


@pytest.mark.parametrize("taken", PROGRAMS)
def test_program_is_held_to_its_limits(taken: str, tmp_path: Path) -> None:
    """A program that takes too much, or breaks, gives no answer, and stops nobody else."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAMS[taken])
    limits = Limits(memory=600_000_000, seconds=1, answer=1_000_000, patience=30)
    with pytest.raises(NoAnswerError):
        ask_at_arms_length(program, b"", limits)


def test_program_that_waits_is_ended(tmp_path: Path) -> None:
    """A program that does nothing is not waited for."""
    program = tmp_path / "program.py"
    program.write_text("import time; time.sleep(60)")
    with pytest.raises(NoAnswerError, match="too much time"):
        ask_at_arms_length(program, b"", Limits(600_000_000, 1, 10, patience=0.5))


def test_program_gets_what_it_is_given(tmp_path: Path) -> None:
    """Bytes go in and come out as they are, and nothing of the caller's comes along."""
    program = tmp_path / "program.py"
    program.write_text(
        "import sys\n"
        "assert sys.flags.isolated\n"
        "sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1])\n"
    )
    assert ask_at_arms_length(program, b"\xff\x00a", LITTLE) == b"a\x00\xff"
    assert "subprocess" not in vars(arms_length)  # Its other half starts quickly.


# ── Drawings ───────────────────────────────────────────────────────────────────────────────────


def drawing(inside: str, box: str = 'viewBox="0 0 120 40"') -> str:
    """Give an SVG."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{inside}</svg>'


def gradient(attributes: str) -> str:
    """Give a drawing with a gradient."""
    return drawing(f"<defs><linearGradient id='a' {attributes}/></defs>")


DRAWABLE = [
    drawing(""),
    drawing("", ""),
    drawing("", 'width="30mm" height="10mm"'),
    drawing("", 'viewBox="-5,-5,110.5,1e2" width="100%" height="auto"'),
    drawing("<path d='M1 2l3,4-5.5.5h1v2 c1 2 3 4 5 6 1 2 3 4 5 6s1 2 3 4q1,2,3,4t5 6Z m1-1z'/>"),
    drawing("<path d='M0 0a25.5,25.5 -30 0110,10A1 1 0 1 0 3 4 1 1 0 0 1 3 4'/>"),
    drawing("<path d=''/><path d='M1e-3.5'/>"),
    drawing(
        "<g transform='translate(3) scale(-1,1)rotate(45 3 3), skewX(-20) matrix(1 0 0 1 0 0)'/>"
    ),
    drawing("<polygon points='1,2 3,4 5 6'/><polyline points=''/>"),
    drawing("<rect x='10%' rx='auto' width='3.5pt' height='1em' stroke-width='.5'/>"),
    drawing("<line stroke-dasharray='4 2.5' stroke-width='1'/><line stroke-dasharray='none'/>"),
    drawing("<circle r='1' fill-opacity='50%'/>"),
    gradient("x1='0%' x2='1' gradientTransform='rotate(90)' spreadMethod='pad'"),
    gradient("x2='0.00001' gradientUnits='userSpaceOnUse'"),
]


@pytest.mark.parametrize("picture", DRAWABLE, ids=range(len(DRAWABLE)))
def test_what_drawing_programs_write_is_drawn(picture: str) -> None:
    """Numbers in any of the ways in which SVG writes them are no reason to refuse a picture."""
    assert undrawable(etree.fromstring(picture)) == ""


UNDRAWABLE = [
    *(
        drawing("", f'viewBox="{box}"')
        for box in ("a b c d", "", "0 0 10", "0 0 0 10", "0 0 10 -1", "0 0 1e309 1", "0 0 nan 1")
    ),
    drawing("", 'width="calc(1px)" height="1"'),
    drawing("<svg viewBox='0 0 0 0'/>"),
    *(
        drawing(f"<rect {name}='{value}'/>")
        for name in ("x", "width", "rx", "stroke-width", "font-size")
        for value in ("nan", "inf", "-inf", "1e999", "1e308", "1%%", "1furlong", "1,5", "", "--1")
    ),
    drawing("<rect width='-1'/>"),
    drawing("<circle r='-1'/>"),
    *(
        drawing(f"<path d='{path}'/>")
        for path in (
            "M nan inf",
            "M 1e400 1",
            "1 2",
            "L1 2",
            "M1",
            "M1 2 L3",
            "M1 2 C1 2 3 4",
            "M1 2 A1 1 0 2 0 3 4",
            "M1 2 A1 1 0 1 0 3",
            "M1 2 Z3",
            "M1 2 B3 4",
            "M1 2 L100001 0",
            "M1,,2",
        )
    ),
    *(
        drawing(f"<g transform='{transform}'/>")
        for transform in (
            "matrix(0 0 0 0 0 0)",
            "rotate(1e308) scale(1e308) skewX(90)",
            "scale(0)",
            "scale(1 0)",
            "foo(1)",
            "foo(1",
            "rotate(nan)",
            "rotate(1 2)",
            "scale(1e6)",
            "skewX(90)",
            "translate()",
            "scale(1) and more",
        )
    ),
    drawing("<g transform='scale(1000)'>" * 3 + "</g>" * 3),
    drawing("<g transform='scale(.0001)'>" * 3 + "</g>" * 3),
    drawing("<polygon points='1,2 nan,4'/>"),
    drawing("<line stroke-dasharray='0.0001'/>"),
    drawing("<line stroke-dasharray='0 0'/>"),
    drawing("<line stroke-dasharray='5 -5'/>"),
    gradient("spreadMethod='repeat'"),
    gradient("spreadMethod='reflect' x2='0.00001'"),
    gradient("gradientTransform='scale(0)'"),
    gradient("x1='1e999'"),
]


@pytest.mark.parametrize("picture", UNDRAWABLE, ids=range(len(UNDRAWABLE)))
def test_what_nobody_can_draw_is_refused(picture: str) -> None:
    """What is no number, flat, repeated without end or out of all measure is named."""
    assert undrawable(etree.fromstring(picture)).startswith(("holds ", "repeats "))


def test_long_and_wrong_values_are_judged_at_once() -> None:
    """No value, however long and almost right, is tried in more than one way."""
    long = "1" * 400_000
    for inside in (
        f"<path d='M{long}x'/>",
        f"<path d='M{'1 ' * 200_000}x'/>",
        f"<path d='M0 0A{'1 1 0 1 0 1 1 ' * 30_000}x'/>",
        f"<g transform='scale({'1 ' * 200_000}'/>",
        f"<polygon points='{'1,' * 200_000}x'/>",
        f"<rect width='{long}x'/>",
    ):
        assert undrawable(etree.fromstring(drawing(inside), etree.XMLParser(huge_tree=True)))


def test_what_cannot_be_drawn_is_quoted_plainly() -> None:
    """A sign that turns words round is not passed on to whoever reads the message."""
    picture = drawing('<rect width="9" height="9" stroke-width="\u20661.6"/>')
    said = undrawable(etree.fromstring(picture))
    assert said.startswith("holds stroke-width=")
    assert said.isprintable()
