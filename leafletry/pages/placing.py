"""Where each message stands on the typeset pages: what the map, the proof and the desk rest on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.layout.replaced import replacedbox_layout

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MM = 96 / 25.4
Owner = int | str
"""Whose words something is: a message (its number), a clinic (the name of the field), 0: nobody."""
_SAME_LINE = 0.5 * MM


@dataclass(frozen=True)
class PageSize:
    """The paper of a page, in mm."""

    width: float
    height: float


@dataclass(frozen=True)
class Placement:
    """A piece of a line (or a picture) that a message fills; mm from the page's top left corner.

    `message` is the number of the message, `page` counts from 1.
    """

    message: int
    page: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class PlacedPicture:
    """A picture where it is drawn, as a `Placement`; `cut` where its box is smaller than it."""

    source: str
    page: int
    x: float
    y: float
    width: float
    height: float
    cut: bool


@dataclass(frozen=True)
class Words:
    """All that one element prints, or one corner of a page's margin, over lines and pages.

    `message` is the number of the message it belongs to, 0 where it belongs to none; `page` is
    the first it stands on. What an element of a message holds is words of that message.
    """

    message: int
    page: int
    text: str
    in_margin: bool


def page_sizes(page_boxes: Sequence[Any]) -> list[PageSize]:
    """Give the paper of each page."""
    return [
        PageSize(round(page.margin_width() / MM, 2), round(page.margin_height() / MM, 2))
        for page in page_boxes
    ]


def find_placements(page_boxes: Sequence[Any], at_the_foot: Mapping[str, int]) -> list[Placement]:
    """Give where each message stands, in the order of the pages.

    What stands in the page's margins is known by its words alone: `at_the_foot` tells them.
    """
    found: list[Placement] = []
    for number, page in enumerate(page_boxes, 1):
        for message, box in messages_below(page, 0, at_the_foot):
            _add(found, message, number, box)
    return [
        Placement(p.message, p.page, *(round(v, 2) for v in (p.x, p.y, p.width, p.height)))
        for p in found
    ]


def find_words(page_boxes: Sequence[Any]) -> list[Words]:
    """Give all that is printed, element by element, in the order of the pages.

    List markers are left out; text that a style sheet adds is an element of its own. What stands
    in a margin has no element that says which message it is.
    """
    found: dict[tuple[int, str], Words] = {}
    for number, page in enumerate(page_boxes, 1):
        for key, message, text in _words_below(page, None, number):
            margin = key[1].startswith("@")
            before = found.get(key, Words(message, number, "", margin))
            found[key] = replace(before, text=f"{before.text}{text}")
    return list(found.values())


def _words_below(box: Any, holder: Any, page: int) -> Iterator[tuple[tuple[int, str], int, str]]:
    """Yield each text below a box with what it belongs to: an element, and its message."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box  # noqa: SLF001 - it hides the box it stands for
    if isinstance(box, boxes.MarginBox):
        lines = (child for child in box.descendants() if isinstance(child, boxes.LineBox))
        text = " ".join(_text_of(line).strip() for line in lines)
        yield (page, box.at_keyword), 0, text
        return
    if message_of(box, 0):
        holder = box.element
    if isinstance(box, boxes.TextBox):
        tag = box.element_tag or ""
        if holder is not None and "::" not in tag:
            yield (id(holder), ""), int(holder.get("data-message")), box.text
        elif not tag.endswith("::marker"):
            yield (id(box.element), tag), 0, box.text
        return
    for child in getattr(box, "children", ()):
        yield from _words_below(child, holder, page)


def find_pictures(page_boxes: Sequence[Any]) -> list[PlacedPicture]:
    """Give where each picture is drawn, also one that a style sheet adds, in the order of pages."""
    return [
        found
        for number, page in enumerate(page_boxes, 1)
        for box in _below(page)
        for found in _pictures_of(box, number)
    ]


def _pictures_of(box: Any, number: int) -> Iterator[PlacedPicture]:
    if isinstance(box, boxes.ReplacedBox) and box.style["visibility"] == "visible":
        yield _placed(box, number)
    layers = (*box.style["background_image"], box.style["border_image_source"])
    for kind, value in layers:
        if kind == "url":
            place = (box.border_box_x() / MM, box.border_box_y() / MM)
            size = (box.border_width() / MM, box.border_height() / MM)
            yield PlacedPicture(f"{value}", number, *place, *size, cut=False)


def _below(box: Any) -> Iterator[Any]:
    """Yield a box and all boxes below it."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box  # noqa: SLF001 - it hides the box it stands for
    yield box
    for child in getattr(box, "children", ()):
        yield from _below(child)


def _placed(box: Any, number: int) -> PlacedPicture:
    width, height, x, y = replacedbox_layout(box)
    left, top = box.content_box_x(), box.content_box_y()
    cut = (
        x < left - _A_DOT
        or y < top - _A_DOT
        or x + width > left + box.width + _A_DOT
        or y + height > top + box.height + _A_DOT
    )
    place = (x / MM, y / MM, width / MM, height / MM)
    own = box.element_tag == "img" and box.element is not None
    source = box.element.get("src") or "" if own else f"of {box.element_tag}"
    return PlacedPicture(source, number, *place, cut)


_A_DOT = 1.0


def _text_of(box: Any) -> str:
    return "".join(child.text for child in box.descendants() if isinstance(child, boxes.TextBox))


def message_of(box: Any, around: int) -> int:
    """Give the number of the message a box belongs to: its own, or that of what is around it."""
    own = box.element.get("data-message") if box.element is not None else None
    return int(own) if own else around


def owner_of(box: Any, around: Owner) -> Owner:
    """Give whose words a box holds: as `message_of`, and what a clinic gave is the clinic's."""
    own = box.element.get("data-clinic") if box.element is not None else None
    return own or (around if isinstance(around, str) else message_of(box, around))


def messages_below(
    box: Any, message: int, at_the_foot: Mapping[str, int]
) -> Iterator[tuple[int, Any]]:
    """Yield each box with words (or a picture) below a box, and the message it belongs to."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box  # noqa: SLF001 - it hides the box it stands for
    message = message_of(box, message)
    if isinstance(box, boxes.MarginBox):
        words = [child for child in box.descendants() if isinstance(child, boxes.TextBox)]
        message = at_the_foot.get("".join(child.text for child in words), 0)
    if isinstance(box, (boxes.TextBox, boxes.ReplacedBox)):
        if message:
            yield message, box
        return
    for child in getattr(box, "children", ()):
        yield from messages_below(child, message, at_the_foot)


def texts_of_owners(box: Any, owner: Owner) -> Iterator[tuple[Owner, Any]]:
    """Yield each box with words (or a picture) below a box that is somebody's."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box  # noqa: SLF001 - it hides the box it stands for
    owner = owner_of(box, owner)
    if isinstance(box, (boxes.TextBox, boxes.ReplacedBox)):
        if owner:
            yield owner, box
        return
    for child in getattr(box, "children", ()):
        yield from texts_of_owners(child, owner)


def _add(found: list[Placement], message: int, page: int, box: Any) -> None:
    """Add a box, joined to the one before where both are pieces of one line."""
    if isinstance(box, boxes.ReplacedBox):
        x, y = box.content_box_x() / MM, box.content_box_y() / MM
    else:
        x, y = box.position_x / MM, box.position_y / MM
    width, height = box.width / MM, box.height / MM
    last = found[-1] if found else None
    if last and (last.message, last.page) == (message, page) and abs(last.y - y) * MM < _SAME_LINE:
        left, right = min(last.x, x), max(last.x + last.width, x + width)
        found[-1] = Placement(
            message, page, left, min(last.y, y), right - left, max(last.height, height)
        )
    else:
        found.append(Placement(message, page, x, y, width, height))
