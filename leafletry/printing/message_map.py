"""`<leaflet>.messages.json`: which message stands where on the pages of an edition."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leafletry.editions.job import Job
    from leafletry.pages.placing import PageSize, Placement


def map_text(job: Job, pages: Iterable[PageSize], placements: Iterable[Placement]) -> str:
    """Give the map as JSON; places in mm from the top left corner of their page.

    A message that is not printed has no entry; one that is printed twice has places for both.
    """
    places: dict[int, list[dict[str, float]]] = {}
    for placement in placements:
        place = dict(vars(placement))
        places.setdefault(place.pop("message"), []).append(place)
    edition = job.edition
    about = {
        "leaflet": edition.leaflet,
        "locale": edition.locale,
        "format": edition.page_format,
        "clinic": edition.clinic,
        "code": job.record.code,
        "pages": [vars(page) for page in pages],
    }
    messages = (
        {**{name: getattr(message, name) for name in _TOLD}, "places": places[message.number]}
        for message in job.messages
        if message.number in places
    )
    # Each message has a line; indented by json itself, a map took as long as a page of it.
    lines = ",\n".join(json.dumps(message, ensure_ascii=False) for message in messages)
    head = json.dumps(about, ensure_ascii=False).removesuffix("}")
    return f'{head}, "messages": [\n{lines}\n]}}\n'


_TOLD = ("number", "msgid", "context", "text", "state")
"""What the map tells of a message; not its line in a catalog, which moves."""
