"""The code at the foot of every page, by which paper and file can be looked up."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

_BETWEEN = " · "
_TYPED = re.compile(
    r"([a-z]{2})-?([a-z])-?([0-9]{1,2})"
    r"-([a-z]{2,3}(?:-[a-z0-9]{2,8})*)"
    r"-(?:v-?)?([0-9]{1,4}\.[0-9]{1,4})"
    r"-([0-9a-f]{6})(?:-([0-9a-f]{4}))?"
)
_LONGEST_TYPED = 80
_COMMA = re.compile(r"(?<=\d)[,。、](?=\d)")
_AROUND = " \t\r\n.,;:!?。、()[]<>「」“”\"'"
"""What a sentence leaves around a code."""
_AS_HEX = str.maketrans("oil", "011")


@dataclass(frozen=True, order=True)
class EditionCode:
    """Which leaflet, language and version, and in short which words.

    `words` are the first six hexadecimal digits of the digest of the words that are printed;
    `clinic` four of the digest of what a clinic's profile adds, None on editions for all.
    """

    leaflet: str
    lang: str
    version: str
    words: str
    clinic: str | None = None

    def __str__(self) -> str:
        """Give the code as it is printed: `IL-P1 · es · v0.1 · 3fa92c-7be1`."""
        end = f"{self.words}-{self.clinic}" if self.clinic else self.words
        return _BETWEEN.join([self.leaflet, self.lang, f"v{self.version}", end])

    @property
    def as_name(self) -> str:
        """Give the code as the name of a file or the end of a link."""
        return str(self).replace(_BETWEEN, "-")

    @property
    def for_all(self) -> EditionCode:
        """Give the code of the same words without a clinic's numbers."""
        return replace(self, clinic=None)

    def covers(self, other: EditionCode) -> bool:
        """Tell whether what is said of this code holds for another: the same, or a clinic's."""
        return self in (other, other.for_all)


def read_code(typed: str) -> EditionCode | None:
    """Give the code that a person typed or a file carries, or None where it is none.

    Blanks, dots between the parts, dashes, capitals and the width of letters do not matter, nor
    do a comma in the version, the full stop of a sentence, and a letter o or l in place of a digit
    that looks like it.
    """
    if len(typed) > _LONGEST_TYPED:
        return None
    folded = unicodedata.normalize("NFKC", typed).strip(_AROUND).lower()
    whole = _COMMA.sub(".", folded)
    plain = re.sub(r"[\s,;·•‧・_‐-―−/-]+", "-", whole).strip("-")  # noqa: RUF001 - dashes of all kinds
    *head, end = re.split(r"(?<=\d)-(?=[0-9a-foil]{6}(?:-|$))", plain, maxsplit=1)
    found = _TYPED.fullmatch("-".join([*head, end.translate(_AS_HEX)])) if head else None
    if found is None:
        return None
    first, kind, number, language, version, words, clinic = found.groups()
    subtags = language.split("-")
    tag = "-".join([subtags[0], *(_subtag(part) for part in subtags[1:])])
    return EditionCode(f"{first}-{kind}{number}".upper(), tag, version, words, clinic)


def _subtag(part: str) -> str:
    """Give a part of a language tag in its usual case: `Hant`, `BR`, `419`."""
    return part.title() if len(part) == 4 else part.upper()  # noqa: PLR2004 - a script has four letters
