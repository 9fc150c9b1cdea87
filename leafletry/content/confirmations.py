"""`locales/en/confirmed.yaml`: who opened which source, and found there what our facts say.

Facts are written in English and hold for every language, so their confirmations stand beside the
sign-offs of the English. What was confirmed lies in `confirmed/`, one file a source as it was; the
digest of a confirmation is the sha256 of that file.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from leafletry.content.leaflet import Id
from leafletry.content.signoffs import (
    MOST_WORDS_BYTES,
    Digest,
    PersonName,
)
from leafletry.reading.output import write_together
from leafletry.reading.sourcefile import Day, Strict, parse, read_any_text, read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FOLDER = "locales/en"
FILE = f"{FOLDER}/confirmed.yaml"

_HEAD = """\
# Who opened which source of leaflets/sources.yaml, and found there what the facts say that rest on
# it. `python3 build_leaflets.py signoff record --confirmed` adds to it; nobody else should. What
# was confirmed lies in confirmed/; its sha256 is the digest here. A changed fact opens it again.
confirmed:
"""


class Confirmation(Strict):
    """A person's word that a source says what the facts that rest on it say."""

    source: Id
    name: PersonName
    confirmed_on: Day
    words: Digest


class ConfirmationFile(Strict):
    """All confirmations, the oldest first; none is ever taken away."""

    confirmed: list[Confirmation] = []


def confirmed_words_path(confirmation: Confirmation) -> str:
    """Give where what was confirmed lies, from the project's folder on."""
    return f"{FOLDER}/confirmed/{confirmation.source}-{confirmation.words[:12]}.txt"


def read_confirmed_words(root: Path, confirmation: Confirmation) -> str:
    """Give what was confirmed.

    Raises ProblemsFoundError where it cannot be read.
    """
    name = confirmed_words_path(confirmation)
    return read_any_text(root / name, name, MOST_WORDS_BYTES)


def add_confirmations(root: Path, given: Mapping[str, Confirmation]) -> list[str]:
    """Write confirmations, by the words that each is about; all are there in the end, or none.

    Gives the names of the files. Raises ProblemsFoundError where the present ones are broken.
    """
    path = root / FILE
    known = parse(ConfirmationFile, read_yaml(path, FILE)).confirmed if path.exists() else []
    content = _HEAD + "".join(map(_entry, [*known, *given.values()]))
    words = {confirmed_words_path(confirmation): text for text, confirmation in given.items()}
    files = {root / name: text.encode() for name, text in words.items()}
    write_together({**files, path: content.encode()})
    return [FILE, *words]


def _entry(confirmation: Confirmation) -> str:
    return (
        f"  - source: {confirmation.source}\n"
        f"    name: {json.dumps(confirmation.name, ensure_ascii=False)}\n"
        f"    confirmed_on: {confirmation.confirmed_on}\n"
        f'    words: "{confirmation.words}"\n'
    )
