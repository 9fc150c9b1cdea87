"""What translators translate: the messages of all leaflets, as a Babel extraction method.

`babel.toml` names `extract_leaflet`, so that plain `pybabel extract` gives the same messages.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING

import polib

from leafletry.leaflet import Leaflet, Phrases, walk_texts
from leafletry.numerals import format_figure
from leafletry.output import folder_lock, write_together
from leafletry.placeholders import names_in
from leafletry.project import SHARED_FILES, SOURCE_LOCALE
from leafletry.sourcefile import parse, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leafletry.project import Project

Extracted = tuple[int, str, str | tuple[str, str], list[str]]
TEMPLATE_NAME = Path("locales/messages.pot")
_WIDTH_OF_PLACES = 79


def extract_leaflet(
    fileobj: IO[bytes],
    _keywords: object,
    _comment_tags: object,
    options: object = None,  # noqa: ARG001 - Babel gives it by this name
) -> Iterator[Extracted]:
    """Yield the messages of one content file to Babel; facts and sources have none."""
    path = Path(fileobj.name)
    if path.stem in SHARED_FILES and path.stem != "phrases":
        return
    source = read_yaml(path, path.name)
    model = parse(Phrases if path.stem == "phrases" else Leaflet, source)
    for key_path, text in walk_texts(model):
        notes = [
            _standing(path.stem, key_path),
            *([f"TRANSLATORS: {text.note}"] if text.note else []),
        ]
        line = source.place(key_path).line
        if text.context is None:
            yield line, "gettext", text.text, notes
        else:
            yield line, "pgettext", (text.context, text.text), notes


def collect_messages(project: Project) -> polib.POFile:
    """Give the template of all messages; equal texts are one message with several places."""
    template = polib.POFile(wrapwidth=0, check_for_duplicates=True)
    template.metadata = template_header()
    entries: dict[tuple[str | None, str], polib.POEntry] = {}
    for name, model in [*project.leaflets.items(), ("phrases", project.phrases)]:
        for key_path, text in walk_texts(model):
            key = (text.context, text.text)
            entry = entries.get(key)
            if entry is None:
                entry = entries[key] = polib.POEntry(
                    msgid=text.text, msgctxt=text.context, msgstr=""
                )
                if names_in(text.text):
                    entry.flags.append("python-brace-format")
                template.append(entry)
            place = project.place(name, key_path)
            occurrence = (place.file, str(place.line))
            if occurrence not in entry.occurrences:
                entry.occurrences.append(occurrence)
            entry.comment = _joined(
                entry.comment, _comments(project, name, key_path, text.note, text.text)
            )
    return template


def template_header() -> dict[str, str]:
    """Give the header of the template: every standard field, nothing left to fill in by guess."""
    return {
        "Project-Id-Version": "Leafletry 0.1",
        "Report-Msgid-Bugs-To": "leafletry@example.org",
        "POT-Creation-Date": "2026-11-20 12:00+0000",
        "PO-Revision-Date": "2026-11-20 12:00+0000",
        "Last-Translator": "Leafletry contributors <leafletry@example.org>",
        "Language-Team": "Leafletry contributors <leafletry@example.org>",
        "Language": "",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }


def _standing(name: str, key_path: tuple[str | int, ...]) -> str:
    parts = [
        str(part + 1) if isinstance(part, int) else part.replace("_", " ") for part in key_path
    ]
    return " › ".join([name, *parts])  # noqa: RUF001 - a breadcrumb for people


def _comments(
    project: Project, name: str, key_path: tuple[str | int, ...], note: str | None, text: str
) -> list[str]:
    leaflet = project.leaflets.get(name)
    audience = f" (for {leaflet.audience})" if leaflet else ""
    lines = [_standing(name, key_path) + audience]
    placeholders = dict.fromkeys(names_in(text))
    lines += [f"{{{name}}}: {_meaning(project, name)}" for name in placeholders]
    if note:
        lines.append(f"TRANSLATORS: {note}")
    return lines


def _meaning(project: Project, placeholder: str) -> str:
    fact = project.facts.get(placeholder)
    if fact is None:
        return project.phrases.placeholders.get(placeholder, "filled in by the clinic")
    example = format_figure(fact, SOURCE_LOCALE, project.glossaries[SOURCE_LOCALE].fractions)
    qualifier = f', keep the word for "{fact.qualifier}"' if fact.qualifier else ""
    return f"{example} in English{qualifier}. {fact.statement}"


def _joined(comment: str, lines: list[str]) -> str:
    known = comment.split("\n") if comment else []
    return "\n".join([*known, *(line for line in lines if line not in known)])


def update_catalog(
    template: polib.POFile, old: polib.POFile | None, header: dict[str, str]
) -> polib.POFile:
    """Give a locale's catalog brought up to the template: same messages, no translation lost."""
    new = polib.POFile(wrapwidth=0, check_for_duplicates=True)
    new.metadata = header
    if old is not None:
        new.header = old.header
    # Where a message stands both in use and put aside, the one in use counts.
    entries = sorted(old or [], key=lambda entry: not entry.obsolete)
    kept = {(entry.msgctxt, entry.msgid): entry for entry in entries}
    for entry in template:
        known = kept.pop((entry.msgctxt, entry.msgid), None) or polib.POEntry()
        new.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgctxt=entry.msgctxt,
                comment=entry.comment,
                occurrences=entry.occurrences,
                flags=[*(["fuzzy"] if known.fuzzy else []), *entry.flags],
                msgstr=known.msgstr,
                tcomment=known.tcomment,
                previous_msgctxt=known.previous_msgctxt if known.fuzzy else None,
                previous_msgid=known.previous_msgid if known.fuzzy else None,
            )
        )
    for entry in sorted(kept.values(), key=lambda entry: entry.linenum or 0):
        if entry.msgstr:
            entry.obsolete, entry.occurrences, entry.comment = True, [], ""
            new.append(entry)
    return new


def catalog_bytes(catalog: polib.POFile) -> bytes:
    """Give a catalog byte for byte as `msgcat --no-wrap` writes it."""
    lines: list[str] = []
    for line in str(catalog).rstrip("\n").split("\n"):
        lines += _wrapped_places(line) if line.startswith("#: ") else [line]
    return ("\n".join(lines) + "\n").encode()


def _wrapped_places(line: str) -> list[str]:
    """Give the places of a message on lines of their width, which gettext breaks in any case."""
    lines = ["#:"]
    for place in line.removeprefix("#: ").split(" "):
        if lines[-1] != "#:" and len(lines[-1]) + 1 + len(place) > _WIDTH_OF_PLACES:
            lines.append("#:")
        lines[-1] += f" {place}"
    return lines


def update_catalogs(project: Project) -> dict[str, bool]:
    """Write the template and every catalog anew where that changes them; say which it did.

    All of them are made first and put in place last: a failure leaves every file as it was.
    """
    template = collect_messages(project)
    template.header = (
        "Leafletry: messages of all leaflets. Made by `build_leaflets.py catalogs update`."
    )
    with folder_lock(project.root / ".cache"):
        contents = {project.root / TEMPLATE_NAME: catalog_bytes(template)}
        for locale in project.locales:
            if locale == SOURCE_LOCALE:
                continue
            path = project.root / "locales" / locale / "LC_MESSAGES" / "messages.po"
            old = polib.pofile(str(path), wrapwidth=0)
            contents[path] = catalog_bytes(update_catalog(template, old, old.metadata))
        changed = {
            path: content
            for path, content in contents.items()
            if not path.exists() or path.read_bytes() != content
        }
        write_together(changed)
    return {path.relative_to(project.root).as_posix(): path in changed for path in contents}
