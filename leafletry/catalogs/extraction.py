"""What translators translate: the messages of all leaflets, also as a Babel extraction method.

`babel.toml` names `extract_leaflet`, so that plain `pybabel extract` gives the same messages.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from leafletry.content.leaflet import Leaflet, Phrases, banked_texts, walk_texts
from leafletry.content.message_places import standing
from leafletry.content.project import SHARED_FILES
from leafletry.content.translator_notes import spots_of
from leafletry.reading.sourcefile import parse, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leafletry.content.project import Project
    from leafletry.content.translator_notes import Spot

Extracted = tuple[int, str, str | tuple[str, str], list[str]]


@dataclass
class SourceMessage:
    """A message in the source language, and every place at which it is printed."""

    context: str | None
    text: str
    spots: list[Spot] = field(default_factory=list)

    @property
    def key(self) -> tuple[str | None, str]:
        """What a catalog finds the message by."""
        return self.context, self.text

    @property
    def former(self) -> list[str]:
        """The words that writers marked as meaning the same."""
        marks = (spot.text.same_meaning_as for spot in self.spots)
        return list(dict.fromkeys(mark for mark in marks if mark))


def collect_messages(project: Project) -> list[SourceMessage]:
    """Give all messages in the order of the catalogs; equal texts are one with several places."""
    messages: dict[tuple[str | None, str], SourceMessage] = {}
    for spot in spots_of(project):
        key = spot.text.context, spot.text.text
        messages.setdefault(key, SourceMessage(*key)).spots.append(spot)
    return list(messages.values())


def extract_leaflet(
    fileobj: IO[bytes],
    _keywords: object,
    _comment_tags: object,
    options: object = None,  # noqa: ARG001 - Babel gives it by this name
) -> Iterator[Extracted]:
    """Yield the messages of one content file to Babel; facts and sources have none."""
    path = Path(fileobj.name)
    if path.stem in SHARED_FILES and path.stem != "phrases":
        return
    source = read_yaml(path, path.name)
    model = parse(Phrases if path.stem == "phrases" else Leaflet, source)
    # What a leaflet only names stands in the phrases, and is extracted there.
    named = {path for path, _ in banked_texts(model)} if isinstance(model, Leaflet) else set()
    for key_path, text in walk_texts(model):
        if key_path in named:
            continue
        notes = [standing(path.stem, model, key_path)]
        notes += [f"TRANSLATORS: {text.note}"] if text.note else []
        line = source.place((*key_path, "text")).line
        if text.context is None:
            yield line, "gettext", text.text, notes
        else:
            yield line, "pgettext", (text.context, text.text), notes
