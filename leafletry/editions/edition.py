"""An edition: one leaflet in one language, in one format, for one clinic (or for all)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leafletry.content.clinic import ClinicProfile
    from leafletry.content.project import Project

SIGNATURE = ".minisig"
"""What the name of a PDF gets for the file with its signature, which lies beside it."""


@dataclass(frozen=True, order=True)
class Edition:
    """Which leaflet, language, format and clinic; its path below `output/` follows from it."""

    leaflet: str
    locale: str
    page_format: str
    clinic: str | None = None

    @property
    def path(self) -> PurePosixPath:
        """Where the PDF lands, below `output/`."""
        folder = PurePosixPath("clinics", self.clinic) if self.clinic else PurePosixPath()
        return folder / self.locale / f"{self.leaflet}-{self.page_format}.pdf"

    @property
    def picture_path(self) -> PurePosixPath:
        """Where the picture of the first page lands, below `output/`."""
        return PurePosixPath("pictures") / self.path.with_suffix(".png")

    @property
    def map_path(self) -> PurePosixPath:
        """Where the map of its messages lands, below `output/`."""
        return self.path.with_suffix(".messages.json")


def editions_of(
    project: Project, leaflet: str, locale: str, clinic: ClinicProfile | None = None
) -> Iterator[Edition]:
    """Yield the editions of a leaflet in a language, the most usual format first.

    Those of a clinic are in the formats that are used in its country.
    """
    country = clinic.clinic.country if clinic else None
    for page_format in project.formats_of(leaflet, country):
        yield Edition(leaflet, locale, page_format, clinic.id if clinic else None)


def of_words(leaflet: str, locale: str) -> Edition:
    """Give what stands for a leaflet in a language in whatever format: its words.

    What is wrong with a format alone is nothing to them.
    """
    return Edition(leaflet, locale, "")


def usual_edition(project: Project, leaflet: str, locale: str) -> Edition:
    """Give the edition of a leaflet in a language in its most usual format."""
    return next(editions_of(project, leaflet, locale))


def called(project: Project, edition: Edition) -> str:
    """Give what messages call an edition: its format is said where a leaflet has several."""
    leaflet = project.leaflets.get(edition.leaflet)
    several = leaflet is not None and len(leaflet.formats) > 1
    which = f"{edition.locale}, {edition.page_format}" if several else edition.locale
    return f"{edition.leaflet} ({which})"


@dataclass(frozen=True)
class Planned:
    """What the record of an edition says of it before it is made.

    `until` is the last day on which a release holds, and empty for a draft; `source_words` a digest
    of the words in the source language that it says.
    """

    leaflet: str
    locale: str
    page_format: str
    clinic: str | None
    audience: str
    title: str
    code: str
    version: str
    words: str
    state: str
    until: str
    source_words: str


@dataclass(frozen=True)
class EditionRecord(Planned):
    """What the manifest says of an edition that was built.

    `left` is how many mm of its last page are left. `kept_from` is the day on which it was made
    that could not be made anew when something in it changed, and else empty.
    """

    pages: int
    left: int
    path: str
    size: int
    sha256: str
    picture: str
    picture_sha256: str
    map: str
    map_sha256: str
    digest: str
    kept_from: str = ""

    @property
    def edition(self) -> Edition:
        """Which edition it is."""
        return Edition(self.leaflet, self.locale, self.page_format, self.clinic)

    @property
    def files(self) -> dict[str, str]:
        """Give every file of the edition with its digest."""
        return {
            self.path: self.sha256,
            self.picture: self.picture_sha256,
            self.map: self.map_sha256,
        }

    def as_json(self) -> dict[str, Any]:
        """Give the record as it stands in `manifest.json`."""
        return asdict(self)
