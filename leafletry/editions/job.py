"""What a process that prints is given: one edition, put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leafletry.content.clinic import GivenText
    from leafletry.content.edition_code import EditionCode
    from leafletry.content.logos import Logo
    from leafletry.content.signoffs import PrintedWords
    from leafletry.editions.approval import Approval
    from leafletry.editions.copy import Copy
    from leafletry.editions.edition import Edition, Planned
    from leafletry.editions.localization import Printable
    from leafletry.editions.record import Provenance
    from leafletry.reading.problems import Place


@dataclass(frozen=True)
class Job:
    """Everything a process needs to make one edition, and what the file will say of itself.

    Messages name it as it is `called`. It has `pages` pages, or as many fewer as there are in
    `page_labels`: these are what stands below each page, by how many there are.
    """

    edition: Edition
    called: str
    html: str
    sheets: tuple[str, ...]
    pages: int
    page_labels: Mapping[int, tuple[str, ...]]
    place: Place
    logo: Logo | None
    messages: tuple[Printable, ...]
    given: tuple[GivenText, ...]
    copy: Copy
    code: EditionCode
    words: PrintedWords
    approval: Approval
    provenance: Provenance
    languages: tuple[str, ...]
    record: Planned

    @property
    def digest(self) -> str:
        """One digest of everything that goes into the edition."""
        return self.provenance.made_from
