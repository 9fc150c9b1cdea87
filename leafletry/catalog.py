"""Read a translator's `.po` file and look messages up in it."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import polib
from babel.support import Translations
from pydantic import Field

from leafletry.problems import Place, Problem, ProblemList, ProblemsFoundError
from leafletry.sourcefile import MOST_PROBLEMS, Strict, read_text, shortened

if TYPE_CHECKING:
    from pathlib import Path

    from leafletry.leaflet import Text

State = Literal["translated", "fuzzy", "missing"]
MOST_CATALOG_BYTES = 8_000_000


class GlossaryTerm(Strict):
    """An agreed translation: `source` is said as one of `target`, never as one of `avoid`."""

    source: str
    target: list[str]
    avoid: list[str] = Field(default_factory=list)
    note: str = ""


class Glossary(Strict):
    """What a locale's `glossary.yaml` agrees on: terms, and the words for numbers and limits.

    `names` (of the source language only) and `allowed` phrases hold no number though they look
    like it; `one_in` are the ways to say a risk that readers misjudge ("one in").
    """

    names: list[str] = Field(default_factory=list)
    number_words: list[str] = Field(default_factory=list)
    one_in: list[str] = Field(default_factory=list)
    allowed: list[str] = Field(default_factory=list)
    qualifiers: dict[str, list[str]] = Field(default_factory=dict)
    fractions: dict[str, str] = Field(default_factory=dict)
    terms: list[GlossaryTerm] = Field(default_factory=list)


@dataclass(frozen=True)
class Message:
    """One entry of a catalog: the source text, its translation and where it stands."""

    msgid: str
    msgstr: str
    context: str | None
    fuzzy: bool
    place: Place


@dataclass
class Catalog:
    """The translations of one locale; the source language has an empty one."""

    locale: str
    messages: dict[tuple[str | None, str], Message] = field(default_factory=dict)
    translations: Translations | None = None

    def state(self, text: Text) -> State:
        """Say whether a text is translated; what a translator marked fuzzy is not."""
        message = self.messages.get((text.context, text.text))
        if message is None or not message.msgstr:
            return "missing"
        return "fuzzy" if message.fuzzy else "translated"

    def look_up(self, text: Text) -> str:
        """Give the translation of a text, or the text itself where there is none to trust."""
        if self.translations is None:
            return text.text
        if text.context is None:
            return self.translations.ugettext(text.text)
        return str(self.translations.upgettext(text.context, text.text))


def read_catalog(path: Path, name: str, locale: str) -> Catalog:
    """Read one `.po` file.

    Raises ProblemsFoundError with the line where it is broken; nothing of a broken one is used.
    """
    text = read_text(path, name, most_bytes=MOST_CATALOG_BYTES)
    lines = _well_formed_lines(text, name)
    try:
        # A text that ends with a line end is never taken for the name of a file.
        entries = polib.pofile("\n".join(lines) + "\n", encoding="utf-8")
    except Exception as error:  # noqa: BLE001 - whatever a broken file makes the reader say
        raise ProblemsFoundError([_explain(name, str(error))]) from None
    _check_header(entries.metadata, lines, name, locale)
    catalog = Catalog(locale)
    problems = ProblemList()
    for entry in entries:
        if not entry.obsolete:
            _add(catalog, entry, _place_of_translation(lines, entry.linenum, name), problems)
    problems.raise_errors()
    catalog.translations = _compiled(entries, name)
    return catalog


def _compiled(entries: polib.POFile, name: str) -> Translations:
    try:
        return Translations(io.BytesIO(entries.to_binary()))
    except Exception:  # noqa: BLE001 - Babel computes with the header, which can say anything
        problem = Problem(
            Place(name, 1, 1), "its header cannot be used", "check its line Plural-Forms"
        )
        raise ProblemsFoundError([problem]) from None


_STRING = r'"[^"\\]*(?:\\["\\ntr][^"\\]*)*"'
_WELL_FORMED = re.compile(
    rf"\s*(?:#.*|(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s+{_STRING}|{_STRING}|)\s*"
)


def _well_formed_lines(text: str, name: str) -> list[str]:
    """Give the lines of a catalog, each of which is a comment or a keyword with a whole string.

    polib reads over a missing quotation mark and drops a letter; here it is a problem.
    """
    lines = text.split("\n")
    problems = [
        Problem(
            Place(name, number, len(line) - len(line.lstrip()) + 1),
            "this is not a well-formed message",
            _PO_HINT,
        )
        for number, line in enumerate(lines, 1)
        if not _WELL_FORMED.fullmatch(line)
    ]
    if problems:
        raise ProblemsFoundError(problems[:MOST_PROBLEMS])
    return lines


_PO_HINT = "open the file in Poedit, or check the quotation marks and backslashes of this line"


def _add(catalog: Catalog, entry: polib.POEntry, place: Place, problems: ProblemList) -> None:
    key = (entry.msgctxt, entry.msgid)
    if key in catalog.messages:
        first = catalog.messages[key].place.line
        problems.add(
            place,
            "this message stands here twice",
            f"it is first given in line {first}; keep one of the two",
        )
        return
    if not entry.msgid:
        problems.add(
            place,
            "a message without words",
            "a catalog has one header, and every other message has words",
        )
    catalog.messages[key] = Message(entry.msgid, entry.msgstr, entry.msgctxt, entry.fuzzy, place)


def _place_of_translation(lines: list[str], start: int | None, name: str) -> Place:
    """Give where the translation of the entry that begins at line `start` stands."""
    for number in range(max(start or 1, 1), len(lines) + 1):
        line = lines[number - 1].lstrip()
        if line.startswith("msgstr"):
            return Place(name, number, lines[number - 1].index('"') + 1)
    return Place(name, start or 1, 1)


def _check_header(metadata: dict[str, str], lines: list[str], name: str, locale: str) -> None:
    """Refuse a catalog of another language or encoding."""
    problems = ProblemList()
    language = metadata.get("Language", "")
    place = _header_place(lines, "Language:", name)
    if language != locale:
        said = f'says Language "{shortened(language)}"' if language else "does not say its Language"
        problems.add(place, f"its header {said}", f"in this folder it must be {locale}")
    charset = re.search(r"charset=([\w-]*)", metadata.get("Content-Type", ""))
    if charset is None or charset[1].upper() != "UTF-8":
        place = _header_place(lines, "Content-Type:", name)
        problems.add(
            place,
            "its header does not say charset=UTF-8",
            "save the file as UTF-8 and say so in its header",
        )
    problems.raise_errors()


def _header_place(lines: list[str], field: str, name: str) -> Place:
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith(f'"{field}'):
            return Place(name, number, line.index('"') + 1)
    return Place(name, 1, 1)


def _explain(name: str, said: str) -> Problem:
    line = re.search(r"\(line (\d+)\)", said)
    place = Place(name, int(line[1]) if line else 1, 1)
    return Problem(place, "this is not a well-formed message", _PO_HINT)
