"""A language's rules of writing, made ready to look for in its texts."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from leafletry.content.writing import SPACES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Literal

    from leafletry.content.writing import Instead, Refusal, SpaceRule, Writing

Found = tuple[int, str, str]
"""Where in a text something is wrong, what it is, and a hint."""

BLANKS = frozenset(" \u00a0\u1680\u202f\u205f\u3000").union(map(chr, range(0x2000, 0x200B)))
"""All characters that print as a space of some width."""

_QUOTATION_MARKS = frozenset("\"'`´«»‹›“”„‟‘’‚‛「」『』〝〞〟＂＇｢｣")  # noqa: RUF001 - each meant so
_LIKE_APOSTROPHES = frozenset("'’`´‘ʼ")  # noqa: RUF001 - each meant so
_OPENING = frozenset("([{«‹“„‘‚「『（［¿¡")  # noqa: RUF001 - each meant so
_CLOSING = frozenset(")]}»›”’」』）］")  # noqa: RUF001 - each meant so
_NAMES_OF_SPACES = {
    "": "no space",
    " ": "a space",
    "\u00a0": "a no-break space (U+00A0)",
    "\u202f": "a narrow no-break space (U+202F)",
}


class Typography:
    """What one language's `writing.yaml` says about signs, ready to look for.

    The texts it is asked about have no `**` in them, and figures where placeholders stood.
    """

    def __init__(self, writing: Writing) -> None:
        """Make the patterns of one language."""
        self.writing = writing
        self._partners = {pair[0]: pair[1] for pair in writing.quotes}
        marks = _QUOTATION_MARKS.union(*writing.quotes)
        self._marks = _any_sign(marks) if writing.quotes or writing.apostrophe else None
        self._before = _rules_by_sign(writing.spaces, "before")
        self._after = _rules_by_sign(writing.spaces, "after")
        self._signs = {"before": _any_sign(self._before), "after": _any_sign(self._after)}
        self._openings = _any_sign([*writing.openings, *writing.openings.values()])
        self._instead = [(_pattern_of(rule), rule) for rule in writing.instead]
        self._refused = [(_refusing(rule, writing.script), rule) for rule in writing.refuse]

    def wrong_quotes(self, text: str) -> Iterator[Found]:
        """Find quotation marks and apostrophes of other languages, and marks without a partner."""
        open_at: list[tuple[int, str]] = []
        for match in self._marks.finditer(text) if self._marks else ():
            i, mark = match.start(), match[0]
            before, after = text[i - 1 : i].isalnum(), text[i + 1 : i + 2].isalnum()
            if before and after and mark in _LIKE_APOSTROPHES:
                if self.writing.apostrophe and mark != self.writing.apostrophe:
                    yield i, f"the apostrophe {mark}", f"write {self.writing.apostrophe}"
            elif open_at and mark == self._partners[open_at[-1][1]]:
                open_at.pop()
            elif mark in self._partners:
                if bool(open_at) is (mark == self.writing.quotes[0][0]) and self._hint_inside:
                    yield i, f"the quotation mark {mark}", self._hint_of_quotes
                open_at.append((i, mark))
            elif mark != self.writing.apostrophe or not (before or after):
                alone = mark in self._partners.values()
                said = f"{mark} closes what nothing opened" if alone else f"the mark {mark}"
                yield i, said, self._hint_of_quotes
        for i, mark in open_at:
            yield i, f"{mark} is never closed", f"close it with {self._partners[mark]}"

    @property
    def _hint_inside(self) -> str:
        inner = [f"{pair[0]}…{pair[1]}" for pair in self.writing.quotes[1:]]
        return f", and inside them {' or '.join(inner)}" if inner else ""

    @property
    def _hint_of_quotes(self) -> str:
        hints = [f"{pair[0]}…{pair[1]}{self._hint_inside}" for pair in self.writing.quotes[:1]]
        if self.writing.apostrophe:
            hints.append(f"the apostrophe {self.writing.apostrophe}")
        return f"here one writes {'; '.join(hints)}"

    def wrong_spaces(self, text: str) -> Iterator[Found]:
        """Find spaces of the wrong kind beside a sign, and ones that are missing there."""
        for side, rules, step in (("before", self._before, -1), ("after", self._after, 1)):
            signs = self._signs[side]
            for match in signs.finditer(text) if signs else ():
                i, sign = match.start(), match[0]
                beside = text[i + step : i + step + 1] if i + step >= 0 else ""
                allowed = rules[sign]
                if not beside or beside in allowed:
                    continue
                hint = f"here it is {' or '.join(_NAMES_OF_SPACES[name] for name in allowed)}"
                if beside in BLANKS:
                    kind = _NAMES_OF_SPACES.get(beside, f"the space U+{ord(beside):04X}")
                    yield i, f'{kind} {side} "{sign}"', hint
                elif "" not in allowed and _needs_space(beside, side):
                    yield i, f'no space {side} "{sign}"', hint

    def wrong_openings(self, text: str) -> Iterator[Found]:
        """Find signs that close what was not opened, and signs that open what is not closed."""
        open_at: list[tuple[int, str]] = []
        for match in self._openings.finditer(text) if self._openings else ():
            i, sign = match.start(), match[0]
            opener = self.writing.openings.get(sign)
            if opener is None:
                open_at.append((i, sign))
            elif partner := next((spot for spot in open_at if spot[1] == opener), None):
                open_at.remove(partner)
            else:
                yield i, f"{sign} without {opener}", f"write {opener} where it begins"
        closers = {opener: sign for sign, opener in self.writing.openings.items()}
        for i, sign in open_at:
            yield i, f"{sign} without {closers[sign]}", f"write {closers[sign]} where it ends"

    def wrong_characters(self, text: str) -> Iterator[Found]:
        """Find what is written another way here, and characters that do not belong."""
        for pattern, rule in self._instead:
            for match in pattern.finditer(text):
                yield match.start(), f'"{rule.wrong}"', f'write "{rule.right}"'
        for refused, refusal in self._refused:
            for match in refused.finditer(text):
                yield match.start(), _named(match[0]), refusal.hint
        if (charset := self.writing.charset) and not text.isascii():
            hint = f"no text of this language needs it (it is not in {charset}); type it again"
            if self.writing.rare:
                hint += ", or add it to also: in writing.yaml"
            start = 0
            for known, run in groupby(text, self._belongs):
                chars = "".join(run)
                if not known:
                    yield start, _named(chars), hint
                start += len(chars)

    def _belongs(self, char: str) -> bool:
        """Tell whether a character is of this language; Latin letters of names are let through."""
        charset, rare = self.writing.charset, self.writing.rare
        if charset is None or char <= "ɏ" or char in BLANKS or _is_in(charset, char):
            return True
        if rare is None or char in rare.also:
            return rare is not None
        return _is_in(rare.charset, char) and not any(_is_in(name, char) for name in rare.not_in)


def _any_sign(signs: Iterable[str]) -> re.Pattern[str] | None:
    inside = "".join(re.escape(sign) for sign in sorted(set(signs)))
    return re.compile(f"[{inside}]") if inside else None


def _rules_by_sign(
    rules: Iterable[SpaceRule], side: Literal["before", "after"]
) -> Mapping[str, list[str]]:
    allowed: dict[str, list[str]] = {}
    for rule in rules:
        for sign in getattr(rule, side) or "":
            known = allowed.setdefault(sign, [])
            known += [SPACES[name] for name in dict.fromkeys(rule.use) if SPACES[name] not in known]
    return allowed


def _needs_space(char: str, side: str) -> bool:
    """Tell whether a space can be missing between a sign and what stands on that side of it."""
    return char.isalnum() or char in (_CLOSING if side == "before" else _OPENING)


def _pattern_of(rule: Instead) -> re.Pattern[str]:
    start = "" if rule.where == "anywhere" else r"(?<!\w)"
    end = r"(?!\w)" if rule.where == "word" else ""
    return re.compile(start + re.escape(rule.wrong) + end)


def _refusing(rule: Refusal, script: Iterable[str]) -> re.Pattern[str]:
    refused = _class_of(rule.characters)
    if rule.where == "anywhere":
        return re.compile(f"{refused}+")
    beside = _class_of(script)
    return re.compile(f"(?<={beside}){refused}|{refused}(?={beside})")


def _class_of(runs: Iterable[str]) -> str:
    """Give a character class of runs of single characters and of ranges such as `ｱ-ﾟ`."""
    parts = []
    for run in runs:
        if len(run) == 3 and run[1] == "-":  # noqa: PLR2004 - first, hyphen, last
            parts.append("-".join(re.escape(char) for char in sorted((run[0], run[2]))))
        else:
            parts += [re.escape(char) for char in run]
    return f"[{''.join(parts)}]"


def _is_in(charset: str, char: str) -> bool:
    try:
        char.encode(charset)
    except UnicodeError:
        return False
    return True


def _named(chars: str) -> str:
    shown = chars if chars.isprintable() and chars.strip() else f"U+{ord(chars[0]):04X}"
    return f"the characters {shown}" if len(chars) > 1 else f"the character {shown}"
