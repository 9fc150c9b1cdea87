"""Say in a moment that nothing is to be done: standard library only, run by any Python.

The last build left in `output/manifest.json` a fingerprint of everything it read and the sha256
of everything it wrote. Where both still hold, there is nothing to build.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys

INPUT_FOLDERS = ("leafletry", "leaflets", "locales", "styles", "templates")
INPUT_FILES = ("requirements.lock",)
_IGNORED = (".pyc", ".pot", ".mo", ".tmp", "~", ".swp", ".bak")


def report_if_current(project: str | os.PathLike[str], arguments: list[str]) -> int | None:
    """Print that all is up to date and give 0, or give None when the engine has to look."""
    words = [word for word in arguments if word not in ("build", "--quiet", "-q", "--verbose", "-v")]
    if words or arguments.count("build") > 1:
        return None
    manifest = read_manifest(project)
    if manifest is None or not is_current(project, manifest):
        return None
    if not {"--quiet", "-q"} & set(arguments):
        sys.stdout.write(f"Everything is up to date: {len(manifest['editions'])} editions in output/.\n")
        if manifest["warnings"]:
            sys.stdout.write(f"{manifest['warnings']} warnings; `check` lists them.\n")
    return 0


def read_manifest(project: str | os.PathLike[str]) -> dict | None:  # type: ignore[type-arg]
    """Give the manifest of the last build, or None where there is none to trust."""
    try:
        with open(os.path.join(project, "output", "manifest.json"), "rb") as file:
            manifest = json.load(file)
    except (OSError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) and manifest.get("format") == 1 else None


def is_current(project: str | os.PathLike[str], manifest: dict) -> bool:  # type: ignore[type-arg]
    """Tell whether inputs and outputs are the ones of a build that ended without errors."""
    try:
        if not manifest["complete"] or not libraries_unchanged(manifest["libraries"]):
            return False
        if manifest["inputs"] != fingerprint(project, manifest["clinics"].values()):
            return False
        return all(
            _sha256(os.path.join(project, "output", name)) == digest for name, digest in manifest["files"].items()
        )
    except (OSError, KeyError, TypeError, AttributeError):
        return False


def fingerprint(project: str | os.PathLike[str], clinics: object = ()) -> str:
    """Give one digest of every file a build reads: names and contents, in a fixed order."""
    digest = hashlib.sha256()
    names = list(INPUT_FILES)
    for folder in INPUT_FOLDERS:
        names += _names_below(project, folder)
    for clinic in clinics:  # type: ignore[attr-defined]
        names += _clinic_names(project, clinic)
    for name in names:
        digest.update(name.encode("utf-8", "surrogateescape") + b"\0")
        digest.update(_sha256(os.path.join(project, name)).encode())
    return digest.hexdigest()


def _names_below(project: str | os.PathLike[str], folder: str) -> list[str]:
    names = []
    for path, folders, files in os.walk(os.path.join(project, folder)):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        names += [
            os.path.relpath(os.path.join(path, name), project)
            for name in sorted(files)
            if not name.startswith(".") and not name.endswith(_IGNORED)
        ]
    return names


def _clinic_names(project: str | os.PathLike[str], clinic: str) -> list[str]:
    """Give a clinic's profile and the pictures beside it (its logo is one of them)."""
    folder = os.path.join(project, os.path.dirname(clinic))
    pictures = [name for name in sorted(os.listdir(folder)) if name.lower().endswith((".svg", ".png", ".jpg", ".jpeg"))]
    return [clinic, *(os.path.join(os.path.dirname(clinic), name) for name in pictures)]


def _sha256(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def library_stamps(paths: list[str]) -> dict[str, list[int]]:
    """Give size and time of shared libraries, to notice when the system replaced one."""
    return {path: [os.stat(path).st_size, os.stat(path).st_mtime_ns] for path in paths}


def libraries_unchanged(stamps: dict[str, list[int]]) -> bool:
    """Tell whether the shared libraries are still the ones that drew the text."""
    try:
        return library_stamps(list(stamps)) == stamps
    except OSError:
        return False
