"""Where a text stands, in words a translator understands, and what kind of place that is.

"call-us, Signs to look for, item 3 (for parents)" is written above the message of a catalog, with
angles between its parts; `Standing` is the same read back, so that an update knows where an old
message stood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leafletry.content.leaflet import BlockBase, Leaflet, Table
from leafletry.reading.problems import shortened

if TYPE_CHECKING:
    from pydantic import BaseModel

    from leafletry.content.leaflet import SimpleBlock

KeyPath = tuple[str | int, ...]

_SHARED = "shared words"
BETWEEN = " › "  # noqa: RUF001 - a breadcrumb for people
_LONGEST_HEADING = 40
_WORDS = {
    "alt": "picture description (read aloud)",
    "cells": "column",
    "closing": "closing words",
    "columns": "column",
    "emergency": "when to call the emergency number",
    "intro": "introduction",
    "items": "item",
    "note": "note below",
    "number": "large number",
    "paragraphs": "paragraph",
    "picture": "",
    "pictures": "column",
    "points": "point",
    "rows": "row",
    "term": "",
    "terms": "term",
}
"""What a key is called; any other key is its own name."""


@dataclass(frozen=True)
class Standing:
    """A place of a text: the leaflet, the heading of the section, the kind of place ("item")."""

    leaflet: str
    section: str
    kind: str


def standing(file_id: str, model: BaseModel, path: KeyPath) -> str:
    """Give where the text under `path` of a leaflet, or of the shared phrases, stands."""
    if not isinstance(model, Leaflet):
        return BETWEEN.join([_SHARED, *(str(part) for part in path)])
    section, inner = _section(model, path)
    heading = [_heading(section)] if section else []
    words = BETWEEN.join([file_id, *heading, _place(section or model, inner)])
    return f"{words} (for {model.audience})"


def read_standing(line: str) -> Standing | None:
    """Read a line that `standing` wrote back; None if it is something else."""
    parts = re.sub(r" \(for \w+\)$", "", line).split(BETWEEN)
    if len(parts) < 2:  # noqa: PLR2004 - a leaflet and a place
        return None
    leaflet = "phrases" if parts[0] == _SHARED else parts[0]
    kind = parts[-1] if leaflet == "phrases" else re.sub(r"\d+", "", parts[-1])
    return Standing(leaflet, BETWEEN.join(parts[1:-1]), kind)


def _section(model: Any, path: KeyPath) -> tuple[SimpleBlock | None, KeyPath]:
    """Give the block in which a text stands, and the keys below it."""
    section, inner = None, path
    for i, key in enumerate(path, 1):
        model = model[key] if isinstance(key, int) else getattr(model, key)
        if isinstance(model, BlockBase):
            section, inner = model, path[i:]
    return section, inner  # type: ignore[return-value]  # only blocks of content have this base


def _heading(section: SimpleBlock) -> str:
    if section.heading is None:
        return section.block.replace("-", " ")
    return shortened(section.heading.text, _LONGEST_HEADING)


def _place(part: Any, path: KeyPath) -> str:
    """Name a place below a block, or below the leaflet itself: "row 2 column 3"."""
    has_heads = isinstance(part, Table) and part.rows[0].head is not None
    words: list[str] = []
    above: str | int = ""
    for key in path:
        if isinstance(key, int):
            # The heads of its rows are the first column of a table.
            first = 2 if has_heads and above in ("cells", "pictures") else 1
            words.append(str(key + first))
        elif key == "otherwise":
            words.append(f"where the clinic gives no {part.needs or 'value'}")
        else:
            words.append(_WORDS.get(key, key.replace("_", " ")))
        part, above = (part[key] if isinstance(key, int) else getattr(part, key)), key
    if path[0] == "columns":
        words.append("head")
    return " ".join(word for word in words if word)
