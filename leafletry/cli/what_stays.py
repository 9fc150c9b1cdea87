"""What a build says of the good files that it could not replace."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leafletry.building.outcome import Outcome


def what_stays(outcome: Outcome) -> Iterator[str]:
    """Yield a line for each clinic, and for those of all, that still have files of before."""
    mine: dict[str, list[str]] = {}
    behind: set[str] = set()
    failed = set(outcome.failed)
    for record in outcome.stale:
        if record.edition not in outcome.scope:
            behind.add(record.clinic or "")
        elif record.edition in failed:
            mine.setdefault(record.clinic or "", []).append(record.kept_from)
    for clinic, days in sorted(mine.items()):
        whose = f"output/clinics/{clinic}/" if clinic else "output/"
        many = f"{len(days)} leaflets are" if len(days) > 1 else "one leaflet is"
        yield f"{whose}: {many} still as on {_day(min(days))}, until what is wrong is mended."
    behind |= {edition.clinic or "" for edition in failed if edition not in outcome.scope}
    faulty = sorted(clinic for clinic in behind if clinic)
    if faulty:
        yield f"Not all up to date: clinics {', '.join(faulty)}. {_TO_DO}"
    elif behind or outcome.elsewhere.errors:
        yield f"Other leaflets are not up to date. {_TO_DO}"


_TO_DO = "`build` makes them, or says what is wrong."


def _day(day: str) -> str:
    date = dt.date.fromisoformat(day)
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
