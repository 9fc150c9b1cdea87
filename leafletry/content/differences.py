"""What two texts of a leaflet say differently, in lines that people can read."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest


@dataclass(frozen=True)
class Difference:
    """One line as it was and as it is; empty where there was none, or is none any more."""

    was: str
    now: str


def differences(was: str, now: str) -> list[Difference]:
    """Give the lines in which two texts differ, in the order of the page."""
    old, new = was.splitlines(), now.splitlines()
    found = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind != "equal":
            lines = zip_longest(old[i1:i2], new[j1:j2], fillvalue="")
            found += [Difference(before, after) for before, after in lines]
    return found
