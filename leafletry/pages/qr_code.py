"""A link as a drawing that a phone can scan."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import segno

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LEAST_WIDTH = 20
"""How wide the code is at least, without the white around it, in mm: cheap phones still read it."""
_QUIET_ZONE = 4
"""How many modules around the code stay white, as the standard (ISO/IEC 18004) asks."""


def qr_drawing(link: str) -> bytes:
    """Give the QR code of a link as an SVG of one path, black on nothing, with its size in mm.

    A smudge over a seventh of it does no harm (error correction M, or better where there is room).
    """
    code = segno.make_qr(link, error="m")
    modules = len(code.matrix)
    around = modules + 2 * _QUIET_ZONE
    width = round(around * (LEAST_WIDTH / modules + 0.0005), 3)
    # Each row of modules is a line as thick as a module, along its middle.
    path = "".join(f"M{x} {y}h{length}" for x, y, length in _dark_runs(code.matrix))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{width}mm"'
        f' viewBox="-{_QUIET_ZONE} -{_QUIET_ZONE + 0.5} {around} {around}">'
        f'<path d="{path}" fill="none" stroke="#000"/></svg>'
    ).encode()


def _dark_runs(matrix: Iterable[Iterable[int]]) -> Iterator[tuple[int, int, int]]:
    """Yield where each run of dark modules begins, column and row, and how long it is."""
    for y, row in enumerate(matrix):
        x = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                yield x, y, length
            x += length
