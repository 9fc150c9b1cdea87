"""Drawings that people give us, drawn once at arm's length; no page draws them in its own way."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from leafletry.reading.arms_length import Limits, NoAnswerError, ask_at_arms_length

_COPIER = Path(__file__).with_name("drawing_copier.py")
_LIMITS = Limits(memory=1_000_000_000, seconds=4, answer=12_000_000, patience=60)
_PNG = b"\x89PNG\r\n\x1a\n"


@lru_cache(64)
def drawn_anew(svg: bytes) -> tuple[bytes, str]:
    """Give an SVG as a PNG, and why it is refused (or nothing), as in "cannot be drawn".

    Equal bytes give equal bytes.
    """
    try:
        answer = ask_at_arms_length(_COPIER, svg, _LIMITS)
    except NoAnswerError as error:
        return b"", str(error).replace("to read", "to draw")
    return (answer, "") if answer.startswith(_PNG) else (b"", answer.decode("utf-8", "replace"))
