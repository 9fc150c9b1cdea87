"""Read a translator's `.po` file and look messages up in it."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import polib
from babel.support import Translations

from leafletry.problems import Place, Problem, ProblemsFoundError
from leafletry.sourcefile import Strict, read_text

if TYPE_CHECKING:
    from pathlib import Path

    from leafletry.leaflet import Text

State = Literal["translated", "fuzzy", "missing"]


class GlossaryTerm(Strict):
    """An agreed translation: `source` is said as one of `target`, never as one of `avoid`."""

    source: str
    target: list[str]
    avoid: list[str] = []
    note: str = ""


class Glossary(Strict):
    """What a locale's `glossary.yaml` agrees on: terms, and the words for numbers and limits."""

    names: list[str] = []
    number_words: list[str] = []
    one_in: list[str] = []
    allowed: list[str] = []
    qualifiers: dict[str, list[str]] = {}
    fractions: dict[str, str] = {}
    terms: list[GlossaryTerm] = []


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
    text = read_text(path, name, most_bytes=8_000_000)
    try:
        entries = polib.pofile(str(path), encoding="utf-8", check_for_duplicates=True)
    except (OSError, ValueError, IndexError, KeyError) as error:
        raise ProblemsFoundError([_explain(name, text, str(error))]) from None
    catalog = Catalog(locale)
    for entry in entries:
        if entry.obsolete:
            continue
        message = Message(entry.msgid, entry.msgstr, entry.msgctxt, entry.fuzzy, Place(name, entry.linenum))
        catalog.messages[entry.msgctxt, entry.msgid] = message
    language = entries.metadata.get("Language", "")
    if language and language != locale:
        raise ProblemsFoundError(
            [Problem(Place(name), f'its header says Language "{language}"', f"in this folder it must be {locale}")]
        )
    catalog.translations = Translations(io.BytesIO(entries.to_binary()))
    return catalog


def _explain(name: str, text: str, said: str) -> Problem:
    line = re.search(r"line (\d+)", said)
    place = Place(name, int(line[1])) if line else Place(name, 1)
    if "already exists" in said:
        twice = re.search(r'Entry "(.*)" already exists', said, re.DOTALL)
        first = text.find(f'msgid "{twice[1]}"') if twice else -1
        again = text.find(f'msgid "{twice[1]}"', first + 1) if twice and first >= 0 else -1
        line_number = text.count("\n", 0, max(again, 0)) + 1
        return Problem(Place(name, line_number), "this message stands here twice", "keep one of the two")
    return Problem(
        place, "this is not a well-formed message", "open the file in Poedit, or check the quotation marks"
    )
