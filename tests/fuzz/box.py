"""A box to try hostile files in: a small project, a home, and things that nobody may touch."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import sys
from pathlib import Path

from font_source_sans_pro import SourceSansPro
from PIL import Image

from fuzz.readers import CLINIC
from leafletry.editions.edition import EditionRecord
from leafletry.editions.fonts import cut_font
from leafletry.printing.manifest import Manifest

_EXAMPLES = {"str": "call-us", "int": 1, "str | None": None}


def make_box(folder: Path) -> Path:
    """Fill a folder with a project that has every file readers read; give the project."""
    from small_project import small_project

    for name in ("home/.profile", "home/.ssh/id", "tmp/other", "place/beside.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("mine", "utf-8")
    project = small_project(folder / "place" / "project")
    picture = Image.effect_noise((24, 18), 50).convert("RGB")
    clinic = (project / CLINIC).read_text("utf-8")
    for ending in ("png", "jpg"):
        picture.save(project / "clinics" / f"logo.{ending}")
        text = clinic.replace("example-logo.svg", f"logo.{ending}")
        (project / "clinics" / f"{ending}.yaml").write_text(text, "utf-8")
    (project / "styles" / "fonts").mkdir(exist_ok=True)
    font = cut_font(Path(SourceSansPro).read_bytes(), frozenset(range(0x20, 0x7F)))
    (project / "styles/fonts/Example.otf").write_bytes(font)
    fields = {field.name: _EXAMPLES[str(field.type)] for field in dataclasses.fields(EditionRecord)}
    record = EditionRecord(**fields)  # type: ignore[arg-type]
    manifest = Manifest(project / "output", [record], {"example": CLINIC}, ["nl/gone.pdf"])
    manifest.complete = True
    manifest.write()
    (project / "output" / ".staging").rmdir()
    # As after any first command: one more folder would change the time of the project's.
    (project / ".cache").mkdir(exist_ok=True)
    return project


def environment(box: Path, engine: Path) -> dict[str, str]:
    """Give the variables of a process whose home and temporary folder are in the box."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    return kept | {
        "HOME": str(box / "home"),
        "TMPDIR": str(box / "tmp"),
        "PYTHONPATH": str(engine),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "PYTHONWARNINGS": "ignore",
    }


def snapshot(box: Path, *left_out: Path) -> dict[str, tuple[int, int, str]]:
    """Give every file, folder and link of a box: kind, time of change and digest of each."""
    found = {}
    for folder, folders, files in os.walk(box):
        folders[:] = [name for name in folders if Path(folder, name) not in left_out]
        for name in (*folders, *files):
            path = Path(folder, name)
            state = path.lstat()
            held = path.read_bytes() if path.is_file() else b""
            digest = hashlib.sha256(held).hexdigest()
            # A folder's time changes with what is put into it and taken away again.
            found[str(path.relative_to(box))] = (state.st_mode, state.st_mtime_ns, digest)
    return found


def homes(box: Path) -> tuple[str, ...]:
    """Give the folders that a reader may read from: the project, and Python's own."""
    folders = [str(box / "place" / "project"), sys.prefix, sys.base_prefix, *sys.path]
    return tuple(os.path.realpath(folder) + os.sep for folder in folders if folder)
