"""The entries of a `.po` file, each read by itself: what is wrong in one leaves the others whole.

A `.po` file is a row of lines: comments, keywords with a quoted string, strings that continue the
one above. An entry begins with its first comment, or with `msgctxt` or `msgid`, and ends where
the next one begins; blank lines mean nothing. What is wrong with a line (a forbidden character,
a missing quotation mark, a keyword out of order) is wrong with the entry in which it stands.
Well-formed is only what polib and gettext read alike, so that no tool finds another message here.
"""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from typing import Literal

import polib

from leafletry.reading.problems import FORBIDDEN_CHARACTERS, Place, Problem, ProblemsFoundError

Key = tuple[str | None, str]
"""What a message is found by: its context and its source text."""

MOST_LINES = 200_000
MOST_LINES_OF_ENTRY = 2_000
MOST_CHARACTERS = 10_000
"""The longest string of an entry; far longer than what a page holds, short enough for any rule."""

# A line is read once, from left to right: what a possessive `*+` has taken it never gives back.
_STRING = r'"(?P<words>[^"\\]*+(?:\\["\\ntr][^"\\]*+)*+)"'
_WORDS = re.compile(
    rf"(?:(?P<keyword>msgctxt|msgid_plural|msgid|msgstr(?:\[[0-9]\])?)[ \t]++)?{_STRING}"
)
_FORMER = re.compile(rf"#~?\|[ \t]++(?P<keyword>(?:msgctxt|msgid_plural|msgid)[ \t]++)?{_STRING}")
_COMMENT = re.compile(r"#(?:[.:,=]?(?:[ \t].*+)?|#.*+)")
_MAY_BE_FLAGS = re.compile(r"#(?:[^\w\s.:,=|~#\"]|(?![.:,=|~]).*fuzzy)", re.IGNORECASE)
"""What a broken comment may be that says something of its message, as `#! stale` or `#fuzzy`."""
_ONLY_FUZZY = re.compile(r"#[ \t]++[,=]?[ \t]*+fuzzy\W*", re.IGNORECASE)
"""A remark of one word, which somebody meant as a flag."""
_KEYWORD = re.compile(r"msgctxt|msgid_plural|msgid|msgstr")
_MAY_FOLLOW = {
    "": ("msgctxt", "msgid"),
    "msgctxt": ("msgid",),
    "msgid": ("msgid_plural", "msgstr"),
    "msgid_plural": ("msgstr[0]",),
    **{f"msgstr[{number}]": (f"msgstr[{number + 1}]",) for number in range(9)},
}

_BROKEN = "this is not a well-formed message"
_LINE_HINT = "open the file in Poedit, or check the quotation marks and backslashes of this line"
_ORDER_HINT = "a message is msgid with the source text, then msgstr with the translation"
_COMMENT_HINT = (
    "a comment begins with # and a blank, a flag with #, and a blank, as in #, fuzzy;"
    " what follows #| is a string of old"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of a string: what is between its quotation marks, and where the first one stands."""

    keyword: str
    place: Place
    words: str


@dataclass
class Entry:
    """A message, in use or put aside (`obsolete`), from line `first` to `last` of its file.

    `problems` spoil it; `remarks` are what is wrong with its comments, or with a message that is
    put aside: errors as well, but of nothing that a page could show. `named` is false where the
    lines that say which message it is cannot be read.
    """

    first: int
    last: int
    obsolete: bool = False
    fuzzy: bool = False
    named: bool = True
    pieces: list[Piece] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)

    def text(self, keyword: str) -> str | None:
        """Give the string of a keyword, or None where the entry has none."""
        words = [piece.words for piece in self.pieces if piece.keyword == keyword]
        return unescaped("".join(words)) if words else None

    @cached_property
    def key(self) -> Key | None:
        """What the message is found by; None where the file does not say."""
        msgid = self.text("msgid") if self.named else None
        return None if msgid is None else (self.text("msgctxt"), msgid)

    @property
    def in_use(self) -> bool:
        """Tell whether this is a message, whole or not, that is not put aside."""
        return not self.obsolete and bool(self.pieces or self.problems)

    @property
    def place(self) -> Place:
        """Where the translation begins, in an entry that has one."""
        return next(piece.place for piece in self.pieces if piece.keyword.startswith("msgstr"))


def unescaped(words: str) -> str:
    """Give what stands between quotation marks as the text it means."""
    return polib.unescape(words) if "\\" in words else words


@dataclass(frozen=True, slots=True)
class _Line:
    """A line by itself; `whole` is one that every program reads in the same way."""

    kind: Literal["blank", "comment", "former", "words"]
    keyword: str = ""
    words: str = ""
    _: KW_ONLY
    whole: bool = True
    obsolete: bool = False


def _line(text: str) -> _Line:
    line = text.strip(" \t")
    if not line:
        return _Line("blank")
    if line.startswith(("#|", "#~|")):
        former = _FORMER.fullmatch(line)
        keyword = (former["keyword"] or "") if former else ""
        return _Line("former", keyword, line.partition("|")[0], whole=former is not None)
    obsolete = line.startswith("#~")
    if line.startswith("#") and not obsolete:
        whole = _COMMENT.fullmatch(line) is not None and not _ONLY_FUZZY.fullmatch(line)
        whole = whole and _says_flags_plainly(line)
        return _Line("comment", words=line, whole=whole)
    words = line[2:].lstrip(" \t") if obsolete else line
    found = _WORDS.fullmatch(words)
    if found is not None and (not obsolete or line[2] in " \t"):
        return _Line("words", found["keyword"] or "", found["words"], obsolete=obsolete)
    begun = _KEYWORD.match(words)
    keyword = begun[0] if begun else ""
    return _Line("words", keyword, words, whole=False, obsolete=obsolete)


def _says_flags_plainly(comment: str) -> bool:
    """Tell whether polib, which wants commas between flags, sees the fuzzy mark gettext sees."""
    return not _is_fuzzy(comment) or "fuzzy" in map(str.strip, comment[2:].split(","))


def _is_fuzzy(comment: str) -> bool:
    # Since version 0.25, gettext writes a line of its own, #=, for what is no matter of format.
    return comment.startswith(("#,", "#=")) and "fuzzy" in re.split(r"[ \t,]+", comment[2:].lower())


def read_entries(text: str, name: str) -> list[Entry]:
    """Give the entries of a `.po` file in their order; comments alone make one as well.

    Raises ProblemsFoundError where the file has more lines than a catalog can have.
    """
    reader = _Reader(name)
    for number, line in enumerate(text.split("\n"), 1):
        reader.read(number, line)
    reader.end_entry()
    return reader.entries


class _Reader:
    """Takes each line to its entry, and knows what the last lines of that entry were."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.entries: list[Entry] = []
        self.worded = False  # The entry has a line that is no comment, well-formed or not.
        self.whole = True  # All such lines of it are well-formed and in order.
        self.endless = False  # It has more lines than any message.
        self.keyword = ""  # The last keyword of it.
        self.former = ""  # The sign before the former source text right above, if there is one.
        self.after_blank = False
        self.doubts: list[Problem] = []  # What may be flags of it that nobody can read.

    def read(self, number: int, text: str) -> None:
        """Take the next line."""
        if number > MOST_LINES:
            message = f"the file has more than {MOST_LINES:,} lines"
            place = Place(self.name, number, 1)
            raise ProblemsFoundError([Problem(place, message, "no catalog is that long")])
        bad = FORBIDDEN_CHARACTERS.search(text)
        line = _line(FORBIDDEN_CHARACTERS.sub("", text) if bad else text)
        blank = line.kind == "blank"
        if bad or not blank:
            self._find_entry(number, line)
        if bad:
            place = Place(self.name, number, bad.start() + 1)
            message = f"the invisible character U+{ord(bad[0]):04X} is not allowed"
            self._note(line, place, message, "delete it and type the text again")
        place = Place(self.name, number, len(text) - len(text.lstrip(" \t")) + 1)
        if line.kind == "words":
            self._read_words(line, place, text)
        elif not blank:
            self._read_comment(line, place)
        self.after_blank = blank

    def _find_entry(self, number: int, line: _Line) -> None:
        """Begin an entry where the line belongs to no other."""
        if self._begins_entry(line):
            self.end_entry()
            self.entries.append(Entry(number, number, obsolete=line.obsolete))
            self.worded = self.endless = False
            self.whole = True
            self.keyword = self.former = ""
        entry = self.entries[-1]
        entry.last = number
        if number - entry.first >= MOST_LINES_OF_ENTRY and not self.endless:
            self.endless = True
            message = f"this message has more than {MOST_LINES_OF_ENTRY:,} lines"
            self._note(line, Place(self.name, number, 1), message, "no message is that long")

    def _begins_entry(self, line: _Line) -> bool:
        if not self.entries:
            return True
        if not self.worded or line.kind == "blank":
            return False
        if line.kind == "words":
            return self._begins_with_words(line)
        if line.kind == "former" and line.whole and not line.keyword:
            return False  # Here polib goes on with the string above.
        return self.keyword != "msgctxt" or self.after_blank or self.entries[-1].obsolete

    def _begins_with_words(self, line: _Line) -> bool:
        other = line.obsolete != self.entries[-1].obsolete
        if line.keyword in ("msgctxt", "msgid"):
            # Nothing begins between a context, be it broken, and its source text: it would be lost.
            sound = self.keyword == "msgctxt" and self.whole
            context = sound or (self.keyword in ("msgctxt", "") and not self.after_blank)
            return other or line.keyword == "msgctxt" or not context
        if line.keyword and other:
            return True
        # A blank line ends a message that is complete, but for what looks like more of its words.
        complete = self.after_blank and self.keyword.startswith("msgstr")
        string = line.words.startswith('"') or line.whole
        return complete and not (self._in_order(line.keyword) if line.keyword else string)

    def _note(self, line: _Line, place: Place, message: str, hint: str) -> None:
        entry = self.entries[-1]
        harmless = line.kind != "words" or line.obsolete
        problems = entry.remarks if harmless else entry.problems
        problems.append(Problem(place, message, hint))

    def _read_comment(self, line: _Line, place: Place) -> None:
        entry = self.entries[-1]
        goes_on = line.kind == "former" and not line.keyword
        if self.worded:
            # It stands among the words of a message: see `_begins_entry`.
            self._note(_Line("words", obsolete=entry.obsolete), place, _BROKEN, _ORDER_HINT)
            self.whole = False
        elif not line.whole or (goes_on and line.words != self.former):
            problem = Problem(place, "this is not a well-formed comment", _COMMENT_HINT)
            flags = line.kind == "comment" and _MAY_BE_FLAGS.match(line.words)
            (self.doubts if flags else entry.remarks).append(problem)
        self.former = line.words if line.kind == "former" else ""
        entry.fuzzy = entry.fuzzy or _is_fuzzy(line.words)

    def _read_words(self, line: _Line, place: Place, text: str) -> None:
        entry = self.entries[-1]
        if not self.worded:
            entry.obsolete = line.obsolete
        elif line.obsolete != entry.obsolete:
            line = _Line("words", whole=False, obsolete=entry.obsolete)
        self.worded = True
        if not line.whole:
            self._note(line, place, _BROKEN, _LINE_HINT)
        elif not self._in_order(line.keyword):
            if self.whole:
                self._note(line, place, _BROKEN, _ORDER_HINT)
        elif not self.endless or line.keyword:
            keyword = line.keyword or self.keyword
            quoted = Place(self.name, place.line, text.index('"') + 1)
            entry.pieces.append(Piece(keyword, quoted, line.words))
            self.keyword = keyword
            return
        self.whole = False
        self.keyword = line.keyword or self.keyword
        if self.keyword in ("", "msgctxt", "msgid"):
            entry.named &= bool(self.keyword) and not line.keyword and line.words[:1] != '"'

    def _in_order(self, keyword: str) -> bool:
        if not keyword:
            return bool(self.keyword)
        return keyword in _MAY_FOLLOW.get(self.keyword, ())

    def end_entry(self) -> None:
        """Look at the whole of the last entry."""
        if self.doubts:
            entry = self.entries[-1]
            harmless = entry.obsolete or not self.worded or entry.key == (None, "")
            (entry.remarks if harmless else entry.problems).extend(self.doubts)
            self.doubts = []
        if not self.worded or not self.whole:
            return
        entry = self.entries[-1]
        line = _Line("words", obsolete=entry.obsolete)
        places = {piece.keyword: piece.place for piece in reversed(entry.pieces)}
        if not self.keyword.startswith("msgstr"):
            self._note(line, places[self.keyword], "this message has no msgstr", _ORDER_HINT)
        for keyword, place in places.items():
            length = len(entry.text(keyword) or "")
            if length > MOST_CHARACTERS:
                message = f"is {length:,} characters long"
                self._note(line, place, message, "no text of a leaflet is that long")
