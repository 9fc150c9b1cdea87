"""A finished edition read back from its bytes: all that should stand there does, and nothing else.

What is signed are words; this makes sure that a reader of paper sees them, whatever templates,
style sheets, fonts and pictures they went through.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from leafletry.editions.copy import CITED, passages_of
from leafletry.editions.figures import is_same_number, wrong_figures
from leafletry.reading_back.collating import FURNITURE, collate
from leafletry.reading_back.ink import ink_faults
from leafletry.reading_back.paper import DOTS, read_pages
from leafletry.reading_back.pictures import Drawings, picture_faults
from leafletry.reading_back.typefaces import Typeface, our_typefaces

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from leafletry.editions.copy import Copy, Passage
    from leafletry.pages.placing import PlacedPicture, Placement
    from leafletry.reading_back.paper import Page

_POINTS = 72 / 25.4
_LONGEST = 90


@dataclass(frozen=True)
class ReadBack:
    """What is wrong with an edition, in people's words.

    `unsaid` are faults of templates, which came before there was a page; `faults` are the page's.
    """

    unsaid: list[str]
    faults: list[str]


@dataclass(frozen=True)
class Laid:
    """Where an edition was meant to have its words and pictures, and what these pictures are."""

    placements: Sequence[Placement]
    pictures: Sequence[PlacedPicture]
    contents: Mapping[str, bytes]


@dataclass
class Reader:
    """Reads editions back, one after another; keeps how letters and pictures have to look."""

    faces: Mapping[str, Typeface] = field(default_factory=our_typefaces)
    drawings: Drawings = field(default_factory=Drawings)

    def read(self, pdf: bytes, html: str, copy: Copy, laid: Laid) -> ReadBack:
        """Read an edition from its bytes, and compare it with its copy.

        `html` is the page it was made from.
        """
        return _read_back(pdf, html, copy, laid, self)


def _read_back(pdf: bytes, html: str, copy: Copy, laid: Laid, reader: Reader) -> ReadBack:
    passages, unsaid = passages_of(html, copy)
    faults: list[str] = []
    pages = list(read_pages(pdf, reader.faces))
    faults += _faults_of_paper(pages, copy)
    collated = collate(copy, passages, pages)
    faults += [_on_page(number, said) for number, said in collated.faults]
    for page in pages:
        if page.other_shapes:
            said = f"the letters {page.other_shapes} are not drawn as their font has them"
            faults.append(_on_page(page.number, said))
    for page in pages:
        faults += [_on_page(page.number, said) for said in _in_groups(page)]
    faults += _faults_of_numbers(pages, collated.owners, passages, copy)
    # Where words are missing, which glyph is whose is not known.
    if not collated.faults:
        for page, owners, blanks in zip(pages, collated.owners, collated.blanks, strict=True):
            faults += _faults_of_glyphs(page, owners, blanks, passages, copy, laid.placements)
    pictures = picture_faults(pages, laid.pictures, copy, laid.contents, reader.drawings)
    faults += [_on_page(number, said) for number, said in pictures]
    return ReadBack(unsaid, list(dict.fromkeys(faults)))


def _faults_of_paper(pages: Sequence[Page], copy: Copy) -> Iterator[str]:
    for page in pages:
        width, height = page.width / _POINTS, page.height / _POINTS
        paper = copy.format
        if max(abs(width - paper.width), abs(height - paper.height)) > _NEARLY:
            wanted = f"{paper.width:g} by {paper.height:g}"
            yield _on_page(page.number, f"is {width:.0f} by {height:.0f} mm, not {wanted}")


_NEARLY = 0.3
"""Millimetres."""


def _in_groups(page: Page) -> Iterator[str]:
    """Name words that are painted in a group, which may be faded, masked or hidden as one."""
    for number, run in enumerate(page.runs):
        if run.order < 0:
            which = np.flatnonzero(page.run_of == number)
            words = "".join(page.characters[i] for i in which)
            yield f'"{_shortened(words)}" is painted in a group, faded or masked'


def _faults_of_numbers(
    pages: Sequence[Page], owners: Sequence[Sequence[int]], passages: Sequence[Passage], copy: Copy
) -> Iterator[str]:
    """Say which figure or phone number is another one than facts and profile have."""
    figures = {found.message: found for found in copy.figures}
    phones = {phone.field: phone for phone in copy.phones}
    told: dict[int, list[tuple[float, float, str]]] = {
        number: []
        for number, passage in enumerate(passages)
        if (passage.owner in figures or passage.owner in phones) and not passage.goes_on
    }
    for page, numbers in zip(pages, owners, strict=False):
        for i, number in enumerate(numbers):
            if number in told:
                place = (float(page.baselines[i]), float(page.boxes[i, 0]))
                told[number].append((*place, page.characters[i]))
    for number, glyphs in told.items():
        owner = passages[number].owner
        if glyphs and isinstance(owner, int):
            words = "".join(character for _, _, character in glyphs)
            for value in wrong_figures(words, figures[owner]):
                yield f'"{_shortened(copy.said(owner))}" does not say the figure {value:g}'
        elif glyphs:
            # A number runs from left to right, also on pages that do not.
            words = "".join(character for _, _, character in sorted(glyphs))
            phone = phones[str(owner)]
            if not is_same_number(words, phone):
                yield f'{owner}: the page says "{words}", and the profile "{phone.given}"'


def _on_page(number: int, said: str) -> str:
    return f"page {number}: {said}"


def _faults_of_glyphs(
    page: Page,
    owners: Sequence[int],
    blanks: Sequence[bool],
    passages: Sequence[Passage],
    copy: Copy,
    placements: Sequence[Placement],
) -> Iterator[str]:
    least = {n: copy.least_size("" if n == FURNITURE else passages[n].owner) for n in set(owners)}
    sizes = [least[n] for n in owners]
    for glyph, said in ink_faults(page, sizes, blanks, copy.format.edge * _POINTS):
        yield _on_page(page.number, f"{_words_at(glyph, page, owners, passages, copy)}{said}")
    for number in _out_of_place(page, owners, passages, placements):
        said = f'"{_shortened(copy.said(passages[number].owner))}" is not where it was laid out'
        yield _on_page(page.number, said)
    for glyph in _apart_from_their_text(page, owners, passages, copy):
        numbers = passages[owners[glyph]].letters
        before = copy.said(passages[owners[glyph] - 1].owner)
        said = f'{numbers} does not stand behind "{_shortened(before)}"'
        yield _on_page(page.number, said)


def _apart_from_their_text(
    page: Page, owners: Sequence[int], passages: Sequence[Passage], copy: Copy
) -> Iterator[int]:
    """Yield the first glyph of numbers of sources that do not stand behind their text."""
    boxes = page.boxes / DOTS
    numbers = np.asarray(owners)
    for number in dict.fromkeys(owners):
        if number == FURNITURE or passages[number].owner != CITED:
            continue
        own, before = np.flatnonzero(numbers == number), np.flatnonzero(numbers == number - 1)
        # On a page that runs to the left, words of another language begin where they end.
        text = boxes[before if copy.right_to_left else before[-1:]]
        left, top, right, bottom = boxes[own].min(0)[:2].tolist() + boxes[own].max(0)[2:].tolist()
        aside = np.maximum(left - text[:, 2], text[:, 0] - right)
        above = np.maximum(top - text[:, 3], text[:, 1] - bottom)
        if not ((aside < max(_BEHIND, _BEHIND_EMS * copy.least)) & (above < 0)).any():
            yield int(own[0])


def _words_at(
    glyph: int, page: Page, owners: Sequence[int], passages: Sequence[Passage], copy: Copy
) -> str:
    """Give the words that a glyph belongs to, in quotation marks."""
    if glyph < 0:
        return ""
    number = owners[glyph]
    words = "" if number == FURNITURE else copy.said(passages[number].owner)
    if not words:
        run = np.flatnonzero(page.run_of == page.run_of[glyph])
        words = page.characters[run[0] : run[-1] + 1]
    return f'"{_shortened(words)}" '


def _shortened(words: str) -> str:
    plain = " ".join(words.replace("**", "").split())
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…"


def _out_of_place(
    page: Page,
    owners: Sequence[int],
    passages: Sequence[Passage],
    placements: Sequence[Placement],
) -> Iterator[int]:
    """Yield the passages of which a letter is not where their lines were laid out."""
    boxes: dict[int, list[tuple[float, ...]]] = {}
    for placed in placements:
        if placed.page == page.number:
            corners = (placed.x, placed.y, placed.x + placed.width, placed.y + placed.height)
            boxes.setdefault(placed.message, []).append(tuple(v * _POINTS for v in corners))
    numbers = np.asarray(owners)
    middles = (page.boxes[:, :2] + page.boxes[:, 2:]) / (2 * DOTS)
    for number in dict.fromkeys(owners):
        owner = "" if number == FURNITURE else passages[number].owner
        if not isinstance(owner, int):
            continue
        which = numbers == number
        lines = np.array(boxes.get(owner) or [(0.0,) * 4])
        x, y = middles[which].T[:, :, None]
        inside = (
            (x > lines[:, 0] - _NEAR)
            & (y > lines[:, 1] - _NEAR)
            & (x < lines[:, 2] + _NEAR)
            & (y < lines[:, 3] + _NEAR)
        )
        if not inside.any(axis=1).all():
            yield number


_NEAR = 4.0
"""Points by which a letter may stand beside the line that was laid out for it."""
_BEHIND, _BEHIND_EMS = 8.0, 0.75
"""Points, or ems, by which numbers may stand off their text: half a Japanese square is empty."""
