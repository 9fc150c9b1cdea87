"""`locales/<locale>/making.yaml`: how the texts of a language came about, which leaflets print."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from leafletry.content.leaflet import Name
from leafletry.reading.sourcefile import Day, Strict

Printed = Annotated[str, Field(min_length=1, max_length=90)]


class Making(Strict):
    """Who translated texts, whether a machine drafted them, and when readers last tried them.

    Who checked them is no part of it: that is signed.
    """

    translated_by: list[Printed] = Field(default_factory=list, max_length=10)
    machine: bool = False
    tried_with_readers: Day | None = None


class MakingFile(Making):
    """What holds for all leaflets in a language, and what holds instead for single ones."""

    leaflets: dict[Name, Making] = Field(default_factory=dict)

    def of(self, leaflet: str) -> Making:
        """Give how a leaflet in this language was made."""
        return self.leaflets.get(leaflet, self)
