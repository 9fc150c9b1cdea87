"""What was read, laid beside what should stand there, letter by letter and in that order."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leafletry.editions.copy import CODE, letters
from leafletry.reading_back.paper import HYPHEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leafletry.editions.copy import Copy, Owner, Passage
    from leafletry.reading_back.paper import Page

FURNITURE = -1
"""Stands for what belongs to no passage: bullets, numbers of a list, the foot of a page."""
_BULLETS = "•◦▪‣"
_TURNED = str.maketrans(")]}\u00bb\u203a>", "([{\u00ab\u2039<")
_TO_THE_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_HYPHENS = "\u2010-"
"""What ends a line in the middle of a word."""


@dataclass(frozen=True)
class Collated:
    """For each page, the passage of each glyph and whether a blank follows it; and all faults.

    A fault comes with the number of its page.
    """

    owners: list[list[int]]
    blanks: list[list[bool]]
    faults: list[tuple[int, str]]


def collate(copy: Copy, passages: Sequence[Passage], pages: Sequence[Page]) -> Collated:
    """Find each passage on the pages: each letter of it, once, in its place, and nothing else."""
    found = _collated(copy, passages, pages, by_pieces=False)
    runs_both_ways = any(_TO_THE_LEFT.search(passage.letters) for passage in passages)
    if found.faults and (copy.right_to_left or runs_both_ways):
        return _collated(copy, passages, pages, by_pieces=True)
    return found


def _collated(
    copy: Copy, passages: Sequence[Passage], pages: Sequence[Page], *, by_pieces: bool
) -> Collated:
    reading = _Reading(passages)
    reading.by_pieces = by_pieces
    owners, blanks, faults = [], [], []
    for page in pages:
        body, foot = _without_foot(page, len(pages), copy)
        if reading.by_pieces:
            foot = _foot_in_pieces(page, len(pages), copy)
        if foot:
            faults.append((page.number, foot))
        of_page, after = reading.read(page, body)
        owners.append(of_page)
        blanks.append(after)
        if reading.lost:
            break
    if reading.lost or not reading.at_end:
        faults += _told(copy, passages, pages)
    return Collated(owners, blanks, faults)


def _without_foot(page: Page, pages: int, copy: Copy) -> tuple[int, str]:
    """Give how many characters stand above the foot of a page, and what is wrong with the foot."""
    wanted = list(copy.foot(page.number, pages))
    end = len(page.characters)
    while wanted:
        last = next((words for words in wanted if page.characters.endswith(words, 0, end)), None)
        if last is None:
            return end, f'"{wanted[0]}" is not at the foot'
        wanted.remove(last)
        end -= len(last)
    return end, ""


def _foot_in_pieces(page: Page, pages: int, copy: Copy) -> str:
    """Say what is wrong with the foot of a page on which words run both ways."""
    own = [page.runs[run].piece < 0 for run in page.run_of.tolist()]
    told = "".join(c for c, is_foot in zip(page.characters, own, strict=True) if is_foot)
    wanted = "".join(copy.foot(page.number, pages))
    return "" if Counter(normal(told)) == Counter(normal(wanted)) else "the foot is another one"


class _Reading:
    """Goes through the passages while pages are read."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.wanted = "".join(passage.letters for passage in passages)
        self.passage_of = [
            number for number, passage in enumerate(passages) for _ in passage.letters
        ]
        starts: dict[int, Owner] = {}
        blanks, at = set[int](), 0
        for passage in passages:
            starts.setdefault(at, passage.owner)
            blanks |= {at + gap for gap in passage.gaps}
            at += len(passage.letters)
        self.starts = starts
        self.blanks = blanks
        self.at = 0
        self.lost = False
        self.by_pieces = False

    @property
    def at_end(self) -> bool:
        return self.at == len(self.wanted)

    def read(self, page: Page, count: int) -> tuple[list[int], list[bool]]:
        """Give the passage of each glyph of a page, and whether a blank follows it."""
        if self.by_pieces:
            return self._read_pieces(page), [False] * len(page.characters)
        owners: list[int] = []
        after: list[bool] = []
        characters, wanted, at = page.characters, self.wanted, self.at
        end = len(wanted)
        while (i := len(owners)) < count:
            character = characters[i]
            if at < end and (
                character == wanted[at] or (character == HYPHEN and wanted[at] == "-")
            ):
                owners.append(self.passage_of[at])
                at += 1
                after.append(at in self.blanks)
            elif marker := self._marker(characters, i, at):
                owners += [FURNITURE] * marker
                after += [False] * marker
            elif self._is_hyphen(page, i, at):
                owners.append(self.passage_of[at])
                after.append(False)
            else:
                self.lost = True
                break
        self.at = at
        # What is left is the foot.
        left = len(characters) - len(owners)
        return owners + [FURNITURE] * left, after + [False] * left

    def _read_pieces(self, page: Page) -> list[int]:
        """Give the passage of each glyph of a page on which words run both ways.

        PDF engines guess their order. So each marked piece, a line of one element, is compared by
        itself: its letters must be the next ones, in whatever order it was told.
        """
        pieces: dict[int, list[int]] = {}
        for i, run in sorted(enumerate(page.run_of.tolist()), key=lambda x: page.runs[x[1]].order):
            pieces.setdefault(page.runs[run].piece, []).append(i)
        pieces.pop(-1, None)  # The foot of the page, which belongs to no element.
        owners = [FURNITURE] * len(page.characters)
        for glyphs in pieces.values():
            told = "".join(page.characters[i] for i in glyphs)
            letters_told = normal(told)
            if letters_told.endswith("-") and self.wanted[self.at + len(letters_told) - 1] != "-":
                letters_told = letters_told[:-1]
            end = self.at + len(letters_told)
            if Counter(letters_told) == Counter(normal(self.wanted[self.at : end])):
                for i in glyphs:
                    owners[i] = self.passage_of[self.at]
                self.at = end
            elif told not in _BULLETS and sorted(told) != sorted(self._number(self.at)):
                self.lost = True
                break
        return owners

    def _marker(self, characters: str, i: int, at: int) -> int:
        """Tell how many characters are the bullet or the number of an item that begins here."""
        if at not in self.starts:
            return 0
        if characters[i] in _BULLETS:
            return 1
        number = self._number(at)
        return len(number) if number and characters.startswith(number, i) else 0

    def _number(self, at: int) -> str:
        """Give the number of the item that begins here, as a list prints it."""
        owner = self.starts.get(at, 0)
        return f"{owner.partition('.')[2]}." if isinstance(owner, str) else ""

    def _is_hyphen(self, page: Page, i: int, at: int) -> bool:
        """Tell whether a word is parted here, at the end of a line."""
        if page.characters[i] not in _HYPHENS or not 0 < at < len(self.wanted):
            return False
        letters_beside = self.wanted[at - 1].isalpha() and self.wanted[at].isalpha()
        last = i + 1 == len(page.characters)
        return letters_beside and (last or page.boxes[i + 1][3] > page.boxes[i][3] + 1)


def normal(words: str) -> str:
    """Give letters as they are written by themselves: not joined, brackets not turned round."""
    plain = unicodedata.normalize("NFKC", words).replace(HYPHEN, "-")
    return letters(plain).translate(_TURNED)


# ── In people's words ──────────────────────────────────────────────────────────────────────────


def _told(
    copy: Copy, passages: Sequence[Passage], pages: Sequence[Page]
) -> Iterator[tuple[int, str]]:
    """Say which passages are not there, or not in their place, and what stands there besides."""
    printed = [
        _plain(page.characters[: _without_foot(page, len(pages), copy)[0]]) for page in pages
    ]
    whole = "".join(printed)
    starts = [sum(map(len, printed[:n])) for n in range(len(printed))]

    def page_at(place: int) -> int:
        return sum(start <= place for start in starts)

    at = 0
    found = False
    for passage in passages:
        words = _plain(passage.letters)
        place = whole.find(words, at)
        between = whole[at:place] if place >= 0 else ""
        if place < 0 or (len(between) > _FAR and _holds_others(between, passage, passages)):
            elsewhere = whole.find(words)
            missing = elsewhere < 0
            said = "is not on the pages as it should be" if missing else "stands in another place"
            yield page_at(at if missing else elsewhere), f'"{_said(copy, passage)}" {said}'
            found = True
            continue
        if between and not _is_furniture(between, passage):
            yield page_at(at), f'the page says "{between}", which is no text of this leaflet'
            found = True
        at = place + len(words)
    if whole[at:]:
        yield page_at(at), f'the page says "{whole[at:][:_MUCH]}", which is no text of this leaflet'
        found = True
    if not found:
        yield 1, "the words do not stand on the pages letter by letter"


_FAR = 12
_MUCH = 80
_TINY = 3


def _holds_others(between: str, passage: Passage, passages: Sequence[Passage]) -> bool:
    """Tell whether words that were passed over are those of passages that are still to come."""
    later = passages[passages.index(passage) + 1 :]
    return any(len(p.letters) > _TINY and _plain(p.letters) in between for p in later)


def _plain(words: str) -> str:
    """Give words in which lines have no ends, to look for them."""
    return re.sub(r"[\u2010-]", "", unicodedata.normalize("NFC", words))


def _is_furniture(between: str, passage: Passage) -> bool:
    number = f"{passage.owner.partition('.')[2]}." if isinstance(passage.owner, str) else ""
    return between == number or set(between) <= set(_BULLETS)


def _said(copy: Copy, passage: Passage) -> str:
    owner: Owner = passage.owner
    if owner in (CODE, "") or str(owner).startswith("source."):
        return passage.letters
    words = copy.said(owner)
    return words if letters(words) == passage.letters else passage.letters
