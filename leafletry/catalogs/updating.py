"""Bring the translators' files up to the texts, and lose no translation on the way."""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import polib

from leafletry.catalogs.extraction import collect_messages
from leafletry.catalogs.matching import Fate, NewMessage, OldMessage, match_messages
from leafletry.checking.mark_rules import refuse_unsafe_marks
from leafletry.checking.survey import Survey
from leafletry.content.catalog import catalog_name
from leafletry.content.catalog_files import CatalogFile, catalog_bytes, read_catalog_file
from leafletry.content.message_places import Standing, read_standing
from leafletry.content.project import SOURCE_LOCALE
from leafletry.content.translator_notes import NoteWriter
from leafletry.content.variants import parent_of
from leafletry.reading.output import folder_lock, write_together
from leafletry.reading.placeholders import names_in
from leafletry.reading.problems import Place, Problem, ProblemsFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from leafletry.catalogs.extraction import SourceMessage
    from leafletry.catalogs.matching import Key, Match
    from leafletry.content.leaflet import Text
    from leafletry.content.project import Project

TEMPLATE_NAME = "locales/messages.pot"
_TEMPLATE_COMMENT = (
    "Leafletry: messages of all leaflets. Made by `build_leaflets.py catalogs update`."
)
_CREATED = "POT-Creation-Date"
_MOST_DIGITS = 9


@dataclass(frozen=True)
class FileUpdate:
    """What an update made of one file: how many messages became what.

    `back` are translations in use again that were fuzzy, put aside or elsewhere; `gone` are
    messages that left the template.
    """

    changed: bool
    review: int = 0
    new: int = 0
    back: int = 0
    aside: int = 0
    gone: int = 0
    unchanged: int = 0

    def __str__(self) -> str:
        """Say it in words, such as "2 to review, 1 new, 276 unchanged"."""
        if not self.changed:
            return "unchanged"
        counts = [
            (self.review, "to review"),
            (self.new, "new"),
            (self.back, "in use again"),
            (self.aside, "put aside"),
            (self.gone, "gone"),
        ]
        said = [f"{count} {what}" for count, what in counts if count] or ["only comments changed"]
        return ", ".join([*said, f"{self.unchanged} unchanged"])


def update_catalogs(project: Project) -> dict[str, FileUpdate]:
    """Bring the template and every catalog up to the texts; say what became of each file.

    All of them are made first and put in place last: a failure leaves every file as it was.
    Raises ProblemsFoundError for a mark "same meaning" that cannot be trusted, and for a catalog
    that somebody saved while this was at work.
    """
    if problems := list(refuse_unsafe_marks(Survey(project, dt.date.min))):
        raise ProblemsFoundError(problems)
    messages = collect_messages(project)
    updates: dict[str, FileUpdate] = {}
    before: dict[str, bytes | None] = {}
    made: dict[str, bytes] = {}
    with folder_lock(project.root / ".cache"):
        for locale in project.locales:
            name = _file_name(locale)
            before[name] = _bytes_of(project.root / name)
            old = _read(project.root / name, name, locale)
            new = updated_catalog(project, messages, locale, old)
            made[name] = catalog_bytes(new)
            updates[name] = _compare(old, new, changed=made[name] != before[name])
        _refuse_saved_meanwhile(project.root, before)
        write_together(
            {project.root / name: made[name] for name, update in updates.items() if update.changed}
        )
    return updates


def _file_name(locale: str) -> str:
    """Give the name of a language's catalog; that of the source language is the template."""
    return TEMPLATE_NAME if locale == SOURCE_LOCALE else catalog_name(locale)


def updated_catalog(
    project: Project, messages: Sequence[SourceMessage], locale: str, old: CatalogFile
) -> CatalogFile:
    """Give a catalog with exactly these messages in use, in their order, and all translations.

    What belongs to no message is put aside behind them. For a new language, `old` holds only the
    header; the catalog of the source language is the template.
    """
    known: dict[Key, polib.POEntry] = {}
    if locale != SOURCE_LOCALE:
        known = {(entry.msgctxt, entry.msgid): entry for entry in old}
    matches = match_messages(
        [_new_message(message) for message in messages],
        [_old_message(entry, number) for number, entry in enumerate(known.values())],
    )
    entries = {
        message.key: _entry(message, known, matches.get(message.key)) for message in messages
    }

    above = project.catalogs.get(parent_of(locale, project.catalogs) or "")

    def translate(text: Text) -> str:
        entry = entries.get((text.context, text.text))
        if entry and entry.msgstr and not entry.fuzzy:
            return entry.msgstr
        return above.look_up(text) if above else text.text

    notes = NoteWriter(project, locale, translate)
    for message in messages:
        entries[message.key].comment = notes.notes(message.spots)
    new = CatalogFile()
    new.header, new.metadata = old.header, _header(project, locale, old.metadata)
    new.extend(entries.values())
    given = {match.old.key for match in matches.values()}
    new.extend(_put_aside(known, entries, given))
    return new


def template_header(project: Project) -> dict[str, str]:
    """Give the header of the template: every standard field, nothing left to fill in by guess."""
    days = [leaflet.written for leaflet in project.leaflets.values()]
    # A clock would change every file at every update; the writers say when they wrote. Where the
    # day begins first on Earth, so that no one who reads it on that day has it from the future.
    written = f"{max(days, default=dt.date(1970, 1, 1))} 00:00+1400"
    return {
        "Project-Id-Version": "Leafletry 0.1",
        "Report-Msgid-Bugs-To": "leafletry@example.org",
        _CREATED: written,
        "PO-Revision-Date": written,
        "Last-Translator": "Leafletry contributors <leafletry@example.org>",
        "Language-Team": "Leafletry contributors <leafletry@example.org>",
        "Language": "",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }


def _header(project: Project, locale: str, metadata: dict[str, str]) -> dict[str, str]:
    """Give the header: the translators' own, with the day on which the texts were written."""
    made = template_header(project)
    if locale == SOURCE_LOCALE:
        return made
    return metadata | ({_CREATED: made[_CREATED]} if _CREATED in metadata else {})


def _bytes_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:  # what cannot be read is told where it is read in earnest
        return None


def _read(path: Path, name: str, locale: str) -> CatalogFile:
    """Read what is there; nothing in the template has to be kept."""
    if locale != SOURCE_LOCALE:
        return read_catalog_file(path, name)
    try:
        template = read_catalog_file(path, name)
    except Exception:  # noqa: BLE001 - whatever is there, the template is made anew
        template = CatalogFile()
    template.header = _TEMPLATE_COMMENT
    return template


def _refuse_saved_meanwhile(root: Path, before: Mapping[str, bytes | None]) -> None:
    """Raise ProblemsFoundError rather than write over what a translator saved just now."""
    saved = [name for name, content in before.items() if _bytes_of(root / name) != content]
    hint = "nothing was changed; give the command once more"
    if saved:
        raise ProblemsFoundError(
            Problem(Place(name), "was saved during the update", hint) for name in saved
        )


# ── Messages, old and new ──────────────────────────────────────────────────────────────────────


def _new_message(message: SourceMessage) -> NewMessage:
    places = [
        (spot.place.line, read_standing(spot.standing) or Standing(spot.file_id, "", ""))
        for spot in message.spots
        if spot.is_written_there
    ]
    return NewMessage(message.key, places, message.former)


def _old_message(entry: polib.POEntry, number: int) -> OldMessage:
    former = None
    if entry.fuzzy and entry.previous_msgid is not None:
        former = entry.previous_msgctxt, entry.previous_msgid
    return OldMessage(
        (entry.msgctxt, entry.msgid),
        number,
        translated=bool(entry.msgstr),
        former=former,
        in_use=not entry.obsolete,
        places=_places(entry),
    )


def _places(entry: polib.POEntry) -> list[tuple[int, Standing]]:
    """Give where a message stood by its comments, as far as its editor left them."""
    said = [standing for line in entry.comment.split("\n") if (standing := read_standing(line))]
    if not entry.occurrences:
        return [(0, standing) for standing in said]
    stems = [PurePosixPath(file).stem for file, _ in entry.occurrences]
    places = []
    for i, (stem, (_, line)) in enumerate(zip(stems, entry.occurrences, strict=True)):
        here = [standing for standing in said if standing.leaflet == stem]
        if len(here) == stems.count(stem):
            standing = here[stems[:i].count(stem)]
        else:
            standing = here[0] if here else Standing(stem, "", "")
        number = int(line) if line.isdecimal() and len(line) < _MOST_DIGITS else 0
        places.append((number, standing))
    return places


# ── Entries ────────────────────────────────────────────────────────────────────────────────────


def _entry(
    message: SourceMessage, known: Mapping[Key, polib.POEntry], match: Match | None
) -> polib.POEntry:
    """Give the entry of a message in use, with the translation it got, if it got one."""
    own = known.get(message.key)
    source = known[match.old.key] if match else None
    places = [(spot.place.file, str(spot.place.line)) for spot in message.spots]
    remarks = [entry.tcomment for entry in (own, source) if entry and entry.tcomment]
    entry = polib.POEntry(
        msgid=message.text,
        msgctxt=message.context,
        tcomment="\n".join(dict.fromkeys(remarks)),
        occurrences=list(dict.fromkeys(places)),
    )
    fuzzy = False
    if match and source:
        entry.msgstr = source.msgstr
        fuzzy = match.fate is Fate.REVIEW or (match.fate is Fate.STAYS and source.fuzzy)
    if source and fuzzy:
        entry.previous_msgctxt, entry.previous_msgid = _translated_text(source)
    entry.flags = _flags(own or source, fuzzy=fuzzy, placeholders=bool(names_in(message.text)))
    return entry


def _translated_text(entry: polib.POEntry) -> tuple[str | None, str | None]:
    """Give the text that a translation really translates, by context and words.

    Where a text was edited before, an update noted it. Where a translator marked the entry, nobody
    knows; to name the text itself would make the translation whole once that text came back.
    """
    if entry.fuzzy:
        return entry.previous_msgctxt, entry.previous_msgid
    return entry.msgctxt, entry.msgid


def _flags(entry: polib.POEntry | None, *, fuzzy: bool, placeholders: bool) -> list[str]:
    """Give the flags in gettext's order; those of formats are ours, others the translator's."""
    own = [
        flag
        for flag in dict.fromkeys(entry.flags if entry else [])
        if flag and flag != "fuzzy" and not flag.endswith("-format")
    ]
    return [*["fuzzy"] * fuzzy, *["python-brace-format"] * placeholders, *own]


def _put_aside(
    known: Mapping[Key, polib.POEntry], entries: Mapping[Key, polib.POEntry], given: set[Key]
) -> Iterator[polib.POEntry]:
    """Yield the translations that belong to no message, as entries that are not in use."""
    for key, entry in known.items():
        if key in entries or key in given or not entry.msgstr:
            continue
        former = entries.get((entry.previous_msgctxt, entry.previous_msgid or ""))
        if entry.fuzzy and not entry.tcomment and former and former.msgstr == entry.msgstr:
            continue  # the same words stand where they came from
        aside = copy.copy(entry)
        aside.obsolete, aside.occurrences, aside.comment = True, [], ""
        aside.flags = _flags(
            entry, fuzzy=entry.fuzzy, placeholders="python-brace-format" in entry.flags
        )
        if not entry.fuzzy:
            aside.previous_msgctxt = aside.previous_msgid = None
        yield aside


def _compare(old: Iterable[polib.POEntry], new: CatalogFile, *, changed: bool) -> FileUpdate:
    """Count what became of the messages of a file."""
    before = {(entry.msgctxt, entry.msgid): entry for entry in old}
    counts = {"review": 0, "new": 0, "back": 0, "unchanged": 0, "aside": 0}
    for entry in new:
        was = before.pop((entry.msgctxt, entry.msgid), None)
        state = (was.msgstr, was.fuzzy and bool(was.msgstr)) if was and not was.obsolete else None
        if entry.obsolete:
            counts["aside"] += state is not None
        elif state == (entry.msgstr, entry.fuzzy):
            counts["unchanged"] += 1
        elif entry.fuzzy:
            counts["review"] += 1
        else:
            counts["back" if entry.msgstr else "new"] += 1
    gone = len(before) if new.header == _TEMPLATE_COMMENT else 0
    return FileUpdate(changed, gone=gone, **counts)
