"""`output/manifest.json`: what is in the folder, and what it was built from."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from leafletry.edition import Edition, EditionRecord
from leafletry.output import write_whole
from leafletry.plain_file import sha256_of_plain
from leafletry.uptodate import FORMAT, STAGING, VERIFY, read_manifest, seal

if TYPE_CHECKING:
    from pathlib import Path


_RECORDS = TypeAdapter(list[EditionRecord])


@dataclass
class Manifest:
    """The record of a build.

    `replacing` names files an interrupted build may have left behind, `look_again` the day on
    which the checks may say something new though no file changed, `verify` the pages that say
    which leaflets are still good, with their digests; `release` says that drafts were
    left out.
    """

    output: Path
    editions: list[EditionRecord] = field(default_factory=list)
    clinics: dict[str, str] = field(default_factory=dict)
    replacing: list[str] = field(default_factory=list)
    index_sha256: str = ""
    verify: dict[str, str] = field(default_factory=dict)
    inputs: str = ""
    libraries: dict[str, list[int]] = field(default_factory=dict)
    complete: bool = False
    warnings: int = 0
    look_again: str = ""
    release: bool = False

    @classmethod
    def read(cls, output: Path) -> Manifest:
        """Give the manifest of a folder; an empty one where there is none, or a broken one."""
        raw = read_manifest(output.parent)
        manifest = cls(output)
        if raw is None:
            return manifest
        try:
            editions = _RECORDS.validate_python(raw["editions"])
        except ValidationError:
            return manifest
        if [record.as_json() for record in editions] != raw["editions"]:
            return manifest  # Written by an engine that knew other things of an edition.
        manifest.editions = editions
        manifest.clinics, manifest.replacing = raw["clinics"], raw["replacing"]
        manifest.index_sha256 = raw["files"].get("index.html", "")
        manifest.verify = {
            name: sum_ for name, sum_ in raw["files"].items() if name.startswith(f"{VERIFY}/")
        }
        manifest.inputs, manifest.complete = raw["inputs"], raw["complete"]
        manifest.libraries, manifest.warnings = raw["libraries"], raw["warnings"]
        manifest.look_again, manifest.release = raw["look_again"], raw["release"]
        return manifest

    def record(self, edition: Edition) -> EditionRecord | None:
        """Give what is known of an edition."""
        return next((record for record in self.editions if record.path == str(edition.path)), None)

    def holds(self, record: EditionRecord) -> bool:
        """Tell whether the files of a record are still the ones that were built."""
        return all(self._is(name, sha256) for name, sha256 in record.files.items())

    def index_holds(self) -> bool:
        """Tell whether the overview page is the one that was built."""
        return self._is("index.html", self.index_sha256)

    def verify_holds(self) -> bool:
        """Tell whether the pages about codes are those that were built."""
        return all(map(self.holds_page, self.verify))

    def holds_page(self, name: str) -> bool:
        """Tell whether one of them is in its place."""
        return self._is(name, self.verify[name])

    def _is(self, name: str, sha256: str) -> bool:
        try:
            return sha256_of_plain(self.output / name) == sha256
        except OSError:  # Also where something lies there that is no file; it is replaced.
            return False

    def paths(self) -> set[str]:
        """Give every file of an edition the manifest knows of, also half-replaced ones."""
        listed = {path for record in self.editions for path in record.files}
        return listed | set(self.replacing)

    def write_while_replacing(self, names: set[str]) -> None:
        """Write a manifest that is true while these files are replaced: it does not list them."""
        kept = [record for record in self.editions if not record.files.keys() & names]
        # Also what an earlier interrupted build left: this one may be interrupted as well.
        replacing = sorted({*names, *self.replacing})
        Manifest(self.output, kept, self.clinics, replacing, libraries=self.libraries).write()

    def text(self) -> str:
        """Give the file's content: sorted, so that equal folders have equal manifests."""
        files = {name: sum_ for record in self.editions for name, sum_ in record.files.items()}
        if self.index_sha256:
            files["index.html"] = self.index_sha256
        files |= self.verify
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
            "release": self.release,
        }
        content["seal"] = seal(content)
        return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    def write(self) -> None:
        """Put the manifest in place."""
        whole = self.text().encode()
        write_whole(self.output / "manifest.json", whole, self.output / STAGING)
