"""What does not keep to its box though no line is too wide: text below its box, words that part.

A box of fixed height, or a label that floats beside one, does not grow with its words. A column
that is narrower than a word parts it anywhere, without a hyphen, and nobody reads that with ease.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from leafletry.pages.placing import MM, Owner, message_of, owner_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_HYPHEN = "\u2010"
"""What typesetting adds where a line ends at a soft hyphen."""
Spill = tuple[Owner, str]
"""Whose words they are, and what is wrong with them on their page."""

_WHOLE_PAGE = frozenset(("html", "body", "main"))
_PARTED_ANYWHERE = "\u2e80"
"""From here on are scripts that end a line after any letter, as Japanese does."""


def lines_out_of_their_box(page_boxes: Sequence[Any]) -> Iterator[Spill]:
    """Name every line that stands below the foot of a box it is in, or of the paper."""
    for number, page in enumerate(page_boxes, 1):
        for owner, words, over in _lines_below(page, 0, page.margin_height()):
            if over > 1:
                yield owner, f'page {number}: "{words}" runs {over / MM:.1f} mm out of its box'


def _lines_below(box: Any, around: Owner, foot: float) -> Iterator[tuple[Owner, str, float]]:
    """Yield each line with its owner, its words, and how far (px) it is below its boxes' feet."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box  # noqa: SLF001 - it hides the box it stands for
    around = owner_of(box, around)
    if isinstance(box, boxes.LineBox):
        words = "".join(text.text for text in _texts_below(box)).strip()
        if any(character.isalnum() for character in words):
            own = (owner_of(inner, 0) for inner in box.descendants())
            owner = next((found for found in own if found), around)
            yield owner, words, box.position_y + box.height - foot
    elif isinstance(box, boxes.BlockLevelBox) and box.element_tag not in _WHOLE_PAGE:
        foot = min(foot, box.border_box_y() + box.border_height())
    for child in getattr(box, "children", ()):
        if not (child.element_tag or "").endswith("::marker"):
            yield from _lines_below(child, around, foot)


def _texts_below(box: Any) -> list[Any]:
    return [child for child in box.descendants() if isinstance(child, boxes.TextBox)]


@dataclass
class _Line:
    """What one element has on one line; `top` and `height` in px."""

    page: int
    top: float
    height: float
    text: str


def parted_words(page_boxes: Sequence[Any]) -> Iterator[Spill]:
    """Name every word of a message or a clinic that goes on in the next line without a hyphen.

    What a line leaves out at its end (a space) is known from the element that holds the words.
    """
    held: dict[int, tuple[Any, list[_Line]]] = {}
    for number, page in enumerate(page_boxes, 1):
        for holder, box in _held_texts(page, None):
            lines = held.setdefault(id(holder), (holder, []))[1]
            last = lines[-1] if lines else None
            if last and last.page == number and abs(last.top - box.position_y) < last.height / 2:
                last.text += box.text
            else:
                lines.append(_Line(number, box.position_y, box.height, box.text))
    for holder, lines in held.values():
        whole = " ".join("".join(holder.itertext()).split())
        for line, word in _parted(whole, lines):
            said = f'page {line.page}: "{word}" is parted, as its column is too narrow'
            yield int(holder.get("data-message") or 0) or holder.get("data-clinic"), said


def _held_texts(box: Any, holder: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each text below a box that is somebody's, with the element that holds all of it."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box  # noqa: SLF001 - it hides the box it stands for
    if message_of(box, 0) or (holder is None and owner_of(box, 0)):
        holder = box.element
    if isinstance(box, boxes.TextBox):
        if holder is not None and "::" not in (box.element_tag or ""):
            yield holder, box
        return
    for child in getattr(box, "children", ()):
        yield from _held_texts(child, holder)


def _parted(whole: str, lines: Sequence[_Line]) -> Iterator[tuple[_Line, str]]:
    """Yield the words of a text that its lines part, each with the line it begins on."""
    at = 0
    for line in lines:
        for character in "".join(line.text.split()):
            at += whole[at : at + 1] == " "
            if whole[at : at + 1] == character:
                at += 1
            elif character != _HYPHEN:
                return  # It is printed in another order, or twice: then nothing can be said.
        if at and all(_is_joined(character) for character in whole[at - 1 : at + 1]):
            before, after = whole[:at].rsplit(" ", 1)[-1], whole[at:].split(" ", 1)[0]
            if after:
                yield line, f"{before}{after}"


def _is_joined(character: str) -> bool:
    return character.isalpha() and character < _PARTED_ANYWHERE
