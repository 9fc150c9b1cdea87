"""Which facts a leaflet rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leafletry.content.leaflet import Text, walk_blocks
from leafletry.reading.placeholders import names_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leafletry.content.leaflet import Leaflet


def cited_facts(leaflet: Leaflet) -> list[str]:
    """Give the ids of all facts a leaflet rests on, in the order of the page."""
    cited: dict[str, None] = {}
    for _, block in walk_blocks(leaflet):
        for name in _cites_below(block):
            cited.setdefault(name)
    for text in (leaflet.title, leaflet.subtitle, leaflet.reader, leaflet.picture.alt):
        for name in [*text.cites, *names_in(text.text)]:
            cited.setdefault(name)
    return list(cited)


def _cites_below(part: Any) -> Iterable[str]:
    if isinstance(part, Text):
        yield from names_in(part.text)
    if hasattr(part, "cites"):
        yield from part.cites
    for name in getattr(type(part), "model_fields", {}):
        value = getattr(part, name)
        for item in value if isinstance(value, list) else [value]:
            if hasattr(type(item), "model_fields"):
                yield from _cites_below(item)
