"""Which numbers of the list of sources stand behind which text of a leaflet.

A number stands where its citation stands: behind the text that cites, at the head of a row, behind
what a term means, at the heading of a block. What would be repeated all the way down stands once:
at the heading where a whole table or list rests on the same sources, over a column where that does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leafletry.content.leaflet import Glossary, Table, walk_blocks, walk_texts
from leafletry.reading.placeholders import names_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from leafletry.content.facts import Fact
    from leafletry.content.leaflet import Leaflet, SimpleBlock

KeyPath = tuple[str | int, ...]
Numbers = frozenset[int]
Found = dict[KeyPath, Numbers]

_NO_SOURCE = 0
"""Stands for a fact that is in no source: no number of what is around it may cover that one."""
_LISTS = ("points", "items", "paragraphs")


def reference_numbers(
    leaflet: Leaflet, facts: Mapping[str, Fact], sources: Mapping[str, int]
) -> dict[KeyPath, tuple[int, ...]]:
    """Give the numbers behind the texts of a leaflet's blocks; `sources` has those of its list."""

    def numbers(names: Iterable[str]) -> Numbers:
        return frozenset(
            sources.get(facts[name].source or "", _NO_SOURCE) for name in names if name in facts
        )

    shown: Found = {}
    for path, block in walk_blocks(leaflet):
        shown |= _of_block(path, block, numbers)
    return {path: tuple(sorted(found)) for path, found in shown.items() if found}


def _of_block(
    path: KeyPath, block: SimpleBlock, numbers: Callable[[Iterable[str]], Numbers]
) -> Found:
    found: Found = {}
    cited: list[str] = []
    for where, text in walk_texts(block, path):
        # What is printed where a clinic gave no value rests on the same as what it stands for.
        cited = [*text.cites, *(cited if where[-1] == "otherwise" else ())]
        if "alt" not in where:
            found[where] = numbers([*cited, *names_in(text.text)])
    statements = [where for where in found if where[len(path)] in _LISTS]
    if isinstance(block, Table):
        statements = []
        for i, row in enumerate(block.rows):
            last = (*path, "rows", i, "cells", len(row.cells) - 1)
            head = (*path, "rows", i, "head") if row.head else last
            found[head] |= numbers(row.cites)
            statements.append(head)
    elif isinstance(block, Glossary):
        statements = [(*path, "terms", i, "meaning") for i in range(len(block.terms))]
        for where, term in zip(statements, block.terms, strict=True):
            found[where] |= numbers(term.cites)
    heading = (*path, "heading") if block.heading else next(reversed(found))
    _say_once(found, statements, heading, found)
    if isinstance(block, Table):
        _say_once_in_table(found, path, block)
    found[heading] |= numbers(block.cites)
    return {where: own - {_NO_SOURCE} for where, own in found.items()}


def _say_once_in_table(found: Found, path: KeyPath, table: Table) -> None:
    """Leave to the head of a row what its cells rest on, and to that of a column what all do."""
    for i, row in enumerate(table.rows):
        around = found[*path, "rows", i, "head"] if row.head else frozenset()
        cells = [(*path, "rows", i, "cells", n) for n in range(len(row.cells))]
        _leave_out(found, cells, around)
    heads = len(table.columns) - len(table.rows[0].cells)
    for n in range(len(table.rows[0].cells)):
        cells = [(*path, "rows", i, "cells", n) for i in range(len(table.rows))]
        _say_once(found, cells, (*path, "columns", n + heads), cells)


def _say_once(
    found: Found, statements: Sequence[KeyPath], above: KeyPath, below: Iterable[KeyPath]
) -> None:
    """Where all of several statements rest on the same sources, say so above them and no more."""
    common = {found[where] for where in statements}
    if len(statements) > 1 and len(common) == 1:
        (whole,) = common
        if whole and _NO_SOURCE not in whole:
            _leave_out(found, below, whole)
            found[above] |= whole


def _leave_out(found: Found, places: Iterable[KeyPath], around: Numbers) -> None:
    for where in places:
        if found[where] - {_NO_SOURCE} <= around:
            found[where] = frozenset()
