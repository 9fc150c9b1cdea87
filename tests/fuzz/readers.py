"""The table of readers: which file each one reads, and what else stands around it.

A new reader is one line here, and a folder in `seeds/` if it needs beginnings of its own.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from leafletry.content.catalog import Glossary, read_catalog
from leafletry.content.clinic import read_clinic
from leafletry.content.confirmations import ConfirmationFile
from leafletry.content.edition_code import read_code
from leafletry.content.facts import FactBook, SourceList
from leafletry.content.leaflet import Leaflet, Phrases
from leafletry.content.lengths import read_lengths
from leafletry.content.signoffs import SignOffFile
from leafletry.content.withdrawals import WithdrawalList
from leafletry.content.writing import Writing
from leafletry.editions.added_fonts import fonts_offered, names_of, wrong_with
from leafletry.editions.fonts import cut_shaping_font
from leafletry.pages.packet import NoRecordError, read_record
from leafletry.pages.sealing import is_sealed
from leafletry.printing import uptodate
from leafletry.printing.manifest import Manifest
from leafletry.reading.sourcefile import parse, read_yaml
from leafletry.verifying.given_files import read_given

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pydantic import BaseModel

Kind = Literal["yaml", "po", "svg", "json", "png", "bytes"]
TODAY = dt.date(2026, 12, 1)
CLINIC = "clinics/example.yaml"
DUTCH = "locales/nl/LC_MESSAGES/messages.po"


@dataclass(frozen=True)
class Reader:
    """Something that reads a file from outside.

    `file` is what it reads, in a project; `read` reads it there. `kind` is what the bytes are
    meant to be, `beginnings` are files of the real project to begin with, beside `seeds/`.
    With `elsewhere` it may look at files of other folders, as those of clinics can be.
    """

    file: str
    kind: Kind
    read: Callable[[Path], object]
    beginnings: tuple[str, ...] = ()
    elsewhere: bool = False


def _model(model: type[BaseModel], file: str) -> Callable[[Path], object]:
    return lambda root: parse(model, read_yaml(root / file, file))


def _yaml(model: type[BaseModel], file: str, *beginnings: str) -> Reader:
    return Reader(file, "yaml", _model(model, file), beginnings)


def _clinic(file: str = CLINIC) -> Callable[[Path], object]:
    return lambda root: read_clinic(root / file, TODAY)


def _catalog(root: Path) -> object:
    return read_catalog(root / DUTCH, DUTCH, "nl")


def _lengths(root: Path) -> object:
    return read_lengths(root, Phrases(placeholders={}, labels={}))


def _manifest(root: Path) -> object:
    uptodate.report_if_current(root, ["build", "--quiet"])
    manifest = Manifest.read(root / "output")
    uptodate.fingerprint(root, manifest.clinics.values())
    return manifest.paths(), manifest.text().encode()


def _font(root: Path) -> object:
    for font in fonts_offered(root / "styles"):
        if wrong_with(font) is None:
            names_of(font)
            cut_shaping_font(font.content, frozenset(range(0x41, 0x5B)), 700)
    return None


def _code(root: Path) -> object:
    code = read_code((root / "code.txt").read_bytes().decode("utf-8", "replace"))
    assert code is None or read_code(code.as_name) == code
    return code


def _given_pdf(root: Path) -> object:
    """Read a PDF as `verify` does before it asks PDFium, which works in a process of its own."""
    content = read_given(root / "given.pdf")
    try:
        record = read_record(content)
    except NoRecordError:
        return None
    return is_sealed(content, record.made_from), record.edition_code


READERS = {
    "leaflet": _yaml(
        Leaflet,
        "leaflets/call-us.yaml",
        "leaflets/could-our-other-children-get-it.yaml",
        "leaflets/recognize-and-work-up.yaml",
    ),
    "facts": _yaml(FactBook, "leaflets/facts.yaml"),
    "sources": _yaml(SourceList, "leaflets/sources.yaml", "leaflets/sources.yaml"),
    "phrases": _yaml(Phrases, "leaflets/phrases.yaml"),
    "glossary": _yaml(Glossary, "locales/nl/glossary.yaml", "locales/nl/glossary.yaml"),
    "writing": _yaml(
        Writing,
        "locales/nl/writing.yaml",
        *(f"locales/{locale}/writing.yaml" for locale in ("en", "es", "fr", "ja", "nl")),
    ),
    "lengths": Reader("templates/lengths.yaml", "yaml", _lengths),
    "catalog": Reader(DUTCH, "po", _catalog),
    "signoff": _yaml(SignOffFile, "locales/nl/signoff.yaml"),
    "confirmed": _yaml(ConfirmationFile, "locales/en/confirmed.yaml"),
    "withdrawn": _yaml(WithdrawalList, "leaflets/withdrawn.yaml"),
    "code": Reader("code.txt", "bytes", _code),
    "pdf": Reader("given.pdf", "bytes", _given_pdf),
    "clinic": Reader(CLINIC, "yaml", _clinic()),
    "logo-svg": Reader("clinics/example-logo.svg", "svg", _clinic(), ("templates/desk/icon.svg",)),
    "logo-png": Reader("clinics/logo.png", "png", _clinic("clinics/png.yaml")),
    "logo-jpg": Reader("clinics/logo.jpg", "bytes", _clinic("clinics/jpg.yaml")),
    "manifest": Reader("output/manifest.json", "json", _manifest, elsewhere=True),
    "font": Reader("styles/fonts/Example.otf", "bytes", _font),
}
