"""Slips of the keyboard in YAML: what people meant to type, and the words to tell them.

YAML says what is wrong in its own terms, and often some lines below the slip. These are told from
the lines as they were typed; nothing is mended in silence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_QUOTE_IT = "put the whole text in quotation marks"
_COMMENT_THAT_CUTS = re.compile(r"[ \t]+#+(?:[^\s#]|[ \t]*[0-9])")
"""A comment begins with # and a blank; what stands right behind # is mostly a number or a name."""
_KEY = r"(?:- +)*(?P<key>[A-Za-z_][\w-]*)"
_WIDE_COLON = re.compile(rf"\s*{_KEY}\s*(?P<slip>[\uff1a\ufe13\ufe55\ua789\u02d0\u2236])")
_WIDE_BLANK = re.compile(rf"\s*{_KEY}:(?P<slip>[\u00a0\u2000-\u200a\u202f\u205f\u3000])")
_NO_BLANK = re.compile(rf"\s*{_KEY}(?P<slip>:)(?!//)[^\s:]")
_WIDE_ITEM = re.compile(r"\s*-(?P<slip>[\u00a0\u2000-\u200a\u202f\u205f\u3000])")
_TAB = re.compile(r" *(?P<slip>\t)")
_WIDE_INDENTATION = re.compile(r"[ \t]*(?P<slip>[\u00a0\u2000-\u200a\u202f\u205f\u3000])")
_CURLY_END = re.compile(r"[^\"]*: +\"[^\"]*(?P<slip>[\u201c\u201d\u201f\uff02])\s*(?:#.*)?$")
_APOSTROPHE = re.compile(r"\s*(?:- +)*(?:[\w-]+: +)?(?P<slip>')(?:[^']|'')*'(?=[^\s',\]}:#])")
_AFTER_QUOTES = re.compile(r"\s*(?:- +)*(?:[\w-]+: +)?(?P<slip>\")[^\"\\]*\" *(?=[^\s\",\]}:#])")
_COLON_INSIDE = re.compile(r"\s*(?:- +)*[\w-]+: +[^\s\"'#\[{][^#]*?(?P<slip>:)(?:\s|$)")
_SIGN_AT_THE_START = re.compile(r"\s*(?:- +)*(?:[\w-]+: +)?(?P<slip>[@`%])")


class Slip(NamedTuple):
    """What was typed, and what to type instead; `column` counts from 1."""

    column: int
    message: str
    hint: str


def _say(pattern: re.Pattern[str], message: str, hint: str) -> tuple[re.Pattern[str], str, str]:
    return pattern, message, hint


_SLIPS = (
    _say(_TAB, "this line begins with a tab", "use blanks to indent; YAML knows no tabs there"),
    _say(
        _WIDE_INDENTATION,
        "this line begins with a blank that is no plain one",
        "delete the blanks at its start and type them again",
    ),
    _say(
        _WIDE_COLON,
        "the colon after {key} is a wide one",
        "type the plain colon, then a blank: {key}: …",
    ),
    _say(
        _WIDE_BLANK,
        "the blank after {key}: is no plain one",
        "delete it and type it again with the space bar: {key}: …",
    ),
    _say(
        _WIDE_ITEM,
        "the blank after the hyphen is no plain one",
        "delete it and type it again with the space bar: - …",
    ),
    _say(_NO_BLANK, "there is no blank after {key}:", "put one there: {key}: …"),
    _say(
        _CURLY_END,
        "the text ends with another quotation mark than it begins with",
        'type the plain one, ", at both ends',
    ),
    _say(
        _APOSTROPHE,
        "the text ends at the apostrophe in it",
        'put the text in double quotation marks: "Children\'s Hospital"',
    ),
    _say(
        _AFTER_QUOTES,
        "there is more text after the closing quotation mark",
        "put the whole text into one pair of quotation marks, '…' where it holds \"",
    ),
    _say(_COLON_INSIDE, "there is a colon inside the text", _QUOTE_IT),
    _say(_SIGN_AT_THE_START, "no text may begin with this sign", _QUOTE_IT),
)


def is_cut_by_a_comment(line: str, end: int) -> bool:
    """Tell whether what follows a text that stands without quotation marks looks like more of it.

    `end` is where the text ends on its line; YAML takes the rest for a comment.
    """
    return _COMMENT_THAT_CUTS.match(line, end) is not None


CUT_BY_A_COMMENT = "what follows # is left out here, as a comment"
CUT_HINT = (
    f"{_QUOTE_IT}; where it is meant as a comment, begin it with # and a blank and then a word"
)


def slip_on(line: str) -> Slip | None:
    """Give the first slip that a line can be told of, by itself."""
    for pattern, message, hint in _SLIPS:
        if found := pattern.match(line):
            key = found.groupdict().get("key", "")
            return Slip(found.start("slip") + 1, message.format(key=key), hint.format(key=key))
    return None


def slip_above(lines: Sequence[str], number: int) -> tuple[int, Slip] | None:
    """Give the slip on a line (counted from 1), or on the nearest of the few lines above it."""
    for line in range(min(number, len(lines)), max(number - _LINES_ABOVE, 0), -1):
        if slip := slip_on(lines[line - 1]):
            return line, slip
    return None


def slip_at_the_start(text: str) -> Slip | None:
    """Give the slip that makes a text begin with a blank, or with a hyphen and one."""
    return slip_on(text) if _WIDE_INDENTATION.match(text) or _WIDE_ITEM.match(text) else None


_LINES_ABOVE = 4
_CURLY = "\u2018-\u201f\uff02"
_IN_CURLY_MARKS = re.compile(rf"[{_CURLY}][^{_CURLY}]*\w[^{_CURLY}]*[{_CURLY}]")


def stands_in_curly_marks(text: str) -> bool:
    """Tell whether a text stands in the quotation marks that word processors put."""
    return _IN_CURLY_MARKS.fullmatch(text) is not None
