"""What each PDF carries about itself: which edition it is, and what it was made from."""

from __future__ import annotations

import re
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

import leafletry
from leafletry.content.edition_code import EditionCode, read_code
from leafletry.content.formats import FormatName
from leafletry.content.leaflet import Id, Name
from leafletry.reading.sourcefile import Strict

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_FACTS = 1_000
_TOGETHER = re.compile(r"([a-z0-9]+)_\(([a-z0-9_ ]+)\)|([a-z0-9_]+)")


def _together(facts: Iterable[str]) -> str:
    """Write ids in one line, those that begin alike as `infant_(age_limit pain)`."""
    groups: dict[str, list[str]] = {}
    for fact in sorted(set(facts)):
        groups.setdefault(fact.partition("_")[0] + "_", []).append(fact)
    said = []
    for first, alike in groups.items():
        rests = [fact.removeprefix(first) for fact in alike if len(fact) > len(first)]
        shared = len(rests) == len(alike) > 1
        said += [f"{first}({' '.join(rests)})"] if shared else alike
    return " ".join(said)


def _apart(given: object) -> object:
    """Give the ids that `_together` wrote in one line; values of other kinds stay as they are."""
    if not isinstance(given, str):
        return given
    if _TOGETHER.sub("", given).strip():
        message = "is no list of facts"
        raise ValueError(message)
    facts: list[str] = []
    for first, rests, alone in _TOGETHER.findall(given):
        facts += [f"{first}_{rest}" for rest in rests.split()] if first else [alone]
    return tuple(facts)


Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
HalfDigest = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
"""The first half of a digest, where it is only compared: the record stays short."""
_Facts = Annotated[
    tuple[Id, ...],
    Field(max_length=MOST_FACTS),
    BeforeValidator(_apart),
    PlainSerializer(_together),
]


class MadeFor(Strict):
    """The clinic of an edition: its id, and the whole digest of what its profile prints.

    A part of it would not do: who may vary a logo finds one with the same beginning.
    """

    id: Name
    digest: Digest


class Provenance(Strict):
    """The record in a PDF; `made_from` is one digest of everything that went into it.

    `words` and `source_words` are the digests of what is printed, in the language of the edition
    and in the source language; `engine` is that of the program and its locked packages.
    """

    code: Annotated[str, Field(max_length=80)]
    leaflet: Name
    locale: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(?:[_-][A-Za-z0-9]{2,8}){0,3}$")]
    version: Annotated[str, Field(pattern=r"^[0-9]{1,4}\.[0-9]{1,4}$")]
    page_format: FormatName
    state: Literal["draft", "release"]
    words: Digest
    source_words: HalfDigest
    facts: _Facts
    clinic: MadeFor | None = None
    made_from: Digest
    engine: HalfDigest
    made_with: Annotated[str, Field(pattern=r"^[A-Za-z0-9 .,+-]{1,80}$")]

    @model_validator(mode="after")
    def _agrees_with_its_code(self) -> Provenance:
        clinic = self.clinic.digest[:4] if self.clinic else None
        code = read_code(self.code)
        if (
            code is None
            or str(code) != self.code
            or code.lang != self.locale.replace("_", "-")
            or (code.version, code.words, code.clinic) != (self.version, self.words[:6], clinic)
        ):
            message = "the code is that of another edition"
            raise ValueError(message)
        return self

    @property
    def edition_code(self) -> EditionCode:
        """Give the code in its parts."""
        code = read_code(self.code)
        assert code is not None  # noqa: S101 - checked above
        return code

    def as_text(self) -> str:
        """Give the record as it stands in a file."""
        return self.model_dump_json(exclude_none=True)


@cache
def made_with() -> str:
    """Name the programs that make the files, with their versions."""
    return f"Leafletry {leafletry.__version__}, WeasyPrint {metadata.version('weasyprint')}"


def half(digest: str) -> str:
    """Give the first half of a digest."""
    return digest[: len(digest) // 2]
