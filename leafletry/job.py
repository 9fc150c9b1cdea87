"""What a process that prints is given: one edition, put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leafletry.clinic import GivenText
    from leafletry.edition import Edition
    from leafletry.edition_code import EditionCode
    from leafletry.localization import Printable
    from leafletry.logos import Logo
    from leafletry.problems import Place
    from leafletry.provenance.record import Provenance
    from leafletry.reading_back.copy import Copy
    from leafletry.signing.approval import Approval
    from leafletry.signing.signoffs import PrintedWords


@dataclass(frozen=True)
class Job:
    """Everything a process needs to make one edition, and what the file will say of itself."""

    edition: Edition
    html: str
    sheets: tuple[str, ...]
    pages: int
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
    record: dict[str, Any]

    @property
    def digest(self) -> str:
        """One digest of everything that goes into the edition."""
        return self.provenance.made_from
