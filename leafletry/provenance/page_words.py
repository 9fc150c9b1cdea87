"""What two files say differently, told from the words of their pages.

Lines break elsewhere in each, and blocks stand in another order, so a line counts as said in the
other file wherever its letters and digits follow each other there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leafletry.edition_code import read_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_CODE = re.compile(
    r"[A-Z]{2}-[A-Z][0-9]{1,2}\s?·\s?[A-Za-z-]{2,16}\s?·\s?v[0-9.]{3,9}\s?·\s?"
    r"[0-9a-f]{6}(?:-[0-9a-f]{4})?(?![0-9a-f])"
)
_UNSEEN = re.compile(r"[\s\x00-\x1f\x7f\xad\u2010\u2011•\ufffe\uffff]+|(?<=[^\W\d])-(?=[^\W\d]|$)")
_LATER = re.compile(r"\{(?:reviewers|translators|reviewed_on|next_review|languages)\}")
_ABOUT = re.compile(r"\*\*| <[^ >]*> \((?:[^()]|\([^()]*\))*\)|\[[^\]]*\]")
_SAYS_SOMETHING = re.compile(r"^(?![0-9]{1,2}\.$).*\w")
_NOT_ON_PAGES = ("drawing ", "with {", "foot: ")


def codes_in(lines: Iterable[str]) -> set[str]:
    """Give the edition codes that stand in some lines."""
    found = (read_code(match) for line in lines for match in _CODE.findall(line))
    return {str(code) for code in found if code is not None}


@dataclass(frozen=True)
class SaidDifferently:
    """The lines of one file that are not in another, and the other way round."""

    was: tuple[str, ...]
    now: tuple[str, ...]

    def __bool__(self) -> bool:
        """Tell whether there is any difference."""
        return bool(self.was or self.now)


def said_differently(was: Sequence[str], now: Sequence[str], words: str) -> SaidDifferently:
    """Compare the lines of two files whose canonical words are `words`.

    Who reviewed a leaflet and when may differ, and in which languages there is one: words that
    are signed again, or translated further, stay the same.
    """
    was, now = _told_apart(was), _told_apart(now)
    passages = [_passage(line) for line in words.splitlines() if _LATER.search(line)]
    return SaidDifferently(
        tuple(_missing(was, _run_together(now), passages)),
        tuple(_missing(now, _run_together(was), passages)),
    )


def lines_of_words(words: str) -> list[str]:
    """Give the lines of canonical words that stand on every page as they are.

    What a clinic fills in does not, nor does the label before it.
    """
    _, *lines = words.splitlines()
    kept = (
        line
        for line, following in zip(lines, [*lines[1:], ""], strict=True)
        if not line.startswith(_NOT_ON_PAGES) and "{" not in line and not following.startswith("{")
    )
    return [said for line in kept if (said := _ABOUT.sub("", line).strip())]


def _told_apart(lines: Iterable[str]) -> list[str]:
    """Give what stands between bullets, as some readers put several points into one line."""
    pieces = (piece.strip() for line in lines for piece in line.split("•"))
    return [piece for piece in pieces if _SAYS_SOMETHING.search(piece)]


def _bare(line: str) -> str:
    return _UNSEEN.sub("", line)


def _run_together(lines: Iterable[str]) -> str:
    return "".join(_bare(line) for line in lines if not _CODE.search(line))


def _passage(line: str) -> re.Pattern[str]:
    pieces = [re.escape(_bare(piece)) for piece in _LATER.split(_ABOUT.sub("", line))]
    return re.compile(".{1,200}?".join(pieces))


def _missing(
    lines: Sequence[str], other: str, passages: Sequence[re.Pattern[str]]
) -> Iterable[str]:
    own = _run_together(lines)
    spans = [found.span() for passage in passages for found in passage.finditer(own)]
    at = 0
    for line in lines:
        if _CODE.search(line):
            continue
        bare = _bare(line)
        start, at = at, at + len(bare)
        excused = any(first <= start and at <= last for first, last in spans)
        if bare not in other and not excused:
            yield line
