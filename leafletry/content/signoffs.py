"""`locales/<locale>/signoff.yaml`: who read exactly which words, and until when that holds.

The words themselves lie beside it, in `signed/`, one file a text that was signed. The digest of a
sign-off is the sha256 of that file, so anybody can see what a person put their name to.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field

from leafletry.content.leaflet import Name
from leafletry.content.roles import Role
from leafletry.reading.output import write_together
from leafletry.reading.sourcefile import (
    Day,
    Strict,
    is_still_to_come,
    parse,
    read_any_text,
    read_yaml,
)

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

MOST_DAYS = 3 * 366
"""The longest time for which a review holds: three years."""
MOST_WORDS_BYTES = 200_000

_HEAD = """\
# Who read exactly which words of the leaflets in this language, in which role, and until when
# that holds. `python3 build_leaflets.py signoff record` adds to it; nobody else should. Each text
# that was signed lies in signed/; its sha256 is the digest here. One changed word voids a sign-off.
signoffs:
"""


@dataclass(frozen=True)
class PrintedWords:
    """The words of a leaflet in a language, a line each block, and how many are not translated."""

    text: str
    untranslated: int

    @cached_property
    def digest(self) -> str:
        """The digest that a sign-off of these words has."""
        return digest_of(self.text)


def _one_line(name: str) -> str:
    if name != " ".join(name.split()):
        message = "must be one line, without blanks at its ends"
        raise ValueError(message)
    return name


PersonName = Annotated[str, Field(min_length=1, max_length=90), AfterValidator(_one_line)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class SignOff(Strict):
    """A person's word that a leaflet in a language may be given out as it was read."""

    leaflet: Name
    role: Role
    name: PersonName
    signed_on: Day
    next_review: Day
    words: Digest

    def holds_on(self, day: dt.date) -> bool:
        """Tell whether the review has not run out."""
        return day <= self.next_review


class SignOffFile(Strict):
    """All sign-offs of a language, the oldest first; none is ever taken away."""

    signoffs: list[SignOff] = []


def fault_of_dates(signed_on: dt.date, next_review: dt.date, today: dt.date) -> str:
    """Say what is wrong with the days of a sign-off; nothing where nothing is."""
    if is_still_to_come(signed_on, today):
        return f"signed_on {signed_on} lies in the future"
    if next_review <= signed_on:
        return f"next_review {next_review} is not after signed_on {signed_on}"
    if (next_review - signed_on).days > MOST_DAYS:
        return f"next_review {next_review} is more than three years after signed_on {signed_on}"
    return ""


def signed_words_path(locale: str, leaflet: str, digest: str) -> str:
    """Give where a text that was signed lies, from the project's folder on."""
    return f"locales/{locale}/signed/{leaflet}-{digest[:12]}.txt"


def read_signed_words(root: Path, locale: str, signoff: SignOff) -> str:
    """Give the words that a sign-off is about.

    Raises ProblemsFoundError where they cannot be read.
    """
    name = signed_words_path(locale, signoff.leaflet, signoff.words)
    return read_any_text(root / name, name, MOST_WORDS_BYTES)


def digest_of(words: str) -> str:
    """Give the digest that a sign-off of these words has."""
    return hashlib.sha256(words.encode()).hexdigest()


def add_signoff(root: Path, locale: str, signoff: SignOff, words: str) -> list[str]:
    """Write a sign-off and the words it is about; both are there in the end, or neither.

    Gives the names of the files. Raises ProblemsFoundError where the present ones are broken.
    """
    name = f"locales/{locale}/signoff.yaml"
    path = root / name
    known = parse(SignOffFile, read_yaml(path, name)).signoffs if path.exists() else []
    content = _HEAD + "".join(map(_entry, [*known, signoff]))
    words_name = signed_words_path(locale, signoff.leaflet, signoff.words)
    write_together({root / words_name: words.encode(), path: content.encode()})
    return [name, words_name]


def _entry(signoff: SignOff) -> str:
    return (
        f"  - leaflet: {signoff.leaflet}\n"
        f"    role: {signoff.role}\n"
        f"    name: {json.dumps(signoff.name, ensure_ascii=False)}\n"
        f"    signed_on: {signoff.signed_on}\n"
        f"    next_review: {signoff.next_review}\n"
        f'    words: "{signoff.words}"\n'
    )
