"""Say in a moment that nothing is to be done: standard library only, run by any Python.

The last build left in `output/manifest.json` a fingerprint of everything it read and the sha256
of everything it wrote. Where both still hold, there is nothing to build.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
import sys
import time

from leafletry.reading.plain_file import links_in, read_plain, sha256_of_plain

FORMAT = 5
STAGING = ".staging"
"""The folder below `output/` where files grow; it is gone when a build has ended."""
VERIFY = "verify"
"""The folder below `output/` with a page for each code that was ever printed."""

INPUT_FOLDERS = ("leafletry", "leaflets", "locales", "styles", "templates")
INPUT_FILES = ("requirements.lock",)
_NOT_PRINTED = (os.path.join("leafletry", "desk"), os.path.join("templates", "desk"))
"""Folders of the translator's desk, from which no edition is made."""
_IGNORED = (".pyc", ".pot", ".mo", ".tmp", "~", ".swp", ".bak")
_PICTURES = (".svg", ".png", ".jpg", ".jpeg")
_MOST_BYTES = 50_000_000
"""The longest manifest, of some fifty thousand editions."""
_SHAPE = {
    "complete": bool,
    "warnings": int,
    "editions": list,
    "files": dict,
    "clinics": dict,
    "replacing": list,
    "inputs": str,
    "libraries": dict,
    "look_again": str,
    "failed": list,
}
_HARMLESS = frozenset(("build", "--quiet", "-q", "--verbose", "-v"))


def report_if_current(project: str | os.PathLike[str], arguments: list[str]) -> int | None:
    """Print that all is up to date and give 0, or give None when the engine has to look."""
    if not _HARMLESS.issuperset(arguments) or "build" in arguments[1:] or links_in(project):
        return None
    manifest = read_manifest(project)
    if manifest is None or not is_current(project, manifest):
        return None
    if not {"--quiet", "-q"} & set(arguments):
        count = len(manifest["editions"])
        sys.stdout.write(f"Everything is up to date: {count} editions in output/.\n")
        if manifest["warnings"]:
            sys.stdout.write(f"{manifest['warnings']} warnings; `check` lists them.\n")
    return 0


def read_manifest(project: str | os.PathLike[str]) -> dict | None:  # type: ignore[type-arg]
    """Give the manifest of the last build, or None where there is none to trust."""
    try:
        manifest = json.loads(
            read_plain(os.path.join(project, "output", "manifest.json"), _MOST_BYTES)
        )
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        return None
    if manifest.pop("seal", None) != seal(manifest) or not _is_sound(manifest):
        return None
    return manifest


def _is_sound(manifest: dict) -> bool:  # type: ignore[type-arg]
    """Tell whether a manifest says what one can say, and names no file outside `output/`."""
    if not all(isinstance(manifest.get(name), kind) for name, kind in _SHAPE.items()):
        return False
    files, clinics = manifest["files"], manifest["clinics"]
    words = [*files.values(), *clinics.values()]
    names = [*files, *manifest["replacing"]]
    for record in manifest["editions"]:
        if not isinstance(record, dict):
            return False
        names += [record.get(kind) for kind in ("path", "picture", "map")]
    return all(isinstance(word, str) for word in words) and all(map(_stays_inside, names))


def _stays_inside(name: object) -> bool:
    """Tell whether a name is that of a file below the folder it is looked for in."""
    if not isinstance(name, str) or "\\" in name or ":" in name or "\0" in name:
        return False
    return all(part not in ("", ".", "..") for part in name.split("/"))


def seal(manifest: dict) -> str:  # type: ignore[type-arg]
    """Give the digest by which a manifest shows that nobody changed or cut it."""
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()


def is_current(project: str | os.PathLike[str], manifest: dict) -> bool:  # type: ignore[type-arg]
    """Tell whether inputs and outputs are the ones of a build that ended without errors."""
    output = os.path.join(project, "output")
    try:
        if manifest["complete"] is not True or os.path.lexists(os.path.join(output, STAGING)):
            return False
        if manifest["look_again"] and time.strftime("%Y-%m-%d") >= manifest["look_again"]:
            return False
        if not libraries_unchanged(manifest["libraries"]):
            return False
        if manifest["inputs"] != fingerprint(project, manifest["clinics"].values()):
            return False
        # Pages that somebody brought back have yet to say how things are today.
        return _pages_of_codes(output) <= manifest["files"].keys() and all(
            sha256_of_plain(os.path.join(output, name)) == digest
            for name, digest in manifest["files"].items()
        )
    except (OSError, KeyError, TypeError, AttributeError):
        return False


def _pages_of_codes(output: str) -> set[str]:
    """Give the pages in the folder of codes, and what is named like one."""
    try:
        names = os.listdir(os.path.join(output, VERIFY))
    except FileNotFoundError:
        return set()
    return {f"{VERIFY}/{name}" for name in names if name.endswith(".html") and "-v" in name}


def fingerprint(project: str | os.PathLike[str], clinics: object = ()) -> str:
    """Give one digest of every file a build reads: names and contents, in a fixed order."""
    digest = hashlib.sha256()
    names = input_names(project)
    for clinic in sorted(clinics):  # type: ignore[call-overload]
        names += _clinic_names(project, clinic)
    for name in names:
        try:
            content = _sha256_of_input(os.path.join(project, name))
        except OSError as error:
            content = str(error.errno)  # What cannot be read is told by the build, with its place.
        digest.update(f"{name}\0{content}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def input_names(project: str | os.PathLike[str]) -> list[str]:
    """Give the names of the files that every build reads, in a fixed order."""
    names = list(INPUT_FILES)
    for folder in INPUT_FOLDERS:
        names += _names_below(project, folder)
    return names


def _names_below(project: str | os.PathLike[str], folder: str) -> list[str]:
    names = []
    for path, folders, files in os.walk(os.path.join(project, folder)):
        folder_name = os.path.relpath(path, project)
        folders[:] = sorted(
            name
            for name in folders
            if name != "__pycache__" and os.path.join(folder_name, name) not in _NOT_PRINTED
        )
        names += [
            os.path.relpath(os.path.join(path, name), project)
            for name in sorted(files)
            if not name.startswith(".") and not name.endswith(_IGNORED)
        ]
    return names


def _clinic_names(project: str | os.PathLike[str], clinic: str) -> list[str]:
    """Give a clinic's profile and the pictures beside it (its logo is one of them)."""
    folder = os.path.dirname(clinic)
    try:
        beside = sorted(os.listdir(os.path.join(project, folder)))
    except OSError:
        beside = []
    pictures = [name for name in beside if name.lower().endswith(_PICTURES)]
    return [clinic, *(os.path.join(folder, name) for name in pictures)]


def _sha256_of_input(path: str) -> str:
    # Whoever packs the engine may have linked its files: the build decides where links may be.
    # A device never ends, and has no content that a build could have read.
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise OSError(errno.EINVAL, "is not a file", path)
    # Without blocking, should somebody put a pipe in its place just now.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(handle, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def library_stamps(paths: list[str]) -> dict[str, list[int]]:
    """Give size and time of shared libraries, to notice when the system replaced one."""
    return {path: [os.stat(path).st_size, os.stat(path).st_mtime_ns] for path in paths}


def libraries_unchanged(stamps: dict[str, list[int]]) -> bool:
    """Tell whether the shared libraries are still the ones that drew the text."""
    try:
        return library_stamps(list(stamps)) == stamps
    except OSError:
        return False
