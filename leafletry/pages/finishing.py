"""Pages to a finished file: tags, viewer preferences, conformance; the same bytes every time."""

from __future__ import annotations

import contextlib
import re
import struct
import zlib
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pydyf
import weasyprint.pdf.fonts
from PIL.ImageCms import ImageCmsProfile, createProfile
from weasyprint.css import ColorProfile

from leafletry.pages import embedding, ligatures, tags
from leafletry.pages.font_proof import font_faults
from leafletry.pages.sealing import seal
from leafletry.pages.typesetting import NOT_THE_WORDS, LoggedWarnings
from leafletry.reading.languages import direction
from leafletry.reading.problems import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leafletry.content.formats import Format
    from leafletry.editions.record import Provenance
    from leafletry.pages.typesetting import Typeset

# The newest version that PDF/A-2 knows, and a date that is the same in every file.
_ICC_VERSION = bytes.fromhex("04200000")
_ICC_DATE = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)


def finish(
    typeset: Typeset,
    place: Place,
    provenance: Provenance | None,
    page_format: Format | None = None,
) -> tuple[bytes, list[Problem]]:
    """Give the bytes of the PDF: PDF/A-2a and PDF/UA-1, printed as its format says.

    An edition says where it comes from, and is sealed; a sheet that is none has no provenance.
    A glyph that no font has, and a drawing that cannot be drawn, are problems.
    """
    document = typeset.document
    document.metadata.provenance = provenance
    document.metadata.preferences = _preferences(page_format)
    document.color_profiles["srgb"] = _screen_colours()
    # By its name "srgb" WeasyPrint would open the profile again for each file, and never close it.
    with (
        tags.from_elements(),
        ligatures.told_apart(),
        _arrays_of_any_length(),
        LoggedWarnings() as log,
    ):
        pdf = document.write_pdf(
            pdf_variant="pdf/a-2a", output_intent="the one profile", finisher=_finish_objects
        )
    # The glyphs that are missing are named below, all at once and in people's words.
    said = [text for text in log.texts if not text.startswith(".notdef")]
    problems = [
        Problem(place, f"the page does not print right: {text}", NOT_THE_WORDS) for text in said
    ]
    problems += [Problem(place, said, _FONT_HINT) for said in font_faults(document)]
    missing = {chr(code) for font in document.fonts.values() for code in font.missing}
    flaws = [*problems, *_missing_glyphs(missing, typeset, place)]
    return (seal(pdf, provenance.made_from) if provenance else bytes(pdf)), flaws


@contextlib.contextmanager
def _arrays_of_any_length() -> Iterator[None]:
    """Let WeasyPrint hand arrays of glyphs to HarfBuzz without C being parsed for each length.

    It asks for `hb_codepoint_t[241]`, and parsing that takes 2 ms, several times an edition.
    """
    calls = weasyprint.pdf.fonts.ffi
    weasyprint.pdf.fonts.ffi = _Calls(calls)
    try:
        yield
    finally:
        weasyprint.pdf.fonts.ffi = calls


class _Calls:
    """Calls of C, where an array that is given with its content has the length of that."""

    def __init__(self, calls: Any) -> None:
        self._calls = calls

    def __getattr__(self, name: str) -> Any:
        return getattr(self._calls, name)

    def new(self, type_: str, content: Any = None) -> Any:
        known = _LENGTH.sub("[]", type_) if isinstance(content, (list, tuple)) else type_
        return self._calls.new(known, content)


_LENGTH = re.compile(r"\[\d+\]$")


def _missing_glyphs(missing: set[str], typeset: Typeset, place: Place) -> Iterator[Problem]:
    """Name the characters no font has, at each message and each field of a clinic with them."""
    printed = {placement.message for placement in typeset.placements}
    where = [
        (message.place, missing & set(message.text), "")
        for message in typeset.messages
        if message.number in printed
    ]
    where += [(text.place, missing & set(text.text), f"{text.said}: ") for text in typeset.given]
    of_no_text = missing.difference(*(characters for _, characters, _ in where))
    for spot, characters, field in [*where, (place, of_no_text, "")]:
        if characters:
            said = f"{field}no font of ours has {_named(sorted(characters))}"
            yield Problem(spot, said, MISSING_GLYPH_HINT)


_FONT_HINT = "run it once more; if it is said again, the program is at fault: please report it"
MISSING_GLYPH_HINT = "write it otherwise; what a whole language lacks is found by `catalogs fonts`"


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


_SIDES = {
    "one": "/Simplex",
    "two-long-edge": "/DuplexFlipLongEdge",
    "two-short-edge": "/DuplexFlipShortEdge",
}
_SCALING = {"never": "/None", "to-fit": "/AppDefault"}


def _preferences(page_format: Format | None) -> dict[str, str]:
    """Give what a viewer does with a file; what has no format is a sheet for the office."""
    sides = page_format.sides if page_format else "two-long-edge"
    scaling = page_format.scaling if page_format else "never"
    return {
        "DisplayDocTitle": "true",
        "Duplex": _SIDES[sides],
        "PrintScaling": _SCALING[scaling],
    }


def _finish_objects(document: Any, pdf: Any) -> None:
    """Change what stands in a file just before it is written."""
    preferences = dict(document.metadata.preferences)
    if direction(document.metadata.lang) == "rtl":
        preferences["Direction"] = "/R2L"
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary(preferences)
    embedding.share_letters(pdf.objects)
    for part in pdf.objects:
        if isinstance(part, pydyf.Stream):
            embedding.shorten(part)
            _deflate(part)
        elif isinstance(part, pydyf.Dictionary):
            embedding.shorten_widths(part)


def _deflate(stream: pydyf.Stream) -> None:
    """Deflate a stream once; left to pydyf, it is deflated to be written and to be hashed."""
    if stream.compress:
        content = b"\n".join(pydyf._to_bytes(item) for item in stream.stream)  # noqa: SLF001
        stream.stream = [zlib.compress(content, 9)]
        stream.extra["Filter"] = "/FlateDecode"
        stream.compress = False
