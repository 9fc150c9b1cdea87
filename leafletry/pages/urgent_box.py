"""The urgent box as it is laid out: on page 1, whole, as large as the text, legible in grey.

A warning that stands on page 2, is cut in two, is small, or is lost on a photocopy is worse than
no leaflet: such pages are never given to anybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from leafletry.pages.placing import message_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LEAST_CONTRAST = 4.5
"""How many times lighter than the other one of text and ground must be, in grey (WCAG 2)."""
_POINT = 96 / 72
_NEARLY = 0.05
_ID = "urgent"
_WHITE = (1.0, 1.0, 1.0)
_MEND = "mend the templates or style sheets; no words can"
_SHORTEN = "shorten what stands before it, or mend the templates and style sheets"

Color = tuple[float, float, float]
"""Red, green and blue, each from 0 to 1."""
Ground = Color | None
"""What a text stands on; None is a picture, of which nobody knows how dark it is."""
Fault = tuple[str, str]
"""What is wrong with the urgent box, and a hint."""


def urgent_box_faults(page_boxes: Sequence[Any]) -> Iterator[Fault]:
    """Yield what is wrong with the urgent box of a leaflet, also that there is none."""
    found = [
        (number, part)
        for number, page in enumerate(page_boxes, 1)
        for part in _parts_below(page, _WHITE)
    ]
    if not found:
        yield "the urgent box is not on the pages", _MEND
        return
    first, (box, ground) = found[0]
    if first > 1:
        yield f"the urgent box stands on page {first} and not on page 1", _SHORTEN
    if len(found) > 1:
        pages = " and ".join(str(number) for number, _ in found)
        yield f"the urgent box is in {len(found)} pieces, on pages {pages}", _SHORTEN
    for said in dict.fromkeys((*_contact_faults(box), *_type_faults(box, ground, page_boxes[0]))):
        yield said, _MEND


def _children(box: Any) -> Iterator[Any]:
    for child in getattr(box, "children", ()):
        # A placeholder hides the box it stands for.
        yield child._box if isinstance(child, AbsolutePlaceholder) else child  # noqa: SLF001


def _below(box: Any) -> Iterator[Any]:
    """Yield a box and all below it."""
    yield box
    for child in _children(box):
        yield from _below(child)


def _parts_below(box: Any, ground: Ground) -> Iterator[tuple[Any, Ground]]:
    """Yield the urgent box on a page, in as many parts as it has, with what is under each."""
    if box.element is not None and box.element.get("id") == _ID:
        yield box, ground
    elif not isinstance(box, boxes.LineBox):
        under = _ground_on(box, ground, 1.0)
        for child in _children(box):
            yield from _parts_below(child, under)


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


def _type_faults(box: Any, ground: Ground, page: Any) -> Iterator[str]:
    """Yield a fault for texts that are smaller than the page's, hard to see or lost: one a kind."""
    main = next((part for part in _below(page) if part.element_tag == "main"), page)
    body = float(main.style["font_size"])
    printed = set()
    small, on_pictures, pale = [], [], []
    for text, message, under, opacity in _texts(box, 0, ground, 1.0):
        printed.add(message)
        said = f'"{_one_line(text.text)}" in the urgent box'
        size = float(text.style["font_size"])
        if size < body - _NEARLY:
            pts = f"{size / _POINT:.4g} pt, the text of the page {body / _POINT:.4g} pt"
            small.append(f"{said} has {pts}")
        if under is None:
            on_pictures.append(f"{said} stands on a picture, and may be lost on a photocopy")
        elif (contrast := _contrast(text, under, opacity)) < LEAST_CONTRAST:
            grey = f"a contrast of {contrast:.1f} to 1 in grey; it needs {LEAST_CONTRAST}"
            pale.append(f"{said} has {grey}")
    lost = [
        f'"{_one_line("".join(element.itertext()))}" is lost from the urgent box'
        for element in box.element.iter()
        if (number := int(element.get("data-message") or 0)) and number not in printed
    ]
    for faults in (small, on_pictures, pale, lost):
        first, *others = dict.fromkeys(faults) or [""]
        if first:
            yield f"{first} ({len(others)} more texts too)" if others else first


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _texts(
    box: Any, message: int, ground: Ground, opacity: float
) -> Iterator[tuple[Any, int, Ground, float]]:
    """Yield each text below a box: its message, what it stands on, how opaque it is."""
    message = message_of(box, message)
    opacity *= box.style["opacity"]
    if isinstance(box, boxes.TextBox):
        if any(map(str.isalnum, box.text)):
            yield box, message, ground, opacity
        return
    under = _ground_on(box, ground, opacity)
    for child in _children(box):
        yield from _texts(child, message, under, opacity)


def _ground_on(box: Any, ground: Ground, opacity: float) -> Ground:
    """Give what stands under the content of a box: its own background over what is around it."""
    if any(kind != "none" for kind, _ in box.style["background_image"]):
        return None
    own = box.style["background_color"]
    return ground if ground is None or not own.alpha else _blended(own, ground, opacity)


def _blended(color: Any, ground: Color, opacity: float) -> Color:
    srgb = color.to("srgb")
    alpha = srgb.alpha * opacity
    red, green, blue = (
        alpha * min(max(own, 0.0), 1.0) + (1 - alpha) * below
        for own, below in zip(srgb.coordinates, ground, strict=True)
    )
    return red, green, blue


def _contrast(text: Any, ground: Color, opacity: float) -> float:
    """Give the contrast of a text and its ground in grey, which is that of their luminances."""
    if text.style["visibility"] != "visible":
        return 1.0
    ink = _blended(text.style["color"], ground, opacity)
    darker, lighter = sorted((_luminance(ink), _luminance(ground)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: Iterable[float]) -> float:
    """Give how light a color is as WCAG 2 has it, from 0 to 1; grey copies keep nothing else."""
    linear = (
        part / 12.92 if part <= _NEARLY_BLACK else ((part + 0.055) / 1.055) ** 2.4 for part in color
    )
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


_NEARLY_BLACK = 0.04045
