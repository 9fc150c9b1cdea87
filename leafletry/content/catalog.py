"""Read a translator's `.po` file and look messages up in it."""

from __future__ import annotations

import io
import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Annotated, Literal

import polib
from babel.support import Translations
from pydantic import AfterValidator, Field

from leafletry.content.leaflet import Audience, Id
from leafletry.content.po_entries import Entry, Key, read_entries, unescaped
from leafletry.reading.problems import (
    NOTHING,
    Affects,
    Place,
    Problem,
    ProblemList,
    ProblemsFoundError,
    shortened,
)
from leafletry.reading.sourcefile import MOST_PROBLEMS, Strict, read_any_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from leafletry.content.leaflet import Text

State = Literal["translated", "fuzzy", "missing"]
MOST_CATALOG_BYTES = 8_000_000
_MESSAGES_AT_ONCE = 1_000


def _with_words(phrase: str) -> str:
    if not any(map(str.isalnum, phrase)):
        raise ValueError("has no word in it")
    return phrase


Phrase = Annotated[str, Field(max_length=200), AfterValidator(_with_words)]


Word = Annotated[str, Field(max_length=200)]
WordList = Annotated[list[Word], Field(max_length=2_000)]


def catalog_name(locale: str) -> str:
    """Give the name of a language's catalog, from the project's folder on."""
    return f"locales/{locale}/LC_MESSAGES/messages.po"


class GlossaryTerm(Strict):
    """An agreed translation: `source` is said as one of `target`, never as one of `avoid`.

    Words of other forms are the same word. With `audiences` it holds only in texts for no others;
    what is `optional` may be left unsaid, as languages do with what is clear.
    """

    source: Phrase
    target: list[Phrase] = Field(min_length=1, max_length=100)
    avoid: list[Phrase] = Field(default_factory=list, max_length=100)
    audiences: list[Audience] = Field(default_factory=list)
    optional: bool = False
    note: Annotated[str, Field(max_length=2_000)] = ""


class NeverSaid(Strict):
    """Words by which a banned fact is known: one of each list of `together`, in one text.

    `unmeant` are phrases that hold one of the words and deny the fact: "not from the spine".
    """

    fact: Id
    together: list[Annotated[list[Phrase], Field(min_length=1)]] = Field(min_length=1)
    unmeant: list[Phrase] = Field(default_factory=list, max_length=100)


class Meaning(Strict):
    """How a language says a meaning that no translation may lose, or add to its source.

    Each of `words` says it. Those of `perhaps` may say it: they are enough where it must be said,
    and nothing is wrong with them where it must not. `unmeant` are phrases that hold one of the
    words and do not say it. `echoes` belong to another word of the same clause, as "jamais" does to
    "ne". `un-` is the beginning of words, `-less` an end, `-x-` what is anywhere in them.

    The source language decides for all of them: what is `counted` is said as many times as there;
    one that is `light` may be said by words that are not listed, and only two such together show
    that a text says something else (with `lost` that holds for a loss only: an addition is always
    told). No translation says the `opposite` in its place.
    """

    words: list[Phrase] = Field(default_factory=list, max_length=500)
    perhaps: list[Phrase] = Field(default_factory=list, max_length=500)
    unmeant: list[Phrase] = Field(default_factory=list, max_length=500)
    echoes: list[Phrase] = Field(default_factory=list, max_length=100)
    counted: bool = False
    light: Literal["", "lost", "both"] = ""
    opposite: Word = ""


class Glossary(Strict):
    """What a locale's `glossary.yaml` agrees on: terms, and the words for numbers and limits.

    `names` stay as they are: those of the source language in every language, those of another in
    that one. Any of `numerals` with any of `counters` behind it is a number word, in scripts where
    a numeral alone is part of ordinary words. Names and `allowed` phrases hold no number though
    they look like it; `one_in` are the ways to say a risk that readers misjudge ("one in"),
    `doses` words for what a medicine is measured in ("teaspoon"). `negations` (of the source
    language only) turn a sentence into its opposite: words, and beginnings such as "un-".
    `populations` are the words that name a group of patients; `never_said` are wordings of banned
    facts; `meanings` are what translations may neither lose nor add.
    """

    names: WordList = Field(default_factory=list)
    number_words: WordList = Field(default_factory=list)
    numerals: list[Phrase] = Field(default_factory=list, max_length=50)
    counters: list[Phrase] = Field(default_factory=list, max_length=100)
    one_in: WordList = Field(default_factory=list)
    allowed: WordList = Field(default_factory=list)
    doses: list[Phrase] = Field(default_factory=list, max_length=500)
    qualifiers: dict[Word, WordList] = Field(default_factory=dict, max_length=50)
    negations: WordList = Field(default_factory=list)
    fractions: dict[Word, Word] = Field(default_factory=dict, max_length=50)
    populations: dict[Word, list[Phrase]] = Field(default_factory=dict, max_length=50)
    never_said: list[NeverSaid] = Field(default_factory=list, max_length=100)
    meanings: dict[Word, Meaning] = Field(default_factory=dict, max_length=200)
    terms: list[GlossaryTerm] = Field(default_factory=list, max_length=2_000)


@dataclass(frozen=True)
class Message:
    """One entry of a catalog: the source text, its translation and where it stands.

    `place` is where the translation begins; `starts` gives for each further line of it the
    character with which it begins, and its place.
    """

    msgid: str
    msgstr: str
    context: str | None
    fuzzy: bool
    place: Place
    starts: tuple[tuple[int, Place], ...] = ()


@dataclass
class Catalog:
    """The translations of one locale.

    `formats` is the language whose numbers and dates it takes, where that is not its own. What a
    variant leaves empty comes from its `parent`, as far as that is translated.

    What is wrong with a message is in `problems`; the message is not in `messages`, so that it
    counts as missing, and its key is in `spoiled`; the problem affects every leaflet that shows it.
    What is wrong with a comment, or with a message that is put aside, is in `problems` as well;
    it stands at one of the `harmless` places and affects nothing.
    """

    locale: str
    messages: dict[Key, Message] = field(default_factory=dict)
    translations: Translations | None = None
    formats: str = ""
    problems: list[Problem] = field(default_factory=list)
    spoiled: set[Key] = field(default_factory=set)
    harmless: set[Place] = field(default_factory=set)
    stretches: list[tuple[int, int, Key | None]] = field(default_factory=list)
    """The first and last line of each message in use, the header first, and its key, if known."""
    parent: Catalog | None = None

    def state(self, text: Text) -> State:
        """Say whether a text is translated; what a translator marked fuzzy is not."""
        return self.state_of((text.context, text.text))

    def state_of(self, key: Key) -> State:
        """Say whether a message is translated, here or in a parent."""
        message = self.messages.get(key)
        if message is not None and message.msgstr:
            return "fuzzy" if message.fuzzy else "translated"
        return "translated" if self.inherits(key) else "missing"

    def inherits(self, key: Key) -> bool:
        """Tell whether the words of a message come from the parent.

        Somebody wrote words for what is spoiled, or fuzzy: others do not take their place.
        """
        message = self.messages.get(key)
        if self.parent is None or key in self.spoiled or (message is not None and message.msgstr):
            return False
        return self.parent.state_of(key) == "translated"

    def message(self, key: Key) -> Message | None:
        """Give the message whose words print, here or in a parent; else what there is here.

        Words of the source language stand in no catalog.
        """
        if self.parent is not None and self.inherits(key):
            return self.parent.message(key)
        return self.messages.get(key)

    def words(self, key: Key) -> str:
        """Give the words there are for a message: its own, also fuzzy ones, or its parent's."""
        if self.parent is not None and self.inherits(key):
            return self.parent.words(key)
        message = self.messages.get(key)
        return message.msgstr if message else ""

    def look_up(self, text: Text) -> str:
        """Give the translation of a text, or the text itself where there is none to trust."""
        if self.parent is not None and self.inherits((text.context, text.text)):
            return self.parent.look_up(text)
        if self.translations is None:
            return text.text
        if text.context is None:
            return self.translations.ugettext(text.text)
        return str(self.translations.upgettext(text.context, text.text))

    def keys_at(self, place: Place) -> set[Key] | None:
        """Give the messages that an error at a place spoils; None where it may be any of them."""
        if place in self.harmless:
            return set()
        above = bisect_right(self.stretches, place.line, key=lambda stretch: stretch[0])
        if above <= 1:  # What concerns the header, or the whole file, concerns every message.
            return None
        _, last, key = self.stretches[above - 1]
        if place.line > last:
            return None
        return set() if key is None else {key}


class SourceCatalog(Catalog):
    """The catalog of the source language: it is empty, and every text is its own translation."""

    def state_of(self, key: Key) -> State:  # noqa: ARG002 - as every catalog is asked
        """Say that a message needs no translation."""
        return "translated"

    def words(self, key: Key) -> str:
        """Give the message itself."""
        return key[1]


def read_catalog(path: Path, name: str, locale: str) -> Catalog:
    """Read one `.po` file; what is wrong with single messages is in the catalog's `problems`.

    Raises ProblemsFoundError for what is wrong with all of it: a file that cannot be read, is not
    UTF-8 or is too long, or whose header is broken or tells of another language or encoding.
    """
    entries = read_entries(read_any_text(path, name, MOST_CATALOG_BYTES), name)
    header, *used = [entry for entry in entries if entry.in_use] or [Entry(1, 1)]
    first: dict[Key, Place] = {}
    for entry in used:
        _refuse_nothing_and_twice(entry, first)
    problems = _reported(entries, locale)
    if header.problems:
        raise ProblemsFoundError(problems)
    metadata = _read_header(header, name, locale)
    spoiled = {entry.key for entry in used if entry.problems and entry.key}
    messages = {
        entry.key: _message(entry) for entry in used if entry.key and entry.key not in spoiled
    }
    return Catalog(
        locale,
        messages,
        _compiled(metadata, messages.values(), name),
        problems=problems,
        spoiled=spoiled,
        harmless={remark.place for entry in entries for remark in entry.remarks},
        stretches=[(entry.first, entry.last, entry.key) for entry in (header, *used)],
    )


def _refuse_nothing_and_twice(entry: Entry, first: dict[Key, Place]) -> None:
    """Refuse a message that has no words, as only the header may, and one that was met before."""
    if entry.problems or not entry.key:
        return
    place = entry.place
    if not entry.key[1]:
        hint = "a catalog has one header, and every other message has words"
        entry.problems.append(Problem(place, "a message without words", hint))
    elif first.setdefault(entry.key, place) != place:
        hint = f"it is first given in line {first[entry.key].line}; keep one of the two"
        entry.problems.append(Problem(place, "this message stands here twice", hint))


def _reported(entries: Iterable[Entry], locale: str) -> list[Problem]:
    """Give the problems of a file: all of them, or the first and how many more there are."""
    problems = sorted(chain.from_iterable(_problems_of(entry, locale) for entry in entries))
    reported, more = problems[:MOST_PROBLEMS], problems[MOST_PROBLEMS:]
    if more:
        spoiled = chain.from_iterable(problem.affects.messages or () for problem in more)
        said = f"and {len(more):,} more problems from here on"
        affects = Affects.only(locales=[locale], messages=spoiled)
        reported.append(Problem(more[0].place, said, affects=affects))
    return reported


def _problems_of(entry: Entry, locale: str) -> Iterator[Problem]:
    """Yield what is wrong with an entry, and with which messages; a remark affects nothing."""
    spoiled = Affects.only(locales=[locale], messages=[entry.key] if entry.key else [])
    yield from (replace(problem, affects=spoiled) for problem in entry.problems)
    yield from (replace(problem, affects=NOTHING) for problem in entry.remarks)


def _message(entry: Entry) -> Message:
    """Give a whole entry as the message it is; one with plural forms has no translation here."""
    context, msgid = entry.key or (None, "")
    pieces = [piece for piece in entry.pieces if piece.keyword == "msgstr"]
    lengths = accumulate(len(unescaped(piece.words)) for piece in pieces)
    starts = tuple(zip(lengths, (piece.place for piece in pieces[1:]), strict=False))
    msgstr = entry.text("msgstr") or ""
    return Message(msgid, msgstr, context, entry.fuzzy, entry.place, starts)


def _read_header(header: Entry, name: str, locale: str) -> dict[str, str]:
    """Give the fields of the header; refuse a catalog of another language or encoding."""
    lines = (header.text("msgstr") or "").split("\n") if header.key == (None, "") else []
    fields = {
        field: value.strip()
        for field, colon, value in (line.partition(":") for line in lines)
        if colon
    }
    problems = ProblemList()
    language = fields.get("Language", "")
    if language != locale:
        said = f'says Language "{shortened(language)}"' if language else "does not say its Language"
        place = _header_place(header, "Language:", name)
        problems.add(place, f"its header {said}", f"in this folder it must be {locale}")
    charset = re.search(r"charset=([^;\s]*)", fields.get("Content-Type", ""))
    if charset is None or charset[1].upper() != "UTF-8":
        problems.add(
            _header_place(header, "Content-Type:", name),
            "its header does not say charset=UTF-8",
            "save the file as UTF-8 and say so in its header",
        )
    forms = _PLURAL_FORMS.match(fields.get("Plural-Forms", "nplurals=1;"))
    if forms is None or not 1 <= int(forms[1]) <= MOST_PLURAL_FORMS:
        problems.add(
            _header_place(header, "Plural-Forms:", name),
            "its header says nothing sensible in Plural-Forms",
            "take the line of another file in this language; leaflets need no plural forms",
        )
    problems.raise_errors()
    return fields


_PLURAL_FORMS = re.compile(r"nplurals\s*=\s*([0-9]{1,3})\s*;?")
MOST_PLURAL_FORMS = 6
"""Of any language; Arabic has so many."""


def _header_place(header: Entry, field: str, name: str) -> Place:
    found = (piece.place for piece in header.pieces if piece.words.startswith(field))
    return next(found, Place(name, 1, 1))


def _compiled(fields: dict[str, str], messages: Iterable[Message], name: str) -> Translations:
    """Give the translations as Babel looks them up; fuzzy ones and missing ones are none."""
    entries = [
        polib.POEntry(msgid=message.msgid, msgctxt=message.context, msgstr=message.msgstr)
        for message in messages
        if message.msgstr and not message.fuzzy
    ]
    translations = _compiled_together(fields, [], name)
    # polib copies what it has at each message: thousands at once would take it minutes.
    for start in range(0, len(entries), _MESSAGES_AT_ONCE):
        part = entries[start : start + _MESSAGES_AT_ONCE]
        translations.merge(_compiled_together(fields, part, name))
    return translations


def _compiled_together(
    fields: dict[str, str], entries: Iterable[polib.POEntry], name: str
) -> Translations:
    compiled = polib.POFile()
    compiled.metadata = fields
    compiled.extend(entries)
    try:
        return Translations(io.BytesIO(compiled.to_binary()))
    except Exception:  # noqa: BLE001 - Babel computes with the header, which can say anything
        hint = "check its line Plural-Forms"
        problem = Problem(Place(name, 1, 1), "its header cannot be used", hint)
        raise ProblemsFoundError([problem]) from None
