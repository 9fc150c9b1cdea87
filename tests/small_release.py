"""A small project of real leaflets, signed by nobody real, built in a folder of its own."""

import datetime as dt
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from commands_given import give
from conftest import ROOT
from on_a4_alone import on_a4_alone
from patience import PATIENCE
from signed import NEXT_REVIEW, sign

from leafletry.content.project import SHARED_FILES
from leafletry.editions.edition import Edition
from leafletry.reading.output import folder_lock
from leafletry.verifying.known_codes import KnownCodes
from leafletry.verifying.verifying import Verdict, Verifier

LEAFLET = "could-our-other-children-get-it"
LOCALES = ("en", "nl")
EN, NL = Edition(LEAFLET, "en", "a4"), Edition(LEAFLET, "nl", "a4")
CLINIC = "clinics/example.yaml"
CLINIC_EN = Edition(LEAFLET, "en", "a4", clinic="example")
DAY = dt.date(2026, 11, 20)
_CACHES = shutil.ignore_patterns("__pycache__", "*.tmp", "fontconfig")

_BUILD = """
import datetime, sys
from pathlib import Path
from leafletry.building.building import build
from leafletry.cli.speaking import _Silence

clinics = [Path.cwd() / sys.argv[2]] if sys.argv[2] else []
outcome = build(Path.cwd(), datetime.date.fromisoformat(sys.argv[1]), _Silence(), clinics)
print(*outcome.problems.errors, sep="\\n")
"""


@pytest.fixture(scope="session")
def released(shared: Path) -> Path:
    """A project whose one leaflet is signed and released in two languages, and for a clinic."""
    root = shared / "released"
    with folder_lock(shared / "released.lock"):
        if not (root / "output/manifest.json").exists():
            shutil.rmtree(root, ignore_errors=True)
            small_project(root)
            for locale in LOCALES:
                sign(root, LEAFLET, locale, signed_on=DAY, next_review=NEXT_REVIEW)
            build_here(root, CLINIC)
    return root


@pytest.fixture
def root(released: Path, tmp_path: Path) -> Path:
    """A copy of that project, for a test to change; only what nobody changes is shared."""
    apart = shutil.ignore_patterns(".cache", "__pycache__")
    return Path(shutil.copytree(released, tmp_path / "project", ignore=apart))


@pytest.fixture
def kept(released: Path, tmp_path: Path) -> Path:
    """The files as somebody took them home."""
    return Path(shutil.copytree(released / "output", tmp_path / "kept"))


def small_project(folder: Path) -> Path:
    """Give a project with one leaflet in two languages, and the engine that builds it."""
    for name in ("leafletry", "styles", "templates", "clinics", "requirements.lock"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=_CACHES)
        else:
            shutil.copy(ROOT / name, folder)
    (folder / "leaflets").mkdir()
    for name in (LEAFLET, *SHARED_FILES):
        if (path := ROOT / f"leaflets/{name}.yaml").exists():
            shutil.copy(path, folder / "leaflets")
    on_a4_alone(folder)
    for locale in LOCALES:
        shutil.copytree(ROOT / "locales" / locale, folder / "locales" / locale)
    return folder


def build_here(root: Path, clinic: str = "", day: dt.date = DAY) -> None:
    """Build as the engine of the folder does, on a day."""
    done = subprocess.run(
        [sys.executable, "-c", _BUILD, day.isoformat(), clinic],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stdout + done.stderr


def change(root: Path, name: str, before: str, after: str) -> None:
    """Change some words in a file."""
    text = (root / name).read_text("utf-8")
    assert before in text
    (root / name).write_text(text.replace(before, after), "utf-8")


def judged(root: Path, path: Path, day: dt.date = DAY) -> Verdict:
    """Judge a file as a project sees it on a day."""
    with Verifier(KnownCodes.of(root, day)) as verifier:
        return verifier.file(path)


def verify(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the project's own engine."""
    return give(root, *arguments)
