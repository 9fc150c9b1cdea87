"""The urgent box as it is laid out: on its page, whole, with its numbers, as large as the text.

A warning that stands further behind, is cut in two or is small is worse than no leaflet: such
pages are never given to anybody. Whether each of its words is there and legible, in grey as well,
is seen when the page is read back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_POINT = 96 / 72
_NEARLY = 0.05
_ID = "urgent"
_MEND = "mend the templates or style sheets; no words can"
_SHORTEN = "shorten what stands before it, or mend the templates and style sheets"

Fault = tuple[str, str]
"""What is wrong with the urgent box, and a hint."""


def urgent_box_faults(page_boxes: Sequence[Any], page: int) -> Iterator[Fault]:
    """Yield what is wrong with the urgent box of a leaflet, which belongs on a page."""
    found = [
        (number, part) for number, page in enumerate(page_boxes, 1) for part in _parts_below(page)
    ]
    if not found:
        yield "the urgent box is not on the pages", _MEND
        return
    first, box = found[0]
    if first != page:
        yield f"the urgent box stands on page {first} and not on page {page}", _SHORTEN
    if len(found) > 1:
        pages = " and ".join(str(number) for number, _ in found)
        yield f"the urgent box is in {len(found)} pieces, on pages {pages}", _SHORTEN
    for said in dict.fromkeys((*_contact_faults(box), *_type_faults(box, page_boxes[first - 1]))):
        yield said, _MEND


def _children(box: Any) -> Iterator[Any]:
    for child in getattr(box, "children", ()):
        # A placeholder hides the box it stands for.
        yield child._box if isinstance(child, AbsolutePlaceholder) else child  # noqa: SLF001


def _words_below(box: Any) -> Iterator[Any]:
    """Yield each box with words below a box, but the numbers of sources, which are no warning."""
    if isinstance(box, boxes.TextBox):
        yield box
    elif box.element is None or "data-cited" not in box.element.attrib:
        for child in _children(box):
            yield from _words_below(child)


def _below(box: Any) -> Iterator[Any]:
    """Yield a box and all below it."""
    yield box
    for child in _children(box):
        yield from _below(child)


def _parts_below(box: Any) -> Iterator[Any]:
    """Yield the urgent box on a page, in as many parts as it has."""
    if box.element is not None and box.element.get("id") == _ID:
        yield box
    elif not isinstance(box, boxes.LineBox):
        for child in _children(box):
            yield from _parts_below(child)


# ── The numbers to call ────────────────────────────────────────────────────────────────────────


def _contact_faults(box: Any) -> Iterator[str]:
    """Yield a fault where no number, or line to write one on, is in the box, or one sticks out."""
    parts = [
        part
        for part in _below(box)
        if part.element_tag in ("dt", "dd")
        and isinstance(part, (boxes.BlockLevelBox, boxes.TableCellBox))
    ]
    if not any(part.element_tag == "dd" for part in parts):
        yield "the urgent box has no number to call in it, and no line to write one on"
    if any(_sticks_out(part, box) for part in parts):
        yield "a number to call stands outside of the urgent box"


def _sticks_out(part: Any, box: Any) -> bool:
    left, top = part.border_box_x() - box.border_box_x(), part.border_box_y() - box.border_box_y()
    right, foot = left + part.border_width(), top + part.border_height()
    return bool(
        min(left, top) < -1 or right > box.border_width() + 1 or foot > box.border_height() + 1
    )


# ── Its type ───────────────────────────────────────────────────────────────────────────────────


def _type_faults(box: Any, page: Any) -> Iterator[str]:
    """Yield a fault where texts are smaller than the page's."""
    main = next((part for part in _below(page) if part.element_tag == "main"), page)
    body = float(main.style["font_size"])
    small = []
    for part in _words_below(box):
        if not any(map(str.isalnum, part.text)):
            continue
        size = float(part.style["font_size"])
        if size < body - _NEARLY:
            pts = f"{size / _POINT:.4g} pt, the text of the page {body / _POINT:.4g} pt"
            small.append(f'"{" ".join(part.text.split())}" in the urgent box has {pts}')
    first, *others = dict.fromkeys(small) or [""]
    if first:
        yield f"{first} ({len(others)} more texts too)" if others else first
