"""Pages to a finished file: tags, viewer preferences, conformance; the same bytes every time."""

from __future__ import annotations

import struct
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pydyf
from PIL.ImageCms import ImageCmsProfile, createProfile
from weasyprint.css import ColorProfile

from leafletry import tags
from leafletry.problems import Place, Problem, ProblemsFoundError
from leafletry.typesetting import LoggedWarnings

if TYPE_CHECKING:
    from leafletry.typesetting import Typeset

# The newest version that PDF/A-2 knows, and a date that is the same in every file.
_ICC_VERSION = bytes.fromhex("04200000")
_ICC_DATE = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)


def finish(typeset: Typeset, place: Place) -> bytes:
    """Give the bytes of the PDF: PDF/A-2a and PDF/UA-1, duplex and unscaled when printed.

    Raises ProblemsFoundError where a font lacks a glyph, or a drawing cannot be drawn.
    """
    document = typeset.document
    document.color_profiles["srgb"] = _screen_colours()
    # By its name "srgb" WeasyPrint would open the profile again for each file, and never close it.
    with tags.from_elements(), LoggedWarnings() as log:
        pdf = document.write_pdf(
            pdf_variant="pdf/a-2a", output_intent="the one profile", finisher=_finish_objects
        )
    missing = sorted({chr(code) for font in document.fonts.values() for code in font.missing})
    if missing:
        message, hint = f"no font of ours has {_named(missing)}", "write it with another character"
        raise ProblemsFoundError([Problem(place, message, hint)])
    if log.texts:
        messages = [f"the page does not print right: {text}" for text in log.texts]
        raise ProblemsFoundError([Problem(place, message) for message in messages])
    return bytes(pdf)


def _named(characters: list[str]) -> str:
    return ", ".join(f"{character} (U+{ord(character):04X})" for character in characters[:12])


@cache
def _screen_colours() -> ColorProfile:
    """Give the colours of screens, which every page is drawn in: 2 kB less than WeasyPrint's."""
    profile = bytearray(ImageCmsProfile(createProfile("sRGB")).tobytes())
    profile[8:12] = _ICC_VERSION
    profile[24:36] = _ICC_DATE
    components = (["r"], ["g"], ["b"])
    return ColorProfile(BytesIO(profile), "sRGB", "relative-colorimetric", components)


def _finish_objects(_document: Any, pdf: Any) -> None:
    """Change what stands in a file just before it is written."""
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary(
        {"DisplayDocTitle": "true", "Duplex": "/DuplexFlipLongEdge", "PrintScaling": "/None"}
    )
    for stream in pdf.objects:
        if isinstance(stream, pydyf.Stream) and stream.extra.get("Subtype") == "/OpenType":
            _embed_outlines_only(stream)


def _embed_outlines_only(font: pydyf.Stream) -> None:
    """Embed a font as its bare outlines: up to 4 kB less, as the file itself says the rest."""
    font.stream = [_table(font.stream[0], b"CFF ")]
    font.extra["Subtype"] = "/CIDFontType0C"


def _table(font: bytes, wanted: bytes) -> bytes:
    """Give one table of an OpenType font."""
    (number,) = struct.unpack_from(">H", font, 4)
    for i in range(number):
        tag, _checksum, offset, length = struct.unpack_from(">4sLLL", font, 12 + 16 * i)
        if tag == wanted:
            return font[offset : offset + length]
    message = f"a font has no table {wanted.decode()}"
    raise ValueError(message)
