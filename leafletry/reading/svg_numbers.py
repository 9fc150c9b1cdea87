"""The numbers of an SVG that people give us: whether each can be drawn, by anybody, at once."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from leafletry.reading.problems import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml import etree  # type: ignore[import-untyped]

LARGEST = 100_000.0
"""In the units of the picture, or as a factor."""
SHORTEST_DASH = 0.05
_CORNER_AND_SIDES = 4
_NUMBER = r"(?>[+-]?(?>\d++\.?\d*+|\.\d++)(?>[eE][+-]?\d{1,3}+)?+)"
_NUMBERS = re.compile(_NUMBER)
_COMMA = r"\s*+,?+\s*+"
# Nothing in them is tried twice, however long and wrong a value is.
_SEPARATED = rf"\s*+{_NUMBER}(?>{_COMMA}{_NUMBER})*+\s*+"
_LIST = re.compile(rf"(?:{_SEPARATED})?")
_LENGTH = re.compile(rf"\s*+{_NUMBER}\s*+(?:px|pt|pc|mm|cm|in|em|ex|rem|%)?\s*+|auto|inherit")
_COMMAND = re.compile(r"([MmLlHhVvCcSsQqTtAaZz])([^MmLlHhVvCcSsQqTtAaZz]*+)")
_TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2}
_ARC = _COMMA.join([_NUMBER] * 3 + ["[01]"] * 2 + [_NUMBER] * 2)
_ARCS = re.compile(rf"\s*+{_ARC}(?>{_COMMA}{_ARC})*+\s*+")
_TRANSFORM = re.compile(
    rf"\s*+(matrix|translate|scale|rotate|skewX|skewY)\s*+\(({_SEPARATED})\)\s*+,?+"
)
_ARGUMENTS = {
    "matrix": (6,),
    "translate": (1, 2),
    "scale": (1, 2),
    "rotate": (1, 3),
    "skewX": (1,),
    "skewY": (1,),
}
_LISTS = ("points", "stroke-dasharray")
_TRANSFORMS = ("transform", "gradientTransform", "patternTransform")
_LENGTHS = {
    *("x", "y", "width", "height", "r", "rx", "ry", "cx", "cy", "fx", "fy", "fr", "x1", "x2"),
    *("y1", "y2", "dx", "dy", "offset", "font-size", "stroke-width", "stroke-dashoffset"),
    *("stroke-miterlimit", "opacity", "fill-opacity", "stroke-opacity", "stop-opacity"),
}
_NOT_NEGATIVE = {"width", "height", "r", "rx", "ry", "fr", "stroke-width", "font-size"}
_Matrix = tuple[float, float, float, float, float, float]
_SAME: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def undrawable(root: etree._Element) -> str:
    """Say what of a picture cannot be drawn, as in "holds …", or nothing."""
    return next(_faults(root, _SAME), "")


def _faults(root: etree._Element, around: _Matrix) -> Iterator[str]:
    """Yield what is wrong below an element whose surroundings are drawn with a matrix."""
    waiting = [(root, around)]
    while waiting:
        element, matrix = waiting.pop()
        for name, value in element.attrib.items():
            if fault := _fault(name, value):
                yield fault
                return
        for name in filter(element.get, _TRANSFORMS):
            for one in _steps(element.get(name, "")):
                matrix = _product(matrix, one)
            a, b, c, d, e, f = matrix
            flat = abs(a * d - b * c) < 1 / LARGEST**2
            if flat or not all(abs(number) <= LARGEST for number in (a, b, c, d, e, f)):
                yield _said(name, element.get(name, ""))
                return
        waiting += [(child, matrix) for child in element]


def _fault(name: str, value: str) -> str:
    """Say what is wrong with an attribute, or nothing."""
    if name == "spreadMethod" and value.strip() != "pad":
        return f'repeats a gradient (spreadMethod="{shortened(value)}"), which a logo may not'
    if name == "d":
        sound = _is_path(value)
    elif name == "viewBox":
        sound = _LIST.fullmatch(value) is not None and _is_box(_numbers(value))
    elif name in _LISTS:
        sound = _LIST.fullmatch(value) is not None or value in ("none", "inherit")
    elif name in _LENGTHS:
        sound = _LENGTH.fullmatch(value) is not None
    elif name in _TRANSFORMS:
        sound = _is_transform(value)
    else:
        return ""
    numbers = _numbers(value) if sound else []
    sound &= all(abs(number) <= LARGEST for number in numbers)
    if name in _NOT_NEGATIVE or name == "stroke-dasharray":
        sound &= all(number >= 0 for number in numbers)
    if name == "stroke-dasharray" and numbers:
        sound &= sum(numbers) >= SHORTEST_DASH * len(numbers)
    return "" if sound else _said(name, value)


def _numbers(value: str) -> list[float]:
    return [float(number) for number in _NUMBERS.findall(value)]


def _is_box(numbers: Sequence[float]) -> bool:
    """Tell whether numbers are a corner and two sides."""
    return len(numbers) == _CORNER_AND_SIDES and min(numbers[2:]) > 1 / LARGEST


def _is_path(value: str) -> bool:
    """Tell whether a value is a row of commands, each with as many numbers as it takes."""
    at = len(value) - len(value.lstrip())
    if value[at : at + 1] not in ("", "M", "m"):
        return False
    while at < len(value):
        found = _COMMAND.match(value, at)
        if found is None:
            return False
        command, inside = found[1].upper(), found[2]
        if command == "Z":
            sound = not inside.strip()
        elif command == "A":
            sound = _ARCS.fullmatch(inside) is not None
        else:
            count = len(_NUMBERS.findall(inside))
            sound = bool(count) and count % _TAKES[command] == 0
            sound &= _LIST.fullmatch(inside) is not None
        if not sound:
            return False
        at = found.end()
    return True


def _is_transform(value: str) -> bool:
    """Tell whether a value is a row of functions, each with as many numbers as it takes."""
    at, end = 0, len(value.rstrip())
    while at < end:
        found = _TRANSFORM.match(value, at)
        if found is None or len(_NUMBERS.findall(found[2])) not in _ARGUMENTS[found[1]]:
            return False
        at = found.end()
    return True


def _steps(value: str) -> Iterator[_Matrix]:
    """Yield the matrices of a transform."""
    for name, inside in _TRANSFORM.findall(value):
        numbers = _numbers(inside)
        first, second = numbers[0], numbers[1] if len(numbers) > 1 else 0.0
        if name == "matrix":
            a, b, c, d, e, f = numbers
            yield a, b, c, d, e, f
        elif name == "translate":
            yield 1.0, 0.0, 0.0, 1.0, first, second
        elif name == "scale":
            yield first, 0.0, 0.0, second if len(numbers) > 1 else first, 0.0, 0.0
        elif name == "rotate":
            angle = math.radians(math.fmod(first, 360))
            yield math.cos(angle), math.sin(angle), -math.sin(angle), math.cos(angle), 0.0, 0.0
        else:
            slope = math.tan(math.radians(math.fmod(first, 360)))
            yield (
                (1.0, 0.0, slope, 1.0, 0.0, 0.0)
                if name == "skewX"
                else ((1.0, slope, 0.0, 1.0, 0.0, 0.0))
            )


def _product(first: _Matrix, second: _Matrix) -> _Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (
        a * g + c * h,
        b * g + d * h,
        a * i + c * j,
        b * i + d * j,
        a * k + c * m + e,
        b * k + d * m + f,
    )


def _said(name: str, value: str) -> str:
    return f'holds {name}="{shortened(value)}", which cannot be drawn'
