"""What stands above the messages of a catalog for people: remarks, and former source texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polib

from leafletry.content.catalog import MOST_CATALOG_BYTES, catalog_name
from leafletry.content.project import SOURCE_LOCALE
from leafletry.reading.problems import ProblemsFoundError
from leafletry.reading.sourcefile import read_any_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leafletry.content.po_entries import Key
    from leafletry.content.project import Project


@dataclass(frozen=True)
class Comment:
    """What stands above a message for people: translators' remarks, and its former source text."""

    remarks: list[str] = ()  # type: ignore[assignment]  # never changed
    former: str = ""


def comments_of(project: Project, locale: str) -> Iterator[tuple[Key, Comment]]:
    """Yield what stands above each message of a catalog; nothing where it cannot be read."""
    if locale == SOURCE_LOCALE:
        return
    name = catalog_name(locale)
    try:
        lines = read_any_text(project.root / name, name, MOST_CATALOG_BYTES).split("\n")
    except ProblemsFoundError:
        return
    for first, last, key in project.catalogs[locale].stretches:
        if key is not None:
            yield key, read_comment(lines[first - 1 : last])


_FORMER = re.compile(r'#\|[ \t]+(?:(msgctxt|msgid)[ \t]+)?"(.*)"')


def read_comment(lines: Iterable[str]) -> Comment:
    """Read the comments among the lines of one entry."""
    remarks: list[str] = []
    former, keyword = "", ""
    for line in map(str.strip, lines):
        if line.startswith("# "):
            remarks.append(line[2:].strip())
        elif found := _FORMER.fullmatch(line):
            keyword = found[1] or keyword
            former += polib.unescape(found[2]) if keyword == "msgid" else ""
    return Comment(remarks, former)
