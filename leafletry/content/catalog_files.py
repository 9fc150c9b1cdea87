"""The one writer of `.po` files, byte for byte as `msgcat --no-wrap` writes them.

polib reads and writes them; what it would lose or write in its own way is mended here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polib

from leafletry.content.catalog import MOST_CATALOG_BYTES
from leafletry.reading.sourcefile import read_text

if TYPE_CHECKING:
    from pathlib import Path

_WIDTH_OF_PLACES = 79
_EMPTY_COMMENTS = frozenset(("#:", "#,", "#=", "#.", "#|", "#~", "#~|"))
_ALSO = "Also translated as: "


class CatalogFile(polib.POFile):
    """A `.po` file in memory; the fields of its header stay in the order of their writer."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__(wrapwidth=0)

    def ordered_metadata(self) -> list[tuple[str, str]]:
        """Give the fields of the header as they stand."""
        return list(self.metadata.items())


def read_catalog_file(path: Path, name: str) -> CatalogFile:
    """Read a `.po` file that `read_catalog` finds no fault with, each message once.

    Where it holds several translations of a message, those put aside and the forms of a plural
    are kept in a comment.
    """
    text = read_text(path, name, MOST_CATALOG_BYTES)
    # polib stumbles over an empty comment, and skips the former text of what is put aside and the
    # flags of newer programs.
    lines = [
        f"#|{line[3:]}" if line.startswith("#~|") else re.sub("^#=", "#,", line)
        for line in map(str.strip, text.split("\n"))
        if line not in _EMPTY_COMMENTS
    ]
    read = polib.pofile("\n".join(lines) + "\n", wrapwidth=0, encoding="utf-8")
    catalog = CatalogFile()
    catalog.header, catalog.metadata = read.header, read.metadata
    kept: dict[tuple[str | None, str], polib.POEntry] = {}
    for entry in sorted(read, key=_weight):
        _make_singular(entry)
        first = kept.setdefault((entry.msgctxt, entry.msgid), entry)
        if first is not entry and entry.msgstr not in ("", first.msgstr):
            _note(first, entry.msgstr)
    catalog.extend(sorted(kept.values(), key=lambda entry: entry.linenum or 0))
    return catalog


def _weight(entry: polib.POEntry) -> tuple[bool, bool]:
    """Sort a translation in use before one that is put aside, and that before none."""
    return not (entry.msgstr or entry.msgstr_plural), bool(entry.obsolete)


def _make_singular(entry: polib.POEntry) -> None:
    """Make a message with forms of the plural, which we have not, one that is to be reviewed."""
    first, *further = [form for _, form in sorted(entry.msgstr_plural.items()) if form] or [""]
    if entry.msgid_plural:
        entry.msgstr, entry.msgid_plural, entry.msgstr_plural = first, "", {}
        entry.previous_msgid_plural = None
        entry.flags = [*dict.fromkeys(["fuzzy", *entry.flags])]
        for form in further:
            _note(entry, form)


def _note(entry: polib.POEntry, translation: str) -> None:
    note = _ALSO + " ".join(translation.split("\n"))
    entry.tcomment = "\n".join(part for part in (entry.tcomment, note) if part)


def catalog_bytes(catalog: polib.POFile) -> bytes:
    """Give a catalog byte for byte as `msgcat --no-wrap` writes it."""
    lines: list[str] = []
    text = str(catalog).rstrip("\n")
    # polib writes an empty comment where there is none.
    text = text if catalog.header else text.removeprefix("#\n")
    for line in text.split("\n"):
        if line.startswith("#: "):
            lines += _wrapped_places(line)
        else:
            lines.append("#" if line == "# " else line)
    return ("\n".join(lines) + "\n").encode()


def _wrapped_places(line: str) -> list[str]:
    """Give the places of a message on lines of their width, which gettext breaks in any case."""
    lines = ["#:"]
    for place in line.removeprefix("#: ").split(" "):
        if lines[-1] != "#:" and len(lines[-1]) + 1 + len(place) > _WIDTH_OF_PLACES:
            lines.append("#:")
        lines[-1] += f" {place}"
    return lines
