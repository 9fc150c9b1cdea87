"""Pages to a finished file: tags, viewer preferences, conformance; the same bytes every time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pydyf

from leafletry import tags
from leafletry.problems import Place, Problem, ProblemsFoundError

if TYPE_CHECKING:
    from leafletry.typesetting import Typeset

tags.install()


def finish(typeset: Typeset, place: Place) -> bytes:
    """Give the bytes of the PDF: PDF/A-2a and PDF/UA-1, duplex and unscaled when printed.

    Raises ProblemsFoundError where a font lacks a glyph.
    """
    pdf = typeset.document.write_pdf(pdf_variant="pdf/a-2a", finisher=_add_viewer_preferences)
    missing = sorted(
        {chr(code) for font in typeset.document.fonts.values() for code in font.missing}
    )
    if missing:
        raise ProblemsFoundError(
            [
                Problem(
                    place,
                    f"no font of ours has {_named(missing)}",
                    "write it with another character",
                )
            ]
        )
    return bytes(pdf)


def _named(characters: list[str]) -> str:
    return ", ".join(f"{character} (U+{ord(character):04X})" for character in characters[:12])


def _add_viewer_preferences(_document: Any, pdf: Any) -> None:
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary(
        {"DisplayDocTitle": "true", "Duplex": "/DuplexFlipLongEdge", "PrintScaling": "/None"}
    )
