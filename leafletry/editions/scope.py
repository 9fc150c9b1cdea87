"""What a build is asked to make: all it knows, or some leaflets, languages, formats, clinics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leafletry.editions.edition import Edition


@dataclass(frozen=True)
class Scope:
    """The leaflets, languages, formats and clinics that are asked for; None are all.

    The editions for all belong to every clinic's.
    """

    leaflets: frozenset[str] | None = None
    locales: frozenset[str] | None = None
    clinics: frozenset[str] | None = None
    formats: frozenset[str] | None = None

    def __contains__(self, edition: Edition) -> bool:
        """Tell whether an edition is asked for."""
        return (
            (self.leaflets is None or edition.leaflet in self.leaflets)
            and (self.locales is None or edition.locale in self.locales)
            and (self.formats is None or edition.page_format in self.formats)
            and (self.clinics is None or edition.clinic in (None, *self.clinics))
        )
