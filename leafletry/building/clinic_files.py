"""Which clinics a build knows: those of earlier builds, and those that are named now."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from leafletry.content.clinic import read_clinic
from leafletry.reading.problems import (
    Affects,
    Place,
    Problem,
    ProblemList,
    ProblemsFoundError,
    shortened,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from leafletry.content.clinic import ClinicProfile
    from leafletry.printing.manifest import Manifest


@dataclass(frozen=True)
class ClinicFile:
    """Where a clinic's profile lies, and what it says; nothing while it is broken."""

    path: str
    profile: ClinicProfile | None


@dataclass
class ClinicFiles:
    """The clinics by their ids, which of them were named, and what is wrong with their profiles."""

    clinics: dict[str, ClinicFile] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    problems: ProblemList = field(default_factory=ProblemList)
    elsewhere: ProblemList = field(default_factory=ProblemList)
    """What is wrong with those that were not named, where some were."""

    @property
    def profiles(self) -> list[ClinicProfile]:
        """Those that can be read."""
        return [file.profile for file in self.clinics.values() if file.profile is not None]


def clinic_paths(root: Path, manifest: Manifest, named: Iterable[Path]) -> list[str]:
    """Give the files of the clinics of earlier builds, as far as there, and those named now."""
    files = [path for path in manifest.clinics.values() if (root / path).exists()]
    return list(dict.fromkeys([*files, *(_from_root(root, path) for path in named)]))


def _from_root(root: Path, path: Path) -> str:
    return os.path.relpath(path.resolve(), root)


def read_clinics(
    root: Path, manifest: Manifest, paths: Iterable[str], named: Sequence[Path], today: dt.date
) -> ClinicFiles:
    """Read the profiles; one that is broken is remembered, and made again once mended."""
    ids = {path: id_ for id_, path in manifest.clinics.items()}
    asked = {_from_root(root, path) for path in named}
    found = ClinicFiles()
    for path in paths:
        known = [ids[path]] if path in ids else []
        told = found.elsewhere if asked and path not in asked else found.problems
        try:
            profile = read_clinic(root / path, today)
            if profile.id in found.clinics:
                raise _same_folder(profile.id, found.clinics[profile.id].path, path)
            found.clinics[profile.id] = ClinicFile(path, profile)
            known = [profile.id]
            told.take(ProblemsFoundError(profile.warnings), Affects.only(clinics=known))
        except ProblemsFoundError as error:
            told.take(error, Affects.only(clinics=known))
            found.clinics |= {id_: ClinicFile(path, None) for id_ in known}
        if path in asked:
            found.named.update(known)
    return found


def _same_folder(name: str, first: str, second: str) -> ProblemsFoundError:
    """Refuse a clinic whose leaflets would take the place of another's, with other numbers."""
    place = Place(shortened(Path(second).name, 80), 1, 1)
    message = (
        f"its leaflets would land in output/clinics/{name}/, where those of another clinic are"
    )
    hint = (
        f"give the file another name, in the letters a to z; the other is {shortened(first, 120)}"
    )
    return ProblemsFoundError([Problem(place, message, hint)])
