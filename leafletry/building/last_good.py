"""What becomes of a good edition that is not made anew: it stays, unless it is known to be over.

Where nobody can tell, nothing changes. But no release stays that is known to be none any more.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from leafletry.content.edition_code import read_code
from leafletry.content.project import CONFIRMED, SOURCE_LOCALE
from leafletry.content.sources import open_sources
from leafletry.editions.edition import of_words
from leafletry.editions.record import half
from leafletry.reading.problems import ProblemsFoundError

if TYPE_CHECKING:
    from pathlib import Path

    from leafletry.content.edition_code import EditionCode
    from leafletry.editions.approval import Approval
    from leafletry.editions.composition import Composition
    from leafletry.editions.edition import EditionRecord
    from leafletry.editions.stopped import Stopped

_TOLERANCE = dt.timedelta(days=1)
"""A day is not over everywhere at once, and a clock may be slow: nothing goes for a clock alone."""


@dataclass(frozen=True)
class LastGood:
    """The project, as far as it says what became of editions of earlier builds."""

    composition: Composition
    stopped: Stopped

    def stays(self, record: EditionRecord) -> bool:
        """Tell whether a file may stay that cannot be made anew: a draft, or still a release."""
        if record.state == "release":
            return self.is_release(record, None)
        return not self.withdrawn(record)

    def is_release(self, record: EditionRecord, now: tuple[EditionCode, Approval] | None) -> bool:
        """Tell whether a file may still be given out, as far as anybody can say.

        `now` are the code and the approval that the edition has today, where that is known.
        """
        if record.state != "release" or self.withdrawn(record) or self._ran_out(record):
            return False
        if now is not None:
            code, approval = now
            return str(code) == record.code and approval.state == "release"
        return self._signed(record) and self._source_is_the_same(record) and self._confirmed(record)

    def withdrawn(self, record: EditionRecord) -> bool:
        """Tell whether an edition was taken back, as far as the list can be read."""
        code = read_code(record.code)
        withdrawn = self.composition.project.withdrawn
        return code is not None and any(item.covers(code) for item in withdrawn)

    def _ran_out(self, record: EditionRecord) -> bool:
        return record.until < (self.composition.today - _TOLERANCE).isoformat()

    def _signed(self, record: EditionRecord) -> bool:
        """Tell whether somebody signed exactly these words, or the sign-offs cannot be read."""
        project = self.composition.project
        return f"signoff:{record.locale}" in project.unread or any(
            (signoff.leaflet, signoff.words) == (record.leaflet, record.words)
            for signoff in project.signoffs.get(record.locale, [])
        )

    def _confirmed(self, record: EditionRecord) -> bool:
        """Tell whether no source is known to wait for somebody to confirm it."""
        project = self.composition.project
        if not project.unread.isdisjoint(("facts", "sources", f"{CONFIRMED}:{SOURCE_LOCALE}")):
            return True
        known = record.leaflet in project.leaflets
        return not known or not open_sources(project, record.leaflet)

    def _source_is_the_same(self, record: EditionRecord) -> bool:
        """Tell whether the source text is what it was, or cannot be read."""
        if self.stopped.stops(of_words(record.leaflet, SOURCE_LOCALE)):
            return True
        try:
            words = self.composition.words(record.leaflet, SOURCE_LOCALE)
        except ProblemsFoundError:
            return True
        return half(words.digest) == record.source_words


def kept_from_before(output: Path, record: EditionRecord) -> EditionRecord:
    """Give the record of an edition that is not as it should be now, with the day of its file."""
    if record.kept_from:
        return record
    made = (output / record.path).stat().st_mtime
    day = dt.datetime.fromtimestamp(made, dt.UTC).astimezone().date()
    return replace(record, kept_from=day.isoformat())
