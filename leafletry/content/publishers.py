"""`publishers.yaml`: who publishes these leaflets, and by which keys their signatures are known."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, field_validator

from leafletry.reading.output import write_whole
from leafletry.reading.problems import FORBIDDEN_CHARACTERS, Problem, ProblemsFoundError
from leafletry.reading.sourcefile import Day, Strict, parse, read_yaml

if TYPE_CHECKING:
    from pathlib import Path

FILE = "publishers.yaml"
LONGEST_NAME = 90
KEY_BYTES = 42
"""Of a public key as minisign writes it: its kind, its number (8 bytes), the key itself (32)."""
_KIND = b"Ed"
_HEAD = """\
# Who publishes these leaflets, and the key by which `verify` knows their signatures. It is a public
# key as minisign writes it: everybody may see it. `python3 build_leaflets.py publisher new` adds
# to this file. Take an entry out, and its signatures prove nothing from then on.
publishers:
"""


def fault_of_name(name: str) -> str:
    """Say what is wrong with a publisher's name; nothing where nothing is."""
    if not name.strip():
        return "is empty"
    if len(name) > LONGEST_NAME:
        return f"is longer than {LONGEST_NAME} characters"
    if FORBIDDEN_CHARACTERS.search(name) or name != " ".join(name.split()):
        return "must be one line, without blanks at its ends"
    return ""


class Publisher(Strict):
    """Somebody whose signature counts: the name people know, and the public key."""

    name: str
    key: Annotated[str, Field(max_length=80)]
    since: Day

    @field_validator("name")
    @classmethod
    def _is_plain(cls, name: str) -> str:
        if fault := fault_of_name(name):
            raise ValueError(fault)
        return name

    @field_validator("key")
    @classmethod
    def _is_a_key(cls, key: str) -> str:
        try:
            whole = base64.b64decode(key, validate=True)
        except (binascii.Error, ValueError):
            whole = b""
        if len(whole) != KEY_BYTES or not whole.startswith(_KIND):
            message = "is no public key of minisign: 56 letters and digits that begin with RW"
            raise ValueError(message)
        return key

    @property
    def number(self) -> bytes:
        """The eight bytes by which a signature names its key."""
        return base64.b64decode(self.key)[2:10]

    @property
    def public(self) -> bytes:
        """The 32 bytes of the key itself."""
        return base64.b64decode(self.key)[10:]


class PublisherList(Strict):
    """Everybody whose signature counts, in the order they were added."""

    publishers: list[Publisher] = []


def key_text(number: bytes, public: bytes) -> str:
    """Give a public key as it stands in the file, and as minisign takes it after `-P`."""
    return base64.b64encode(_KIND + number + public).decode()


def read_publishers(root: Path) -> list[Publisher]:
    """Give who publishes; nobody where there is no such file. Raises ProblemsFoundError."""
    path = root / FILE
    if not path.exists() and not path.is_symlink():
        return []
    source = read_yaml(path, FILE)
    publishers = parse(PublisherList, source).publishers
    first: dict[bytes, str] = {}
    for place, publisher in enumerate(publishers):
        if publisher.number in first:
            said = f'publishers.{place + 1}.key: is the key of "{first[publisher.number]}" as well'
            where = source.place(("publishers", place, "key"))
            raise ProblemsFoundError([Problem(where, said, "one key, one name")])
        first[publisher.number] = publisher.name
    return publishers


def add_publisher(root: Path, publisher: Publisher) -> None:
    """Write a publisher behind those that are there: the whole file, or nothing.

    Raises ProblemsFoundError where the present file is broken, and leaves it as it is.
    """
    entries = "".join(map(_entry, [*read_publishers(root), publisher]))
    write_whole(root / FILE, (_HEAD + entries).encode())


def _entry(publisher: Publisher) -> str:
    return (
        f"  - name: {json.dumps(publisher.name, ensure_ascii=False)}\n"
        f"    key: {json.dumps(publisher.key)}\n"
        f"    since: {publisher.since}\n"
    )
