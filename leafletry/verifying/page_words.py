"""What two files say differently, told from the words of their pages.

Lines break elsewhere in each, so letters and digits are compared without the blanks. Whether a
file says what it should is asked strictly, from the first word to the last (`says_the_same`);
where it is known to be an older one, its lines are told that are nowhere in the newer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from leafletry.content.edition_code import read_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_CODE = re.compile(
    r"[A-Z]{2}-[A-Z][0-9]{1,2}\s?·\s?[A-Za-z-]{2,16}\s?·\s?v[0-9.]{3,9}\s?·\s?"
    r"[0-9a-f]{6}(?:-[0-9a-f]{4})?(?![0-9a-f])"
)
_UNSEEN = re.compile(r"[\s\x00-\x1f\x7f\xad\u2010\u2011•\ufffe\uffff]+|(?<=[^\W\d])-(?=[^\W\d]|$)")
_LATER = re.compile(r"\{(reviewers|translators|reviewed_on|next_review|languages)\}")
_ABOUT = re.compile(r"\*\*| <[^ >]*> \((?:[^()]|\([^()]*\))*\)|\[(?![0-9, ]+\])[^\]]*\]")
_SAYS_SOMETHING = re.compile(r"^(?![0-9]{1,2}\.$).*\w")
_NOT_ON_PAGES = ("drawing ", "with {", "foot: ")
MOST_LINES = 1_500
"""How many lines of a file are looked up in another one: no leaflet of ours has half of them."""
_MOST_LETTERS = 60_000


def codes_in(lines: Iterable[str]) -> set[str]:
    """Give the edition codes that stand in some lines."""
    found = (read_code(match) for line in lines for match in _CODE.findall(line))
    return {str(code) for code in found if code is not None}


@dataclass(frozen=True)
class Later:
    """What releases of the same words may say besides them: who signed, when, and languages.

    `today` fills the placeholders of the words as the newest copy does; `ever` as each copy did
    that there can be. Of languages there may have been fewer or more: `languages` are their names,
    and `between` is what stands between two of them.
    """

    today: Mapping[str, str]
    ever: Sequence[Mapping[str, str]]
    languages: Sequence[str]
    between: Sequence[str]

    @property
    def any_languages(self) -> re.Pattern[str]:
        """Match a list of languages, as far as the names of all of them go."""
        names = sorted(filter(None, map(_bare, self.languages)), key=len, reverse=True)
        between = sorted(filter(None, map(_bare, self.between)), key=len, reverse=True)
        name, gap = ("|".join(map(re.escape, texts)) for texts in (names, between))
        return re.compile(f"(?:(?:{name})(?:{gap})?){{0,{len(names)}}}" if names else "")


def says_the_same(
    own: Sequence[str], newest: Sequence[str], code: str, words: str, later: Later
) -> str:
    """Give the first line of a file that is not as in the newest copy; nothing if all are.

    All its letters must follow each other as there; only what `later` names may be as it was in
    another release. `words` are the canonical ones of both, `code` is the code of both.
    """
    feet = {line.replace(code, "").strip() for line in newest if code in line}
    lines, others = _without_feet(own, code, feet), _without_feet(newest, code, feet)
    text, other = (
        "".join(_bare(line) for line in lines),
        "".join(_bare(line) for line in others),
    )
    reached = max(
        _reached(text, _pieces(other, words, later, filled))
        for filled in (later.today, *later.ever)
    )
    if reached == len(text) + 1:
        return ""
    if reached < len(text):
        return _line_at(lines, reached)
    return f"(missing) {_line_at(others, reached)}"


def _line_at(lines: Iterable[str], place: int) -> str:
    """Give the line in which a letter of a text stands; the last where none does."""
    line = ""
    for line in lines:
        place -= len(_bare(line))
        if place < 0:
            break
    return line


def _without_feet(lines: Iterable[str], code: str, feet: set[str]) -> list[str]:
    """Give the lines of pages without those of their feet, which stand where a page ends."""
    return [line for line in lines if line.replace(code, "").strip() not in (feet | {""})]


def _pieces(
    newest: str, words: str, later: Later, filled: Mapping[str, str]
) -> Iterator[str | re.Pattern[str]]:
    """Yield what must follow each other where the newest copy is filled in another way."""
    passages = []
    for line in words.splitlines():
        said = _ABOUT.sub("", line)
        if _LATER.search(said):
            at = newest.find(whole := _bare(_filled(said, later.today)))
            if at >= 0:
                passages.append((at, at + len(whole), said))
    start = 0
    for first, last, said in sorted(passages):
        yield newest[start:first]
        before, *after = said.split("{languages}")
        yield _bare(_filled(before, filled))
        for part in after:
            yield later.any_languages
            yield _bare(_filled(part, filled))
        start = last
    yield newest[start:]


def _filled(line: str, values: Mapping[str, str]) -> str:
    return _LATER.sub(lambda name: values.get(name[1], name[0]), line)


def _reached(text: str, pieces: Iterable[str | re.Pattern[str]]) -> int:
    """Give how far a text is as it must be; one more than its length, where all of it is."""
    at = 0
    for piece in pieces:
        if isinstance(piece, re.Pattern):
            found = piece.match(text, at)
            at = found.end() if found else at
        elif text.startswith(piece, at):
            at += len(piece)
        else:
            return at + _as_far_as_equal(text[at:], piece)
    return at if at < len(text) else at + 1


def _as_far_as_equal(one: str, other: str) -> int:
    """Give how many letters two texts begin with that are the same."""
    pairs = zip(one, other, strict=False)
    return next(
        (at for at, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other))
    )


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
    are signed again, or translated further, stay the same. Not more is compared than a leaflet
    can hold.
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
    pieces = (piece.strip()[:1_000] for line in lines for piece in line.split("•"))
    said = (piece for piece in pieces if _SAYS_SOMETHING.search(piece))
    return list(islice(said, MOST_LINES))


def _bare(line: str) -> str:
    return _UNSEEN.sub("", line)


def _run_together(lines: Iterable[str]) -> str:
    return "".join(_bare(line) for line in lines if not _CODE.search(line))[:_MOST_LETTERS]


def _passage(line: str) -> re.Pattern[str]:
    pieces = [re.escape(_bare(piece)) for piece in _LATER.split(_ABOUT.sub("", line))[::2]]
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
