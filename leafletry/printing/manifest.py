"""`output/manifest.json`: what is in the folder, and what it was built from."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from leafletry.editions.edition import Edition, EditionRecord
from leafletry.printing.uptodate import FORMAT, STAGING, VERIFY, read_manifest, seal
from leafletry.reading.output import write_whole
from leafletry.reading.plain_file import sha256_of_plain
from leafletry.reading.problems import Affects, Place, Problem, each_once

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True)
class Said:
    """A problem as people were told it."""

    file: str
    line: int
    column: int
    message: str
    hint: str


@dataclass(frozen=True)
class Failure:
    """An edition that could not be made, from what, and why; as long as that is so, it stays so.

    Without a `digest` it could not even be put together: what is wrong is found again by reading.
    """

    leaflet: str
    locale: str
    page_format: str
    clinic: str | None
    digest: str
    said: list[Said]

    @classmethod
    def of(cls, edition: Edition, digest: str, problems: Iterable[Problem]) -> Failure:
        """Remember an edition that failed."""
        said = [
            Said(p.place.file, p.place.line, p.place.column, p.message, p.hint)
            for p in each_once(problems)
            if not p.warning
        ]
        return cls(
            edition.leaflet, edition.locale, edition.page_format, edition.clinic, digest, said
        )

    @property
    def edition(self) -> Edition:
        """Which edition it is."""
        return Edition(self.leaflet, self.locale, self.page_format, self.clinic)

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with it."""
        alone = Affects.only(
            leaflets=[self.leaflet],
            locales=[self.locale],
            clinics=[self.clinic],
            formats=[self.page_format],
        )
        return [
            Problem(Place(s.file, s.line, s.column), s.message, s.hint, affects=alone)
            for s in self.said
        ]


_RECORDS = TypeAdapter(list[EditionRecord])
_FAILURES = TypeAdapter(list[Failure])


def _is_day_or_nothing(text: str) -> bool:
    try:
        return not text or bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


@dataclass
class Manifest:
    """The record of a build.

    `replacing` names files an interrupted build may have left behind, `look_again` the day on
    which the checks may say something new though no file changed, `pages` the overviews and what
    is in `public/`, `verify` the pages that say which leaflets are still good, all with their
    digests; `failed` are the editions that could not be made.
    """

    output: Path
    editions: list[EditionRecord] = field(default_factory=list)
    clinics: dict[str, str] = field(default_factory=dict)
    replacing: list[str] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)
    verify: dict[str, str] = field(default_factory=dict)
    failed: list[Failure] = field(default_factory=list)
    inputs: str = ""
    libraries: dict[str, list[int]] = field(default_factory=dict)
    complete: bool = False
    warnings: int = 0
    look_again: str = ""

    @classmethod
    def read(cls, output: Path) -> Manifest:
        """Give the manifest of a folder; an empty one where there is none, or a broken one."""
        raw = read_manifest(output.parent)
        manifest = cls(output)
        if raw is None:
            return manifest
        try:
            editions = _RECORDS.validate_python(raw["editions"])
            failed = _FAILURES.validate_python(raw["failed"])
        except ValidationError:
            return manifest
        if [record.as_json() for record in editions] != raw["editions"]:
            return manifest  # Written by an engine that knew other things of an edition.
        if not all(_is_day_or_nothing(record.kept_from) for record in editions):
            return manifest
        manifest.editions, manifest.failed = editions, failed
        manifest.clinics, manifest.replacing = raw["clinics"], raw["replacing"]
        of_editions = {name for record in editions for name in record.files}
        for name, sum_ in raw["files"].items():
            if name.startswith(f"{VERIFY}/"):
                manifest.verify[name] = sum_
            elif name not in of_editions:
                manifest.pages[name] = sum_
        manifest.inputs, manifest.complete = raw["inputs"], raw["complete"]
        manifest.libraries, manifest.warnings = raw["libraries"], raw["warnings"]
        manifest.look_again = raw["look_again"]
        return manifest

    def record(self, edition: Edition) -> EditionRecord | None:
        """Give what is known of an edition."""
        return next((record for record in self.editions if record.path == str(edition.path)), None)

    def failure(self, edition: Edition) -> Failure | None:
        """Give how an edition failed, if it did."""
        return next((failure for failure in self.failed if failure.edition == edition), None)

    def holds(self, record: EditionRecord) -> bool:
        """Tell whether the files of a record are still the ones that were built."""
        return all(self._is(name, sha256) for name, sha256 in record.files.items())

    def pages_hold(self) -> bool:
        """Tell whether overviews, pages about codes and what is public are as they were built."""
        return all(map(self.holds_page, (*self.pages, *self.verify)))

    def holds_page(self, name: str) -> bool:
        """Tell whether one of them is in its place."""
        return self._is(name, self.pages.get(name) or self.verify[name])

    def _is(self, name: str, sha256: str) -> bool:
        try:
            return sha256_of_plain(self.output / name) == sha256
        except OSError:  # Also where something lies there that is no file; it is replaced.
            return False

    def paths(self) -> set[str]:
        """Give every file the manifest knows of, also half-replaced ones; but no page about codes.

        Those stay for good.
        """
        listed = {path for record in self.editions for path in record.files}
        return listed | {*self.pages, *self.replacing}

    def write_while_replacing(self, names: set[str]) -> None:
        """Write a manifest that is true while these files are replaced: it does not list them."""
        kept = [record for record in self.editions if not record.files.keys() & names]
        # Also what an earlier interrupted build left: this one may be interrupted as well.
        replacing = sorted({*names, *self.replacing})
        known = Manifest(self.output, kept, self.clinics, replacing, libraries=self.libraries)
        # Pages that go with it are looked at again, whatever becomes of this build.
        known.failed = self.failed
        known.write()

    def text(self) -> str:
        """Give the file's content: sorted, so that equal folders have equal manifests."""
        files = {name: sum_ for record in self.editions for name, sum_ in record.files.items()}
        files |= self.pages | self.verify
        content = {
            "format": FORMAT,
            "complete": self.complete,
            "warnings": self.warnings,
            "editions": [record.as_json() for record in self.editions],
            "files": files,
            "clinics": self.clinics,
            "replacing": self.replacing,
            "inputs": self.inputs,
            "libraries": self.libraries,
            "look_again": self.look_again,
            "failed": [asdict(failure) for failure in self.failed],
        }
        content["seal"] = seal(content)
        return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    def write(self) -> None:
        """Put the manifest in place."""
        whole = self.text().encode()
        write_whole(self.output / "manifest.json", whole, self.output / STAGING)
