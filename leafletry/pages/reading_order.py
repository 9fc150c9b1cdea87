"""A page's drawing with its words after all else, in the order in which they are read.

WeasyPrint paints as CSS says: tables and positioned boxes last. PDF engines that know no tags read
words in that very order, and what is painted late may lie over words. Here shapes and pictures
keep the order of painting, and the words follow, each with the clip, place and colour it had.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pydyf

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Drawing = list[Any]
"""Operators as WeasyPrint adds them: bytes, names of marks, and their dictionaries."""

_PATH = {b"m", b"l", b"c", b"v", b"y", b"re", b"h", b"W", b"W*"}
_ENDS_A_PATH = {b"n", b"f", b"f*", b"S", b"s", b"B", b"B*", b"b", b"b*"}
_FILLS = (b"rg", b"g", b"k", b"cs", b"sc", b"scn")
_STROKES = (b"RG", b"G", b"K", b"CS", b"SC", b"SCN")
_INKS = dict.fromkeys(_FILLS, b"fill") | dict.fromkeys(_STROKES, b"stroke")


@dataclass
class _State:
    """What holds where something is drawn: where and how it is cut off, and with what ink."""

    space: list[bytes] = field(default_factory=list)
    ink: dict[bytes, bytes] = field(default_factory=dict)

    def copy(self) -> _State:
        return replace(self, space=[*self.space], ink={**self.ink})

    def take(self, operator: bytes) -> bool:
        """Remember an operator of ink; tell whether it is one."""
        name = _name_of(operator)
        if name == b"gs":
            self.ink[operator[:2]] = operator
            return True
        kind = _INKS.get(name)
        if kind is None:
            return False
        several = name.lower() in (b"sc", b"scn")
        before = self.ink.get(kind, b"") + b"\n" if several else b""
        self.ink[kind] = before + operator
        return True


@dataclass(frozen=True)
class _Words:
    """A piece of marked words, and what holds where it is drawn."""

    state: _State
    drawing: Drawing
    mcid: int | None


def words_last(drawing: Drawing, order: Sequence[int]) -> Drawing:
    """Give the drawing of a page anew: all else as it was painted, then its words.

    `order` are the numbers of the marked pieces as they are read; words that belong to none, at
    the head and the foot of a page, come at the end.
    """
    rest, words = _parted(drawing)
    place = {mcid: i for i, mcid in enumerate(order)}
    last = len(place)
    # Sorted stably: furniture keeps the order in which it was painted.
    words.sort(key=lambda piece: last if piece.mcid is None else place.get(piece.mcid, last))
    return [*rest, *_drawn(words)]


def _parted(drawing: Drawing) -> tuple[Drawing, list[_Words]]:
    rest: Drawing = []
    words: list[_Words] = []
    states = [_State()]
    path: list[bytes] = []
    i = 0
    while i < len(drawing):
        end = _end_of_mark(drawing, i)
        if end and b"BT" in drawing[i:end]:
            piece = drawing[i:end]
            words.append(_Words(states[-1].copy(), piece, _number_of(piece)))
            # What follows counts on colours that were chosen for these words.
            rest += [part for part in piece if isinstance(part, bytes) and states[-1].take(part)]
            i = end
            continue
        operator = drawing[i]
        i += 1
        if operator == b"Q" and rest and rest[-1] == b"q":
            rest.pop()
        else:
            rest.append(operator)
        if isinstance(operator, bytes):
            _follow(operator, states, path)
    return rest, words


def _end_of_mark(drawing: Drawing, start: int) -> int:
    """Give where a piece of marked words ends that begins here, or 0."""
    if drawing[start] not in ("/Span", "/Artifact"):
        return 0
    depth = 0
    for i in range(start + 1, len(drawing)):
        if drawing[i] in (b"BDC", b"BMC"):
            depth += 1
        elif drawing[i] == b"EMC":
            depth -= 1
            if not depth:
                return i + 1
    return 0


def _number_of(piece: Drawing) -> int | None:
    properties = piece[1]
    return properties.get("MCID") if isinstance(properties, pydyf.Dictionary) else None


def _name_of(operator: bytes) -> bytes:
    return operator[operator.rfind(b" ") + 1 :]


def _follow(operator: bytes, states: list[_State], path: list[bytes]) -> None:
    """Keep up with what an operator changes for all that is drawn after it."""
    state = states[-1]
    name = _name_of(operator)
    if name in _PATH:
        path.append(operator)
    elif name == b"q":
        states.append(state.copy())
    elif name == b"Q":
        states.pop()
    elif name == b"cm":
        state.space.append(operator)
    elif name in _ENDS_A_PATH:
        if b"W" in path or b"W*" in path:
            state.space.extend((*path, b"n"))
        path.clear()
    else:
        state.take(operator)


def _drawn(words: Sequence[_Words]) -> Iterator[Any]:
    """Yield the operators of words that stand on the state of the whole page."""
    space: list[bytes] | None = None
    ink: dict[bytes, bytes] = {}
    for piece in words:
        state = piece.state
        if state.space != space:
            if space is not None:
                yield b"Q"
            yield b"q"
            # The first one of all turns the page upside down, and still holds.
            yield from state.space[1:]
            space, ink = state.space, {}
        yield from (said for kind, said in state.ink.items() if ink.get(kind) != said)
        ink = dict(state.ink)
        after = _State(ink=ink)
        for operator in piece.drawing:
            if isinstance(operator, bytes):
                after.take(operator)
        yield from piece.drawing
    if space is not None:
        yield b"Q"
