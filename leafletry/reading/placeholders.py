"""Named placeholders in texts: `{infant_cases_us}` and nothing cleverer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
# What programs in other languages fill in: %s, %n, %(name)s, %1$s, %%.
_FOREIGN = re.compile(r"%(?:[0-9]+\$)?[A-Za-z%(]")


def names_in(text: str) -> list[str]:
    """Give the placeholders of a text, in order, repeated ones repeated."""
    return PLACEHOLDER.findall(text)


def stray_brace(text: str) -> int:
    """Give the offset of a brace that belongs to no placeholder, or -1."""
    rest = PLACEHOLDER.sub(lambda match: "_" * len(match[0]), text)
    found = re.search(r"[{}]", rest)
    return found.start() if found else -1


def foreign_placeholder(text: str) -> int:
    """Give the offset of a placeholder that only other programs know, such as %s, or -1."""
    found = _FOREIGN.search(text)
    return found.start() if found else -1


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in; nothing in a value is looked at again.

    Raises KeyError with the name of a placeholder that has no value.
    """
    return PLACEHOLDER.sub(lambda match: values[match[1]], text)
