"""`<leaflet>.messages.json`: which message stands where on the pages of an edition."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leafletry.composition import Job
    from leafletry.localization import Printable
    from leafletry.pages.placing import PageSize, Placement


def map_text(job: Job, pages: Iterable[PageSize], placements: Iterable[Placement]) -> str:
    """Give the map as JSON; places in mm from the top left corner of their page.

    A message that is not printed has no entry; one that is printed twice has places for both.
    """
    places: dict[int, list[dict[str, float]]] = {}
    for placement in placements:
        place = asdict(placement)
        places.setdefault(place.pop("message"), []).append(place)
    edition = job.edition
    content = {
        "leaflet": edition.leaflet,
        "locale": edition.locale,
        "format": edition.page_format,
        "clinic": edition.clinic,
        "code": job.record["code"],
        "pages": [asdict(page) for page in pages],
        "messages": [
            {**_said(message), "places": places[message.number]}
            for message in job.messages
            if message.number in places
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _said(message: Printable) -> dict[str, Any]:
    """Give a message as the map tells it; not its line in a catalog, which moves."""
    said = asdict(message)
    del said["place"], said["also"]
    return said
