"""Whether each picture on a page is the one it should be, whole, in its ratio, and not covered.

What stands on the page is compared with what another engine makes of the drawing: resvg, and
Pillow for pictures of dots.
"""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import resvg_py
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from leafletry.editions.copy import Copy
    from leafletry.pages.placing import PlacedPicture
    from leafletry.reading_back.paper import Page

Fault = tuple[int, str]
"""The number of a page, and what is wrong there."""
_POINTS = 72 / 25.4
MOST_APART = 16.0
"""How far a picture may be from what it should be, in greys of 255, on the average of its dots."""
MOST_APART_IN_A_PART = 14.0
"""How much lighter or darker any part of it may be, a square of `_PART` on the average."""
MOST_DOTS_APART = 0.01
"""How many dots of a QR code may be dark for light; of the code of another page 4 % are."""
_DARK_FOR_LIGHT = 110
_PART = 5
"""In threes of dots: 3.5 mm."""
MOST_OUT_OF_RATIO = 0.03
SMALLEST = {"figure": 6.0, "logo": 4.0, "qr": 17.0}
"""How small pictures of a kind may be drawn, in mm across."""
_HOLES = 0.02


@dataclass(frozen=True)
class Drawn:
    """A picture as it should look in a size: grey, what of it covers its ground, and its ratio."""

    grey: NDArray[np.float32]
    cover: NDArray[np.float32]
    ratio: float


@dataclass
class Drawings:
    """What pictures look like, drawn by another engine; kept by content, size and place."""

    _kept: dict[tuple[object, ...], Drawn] = field(default_factory=dict)

    def drawn(self, content: bytes, width: int, height: int) -> Drawn:
        """Give a picture in a size in dots."""
        key = (content, width, height)
        if key not in self._kept:
            self._kept[key] = _in_grey(*_drawn(content, width, height))
        return self._kept[key]

    def drawn_between_dots(self, content: bytes, quarters: tuple[int, int, int, int]) -> Drawn:
        """Give a picture as dots have it that it does not begin and end with.

        Its left, top, width and height are in quarters of dots, from the first dot it touches.
        """
        key = (content, quarters)
        if key not in self._kept:
            left, top, width, height = quarters
            picture, ratio = _drawn(content, width, height)
            across, down = (-(-end // 4) for end in (left + width, top + height))
            around = Image.new("RGBa", (4 * across, 4 * down))
            around.paste(picture, (left, top))
            size = (across, down)
            self._kept[key] = _in_grey(around.resize(size, Image.Resampling.BOX), ratio)
        return self._kept[key]


_SMALL = 200


def _drawn(content: bytes, width: int, height: int) -> tuple[Image.Image, float]:
    """Give a picture in a size, and the ratio it has by itself."""
    if b"<svg" in content[:1000]:
        # Small ones twice as large: lines between dots then come out as other engines have them.
        wide = 2 * width if width < _SMALL else width
        words = content.decode("utf-8")
        png = resvg_py.svg_to_bytes(svg_string=words, width=wide, dpi=96, skip_system_fonts=True)
        content = bytes(png)
    picture = Image.open(io.BytesIO(content)).convert("RGBA").convert("RGBa")
    ratio = picture.width / picture.height
    if picture.size != (width, height):
        picture = picture.resize((width, height), Image.Resampling.BOX)
    return picture, ratio


def _in_grey(picture: Image.Image, ratio: float) -> Drawn:
    colours = np.asarray(picture, dtype=np.float32)
    grey = colours[:, :, :3] @ np.array((0.299, 0.587, 0.114), np.float32)
    return Drawn(grey, colours[:, :, 3] / np.float32(255), ratio)


def picture_faults(
    pages: Sequence[Page],
    placed: Sequence[PlacedPicture],
    copy: Copy,
    contents: Mapping[str, bytes],
    drawings: Drawings,
) -> Iterator[Fault]:
    """Yield what is wrong with the pictures of an edition.

    `placed` is where they were laid out, `contents` their files by what they are fetched as.
    """
    wanted = Counter(picture.source for picture in copy.pictures)
    there = Counter(picture.source for picture in placed)
    for source in (wanted - there).elements():
        yield 1, f"the picture {source} is not on the pages"
    for source in (there - wanted).elements():
        yield 1, f"the picture {source} is on the pages, and is none of this leaflet"
    for picture in placed:
        if picture.page <= len(pages) and picture.source in contents:
            content = contents[picture.source]
            said = _wrong_with(picture, pages[picture.page - 1], content, drawings)
            if said:
                yield picture.page, f"the picture {picture.source} {said}"


def _wrong_with(picture: PlacedPicture, page: Page, content: bytes, drawings: Drawings) -> str:
    least = SMALLEST[picture.source.partition(":")[0]]
    if picture.width < least or (picture.height < least and picture.width < 3 * least):
        return f"is {picture.width:.1f} by {picture.height:.1f} mm, too small to be seen"
    if picture.cut:
        return "is cut off"
    left, top, right = _as_it_should_be(picture, page, content, drawings)
    if left < 0 or top < 0 or left + right.grey.shape[1] > page.whole.shape[1] + 1:
        return "is not whole on its page"
    if abs(picture.width / picture.height / right.ratio - 1) > MOST_OUT_OF_RATIO:
        return "is stretched"
    found = [_apart(page.whole, right, left + across, top + down) for across, down in _NEIGHBOURS]
    return _too_far(found, is_qr=picture.source.startswith("qr:"))


def _too_far(found: Sequence[Apart], *, is_qr: bool) -> str:
    """Say what is wrong with a picture that is so far from what it should be, here or near."""
    if is_qr and min(apart.dots for apart in found) > MOST_DOTS_APART:
        return "is another QR code than it should be"
    for apart in found:
        if apart.average <= MOST_APART and apart.worst <= MOST_APART_IN_A_PART:
            return ""
    near = min(found)
    return f"does not look as it should ({near.average:.0f}, a part of it {near.worst:.0f})"


class Apart(NamedTuple):
    """How far a page is from a picture: in greys on the average, in its worst part, and in dots.

    `dots` is the share of those that are dark where they should be light, or light for dark.
    """

    average: float
    worst: float
    dots: float


def _as_it_should_be(
    picture: PlacedPicture, page: Page, content: bytes, drawings: Drawings
) -> tuple[int, int, Drawn]:
    """Give the first dots, across and down, that a picture touches, and what it makes of them."""
    # The picture of a page has whole dots: on paper of 629.3 dots, all is drawn a little wider.
    across = page.whole.shape[1] / page.width * _POINTS
    down = page.whole.shape[0] / page.height * _POINTS
    sides = (
        picture.x * across,
        picture.y * down,
        picture.width * across,
        picture.height * down,
    )
    if picture.source.startswith("qr:"):
        # Half of its dots are edges: half a dot aside, they are far from what they were.
        x, y, wide, high = (round(4 * side) for side in sides)
        (left, aside), (top, below) = divmod(x, 4), divmod(y, 4)
        return left, top, drawings.drawn_between_dots(content, (aside, below, wide, high))
    left, top, width, height = map(round, sides)
    return left, top, drawings.drawn(content, max(width, 1), max(height, 1))


_NEIGHBOURS = sorted(
    ((x, y) for x in (-1, 0, 1) for y in (-1, 0, 1)), key=lambda step: abs(step[0]) + abs(step[1])
)


def _apart(page: NDArray[np.uint8], picture: Drawn, left: int, top: int) -> Apart:
    """Give how far the page is from a picture that stands there on one even ground."""
    height, width = picture.grey.shape
    there = page[max(top, 0) : top + height, max(left, 0) : left + width].astype(np.float32)
    if there.shape != picture.grey.shape:
        return Apart(255.0, 255.0, 1.0)
    bare = there[picture.cover < _HOLES]
    ground = float(np.median(bare)) if bare.size else 255.0
    wanted = picture.grey + (1 - picture.cover) * ground
    # Engines draw edges differently, so each dot is the average of nine.
    apart = _coarse(there - wanted, 3)
    return Apart(
        float(np.abs(apart).mean()),
        float(np.abs(_coarse(apart, _PART)).max()),
        float((np.abs(there - wanted) > _DARK_FOR_LIGHT).mean()),
    )


def _coarse(picture: NDArray[Any], dots: int) -> NDArray[Any]:
    """Give a picture in which each dot is the average of a square, so many across."""
    height, width = picture.shape[0] // dots, picture.shape[1] // dots
    if not height or not width:
        return picture
    whole = picture[: height * dots, : width * dots]
    return whole.reshape(height, dots, width, dots).mean(axis=(1, 3))  # type: ignore[no-any-return]
