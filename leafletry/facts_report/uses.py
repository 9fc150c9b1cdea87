"""Which texts use which facts: those that print a figure, and those that only rest on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from leafletry.checking.citation_rules import claims_of
from leafletry.content.leaflet import (
    Checklist,
    Glossary,
    Leaflet,
    Questions,
    Table,
    Urgent,
    walk_blocks,
    walk_texts,
)
from leafletry.reading.placeholders import names_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leafletry.content.leaflet import Phrases, Text

KeyPath = tuple[str | int, ...]
Placed = tuple[KeyPath, "Text"]
How = Literal["prints", "cites", "below"]


@dataclass(frozen=True)
class Use:
    """A text that uses a fact, named by id whether or not there is such a fact.

    It prints its figure, or cites it, or stands below a citation: of its block, row or term.
    `before` are the texts it is read after: the heads of a cell, the heading an item goes on from.
    """

    fact: str
    file_id: str
    path: KeyPath
    text: Text
    how: How
    before: tuple[Placed, ...] = ()


def uses_in(file_id: str, model: Leaflet | Phrases) -> Iterator[Use]:
    """Yield every use of a fact, text by text in the order of the page, each fact once a text.

    A warning is used by each leaflet that names it, where it stands there, and not by its bank.
    """
    above = _cited_above(model) if isinstance(model, Leaflet) else {}
    before = _read_before(model) if isinstance(model, Leaflet) else {}
    parents: dict[KeyPath, Text] = {}
    for path, text in _printed_by(model):
        parents[path] = text
        own = path[:-1] if path[-1:] == ("otherwise",) else path
        # What is printed where a clinic gave no value rests on the same as what it stands for.
        cited = [*text.cites, *(parents[own].cites if own != path else ())]
        printed = names_in(text.text)
        for fact in dict.fromkeys([*printed, *cited, *above.get(own, ())]):
            how: How = "prints" if fact in printed else "cites" if fact in cited else "below"
            yield Use(fact, file_id, path, text, how, before.get(own, ()))


def _printed_by(model: Leaflet | Phrases) -> Iterator[Placed]:
    """Yield the texts that pages print because they stand in this file."""
    if isinstance(model, Leaflet):
        return walk_texts(model)
    return walk_texts(model.labels, ("labels",))


def _cited_above(leaflet: Leaflet) -> dict[KeyPath, list[str]]:
    """Give the facts that are cited for each text by its block, row or term.

    A block that claims nothing, and cites all the same, cites for all its texts.
    """
    found: dict[KeyPath, list[str]] = {}
    for path, block in walk_blocks(leaflet):
        claims = {where: cites for where, _, cites in claims_of(block, path)}
        found |= claims or {where: block.cites for where, _ in walk_texts(block, path)}
    return found


def _read_before(leaflet: Leaflet) -> dict[KeyPath, tuple[Placed, ...]]:
    """Give what stands over or beside texts that say little alone: "under one year"."""
    found: dict[KeyPath, tuple[Placed, ...]] = {}
    for path, block in walk_blocks(leaflet):
        if isinstance(block, Table):
            for i, row in enumerate(block.rows):
                head = (((*path, "rows", i, "head"), row.head),) if row.head else ()
                for n in range(len(row.cells)):
                    column = n + len(head)
                    over = ((*path, "columns", column), block.columns[column])
                    found[*path, "rows", i, "cells", n] = (*head, over)
        elif isinstance(block, Glossary):
            for i, term in enumerate(block.terms):
                found[*path, "terms", i, "meaning"] = (((*path, "terms", i, "term"), term.term),)
        elif isinstance(block, (Urgent, Checklist, Questions)):
            for i in range(len(block.items)):
                found[*path, "items", i] = (((*path, "heading"), block.heading),)
    return found
