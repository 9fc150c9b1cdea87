"""Sign leaflets of a copy of the project, and confirm their sources, as nobody has in itself."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from leafletry.content.confirmations import Confirmation, add_confirmations
from leafletry.content.project import read_project
from leafletry.content.signoffs import SignOff, add_signoff
from leafletry.content.sources import open_sources
from leafletry.editions.approval import roles_needed
from leafletry.editions.composition import Composition

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from leafletry.content.roles import Role

SIGNED = dt.date(2026, 11, 1)
NEXT_REVIEW = dt.date(2028, 11, 1)
NAMES: dict[Role, str] = {
    "clinical": "Example Clinician",
    "translation": "Example Translator",
    "lay-reader": "Example Parent",
}


def sign(
    root: Path,
    leaflet: str,
    locale: str,
    *,
    roles: Sequence[Role] | None = None,
    signed_on: dt.date = SIGNED,
    next_review: dt.date = NEXT_REVIEW,
) -> str:
    """Sign a leaflet as it is now, in every role it needs or in some; give the words' digest.

    Its sources are confirmed as well.
    """
    project = read_project(root)
    words = Composition.of(project).words(leaflet, locale)
    for role in roles_needed(project, leaflet, locale) if roles is None else roles:
        signoff = SignOff(
            leaflet=leaflet,
            role=role,
            name=NAMES[role],
            signed_on=signed_on,
            next_review=next_review,
            words=words.digest,
        )
        add_signoff(root, locale, signoff, words.text)
    confirm(root, leaflet, min(SIGNED, signed_on))
    return words.digest


def confirm(root: Path, leaflet: str, confirmed_on: dt.date = SIGNED) -> list[str]:
    """Confirm the sources of a leaflet that nobody opened as they are now; give their names."""
    sources = open_sources(read_project(root), leaflet)
    name = NAMES["clinical"]
    given = {
        one.words: Confirmation(
            source=one.id, name=name, confirmed_on=confirmed_on, words=one.digest
        )
        for one in sources
    }
    if given:
        add_confirmations(root, given)
    return [one.id for one in sources]
