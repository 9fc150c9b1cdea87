"""What released leaflets are called where families get them: in their language, and for good.

A name on a web host is plain ASCII, so that it survives every disk, archive and address; where a
title has no such letters, it is the leaflet's id. The edition's own code, language, paper and
clinic stand in it, so that no two files have one name. What a browser saves it as may be written
in any script.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from leafletry.reading.languages import language_tag

if TYPE_CHECKING:
    from leafletry.editions.edition import EditionRecord

FOLDER = "public"
"""The folder below `output/` that may go on a web host."""
_LONGEST_TITLE = 60
_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "þ": "th"}
_NO_NAME = re.compile(r'[\x00-\x1f"*/:<>?\\|]')


def public_name(record: EditionRecord) -> str:
    """Give where a released file is published, below `output/`."""
    tag = language_tag(record.locale)
    code = re.sub("[^a-z0-9-]", "", record.code.partition(" ")[0].lower())
    words = [_plain(record.title) or record.leaflet, code, tag.lower(), record.page_format]
    folder = PurePosixPath(FOLDER)
    if record.clinic:
        folder /= f"clinics/{record.clinic}"
        words.append(record.clinic)
    return str(folder / tag / f"{'-'.join(words)}.pdf")


def _plain(title: str) -> str:
    """Give a title in small letters a to z; nothing, where most of it is in none of them."""
    folded = title.casefold()
    letters = "".join(_LETTERS.get(letter, letter) for letter in folded)
    decomposed = unicodedata.normalize("NFKD", letters)
    kept = "".join(c for c in decomposed if not unicodedata.combining(c))
    spoken = [c for c in kept if c.isalnum()]
    if not spoken or sum(c.isascii() for c in spoken) < len(spoken):
        return ""
    name = "-".join(re.findall(r"[a-z0-9]+", re.sub("['\u2019]", "", kept)))
    if len(name) <= _LONGEST_TITLE:
        return name
    return name[: _LONGEST_TITLE + 1].rpartition("-")[0] or name[:_LONGEST_TITLE]


def saved_name(record: EditionRecord) -> str:
    """Give what a browser saves a leaflet as: its title, its language and its clinic."""
    title = " ".join(_NO_NAME.sub(" ", unicodedata.normalize("NFC", record.title)).split())
    parts = [title.strip(". ") or record.leaflet, language_tag(record.locale), record.page_format]
    return f"{' - '.join([*parts, *([record.clinic] if record.clinic else [])])}.pdf"
